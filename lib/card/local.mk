lib_libmohr_la_SOURCES += \
	%D%/apdu.h \
	%D%/channel.h \
	%D%/file.h \
	%D%/pin.h \
	%D%/sw.h
