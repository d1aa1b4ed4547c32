lib_libmohr_la_SOURCES += \
	%D%/alg.h \
	%D%/buf.h \
	%D%/clock.h \
	%D%/config.h \
	%D%/error.h \
	%D%/limits.h \
	%D%/log.h \
	%D%/mutex.h \
	%D%/secret.h \
	%D%/errors.def
