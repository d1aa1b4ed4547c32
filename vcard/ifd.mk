# The IFD handler: a reader of pcscd. It brings the few parts of lib/ that it needs, so that pcscd
# loads nothing but the C library with it.
pkglib_LTLIBRARIES += vcard/libifd-mohr.la
vcard_libifd_mohr_la_SOURCES = \
	%D%/ifd.c \
	%D%/ifd_options.c \
	%D%/ifd_options.h \
	%D%/ifd_pinpad.c \
	%D%/ifd_pinpad.h \
	%D%/ifd_reader.c \
	%D%/ifd_reader.h \
	%D%/ifd_wire.c \
	%D%/ifd_wire.h \
	lib/base/buf.c \
	lib/base/clock_posix.c \
	lib/base/error.c \
	lib/codec/atr.c \
	lib/codec/frame.c
vcard_libifd_mohr_la_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
vcard_libifd_mohr_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared \
	-export-symbols-regex '^IFDH'
vcard_libifd_mohr_la_LIBADD = -lpthread
