/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The provider over a virtual card in this process, for what no application can bring about by itself:
 * secret keys as a derivation makes them, and a reader whose PIN pad has a display.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pkcs11/call.h"
#include "pkcs11/session_object.h"
#include "tests/harness/fake_pad.h"
#include "tests/harness/loop_transport.h"
#include "tests/pkcs11/maker.h"

static struct loop *world;
static struct fake_pad pad;
static char folder[] = "/tmp/mohr-inside-XXXXXX"; /* an empty mohr.conf, and the card's authority */

/* The provider's way to readers. */
int __wrap_transport_pcsc_new(const struct log *log, struct transport **ret);
int __wrap_transport_pcsc_new(const struct log *log, struct transport **ret)
{
	(void)log;
	*ret = loop_transport_new(world);
	return 0;
}

struct inside {
	struct fixture fx; /* what maker.h wants: its functions alone */
	struct vcard *card;
	CK_SESSION_HANDLE session;
};

static struct vcard *make_card(void)
{
	struct vcard_setup setup;
	struct vcard *v = NULL;

	vcard_setup_init(&setup);
	setup.authority = folder;
	setup.pin_auth = CARD_PIN_AUTH;
	setup.pin_sign = CARD_PIN_SIGN;
	setup.puk = "87654321";
	setup.admin_key_len = 16;
	setup.key_auth = VCARD_P256;
	setup.key_sign = VCARD_P256;
	assert_int_equal(vcard_new(&setup, &v), 0);
	return v;
}

static int setup(void **state)
{
	struct inside *in = calloc(1, sizeof(*in));
	CK_INTERFACE *interface = NULL;

	if (!in)
		return -1;
	*state = in;
	world = loop_new(1);
	fake_pad_init(&pad);
	in->card = make_card();
	loop_insert(world, 0, in->card);
	loop_set_control(world, 0, fake_pad_control, &pad);
	assert_rv(C_GetInterface(NULL, NULL, &interface, 0), CKR_OK);
	in->fx.f = interface->pFunctionList;
	assert_rv(in->fx.f->C_Initialize(NULL), CKR_OK);
	return 0;
}

static int teardown(void **state)
{
	struct inside *in = *state;

	assert_rv(in->fx.f->C_Finalize(NULL), CKR_OK);
	loop_free(world);
	vcard_free(in->card);
	free(in);
	return 0;
}

static void open_session(struct inside *in, bool user)
{
	CK_UTF8CHAR pin[] = CARD_PIN_AUTH;

	assert_rv(in->fx.f->C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL, &in->session), CKR_OK);
	if (user)
		assert_rv(in->fx.f->C_Login(in->session, CKU_USER, pin, sizeof(pin) - 1), CKR_OK);
}

/* As C_DeriveKey would. */
static CK_RV derive(struct inside *in, const struct maker *m, const void *value, size_t len,
		    CK_OBJECT_HANDLE *ret)
{
	struct secret *secret = NULL;
	CK_ULONG said_len = 0;
	CK_KEY_TYPE type = 0;
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_DeriveKey", in->session);

	assert_int_equal(secret_new_from(value, len, &secret), 0);
	if (rv == CKR_OK)
		rv = session_object_check_secret(c.session, m->at, m->n, &type, &said_len);
	if (rv == CKR_OK)
		rv = session_object_new_secret(c.session, m->at, m->n, secret, ret);
	secret_free(secret);
	return call_leave(&c, rv);
}

static void secret_template(struct maker *m, CK_KEY_TYPE type)
{
	memset(m, 0, sizeof(*m));
	maker_put_ulong(m, CKA_CLASS, CKO_SECRET_KEY);
	maker_put_ulong(m, CKA_KEY_TYPE, type);
}

static const uint8_t secret_bytes[32] = "thirty-two bytes that are secret";

static CK_OBJECT_HANDLE make_secret(struct inside *in, const struct maker *m)
{
	CK_OBJECT_HANDLE o = CK_INVALID_HANDLE;

	assert_rv(derive(in, m, secret_bytes, 32, &o), CKR_OK);
	assert_int_not_equal(o, CK_INVALID_HANDLE);
	return o;
}

static void assert_guarded(struct inside *in, CK_OBJECT_HANDLE o)
{
	CK_BYTE value[64] = {0};
	CK_ATTRIBUTE a = {CKA_VALUE, value, sizeof(value)};

	assert_rv(in->fx.f->C_GetAttributeValue(in->session, o, &a, 1), CKR_ATTRIBUTE_SENSITIVE);
	assert_int_equal(a.ulValueLen, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(value[0], 0);
}

/* §4.10 secret key objects */

static void secret_key_that_is_neither_sensitive_nor_kept_can_be_read(void **state)
{
	struct inside *in = *state;
	CK_OBJECT_HANDLE o;
	struct maker m;

	open_session(in, true);
	secret_template(&m, CKK_GENERIC_SECRET);
	maker_put_bool(&m, CKA_SENSITIVE, CK_FALSE);
	maker_put_bool(&m, CKA_EXTRACTABLE, CK_TRUE);
	o = make_secret(in, &m);
	assert_value_is(&in->fx, in->session, o, CKA_VALUE, secret_bytes, 32);
	assert_int_equal(ulong_of(&in->fx, in->session, o, CKA_VALUE_LEN), 32);
	assert_int_equal(ulong_of(&in->fx, in->session, o, CKA_CLASS), CKO_SECRET_KEY);
	assert_int_equal(ulong_of(&in->fx, in->session, o, CKA_KEY_TYPE), CKK_GENERIC_SECRET);
	assert_int_equal(bool_of(&in->fx, in->session, o, CKA_PRIVATE), CK_TRUE);
	assert_int_equal(bool_of(&in->fx, in->session, o, CKA_TOKEN), CK_FALSE);
	assert_int_equal(bool_of(&in->fx, in->session, o, CKA_LOCAL), CK_FALSE);
	assert_int_equal(bool_of(&in->fx, in->session, o, CKA_ALWAYS_SENSITIVE), CK_FALSE);
	assert_int_equal(bool_of(&in->fx, in->session, o, CKA_NEVER_EXTRACTABLE), CK_FALSE);
}

static void sensitive_or_unextractable_secret_key_shows_no_value(void **state)
{
	struct inside *in = *state;
	CK_OBJECT_HANDLE o, found[2];
	struct maker m, value = {.n = 0};

	open_session(in, true);
	secret_template(&m, CKK_AES);
	maker_put_bool(&m, CKA_SENSITIVE, CK_TRUE);
	o = make_secret(in, &m);
	assert_guarded(in, o);
	assert_int_equal(bool_of(&in->fx, in->session, o, CKA_ALWAYS_SENSITIVE), CK_TRUE);
	assert_int_equal(bool_of(&in->fx, in->session, o, CKA_NEVER_EXTRACTABLE), CK_FALSE);
	secret_template(&m, CKK_AES);
	maker_put_bool(&m, CKA_EXTRACTABLE, CK_FALSE);
	o = make_secret(in, &m);
	assert_guarded(in, o);
	assert_int_equal(bool_of(&in->fx, in->session, o, CKA_NEVER_EXTRACTABLE), CK_TRUE);
	/* nor is it told by a search */
	maker_put(&value, CKA_VALUE, secret_bytes, 32);
	assert_int_equal(find_all(&in->fx, in->session, value.at, value.n, found, 2), 0);
}

static void secret_key_becomes_sensitive_and_not_again_readable(void **state)
{
	struct inside *in = *state;
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	CK_ATTRIBUTE sensitive = {CKA_SENSITIVE, &yes, 1}, open = {CKA_SENSITIVE, &no, 1};
	CK_ATTRIBUTE extractable = {CKA_EXTRACTABLE, &yes, 1}, kept = {CKA_EXTRACTABLE, &no, 1};
	CK_OBJECT_HANDLE o, copy;
	struct maker m;

	open_session(in, true);
	secret_template(&m, CKK_AES);
	o = make_secret(in, &m);
	assert_rv(in->fx.f->C_CopyObject(in->session, o, &sensitive, 1, &copy), CKR_OK);
	assert_guarded(in, copy);
	assert_int_equal(bool_of(&in->fx, in->session, copy, CKA_ALWAYS_SENSITIVE), CK_FALSE);
	assert_value_is(&in->fx, in->session, o, CKA_VALUE, secret_bytes, 32);
	assert_rv(in->fx.f->C_SetAttributeValue(in->session, o, &sensitive, 1), CKR_OK);
	assert_guarded(in, o);
	assert_rv(in->fx.f->C_SetAttributeValue(in->session, o, &open, 1), CKR_ATTRIBUTE_READ_ONLY);
	assert_rv(in->fx.f->C_CopyObject(in->session, o, &open, 1, &copy), CKR_ATTRIBUTE_READ_ONLY);
	assert_rv(in->fx.f->C_SetAttributeValue(in->session, o, &kept, 1), CKR_OK);
	assert_rv(in->fx.f->C_SetAttributeValue(in->session, o, &extractable, 1),
		  CKR_ATTRIBUTE_READ_ONLY);
	assert_int_equal(bool_of(&in->fx, in->session, o, CKA_ALWAYS_SENSITIVE), CK_FALSE);
	assert_int_equal(bool_of(&in->fx, in->session, o, CKA_NEVER_EXTRACTABLE), CK_FALSE);
}

static void secret_key_dies_with_the_login(void **state)
{
	struct inside *in = *state;
	CK_ATTRIBUTE a = {CKA_CLASS, NULL, 0};
	CK_OBJECT_HANDLE o;
	struct maker m;

	open_session(in, true);
	secret_template(&m, CKK_AES);
	o = make_secret(in, &m);
	assert_rv(in->fx.f->C_Logout(in->session), CKR_OK);
	assert_rv(in->fx.f->C_GetAttributeValue(in->session, o, &a, 1), CKR_OBJECT_HANDLE_INVALID);
}

static void template_of_a_secret_key_is_checked_first(void **state)
{
	static const struct {
		CK_ATTRIBUTE_TYPE type;
		CK_ULONG value;
		CK_RV rv;
	} wrong[] = {
		{CKA_CLASS, CKO_PUBLIC_KEY, CKR_TEMPLATE_INCONSISTENT},
		{CKA_KEY_TYPE, CKK_RSA, CKR_TEMPLATE_INCONSISTENT},
		{CKA_VALUE_LEN, 17, CKR_TEMPLATE_INCONSISTENT},
		{CKA_VALUE_LEN, 16, CKR_TEMPLATE_INCONSISTENT}, /* not what it becomes */
		{CKA_VALUE, 1, CKR_ATTRIBUTE_READ_ONLY},
		{CKA_ALWAYS_SENSITIVE, 1, CKR_ATTRIBUTE_READ_ONLY},
		{CKA_UNIQUE_ID, 1, CKR_ATTRIBUTE_READ_ONLY},
		{CKA_MODULUS, 1, CKR_TEMPLATE_INCONSISTENT},
		{CKA_VENDOR_DEFINED, 1, CKR_ATTRIBUTE_TYPE_INVALID},
	};
	struct inside *in = *state;
	CK_OBJECT_HANDLE o = 4711;
	struct maker m;
	size_t i;

	open_session(in, true);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		secret_template(&m, CKK_AES);
		maker_put_ulong(&m, wrong[i].type, wrong[i].value);
		assert_rv(derive(in, &m, secret_bytes, 32, &o), wrong[i].rv);
	}
	secret_template(&m, CKK_AES);
	maker_drop(&m, CKA_KEY_TYPE);
	assert_rv(derive(in, &m, secret_bytes, 32, &o), CKR_TEMPLATE_INCOMPLETE);
	secret_template(&m, CKK_AES);
	assert_rv(derive(in, &m, secret_bytes, 31, &o), CKR_TEMPLATE_INCONSISTENT);
	maker_put_bool(&m, CKA_TOKEN, CK_TRUE);
	assert_rv(derive(in, &m, secret_bytes, 32, &o), CKR_TOKEN_WRITE_PROTECTED);
	assert_int_equal(o, 4711);
	/* PKCS#11 v3.1 §5.18.5: what is derived is a secret key, said or not */
	secret_template(&m, CKK_AES);
	maker_drop(&m, CKA_CLASS);
	assert_rv(derive(in, &m, secret_bytes, 32, &o), CKR_OK);
}

static void secret_key_without_a_login_is_public_or_none(void **state)
{
	struct inside *in = *state;
	CK_OBJECT_HANDLE o;
	struct maker m;

	open_session(in, false);
	secret_template(&m, CKK_AES);
	assert_rv(derive(in, &m, secret_bytes, 32, &o), CKR_USER_NOT_LOGGED_IN);
	maker_put_bool(&m, CKA_PRIVATE, CK_FALSE);
	assert_rv(derive(in, &m, secret_bytes, 32, &o), CKR_OK);
}

static void secret_key_is_no_key_for_signatures(void **state)
{
	struct inside *in = *state;
	CK_MECHANISM mechanism = {CKM_ECDSA_SHA256, NULL, 0};
	CK_OBJECT_HANDLE o;
	struct maker m;

	open_session(in, true);
	secret_template(&m, CKK_GENERIC_SECRET);
	o = make_secret(in, &m);
	assert_rv(in->fx.f->C_SignInit(in->session, &mechanism, o), CKR_KEY_TYPE_INCONSISTENT);
	assert_rv(in->fx.f->C_VerifyInit(in->session, &mechanism, o), CKR_KEY_TYPE_INCONSISTENT);
}

/* §5.12.4 C_DigestKey */

static void secret_key_can_be_digested_unseen(void **state)
{
	struct inside *in = *state;
	CK_MECHANISM mechanism = {CKM_SHA256, NULL, 0};
	uint8_t all[3 + 32] = "key", expected[32], digest[32];
	CK_ULONG len = sizeof(digest);
	CK_OBJECT_HANDLE o;
	struct maker m;

	open_session(in, true);
	secret_template(&m, CKK_AES);
	maker_put_bool(&m, CKA_SENSITIVE, CK_TRUE);
	o = make_secret(in, &m);
	memcpy(all + 3, secret_bytes, 32);
	assert_int_equal(EVP_Digest(all, sizeof(all), expected, NULL, EVP_sha256(), NULL), 1);
	assert_rv(in->fx.f->C_DigestInit(in->session, &mechanism), CKR_OK);
	assert_rv(in->fx.f->C_DigestUpdate(in->session, all, 3), CKR_OK);
	assert_rv(in->fx.f->C_DigestKey(in->session, o), CKR_OK);
	assert_rv(in->fx.f->C_DigestFinal(in->session, digest, &len), CKR_OK);
	assert_memory_equal(digest, expected, 32);
}

/* §4.3.3 user interface objects */

static void display_of(const char *layout)
{
	static const uint8_t more[] = {0x0A, 4, 0x42, 0x33, 0, 0x0A};

	memcpy(pad.features + pad.features_len, more, sizeof(more));
	pad.features_len += sizeof(more);
	memcpy(pad.pin_properties, layout, 4);
	pad.pin_properties_len = 4;
}

static void display_of_a_pin_pad_is_a_user_interface(void **state)
{
	static const CK_ATTRIBUTE_TYPE none[] = {CKA_PIXEL_X, CKA_PIXEL_Y, CKA_RESOLUTION,
						 CKA_BITS_PER_PIXEL};
	static const CK_ATTRIBUTE_TYPE empty[] = {CKA_CHAR_SETS, CKA_ENCODING_METHODS,
						  CKA_MIME_TYPES};
	struct inside *in = *state;
	CK_OBJECT_HANDLE o;
	CK_ATTRIBUTE a = {CKA_TOKEN, NULL, 0};
	size_t i;

	display_of("\x10\x02\x02\x00"); /* PC/SC part 10 wLcdLayout: 16 columns, 2 rows */
	open_session(in, false);
	o = find_one(&in->fx, in->session, CKO_HW_FEATURE);
	assert_int_not_equal(o, CK_INVALID_HANDLE);
	assert_int_equal(ulong_of(&in->fx, in->session, o, CKA_HW_FEATURE_TYPE),
			 CKH_USER_INTERFACE);
	assert_int_equal(ulong_of(&in->fx, in->session, o, CKA_CHAR_ROWS), 2);
	assert_int_equal(ulong_of(&in->fx, in->session, o, CKA_CHAR_COLUMNS), 16);
	assert_int_equal(bool_of(&in->fx, in->session, o, CKA_COLOR), CK_FALSE);
	for (i = 0; i < 4; i++)
		assert_int_equal(ulong_of(&in->fx, in->session, o, none[i]), 0);
	for (i = 0; i < 3; i++)
		assert_value_is(&in->fx, in->session, o, empty[i], NULL, 0);
	assert_rv(in->fx.f->C_GetAttributeValue(in->session, o, &a, 1), CKR_ATTRIBUTE_TYPE_INVALID);
	assert_rv(in->fx.f->C_DestroyObject(in->session, o), CKR_ACTION_PROHIBITED);
	assert_rv(in->fx.f->C_CopyObject(in->session, o, NULL, 0, &o), CKR_ACTION_PROHIBITED);
}

/* §4.3: they "are not visible to searches that do not ask for their class". */
static void hardware_features_are_hidden_from_those_who_do_not_ask(void **state)
{
	struct inside *in = *state;
	CK_OBJECT_HANDLE feature, found[32];
	CK_ULONG rows = 2;
	CK_ATTRIBUTE by_rows = {CKA_CHAR_ROWS, &rows, sizeof(rows)};
	size_t i, n;

	display_of("\x10\x02\x02\x00");
	open_session(in, false);
	feature = find_one(&in->fx, in->session, CKO_HW_FEATURE);
	n = find_all(&in->fx, in->session, NULL, 0, found, 32);
	assert_true(n > 0);
	for (i = 0; i < n; i++)
		assert_int_not_equal(found[i], feature);
	assert_int_equal(find_all(&in->fx, in->session, &by_rows, 1, found, 32), 0);
}

static void pin_pad_without_a_display_has_no_user_interface(void **state)
{
	struct inside *in = *state;

	open_session(in, false);
	assert_int_equal(find_one(&in->fx, in->session, CKO_HW_FEATURE), CK_INVALID_HANDLE);
}

#define INSIDE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		INSIDE(secret_key_that_is_neither_sensitive_nor_kept_can_be_read),
		INSIDE(sensitive_or_unextractable_secret_key_shows_no_value),
		INSIDE(secret_key_becomes_sensitive_and_not_again_readable),
		INSIDE(secret_key_dies_with_the_login),
		INSIDE(template_of_a_secret_key_is_checked_first),
		INSIDE(secret_key_without_a_login_is_public_or_none),
		INSIDE(secret_key_is_no_key_for_signatures),
		INSIDE(secret_key_can_be_digested_unseen),
		INSIDE(display_of_a_pin_pad_is_a_user_interface),
		INSIDE(hardware_features_are_hidden_from_those_who_do_not_ask),
		INSIDE(pin_pad_without_a_display_has_no_user_interface),
	};
	static const char *const names[] = {"mohr.conf", "ca.key", "ca.crt"};
	char path[64];
	FILE *f = NULL;
	int failed;
	size_t i;

	if (!mkdtemp(folder))
		return 99;
	snprintf(path, sizeof(path), "%s/mohr.conf", folder);
	f = fopen(path, "w");
	if (!f || fclose(f) != 0 || setenv("MOHR_CONF", path, 1) != 0)
		return 99;
	failed = cmocka_run_group_tests_name("inside", tests, NULL, NULL);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
	return failed;
}
