lib_libmohr_la_SOURCES += \
	%D%/transport.h
