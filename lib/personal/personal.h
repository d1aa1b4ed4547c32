/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Personalisation: what makes a card somebody's. A card is emptied, gets PINs, makes keys, gets their
 * certificates. For issuers' programs; an archive of its own (libmohr-personal), which no user's module
 * links. Families of cards are behind a vtable: natid (docs/natid-card.md), isoapplet (PKCS#15 on IsoApplet,
 * docs/isoapplet-card.md), piv (SP 800-73-4, with and without Yubico's instructions).
 *
 * The caller holds the transaction (link_begin) from personal_open to personal_close, uses everything in
 * one thread, and gives the card time: a key takes seconds. Whatever fails ends the rights on the card at
 * the latest when the transaction ends with a reset, as it should.
 *
 * What holds, whenever the card is pulled:
 * - Each operation looks at what the card has, and can be repeated, after personal_open and
 *   personal_authenticate, until it succeeds. Repeating one that was done changes nothing but this:
 *   personal_generate makes another key, personal_initialise another card number.
 * - No key ever has the certificate of another: a certificate goes before its key is made anew, and comes
 *   only to the key that it names.
 * - A certificate is there whole or cannot be taken for one. Each operation says what else an interrupted
 *   one leaves.
 * - PINs: a try that a repetition has to spend to learn whether the first time had done it comes back with
 *   the success.
 *
 * Functions return 0 or a negative MOHR_ERR_*: transport errors as they are, MOHR_ERR_NOT_SUPPORTED where
 * a family's cards cannot do it, MOHR_ERR_SECURITY_STATUS without the right, MOHR_ERR_ARGUMENT for a slot
 * or PIN that there is not. Secrets are borrowed for the call, kept nowhere, logged never.
 */
#ifndef MOHR_PERSONAL_PERSONAL_H
#define MOHR_PERSONAL_PERSONAL_H

#include "base/config.h"
#include "base/secret.h"
#include "card/channel.h"
#include "codec/x509.h"
#include "crypto/crypto.h"

struct card;
struct personal;

enum personal_kind {
	PERSONAL_RSA2048,
	PERSONAL_RSA3072,
	PERSONAL_RSA4096,
	PERSONAL_P256,
	PERSONAL_P384,
	PERSONAL_ED25519, /* piv with Yubico's instructions, and not all of them */
	PERSONAL_N_KINDS
};

/* A place for a key and its certificate. */
struct personal_slot {
	const char *name;  /* "authentication", "9A" */
	uint8_t reference; /* of the key, on the card */
	uint8_t pin;       /* index of the PIN that guards it */
};

enum personal_state {
	PERSONAL_EMPTY,
	PERSONAL_PRESENT,
	PERSONAL_UNKNOWN,    /* a key: the card does not tell */
	PERSONAL_UNFINISHED, /* a certificate: something is there that nobody can take for one */
	PERSONAL_FOREIGN,    /* a certificate: of another key than the slot's. Never our doing. */
};

struct personal_status {
	enum personal_state key, certificate;
};

/*
 * What proves the administrator. natid: the admin key, AES-128 or AES-256; a wrong one costs one of five
 * tries. piv: the management key 9B by the cipher it is of; there is no counter. isoapplet: the PIN, which
 * guards everything; the cipher is not looked at.
 */
struct personal_admin {
	enum block_cipher cipher;
	const struct secret *key; /* of exactly the cipher's length */
};

/* What a card gets when it is emptied; natid looks at none of it. */
struct personal_setup {
	char expiry[9];           /* piv: "YYYYMMDD", the card's last day, as its CHUID says */
	const char *label;        /* isoapplet: the token's name, UTF-8, at most 32 bytes */
	const struct secret *pin; /* isoapplet: the PIN, which a card without one gets */
	const struct secret *puk; /* isoapplet: the PUK of such a card, 8 to 16 bytes */
};

struct personal_ops {
	const char *name;
	/* MOHR_ERR_CARD_UNKNOWN if it is none of the family's. */
	int (*open)(struct channel *channel, const struct config *config, struct crypto *crypto,
		    struct personal **ret);
	void (*close)(struct personal *p);
	/* As the functions below, whose checks have been made; NULL: the family's cards cannot. */
	int (*authenticate)(struct personal *p, const struct personal_admin *admin);
	int (*initialise)(struct personal *p, const struct personal_setup *setup);
	int (*reset)(struct personal *p);
	int (*set_pin)(struct personal *p, unsigned pin, const struct secret *old_value,
		       const struct secret *new_value, int *ret_tries);
	int (*unblock_pin)(struct personal *p, unsigned pin, const struct secret *puk,
			   const struct secret *new_value, int *ret_tries);
	int (*set_puk)(struct personal *p, const struct secret *old_value,
		       const struct secret *new_value, int *ret_tries);
	int (*set_admin)(struct personal *p, const struct personal_admin *admin);
	/* Appends the SubjectPublicKeyInfo. */
	int (*generate)(struct personal *p, unsigned slot, enum personal_kind kind,
			struct buf *ret_spki);
	/* The same; MOHR_ERR_NOT_FOUND if there is no key, MOHR_ERR_NOT_SUPPORTED if it is not told. */
	int (*read_public_key)(struct personal *p, unsigned slot, struct buf *ret_spki);
	/* Has the slot's key sign. MOHR_ERR_CERTIFICATE_FOREIGN if it is not the one of this shape. */
	int (*prove)(struct personal *p, unsigned slot, const struct pubkey *shape,
		     const struct secret *pin);
	/* Puts these bytes in place of what is there. */
	int (*put_certificate)(struct personal *p, unsigned slot, const void *der, size_t len);
	int (*erase_certificate)(struct personal *p, unsigned slot);
	/* MOHR_ERR_NOT_FOUND, MOHR_ERR_MALFORMED. */
	int (*read_certificate)(struct personal *p, unsigned slot, struct buf *ret);
};

/* A card that is being personalised; a family's own struct begins with it. */
struct personal {
	const struct personal_ops *ops;
	struct channel *channel; /* borrowed */
	struct crypto *crypto;   /* borrowed */
	struct card *card;       /* as its profile sees it */
	const struct personal_slot *slots;
	unsigned n_slots, n_pins;
};

/* The families in the order in which they are tried; NULL at the end. Static. */
const struct personal_ops *const *personal_families(void);

/*
 * Finds the card's family. MOHR_ERR_CARD_UNKNOWN if there is none. All three pointers must outlive the
 * result, which goes with personal_close. A card that was pulled, reset, emptied or given to others
 * meanwhile is opened anew.
 */
MOHR_MUST_CHECK int personal_open(struct channel *channel, const struct config *config,
				  struct crypto *crypto, struct personal **ret);
/* Leaves the card as it is, rights included. NULL is allowed. */
void personal_close(struct personal *p);

/*
 * Shows the card that the administrator is there; the right lasts until the card is reset.
 * MOHR_ERR_SECURITY_STATUS: the wrong key, or (piv) a card that does not know the key that it says it
 * has. MOHR_ERR_CONDITIONS: no try is left. isoapplet: the errors of a PIN (card/pin.h), and
 * MOHR_ERR_PIN_MUST_CHANGE for a card that has none yet: personal_initialise gives it one.
 */
MOHR_MUST_CHECK int personal_authenticate(struct personal *p, const struct personal_admin *admin);

/*
 * Empties the card, by the administrator's right. natid: both certificates; this card has no command that
 * deletes keys, so they stay, without certificates, until others are made in their place; PINs stay.
 * piv: all certificates, the holder's data and, with Yubico's instructions, the keys; then the objects
 * that make it a PIV card: CCC, key history, discovery object (if it has none and takes one) and, last of
 * all, a CHUID with a new number; PINs stay. isoapplet: a card that has no PIN gets the setup's PUK and
 * PIN, else one VERIFY of the setup's PIN stands for personal_authenticate, if it is not NULL; then EF.DIR
 * and DF 5015 go and are made anew: AODF, empty PrKDF, PuKDF and CDF, TokenInfo and ODF, and EF.DIR last.
 * Keys stay in their places, listed nowhere. If a card without a PIN has a PUK, it must be the setup's:
 * one try of it tells (MOHR_ERR_PIN_INCORRECT). Interrupted, each leaves some of that undone, and what is
 * gone is gone; isoapplet, PUK and PIN are set or not.
 */
MOHR_MUST_CHECK int personal_initialise(struct personal *p, const struct personal_setup *setup);

/*
 * Makes the card what it was when it left its maker, when no key or PIN is known: PIN and PUK are blocked
 * on purpose, with guesses that nobody can have typed, then the card is reset. piv with Yubico's
 * instructions only: PIN 123456, PUK 12345678, the maker's management key. Interrupted, it leaves the card
 * as it was with a try less, or blocked, or reset.
 */
MOHR_MUST_CHECK int personal_reset(struct personal *p);

/*
 * Sets a PIN. natid: from its transport value old_value, or by the administrator's right, and then
 * old_value may be NULL. piv, isoapplet: from old_value; isoapplet's has to be verified again then. Where
 * a comparison says that old_value is wrong and two tries or more are left, new_value is tried as well, in
 * case it has been set already: that brings all tries back. *ret_tries (may be NULL) is what the card said
 * of tries, or PIN_TRIES_UNKNOWN. Interrupted, it leaves the old value or the new one.
 * MOHR_ERR_PIN_MUST_CHANGE: in transport state, and old_value is NULL.
 */
MOHR_MUST_CHECK int personal_set_pin(struct personal *p, unsigned pin,
				     const struct secret *old_value, const struct secret *new_value,
				     int *ret_tries);
/* A PIN from the PUK; *ret_tries tells of the PUK. To repeat it changes nothing. */
MOHR_MUST_CHECK int personal_unblock_pin(struct personal *p, unsigned pin, const struct secret *puk,
					 const struct secret *new_value, int *ret_tries);
/* The PUK, as a PIN from its old value. piv only. */
MOHR_MUST_CHECK int personal_set_puk(struct personal *p, const struct secret *old_value,
				     const struct secret *new_value, int *ret_tries);

/*
 * Replaces the administrator's key: authenticates with old_admin, or with new_admin if that is refused,
 * since then it may have been set already. The new key has authenticated when this returns 0. piv with
 * Yubico's instructions only. Interrupted, it leaves the old key or the new one.
 */
MOHR_MUST_CHECK int personal_set_admin(struct personal *p, const struct personal_admin *old_admin,
				       const struct personal_admin *new_admin);

/*
 * Makes a key on the card, by the administrator's right; the slot's certificate is erased first. ret_spki
 * gets its DER SubjectPublicKeyInfo, which has the wanted kind and, unless RSA, lies on the curve; it is empty
 * on failure. Interrupted, it leaves the old key or the new one, without a certificate; ask with
 * personal_read_public_key, or make another. MOHR_ERR_NOT_SUPPORTED: the card makes no such keys; then the
 * certificate is gone too.
 */
MOHR_MUST_CHECK int personal_generate(struct personal *p, unsigned slot, enum personal_kind kind,
				      struct buf *ret_spki);

/*
 * The key that is there. MOHR_ERR_NOT_FOUND if there is none, MOHR_ERR_NOT_SUPPORTED if the card does not
 * tell (piv without Yubico's metadata). isoapplet: by the file that personal_generate has made.
 */
MOHR_MUST_CHECK int personal_read_public_key(struct personal *p, unsigned slot,
					     struct buf *ret_spki);

/*
 * Writes the key's certificate, by the administrator's right, and reads it back. Before that the card
 * shows that it has the key that the certificate is for: it tells its public key, or else signs, for which
 * it wants the PIN (one VERIFY; NULL where it has been verified, or the key needs none).
 * MOHR_ERR_CERTIFICATE_FOREIGN: it is another's, and nothing was changed. MOHR_ERR_DATA_INVALID: these
 * bytes are no certificate, or of a key of another sort. One that is there already, byte for byte, is not written
 * again. Interrupted, it leaves the old certificate, the new one, or an unfinished one (natid), or none
 * (isoapplet, which lists it when it is whole).
 */
MOHR_MUST_CHECK int personal_write_certificate(struct personal *p, unsigned slot, const void *der,
					       size_t len, const struct secret *pin);
/* Erases it, by the administrator's right; where there is none, that is well. Interrupted: as above. */
MOHR_MUST_CHECK int personal_erase_certificate(struct personal *p, unsigned slot);
/* ret is empty on failure: MOHR_ERR_NOT_FOUND, or MOHR_ERR_MALFORMED for one that is unfinished. */
MOHR_MUST_CHECK int personal_read_certificate(struct personal *p, unsigned slot, struct buf *ret);

/* What the slot holds, by what anybody may read. */
MOHR_MUST_CHECK int personal_status(struct personal *p, unsigned slot, struct personal_status *ret);

#endif
