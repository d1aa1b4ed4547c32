/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtual card in a reader of this process, opened for personalisation, for the tests of personal/. Who
 * certifies is OpenSSL; who judges what a card holds is not the personaliser.
 */
#ifndef TESTS_UNIT_PERSONAL_FIXTURE_H
#define TESTS_UNIT_PERSONAL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "personal/personal.h"
#include "tests/harness/loop_transport.h"

#define ADMIN_AES128 "000102030405060708090A0B0C0D0E0F"
#define ADMIN_3DES   "0102030405060708 1112131415161718 2122232425262728"
#define PUK          "12345678"

struct fixture {
	struct crypto *crypto;
	struct loop *loop;
	struct transport *transport;
	struct vcard *v;
	struct config config;
	/* while it is open */
	struct link *link;
	struct channel channel;
	const struct log *log;
	struct personal *p;
	struct buf spki, der, out;
};

/* How a card is made. */
struct fixture_card {
	const char *profile;
	bool extended;
	const char *pin, *pin_sign; /* transport values */
	enum block_cipher cipher;
	const char *admin; /* hexadecimal */
};

extern const struct fixture_card natid_blank, natid_blank_extended, piv_blank, yubikey_blank,
	isoapplet_blank, isoapplet_v1_blank;

/* A world with a new card in its reader; not opened. */
void fixture_start(struct fixture *f, const struct fixture_card *card);
void fixture_stop(struct fixture *f);
/* Another card of the same kind, the old one is gone. */
void fixture_renew(struct fixture *f, const struct fixture_card *card);

/* Connects, begins a transaction; the error of personal_open. */
int fixture_try_open(struct fixture *f);
void fixture_open(struct fixture *f);
/* Leaves the transaction; a card that was pulled is no trouble. */
void fixture_close(struct fixture *f);
/* The card is pulled and inserted, whatever state it is in. */
void fixture_reinsert(struct fixture *f);

/* Freed by the caller. */
struct secret *secret_of(const char *text);
/* The administrator of this card; its key is freed with admin_free. */
struct personal_admin admin_of(const struct fixture_card *card);
void admin_free(struct personal_admin *admin);
int authenticate(struct fixture *f, const struct fixture_card *card);
/* personal_set_pin with texts; old NULL: none. */
int set_pin(struct fixture *f, unsigned pin, const char *old, const char *value, int *ret_tries);

/* A certificate for this public key, by the program's own authority, into der. */
void certify(const struct buf *spki, const char *name, struct buf *der);
/* Makes a key in the slot; its certificate is in f->der, and on the card. */
void issue(struct fixture *f, unsigned slot, enum personal_kind kind, const char *pin);

/*
 * What is on the card, past the personaliser: the public key in the place with this reference, and its
 * certificate. Empty where there is none; a certificate that is not whole is none.
 */
void look(struct fixture *f, unsigned slot, struct buf *ret_spki, struct buf *ret_der);
/* Fails the test if a key has the certificate of another, or one that certify has not made. */
void assert_no_foreign(struct fixture *f);
/* The PIN with this index has so many tries left. */
void assert_tries(struct fixture *f, unsigned pin, int tries);

/*
 * Does the job on new cards, cut off at each exchange in turn, before the card has seen the command and
 * after it has carried it out, until one job comes to its end undisturbed. After each cut assert_no_foreign
 * holds; then the job is done again, and must succeed.
 */
typedef int fixture_job(struct fixture *f, void *user);
typedef void fixture_check(struct fixture *f, void *user);
struct fixture_cut {
	const struct fixture_card *card;
	fixture_job *prepare; /* undisturbed; may be NULL */
	fixture_job *job;     /* with the card opened; by the repetition as well */
	fixture_check *check; /* after the repetition, the card closed; may be NULL */
	unsigned n_at_least;  /* exchanges that the job must have had */
};
void cut_everywhere(const struct fixture_cut *cut, void *user);

#endif
