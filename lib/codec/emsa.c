/* SPDX-License-Identifier: BSD-2-Clause */
/* EMSA-PKCS1-v1_5 and EMSA-PSS (RFC 8017 §9) over a borrowed hash. */
#include "codec/emsa.h"

#include <string.h>

#include "base/limits.h"
#include "codec/mgf1.h"

enum {
	EM_MAX_LEN = LIMIT_RSA_BITS / 8,
	PKCS1_OVERHEAD = 11, /* 00 01, eight FF, 00 */
	PKCS1_MIN_FILL = 8,
	PSS_PREFIX_LEN = 8,   /* zero octets before the digest in M' */
	PSS_TRAILER = 0xBC,   /* RFC 8017 §9.1.1 step 12 */
	PSS_SEPARATOR = 0x01, /* between PS and salt */
};

/* RFC 8017 §9.2 note 1: DER up to the digest, with NULL parameters. */
static const uint8_t prefix_sha1[] = {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2B, 0x0E,
				      0x03, 0x02, 0x1A, 0x05, 0x00, 0x04, 0x14};
static const uint8_t prefix_sha224[] = {0x30, 0x2D, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
					0x65, 0x03, 0x04, 0x02, 0x04, 0x05, 0x00, 0x04, 0x1C};
static const uint8_t prefix_sha256[] = {0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
					0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
static const uint8_t prefix_sha384[] = {0x30, 0x41, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
					0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30};
static const uint8_t prefix_sha512[] = {0x30, 0x51, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
					0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40};

static const struct {
	const uint8_t *prefix;
	size_t prefix_len;
} rows[N_HASH_ALGS] = {
	[HASH_SHA1] = {prefix_sha1, sizeof(prefix_sha1)},
	[HASH_SHA224] = {prefix_sha224, sizeof(prefix_sha224)},
	[HASH_SHA256] = {prefix_sha256, sizeof(prefix_sha256)},
	[HASH_SHA384] = {prefix_sha384, sizeof(prefix_sha384)},
	[HASH_SHA512] = {prefix_sha512, sizeof(prefix_sha512)},
};

const uint8_t *emsa_digest_info_prefix(enum hash_alg alg, size_t *ret_len)
{
	if ((unsigned)alg >= N_HASH_ALGS || rows[alg].prefix == NULL)
		return NULL;
	*ret_len = rows[alg].prefix_len;
	return rows[alg].prefix;
}

int emsa_put_digest_info(struct buf *b, enum hash_alg alg, const void *digest, size_t digest_len)
{
	size_t prefix_len = 0;
	const uint8_t *prefix = emsa_digest_info_prefix(alg, &prefix_len);

	if (prefix == NULL)
		return MOHR_ERR_ARGUMENT;
	if (digest_len != hash_len(alg))
		return MOHR_ERR_DATA_LENGTH;
	buf_put(b, prefix, prefix_len);
	buf_put(b, digest, digest_len);
	return buf_err(b);
}

/*
 * Only the very form that emsa_put_digest_info makes: a card that is told the hash writes the prefix
 * itself, so a DigestInfo of another form (no NULL) must not be taken for this one.
 */
enum hash_alg emsa_parse_digest_info(const void *data, size_t len, struct cursor *ret_digest)
{
	struct cursor c, prefix;
	enum hash_alg alg;

	for (alg = HASH_SHA1; alg < N_HASH_ALGS; alg++) {
		cursor_init(&c, data, len);
		if (len != rows[alg].prefix_len + hash_len(alg) ||
		    cursor_get_child(&c, rows[alg].prefix_len, &prefix) != 0)
			continue;
		if (cursor_equals(&prefix, rows[alg].prefix, rows[alg].prefix_len)) {
			cursor_init(ret_digest, cursor_at(&c), cursor_left(&c));
			return alg;
		}
	}
	return HASH_NONE;
}

int emsa_pkcs1_encode(const void *t, size_t t_len, size_t em_len, struct buf *ret_em)
{
	size_t start = ret_em->len;

	if (em_len < PKCS1_OVERHEAD || t_len > em_len - PKCS1_OVERHEAD)
		return MOHR_ERR_DATA_LENGTH;
	buf_put_u8(ret_em, 0x00);
	buf_put_u8(ret_em, 0x01);
	buf_fill(ret_em, 0xFF, em_len - t_len - 3);
	buf_put_u8(ret_em, 0x00);
	buf_put(ret_em, t, t_len);
	if (buf_err(ret_em) != 0)
		buf_truncate(ret_em, start);
	return buf_err(ret_em);
}

int emsa_pkcs1_decode(const void *em, size_t em_len, struct cursor *ret_t)
{
	struct cursor c;
	uint8_t zero, one, byte;
	size_t n_fill = 0;

	cursor_init(&c, em, em_len);
	if (cursor_get_u8(&c, &zero) != 0 || cursor_get_u8(&c, &one) != 0 || zero != 0x00 ||
	    one != 0x01)
		return MOHR_ERR_SIGNATURE_INVALID;
	while (cursor_get_u8(&c, &byte) == 0 && byte == 0xFF)
		n_fill++;
	if (c.failed || byte != 0x00 || n_fill < PKCS1_MIN_FILL)
		return MOHR_ERR_SIGNATURE_INVALID;
	cursor_init(ret_t, cursor_at(&c), cursor_left(&c));
	return 0;
}

/* The sizes that both directions of PSS need. */
struct pss {
	emsa_digest_fn *digest_fn;
	void *user;
	enum hash_alg hash, mgf_hash;
	size_t h_len, salt_len;
	size_t em_len, db_len;
	uint8_t top_mask; /* the bits of EM's first octet that may be set */
};

/* MOHR_ERR_ARGUMENT for what no caller may ask, MOHR_ERR_DATA_LENGTH if the modulus is too small. */
static int pss_init(struct pss *p, emsa_digest_fn *digest_fn, void *user, enum hash_alg hash,
		    enum hash_alg mgf_hash, size_t salt_len, size_t mod_bits)
{
	size_t em_bits;

	if (hash_len(hash) == 0 || hash_len(mgf_hash) == 0 || mod_bits < 2 ||
	    mod_bits > LIMIT_RSA_BITS)
		return MOHR_ERR_ARGUMENT;
	em_bits = mod_bits - 1;
	*p = (struct pss){
		.digest_fn = digest_fn,
		.user = user,
		.hash = hash,
		.mgf_hash = mgf_hash,
		.h_len = hash_len(hash),
		.salt_len = salt_len,
		.em_len = (em_bits + 7) / 8,
	};
	p->top_mask = (uint8_t)(0xFF >> (8 * p->em_len - em_bits));
	if (p->em_len < p->h_len + 2 || salt_len > p->em_len - p->h_len - 2)
		return MOHR_ERR_DATA_LENGTH;
	p->db_len = p->em_len - p->h_len - 1;
	return 0;
}

/* H = Hash(00 × 8 || mHash || salt), RFC 8017 §9.1.1 steps 5 and 6 */
static int pss_hash(const struct pss *p, const uint8_t *digest, const uint8_t *salt,
		    uint8_t out[HASH_MAX_LEN])
{
	uint8_t m[PSS_PREFIX_LEN + HASH_MAX_LEN + EM_MAX_LEN] = {0};

	memcpy(m + PSS_PREFIX_LEN, digest, p->h_len);
	if (p->salt_len > 0)
		memcpy(m + PSS_PREFIX_LEN + p->h_len, salt, p->salt_len);
	return p->digest_fn(p->user, p->hash, m, PSS_PREFIX_LEN + p->h_len + p->salt_len, out);
}

/* db ^= MGF1(seed, db_len) */
static int pss_mask(const struct pss *p, const uint8_t *seed, uint8_t *db)
{
	return mgf1_mask(p->digest_fn, p->user, p->mgf_hash, seed, p->h_len, db, p->db_len);
}

int emsa_pss_encode(emsa_digest_fn *digest_fn, void *user, enum hash_alg hash,
		    enum hash_alg mgf_hash, const uint8_t *digest, const uint8_t *salt,
		    size_t salt_len, size_t mod_bits, struct buf *ret_em)
{
	uint8_t em[EM_MAX_LEN] = {0}, h[HASH_MAX_LEN];
	struct pss p;
	size_t ps_len;
	int r;

	r = pss_init(&p, digest_fn, user, hash, mgf_hash, salt_len, mod_bits);
	if (r != 0)
		return r;
	r = pss_hash(&p, digest, salt, h);
	if (r != 0)
		return r;
	ps_len = p.db_len - salt_len - 1;
	em[ps_len] = PSS_SEPARATOR;
	if (salt_len > 0)
		memcpy(em + ps_len + 1, salt, salt_len);
	r = pss_mask(&p, h, em);
	if (r != 0)
		return r;
	em[0] &= p.top_mask;
	memcpy(em + p.db_len, h, p.h_len);
	em[p.em_len - 1] = PSS_TRAILER;
	buf_put(ret_em, em, p.em_len);
	return buf_err(ret_em);
}

int emsa_pss_verify(emsa_digest_fn *digest_fn, void *user, enum hash_alg hash,
		    enum hash_alg mgf_hash, const uint8_t *digest, size_t salt_len, size_t mod_bits,
		    const uint8_t *em, size_t em_len)
{
	uint8_t db[EM_MAX_LEN], h[HASH_MAX_LEN];
	struct pss p;
	size_t ps_len, i;
	uint8_t wrong = 0;
	int r;

	r = pss_init(&p, digest_fn, user, hash, mgf_hash, salt_len, mod_bits);
	if (r != 0)
		return r == MOHR_ERR_DATA_LENGTH ? MOHR_ERR_SIGNATURE_INVALID : r;
	if (em_len != p.em_len || em[em_len - 1] != PSS_TRAILER || em[0] & ~p.top_mask)
		return MOHR_ERR_SIGNATURE_INVALID;
	memcpy(db, em, p.db_len);
	r = pss_mask(&p, em + p.db_len, db);
	if (r != 0)
		return r;
	db[0] &= p.top_mask;
	ps_len = p.db_len - salt_len - 1;
	for (i = 0; i < ps_len; i++)
		wrong |= db[i];
	if (wrong != 0 || db[ps_len] != PSS_SEPARATOR)
		return MOHR_ERR_SIGNATURE_INVALID;
	r = pss_hash(&p, digest, db + ps_len + 1, h);
	if (r != 0)
		return r;
	return equal_ct(h, em + p.db_len, p.h_len) ? 0 : MOHR_ERR_SIGNATURE_INVALID;
}
