/* SPDX-License-Identifier: BSD-2-Clause */
/* The IAS Classic application: what its memory keeps, what is lost at power-down. For vcard/ only. */
#ifndef MOHR_VCARD_IAS_IAS_H
#define MOHR_VCARD_IAS_IAS_H

#include "vcard/applet.h"
#include "vcard/ias/layout.h"
#include "vcard/key.h"
#include "vcard/secret_hash.h"

enum {
	VCARD_CPLC_LEN = 42,
	VCARD_NUMBER_LEN = 10,
	VCARD_CHALLENGE_MAX = 64,
	VCARD_ADMIN_CHALLENGE = 16,
	VCARD_ADMIN_TRIES = 5,
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

struct vcard_ias_pin {
	uint8_t reference;
	uint8_t min_len, max_len; /* digits */
	uint8_t max_tries, tries_left;
	bool transport; /* has to be changed before anything else */
	bool once;      /* verified for one signature only */
	bool puk;       /* of use in RESET RETRY COUNTER only */
	uint8_t block;  /* bytes that it has in a command: digits, then 00; the layout's */
	struct vcard_secret_hash value;
};

enum { /* what a key may do, bits */
       VCARD_MAY_SIGN = 1,
       VCARD_MAY_AUTHENTICATE = 2,
       VCARD_MAY_DECIPHER = 4,
};

struct vcard_ias_file {
	uint16_t id;
	uint8_t parent; /* index; the MF is its own parent */
	bool df;
	uint8_t read, update; /* access rules */
	struct buf data;
};

/* Of cards with two PINs and keys. */
enum vcard_ias_pin_index { VCARD_PIN_AUTH, VCARD_PIN_SIGN, VCARD_PUK };
enum vcard_ias_key_index { VCARD_KEY_AUTH, VCARD_KEY_SIGN };
/* Of the national card; the MF is the first file of all. */
enum vcard_ias_file_index {
	VCARD_FILE_MF,
	VCARD_FILE_AUTH_DF,
	VCARD_FILE_AUTH_CERT,
	VCARD_FILE_SIGN_DF,
	VCARD_FILE_SIGN_CERT,
};

/* Everything that the image file keeps of it. */
struct vcard_ias_memory {
	const struct vcard_ias_layout *layout; /* says how many of each there are; not kept */
	uint8_t cplc[VCARD_CPLC_LEN];
	char number[VCARD_NUMBER_LEN];
	struct vcard_ias_pin pins[VCARD_N_PINS];
	struct vcard_key keys[VCARD_N_KEYS];
	uint8_t admin_key[32];
	uint8_t admin_key_len;
	uint8_t admin_tries_left;
	struct vcard_ias_file files[VCARD_N_FILES];
	uint8_t algorithms; /* VCARD_DOES_...: announced; 0: the usual ones, not announced */
};

enum vcard_ias_app { VCARD_APP_IAS, VCARD_APP_MANAGER };

/* One control reference template of the current security environment. */
struct vcard_ias_crt {
	bool set;
	uint8_t key; /* reference; 0 in a hash template */
	uint8_t algorithm;
};

struct vcard_ias_environment {
	struct vcard_ias_crt sign;         /* B6 */
	struct vcard_ias_crt authenticate; /* A4 */
	struct vcard_ias_crt decipher;     /* B8 */
	struct vcard_ias_crt hash;         /* AA */
	bool hashed;                       /* PSO HASH has brought a digest */
	enum hash_alg digest_alg;
	uint8_t digest[LIMIT_SIGNATURE];
	size_t digest_len;
};

struct vcard_ias {
	struct vcard_applet applet; /* first */
	struct vcard_ias_memory memory;
	/* lost at reset */
	enum vcard_ias_app app;
	uint8_t df; /* index of the current DF */
	uint8_t ef; /* index of the current EF; VCARD_N_FILES: none */
	bool verified[VCARD_N_PINS];
	bool admin;
	uint8_t challenge[VCARD_CHALLENGE_MAX];
	size_t challenge_len;
	struct vcard_ias_environment env;
};

/* The national card's, and one for each other layout. */
extern const struct vcard_applet_class vcard_ias_class, vcard_ias_uy_class, vcard_ias_uy_v4_class,
	vcard_ias_fi_class, vcard_ias_fi_v3_class, vcard_ias_ee_class;

/* The first of a card that has one, NULL of others; borrowed. */
struct vcard_ias *vcard_ias_of(const struct vcard *v);
/* This application, if it is one of these; else NULL. */
struct vcard_ias *vcard_ias_cast(struct vcard_applet *a);

vcard_handler_fn vcard_ias_select_name, vcard_ias_select;
vcard_handler_fn vcard_ias_read_binary, vcard_ias_update_binary;
vcard_handler_fn vcard_ias_verify, vcard_ias_change, vcard_ias_reset_retry;
vcard_handler_fn vcard_ias_mse;
vcard_handler_fn vcard_ias_pso;
vcard_handler_fn vcard_ias_internal_auth;
vcard_handler_fn vcard_ias_challenge, vcard_ias_external_auth;
vcard_handler_fn vcard_ias_generate;
vcard_handler_fn vcard_ias_get_data, vcard_ias_get_data_tlv;

/* SW_OK if this rule is met, else SW_SECURITY_STATUS, or SW_CONDITIONS in transport state. */
unsigned vcard_ias_access(const struct vcard_ias *v, uint8_t rule);

/* What the card's keys can be used for: VCARD_DOES_... */
uint8_t vcard_ias_does(const struct vcard_ias *v);

/* Selection, PINs, environment: what the commands share. */
void vcard_ias_environment_clear(struct vcard_ias_environment *env);
void vcard_ias_security_clear(struct vcard_ias *v);
struct vcard_ias_pin *vcard_ias_pin_find(struct vcard_ias *v, uint8_t reference);
struct vcard_key *vcard_ias_key_find(struct vcard_ias *v, uint8_t reference);

/* Sets the value (a string of digits) of a PIN; MOHR_ERR_PIN_LENGTH, MOHR_ERR_PIN_INVALID, MOHR_ERR_CRYPTO. */
MOHR_MUST_CHECK int vcard_ias_pin_set(struct vcard_ias_pin *pin, const char *digits);
/* A PIN that was needed for one signature has served. */
void vcard_ias_pin_consume(struct vcard_ias *v, uint8_t rule);

/* The longest text that the scheme takes as it is; 0: whatever the hash demands. */
enum { VCARD_ECDSA_RAW_MAX = 64 };

/* Signs a digest, or data given as they are, by an algorithm byte; writes the signature. */
MOHR_MUST_CHECK int vcard_ias_key_sign(struct vcard_key *key, uint8_t algorithm,
				       const uint8_t *data, size_t len, struct buf *ret);

/*
 * RSAES-PKCS1-v1_5, or RSADP alone with VCARD_ALGORITHM_DECIPHER_RAW. MOHR_ERR_DATA_INVALID for a bad
 * padding, which takes the same time and the same path wherever the fault lies.
 */
MOHR_MUST_CHECK int vcard_ias_key_decipher(struct vcard_key *key, uint8_t algorithm,
					   const uint8_t *data, size_t len, struct buf *ret);

/* Empties and frees. */
void vcard_ias_memory_clear(struct vcard_ias_memory *memory);
void vcard_ias_memory_encode(const struct vcard_ias_memory *memory, struct buf *b);
MOHR_MUST_CHECK int vcard_ias_memory_decode(struct cursor *c, const struct vcard_ias_layout *layout,
					    struct vcard_ias_memory *ret);

#endif
