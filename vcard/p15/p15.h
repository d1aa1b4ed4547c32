/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A card with a file system (ISO 7816-4, -8, -9) and PKCS#15 on it (ISO 7816-15): what its memory keeps,
 * what is lost at power-down. Where real cards differ, struct vcard_p15_dialect has a field; a new card is a
 * row of that. docs/p15-card.md says what it answers. For vcard/ only.
 */
#ifndef MOHR_VCARD_P15_P15_H
#define MOHR_VCARD_P15_P15_H

#include "vcard/applet.h"
#include "vcard/key.h"
#include "vcard/secret_hash.h"

enum {
	VCARD_P15_MF = 0x3F00,
	VCARD_P15_EF_DIR = 0x2F00,
	VCARD_P15_DF = 0x5015, /* the PKCS#15 application's */
	VCARD_P15_ODF = 0x5031,
	VCARD_P15_TOKEN_INFO = 0x5032,
	VCARD_P15_N_FILES = 64,
	VCARD_P15_NO_FILE = 0xFF,
	VCARD_P15_N_PINS = 28, /* fourteen, and a PUK for each */
	VCARD_P15_N_KEYS = 16,
	VCARD_P15_NO_KEY = 0xFF,
	VCARD_P15_PIN_MAX = 16, /* bytes, padding included */
	VCARD_P15_ATTRIBUTES_MAX = 16,
	VCARD_P15_SERIAL_LEN = 10,
	VCARD_P15_FILE_MAX = 0x7FFF, /* what READ BINARY reaches */
	VCARD_P15_FILES_MAX = 0x20000,
	VCARD_P15_CHALLENGE = 16,
	VCARD_P15_ADMIN_TRIES = 5,
	VCARD_P15_REF_ADMIN_KEY = 0x94,
	VCARD_P15_DIGEST_MAX = LIMIT_SIGNATURE,
	VCARD_P15_N_PARTS = 8,
};

/* ---- access */

enum vcard_p15_op { /* what can be done with a file, or with the key in it */
		    VCARD_P15_READ,
		    VCARD_P15_UPDATE,
		    VCARD_P15_DELETE,
		    VCARD_P15_CREATE, /* in a DF */
		    VCARD_P15_USE,    /* a key */
		    VCARD_P15_GENERATE,
		    VCARD_P15_N_OPS,
};

/* Conditions; 1 to 14: memory.pins[n - 1] was verified. */
enum { VCARD_P15_ALWAYS = 0x00, VCARD_P15_BY_ADMIN = 0x20, VCARD_P15_NEVER = 0xFF };

/* ---- what is kept */

enum vcard_p15_kind { VCARD_P15_IS_DF, VCARD_P15_IS_EF, VCARD_P15_IS_KEY };
enum { VCARD_P15_CREATION = 0x01, VCARD_P15_ACTIVE = 0x05 }; /* ISO 7816-4 table 14 */

struct vcard_p15_file {
	bool used;
	uint8_t kind;
	uint8_t parent; /* index; the MF, index 0, is its own parent */
	uint16_t id;
	uint8_t descriptor; /* tag 82 */
	uint8_t state;      /* tag 8A */
	uint8_t key;        /* index, of VCARD_P15_IS_KEY; VCARD_P15_NO_KEY: none made yet */
	uint16_t size;      /* of a key: in bits */
	struct buf data;    /* an EF's; size bytes */
	uint8_t name_len;   /* tag 84, of a DF */
	uint8_t name[LIMIT_AID];
	uint8_t attributes_len; /* tag 86: in the dialect's own form */
	uint8_t attributes[VCARD_P15_ATTRIBUTES_MAX];
	uint8_t proprietary[2]; /* tag 85, as it came */
};

struct vcard_p15_pin {
	bool present;
	uint8_t reference;
	uint8_t by;  /* condition number of the PIN (a PUK) that unblocks it; 0: nothing does */
	bool hidden; /* of use in RESET RETRY COUNTER only */
	uint8_t max_tries, tries_left;
	struct vcard_secret_hash value;
};

struct vcard_p15_key {
	struct vcard_key
		key;     /* empty der: this place is free; key.use: a condition; key.reference */
	uint8_t consent; /* condition number of the PIN that a use of the key uses up; 0: none */
};

/* Everything that the image file keeps of it. */
struct vcard_p15_memory {
	uint8_t serial[VCARD_P15_SERIAL_LEN];
	bool open; /* being initialised: access conditions do not hold yet */
	uint16_t changes;
	struct vcard_p15_file files[VCARD_P15_N_FILES];
	struct vcard_p15_pin pins[VCARD_P15_N_PINS];
	struct vcard_p15_key keys[VCARD_P15_N_KEYS];
	uint8_t admin_key[32];
	uint8_t admin_key_len; /* 0: the dialect has none */
	uint8_t admin_tries_left;
};

/* ---- dialects */

enum vcard_p15_scheme {
	VCARD_P15_PKCS1, /* the card pads what it gets (RFC 8017 §9.2 steps 3 to 5), or unpads */
	VCARD_P15_PSS,   /* EMSA-PSS of a hash, whose length tells which (RFC 8017 §9.1) */
	VCARD_P15_RAW,   /* RSA over a whole block */
	VCARD_P15_ECDSA, /* over a hash */
	VCARD_P15_ECDSA_SHA1, /* the card hashes */
	VCARD_P15_ECDH,
	VCARD_P15_MAKE, /* names a kind of key to be made: see kind */
};

/* One value of the algorithm reference, tag 80. */
struct vcard_p15_algorithm {
	uint8_t byte;
	enum vcard_p15_scheme scheme;
	enum vcard_key_kind kind;
};

/* A place for a key. */
struct vcard_p15_slot {
	uint8_t reference;
	uint8_t use, consent; /* conditions */
	uint16_t file;        /* where keys are files */
};

enum {                                /* dialect flags */
       VCARD_P15_KEYS_ARE_FILES = 1,  /* MSE names a key by its file, tag 81; else by tag 84 */
       VCARD_P15_ECDSA_DER = 2,       /* signatures are DER; else r, then s */
       VCARD_P15_BARE_CRYPTOGRAM = 4, /* DECIPHER takes one also without its padding indicator */
       VCARD_P15_ANY_PIN = 8,         /* any bytes but the padding; else digits */
       VCARD_P15_SHORT_PINS = 16,     /* PINs come unpadded too, when alone */
       VCARD_P15_MSE_FOR_ALL = 32,    /* MSE SET with P2 = 00: for the making of keys */
       VCARD_P15_HAS_ADMIN = 64,
       VCARD_P15_NO_SIZES = 128, /* control information does not tell how long an EF is */
};

struct vcard_p15;
struct vcard_p15_plan; /* vcard/p15/plan.h */

/* The layout of a class: see vcard/applet.h. */
struct vcard_p15_dialect {
	uint8_t flags;
	const uint8_t *aid; /* selects the MF; NULL: only DFs have names */
	size_t aid_len;
	const uint8_t *greeting; /* what that answers; NULL: the MF's control information */
	size_t greeting_len;
	const struct vcard_instruction *instructions;
	size_t n_instructions;
	const struct vcard_p15_algorithm *algorithms;
	size_t n_algorithms;
	uint8_t pin_len, pin_pad;           /* of a PIN in a command */
	uint8_t pin_min, pin_max;           /* without padding */
	const struct vcard_p15_slot *slots; /* of keys that tag 84 names, or that a new card has */
	size_t n_slots;
	const struct vcard_p15_plan *plan; /* of a new card; NULL: personalise does without */
	/* The condition that a file's attributes put on this operation. */
	uint8_t (*condition)(const struct vcard_p15_file *f, enum vcard_p15_op op);
	/* Fills a new card: PINs, files, and keys and certificates unless it is blank. */
	int (*personalise)(struct vcard_p15 *p, const struct vcard_setup *setup);
};

/* ---- the card at work */

enum {                         /* templates of the security environment */
       VCARD_P15_FOR_SIGN,     /* B6 */
       VCARD_P15_FOR_DECIPHER, /* B8 */
       VCARD_P15_FOR_AGREE,    /* A4 */
       VCARD_P15_FOR_MAKE,     /* 00 */
       VCARD_P15_N_TEMPLATES,
};

struct vcard_p15_template {
	bool set;
	uint8_t key;       /* index; VCARD_P15_NO_KEY: none of that reference yet */
	uint8_t reference; /* as it was given */
	bool has_algorithm;
	struct vcard_p15_algorithm algorithm;
};

struct vcard_p15 {
	struct vcard_applet applet; /* first */
	struct vcard_p15_memory memory;
	/* lost at reset */
	uint8_t df, ef; /* index of the current DF, and of the current EF or key file */
	bool verified[VCARD_P15_N_PINS];
	bool admin;
	uint8_t challenge[VCARD_P15_CHALLENGE];
	bool challenged;
	struct vcard_p15_template templates[VCARD_P15_N_TEMPLATES];
	uint8_t digest[VCARD_P15_DIGEST_MAX]; /* PSO HASH has brought it */
	size_t digest_len;
	uint8_t loading_file; /* whose key comes part by part */
	struct buf loading[VCARD_P15_N_PARTS];
};

extern const struct vcard_applet_class vcard_p15_class, vcard_p15_bare_class, vcard_myeid_class,
	vcard_isoapplet_class, vcard_isoapplet_v1_class;
extern const struct vcard_p15_dialect vcard_p15_plain, vcard_p15_bare, vcard_p15_myeid;

const struct vcard_p15_dialect *vcard_p15_dialect(const struct vcard_p15 *p);

/* NULL for an application of another kind. */
struct vcard_p15 *vcard_p15_cast(struct vcard_applet *a);
/* Of a card that has one, NULL of others; borrowed. */
struct vcard_p15 *vcard_p15_of(const struct vcard *v);

vcard_handler_fn vcard_p15_select_name;

/* Instructions that dialects choose from. */
vcard_handler_fn vcard_p15_select, vcard_p15_read, vcard_p15_update, vcard_p15_erase;
vcard_handler_fn vcard_p15_create_file, vcard_p15_delete_file, vcard_p15_activate;
vcard_handler_fn vcard_p15_verify, vcard_p15_change, vcard_p15_reset_retry, vcard_p15_unverify;
vcard_handler_fn vcard_p15_mse, vcard_p15_pso, vcard_p15_challenge, vcard_p15_external_auth;
vcard_handler_fn vcard_p15_generate, vcard_p15_get_serial;

/* ---- files: file.c */

/* NULL for VCARD_P15_NO_FILE. */
struct vcard_p15_file *vcard_p15_file(struct vcard_p15 *p, uint8_t index);
/* The child of a DF with this identifier, or VCARD_P15_NO_FILE. */
uint8_t vcard_p15_child(const struct vcard_p15 *p, uint8_t df, uint16_t id);
/*
 * Makes a file below parent: an EF of size bytes of 00, a DF, or a place for a key of size bits.
 * MOHR_ERR_ARGUMENT if it is there, MOHR_ERR_LIMIT, MOHR_ERR_NOMEM.
 */
MOHR_MUST_CHECK int vcard_p15_file_add(struct vcard_p15 *p, uint8_t parent,
				       const struct vcard_p15_file *like, uint8_t *ret_index);
/* Deletes it, what is below it and the keys in it. */
void vcard_p15_file_delete(struct vcard_p15 *p, uint8_t index);
/* An EF's content, from its beginning. MOHR_ERR_LIMIT if it does not fit. */
MOHR_MUST_CHECK int vcard_p15_file_write(struct vcard_p15_file *f, const void *data, size_t len);
/* The control information, in 6F or 62. */
void vcard_p15_put_control(const struct vcard_p15 *p, const struct vcard_p15_file *f, bool fcp,
			   struct buf *ret);
/* SW_OK if the condition is met, else SW_SECURITY_STATUS. */
unsigned vcard_p15_access(const struct vcard_p15 *p, uint8_t condition);
/* The same of an operation on a file. */
unsigned vcard_p15_allows(const struct vcard_p15 *p, const struct vcard_p15_file *f,
			  enum vcard_p15_op op);
/* Makes it current. */
void vcard_p15_choose(struct vcard_p15 *p, uint8_t index);

/* ---- PINs: pin.c */

/* By reference; NULL if there is none. */
struct vcard_p15_pin *vcard_p15_pin_find(struct vcard_p15 *p, uint8_t reference);
/* Gives it a value, text, and all tries. MOHR_ERR_PIN_LENGTH, MOHR_ERR_PIN_INVALID, MOHR_ERR_CRYPTO. */
MOHR_MUST_CHECK int vcard_p15_pin_set(const struct vcard_p15_dialect *d, struct vcard_p15_pin *pin,
				      const char *text);
/* The same of a value as it stands in a command. */
MOHR_MUST_CHECK int vcard_p15_pin_set_block(const struct vcard_p15_dialect *d,
					    struct vcard_p15_pin *pin, const uint8_t *value,
					    size_t len);

/* ---- keys and the environment: key.c, environment.c, pso.c */

/* A place for a key of this reference: its own, or a free one; VCARD_P15_NO_KEY if all are taken. */
uint8_t vcard_p15_key_place(const struct vcard_p15 *p, uint8_t reference);
/* Of a key that there is; VCARD_P15_NO_KEY. */
uint8_t vcard_p15_key_find(const struct vcard_p15 *p, uint8_t reference);
void vcard_p15_key_erase(struct vcard_p15_key *key);
/* The slot of a reference, or NULL. */
const struct vcard_p15_slot *vcard_p15_slot(const struct vcard_p15_dialect *d, uint8_t reference);
/* Makes a key in this place, and puts that on disk. */
unsigned vcard_p15_make_key(struct vcard_p15 *p, uint8_t place, const struct vcard_p15_slot *slot,
			    enum vcard_key_kind kind);
/* Empties the environment, digest and loading included. */
void vcard_p15_environment_clear(struct vcard_p15 *p);
/* The key that a template names, if it may be used; its condition and the file's. */
unsigned vcard_p15_reach(struct vcard_p15 *p, const struct vcard_p15_template *t,
			 struct vcard_p15_key **ret);
/* A PIN that was needed for one use of a key has served. */
void vcard_p15_consume(struct vcard_p15 *p, const struct vcard_p15_key *key);
/* Signs by a scheme in the dialect's form, deciphers. Errors as in vcard/key.h, MOHR_ERR_DATA_LENGTH. */
MOHR_MUST_CHECK int vcard_p15_sign(const struct vcard_p15_dialect *d, struct vcard_p15_key *key,
				   enum vcard_p15_scheme scheme, const uint8_t *data, size_t len,
				   struct buf *ret);
MOHR_MUST_CHECK int vcard_p15_decipher(struct vcard_p15_key *key, enum vcard_p15_scheme scheme,
				       const uint8_t *data, size_t len, struct buf *ret);

/* ---- the image: memory.c */

void vcard_p15_memory_init(struct vcard_p15_memory *m);
/* Empties and frees. */
void vcard_p15_memory_clear(struct vcard_p15_memory *m);
void vcard_p15_memory_encode(const struct vcard_p15_memory *m, struct buf *b);
MOHR_MUST_CHECK int vcard_p15_memory_decode(struct cursor *c, struct vcard_p15_memory *ret);

#endif
