/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decryption. The card undoes RSA and no more; the block is checked against the public key and unpadded
 * here, after the transaction: whatever the padding, the card has seen the same commands.
 */
#include "token/internal.h"

#include <string.h>

#include "token/decipher.h"
#include "token/verify.h"

/* One decryption under way. */
struct deciphering {
	struct decipher_request order; /* what the card is asked for */
	struct secret *block;
};

static bool card_can(const struct card *card, const struct token_key *k,
		     const struct decipher_request *request)
{
	const struct profile *p = card->profile;

	return p->can_decipher != NULL &&
	       p->can_decipher(card, (unsigned)(k->place - card->keys), &k->shape, request);
}

struct eme_oaep decipher_oaep(struct crypto *crypto, const struct decipher_request *request)
{
	return (struct eme_oaep){
		.digest_fn = crypto_digest_fn,
		.user = crypto,
		.hash = request->hash,
		.mgf_hash = request->mgf_hash,
		.label = request->label,
		.label_len = request->label_len,
	};
}

/* Whether the request can be met once the card has undone RSA. */
static bool host_can(const struct token_key *k, const struct decipher_request *request)
{
	struct eme_oaep oaep = decipher_oaep(NULL, request);
	size_t max;

	if (request->scheme == DECIPHER_RAW)
		return true;
	return request->scheme == DECIPHER_OAEP &&
	       eme_oaep_max(&oaep, cursor_left(&k->shape.modulus), &max) == 0;
}

bool token_can_decipher(struct token *t, unsigned key, const struct decipher_request *request)
{
	const struct decipher_request raw = {.scheme = DECIPHER_RAW};
	const struct token_key *k;

	if (!atomic_load(&t->loaded) || key >= t->objects.n_keys)
		return false;
	k = &t->keys[key];
	if ((k->place->use & KEY_USE_DECRYPT) == 0 || k->shape.type != KEY_RSA ||
	    k->shape.bits > LIMIT_RSA_BITS)
		return false;
	return host_can(k, request) && card_can(t->insertion->card, k, &raw);
}

/* What can be said without the card. */
static int check(struct token *t, unsigned key, const struct decipher_request *request)
{
	const struct cursor *modulus;
	int r = use_check(t, key, KEY_USE_DECRYPT);

	if (r != 0)
		return r;
	if (!token_can_decipher(t, key, request))
		return MOHR_ERR_MECHANISM;
	modulus = &t->keys[key].shape.modulus;
	if (request->data == NULL || request->len != cursor_left(modulus))
		return MOHR_ERR_ENCRYPTED_LENGTH;
	/* RFC 8017 §5.1.2 step 1; both are known to whoever sent the cryptogram */
	return memcmp(request->data, cursor_at(modulus), request->len) < 0
		       ? 0
		       : MOHR_ERR_ENCRYPTED_INVALID;
}

/* One block by the card, checked: the application was selected before, so a second try is no use. */
static int decipher_checked(struct token *t, const struct token_key *k, void *user)
{
	struct insertion *i = t->insertion;
	struct card *card = i->card;
	struct deciphering *d = user;
	int r;

	r = card->profile->decipher(card, (unsigned)(k->place - card->keys), &k->shape, &d->order,
				    &d->block);
	if (r != 0)
		return r;
	r = verify_decryption(i->slots->setup.crypto, &k->shape, d->order.data, d->order.len,
			      d->block);
	if (r == MOHR_ERR_DECRYPTION_WRONG)
		r = log_fail(i->slots->setup.log, r, "what the card deciphered is not the text");
	return r;
}

/* RFC 8017 §7.1.2 step 3, of a block that the card has deciphered. */
static int unpad(struct crypto *crypto, const struct decipher_request *request,
		 const struct secret *block, struct secret **ret)
{
	struct eme_oaep oaep = decipher_oaep(crypto, request);
	struct secret *room = NULL;
	size_t max, len = 0;
	int r;

	r = eme_oaep_max(&oaep, secret_len(block), &max);
	if (r == 0)
		r = secret_new(max > 0 ? max : 1, &room);
	if (r == 0)
		r = eme_oaep_decode(&oaep, secret_peek(block), secret_len(block), secret_data(room),
				    &len);
	if (r == 0)
		r = secret_new_from(secret_peek(room), len, ret);
	secret_free(room);
	return r;
}

int token_decipher(struct token *t, unsigned key, const struct decipher_request *request,
		   const void *owner, struct secret **ret_plain)
{
	struct deciphering d = {
		.order = {.scheme = DECIPHER_RAW, .data = request->data, .len = request->len}};
	int r;

	r = check(t, key, request);
	if (r == 0)
		r = use_key(t, key, owner, decipher_checked, &d);
	if (r == 0 && request->scheme == DECIPHER_OAEP) {
		r = unpad(t->insertion->slots->setup.crypto, request, d.block, ret_plain);
	} else if (r == 0) {
		*ret_plain = d.block;
		d.block = NULL;
	}
	secret_free(d.block);
	return r;
}
