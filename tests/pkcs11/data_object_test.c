/* SPDX-License-Identifier: BSD-2-Clause */
/* Data objects of the card: PKCS#11 v3.1 §4.5; and objects that nobody may see unasked. */
#include "tests/pkcs11/maker.h"

#include <stdio.h>

/* §4.5 data objects */

static void card_shows_its_production_data(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = find_one(fx, session, CKO_DATA);
	CK_BYTE value[64], serial[16];
	CK_TOKEN_INFO info;
	char text[17];
	size_t i;

	/* docs/natid-card.md, CPLC: 42 bytes; the serial number is of the eight from the tenth on */
	assert_int_equal(attribute_of(fx, session, o, CKA_VALUE, value, sizeof(value)), 42);
	assert_rv(fx->f->C_GetTokenInfo(SLOT_AUTH, &info), CKR_OK);
	for (i = 0; i < 8; i++)
		snprintf(text + 2 * i, 3, "%02X", value[10 + i]);
	memcpy(serial, info.serialNumber, sizeof(serial));
	assert_memory_equal(serial, text, 16);
}

static void production_data_say_what_they_are(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = find_one(fx, session, CKO_DATA);

	assert_value_is(fx, session, o, CKA_LABEL, "Chip production data", 20);
	assert_value_is(fx, session, o, CKA_APPLICATION, "GlobalPlatform", 14);
	assert_value_is(fx, session, o, CKA_OBJECT_ID, NULL, 0);
	assert_int_equal(bool_of(fx, session, o, CKA_TOKEN), CK_TRUE);
	assert_int_equal(bool_of(fx, session, o, CKA_PRIVATE), CK_FALSE);
	assert_int_equal(bool_of(fx, session, o, CKA_MODIFIABLE), CK_FALSE);
	assert_int_equal(bool_of(fx, session, o, CKA_DESTROYABLE), CK_FALSE);
}

static void data_lie_in_the_first_slot(void **state)
{
	struct fixture *fx = *state;

	assert_int_equal(find_one(fx, session_on(fx, SLOT_SIGN), CKO_DATA), CK_INVALID_HANDLE);
}

static void data_are_found_by_application_and_value(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = find_one(fx, session, CKO_DATA), found[4];
	CK_BYTE value[64];
	struct maker m = {.n = 0};
	size_t len = attribute_of(fx, session, o, CKA_VALUE, value, sizeof(value));

	maker_put_text(&m, CKA_APPLICATION, "GlobalPlatform");
	maker_put(&m, CKA_VALUE, value, len);
	assert_int_equal(find_all(fx, session, m.at, m.n, found, 4), 1);
	assert_int_equal(found[0], o);
	value[0] ^= 1;
	maker_put(&m, CKA_VALUE, value, len);
	assert_int_equal(find_all(fx, session, m.at, m.n, found, 4), 0);
}

static void data_of_the_card_stay_as_they_are(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = find_one(fx, session, CKO_DATA);
	struct maker m = {.n = 0};

	maker_put_text(&m, CKA_VALUE, "other");
	assert_rv(fx->f->C_SetAttributeValue(session, o, m.at, m.n), CKR_ACTION_PROHIBITED);
	assert_rv(fx->f->C_DestroyObject(session, o), CKR_ACTION_PROHIBITED);
}

/* §4.4.1 CKA_UNIQUE_ID */

static void unique_ids_are_the_same_after_reinsertion(void **state)
{
	struct fixture *fx = *state;
	static const CK_OBJECT_CLASS classes[] = {CKO_DATA, CKO_CERTIFICATE, CKO_PUBLIC_KEY};
	CK_BYTE before[3][64], after[64];
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	size_t lens[3], i;

	for (i = 0; i < 3; i++)
		lens[i] = attribute_of(fx, session, find_one(fx, session, classes[i]),
				       CKA_UNIQUE_ID, before[i], 64);
	fixture_remove(fx);
	fixture_insert(fx, false);
	session = session_on(fx, SLOT_AUTH);
	for (i = 0; i < 3; i++) {
		assert_int_equal(attribute_of(fx, session, find_one(fx, session, classes[i]),
					      CKA_UNIQUE_ID, after, 64),
				 lens[i]);
		assert_memory_equal(before[i], after, lens[i]);
	}
}

/* §5.7.5 C_GetAttributeValue: nested templates, several errors at once */

static void nested_templates_are_there_and_empty(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE private_key;

	login_on(fx, session, SLOT_AUTH);
	private_key = find_one(fx, session, CKO_PRIVATE_KEY);
	assert_value_is(fx, session, private_key, CKA_UNWRAP_TEMPLATE, NULL, 0);
	assert_value_is(fx, session, private_key, CKA_DERIVE_TEMPLATE, NULL, 0);
	assert_value_is(fx, session, find_one(fx, session, CKO_PUBLIC_KEY), CKA_WRAP_TEMPLATE, NULL,
			0);
}

static void several_errors_leave_the_right_answers_right(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = find_one(fx, session, CKO_DATA);
	CK_OBJECT_CLASS class_id = 99;
	CK_BYTE room[64], small;
	CK_ATTRIBUTE a[] = {{CKA_MODULUS, room, sizeof(room)},
			    {CKA_CLASS, &class_id, sizeof(class_id)},
			    {CKA_VALUE, &small, 1},
			    {CKA_VENDOR_DEFINED, NULL, 0},
			    {CKA_OBJECT_ID, NULL, 0},
			    {CKA_VALUE, NULL, 0}};
	CK_RV rv = fx->f->C_GetAttributeValue(session, o, a, 6);

	assert_true(rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_BUFFER_TOO_SMALL);
	assert_int_equal(a[0].ulValueLen, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(class_id, CKO_DATA);
	assert_int_equal(a[2].ulValueLen, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(a[3].ulValueLen, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(a[4].ulValueLen, 0);
	assert_int_equal(a[5].ulValueLen, 42);
}

/* §4.3 hardware features */

static void reader_without_a_display_has_no_user_interface(void **state)
{
	struct fixture *fx = *state;

	assert_int_equal(find_one(fx, session_on(fx, SLOT_AUTH), CKO_HW_FEATURE),
			 CK_INVALID_HANDLE);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(card_shows_its_production_data),
		TEST(production_data_say_what_they_are),
		TEST(data_lie_in_the_first_slot),
		TEST(data_are_found_by_application_and_value),
		TEST(data_of_the_card_stay_as_they_are),
		TEST(unique_ids_are_the_same_after_reinsertion),
		TEST(nested_templates_are_there_and_empty),
		TEST(several_errors_leave_the_right_answers_right),
		TEST(reader_without_a_display_has_no_user_interface),
	};

	return suite_run("data_object", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
