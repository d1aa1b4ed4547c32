/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IAS Classic: the engine that all cards of this family share, and the tables that tell them apart.
 * Internal to profile/. A new card of the family is a new table (natid.c, ias_layouts.c) and a line in profile.c.
 */
#ifndef MOHR_PROFILE_IAS_H
#define MOHR_PROFILE_IAS_H

#include "card/file.h"
#include "profile/profile.h"

enum {
	IAS_MAX_PATH = 4,
	IAS_MAX_HINTS = 2,
	IAS_HINT_COUNTRY = 1, /* compact-TLV tags in historical bytes, ISO 7816-4 §12.1.1 */
	IAS_HINT_PRE_ISSUING = 6,
	IAS_N_ALGORITHMS = 256,
	IAS_CPLC_LEN =
		42, /* card production life cycle data, GlobalPlatform Card Specification, appendix H.6 */
	/* low nibble of the algorithm byte, docs/natid-card.md */
	IAS_PAD_NONE = 0x0,
	IAS_PAD_PKCS1 = 0x2,
	IAS_PAD_ECDSA = 0x4,
	IAS_PAD_PSS = 0x5,
	/* whole bytes, in a confidentiality template */
	IAS_ECDH = 0x0B,
	IAS_DECIPHER_RAW = 0x0C,
};

enum { /* MANAGE SECURITY ENVIRONMENT (ISO 7816-4 §11.5.11), public keys (ISO 7816-8 §5.3) */
       P1_SET_COMPUTE = 0x41,
       TAG_ALGORITHM = 0x80,
       TAG_KEY_REFERENCE = 0x84,
       TAG_PUBLIC_KEY = 0x7F49,
       TAG_EC_POINT = 0x86,
};

/* One SELECT by file identifier. */
struct ias_step {
	uint8_t p1;
	uint16_t id;
	uint8_t p2;
};

/*
 * Where the references of a physical card are not public, an administrator states them: *_config is the
 * offset of the int in struct config that holds the reference, 0 where it is public.
 */
struct ias_pin {
	struct card_pin pin; /* reference and rules of a card whose references are public */
	struct pin_format puk;
	size_t reference_config;
	uint8_t stated_min_len; /* shortest PIN, and shortest PUK, where the reference was stated */
	uint8_t stated_puk_min_len;
};

struct ias_key {
	struct card_key key;
	size_t reference_config;
};

/* By one SELECT for each step; or all in one by path, where by_path counts identifiers. */
struct ias_certificate {
	struct card_certificate certificate;
	struct ias_step path[IAS_MAX_PATH]; /* ends with the first id 0 */
	uint16_t ids[IAS_MAX_PATH];
	uint8_t by_path;
};

/* A data object among the historical bytes, that begins with these bytes. */
struct ias_hint {
	uint8_t tag, len, bytes[2];
};

struct ias_layout {
	struct profile profile; /* first: an engine function finds its table through it */
	uint8_t aid[LIMIT_AID];
	size_t aid_len;
	uint8_t manager_aid[LIMIT_AID]; /* the card manager, who knows the chip's serial number */
	size_t manager_aid_len;
	/* Cards of others have the same AID, or seldom this one: it is asked for only where one of these is. */
	struct ias_hint hints[IAS_MAX_HINTS];
	unsigned n_hints; /* 0: always */
	const char *label;
	const char *manufacturer;         /* of physical cards */
	const char *virtual_manufacturer; /* of cards that say they are ours, in their ATR */
	const char *model;
	size_t pin_len_config;     /* offset of the stated padded length in struct config, or 0 */
	size_t challenge_len;      /* most bytes that GET CHALLENGE gives on a physical card */
	uint8_t fci_len;           /* of control information that announces nothing */
	const uint8_t *algorithms; /* bytes that a card does which announces nothing */
	size_t n_algorithms;
	const struct ias_pin *pins;
	unsigned n_pins;
	const struct ias_key *keys;
	unsigned n_keys;
	const struct ias_certificate *certificates;
	unsigned n_certificates;
	struct card_data cplc; /* the chip's production data, of a card that gives them out */
};

/* An identified card of the family. */
struct ias_card {
	struct card card; /* first */
	const struct ias_layout *layout;
	bool is_virtual;
	struct pin_format puks[LIMIT_N_PINS];
	bool offers[IAS_N_ALGORITHMS]; /* by algorithm byte */
	uint8_t cplc[IAS_CPLC_LEN];    /* as identification has read it */
};

int ias_open(const struct profile *p, struct channel *channel, const struct config *config,
	     struct card **ret);
void ias_close(struct card *card);
int ias_query(struct card *card, unsigned pin, struct pin_status *ret);
int ias_query_opened(struct card *card, unsigned pin, struct pin_status *ret);
int ias_verify(struct card *card, unsigned pin, const struct secret *value, int *ret_tries);
int ias_unverify(struct card *card, unsigned pin);
int ias_change(struct card *card, unsigned pin, const struct secret *old_value,
	       const struct secret *new_value, int *ret_tries);
int ias_unblock(struct card *card, unsigned pin, const struct secret *puk,
		const struct secret *new_value, int *ret_tries);
int ias_verify_pad(struct card *card, unsigned pin, const struct pin_pad *pad, int *ret_tries);
int ias_change_pad(struct card *card, unsigned pin, const struct pin_pad *pad, int *ret_tries);
int ias_read_certificate(struct card *card, unsigned certificate, struct buf *ret);
int ias_read_data(struct card *card, unsigned data, struct buf *ret);
int ias_read_public_key(struct card *card, unsigned key, struct buf *ret_spki);
int ias_random(struct card *card, uint8_t *ret, size_t len);

/* SELECT of the card's application. */
MOHR_MUST_CHECK int ias_select(const struct ias_card *ias);

/* Whether r, just returned by a command on this channel, is the card's own refusal. */
bool ias_refused(const struct channel *c, int r);

/* ias_algorithm.c */

/*
 * What the card's keys can be used for: what fci (the whole answer to SELECT, or nothing) announces in
 * cryptographic mechanism identifier templates, else what the layout says. Malformed ones announce nothing.
 */
void ias_learn_algorithms(struct ias_card *ias, const struct cursor *fci);

/* ias_sign.c */
bool ias_can_sign(const struct card *card, unsigned key, const struct pubkey *shape,
		  const struct sign_request *request);
int ias_sign(struct card *card, unsigned key, const struct pubkey *shape,
	     const struct sign_request *request, struct buf *ret_signature);

/* ias_decipher.c */
bool ias_can_decipher(const struct card *card, unsigned key, const struct pubkey *shape,
		      const struct decipher_request *request);
int ias_decipher(struct card *card, unsigned key, const struct pubkey *shape,
		 const struct decipher_request *request, struct secret **ret_plain);
bool ias_can_derive(const struct card *card, unsigned key, const struct pubkey *shape);
int ias_derive(struct card *card, unsigned key, const struct pubkey *shape, const uint8_t *point,
	       size_t len, struct secret **ret_shared);

#define IAS_PROFILE(profile_name)                                                                  \
	{                                                                                          \
		.name = (profile_name), .open = ias_open, .close = ias_close, .query = ias_query,  \
		.query_opened = ias_query_opened, .verify = ias_verify, .unverify = ias_unverify,  \
		.change = ias_change, .unblock = ias_unblock, .verify_pad = ias_verify_pad,        \
		.change_pad = ias_change_pad, .read_certificate = ias_read_certificate,            \
		.read_data = ias_read_data, .read_public_key = ias_read_public_key,                \
		.can_sign = ias_can_sign, .sign = ias_sign, .can_decipher = ias_can_decipher,      \
		.decipher = ias_decipher, .can_derive = ias_can_derive, .derive = ias_derive,      \
		.random = ias_random,                                                              \
	}

/* Iran's national smart card (docs/natid-card.md). */
extern const struct ias_layout natid_layout;

/* docs/ias-cards.md */
extern const struct ias_layout ias_uy_layout, ias_fi_layout, ias_fi_v3_layout, ias_ee_layout;

#endif
