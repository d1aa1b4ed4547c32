# libmohr: the card library, as a convenience archive that the loadable modules and tests link.
noinst_LTLIBRARIES += lib/libmohr.la
lib_libmohr_la_SOURCES =
lib_libmohr_la_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS) $(PCSC_CFLAGS) $(INIH_CFLAGS) $(ZLIB_CFLAGS)
lib_libmohr_la_LIBADD = $(CRYPTO_LIBS) $(PCSC_LIBS) $(INIH_LIBS) $(ZLIB_LIBS) -lpthread

include lib/base/local.mk
include lib/codec/local.mk
include lib/crypto/local.mk
include lib/transport/local.mk
include lib/card/local.mk
include lib/profile/local.mk
include lib/token/local.mk
include lib/personal/local.mk
