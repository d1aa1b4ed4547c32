# Floor 0: no I/O, no other floor. *_windows.c are compiled by scripts/check with mingw-w64.
lib_libmohr_la_SOURCES += \
	%D%/alg.c \
	%D%/alg.h \
	%D%/buf.c \
	%D%/buf.h \
	%D%/clock.h \
	%D%/clock_posix.c \
	%D%/config.c \
	%D%/config.h \
	%D%/error.c \
	%D%/error.h \
	%D%/errors.def \
	%D%/limits.h \
	%D%/log.c \
	%D%/log.h \
	%D%/mutex.c \
	%D%/mutex.h \
	%D%/mutex_posix.c \
	%D%/secret.c \
	%D%/secret.h \
	%D%/secret_posix.c \
	%D%/thread.h \
	%D%/thread_posix.c
EXTRA_DIST += %D%/clock_windows.c %D%/mutex_windows.c %D%/secret_windows.c %D%/thread_windows.c
