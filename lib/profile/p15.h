/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PKCS#15 cards (PKCS #15 v1.1, ISO 7816-15): what the files of this profile share. Where cards differ in
 * what the standards leave open, struct p15_kind has a field, and a new card is a row of p15_kind.c.
 * Internal to profile/.
 */
#ifndef MOHR_PROFILE_P15_H
#define MOHR_PROFILE_P15_H

#include "card/file.h"
#include "codec/pkcs15.h"
#include "profile/profile.h"

enum {
	P15_PATH_MAX = 14,          /* of file identifiers below the MF */
	P15_N_FILES = 32,           /* directory files that are kept */
	P15_BYTES_MAX = LIMIT_FILE, /* what they hold, together */
	P15_N_PINS = 16,            /* of all sorts */
	P15_N_ALGORITHMS = 64,      /* of TokenInfo; the others are not looked at */
};

/* ---- kinds of cards --------------------------------------------------------------------------- */

/* What a key does on the card. */
enum p15_operation {
	P15_PKCS1,      /* EMSA-PKCS1-v1_5 padding of a DigestInfo, and RSASP1 */
	P15_PSS,        /* EMSA-PSS of a digest, salt of its length */
	P15_RAW,        /* RSASP1 of a whole block */
	P15_ECDSA,      /* of a digest */
	P15_ECDSA_SHA1, /* of a message, which the card hashes */
	P15_DECIPHER,   /* RSADP of a whole block */
	P15_DERIVE,     /* ECDH */
	P15_N_OPERATIONS
};

/* Whether the card does it, and what MSE SET calls it in tag 80. */
enum {
	P15_CANNOT = 0,
	P15_UNSTATED = 0x100, /* it does, without tag 80 */
	P15_STATED = 0x200,   /* with this byte */
};
#define P15_BY(byte) (P15_STATED | (byte))

enum p15_agreement {                              /* how a point is given to the card */
		     P15_BY_PSO,                  /* PSO DECIPHER with A6{7F49{86}}, ISO 7816-8 */
		     P15_BY_GENERAL_AUTHENTICATE, /* 7C{85} */
};

struct p15_kind {
	const char *mark;   /* what the ATR's historical bytes end with; NULL: they do not tell */
	const uint8_t *aid; /* a name of its own; NULL: PKCS#15's */
	size_t aid_len;
	const char *model;
	bool in_mf;          /* that name selects the MF, not the application's DF */
	bool key_is_file;    /* MSE names a key by its file, and its DF is to be selected */
	bool names_no_file;  /* MSE knows no tag 81 */
	bool pins_anywhere;  /* PINs are of all DFs, whatever AODF says */
	bool any_pin;        /* of any bytes, though AODF says digits */
	bool pads_digest;    /* ECDSA: what is signed is as long as the curve */
	bool chains;         /* command chaining, whatever the ATR says */
	bool select_forgets; /* SELECT by its name gives up what was verified */
	bool tells_features; /* IsoApplet: in its answer to SELECT, or by GET DATA 0101 */
	bool tells_version;  /* MyEID: GET DATA 01A0 */
	enum p15_agreement agreement;
	uint16_t does[P15_N_OPERATIONS]; /* without anything else in TokenInfo */
};

/* The standards' alone. */
extern const struct p15_kind p15_plain;
/* Which row the historical bytes name; p15_plain if none. */
const struct p15_kind *p15_kind_by_atr(const struct link *link);
/* The rows that have a name of their own, one after the other; NULL after the last. */
const struct p15_kind *p15_kind_next_named(const struct p15_kind *previous);
/* What the card says of itself, after it has been selected with this answer. */
struct p15_card;
MOHR_MUST_CHECK int p15_kind_ask(struct p15_card *p15, const struct buf *greeting);

/* ---- an identified card ----------------------------------------------------------------------- */

/* File identifiers from the MF on, which itself is not among them. */
struct p15_path {
	uint8_t len;
	uint8_t at[P15_PATH_MAX];
	uint8_t below; /* how many of the bytes are of the application's DF, if it is to be there */
};

struct p15_text;

struct p15_card {
	struct card card; /* first */
	const struct p15_kind *kind;
	uint8_t aid[LIMIT_AID]; /* what SELECT calls the application */
	size_t aid_len;         /* 0: by its path */
	struct p15_path base;   /* of its DF */
	struct p15_path odf;    /* of files[0], its object directory: what shows that it is there */
	bool in_mf;             /* SELECT by name leads to the MF */
	/* Nobody else can have selected anything since we have. */
	bool is_selected;
	unsigned turn;      /* the channel's, of then */
	struct p15_path df; /* which we have left behind */
	bool tells_always;  /* SELECT with P2 = 0C is not for this card */
	/* What was read and is borrowed from. */
	struct buf files[P15_N_FILES];
	unsigned n_files;
	size_t n_bytes;
	unsigned n_apdus; /* what reading them has taken */
	struct p15_text *texts;
	/* What the files say; keys, certificates and data in struct card's order. */
	struct pkcs15_info info;
	struct pkcs15_pin pins[P15_N_PINS];
	unsigned n_pins;
	unsigned pin_of[LIMIT_N_PINS]; /* which of them struct card's are */
	struct pkcs15_key keys[LIMIT_N_KEYS];
	struct pkcs15_certificate certificates[LIMIT_N_CERTIFICATES];
	struct pkcs15_data data[LIMIT_N_DATA];
	struct pkcs15_value public_lists[P15_N_FILES];
	unsigned n_public_lists;
	bool publics_read;
	struct pkcs15_key publics[LIMIT_N_KEYS]; /* read when somebody asks */
	unsigned n_publics;
	uint16_t does[P15_N_OPERATIONS]; /* the kind's, and what the card says of itself */
	uint16_t key_does[LIMIT_N_KEYS][P15_N_OPERATIONS];
};

/* ---- p15_file.c ------------------------------------------------------------------------------- */

/* SELECT of the application: its name, or the path of its DF. ret (may be NULL) gets the answer. */
MOHR_MUST_CHECK int p15_select(struct p15_card *p15, struct buf *ret);
/*
 * Sees to it that the application is selected, and that it keeps its security states where it was: applets
 * of Java cards lose them by SELECT. *ret_again (may be NULL): it was not, as far as is known.
 */
MOHR_MUST_CHECK int p15_ensure(struct p15_card *p15, bool *ret_again);
/* Sees to it that this DF is the current one. */
MOHR_MUST_CHECK int p15_enter(struct p15_card *p15, const struct p15_path *df);
/* Whether others may have used the card since the application was selected. */
bool p15_may_be_elsewhere(const struct p15_card *p15);
/* Whether r, just returned by a command on this channel, is the card's own refusal. */
bool p15_refused(const struct channel *c, int r);

/* MOHR_ERR_NOT_SUPPORTED for a short identifier and for what is no path. */
MOHR_MUST_CHECK int p15_path_decode(const struct p15_card *p15, const struct cursor *path,
				    struct p15_path *ret);
/* All but the last identifier. */
struct p15_path p15_path_parent(const struct p15_path *path);
bool p15_path_equal(const struct p15_path *a, const struct p15_path *b);

/* SELECT of an EF. */
MOHR_MUST_CHECK int p15_select_file(struct p15_card *p15, const struct p15_path *path,
				    size_t *ret_size);
/* Whether data objects end here: behind the last one is padding, or nothing. */
bool p15_objects_end(const struct buf *have, bool at_end);

enum p15_content { /* what of a file is wanted */
		   P15_WHOLE,
		   P15_OBJECTS,  /* data objects, and padding that need not come */
		   P15_SEQUENCE, /* one, of DER: a certificate */
};

/*
 * The bytes of a value. The application is selected, and a file is read once more, where another one may
 * have answered. MOHR_ERR_NOT_FOUND if there are none.
 */
MOHR_MUST_CHECK int p15_read(struct p15_card *p15, const struct pkcs15_value *value,
			     enum p15_content content, struct buf *ret);
/* The same with what a directory file lists, which stays; *ret borrows. */
MOHR_MUST_CHECK int p15_keep(struct p15_card *p15, const struct pkcs15_value *value,
			     struct cursor *ret);

/* ---- p15_text.c ------------------------------------------------------------------------------- */

/*
 * UTF-8 that can be shown, of what is stored: bytes that are none, and control characters, become '?';
 * blanks at the end go. At most cap - 1 bytes of whole characters, and a NUL.
 */
void p15_text_copy(const struct cursor *stored, char *ret, size_t cap);
/* The same in memory that lives as long as the card; NULL: there is none. */
const char *p15_text_keep(struct p15_card *p15, const struct cursor *stored);
void p15_text_free(struct p15_card *p15);

/* ---- p15_list.c ------------------------------------------------------------------------------- */

/* Reads what the object directory lists; fills struct card's PINs, keys, certificates and data. */
MOHR_MUST_CHECK int p15_list(struct p15_card *p15, const struct cursor *odf);
/* Both are there, and the same. */
bool p15_same_id(const struct cursor *a, const struct cursor *b);
int p15_read_public_key(struct card *card, unsigned key, struct buf *ret_spki);

/* ---- p15_pin.c -------------------------------------------------------------------------------- */

/* How the PIN looks on the card; false: in no way that we know. */
bool p15_pin_format(const struct p15_card *p15, const struct pkcs15_pin *pin,
		    struct pin_format *ret);
/* The DF that is to be selected before its commands; false: the application's. */
bool p15_pin_df(const struct p15_card *p15, const struct pkcs15_pin *pin, struct p15_path *ret);
int p15_query(struct card *card, unsigned pin, struct pin_status *ret);
int p15_query_opened(struct card *card, unsigned pin, struct pin_status *ret);
int p15_verify(struct card *card, unsigned pin, const struct secret *value, int *ret_tries);
int p15_unverify(struct card *card, unsigned pin);
int p15_change(struct card *card, unsigned pin, const struct secret *old_value,
	       const struct secret *new_value, int *ret_tries);
int p15_unblock(struct card *card, unsigned pin, const struct secret *puk,
		const struct secret *new_value, int *ret_tries);
int p15_verify_pad(struct card *card, unsigned pin, const struct pin_pad *pad, int *ret_tries);
int p15_change_pad(struct card *card, unsigned pin, const struct pin_pad *pad, int *ret_tries);

/* ---- p15_key.c -------------------------------------------------------------------------------- */

/* Which operations each key has, by the kind of card and TokenInfo. */
void p15_find_operations(struct p15_card *p15);
bool p15_can_sign(const struct card *card, unsigned key, const struct pubkey *shape,
		  const struct sign_request *request);
int p15_sign(struct card *card, unsigned key, const struct pubkey *shape,
	     const struct sign_request *request, struct buf *ret_signature);
bool p15_can_decipher(const struct card *card, unsigned key, const struct pubkey *shape,
		      const struct decipher_request *request);
int p15_decipher(struct card *card, unsigned key, const struct pubkey *shape,
		 const struct decipher_request *request, struct secret **ret_plain);
bool p15_can_derive(const struct card *card, unsigned key, const struct pubkey *shape);
int p15_derive(struct card *card, unsigned key, const struct pubkey *shape, const uint8_t *point,
	       size_t len, struct secret **ret_shared);

extern const struct profile p15_profile;

#endif
