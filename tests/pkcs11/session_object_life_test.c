/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of session objects: who sees them, how they change, what ends them. */
#include "tests/pkcs11/maker.h"

#include <pthread.h>

#include "base/limits.h"

static bool is_there(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE o)
{
	CK_ATTRIBUTE a = {CKA_CLASS, NULL, 0};
	CK_RV rv = fx->f->C_GetAttributeValue(session, o, &a, 1);

	if (rv != CKR_OK)
		assert_rv(rv, CKR_OBJECT_HANDLE_INVALID);
	return rv == CKR_OK;
}

static CK_OBJECT_HANDLE make_key(struct fixture *fx, CK_SESSION_HANDLE session)
{
	struct maker m;

	maker_public_key(&m, maker_key("RSA"));
	return maker_create(fx, session, &m);
}

static CK_OBJECT_HANDLE make_private_data(struct fixture *fx, CK_SESSION_HANDLE session)
{
	struct maker m;

	maker_data(&m, "between us", 10);
	maker_put_bool(&m, CKA_PRIVATE, CK_TRUE);
	return maker_create(fx, session, &m);
}

/* One attribute that is set. */
static CK_RV set(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE o,
		 CK_ATTRIBUTE_TYPE type, const void *value, size_t len)
{
	struct maker m = {.n = 0};

	maker_put(&m, type, value, len);
	return fx->f->C_SetAttributeValue(session, o, m.at, m.n);
}

/* §3.4.1, §5.6.1 Session objects: seen by all sessions with the token, made by any */

static void all_sessions_with_the_token_see_the_object(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE maker = session_on(fx, SLOT_AUTH), other = session_on(fx, SLOT_AUTH);
	CK_SESSION_HANDLE elsewhere = session_on(fx, SLOT_SIGN);
	CK_OBJECT_HANDLE o = make_key(fx, maker);

	assert_true(is_there(fx, other, o));
	assert_false(is_there(fx, elsewhere, o));
	assert_rv(fx->f->C_DestroyObject(other, o), CKR_OK);
	assert_false(is_there(fx, maker, o));
}

static void read_only_session_makes_changes_and_destroys_session_objects(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE o;

	assert_rv(fx->f->C_OpenSession(SLOT_AUTH, CKF_SERIAL_SESSION, NULL, NULL, &session),
		  CKR_OK);
	o = make_key(fx, session);
	assert_rv(set(fx, session, o, CKA_LABEL, "new", 3), CKR_OK);
	assert_rv(fx->f->C_DestroyObject(session, o), CKR_OK);
}

static void object_dies_with_the_session_that_made_it(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE maker = session_on(fx, SLOT_AUTH), other = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE dies = make_key(fx, maker), stays = make_key(fx, other);

	assert_rv(fx->f->C_CloseSession(maker), CKR_OK);
	assert_false(is_there(fx, other, dies));
	assert_true(is_there(fx, other, stays));
}

static void closing_all_sessions_ends_all_objects(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = make_key(fx, session);

	(void)make_key(fx, session_on(fx, SLOT_AUTH));
	assert_rv(fx->f->C_CloseAllSessions(SLOT_AUTH), CKR_OK);
	session = session_on(fx, SLOT_AUTH);
	assert_false(is_there(fx, session, o));
	assert_int_not_equal(make_key(fx, session), o);
}

static void changed_object_still_dies_with_the_session_that_made_it(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE maker = session_on(fx, SLOT_AUTH), other = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = make_key(fx, maker);

	assert_rv(set(fx, other, o, CKA_LABEL, "changed", 7), CKR_OK);
	assert_true(is_there(fx, maker, o));
	assert_rv(fx->f->C_CloseSession(maker), CKR_OK);
	assert_false(is_there(fx, other, o));
}

static void removal_of_the_card_ends_all_objects(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = make_key(fx, session);
	CK_ATTRIBUTE a = {CKA_CLASS, NULL, 0};

	fixture_remove(fx);
	assert_rv(fx->f->C_GetAttributeValue(session, o, &a, 1), CKR_DEVICE_REMOVED);
	fixture_insert(fx, false);
	session = session_on(fx, SLOT_AUTH);
	assert_false(is_there(fx, session, o));
}

/* §4.4 CKA_PRIVATE, §5.6.10 C_Logout */

static void private_object_needs_a_login(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	struct maker m;

	maker_data(&m, "between us", 10);
	maker_put_bool(&m, CKA_PRIVATE, CK_TRUE);
	assert_rv(maker_try(fx, session, &m), CKR_USER_NOT_LOGGED_IN);
	login_on(fx, session, SLOT_AUTH);
	assert_rv(maker_try(fx, session, &m), CKR_OK);
}

static void private_object_dies_with_the_login_and_no_other_does(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE dies, stays, found[4];
	struct maker m = {.n = 0};

	login_on(fx, session, SLOT_AUTH);
	dies = make_private_data(fx, session);
	stays = make_key(fx, session);
	maker_put_text(&m, CKA_VALUE, "between us");
	assert_int_equal(find_all(fx, session, m.at, m.n, found, 4), 1);
	assert_rv(fx->f->C_Logout(session), CKR_OK);
	assert_int_equal(find_all(fx, session, m.at, m.n, found, 4), 0);
	assert_false(is_there(fx, session, dies));
	assert_true(is_there(fx, session, stays));
	login_on(fx, session, SLOT_AUTH);
	assert_false(is_there(fx, session, dies));
}

/* §5.7.3 C_DestroyObject */

static void handle_of_a_destroyed_object_is_never_given_again(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE before = make_key(fx, session), after;
	int i;

	for (i = 0; i < 20; i++) {
		assert_rv(fx->f->C_DestroyObject(session, before), CKR_OK);
		assert_rv(fx->f->C_DestroyObject(session, before), CKR_OBJECT_HANDLE_INVALID);
		after = make_key(fx, session);
		assert_true(after > before);
		before = after;
	}
}

static void object_that_may_not_be_destroyed_is_not(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o;
	struct maker m;

	maker_data(&m, "x", 1);
	maker_put_bool(&m, CKA_DESTROYABLE, CK_FALSE);
	o = maker_create(fx, session, &m);
	assert_rv(fx->f->C_DestroyObject(session, o), CKR_ACTION_PROHIBITED);
	assert_true(is_there(fx, session, o));
}

static void operation_goes_on_with_a_key_that_was_destroyed(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH), other = session_on(fx, SLOT_AUTH);
	CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE data[3] = {1, 2, 3}, signature[256];
	CK_OBJECT_HANDLE o = make_key(fx, other);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	size_t len = sizeof(signature);

	assert_int_equal(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, maker_key("RSA")), 1);
	assert_int_equal(EVP_DigestSign(md, signature, &len, data, sizeof(data)), 1);
	EVP_MD_CTX_free(md);
	assert_rv(fx->f->C_VerifyInit(session, &mechanism, o), CKR_OK);
	assert_rv(set(fx, other, o, CKA_LABEL, "other", 5), CKR_OK);
	assert_rv(fx->f->C_CloseSession(other), CKR_OK);
	assert_rv(fx->f->C_Verify(session, data, sizeof(data), signature, len), CKR_OK);
	assert_rv(fx->f->C_VerifyInit(session, &mechanism, o), CKR_KEY_HANDLE_INVALID);
}

/* §5.7.6 C_SetAttributeValue, §4.1.2 */

static void attributes_that_may_change_do(void **state)
{
	static const CK_ATTRIBUTE_TYPE types[] = {CKA_LABEL, CKA_ID, CKA_SUBJECT};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = make_key(fx, session);
	CK_BYTE before[64], after[64];
	size_t i, len = attribute_of(fx, session, o, CKA_UNIQUE_ID, before, sizeof(before));

	for (i = 0; i < 3; i++) {
		assert_rv(set(fx, session, o, types[i], "first", 5), CKR_OK);
		assert_value_is(fx, session, o, types[i], "first", 5);
		assert_rv(set(fx, session, o, types[i], "a longer one", 12), CKR_OK);
		assert_value_is(fx, session, o, types[i], "a longer one", 12);
		assert_rv(set(fx, session, o, types[i], NULL, 0), CKR_OK);
		assert_value_is(fx, session, o, types[i], NULL, 0);
	}
	assert_int_equal(ulong_of(fx, session, o, CKA_MODULUS_BITS), 2048);
	assert_int_equal(attribute_of(fx, session, o, CKA_UNIQUE_ID, after, sizeof(after)), len);
	assert_memory_equal(before, after, len);
}

static void template_that_cannot_be_set_whole_changes_nothing(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = make_key(fx, session);
	struct maker m = {.n = 0};

	maker_put_text(&m, CKA_LABEL, "new");
	maker_put_ulong(&m, CKA_MODULUS, 1);
	assert_rv(fx->f->C_SetAttributeValue(session, o, m.at, m.n), CKR_ATTRIBUTE_READ_ONLY);
	assert_value_is(fx, session, o, CKA_LABEL, NULL, 0);
}

static void attributes_that_never_change_are_read_only(void **state)
{
	static const CK_ATTRIBUTE_TYPE types[] = {
		CKA_CLASS,    CKA_TOKEN,           CKA_PRIVATE,     CKA_MODIFIABLE,
		CKA_KEY_TYPE, CKA_MODULUS,         CKA_UNIQUE_ID,   CKA_LOCAL,
		CKA_TRUSTED,  CKA_PUBLIC_EXPONENT, CKA_DESTROYABLE, CKA_MODULUS_BITS};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = make_key(fx, session);
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		assert_rv(set(fx, session, o, types[i], "\0", 1), CKR_ATTRIBUTE_READ_ONLY);
	assert_rv(set(fx, session, o, CKA_VENDOR_DEFINED | 5, "", 0), CKR_ATTRIBUTE_TYPE_INVALID);
	assert_rv(set(fx, session, o, CKA_VERIFY, "", 0), CKR_ATTRIBUTE_VALUE_INVALID);
}

static void object_that_may_not_be_modified_is_not(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o;
	struct maker m;

	maker_data(&m, "x", 1);
	maker_put_bool(&m, CKA_MODIFIABLE, CK_FALSE);
	o = maker_create(fx, session, &m);
	assert_rv(set(fx, session, o, CKA_VALUE, "y", 1), CKR_ACTION_PROHIBITED);
	assert_value_is(fx, session, o, CKA_VALUE, "x", 1);
}

static void copyable_object_can_be_closed_to_copies_and_not_opened_again(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = make_key(fx, session), made;

	assert_rv(fx->f->C_CopyObject(session, o, NULL, 0, &made), CKR_OK);
	assert_rv(set(fx, session, o, CKA_COPYABLE, "\0", 1), CKR_OK);
	assert_rv(fx->f->C_CopyObject(session, o, NULL, 0, &made), CKR_ACTION_PROHIBITED);
	assert_rv(set(fx, session, o, CKA_COPYABLE, "\1", 1), CKR_ATTRIBUTE_READ_ONLY);
}

static void certificate_takes_no_issuer_but_its_own(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o;
	struct maker m;

	maker_certificate(&m, maker_key("P-256"));
	o = maker_create(fx, session, &m);
	assert_rv(set(fx, session, o, CKA_ISSUER, "\x30\x00", 2), CKR_TEMPLATE_INCONSISTENT);
	assert_rv(set(fx, session, o, CKA_SERIAL_NUMBER, "\x02\x02\x12\x67", 4), CKR_OK);
	assert_rv(set(fx, session, o, CKA_ID, "\x01\x02", 2), CKR_OK);
	assert_value_is(fx, session, o, CKA_ID, "\x01\x02", 2);
}

/* §5.7.2 C_CopyObject, §4.1.3 */

static void copy_has_what_the_original_has_and_what_the_template_says(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	struct maker m, changes = {.n = 0};
	CK_OBJECT_HANDLE o, copy = CK_INVALID_HANDLE;
	CK_ULONG i;

	maker_public_key(&m, maker_key("P-384"));
	maker_put_text(&m, CKA_LABEL, "original");
	maker_put_text(&m, CKA_ID, "id");
	maker_put_bool(&m, CKA_WRAP, CK_TRUE);
	o = maker_create(fx, session, &m);
	maker_put_text(&changes, CKA_LABEL, "copy");
	assert_rv(fx->f->C_CopyObject(session, o, changes.at, changes.n, &copy), CKR_OK);
	assert_int_not_equal(copy, o);
	maker_put_text(&m, CKA_LABEL, "copy");
	for (i = 0; i < m.n; i++)
		assert_value_is(fx, session, copy, m.at[i].type, m.at[i].pValue,
				m.at[i].ulValueLen);
	assert_value_is(fx, session, o, CKA_LABEL, "original", 8);
	assert_rv(fx->f->C_DestroyObject(session, o), CKR_OK);
	assert_true(is_there(fx, session, copy));
}

static void copy_of_the_cards_objects_becomes_a_sessions(void **state)
{
	static const CK_OBJECT_CLASS classes[] = {CKO_CERTIFICATE, CKO_PUBLIC_KEY, CKO_DATA};
	static const CK_ATTRIBUTE_TYPE types[] = {CKA_VALUE, CKA_MODULUS, CKA_VALUE};
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BYTE value[MAKER_ROOM];
	struct maker m = {.n = 0};
	size_t i;

	maker_put_bool(&m, CKA_TOKEN, CK_FALSE);
	for (i = 0; i < 3; i++) {
		CK_OBJECT_HANDLE o = find_one(fx, session, classes[i]), copy = CK_INVALID_HANDLE;
		size_t len = attribute_of(fx, session, o, types[i], value, sizeof(value));

		assert_rv(fx->f->C_CopyObject(session, o, m.at, m.n, &copy), CKR_OK);
		assert_value_is(fx, session, copy, types[i], value, len);
		assert_int_equal(bool_of(fx, session, copy, CKA_TOKEN), CK_FALSE);
		assert_int_equal(bool_of(fx, session, copy, CKA_MODIFIABLE), CK_TRUE);
		len = attribute_of(fx, session, o, CKA_LABEL, value, sizeof(value));
		assert_value_is(fx, session, copy, CKA_LABEL, value, len);
		assert_rv(set(fx, session, copy, CKA_LABEL, "mine", 4), CKR_OK);
		assert_rv(fx->f->C_DestroyObject(session, copy), CKR_OK);
		assert_rv(fx->f->C_CopyObject(session, o, NULL, 0, &copy),
			  CKR_TOKEN_WRITE_PROTECTED);
	}
}

static void copy_of_the_cards_public_key_verifies_the_cards_signature(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE data[3] = {1, 2, 3}, signature[256];
	CK_OBJECT_HANDLE copy;
	CK_ULONG n = sizeof(signature);
	struct maker m = {.n = 0};

	login_on(fx, session, SLOT_AUTH);
	assert_rv(fx->f->C_SignInit(session, &mechanism, find_one(fx, session, CKO_PRIVATE_KEY)),
		  CKR_OK);
	assert_rv(fx->f->C_Sign(session, data, sizeof(data), signature, &n), CKR_OK);
	maker_put_bool(&m, CKA_TOKEN, CK_FALSE);
	assert_rv(fx->f->C_CopyObject(session, find_one(fx, session, CKO_PUBLIC_KEY), m.at, m.n,
				      &copy),
		  CKR_OK);
	assert_rv(fx->f->C_VerifyInit(session, &mechanism, copy), CKR_OK);
	assert_rv(fx->f->C_Verify(session, data, sizeof(data), signature, n), CKR_OK);
}

static void private_keys_and_profiles_are_not_copied(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_CLASS class_id = CKO_PROFILE;
	CK_ATTRIBUTE template = {CKA_CLASS, &class_id, sizeof(class_id)};
	CK_OBJECT_HANDLE found[4], made = 4711;
	struct maker m = {.n = 0};

	login_on(fx, session, SLOT_AUTH);
	maker_put_bool(&m, CKA_TOKEN, CK_FALSE);
	assert_rv(fx->f->C_CopyObject(session, find_one(fx, session, CKO_PRIVATE_KEY), m.at, m.n,
				      &made),
		  CKR_ACTION_PROHIBITED);
	assert_true(find_all(fx, session, &template, 1, found, 4) > 0);
	assert_rv(fx->f->C_CopyObject(session, found[0], m.at, m.n, &made), CKR_ACTION_PROHIBITED);
	assert_int_equal(made, 4711);
}

static void copy_takes_no_attribute_that_makes_it_another_object(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = make_key(fx, session), made;
	struct maker m = {.n = 0};

	maker_put_ulong(&m, CKA_MODULUS, 1);
	assert_rv(fx->f->C_CopyObject(session, o, m.at, m.n, &made), CKR_ATTRIBUTE_READ_ONLY);
	m.at[0].type = CKA_UNIQUE_ID;
	assert_rv(fx->f->C_CopyObject(session, o, m.at, m.n, &made), CKR_ATTRIBUTE_READ_ONLY);
	m.at[0].type = CKA_EC_POINT;
	assert_rv(fx->f->C_CopyObject(session, o, m.at, m.n, &made), CKR_TEMPLATE_INCONSISTENT);
	m.at[0].type = CKA_VENDOR_DEFINED;
	assert_rv(fx->f->C_CopyObject(session, o, m.at, m.n, &made), CKR_ATTRIBUTE_TYPE_INVALID);
	assert_rv(fx->f->C_CopyObject(session, o, NULL, 1, &made), CKR_ARGUMENTS_BAD);
	assert_rv(fx->f->C_CopyObject(session, 99999, NULL, 0, &made), CKR_OBJECT_HANDLE_INVALID);
}

static void private_object_has_no_public_copy(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE hidden, shown, made;
	struct maker m = {.n = 0};

	login_on(fx, session, SLOT_AUTH);
	hidden = make_private_data(fx, session);
	maker_put_bool(&m, CKA_PRIVATE, CK_FALSE);
	assert_rv(fx->f->C_CopyObject(session, hidden, m.at, m.n, &made), CKR_ATTRIBUTE_READ_ONLY);
	shown = make_key(fx, session);
	maker_put_bool(&m, CKA_PRIVATE, CK_TRUE);
	assert_rv(fx->f->C_CopyObject(session, shown, m.at, m.n, &made), CKR_OK);
	assert_int_equal(bool_of(fx, session, made, CKA_PRIVATE), CK_TRUE);
	assert_rv(fx->f->C_Logout(session), CKR_OK);
	assert_false(is_there(fx, session, made));
	assert_rv(fx->f->C_CopyObject(session, shown, m.at, m.n, &made), CKR_USER_NOT_LOGGED_IN);
}

/* §5.7.4 C_GetObjectSize */

static void size_of_an_object_grows_with_what_it_holds(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = make_key(fx, session);
	CK_ULONG before = 0, after = 0;

	assert_rv(fx->f->C_GetObjectSize(session, o, &before), CKR_OK);
	assert_true(before > 256);
	assert_rv(set(fx, session, o, CKA_LABEL, "twelve bytes", 12), CKR_OK);
	assert_rv(fx->f->C_GetObjectSize(session, o, &after), CKR_OK);
	assert_int_equal(after, before + 12);
}

/* §5.1.5 CKR_DEVICE_MEMORY: a program that never destroys is stopped, and recovers */

static void objects_are_limited_in_number(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH), other = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE o = CK_INVALID_HANDLE;
	struct maker m;
	size_t i;

	maker_data(&m, "x", 1);
	for (i = 0; i < LIMIT_N_SESSION_OBJECTS; i++)
		o = maker_create(fx, session, &m);
	assert_rv(fx->f->C_CreateObject(other, m.at, m.n, &o), CKR_DEVICE_MEMORY);
	assert_rv(fx->f->C_CopyObject(other, o, NULL, 0, &o), CKR_DEVICE_MEMORY);
	assert_rv(fx->f->C_DestroyObject(other, o), CKR_OK);
	o = maker_create(fx, other, &m);
	assert_rv(set(fx, other, o, CKA_VALUE, "another", 7), CKR_OK);
	assert_rv(fx->f->C_CloseSession(session), CKR_OK);
	(void)maker_create(fx, other, &m);
}

static void objects_are_limited_in_size(void **state)
{
	static CK_BYTE large[LIMIT_ATTRIBUTE + 1];
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_CLASS class_id = CKO_DATA;
	CK_ATTRIBUTE template[] = {{CKA_CLASS, &class_id, sizeof(class_id)},
				   {CKA_VALUE, large, sizeof(large)}};
	CK_OBJECT_HANDLE o;
	CK_RV rv = CKR_OK;
	size_t n;

	assert_rv(fx->f->C_CreateObject(session, template, 2, &o), CKR_DEVICE_MEMORY);
	template[1].ulValueLen = (CK_ULONG)-2;
	assert_rv(fx->f->C_CreateObject(session, template, 2, &o), CKR_DEVICE_MEMORY);
	template[1].ulValueLen = LIMIT_ATTRIBUTE;
	for (n = 0; rv == CKR_OK && n <= LIMIT_SESSION_OBJECTS / LIMIT_ATTRIBUTE; n++)
		rv = fx->f->C_CreateObject(session, template, 2, &o);
	assert_rv(rv, CKR_DEVICE_MEMORY);
	assert_true(n > LIMIT_SESSION_OBJECTS / LIMIT_ATTRIBUTE / 2);
	assert_rv(fx->f->C_DestroyObject(session, o), CKR_OK);
	assert_rv(fx->f->C_CreateObject(session, template, 2, &o), CKR_OK);
}

/* §5.6 threads: objects come and go under those who look at them */

enum { ROUNDS = 150 };

static void *make_and_destroy(void *user)
{
	struct fixture *fx = user;
	CK_SESSION_HANDLE session;
	int i;

	if (fx->f->C_OpenSession(SLOT_AUTH, CKF_SERIAL_SESSION, NULL, NULL, &session) != CKR_OK)
		return user;
	for (i = 0; i < ROUNDS; i++) {
		CK_OBJECT_CLASS class_id = CKO_DATA;
		CK_BYTE byte = (CK_BYTE)i;
		CK_ATTRIBUTE template[] = {{CKA_CLASS, &class_id, sizeof(class_id)},
					   {CKA_VALUE, &byte, 1}};
		CK_OBJECT_HANDLE o, found[8];
		CK_ULONG n = 0;

		if (fx->f->C_CreateObject(session, template, 2, &o) != CKR_OK ||
		    fx->f->C_SetAttributeValue(session, o, template + 1, 1) != CKR_OK ||
		    fx->f->C_FindObjectsInit(session, template + 1, 1) != CKR_OK ||
		    fx->f->C_FindObjects(session, found, 8, &n) != CKR_OK || n == 0 ||
		    fx->f->C_FindObjectsFinal(session) != CKR_OK ||
		    (i % 2 && fx->f->C_DestroyObject(session, o) != CKR_OK))
			return user;
	}
	return fx->f->C_CloseSession(session) == CKR_OK ? NULL : user;
}

static void threads_make_and_destroy_at_once(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_BBOOL no = CK_FALSE;
	CK_ATTRIBUTE of_sessions = {CKA_TOKEN, &no, sizeof(no)};
	CK_OBJECT_HANDLE found[4];
	pthread_t threads[6];
	void *failed;
	size_t i;

	if (fx->locking == LOCKING_NONE)
		return;
	for (i = 0; i < 6; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, make_and_destroy, fx), 0);
	for (i = 0; i < 6; i++) {
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	assert_int_equal(find_all(fx, session, &of_sessions, 1, found, 4), 0);
}

/* One object of all, which every thread changes. */
struct shared {
	struct fixture *fx;
	CK_OBJECT_HANDLE object;
};

static void *change_shared(void *user)
{
	struct shared *shared = user;
	CK_FUNCTION_LIST_3_2 *f = shared->fx->f;
	CK_SESSION_HANDLE session;
	int i;

	if (f->C_OpenSession(SLOT_AUTH, CKF_SERIAL_SESSION, NULL, NULL, &session) != CKR_OK)
		return user;
	for (i = 0; i < ROUNDS; i++) {
		CK_BYTE byte = (CK_BYTE)i;
		CK_ATTRIBUTE template[] = {{CKA_VALUE, &byte, 1}};

		if (f->C_SetAttributeValue(session, shared->object, template, 1) != CKR_OK)
			return user;
	}
	return f->C_CloseSession(session) == CKR_OK ? NULL : user;
}

static void threads_change_one_object_at_once(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	struct shared shared = {.fx = fx};
	pthread_t threads[6];
	struct maker m;
	void *failed;
	size_t i;

	if (fx->locking == LOCKING_NONE)
		return;
	maker_data(&m, "x", 1);
	shared.object = maker_create(fx, session, &m);
	for (i = 0; i < 6; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, change_shared, &shared), 0);
	for (i = 0; i < 6; i++) {
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	assert_rv(fx->f->C_DestroyObject(session, shared.object), CKR_OK);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(all_sessions_with_the_token_see_the_object),
		TEST(read_only_session_makes_changes_and_destroys_session_objects),
		TEST(object_dies_with_the_session_that_made_it),
		TEST(closing_all_sessions_ends_all_objects),
		TEST(changed_object_still_dies_with_the_session_that_made_it),
		TEST(removal_of_the_card_ends_all_objects),
		TEST(private_object_needs_a_login),
		TEST(private_object_dies_with_the_login_and_no_other_does),
		TEST(handle_of_a_destroyed_object_is_never_given_again),
		TEST(object_that_may_not_be_destroyed_is_not),
		TEST(operation_goes_on_with_a_key_that_was_destroyed),
		TEST(attributes_that_may_change_do),
		TEST(template_that_cannot_be_set_whole_changes_nothing),
		TEST(attributes_that_never_change_are_read_only),
		TEST(object_that_may_not_be_modified_is_not),
		TEST(copyable_object_can_be_closed_to_copies_and_not_opened_again),
		TEST(certificate_takes_no_issuer_but_its_own),
		TEST(copy_has_what_the_original_has_and_what_the_template_says),
		TEST(copy_of_the_cards_objects_becomes_a_sessions),
		TEST(copy_of_the_cards_public_key_verifies_the_cards_signature),
		TEST(private_keys_and_profiles_are_not_copied),
		TEST(copy_takes_no_attribute_that_makes_it_another_object),
		TEST(private_object_has_no_public_copy),
		TEST(size_of_an_object_grows_with_what_it_holds),
		TEST_ONCE(objects_are_limited_in_number),
		TEST_ONCE(objects_are_limited_in_size),
		TEST(threads_make_and_destroy_at_once),
		TEST(threads_change_one_object_at_once),
	};

	return suite_run("session_object_life", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
