/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/access.c: security condition bytes, ISO 7816-4 §9.3.3.1. */
#include "fixture.h"

static struct vcard *card;

static int setup(void **state)
{
	(void)state;
	card = fixture_blank(FIXTURE_SHORT);
	for (size_t i = 0; i < VCARD_N_PINS; i++)
		vcard_ias_of(card)->memory.pins[i].transport = false;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vcard_free(card);
	return 0;
}

static void always_and_never(void **state)
{
	(void)state;
	assert_int_equal(vcard_ias_access(vcard_ias_of(card), 0x00), 0x9000);
	assert_int_equal(vcard_ias_access(vcard_ias_of(card), 0xFF), 0x6982);
	vcard_ias_of(card)->admin = vcard_ias_of(card)->verified[VCARD_PIN_AUTH] =
		vcard_ias_of(card)->verified[VCARD_PIN_SIGN] = true;
	assert_int_equal(vcard_ias_access(vcard_ias_of(card), 0x00), 0x9000);
	assert_int_equal(vcard_ias_access(vcard_ias_of(card), 0xFF), 0x6982);
}

static void a_pin_condition_names_its_pin(void **state)
{
	(void)state;
	vcard_ias_of(card)->verified[VCARD_PIN_AUTH] = true;
	assert_int_equal(vcard_ias_access(vcard_ias_of(card), 0x11), 0x9000);
	assert_int_equal(vcard_ias_access(vcard_ias_of(card), 0x12), 0x6982);
	assert_int_equal(vcard_ias_access(vcard_ias_of(card), 0x15), 0x6982); /* there is none */
	vcard_ias_of(card)->memory.pins[VCARD_PIN_AUTH].transport = true;
	assert_int_equal(vcard_ias_access(vcard_ias_of(card), 0x11), 0x6985);
}

static void conditions_combine(void **state)
{
	(void)state;
	for (int pin = 0; pin < 2; pin++) {
		for (int admin = 0; admin < 2; admin++) {
			vcard_ias_of(card)->verified[VCARD_PIN_AUTH] = pin;
			vcard_ias_of(card)->admin = admin;
			assert_int_equal(vcard_ias_access(vcard_ias_of(card), 0x20),
					 admin ? 0x9000 : 0x6982);
			assert_int_equal(vcard_ias_access(vcard_ias_of(card), 0x31),
					 admin || pin ? 0x9000 : 0x6982);
			assert_int_equal(vcard_ias_access(vcard_ias_of(card), 0xB1),
					 admin && pin ? 0x9000 : 0x6982);
		}
	}
}

static void rules_of_files_are_enforced(void **state)
{
	struct vcard_ias_file *file = &vcard_ias_of(card)->memory.files[VCARD_FILE_AUTH_CERT];

	(void)state;
	buf_put_u8(&file->data, 0x30);
	file->read = 0x11;
	file->update = 0xFF;
	expect(card, "00A40804 04 50005040", "6115");
	expect(card, "00C0000000",
	       "62138002000182010183025040"
	       "8A01058C0303FF119000");
	expect(card, "00B0000000", "6982");
	fixture_verify_auth(card);
	expect(card, "00B0000000", "309000");
	fixture_admin(card);
	expect(card, "00D60000 01 31", "6982");
}

static void rules_of_keys_are_enforced(void **state)
{
	(void)state;
	assert_int_equal(
		vcard_key_generate(&vcard_ias_of(card)->memory.keys[VCARD_KEY_AUTH], VCARD_P256),
		0);
	expect(card, "002241A4 03 840101", "9000");
	vcard_ias_of(card)->memory.keys[VCARD_KEY_AUTH].use = 0xFF;
	fixture_verify_auth(card);
	expect(card, "00880000 01 AA", "6982");
	vcard_ias_of(card)->memory.keys[VCARD_KEY_AUTH].use = 0x00;
	expect(card, "0020FF81", "9000");
	expect(card, "00880000 01 AA", "6140");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(always_and_never),           TEST(a_pin_condition_names_its_pin),
		TEST(conditions_combine),         TEST(rules_of_files_are_enforced),
		TEST(rules_of_keys_are_enforced),
	};

	return cmocka_run_group_tests_name("vcard/access", tests, NULL, NULL);
}
