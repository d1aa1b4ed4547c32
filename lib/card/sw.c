/* SPDX-License-Identifier: BSD-2-Clause */
/* What status words mean: ISO 7816-4 §5.6 tables 5 and 6, with what the commands make of them. */
#include "card/sw.h"

#include "codec/iso7816.h"

#define ANY(sw, mask, err, text)                                                                   \
	{                                                                                          \
		(sw), (mask), 0, (err), (text)                                                     \
	}
#define ONE(sw, mask, ins, err)                                                                    \
	{                                                                                          \
		(sw), (mask), (ins), (err), NULL                                                   \
	}
/* the same meaning after each command that compares a PIN, and after RESET RETRY COUNTER */
#define PIN(sw, mask, err)                                                                         \
	ONE(sw, mask, INS_VERIFY, err), ONE(sw, mask, INS_CHANGE, err),                            \
		ONE(sw, mask, INS_RESET_RETRY, err)

/* clang-format off */
static const struct sw_row rows[] = {
	ANY(0x6100, 0xFF00, MOHR_ERR_CARD_REFUSED, "more data available"),
	ANY(0x6281, 0xFFFF, MOHR_ERR_MALFORMED, "returned data may be corrupted"),
	ANY(0x6282, 0xFFFF, MOHR_ERR_MALFORMED, "end of file reached"),
	ANY(0x6283, 0xFFFF, MOHR_ERR_CONDITIONS, "file deactivated"),
	ANY(0x6285, 0xFFFF, MOHR_ERR_CARD_TERMINATED, "file or application terminated"),
	ANY(0x6200, 0xFF00, MOHR_ERR_CARD_REFUSED, "warning, nothing changed"),
	PIN(0x6300, 0xFFFF, MOHR_ERR_PIN_INCORRECT),
	ANY(0x6300, 0xFFFF, MOHR_ERR_SECURITY_STATUS, "authentication failed"),
	PIN(0x63C0, 0xFFFF, MOHR_ERR_PIN_BLOCKED),
	PIN(0x63C0, 0xFFF0, MOHR_ERR_PIN_INCORRECT),
	ANY(0x63C0, 0xFFF0, MOHR_ERR_SECURITY_STATUS, "authentication failed, tries are counted"),
	ANY(0x6300, 0xFF00, MOHR_ERR_CARD_REFUSED, "warning, something changed"),
	ANY(0x6400, 0xFF00, MOHR_ERR_CARD_REFUSED, "execution error, nothing changed"),
	ANY(0x6500, 0xFF00, MOHR_ERR_CARD_MEMORY, "execution error, memory failure"),
	ANY(0x6600, 0xFF00, MOHR_ERR_CARD_REFUSED, "execution error, security related"),
	ANY(0x6700, 0xFFFF, MOHR_ERR_CARD_REFUSED, "wrong length"),
	ANY(0x6700, 0xFF00, MOHR_ERR_CARD_REFUSED, "wrong length"),
	ANY(0x6883, 0xFFFF, MOHR_ERR_CARD_REFUSED, "last command of the chain expected"),
	ANY(0x6800, 0xFF00, MOHR_ERR_NOT_SUPPORTED, "function of the class byte not supported"),
	ONE(0x6981, 0xFFFF, INS_SELECT, MOHR_ERR_NOT_FOUND),
	ONE(0x6981, 0xFFFF, INS_READ_BINARY, MOHR_ERR_NOT_FOUND),
	ANY(0x6981, 0xFFFF, MOHR_ERR_CARD_REFUSED, "command does not fit the file's structure"),
	ANY(0x6982, 0xFFFF, MOHR_ERR_SECURITY_STATUS, "security status not satisfied"),
	ONE(0x6983, 0xFFFF, INS_EXTERNAL_AUTH, MOHR_ERR_CONDITIONS),
	ANY(0x6983, 0xFFFF, MOHR_ERR_PIN_BLOCKED, "authentication method blocked"),
	PIN(0x6984, 0xFFFF, MOHR_ERR_PIN_BLOCKED),
	ANY(0x6984, 0xFFFF, MOHR_ERR_CONDITIONS, "reference data not usable"),
	ONE(0x6985, 0xFFFF, INS_VERIFY, MOHR_ERR_PIN_MUST_CHANGE),
	ONE(0x6985, 0xFFFF, INS_RESET_RETRY, MOHR_ERR_PIN_MUST_CHANGE),
	ANY(0x6985, 0xFFFF, MOHR_ERR_CONDITIONS, "conditions of use not satisfied"),
	ONE(0x6986, 0xFFFF, INS_READ_BINARY, MOHR_ERR_NOT_FOUND),
	ANY(0x6986, 0xFFFF, MOHR_ERR_CONDITIONS, "no current file"),
	ANY(0x6987, 0xFFFF, MOHR_ERR_NOT_SUPPORTED, "secure messaging expected"),
	ANY(0x6988, 0xFFFF, MOHR_ERR_NOT_SUPPORTED, "secure messaging incorrect"),
	ANY(0x6900, 0xFF00, MOHR_ERR_CARD_REFUSED, "command not allowed"),
	PIN(0x6A80, 0xFFFF, MOHR_ERR_PIN_INVALID),
	ONE(0x6A80, 0xFFFF, INS_MSE, MOHR_ERR_MECHANISM),
	ONE(0x6A80, 0xFFFF, INS_PSO, MOHR_ERR_DATA_INVALID),
	ONE(0x6A80, 0xFFFF, INS_INTERNAL_AUTH, MOHR_ERR_DATA_INVALID),
	ANY(0x6A80, 0xFFFF, MOHR_ERR_CARD_REFUSED, "incorrect data"),
	ANY(0x6A81, 0xFFFF, MOHR_ERR_NOT_SUPPORTED, "function not supported"),
	ANY(0x6A82, 0xFFFF, MOHR_ERR_NOT_FOUND, "file or application not found"),
	ANY(0x6A83, 0xFFFF, MOHR_ERR_NOT_FOUND, "record not found"),
	ANY(0x6A84, 0xFFFF, MOHR_ERR_CARD_MEMORY, "not enough memory"),
	ANY(0x6A86, 0xFFFF, MOHR_ERR_NOT_SUPPORTED, "incorrect P1 or P2"),
	ANY(0x6A88, 0xFFFF, MOHR_ERR_NOT_FOUND, "referenced data not found"),
	ANY(0x6A89, 0xFFFF, MOHR_ERR_CARD_REFUSED, "file exists already"),
	ANY(0x6A8A, 0xFFFF, MOHR_ERR_CARD_REFUSED, "name of the application exists already"),
	ANY(0x6A00, 0xFF00, MOHR_ERR_CARD_REFUSED, "wrong parameters"),
	ANY(0x6B00, 0xFF00, MOHR_ERR_CARD_REFUSED, "wrong parameters, offset past the end"),
	ANY(0x6C00, 0xFF00, MOHR_ERR_CARD_REFUSED, "wrong Le"),
	ANY(0x6D00, 0xFF00, MOHR_ERR_NOT_SUPPORTED, "instruction not supported"),
	ANY(0x6E00, 0xFF00, MOHR_ERR_NOT_SUPPORTED, "class not supported"),
	ANY(0x6F00, 0xFF00, MOHR_ERR_CARD_REFUSED, "no precise diagnosis"),
	ANY(0x9000, 0xFFFF, 0, "success"),
};
/* clang-format on */

const struct sw_row *sw_table(size_t *ret_n)
{
	*ret_n = sizeof(rows) / sizeof(rows[0]);
	return rows;
}

static const struct sw_row *find(uint8_t ins, uint16_t sw)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if ((sw & rows[i].mask) == rows[i].sw && (rows[i].ins == 0 || rows[i].ins == ins))
			return &rows[i];
	}
	return NULL;
}

int sw_error(uint8_t ins, uint16_t sw)
{
	const struct sw_row *row = find(ins, sw);

	return row == NULL ? MOHR_ERR_CARD_REFUSED : row->err;
}

const char *sw_text(uint16_t sw)
{
	const struct sw_row *row = find(0, sw);

	return row == NULL ? "unknown status word" : row->text;
}

int sw_tries(uint16_t sw)
{
	if ((sw & 0xFFF0) == SW_TRIES_LEFT)
		return sw & 0x0F;
	return sw == SW_BLOCKED || sw == SW_REFERENCE_UNUSABLE ? 0 : -1;
}
