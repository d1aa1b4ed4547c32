# lib/token over an in-process card, disturbed at every exchange.
check_PROGRAMS += tests/fault/token_fault_test
TESTS += tests/fault/token_fault_test
tests_fault_token_fault_test_SOURCES = %D%/token_fault_test.c
tests_fault_token_fault_test_LDADD = $(token_loop_libs)
tests_fault_token_fault_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_ms

# The module when memory runs out. Sanitizers bring an allocator of their own.
if !SANITIZED
check_PROGRAMS += tests/fault/malloc_fault_test
TESTS += tests/fault/malloc_fault_test
tests_fault_malloc_fault_test_SOURCES = %D%/malloc_fault_test.c
tests_fault_malloc_fault_test_LDADD = $(pkcs11_test_libs)
endif
