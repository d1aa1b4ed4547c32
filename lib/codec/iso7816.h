/* SPDX-License-Identifier: BSD-2-Clause */
/* ISO 7816-4/-8 constants, ATR reading, and the masking of APDUs by instruction. */
#ifndef MOHR_CODEC_ISO7816_H
#define MOHR_CODEC_ISO7816_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/limits.h"

enum { /* ISO 7816-4 §5.4.1 */
       CLA_PLAIN = 0x00,
       CLA_CHAIN = 0x10,
       CLA_PROPRIETARY = 0x80,
};

enum { /* ISO 7816-4 §5.4.2, ISO 7816-8 §5, ISO 7816-9 */
       INS_VERIFY = 0x20,
       INS_VERIFY_TLV = 0x21,
       INS_MSE = 0x22,
       INS_CHANGE = 0x24,
       INS_PSO = 0x2A,
       INS_RESET_RETRY = 0x2C,
       INS_GENERATE = 0x47,
       INS_EXTERNAL_AUTH = 0x82,
       INS_CHALLENGE = 0x84,
       INS_GENERAL_AUTH = 0x87,
       INS_INTERNAL_AUTH = 0x88,
       INS_SELECT = 0xA4,
       INS_READ_BINARY = 0xB0,
       INS_READ_RECORD = 0xB2,
       INS_GET_RESPONSE = 0xC0,
       INS_GET_DATA = 0xCA,
       INS_GET_DATA_TLV = 0xCB,
       INS_UPDATE_BINARY = 0xD6,
       INS_PUT_DATA = 0xDA,
       INS_PUT_DATA_TLV = 0xDB,
};

enum { /* ISO 7816-4 §5.6 */
       SW_OK = 0x9000,
       SW_END_OF_FILE = 0x6282,
       SW_DEACTIVATED = 0x6283,
       SW_TERMINATED = 0x6285,
       SW_TRIES_LEFT = 0x63C0, /* low nibble: tries */
       SW_EXECUTION_ERROR = 0x6400,
       SW_MEMORY_FAILURE = 0x6581,
       SW_WRONG_LENGTH = 0x6700,
       SW_LAST_CHAIN_EXPECTED = 0x6883,
       SW_CHAINING_UNSUPPORTED = 0x6884,
       SW_WRONG_FILE_TYPE = 0x6981,
       SW_SECURITY_STATUS = 0x6982,
       SW_BLOCKED = 0x6983,
       SW_REFERENCE_UNUSABLE = 0x6984,
       SW_CONDITIONS = 0x6985,
       SW_NO_CURRENT_EF = 0x6986,
       SW_WRONG_DATA = 0x6A80,
       SW_FUNCTION_UNSUPPORTED = 0x6A81,
       SW_FILE_NOT_FOUND = 0x6A82,
       SW_NO_SPACE = 0x6A84,
       SW_WRONG_P1P2 = 0x6A86,
       SW_REFERENCE_NOT_FOUND = 0x6A88,
       SW_FILE_EXISTS = 0x6A89,
       SW_OFFSET = 0x6B00,
       SW_WRONG_INS = 0x6D00,
       SW_WRONG_CLA = 0x6E00,
       SW_UNKNOWN = 0x6F00,
};

/* What an ATR announces (ISO 7816-3 §8, ISO 7816-4 §8.1.1 and table 117 "card capabilities"). */
struct atr_info {
	bool t0, t1;              /* protocols offered; T=0 if there is no TD1 */
	bool chaining;            /* command chaining announced */
	bool extended_length;     /* extended Lc and Le announced */
	struct cursor historical; /* borrows from the ATR */
};

/* MOHR_ERR_MALFORMED unless the ATR is whole; a wrong or surplus TCK is tolerated (real cards have it). */
MOHR_MUST_CHECK int atr_decode(const void *atr, size_t len, struct atr_info *ret);

/*
 * Masking. Known harmless instructions are shown, everything else keeps its header and length only:
 * an allow-list, so that a new command is secret until somebody has thought about it. The state
 * remembers the last command, since GET RESPONSE and chained parts inherit its secrecy. It starts
 * zeroed, one for each card.
 */
struct apdu_mask {
	bool data_secret; /* of the command last seen */
	bool response_secret;
	bool in_chain; /* more parts of that command follow */
	bool seen;     /* false: no command yet, and a response is secret */
};

/*
 * Writes command to out (cap >= len) with its secret data bytes replaced by 0x2A; header, Lc and Le
 * stay. *ret_masked tells whether anything was replaced. VERIFY with an empty body is shown.
 * Where the lengths do not add up, all behind the header is replaced. out may be command itself.
 */
void apdu_mask_command(struct apdu_mask *m, const uint8_t *command, size_t len, uint8_t *out,
		       bool *ret_masked);
/* The same for the answer to that command: all but the status word is replaced if it is secret. */
void apdu_mask_response(const struct apdu_mask *m, const uint8_t *response, size_t len,
			uint8_t *out, bool *ret_masked);

#endif
