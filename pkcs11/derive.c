/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CKM_ECDH1_DERIVE (PKCS#11 v3.1 §6.3.17): the card makes the shared secret, the key of it is made here.
 * Everything that can be checked is checked before the card is asked.
 */
#include "pkcs11/derive.h"

#include <string.h>

#include "codec/der.h"
#include "pkcs11/pkcs11_params.h"
#include "pkcs11/rv.h"
#include "pkcs11/session_object.h"

/* One derivation under way. */
struct derivation {
	struct object *key; /* owns a reference */
	enum hash_alg hash; /* of the key derivation function; HASH_NONE: CKD_NULL */
	struct cursor shared_data;
	struct cursor point; /* 04 || X || Y */
	size_t len;          /* of the key's value */
};

/* PKCS#11 v3.1 §6.3.16, the functions of ANSI X9.63. */
static const struct {
	CK_EC_KDF_TYPE kdf;
	enum hash_alg hash;
} kdfs[] = {
	{CKD_NULL, HASH_NONE},         {CKD_SHA1_KDF, HASH_SHA1},     {CKD_SHA224_KDF, HASH_SHA224},
	{CKD_SHA256_KDF, HASH_SHA256}, {CKD_SHA384_KDF, HASH_SHA384}, {CKD_SHA512_KDF, HASH_SHA512},
};

static bool find_kdf(CK_EC_KDF_TYPE kdf, enum hash_alg *ret)
{
	size_t i;

	for (i = 0; i < sizeof(kdfs) / sizeof(kdfs[0]); i++) {
		if (kdfs[i].kdf == kdf) {
			*ret = kdfs[i].hash;
			return true;
		}
	}
	return false;
}

static CK_RV take_params(const CK_MECHANISM *given, struct derivation *d)
{
	CK_ECDH1_DERIVE_PARAMS params;

	if (!mechanism_take_params(given, &params, sizeof(params)) ||
	    !find_kdf(params.kdf, &d->hash) || (!params.pSharedData && params.ulSharedDataLen) ||
	    !params.pPublicData)
		return CKR_MECHANISM_PARAM_INVALID;
	/* §6.3.16: nothing is derived with CKD_NULL, so nothing goes into it. */
	if (d->hash == HASH_NONE && params.ulSharedDataLen)
		return CKR_MECHANISM_PARAM_INVALID;
	cursor_init(&d->shared_data, params.pSharedData, params.ulSharedDataLen);
	cursor_init(&d->point, params.pPublicData, params.ulPublicDataLen);
	return CKR_OK;
}

/*
 * §6.3.16: the peer's point, as it is or as a DER OCTET STRING. Both begin with 04 and are told apart by
 * their length. Whether it is a point of the curve is seen in token/.
 */
static CK_RV take_point(struct derivation *d)
{
	size_t len = 1 + 2 * curve_len(d->key->shape.curve);
	struct cursor whole = d->point, inner;

	if (d->point.len != len) {
		if (der_get(&whole, DER_OCTET_STRING, &inner) != 0 || cursor_done(&whole) != 0 ||
		    cursor_left(&inner) != len)
			return CKR_MECHANISM_PARAM_INVALID;
		cursor_init(&d->point, cursor_at(&inner), cursor_left(&inner));
	}
	return CKR_OK;
}

static CK_RV take_key(struct session *s, const struct derive_setup *setup,
		      const struct mechanism *m, struct derivation *d)
{
	CK_RV rv = operation_key(s, m, setup->key, CKO_PRIVATE_KEY, &d->key);

	if (rv != CKR_OK)
		return rv;
	if (!token_can_derive(s->presence->token, d->key->key_index))
		return CKR_KEY_FUNCTION_NOT_PERMITTED;
	/* There is no Init after which a context-specific login could come (§5.6.8 C_Login). */
	return d->key->key->always_authenticate ? CKR_USER_NOT_LOGGED_IN : CKR_OK;
}

/* How long the value becomes: as the template says, else as the type or the curve wants it. */
static CK_RV take_len(CK_KEY_TYPE type, CK_ULONG wanted, struct derivation *d)
{
	size_t shared_len = curve_len(d->key->shape.curve);

	if (wanted)
		d->len = wanted;
	else if (type == CKK_AES)
		return CKR_TEMPLATE_INCOMPLETE;
	else if (type == CKK_CHACHA20)
		d->len = 32;
	else
		d->len = shared_len;
	if (d->hash == HASH_NONE && d->len > shared_len)
		return CKR_KEY_SIZE_RANGE;
	return CKR_OK;
}

/* One block of ANSI X9.63 §5.6.3: Hash(Z || counter || SharedInfo). */
static int kdf_block(struct crypto *crypto, const struct derivation *d, const struct secret *shared,
		     uint32_t counter, uint8_t *out)
{
	uint8_t number[4] = {(uint8_t)(counter >> 24), (uint8_t)(counter >> 16),
			     (uint8_t)(counter >> 8), (uint8_t)counter};
	struct digest *digest = NULL;
	int r = digest_new(crypto, d->hash, &digest);

	if (r == 0)
		r = digest_update(digest, secret_peek(shared), secret_len(shared));
	if (r == 0)
		r = digest_update(digest, number, sizeof(number));
	if (r == 0)
		r = digest_update(digest, cursor_at(&d->shared_data), cursor_left(&d->shared_data));
	if (r == 0)
		r = digest_final(digest, out);
	digest_free(digest);
	return r;
}

static int kdf(struct crypto *crypto, const struct derivation *d, const struct secret *shared,
	       uint8_t *out)
{
	uint8_t block[HASH_MAX_LEN];
	size_t done = 0, len;
	uint32_t counter;
	int r = 0;

	for (counter = 1; r == 0 && done < d->len; counter++) {
		r = kdf_block(crypto, d, shared, counter, block);
		len = d->len - done < hash_len(d->hash) ? d->len - done : hash_len(d->hash);
		if (r == 0)
			memcpy(out + done, block, len);
		done += len;
	}
	wipe(block, sizeof(block));
	return r;
}

/* The key's value. Without a function, a shorter key loses bytes in front (§6.3.17). */
static CK_RV make_value(struct session *s, const struct derivation *d, const struct secret *shared,
			struct secret **ret)
{
	size_t shared_len = secret_len(shared);
	struct secret *value = NULL;
	int r;

	if (d->hash == HASH_NONE)
		return rv_from(
			secret_new_from(secret_peek(shared) + shared_len - d->len, d->len, ret),
			RV_SESSION);
	r = secret_new(d->len, &value);
	if (r == 0)
		r = kdf(s->module->crypto, d, shared, secret_data(value));
	if (r == 0)
		*ret = value;
	else
		secret_free(value);
	return rv_from(r, RV_SESSION);
}

static CK_RV derive(struct session *s, const struct derive_setup *setup, const struct derivation *d,
		    CK_OBJECT_HANDLE *ret)
{
	struct secret *shared = NULL, *value = NULL;
	CK_RV rv;

	rv = rv_from(token_derive(s->presence->token, d->key->key_index, cursor_at(&d->point),
				  cursor_left(&d->point), d, &shared),
		     RV_SESSION);
	if (rv == CKR_OK)
		rv = make_value(s, d, shared, &value);
	if (rv == CKR_OK)
		rv = session_object_new_secret(s, setup->attributes, setup->n_attributes, value,
					       ret);
	secret_free(shared);
	secret_free(value);
	return rv;
}

CK_RV derive_key(struct session *s, const struct derive_setup *setup, CK_OBJECT_HANDLE *ret)
{
	struct derivation d = {.hash = HASH_NONE};
	const struct mechanism *m;
	CK_KEY_TYPE type = CKK_GENERIC_SECRET;
	CK_ULONG len = 0;
	CK_RV rv;

	if (!setup->mechanism || !ret || (setup->n_attributes && !setup->attributes))
		return CKR_ARGUMENTS_BAD;
	m = mechanism_find(setup->mechanism->mechanism);
	if (!m || !(m->does & CKF_DERIVE))
		return CKR_MECHANISM_INVALID;
	rv = take_params(setup->mechanism, &d);
	if (rv == CKR_OK)
		rv = take_key(s, setup, m, &d);
	if (rv == CKR_OK)
		rv = take_point(&d);
	if (rv == CKR_OK)
		rv = session_object_check_secret(s, setup->attributes, setup->n_attributes, &type,
						 &len);
	if (rv == CKR_OK)
		rv = take_len(type, len, &d);
	if (rv == CKR_OK)
		rv = derive(s, setup, &d, ret);
	object_unref(d.key);
	return rv;
}
