/* SPDX-License-Identifier: BSD-2-Clause */
/* The inside of a virtual card: what its memory keeps, what is lost at power-down. For vcard/ only. */
#ifndef MOHR_VCARD_CARD_H
#define MOHR_VCARD_CARD_H

#include <openssl/types.h>

#include "base/limits.h"
#include "vcard/command.h"
#include "vcard/vcard.h"

enum {
	VCARD_PIN_BLOCK = 16,  /* a PIN as it stands in a command: digits, then 00 */
	VCARD_FILE_MAX = 8192, /* 0x2000 */
	VCARD_CPLC_LEN = 42,
	VCARD_NUMBER_LEN = 10,
	VCARD_CHALLENGE_MAX = 64,
	VCARD_ADMIN_CHALLENGE = 16,
	VCARD_ADMIN_TRIES = 5,
	VCARD_REF_AUTH_PIN = 0x81,
	VCARD_REF_SIGN_PIN = 0x82,
	VCARD_REF_PUK = 0x83,
	VCARD_REF_AUTH_KEY = 0x01,
	VCARD_REF_SIGN_KEY = 0x02,
	VCARD_REF_ADMIN_KEY = 0x91,
	VCARD_FID_MF = 0x3F00,
};

/*
 * Access rules are security condition bytes (ISO 7816-4 §9.3.3.1, table 38): 00 always, FF never, bit
 * 8 all conditions instead of any, bit 6 external authentication, bit 5 user authentication. The low
 * nibble, a security environment there, says which PIN: 1 is reference 81.
 */
enum {
	VCARD_ACCESS_ALWAYS = 0x00,
	VCARD_ACCESS_ALL_OF = 0x80,
	VCARD_ACCESS_ADMIN = 0x20,
	VCARD_ACCESS_PIN = 0x10,
	VCARD_ACCESS_NEVER = 0xFF,
};

struct vcard_pin {
	uint8_t reference;
	uint8_t min_len, max_len; /* digits */
	uint8_t max_tries, tries_left;
	bool transport; /* has to be changed before anything else */
	bool once;      /* verified for one signature only */
	bool puk;       /* of use in RESET RETRY COUNTER only */
	uint8_t salt[16];
	uint8_t hash[32];
};

enum { /* what a key may do, bits */
       VCARD_MAY_SIGN = 1,
       VCARD_MAY_AUTHENTICATE = 2,
       VCARD_MAY_DECIPHER = 4,
};

struct vcard_key {
	uint8_t reference;
	uint8_t use; /* access rule */
	uint8_t may;
	enum vcard_key_kind kind;
	struct buf der;  /* the private key; empty: none yet */
	EVP_PKEY *ready; /* the same once it was needed, else NULL */
};

struct vcard_file {
	uint16_t id;
	uint8_t parent; /* index; the MF is its own parent */
	bool df;
	uint8_t read, update; /* access rules */
	struct buf data;
};

enum vcard_pin_index { VCARD_PIN_AUTH, VCARD_PIN_SIGN, VCARD_PUK, VCARD_N_PINS };
enum vcard_key_index { VCARD_KEY_AUTH, VCARD_KEY_SIGN, VCARD_N_KEYS };
enum vcard_file_index {
	VCARD_FILE_MF,
	VCARD_FILE_AUTH_DF,
	VCARD_FILE_AUTH_CERT,
	VCARD_FILE_SIGN_DF,
	VCARD_FILE_SIGN_CERT,
	VCARD_N_FILES
};

/* Everything that the image file keeps. */
struct vcard_memory {
	uint8_t atr[LIMIT_ATR];
	size_t atr_len;
	uint8_t cplc[VCARD_CPLC_LEN];
	char number[VCARD_NUMBER_LEN];
	struct vcard_pin pins[VCARD_N_PINS];
	struct vcard_key keys[VCARD_N_KEYS];
	uint8_t admin_key[32];
	uint8_t admin_key_len;
	uint8_t admin_tries_left;
	struct vcard_file files[VCARD_N_FILES];
	uint8_t algorithms; /* VCARD_DOES_...: announced; 0: the usual ones, not announced */
};

enum vcard_app { VCARD_APP_IAS, VCARD_APP_MANAGER };

/* One control reference template of the current security environment. */
struct vcard_crt {
	bool set;
	uint8_t key; /* reference; 0 in a hash template */
	uint8_t algorithm;
};

struct vcard_environment {
	struct vcard_crt sign;         /* B6 */
	struct vcard_crt authenticate; /* A4 */
	struct vcard_crt decipher;     /* B8 */
	struct vcard_crt hash;         /* AA */
	bool hashed;                   /* PSO HASH has brought a digest */
	enum hash_alg digest_alg;
	uint8_t digest[LIMIT_SIGNATURE];
	size_t digest_len;
};

struct vcard_chain {
	bool open;
	uint8_t ins, p1, p2;
	struct buf data;
};

struct vcard_image;

struct vcard {
	struct vcard_memory memory;
	struct vcard_image *image; /* NULL: in memory only */
	bool broken;               /* a write failed: memory and image may differ */
	bool t0;
	bool extended;
	/* lost at reset */
	enum vcard_app app;
	uint8_t df; /* index of the current DF */
	uint8_t ef; /* index of the current EF; VCARD_N_FILES: none */
	bool verified[VCARD_N_PINS];
	bool admin;
	uint8_t challenge[VCARD_CHALLENGE_MAX];
	size_t challenge_len;
	struct vcard_environment env;
	struct vcard_chain chain;
	struct buf pending; /* what GET RESPONSE will fetch */
	size_t pending_off;
};

/*
 * Puts the memory on disk. SW_OK, or SW_MEMORY_FAILURE: from then on the card answers nothing else.
 */
unsigned vcard_commit(struct vcard *v);

/* SW_OK if this rule is met, else SW_SECURITY_STATUS, or SW_CONDITIONS in transport state. */
unsigned vcard_access(const struct vcard *v, uint8_t rule);

/* What the card's keys can be used for: VCARD_DOES_... */
uint8_t vcard_does(const struct vcard *v);

/* Selection, PINs, environment: what the commands share. */
void vcard_environment_clear(struct vcard_environment *env);
void vcard_security_clear(struct vcard *v);
struct vcard_pin *vcard_pin_find(struct vcard *v, uint8_t reference);
struct vcard_key *vcard_key_find(struct vcard *v, uint8_t reference);

/* Sets the value (a string of digits) of a PIN; MOHR_ERR_PIN_LENGTH, MOHR_ERR_PIN_INVALID, MOHR_ERR_CRYPTO. */
MOHR_MUST_CHECK int vcard_pin_set(struct vcard_pin *pin, const char *digits);
/* A PIN that was needed for one signature has served. */
void vcard_pin_consume(struct vcard *v, uint8_t rule);

/* Empties and frees. */
void vcard_memory_clear(struct vcard_memory *memory);
void vcard_memory_encode(const struct vcard_memory *memory, struct buf *b);
MOHR_MUST_CHECK int vcard_memory_decode(struct cursor *c, struct vcard_memory *ret);

#endif
