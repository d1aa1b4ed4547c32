/* SPDX-License-Identifier: BSD-2-Clause */
/* PIN commands: each call sends at most one command that compares anything, and none before its rule check. */
#include "card/pin.h"

#include <string.h>

#include "card/sw.h"
#include "codec/iso7816.h"

enum { P1_UNVERIFY = 0xFF, P1_CHANGE_NEW_ONLY = 0x01, P1_RESET_NEW_ONLY = 0x02 };

/* Bytes of a typed PIN before padding. */
static size_t stored_len(const struct pin_format *f, size_t len)
{
	return f->is_bcd ? (len + 1) / 2 : len;
}

int pin_check(const struct pin_format *f, const struct secret *pin)
{
	size_t len = pin == NULL ? 0 : secret_len(pin);
	const uint8_t *p;
	size_t i;

	if (len == 0 || len < f->min_len || len > f->max_len || len > LIMIT_PIN)
		return MOHR_ERR_PIN_LENGTH;
	if (f->padded_len != 0 && stored_len(f, len) > f->padded_len)
		return MOHR_ERR_PIN_LENGTH;
	p = secret_peek(pin);
	for (i = 0; i < len; i++) {
		if ((f->digits_only || f->is_bcd) && (p[i] < '0' || p[i] > '9'))
			return MOHR_ERR_PIN_INVALID;
		/* a padding byte inside would make two PINs of one */
		if (f->padded_len != 0 && !f->is_bcd && p[i] == f->pad)
			return MOHR_ERR_PIN_INVALID;
	}
	return 0;
}

int pin_query(struct channel *c, const struct pin_format *f, struct pin_status *ret)
{
	struct apdu a = {.ins = INS_VERIFY, .p2 = f->reference};
	struct pin_status status = {.tries_left = PIN_TRIES_UNKNOWN};
	uint16_t sw;
	int r;

	r = channel_transmit(c, &a, NULL, &sw);
	if (r != 0)
		return r;
	status.tries_left = sw_tries(sw);
	status.blocked = status.tries_left == 0;
	status.verified = sw == SW_OK;
	status.must_change = sw == SW_CONDITIONS;
	if (status.tries_left < 0 && !status.verified && !status.must_change)
		return log_fail(c->log, sw_error(a.ins, sw), "PIN %02X has no status: %04X",
				f->reference, sw);
	*ret = status;
	return 0;
}

/* A PIN as it lies on the card; the caller has checked it. Returns its length, LIMIT_PIN at most. */
static size_t put_padded(uint8_t *out, const struct pin_format *f, const struct secret *pin)
{
	size_t typed = secret_len(pin), len = stored_len(f, typed), i;
	size_t padded = f->padded_len == 0 ? len : f->padded_len;
	const uint8_t *p = secret_peek(pin);

	memset(out, f->pad, padded);
	if (!f->is_bcd)
		memcpy(out, p, len);
	for (i = 0; f->is_bcd && i < typed; i++) {
		if (i % 2 == 0)
			out[i / 2] = (uint8_t)((p[i] & 0x0F) << 4 | (f->pad & 0x0F));
		else
			out[i / 2] = (uint8_t)((out[i / 2] & 0xF0) | (p[i] & 0x0F));
	}
	return padded;
}

/* One command with one or two PINs, each already checked; never sent twice. */
static int send_pins(struct channel *c, uint8_t ins, const struct pin_format *f,
		     const struct pin_format *first_format, const struct secret *first,
		     const struct secret *second, int *ret_tries)
{
	uint8_t block[2 * LIMIT_PIN];
	struct apdu a = {.ins = ins, .p2 = f->reference, .data = block};
	uint16_t sw;
	int r;

	if (f->padded_len > LIMIT_PIN || first_format->padded_len > LIMIT_PIN)
		return MOHR_ERR_ARGUMENT;
	a.data_len = put_padded(block, first_format, first);
	if (second != NULL)
		a.data_len += put_padded(block + a.data_len, f, second);
	r = channel_transmit(c, &a, NULL, &sw);
	wipe(block, sizeof(block));
	if (r != 0)
		return r;
	if (ret_tries != NULL && sw != SW_OK)
		*ret_tries = sw_tries(sw);
	r = sw_error(ins, sw);
	return r == 0 ? 0
		      : log_fail(c->log, r, "INS %02X for PIN %02X: %04X", ins, f->reference, sw);
}

int pin_verify(struct channel *c, const struct pin_format *f, const struct secret *pin,
	       int *ret_tries)
{
	int r;

	if (ret_tries != NULL)
		*ret_tries = PIN_TRIES_UNKNOWN;
	r = pin_check(f, pin);
	return r != 0 ? r : send_pins(c, INS_VERIFY, f, f, pin, NULL, ret_tries);
}

int pin_unverify(struct channel *c, const struct pin_format *f)
{
	struct apdu a = {.ins = INS_VERIFY, .p1 = P1_UNVERIFY, .p2 = f->reference};
	uint16_t sw;
	int r;

	r = channel_transmit(c, &a, NULL, &sw);
	if (r != 0)
		return r;
	return sw == SW_OK ? 0 : MOHR_ERR_NOT_SUPPORTED;
}

int pin_change(struct channel *c, const struct pin_format *f, const struct secret *old_pin,
	       const struct secret *new_pin, int *ret_tries)
{
	int r;

	if (ret_tries != NULL)
		*ret_tries = PIN_TRIES_UNKNOWN;
	if ((r = pin_check(f, old_pin)) != 0 || (r = pin_check(f, new_pin)) != 0)
		return r;
	return send_pins(c, INS_CHANGE, f, f, old_pin, new_pin, ret_tries);
}

int pin_unblock(struct channel *c, const struct pin_format *f, const struct pin_format *puk_format,
		const struct secret *puk, const struct secret *new_pin, int *ret_tries)
{
	int r;

	if (ret_tries != NULL)
		*ret_tries = PIN_TRIES_UNKNOWN;
	if ((r = pin_check(puk_format, puk)) != 0 || (r = pin_check(f, new_pin)) != 0)
		return r;
	return send_pins(c, INS_RESET_RETRY, f, puk_format, puk, new_pin, ret_tries);
}

int pin_set(struct channel *c, uint8_t ins, const struct pin_format *f,
	    const struct secret *new_pin)
{
	uint8_t block[LIMIT_PIN];
	struct apdu a = {.ins = ins, .p2 = f->reference, .data = block};
	int r;

	a.p1 = ins == INS_CHANGE ? P1_CHANGE_NEW_ONLY : P1_RESET_NEW_ONLY;
	if ((ins != INS_CHANGE && ins != INS_RESET_RETRY) || f->padded_len > LIMIT_PIN)
		return MOHR_ERR_ARGUMENT;
	r = pin_check(f, new_pin);
	if (r != 0)
		return r;
	a.data_len = put_padded(block, f, new_pin);
	r = channel_command(c, &a, NULL);
	wipe(block, sizeof(block));
	return r;
}
