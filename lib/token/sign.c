/* SPDX-License-Identifier: BSD-2-Clause */
/* Signing: what the card cannot encode is encoded here, and no signature that the public key does not own. */
#include "token/internal.h"

#include <string.h>

#include "token/encode.h"
#include "token/verify.h"

/* One signature under way. */
struct signing {
	const struct sign_request *request; /* what the caller wants, and what the result must be */
	const struct sign_request *order;   /* what the card is asked for */
	struct buf signature;
};

/* What can be said without the card. */
static int check(struct token *t, unsigned key, const struct sign_request *request, size_t cap)
{
	int r = use_check(t, key, KEY_USE_SIGN);

	if (r != 0)
		return r;
	if (!token_can_sign(t, key, request))
		return MOHR_ERR_MECHANISM;
	if (cap < pubkey_signature_len(&t->keys[key].shape))
		return MOHR_ERR_BUFFER_TOO_SMALL;
	return 0;
}

/* One signature by the card, checked. */
static int sign_once(struct token *t, const struct token_key *k, struct signing *s)
{
	struct insertion *i = t->insertion;
	struct card *card = i->card;
	struct buf *ret = &s->signature;
	int r;

	buf_reset(ret);
	r = card->profile->sign(card, (unsigned)(k->place - card->keys), &k->shape, s->order, ret);
	if (r != 0)
		return r;
	r = verify_signature(i->slots->setup.crypto, &k->shape, s->request, ret->data, ret->len);
	if (r == MOHR_ERR_SIGNATURE_INVALID || r == MOHR_ERR_SIGNATURE_LENGTH)
		r = log_fail(i->slots->setup.log, MOHR_ERR_SIGNATURE_WRONG,
			     "a signature of %zu bytes does not verify", ret->len);
	return r;
}

/*
 * Another program may have selected something else on the card: where the key is not used up by one
 * signature, select anew (as a query does) and sign once more.
 */
static int sign_checked(struct token *t, const struct token_key *k, void *user)
{
	struct card *card = t->insertion->card;
	struct signing *s = user;
	struct pin_status status;
	int r, asked;

	r = sign_once(t, k, s);
	if (r != MOHR_ERR_SIGNATURE_WRONG)
		return r;
	asked = card->profile->query(card, t->index, &status);
	if (transaction_broke(asked))
		return asked;
	return k->always_authenticate ? r : sign_once(t, k, s);
}

bool token_can_sign(struct token *t, unsigned key, const struct sign_request *request)
{
	const struct card *card = t->insertion->card;
	const struct token_key *k;

	if (!atomic_load(&t->loaded) || key >= t->objects.n_keys)
		return false;
	k = &t->keys[key];
	if ((k->place->use & KEY_USE_SIGN) == 0)
		return false;
	return encode_wanted(card, k, request) ||
	       card->profile->can_sign(card, (unsigned)(k->place - card->keys), &k->shape, request);
}

int token_sign(struct token *t, unsigned key, const struct sign_request *request, const void *owner,
	       uint8_t *ret, size_t cap, size_t *ret_len)
{
	struct crypto *crypto = t->insertion->slots->setup.crypto;
	struct signing s = {.request = request, .order = request};
	struct buf block = BUF_INIT(LIMIT_SIGNATURE);
	struct sign_request raw = {.scheme = SIGN_RAW};
	int r;

	buf_init(&s.signature, LIMIT_SIGNATURE);
	r = check(t, key, request, cap);
	if (r == 0 && encode_wanted(t->insertion->card, &t->keys[key], request)) {
		r = encode_block(crypto, &t->keys[key].shape, request, &block);
		raw.data = block.data;
		raw.len = block.len;
		s.order = &raw;
	}
	if (r == 0)
		r = use_key(t, key, owner, sign_checked, &s);
	if (r == 0) {
		memcpy(ret, s.signature.data, s.signature.len);
		*ret_len = s.signature.len;
	}
	buf_clear(&s.signature);
	buf_clear(&block);
	return r;
}
