/* SPDX-License-Identifier: BSD-2-Clause */
/* See use.h. What a card says may be anything; what is checked is what it must not bring about. */
#include "tests/hostile/use.h"

#include <string.h>

#include "codec/tlv.h"
#include "codec/x509.h"
#include "profile/profile.h"
#include "token/token.h"

static const uint8_t zeros[LIMIT_RSA_BITS / 8];

static struct secret *secret_of(const char *text)
{
	struct secret *s = NULL;

	mutant_must(secret_new_from(text, strlen(text), &s) == 0, "memory");
	return s;
}

static void check_text(const char *text, size_t cap)
{
	size_t i;

	for (i = 0; i < cap && text[i] != '\0'; i++)
		mutant_must((uint8_t)text[i] >= 0x20 && text[i] != 0x7F, "a name is printable");
	mutant_must(i < cap, "a name has an end");
}

static void check_card(const struct card *card)
{
	unsigned i;

	check_text(card->label, sizeof(card->label));
	check_text(card->manufacturer, sizeof(card->manufacturer));
	check_text(card->model, sizeof(card->model));
	check_text(card->serial, sizeof(card->serial));
	mutant_must(card->n_pins <= LIMIT_N_PINS && card->n_keys <= LIMIT_N_KEYS, "limits");
	mutant_must(card->n_certificates <= LIMIT_N_CERTIFICATES && card->n_data <= LIMIT_N_DATA,
		    "limits");
	for (i = 0; i < card->n_pins; i++)
		mutant_must(card->pins[i].format.min_len <= card->pins[i].format.max_len &&
				    card->pins[i].format.max_len <= LIMIT_PIN,
			    "a PIN");
	for (i = 0; i < card->n_keys; i++) {
		const struct card_key *k = &card->keys[i];

		mutant_must(k->label != NULL && k->id != 0 && k->pin < LIMIT_N_PINS, "a key");
		mutant_must(k->certificate == CARD_NO_INDEX ||
				    (unsigned)k->certificate < card->n_certificates,
			    "a key's certificate");
	}
	for (i = 0; i < card->n_certificates; i++)
		mutant_must(card->certificates[i].label != NULL, "a certificate");
	for (i = 0; i < card->n_data; i++)
		mutant_must(card->data[i].label != NULL, "data");
}

static void use_pin(struct user *u, struct card *card, unsigned pin)
{
	const struct profile *p = card->profile;
	struct secret *value = secret_of(u->pins[pin % 2]), *puk = secret_of(u->puk);
	int tries = PIN_TRIES_UNKNOWN, r;
	struct pin_status status;

	r = p->query(card, pin, &status);
	mutant_must(r != 0 || (status.tries_left >= PIN_TRIES_UNKNOWN && status.tries_left <= 15),
		    "tries");
	mutant_check_pins(u->mutant, 0);
	if (card->pins[pin].usable) {
		r = p->verify(card, pin, value, &tries);
		mutant_must(tries >= PIN_TRIES_UNKNOWN && tries <= 15, "tries");
		mutant_check_pins(u->mutant, 1);
		u->n_logins += r == 0;
		if (dice_roll(&u->dice, 8) == 0) {
			(void)!p->change(card, pin, value, value, &tries);
			mutant_check_pins(u->mutant, 1);
			(void)!p->unblock(card, pin, puk, value, &tries);
			mutant_check_pins(u->mutant, 1);
			(void)!p->unverify(card, pin);
			mutant_check_pins(u->mutant, 0);
			(void)!p->verify(card, pin, value, &tries);
			mutant_check_pins(u->mutant, 1);
		}
	}
	secret_free(value);
	secret_free(puk);
}

/* The key's shape, from the certificate or the public key that the card gives, or made up. */
static void learn_shape(struct user *u, struct card *card, unsigned key, struct buf *der,
			struct pubkey *ret)
{
	const struct profile *p = card->profile;
	struct cursor spki;
	struct x509 x;
	size_t total;
	int r;

	*ret = (struct pubkey){.type = KEY_EC, .curve = CURVE_P256, .bits = 256};
	cursor_init(&ret->point, zeros, 65);
	if (card->keys[key].certificate != CARD_NO_INDEX) {
		r = p->read_certificate(card, (unsigned)card->keys[key].certificate, der);
		mutant_check_pins(u->mutant, 0);
		mutant_must(r == 0 || der->len == 0, "nothing is given out after a failure");
		if (r != 0)
			return;
		mutant_must(tlv_total_len(der->data, der->len, &total) == 0 && total == der->len,
			    "a certificate is one data object");
		if (x509_decode(der->data, der->len, &x) == 0 && x.key.type != KEY_NONE) {
			*ret = x.key;
			u->n_certificates++;
		}
	} else if (p->read_public_key != NULL) {
		r = p->read_public_key(card, key, der);
		mutant_check_pins(u->mutant, 0);
		spki = buf_cursor(der);
		if (r == 0)
			mutant_must(pubkey_decode_spki(&spki, ret) == 0, "a public key");
		if (ret->type == KEY_NONE)
			ret->type = KEY_RSA;
	}
}

static void sign(struct user *u, struct card *card, unsigned key, const struct pubkey *shape)
{
	static const enum sign_scheme schemes[] = {SIGN_PKCS1, SIGN_PSS, SIGN_RAW};
	struct sign_request q = {.scheme = schemes[dice_roll(&u->dice, 3)],
				 .hash = HASH_SHA256,
				 .mgf_hash = HASH_SHA256,
				 .salt_len = 32,
				 .data = zeros,
				 .len = 32};
	struct buf out = BUF_INIT(LIMIT_SIGNATURE);
	int r;

	if (shape->type == KEY_EC)
		q.scheme = SIGN_ECDSA;
	if (q.scheme == SIGN_RAW) {
		q.hash = HASH_NONE;
		q.len = shape->modulus.len;
	}
	if (card->profile->can_sign(card, key, shape, &q)) {
		r = card->profile->sign(card, key, shape, &q, &out);
		mutant_must(out.len == (r == 0 ? pubkey_signature_len(shape) : 0),
			    "a signature's length");
		u->n_signatures += r == 0;
		mutant_check_pins(u->mutant, 0);
	}
	buf_clear(&out);
}

static void decipher(struct user *u, struct card *card, unsigned key, const struct pubkey *shape)
{
	const struct profile *p = card->profile;
	const struct decipher_request q = {
		.scheme = DECIPHER_RAW, .data = zeros, .len = shape->modulus.len};
	struct secret *s = NULL;
	int r;

	if (shape->type == KEY_RSA && p->decipher != NULL &&
	    p->can_decipher(card, key, shape, &q)) {
		r = p->decipher(card, key, shape, &q, &s);
		mutant_must(r == 0 ? secret_len(s) == shape->modulus.len : s == NULL, "a block");
		mutant_check_pins(u->mutant, 0);
		secret_free(s);
		s = NULL;
	}
	if (shape->type == KEY_EC && p->derive != NULL && p->can_derive(card, key, shape)) {
		r = p->derive(card, key, shape, cursor_at(&shape->point),
			      cursor_left(&shape->point), &s);
		mutant_must(r == 0 ? secret_len(s) == curve_len(shape->curve) : s == NULL,
			    "a shared point");
		mutant_check_pins(u->mutant, 0);
		secret_free(s);
	}
}

static void use_key(struct user *u, struct card *card, unsigned key)
{
	struct buf der = BUF_INIT(LIMIT_CERTIFICATE);
	struct pubkey shape;

	learn_shape(u, card, key, &der, &shape);
	if (card->n_pins > 0)
		use_pin(u, card, card->keys[key].pin % card->n_pins);
	sign(u, card, key, &shape);
	decipher(u, card, key, &shape);
	buf_clear(&der);
}

static void read_others(struct user *u, struct card *card)
{
	const struct profile *p = card->profile;
	struct buf out = BUF_INIT(LIMIT_FILE);
	uint8_t random[16];

	if (card->n_certificates > 0) {
		(void)!p->read_certificate(card, dice_roll(&u->dice, card->n_certificates), &out);
		mutant_check_pins(u->mutant, 0);
	}
	if (p->read_data != NULL && card->n_data > 0) {
		(void)!p->read_data(card, dice_roll(&u->dice, card->n_data), &out);
		mutant_check_pins(u->mutant, 0);
	}
	if (p->random != NULL) {
		(void)!p->random(card, random, sizeof(random));
		mutant_check_pins(u->mutant, 0);
	}
	buf_clear(&out);
}

void use_profile(struct user *u)
{
	struct link *l = mutant_link(u->mutant);
	struct card *card = NULL;
	struct channel channel;

	mutant_must(channel_init(&channel, l, NULL) == 0, "memory");
	if (card_open(&channel, &u->config, &card) == 0) {
		mutant_check_pins(u->mutant, 0);
		u->n_opened++;
		check_card(card);
		if (card->n_keys > 0)
			use_key(u, card, dice_roll(&u->dice, card->n_keys));
		channel.turn++;
		if (card->n_keys > 0 && dice_roll(&u->dice, 2) == 0)
			use_key(u, card, dice_roll(&u->dice, card->n_keys > 2 ? 2 : card->n_keys));
		if (dice_roll(&u->dice, 4) == 0)
			read_others(u, card);
	} else {
		mutant_check_pins(u->mutant, 0);
		mutant_must(card == NULL, "no card after a failure");
	}
	card_close(card);
	channel_clear(&channel);
	link_free(l);
}

static void sign_with(struct user *u, struct token *t, const struct token_objects *o, unsigned key,
		      const struct secret *pin)
{
	uint8_t signature[LIMIT_SIGNATURE];
	struct sign_request q = {
		.scheme = SIGN_PKCS1, .hash = HASH_SHA256, .data = zeros, .len = 32};
	size_t len = 0;
	int r;

	if (o->keys[key].shape.type == KEY_EC)
		q.scheme = SIGN_ECDSA;
	if (!token_can_sign(t, key, &q))
		return;
	if (o->keys[key].always_authenticate)
		(void)!token_login_context(t, key, pin, u);
	r = token_sign(t, key, &q, u, signature, sizeof(signature), &len);
	token_context_cancel(t, u);
	mutant_must(len == (r == 0 ? pubkey_signature_len(&o->keys[key].shape) : 0),
		    "a signature's length");
	u->n_signatures += r == 0;
}

static void use_objects(struct user *u, struct token *t, const struct secret *pin)
{
	struct buf data = BUF_INIT(LIMIT_FILE);
	const struct token_objects *o;
	uint8_t random[16];
	unsigned i;

	if (token_objects(t, &o) != 0)
		return;
	for (i = 0; i < o->n_certificates; i++)
		u->n_certificates += o->certificates[i].parsed;
	mutant_must(o->n_keys <= LIMIT_N_KEYS && o->n_certificates <= LIMIT_N_CERTIFICATES,
		    "limits");
	mutant_must(u->mutant->n_pins == 0, "reading takes no PIN");
	if (token_login(t, pin) == 0)
		u->n_logins++;
	if (o->n_keys > 0)
		sign_with(u, t, o, dice_roll(&u->dice, o->n_keys), pin);
	if (o->n_data > 0)
		(void)!token_read_data(t, dice_roll(&u->dice, o->n_data), &data);
	(void)!token_random(t, random, sizeof(random));
	(void)!token_logout(t);
	/* the login, and one for the use of a key */
	mutant_check_pins(u->mutant, 2);
	buf_clear(&data);
}

void use_token(struct user *u)
{
	const struct slots_setup setup = {.config = &u->config,
					  .transport = mutant_transport(u->mutant),
					  .crypto = u->crypto,
					  .mutex_ops = mutex_ops_none()};
	struct pin_status status;
	struct slots *slots = NULL;
	struct secret *pin;
	struct token *t;
	unsigned i;

	mutant_must(slots_new(&setup, &slots) == 0 && slots_update(slots) == 0, "slots");
	for (i = 0; i < slots_n(slots); i++) {
		t = NULL;
		if (slots_token(slots, i, &t) != 0)
			continue;
		u->n_opened++;
		pin = secret_of(u->pins[i % 2]);
		(void)!token_pin_status(t, &status);
		use_objects(u, t, pin);
		secret_free(pin);
		token_unref(t);
	}
	mutant_must(slots_free(slots), "nobody hangs");
}
