/* SPDX-License-Identifier: BSD-2-Clause */
/* Every limit of libmohr, in bytes unless the name says otherwise. */
#ifndef MOHR_BASE_LIMITS_H
#define MOHR_BASE_LIMITS_H

enum {
	LIMIT_ATR = 33,          /* ISO 7816-3 §8.2 */
	LIMIT_AID = 16,          /* ISO 7816-4 §12.2.2 */
	LIMIT_READER_NAME = 128, /* pcsclite MAX_READERNAME */
	LIMIT_N_READERS = 16,    /* pcscd's own */
	LIMIT_SHORT_LC = 255,    /* ISO 7816-4 §5.1 */
	LIMIT_SHORT_LE = 256,
	LIMIT_EXTENDED_LC = 65535,
	LIMIT_EXTENDED_LE = 65536,
	LIMIT_APDU = 4 + 3 + 65535 + 2, /* the longest command */
	LIMIT_RESPONSE = 65536 + 2,     /* the longest response, status word included */
	LIMIT_CHAINED_DATA = 65536,     /* sum over command chaining */
	LIMIT_RESPONSE_ROUNDS = 300,    /* 61xx/6Cxx rounds of one command */
	LIMIT_ENDLESS_ROUNDS = 32,      /* the same, once a card has come to that limit */
	LIMIT_LISTING_APDUS = 768,      /* a card's certificates and public keys, together */
	LIMIT_DIRECTORY_APDUS = 384,    /* its directory files, if it has any */
	LIMIT_FILE = 65536,             /* one file read from a card */
	LIMIT_CERTIFICATE = 16384,
	LIMIT_TLV_DEPTH = 16,
	LIMIT_PIN = 64, /* longest PIN anyone may type */
	LIMIT_RSA_BITS = 4096,
	LIMIT_SIGNATURE = LIMIT_RSA_BITS / 8,
	LIMIT_N_KEYS = 32, /* per card */
	LIMIT_N_CERTIFICATES = 64,
	LIMIT_N_DATA = 16,
	LIMIT_N_PINS = 4,
	LIMIT_ATTRIBUTE = 65536,          /* one value that a PKCS#11 template gives */
	LIMIT_SECRET_VALUE = 1024,        /* of a key that was derived */
	LIMIT_N_SESSION_OBJECTS = 4096,   /* of all sessions with one token */
	LIMIT_SESSION_OBJECTS = 16 << 20, /* what they hold, together */
	LIMIT_SLOTS_PER_READER = 4,
	LIMIT_LOG_LINE = 512,
	LIMIT_TRACE = 64 << 20,            /* a recording that is replayed */
	LIMIT_FRAME = LIMIT_RESPONSE + 16, /* one message between host and virtual card */
};

#endif
