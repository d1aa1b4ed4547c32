/* SPDX-License-Identifier: BSD-2-Clause */
/* Signing: state before the card, one transaction, and no signature that the public key does not own. */
#include "token/internal.h"

#include <string.h>

#include "token/verify.h"

/* What can be said without the card. */
static int check(struct token *t, unsigned key, const struct sign_request *request, size_t cap)
{
	if (!token_logged_in(t))
		return atomic_load(&t->insertion->gone) ? MOHR_ERR_CARD_REMOVED
							: MOHR_ERR_NOT_LOGGED_IN;
	if (!atomic_load(&t->loaded) || key >= t->objects.n_keys)
		return MOHR_ERR_ARGUMENT;
	if ((t->keys[key].place->use & KEY_USE_SIGN) == 0)
		return MOHR_ERR_KEY_FUNCTION;
	if (!token_can_sign(t, key, request))
		return MOHR_ERR_MECHANISM;
	if (cap < pubkey_signature_len(&t->keys[key].shape))
		return MOHR_ERR_BUFFER_TOO_SMALL;
	return 0;
}

/* One signature by the card, checked. */
static int sign_once(struct token *t, const struct token_key *k, const struct sign_request *request,
		     struct buf *ret)
{
	struct insertion *i = t->insertion;
	struct card *card = i->card;
	int r;

	buf_reset(ret);
	r = card->profile->sign(card, (unsigned)(k->place - card->keys), &k->shape, request, ret);
	if (r != 0)
		return r;
	r = verify_signature(i->slots->setup.crypto, &k->shape, request, ret->data, ret->len);
	if (r == MOHR_ERR_SIGNATURE_INVALID || r == MOHR_ERR_SIGNATURE_LENGTH)
		r = log_fail(i->slots->setup.log, MOHR_ERR_SIGNATURE_WRONG,
			     "a signature of %zu bytes does not verify", ret->len);
	return r;
}

/*
 * Another program may have selected something else on the card: where the key is not used up by one
 * signature, select anew (as a query does) and sign once more.
 */
static int sign_checked(struct token *t, const struct token_key *k,
			const struct sign_request *request, struct buf *ret)
{
	struct card *card = t->insertion->card;
	struct pin_status status;
	int r, asked;

	r = sign_once(t, k, request, ret);
	if (r != MOHR_ERR_SIGNATURE_WRONG)
		return r;
	asked = card->profile->query(card, t->index, &status);
	if (transaction_broke(asked))
		return asked;
	return k->always_authenticate ? r : sign_once(t, k, request, ret);
}

/* The use of a context-specific login is over, whatever came of it. */
static int spend(struct token *t, int result)
{
	struct insertion *i = t->insertion;
	int r;

	if (result == 0 && i->card->pins[t->index].consumed) {
		atomic_store(&i->held_by, NULL);
		i->held_owner = NULL;
		atomic_store(&t->opened, false);
		return 0;
	}
	/* The card cannot be told on a broken way: ending the transaction resets it then. */
	if (transaction_broke(result))
		return result;
	r = login_release(i);
	if (transaction_broke(r))
		i->reset_wanted = true;
	return result;
}

static bool may_use(struct token *t, unsigned key, const void *owner)
{
	struct insertion *i = t->insertion;

	if (!token_logged_in(t))
		return false;
	return !t->keys[key].always_authenticate ||
	       (atomic_load(&i->held_by) == t && i->held_key == key && i->held_owner == owner);
}

/* Inside a transaction. */
static int use_key(struct token *t, unsigned key, const struct sign_request *request,
		   struct buf *ret)
{
	const struct token_key *k = &t->keys[key];
	int r;

	r = sign_checked(t, k, request, ret);
	/* What the card says of its state may be a lie or damaged: t->opened stays, so that logout closes it. */
	if (r == MOHR_ERR_SECURITY_STATUS) {
		atomic_store(&t->logged_in, false);
		r = MOHR_ERR_NOT_LOGGED_IN;
	}
	return k->always_authenticate ? spend(t, r) : r;
}

int token_sign(struct token *t, unsigned key, const struct sign_request *request, const void *owner,
	       uint8_t *ret, size_t cap, size_t *ret_len)
{
	struct insertion *i = t->insertion;
	struct buf signature = BUF_INIT(LIMIT_SIGNATURE);
	int r;

	r = check(t, key, request, cap);
	if (r != 0)
		return r;
	r = transaction_begin(i);
	if (r == 0) {
		/* Recovery or the time limit may have ended what the checks above still saw. */
		r = may_use(t, key, owner) ? use_key(t, key, request, &signature)
					   : MOHR_ERR_NOT_LOGGED_IN;
		r = transaction_end(i, r);
	}
	if (r == 0) {
		memcpy(ret, signature.data, signature.len);
		*ret_len = signature.len;
	}
	buf_clear(&signature);
	return r == MOHR_ERR_CARD_RESET ? MOHR_ERR_NOT_LOGGED_IN : r;
}
