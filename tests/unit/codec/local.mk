codec_tests = \
	tests/unit/codec/apdu_mask_test \
	tests/unit/codec/atr_test \
	tests/unit/codec/der_test \
	tests/unit/codec/eme_test \
	tests/unit/codec/emsa_test \
	tests/unit/codec/frame_test \
	tests/unit/codec/inflate_test \
	tests/unit/codec/mgf1_test \
	tests/unit/codec/pkcs15_info_test \
	tests/unit/codec/pkcs15_key_test \
	tests/unit/codec/pkcs15_object_test \
	tests/unit/codec/pkcs15_part_test \
	tests/unit/codec/pubkey_test \
	tests/unit/codec/tlv_test \
	tests/unit/codec/x509_test
check_PROGRAMS += $(codec_tests)
TESTS += $(codec_tests)
tests_unit_codec_apdu_mask_test_SOURCES = %D%/apdu_mask_test.c %D%/hex.h
tests_unit_codec_atr_test_SOURCES = %D%/atr_test.c %D%/hex.h
tests_unit_codec_der_test_SOURCES = %D%/der_test.c %D%/hex.h
tests_unit_codec_eme_test_SOURCES = %D%/eme_test.c %D%/hex.h %D%/secret_bytes.h
tests_unit_codec_emsa_test_SOURCES = %D%/emsa_test.c %D%/hex.h
tests_unit_codec_frame_test_SOURCES = %D%/frame_test.c %D%/hex.h
tests_unit_codec_inflate_test_SOURCES = %D%/inflate_test.c %D%/hex.h
tests_unit_codec_mgf1_test_SOURCES = %D%/mgf1_test.c %D%/hex.h
tests_unit_codec_pkcs15_info_test_SOURCES = %D%/pkcs15_info_test.c %D%/hex.h %D%/tree.h
tests_unit_codec_pkcs15_key_test_SOURCES = %D%/pkcs15_key_test.c %D%/hex.h %D%/tree.h
tests_unit_codec_pkcs15_object_test_SOURCES = %D%/pkcs15_object_test.c %D%/hex.h %D%/tree.h
tests_unit_codec_pkcs15_part_test_SOURCES = %D%/pkcs15_part_test.c %D%/hex.h %D%/tree.h
tests_unit_codec_pubkey_test_SOURCES = %D%/pubkey_test.c %D%/hex.h
tests_unit_codec_tlv_test_SOURCES = %D%/tlv_test.c %D%/hex.h
tests_unit_codec_x509_test_SOURCES = %D%/x509_test.c %D%/hex.h

EXTRA_DIST += \
	tests/data/pkcs15/generate.sh \
	tests/data/pkcs15/aodf.bin \
	tests/data/pkcs15/cdf.bin \
	tests/data/pkcs15/info.bin \
	tests/data/pkcs15/odf.bin \
	tests/data/pkcs15/prkdf.bin \
	tests/data/x509/generate.sh \
	tests/data/x509/agree-p521.der \
	tests/data/x509/auth-p256.der \
	tests/data/x509/auth-rsa2048.der \
	tests/data/x509/ca-rsa2048.der \
	tests/data/x509/empty-subject.der \
	tests/data/x509/none-far.der \
	tests/data/x509/other-curve.der \
	tests/data/x509/auth-ed25519.der \
	tests/data/x509/other-key.der \
	tests/data/x509/sign-p384.der \
	tests/data/x509/sign-rsa2048.der \
	tests/data/x509/version1.der
