/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * personal/piv_object.c: what lies in the objects afterwards, by the tables of SP 800-73-4 part 1, and what is
 * gone. Objects are read with commands of the test's own.
 */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "tests/harness/fake_link.h"
#include "vcard/piv/piv.h"

static void initialise(struct fixture *f, const struct fixture_card *card)
{
	struct personal_setup setup = {.expiry = "20351231"};

	assert_int_equal(authenticate(f, card), 0);
	assert_int_equal(personal_initialise(f->p, &setup), 0);
}

/* The content of an object as the card keeps it. */
static struct cursor object(struct fixture *f, uint32_t tag)
{
	const struct vcard_piv_object *o = vcard_piv_object_find(&vcard_piv_of(f->v)->memory, tag);

	assert_non_null(o);
	return buf_cursor(&o->data);
}

static struct cursor take(struct cursor *c, uint32_t tag, size_t len)
{
	struct cursor value;

	assert_int_equal(tlv_get_tag(c, tag, &value), 0);
	assert_int_equal(cursor_left(&value), len);
	return value;
}

/* SP 800-73-4 part 1 §3.1.2 and table 9; TIG SCEPACS §6 for the number's symbols */
static void the_chuid_is_well_formed(void **state)
{
	/* start, agency, system, credential, series, issue, person, category, organisation, association, end */
	static const uint8_t symbols[] = {11, 9, 9, 9, 9,  13, 9,  9, 9,  9, 13, 9, 9,
					  9,  9, 9, 9, 13, 0,  13, 1, 13, 0, 0,  0, 0,
					  0,  0, 0, 0, 0,  0,  3,  0, 0,  0, 0,  1, 15};
	uint8_t symbol, check = 0;
	const uint8_t *number, *guid;
	struct cursor c, value;
	struct fixture f;
	size_t i, bit;

	(void)state;
	fixture_start(&f, &piv_blank);
	fixture_open(&f);
	initialise(&f, &piv_blank);
	c = object(&f, VCARD_PIV_CHUID);
	value = take(&c, 0x30, 25);
	number = cursor_at(&value);
	for (i = 0; i < 40; i++) {
		unsigned ones = 0;

		symbol = 0;
		for (bit = 0; bit < 5; bit++) {
			size_t at = 5 * i + bit;
			unsigned one = number[at / 8] >> (7 - at % 8) & 1;

			ones += one;
			if (bit < 4)
				symbol |= (uint8_t)(one << bit);
		}
		assert_int_equal(ones % 2, 1);
		if (i < 39)
			assert_int_equal(symbol, symbols[i]);
		check ^= symbol;
	}
	assert_int_equal(check, 0);
	value = take(&c, 0x34, 16);
	guid = cursor_at(&value);
	assert_int_equal(guid[6] >> 4, 4);
	assert_int_equal(guid[8] >> 6, 2);
	value = take(&c, 0x35, 8);
	assert_true(cursor_equals(&value, "20351231", 8));
	take(&c, 0x3E, 0);
	take(&c, 0xFE, 0);
	assert_int_equal(cursor_done(&c), 0);
	fixture_stop(&f);
}

/* SP 800-73-4 part 1 table 8, GSC-IS 2.1 §6.3 */
static void the_capability_container_says_what_the_standard_wants(void **state)
{
	static const uint8_t issuer[] = {0xA0, 0x00, 0x00, 0x01, 0x16, 0xFF, 0x02};
	struct cursor c, value;
	struct fixture f;

	(void)state;
	fixture_start(&f, &piv_blank);
	fixture_open(&f);
	initialise(&f, &piv_blank);
	c = object(&f, VCARD_PIV_CCC);
	value = take(&c, 0xF0, 21);
	assert_memory_equal(cursor_at(&value), issuer, sizeof(issuer));
	value = take(&c, 0xF1, 1);
	assert_int_equal(*cursor_at(&value), 0x21);
	value = take(&c, 0xF2, 1);
	assert_int_equal(*cursor_at(&value), 0x21);
	take(&c, 0xF3, 0);
	take(&c, 0xF4, 1);
	value = take(&c, 0xF5, 1);
	assert_int_equal(*cursor_at(&value), 0x10);
	take(&c, 0xF6, 0);
	take(&c, 0xF7, 0);
	take(&c, 0xFA, 0);
	take(&c, 0xFB, 0);
	take(&c, 0xFC, 0);
	take(&c, 0xFD, 0);
	take(&c, 0xFE, 0);
	assert_int_equal(cursor_done(&c), 0);
	c = object(&f, VCARD_PIV_KEY_HISTORY);
	assert_true(cursor_equals(&c, "\xC1\x01\x00\xC2\x01\x00\xFE\x00", 8));
	fixture_stop(&f);
}

static void two_cards_have_different_numbers(void **state)
{
	struct buf first = BUF_INIT(1024);
	struct cursor c;
	struct fixture f;

	(void)state;
	fixture_start(&f, &piv_blank);
	fixture_open(&f);
	initialise(&f, &piv_blank);
	c = object(&f, VCARD_PIV_CHUID);
	buf_put(&first, cursor_at(&c), cursor_left(&c));
	initialise(&f, &piv_blank);
	c = object(&f, VCARD_PIV_CHUID);
	assert_false(cursor_equals(&c, first.data, first.len));
	fixture_stop(&f);
	buf_clear(&first);
}

/* What a used card has: five keys and certificates, the holder's name, something in a picture's place. */
static void what_was_the_holders_is_gone(void **state)
{
	static const struct fixture_card *const cards[] = {&piv_blank, &yubikey_blank};
	static const uint8_t references[] = {0x9A, 0x9C, 0x9D, 0x9E, 0x82};
	struct vcard_piv *piv;
	struct fixture f;
	size_t i, k;

	(void)state;
	for (i = 0; i < 2; i++) {
		fixture_start(&f, cards[i]);
		piv = vcard_piv_of(f.v);
		for (k = 0; k < sizeof(references); k++) {
			assert_int_equal(
				vcard_key_generate(&vcard_piv_key_find(piv, references[k])->key,
						   VCARD_P256),
				0);
			assert_int_equal(
				vcard_piv_object_set(
					&piv->memory, vcard_piv_certificate_tag(references[k]),
					(const uint8_t *)"\x70\x02\x30\x00\x71\x01\x00", 7),
				0);
		}
		assert_int_equal(vcard_piv_object_set(&piv->memory, VCARD_PIV_KEY_HISTORY,
						      (const uint8_t *)"\xC1\x01\x01\xC2\x01\x00",
						      6),
				 0);
		assert_int_equal(vcard_piv_object_set(&piv->memory, VCARD_PIV_PRINTED,
						      (const uint8_t *)"\x01\x01n", 3),
				 0);
		assert_int_equal(vcard_piv_object_set(&piv->memory, VCARD_PIV_FACE,
						      (const uint8_t *)"\xBC\x01p", 3),
				 0);
		fixture_open(&f);
		initialise(&f, cards[i]);
		assert_null(vcard_piv_object_find(&piv->memory, VCARD_PIV_PRINTED));
		assert_null(vcard_piv_object_find(&piv->memory, VCARD_PIV_FACE));
		for (k = 0; k < sizeof(references); k++) {
			size_t len = vcard_piv_key_find(piv, references[k])->key.der.len;

			assert_null(vcard_piv_object_find(
				&piv->memory, vcard_piv_certificate_tag(references[k])));
			if (i == 1)
				assert_int_equal(len, 0);
			else
				assert_true(len > 0);
		}
		fixture_stop(&f);
	}
}

static void a_day_that_is_none_is_refused(void **state)
{
	static const struct personal_setup days[] = {{.expiry = ""},
						     {.expiry = "2035123"},
						     {.expiry = "2035-2-1"},
						     {.expiry = "2035123x"}};
	struct loop_counts before, after;
	struct fixture f;
	size_t i;

	(void)state;
	fixture_start(&f, &piv_blank);
	fixture_open(&f);
	assert_int_equal(authenticate(&f, &piv_blank), 0);
	loop_counts(f.loop, 0, &before);
	for (i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		assert_int_equal(personal_initialise(f.p, &days[i]), MOHR_ERR_ARGUMENT);
	loop_counts(f.loop, 0, &after);
	assert_int_equal(after.apdus, before.apdus);
	fixture_stop(&f);
}

/* ---- a card that keeps something else ------------------------------------------------------------- */

/* Answers PUT DATA without doing it, once the object is there. */
static void forget_writes(void *user, const uint8_t *command, size_t len)
{
	struct loop *l = user;

	if (len > 1 && command[1] == INS_PUT_DATA_TLV)
		loop_set_fault(l, 0, &(struct loop_fault){.kind = LOOP_FAULT_SW, .value = SW_OK});
}

static void an_object_that_does_not_read_back_is_an_error(void **state)
{
	struct personal_setup setup = {.expiry = "20351231"};
	struct fixture f;

	(void)state;
	fixture_start(&f, &piv_blank);
	fixture_open(&f);
	initialise(&f, &piv_blank);
	loop_set_hook(f.loop, 0, forget_writes, f.loop);
	assert_int_equal(personal_initialise(f.p, &setup), MOHR_ERR_CARD_MEMORY);
	fixture_stop(&f);
}

static void a_certificate_that_does_not_read_back_is_an_error(void **state)
{
	struct secret *pin = secret_of("123456");
	struct fixture f;

	(void)state;
	fixture_start(&f, &piv_blank);
	fixture_open(&f);
	assert_int_equal(authenticate(&f, &piv_blank), 0);
	issue(&f, 0, PERSONAL_P256, "123456");
	certify(&f.spki, "second", &f.der);
	loop_set_hook(f.loop, 0, forget_writes, f.loop);
	assert_int_equal(personal_write_certificate(f.p, 0, f.der.data, f.der.len, pin),
			 MOHR_ERR_CARD_MEMORY);
	/* and no key is made while the old one is there */
	assert_int_equal(personal_generate(f.p, 0, PERSONAL_P256, &f.out), MOHR_ERR_CARD_MEMORY);
	fixture_close(&f);
	assert_no_foreign(&f);
	fixture_stop(&f);
	secret_free(pin);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_chuid_is_well_formed),
		cmocka_unit_test(the_capability_container_says_what_the_standard_wants),
		cmocka_unit_test(two_cards_have_different_numbers),
		cmocka_unit_test(what_was_the_holders_is_gone),
		cmocka_unit_test(a_day_that_is_none_is_refused),
		cmocka_unit_test(an_object_that_does_not_read_back_is_an_error),
		cmocka_unit_test(a_certificate_that_does_not_read_back_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
