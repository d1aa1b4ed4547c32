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

# The provider, loaded and called as an application does, with cards of mohr-vcard; one program per
# chapter of the specification.
pkcs11_tests = \
	tests/pkcs11/apdu_test \
	tests/pkcs11/blank_test \
	tests/pkcs11/data_object_test \
	tests/pkcs11/decrypt_test \
	tests/pkcs11/derive_test \
	tests/pkcs11/digest_test \
	tests/pkcs11/encrypt_test \
	tests/pkcs11/general_test \
	tests/pkcs11/incumbent_test \
	tests/pkcs11/isoapplet_test \
	tests/pkcs11/login_test \
	tests/pkcs11/object_test \
	tests/pkcs11/physical_test \
	tests/pkcs11/piv_test \
	tests/pkcs11/arguments_test \
	tests/pkcs11/initialize_test \
	tests/pkcs11/interface_test \
	tests/pkcs11/random_test \
	tests/pkcs11/cancel_test \
	tests/pkcs11/digest_vector_test \
	tests/pkcs11/event_test \
	tests/pkcs11/token_test \
	tests/pkcs11/sign_large_test \
	tests/pkcs11/sign_each_test \
	tests/pkcs11/process_test \
	tests/pkcs11/random_template_test \
	tests/pkcs11/session_object_life_test \
	tests/pkcs11/session_object_test \
	tests/pkcs11/session_test \
	tests/pkcs11/sign_ec_test \
	tests/pkcs11/sign_test \
	tests/pkcs11/slot_test \
	tests/pkcs11/verify_signature_test \
	tests/pkcs11/verify_test
check_PROGRAMS += $(pkcs11_tests)
TESTS += $(pkcs11_tests)
check_LTLIBRARIES += tests/pkcs11/libfixture.la
tests_pkcs11_libfixture_la_SOURCES = \
	%D%/card_process.c \
	%D%/card_process.h \
	%D%/card_reader.c \
	%D%/card_reader.h \
	%D%/fixture.c \
	%D%/fixture.h \
	%D%/fixture_verify.c \
	%D%/maker.c \
	%D%/maker.h \
	%D%/peer.c \
	%D%/peer.h \
	tests/with-card/readers.c
tests_pkcs11_libfixture_la_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS) $(PCSC_CFLAGS)
pkcs11_test_libs = tests/pkcs11/libfixture.la vcard/libvcard.la lib/libmohr.la $(CMOCKA_LIBS) $(CRYPTO_LIBS) $(PCSC_LIBS) -ldl -lpthread

# The same programs once more, with the card behind a real pcscd.
TESTS += %D%/pcscd.sh
EXTRA_DIST += %D%/pcscd.sh
tests_pkcs11_apdu_test_SOURCES = %D%/apdu_test.c
tests_pkcs11_apdu_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_decrypt_test_SOURCES = %D%/decrypt_test.c
tests_pkcs11_decrypt_test_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_pkcs11_decrypt_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_derive_test_SOURCES = %D%/derive_test.c
tests_pkcs11_derive_test_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_pkcs11_derive_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_encrypt_test_SOURCES = %D%/encrypt_test.c
tests_pkcs11_encrypt_test_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_pkcs11_encrypt_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_digest_test_SOURCES = %D%/digest_test.c
tests_pkcs11_digest_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_general_test_SOURCES = %D%/general_test.c
tests_pkcs11_general_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_login_test_SOURCES = %D%/login_test.c
tests_pkcs11_login_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_incumbent_test_SOURCES = %D%/incumbent_test.c
tests_pkcs11_incumbent_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_object_test_SOURCES = %D%/object_test.c
tests_pkcs11_object_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_session_object_test_SOURCES = %D%/session_object_test.c
tests_pkcs11_session_object_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_session_object_life_test_SOURCES = %D%/session_object_life_test.c
tests_pkcs11_session_object_life_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_data_object_test_SOURCES = %D%/data_object_test.c
tests_pkcs11_data_object_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_random_template_test_SOURCES = %D%/random_template_test.c
tests_pkcs11_random_template_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_session_test_SOURCES = %D%/session_test.c
tests_pkcs11_session_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_sign_test_SOURCES = %D%/sign_test.c
tests_pkcs11_sign_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_slot_test_SOURCES = %D%/slot_test.c
tests_pkcs11_slot_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_arguments_test_SOURCES = %D%/arguments_test.c %D%/calls.def
tests_pkcs11_arguments_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_initialize_test_SOURCES = %D%/initialize_test.c
tests_pkcs11_initialize_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_interface_test_SOURCES = %D%/interface_test.c
tests_pkcs11_interface_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_random_test_SOURCES = %D%/random_test.c
tests_pkcs11_random_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_cancel_test_SOURCES = %D%/cancel_test.c
tests_pkcs11_cancel_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_digest_vector_test_SOURCES = %D%/digest_vector_test.c
tests_pkcs11_digest_vector_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_event_test_SOURCES = %D%/event_test.c
tests_pkcs11_event_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_token_test_SOURCES = %D%/token_test.c
tests_pkcs11_token_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_sign_large_test_SOURCES = %D%/sign_large_test.c
tests_pkcs11_sign_large_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_sign_each_test_SOURCES = %D%/sign_each_test.c
tests_pkcs11_sign_each_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_process_test_SOURCES = %D%/process_test.c
tests_pkcs11_process_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_sign_ec_test_SOURCES = %D%/sign_ec_test.c
tests_pkcs11_sign_ec_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_verify_signature_test_SOURCES = %D%/verify_signature_test.c
tests_pkcs11_verify_signature_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_verify_test_SOURCES = %D%/verify_test.c
tests_pkcs11_verify_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_blank_test_SOURCES = %D%/blank_test.c
tests_pkcs11_blank_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_piv_test_SOURCES = %D%/piv_test.c
tests_pkcs11_piv_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_isoapplet_test_SOURCES = %D%/isoapplet_test.c
tests_pkcs11_isoapplet_test_LDADD = $(pkcs11_test_libs)
tests_pkcs11_physical_test_SOURCES = %D%/physical_test.c
tests_pkcs11_physical_test_LDADD = $(pkcs11_test_libs)

# The provider and a virtual card in one process.
check_PROGRAMS += tests/pkcs11/inside_test
TESTS += tests/pkcs11/inside_test
tests_pkcs11_inside_test_SOURCES = %D%/inside_test.c $(pad_sources)
tests_pkcs11_inside_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=transport_pcsc_new
tests_pkcs11_inside_test_LDADD = tests/pkcs11/libfixture.la pkcs11/libpkcs11.la $(loop_libs) \
	$(PCSC_LIBS) -ldl -lpthread
