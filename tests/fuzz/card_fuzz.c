/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any card at all: the input is its ATR, and what it answers. Whichever profile takes it, all that token/ does
 * with a card is done: PINs, certificates, data, public keys, signatures, decryption, key agreement, random
 * bytes. It must not crash, must come to an end, must send no PIN more often than it was asked to, and must not
 * take nonsense for a result. The seeds are recordings of every kind of card (generate_trace_corpus.py).
 */
#include "base/secret.h"
#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "profile/profile.h"
#include "scripted_link.h"

enum {
	/* first byte of the input */
	OPTION_FOR_EVER = 0x01,
	OPTION_EC = 0x02,
	OPTION_INDEX_SHIFT = 4, /* which PIN, key, certificate, data; modulo how many there are */
	MODULUS_LEN = 256,
	COORDINATE_LEN = 32,
	/* generous: a file of 64 KB that comes byte by byte, and once more */
	MAX_EXCHANGES = 4 * LIMIT_FILE,
};

struct run {
	struct scripted_link link;
	struct channel channel;
	struct card *card;
	struct secret *pin;
	unsigned index;
	struct pubkey shape;
};

static void check_cost(struct run *run, unsigned tries)
{
	must(run->link.transmits <= MAX_EXCHANGES);
	must(run->link.tried_pins <= tries);
	run->link.transmits = 0;
	run->link.tried_pins = 0;
	/* as if others had used the card meanwhile */
	run->channel.turn++;
}

static void check_text(const char *text, size_t cap)
{
	must(memchr(text, '\0', cap) != NULL);
}

static void check_card(const struct card *card)
{
	unsigned i;

	check_text(card->label, sizeof(card->label));
	check_text(card->manufacturer, sizeof(card->manufacturer));
	check_text(card->model, sizeof(card->model));
	check_text(card->serial, sizeof(card->serial));
	must(card->n_pins <= LIMIT_N_PINS && card->n_keys <= LIMIT_N_KEYS &&
	     card->n_certificates <= LIMIT_N_CERTIFICATES && card->n_data <= LIMIT_N_DATA);
	for (i = 0; i < card->n_keys; i++)
		must(card->keys[i].id != 0 && card->keys[i].certificate >= CARD_NO_INDEX &&
		     card->keys[i].certificate < (int)card->n_certificates);
	for (i = 0; i < card->n_certificates; i++)
		must(card->certificates[i].id != 0);
}

static void use_pins(struct run *run)
{
	const struct profile *p = run->card->profile;
	unsigned pin = run->index % (run->card->n_pins + (run->card->n_pins == 0));
	struct pin_status status;
	int tries, r;

	r = p->query(run->card, pin, &status);
	must(r != 0 || (status.tries_left >= PIN_TRIES_UNKNOWN && status.tries_left <= 15));
	must(r != 0 || status.blocked == (status.tries_left == 0));
	check_cost(run, 0);
	(void)!p->verify(run->card, pin, run->pin, &tries);
	check_cost(run, 1);
	(void)!p->change(run->card, pin, run->pin, run->pin, &tries);
	check_cost(run, 1);
	(void)!p->unblock(run->card, pin, run->pin, run->pin, &tries);
	check_cost(run, 1);
	(void)!p->unverify(run->card, pin);
	check_cost(run, 0);
}

static void check_der(int r, const struct buf *out)
{
	size_t total;

	if (r == 0)
		must(out->len >= 2 && out->data[0] == 0x30 &&
		     tlv_total_len(out->data, out->len, &total) == 0 && total == out->len);
}

static void read_objects(struct run *run)
{
	const struct card *card = run->card;
	const struct profile *p = card->profile;
	struct buf out = BUF_INIT(LIMIT_FILE);
	struct key_policy policy;

	if (card->n_certificates > 0)
		check_der(p->read_certificate(run->card, run->index % card->n_certificates, &out),
			  &out);
	check_cost(run, 0);
	buf_reset(&out);
	if (card->n_data > 0 && p->read_data != NULL)
		(void)!p->read_data(run->card, run->index % card->n_data, &out);
	check_cost(run, 0);
	if (card->n_keys > 0 && p->read_policy != NULL)
		(void)!p->read_policy(run->card, run->index % card->n_keys, &policy);
	check_cost(run, 0);
	buf_reset(&out);
	if (card->n_keys > 0 && p->read_public_key != NULL)
		check_der(p->read_public_key(run->card, run->index % card->n_keys, &out), &out);
	check_cost(run, 0);
	buf_clear(&out);
}

static void sign(struct run *run, unsigned key)
{
	static const uint8_t digest[32] = {0x01};
	const struct profile *p = run->card->profile;
	struct sign_request q = {.scheme = run->shape.type == KEY_EC ? SIGN_ECDSA : SIGN_PKCS1,
				 .hash = HASH_SHA256,
				 .data = digest,
				 .len = sizeof(digest)};
	struct buf out = BUF_INIT(LIMIT_SIGNATURE);
	int r;

	r = p->sign(run->card, key, &run->shape, &q, &out);
	must(out.len == (r == 0 ? pubkey_signature_len(&run->shape) : 0));
	must(p->can_sign(run->card, key, &run->shape, &q) || r != 0);
	check_cost(run, 0);
	buf_clear(&out);
}

static void decipher_and_derive(struct run *run, unsigned key)
{
	static const uint8_t cryptogram[MODULUS_LEN] = {0x01};
	static const uint8_t point[1 + 2 * COORDINATE_LEN] = {0x04};
	const struct profile *p = run->card->profile;
	const struct decipher_request q = {
		.scheme = DECIPHER_RAW, .data = cryptogram, .len = sizeof(cryptogram)};
	struct secret *s = NULL;
	int r;

	if (p->decipher != NULL) {
		r = p->decipher(run->card, key, &run->shape, &q, &s);
		must(r == 0 ? secret_len(s) == sizeof(cryptogram) : s == NULL);
		must(r != 0 || p->can_decipher(run->card, key, &run->shape, &q));
		secret_free(s);
	}
	check_cost(run, 0);
	s = NULL;
	if (p->derive != NULL) {
		r = p->derive(run->card, key, &run->shape, point, sizeof(point), &s);
		must(r == 0 ? secret_len(s) == COORDINATE_LEN : s == NULL);
		must(r != 0 || p->can_derive(run->card, key, &run->shape));
		secret_free(s);
	}
	check_cost(run, 0);
}

static void use_card(struct run *run)
{
	uint8_t random[100];

	check_card(run->card);
	use_pins(run);
	read_objects(run);
	if (run->card->n_keys > 0) {
		sign(run, run->index % run->card->n_keys);
		decipher_and_derive(run, run->index % run->card->n_keys);
	}
	if (run->card->profile->random != NULL)
		(void)!run->card->profile->random(run->card, random, sizeof(random));
	check_cost(run, 0);
}

static void set_shape(struct run *run, bool ec)
{
	static const uint8_t modulus[MODULUS_LEN] = {0x80};

	if (ec) {
		run->shape = (struct pubkey){.type = KEY_EC, .curve = CURVE_P256, .bits = 256};
	} else {
		run->shape = (struct pubkey){.type = KEY_RSA, .bits = 2048};
		cursor_init(&run->shape.modulus, modulus, sizeof(modulus));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct run run = {.card = NULL};
	struct config config;
	struct atr_info info;
	size_t atr_len;

	if (len < 2 || data[1] > LIMIT_ATR || len - 2 < data[1])
		return 0;
	atr_len = data[1];
	run.index = data[0] >> OPTION_INDEX_SHIFT;
	set_shape(&run, data[0] & OPTION_EC);
	config_init(&config);
	scripted_init(&run.link,
		      atr_decode(data + 2, atr_len, &info) == 0 && info.t1 ? PROTOCOL_T1
									   : PROTOCOL_T0,
		      data + 2, atr_len, data + 2 + atr_len, len - 2 - atr_len,
		      data[0] & OPTION_FOR_EVER);
	must(secret_new_from("12345678", 8, &run.pin) == 0);
	must(channel_init(&run.channel, &run.link.link, NULL) == 0);
	if (card_open(&run.channel, &config, &run.card) == 0) {
		check_cost(&run, 0);
		use_card(&run);
	} else {
		check_cost(&run, 0);
		must(run.card == NULL);
	}
	card_close(run.card);
	channel_clear(&run.channel);
	secret_free(run.pin);
	config_clear(&config);
	return 0;
}
