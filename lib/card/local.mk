lib_libmohr_la_SOURCES += \
	%D%/apdu.c \
	%D%/apdu.h \
	%D%/channel.c \
	%D%/channel.h \
	%D%/file.c \
	%D%/file.h \
	%D%/pin.c \
	%D%/pin.h \
	%D%/pin_pad.c \
	%D%/pin_pad.h \
	%D%/sw.c \
	%D%/sw.h
