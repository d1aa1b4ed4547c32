/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtual card's socket end, for tests: one thread that answers frames as it was told. ATTACH is
 * answered with the ATR, BEGIN and END with DONE, a command with itself and 9000.
 */
#ifndef TESTS_UNIT_TRANSPORT_CARD_SERVER_H
#define TESTS_UNIT_TRANSPORT_CARD_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct card_server;

struct card_server_setup {
	const char *path; /* of the socket; NULL: loopback TCP */
	unsigned port;    /* 0: any */
	const void *atr;
	size_t atr_len;
	bool silent; /* does not answer ATTACH until card_server_speak */
	/* not NULL: answers ATTACH with these bytes as they are */
	const void *raw_atr;
	size_t raw_atr_len;
};

/* Listens when this returns. */
struct card_server *card_server_start(const struct card_server_setup *setup);
/* Pulls the card; returns when every connection is closed and the name is gone. */
void card_server_stop(struct card_server *s);

unsigned card_server_port(const struct card_server *s);
/* Connections accepted so far. */
unsigned card_server_accepted(struct card_server *s);
/* Answers every ATTACH that waits, and those to come. */
void card_server_speak(struct card_server *s);

/*
 * The answer to the next request other than ATTACH: these bytes, one at a time if bytewise, and then the
 * end of the connection if close. They are borrowed.
 */
void card_server_script(struct card_server *s, const void *raw, size_t len, bool bytewise,
			bool close);
/* Sends bytes that nobody asked for to every connection. */
void card_server_push(struct card_server *s, const void *raw, size_t len);
/* Waits until a request is there, and holds its answer until card_server_release. */
void card_server_hold(struct card_server *s);
void card_server_await_request(struct card_server *s);
void card_server_release(struct card_server *s);

/* The last request other than ATTACH: its type, and up to cap bytes of payload. */
uint8_t card_server_request(struct card_server *s, void *ret_payload, size_t cap, size_t *ret_len);

#endif
