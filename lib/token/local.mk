lib_libmohr_la_SOURCES += \
	%D%/config_file.h \
	%D%/token.h \
	%D%/verify.h
