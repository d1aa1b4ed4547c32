/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flows. Whatever goes to the card is fixed: no random padding, no cryptogram made anew, one point of each
 * curve. What comes back is noted, and signatures, plain texts and secrets are checked by libcrypto.
 */
#include "tests/replay/flows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "card/channel.h"
#include "profile/profile.h"
#include "tests/replay/judge.h"

enum { MAX_SLOTS = 4, MAX_OBJECTS = 128, MAX_VALUE = 8192, MAX_TRIES = 12 };

#define WRONG_PIN "987654"
#define NEW_PIN   "192837"

static CK_BYTE message[] = "what is signed";

/* ---- tokens and objects ----------------------------------------------------------------------- */

static CK_RV note_rv(const struct scene *s, const char *what, CK_RV rv)
{
	stage_note(s->stage, "%s 0x%lx", what, rv);
	return rv;
}

static void initialize(const struct scene *s)
{
	assert_int_equal(s->f->C_Initialize(NULL), CKR_OK);
}

static void finalize(const struct scene *s)
{
	assert_int_equal(s->f->C_Finalize(NULL), CKR_OK);
}

/* Of the slots with a token; there must be as many as the card has PINs. */
static size_t tokens(const struct scene *s, CK_SLOT_ID ret[MAX_SLOTS])
{
	CK_ULONG n = MAX_SLOTS;

	assert_int_equal(s->f->C_GetSlotList(CK_TRUE, ret, &n), CKR_OK);
	assert_int_equal(n, s->cast->pins[1] ? 2 : 1);
	return n;
}

static void note_token(const struct scene *s, CK_SLOT_ID slot)
{
	CK_TOKEN_INFO i;

	assert_int_equal(s->f->C_GetTokenInfo(slot, &i), CKR_OK);
	stage_note(s->stage, "slot %lu: %.32s|%.32s|%.16s|%.16s flags 0x%lx PIN %lu to %lu", slot,
		   i.label, i.manufacturerID, i.model, i.serialNumber, i.flags, i.ulMinPinLen,
		   i.ulMaxPinLen);
}

static CK_SESSION_HANDLE open_session(const struct scene *s, CK_SLOT_ID slot)
{
	CK_SESSION_HANDLE session = CK_INVALID_HANDLE;

	assert_int_equal(s->f->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL,
					     &session),
			 CKR_OK);
	return session;
}

static CK_RV log_in(const struct scene *s, CK_SESSION_HANDLE session, CK_USER_TYPE user,
		    const char *pin)
{
	CK_UTF8CHAR copy[32];

	(void)snprintf((char *)copy, sizeof(copy), "%s", pin);
	return note_rv(s, user == CKU_USER ? "C_Login" : "C_Login for one use",
		       s->f->C_Login(session, user, copy, strlen(pin)));
}

static size_t find(const struct scene *s, CK_SESSION_HANDLE session, CK_ATTRIBUTE *template,
		   CK_ULONG n, CK_OBJECT_HANDLE ret[MAX_OBJECTS])
{
	CK_ULONG found = 0;

	assert_int_equal(s->f->C_FindObjectsInit(session, template, n), CKR_OK);
	assert_int_equal(s->f->C_FindObjects(session, ret, MAX_OBJECTS, &found), CKR_OK);
	assert_int_equal(s->f->C_FindObjectsFinal(session), CKR_OK);
	return found;
}

/* Its length; 0 if the object has none. ret has MAX_VALUE bytes of room. */
static size_t value_of(const struct scene *s, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
		       CK_ATTRIBUTE_TYPE type, void *ret)
{
	CK_ATTRIBUTE a = {type, ret, MAX_VALUE};

	return s->f->C_GetAttributeValue(session, object, &a, 1) == CKR_OK ? a.ulValueLen : 0;
}

static CK_ULONG number_of(const struct scene *s, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
			  CK_ATTRIBUTE_TYPE type)
{
	CK_ULONG value = 0;
	CK_ATTRIBUTE a = {type, &value, sizeof(value)};

	return s->f->C_GetAttributeValue(session, object, &a, 1) == CKR_OK
		       ? value
		       : CK_UNAVAILABLE_INFORMATION;
}

static bool is_true(const struct scene *s, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
		    CK_ATTRIBUTE_TYPE type)
{
	CK_BBOOL value = CK_FALSE;
	CK_ATTRIBUTE a = {type, &value, sizeof(value)};

	return s->f->C_GetAttributeValue(session, object, &a, 1) == CKR_OK && value;
}

static void note_object(const struct scene *s, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
	static uint8_t label[MAX_VALUE], id[MAX_VALUE], value[MAX_VALUE];
	CK_ULONG class_id = number_of(s, session, object, CKA_CLASS);
	size_t label_len = value_of(s, session, object, CKA_LABEL, label);
	size_t id_len = value_of(s, session, object, CKA_ID, id);
	bool key = class_id == CKO_PUBLIC_KEY || class_id == CKO_PRIVATE_KEY;
	char id_text[65], digest[65];
	size_t len;

	if (class_id == CKO_PROFILE)
		return;
	len = value_of(s, session, object, key ? CKA_PUBLIC_KEY_INFO : CKA_VALUE, value);
	judge_hex(id, id_len, id_text, sizeof(id_text));
	judge_digest(value, len, digest);
	stage_note(s->stage, "object %lu '%.*s' id %s type %lx%s%s%s, %zu bytes %.16s", class_id,
		   (int)label_len, (const char *)label, id_text,
		   key ? number_of(s, session, object, CKA_KEY_TYPE) : 0,
		   is_true(s, session, object, CKA_PRIVATE) ? " private" : "",
		   is_true(s, session, object, CKA_ALWAYS_AUTHENTICATE) ? " always" : "",
		   is_true(s, session, object, CKA_DECRYPT) ? " decrypts" : "", len, digest);
}

static void list(const struct scene *s)
{
	CK_SLOT_ID slots[MAX_SLOTS];
	CK_OBJECT_HANDLE found[MAX_OBJECTS];
	CK_SESSION_HANDLE session;
	size_t n, i, k, n_found;

	initialize(s);
	n = tokens(s, slots);
	for (i = 0; i < n; i++) {
		note_token(s, slots[i]);
		session = open_session(s, slots[i]);
		n_found = find(s, session, NULL, 0, found);
		assert_int_not_equal(n_found, 0);
		for (k = 0; k < n_found; k++)
			note_object(s, session, found[k]);
	}
	finalize(s);
}

/* ---- keys ------------------------------------------------------------------------------------- */

/* The public half, by the certificate of the same identifier, else by the key itself. The caller frees it. */
static EVP_PKEY *public_half(const struct scene *s, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key)
{
	static uint8_t id[MAX_VALUE], value[MAX_VALUE];
	CK_OBJECT_CLASS class_id = CKO_CERTIFICATE;
	CK_ATTRIBUTE template[] = {{CKA_CLASS, &class_id, sizeof(class_id)},
				   {CKA_ID, id, value_of(s, session, key, CKA_ID, id)}};
	CK_OBJECT_HANDLE found[MAX_OBJECTS];
	EVP_PKEY *pkey;

	if (find(s, session, template, 2, found) == 1)
		pkey = judge_certificate(value, value_of(s, session, found[0], CKA_VALUE, value));
	else
		pkey = judge_public(value, value_of(s, session, key, CKA_PUBLIC_KEY_INFO, value));
	assert_non_null(pkey);
	return pkey;
}

static void for_each_key(const struct scene *s,
			 void (*fn)(const struct scene *s, CK_SESSION_HANDLE session,
				    CK_OBJECT_HANDLE key, const char *pin))
{
	CK_OBJECT_CLASS class_id = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE template = {CKA_CLASS, &class_id, sizeof(class_id)};
	CK_OBJECT_HANDLE found[MAX_OBJECTS];
	CK_SLOT_ID slots[MAX_SLOTS];
	size_t n, i, k, n_found;

	initialize(s);
	n = tokens(s, slots);
	for (i = 0; i < n; i++) {
		CK_SESSION_HANDLE session = open_session(s, slots[i]);

		note_token(s, slots[i]);
		assert_int_equal(log_in(s, session, CKU_USER, s->cast->pins[i]), CKR_OK);
		n_found = find(s, session, &template, 1, found);
		assert_int_not_equal(n_found, 0);
		for (k = 0; k < n_found; k++) {
			note_object(s, session, found[k]);
			fn(s, session, found[k], s->cast->pins[i]);
		}
		assert_int_equal(note_rv(s, "C_Logout", s->f->C_Logout(session)), CKR_OK);
		note_token(s, slots[i]);
	}
	finalize(s);
}

/* After an Init: the PIN once more, if the key wants it. */
static void log_in_for(const struct scene *s, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
		       const char *pin)
{
	if (is_true(s, session, key, CKA_ALWAYS_AUTHENTICATE))
		assert_int_equal(log_in(s, session, CKU_CONTEXT_SPECIFIC, pin), CKR_OK);
}

/* Ways to sign: what is given is the message, or its digest in the form that the mechanism wants. */
static const struct {
	const char *name;
	CK_MECHANISM_TYPE mechanism;
	CK_KEY_TYPE type;
	enum judge_form form;
	CK_RSA_PKCS_PSS_PARAMS pss;
} ways[] = {
	{"SHA256-RSA-PKCS", CKM_SHA256_RSA_PKCS, CKK_RSA, JUDGE_MESSAGE, {0}},
	{"RSA-PKCS", CKM_RSA_PKCS, CKK_RSA, JUDGE_DIGEST_INFO, {0}},
	/* without salt: one that is made here is random, and so would be what the card is sent */
	{"SHA256-RSA-PKCS-PSS",
	 CKM_SHA256_RSA_PKCS_PSS,
	 CKK_RSA,
	 JUDGE_MESSAGE,
	 {CKM_SHA256, CKG_MGF1_SHA256, 0}},
	{"ECDSA-SHA256", CKM_ECDSA_SHA256, CKK_EC, JUDGE_MESSAGE, {0}},
	{"ECDSA", CKM_ECDSA, CKK_EC, JUDGE_DIGEST, {0}},
	{"EDDSA", CKM_EDDSA, CKK_EC_EDWARDS, JUDGE_MESSAGE, {0}},
};

static void sign_in_way(const struct scene *s, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
			const char *pin, size_t way)
{
	CK_RSA_PKCS_PSS_PARAMS pss = ways[way].pss;
	CK_MECHANISM mechanism = {ways[way].mechanism, NULL, 0};
	uint8_t data[128], signature[512];
	CK_ULONG len = sizeof(signature);
	size_t data_len = judge_form(ways[way].form, message, sizeof(message), data);
	EVP_PKEY *pkey;

	if (pss.hashAlg != 0) {
		mechanism.pParameter = &pss;
		mechanism.ulParameterLen = sizeof(pss);
	}
	if (note_rv(s, ways[way].name, s->f->C_SignInit(session, &mechanism, key)) != CKR_OK)
		return;
	log_in_for(s, session, key, pin);
	assert_int_equal(
		note_rv(s, "C_Sign", s->f->C_Sign(session, data, data_len, signature, &len)),
		CKR_OK);
	pkey = public_half(s, session, key);
	assert_true(
		judge_signature(pkey, pss.hashAlg != 0, message, sizeof(message), signature, len));
	EVP_PKEY_free(pkey);
}

static void sign_with(const struct scene *s, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
		      const char *pin)
{
	CK_ULONG type = number_of(s, session, key, CKA_KEY_TYPE);
	size_t i;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (ways[i].type == type)
			sign_in_way(s, session, key, pin, i);
	}
}

static void sign(const struct scene *s)
{
	for_each_key(s, sign_with);
}

static void decrypt(const struct scene *s, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
		    const char *pin)
{
	CK_MECHANISM mechanism = {CKM_RSA_X_509, NULL, 0};
	EVP_PKEY *pkey = public_half(s, session, key);
	uint8_t cryptogram[512], text[512];
	CK_ULONG len = sizeof(text), n = judge_block_len(pkey), i;

	for (i = 0; i < n; i++)
		cryptogram[i] = (uint8_t)i;
	if (note_rv(s, "RSA-X-509", s->f->C_DecryptInit(session, &mechanism, key)) == CKR_OK) {
		log_in_for(s, session, key, pin);
		assert_int_equal(note_rv(s, "C_Decrypt",
					 s->f->C_Decrypt(session, cryptogram, n, text, &len)),
				 CKR_OK);
		assert_true(judge_text(pkey, text, len, cryptogram, n));
	}
	EVP_PKEY_free(pkey);
}

/* With the curve's base point for a peer: the secret is then the x coordinate of the key's own point. */
static void derive(const struct scene *s, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key)
{
	EVP_PKEY *pkey = public_half(s, session, key);
	uint8_t point[160], value[MAX_VALUE];
	CK_ECDH1_DERIVE_PARAMS params = {
		.kdf = CKD_NULL, .pPublicData = point, .ulPublicDataLen = judge_base(pkey, point)};
	CK_MECHANISM mechanism = {CKM_ECDH1_DERIVE, &params, sizeof(params)};
	CK_OBJECT_CLASS class_id = CKO_SECRET_KEY;
	CK_KEY_TYPE type = CKK_GENERIC_SECRET;
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	CK_ATTRIBUTE template[] = {{CKA_CLASS, &class_id, sizeof(class_id)},
				   {CKA_KEY_TYPE, &type, sizeof(type)},
				   {CKA_EXTRACTABLE, &yes, sizeof(yes)},
				   {CKA_SENSITIVE, &no, sizeof(no)}};
	CK_OBJECT_HANDLE secret = CK_INVALID_HANDLE;

	if (note_rv(s, "ECDH1-DERIVE",
		    s->f->C_DeriveKey(session, &mechanism, key, template, 4, &secret)) == CKR_OK)
		assert_true(judge_x(pkey, value, value_of(s, session, secret, CKA_VALUE, value)));
	EVP_PKEY_free(pkey);
}

static void receive_with(const struct scene *s, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
			 const char *pin)
{
	switch (number_of(s, session, key, CKA_KEY_TYPE)) {
	case CKK_RSA:
		decrypt(s, session, key, pin);
		break;
	case CKK_EC:
		derive(s, session, key);
		break;
	default:
		break;
	}
}

static void receive(const struct scene *s)
{
	for_each_key(s, receive_with);
}

/* ---- PINs ------------------------------------------------------------------------------------- */

static void for_each_token(const struct scene *s,
			   void (*fn)(const struct scene *s, CK_SLOT_ID slot,
				      CK_SESSION_HANDLE session, const char *pin))
{
	CK_SLOT_ID slots[MAX_SLOTS];
	size_t n, i;

	initialize(s);
	n = tokens(s, slots);
	for (i = 0; i < n; i++) {
		note_token(s, slots[i]);
		fn(s, slots[i], open_session(s, slots[i]), s->cast->pins[i]);
	}
	finalize(s);
}

static void type_wrong(const struct scene *s, CK_SLOT_ID slot, CK_SESSION_HANDLE session,
		       const char *pin)
{
	assert_int_equal(log_in(s, session, CKU_USER, WRONG_PIN), CKR_PIN_INCORRECT);
	note_token(s, slot);
	/* the same again costs no try */
	assert_int_equal(log_in(s, session, CKU_USER, WRONG_PIN), CKR_PIN_INCORRECT);
	assert_int_equal(log_in(s, session, CKU_USER, pin), CKR_OK);
	note_token(s, slot);
	assert_int_equal(note_rv(s, "C_Logout", s->f->C_Logout(session)), CKR_OK);
}

static void wrong_pin(const struct scene *s)
{
	for_each_token(s, type_wrong);
}

static CK_RV set_pin(const struct scene *s, CK_SESSION_HANDLE session, const char *from,
		     const char *to)
{
	CK_UTF8CHAR old_pin[32], new_pin[32];

	(void)snprintf((char *)old_pin, sizeof(old_pin), "%s", from);
	(void)snprintf((char *)new_pin, sizeof(new_pin), "%s", to);
	return note_rv(s, "C_SetPIN",
		       s->f->C_SetPIN(session, old_pin, strlen(from), new_pin, strlen(to)));
}

static void change(const struct scene *s, CK_SLOT_ID slot, CK_SESSION_HANDLE session,
		   const char *pin)
{
	assert_int_equal(set_pin(s, session, WRONG_PIN, NEW_PIN), CKR_PIN_INCORRECT);
	assert_int_equal(set_pin(s, session, pin, NEW_PIN), CKR_OK);
	assert_int_equal(log_in(s, session, CKU_USER, pin), CKR_PIN_INCORRECT);
	assert_int_equal(log_in(s, session, CKU_USER, NEW_PIN), CKR_OK);
	assert_int_equal(set_pin(s, session, NEW_PIN, pin), CKR_OK);
	assert_int_equal(note_rv(s, "C_Logout", s->f->C_Logout(session)), CKR_OK);
	assert_int_equal(log_in(s, session, CKU_USER, pin), CKR_OK);
	note_token(s, slot);
}

static void change_pin(const struct scene *s)
{
	for_each_token(s, change);
}

static void block(const struct scene *s, CK_SLOT_ID slot, CK_SESSION_HANDLE session,
		  const char *pin)
{
	char wrong[8];
	CK_RV rv;
	int i;

	for (i = 0, rv = CKR_PIN_INCORRECT; rv == CKR_PIN_INCORRECT && i < MAX_TRIES; i++) {
		(void)snprintf(wrong, sizeof(wrong), "%d", 100000 + i);
		rv = log_in(s, session, CKU_USER, wrong);
	}
	assert_int_equal(rv, CKR_PIN_LOCKED);
	assert_int_equal(log_in(s, session, CKU_USER, pin), CKR_PIN_LOCKED);
	note_token(s, slot);
}

/* Below PKCS#11, which has no PUK. */
static void unblock_all(const struct scene *s, struct card *card)
{
	struct secret *puk = NULL, *value = NULL;
	struct pin_status status;
	unsigned i;
	int tries, r;

	assert_int_equal(secret_new_from(CAST_PUK, strlen(CAST_PUK), &puk), 0);
	assert_int_equal(secret_new_from(NEW_PIN, strlen(NEW_PIN), &value), 0);
	for (i = 0; i < card->n_pins; i++) {
		r = card->profile->unblock(card, i, puk, value, &tries);
		stage_note(s->stage, "unblock PIN %u: %d", i, r);
		assert_int_equal(r, 0);
		assert_int_equal(card->profile->query(card, i, &status), 0);
		stage_note(s->stage, "%d tries left", status.tries_left);
		assert_false(status.blocked);
	}
	secret_free(puk);
	secret_free(value);
}

static void unblock(const struct scene *s)
{
	struct transport *transport = NULL;
	struct link *link = NULL;
	struct card *card = NULL;
	struct channel channel;
	struct config config;
	CK_SLOT_ID slots[MAX_SLOTS];
	size_t n, i;

	for_each_token(s, block);
	config_init(&config);
	assert_int_equal(transport_socket_new(s->socket, NULL, &transport), 0);
	assert_int_equal(transport_connect(transport, "Mohr virtual reader 00", &link), 0);
	assert_int_equal(link_begin(link), 0);
	assert_int_equal(channel_init(&channel, link, NULL), 0);
	channel.turn = 1;
	assert_int_equal(card_open(&channel, &config, &card), 0);
	unblock_all(s, card);
	card_close(card);
	channel_clear(&channel);
	assert_int_equal(link_end(link, true), 0);
	link_free(link);
	transport_free(transport);
	config_clear(&config);
	initialize(s);
	n = tokens(s, slots);
	for (i = 0; i < n; i++) {
		CK_SESSION_HANDLE session = open_session(s, slots[i]);

		assert_int_equal(log_in(s, session, CKU_USER, NEW_PIN), CKR_OK);
	}
	finalize(s);
}

/* ---- random bytes ----------------------------------------------------------------------------- */

static void generate(const struct scene *s, CK_SLOT_ID slot, CK_SESSION_HANDLE session,
		     const char *pin)
{
	static const CK_ULONG lens[] = {1, 40, 300};
	uint8_t bytes[300];
	char digest[65];
	size_t i;

	(void)slot;
	(void)pin;
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		memset(bytes, 0, sizeof(bytes));
		(void)note_rv(s, "C_GenerateRandom",
			      s->f->C_GenerateRandom(session, bytes, lens[i]));
		judge_digest(bytes, lens[i], digest);
		stage_note(s->stage, "%lu bytes %.16s", lens[i], digest);
	}
}

static void random_bytes(const struct scene *s)
{
	for_each_token(s, generate);
}

static const struct flow flows[] = {
	{"list", list},
	{"sign", sign},
	{"receive", receive},
	{"wrong-pin", wrong_pin},
	{"change-pin", change_pin},
	{"unblock", unblock},
	{"random", random_bytes},
};

const struct flow *flow_at(size_t n)
{
	return n < sizeof(flows) / sizeof(flows[0]) ? &flows[n] : NULL;
}
