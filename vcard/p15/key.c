/* SPDX-License-Identifier: BSD-2-Clause */
/* The places for keys, and their use: who may, and the forms of what goes in and out. */
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "codec/iso7816.h"
#include "vcard/p15/p15.h"

enum { PKCS1_OVERHEAD = 11 /* 00 01, eight FF, 00 */ };

uint8_t vcard_p15_key_find(const struct vcard_p15 *p, uint8_t reference)
{
	const struct vcard_p15_key *keys = p->memory.keys;

	for (uint8_t i = 0; i < VCARD_P15_N_KEYS; i++)
		if (keys[i].key.der.len && keys[i].key.reference == reference)
			return i;
	return VCARD_P15_NO_KEY;
}

uint8_t vcard_p15_key_place(const struct vcard_p15 *p, uint8_t reference)
{
	uint8_t i = vcard_p15_key_find(p, reference);

	if (i != VCARD_P15_NO_KEY)
		return i;
	for (i = 0; i < VCARD_P15_N_KEYS; i++)
		if (p->memory.keys[i].key.der.len == 0)
			return i;
	return VCARD_P15_NO_KEY;
}

void vcard_p15_key_erase(struct vcard_p15_key *key)
{
	buf_clear(&key->key.der);
	EVP_PKEY_free(key->key.ready);
	*key = (struct vcard_p15_key){.key.der = BUF_INIT(VCARD_FILE_MAX)};
}

const struct vcard_p15_slot *vcard_p15_slot(const struct vcard_p15_dialect *d, uint8_t reference)
{
	for (size_t i = 0; i < d->n_slots; i++)
		if (d->slots[i].reference == reference)
			return &d->slots[i];
	return NULL;
}

unsigned vcard_p15_make_key(struct vcard_p15 *p, uint8_t place, const struct vcard_p15_slot *slot,
			    enum vcard_key_kind kind)
{
	struct vcard_p15_key *key = &p->memory.keys[place];

	if (vcard_key_generate(&key->key, kind) != 0)
		return SW_EXECUTION_ERROR;
	key->key.reference = slot->reference;
	key->key.use = slot->use;
	key->consent = slot->consent;
	/* Templates that name the key may not fit the new one. */
	vcard_p15_environment_clear(p);
	p->memory.changes++;
	return vcard_commit(p->applet.card);
}

/* ---- who may */

static const struct vcard_p15_file *file_of(const struct vcard_p15 *p, uint8_t key)
{
	for (size_t i = 0; i < VCARD_P15_N_FILES; i++)
		if (p->memory.files[i].used && p->memory.files[i].key == key)
			return &p->memory.files[i];
	return NULL;
}

unsigned vcard_p15_reach(struct vcard_p15 *p, const struct vcard_p15_template *t,
			 struct vcard_p15_key **ret)
{
	const struct vcard_p15_file *f;
	struct vcard_p15_key *key;
	unsigned sw;

	if (!t->set || t->key == VCARD_P15_NO_KEY)
		return SW_CONDITIONS;
	key = &p->memory.keys[t->key];
	if (key->key.der.len == 0)
		return SW_CONDITIONS;
	f = file_of(p, t->key);
	sw = f ? vcard_p15_allows(p, f, VCARD_P15_USE) : vcard_p15_access(p, key->key.use);
	if (sw == SW_OK)
		*ret = key;
	return sw;
}

void vcard_p15_consume(struct vcard_p15 *p, const struct vcard_p15_key *key)
{
	if (key->consent)
		p->verified[key->consent - 1] = false;
}

/* ---- signatures */

/* RFC 8017 §9.2 steps 3 to 5 around what came. */
static int sign_padded(struct vcard_p15_key *key, const uint8_t *data, size_t len, struct buf *ret)
{
	uint8_t block[LIMIT_SIGNATURE];
	size_t k = vcard_kind_len(key->key.kind);

	if (len == 0 || len > k - PKCS1_OVERHEAD)
		return MOHR_ERR_DATA_LENGTH;
	memset(block, 0xFF, k);
	block[0] = 0x00;
	block[1] = 0x01;
	block[k - len - 1] = 0x00;
	memcpy(block + k - len, data, len);
	return vcard_key_raw(&key->key, block, k, ret);
}

static const EVP_MD *md_of_length(size_t len)
{
	const EVP_MD *const mds[] = {EVP_sha1(), EVP_sha224(), EVP_sha256(), EVP_sha384(),
				     EVP_sha512()};

	for (size_t i = 0; i < sizeof(mds) / sizeof(*mds); i++)
		if ((size_t)EVP_MD_get_size(mds[i]) == len)
			return mds[i];
	return NULL;
}

/* Salt as long as the hash, which MGF1 uses too. */
static int sign_pss(struct vcard_p15_key *key, const uint8_t *hash, size_t len, struct buf *ret)
{
	const EVP_MD *md = md_of_length(len);
	uint8_t sig[LIMIT_SIGNATURE];
	size_t sig_len = sizeof(sig);
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *pkey;
	int r;

	if (!md)
		return MOHR_ERR_DATA_LENGTH;
	if ((r = vcard_key_load(&key->key, &pkey)) != 0)
		return r;
	ctx = EVP_PKEY_CTX_new(pkey, NULL);
	if (!ctx || EVP_PKEY_sign_init(ctx) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_signature_md(ctx, md) != 1 ||
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) != 1 ||
	    EVP_PKEY_sign(ctx, sig, &sig_len, hash, len) != 1)
		r = MOHR_ERR_CRYPTO;
	else
		buf_put(ret, sig, sig_len);
	EVP_PKEY_CTX_free(ctx);
	return r != 0 ? r : buf_err(ret);
}

static int sign_ecdsa(struct vcard_p15_key *key, bool der, const uint8_t *hash, size_t len,
		      struct buf *ret)
{
	struct buf sig = BUF_INIT(LIMIT_SIGNATURE);
	size_t n = vcard_kind_len(key->key.kind);
	int r;

	if (len > n) /* its leftmost bits, FIPS 186-5 §6.4.1 */
		len = n;
	if ((r = vcard_key_ecdsa(&key->key, hash, len, &sig)) == 0) {
		if (der)
			buf_put(ret, sig.data, sig.len);
		else
			r = vcard_ecdsa_plain(sig.data, sig.len, n, ret);
	}
	buf_clear(&sig);
	return r;
}

int vcard_p15_sign(const struct vcard_p15_dialect *d, struct vcard_p15_key *key,
		   enum vcard_p15_scheme scheme, const uint8_t *data, size_t len, struct buf *ret)
{
	bool rsa = vcard_kind_is_rsa(key->key.kind), der = d->flags & VCARD_P15_ECDSA_DER;
	uint8_t hash[EVP_MAX_MD_SIZE];
	unsigned hash_len = 0;

	switch (scheme) {
	case VCARD_P15_PKCS1:
		return rsa ? sign_padded(key, data, len, ret) : MOHR_ERR_DATA_INVALID;
	case VCARD_P15_PSS:
		return rsa ? sign_pss(key, data, len, ret) : MOHR_ERR_DATA_INVALID;
	case VCARD_P15_RAW:
		return vcard_key_raw(&key->key, data, len, ret);
	case VCARD_P15_ECDSA:
		return sign_ecdsa(key, der, data, len, ret);
	case VCARD_P15_ECDSA_SHA1:
		if (EVP_Digest(data, len, hash, &hash_len, EVP_sha1(), NULL) != 1)
			return MOHR_ERR_CRYPTO;
		return sign_ecdsa(key, der, hash, hash_len, ret);
	default:
		return MOHR_ERR_DATA_INVALID;
	}
}

/* ---- decryption */

int vcard_p15_decipher(struct vcard_p15_key *key, enum vcard_p15_scheme scheme, const uint8_t *data,
		       size_t len, struct buf *ret)
{
	struct buf em = BUF_INIT(LIMIT_SIGNATURE);
	size_t start = 0;
	int r;

	if ((r = vcard_key_raw(&key->key, data, len, &em)) == 0 && scheme != VCARD_P15_RAW &&
	    (start = vcard_eme_message(em.data, em.len)) == 0)
		r = MOHR_ERR_DATA_INVALID;
	if (r == 0)
		buf_put(ret, em.data + start, em.len - start);
	buf_clear(&em);
	return r != 0 ? r : buf_err(ret);
}
