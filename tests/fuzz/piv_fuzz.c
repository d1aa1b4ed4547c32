/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The piv profile against a card that answers what the fuzzer wants: open, query, verify, change, unblock,
 * certificates (compressed ones too), signatures, decryption, key agreement. It must not crash, must come
 * to an end, must send no PIN more often than it was asked to, and must not take nonsense for a result.
 */
#include "base/secret.h"
#include "codec/tlv.h"
#include "profile/profile.h"
#include "scripted_link.h"

enum {
	/* first byte of the input */
	OPTION_EXTENDED = 0x01,
	OPTION_YUBIKEY = 0x02,
	OPTION_FOR_EVER = 0x04,
	OPTION_EC = 0x08,
	OPTION_KEY = 0x30, /* 9A, 9C, 9D, 9E */
	OPTION_KEY_SHIFT = 4,
	OPTION_RETIRED = 0x40,
	/* generous: no operation collects more than three long answers */
	MAX_EXCHANGES = 4 * (LIMIT_RESPONSE_ROUNDS + 16),
	MODULUS_LEN = 256,
	COORDINATE_LEN = 32,
};

struct run {
	struct scripted_link link;
	struct channel channel;
	struct card *card;
	struct secret *pin;
	unsigned key;
	struct pubkey shape;
};

/* One operation is over: how much of the card's time did it take, and how many tries? */
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
	size_t i;

	for (i = 0; i < cap && text[i] != '\0'; i++)
		must(text[i] >= 0x20 && text[i] < 0x7F);
	must(i < cap);
}

static void check_card(const struct card *card)
{
	unsigned i;

	check_text(card->label, sizeof(card->label));
	check_text(card->manufacturer, sizeof(card->manufacturer));
	check_text(card->model, sizeof(card->model));
	check_text(card->serial, sizeof(card->serial));
	must(card->n_pins == 1 && card->n_keys >= 4 && card->n_keys <= 24);
	/* a YubiKey has one that attests */
	must(card->n_certificates >= card->n_keys && card->n_certificates <= card->n_keys + 1);
	must(card->n_data <= LIMIT_N_DATA);
	must(card->pins[0].format.reference == 0x80 || card->pins[0].format.reference == 0x00);
	for (i = 0; i < card->n_keys; i++)
		must(card->keys[i].certificate == (int)i && card->keys[i].id != 0);
}

static void use_pins(struct run *run)
{
	const struct profile *p = run->card->profile;
	struct pin_status status;
	int tries;
	int r;

	r = p->query(run->card, 0, &status);
	must(r != 0 || (status.tries_left >= PIN_TRIES_UNKNOWN && status.tries_left <= 15));
	must(r != 0 || status.blocked == (status.tries_left == 0));
	check_cost(run, 0);
	(void)!p->verify(run->card, 0, run->pin, &tries);
	must(tries >= PIN_TRIES_UNKNOWN && tries <= 15);
	check_cost(run, 1);
	(void)!p->change(run->card, 0, run->pin, run->pin, &tries);
	check_cost(run, 1);
	(void)!p->unblock(run->card, 0, run->pin, run->pin, NULL);
	check_cost(run, 1);
	(void)!p->unverify(run->card, 0);
	check_cost(run, 0);
}

static void read_certificates(struct run *run)
{
	struct buf out = BUF_INIT(LIMIT_CERTIFICATE);
	size_t total;
	unsigned n;

	/* twice, as token/ does: the second time, the selection is looked at */
	for (n = 0; n < 2; n++) {
		if (run->card->profile->read_certificate(run->card, run->key, &out) == 0) {
			must(out.len >= 2 && out.data[0] == 0x30);
			must(tlv_total_len(out.data, out.len, &total) == 0 && total == out.len);
		} else {
			must(out.len == 0);
		}
		check_cost(run, 0);
	}
	buf_clear(&out);
}

static void read_policy(struct run *run)
{
	const struct profile *p = run->card->profile;
	struct buf out = BUF_INIT(LIMIT_CERTIFICATE);
	struct key_policy policy = {false, false};
	struct pubkey shape;
	struct cursor spki;

	if (p->read_policy(run->card, run->key, &policy) == 0)
		must(!policy.open || !policy.per_use);
	check_cost(run, 0);
	if (p->read_public_key(run->card, run->key, &out) == 0) {
		spki = buf_cursor(&out);
		must(pubkey_decode_spki(&spki, &shape) == 0 && shape.type != KEY_NONE);
	}
	check_cost(run, 0);
	buf_clear(&out);
}

static void sign(struct run *run)
{
	static const uint8_t block[MODULUS_LEN] = {0x01};
	const struct profile *p = run->card->profile;
	struct sign_request q = {.scheme = SIGN_RAW, .data = block, .len = sizeof(block)};
	struct buf out = BUF_INIT(LIMIT_SIGNATURE);
	int r;

	if (run->shape.type == KEY_EC) {
		q.scheme = SIGN_ECDSA;
		q.len = COORDINATE_LEN;
	}
	r = p->sign(run->card, run->key, &run->shape, &q, &out);
	must(out.len == (r == 0 ? pubkey_signature_len(&run->shape) : 0));
	must(p->can_sign(run->card, run->key, &run->shape, &q) || r != 0);
	check_cost(run, 0);
	buf_clear(&out);
}

static void decipher_and_derive(struct run *run)
{
	static const uint8_t cryptogram[MODULUS_LEN] = {0x01};
	static const uint8_t point[1 + 2 * COORDINATE_LEN] = {0x04};
	const struct profile *p = run->card->profile;
	const struct decipher_request q = {
		.scheme = DECIPHER_RAW, .data = cryptogram, .len = sizeof(cryptogram)};
	struct secret *s = NULL;
	int r;

	r = p->decipher(run->card, run->key, &run->shape, &q, &s);
	must(p->can_decipher(run->card, run->key, &run->shape, &q) ||
	     (r == MOHR_ERR_MECHANISM && run->link.transmits == 0));
	must(r == 0 ? secret_len(s) == sizeof(cryptogram) : s == NULL);
	check_cost(run, 0);
	secret_free(s);
	s = NULL;
	r = p->derive(run->card, run->key, &run->shape, point, sizeof(point), &s);
	must(p->can_derive(run->card, run->key, &run->shape) ||
	     (r == MOHR_ERR_MECHANISM && run->link.transmits == 0));
	must(r == 0 ? secret_len(s) == COORDINATE_LEN : s == NULL);
	check_cost(run, 0);
	secret_free(s);
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
	static const uint8_t yubikey_atr[] = {0x3B, 0xFD, 0x13, 0x00, 0x00, 0x81, 0x31, 0xFE,
					      0x15, 0x80, 0x73, 0xC0, 0x21, 0xC0, 0x57, 0x59,
					      0x75, 0x62, 0x69, 0x4B, 0x65, 0x79, 0x40};
	uint8_t options = len > 0 ? data[0] : 0;
	bool yubikey = options & OPTION_YUBIKEY, extended = options & OPTION_EXTENDED;
	const uint8_t *atr = yubikey ? yubikey_atr : extended ? ATR_EXTENDED : ATR_SHORT;
	size_t atr_len = yubikey    ? sizeof(yubikey_atr)
			 : extended ? sizeof(ATR_EXTENDED)
				    : sizeof(ATR_SHORT);
	struct run run = {.key = (options & OPTION_KEY) >> OPTION_KEY_SHIFT};
	struct config config;

	if (len == 0)
		return 0;
	config_init(&config);
	must(config_set_text(&config.profile, "piv") == 0);
	scripted_init(&run.link, yubikey || extended ? PROTOCOL_T1 : PROTOCOL_T0, atr, atr_len,
		      data + 1, len - 1, options & OPTION_FOR_EVER);
	set_shape(&run, options & OPTION_EC);
	must(secret_new_from("12345678", 8, &run.pin) == 0);
	must(channel_init(&run.channel, &run.link.link, NULL) == 0);
	if (card_open(&run.channel, &config, &run.card) == 0) {
		check_cost(&run, 0);
		check_card(run.card);
		if (options & OPTION_RETIRED && run.card->n_keys > 4)
			run.key = run.card->n_keys - 1;
		use_pins(&run);
		read_certificates(&run);
		read_policy(&run);
		sign(&run);
		decipher_and_derive(&run);
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
