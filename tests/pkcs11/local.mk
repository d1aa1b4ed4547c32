# Our PKCS#11 header against those of others.
if HAVE_P11KIT
check_PROGRAMS += tests/pkcs11/header_p11kit_test
TESTS += tests/pkcs11/header_p11kit_test
tests_pkcs11_header_p11kit_test_SOURCES = %D%/header_p11kit_test.c %D%/header_p11kit_theirs.c \
	%D%/header_p11kit.def %D%/header_table.h
tests_pkcs11_header_p11kit_test_CPPFLAGS = $(AM_CPPFLAGS) $(P11KIT_CFLAGS)
endif
if HAVE_NSS
check_PROGRAMS += tests/pkcs11/header_nss_test
TESTS += tests/pkcs11/header_nss_test
tests_pkcs11_header_nss_test_SOURCES = %D%/header_nss_test.c %D%/header_nss_theirs.c \
	%D%/header_nss.def %D%/header_table.h
tests_pkcs11_header_nss_test_CPPFLAGS = $(AM_CPPFLAGS) $(NSS_CFLAGS)
endif
