# Fuzz targets. With --enable-fuzzers they are libFuzzer programs (scripts/fuzz runs them); without, the
# same names replay their corpora in make check. A new target NAME is: NAME_fuzz.c, a folder
# corpus/NAME that is not empty, its name in fuzz_targets, and three lines as those at the end.
fuzz_targets = \
	tests/fuzz/api_fuzz \
	tests/fuzz/apdu_fuzz \
	tests/fuzz/apdu_mask_fuzz \
	tests/fuzz/atr_fuzz \
	tests/fuzz/card_fuzz \
	tests/fuzz/digest_info_fuzz \
	tests/fuzz/frame_fuzz \
	tests/fuzz/natid_fuzz \
	tests/fuzz/p15_fuzz \
	tests/fuzz/pin_pad_fuzz \
	tests/fuzz/piv_fuzz \
	tests/fuzz/pkcs15_fuzz \
	tests/fuzz/pubkey_fuzz \
	tests/fuzz/tlv_fuzz \
	tests/fuzz/trace_line_fuzz \
	tests/fuzz/x509_fuzz
fuzz_libs = lib/libmohr.la $(CRYPTO_LIBS)

if FUZZERS
noinst_PROGRAMS += $(fuzz_targets)
fuzz_main = %D%/fuzz.h
fuzz_ldflags = $(AM_LDFLAGS) -fsanitize=fuzzer
else
check_PROGRAMS += $(fuzz_targets)
TESTS += $(fuzz_targets)
fuzz_main = %D%/fuzz.h %D%/replay_main.c
fuzz_ldflags = $(AM_LDFLAGS)
endif

EXTRA_DIST += %D%/corpus %D%/generate_api_corpus.py %D%/generate_card_corpus.py %D%/generate_corpus.py \
	%D%/generate_trace_corpus.py %D%/replay_main.c

tests_fuzz_apdu_mask_fuzz_SOURCES = %D%/apdu_mask_fuzz.c $(fuzz_main)
tests_fuzz_apdu_mask_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_apdu_mask_fuzz_LDADD = $(fuzz_libs)

tests_fuzz_atr_fuzz_SOURCES = %D%/atr_fuzz.c $(fuzz_main)
tests_fuzz_atr_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_atr_fuzz_LDADD = $(fuzz_libs)

tests_fuzz_digest_info_fuzz_SOURCES = %D%/digest_info_fuzz.c $(fuzz_main)
tests_fuzz_digest_info_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_digest_info_fuzz_LDADD = $(fuzz_libs)

tests_fuzz_frame_fuzz_SOURCES = %D%/frame_fuzz.c $(fuzz_main)
tests_fuzz_frame_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_frame_fuzz_LDADD = $(fuzz_libs)

tests_fuzz_pin_pad_fuzz_SOURCES = %D%/pin_pad_fuzz.c $(fuzz_main)
tests_fuzz_pin_pad_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_pin_pad_fuzz_LDADD = $(fuzz_libs)

tests_fuzz_pkcs15_fuzz_SOURCES = %D%/pkcs15_fuzz.c $(fuzz_main)
tests_fuzz_pkcs15_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_pkcs15_fuzz_LDADD = $(fuzz_libs)

tests_fuzz_pubkey_fuzz_SOURCES = %D%/pubkey_fuzz.c $(fuzz_main)
tests_fuzz_pubkey_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_pubkey_fuzz_LDADD = $(fuzz_libs)

tests_fuzz_tlv_fuzz_SOURCES = %D%/tlv_fuzz.c $(fuzz_main)
tests_fuzz_tlv_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_tlv_fuzz_LDADD = $(fuzz_libs)

tests_fuzz_trace_line_fuzz_SOURCES = %D%/trace_line_fuzz.c $(fuzz_main)
tests_fuzz_trace_line_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_trace_line_fuzz_LDADD = $(fuzz_libs)

tests_fuzz_x509_fuzz_SOURCES = %D%/x509_fuzz.c $(fuzz_main)
tests_fuzz_x509_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_x509_fuzz_LDADD = $(fuzz_libs)

tests_fuzz_apdu_fuzz_SOURCES = %D%/apdu_fuzz.c %D%/scripted_link.h $(fuzz_main)
tests_fuzz_apdu_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_apdu_fuzz_LDADD = $(fuzz_libs)

tests_fuzz_card_fuzz_SOURCES = %D%/card_fuzz.c %D%/scripted_link.h $(fuzz_main)
tests_fuzz_card_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_card_fuzz_LDADD = $(fuzz_libs)

tests_fuzz_natid_fuzz_SOURCES = %D%/natid_fuzz.c %D%/scripted_link.h $(fuzz_main)
tests_fuzz_natid_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_natid_fuzz_LDADD = $(fuzz_libs)

tests_fuzz_p15_fuzz_SOURCES = %D%/p15_fuzz.c %D%/scripted_link.h $(fuzz_main)
tests_fuzz_p15_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_p15_fuzz_LDADD = $(fuzz_libs)

tests_fuzz_piv_fuzz_SOURCES = %D%/piv_fuzz.c %D%/scripted_link.h $(fuzz_main)
tests_fuzz_piv_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_piv_fuzz_LDADD = $(fuzz_libs)

# The whole provider over virtual cards in this process.
tests_fuzz_api_fuzz_SOURCES = %D%/api_fuzz.c $(fuzz_main)
tests_fuzz_api_fuzz_LDFLAGS = $(fuzz_ldflags) -Wl,--wrap=transport_pcsc_new -Wl,--wrap=clock_ms
tests_fuzz_api_fuzz_LDADD = pkcs11/libpkcs11.la $(token_loop_libs)
