/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PIV cards, NIST SP 800-73-4: what the files of this profile share. Vendors whose cards know more than the
 * standard are rows of a table. Internal to profile/.
 */
#ifndef MOHR_PROFILE_PIV_H
#define MOHR_PROFILE_PIV_H

#include "profile/profile.h"

/* A vendor's row; the first one is the standard's. */
struct piv_vendor {
	const char *mark; /* part of the ATR's historical bytes */
	const char *label, *manufacturer, *model;
	bool any_pin;      /* PINs need not be digits */
	uint8_t puk_min;   /* shortest PUK */
	bool tells_serial; /* GET SERIAL and GET VERSION */
	/* The first versions that have GET METADATA, and a key that attests others; 0: none has. */
	uint8_t metadata[2], attestation[2];
};

/* What the card has told of a key, if it tells such things. */
struct piv_facts {
	bool asked;
	struct key_policy policy;
};

/* An identified card. */
struct piv_card {
	struct card card; /* first */
	const struct piv_vendor *vendor;
	struct pin_format puk;
	bool has_discovery; /* it has a discovery object, which shows that the application is selected */
	bool global_pin; /* its PIN is the card's, not the application's */
	/* Nobody else can have selected another application since it was seen to be selected. */
	bool is_selected;
	unsigned turn;                      /* the channel's, of then */
	bool doubted[LIMIT_N_CERTIFICATES]; /* the last reading of this certificate has failed */
	struct piv_facts facts[LIMIT_N_KEYS];
};

/* piv.c */

/* SELECT of the application, which some cards lose their security states by. */
MOHR_MUST_CHECK int piv_select(struct piv_card *piv);
/* Sees to it that the application is selected, and the security states stay where that can be. */
MOHR_MUST_CHECK int piv_ensure(struct piv_card *piv);
/* Takes note that this application has just answered. */
void piv_note_selected(struct piv_card *piv);
/* Whether r, just returned by a command on this channel, is the card's own refusal. */
bool piv_refused(const struct channel *c, int r);

/* piv_object.c */

/*
 * GET DATA (SP 800-73-4 part 2 §3.1.2) of the object with this tag; enough as in struct apdu. ret has the
 * answer as it came, the template's tag and length included.
 */
MOHR_MUST_CHECK int piv_get_data(struct channel *c, uint32_t tag, size_t enough, struct buf *ret);
/* The discovery object (part 1 §3.3.2): whether it names this application, and which PIN is the first. */
MOHR_MUST_CHECK int piv_read_discovery(struct channel *c, bool *ret_global_pin);
/* 16 hexadecimal digits of the card's own number in its CHUID; MOHR_ERR_NOT_FOUND if it has none. */
MOHR_MUST_CHECK int piv_read_guid(struct channel *c, char ret[17]);
/* Adds the keys and certificates that this card may have (part 1 table 3, and the key history object). */
MOHR_MUST_CHECK int piv_list(struct piv_card *piv);
int piv_read_certificate(struct card *card, unsigned certificate, struct buf *ret);
/* Whether these are the bytes of the application's name, whole or without the registrant's part. */
bool piv_is_name(const struct cursor *name);

/* piv_vendor.c */

/* Version and serial number, as far as the card tells them. */
MOHR_MUST_CHECK int piv_read_vendor(struct piv_card *piv);
/* Whether the card's version has what the vendor's row says of it. */
bool piv_has_since(const struct piv_card *piv, const uint8_t since[2]);
int piv_read_policy(struct card *card, unsigned key, struct key_policy *ret);
int piv_read_public_key(struct card *card, unsigned key, struct buf *ret_spki);
/* The policy that is known, else the standard's. */
struct key_policy piv_policy(const struct card *card, unsigned key);

/* piv_key.c */
/* The curve of an algorithm identifier, CURVE_NONE for RSA; MOHR_ERR_MECHANISM if it is none. */
MOHR_MUST_CHECK int piv_algorithm_curve(uint8_t id, enum curve *ret);
bool piv_can_sign(const struct card *card, unsigned key, const struct pubkey *shape,
		  const struct sign_request *request);
int piv_sign(struct card *card, unsigned key, const struct pubkey *shape,
	     const struct sign_request *request, struct buf *ret_signature);
bool piv_can_decipher(const struct card *card, unsigned key, const struct pubkey *shape,
		      const struct decipher_request *request);
int piv_decipher(struct card *card, unsigned key, const struct pubkey *shape,
		 const struct decipher_request *request, struct secret **ret_plain);
bool piv_can_derive(const struct card *card, unsigned key, const struct pubkey *shape);
int piv_derive(struct card *card, unsigned key, const struct pubkey *shape, const uint8_t *point,
	       size_t len, struct secret **ret_shared);

extern const struct profile piv_profile;

#endif
