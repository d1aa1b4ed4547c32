/* SPDX-License-Identifier: BSD-2-Clause */
/* profile/natid.c: the table against docs/natid-card.md, and what other floors take for granted. */
#include "fixture.h"

/* Every card by docs/natid-card.md and facts of the physical one: all but the first two are physical. */
static const struct {
	const char *atr;
	enum protocol protocol;
	bool is_virtual;
} cards[] = {
	{FAKE_ATR_SHORT, PROTOCOL_T0, true},
	{FAKE_ATR_EXTENDED, PROTOCOL_T1, true},
	{"3B7F94000080318065B0850202ED120FFF829000", PROTOCOL_T0, false},
	{"3B7F96000080318065B0850300EF120FFF829000", PROTOCOL_T0, false},
	{"3BFF9600008131FE4380318065B085040011120FFF829000E0", PROTOCOL_T1, false},
	{"3B781800000073C84013009000", PROTOCOL_T0, false},
	{"3B7D95000080318065B0850101C883019000", PROTOCOL_T0, false},
	{"3BDB97008131FE85801349524E7396715B91302F", PROTOCOL_T1, false},
	{"3BDB96008131FE85801349524E7396715B91302E", PROTOCOL_T1, false},
	{"3B00", PROTOCOL_T0, false},
	{"", PROTOCOL_T0, false},
	/* issuer's data that are not ours, or not under tag 5, or cut off */
	{"3B7D96000080544D4F48537396218082 9000", PROTOCOL_T0, false},
	{"3B7D96000080644D4F4852739621808290 00", PROTOCOL_T0, false},
	{"3B76960000 80 54 4D4F4852", PROTOCOL_T0, true},
	{"3B76960000 10 54 4D4F4852", PROTOCOL_T0, false},
	{"3B75960000 80 54 4D4F48", PROTOCOL_T0, false},
	{"3B77960000 80 55 4D4F485252", PROTOCOL_T0, false},
};

static void only_our_atr_makes_a_card_virtual(void **state)
{
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
		fixture_connect(&f, cards[i].protocol, cards[i].atr);
		fixture_open(&f);
		assert_int_equal(f.card->pins[AUTH].usable, cards[i].is_virtual);
		assert_int_equal(f.card->pins[SIGN].usable, cards[i].is_virtual);
		assert_string_equal(f.card->manufacturer, cards[i].is_virtual ? "Mohr" : "Gemalto");
		fixture_close(&f);
	}
}

static void pins_are_as_the_page_says(void **state)
{
	const struct card_pin *p;
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	assert_int_equal(f.card->n_pins, 2);
	p = &f.card->pins[AUTH];
	assert_int_equal(p->format.reference, 0x81);
	assert_int_equal(p->format.min_len, 4);
	assert_int_equal(p->format.max_len, 8);
	assert_int_equal(p->format.padded_len, 16);
	assert_int_equal(p->format.pad, 0);
	assert_true(p->format.digits_only);
	assert_true(p->usable);
	assert_false(p->per_use);
	assert_false(p->consumed);
	p = &f.card->pins[SIGN];
	assert_int_equal(p->format.reference, 0x82);
	assert_int_equal(p->format.min_len, 6);
	assert_int_equal(p->format.max_len, 8);
	assert_int_equal(p->format.padded_len, 16);
	assert_true(p->per_use);
	assert_true(p->consumed);
	fixture_close(&f);
}

static void the_puk_has_eight_digits(void **state)
{
	static const char *const bad[] = {"1234567", "123456789", "1234567a"};
	struct secret *fresh = secret_of("123456");
	struct fixture f;
	size_t i;

	(void)state;
	fixture_t0(&f);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct secret *puk = secret_of(bad[i]);
		unsigned pin;

		for (pin = AUTH; pin <= SIGN; pin++) {
			fake_card_expect(f.fake, SELECT_IAS, "9000");
			assert_true(f.card->profile->unblock(f.card, pin, puk, fresh, NULL) < 0);
		}
		secret_free(puk);
	}
	fixture_close(&f);
	secret_free(fresh);
}

static void keys_and_certificates_belong_together(void **state)
{
	const struct card *c;
	struct fixture f;
	unsigned i;

	(void)state;
	fixture_t0(&f);
	c = f.card;
	assert_int_equal(c->n_keys, 2);
	assert_int_equal(c->n_certificates, 2);
	for (i = 0; i < 2; i++) {
		assert_int_equal(c->keys[i].id, i + 1);
		assert_int_equal(c->keys[i].reference, i + 1);
		assert_int_equal(c->keys[i].pin, i);
		assert_int_equal(c->keys[i].certificate, i);
		assert_int_equal(c->keys[i].non_repudiation, i == SIGN);
		assert_int_equal(c->certificates[i].id, i + 1);
		assert_int_equal(c->certificates[i].pin, i);
		assert_false(c->certificates[i].authority);
		assert_non_null(c->certificates[i].place);
	}
	fixture_close(&f);
}

static void labels_fit_a_token_label_of_32_characters(void **state)
{
	struct fixture f;
	unsigned i;

	(void)state;
	fixture_t0(&f);
	assert_string_equal(f.card->label, "Iran ID");
	assert_string_equal(f.card->pins[AUTH].label, "authentication");
	assert_string_equal(f.card->pins[SIGN].label, "signature");
	for (i = 0; i < f.card->n_pins; i++)
		assert_true(strlen(f.card->label) + strlen(f.card->pins[i].label) + 3 <= 32);
	assert_string_equal(f.card->model, "IAS Classic");
	assert_string_equal(f.card->keys[0].label, "Authentication key");
	assert_string_equal(f.card->keys[1].label, "Signature key");
	assert_string_equal(f.card->certificates[0].label, "Authentication certificate");
	assert_string_equal(f.card->certificates[1].label, "Signature certificate");
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_our_atr_makes_a_card_virtual),
		cmocka_unit_test(pins_are_as_the_page_says),
		cmocka_unit_test(the_puk_has_eight_digits),
		cmocka_unit_test(keys_and_certificates_belong_together),
		cmocka_unit_test(labels_fit_a_token_label_of_32_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
