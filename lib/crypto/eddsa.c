/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Verification of Ed25519 signatures (RFC 8032 §5.1.7), on top of the sibling's SHA-512: libcrypto's own goes
 * through EVP (crypto_openssl.c says why that will not do), and CNG has none. All of it is public, so
 * nothing is kept from timing, and plain arithmetic is fast enough for one signature.
 */
#include <string.h>

#include "crypto/backend.h"

enum { LEN = 32, N_LIMBS = 8, HASH_BITS = 512, FOLD = 38 };

/* A number below 2^256 modulo p = 2^255 - 19, least significant limb first; 2^256 is FOLD modulo p. */
struct field {
	uint32_t limb[N_LIMBS];
};

/* Extended homogeneous coordinates, RFC 8032 §5.1.4: x = X/Z, y = Y/Z, xy = T/Z. */
struct point {
	struct field x, y, z, t;
};

static const struct field zero = {{0}}, one = {{1}};

static const uint32_t prime[N_LIMBS] = {0xFFFFFFED, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF,
					0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0x7FFFFFFF};

/* L = 2^252 + 27742317777372353535851937790883648493, the order of the base point (§5.1, table 1) */
static const uint32_t order[N_LIMBS] = {0x5CF5D3ED, 0x5812631A, 0xA2F79CD6, 0x14DEF9DE,
					0x00000000, 0x00000000, 0x00000000, 0x10000000};

/* ---- numbers -------------------------------------------------------------------------------- */

static void load(const uint8_t *bytes, uint32_t ret[N_LIMBS])
{
	for (size_t i = 0; i < N_LIMBS; i++, bytes += 4)
		ret[i] = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
			 (uint32_t)bytes[3] << 24;
}

static bool is_below(const uint32_t a[N_LIMBS], const uint32_t b[N_LIMBS])
{
	for (size_t i = N_LIMBS; i-- > 0;) {
		if (a[i] != b[i])
			return a[i] < b[i];
	}
	return false;
}

/* a -= b; 1 if that borrows. */
static uint32_t take(uint32_t a[N_LIMBS], const uint32_t b[N_LIMBS])
{
	uint64_t borrow = 0;

	for (size_t i = 0; i < N_LIMBS; i++) {
		uint64_t d = (uint64_t)a[i] - b[i] - borrow;

		a[i] = (uint32_t)d;
		borrow = d >> 63;
	}
	return (uint32_t)borrow;
}

static bool bit_of(const uint32_t *n, size_t i)
{
	return n[i / 32] >> i % 32 & 1;
}

/* A number of HASH_BITS bits modulo L, bit by bit. */
static void reduce(const uint8_t hash[HASH_BITS / 8], uint32_t ret[N_LIMBS])
{
	uint32_t n[N_LIMBS] = {0};

	for (size_t i = HASH_BITS; i-- > 0;) {
		uint32_t carry = hash[i / 8] >> i % 8 & 1;

		/* 2n + 1 < 2L < 2^256 */
		for (size_t k = 0; k < N_LIMBS; k++) {
			uint32_t top = n[k] >> 31;

			n[k] = n[k] << 1 | carry;
			carry = top;
		}
		if (!is_below(n, order))
			(void)take(n, order);
	}
	memcpy(ret, n, sizeof(n));
}

/* ---- the field ------------------------------------------------------------------------------ */

/* a + high * 2^256 */
static struct field fold(struct field a, uint64_t high)
{
	while (high > 0) {
		uint64_t sum = high * FOLD;

		for (size_t i = 0; i < N_LIMBS; i++) {
			sum += a.limb[i];
			a.limb[i] = (uint32_t)sum;
			sum >>= 32;
		}
		high = sum;
	}
	return a;
}

static struct field add(const struct field *a, const struct field *b)
{
	struct field r;
	uint64_t sum = 0;

	for (size_t i = 0; i < N_LIMBS; i++) {
		sum += (uint64_t)a->limb[i] + b->limb[i];
		r.limb[i] = (uint32_t)sum;
		sum >>= 32;
	}
	return fold(r, sum);
}

static struct field subtract(const struct field *a, const struct field *b)
{
	static const uint32_t fold_limbs[N_LIMBS] = {FOLD};
	struct field r = *a;
	uint32_t borrow = take(r.limb, b->limb);

	/* what was borrowed is 2^256 */
	while (borrow)
		borrow = take(r.limb, fold_limbs);
	return r;
}

static struct field multiply(const struct field *a, const struct field *b)
{
	uint32_t wide[2 * N_LIMBS] = {0};
	struct field r;
	uint64_t sum = 0;

	for (size_t i = 0; i < N_LIMBS; i++) {
		uint64_t carry = 0;

		for (size_t k = 0; k < N_LIMBS; k++) {
			carry += (uint64_t)a->limb[i] * b->limb[k] + wide[i + k];
			wide[i + k] = (uint32_t)carry;
			carry >>= 32;
		}
		wide[i + N_LIMBS] = (uint32_t)carry;
	}
	for (size_t i = 0; i < N_LIMBS; i++) {
		sum += (uint64_t)wide[i + N_LIMBS] * FOLD + wide[i];
		r.limb[i] = (uint32_t)sum;
		sum >>= 32;
	}
	return fold(r, sum);
}

/* The one representative below p. */
static struct field settle(struct field a)
{
	while (!is_below(a.limb, prime))
		(void)take(a.limb, prime);
	return a;
}

static bool equals(const struct field *a, const struct field *b)
{
	struct field d = settle(subtract(a, b));

	return memcmp(&d, &zero, sizeof(d)) == 0;
}

static bool is_odd(const struct field *a)
{
	struct field s = settle(*a);

	return s.limb[0] & 1;
}

/* a^n */
static struct field power(const struct field *a, const uint32_t n[N_LIMBS])
{
	struct field r = one;

	for (size_t i = 8 * LEN; i-- > 0;) {
		r = multiply(&r, &r);
		if (bit_of(n, i))
			r = multiply(&r, a);
	}
	return r;
}

/* a^-1 = a^(p-2) */
static struct field invert(const struct field *a)
{
	uint32_t n[N_LIMBS];

	memcpy(n, prime, sizeof(n));
	n[0] -= 2;
	return power(a, n);
}

/* p shifted to the right, which is (p - 5) / 8 by 3 and (p - 1) / 4 by 2: p ends in 01101. */
static void shifted_prime(unsigned by, uint32_t ret[N_LIMBS])
{
	for (size_t i = 0; i < N_LIMBS; i++) {
		uint32_t next = i + 1 < N_LIMBS ? prime[i + 1] : 0;

		ret[i] = prime[i] >> by | next << (32 - by);
	}
}

/* ---- the curve ------------------------------------------------------------------------------ */

/* d = -121665 / 121666 (§5.1, table 1) */
static struct field curve_d(void)
{
	static const struct field numerator = {{121665}}, denominator = {{121666}};
	struct field inverse = invert(&denominator);

	inverse = multiply(&numerator, &inverse);
	return subtract(&zero, &inverse);
}

/* §5.1.4, of any two points of the curve */
static struct point add_points(const struct point *p, const struct point *q, const struct field *d)
{
	struct field s = subtract(&p->y, &p->x), t = subtract(&q->y, &q->x), a, b, c, e, f, g, h;
	struct point r;

	a = multiply(&s, &t);
	s = add(&p->y, &p->x);
	t = add(&q->y, &q->x);
	b = multiply(&s, &t);
	c = multiply(&p->t, &q->t);
	c = multiply(&c, d);
	c = add(&c, &c);
	s = multiply(&p->z, &q->z);
	s = add(&s, &s);
	e = subtract(&b, &a);
	f = subtract(&s, &c);
	g = add(&s, &c);
	h = add(&b, &a);
	r.x = multiply(&e, &f);
	r.y = multiply(&g, &h);
	r.t = multiply(&e, &h);
	r.z = multiply(&f, &g);
	return r;
}

/* A square root of u/v (§5.1.3 steps 2 and 3); false if there is none. */
static bool root_of(const struct field *u, const struct field *v, struct field *ret)
{
	static const struct field two = {{2}};
	struct field v3, x, check, minus;
	uint32_t n[N_LIMBS];

	v3 = multiply(v, v);
	v3 = multiply(&v3, v);
	x = multiply(&v3, &v3);
	x = multiply(&x, v);
	x = multiply(&x, u);
	shifted_prime(3, n);
	x = power(&x, n);
	x = multiply(&x, &v3);
	x = multiply(&x, u);
	check = multiply(&x, &x);
	check = multiply(&check, v);
	if (!equals(&check, u)) {
		minus = subtract(&zero, u);
		if (!equals(&check, &minus))
			return false;
		shifted_prime(2, n);
		check = power(&two, n);
		x = multiply(&x, &check);
	}
	*ret = x;
	return true;
}

/* §5.1.3; false if the bytes are no point. */
static bool decode(const uint8_t bytes[LEN], const struct field *d, struct point *ret)
{
	bool odd = bytes[LEN - 1] & 0x80;
	struct field u, v;
	struct point p = {.z = one};

	load(bytes, p.y.limb);
	p.y.limb[N_LIMBS - 1] &= 0x7FFFFFFF;
	if (!is_below(p.y.limb, prime))
		return false;
	v = multiply(&p.y, &p.y);
	u = subtract(&v, &one);
	v = multiply(&v, d);
	v = add(&v, &one);
	if (!root_of(&u, &v, &p.x) || (odd && equals(&p.x, &zero)))
		return false;
	if (is_odd(&p.x) != odd)
		p.x = subtract(&zero, &p.x);
	p.t = multiply(&p.x, &p.y);
	*ret = p;
	return true;
}

/* §5.1.2 */
static void encode(const struct point *p, uint8_t ret[LEN])
{
	struct field inverse = invert(&p->z), x = multiply(&p->x, &inverse),
		     y = multiply(&p->y, &inverse);

	y = settle(y);
	for (size_t i = 0; i < LEN; i++)
		ret[i] = (uint8_t)(y.limb[i / 4] >> i % 4 * 8);
	if (is_odd(&x))
		ret[LEN - 1] |= 0x80;
}

/* [m]P + [n]Q */
static struct point combine(const uint32_t m[N_LIMBS], const struct point *p,
			    const uint32_t n[N_LIMBS], const struct point *q, const struct field *d)
{
	struct point r = {.y = one, .z = one};

	for (size_t i = 8 * LEN; i-- > 0;) {
		r = add_points(&r, &r, d);
		if (bit_of(m, i))
			r = add_points(&r, p, d);
		if (bit_of(n, i))
			r = add_points(&r, q, d);
	}
	return r;
}

int eddsa_key_check(const struct cursor *key)
{
	struct field d = curve_d();
	struct point p;

	return cursor_left(key) == LEN && decode(cursor_at(key), &d, &p) ? 0
									 : MOHR_ERR_POINT_INVALID;
}

/* ---- signatures ----------------------------------------------------------------------------- */

/* k = SHA-512(R || A || M) (§5.1.7 step 2) */
static int hash_all(struct crypto *c, const uint8_t *sig, const uint8_t *key, const void *data,
		    size_t len, uint32_t ret[N_LIMBS])
{
	uint8_t hash[HASH_BITS / 8];
	struct digest *d;
	int r;

	r = digest_new(c, HASH_SHA512, &d);
	if (r != 0)
		return r;
	if ((r = digest_update(d, sig, LEN)) == 0 && (r = digest_update(d, key, LEN)) == 0 &&
	    (r = digest_update(d, data, len)) == 0 && (r = digest_final(d, hash)) == 0)
		reduce(hash, ret);
	digest_free(d);
	return r;
}

int crypto_eddsa_verify(struct crypto *c, enum curve curve, const struct cursor *key,
			const void *data, size_t len, const void *sig, size_t sig_len)
{
	/* y = 4/5 and an even x (§5.1, table 1) */
	static const uint8_t base_bytes[LEN] = {0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
						0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
						0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
						0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66};
	const uint8_t *rs = sig;
	struct field d = curve_d();
	uint32_t s[N_LIMBS], k[N_LIMBS];
	struct point base, a, sum;
	uint8_t encoded[LEN];
	int r;

	if (curve != CURVE_ED25519)
		return MOHR_ERR_ARGUMENT;
	if (sig_len != 2 * LEN)
		return MOHR_ERR_SIGNATURE_LENGTH;
	if (cursor_left(key) != LEN || !decode(cursor_at(key), &d, &a) ||
	    !decode(base_bytes, &d, &base))
		return MOHR_ERR_CRYPTO;
	load(rs + LEN, s);
	if (!is_below(s, order))
		return MOHR_ERR_SIGNATURE_INVALID;
	r = hash_all(c, rs, cursor_at(key), data, len, k);
	if (r != 0)
		return r;
	/* [S]B - [k]A is R */
	a.x = subtract(&zero, &a.x);
	a.t = subtract(&zero, &a.t);
	sum = combine(s, &base, k, &a, &d);
	encode(&sum, encoded);
	return memcmp(encoded, rs, LEN) == 0 ? 0 : MOHR_ERR_SIGNATURE_INVALID;
}
