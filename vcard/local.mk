# The virtual card: the engine and its server as an archive (tests link it too), and the program.
noinst_LTLIBRARIES += vcard/libvcard.la
vcard_libvcard_la_SOURCES = \
	%D%/applet.h \
	%D%/authority.c \
	%D%/certificate.c \
	%D%/client.c \
	%D%/client.h \
	%D%/command.c \
	%D%/command.h \
	%D%/image.c \
	%D%/image.h \
	%D%/issue.c \
	%D%/issue.h \
	%D%/key.c \
	%D%/key.h \
	%D%/key_use.c \
	%D%/key_import.c \
	%D%/key_import.h \
	%D%/listener.c \
	%D%/listener.h \
	%D%/parse.c \
	%D%/parse.h \
	%D%/personality.c \
	%D%/personality.h \
	%D%/pins_file.c \
	%D%/pins_file.h \
	%D%/process.c \
	%D%/secret_hash.c \
	%D%/secret_hash.h \
	%D%/server.c \
	%D%/server.h \
	%D%/template.c \
	%D%/template.h \
	%D%/vcard.c \
	%D%/vcard.h
vcard_libvcard_la_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS) $(ZLIB_CFLAGS)
vcard_libvcard_la_LIBADD = $(CRYPTO_LIBS) $(ZLIB_LIBS)

bin_PROGRAMS += vcard/mohr-vcard
vcard_mohr_vcard_SOURCES = \
	%D%/create.c \
	%D%/inspect.c \
	%D%/inspect.h \
	%D%/inspect_p15.c \
	%D%/inspect_piv.c \
	%D%/inspect_print.c \
	%D%/main.c \
	%D%/program.h \
	%D%/serve.c
vcard_mohr_vcard_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
vcard_mohr_vcard_CFLAGS = $(AM_CFLAGS) $(MOHR_PIE_CFLAGS)
vcard_mohr_vcard_LDFLAGS = $(AM_LDFLAGS) $(MOHR_PIE_LDFLAGS)
vcard_mohr_vcard_LDADD = vcard/libvcard.la lib/libmohr.la $(CRYPTO_LIBS) $(LIBINTL)

include vcard/ias/local.mk
include vcard/p15/local.mk
include vcard/piv/local.mk
include vcard/ifd.mk
