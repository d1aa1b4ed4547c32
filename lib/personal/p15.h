/* SPDX-License-Identifier: BSD-2-Clause */
/* The directory files of a PKCS#15 card as an issuer writes them (PKCS #15 v1.1 §6). Internal to personal/. */
#ifndef MOHR_PERSONAL_P15_H
#define MOHR_PERSONAL_P15_H

#include "personal/family.h"

enum { /* file identifiers; MF and DF, then what is in the DF, but for EF.DIR */
       P15_MF = 0x3F00,
       P15_DIR = 0x2F00,
       P15_DF = 0x5015,
       P15_ODF = 0x5031,
       P15_TOKEN_INFO = 0x5032,
       P15_AODF = 0x4401,
       P15_PRKDF = 0x4402,
       P15_PUKDF = 0x4403,
       P15_CDF = 0x4404,
       P15_PUBLIC = 0x3300, /* and on: of each key */
       P15_CERTIFICATE = 0x3400,
};

enum {
	P15_N_KEYS = 2,
	P15_FIRST_ID = 0x01,
	P15_LABEL_MAX = 32,
	P15_SERIAL_LEN = 8,
	P15_RECORDS_MAX = 240
};

/* A key as its records tell of it. */
struct p15_record {
	bool has_key, has_certificate;
	struct pubkey key;
	uint8_t reference; /* on the card */
};

void personal_p15_put_dir(struct buf *b, const char *label);
void personal_p15_put_odf(struct buf *b);
void personal_p15_put_info(struct buf *b, const char *label, const uint8_t serial[P15_SERIAL_LEN]);
/* One PIN, identifier 01. */
void personal_p15_put_pin(struct buf *b, const struct pin_format *pin);
/* Of those that have a key; of those that have a certificate. Identifiers are 01 and on. */
void personal_p15_put_private_keys(struct buf *b, const struct p15_record records[P15_N_KEYS]);
void personal_p15_put_public_keys(struct buf *b, const struct p15_record records[P15_N_KEYS]);
void personal_p15_put_certificates(struct buf *b, const struct p15_record records[P15_N_KEYS]);

/* The content of a public key's file: RSAPublicKey, or SubjectPublicKeyInfo of a point. */
void personal_p15_put_public(struct buf *b, const struct pubkey *key);
/* The opposite; der is the whole file's value. */
MOHR_MUST_CHECK int personal_p15_take_public(const struct buf *der, struct pubkey *ret);

#endif
