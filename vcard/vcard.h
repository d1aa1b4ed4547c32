/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual card as a C object: an APDU goes in, an answer comes out. docs/natid-card.md says what it
 * answers. mohr-vcard serves it on a socket (vcard/server.c); tests may link it. Not thread-safe.
 */
#ifndef MOHR_VCARD_VCARD_H
#define MOHR_VCARD_VCARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/alg.h"
#include "base/buf.h"
#include "vcard/personality.h"

struct vcard;

enum vcard_key_kind {
	VCARD_RSA2048,
	VCARD_RSA3072,
	VCARD_RSA4096,
	VCARD_P256,
	VCARD_P384,
	VCARD_RSA1024, /* of personalities that take it */
	VCARD_ED25519, /* the same */
};

enum { /* algorithms of a PIV management key, SP 800-78-4 table 6-2 */
       VCARD_ADMIN_3DES = 0x03,
       VCARD_ADMIN_AES128 = 0x08,
       VCARD_ADMIN_AES192 = 0x0A,
       VCARD_ADMIN_AES256 = 0x0C,
};

enum { /* what a card's keys can be used for, bits */
       VCARD_DOES_PKCS1 = 0x01,
       VCARD_DOES_PSS = 0x02,
       VCARD_DOES_ECDSA = 0x04,
       VCARD_DOES_RAW = 0x08, /* RSA signatures over a whole block */
       VCARD_DOES_DECIPHER_PKCS1 = 0x10,
       VCARD_DOES_DECIPHER_RAW = 0x20,
       VCARD_DOES_ECDH = 0x40,
       VCARD_DOES_ALL = 0x7F,
       VCARD_DOES_USUAL =
	       VCARD_DOES_PKCS1 | VCARD_DOES_PSS | VCARD_DOES_ECDSA | VCARD_DOES_DECIPHER_PKCS1,
};

/* How a new card is made. Strings are borrowed. */
struct vcard_setup {
	struct vcard_personalities personalities; /* its applications */
	uint8_t atr[33];
	size_t atr_len;       /* 0: the short ATR of the first personality */
	bool extended;        /* with atr_len 0: its ATR with extended length */
	bool blank;           /* transport state: no keys, no certificates, PINs to be changed */
	const char *pin;      /* digits; of kinds with one PIN */
	const char *pin_auth; /* of kinds with two; of a blank card: the transport PINs */
	const char *pin_sign;
	const char *pin_global; /* PIV only; NULL: none */
	const char *puk;
	uint8_t admin_key[32];
	size_t admin_key_len;    /* 16 or 32; of PIV also 24 */
	uint8_t admin_algorithm; /* VCARD_ADMIN_... of PIV; 0: as the length has it, 24 being 3DES */
	bool gzip;               /* PIV: certificates are compressed */
	enum vcard_key_kind key_auth, key_sign;
	uint8_t algorithms; /* VCARD_DOES_...: announced; 0: the usual ones, not announced */
	/* An issued card: the holder, and the authority that certifies (vcard/issue.h). */
	const char *holder_latin;      /* "Sara Ahmadi" */
	const char *holder_given_name; /* Persian, UTF-8 */
	const char *holder_surname;
	const char *national_code; /* 10 digits */
	const char *authority;     /* folder with ca.crt and ca.key; made if absent */
};

/* Defaults for all but the PINs and the admin key. */
void vcard_setup_init(struct vcard_setup *setup);

/* Makes a card in memory. MOHR_ERR_ARGUMENT, MOHR_ERR_PIN_LENGTH, MOHR_ERR_CRYPTO, MOHR_ERR_IO, ... */
MOHR_MUST_CHECK int vcard_new(const struct vcard_setup *setup, struct vcard **ret);
/* Writes it into a new image file (mode 0600) that must not exist, and from then on keeps that in step. */
MOHR_MUST_CHECK int vcard_save(struct vcard *v, const char *path);
/* Loads and locks an image: MOHR_ERR_CARD_BUSY if another process serves it, MOHR_ERR_MALFORMED. */
MOHR_MUST_CHECK int vcard_load(const char *path, struct vcard **ret);
/* Loads without a lock, to look at: what its commands would change is not kept. Errors as above. */
MOHR_MUST_CHECK int vcard_peek(const char *path, struct vcard **ret);
/* Wipes and frees; NULL is allowed. */
void vcard_free(struct vcard *v);

/* Power-up or reset: security states, environment and selection are as after power-up. */
void vcard_reset(struct vcard *v);
/* Borrowed for the card's life. */
const uint8_t *vcard_atr(const struct vcard *v, size_t *ret_len);

/*
 * Answers one command APDU, or TPDU under T=0; ret holds at least a status word afterwards. Whatever
 * command changes the card's memory is on disk when this returns.
 */
void vcard_process(struct vcard *v, const uint8_t *command, size_t len, struct buf *ret);

#endif
