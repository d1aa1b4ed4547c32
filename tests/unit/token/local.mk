# Tests of lib/token over virtual cards in the same process.
token_loop_libs = tests/unit/token/libtoken_fixture.la $(loop_libs)
check_LTLIBRARIES += tests/unit/token/libtoken_fixture.la
tests_unit_token_libtoken_fixture_la_SOURCES = %D%/fixture.c %D%/fixture.h

token_tests = \
	tests/unit/token/bay_test \
	tests/unit/token/config_ini_test \
	tests/unit/token/decipher_test \
	tests/unit/token/derive_test \
	tests/unit/token/encode_test \
	tests/unit/token/insertion_test \
	tests/unit/token/login_end_test \
	tests/unit/token/login_pad_test \
	tests/unit/token/login_test \
	tests/unit/token/objects_test \
	tests/unit/token/piv_test \
	tests/unit/token/sign_test \
	tests/unit/token/slots_test \
	tests/unit/token/token_test \
	tests/unit/token/transaction_test \
	tests/unit/token/verify_test \
	tests/unit/token/turn_test \
	tests/unit/token/wait_test \
	tests/unit/token/wrong_pin_test
check_PROGRAMS += $(token_tests)
TESTS += $(token_tests)
tests_unit_token_bay_test_SOURCES = %D%/bay_test.c
tests_unit_token_bay_test_LDADD = $(token_loop_libs)
tests_unit_token_bay_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_ms
tests_unit_token_config_ini_test_SOURCES = %D%/config_ini_test.c
tests_unit_token_login_end_test_SOURCES = %D%/login_end_test.c
tests_unit_token_login_end_test_LDADD = $(token_loop_libs)
tests_unit_token_login_end_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_ms
tests_unit_token_login_pad_test_SOURCES = %D%/login_pad_test.c $(pad_sources)
tests_unit_token_login_pad_test_LDADD = $(token_loop_libs) -lpthread
tests_unit_token_login_pad_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_ms
tests_unit_token_login_test_SOURCES = %D%/login_test.c
tests_unit_token_login_test_LDADD = $(token_loop_libs)
tests_unit_token_login_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_ms
tests_unit_token_objects_test_SOURCES = %D%/objects_test.c
tests_unit_token_objects_test_LDADD = $(token_loop_libs)
tests_unit_token_objects_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_ms
tests_unit_token_piv_test_SOURCES = %D%/piv_test.c
tests_unit_token_piv_test_LDADD = $(token_loop_libs) -lpthread
tests_unit_token_piv_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_ms
tests_unit_token_sign_test_SOURCES = %D%/sign_test.c
tests_unit_token_sign_test_LDADD = $(token_loop_libs)
tests_unit_token_sign_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_ms
tests_unit_token_slots_test_SOURCES = %D%/slots_test.c
tests_unit_token_slots_test_LDADD = $(token_loop_libs)
tests_unit_token_slots_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_ms
tests_unit_token_token_test_SOURCES = %D%/token_test.c
tests_unit_token_token_test_LDADD = $(token_loop_libs)
tests_unit_token_token_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_ms
tests_unit_token_transaction_test_SOURCES = %D%/transaction_test.c
tests_unit_token_transaction_test_LDADD = $(token_loop_libs)
tests_unit_token_transaction_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_ms
tests_unit_token_verify_test_SOURCES = %D%/verify_test.c
tests_unit_token_turn_test_SOURCES = %D%/turn_test.c
tests_unit_token_turn_test_LDADD = $(LDADD) -lpthread
tests_unit_token_wait_test_SOURCES = %D%/wait_test.c
tests_unit_token_wait_test_LDADD = $(token_loop_libs)
tests_unit_token_wait_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_ms
tests_unit_token_wrong_pin_test_SOURCES = %D%/wrong_pin_test.c
tests_unit_token_wrong_pin_test_LDADD = $(token_loop_libs)
tests_unit_token_wrong_pin_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_ms
tests_unit_token_insertion_test_SOURCES = %D%/insertion_test.c
tests_unit_token_insertion_test_LDADD = $(token_loop_libs)
tests_unit_token_insertion_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_ms
tests_unit_token_decipher_test_SOURCES = %D%/decipher_test.c
tests_unit_token_decipher_test_LDADD = $(token_loop_libs)
tests_unit_token_decipher_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_ms
tests_unit_token_derive_test_SOURCES = %D%/derive_test.c
tests_unit_token_derive_test_LDADD = $(token_loop_libs)
tests_unit_token_derive_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_ms
tests_unit_token_encode_test_SOURCES = %D%/encode_test.c
tests_unit_token_encode_test_LDADD = $(token_loop_libs)
tests_unit_token_encode_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_ms
check_PROGRAMS += tests/unit/token/label_test
TESTS += tests/unit/token/label_test
tests_unit_token_label_test_SOURCES = %D%/label_test.c
