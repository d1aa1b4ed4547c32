/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PC/SC service inside the test program: it defines the SCard functions itself, so libpcsclite is not
 * reached. It behaves as pcsc-lite 1.9 does where that matters: a cancel before the wait has begun is
 * lost, states are given at once to who knows none, handles die with the service.
 */
#ifndef TESTS_UNIT_TRANSPORT_FAKE_PCSC_H
#define TESTS_UNIT_TRANSPORT_FAKE_PCSC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fake_call {
	FAKE_ESTABLISH,
	FAKE_RELEASE,
	FAKE_LIST,
	FAKE_STATUS_CHANGE,
	FAKE_CANCEL,
	FAKE_CONNECT,
	FAKE_RECONNECT,
	FAKE_DISCONNECT,
	FAKE_ATTRIB,
	FAKE_BEGIN,
	FAKE_END,
	FAKE_TRANSMIT,
	FAKE_CONTROL,
	FAKE_N_CALLS
};

/* Forgets all; the service runs and has no readers. */
void fake_pcsc_init(void);
void fake_pcsc_stop(void);
void fake_pcsc_start(void);

/* Inserting with no ATR is a mute card. Waits notice. */
void fake_pcsc_add(const char *reader);
void fake_pcsc_remove_reader(const char *reader);
void fake_pcsc_insert(const char *reader, const void *atr, size_t len);
void fake_pcsc_remove(const char *reader);
/* Somebody connects to or leaves the card: a change that is none of ours. */
void fake_pcsc_touch(const char *reader);
/* Another program resets the card. */
void fake_pcsc_reset(const char *reader);

/* Every call of this kind from now on fails so; 0: no more. after: that many still work. */
void fake_pcsc_fail(enum fake_call call, uint32_t rv, unsigned after);
/* Another program has a transaction for as long as it takes to look so often. */
void fake_pcsc_busy(unsigned looks);
/* Runs in the calling thread, without locks, when call is made; NULL: no more. */
void fake_pcsc_hook(enum fake_call call, void (*hook)(void));

unsigned fake_pcsc_calls(enum fake_call call);
/* Contexts and card handles not yet given back. */
unsigned fake_pcsc_open(void);
/* Waits until somebody blocks in SCardGetStatusChange. */
void fake_pcsc_await_waiter(void);

/* The next response of every card and reader; len may be 0. */
void fake_pcsc_answer(const void *response, size_t len);
/* What was asked for last. */
struct fake_asked {
	unsigned long share_mode, protocols, disposition, end_disposition, initialization;
	unsigned long pci, control;
	uint8_t command[16];
	size_t command_len;
};
struct fake_asked fake_pcsc_asked(void);
/* The protocol that connects and reconnects answer from now on. */
void fake_pcsc_protocol(unsigned long protocol);

#endif
