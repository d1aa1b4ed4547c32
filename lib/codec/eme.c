/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EME-OAEP and EME-PKCS1-v1_5 (RFC 8017 §7) over a borrowed hash. Decoding works with masks: all bits set
 * for true, none for false.
 */
#include "codec/eme.h"

#include <string.h>

#include "base/limits.h"
#include "codec/mgf1.h"

enum {
	EM_MAX_LEN = LIMIT_RSA_BITS / 8,
	OAEP_SEPARATOR = 0x01, /* RFC 8017 §7.1.1 step 2.c */
};

/* ---- masks */

/* The compiler must not learn what a mask can be, or it makes branches of it. */
static inline size_t opaque(size_t v)
{
	__asm__("" : "+r"(v));
	return v;
}

static inline size_t mask_if_zero(size_t v)
{
	v = opaque(v);
	return opaque((size_t)0 - ((~v & (v - 1)) >> (sizeof(v) * 8 - 1)));
}

static inline size_t mask_if_equal(size_t a, size_t b)
{
	return mask_if_zero(a ^ b);
}

static inline size_t choose(size_t mask, size_t if_set, size_t if_clear)
{
	return (mask & if_set) | (~mask & if_clear);
}

/* ---- OAEP */

int eme_oaep_max(const struct eme_oaep *p, size_t em_len, size_t *ret_len)
{
	size_t overhead = 2 * hash_len(p->hash) + 2;

	if (hash_len(p->hash) == 0 || hash_len(p->mgf_hash) == 0 || em_len > EM_MAX_LEN)
		return MOHR_ERR_ARGUMENT;
	if (em_len < overhead)
		return MOHR_ERR_DATA_LENGTH;
	*ret_len = em_len - overhead;
	return 0;
}

static int mask(const struct eme_oaep *p, const uint8_t *seed, size_t seed_len, uint8_t *data,
		size_t len)
{
	return mgf1_mask(p->digest_fn, p->user, p->mgf_hash, seed, seed_len, data, len);
}

static int label_digest(const struct eme_oaep *p, uint8_t out[HASH_MAX_LEN])
{
	static const uint8_t nothing[1];

	return p->digest_fn(p->user, p->hash, p->label_len ? p->label : nothing, p->label_len, out);
}

/* EM = 00 || seed || DB, and DB = lHash || zeros || 01 || M; both are masked in their places. */
int eme_oaep_encode(const struct eme_oaep *p, const uint8_t *seed, const void *message,
		    size_t message_len, size_t em_len, struct buf *ret_em)
{
	uint8_t em[EM_MAX_LEN] = {0};
	size_t h_len = hash_len(p->hash), max = 0, db_len;
	uint8_t *db = em + 1 + h_len;
	int r = eme_oaep_max(p, em_len, &max);

	if (r != 0)
		return r;
	if (message_len > max)
		return MOHR_ERR_DATA_LENGTH;
	db_len = em_len - 1 - h_len;
	memcpy(em + 1, seed, h_len);
	em[em_len - message_len - 1] = OAEP_SEPARATOR;
	if (message_len > 0)
		memcpy(em + em_len - message_len, message, message_len);
	if ((r = label_digest(p, db)) == 0 && (r = mask(p, em + 1, h_len, db, db_len)) == 0)
		r = mask(p, db, db_len, em + 1, h_len);
	if (r == 0) {
		buf_put(ret_em, em, em_len);
		r = buf_err(ret_em);
	}
	wipe(em, sizeof(em));
	return r;
}

/* Where DB's separator stands, as a length of PS; *ret_good loses all bits if there is none. */
static size_t find_separator(const uint8_t *ps, size_t len, size_t *ret_good)
{
	size_t looking = ~(size_t)0, at = 0, i;

	for (i = 0; i < len; i++) {
		size_t is_separator = looking & mask_if_equal(ps[i], OAEP_SEPARATOR);
		size_t is_zero = mask_if_zero(ps[i]);

		at = choose(is_separator, i, at);
		looking &= ~is_separator;
		/* before the separator, there is nothing but zeros */
		*ret_good &= ~looking | is_zero;
	}
	*ret_good &= ~looking;
	return at;
}

/*
 * Moves the bytes by "by" places to the front and zeros in behind: for every bit of by, all bytes are
 * moved or all stay, so that it never shows where the message began.
 */
static void shift(uint8_t *data, size_t len, size_t by)
{
	size_t step, i;

	for (step = 1; step <= len; step <<= 1) {
		size_t moves = ~mask_if_zero(by & step);

		for (i = 0; i < len; i++) {
			uint8_t ahead = i + step < len ? data[i + step] : 0;

			data[i] = (uint8_t)choose(moves, ahead, data[i]);
		}
	}
}

/* Takes M out of an unmasked EM; returns a mask: whether all of it is right. */
static size_t take_message(const uint8_t *em, size_t em_len, size_t h_len, const uint8_t *l_hash,
			   uint8_t *ret_message, size_t *ret_len)
{
	const uint8_t *db = em + 1 + h_len, *ps = db + h_len;
	size_t max = em_len - 2 * h_len - 2, good = mask_if_zero(em[0]), at, i, wrong = 0;

	for (i = 0; i < h_len; i++)
		wrong |= (size_t)(db[i] ^ l_hash[i]);
	good &= mask_if_zero(wrong);
	at = find_separator(ps, max + 1, &good);
	/* the separator stands at ps + at, and all but the first byte of ps can be M's */
	if (max > 0)
		memcpy(ret_message, ps + 1, max);
	shift(ret_message, max, at);
	for (i = 0; i < max; i++)
		ret_message[i] = (uint8_t)(ret_message[i] & good);
	*ret_len = (max - at) & good;
	return good;
}

int eme_oaep_decode(const struct eme_oaep *p, const uint8_t *em, size_t em_len,
		    uint8_t *ret_message, size_t *ret_len)
{
	uint8_t work[EM_MAX_LEN] = {0}, l_hash[HASH_MAX_LEN];
	size_t h_len = hash_len(p->hash), max = 0, db_len, len = 0, good = 0;
	int r = eme_oaep_max(p, em_len, &max);

	if (r != 0)
		return r == MOHR_ERR_DATA_LENGTH ? MOHR_ERR_ENCRYPTED_LENGTH : r;
	db_len = em_len - 1 - h_len;
	memcpy(work, em, em_len);
	if ((r = label_digest(p, l_hash)) == 0 &&
	    (r = mask(p, work + 1 + h_len, db_len, work + 1, h_len)) == 0 &&
	    (r = mask(p, work + 1, h_len, work + 1 + h_len, db_len)) == 0)
		good = take_message(work, em_len, h_len, l_hash, ret_message, &len);
	wipe(work, sizeof(work));
	if (r != 0)
		return r;
	/* not even the verdict branches here: what the caller does with it is the caller's */
	*ret_len = choose(good, len, *ret_len);
	return MOHR_ERR_ENCRYPTED_INVALID * (int)(~good & 1);
}

/* ---- PKCS #1 v1.5 */

int eme_pkcs1_encode(const uint8_t *padding, const void *message, size_t message_len, size_t em_len,
		     struct buf *ret_em)
{
	size_t start = ret_em->len;

	if (em_len < EME_PKCS1_OVERHEAD || message_len > em_len - EME_PKCS1_OVERHEAD)
		return MOHR_ERR_DATA_LENGTH;
	if (memchr(padding, 0, em_len - message_len - 3))
		return MOHR_ERR_ARGUMENT;
	buf_put_u8(ret_em, 0x00);
	buf_put_u8(ret_em, 0x02);
	buf_put(ret_em, padding, em_len - message_len - 3);
	buf_put_u8(ret_em, 0x00);
	buf_put(ret_em, message, message_len);
	if (buf_err(ret_em) != 0)
		buf_truncate(ret_em, start);
	return buf_err(ret_em);
}
