/* SPDX-License-Identifier: BSD-2-Clause */
/* Another program at the card; see the header. */
#include "tests/integration/rival.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "transport/transport.h"

#define SELECT_IAS "00A4040C0CA0000000180C000001634200"

struct rival {
	struct transport *transport;
	struct link *link;
};

static void need(int r, const char *what)
{
	if (r == 0)
		return;
	(void)fprintf(stderr, "rival: %s: %s\n", what, error_text(r));
	_Exit(98);
}

struct rival *rival_new(struct world *w, unsigned reader)
{
	struct rival *r = calloc(1, sizeof(*r));
	struct reader readers[LIMIT_N_READERS];
	size_t n = 0;

	need(r != NULL ? 0 : MOHR_ERR_NOMEM, "memory");
	need(w->pcscd ? transport_pcsc_new(NULL, &r->transport)
		      : transport_socket_new(getenv("MOHR_CARDS"), NULL, &r->transport),
	     "transport");
	need(transport_readers(r->transport, readers, LIMIT_N_READERS, &n), "readers");
	need(n > reader ? 0 : MOHR_ERR_READER_GONE, "readers");
	need(transport_connect(r->transport, readers[reader].name, &r->link), "connect");
	return r;
}

void rival_free(struct rival *r)
{
	link_free(r->link);
	transport_free(r->transport);
	free(r);
}

void rival_begin(struct rival *r)
{
	int e = link_begin(r->link);

	if (e == MOHR_ERR_CARD_RESET) {
		need(link_reconnect(r->link), "reconnect");
		e = link_begin(r->link);
	}
	need(e, "begin");
}

void rival_end(struct rival *r, bool reset)
{
	need(link_end(r->link, reset), "end");
}

static size_t from_hex(const char *text, uint8_t *out, size_t cap)
{
	size_t n;

	for (n = 0; text[2 * n] != '\0' && n < cap; n++) {
		unsigned byte;

		need(sscanf(text + 2 * n, "%2X", &byte) == 1 ? 0 : MOHR_ERR_ARGUMENT, text);
		out[n] = (uint8_t)byte;
	}
	return n;
}

unsigned rival_send(struct rival *r, const char *command, uint8_t *ret, size_t *ret_len)
{
	uint8_t apdu[300], answer[300];
	size_t len = 0;

	need(link_transmit(r->link, apdu, from_hex(command, apdu, sizeof(apdu)), answer,
			   sizeof(answer), &len),
	     command);
	need(len >= 2 ? 0 : MOHR_ERR_COMMUNICATION, command);
	if (ret != NULL) {
		memcpy(ret, answer, len - 2);
		*ret_len = len - 2;
	}
	return (unsigned)answer[len - 2] << 8 | answer[len - 1];
}

void rival_reset(struct rival *r)
{
	rival_begin(r);
	rival_end(r, true);
}

/* Selecting the application that is selected keeps its states. */
static unsigned ask(struct rival *r, const char *command)
{
	unsigned sw;

	rival_begin(r);
	(void)rival_send(r, SELECT_IAS, NULL, NULL);
	sw = rival_send(r, command, NULL, NULL);
	rival_end(r, false);
	return sw;
}

void rival_select_card_manager(struct rival *r)
{
	rival_begin(r);
	need(rival_send(r, "00A4040C07A000000018434D", NULL, NULL) == 0x9000 ? 0
									     : MOHR_ERR_INTERNAL,
	     "select");
	rival_end(r, false);
}

unsigned rival_unverify(struct rival *r, unsigned reference)
{
	char command[32];

	(void)snprintf(command, sizeof(command), "0020FF%02X", reference);
	return ask(r, command);
}

unsigned rival_verify(struct rival *r, unsigned reference, const char *pin)
{
	char command[64];
	size_t at = (size_t)snprintf(command, sizeof(command), "002000%02X10", reference), i;

	for (i = 0; i < 16; i++)
		at += (size_t)snprintf(command + at, sizeof(command) - at, "%02X",
				       i < strlen(pin) ? (unsigned char)pin[i] : 0U);
	return ask(r, command);
}

unsigned rival_status(struct rival *r, unsigned reference)
{
	char command[32];

	(void)snprintf(command, sizeof(command), "002000%02X", reference);
	return ask(r, command);
}
