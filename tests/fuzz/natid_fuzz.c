/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The profiles of IAS Classic, natid first, against a card that answers what the fuzzer wants: open, query, verify, change,
 * unblock, certificates, public key, signatures, decryption, key agreement, random bytes. It must not crash, must come to an end,
 * must send no PIN more often than it was asked to, and must not take nonsense for a result.
 */
#include "base/secret.h"
#include "codec/tlv.h"
#include "profile/profile.h"
#include "scripted_link.h"

enum {
	/* first byte of the input */
	OPTION_EXTENDED = 0x01,
	OPTION_PHYSICAL = 0x02,
	OPTION_STATED = 0x04,
	OPTION_FOR_EVER = 0x08,
	OPTION_EC = 0x10,
	OPTION_SIGN_KEY = 0x20,
	OPTION_LAYOUT = 6, /* the two highest bits: which of layouts[] */
	/* generous: no operation collects more than two long answers */
	MAX_EXCHANGES = 4 * (LIMIT_RESPONSE_ROUNDS + 16),
};

static const char *const layouts[] = {"natid", "ias-uy", "ias-fi", "ias-ee"};

struct run {
	struct scripted_link link;
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
	check_text(card->label, sizeof(card->label));
	check_text(card->manufacturer, sizeof(card->manufacturer));
	check_text(card->model, sizeof(card->model));
	check_text(card->serial, sizeof(card->serial));
	must(strlen(card->serial) == 16 || card->serial[0] == '\0');
	must(card->n_pins <= LIMIT_N_PINS && card->n_keys <= LIMIT_N_KEYS &&
	     card->n_certificates <= LIMIT_N_CERTIFICATES);
}

static void use_pins(struct run *run)
{
	const struct profile *p = run->card->profile;
	bool usable = run->card->pins[run->key].usable;
	struct pin_status status;
	int tries;
	int r;

	r = p->query(run->card, run->key, &status);
	must(r != 0 || (status.tries_left >= PIN_TRIES_UNKNOWN && status.tries_left <= 15));
	must(r != 0 || status.blocked == (status.tries_left == 0));
	check_cost(run, 0);
	r = p->verify(run->card, run->key, run->pin, &tries);
	must(tries >= PIN_TRIES_UNKNOWN && tries <= 15);
	must(usable || (r == MOHR_ERR_REFERENCES_UNKNOWN && run->link.transmits == 0));
	check_cost(run, 1);
	r = p->change(run->card, run->key, run->pin, run->pin, &tries);
	must(usable || (r == MOHR_ERR_REFERENCES_UNKNOWN && run->link.transmits == 0));
	check_cost(run, 1);
	r = p->unblock(run->card, run->key, run->pin, run->pin, NULL);
	must(usable || (r == MOHR_ERR_REFERENCES_UNKNOWN && run->link.transmits == 0));
	check_cost(run, 1);
	(void)!p->unverify(run->card, run->key);
	check_cost(run, 0);
}

static void read_objects(struct run *run, bool physical)
{
	const struct profile *p = run->card->profile;
	struct buf out = BUF_INIT(LIMIT_CERTIFICATE);
	struct pubkey shape;
	struct cursor spki;
	size_t total;

	if (p->read_certificate(run->card, run->key, &out) == 0) {
		must(out.len >= 2 && out.data[0] == 0x30);
		must(tlv_total_len(out.data, out.len, &total) == 0 && total == out.len);
	} else {
		must(out.len == 0);
	}
	check_cost(run, 0);
	if (p->read_public_key(run->card, run->key, &out) == 0) {
		must(!physical);
		spki = buf_cursor(&out);
		must(pubkey_decode_spki(&spki, &shape) == 0 && shape.type != KEY_NONE);
	}
	must(!physical || run->link.transmits == 0);
	check_cost(run, 0);
	buf_clear(&out);
}

static void sign(struct run *run)
{
	static const uint8_t digest[32] = {0x01};
	const struct profile *p = run->card->profile;
	struct sign_request q = {.scheme = run->shape.type == KEY_EC ? SIGN_ECDSA : SIGN_PKCS1,
				 .hash = HASH_SHA256,
				 .data = digest,
				 .len = sizeof(digest)};
	struct buf out = BUF_INIT(LIMIT_SIGNATURE);
	int r;

	r = p->sign(run->card, run->key, &run->shape, &q, &out);
	must(out.len == (r == 0 ? pubkey_signature_len(&run->shape) : 0));
	must(p->can_sign(run->card, run->key, &run->shape, &q) || r != 0);
	check_cost(run, 0);
	buf_clear(&out);
}

/* Only what the card has announced, and secrets of the one right length. */
static void decipher_and_derive(struct run *run)
{
	static const uint8_t cryptogram[384] = {0x01}, point[65] = {0x04};
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
	must(r == 0 ? secret_len(s) == 32 : s == NULL);
	check_cost(run, 0);
	secret_free(s);
}

static void use_card(struct run *run, bool physical)
{
	uint8_t random[100];

	check_card(run->card);
	use_pins(run);
	read_objects(run, physical);
	sign(run);
	decipher_and_derive(run);
	(void)!run->card->profile->random(run->card, random, sizeof(random));
	check_cost(run, 0);
}

static void set_shape(struct run *run, bool ec)
{
	static const uint8_t modulus[384] = {0x80};

	if (ec) {
		run->shape = (struct pubkey){.type = KEY_EC, .curve = CURVE_P256, .bits = 256};
	} else {
		run->shape = (struct pubkey){.type = KEY_RSA, .bits = 3072};
		cursor_init(&run->shape.modulus, modulus, sizeof(modulus));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t physical_atr[] = {0x3B, 0x00};
	uint8_t options = len > 0 ? data[0] : 0;
	bool extended = options & OPTION_EXTENDED, physical = options & OPTION_PHYSICAL;
	struct run run = {.key = options & OPTION_SIGN_KEY ? 1 : 0};
	struct config config;
	struct channel channel;

	if (len == 0)
		return 0;
	config_init(&config);
	must(config_set_text(&config.profile, layouts[options >> OPTION_LAYOUT]) == 0);
	if (options & OPTION_STATED) {
		config.natid_auth_pin = config.natid_sign_pin = 0x91;
		config.natid_auth_key = config.natid_sign_key = 0x05;
	}
	if (physical)
		scripted_init(&run.link, PROTOCOL_T0, physical_atr, sizeof(physical_atr), data + 1,
			      len - 1, options & OPTION_FOR_EVER);
	else
		scripted_init(&run.link, extended ? PROTOCOL_T1 : PROTOCOL_T0,
			      extended ? ATR_EXTENDED : ATR_SHORT,
			      extended ? sizeof(ATR_EXTENDED) : sizeof(ATR_SHORT), data + 1,
			      len - 1, options & OPTION_FOR_EVER);
	set_shape(&run, options & OPTION_EC);
	must(secret_new_from("12345678", 8, &run.pin) == 0);
	must(channel_init(&channel, &run.link.link, NULL) == 0);
	if (card_open(&channel, &config, &run.card) == 0) {
		check_cost(&run, 0);
		must(strcmp(run.card->profile->name, config.profile) == 0);
		if (run.key >= run.card->n_keys)
			run.key = 0;
		use_card(&run, physical);
	} else {
		check_cost(&run, 0);
		must(run.card == NULL);
	}
	card_close(run.card);
	channel_clear(&channel);
	secret_free(run.pin);
	config_clear(&config);
	return 0;
}
