# Scenarios with real processes: scripts/with-card, the IFD handler, a private pcscd.
if HAVE_CMOCKA
integration_tests = \
	tests/integration/ifd_pinpad_test \
	tests/integration/ifd_test
check_PROGRAMS += $(integration_tests)
TESTS += $(integration_tests)
tests_integration_ifd_test_SOURCES = %D%/ifd_fake.c %D%/ifd_fake.h %D%/ifd_test.c
tests_integration_ifd_test_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
tests_integration_ifd_test_LDADD = $(CMOCKA_LIBS) -ldl -lpthread
tests_integration_ifd_pinpad_test_SOURCES = %D%/ifd_fake.c %D%/ifd_fake.h %D%/ifd_pinpad_test.c
tests_integration_ifd_pinpad_test_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
tests_integration_ifd_pinpad_test_LDADD = $(CMOCKA_LIBS) -ldl -lpthread

# What scenarios need: a PC/SC client, and a world without namespaces.
check_PROGRAMS += tests/integration/no_namespaces tests/integration/pcsc_client
tests_integration_no_namespaces_SOURCES = %D%/no_namespaces.c
tests_integration_no_namespaces_LDADD =
tests_integration_pcsc_client_SOURCES = %D%/ifd_fake.c %D%/ifd_fake.h %D%/pcsc_client.c
tests_integration_pcsc_client_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
tests_integration_pcsc_client_LDADD = $(CMOCKA_LIBS) $(PCSC_LIBS) -ldl -lpthread

# The module with a reader that has a PIN pad; pin_pad.sh starts it.
check_PROGRAMS += tests/integration/pin_pad_test
tests_integration_pin_pad_test_SOURCES = %D%/pin_pad_test.c
tests_integration_pin_pad_test_LDADD = $(pkcs11_test_libs)

integration_scenarios = %D%/pcscd.sh %D%/pin_pad.sh %D%/with_card.sh
TESTS += $(integration_scenarios)
EXTRA_DIST += $(integration_scenarios)

# The module in a world of readers and cards that come and go, on both transports (harness/transports.sh).
world_tests = \
	tests/integration/exit_test \
	tests/integration/fork_test \
	tests/integration/parallel_test \
	tests/integration/removal_test \
	tests/integration/restart_test \
	tests/integration/rival_test
check_PROGRAMS += $(world_tests)
check_LTLIBRARIES += tests/integration/libworld.la
tests_integration_libworld_la_SOURCES = \
	%D%/door.c \
	%D%/door.h \
	%D%/rival.c \
	%D%/rival.h \
	%D%/signer.c \
	%D%/world.c \
	%D%/world.h
tests_integration_libworld_la_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
world_libs = tests/integration/libworld.la tests/pkcs11/libfixture.la vcard/libvcard.la lib/libmohr.la \
	$(CMOCKA_LIBS) $(CRYPTO_LIBS) -ldl -lpthread
tests_integration_exit_test_SOURCES = %D%/exit_test.c
tests_integration_exit_test_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_integration_exit_test_LDADD = $(world_libs)
tests_integration_fork_test_SOURCES = %D%/fork_test.c
tests_integration_fork_test_LDADD = $(world_libs)
tests_integration_parallel_test_SOURCES = %D%/parallel_test.c
tests_integration_parallel_test_LDADD = $(world_libs)
tests_integration_removal_test_SOURCES = %D%/removal_test.c
tests_integration_removal_test_LDADD = $(world_libs)
tests_integration_restart_test_SOURCES = %D%/restart_test.c
tests_integration_restart_test_LDADD = $(world_libs)
tests_integration_rival_test_SOURCES = %D%/rival_test.c
tests_integration_rival_test_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_integration_rival_test_LDADD = $(world_libs)

world_scenarios = %D%/exit.sh %D%/fork.sh %D%/parallel.sh %D%/removal.sh %D%/restart.sh %D%/rival.sh
TESTS += $(world_scenarios)
EXTRA_DIST += $(world_scenarios)
endif
