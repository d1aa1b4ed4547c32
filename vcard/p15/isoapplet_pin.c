/* SPDX-License-Identifier: BSD-2-Clause */
/* PIN and PUK of the IsoApplet card, and what they do to its life: their first values are given to it. */
#include <string.h>

#include "codec/iso7816.h"
#include "vcard/p15/isoapplet.h"
#include "vcard/p15/plan.h"

enum { SET_FIRST_VALUE = 0x01 /* P1 of CHANGE REFERENCE DATA: there is no old one */ };

/* ---- life: PUK and PIN get their first values */

static int set_pin(struct vcard_p15 *p, size_t i, const uint8_t *value, size_t len)
{
	const struct vcard_p15_dialect *d = vcard_p15_dialect(p);
	struct vcard_p15_pin pin = d->plan->pins[i].pin;
	int r;

	pin.max_tries = d->plan->pins[i].tries;
	if ((r = vcard_p15_pin_set_block(d, &pin, value, len)) == 0)
		p->memory.pins[i] = pin;
	return r;
}

static bool is_operational(const struct vcard_p15 *p)
{
	return p->memory.pins[VCARD_ISOAPPLET_I_PIN].present;
}

static unsigned set_first(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	struct vcard_p15_pin *pins = p->memory.pins;
	bool pin = c->p2 == VCARD_ISOAPPLET_PIN;
	size_t i = pin ? VCARD_ISOAPPLET_I_PIN : VCARD_ISOAPPLET_I_PUK;
	int r;

	/* The PUK comes first, or never. */
	if (c->p1 != SET_FIRST_VALUE || (!pin && (c->p2 != VCARD_ISOAPPLET_PUK || pins[i].present)))
		return SW_WRONG_P1P2;
	if (c->data_len > VCARD_P15_PIN_MAX ||
	    c->data_len < (pin ? (size_t)VCARD_ISOAPPLET_PIN_MIN : VCARD_P15_PIN_MAX))
		return SW_WRONG_LENGTH;
	r = set_pin(p, i, c->data, c->data_len);
	if (r != 0)
		return r == MOHR_ERR_PIN_INVALID ? SW_WRONG_DATA : SW_EXECUTION_ERROR;
	return pin ? vcard_p15_activate(a, c, ret) : vcard_commit(a->card);
}

/* What is blocked has 0 tries left, and says no more of it. */
static unsigned tries(unsigned sw)
{
	return sw == SW_BLOCKED ? (unsigned)SW_TRIES_LEFT : sw;
}

unsigned vcard_isoapplet_change(struct vcard_applet *a, const struct vcard_command *c,
				struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	unsigned sw;

	if (!is_operational(p))
		return set_first(a, c, ret);
	if (c->p1 || c->p2 != VCARD_ISOAPPLET_PIN)
		return SW_WRONG_P1P2;
	sw = tries(vcard_p15_change(a, c, ret));
	p->verified[VCARD_ISOAPPLET_I_PIN] = false; /* whatever came out */
	return sw;
}

/* ---- PIN and PUK in use */

unsigned vcard_isoapplet_verify(struct vcard_applet *a, const struct vcard_command *c,
				struct buf *ret)
{
	struct vcard_p15 *p = (struct vcard_p15 *)a;
	const struct vcard_p15_pin *pin = &p->memory.pins[VCARD_ISOAPPLET_I_PIN];

	if (c->p1 || c->p2 != VCARD_ISOAPPLET_PIN)
		return SW_WRONG_P1P2;
	if (c->data_len == 0)
		return pin->present ? (unsigned)SW_TRIES_LEFT | pin->tries_left : (unsigned)SW_OK;
	if (c->data_len < VCARD_ISOAPPLET_PIN_MIN || c->data_len > VCARD_P15_PIN_MAX)
		return SW_WRONG_LENGTH;
	return pin->present ? tries(vcard_p15_verify(a, c, ret)) : (unsigned)SW_CONDITIONS;
}

unsigned vcard_isoapplet_reset_retry(struct vcard_applet *a, const struct vcard_command *c,
				     struct buf *ret)
{
	const struct vcard_p15 *p = (const struct vcard_p15 *)a;
	uint8_t data[2 * VCARD_P15_PIN_MAX] = {0};
	struct vcard_command filled = *c;
	unsigned sw;

	if (!is_operational(p) || !p->memory.pins[VCARD_ISOAPPLET_I_PUK].present)
		return SW_NO_CURRENT_EF; /* "command not allowed" */
	if (c->data_len < VCARD_P15_PIN_MAX + VCARD_ISOAPPLET_PIN_MIN ||
	    c->data_len > 2 * VCARD_P15_PIN_MAX)
		return SW_WRONG_LENGTH;
	if (c->p1 || c->p2 != VCARD_ISOAPPLET_PIN)
		return SW_WRONG_P1P2;
	memcpy(data, c->data, c->data_len);
	filled.data = data;
	filled.data_len = sizeof(data);
	sw = tries(vcard_p15_reset_retry(a, &filled, ret));
	wipe(data, sizeof(data));
	return sw;
}
