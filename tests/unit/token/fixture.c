/* SPDX-License-Identifier: BSD-2-Clause */
/* See fixture.h. */
#include "fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "codec/iso7816.h"
#include "codec/tlv.h"

/* One authority for all cards of a program: making its RSA key is what takes time. */
static char authority[] = "/tmp/mohr-token-XXXXXX";

static void remove_authority(void)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/ca.key", authority);
	unlink(path);
	snprintf(path, sizeof(path), "%s/ca.crt", authority);
	unlink(path);
	rmdir(authority);
}

static void make_authority(void)
{
	if (mkdtemp(authority) == NULL || atexit(remove_authority) != 0)
		abort();
}

const char *fixture_authority(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (pthread_once(&once, make_authority) != 0)
		abort();
	return authority;
}

static struct vcard *make_card(struct vcard_setup *setup)
{
	struct vcard *v;

	setup->authority = fixture_authority();
	setup->pin_auth = PIN_AUTH;
	setup->pin_sign = PIN_SIGN;
	setup->puk = PUK;
	setup->admin_key_len = 16;
	assert_int_equal(vcard_new(setup, &v), 0);
	return v;
}

static struct vcard *make_with_keys(enum vcard_key_kind key_auth, enum vcard_key_kind key_sign,
				    bool extended, uint8_t algorithms)
{
	/* docs/natid-card.md, "Answer to reset"; TCK is the exclusive or of all after TS */
	static const uint8_t atr[] = {0x3B, 0xDD, 0x96, 0x00, 0x81, 0x31, 0xFE,
				      0x85, 0x80, 0x54, 0x4D, 0x4F, 0x48, 0x52,
				      0x73, 0x96, 0x21, 0xC0, 0x82, 0x90, 0x00};
	struct vcard_setup setup;
	size_t i;

	vcard_setup_init(&setup);
	setup.key_auth = key_auth;
	setup.key_sign = key_sign;
	setup.algorithms = algorithms;
	if (extended) {
		memcpy(setup.atr, atr, sizeof(atr));
		for (i = 1; i < sizeof(atr); i++)
			setup.atr[sizeof(atr)] ^= atr[i];
		setup.atr_len = sizeof(atr) + 1;
	}
	return make_card(&setup);
}

struct vcard *fixture_card(enum vcard_key_kind key_auth, enum vcard_key_kind key_sign,
			   bool extended)
{
	return make_with_keys(key_auth, key_sign, extended, 0);
}

struct vcard *fixture_announcing_card(enum vcard_key_kind kind, bool extended, uint8_t algorithms)
{
	return make_with_keys(kind, kind, extended, algorithms);
}

struct vcard *fixture_blank_card(void)
{
	struct vcard_setup setup;

	vcard_setup_init(&setup);
	setup.blank = true;
	return make_card(&setup);
}

struct vcard *fixture_physical_card(void)
{
	/* historical bytes of compact-TLV 7 alone: chaining, as the short ATR has it */
	static const uint8_t atr[] = {0x3B, 0x77, 0x96, 0x00, 0x00, 0x80,
				      0x73, 0x96, 0x21, 0x80, 0x90, 0x00};
	struct vcard_setup setup;

	vcard_setup_init(&setup);
	setup.key_auth = VCARD_P256;
	setup.key_sign = VCARD_P256;
	memcpy(setup.atr, atr, sizeof(atr));
	setup.atr_len = sizeof(atr);
	return make_card(&setup);
}

static int set_up(void **state, unsigned n_readers)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return -1;
	f->loop = loop_new(n_readers);
	f->card = fixture_card(VCARD_P256, VCARD_P256, false);
	loop_insert(f->loop, 0, f->card);
	config_init(&f->config);
	if (crypto_openssl_new(&f->crypto) != 0)
		return -1;
	f->setup = (struct slots_setup){
		.config = &f->config,
		.transport = loop_transport_new(f->loop),
		.crypto = f->crypto,
		.mutex_ops = mutex_ops_os(),
	};
	if (slots_new(&f->setup, &f->slots) != 0 || slots_update(f->slots) != 0)
		return -1;
	*state = f;
	return 0;
}

int fixture_setup(void **state)
{
	return set_up(state, 1);
}

int fixture_setup_two_readers(void **state)
{
	return set_up(state, 2);
}

int fixture_teardown(void **state)
{
	struct fixture *f = *state;
	bool whole = slots_free(f->slots);

	crypto_free(f->crypto);
	config_clear(&f->config);
	loop_free(f->loop);
	vcard_free(f->card);
	free(f);
	return whole ? 0 : -1;
}

struct token *fixture_token(struct fixture *f, size_t slot)
{
	struct token *t;

	assert_int_equal(slots_token(f->slots, slot, &t), 0);
	return t;
}

struct token *fixture_loaded(struct fixture *f, size_t slot)
{
	struct token *t = fixture_token(f, slot);
	const struct token_objects *o;

	assert_int_equal(token_objects(t, &o), 0);
	assert_int_equal(o->n_keys, 1);
	return t;
}

static struct secret *secret_of(const char *text)
{
	struct secret *s;

	assert_int_equal(secret_new_from(text, strlen(text), &s), 0);
	return s;
}

int login(struct token *t, const char *pin)
{
	struct secret *s = secret_of(pin);
	int r = token_login(t, s);

	secret_free(s);
	return r;
}

int login_context(struct token *t, const char *pin, const void *owner)
{
	struct secret *s = secret_of(pin);
	int r = token_login_context(t, 0, s, owner);

	secret_free(s);
	return r;
}

int change_pin(struct token *t, const char *old_pin, const char *new_pin)
{
	struct secret *before = secret_of(old_pin), *after = secret_of(new_pin);
	int r = token_change_pin(t, before, after);

	secret_free(before);
	secret_free(after);
	return r;
}

struct sign_request sign_request_for(const struct token_key *k, unsigned seed, uint8_t *digest)
{
	struct sign_request request = {
		.scheme = k->shape.type == KEY_RSA ? SIGN_PKCS1 : SIGN_ECDSA,
		.hash = HASH_SHA256,
		.data = digest,
		.len = 32,
	};
	unsigned i;

	for (i = 0; i < 32; i++)
		digest[i] = (uint8_t)(seed * 7 + i);
	return request;
}

int sign(struct token *t, unsigned seed, const void *owner)
{
	uint8_t digest[32], signature[LIMIT_SIGNATURE];
	const struct token_objects *o;
	struct sign_request request;
	size_t len = 0;
	int r;

	r = token_objects(t, &o);
	if (r != 0)
		return r;
	assert_int_equal(o->n_keys, 1);
	request = sign_request_for(&o->keys[0], seed, digest);
	r = token_sign(t, 0, &request, owner, signature, sizeof(signature), &len);
	if (r == 0)
		assert_int_equal(len, pubkey_signature_len(&o->keys[0].shape));
	else
		assert_int_equal(len, 0);
	return r;
}

/* With GET RESPONSE, which the card demands under T=0. */
static uint16_t ask(struct vcard *v, const uint8_t *command, size_t len, struct buf *ret_data)
{
	struct buf answer = BUF_INIT(LIMIT_RESPONSE);
	uint8_t get_response[] = {0x00, 0xC0, 0x00, 0x00, 0x00};
	uint16_t sw;

	vcard_process(v, command, len, &answer);
	if (answer.len == 2 && answer.data[0] == 0x61) {
		get_response[4] = answer.data[1];
		buf_reset(&answer);
		vcard_process(v, get_response, sizeof(get_response), &answer);
	}
	if (answer.len < 2)
		abort();
	sw = (uint16_t)(answer.data[answer.len - 2] << 8 | answer.data[answer.len - 1]);
	if (ret_data != NULL)
		buf_put(ret_data, answer.data, answer.len - 2);
	buf_clear(&answer);
	return sw;
}

static bool is_t0(const struct vcard *v)
{
	struct atr_info info;
	size_t len;
	const uint8_t *atr = vcard_atr(v, &len);

	assert_int_equal(atr_decode(atr, len, &info), 0);
	return !info.t1;
}

int card_tries(struct vcard *v, uint8_t reference)
{
	const uint8_t command[] = {0x00, 0xCB, 0x00, 0xFF,      0x05, 0xA0,
				   0x03, 0x83, 0x01, reference, 0x00};
	struct buf data = BUF_INIT(256);
	struct cursor c, content, tries;
	uint8_t n = 0xFF;

	/* T=0 has no Le field behind data */
	if (ask(v, command, sizeof(command) - is_t0(v), &data) != 0x9000)
		return -1;
	c = buf_cursor(&data);
	if (tlv_get_tag(&c, 0xA0, &content) != 0 || tlv_find(&content, 0xDF21, &tries) != 0 ||
	    cursor_get_u8(&tries, &n) != 0)
		abort();
	buf_clear(&data);
	return n;
}

bool card_verified(struct vcard *v, uint8_t reference)
{
	const uint8_t command[] = {0x00, 0x20, 0x00, reference};

	return ask(v, command, sizeof(command), NULL) == 0x9000;
}

uint16_t card_command(struct vcard *v, const char *hex)
{
	uint8_t command[64];
	size_t len = 0;
	unsigned byte;
	int used;

	while (sscanf(hex, "%2x %n", &byte, &used) == 1) {
		command[len++] = (uint8_t)byte;
		hex += used;
	}
	return ask(v, command, len, NULL);
}

struct loop_counts counts(struct fixture *f, unsigned reader)
{
	struct loop_counts c;

	loop_counts(f->loop, reader, &c);
	return c;
}

/* ---- the clock --------------------------------------------------------------------------------- */

static _Atomic uint64_t now = 1000000;

uint64_t __wrap_clock_ms(void);

uint64_t __wrap_clock_ms(void)
{
	return now;
}

void clock_advance(uint64_t ms)
{
	now += ms;
}
