/* SPDX-License-Identifier: BSD-2-Clause */
/* PINs: VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER (ISO 7816-4 §11.6). A value is its padded block. */
#include <string.h>

#include "codec/iso7816.h"
#include "vcard/ias/ias.h"

enum {
	P1_UNVERIFY = 0xFF,
	P1_NEW_ONLY = 0x02, /* RESET RETRY COUNTER without the PUK, by right of the admin key */
};

struct vcard_ias_pin *vcard_ias_pin_find(struct vcard_ias *v, uint8_t reference)
{
	for (size_t i = 0; i < v->memory.layout->n_pins; i++)
		if (v->memory.pins[i].reference == reference)
			return &v->memory.pins[i];
	return NULL;
}

static bool *verified(struct vcard_ias *v, const struct vcard_ias_pin *pin)
{
	return &v->verified[pin - v->memory.pins];
}

/* Whether a block holds a value that this PIN may take: digits, then 00. */
static int check_block(const struct vcard_ias_pin *pin, const uint8_t *block)
{
	size_t n = 0, i;

	while (n < pin->block && block[n] >= '0' && block[n] <= '9')
		n++;
	for (i = n; i < pin->block; i++)
		if (block[i])
			return MOHR_ERR_PIN_INVALID;
	return n < pin->min_len || n > pin->max_len ? MOHR_ERR_PIN_LENGTH : 0;
}

int vcard_ias_pin_set(struct vcard_ias_pin *pin, const char *digits)
{
	uint8_t block[VCARD_PIN_BLOCK_MAX] = {0};
	size_t len = strlen(digits);
	int r;

	if (len > pin->block)
		return MOHR_ERR_PIN_LENGTH;
	memcpy(block, digits, len);
	if ((r = check_block(pin, block)) == 0)
		r = vcard_secret_hash_set(&pin->value, block, pin->block);
	wipe(block, sizeof(block));
	return r;
}

void vcard_ias_pin_consume(struct vcard_ias *v, uint8_t rule)
{
	for (size_t i = 0; i < v->memory.layout->n_pins; i++)
		if ((rule & VCARD_ACCESS_PIN) && v->memory.pins[i].once &&
		    (v->memory.pins[i].reference & 0x0F) == (rule & 0x0F))
			v->verified[i] = false;
}

/* SW of a PIN whose value did not match, or that is asked for its tries. */
static unsigned sw_tries(const struct vcard_ias_pin *pin)
{
	return pin->tries_left ? SW_TRIES_LEFT | pin->tries_left : (unsigned)SW_BLOCKED;
}

/*
 * Compares. The lower counter is on disk before the value is looked at, so that no pulling of the
 * plug gives a free try; the caller commits the restored one together with what it changes.
 */
static unsigned compare(struct vcard_ias *v, struct vcard_ias_pin *pin, const uint8_t *block)
{
	unsigned sw;
	int r;

	if (pin->tries_left == 0)
		return SW_BLOCKED;
	pin->tries_left--;
	if ((sw = vcard_commit(v->applet.card)) != SW_OK)
		return sw;
	r = vcard_secret_hash_check(&pin->value, block, pin->block);
	if (r == 0) {
		pin->tries_left = pin->max_tries;
		return SW_OK;
	}
	*verified(v, pin) = false;
	return r == MOHR_ERR_PIN_INCORRECT ? sw_tries(pin) : (unsigned)SW_EXECUTION_ERROR;
}

/* The PIN that VERIFY and CHANGE speak of: not the PUK. */
static struct vcard_ias_pin *user_pin(struct vcard_ias *v, uint8_t reference)
{
	struct vcard_ias_pin *pin = vcard_ias_pin_find(v, reference);

	return pin && !pin->puk ? pin : NULL;
}

static struct vcard_ias_pin *find_puk(struct vcard_ias *v)
{
	for (size_t i = 0; i < v->memory.layout->n_pins; i++)
		if (v->memory.pins[i].puk)
			return &v->memory.pins[i];
	return NULL;
}

static unsigned status(struct vcard_ias *v, const struct vcard_ias_pin *pin)
{
	if (*verified(v, pin))
		return SW_OK;
	if (pin->tries_left && pin->transport)
		return SW_CONDITIONS;
	return sw_tries(pin);
}

unsigned vcard_ias_verify(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_ias *v = (struct vcard_ias *)a;
	struct vcard_ias_pin *pin;
	unsigned sw;

	(void)ret;
	if (c->p1 != 0 && c->p1 != P1_UNVERIFY)
		return SW_WRONG_P1P2;
	if (!(pin = user_pin(v, c->p2)))
		return SW_REFERENCE_NOT_FOUND;
	if (c->p1 == P1_UNVERIFY) {
		if (c->data_len)
			return SW_WRONG_LENGTH;
		*verified(v, pin) = false;
		return SW_OK;
	}
	if (c->data_len == 0)
		return status(v, pin);
	if (c->data_len != pin->block)
		return SW_WRONG_LENGTH;
	if (pin->transport)
		return SW_CONDITIONS;
	if ((sw = compare(v, pin, c->data)) == SW_OK &&
	    (sw = vcard_commit(v->applet.card)) == SW_OK)
		*verified(v, pin) = true;
	return sw;
}

unsigned vcard_ias_change(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_ias *v = (struct vcard_ias *)a;
	struct vcard_ias_pin *pin;
	unsigned sw;

	(void)ret;
	if (c->p1 != 0)
		return SW_WRONG_P1P2;
	if (!(pin = user_pin(v, c->p2)))
		return SW_REFERENCE_NOT_FOUND;
	if (c->data_len != 2 * pin->block)
		return SW_WRONG_LENGTH;
	if (check_block(pin, c->data + pin->block) != 0)
		return SW_WRONG_DATA;
	if ((sw = compare(v, pin, c->data)) != SW_OK)
		return sw;
	if (vcard_secret_hash_set(&pin->value, c->data + pin->block, pin->block) != 0) {
		sw = vcard_commit(v->applet.card);
		return sw == SW_OK ? (unsigned)SW_EXECUTION_ERROR : sw;
	}
	pin->transport = false;
	return vcard_commit(v->applet.card);
}

/* RESET RETRY COUNTER, once the right to it is shown. */
static unsigned renew(struct vcard_ias *v, struct vcard_ias_pin *pin, const uint8_t *block)
{
	int r = vcard_secret_hash_set(&pin->value, block, pin->block);
	unsigned sw;

	if (r == 0) {
		pin->tries_left = pin->max_tries;
		*verified(v, pin) = false;
	}
	sw = vcard_commit(v->applet.card); /* the PUK's own counter, too */
	return sw == SW_OK && r != 0 ? (unsigned)SW_EXECUTION_ERROR : sw;
}

unsigned vcard_ias_reset_retry(struct vcard_applet *a, const struct vcard_command *c,
			       struct buf *ret)
{
	struct vcard_ias *v = (struct vcard_ias *)a;
	struct vcard_ias_pin *pin, *puk = find_puk(v);
	bool by_puk = c->p1 == 0;
	const uint8_t *block;
	unsigned sw;

	(void)ret;
	if (!by_puk && c->p1 != P1_NEW_ONLY)
		return SW_WRONG_P1P2;
	if (!(pin = user_pin(v, c->p2)))
		return SW_REFERENCE_NOT_FOUND;
	if (c->data_len != (by_puk ? 2 * pin->block : pin->block))
		return SW_WRONG_LENGTH;
	if (pin->transport)
		return SW_CONDITIONS;
	block = c->data + c->data_len - pin->block;
	if (check_block(pin, block) != 0)
		return SW_WRONG_DATA;
	if (by_puk && !puk)
		return SW_REFERENCE_NOT_FOUND;
	sw = by_puk ? compare(v, puk, c->data) : vcard_ias_access(v, VCARD_ACCESS_ADMIN);
	return sw == SW_OK ? renew(v, pin, block) : sw;
}
