/* SPDX-License-Identifier: BSD-2-Clause */
/* PBKDF2 (RFC 8018 §5.2) of short secrets. */
#include "vcard/secret_hash.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/buf.h"

enum { ROUNDS = 2000 }; /* about a millisecond */

static int hash(const struct vcard_secret_hash *s, const uint8_t *value, size_t len,
		uint8_t ret[sizeof(s->hash)])
{
	int ok = PKCS5_PBKDF2_HMAC((const char *)value, (int)len, s->salt, sizeof(s->salt), ROUNDS,
				   EVP_sha256(), sizeof(s->hash), ret);

	return ok == 1 ? 0 : MOHR_ERR_CRYPTO;
}

int vcard_secret_hash_set(struct vcard_secret_hash *s, const uint8_t *value, size_t len)
{
	struct vcard_secret_hash next;
	int r;

	if (RAND_bytes(next.salt, sizeof(next.salt)) != 1)
		return MOHR_ERR_CRYPTO;
	if ((r = hash(&next, value, len, next.hash)) == 0)
		*s = next;
	return r;
}

int vcard_secret_hash_check(const struct vcard_secret_hash *s, const uint8_t *value, size_t len)
{
	uint8_t found[sizeof(s->hash)];
	int r = hash(s, value, len, found);

	if (r == 0 && !equal_ct(found, s->hash, sizeof(found)))
		r = MOHR_ERR_PIN_INCORRECT;
	wipe(found, sizeof(found));
	return r;
}
