/* SPDX-License-Identifier: BSD-2-Clause */
/* personal/isoapplet_key.c: what makes a key, with the curves' parameters as libcrypto has them; who has signed. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "codec/tlv.h"
#include "personal/isoapplet.h"
#include "tests/harness/fake_link.h"

/* ---- making: a card that keeps what it is sent ----------------------------------------------------- */

struct maker {
	struct fake_card *card;
	struct link *link;
	struct isoapplet_personal iso;
	struct channel channel;
	struct buf made; /* of GENERATE */
	uint8_t environment[6];
	uint8_t p1;
};

static int keep(void *user, const uint8_t *command, size_t len, uint8_t *ret, size_t cap,
		size_t *ret_len)
{
	struct maker *m = user;
	struct cursor c;
	size_t lc;

	cursor_init(&c, command, len);
	if (command[1] == 0x22 && len == 11) {
		memcpy(m->environment, command + 5, 6);
		*ret_len = fake_hex("9000", ret, cap);
		return 0;
	}
	m->p1 = command[2];
	if (command[1] == 0x46 && len > 9) {
		/* extended: Lc of two bytes behind a zero */
		lc = (size_t)command[5] << 8 | command[6];
		buf_put(&m->made, command + 7, lc);
	}
	*ret_len = fake_hex("6F00", ret, cap);
	return 0;
}

static void start(struct maker *m, uint8_t features)
{
	memset(m, 0, sizeof(*m));
	buf_init(&m->made, 1024);
	m->card = fake_card_new(PROTOCOL_T1, FAKE_ATR_EXTENDED);
	m->link = fake_card_link(m->card);
	fake_card_handle(m->card, keep, m);
	assert_int_equal(channel_init(&m->channel, m->link, NULL), 0);
	assert_int_equal(link_begin(m->link), 0);
	m->iso.personal.channel = &m->channel;
	m->iso.features = features;
}

static void stop(struct maker *m)
{
	channel_clear(&m->channel);
	link_free(m->link);
	fake_card_free(m->card);
	buf_clear(&m->made);
}

static int make(struct maker *m, enum personal_kind kind)
{
	struct buf spki = BUF_INIT(1024);
	int r;

	buf_reset(&m->made);
	memset(m->environment, 0, sizeof(m->environment));
	r = personal_isoapplet_make_key(&m->iso, 0x0B, kind, &spki);
	buf_clear(&spki);
	return r;
}

static void assert_number(struct cursor *c, uint32_t tag, const BIGNUM *n)
{
	struct cursor value;
	BIGNUM *sent;

	assert_int_equal(tlv_get_tag(c, tag, &value), 0);
	sent = BN_bin2bn(cursor_at(&value), (int)cursor_left(&value), NULL);
	assert_int_equal(BN_cmp(sent, n), 0);
	BN_free(sent);
}

static void assert_curve(struct maker *m, int nid)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(nid);
	BIGNUM *p = BN_new(), *a = BN_new(), *b = BN_new();
	struct cursor c = buf_cursor(&m->made), value;
	uint8_t point[200];
	size_t len;

	assert_int_equal(EC_GROUP_get_curve(group, p, a, b, NULL), 1);
	assert_number(&c, 0x81, p);
	assert_number(&c, 0x82, a);
	assert_number(&c, 0x83, b);
	len = EC_POINT_point2oct(group, EC_GROUP_get0_generator(group),
				 POINT_CONVERSION_UNCOMPRESSED, point, sizeof(point), NULL);
	assert_int_equal(tlv_get_tag(&c, 0x84, &value), 0);
	assert_true(cursor_equals(&value, point, len));
	assert_number(&c, 0x85, EC_GROUP_get0_order(group));
	assert_number(&c, 0x87, EC_GROUP_get0_cofactor(group));
	assert_int_equal(cursor_done(&c), 0);
	BN_free(p);
	BN_free(a);
	BN_free(b);
	EC_GROUP_free(group);
}

static void curves_are_told_by_all_their_parameters(void **state)
{
	struct maker m;

	(void)state;
	start(&m, ISOAPPLET_EC);
	assert_int_equal(make(&m, PERSONAL_P256), MOHR_ERR_CARD_REFUSED);
	assert_memory_equal(m.environment, "\x80\x01\xEC\x84\x01\x0B", 6);
	assert_int_equal(m.p1, 0x00);
	assert_curve(&m, NID_X9_62_prime256v1);
	assert_int_equal(make(&m, PERSONAL_P384), MOHR_ERR_CARD_REFUSED);
	assert_curve(&m, NID_secp384r1);
	stop(&m);
}

static void rsa_keys_are_named_by_their_length(void **state)
{
	struct maker m;

	(void)state;
	start(&m, ISOAPPLET_RSA4096);
	assert_int_equal(make(&m, PERSONAL_RSA2048), MOHR_ERR_CARD_REFUSED);
	assert_memory_equal(m.environment, "\x80\x01\xF3\x84\x01\x0B", 6);
	assert_int_equal(m.p1, 0x42);
	assert_int_equal(m.made.len, 0);
	assert_int_equal(make(&m, PERSONAL_RSA4096), MOHR_ERR_CARD_REFUSED);
	assert_memory_equal(m.environment, "\x80\x01\xF5\x84\x01\x0B", 6);
	stop(&m);
}

static void what_the_version_cannot_is_not_asked_for(void **state)
{
	static const enum personal_kind kinds[] = {PERSONAL_RSA3072, PERSONAL_RSA4096,
						   PERSONAL_P256, PERSONAL_P384, PERSONAL_ED25519};
	struct maker m;
	size_t i;

	(void)state;
	start(&m, 0);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		assert_int_equal(make(&m, kinds[i]), MOHR_ERR_NOT_SUPPORTED);
	assert_int_equal(fake_card_counts(m.card)->transmits, 0);
	stop(&m);
}

/* ---- the proof ------------------------------------------------------------------------------------- */

static void the_key_that_signs_is_told_from_others(void **state)
{
	static const struct fixture_card *const cards[] = {&isoapplet_blank, &isoapplet_v1_blank};
	static const enum personal_kind kinds[] = {PERSONAL_P256, PERSONAL_P384, PERSONAL_RSA2048};
	struct buf spki[3] = {BUF_INIT(1024), BUF_INIT(1024), BUF_INIT(1024)};
	struct secret *pin = secret_of("abcde"), *puk = secret_of(PUK);
	struct personal_setup setup = {.label = "proof", .pin = pin, .puk = puk};
	struct isoapplet_personal *iso;
	struct pubkey shape;
	struct cursor c;
	struct fixture f;
	size_t i, k, n;

	(void)state;
	for (i = 0; i < 2; i++) {
		fixture_start(&f, cards[i]);
		fixture_open(&f);
		assert_int_equal(personal_initialise(f.p, &setup), 0);
		iso = (struct isoapplet_personal *)f.p;
		for (k = 0; k < 3; k++) {
			buf_reset(&spki[k]);
			assert_int_equal(personal_isoapplet_make_key(iso, (uint8_t)(k + 4),
								     kinds[k], &spki[k]),
					 0);
		}
		for (k = 0; k < 3; k++) {
			for (n = 0; n < 3; n++) {
				c = buf_cursor(&spki[n]);
				assert_int_equal(pubkey_decode_spki(&c, &shape), 0);
				assert_int_equal(
					personal_isoapplet_prove(iso, (uint8_t)(k + 4), &shape),
					k == n ? 0 : MOHR_ERR_CERTIFICATE_FOREIGN);
				/* a place without a key */
				assert_int_equal(personal_isoapplet_prove(iso, 0x0F, &shape),
						 MOHR_ERR_CERTIFICATE_FOREIGN);
			}
		}
		fixture_reinsert(&f);
		fixture_open(&f);
		iso = (struct isoapplet_personal *)f.p;
		assert_int_equal(personal_isoapplet_prove(iso, 4, &shape),
				 MOHR_ERR_SECURITY_STATUS);
		fixture_stop(&f);
	}
	for (k = 0; k < 3; k++)
		buf_clear(&spki[k]);
	secret_free(pin);
	secret_free(puk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(curves_are_told_by_all_their_parameters),
		cmocka_unit_test(rsa_keys_are_named_by_their_length),
		cmocka_unit_test(what_the_version_cannot_is_not_asked_for),
		cmocka_unit_test(the_key_that_signs_is_told_from_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
