/* SPDX-License-Identifier: BSD-2-Clause */
/* The command channel: the one place that knows chaining, GET RESPONSE and 6Cxx (ISO 7816-4 §5.3). */
#include "card/channel.h"

#include <stdlib.h>

#include "card/sw.h"
#include "codec/iso7816.h"

enum { RESPONSE_MAX_DATA = LIMIT_RESPONSE - 2 };

int channel_init(struct channel *c, struct link *link, const struct log *log)
{
	struct atr_info info;
	uint8_t *response;

	response = calloc(1, LIMIT_RESPONSE);
	if (response == NULL)
		return MOHR_ERR_NOMEM;
	*c = (struct channel){.link = link, .log = log, .response = response};
	buf_init(&c->command, LIMIT_APDU);
	if (atr_decode(link->atr, link->atr_len, &info) == 0) {
		c->chaining = info.chaining;
		c->extended = info.extended_length && link->protocol == PROTOCOL_T1;
	} else {
		log_write(log, LOG_DEBUG, "the ATR is not well-formed");
	}
	return 0;
}

void channel_clear(struct channel *c)
{
	buf_clear(&c->command);
	free(c->response);
	*c = (struct channel){0};
}

bool channel_can_carry(const struct channel *c, size_t len)
{
	if (len <= LIMIT_SHORT_LC || (c->extended && len <= LIMIT_EXTENDED_LC))
		return true;
	return c->chaining && len <= LIMIT_CHAINED_DATA;
}

static void log_exchange(struct channel *c, const char *prefix, const uint8_t *data, size_t len)
{
	bool command = prefix[0] == '>';
	bool masked;
	uint8_t *shown;

	if (c->log == NULL || c->log->level < LOG_APDU || len == 0)
		return;
	shown = malloc(len);
	if (shown == NULL)
		return;
	if (command)
		apdu_mask_command(&c->mask, data, len, shown, &masked);
	else
		apdu_mask_response(&c->mask, data, len, shown, &masked);
	log_hex(c->log, LOG_APDU, masked ? (command ? "> (masked)" : "< (masked)") : prefix, shown,
		len);
	free(shown);
}

/* One exchange; the data at *ret_data live in c->response until the next one. */
static int exchange(struct channel *c, const struct apdu *a, struct cursor *ret_data,
		    uint16_t *ret_sw)
{
	bool no_le = c->link->protocol == PROTOCOL_T0;
	size_t used = c->response_used;
	size_t len = 0;
	int r;

	buf_reset(&c->command);
	r = apdu_encode(a, c->extended ? APDU_EXTENDED : APDU_SHORT, no_le, &c->command);
	if (r == 0) {
		log_exchange(c, ">", c->command.data, c->command.len);
		c->n_apdus++;
		c->response_used = LIMIT_RESPONSE;
		r = link_transmit(c->link, c->command.data, c->command.len, c->response,
				  LIMIT_RESPONSE, &len);
	}
	buf_reset(&c->command); /* it may have held a PIN */
	if (r != 0)
		return log_fail(c->log, r, "INS %02X was not exchanged", a->ins);
	if (len > used)
		used = len;
	c->response_used = used;
	log_exchange(c, "<", c->response, len);
	r = response_decode(c->response, len, ret_data, ret_sw);
	if (r != 0)
		return log_fail(c->log, r, "the response to INS %02X has %zu bytes", a->ins, len);
	if (a->le > 0 && cursor_left(ret_data) > a->le)
		return log_fail(c->log, MOHR_ERR_MALFORMED, "INS %02X: %zu bytes, asked for %zu",
				a->ins, cursor_left(ret_data), a->le);
	return 0;
}

/* A command about a PIN or key: what it is answered must not be guessed. */
static bool is_about_secret(const struct apdu *a)
{
	switch (a->ins) {
	case INS_VERIFY:
	case INS_VERIFY_TLV:
	case INS_CHANGE:
	case INS_RESET_RETRY:
	case INS_EXTERNAL_AUTH:
		return true;
	default:
		return false;
	}
}

/* Sends a, or asks a second time with the Le that the card named in 6Cxx. */
static int exchange_le(struct channel *c, const struct apdu *a, bool chained,
		       struct cursor *ret_data, uint16_t *ret_sw)
{
	struct apdu again = *a;
	int r;

	r = exchange(c, a, ret_data, ret_sw);
	if (r != 0 || (*ret_sw & 0xFF00) != 0x6C00 || a->le == 0 || chained)
		return r;
	/* it might cost a second try, were it sent twice */
	if (is_about_secret(a) && a->data_len > 0)
		return r;
	again.le = *ret_sw & 0xFF;
	if (again.le == 0)
		again.le = LIMIT_SHORT_LE;
	return exchange(c, &again, ret_data, ret_sw);
}

/* All but the last part of a command that is too long for one (ISO 7816-4 §5.3.3). */
static int send_chain(struct channel *c, const struct apdu *a, struct apdu *ret_last,
		      uint16_t *ret_sw)
{
	struct apdu part = *a;
	struct cursor data;
	uint16_t sw = SW_OK;
	int r;

	part.cla = a->cla | CLA_CHAIN;
	part.data_len = LIMIT_SHORT_LC;
	part.le = 0;
	*ret_last = *a;
	while (ret_last->data_len > LIMIT_SHORT_LC && sw == SW_OK) {
		part.data = ret_last->data;
		r = exchange(c, &part, &data, &sw);
		if (r != 0)
			return r;
		ret_last->data += LIMIT_SHORT_LC;
		ret_last->data_len -= LIMIT_SHORT_LC;
	}
	*ret_sw = sw;
	return 0;
}

/* Appends what came with the status word, and fetches what 61xx promises (ISO 7816-4 §5.3.4). */
static int collect(struct channel *c, const struct apdu *a, struct cursor data,
		   struct buf *ret_data, uint16_t *sw)
{
	struct apdu get = {.cla = a->cla & 0x03, .ins = INS_GET_RESPONSE};
	unsigned rounds = 0;
	int r = 0;

	for (;;) {
		if (cursor_left(&data) > RESPONSE_MAX_DATA - ret_data->len) {
			c->endless = true;
			return log_fail(c->log, MOHR_ERR_LIMIT, "the response has no end");
		}
		buf_put(ret_data, cursor_at(&data), cursor_left(&data));
		r = buf_err(ret_data);
		if (r != 0 || (*sw & 0xFF00) != 0x6100)
			return r;
		if (a->known_len != 0 && ret_data->len == 0 && (*sw & 0xFF) == a->known_len) {
			*sw = SW_OK;
			return 0;
		}
		if (a->enough != 0 && ret_data->len >= a->enough) {
			*sw = SW_OK;
			return 0;
		}
		if (++rounds > (c->endless ? LIMIT_ENDLESS_ROUNDS : LIMIT_RESPONSE_ROUNDS)) {
			c->endless = true;
			return log_fail(c->log, MOHR_ERR_LIMIT, "61xx has no end");
		}
		get.le = *sw & 0xFF;
		if (get.le == 0)
			get.le = LIMIT_SHORT_LE;
		r = exchange_le(c, &get, false, &data, sw);
		if (r != 0)
			return r;
	}
}

static int transmit(struct channel *c, const struct apdu *a, struct buf *ret_data, uint16_t *ret_sw)
{
	struct apdu last = *a;
	struct cursor data;
	uint16_t sw = SW_OK;
	bool chained = a->data_len > (c->extended ? LIMIT_EXTENDED_LC : LIMIT_SHORT_LC);
	size_t max_le = c->extended ? LIMIT_EXTENDED_LE : LIMIT_SHORT_LE;
	int r = 0;

	if (!channel_can_carry(c, a->data_len))
		return log_fail(c->log, MOHR_ERR_DATA_LENGTH, "INS %02X: %zu bytes of data", a->ins,
				a->data_len);
	if (chained)
		r = send_chain(c, a, &last, &sw);
	if (r == 0 && sw == SW_OK) {
		if (last.le > max_le)
			last.le = max_le;
		r = exchange_le(c, &last, chained, &data, &sw);
		if (r == 0 && ret_data != NULL)
			r = collect(c, a, data, ret_data, &sw);
		else if ((sw & 0xFF00) == 0x6100 && !is_about_secret(a))
			sw = SW_OK;
	}
	if (r != 0)
		return r;
	if (ret_data != NULL && sw != SW_OK && (sw & 0xFE00) != 0x6200)
		buf_reset(ret_data);
	*ret_sw = sw;
	return 0;
}

int channel_transmit(struct channel *c, const struct apdu *a, struct buf *ret_data,
		     uint16_t *ret_sw)
{
	int r;

	c->sw = 0;
	if (ret_data != NULL)
		buf_reset(ret_data);
	r = transmit(c, a, ret_data, &c->sw);
	wipe(c->response, c->response_used);
	c->response_used = 0;
	if (r == 0)
		*ret_sw = c->sw;
	else if (ret_data != NULL)
		buf_reset(ret_data);
	return r;
}

int channel_command(struct channel *c, const struct apdu *a, struct buf *ret_data)
{
	uint16_t sw;
	int r;

	r = channel_transmit(c, a, ret_data, &sw);
	if (r != 0)
		return r;
	r = sw_error(a->ins, sw);
	if (r == 0)
		return 0;
	if (ret_data != NULL)
		buf_reset(ret_data);
	return log_fail(c->log, r, "INS %02X P1 %02X P2 %02X: %04X, %s", a->ins, a->p1, a->p2, sw,
			sw_text(sw));
}
