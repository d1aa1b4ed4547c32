/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Templates that nobody would write, thousands of them, by a fixed seed: no crash, nothing but the values
 * that the specification lists for the function (PKCS#11 v3.1 §5.7), and what was made can be read.
 */
#include "tests/pkcs11/maker.h"

#include <stdlib.h>

enum { ROUNDS = 4000, N_ATTRIBUTES = 10, VALUE_LEN = 40 };

static uint64_t seed;

/* xorshift64*: the same on every machine */
static uint32_t next(uint32_t below)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)((seed * 0x2545F4914F6CDD1DULL) >> 32) % below;
}

static const CK_ATTRIBUTE_TYPE types[] = {
	CKA_CLASS,
	CKA_TOKEN,
	CKA_PRIVATE,
	CKA_LABEL,
	CKA_UNIQUE_ID,
	CKA_APPLICATION,
	CKA_VALUE,
	CKA_OBJECT_ID,
	CKA_CERTIFICATE_TYPE,
	CKA_ISSUER,
	CKA_SERIAL_NUMBER,
	CKA_TRUSTED,
	CKA_CERTIFICATE_CATEGORY,
	CKA_URL,
	CKA_CHECK_VALUE,
	CKA_KEY_TYPE,
	CKA_SUBJECT,
	CKA_ID,
	CKA_SENSITIVE,
	CKA_ENCRYPT,
	CKA_VERIFY,
	CKA_DERIVE,
	CKA_START_DATE,
	CKA_END_DATE,
	CKA_MODULUS,
	CKA_MODULUS_BITS,
	CKA_PUBLIC_EXPONENT,
	CKA_PRIVATE_EXPONENT,
	CKA_PUBLIC_KEY_INFO,
	CKA_VALUE_LEN,
	CKA_EXTRACTABLE,
	CKA_MODIFIABLE,
	CKA_COPYABLE,
	CKA_DESTROYABLE,
	CKA_EC_PARAMS,
	CKA_EC_POINT,
	CKA_WRAP_TEMPLATE,
	CKA_ALLOWED_MECHANISMS,
	CKA_PROFILE_ID,
	CKA_HW_FEATURE_TYPE,
	CKA_VENDOR_DEFINED | 3,
	CK_UNAVAILABLE_INFORMATION,
};

enum { N_TYPES = sizeof(types) / sizeof(types[0]) };

/* A template on the heap, each value in a block of its own length, so that a sanitizer sees all. */
struct template
{
	CK_ATTRIBUTE at[N_ATTRIBUTES];
	CK_ULONG n;
};

static void add(struct template *t, CK_ATTRIBUTE_TYPE type, const void *value, size_t len)
{
	CK_ATTRIBUTE *a = &t->at[t->n++];

	a->type = type;
	a->ulValueLen = len;
	a->pValue = len ? malloc(len) : NULL;
	assert_true(len == 0 || a->pValue);
	if (len)
		memcpy(a->pValue, value, len);
}

static void free_template(struct template *t)
{
	while (t->n > 0)
		free(t->at[--t->n].pValue);
}

static void add_random(struct template *t)
{
	uint8_t bytes[VALUE_LEN];
	CK_ULONG small = next(12);
	CK_BBOOL flag = (CK_BBOOL)next(2);
	CK_ATTRIBUTE_TYPE type = types[next(N_TYPES)];
	size_t i, len = next(VALUE_LEN);

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)next(256);
	switch (next(4)) {
	case 0:
		add(t, type, &small, sizeof(small));
		break;
	case 1:
		add(t, type, &flag, sizeof(flag));
		break;
	case 2:
		add(t, type, NULL, 0);
		break;
	default:
		add(t, type, bytes, len);
		break;
	}
}

/* Half of them begin as something that could be made. */
static void random_template(struct template *t)
{
	static const char *const names[] = {"RSA", "P-256", "P-384", "P-521"};
	struct maker m = {.n = 0};
	CK_ULONG i;

	t->n = 0;
	switch (next(8)) {
	case 0:
	case 1:
		maker_public_key(&m, maker_key(names[next(4)]));
		break;
	case 2:
		maker_certificate(&m, maker_key(names[1 + next(3)]));
		break;
	case 3:
		maker_data(&m, "data", next(5));
		break;
	default:
		break;
	}
	for (i = 0; i < m.n; i++) {
		if (next(20) > 0)
			add(t, m.at[i].type, m.at[i].pValue, m.at[i].ulValueLen);
	}
	for (i = next(5); i > 0; i--)
		add_random(t);
	if (t->n > 0 && next(30) == 0) {
		CK_ATTRIBUTE *a = &t->at[next((uint32_t)t->n)];

		free(a->pValue);
		a->pValue = NULL; /* with a length: an argument that is bad */
	}
}

static bool is_one_of(CK_RV rv, const CK_RV *all, size_t n)
{
	while (n > 0) {
		if (all[--n] == rv)
			return true;
	}
	return false;
}

static void assert_made_or_refused(CK_RV rv)
{
	static const CK_RV lawful[] = {
		CKR_OK,
		CKR_ARGUMENTS_BAD,
		CKR_ATTRIBUTE_READ_ONLY,
		CKR_ATTRIBUTE_TYPE_INVALID,
		CKR_ATTRIBUTE_VALUE_INVALID,
		CKR_CURVE_NOT_SUPPORTED,
		CKR_DOMAIN_PARAMS_INVALID,
		CKR_TEMPLATE_INCOMPLETE,
		CKR_TEMPLATE_INCONSISTENT,
		CKR_TOKEN_WRITE_PROTECTED,
		CKR_USER_NOT_LOGGED_IN,
		CKR_ACTION_PROHIBITED,
	};

	if (!is_one_of(rv, lawful, sizeof(lawful) / sizeof(lawful[0])))
		assert_rv(rv, CKR_OK);
}

/* All attributes are asked for at once, then each alone: the answers must be the same. */
static void read_all(struct fixture *fx, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE o)
{
	CK_ATTRIBUTE all[N_TYPES];
	CK_RV first = CKR_OK;
	CK_ULONG size = 0;
	size_t i;

	for (i = 0; i < N_TYPES; i++)
		all[i] = (CK_ATTRIBUTE){types[i], NULL, 0};
	first = fx->f->C_GetAttributeValue(session, o, all, N_TYPES);
	assert_true(first == CKR_ATTRIBUTE_TYPE_INVALID || first == CKR_ATTRIBUTE_SENSITIVE);
	for (i = 0; i < N_TYPES; i++) {
		CK_ATTRIBUTE a = {types[i], NULL, 0};
		CK_RV rv = fx->f->C_GetAttributeValue(session, o, &a, 1);

		assert_int_equal(a.ulValueLen, all[i].ulValueLen);
		if (rv != CKR_OK)
			assert_int_equal(a.ulValueLen, CK_UNAVAILABLE_INFORMATION);
		if (rv != CKR_OK || a.ulValueLen == 0)
			continue;
		a.pValue = malloc(a.ulValueLen);
		assert_non_null(a.pValue);
		assert_rv(fx->f->C_GetAttributeValue(session, o, &a, 1), CKR_OK);
		a.ulValueLen--;
		assert_rv(fx->f->C_GetAttributeValue(session, o, &a, 1), CKR_BUFFER_TOO_SMALL);
		free(a.pValue);
	}
	assert_rv(fx->f->C_GetObjectSize(session, o, &size), CKR_OK);
	assert_true(size > 0);
}

/* What was made is found by what it was given. */
static void find_it(struct fixture *fx, CK_SESSION_HANDLE session, struct template *t,
		    CK_OBJECT_HANDLE o)
{
	CK_OBJECT_HANDLE found[512];
	size_t i, n;
	bool there = false;

	n = find_all(fx, session, t->at, t->n, found, 512);
	for (i = 0; i < n; i++)
		there = there || found[i] == o;
	assert_true(there);
}

static size_t of_all_kinds(struct fixture *fx, CK_SESSION_HANDLE session)
{
	CK_OBJECT_HANDLE o, copy;
	size_t i, made = 0;

	for (i = 0; i < ROUNDS; i++) {
		struct template t;
		CK_RV rv;

		random_template(&t);
		rv = fx->f->C_CreateObject(session, t.at, t.n, &o);
		assert_made_or_refused(rv);
		if (rv == CKR_OK) {
			made++;
			read_all(fx, session, o);
			find_it(fx, session, &t, o);
			free_template(&t);
			random_template(&t);
			assert_made_or_refused(fx->f->C_SetAttributeValue(session, o, t.at, t.n));
			if (fx->f->C_CopyObject(session, o, t.at, t.n, &copy) == CKR_OK)
				read_all(fx, session, copy);
			assert_made_or_refused(fx->f->C_DestroyObject(session, o));
		}
		free_template(&t);
	}
	return made;
}

/* §5.7.1, §5.7.2, §5.7.5, §5.7.6 */
static void random_templates_are_made_or_refused_and_nothing_else(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	size_t made;

	seed = 0x4D4F4852;
	made = of_all_kinds(fx, session);
	login_on(fx, session, SLOT_AUTH);
	made += of_all_kinds(fx, session);
	/* Enough of them were good ones, or this test says nothing. */
	assert_in_range(made, ROUNDS / 20, ROUNDS);
}

/* §5.7.7 */
static void random_searches_find_or_are_refused_and_nothing_else(void **state)
{
	struct fixture *fx = *state;
	CK_SESSION_HANDLE session = session_on(fx, SLOT_AUTH);
	CK_OBJECT_HANDLE found[8];
	size_t i, n_found = 0;

	seed = 0x50313142;
	login_on(fx, session, SLOT_AUTH);
	for (i = 0; i < ROUNDS; i++) {
		struct template t;
		CK_ULONG n = 0;
		CK_RV rv;

		random_template(&t);
		rv = fx->f->C_FindObjectsInit(session, t.at, t.n);
		if (rv != CKR_OK) {
			assert_rv(rv, CKR_ARGUMENTS_BAD);
		} else {
			assert_rv(fx->f->C_FindObjects(session, found, 8, &n), CKR_OK);
			assert_rv(fx->f->C_FindObjectsFinal(session), CKR_OK);
			n_found += n > 0;
		}
		free_template(&t);
	}
	assert_true(n_found > 0);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST_ONCE(random_templates_are_made_or_refused_and_nothing_else),
		TEST_ONCE(random_searches_find_or_are_refused_and_nothing_else),
	};

	return suite_run("random_template", tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
