/* SPDX-License-Identifier: BSD-2-Clause */
/* VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER (ISO 7816-4 §11.6), and the giving up of states. */
#include <string.h>

#include "codec/iso7816.h"
#include "vcard/p15/p15.h"

enum { /* P1 */
       VALUE_GIVEN = 0x00,
       P1_UNVERIFY = 0xFF,     /* VERIFY */
       CHANGE_NEW_ONLY = 0x01, /* by right of the old value, verified before */
       RESET_PUK_ONLY = 0x01,
       RESET_NEW_ONLY = 0x02, /* by right of the PUK, verified before */
       RESET_NOTHING = 0x03,
};

struct vcard_p15_pin *vcard_p15_pin_find(struct vcard_p15 *p, uint8_t reference)
{
	for (size_t i = 0; i < VCARD_P15_N_PINS; i++)
		if (p->memory.pins[i].present && p->memory.pins[i].reference == reference)
			return &p->memory.pins[i];
	return NULL;
}

static bool *verified(struct vcard_p15 *p, const struct vcard_p15_pin *pin)
{
	return &p->verified[pin - p->memory.pins];
}

/* ---- values */

/*
 * The block of a value: padded to its length, or just so where the dialect takes that. MOHR_ERR_PIN_LENGTH,
 * MOHR_ERR_PIN_INVALID.
 */
static int make_block(const struct vcard_p15_dialect *d, const uint8_t *value, size_t len,
		      uint8_t ret[VCARD_P15_PIN_MAX])
{
	bool any = d->flags & VCARD_P15_ANY_PIN;
	size_t n = 0;

	if (len > d->pin_len || (len < d->pin_len && !(d->flags & VCARD_P15_SHORT_PINS)))
		return MOHR_ERR_PIN_LENGTH;
	memset(ret, d->pin_pad, d->pin_len);
	if (len)
		memcpy(ret, value, len);
	while (n < d->pin_len && ret[n] != d->pin_pad && (any || (ret[n] >= '0' && ret[n] <= '9')))
		n++;
	if (n < d->pin_min || n > d->pin_max)
		return MOHR_ERR_PIN_INVALID;
	for (; n < d->pin_len; n++)
		if (ret[n] != d->pin_pad)
			return MOHR_ERR_PIN_INVALID;
	return 0;
}

int vcard_p15_pin_set_block(const struct vcard_p15_dialect *d, struct vcard_p15_pin *pin,
			    const uint8_t *value, size_t len)
{
	uint8_t block[VCARD_P15_PIN_MAX];
	int r = make_block(d, value, len, block);

	if (r == 0)
		r = vcard_secret_hash_set(&pin->value, block, d->pin_len);
	if (r == 0) {
		pin->present = true;
		pin->tries_left = pin->max_tries;
	}
	wipe(block, sizeof(block));
	return r;
}

int vcard_p15_pin_set(const struct vcard_p15_dialect *d, struct vcard_p15_pin *pin,
		      const char *text)
{
	uint8_t block[VCARD_P15_PIN_MAX];
	size_t len = text ? strlen(text) : 0;
	int r;

	if (len < d->pin_min || len > d->pin_max)
		return MOHR_ERR_PIN_LENGTH;
	memset(block, d->pin_pad, sizeof(block));
	memcpy(block, text, len);
	r = vcard_p15_pin_set_block(d, pin, block, d->pin_len);
	wipe(block, sizeof(block));
	return r;
}

/* ---- comparing */

static unsigned sw_tries(const struct vcard_p15_pin *pin)
{
	return pin->tries_left ? SW_TRIES_LEFT | pin->tries_left : (unsigned)SW_BLOCKED;
}

static unsigned sw_of_form(int err)
{
	return err == MOHR_ERR_PIN_LENGTH ? SW_WRONG_LENGTH : SW_WRONG_DATA;
}

/*
 * Compares. The lower counter is on disk before the value is looked at; the caller commits the
 * restored one together with what it changes.
 */
static unsigned compare(struct vcard_p15 *p, struct vcard_p15_pin *pin, const uint8_t *value,
			size_t len)
{
	const struct vcard_p15_dialect *d = vcard_p15_dialect(p);
	uint8_t block[VCARD_P15_PIN_MAX];
	unsigned sw;
	int r;

	if (pin->tries_left == 0)
		return SW_BLOCKED;
	if ((r = make_block(d, value, len, block)) != 0)
		return sw_of_form(r);
	pin->tries_left--;
	if ((sw = vcard_commit(p->applet.card)) == SW_OK) {
		r = vcard_secret_hash_check(&pin->value, block, d->pin_len);
		*verified(p, pin) = false;
		if (r == 0)
			pin->tries_left = pin->max_tries;
		else
			sw = r == MOHR_ERR_PIN_INCORRECT ? sw_tries(pin)
							 : (unsigned)SW_EXECUTION_ERROR;
	}
	wipe(block, sizeof(block));
	return sw;
}

/* Puts the new value, all tries with it, on disk. */
static unsigned replace(struct vcard_p15 *p, struct vcard_p15_pin *pin, const uint8_t *value,
			size_t len)
{
	struct vcard_p15_pin next = *pin;

	if (vcard_p15_pin_set_block(vcard_p15_dialect(p), &next, value, len) != 0)
		return SW_EXECUTION_ERROR;
	*pin = next;
	return vcard_commit(p->applet.card);
}

/* Whether the new value has a form that it may have; before the old one costs a try. */
static unsigned check_form(const struct vcard_p15 *p, const uint8_t *value, size_t len)
{
	uint8_t block[VCARD_P15_PIN_MAX];
	int r = make_block(vcard_p15_dialect(p), value, len, block);

	wipe(block, sizeof(block));
	return r != 0 ? sw_of_form(r) : (unsigned)SW_OK;
}

/* ---- commands */

unsigned vcard_p15_verify(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	struct vcard_p15_pin *pin = vcard_p15_pin_find(p, c->p2);
	unsigned sw;

	(void)ret;
	if (c->p1 != VALUE_GIVEN && c->p1 != P1_UNVERIFY)
		return SW_WRONG_P1P2;
	if (!pin || pin->hidden)
		return SW_REFERENCE_NOT_FOUND;
	if (c->p1 == P1_UNVERIFY) {
		if (c->data_len)
			return SW_WRONG_LENGTH;
		*verified(p, pin) = false;
		return SW_OK;
	}
	if (c->data_len == 0)
		return *verified(p, pin) ? (unsigned)SW_OK : sw_tries(pin);
	if ((sw = compare(p, pin, c->data, c->data_len)) != SW_OK)
		return sw;
	sw = vcard_commit(a->card);
	*verified(p, pin) = sw == SW_OK;
	return sw;
}

/* P2: which one; 00: all. */
unsigned vcard_p15_unverify(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	struct vcard_p15_pin *pin = vcard_p15_pin_find(p, c->p2);

	(void)ret;
	if (c->p1)
		return SW_WRONG_P1P2;
	if (c->p2 && (!pin || pin->hidden))
		return SW_REFERENCE_NOT_FOUND;
	for (size_t i = 0; i < VCARD_P15_N_PINS; i++)
		if (!c->p2 || pin == &p->memory.pins[i])
			p->verified[i] = false;
	return SW_OK;
}

unsigned vcard_p15_change(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	struct vcard_p15_pin *pin = vcard_p15_pin_find(p, c->p2);
	bool new_only = c->p1 == CHANGE_NEW_ONLY;
	size_t len = vcard_p15_dialect(p)->pin_len, old_len = new_only ? 0 : len;
	unsigned sw;

	(void)ret;
	if (c->p1 != VALUE_GIVEN && !new_only)
		return SW_WRONG_P1P2;
	if (!pin || pin->hidden)
		return SW_REFERENCE_NOT_FOUND;
	if (c->data_len != old_len + len)
		return SW_WRONG_LENGTH;
	if (pin->tries_left == 0)
		return SW_BLOCKED;
	if (new_only && !*verified(p, pin))
		return SW_SECURITY_STATUS;
	if ((sw = check_form(p, c->data + old_len, len)) != SW_OK ||
	    (!new_only && (sw = compare(p, pin, c->data, len)) != SW_OK))
		return sw;
	sw = replace(p, pin, c->data + old_len, len);
	*verified(p, pin) = sw == SW_OK;
	return sw;
}

/* The PUK is right, or was verified: all tries, and with a value that. */
static unsigned unblock(struct vcard_p15 *p, struct vcard_p15_pin *puk, struct vcard_p15_pin *pin,
			const uint8_t *value, size_t len)
{
	*verified(p, pin) = *verified(p, puk) = false;
	if (len)
		return replace(p, pin, value, len);
	pin->tries_left = pin->max_tries;
	return vcard_commit(p->applet.card);
}

unsigned vcard_p15_reset_retry(struct vcard_applet *a, const struct vcard_command *c,
			       struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	struct vcard_p15_pin *pin = vcard_p15_pin_find(p, c->p2), *puk;
	size_t len = vcard_p15_dialect(p)->pin_len;
	size_t puk_len = c->p1 & RESET_NEW_ONLY ? 0 : len;
	size_t new_len = c->p1 & RESET_PUK_ONLY ? 0 : len;
	unsigned sw;

	(void)ret;
	if (c->p1 > RESET_NOTHING)
		return SW_WRONG_P1P2;
	if (!pin || pin->hidden || pin->by == 0)
		return SW_REFERENCE_NOT_FOUND;
	puk = &p->memory.pins[pin->by - 1];
	if (!puk->present)
		return SW_REFERENCE_UNUSABLE;
	if (c->data_len != puk_len + new_len)
		return SW_WRONG_LENGTH;
	if (puk->tries_left == 0)
		return SW_BLOCKED;
	if (puk_len == 0 && !*verified(p, puk))
		return SW_SECURITY_STATUS;
	if ((new_len && (sw = check_form(p, c->data + puk_len, new_len)) != SW_OK) ||
	    (puk_len && (sw = compare(p, puk, c->data, puk_len)) != SW_OK))
		return sw;
	return unblock(p, puk, pin, c->data + puk_len, new_len);
}
