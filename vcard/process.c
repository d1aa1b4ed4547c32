/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One command in, one answer out: command chaining (ISO 7816-4 §5.3.3), SELECT by name, and
 * how an answer is cut to what the protocol allows (61xx, 6Cxx; ISO 7816-3 §12.2).
 */
#include "codec/iso7816.h"
#include "vcard/applet.h"

enum { P1_BY_NAME = 0x04 }; /* SELECT, ISO 7816-4 §11.2.2 */
enum { CLA_OLD = 0xA0 };    /* of the first SIM cards; some cards have it still */

/* One application after the other is asked whether the name is its own, the selected one first. */
static unsigned select_by_name(struct vcard *v, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_applet *was = v->selected;
	unsigned sw;

	if (c->data_len == 0 || c->data_len > LIMIT_AID)
		return SW_WRONG_LENGTH;
	sw = was->class->select(was, c, ret);
	for (size_t i = 0; sw == SW_FILE_NOT_FOUND && i < v->n_applets; i++) {
		struct vcard_applet *a = v->applets[i];

		if (a == was)
			continue;
		sw = a->class->select(a, c, ret);
		if (sw == SW_OK) {
			was->class->deselect(was);
			v->selected = a;
		}
	}
	return sw;
}

static const struct vcard_instruction *find_instruction(const struct vcard *v, uint8_t ins)
{
	const struct vcard_instruction *in, *found = NULL;
	size_t n = 0;

	in = v->selected->class->instructions(v->selected, &n);
	for (; n > 0 && !found; n--, in++)
		if (in->ins == ins)
			found = in;
	return found;
}

static void drop_pending(struct vcard *v)
{
	buf_reset(&v->pending);
	v->pending_off = 0;
}

static void drop_chain(struct vcard *v)
{
	v->chain.open = false;
	buf_reset(&v->chain.data);
}

static void put_answer(struct buf *ret, const uint8_t *data, size_t len, unsigned sw)
{
	buf_put(ret, data, len);
	buf_put_be16(ret, (uint16_t)sw);
}

/* 61xx with how much is left, 00 for 256 and more. */
static unsigned sw_more(size_t left)
{
	return 0x6100 | (left < 256 ? (unsigned)left : 0);
}

static void answer_next_part(struct vcard *v, size_t n, struct buf *ret)
{
	const uint8_t *at = v->pending.data + v->pending_off;
	size_t left;

	v->pending_off += n;
	left = v->pending.len - v->pending_off;
	put_answer(ret, at, n, left ? sw_more(left) : SW_OK);
	if (left == 0)
		drop_pending(v);
}

/* ISO 7816-4 §11.7.1 */
static void get_response(struct vcard *v, const struct vcard_command *c, struct buf *ret)
{
	size_t left = v->pending.len - v->pending_off;
	unsigned sw = 0;

	if (c->cla != CLA_PLAIN)
		sw = SW_WRONG_CLA;
	else if (c->p1 || c->p2)
		sw = SW_WRONG_P1P2;
	else if (c->data_len || !c->has_le)
		sw = SW_WRONG_LENGTH;
	else if (left == 0)
		sw = SW_CONDITIONS;
	else if (c->le_definite && c->le > left)
		sw = 0x6C00 | (left & 0xFF); /* a short definite Le over left means left < 255 */
	if (sw)
		put_answer(ret, NULL, 0, sw);
	else
		answer_next_part(v, c->le < left ? c->le : left, ret);
}

/* Cuts what a handler has written in v->pending to what this command may receive at once. */
static void shape_answer(struct vcard *v, const struct vcard_instruction *in,
			 const struct vcard_command *c, unsigned sw, struct buf *ret)
{
	size_t len = v->pending.len;

	if (buf_err(&v->pending) != 0)
		sw = SW_UNKNOWN;
	/* Only success is worth fetching later; a warning or an error comes at once. */
	if (len == 0 || buf_err(&v->pending) != 0) {
		drop_pending(v);
		put_answer(ret, NULL, 0, sw);
	} else if (sw == SW_OK && v->t0 && (c->data_len > 0 || !c->has_le)) {
		put_answer(ret, NULL, 0, sw_more(len));
	} else if (!c->has_le && v->selected->class->answers_without_le) {
		answer_next_part(v, len < LIMIT_SHORT_LE ? len : LIMIT_SHORT_LE, ret);
	} else if (!c->has_le) {
		drop_pending(v);
		put_answer(ret, NULL, 0, sw);
	} else if (len <= c->le) {
		put_answer(ret, v->pending.data, len, sw);
		drop_pending(v);
	} else if (in && (in->flags & VCARD_REPEATABLE)) {
		drop_pending(v);
		put_answer(ret, NULL, 0, 0x6C00 | (len & 0xFF));
	} else {
		answer_next_part(v, c->le, ret);
	}
}

static unsigned check_command(const struct vcard_instruction *in, const struct vcard_command *c)
{
	bool old = c->cla == CLA_OLD && in && (in->flags & VCARD_OLD_CLASS);

	if (c->cla != CLA_PLAIN && c->cla != CLA_CHAIN && c->cla != CLA_PROPRIETARY && !old)
		return SW_WRONG_CLA;
	if (!in)
		return SW_WRONG_INS;
	if (c->cla == CLA_PROPRIETARY && !(in->flags & VCARD_PROPRIETARY))
		return SW_WRONG_CLA;
	if (c->cla == CLA_CHAIN && !(in->flags & VCARD_WANTS_DATA))
		return SW_CHAINING_UNSUPPORTED;
	if (((in->flags & VCARD_NO_DATA) && c->data_len) || (c->cla == CLA_CHAIN && !c->data_len))
		return SW_WRONG_LENGTH;
	if ((in->flags & VCARD_NEEDS_LE) && !c->has_le)
		return SW_WRONG_LENGTH;
	return SW_OK;
}

/* Whether this command is no part of the chain that is open. */
static bool breaks_chain(const struct vcard_chain *chain, const struct vcard_command *c)
{
	return chain->open && ((c->cla != CLA_PLAIN && c->cla != CLA_CHAIN) ||
			       chain->ins != c->ins || chain->p1 != c->p1 || chain->p2 != c->p2);
}

/*
 * Collects a chain. SW_OK: c is to be carried out, with all data of its chain; 0: one more part has
 * been taken; anything else refuses.
 */
static unsigned collect_chain(struct vcard_chain *chain, struct vcard_command *c)
{
	bool more = c->cla == CLA_CHAIN;

	if (!more && !chain->open)
		return SW_OK;
	chain->open = true;
	chain->ins = c->ins;
	chain->p1 = c->p1;
	chain->p2 = c->p2;
	buf_put(&chain->data, c->data, c->data_len);
	if (buf_err(&chain->data) != 0)
		return SW_WRONG_LENGTH;
	if (more)
		return 0;
	c->data = chain->data.data;
	c->data_len = chain->data.len;
	return SW_OK;
}

static void run(struct vcard *v, struct vcard_command *c, struct buf *ret)
{
	const struct vcard_instruction *in = find_instruction(v, c->ins);
	unsigned sw;

	if (breaks_chain(&v->chain, c))
		sw = SW_LAST_CHAIN_EXPECTED;
	else if ((sw = check_command(in, c)) == SW_OK)
		sw = collect_chain(&v->chain, c);
	if (sw == 0) {
		put_answer(ret, NULL, 0, SW_OK);
		return;
	}
	if (sw == SW_OK && c->ins == INS_SELECT && c->p1 == P1_BY_NAME)
		sw = select_by_name(v, c, &v->pending);
	else if (sw == SW_OK)
		sw = in->run(v->selected, c, &v->pending);
	drop_chain(v);
	if (v->broken) {
		drop_pending(v);
		sw = SW_MEMORY_FAILURE;
	}
	shape_answer(v, in, c, sw, ret);
}

static void arrive(const struct vcard *v, const struct vcard_command *c)
{
	if (v->selected->class->arrive)
		v->selected->class->arrive(v->selected, c);
}

void vcard_process(struct vcard *v, const uint8_t *command, size_t len, struct buf *ret)
{
	struct vcard_command c = {0};

	buf_reset(ret);
	if (v->broken) {
		put_answer(ret, NULL, 0, SW_MEMORY_FAILURE);
		return;
	}
	if (vcard_command_decode(command, len, &c) != 0 || (c.extended && !v->extended)) {
		drop_chain(v);
		drop_pending(v);
		arrive(v, &c);
		put_answer(ret, NULL, 0, SW_WRONG_LENGTH);
		return;
	}
	arrive(v, &c);
	if (c.ins == INS_GET_RESPONSE && !v->chain.open) {
		get_response(v, &c, ret);
		return;
	}
	drop_pending(v);
	run(v, &c, ret);
}
