transport_tests = \
	tests/unit/transport/features_test \
	tests/unit/transport/pcsc_test \
	tests/unit/transport/reader_test \
	tests/unit/transport/replay_test \
	tests/unit/transport/socket_link_test \
	tests/unit/transport/socket_test \
	tests/unit/transport/socket_wire_test \
	tests/unit/transport/trace_line_test \
	tests/unit/transport/trace_test \
	tests/unit/transport/transport_test
check_PROGRAMS += $(transport_tests)
TESTS += $(transport_tests)

tests_unit_transport_features_test_SOURCES = %D%/features_test.c
tests_unit_transport_pcsc_test_SOURCES = \
	%D%/fake_pcsc.c \
	%D%/fake_pcsc.h \
	%D%/pcsc_test.c
tests_unit_transport_pcsc_test_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
tests_unit_transport_pcsc_test_LDADD = $(LDADD) -lpthread

tests_unit_transport_socket_link_test_SOURCES = \
	%D%/card_server.c \
	%D%/card_server.h \
	%D%/socket_link_test.c
tests_unit_transport_socket_link_test_LDADD = $(LDADD) -lpthread

tests_unit_transport_socket_test_SOURCES = \
	%D%/card_server.c \
	%D%/card_server.h \
	%D%/socket_test.c
tests_unit_transport_socket_test_LDADD = $(LDADD) -lpthread

tests_unit_transport_socket_wire_test_SOURCES = %D%/socket_wire_test.c
tests_unit_transport_socket_wire_test_LDADD = $(LDADD) -lpthread
tests_unit_transport_reader_test_SOURCES = %D%/reader_test.c
tests_unit_transport_reader_test_LDADD = $(LDADD) -lpthread
tests_unit_transport_replay_test_SOURCES = %D%/replay_test.c
tests_unit_transport_replay_test_LDADD = $(harness_libs)
tests_unit_transport_trace_line_test_SOURCES = %D%/trace_line_test.c
tests_unit_transport_trace_test_SOURCES = %D%/trace_test.c
tests_unit_transport_trace_test_LDADD = $(harness_libs) -lpthread
tests_unit_transport_transport_test_SOURCES = %D%/transport_test.c
