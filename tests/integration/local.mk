# Scenarios with real processes: scripts/with-card, the IFD handler, a private pcscd.
if HAVE_CMOCKA
ifd_tests = tests/integration/ifd_test tests/integration/ifd_pinpad_test
check_PROGRAMS += $(ifd_tests)
TESTS += $(ifd_tests)
tests_integration_ifd_test_SOURCES = %D%/ifd_fake.c %D%/ifd_fake.h %D%/ifd_test.c
tests_integration_ifd_test_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
tests_integration_ifd_test_LDADD = $(CMOCKA_LIBS) -ldl -lpthread
tests_integration_ifd_pinpad_test_SOURCES = %D%/ifd_fake.c %D%/ifd_fake.h %D%/ifd_pinpad_test.c
tests_integration_ifd_pinpad_test_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
tests_integration_ifd_pinpad_test_LDADD = $(CMOCKA_LIBS) -ldl -lpthread
endif

check_PROGRAMS += tests/integration/no_namespaces
tests_integration_no_namespaces_SOURCES = %D%/no_namespaces.c
tests_integration_no_namespaces_LDADD =
