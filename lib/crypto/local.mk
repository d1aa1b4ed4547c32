lib_libmohr_la_SOURCES += \
	%D%/crypto.h
