/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Readers whose cards are virtual cards in this very process: no socket, no pcscd, every fault on
 * demand. A struct loop is the world that several transports ("programs") look at. Everything may be
 * called from any thread; waits and transactions behave as PC/SC's do. Needs vcard/libvcard.la; a
 * test says X_LDADD = $(loop_libs). Test code aborts when it is out of memory.
 *
 *	struct loop *l = loop_new(1);
 *	loop_insert(l, 0, vcard);
 *	setup.transport = loop_transport_new(l);   (owned by the slots then)
 *	...
 *	slots_free(slots); loop_free(l); vcard_free(vcard);
 */
#ifndef TESTS_HARNESS_LOOP_TRANSPORT_H
#define TESTS_HARNESS_LOOP_TRANSPORT_H

#include "transport/transport.h"
#include "vcard/vcard.h"

enum { LOOP_MAX_READERS = 4 };

struct loop;

/* Readers "Loop reader 00", "Loop reader 01", ..., all without a card. */
struct loop *loop_new(unsigned n_readers);
/* After its transports. */
void loop_free(struct loop *l);

/* One more program's view; freed by transport_free. */
struct transport *loop_transport_new(struct loop *l);

/* ---- what happens to readers and cards --------------------------------------------------------- */

/* Powers the card up. It is borrowed until it is removed; one that was there is removed first. */
void loop_insert(struct loop *l, unsigned reader, struct vcard *v);
void loop_remove(struct loop *l, unsigned reader);
/* Another card, so quickly that only a reset is seen and no event: what suspend can do. */
void loop_swap_unseen(struct loop *l, unsigned reader, struct vcard *v);
/* Another card answers from now on, as it is, and no trace of it: what a forger would do. */
void loop_replace(struct loop *l, unsigned reader, struct vcard *v);
/* Another program resets the card. */
void loop_reset(struct loop *l, unsigned reader);
/* The card is there and mute, or well again: an event too. */
void loop_set_mute(struct loop *l, unsigned reader, bool mute);
/* A reader is unplugged and plugged in again; its card goes and comes with it. */
void loop_set_plugged(struct loop *l, unsigned reader, bool plugged);
/* The service stops: all links are dead for good, cards lose their states. It comes back. */
void loop_stop_service(struct loop *l);
void loop_start_service(struct loop *l);

/* ---- faults ------------------------------------------------------------------------------------ */

enum loop_fault_kind {
	LOOP_FAULT_NONE,
	LOOP_FAULT_ERROR, /* the card has done it, and the answer is lost: value is the error */
	LOOP_FAULT_EMPTY, /* an answer of no bytes */
	LOOP_FAULT_CUT, /* only the first value bytes arrive (an answer no longer than that is whole) */
	LOOP_FAULT_LONGER, /* one byte 00 more */
	LOOP_FAULT_HUGE,   /* filled with A5 up to 65,538 bytes, or as far as the caller has room */
	LOOP_FAULT_SW,     /* the card is not asked and this status word is the answer */
	LOOP_FAULT_RESET,  /* another program resets the card before the command reaches it */
	LOOP_FAULT_REMOVE, /* the card is pulled before the command reaches it */
};

struct loop_fault {
	enum loop_fault_kind kind;
	unsigned at; /* which exchange, 0 the next one */
	int value;
};

/* Replaces what was set before; happens once. */
void loop_set_fault(struct loop *l, unsigned reader, const struct loop_fault *fault);
/* Whether the fault has happened. */
bool loop_fault_done(struct loop *l, unsigned reader);
/* Bytes of the answer that the last fault met, as the card gave it. */
size_t loop_fault_len(struct loop *l, unsigned reader);

/* Called before each command, with no lock held: may block (a hung card) or do any of the above. */
typedef void loop_hook_fn(void *user, const uint8_t *command, size_t len);
void loop_set_hook(struct loop *l, unsigned reader, loop_hook_fn *fn, void *user);

/* The reader's own functions (link_control); without, it has none. No lock is held; may use the link. */
typedef int loop_control_fn(void *user, struct link *l, uint32_t code, const uint8_t *in,
			    size_t len, uint8_t *ret, size_t cap, size_t *ret_len);
void loop_set_control(struct loop *l, unsigned reader, loop_control_fn *fn, void *user);

/* ---- what was seen ----------------------------------------------------------------------------- */

struct loop_counts {
	unsigned apdus;       /* all exchanges, GET RESPONSE included */
	unsigned by_ins[256]; /* exchanges per instruction byte */
	unsigned verifies;    /* VERIFY with data: a PIN was tried */
	unsigned connects;    /* also tried in vain */
	unsigned begins, ends, resets, reconnects;
	unsigned controls; /* of the reader, with and without an answer */
	unsigned outside;  /* exchanges and controls outside a transaction */
	bool held;         /* a transaction is open */
};

void loop_counts(struct loop *l, unsigned reader, struct loop_counts *ret);
void loop_clear_counts(struct loop *l, unsigned reader);
/* Links not yet freed, over all readers. */
unsigned loop_links_open(struct loop *l);

#endif
