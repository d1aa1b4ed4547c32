/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A profile knows one family of cards: which application to select, where certificates lie, what PINs
 * and keys are called and how a signature is asked for. Layouts are data tables; code is shared.
 * The caller (token/) holds the transaction and the lock; a profile only talks through its channel.
 *
 * SELECT rule: verify, query, change, unblock and random, by PIN pad too, select the application first,
 * always, in the same transaction: a PIN must not reach another application. So do decipher and derive,
 * since what they answer is secret and, of derive, cannot be checked; for a per-use PIN its verify, in the
 * same transaction, has done it for them. sign and read_certificate may trust the selection that this
 * process left behind, since their result is checked on the host; when the card then refuses with anything
 * but a security status, they select and try once more. Where selecting anew may cost the card its
 * security states, query, random, decipher and derive may read instead what no other application answers, and
 * select only if that fails.
 */
#ifndef MOHR_PROFILE_PROFILE_H
#define MOHR_PROFILE_PROFILE_H

#include "base/config.h"
#include "base/secret.h"
#include "card/channel.h"
#include "card/pin.h"
#include "card/pin_pad.h"
#include "codec/pubkey.h"

struct card;

enum { CARD_ID_LEN = 20, CARD_NO_INDEX = -1 };

struct card_pin {
	const char *label; /* what sets its token apart: "authentication" */
	struct pin_format format;
	bool usable;   /* its reference is known; if not, its keys cannot be used */
	bool per_use;  /* the card wants it anew for every use of its keys */
	bool consumed; /* per_use, and the card itself gives the status up with each signature */
	bool opened_by_change; /* the card takes the change of the PIN for its verification too */
};

enum key_use { KEY_USE_SIGN = 1, KEY_USE_DECRYPT = 2, KEY_USE_DERIVE = 4 };

struct card_key {
	const char *label;
	uint8_t id; /* CKA_ID, one byte, equal to its certificate's; never 0 */
	/* If not empty, CKA_ID instead; id then tells apart those of the same one. The card's own. */
	struct cursor card_id;
	unsigned pin;         /* index of the PIN that guards it */
	uint8_t reference;    /* on the card */
	unsigned use;         /* enum key_use bits that the layout allows */
	bool non_repudiation; /* an e-signature key, not one for login */
	bool per_use; /* the card wants the PIN anew for every use of this key, though not of others */
	bool open;    /* whoever has the card may use it: no PIN */
	int certificate; /* index, or CARD_NO_INDEX */
};

struct card_certificate {
	const char *label;
	uint8_t id;
	struct cursor card_id; /* as of keys */
	unsigned pin;          /* the slot it is shown in */
	bool authority;        /* a CA certificate, not the holder's */
	const void *place;     /* the layout's own: where it lies */
};

/* Bytes that are neither a key nor a certificate. */
struct card_data {
	const char *label;
	const char *application; /* whose they are */
	uint8_t id;              /* unique among the card's data; never 0 */
	unsigned pin;            /* the slot they are shown in, and the PIN of private ones */
	bool is_private;         /* read by who is logged in */
	const void *place;       /* the layout's own */
};

/* What the card wants before a use of the key; as in struct card_key. */
struct key_policy {
	bool open, per_use;
};

/* What is to be signed. */
struct sign_request {
	enum sign_scheme scheme;
	/*
	 * data is this hash's digest; HASH_NONE: data is as it is (DigestInfo, block); SIGN_ECDSA_MESSAGE:
	 * data is the message, and this is what the card does with it.
	 */
	enum hash_alg hash;
	enum hash_alg mgf_hash; /* SIGN_PSS */
	size_t salt_len;        /* SIGN_PSS */
	const uint8_t *data;
	size_t len;
};

/* What is to be deciphered. data NULL asks what is possible, whatever the cryptogram. */
struct decipher_request {
	enum decipher_scheme scheme;
	enum hash_alg hash, mgf_hash; /* DECIPHER_OAEP: of the label, and of MGF1 */
	const uint8_t *label;         /* DECIPHER_OAEP; may be NULL where label_len is 0 */
	size_t label_len;
	const uint8_t *data;
	size_t len; /* of the modulus */
};

struct profile {
	const char *name; /* "natid": what mohr.conf calls it */

	/*
	 * Claims the card behind channel: 0 and a card, or MOHR_ERR_CARD_UNKNOWN if it is none of ours,
	 * or a transport error. Reads nothing that nobody asked for beyond what names the token.
	 */
	int (*open)(const struct profile *p, struct channel *channel, const struct config *config,
		    struct card **ret);
	void (*close)(struct card *card);

	int (*query)(struct card *card, unsigned pin, struct pin_status *ret);
	/* The same without SELECT, for a caller that has just opened the card in this transaction. */
	int (*query_opened)(struct card *card, unsigned pin, struct pin_status *ret);
	int (*verify)(struct card *card, unsigned pin, const struct secret *value, int *ret_tries);
	int (*unverify)(struct card *card, unsigned pin);
	int (*change)(struct card *card, unsigned pin, const struct secret *old_value,
		      const struct secret *new_value, int *ret_tries);
	int (*unblock)(struct card *card, unsigned pin, const struct secret *puk,
		       const struct secret *new_value, int *ret_tries);
	/* The same two with what is typed at the reader; NULL: not for this family. */
	int (*verify_pad)(struct card *card, unsigned pin, const struct pin_pad *pad,
			  int *ret_tries);
	int (*change_pad)(struct card *card, unsigned pin, const struct pin_pad *pad,
			  int *ret_tries);

	/* The DER certificate; MOHR_ERR_NOT_FOUND if that place is empty. */
	int (*read_certificate)(struct card *card, unsigned certificate, struct buf *ret);
	/* NULL if cards of this profile have no data. */
	int (*read_data)(struct card *card, unsigned data, struct buf *ret);
	/*
	 * What the card itself says of a key, which may be another thing than the layout does;
	 * MOHR_ERR_NOT_FOUND: there is no such key. NULL: cards of this profile say nothing.
	 */
	int (*read_policy)(struct card *card, unsigned key, struct key_policy *ret);
	/* The key's public half for a key without a certificate; MOHR_ERR_NOT_FOUND if there is none. */
	int (*read_public_key)(struct card *card, unsigned key, struct buf *ret_spki);

	/* Whether this key, of this public shape, can do it on this card. Costs nothing. */
	bool (*can_sign)(const struct card *card, unsigned key, const struct pubkey *shape,
			 const struct sign_request *request);
	/* ret_signature: RSA of the modulus' length, ECDSA r || s. The caller verifies it. */
	int (*sign)(struct card *card, unsigned key, const struct pubkey *shape,
		    const struct sign_request *request, struct buf *ret_signature);

	/*
	 * The same for decryption, and for the x coordinate of an ECDH shared point (SEC 1 §3.3.1); point
	 * is 04 || X || Y, which the caller has found to be on the key's curve. NULL: no card of this
	 * profile can. What they answer is the caller's to free; it is never logged.
	 */
	bool (*can_decipher)(const struct card *card, unsigned key, const struct pubkey *shape,
			     const struct decipher_request *request);
	int (*decipher)(struct card *card, unsigned key, const struct pubkey *shape,
			const struct decipher_request *request, struct secret **ret_plain);
	bool (*can_derive)(const struct card *card, unsigned key, const struct pubkey *shape);
	int (*derive)(struct card *card, unsigned key, const struct pubkey *shape,
		      const uint8_t *point, size_t len, struct secret **ret_shared);

	/* Random bytes made by the card; NULL: it makes none. */
	int (*random)(struct card *card, uint8_t *ret, size_t len);
};

/* An identified card; the profile's own struct begins with it. Immutable after open. */
struct card {
	const struct profile *profile;
	struct channel *channel;
	char label[33]; /* "Iran ID" */
	char manufacturer[33];
	char model[17];
	char serial[17]; /* printable ASCII, empty if the card has none */
	uint8_t hardware_version[2];
	uint8_t firmware_version[2];
	bool no_random; /* this card makes none, though the profile knows how to ask */
	unsigned n_pins, n_keys, n_certificates, n_data;
	struct card_pin pins[LIMIT_N_PINS];
	struct card_key keys[LIMIT_N_KEYS];
	struct card_certificate certificates[LIMIT_N_CERTIFICATES];
	struct card_data data[LIMIT_N_DATA];
};

/*
 * Whether this status word, by which a card is not known, may be a disturbance: no clear "no" to the command,
 * and not 9000 either.
 */
bool profile_is_odd(uint16_t sw);

/* The profiles in their fixed order; NULL at the end. Static. */
const struct profile *const *profiles(void);

/*
 * The first profile that claims the card, or the one that config forces; a profile that the ATR's
 * historical bytes name is asked before the others. MOHR_ERR_CARD_UNKNOWN if none does; one whose answer was
 * odd has been asked again, since a disturbed exchange must not hide a card until it leaves. The card borrows
 * channel and is closed with card_close.
 */
MOHR_MUST_CHECK int card_open(struct channel *channel, const struct config *config,
			      struct card **ret);
/* NULL is allowed. */
void card_close(struct card *card);

#endif
