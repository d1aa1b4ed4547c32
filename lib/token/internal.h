/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of token/ share. A bay is a reader's place in the slot table; an insertion is one stay
 * of one card in it, with its link and its tokens. References count on the insertion: its tokens live
 * inside it.
 *
 * Locks, in the order in which they may be taken:
 *   insertion.turn  held while a thread waits to log in for one use of a key
 *   bay.io      held while the card is spoken to; guards what says "io" below
 *   slots.lock  short, never held over I/O; guards what says "table" below
 * Atomics are read without either, so that nobody waits for a hung card to learn a state.
 */
#ifndef MOHR_TOKEN_INTERNAL_H
#define MOHR_TOKEN_INTERNAL_H

#include <stdatomic.h>

#include "token/token.h"
#include "token/turn.h"
#include "transport/gate.h"

enum {
	STATUS_FRESH_MS = 1000,    /* how long identification's PIN query serves the first asker */
	CONTEXT_LIMIT_MS = 5000,   /* Windows resets a card that is held for longer */
	FREE_LIMIT_MS = 2000,      /* slots_free waits that long for a call on a hung card */
	LIMIT_N_BAYS = 256,        /* readers ever seen by one process */
	WRONG_KEY_LEN = 32,        /* of the HMAC-SHA-256 that a wrong PIN is remembered by */
	LIMIT_RECOVERIES = 3,      /* attempts to begin a transaction in one call */
	LIMIT_IDENTIFICATIONS = 3, /* restarts of one identification by a card that is swapped */
};

/* A PIN that the card has called wrong; it is refused without asking the card again. */
struct wrong_pin {
	struct secret *key; /* random, of WRONG_KEY_LEN; NULL: nothing is remembered */
	struct secret *mac; /* HMAC of the PIN under key */
	int tries_left;     /* what the card said after that failure */
};

struct token {
	struct insertion *insertion;
	unsigned index; /* of the token in the insertion and of the PIN on the card */
	struct token_info info;
	struct token_pad pad;
	atomic_bool logged_in; /* our own login, whatever the card's state */
	atomic_bool opened; /* we may have left the card open for this PIN: close it in the end */
	/* io */
	bool status_known;
	uint64_t status_ms;
	struct pin_status status;
	struct token_certificate *certificates, *authorities;
	unsigned n_authorities;
	struct token_key *keys;
	struct token_data *data;
	struct token_objects objects;
	atomic_bool loaded;             /* objects are complete and immutable from then on */
	atomic_bool authorities_loaded; /* and so are authorities */
	/* table */
	struct wrong_pin wrong;
};

/* A certificate as read from the card, shared by the tokens of one insertion. */
struct stored_certificate {
	bool asked;   /* the card has answered for good */
	uint8_t *der; /* NULL: there is none, or none that can be read */
	size_t der_len;
};

struct insertion {
	atomic_uint refs;
	atomic_bool gone;    /* the card has left, for ever */
	struct slots *slots; /* NULL once the slots are freed */
	struct bay *bay;
	struct insertion *next; /* table: all of a bay's, also those that somebody merely holds */
	struct card *card;      /* immutable once identified */
	struct pin_pad pad;     /* the same */
	unsigned n_tokens;
	struct token tokens[LIMIT_SLOTS_PER_READER];
	/* A context-specific login keeps the transaction, for this token. Written under io, by login.c. */
	_Atomic(struct token *) held_by;
	struct turn turn;
	struct gate *unheld; /* open while held_by is NULL */
	/* io */
	unsigned held_key;
	const void *held_owner;
	uint64_t held_thread;
	uint64_t held_ms;
	struct link *link; /* NULL: to be connected anew */
	struct channel channel;
	unsigned turns; /* transactions begun: the channel's turn */
	uint8_t atr[LIMIT_ATR];
	size_t atr_len;
	bool in_transaction;
	bool doubtful;      /* it may be another card by now: compare before use */
	bool reset_wanted;  /* nothing else closes the card: reset it as the transaction ends */
	unsigned n_listing; /* APDUs that its objects have taken */
	struct stored_certificate stored[LIMIT_N_CERTIFICATES];
	uint8_t *key_infos[LIMIT_N_KEYS]; /* SubjectPublicKeyInfo of keys without a certificate */
};

struct bay {
	struct slots *slots;
	size_t index;
	char name[LIMIT_READER_NAME];
	struct mutex io;
	/* table */
	struct reader now; /* as the transport told last */
	uint32_t owed;     /* comings and goings that now shows and its count does not hold yet */
	bool there;
	uint32_t insertion_number; /* grows with every change of the card */
	unsigned pending;          /* bit per slot: an event that slots_wait has not reported */
	bool unknown;              /* the card in it is not of a kind we know */
	struct insertion *current; /* owns a reference; NULL: none or not yet identified */
	struct insertion *all;
};

struct slots {
	struct slots_setup setup;
	unsigned per_reader;
	struct mutex lock;
	atomic_bool ended;  /* slots_free has begun */
	atomic_uint ticket; /* of the refresh begun last */
	/* table */
	unsigned applied; /* ticket of the newest refresh that has been applied */
	bool updated;     /* the first one has; what it finds is no event */
	struct bay *bays[LIMIT_N_BAYS];
	size_t n_bays;
};

/* ---- bay.c ------------------------------------------------------------------------------------ */

MOHR_MUST_CHECK int bay_new(struct slots *s, const struct reader *reader, struct bay **ret);
/* NULL is allowed. */
void bay_free(struct bay *b);
/*
 * Takes note of the reader's state (NULL: it has vanished), with the table locked. Returns an insertion
 * that has ended, or NULL; the caller drops that reference once the table is unlocked.
 */
MOHR_MUST_CHECK struct insertion *bay_note(struct bay *b, const struct reader *now, bool is_event);
/* The card has left or is another one than we thought; the same rules. */
MOHR_MUST_CHECK struct insertion *bay_detach(struct bay *b, bool is_event);

/* ---- slots.c ---------------------------------------------------------------------------------- */

/* Asks the transport and brings the table up to date; ret_now, unless NULL, has LIMIT_N_READERS. */
MOHR_MUST_CHECK int slots_refresh(struct slots *s, struct reader *ret_now, size_t *ret_n);

/* ---- insertion.c ------------------------------------------------------------------------------ */

/*
 * Connects to the card in the bay and identifies it, in one transaction; io is held. The caller owns
 * the one reference. MOHR_ERR_CARD_UNKNOWN: nobody knows it.
 */
MOHR_MUST_CHECK int insertion_new(struct bay *b, struct insertion **ret);
struct insertion *insertion_ref(struct insertion *i);
/* Not with the table locked: the last one speaks to the transport. NULL is allowed. */
void insertion_unref(struct insertion *i);
/* An operation has found out that the card has left; io is held. */
void insertion_end(struct insertion *i);
/*
 * Every login of this process is lost; io is held. closed: the card itself has lost its security states,
 * and need not be closed any more.
 */
void insertion_lose_logins(struct insertion *i, bool closed);

/* ---- transaction.c ---------------------------------------------------------------------------- */

/*
 * Locks the card and begins a transaction, or nests in the one that a context-specific login holds.
 * Gives up one that is too old. Recovers from a foreign reset and a dead link, by comparing the card:
 * MOHR_ERR_CARD_REMOVED if it is another one. 0: transaction_end must follow.
 */
MOHR_MUST_CHECK int transaction_begin(struct insertion *i);
/* Ends it, unless a context-specific login holds it, and unlocks the card. Returns result. */
int transaction_end(struct insertion *i, int result);
/* The same two for a caller that has locked io itself. */
MOHR_MUST_CHECK int transaction_begin_locked(struct insertion *i);
int transaction_end_locked(struct insertion *i, int result);
/* Whether err means that the way to the card is at fault, not the card's answer. */
bool transaction_broke(int err);
/* Frees the link and what hangs on it; io is held. */
void transaction_disconnect(struct insertion *i);

/* ---- login.c ---------------------------------------------------------------------------------- */

/*
 * Closes the card for this token's PIN: un-verify, else SELECT, else reset as the transaction ends.
 * Inside a transaction. Only a broken way to the card is an error; the reset is wanted then, too.
 */
MOHR_MUST_CHECK int login_close(struct token *t);
/* Takes note that the context-specific login is over, or that there is none; io is held. */
void login_unhold(struct insertion *i);
/*
 * transaction_begin for a use of this key, once it does not cost another thread of this token the PIN
 * that was typed for one use of another key.
 */
MOHR_MUST_CHECK int login_begin_use(struct token *t, unsigned key, const void *owner);
/* Gives up a context-specific login of whatever token. Inside a transaction. */
MOHR_MUST_CHECK int login_release(struct insertion *i);

/* ---- use.c ------------------------------------------------------------------------------------ */

/* The card's part of one operation, inside the transaction; the private key may be used once. */
typedef int use_fn(struct token *t, const struct token_key *k, void *user);

/* What can be said without the card: login, the key's number, and that it is for this (enum key_use). */
MOHR_MUST_CHECK int use_check(const struct token *t, unsigned key, unsigned use);
/*
 * Runs fn in a transaction, if the login and owner's context-specific one still stand there, and ends
 * what served once. MOHR_ERR_NOT_LOGGED_IN for every way in which the login was lost.
 */
MOHR_MUST_CHECK int use_key(struct token *t, unsigned key, const void *owner, use_fn *fn,
			    void *user);

/* ---- wrong_pin.c ------------------------------------------------------------------------------ */

/* Whether this is the PIN that was wrong; *ret_tries is what the card said then. */
bool wrong_pin_matches(struct token *t, const struct secret *pin, int *ret_tries);
void wrong_pin_remember(struct token *t, const struct secret *pin, int tries_left);
void wrong_pin_forget(struct token *t);
/* The same with the table locked. */
void wrong_pin_clear(struct wrong_pin *w);

/* ---- objects.c -------------------------------------------------------------------------------- */

void objects_clear(struct token *t);

#endif
