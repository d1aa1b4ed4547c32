# The module against recordings; the same program makes them (scripts/record-traces).
check_PROGRAMS += tests/replay/replay_test
TESTS += tests/replay/replay_test
tests_replay_replay_test_SOURCES = \
	%D%/flows.c \
	%D%/flows.h \
	%D%/judge.c \
	%D%/judge.h \
	%D%/replay_test.c \
	%D%/stage.c \
	%D%/stage.h
tests_replay_replay_test_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_replay_replay_test_LDADD = vcard/libvcard.la lib/libmohr.la $(CMOCKA_LIBS) $(CRYPTO_LIBS) \
	$(ZLIB_LIBS) -ldl -lpthread
EXTRA_DIST += tests/data/traces
