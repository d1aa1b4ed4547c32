/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory of a PIN that the card has called wrong, so that a program which repeats it burns no
 * further try. A hash of a short PIN is a PIN: it is keyed, kept in locked memory and wiped like one.
 */
#include "token/internal.h"

static int compute(struct crypto *crypto, const struct secret *key, const struct secret *pin,
		   uint8_t *out)
{
	return crypto_hmac(crypto, HASH_SHA256, secret_peek(key), secret_len(key), secret_peek(pin),
			   secret_len(pin), out);
}

void wrong_pin_clear(struct wrong_pin *w)
{
	secret_free(w->key);
	secret_free(w->mac);
	*w = (struct wrong_pin){0};
}

void wrong_pin_forget(struct token *t)
{
	struct slots *s = t->insertion->slots;

	mutex_lock(&s->lock);
	wrong_pin_clear(&t->wrong);
	mutex_unlock(&s->lock);
}

void wrong_pin_remember(struct token *t, const struct secret *pin, int tries_left)
{
	struct slots *s = t->insertion->slots;
	struct wrong_pin w = {.tries_left = tries_left};

	if (secret_new(WRONG_KEY_LEN, &w.key) != 0 ||
	    secret_new(hash_len(HASH_SHA256), &w.mac) != 0 ||
	    crypto_random(s->setup.crypto, secret_data(w.key), WRONG_KEY_LEN) != 0 ||
	    compute(s->setup.crypto, w.key, pin, secret_data(w.mac)) != 0)
		wrong_pin_clear(&w);
	mutex_lock(&s->lock);
	wrong_pin_clear(&t->wrong);
	/* Once the card has left nobody would wipe it before the last reference goes. */
	if (atomic_load(&t->insertion->gone))
		wrong_pin_clear(&w);
	t->wrong = w;
	mutex_unlock(&s->lock);
}

bool wrong_pin_matches(struct token *t, const struct secret *pin, int *ret_tries)
{
	struct slots *s = t->insertion->slots;
	uint8_t mac[HASH_MAX_LEN];
	bool same = false;

	mutex_lock(&s->lock);
	if (t->wrong.key != NULL && compute(s->setup.crypto, t->wrong.key, pin, mac) == 0) {
		same = equal_ct(mac, secret_peek(t->wrong.mac), secret_len(t->wrong.mac));
		if (same)
			*ret_tries = t->wrong.tries_left;
	}
	mutex_unlock(&s->lock);
	wipe(mac, sizeof(mac));
	return same;
}
