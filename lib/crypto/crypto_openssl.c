/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libcrypto as a guest in somebody else's process.
 *
 * The EVP layer of libcrypto 3 asks the process-wide engine tables before nearly every operation, also
 * with a private context; that reads openssl.cnf (where a provider or engine may be configured that
 * loads us) and lets a foreign engine take the operation over. So EVP is not used: digests and ciphers
 * come straight from the default provider of a private OSSL_LIB_CTX, made at the first operation, by the
 * provider's own functions (provider-digest(7), provider-cipher(7)); RSA and ECDSA by arithmetic
 * (public_openssl.c); random bytes from the kernel.
 *
 * We may be called from exit handlers, after libcrypto's own has run: from then on every operation is
 * MOHR_ERR_CRYPTO and nothing of libcrypto is freed; the process is ending anyway. The error queue of
 * the calling program's thread is left as it was.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/provider.h>

#include "base/mutex.h"
#include "crypto/backend.h"
#include "crypto/public_openssl.h"

struct openssl {
	struct crypto base;
	struct mutex lock; /* guards the two below being made */
	OSSL_LIB_CTX *libctx;
	OSSL_PROVIDER *provider;
};

struct digest_functions {
	OSSL_FUNC_digest_newctx_fn *newctx;
	OSSL_FUNC_digest_init_fn *init;
	OSSL_FUNC_digest_update_fn *update;
	OSSL_FUNC_digest_final_fn *final;
	OSSL_FUNC_digest_dupctx_fn *dupctx;
	OSSL_FUNC_digest_freectx_fn *freectx;
};

struct openssl_digest {
	struct digest base;
	struct digest_functions functions;
	void *ctx;
};

static const char *const hash_names[N_HASH_ALGS] = {
	[HASH_SHA1] = "SHA1",       [HASH_SHA224] = "SHA2-224", [HASH_SHA256] = "SHA2-256",
	[HASH_SHA384] = "SHA2-384", [HASH_SHA512] = "SHA2-512",
};

static const struct {
	const char *ecb, *cbc;
} cipher_names[] = {
	[CIPHER_AES128] = {"AES-128-ECB", "AES-128-CBC"},
	[CIPHER_AES192] = {"AES-192-ECB", "AES-192-CBC"},
	[CIPHER_AES256] = {"AES-256-ECB", "AES-256-CBC"},
	[CIPHER_3DES] = {"DES-EDE3-ECB", "DES-EDE3-CBC"},
};

/*
 * Whether libcrypto still lives. Its init function fails after its exit handler has run; this option
 * has it do nothing else that the program could notice: no configuration, no exit handler of its own.
 * The value is named in openssl/crypto.h only in a comment.
 */
static bool alive(void)
{
	const uint64_t base_only = 0x00040000;

	return OPENSSL_init_crypto(base_only, NULL) == 1;
}

/* Makes the context; lock is held. */
static void load(struct openssl *o)
{
	OSSL_LIB_CTX *libctx = OSSL_LIB_CTX_new();
	OSSL_PROVIDER *provider = libctx ? OSSL_PROVIDER_load(libctx, "default") : NULL;

	if (provider) {
		o->libctx = libctx;
		o->provider = provider;
	} else {
		OSSL_LIB_CTX_free(libctx);
	}
}

/*
 * Every operation begins here and, if this succeeds, ends with leave. MOHR_ERR_CRYPTO without memory
 * or after libcrypto's end.
 */
static int enter(struct crypto *c)
{
	struct openssl *o = (struct openssl *)c;
	bool loaded;

	if (!alive())
		return MOHR_ERR_CRYPTO;
	(void)ERR_set_mark();
	mutex_lock(&o->lock);
	if (!o->provider)
		load(o);
	loaded = o->provider;
	mutex_unlock(&o->lock);
	if (!loaded)
		(void)ERR_pop_to_mark();
	return loaded ? 0 : MOHR_ERR_CRYPTO;
}

static int leave(int r)
{
	(void)ERR_pop_to_mark();
	return r;
}

static void openssl_free(struct crypto *c)
{
	struct openssl *o = (struct openssl *)c;

	if (o->provider && alive()) {
		(void)OSSL_PROVIDER_unload(o->provider);
		OSSL_LIB_CTX_free(o->libctx);
	}
	mutex_clear(&o->lock);
	free(o);
}

/* Whether name is one of the names, which have ':' between them (provider-base(7)). */
static bool has_name(const char *names, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = names; at; at = strchr(at, ':')) {
		at += *at == ':';
		if (strncmp(at, name, len) == 0 && (at[len] == ':' || at[len] == '\0'))
			return true;
	}
	return false;
}

/* The default provider's functions for one algorithm; static, NULL if it has none. */
static const OSSL_DISPATCH *functions_of(struct crypto *c, int operation, const char *name)
{
	struct openssl *o = (struct openssl *)c;
	int no_cache = 0;
	const OSSL_ALGORITHM *at = OSSL_PROVIDER_query_operation(o->provider, operation, &no_cache);

	for (; at && at->algorithm_names; at++) {
		if (has_name(at->algorithm_names, name))
			return at->implementation;
	}
	return NULL;
}

static void *provider_ctx(struct crypto *c)
{
	return OSSL_PROVIDER_get0_provider_ctx(((struct openssl *)c)->provider);
}

static bool find_digest(struct crypto *c, enum hash_alg alg, struct digest_functions *ret)
{
	const OSSL_DISPATCH *at = functions_of(c, OSSL_OP_DIGEST, hash_names[alg]);
	struct digest_functions f = {0};

	for (; at && at->function_id != 0; at++) {
		switch (at->function_id) {
		case OSSL_FUNC_DIGEST_NEWCTX:
			f.newctx = OSSL_FUNC_digest_newctx(at);
			break;
		case OSSL_FUNC_DIGEST_INIT:
			f.init = OSSL_FUNC_digest_init(at);
			break;
		case OSSL_FUNC_DIGEST_UPDATE:
			f.update = OSSL_FUNC_digest_update(at);
			break;
		case OSSL_FUNC_DIGEST_FINAL:
			f.final = OSSL_FUNC_digest_final(at);
			break;
		case OSSL_FUNC_DIGEST_DUPCTX:
			f.dupctx = OSSL_FUNC_digest_dupctx(at);
			break;
		case OSSL_FUNC_DIGEST_FREECTX:
			f.freectx = OSSL_FUNC_digest_freectx(at);
			break;
		}
	}
	*ret = f;
	return f.newctx && f.init && f.update && f.final && f.dupctx && f.freectx;
}

static int openssl_digest_new(struct crypto *c, enum hash_alg alg, struct digest **ret)
{
	struct openssl_digest *d = calloc(1, sizeof *d);
	int r = MOHR_ERR_CRYPTO;

	if (!d)
		return MOHR_ERR_NOMEM;
	if (enter(c) != 0) {
		free(d);
		return MOHR_ERR_CRYPTO;
	}
	if (find_digest(c, alg, &d->functions))
		d->ctx = d->functions.newctx(provider_ctx(c));
	if (d->ctx && d->functions.init(d->ctx, NULL) == 1) {
		*ret = &d->base;
		r = 0;
	} else {
		if (d->ctx)
			d->functions.freectx(d->ctx);
		free(d);
	}
	return leave(r);
}

static int openssl_digest_update(struct digest *digest, const void *data, size_t len)
{
	struct openssl_digest *d = (struct openssl_digest *)digest;

	if (enter(digest->crypto) != 0)
		return MOHR_ERR_CRYPTO;
	return leave(d->functions.update(d->ctx, data, len) == 1 ? 0 : MOHR_ERR_CRYPTO);
}

static int openssl_digest_final(struct digest *digest, uint8_t *out)
{
	struct openssl_digest *d = (struct openssl_digest *)digest;
	size_t want = hash_len(digest->alg), len = 0;

	if (enter(digest->crypto) != 0)
		return MOHR_ERR_CRYPTO;
	return leave(d->functions.final(d->ctx, out, &len, want) == 1 && len == want
			     ? 0
			     : MOHR_ERR_CRYPTO);
}

static int openssl_digest_dup(const struct digest *digest, struct digest **ret)
{
	const struct openssl_digest *d = (const struct openssl_digest *)digest;
	struct openssl_digest *copy = calloc(1, sizeof *copy);
	int r = MOHR_ERR_CRYPTO;

	if (!copy)
		return MOHR_ERR_NOMEM;
	if (enter(digest->crypto) != 0) {
		free(copy);
		return MOHR_ERR_CRYPTO;
	}
	copy->functions = d->functions;
	copy->ctx = d->functions.dupctx(d->ctx);
	if (copy->ctx) {
		*ret = &copy->base;
		r = 0;
	} else {
		free(copy);
	}
	return leave(r);
}

static void openssl_digest_free(struct digest *digest)
{
	struct openssl_digest *d = (struct openssl_digest *)digest;

	if (alive())
		d->functions.freectx(d->ctx);
	free(d);
}

/* The kernel's: no state of ours that a fork could copy, nothing to free when a thread ends. */
static int openssl_random(struct crypto *c, void *out, size_t len)
{
	uint8_t *at = out;

	(void)c;
	while (len > 0) {
		ssize_t n = getrandom(at, len < 4096 ? len : 4096, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return MOHR_ERR_CRYPTO;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static int openssl_rsa_public(struct crypto *c, const struct cursor *n, const struct cursor *e,
			      const uint8_t *in, uint8_t *out)
{
	if (enter(c) != 0)
		return MOHR_ERR_CRYPTO;
	return leave(public_rsa(((struct openssl *)c)->libctx, n, e, in, out));
}

static int openssl_ecdsa_verify(struct crypto *c, enum curve curve, const struct cursor *point,
				const void *digest, size_t digest_len, const void *sig,
				size_t sig_len)
{
	if (enter(c) != 0)
		return MOHR_ERR_CRYPTO;
	return leave(public_ecdsa(((struct openssl *)c)->libctx, curve, point, digest, digest_len,
				  sig, sig_len));
}

static int openssl_point_check(struct crypto *c, enum curve curve, const struct cursor *point)
{
	if (enter(c) != 0)
		return MOHR_ERR_CRYPTO;
	return leave(public_point_check(((struct openssl *)c)->libctx, curve, point));
}

struct cipher_functions {
	OSSL_FUNC_cipher_newctx_fn *newctx;
	OSSL_FUNC_cipher_encrypt_init_fn *encrypt_init;
	OSSL_FUNC_cipher_decrypt_init_fn *decrypt_init;
	OSSL_FUNC_cipher_update_fn *update;
	OSSL_FUNC_cipher_final_fn *final;
	OSSL_FUNC_cipher_freectx_fn *freectx;
};

static bool find_cipher(struct crypto *c, const char *name, struct cipher_functions *ret)
{
	const OSSL_DISPATCH *at = functions_of(c, OSSL_OP_CIPHER, name);
	struct cipher_functions f = {0};

	for (; at && at->function_id != 0; at++) {
		switch (at->function_id) {
		case OSSL_FUNC_CIPHER_NEWCTX:
			f.newctx = OSSL_FUNC_cipher_newctx(at);
			break;
		case OSSL_FUNC_CIPHER_ENCRYPT_INIT:
			f.encrypt_init = OSSL_FUNC_cipher_encrypt_init(at);
			break;
		case OSSL_FUNC_CIPHER_DECRYPT_INIT:
			f.decrypt_init = OSSL_FUNC_cipher_decrypt_init(at);
			break;
		case OSSL_FUNC_CIPHER_UPDATE:
			f.update = OSSL_FUNC_cipher_update(at);
			break;
		case OSSL_FUNC_CIPHER_FINAL:
			f.final = OSSL_FUNC_cipher_final(at);
			break;
		case OSSL_FUNC_CIPHER_FREECTX:
			f.freectx = OSSL_FUNC_cipher_freectx(at);
			break;
		}
	}
	*ret = f;
	return f.newctx && f.encrypt_init && f.decrypt_init && f.update && f.final && f.freectx;
}

static int openssl_block_cipher(struct crypto *c, enum block_cipher cipher, bool encrypt,
				const void *key, const void *iv, const void *in, size_t len,
				void *out)
{
	unsigned padding = 0;
	const OSSL_PARAM params[] = {OSSL_PARAM_construct_uint(OSSL_CIPHER_PARAM_PADDING, &padding),
				     OSSL_PARAM_construct_end()};
	size_t key_len = block_cipher_key_len(cipher), iv_len = iv ? block_cipher_len(cipher) : 0;
	size_t written = 0, last = 0;
	struct cipher_functions f;
	uint8_t rest[BLOCK_MAX_LEN];
	void *ctx = NULL;
	int r = MOHR_ERR_CRYPTO;

	if (enter(c) != 0)
		return MOHR_ERR_CRYPTO;
	if (find_cipher(c, iv ? cipher_names[cipher].cbc : cipher_names[cipher].ecb, &f))
		ctx = f.newctx(provider_ctx(c));
	if (ctx) {
		OSSL_FUNC_cipher_encrypt_init_fn *init = encrypt ? f.encrypt_init : f.decrypt_init;

		if (init(ctx, key, key_len, iv, iv_len, params) == 1 &&
		    f.update(ctx, out, &written, len, in, len) == 1 &&
		    f.final(ctx, rest, &last, sizeof rest) == 1 && written == len && last == 0)
			r = 0;
		f.freectx(ctx);
	}
	return leave(r);
}

static const struct crypto_ops openssl_ops = {
	.name = "openssl",
	.free = openssl_free,
	.digest_new = openssl_digest_new,
	.digest_update = openssl_digest_update,
	.digest_final = openssl_digest_final,
	.digest_dup = openssl_digest_dup,
	.digest_free = openssl_digest_free,
	.random = openssl_random,
	.rsa_public = openssl_rsa_public,
	.ecdsa_verify = openssl_ecdsa_verify,
	.point_check = openssl_point_check,
	.block_cipher = openssl_block_cipher,
};

int crypto_openssl_new(struct crypto **ret)
{
	struct openssl *o = calloc(1, sizeof *o);
	int r;

	if (!o)
		return MOHR_ERR_NOMEM;
	r = mutex_init(&o->lock, mutex_ops_os());
	if (r != 0) {
		free(o);
		return r;
	}
	o->base.ops = &openssl_ops;
	*ret = &o->base;
	return 0;
}
