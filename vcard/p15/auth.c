/* SPDX-License-Identifier: BSD-2-Clause */
/* GET CHALLENGE and EXTERNAL AUTHENTICATE (ISO 7816-4 §11.6.3, §11.6.4): the right of the admin key. */
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "codec/iso7816.h"
#include "vcard/p15/p15.h"

enum { MAX_CHALLENGE = 256 };

unsigned vcard_p15_challenge(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	uint8_t *out;

	if (c->p1 || c->p2)
		return SW_WRONG_P1P2;
	if (c->le > MAX_CHALLENGE)
		return SW_WRONG_LENGTH;
	if (!(out = buf_extend(ret, c->le)) || RAND_bytes(out, (int)c->le) != 1) {
		buf_reset(ret);
		return SW_EXECUTION_ERROR;
	}
	p->challenged = c->le == sizeof(p->challenge);
	if (p->challenged)
		memcpy(p->challenge, out, sizeof(p->challenge));
	return SW_OK;
}

/* AES-ECB of one block under the admin key. */
static int encrypt(const struct vcard_p15_memory *m, const uint8_t in[VCARD_P15_CHALLENGE],
		   uint8_t out[VCARD_P15_CHALLENGE])
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	const EVP_CIPHER *cipher = m->admin_key_len == 16 ? EVP_aes_128_ecb() : EVP_aes_256_ecb();
	int len = 0, r = MOHR_ERR_CRYPTO;

	if (ctx && EVP_EncryptInit_ex(ctx, cipher, NULL, m->admin_key, NULL) == 1 &&
	    EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
	    EVP_EncryptUpdate(ctx, out, &len, in, VCARD_P15_CHALLENGE) == 1 &&
	    len == VCARD_P15_CHALLENGE)
		r = 0;
	EVP_CIPHER_CTX_free(ctx);
	return r;
}

/* The counter is lower on disk before the cryptogram is looked at, as with a PIN. */
static unsigned compare(struct vcard_p15 *p, const uint8_t cryptogram[VCARD_P15_CHALLENGE])
{
	struct vcard_p15_memory *m = &p->memory;
	uint8_t expected[VCARD_P15_CHALLENGE];
	unsigned sw;

	m->admin_tries_left--;
	if ((sw = vcard_commit(p->applet.card)) != SW_OK)
		return sw;
	p->admin = false;
	if (encrypt(m, p->challenge, expected) != 0)
		return SW_EXECUTION_ERROR;
	if (equal_ct(expected, cryptogram, sizeof(expected))) {
		m->admin_tries_left = VCARD_P15_ADMIN_TRIES;
		sw = vcard_commit(p->applet.card);
		p->admin = sw == SW_OK;
	} else {
		sw = m->admin_tries_left ? SW_TRIES_LEFT | m->admin_tries_left
					 : (unsigned)SW_BLOCKED;
	}
	wipe(expected, sizeof(expected));
	return sw;
}

unsigned vcard_p15_external_auth(struct vcard_applet *a, const struct vcard_command *c,
				 struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	unsigned sw;

	(void)ret;
	if (c->p1)
		sw = SW_WRONG_P1P2;
	else if (c->p2 != VCARD_P15_REF_ADMIN_KEY)
		sw = SW_REFERENCE_NOT_FOUND;
	else if (c->data_len != VCARD_P15_CHALLENGE)
		sw = SW_WRONG_LENGTH;
	else if (p->memory.admin_tries_left == 0)
		sw = SW_BLOCKED;
	else if (!p->challenged)
		sw = SW_CONDITIONS;
	else
		sw = compare(p, c->data);
	wipe(p->challenge, sizeof(p->challenge));
	p->challenged = false;
	return sw;
}
