/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * card/pin_pad.c. The structures are laid out by hand after PC/SC part 10 §2.5.2 and §2.5.3, and their
 * fields read through pcsc-lite's own declarations of them (little-endian hosts only, as pcsc-lite's).
 */
#include "fixture.h"

#include <reader.h>

#include "card/pin_pad.h"
#include "tests/harness/fake_pad.h"

/* docs/natid-card.md, "PINs" */
static const struct pin_format natid = {
	.reference = 0x81, .min_len = 4, .max_len = 8, .padded_len = 16, .digits_only = true};

struct pad_fixture {
	struct fixture f;
	struct fake_pad fake;
	struct pin_pad pad;
};

static int setup(void **state)
{
	struct pad_fixture *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return -1;
	fixture_t0(&p->f);
	fake_pad_init(&p->fake);
	fake_card_control(p->f.card, fake_pad_control, &p->fake);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct pad_fixture *p = *state;

	fixture_close(&p->f);
	free(p);
	return 0;
}

static void find(struct pad_fixture *p)
{
	pin_pad_find(p->f.link, NULL, &p->pad);
}

/* What the reader says by FEATURE_GET_TLV_PROPERTIES or FEATURE_IFD_PIN_PROPERTIES. */
static void add_feature(struct pad_fixture *p, uint8_t feature)
{
	const uint8_t entry[] = {feature, 4, 0x42, 0x33, 0, feature};

	memcpy(p->fake.features + p->fake.features_len, entry, sizeof(entry));
	p->fake.features_len += sizeof(entry);
}

static void say_tlv(struct pad_fixture *p, const char *hex)
{
	if (p->fake.features_len == 12)
		add_feature(p, 0x12);
	p->fake.tlv_properties_len =
		fake_hex(hex, p->fake.tlv_properties, sizeof(p->fake.tlv_properties));
	find(p);
}

static int verify(struct pad_fixture *p, const struct pin_format *f)
{
	int tries;

	p->fake.sw = 0x9000; /* the card is not asked */
	return pin_pad_verify(&p->f.channel, &p->pad, f, &tries);
}

static void assert_structure(const struct pad_fixture *p, const char *hex)
{
	uint8_t want[128];
	size_t len = fake_hex(hex, want, sizeof(want));

	assert_int_equal(p->fake.structure_len, len);
	assert_memory_equal(p->fake.structure, want, len);
}

static void verify_structure_is_the_standards(void **state)
{
	struct pad_fixture *p = *state;
	const PIN_VERIFY_STRUCTURE *s = (const void *)p->fake.structure;

	find(p);
	assert_int_equal(verify(p, &natid), 0);
	assert_structure(p, "1E 1E 82 08 00 0804 02 01 0904 00 000000 15000000"
			    "00200081 10 00000000000000000000000000000000");
	assert_int_equal(s->bTimerOut, 30);
	assert_int_equal(s->bmFormatString, 0x82);
	assert_int_equal(s->bmPINBlockString, 8);
	assert_int_equal(s->wPINMaxExtraDigit, 0x0408);
	assert_int_equal(s->bEntryValidationCondition, 2);
	assert_int_equal(s->bNumberMessage, 1);
	assert_int_equal(s->wLangId, 0x0409);
	assert_int_equal(s->ulDataLength, 21);
	assert_int_equal(p->fake.structure_len, sizeof(*s) + 21);
}

static void modify_structure_is_the_standards(void **state)
{
	struct pad_fixture *p = *state;
	const PIN_MODIFY_STRUCTURE *s = (const void *)p->fake.structure;
	int tries;

	find(p);
	p->fake.sw = 0x9000;
	assert_int_equal(pin_pad_change(&p->f.channel, &p->pad, &natid, &tries), 0);
	assert_structure(p, "1E 1E 82 08 00 00 10 0804 03 02 03 0904 00 01 02 000000 25000000"
			    "00240081 20 00000000000000000000000000000000"
			    "00000000000000000000000000000000");
	assert_int_equal(s->bInsertionOffsetOld, 0);
	assert_int_equal(s->bInsertionOffsetNew, 16);
	assert_int_equal(s->wPINMaxExtraDigit, 0x0408);
	assert_int_equal(s->bConfirmPIN, 3);
	assert_int_equal(s->bEntryValidationCondition, 2);
	assert_int_equal(s->bNumberMessage, 3);
	assert_int_equal(s->wLangId, 0x0409);
	assert_int_equal(s->bMsgIndex3, 2);
	assert_int_equal(s->ulDataLength, 37);
	assert_int_equal(p->fake.structure_len, sizeof(*s) + 37);
}

/* The PIN ends in the card as a typed one would: 16 bytes, zeros behind the digits. */
static void what_is_typed_reaches_the_card_padded(void **state)
{
	struct pad_fixture *p = *state;
	int tries;

	find(p);
	p->fake.typed[0] = "271828";
	fake_card_expect(p->f.card, "00200081 10 32373138323800000000000000000000", "9000");
	assert_int_equal(pin_pad_verify(&p->f.channel, &p->pad, &natid, &tries), 0);
	assert_int_equal(tries, PIN_TRIES_UNKNOWN);
	p->fake.typed[0] = "12345678";
	p->fake.typed[1] = p->fake.typed[2] = "8765";
	fake_card_expect(p->f.card,
			 "00240081 20 31323334353637380000000000000000"
			 "38373635000000000000000000000000",
			 "63C2");
	assert_int_equal(pin_pad_change(&p->f.channel, &p->pad, &natid, &tries),
			 MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(tries, 2);
}

static void a_block_of_up_to_15_bytes_is_the_whole_field(void **state)
{
	struct pad_fixture *p = *state;
	struct pin_format f = {
		.reference = 1, .min_len = 4, .max_len = 8, .padded_len = 8, .pad = 0xFF};

	find(p);
	assert_int_equal(verify(p, &f), 0);
	assert_structure(p, "1E 1E 82 08 00 0804 02 01 0904 00 000000 0D000000"
			    "00200001 08 FFFFFFFFFFFFFFFF");
	f.padded_len = 15;
	assert_int_equal(verify(p, &f), 0);
	assert_int_equal(p->fake.structure[3], 15);
	/* the PIN cannot be longer than its field */
	f.padded_len = 6;
	assert_int_equal(verify(p, &f), 0);
	assert_int_equal(p->fake.structure[3], 6);
	assert_int_equal(p->fake.structure[5], 6);
}

static void a_pin_without_padding_has_no_block(void **state)
{
	static const struct pin_format f = {.reference = 1, .min_len = 4, .max_len = 12};
	struct pad_fixture *p = *state;

	find(p);
	assert_int_equal(verify(p, &f), 0);
	assert_structure(p, "1E 1E 82 00 00 0C04 02 01 0904 00 000000 05000000 00200001 00");
}

static void what_the_structures_cannot_say_is_not_asked_for(void **state)
{
	struct pad_fixture *p = *state;
	struct pin_format f = {.reference = 1, .min_len = 4, .max_len = 16, .padded_len = 16};
	int tries;

	find(p);
	assert_false(pin_pad_can_verify(&p->pad, &f));
	assert_int_equal(verify(p, &f), MOHR_ERR_NOT_SUPPORTED);
	f.max_len = 15;
	assert_true(pin_pad_can_verify(&p->pad, &f));
	/* nothing that could be typed */
	f.max_len = 3;
	assert_false(pin_pad_can_verify(&p->pad, &f));
	f.min_len = f.max_len = 0;
	assert_false(pin_pad_can_verify(&p->pad, &f));
	/* 2 * 128 bytes are more than one short command carries */
	f = (struct pin_format){.reference = 1, .min_len = 4, .max_len = 8, .padded_len = 128};
	assert_true(pin_pad_can_verify(&p->pad, &f));
	assert_false(pin_pad_can_change(&p->pad, &f));
	assert_int_equal(pin_pad_change(&p->f.channel, &p->pad, &f, &tries),
			 MOHR_ERR_NOT_SUPPORTED);
	assert_int_equal(p->fake.n_entries, 0);
}

static void an_empty_pin_is_never_asked_for(void **state)
{
	static const struct pin_format f = {.reference = 1, .max_len = 8, .padded_len = 8};
	struct pad_fixture *p = *state;

	find(p);
	assert_int_equal(verify(p, &f), 0);
	assert_int_equal(p->fake.structure[6], 1);
}

static void a_reader_without_the_features_has_no_pad(void **state)
{
	struct pad_fixture *p = *state;
	static const uint8_t modify_only[] = {0x07, 4, 0x42, 0x33, 0, 7};
	int tries;

	p->fake.features_len = 6; /* VERIFY alone */
	find(p);
	assert_true(pin_pad_can_verify(&p->pad, &natid));
	assert_false(pin_pad_can_change(&p->pad, &natid));
	assert_int_equal(pin_pad_change(&p->f.channel, &p->pad, &natid, &tries),
			 MOHR_ERR_NOT_SUPPORTED);
	memcpy(p->fake.features, modify_only, 6);
	find(p);
	assert_false(pin_pad_can_verify(&p->pad, &natid));
	assert_false(pin_pad_can_change(&p->pad, &natid));
	p->fake.features_len = 0; /* nobody answers */
	find(p);
	assert_false(pin_pad_can_verify(&p->pad, &natid));
	assert_int_equal(verify(p, &natid), MOHR_ERR_NOT_SUPPORTED);
	assert_int_equal(p->fake.n_entries, 0);
}

static void a_list_that_lies_is_no_pad(void **state)
{
	struct pad_fixture *p = *state;

	for (size_t len = 1; len < 12; len++) {
		p->fake.features_len = len;
		find(p);
		assert_int_equal(p->pad.verify != 0, len == 6);
		assert_int_equal(p->pad.modify, 0);
	}
	p->fake.features_len = 12;
	p->fake.features[7] = 5; /* the second one's length: the first is not believed either */
	find(p);
	assert_int_equal(p->pad.verify, 0);
}

/* §2.6.14: wLcdLayout 0210 = 2 lines of 16, the validation key, 6 to 7 digits; an unknown one before. */
static void properties_bound_what_is_asked_for(void **state)
{
	struct pad_fixture *p = *state;

	say_tlv(p, "0A0400000100 01021002 020106 060106 070107");
	assert_int_equal(p->pad.rows, 2);
	assert_int_equal(p->pad.columns, 16);
	assert_int_equal(verify(p, &natid), 0);
	assert_int_equal(p->fake.structure[5], 7);
	assert_int_equal(p->fake.structure[6], 6);
	assert_int_equal(p->fake.structure[7], 2);
	/* no validation key: what it has instead */
	say_tlv(p, "020105");
	assert_int_equal(verify(p, &natid), 0);
	assert_int_equal(p->fake.structure[7], 5);
	/* wider than the card's */
	say_tlv(p, "060101 070110");
	assert_int_equal(verify(p, &natid), 0);
	assert_int_equal(p->fake.structure[5], 8);
	assert_int_equal(p->fake.structure[6], 4);
	/* no PIN of the card fits */
	say_tlv(p, "070103");
	assert_false(pin_pad_can_verify(&p->pad, &natid));
	say_tlv(p, "060109");
	assert_false(pin_pad_can_verify(&p->pad, &natid));
}

static void properties_that_are_not_well_formed_are_not_said(void **state)
{
	struct pad_fixture *p = *state;
	uint8_t whole[16];
	size_t len = fake_hex("01021002 020104 060106 070106", whole, sizeof(whole));
	static const char *const wrong[] = {"070206 00", "0700", "0103100200", "010110", "06"};

	say_tlv(p, "01021002 020104 060106 070106");
	assert_int_equal(p->pad.max_len, 6);
	for (size_t cut = 1; cut < len; cut++) {
		if (cut == 4 || cut == 7 || cut == 10)
			continue;
		p->fake.tlv_properties_len = cut;
		find(p);
		assert_int_equal(p->pad.rows, 0);
		assert_int_equal(p->pad.validation, 0);
		assert_int_equal(p->pad.min_len, 0);
		assert_int_equal(p->pad.max_len, 0);
		assert_int_equal(p->pad.verify, FAKE_PAD_VERIFY);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		say_tlv(p, wrong[i]);
		assert_int_equal(p->pad.max_len | p->pad.min_len | p->pad.rows, 0);
		assert_int_equal(p->pad.verify, FAKE_PAD_VERIFY);
	}
}

static void the_older_properties_serve_where_the_newer_are_missing(void **state)
{
	struct pad_fixture *p = *state;

	add_feature(p, 0x0A);
	p->fake.pin_properties_len = fake_hex("10020700", p->fake.pin_properties, 16);
	find(p);
	assert_int_equal(p->pad.rows, 2);
	assert_int_equal(p->pad.columns, 16);
	assert_int_equal(p->pad.validation, 7);
	for (size_t len = 0; len <= 5; len++) {
		p->fake.pin_properties_len = len;
		find(p);
		assert_int_equal(p->pad.rows, len == 4 ? 2 : 0);
		assert_int_equal(p->pad.validation, len == 4 ? 7 : 0);
		assert_true(pin_pad_can_change(&p->pad, &natid));
	}
	/* and where these say nothing sensible; what was half read counts for nothing */
	p->fake.pin_properties_len = 4;
	add_feature(p, 0x12);
	say_tlv(p, "070106 06");
	assert_int_equal(p->pad.rows, 2);
	assert_int_equal(p->pad.max_len, 0);
}

static void answers_have_their_meaning(void **state)
{
	static const struct {
		uint16_t sw;
		int err, tries;
	} rows[] = {
		/* the reader's, PC/SC part 10 §2.5.4 */
		{0x6400, MOHR_ERR_PIN_TIMEOUT, -1},
		{0x6401, MOHR_ERR_PIN_CANCELLED, -1},
		{0x6402, MOHR_ERR_PIN_MISMATCH, -1},
		{0x6403, MOHR_ERR_PIN_LENGTH, -1},
		{0x6B80, MOHR_ERR_NOT_SUPPORTED, -1},
		/* the card's, ISO 7816-4 §11.5.6 */
		{0x9000, 0, -1},
		{0x63C2, MOHR_ERR_PIN_INCORRECT, 2},
		{0x63C0, MOHR_ERR_PIN_BLOCKED, 0},
		{0x6983, MOHR_ERR_PIN_BLOCKED, 0},
		{0x6982, MOHR_ERR_SECURITY_STATUS, -1},
		{0x6F00, MOHR_ERR_CARD_REFUSED, -1},
		{0x0000, MOHR_ERR_CARD_REFUSED, -1},
	};
	struct pad_fixture *p = *state;
	int tries;

	find(p);
	for (size_t i = 1; i < sizeof(rows) / sizeof(rows[0]) - 1; i++) {
		p->fake.sw = rows[i].sw;
		tries = 99;
		assert_int_equal(pin_pad_verify(&p->f.channel, &p->pad, &natid, &tries),
				 rows[i].err);
		assert_int_equal(tries, rows[i].tries);
		assert_int_equal(p->f.channel.sw, rows[i].sw);
		assert_int_equal(pin_pad_change(&p->f.channel, &p->pad, &natid, &tries),
				 rows[i].err);
	}
	p->fake.sw = 0x6985; /* VERIFY in transport state; CHANGE means something else by it */
	assert_int_equal(pin_pad_verify(&p->f.channel, &p->pad, &natid, &tries),
			 MOHR_ERR_PIN_MUST_CHANGE);
	assert_int_equal(pin_pad_change(&p->f.channel, &p->pad, &natid, &tries),
			 MOHR_ERR_CONDITIONS);
}

static void an_answer_of_any_other_length_is_none(void **state)
{
	static const size_t lengths[] = {0, 1, 3, 258};
	struct pad_fixture *p = *state;
	int tries;

	find(p);
	p->fake.sw = 0x9000;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		p->fake.answer_len = lengths[i];
		assert_int_equal(pin_pad_verify(&p->f.channel, &p->pad, &natid, &tries),
				 MOHR_ERR_MALFORMED);
		assert_int_equal(p->f.channel.sw, 0);
		assert_int_equal(tries, PIN_TRIES_UNKNOWN);
	}
	p->fake.err = MOHR_ERR_CARD_REMOVED;
	assert_int_equal(pin_pad_verify(&p->f.channel, &p->pad, &natid, &tries),
			 MOHR_ERR_CARD_REMOVED);
}

/* One try, whatever is answered: nothing is sent again. */
static void the_reader_is_asked_once(void **state)
{
	struct pad_fixture *p = *state;
	int tries;

	find(p);
	for (unsigned sw1 = 0x61; sw1 <= 0x6F; sw1++) {
		p->fake.n_entries = 0;
		p->fake.sw = (uint16_t)(sw1 << 8 | 0x10);
		(void)!pin_pad_verify(&p->f.channel, &p->pad, &natid, &tries);
		assert_int_equal(p->fake.n_entries, 1);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(verify_structure_is_the_standards),
		TEST(modify_structure_is_the_standards),
		TEST(what_is_typed_reaches_the_card_padded),
		TEST(a_block_of_up_to_15_bytes_is_the_whole_field),
		TEST(a_pin_without_padding_has_no_block),
		TEST(what_the_structures_cannot_say_is_not_asked_for),
		TEST(an_empty_pin_is_never_asked_for),
		TEST(a_reader_without_the_features_has_no_pad),
		TEST(a_list_that_lies_is_no_pad),
		TEST(properties_bound_what_is_asked_for),
		TEST(properties_that_are_not_well_formed_are_not_said),
		TEST(the_older_properties_serve_where_the_newer_are_missing),
		TEST(answers_have_their_meaning),
		TEST(an_answer_of_any_other_length_is_none),
		TEST(the_reader_is_asked_once),
	};

	return cmocka_run_group_tests_name("pin_pad", tests, NULL, NULL);
}
