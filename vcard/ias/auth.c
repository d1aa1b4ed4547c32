/* SPDX-License-Identifier: BSD-2-Clause */
/* GET CHALLENGE and EXTERNAL AUTHENTICATE (ISO 7816-4 §11.6.3, §11.6.4): the right of the admin key. */
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "codec/iso7816.h"
#include "vcard/ias/ias.h"

unsigned vcard_ias_challenge(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_ias *v = (struct vcard_ias *)a;
	if (c->p1 || c->p2)
		return SW_WRONG_P1P2;
	if (c->le > VCARD_CHALLENGE_MAX)
		return SW_WRONG_LENGTH;
	if (RAND_bytes(v->challenge, (int)c->le) != 1)
		return SW_EXECUTION_ERROR;
	v->challenge_len = c->le;
	buf_put(ret, v->challenge, v->challenge_len);
	return SW_OK;
}

/* AES-ECB of one block under the admin key. */
static int encrypt(const struct vcard_ias_memory *m, const uint8_t in[VCARD_ADMIN_CHALLENGE],
		   uint8_t out[VCARD_ADMIN_CHALLENGE])
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	const EVP_CIPHER *cipher = m->admin_key_len == 16 ? EVP_aes_128_ecb() : EVP_aes_256_ecb();
	int len = 0, r = MOHR_ERR_CRYPTO;

	if (ctx && EVP_EncryptInit_ex(ctx, cipher, NULL, m->admin_key, NULL) == 1 &&
	    EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
	    EVP_EncryptUpdate(ctx, out, &len, in, VCARD_ADMIN_CHALLENGE) == 1 &&
	    len == VCARD_ADMIN_CHALLENGE)
		r = 0;
	EVP_CIPHER_CTX_free(ctx);
	return r;
}

/* The counter is lower on disk before the cryptogram is looked at, as with a PIN. */
static unsigned compare(struct vcard_ias *v, const uint8_t cryptogram[VCARD_ADMIN_CHALLENGE])
{
	struct vcard_ias_memory *m = &v->memory;
	uint8_t expected[VCARD_ADMIN_CHALLENGE];
	unsigned sw;

	m->admin_tries_left--;
	if ((sw = vcard_commit(v->applet.card)) != SW_OK)
		return sw;
	v->admin = false;
	if (encrypt(m, v->challenge, expected) != 0)
		return SW_EXECUTION_ERROR;
	if (equal_ct(expected, cryptogram, sizeof(expected))) {
		m->admin_tries_left = VCARD_ADMIN_TRIES;
		sw = vcard_commit(v->applet.card);
		v->admin = sw == SW_OK;
	} else {
		sw = m->admin_tries_left ? SW_TRIES_LEFT | m->admin_tries_left
					 : (unsigned)SW_BLOCKED;
	}
	wipe(expected, sizeof(expected));
	return sw;
}

unsigned vcard_ias_external_auth(struct vcard_applet *a, const struct vcard_command *c,
				 struct buf *ret)
{
	struct vcard_ias *v = (struct vcard_ias *)a;
	unsigned sw;

	(void)ret;
	if (c->p1)
		sw = SW_WRONG_P1P2;
	else if (c->p2 != VCARD_REF_ADMIN_KEY)
		sw = SW_REFERENCE_NOT_FOUND;
	else if (c->data_len != VCARD_ADMIN_CHALLENGE)
		sw = SW_WRONG_LENGTH;
	else if (v->memory.admin_tries_left == 0)
		sw = SW_BLOCKED;
	else if (v->challenge_len != VCARD_ADMIN_CHALLENGE)
		sw = SW_CONDITIONS;
	else
		sw = compare(v, c->data);
	wipe(v->challenge, sizeof(v->challenge));
	v->challenge_len = 0;
	return sw;
}
