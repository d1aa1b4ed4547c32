/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PIV application (SP 800-73-4) and the same with a vendor's instructions: what its memory keeps,
 * what is lost at power-down. docs/piv-card.md says what it answers. For vcard/ only.
 */
#ifndef MOHR_VCARD_PIV_PIV_H
#define MOHR_VCARD_PIV_PIV_H

#include "vcard/applet.h"
#include "vcard/key.h"
#include "vcard/secret_hash.h"

enum { /* key references, SP 800-73-4 part 1 table 4b */
       VCARD_PIV_GLOBAL_PIN = 0x00,
       VCARD_PIV_PIN = 0x80,
       VCARD_PIV_PUK = 0x81,
       VCARD_PIV_RETIRED_FIRST = 0x82,
       VCARD_PIV_RETIRED_LAST = 0x95,
       VCARD_PIV_AUTH = 0x9A,
       VCARD_PIV_ADMIN = 0x9B,
       VCARD_PIV_SIGN = 0x9C,
       VCARD_PIV_KEY_MANAGEMENT = 0x9D,
       VCARD_PIV_CARD_AUTH = 0x9E,
       VCARD_PIV_ATTEST = 0xF9, /* the vendor's */
};

enum { /* data objects, part 1 table 3 */
       VCARD_PIV_DISCOVERY = 0x7E,
       VCARD_PIV_BIT = 0x7F61,
       VCARD_PIV_CARD_AUTH_CERT = 0x5FC101,
       VCARD_PIV_CHUID = 0x5FC102,
       VCARD_PIV_FINGERPRINTS = 0x5FC103,
       VCARD_PIV_AUTH_CERT = 0x5FC105,
       VCARD_PIV_CCC = 0x5FC107,
       VCARD_PIV_FACE = 0x5FC108,
       VCARD_PIV_PRINTED = 0x5FC109,
       VCARD_PIV_SIGN_CERT = 0x5FC10A,
       VCARD_PIV_KEY_MANAGEMENT_CERT = 0x5FC10B,
       VCARD_PIV_KEY_HISTORY = 0x5FC10C,
       VCARD_PIV_RETIRED_CERT = 0x5FC10D, /* the first of twenty */
       VCARD_PIV_IRIS = 0x5FC121,
       VCARD_PIV_OBJECT_LAST = 0x5FC123,
       VCARD_PIV_VENDOR_FIRST = 0x5FFF00,
       VCARD_PIV_ATTEST_CERT = 0x5FFF01,
       VCARD_PIV_VENDOR_LAST = 0x5FFF15,
};

enum {
	VCARD_PIV_PIN_LEN = 8,
	VCARD_PIV_PIN_MIN = 6,
	VCARD_PIV_TRIES = 3,
	VCARD_PIV_N_KEYS = 25,
	VCARD_PIV_MAX_OBJECTS = 64,
	VCARD_PIV_OBJECT_MAX = 12800,
	VCARD_PIV_OBJECTS_MAX = 0xC000, /* all together */
	VCARD_PIV_AID_LEN = 11,
	VCARD_PIV_VERSION_LEN = 3,
	VCARD_PIV_ADMIN_KEY_MAX = 32,
	VCARD_PIV_BLOCK_MAX = 16,
};

enum vcard_piv_pin_policy { /* as the vendor numbers them */
			    VCARD_PIV_PIN_NEVER = 1,
			    VCARD_PIV_PIN_ONCE = 2,
			    VCARD_PIV_PIN_ALWAYS = 3,
};

enum { VCARD_PIV_TOUCH_NEVER = 1, VCARD_PIV_TOUCH_CACHED = 3 };
enum vcard_piv_origin { VCARD_PIV_GENERATED = 1, VCARD_PIV_IMPORTED = 2 };

struct vcard_piv_pin {
	uint8_t reference;
	bool present;
	bool initial; /* has its first value still */
	uint8_t max_tries, tries_left;
	struct vcard_secret_hash value;
};

enum vcard_piv_pin_index { VCARD_PIV_I_GLOBAL, VCARD_PIV_I_PIN, VCARD_PIV_I_PUK, VCARD_PIV_N_PINS };

/* key.use is the PIN policy. */
struct vcard_piv_key {
	struct vcard_key key;
	uint8_t touch;
	uint8_t origin;
};

struct vcard_piv_object {
	uint32_t tag;    /* 0: free */
	struct buf data; /* inside 53 or 7F61 */
};

/* Everything that the image file keeps of it. */
struct vcard_piv_memory {
	uint8_t serial[4];
	struct vcard_piv_pin pins[VCARD_PIV_N_PINS];
	uint8_t admin_algorithm; /* VCARD_ADMIN_... */
	uint8_t admin_touch;
	bool admin_initial;
	uint8_t admin_key[VCARD_PIV_ADMIN_KEY_MAX];
	struct vcard_piv_key keys[VCARD_PIV_N_KEYS];
	struct vcard_piv_object objects[VCARD_PIV_MAX_OBJECTS];
};

enum vcard_piv_challenge { VCARD_PIV_NO_CHALLENGE, VCARD_PIV_SINGLE, VCARD_PIV_MUTUAL };

struct vcard_piv {
	struct vcard_applet applet; /* first */
	struct vcard_piv_memory memory;
	/* lost at reset */
	bool verified[VCARD_PIV_N_PINS];
	bool fresh; /* a PIN was verified by the command just before */
	bool admin;
	enum vcard_piv_challenge challenge_for;
	uint8_t challenge[VCARD_PIV_BLOCK_MAX];
};

extern const struct vcard_applet_class vcard_piv_class, vcard_yubikey_class;
extern const uint8_t vcard_piv_aid[VCARD_PIV_AID_LEN];
extern const uint8_t vcard_piv_version[VCARD_PIV_VERSION_LEN];

/* The first of a card that has one, NULL of others; borrowed. */
struct vcard_piv *vcard_piv_of(const struct vcard *v);
/* This application, if it is one of these; else NULL. */
struct vcard_piv *vcard_piv_cast(struct vcard_applet *a);
/* Whether it has the vendor's instructions. */
bool vcard_piv_is_vendor(const struct vcard_piv *p);

/* Keys, objects and what is in F9 and 5FFF01, on a new card or one that was reset. */
MOHR_MUST_CHECK int vcard_piv_personalise(struct vcard_piv *p, const struct vcard_setup *setup);
MOHR_MUST_CHECK int vcard_piv_make_attester(struct vcard_piv *p);
void vcard_piv_security_clear(struct vcard_piv *p);

vcard_handler_fn vcard_piv_select_name, vcard_piv_select;
vcard_handler_fn vcard_piv_get_data, vcard_piv_put_data;
vcard_handler_fn vcard_piv_verify, vcard_piv_change, vcard_piv_reset_retry;
vcard_handler_fn vcard_piv_general_auth, vcard_piv_generate;
vcard_handler_fn vcard_piv_get_version, vcard_piv_get_serial, vcard_piv_get_metadata;
vcard_handler_fn vcard_piv_set_admin_key, vcard_piv_set_retries, vcard_piv_factory_reset;
vcard_handler_fn vcard_piv_import, vcard_piv_move_key, vcard_piv_attest;

/* Keys. NULL for a reference that this card has no place for. */
struct vcard_piv_key *vcard_piv_key_find(struct vcard_piv *p, uint8_t reference);
void vcard_piv_key_layout(struct vcard_piv_key keys[VCARD_PIV_N_KEYS]);
/* What SP 800-73-4 demands of this reference. */
enum vcard_piv_pin_policy vcard_piv_key_policy(uint8_t reference);
void vcard_piv_key_erase(struct vcard_piv_key *key);
/* Algorithm identifier (SP 800-78-4 table 6-2 and the vendor's) of a kind, and back. */
uint8_t vcard_piv_algorithm(enum vcard_key_kind kind);
MOHR_MUST_CHECK int vcard_piv_kind(uint8_t algorithm, enum vcard_key_kind *ret);
/*
 * Reads AA and AB, which may be absent (0) or 0 (default), behind each other to the end of c; a
 * policy that is none is MOHR_ERR_MALFORMED.
 */
MOHR_MUST_CHECK int vcard_piv_get_policies(struct cursor *c, uint8_t *ret_pin, uint8_t *ret_touch);
/* Notes policies (0: the default ones) and origin of a key that has just been made. */
void vcard_piv_key_note(struct vcard_piv_key *key, uint8_t pin, uint8_t touch,
			enum vcard_piv_origin origin);

/* The management key: authentication with it, its lengths, its cipher. */
unsigned vcard_piv_admin_auth(struct vcard_piv *p, uint8_t algorithm, struct cursor c,
			      struct buf *ret);
/* 0 for no algorithm of management keys. */
size_t vcard_piv_admin_key_len(uint8_t algorithm);
/* One that the vendor ships: 3DES with 01 to 08, thrice. */
void vcard_piv_admin_default(struct vcard_piv_memory *m);

/* Objects: NULL if absent. set: MOHR_ERR_LIMIT if there is no room, empty data delete. */
const struct vcard_piv_object *vcard_piv_object_find(const struct vcard_piv_memory *m,
						     uint32_t tag);
MOHR_MUST_CHECK int vcard_piv_object_set(struct vcard_piv_memory *m, uint32_t tag,
					 const uint8_t *data, size_t len);
/* A certificate as its object has it: 70, 71, FE. */
MOHR_MUST_CHECK int vcard_piv_certificate_set(struct vcard_piv_memory *m, uint32_t tag,
					      const struct buf *der, bool gzip);
/* The opposite. MOHR_ERR_NOT_FOUND, MOHR_ERR_MALFORMED, MOHR_ERR_LIMIT. */
MOHR_MUST_CHECK int vcard_piv_certificate_get(const struct vcard_piv_memory *m, uint32_t tag,
					      struct buf *ret_der);
/* The certificate's object of a key; 0: none. */
uint32_t vcard_piv_certificate_tag(uint8_t reference);

/* PINs. The value is the block as it stands in a command. MOHR_ERR_PIN_INVALID, MOHR_ERR_CRYPTO. */
MOHR_MUST_CHECK int vcard_piv_pin_set(const struct vcard_piv *p, struct vcard_piv_pin *pin,
				      const uint8_t block[VCARD_PIV_PIN_LEN]);
/* The same of text. */
MOHR_MUST_CHECK int vcard_piv_pin_set_text(const struct vcard_piv *p, struct vcard_piv_pin *pin,
					   const char *text);
struct vcard_piv_pin *vcard_piv_pin_find(struct vcard_piv *p, uint8_t reference);
/* Whether the PIN condition is met. */
bool vcard_piv_pin_verified(const struct vcard_piv *p);

/* Empties and frees. */
void vcard_piv_memory_clear(struct vcard_piv_memory *m);
void vcard_piv_memory_encode(const struct vcard_piv_memory *m, struct buf *b);
MOHR_MUST_CHECK int vcard_piv_memory_decode(struct cursor *c, struct vcard_piv_memory *ret);

#endif
