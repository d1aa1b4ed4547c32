base_tests = \
	tests/unit/base/alg_test \
	tests/unit/base/buf_test \
	tests/unit/base/clock_test \
	tests/unit/base/config_test \
	tests/unit/base/error_test \
	tests/unit/base/log_test \
	tests/unit/base/mutex_test \
	tests/unit/base/secret_test \
	tests/unit/base/thread_test
check_PROGRAMS += $(base_tests)
TESTS += $(base_tests)
tests_unit_base_alg_test_SOURCES = %D%/alg_test.c
tests_unit_base_buf_test_SOURCES = %D%/buf_test.c
tests_unit_base_buf_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc
tests_unit_base_clock_test_SOURCES = %D%/clock_test.c
tests_unit_base_config_test_SOURCES = %D%/config_test.c
tests_unit_base_error_test_SOURCES = %D%/error_test.c
tests_unit_base_error_test_CPPFLAGS = $(AM_CPPFLAGS) $(PCSC_CFLAGS)
tests_unit_base_log_test_SOURCES = %D%/log_test.c
tests_unit_base_mutex_test_SOURCES = %D%/mutex_test.c
tests_unit_base_mutex_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=calloc
tests_unit_base_thread_test_SOURCES = %D%/thread_test.c
tests_unit_base_thread_test_LDADD = $(LDADD) -lpthread
tests_unit_base_secret_test_SOURCES = %D%/secret_test.c
tests_unit_base_secret_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=mmap
