/* SPDX-License-Identifier: BSD-2-Clause */
/* VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER (SP 800-73-4 part 2 §3.2.1 to §3.2.3). */
#include <string.h>

#include "codec/iso7816.h"
#include "vcard/piv/piv.h"

enum { P1_UNVERIFY = 0xFF, PAD = 0xFF };

struct vcard_piv_pin *vcard_piv_pin_find(struct vcard_piv *p, uint8_t reference)
{
	for (size_t i = 0; i < VCARD_PIV_N_PINS; i++)
		if (p->memory.pins[i].present && p->memory.pins[i].reference == reference)
			return &p->memory.pins[i];
	return NULL;
}

bool vcard_piv_pin_verified(const struct vcard_piv *p)
{
	return p->verified[VCARD_PIV_I_GLOBAL] || p->verified[VCARD_PIV_I_PIN];
}

static bool is_puk(const struct vcard_piv_pin *pin)
{
	return pin->reference == VCARD_PIV_PUK;
}

static bool *verified(struct vcard_piv *p, const struct vcard_piv_pin *pin)
{
	return &p->verified[pin - p->memory.pins];
}

/* Part 2 §2.4.3: six to eight digits, then FF; a PUK is any eight bytes, and so are the vendor's PINs. */
static bool is_well_formed(const struct vcard_piv *p, const struct vcard_piv_pin *pin,
			   const uint8_t block[VCARD_PIV_PIN_LEN])
{
	bool any = is_puk(pin) || vcard_piv_is_vendor(p);
	size_t n = 0;

	if (is_puk(pin) && !vcard_piv_is_vendor(p))
		return true;
	while (n < VCARD_PIV_PIN_LEN && block[n] != PAD &&
	       (any || (block[n] >= '0' && block[n] <= '9')))
		n++;
	if (n < VCARD_PIV_PIN_MIN)
		return false;
	for (; n < VCARD_PIV_PIN_LEN; n++)
		if (block[n] != PAD)
			return false;
	return true;
}

int vcard_piv_pin_set(const struct vcard_piv *p, struct vcard_piv_pin *pin,
		      const uint8_t block[VCARD_PIV_PIN_LEN])
{
	int r;

	if (!is_well_formed(p, pin, block))
		return MOHR_ERR_PIN_INVALID;
	if ((r = vcard_secret_hash_set(&pin->value, block, VCARD_PIV_PIN_LEN)) == 0) {
		pin->present = true;
		pin->initial = false;
		pin->tries_left = pin->max_tries;
	}
	return r;
}

int vcard_piv_pin_set_text(const struct vcard_piv *p, struct vcard_piv_pin *pin, const char *text)
{
	uint8_t block[VCARD_PIV_PIN_LEN];
	size_t len = strlen(text);
	int r;

	if (len < VCARD_PIV_PIN_MIN || len > sizeof(block))
		return MOHR_ERR_PIN_LENGTH;
	memset(block, PAD, sizeof(block));
	memcpy(block, text, len);
	r = vcard_piv_pin_set(p, pin, block);
	wipe(block, sizeof(block));
	return r;
}

static unsigned sw_tries(const struct vcard_piv_pin *pin)
{
	return pin->tries_left ? SW_TRIES_LEFT | pin->tries_left : (unsigned)SW_BLOCKED;
}

/*
 * Compares. The lower counter is on disk before the value is looked at; the caller commits the
 * restored one together with what it changes.
 */
static unsigned compare(struct vcard_piv *p, struct vcard_piv_pin *pin,
			const uint8_t block[VCARD_PIV_PIN_LEN])
{
	unsigned sw;
	int r;

	if (pin->tries_left == 0)
		return SW_BLOCKED;
	pin->tries_left--;
	if ((sw = vcard_commit(p->applet.card)) != SW_OK)
		return sw;
	r = vcard_secret_hash_check(&pin->value, block, VCARD_PIV_PIN_LEN);
	if (r == 0) {
		pin->tries_left = pin->max_tries;
		return SW_OK;
	}
	*verified(p, pin) = false;
	return r == MOHR_ERR_PIN_INCORRECT ? sw_tries(pin) : (unsigned)SW_EXECUTION_ERROR;
}

static unsigned verify_value(struct vcard_piv *p, struct vcard_piv_pin *pin,
			     const struct vcard_command *c)
{
	unsigned sw;

	if (c->data_len != VCARD_PIV_PIN_LEN)
		return SW_WRONG_DATA;
	if (pin->tries_left == 0)
		return SW_BLOCKED;
	if (!is_well_formed(p, pin, c->data))
		return SW_WRONG_DATA;
	if ((sw = compare(p, pin, c->data)) == SW_OK)
		sw = vcard_commit(p->applet.card);
	*verified(p, pin) = p->fresh = sw == SW_OK;
	return sw;
}

unsigned vcard_piv_verify(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_piv *p = (struct vcard_piv *)a;
	struct vcard_piv_pin *pin = vcard_piv_pin_find(p, c->p2);

	(void)ret;
	if (c->p1 != 0 && c->p1 != P1_UNVERIFY)
		return SW_WRONG_P1P2;
	if (!pin || is_puk(pin))
		return SW_REFERENCE_NOT_FOUND;
	if (c->p1 == P1_UNVERIFY) {
		if (c->data_len)
			return SW_WRONG_DATA;
		*verified(p, pin) = p->fresh = false;
		return SW_OK;
	}
	if (c->data_len)
		return verify_value(p, pin, c);
	return *verified(p, pin) ? (unsigned)SW_OK : sw_tries(pin);
}

/* old is the value of by, which may be the PIN itself or the PUK. */
static unsigned replace(struct vcard_piv *p, struct vcard_piv_pin *by, struct vcard_piv_pin *pin,
			const struct vcard_command *c)
{
	struct vcard_piv_pin next;
	unsigned sw;

	if (c->data_len != 2 * VCARD_PIV_PIN_LEN)
		return SW_WRONG_DATA;
	if (by->tries_left == 0)
		return SW_BLOCKED;
	if (!is_well_formed(p, pin, c->data + VCARD_PIV_PIN_LEN))
		return SW_WRONG_DATA;
	if ((sw = compare(p, by, c->data)) != SW_OK)
		return sw;
	next = *pin;
	if (vcard_piv_pin_set(p, &next, c->data + VCARD_PIV_PIN_LEN) != 0)
		return SW_EXECUTION_ERROR;
	*pin = next;
	return vcard_commit(p->applet.card);
}

unsigned vcard_piv_change(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_piv *p = (struct vcard_piv *)a;
	struct vcard_piv_pin *pin = vcard_piv_pin_find(p, c->p2);
	unsigned sw;

	(void)ret;
	if (c->p1)
		return SW_WRONG_P1P2;
	if (!pin)
		return SW_REFERENCE_NOT_FOUND;
	sw = replace(p, pin, pin, c);
	if (sw == SW_OK && !is_puk(pin))
		*verified(p, pin) = true;
	return sw;
}

unsigned vcard_piv_reset_retry(struct vcard_applet *a, const struct vcard_command *c,
			       struct buf *ret)
{
	struct vcard_piv *p = (struct vcard_piv *)a;
	struct vcard_piv_pin *pin = &p->memory.pins[VCARD_PIV_I_PIN];
	unsigned sw;

	(void)ret;
	if (c->p1)
		return SW_WRONG_P1P2;
	if (c->p2 != VCARD_PIV_PIN)
		return SW_REFERENCE_NOT_FOUND;
	sw = replace(p, &p->memory.pins[VCARD_PIV_I_PUK], pin, c);
	if (sw == SW_OK)
		*verified(p, pin) = false;
	return sw;
}
