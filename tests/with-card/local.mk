# The program behind scripts/with-card, and the preload that moves pcscd's socket where there are no
# namespaces. Not installed; part of "make all", because people try the module through it.
noinst_PROGRAMS += tests/with-card/with-card
tests_with_card_with_card_SOURCES = \
	%D%/cards.c \
	%D%/cards.h \
	%D%/child.c \
	%D%/child.h \
	%D%/control.c \
	%D%/control.h \
	%D%/main.c \
	%D%/options.c \
	%D%/options.h \
	%D%/pcscd.c \
	%D%/pcscd.h \
	%D%/pins.c \
	%D%/pins.h \
	%D%/readers.c \
	%D%/readers.h \
	%D%/rundir.c \
	%D%/rundir.h \
	%D%/session.c \
	%D%/session.h
tests_with_card_with_card_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
tests_with_card_with_card_LDADD = vcard/libvcard.la lib/libmohr.la $(PCSC_LIBS) $(LIBINTL)

noinst_LTLIBRARIES += tests/with-card/libmohr-redirect.la
tests_with_card_libmohr_redirect_la_SOURCES = %D%/redirect.c
# No sanitizers: it goes into an unmodified pcscd.
tests_with_card_libmohr_redirect_la_CFLAGS = -std=c11 -Wall -Wextra
tests_with_card_libmohr_redirect_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
tests_with_card_libmohr_redirect_la_LIBADD = -ldl
