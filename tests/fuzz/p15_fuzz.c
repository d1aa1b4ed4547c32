/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The p15 profile against a card that answers what the fuzzer wants: open, query, verify, change, unblock,
 * certificates, data, public keys, signatures, decryption, key agreement. It must not crash, must come to an
 * end, must show no text that cannot be shown, must send a PIN only right after the application has been
 * selected and no more often than it was asked to, and must not take nonsense for a result.
 */
#include "base/secret.h"
#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "profile/profile.h"
#include "scripted_link.h"

enum {
	/* first byte of the input */
	OPTION_EXTENDED = 0x01,
	OPTION_MYEID = 0x02,
	OPTION_FOR_EVER = 0x04,
	OPTION_EC = 0x08,
	OPTION_INDEX_SHIFT = 4, /* which PIN, key, certificate; modulo how many there are */
	/* generous: no operation collects more than three long answers, and a file byte by byte */
	MAX_EXCHANGES = 8 * (LIMIT_RESPONSE_ROUNDS + 16) + 2 * LIMIT_DIRECTORY_APDUS,
	MODULUS_LEN = 256,
	COORDINATE_LEN = 32,
};

struct run {
	struct scripted_link link; /* first */
	bool selected; /* nothing but SELECT and the fetching of its answer has come since SELECT */
	struct channel channel;
	struct card *card;
	struct secret *pin;
	unsigned index;
	struct pubkey shape;
};

static bool is_pin_command(const uint8_t *command, size_t len)
{
	return len > 5 && (command[1] == INS_VERIFY || command[1] == INS_CHANGE ||
			   command[1] == INS_RESET_RETRY);
}

static int watch(struct link *l, const uint8_t *command, size_t len, uint8_t *ret_response,
		 size_t cap, size_t *ret_len)
{
	struct run *run = (struct run *)l;

	must(!is_pin_command(command, len) || run->selected);
	if (command[1] == INS_SELECT)
		run->selected = true;
	else if (command[1] != INS_GET_RESPONSE)
		run->selected = false;
	return scripted_transmit(l, command, len, ret_response, cap, ret_len);
}

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

/* RFC 3629 §4, without control characters. */
static void check_text(const char *text, size_t cap)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t len = strnlen(text, cap), i, n;

	must(len < cap);
	for (i = 0; i < len; i += n) {
		n = p[i] < 0x80 ? 1 : p[i] >= 0xF0 ? 4 : p[i] >= 0xE0 ? 3 : 2;
		must(p[i] >= 0x20 && p[i] != 0x7F && !(p[i] >= 0x80 && p[i] < 0xC2) &&
		     p[i] < 0xF5 && i + n <= len);
		must(n < 2 || (p[i + 1] & 0xC0) == 0x80);
		must(n < 3 || (p[i + 2] & 0xC0) == 0x80);
		must(n < 4 || (p[i + 3] & 0xC0) == 0x80);
		must(n != 2 || p[i] != 0xC2 || p[i + 1] >= 0xA0);
	}
}

static void check_pin(const struct card_pin *pin)
{
	const struct pin_format *f = &pin->format;

	if (pin->label != NULL)
		check_text(pin->label, LIMIT_FILE);
	if (pin->usable)
		must(f->min_len <= f->max_len && f->max_len > 0 && f->max_len <= LIMIT_PIN &&
		     f->padded_len <= LIMIT_PIN);
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
	for (i = 0; i < card->n_pins; i++)
		check_pin(&card->pins[i]);
	for (i = 0; i < card->n_keys; i++) {
		const struct card_key *k = &card->keys[i];

		must(k->id != 0 && (k->pin < card->n_pins || k->pin == 0));
		must(k->certificate >= CARD_NO_INDEX && k->certificate < (int)card->n_certificates);
		must(!k->open || !k->per_use);
		check_text(k->label, LIMIT_FILE);
	}
	for (i = 0; i < card->n_certificates; i++) {
		must(card->certificates[i].id != 0);
		must(card->certificates[i].pin < card->n_pins || card->certificates[i].pin == 0);
		check_text(card->certificates[i].label, LIMIT_FILE);
	}
	for (i = 0; i < card->n_data; i++) {
		check_text(card->data[i].label, LIMIT_FILE);
		check_text(card->data[i].application, LIMIT_FILE);
	}
}

static void use_pins(struct run *run)
{
	const struct profile *p = run->card->profile;
	unsigned pin = run->index % (run->card->n_pins + 1);
	struct pin_status status;
	int tries, r;

	r = p->query(run->card, pin, &status);
	must(r != 0 || (status.tries_left >= PIN_TRIES_UNKNOWN && status.tries_left <= 15));
	must(pin < run->card->n_pins || r == MOHR_ERR_ARGUMENT);
	check_cost(run, 0);
	(void)!p->verify(run->card, pin, run->pin, &tries);
	must(tries >= PIN_TRIES_UNKNOWN && tries <= 15);
	check_cost(run, 1);
	(void)!p->change(run->card, pin, run->pin, run->pin, &tries);
	check_cost(run, 1);
	(void)!p->unblock(run->card, pin, run->pin, run->pin, NULL);
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
	else
		must(out->len == 0);
}

static void read_objects(struct run *run)
{
	const struct profile *p = run->card->profile;
	struct buf out = BUF_INIT(LIMIT_CERTIFICATE);
	unsigned n;

	/* twice, as token/ does */
	for (n = 0; n < 2 && run->card->n_certificates > 0; n++) {
		check_der(p->read_certificate(run->card, run->index % run->card->n_certificates,
					      &out),
			  &out);
		check_cost(run, 0);
	}
	buf_reset(&out);
	if (run->card->n_data > 0)
		(void)!p->read_data(run->card, run->index % run->card->n_data, &out);
	check_cost(run, 0);
	buf_reset(&out);
	if (run->card->n_keys > 0)
		check_der(p->read_public_key(run->card, run->index % run->card->n_keys, &out),
			  &out);
	check_cost(run, 0);
	buf_clear(&out);
}

static void sign(struct run *run, unsigned key)
{
	static const uint8_t digest[COORDINATE_LEN] = {0x01};
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

	r = p->decipher(run->card, key, &run->shape, &q, &s);
	must(p->can_decipher(run->card, key, &run->shape, &q) ||
	     (r == MOHR_ERR_MECHANISM && run->link.transmits == 0));
	must(r == 0 ? secret_len(s) == sizeof(cryptogram) : s == NULL);
	check_cost(run, 0);
	secret_free(s);
	s = NULL;
	r = p->derive(run->card, key, &run->shape, point, sizeof(point), &s);
	must(p->can_derive(run->card, key, &run->shape) ||
	     (r == MOHR_ERR_MECHANISM && run->link.transmits == 0));
	must(r == 0 ? secret_len(s) == COORDINATE_LEN : s == NULL);
	check_cost(run, 0);
	secret_free(s);
}

static void use_card(struct run *run)
{
	check_card(run->card);
	use_pins(run);
	read_objects(run);
	if (run->card->n_keys > 0) {
		sign(run, run->index % run->card->n_keys);
		decipher_and_derive(run, run->index % run->card->n_keys);
	}
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
	static const uint8_t myeid_atr[] = {0x3B, 0xD5, 0x96, 0x00, 0x81, 0x31, 0xFE,
					    0x45, 'M',  'y',  'E',  'I',  'D',  0x34};
	uint8_t options = len > 0 ? data[0] : 0;
	bool myeid = options & OPTION_MYEID, extended = options & OPTION_EXTENDED;
	const uint8_t *atr = myeid ? myeid_atr : extended ? ATR_EXTENDED : ATR_SHORT;
	size_t atr_len = myeid      ? sizeof(myeid_atr)
			 : extended ? sizeof(ATR_EXTENDED)
				    : sizeof(ATR_SHORT);
	static const struct link_ops ops = {.transmit = watch};
	struct run run = {.index = options >> OPTION_INDEX_SHIFT};
	struct config config;

	if (len == 0)
		return 0;
	config_init(&config);
	must(config_set_text(&config.profile, "p15") == 0);
	scripted_init(&run.link, myeid || extended ? PROTOCOL_T1 : PROTOCOL_T0, atr, atr_len,
		      data + 1, len - 1, options & OPTION_FOR_EVER);
	run.link.link.ops = &ops;
	set_shape(&run, options & OPTION_EC);
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
