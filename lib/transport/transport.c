/* SPDX-License-Identifier: BSD-2-Clause */
/* Dispatch to the transport or link that does the work, and the checks that hold for all of them. */
#include "transport/transport.h"

int transport_readers(struct transport *t, struct reader *ret, size_t max, size_t *ret_n)
{
	return t->ops->readers(t, ret, max, ret_n);
}

int transport_wait(struct transport *t, const struct reader *known, size_t n, int timeout_ms)
{
	return t->ops->wait(t, known, n, timeout_ms);
}

void transport_cancel(struct transport *t)
{
	t->ops->cancel(t);
}

int transport_connect(struct transport *t, const char *reader, struct link **ret)
{
	return t->ops->connect(t, reader, ret);
}

void transport_free(struct transport *t)
{
	if (t)
		t->ops->free(t);
}

int link_begin(struct link *l)
{
	return l->ops->begin(l);
}

int link_end(struct link *l, bool reset)
{
	return l->ops->end(l, reset);
}

int link_transmit(struct link *l, const uint8_t *command, size_t len, uint8_t *ret_response,
		  size_t cap, size_t *ret_len)
{
	size_t got = 0;
	int r;

	*ret_len = 0;
	if (len == 0 || cap < 2)
		return MOHR_ERR_ARGUMENT;
	if (len > LIMIT_APDU)
		return MOHR_ERR_DATA_LENGTH;
	r = l->ops->transmit(l, command, len, ret_response, cap, &got);
	if (r != 0)
		return r;
	if (got == 0)
		return MOHR_ERR_CARD_MUTE;
	*ret_len = got;
	return 0;
}

int link_control(struct link *l, uint32_t code, const uint8_t *in, size_t len, uint8_t *ret,
		 size_t cap, size_t *ret_len)
{
	size_t got = 0;
	int r;

	*ret_len = 0;
	if (!l->ops->control)
		return MOHR_ERR_NOT_SUPPORTED;
	r = l->ops->control(l, code, in, len, ret, cap, &got);
	if (r != 0)
		return r;
	if (got > cap)
		return MOHR_ERR_INTERNAL;
	*ret_len = got;
	return 0;
}

int link_features(struct link *l, struct reader_features *ret)
{
	/* a reader that had every feature number there is would need more: it does not exist */
	uint8_t list[300];
	size_t len;
	int r = link_control(l, LINK_GET_FEATURES, NULL, 0, list, sizeof list, &len);

	return r != 0 ? r : reader_features_decode(list, len, ret);
}

int link_reconnect(struct link *l)
{
	return l->ops->reconnect(l);
}

void link_free(struct link *l)
{
	if (l)
		l->ops->free(l);
}
