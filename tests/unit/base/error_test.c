/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of base/error.c. CKR values are those of PKCS#11 v3.1 §5.1, SCARD values pcsc-lite's; only
 * SCARD_E_UNSUPPORTED_FEATURE is a number, since pcsc-lite's is not that of winerror.h.
 */
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <pcsclite.h>

#include "base/error.h"

enum { LAST = MOHR_ERR_N_ROWS - 1 };

static void every_row_is_complete(void **state)
{
	(void)state;
	for (int err = -1; err >= -LAST; err--) {
		assert_true(strlen(error_name(err)) > 0);
		assert_true(strlen(error_text(err)) > 5);
		assert_int_not_equal(error_ckr(err), 0);
		assert_true(error_ckr(err) < 0x200);
		/* SCARD_* are all of facility 0x10 with the error bit */
		assert_int_equal(error_scard(err) >> 16, 0x8010);
		for (int other = err + 1; other <= 0; other++) {
			assert_string_not_equal(error_name(err), error_name(other));
			assert_string_not_equal(error_text(err), error_text(other));
		}
	}
}

static void texts_are_sentences_without_an_end(void **state)
{
	(void)state;
	for (int err = 0; err >= -LAST; err--) {
		const char *text = error_text(err);

		assert_true(text[0] >= 'A' && text[0] <= 'Z');
		assert_null(strchr(text, '\n'));
		assert_int_not_equal(text[strlen(text) - 1], '.');
	}
}

static void success_is_zero_everywhere(void **state)
{
	(void)state;
	assert_int_equal(MOHR_OK, 0);
	assert_string_equal(error_name(0), "OK");
	assert_int_equal(error_ckr(0), 0);
	assert_int_equal(error_scard(0), 0);
}

static void unknown_codes_are_general_errors(void **state)
{
	static const int codes[] = {1, INT_MAX, INT_MIN, -LAST - 1};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		assert_non_null(error_text(codes[i]));
		assert_non_null(error_name(codes[i]));
		assert_int_equal(error_ckr(codes[i]), 0x005); /* CKR_GENERAL_ERROR */
		assert_int_not_equal(error_scard(codes[i]), 0);
	}
}

static void codes_that_callers_act_on_have_their_standard_values(void **state)
{
	static const struct {
		int err;
		const char *name;
		unsigned long ckr;
		LONG scard; /* as winerror.h has it */
	} rows[] = {
		{MOHR_ERR_NOMEM, "NOMEM", 0x002, SCARD_E_NO_MEMORY},
		{MOHR_ERR_BUFFER_TOO_SMALL, "BUFFER_TOO_SMALL", 0x150, SCARD_E_INSUFFICIENT_BUFFER},
		{MOHR_ERR_CANCELLED, "CANCELLED", 0x050, SCARD_E_CANCELLED},
		{MOHR_ERR_TIMEOUT, "TIMEOUT", 0x030, SCARD_E_TIMEOUT},
		{MOHR_ERR_NO_SERVICE, "NO_SERVICE", 0x030, SCARD_E_NO_SERVICE},
		{MOHR_ERR_READER_GONE, "READER_GONE", 0x032, SCARD_E_READER_UNAVAILABLE},
		{MOHR_ERR_CARD_ABSENT, "CARD_ABSENT", 0x0E0, SCARD_E_NO_SMARTCARD},
		{MOHR_ERR_CARD_REMOVED, "CARD_REMOVED", 0x032, SCARD_W_REMOVED_CARD},
		{MOHR_ERR_CARD_RESET, "CARD_RESET", 0x030, SCARD_W_RESET_CARD},
		{MOHR_ERR_CARD_MUTE, "CARD_MUTE", 0x030, SCARD_W_UNRESPONSIVE_CARD},
		{MOHR_ERR_CARD_BUSY, "CARD_BUSY", 0x006, SCARD_E_SHARING_VIOLATION},
		{MOHR_ERR_CARD_UNKNOWN, "CARD_UNKNOWN", 0x0E1, SCARD_E_CARD_UNSUPPORTED},
		{MOHR_ERR_NOT_FOUND, "NOT_FOUND", 0x030, SCARD_E_FILE_NOT_FOUND},
		{MOHR_ERR_PIN_INCORRECT, "PIN_INCORRECT", 0x0A0, SCARD_W_WRONG_CHV},
		{MOHR_ERR_PIN_BLOCKED, "PIN_BLOCKED", 0x0A4, SCARD_W_CHV_BLOCKED},
		{MOHR_ERR_PIN_LENGTH, "PIN_LENGTH", 0x0A2, SCARD_E_INVALID_CHV},
		{MOHR_ERR_PIN_INVALID, "PIN_INVALID", 0x0A1, SCARD_E_INVALID_CHV},
		{MOHR_ERR_NOT_LOGGED_IN, "NOT_LOGGED_IN", 0x101, SCARD_W_SECURITY_VIOLATION},
		{MOHR_ERR_MECHANISM, "MECHANISM", 0x070, 0x80100022},
		{MOHR_ERR_ENCRYPTED_INVALID, "ENCRYPTED_INVALID", 0x040, SCARD_E_INVALID_PARAMETER},
		{MOHR_ERR_ENCRYPTED_LENGTH, "ENCRYPTED_LENGTH", 0x041, SCARD_E_INVALID_PARAMETER},
		{MOHR_ERR_POINT_INVALID, "POINT_INVALID", 0x071, SCARD_E_INVALID_PARAMETER},
		{MOHR_ERR_SIGNATURE_INVALID, "SIGNATURE_INVALID", 0x0C0, SCARD_E_INVALID_PARAMETER},
		{MOHR_ERR_SIGNATURE_LENGTH, "SIGNATURE_LENGTH", 0x0C1, SCARD_E_INVALID_PARAMETER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(error_name(rows[i].err), rows[i].name);
		assert_int_equal(error_ckr(rows[i].err), rows[i].ckr);
		if (error_scard(rows[i].err) != (uint32_t)rows[i].scard)
			fail_msg("%s: SCARD %X", rows[i].name, error_scard(rows[i].err));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_complete),
		cmocka_unit_test(texts_are_sentences_without_an_end),
		cmocka_unit_test(success_is_zero_everywhere),
		cmocka_unit_test(unknown_codes_are_general_errors),
		cmocka_unit_test(codes_that_callers_act_on_have_their_standard_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
