check_PROGRAMS += tests/unit/transport/pcsc_test
TESTS += tests/unit/transport/pcsc_test
tests_unit_transport_pcsc_test_SOURCES = \
	%D%/fake_pcsc.c \
	%D%/fake_pcsc.h \
	%D%/pcsc_test.c
tests_unit_transport_pcsc_test_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
tests_unit_transport_pcsc_test_LDADD = $(LDADD) -lpthread
