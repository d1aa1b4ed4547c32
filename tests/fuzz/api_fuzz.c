/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The provider under any sequence of calls with any arguments, over two virtual cards in this process
 * that come, go, are reset and answer nonsense in between. It must not crash or leak, must answer values
 * that the specification has, must write only where there is room, must send no PIN that was not typed
 * in that call, and must leave cards closed and free when it ends.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "pkcs11/pkcs11_params.h"
#include "pkcs11/rv.h"
#include "tests/unit/token/fixture.h"

enum { N_CARDS = 2, N_KNOWN = 8, MAX_CALLS = 96, MAX_ATTRIBUTES = 5, MAX_OUT = 600 };

/* Made once; each input gets them as they were made. */
static char folder[] = "/tmp/mohr-api-fuzz-XXXXXX";
static char image_paths[N_CARDS][64], config_path[64];
static struct loop *world;

/* The provider's way to readers. */
int __wrap_transport_pcsc_new(const struct log *log, struct transport **ret);
int __wrap_transport_pcsc_new(const struct log *log, struct transport **ret)
{
	(void)log;
	*ret = loop_transport_new(world);
	return 0;
}

struct run {
	const uint8_t *data;
	size_t left;
	CK_FUNCTION_LIST_3_2 *f;
	struct vcard *cards[N_CARDS];
	CK_SESSION_HANDLE sessions[N_KNOWN];
	CK_OBJECT_HANDLE objects[N_KNOWN];
	unsigned n_sessions, n_objects;
};

/* ---- what the input says; zeros when it is used up --------------------------------------------- */

static uint8_t take(struct run *r)
{
	if (r->left == 0)
		return 0;
	r->left--;
	return *r->data++;
}

/* Blocks are of their very size, so that a sanitizer sees a read past the end; the caller frees. */
static void *block(const void *from, size_t len)
{
	void *bytes = calloc(len ? len : 1, 1);

	must(bytes != NULL);
	return from && len ? memcpy(bytes, from, len) : bytes;
}

static CK_BYTE *take_bytes(struct run *r, size_t len)
{
	CK_BYTE *bytes = block(NULL, len);
	size_t i;

	for (i = 0; i < len; i++)
		bytes[i] = take(r);
	return bytes;
}

/* Data: NULL with a length, NULL without, or bytes; the caller frees. */
static CK_BYTE *take_data(struct run *r, CK_ULONG *ret_len)
{
	static const CK_ULONG usual[] = {0, 1, 20, 32, 48, 51, 64, 245, 256, 257};
	uint8_t choice = take(r);

	*ret_len = usual[choice % (sizeof(usual) / sizeof(usual[0]))];
	return choice & 0x80 ? NULL : take_bytes(r, *ret_len);
}

static CK_SESSION_HANDLE take_session(struct run *r)
{
	uint8_t choice = take(r);

	return choice & 0x80 ? choice : r->sessions[choice % N_KNOWN];
}

static CK_OBJECT_HANDLE take_object(struct run *r)
{
	uint8_t choice = take(r);

	return choice & 0x80 ? choice : r->objects[choice % N_KNOWN];
}

static CK_UTF8CHAR *take_pin(struct run *r, CK_ULONG *ret_len)
{
	static const char *const pins[] = {PIN_AUTH, PIN_SIGN,  "9999", "", "12345678901234567890",
					   "12a4",   "00000000"};
	uint8_t choice = take(r);
	const char *pin = pins[choice % (sizeof(pins) / sizeof(pins[0]))];

	*ret_len = strlen(pin);
	if (choice & 0x80)
		return NULL;
	return block(pin, *ret_len);
}

struct mechanism_given {
	CK_MECHANISM mechanism;
	CK_RSA_PKCS_PSS_PARAMS pss;
	CK_RSA_PKCS_OAEP_PARAMS oaep;
	CK_ECDH1_DERIVE_PARAMS ecdh;
	CK_BYTE bytes[68];
};

static CK_MECHANISM *take_mechanism(struct run *r, struct mechanism_given *ret)
{
	static const CK_MECHANISM_TYPE types[] = {
		CKM_RSA_PKCS,     CKM_SHA256_RSA_PKCS,
		CKM_RSA_PKCS_PSS, CKM_SHA256_RSA_PKCS_PSS,
		CKM_RSA_X_509,    CKM_RSA_PKCS_OAEP,
		CKM_ECDSA,        CKM_ECDSA_SHA256,
		CKM_ECDSA_SHA512, CKM_ECDH1_DERIVE,
		CKM_SHA256,       CKM_SHA_1,
		CKM_SHA512,       CKM_MD5,
		CKM_AES_CBC,
	};
	uint8_t choice = take(r), parameter = take(r);

	memset(ret, 0, sizeof(*ret));
	ret->mechanism.mechanism = types[choice % (sizeof(types) / sizeof(types[0]))];
	ret->pss = (CK_RSA_PKCS_PSS_PARAMS){parameter & 0x40 ? CKM_SHA_1 : CKM_SHA256,
					    CKG_MGF1_SHA256, parameter & 0x20 ? 33 : 32};
	ret->oaep = (CK_RSA_PKCS_OAEP_PARAMS){CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, NULL,
					      parameter & 0x40 ? 1 : 0};
	ret->bytes[0] = 0x04;
	ret->bytes[1] = take(r);
	ret->ecdh = (CK_ECDH1_DERIVE_PARAMS){parameter & 0x40 ? CKD_SHA256_KDF : CKD_NULL, 0, NULL,
					     parameter & 0x20 ? 65 : 64, ret->bytes};
	switch (parameter & 0x07) {
	case 1:
		ret->mechanism.pParameter = &ret->pss;
		ret->mechanism.ulParameterLen = sizeof(ret->pss);
		break;
	case 2:
		ret->mechanism.pParameter = &ret->oaep;
		ret->mechanism.ulParameterLen = sizeof(ret->oaep);
		break;
	case 3:
		ret->mechanism.pParameter = &ret->ecdh;
		ret->mechanism.ulParameterLen = sizeof(ret->ecdh);
		break;
	case 4:
		ret->mechanism.ulParameterLen = 8;
		break;
	case 5:
		ret->mechanism.pParameter = ret->bytes;
		ret->mechanism.ulParameterLen = 5;
		break;
	case 6:
		return NULL;
	default:
		break;
	}
	return &ret->mechanism;
}

/* A template: values in blocks of their very size. */
struct template_given {
	CK_ATTRIBUTE attributes[MAX_ATTRIBUTES];
	CK_ULONG n;
};

static void take_template(struct run *r, struct template_given *ret)
{
	static const CK_ATTRIBUTE_TYPE types[] = {
		CKA_CLASS,
		CKA_TOKEN,
		CKA_PRIVATE,
		CKA_LABEL,
		CKA_VALUE,
		CKA_ID,
		CKA_KEY_TYPE,
		CKA_MODULUS,
		CKA_SUBJECT,
		CKA_PUBLIC_EXPONENT,
		CKA_EC_POINT,
		CKA_EC_PARAMS,
		CKA_VERIFY,
		CKA_WRAP_TEMPLATE,
		CKA_ALLOWED_MECHANISMS,
		CKA_UNIQUE_ID,
		CKA_CERTIFICATE_TYPE,
		CKA_VALUE_LEN,
		CKA_SENSITIVE,
		CKA_EXTRACTABLE,
	};
	static const CK_ULONG lens[] = {0, 1, sizeof(CK_ULONG), 20, 65, 256};
	CK_ULONG i;

	ret->n = take(r) % (MAX_ATTRIBUTES + 1);
	for (i = 0; i < ret->n; i++) {
		CK_ATTRIBUTE *a = &ret->attributes[i];
		uint8_t choice = take(r), shape = take(r);
		CK_ULONG number = take(r);

		a->type =
			choice & 0x80 ? choice : types[choice % (sizeof(types) / sizeof(types[0]))];
		a->ulValueLen = lens[shape % (sizeof(lens) / sizeof(lens[0]))];
		a->pValue = NULL;
		if (shape & 0x80)
			continue;
		if (a->ulValueLen == sizeof(CK_ULONG))
			a->pValue = block(&number, sizeof(number));
		else
			a->pValue = take_bytes(r, a->ulValueLen);
	}
}

static void drop_template(struct template_given *t, void *const *values)
{
	CK_ULONG i;

	for (i = 0; i < t->n; i++)
		free(values[i]);
}

/* Room of the very size that the call is told of, or none at all. */
struct room {
	CK_BYTE *at;
	CK_ULONG given, len;
	CK_ULONG *len_pointer;
};

static void take_room(struct run *r, struct room *ret)
{
	uint8_t choice = take(r);

	ret->given = choice & 0x40 ? MAX_OUT : choice & 0x3F;
	ret->len = ret->given;
	ret->at = choice & 0x80 ? NULL : malloc(ret->given ? ret->given : 1);
	ret->len_pointer = choice == 0xFF ? NULL : &ret->len;
}

static void drop_room(struct room *room, CK_RV rv)
{
	if (rv == CKR_OK && room->at && room->len_pointer)
		must(room->len <= room->given);
	if (rv == CKR_BUFFER_TOO_SMALL)
		must(room->at && room->len > room->given);
	free(room->at);
}

/* ---- calls ------------------------------------------------------------------------------------- */

static unsigned verifies(void)
{
	struct loop_counts c;
	unsigned i, n = 0;

	for (i = 0; i < N_CARDS; i++) {
		loop_counts(world, i, &c);
		n += c.verifies + c.by_ins[0x24];
	}
	return n;
}

static CK_RV call_session(struct run *r)
{
	static const CK_FLAGS cancelled[] = {CKF_SIGN, CKF_DIGEST, CKF_FIND_OBJECTS, CKF_DECRYPT,
					     ~0UL};
	uint8_t what = take(r) % 6, flags = take(r);
	CK_SESSION_HANDLE made = CK_INVALID_HANDLE;
	CK_SESSION_INFO info;
	CK_RV rv;

	switch (what) {
	case 0:
	case 1:
		rv = r->f->C_OpenSession(take(r) % 5, flags & 7, NULL, NULL, &made);
		if (rv == CKR_OK)
			r->sessions[r->n_sessions++ % N_KNOWN] = made;
		return rv;
	case 2:
		return r->f->C_CloseSession(take_session(r));
	case 3:
		return flags & 1 ? r->f->C_CloseAllSessions(take(r) % 5) : CKR_OK;
	case 4:
		return r->f->C_SessionCancel(take_session(r), cancelled[flags % 5]);
	default:
		return r->f->C_GetSessionInfo(take_session(r), flags & 1 ? NULL : &info);
	}
}

static CK_RV call_login(struct run *r)
{
	uint8_t what = take(r) % 6;
	CK_SESSION_HANDLE session = take_session(r);
	CK_ULONG len = 0, new_len = 0;
	CK_UTF8CHAR *pin = take_pin(r, &len), *new_pin = NULL;
	unsigned before = verifies();
	CK_RV rv;

	switch (what) {
	case 0:
	case 1:
		rv = r->f->C_Login(session, CKU_USER, pin, len);
		break;
	case 2:
		rv = r->f->C_Login(session, CKU_CONTEXT_SPECIFIC, pin, len);
		break;
	case 3:
		rv = r->f->C_LoginUser(session, take(r), pin, len, NULL, 0);
		break;
	case 4:
		new_pin = take_pin(r, &new_len);
		rv = r->f->C_SetPIN(session, pin, len, new_pin, new_len);
		break;
	default:
		rv = r->f->C_Logout(session);
	}
	must(verifies() <= before + 1);
	must(pin || verifies() == before);
	free(pin);
	free(new_pin);
	return rv;
}

static CK_RV call_find(struct run *r)
{
	struct template_given t;
	void *values[MAX_ATTRIBUTES];
	CK_OBJECT_HANDLE found[4];
	CK_ULONG n = 0, i;
	CK_SESSION_HANDLE session = take_session(r);
	CK_RV rv;

	take_template(r, &t);
	for (i = 0; i < t.n; i++)
		values[i] = t.attributes[i].pValue;
	rv = r->f->C_FindObjectsInit(session, t.attributes, t.n);
	drop_template(&t, values);
	if (rv != CKR_OK)
		return rv;
	while ((rv = r->f->C_FindObjects(session, found, 4, &n)) == CKR_OK && n > 0) {
		must(n <= 4);
		for (i = 0; i < n; i++)
			r->objects[r->n_objects++ % N_KNOWN] = found[i];
	}
	return take(r) & 1 ? rv : r->f->C_FindObjectsFinal(session);
}

static CK_RV call_object(struct run *r)
{
	uint8_t what = take(r) % 6;
	CK_SESSION_HANDLE session = take_session(r);
	CK_OBJECT_HANDLE object = take_object(r), made = CK_INVALID_HANDLE;
	struct mechanism_given m;
	struct template_given t;
	void *values[MAX_ATTRIBUTES];
	CK_ULONG size, i;
	CK_RV rv;

	take_template(r, &t);
	for (i = 0; i < t.n; i++)
		values[i] = t.attributes[i].pValue;
	switch (what) {
	case 0:
		rv = r->f->C_CreateObject(session, t.attributes, t.n, &made);
		break;
	case 1:
		rv = r->f->C_CopyObject(session, object, t.attributes, t.n, &made);
		break;
	case 2:
		rv = r->f->C_SetAttributeValue(session, object, t.attributes, t.n);
		break;
	case 3:
		rv = take(r) & 1 ? r->f->C_DestroyObject(session, object)
				 : r->f->C_GetObjectSize(session, object, &size);
		break;
	case 4:
		rv = r->f->C_DeriveKey(session, take_mechanism(r, &m), object, t.attributes, t.n,
				       &made);
		break;
	default:
		rv = r->f->C_GetAttributeValue(session, object, t.attributes, t.n);
	}
	if (made != CK_INVALID_HANDLE) {
		must(rv == CKR_OK);
		r->objects[r->n_objects++ % N_KNOWN] = made;
	}
	drop_template(&t, values);
	return rv;
}

static CK_RV call_init(struct run *r)
{
	uint8_t what = take(r) % 9;
	CK_SESSION_HANDLE session = take_session(r);
	CK_OBJECT_HANDLE key = take_object(r);
	struct mechanism_given given;
	CK_MECHANISM *m = take_mechanism(r, &given);
	CK_BYTE *signature;
	CK_ULONG len;
	CK_RV rv;

	switch (what) {
	case 0:
	case 1:
		return r->f->C_SignInit(session, m, key);
	case 2:
		return r->f->C_VerifyInit(session, m, key);
	case 3:
		return r->f->C_SignRecoverInit(session, m, key);
	case 4:
		return r->f->C_VerifyRecoverInit(session, m, key);
	case 5:
		return r->f->C_DigestInit(session, m);
	case 6:
		return r->f->C_EncryptInit(session, m, key);
	case 7:
		return r->f->C_DecryptInit(session, m, key);
	default:
		signature = take_data(r, &len);
		rv = r->f->C_VerifySignatureInit(session, m, key, signature, len);
		free(signature);
		return rv;
	}
}

static CK_RV call_part(struct run *r)
{
	uint8_t what = take(r) % 8;
	CK_SESSION_HANDLE session = take_session(r);
	CK_ULONG len = 0;
	CK_BYTE *data = take_data(r, &len);
	struct room room;
	CK_RV rv;

	take_room(r, &room);
	switch (what) {
	case 0:
		rv = r->f->C_SignUpdate(session, data, len);
		break;
	case 1:
		rv = r->f->C_VerifyUpdate(session, data, len);
		break;
	case 2:
		rv = r->f->C_DigestUpdate(session, data, len);
		break;
	case 3:
		rv = r->f->C_DigestKey(session, take_object(r));
		break;
	case 4:
		rv = r->f->C_VerifySignatureUpdate(session, data, len);
		break;
	case 5:
		rv = r->f->C_EncryptUpdate(session, data, len, room.at, room.len_pointer);
		break;
	case 6:
		rv = r->f->C_DecryptUpdate(session, data, len, room.at, room.len_pointer);
		break;
	default:
		rv = r->f->C_GenerateRandom(session, room.at, room.given);
	}
	if (what == 5 || what == 6)
		drop_room(&room, rv);
	else
		free(room.at);
	free(data);
	return rv;
}

static CK_RV call_end(struct run *r)
{
	uint8_t what = take(r) % 13;
	CK_SESSION_HANDLE session = take_session(r);
	CK_ULONG len = 0;
	CK_BYTE *data = take_data(r, &len);
	struct room room;
	CK_RV rv;

	take_room(r, &room);
	switch (what) {
	case 0:
	case 1:
		rv = r->f->C_Sign(session, data, len, room.at, room.len_pointer);
		break;
	case 2:
		rv = r->f->C_SignFinal(session, room.at, room.len_pointer);
		break;
	case 3:
		rv = r->f->C_SignRecover(session, data, len, room.at, room.len_pointer);
		break;
	case 4:
		rv = r->f->C_Verify(session, data, len, room.at, room.given);
		break;
	case 5:
		rv = r->f->C_VerifyFinal(session, data, len);
		break;
	case 6:
		rv = r->f->C_VerifyRecover(session, data, len, room.at, room.len_pointer);
		break;
	case 7:
		rv = r->f->C_Digest(session, data, len, room.at, room.len_pointer);
		break;
	case 8:
		rv = r->f->C_DigestFinal(session, room.at, room.len_pointer);
		break;
	case 9:
		rv = r->f->C_Encrypt(session, data, len, room.at, room.len_pointer);
		break;
	case 10:
		rv = r->f->C_Decrypt(session, data, len, room.at, room.len_pointer);
		break;
	case 11:
		rv = r->f->C_VerifySignature(session, data, len);
		break;
	default:
		rv = r->f->C_DecryptFinal(session, room.at, room.len_pointer);
	}
	if (what == 4 || what == 5 || what == 11)
		free(room.at);
	else
		drop_room(&room, rv);
	free(data);
	return rv;
}

static CK_RV call_slot(struct run *r)
{
	uint8_t what = take(r) % 6;
	CK_SLOT_ID slot = take(r) % 6, slots[3];
	CK_ULONG n = 3;
	CK_MECHANISM_TYPE types[8];
	CK_MECHANISM_INFO mechanism;
	CK_SLOT_INFO slot_info;
	CK_TOKEN_INFO token_info;
	CK_RV rv;

	switch (what) {
	case 0:
		rv = r->f->C_GetSlotList(slot & 1, slot & 4 ? NULL : slots, &n);
		must(rv != CKR_BUFFER_TOO_SMALL || n > 3);
		return rv;
	case 1:
		return r->f->C_GetSlotInfo(slot, &slot_info);
	case 2:
		return r->f->C_GetTokenInfo(slot, &token_info);
	case 3:
		n = 8;
		rv = r->f->C_GetMechanismList(slot, slot & 4 ? NULL : types, &n);
		must(rv != CKR_BUFFER_TOO_SMALL || n > 8);
		return rv;
	case 4:
		return r->f->C_GetMechanismInfo(slot, CKM_RSA_PKCS, &mechanism);
	default:
		return r->f->C_WaitForSlotEvent(CKF_DONT_BLOCK, slots, NULL);
	}
}

/* What befalls the cards. */
static CK_RV disturb(struct run *r)
{
	uint8_t what = take(r) % 9, reader = take(r) % N_CARDS;
	struct loop_fault fault = {.kind = take(r) % (LOOP_FAULT_REMOVE + 1)};

	fault.at = take(r) % 6;
	fault.value = take(r);

	switch (what) {
	case 0:
		loop_remove(world, reader);
		break;
	case 1:
	case 2:
		loop_insert(world, reader, r->cards[reader]);
		break;
	case 3:
		loop_reset(world, reader);
		break;
	case 4:
		loop_set_plugged(world, reader, fault.at & 1);
		break;
	case 5:
		loop_stop_service(world);
		break;
	case 6:
		loop_start_service(world);
		break;
	case 7:
		clock_advance(fault.at * 1000);
		break;
	default:
		if (fault.kind == LOOP_FAULT_SW)
			fault.value |= 0x6900;
		if (fault.kind == LOOP_FAULT_ERROR)
			fault.value = MOHR_ERR_COMMUNICATION;
		loop_set_fault(world, reader, &fault);
	}
	return CKR_OK;
}

static CK_RV restart(struct run *r)
{
	(void)r->f->C_Finalize(NULL);
	memset(r->sessions, 0, sizeof(r->sessions));
	memset(r->objects, 0, sizeof(r->objects));
	r->n_sessions = 0;
	r->n_objects = 0;
	return r->f->C_Initialize(NULL);
}

typedef CK_RV call_fn(struct run *r);

/* Often what gets far: sessions, logins and operations. */
static call_fn *const calls[] = {
	call_session, call_login, call_find, call_find, call_object, call_init,
	call_init,    call_part,  call_end,  call_end,  call_slot,   disturb,
};

static void make_files(void)
{
	static const enum vcard_key_kind kinds[N_CARDS][2] = {{VCARD_P256, VCARD_RSA2048},
							      {VCARD_RSA2048, VCARD_P256}};
	FILE *config;
	unsigned i;

	must(mkdtemp(folder) != NULL);
	snprintf(config_path, sizeof(config_path), "%s/mohr.conf", folder);
	config = fopen(config_path, "w");
	must(config != NULL && fclose(config) == 0);
	must(setenv("MOHR_CONF", config_path, 1) == 0);
	for (i = 0; i < N_CARDS; i++) {
		struct vcard *v = fixture_card(kinds[i][0], kinds[i][1], i == 1);

		snprintf(image_paths[i], sizeof(image_paths[i]), "%s/%u", folder, i);
		must(vcard_save(v, image_paths[i]) == 0);
		vcard_free(v);
	}
}

static void remove_files(void)
{
	unsigned i;

	for (i = 0; i < N_CARDS; i++)
		unlink(image_paths[i]);
	unlink(config_path);
	rmdir(folder);
}

static void start(struct run *r)
{
	unsigned i;

	if (config_path[0] == '\0') {
		make_files();
		must(atexit(remove_files) == 0);
	}
	world = loop_new(N_CARDS);
	for (i = 0; i < N_CARDS; i++) {
		must(vcard_peek(image_paths[i], &r->cards[i]) == 0);
		loop_insert(world, i, r->cards[i]);
	}
}

static void end(struct run *r)
{
	struct loop_counts c;
	unsigned i;

	(void)r->f->C_Finalize(NULL);
	must(loop_links_open(world) == 0);
	for (i = 0; i < N_CARDS; i++) {
		loop_counts(world, i, &c);
		must(!c.held && c.outside == 0);
	}
	loop_free(world);
	for (i = 0; i < N_CARDS; i++)
		vcard_free(r->cards[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct run r = {.data = data, .left = len};
	CK_INTERFACE *interface = NULL;
	unsigned n;

	start(&r);
	must(C_GetInterface(NULL, NULL, &interface, 0) == CKR_OK);
	r.f = interface->pFunctionList;
	must(r.f->C_Initialize(NULL) == CKR_OK);
	for (n = 0; n < MAX_CALLS && r.left > 0; n++) {
		uint8_t choice = take(&r);
		call_fn *call = choice == 0xFF ? restart
					       : calls[choice % (sizeof(calls) / sizeof(calls[0]))];

		must(rv_name(call(&r)) != NULL);
	}
	end(&r);
	return 0;
}
