# Unit tests are cmocka programs; each folder of tests/unit mirrors one of the product. A test needs a
# line in TESTS and check_PROGRAMS and its SOURCES; the libraries come from LDADD.
LDADD = lib/libmohr.la $(CMOCKA_LIBS) $(CRYPTO_LIBS)

if HAVE_CMOCKA
include tests/unit/base/local.mk
include tests/unit/codec/local.mk
include tests/unit/crypto/local.mk
include tests/unit/transport/local.mk
include tests/unit/card/local.mk
include tests/unit/profile/local.mk
include tests/unit/token/local.mk
include tests/unit/personal/local.mk
include tests/unit/vcard/local.mk
include tests/pkcs11/local.mk
include tests/fault/local.mk
include tests/replay/local.mk
endif
include tests/with-card/local.mk
include tests/harness/local.mk
include tests/fuzz/local.mk
include tests/hostile/local.mk
include tests/integration/local.mk
include tests/consumers/local.mk
include tests/stress/local.mk
include tests/bench/local.mk
include tests/lint/local.mk

# The unit tests, and some of the module, under valgrind's memcheck; for trees without sanitizers.
.PHONY: check-valgrind
check-valgrind:
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(filter tests/unit/%_test tests/pkcs11/object_test tests/pkcs11/session_test tests/pkcs11/sign_test,$(TESTS))' \
		LOG_COMPILER='valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite'
