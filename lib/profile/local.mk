lib_libmohr_la_SOURCES += \
	%D%/profile.h
