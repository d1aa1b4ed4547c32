/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The token model: slots per reader and PIN, tokens with their PIN, keys and certificates, login state
 * and transactions. No CK_ types, no Windows types. Every function takes the locks it needs itself and
 * may be called from several threads at once; one lock a reader, held while its card is spoken to, so a
 * hung reader blocks only calls on its own slots. token/ alone begins and ends transactions.
 */
#ifndef MOHR_TOKEN_TOKEN_H
#define MOHR_TOKEN_TOKEN_H

#include "base/config.h"
#include "base/mutex.h"
#include "base/secret.h"
#include "codec/x509.h"
#include "crypto/crypto.h"
#include "profile/profile.h"
#include "transport/transport.h"

struct slots;
struct token;

/* ---- slots ------------------------------------------------------------------------------------ */

/* All pointers are borrowed and must outlive the slots, except transport, which is owned from now on. */
struct slots_setup {
	const struct config *config;
	struct transport *transport;
	struct crypto *crypto;
	const struct mutex_ops *mutex_ops;
	const struct log *log;
};

MOHR_MUST_CHECK int slots_new(const struct slots_setup *setup, struct slots **ret);

/*
 * Ends all: waits up to 2 s for calls on a hung card, then abandons that card's link (leaks it, on
 * purpose). A card that this process had logged in to is de-authenticated. NULL is allowed. Afterwards
 * a token that somebody still holds may only be given to token_unref.
 * False if a link was abandoned: then a thread is still inside it, and crypto, log and mutex_ops must
 * stay for the life of the process.
 */
bool slots_free(struct slots *s);

/*
 * The same but for the memory: for an end that does not wait until every other call has come back. Cards
 * that nobody speaks to within 2 s are de-authenticated and let go; no card is spoken to afterwards.
 */
void slots_end(struct slots *s);

/*
 * Takes note of readers that came or vanished (asks the transport, not the cards). Slot ids count from
 * 0, config.slots per reader, and are never given to another reader.
 */
MOHR_MUST_CHECK int slots_update(struct slots *s);

/* How many slot ids have been given so far. */
size_t slots_n(struct slots *s);

struct slot_state {
	char reader[LIMIT_READER_NAME];
	unsigned pin;      /* which of the reader's slots: 0 first */
	bool reader_there; /* the reader has not vanished */
	bool card_present; /* some card is in the reader; its token may be in another slot */
	bool token_present; /* identified, and it has a token for this slot; a card nobody knows has one
			       in the reader's first slot, which answers MOHR_ERR_CARD_UNKNOWN */
	uint32_t insertion; /* another number for another insertion */
};

/* From memory and the transport's event state; no card traffic. MOHR_ERR_ARGUMENT for an unknown id. */
MOHR_MUST_CHECK int slots_state(struct slots *s, size_t slot, struct slot_state *ret);

/*
 * The token in this slot; identifies a new card, once per insertion. The caller owns one reference
 * (token_unref). MOHR_ERR_CARD_ABSENT: no card, or no token for this slot. MOHR_ERR_CARD_UNKNOWN,
 * remembered until the card leaves. MOHR_ERR_CARD_MUTE and other transport errors.
 */
MOHR_MUST_CHECK int slots_token(struct slots *s, size_t slot, struct token **ret);

/*
 * Waits for an insertion, a removal, a new or a vanished reader; *ret_slot is the first slot of that
 * reader not yet reported. timeout_ms 0: MOHR_ERR_TIMEOUT if nothing is pending. Holds no lock while
 * it waits. MOHR_ERR_CANCELLED after slots_cancel.
 */
MOHR_MUST_CHECK int slots_wait(struct slots *s, int timeout_ms, size_t *ret_slot);
void slots_cancel(struct slots *s);

/* ---- tokens ----------------------------------------------------------------------------------- */

/* Immutable for the token's life. */
struct token_info {
	char label[33]; /* never depends on the locale */
	char manufacturer[33];
	char model[17];
	char serial[17];
	uint8_t hardware_version[2];
	uint8_t firmware_version[2];
	unsigned pin_min, pin_max;
	bool pin_usable; /* false: certificates only; login answers MOHR_ERR_REFERENCES_UNKNOWN */
	bool has_random;
};

const struct token_info *token_info(const struct token *t);

/* Where PINs can be typed at the reader itself (PC/SC part 10). Immutable for the token's life. */
struct token_pad {
	bool there;             /* token_login_pad works for this token's PIN */
	bool can_change;        /* and so does token_change_pin_pad */
	unsigned rows, columns; /* of the reader's display; 0: none, or the reader does not say */
};

/* Never NULL; from memory. */
const struct token_pad *token_pad(const struct token *t);

struct token *token_ref(struct token *t);
/* The last reference frees it. NULL is allowed. */
void token_unref(struct token *t);

/* 0, or MOHR_ERR_CARD_REMOVED for ever after the card has left. Asks the transport, not the card. */
MOHR_MUST_CHECK int token_check(struct token *t);

/*
 * The PIN's status from the card: SELECT and an empty VERIFY. What identification learned serves the
 * first call, if that comes within a second.
 */
MOHR_MUST_CHECK int token_pin_status(struct token *t, struct pin_status *ret);

/* A key or certificate of this token, with what its certificate says; immutable once loaded. */
struct token_certificate {
	const struct card_certificate *place;
	const uint8_t *der;
	size_t der_len;
	struct x509
		x509; /* borrows der; key.type KEY_NONE and empty cursors if it does not parse */
	bool parsed;
};

struct token_key {
	const struct card_key *place;
	struct pubkey shape; /* never KEY_NONE: a key of unknown shape is not listed */
	const struct token_certificate *certificate; /* or NULL */
	bool always_authenticate;                    /* context-specific login before every use */
	bool open;                                   /* needs no login */
};

struct token_data {
	const struct card_data *place;
};

struct token_objects {
	const struct token_certificate *certificates;
	unsigned n_certificates;
	const struct token_key *keys;
	unsigned n_keys;
	const struct token_data *data;
	unsigned n_data;
};

/*
 * Reads certificates at the first call, but for authorities' that belong to no key; *ret is valid as long as
 * the caller's reference.
 */
MOHR_MUST_CHECK int token_objects(struct token *t, const struct token_objects **ret);

/* Those certificates that token_objects leaves out. Reads them at the first call; lives as long. */
MOHR_MUST_CHECK int token_authorities(struct token *t, const struct token_certificate **ret,
				      unsigned *ret_n);

/*
 * The bytes of data, an index into token_objects, read anew each time. MOHR_ERR_NOT_LOGGED_IN for private
 * ones.
 */
MOHR_MUST_CHECK int token_read_data(struct token *t, unsigned data, struct buf *ret);

/* Whether the key, an index into token_objects, can sign so. No card traffic. */
bool token_can_sign(struct token *t, unsigned key, const struct sign_request *request);
/* The same for decryption (request->data may be NULL) and for key agreement. */
bool token_can_decipher(struct token *t, unsigned key, const struct decipher_request *request);
bool token_can_derive(struct token *t, unsigned key);

/* ---- login ------------------------------------------------------------------------------------ */

/*
 * One VERIFY at most. A per-use PIN is verified and given up at once, so that the card stays closed to
 * others. MOHR_ERR_PIN_INCORRECT also for the very PIN that was wrong before, without asking the card,
 * as long as a query shows the tries as that failure left them. An empty PIN is MOHR_ERR_PIN_LENGTH.
 */
MOHR_MUST_CHECK int token_login(struct token *t, const struct secret *pin);

/*
 * The same with the PIN typed at the reader, which holds the card for as long as that takes (30 s at
 * most); nothing is asked for a PIN that is blocked. MOHR_ERR_NOT_SUPPORTED without a PIN pad;
 * MOHR_ERR_PIN_CANCELLED, MOHR_ERR_PIN_TIMEOUT and MOHR_ERR_PIN_LENGTH before the card has seen anything.
 */
MOHR_MUST_CHECK int token_login_pad(struct token *t);

/* Gives up the card's security status (VERIFY P1 = FF, else SELECT, else reset). */
MOHR_MUST_CHECK int token_logout(struct token *t);

/* Our own login state, from memory; false as soon as it is known to be lost. */
bool token_logged_in(const struct token *t);

/*
 * Context-specific login for one use of an always_authenticate key: verifies and keeps the transaction
 * until one use of the key is over, token_context_cancel, or 5 s have passed: the next entry then gives it
 * up and answers MOHR_ERR_NOT_LOGGED_IN. Needs token_logged_in. owner names the operation: a later
 * use by another owner does not profit from it.
 */
MOHR_MUST_CHECK int token_login_context(struct token *t, unsigned key, const struct secret *pin,
					const void *owner);
/* With the PIN typed at the reader; the 5 s count from then on. */
MOHR_MUST_CHECK int token_login_context_pad(struct token *t, unsigned key, const void *owner);
/* Un-verifies and releases, if this owner holds a context-specific login; else nothing. */
void token_context_cancel(struct token *t, const void *owner);

/* CHANGE REFERENCE DATA, one try at most; also takes a card out of its transport state. */
MOHR_MUST_CHECK int token_change_pin(struct token *t, const struct secret *old_pin,
				     const struct secret *new_pin);
/* With all typed at the reader; MOHR_ERR_PIN_MISMATCH if the new PIN was not the same twice. */
MOHR_MUST_CHECK int token_change_pin_pad(struct token *t);

/* ---- use -------------------------------------------------------------------------------------- */

/*
 * Signs and checks the result against the key's public half (MOHR_ERR_SIGNATURE_WRONG, nothing is given
 * out then). MOHR_ERR_NOT_LOGGED_IN: never logged in, or the login was lost; an open key needs none, unless
 * the card says otherwise. ret has cap bytes of room.
 */
MOHR_MUST_CHECK int token_sign(struct token *t, unsigned key, const struct sign_request *request,
			       const void *owner, uint8_t *ret, size_t cap, size_t *ret_len);

/*
 * Deciphers; of RSA, the card's block is checked against the key's public half first
 * (MOHR_ERR_DECRYPTION_WRONG). The caller owns *ret_plain, which may be empty. MOHR_ERR_ENCRYPTED_LENGTH
 * or, for a cryptogram that is not below the modulus and for every fault of padding alike,
 * MOHR_ERR_ENCRYPTED_INVALID. Login and owner as for token_sign.
 */
MOHR_MUST_CHECK int token_decipher(struct token *t, unsigned key,
				   const struct decipher_request *request, const void *owner,
				   struct secret **ret_plain);

/*
 * The x coordinate of the shared point, of the curve's length. point is 04 || X || Y;
 * MOHR_ERR_POINT_INVALID, without card traffic, if it is not on the key's curve. The result cannot be
 * checked on the host: a peer who does not come to the same secret notices.
 */
MOHR_MUST_CHECK int token_derive(struct token *t, unsigned key, const uint8_t *point, size_t len,
				 const void *owner, struct secret **ret_shared);

/* From the card's generator. */
MOHR_MUST_CHECK int token_random(struct token *t, uint8_t *ret, size_t len);

#endif
