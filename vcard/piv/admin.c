/* SPDX-License-Identifier: BSD-2-Clause */
/* The management key 9B: single and mutual authentication (SP 800-73-4 part 2 §3.2.4, appendix A.1). */
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "vcard/piv/piv.h"

enum { TAG_TEMPLATE = 0x7C, TAG_WITNESS = 0x80, TAG_CHALLENGE = 0x81, TAG_RESPONSE = 0x82 };
enum { ALGORITHM_3DES_ALIAS = 0x00 };

static const struct cipher {
	uint8_t algorithm;
	uint8_t key_len, block_len;
	const EVP_CIPHER *(*evp)(void);
} ciphers[] = {
	{VCARD_ADMIN_3DES, 24, 8, EVP_des_ede3_ecb},
	{VCARD_ADMIN_AES128, 16, 16, EVP_aes_128_ecb},
	{VCARD_ADMIN_AES192, 24, 16, EVP_aes_192_ecb},
	{VCARD_ADMIN_AES256, 32, 16, EVP_aes_256_ecb},
};

static const struct cipher *find_cipher(uint8_t algorithm)
{
	for (size_t i = 0; i < sizeof(ciphers) / sizeof(*ciphers); i++)
		if (ciphers[i].algorithm == algorithm)
			return &ciphers[i];
	return NULL;
}

size_t vcard_piv_admin_key_len(uint8_t algorithm)
{
	const struct cipher *cipher = find_cipher(algorithm);

	return cipher ? cipher->key_len : 0;
}

void vcard_piv_admin_default(struct vcard_piv_memory *m)
{
	memset(m->admin_key, 0, sizeof(m->admin_key));
	for (uint8_t i = 0; i < 24; i++)
		m->admin_key[i] = i % 8 + 1;
	m->admin_algorithm = VCARD_ADMIN_3DES;
	m->admin_touch = VCARD_PIV_TOUCH_NEVER;
	m->admin_initial = true;
}

static int encrypt(const struct vcard_piv_memory *m, const uint8_t *in, uint8_t *out)
{
	const struct cipher *cipher = find_cipher(m->admin_algorithm);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int len = 0, r = MOHR_ERR_CRYPTO;

	if (cipher && ctx &&
	    EVP_EncryptInit_ex(ctx, cipher->evp(), NULL, m->admin_key, NULL) == 1 &&
	    EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
	    EVP_EncryptUpdate(ctx, out, &len, in, cipher->block_len) == 1 &&
	    len == cipher->block_len)
		r = 0;
	EVP_CIPHER_CTX_free(ctx);
	return r;
}

static void put_answer(uint32_t tag, const uint8_t *data, size_t len, struct buf *ret)
{
	size_t mark = tlv_open(ret, TAG_TEMPLATE);

	tlv_put(ret, tag, data, len);
	tlv_close(ret, mark);
}

/* 81 00 asks for a challenge, 80 00 for a witness. */
static unsigned begin(struct vcard_piv *p, size_t block_len, enum vcard_piv_challenge kind,
		      struct buf *ret)
{
	uint8_t shown[VCARD_PIV_BLOCK_MAX];

	if (RAND_bytes(p->challenge, (int)block_len) != 1)
		return SW_EXECUTION_ERROR;
	if (kind == VCARD_PIV_SINGLE) {
		put_answer(TAG_CHALLENGE, p->challenge, block_len, ret);
	} else {
		if (encrypt(&p->memory, p->challenge, shown) != 0)
			return SW_EXECUTION_ERROR;
		put_answer(TAG_WITNESS, shown, block_len, ret);
	}
	p->challenge_for = kind;
	return SW_OK;
}

static unsigned finish_single(struct vcard_piv *p, size_t block_len, const struct cursor *response)
{
	uint8_t expected[VCARD_PIV_BLOCK_MAX];

	if (cursor_left(response) != block_len)
		return SW_WRONG_DATA;
	if (encrypt(&p->memory, p->challenge, expected) != 0)
		return SW_EXECUTION_ERROR;
	p->admin = equal_ct(expected, cursor_at(response), block_len);
	wipe(expected, sizeof(expected));
	return p->admin ? SW_OK : SW_SECURITY_STATUS;
}

static unsigned finish_mutual(struct vcard_piv *p, size_t block_len, const struct cursor *witness,
			      const struct cursor *challenge, struct buf *ret)
{
	uint8_t response[VCARD_PIV_BLOCK_MAX];

	if (cursor_left(witness) != block_len || cursor_left(challenge) != block_len)
		return SW_WRONG_DATA;
	p->admin = equal_ct(p->challenge, cursor_at(witness), block_len);
	if (!p->admin)
		return SW_SECURITY_STATUS;
	if (encrypt(&p->memory, cursor_at(challenge), response) != 0)
		return SW_EXECUTION_ERROR;
	put_answer(TAG_RESPONSE, response, block_len, ret);
	return SW_OK;
}

struct request {
	struct cursor witness, challenge, response;
	bool has_witness, has_challenge, has_response;
};

static int take(const struct cursor *c, uint32_t tag, struct cursor *value, bool *has)
{
	int r = tlv_find(c, tag, value);

	*has = r == 0;
	return r == MOHR_ERR_NOT_FOUND ? 0 : r;
}

static unsigned answer(struct vcard_piv *p, size_t block_len, const struct request *q,
		       enum vcard_piv_challenge was, struct buf *ret)
{
	if (q->has_witness && cursor_left(&q->witness) == 0)
		return begin(p, block_len, VCARD_PIV_MUTUAL, ret);
	if (q->has_challenge && cursor_left(&q->challenge) == 0 && !q->has_witness)
		return begin(p, block_len, VCARD_PIV_SINGLE, ret);
	p->admin = false;
	if (q->has_witness && q->has_challenge)
		return was == VCARD_PIV_MUTUAL
			       ? finish_mutual(p, block_len, &q->witness, &q->challenge, ret)
			       : (unsigned)SW_CONDITIONS;
	if (q->has_response && !q->has_witness && !q->has_challenge)
		return was == VCARD_PIV_SINGLE ? finish_single(p, block_len, &q->response)
					       : (unsigned)SW_CONDITIONS;
	return SW_WRONG_DATA;
}

unsigned vcard_piv_admin_auth(struct vcard_piv *p, uint8_t algorithm, struct cursor c,
			      struct buf *ret)
{
	enum vcard_piv_challenge was = p->challenge_for;
	const struct cipher *cipher;
	struct request q = {0};
	unsigned sw;

	p->challenge_for = VCARD_PIV_NO_CHALLENGE;
	if (algorithm == ALGORITHM_3DES_ALIAS)
		algorithm = VCARD_ADMIN_3DES;
	cipher = find_cipher(algorithm);
	if (!cipher || algorithm != p->memory.admin_algorithm)
		return SW_WRONG_P1P2;
	if (take(&c, TAG_WITNESS, &q.witness, &q.has_witness) != 0 ||
	    take(&c, TAG_CHALLENGE, &q.challenge, &q.has_challenge) != 0 ||
	    take(&c, TAG_RESPONSE, &q.response, &q.has_response) != 0)
		return SW_WRONG_DATA;
	sw = answer(p, cipher->block_len, &q, was, ret);
	if (p->challenge_for == VCARD_PIV_NO_CHALLENGE)
		wipe(p->challenge, sizeof(p->challenge));
	return sw;
}
