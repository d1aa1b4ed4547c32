check_PROGRAMS += tests/unit/crypto/crypto_test tests/unit/crypto/crypto_openssl_test \
	tests/unit/crypto/eddsa_test
TESTS += tests/unit/crypto/crypto_test tests/unit/crypto/crypto_openssl_test \
	tests/unit/crypto/eddsa_test
tests_unit_crypto_crypto_test_SOURCES = %D%/crypto_test.c
tests_unit_crypto_crypto_openssl_test_SOURCES = %D%/crypto_openssl_test.c %D%/hex.h
tests_unit_crypto_crypto_openssl_test_LDADD = $(LDADD) -lpthread
tests_unit_crypto_eddsa_test_SOURCES = %D%/eddsa_test.c %D%/hex.h
