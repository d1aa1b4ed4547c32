# What scenarios share: the TAP functions and small programs that drive consumers.
EXTRA_DIST += %D%/tap.sh %D%/transports.sh
check_PROGRAMS += tests/harness/answer tests/harness/asker
tests_harness_answer_SOURCES = %D%/answer.c
tests_harness_answer_LDADD = -lutil
tests_harness_asker_SOURCES = %D%/asker.c
tests_harness_asker_LDADD =
check_PROGRAMS += tests/harness/personalise
tests_harness_personalise_SOURCES = %D%/personalise.c
tests_harness_personalise_LDADD = lib/personal/libmohr-personal.la lib/libmohr.la $(CRYPTO_LIBS)
EXTRA_DIST += %D%/answer.sh
TESTS += %D%/answer.sh

# Fakes that unit tests share: a test that uses one says X_LDADD = $(harness_libs).
check_LTLIBRARIES += tests/harness/libharness.la
harness_libs = tests/harness/libharness.la $(LDADD)
tests_harness_libharness_la_SOURCES = \
	%D%/fake_link.c \
	%D%/fake_link.h \
	%D%/fake_transport.c \
	%D%/fake_transport.h

# A PIN pad on either of the two: X_SOURCES = ... $(pad_sources).
pad_sources = %D%/fake_pad.c %D%/fake_pad.h

# The same with virtual cards behind it: X_LDADD = $(loop_libs).
check_LTLIBRARIES += tests/harness/libloop.la
loop_libs = tests/harness/libloop.la vcard/libvcard.la $(LDADD)
tests_harness_libloop_la_SOURCES = \
	%D%/loop_link.c \
	%D%/loop_transport.c \
	%D%/loop_transport.h \
	%D%/loop_world.h
