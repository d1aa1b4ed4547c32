/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Readers and cards by PC/SC (pcsc-lite, winscard).
 *
 * pcsc-lite holds a lock of the context through every call that blocks, and SCardTransmit has no
 * time-out. So each link has a context of its own, the list of readers has one, and each wait makes one.
 * A context dies with the service; the list's is made anew, and all readers then count as changed.
 */
#include <stdlib.h>
#include <string.h>

#include <winscard.h>

#include "base/clock.h"
#include "base/mutex.h"
#include "transport/gate.h"
#include "transport/pcsc_control.h"
#include "transport/pcsc_error.h"
#include "transport/reader.h"

enum {
	LIST_LEN = LIMIT_N_READERS * LIMIT_READER_NAME + 1,
	/*
	 * pcsc-lite 1.9 counts the readers when the wait begins: one that came just before is not told.
	 * Nor is a card that was changed just before, in a reader whose event counter is still 0.
	 */
	WAIT_SLICE_MS = 5000,
	/* A cancel that comes before the service knows of the wait is lost: it is said again. */
	CANCEL_AGAIN_MS = 2,
	CANCEL_TRIES = 1000,
	LIST_TRIES = 3,
	/* SCARD_ATTR_ATR_STRING, which pcsc-lite and Windows define in different headers. */
	ATTRIBUTE_ATR = 0x00090303,
	/* How often to look whether another program's transaction has ended, and later, when it lasts. */
	TURN_LOOK_MS = 2,
	TURN_LONG_MS = 3000,
	TURN_LOOK_LATER_MS = 20,
	/* How long that is waited for at least, even by a program that is about to end. */
	TURN_LAST_MS = 1500,
	/*
	 * Of using the card without a pause, before others get a chance, and that pause: enough for who
	 * looks as we do; and more seldom enough for pcsc-lite's own waiters, who look every 100 ms.
	 */
	STREAK_MS = 100,
	PAUSE_MS = 4,
	LONG_STREAK_MS = 2000,
	LONG_PAUSE_MS = 110,
	/* After another program was met, each transaction is followed by a pause. */
	CONTENDED_MS = 1000,
};

struct waiter {
	SCARDCONTEXT context;
	struct waiter *next;
};

struct pcsc {
	struct transport base;
	const struct log *log;
	struct mutex lock; /* guards the three below and all calls with the context */
	SCARDCONTEXT context;
	bool established;
	uint32_t epoch;         /* how often the service was lost */
	struct mutex wait_lock; /* guards the two below; held for no call that blocks */
	struct waiter *waiters;
	bool cancelled;
	struct gate *idle; /* open while nobody waits */
};

struct pcsc_link {
	struct link base;
	struct pcsc *pcsc;
	const struct log *log;
	SCARDCONTEXT context;
	SCARDHANDLE card;
	char reader[LIMIT_READER_NAME];
	uint64_t streak_ms;    /* when the use of the card without a pause began */
	uint64_t long_ms;      /* the same without a long pause */
	uint64_t ended_ms;     /* when the last transaction ended */
	uint64_t contended_ms; /* when another program's transaction was met last; 0: never */
};

static int fail(const struct log *log, const char *call, LONG rv)
{
	return log_fail(log, pcsc_error((uint32_t)rv), "%s: %08lX", call,
			(unsigned long)(uint32_t)rv);
}

static void reader_from_state(const SCARD_READERSTATE *state, uint32_t epoch, struct reader *ret)
{
	const DWORD unusable = SCARD_STATE_UNAVAILABLE | SCARD_STATE_UNKNOWN;
	DWORD s = state->dwEventState;

	ret->present = (s & SCARD_STATE_PRESENT) && !(s & unusable);
	ret->mute = ret->present && (s & SCARD_STATE_MUTE);
	ret->events = epoch << 16 | (s >> 16 & 0xFFFF);
	ret->atr_len = 0;
	if (ret->present && !ret->mute && state->cbAtr <= LIMIT_ATR) {
		memcpy(ret->atr, state->rgbAtr, state->cbAtr);
		ret->atr_len = state->cbAtr;
	}
}

/* The names of the readers; MOHR_ERR_LIMIT is left for a service that breaks its own rules. */
static LONG list(SCARDCONTEXT context, struct reader *ret, size_t max, size_t *ret_n)
{
	char names[LIST_LEN];
	DWORD len = sizeof names;
	size_t n = 0;
	LONG rv = SCardListReaders(context, NULL, names, &len);

	if ((uint32_t)rv == (uint32_t)SCARD_E_NO_READERS_AVAILABLE) {
		*ret_n = 0;
		return SCARD_S_SUCCESS;
	}
	if (rv != SCARD_S_SUCCESS)
		return rv;
	if (len > sizeof names)
		return SCARD_E_INSUFFICIENT_BUFFER;
	for (size_t at = 0; at < len && names[at] && n < max;) {
		size_t name_len = strnlen(names + at, len - at);

		if (name_len < LIMIT_READER_NAME) {
			memset(&ret[n], 0, sizeof ret[n]);
			memcpy(ret[n++].name, names + at, name_len);
		}
		at += name_len + 1;
	}
	*ret_n = n;
	return SCARD_S_SUCCESS;
}

/* The readers and their states as they are; states (LIMIT_N_READERS of them) borrow the names in ret. */
static LONG snapshot(SCARDCONTEXT context, uint32_t epoch, struct reader *ret, size_t max,
		     size_t *ret_n, SCARD_READERSTATE *states)
{
	size_t n = 0;
	LONG rv = SCARD_S_SUCCESS;

	if (max > LIMIT_N_READERS)
		max = LIMIT_N_READERS;
	/* a reader that goes between the two calls is unknown to the second */
	for (int i = 0; i < LIST_TRIES; i++) {
		rv = list(context, ret, max, &n);
		if (rv != SCARD_S_SUCCESS || n == 0)
			break;
		memset(states, 0, n * sizeof *states);
		for (size_t k = 0; k < n; k++)
			states[k].szReader = ret[k].name;
		rv = SCardGetStatusChange(context, 0, states, (DWORD)n);
		if ((uint32_t)rv == (uint32_t)SCARD_E_TIMEOUT)
			rv = SCARD_S_SUCCESS;
		if ((uint32_t)rv != (uint32_t)SCARD_E_UNKNOWN_READER)
			break;
	}
	if (rv != SCARD_S_SUCCESS)
		return rv;
	for (size_t k = 0; k < n; k++)
		reader_from_state(&states[k], epoch, &ret[k]);
	*ret_n = n;
	return SCARD_S_SUCCESS;
}

static void forget_context(struct pcsc *p)
{
	if (p->established)
		(void)SCardReleaseContext(p->context);
	p->established = false;
	p->epoch++;
}

static int pcsc_readers(struct transport *t, struct reader *ret, size_t max, size_t *ret_n)
{
	struct pcsc *p = (struct pcsc *)t;
	SCARD_READERSTATE states[LIMIT_N_READERS];
	LONG rv = SCARD_S_SUCCESS;

	mutex_lock(&p->lock);
	for (int tries = 0; tries < 2; tries++) {
		bool fresh = !p->established;

		if (fresh)
			rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &p->context);
		if (rv != SCARD_S_SUCCESS)
			break;
		p->established = true;
		rv = snapshot(p->context, p->epoch, ret, max, ret_n, states);
		if (!pcsc_service_lost((uint32_t)rv))
			break;
		forget_context(p);
		if (fresh)
			break;
		rv = SCARD_S_SUCCESS;
	}
	mutex_unlock(&p->lock);
	return rv == SCARD_S_SUCCESS ? 0 : fail(p->log, "readers", rv);
}

/* From here on pcsc_cancel knows of the context. */
static int enter(struct pcsc *p, struct waiter *w)
{
	int r = MOHR_ERR_CANCELLED;
	LONG rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &w->context);

	if (rv != SCARD_S_SUCCESS)
		return fail(p->log, "SCardEstablishContext", rv);
	mutex_lock(&p->wait_lock);
	if (!p->cancelled) {
		w->next = p->waiters;
		p->waiters = w;
		gate_shut(p->idle);
		r = 0;
	}
	mutex_unlock(&p->wait_lock);
	if (r != 0)
		(void)SCardReleaseContext(w->context);
	return r;
}

static void leave(struct pcsc *p, struct waiter *w)
{
	struct waiter **at;

	mutex_lock(&p->wait_lock);
	for (at = &p->waiters; *at != w; at = &(*at)->next)
		;
	*at = w->next;
	if (!p->waiters)
		gate_open(p->idle);
	mutex_unlock(&p->wait_lock);
	(void)SCardReleaseContext(w->context);
}

/*
 * Sleeps until something may have changed, the slice is over or the wait is cancelled; whether the
 * readers differ is for the caller to see. Other errors than MOHR_ERR_NO_SERVICE do not pass.
 */
static int sleep_until_change(struct pcsc *p, struct waiter *w, const struct reader *known,
			      size_t n, uint64_t deadline)
{
	SCARD_READERSTATE states[LIMIT_N_READERS + 1];
	struct reader now[LIMIT_N_READERS];
	uint32_t epoch = n > 0 ? known[0].events >> 16 : 0;
	size_t n_now;
	LONG rv = snapshot(w->context, epoch, now, LIMIT_N_READERS, &n_now, states);

	if (rv != SCARD_S_SUCCESS)
		return fail(p->log, "wait", rv);
	if (readers_differ(known, n, now, n_now))
		return 0;
	for (size_t i = 0; i < n_now; i++)
		states[i].dwCurrentState = states[i].dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
	/* pcsc-lite takes no more states than it can have readers; with all of them no other can come */
	if (n_now < LIMIT_N_READERS) {
		memset(&states[n_now], 0, sizeof states[n_now]);
		states[n_now++].szReader = "\\\\?PnP?\\Notification";
	}
	rv = SCardGetStatusChange(w->context, (DWORD)deadline_left(deadline, WAIT_SLICE_MS), states,
				  (DWORD)n_now);
	switch (pcsc_error((uint32_t)rv)) {
	case 0:
	case MOHR_ERR_TIMEOUT:
	case MOHR_ERR_CANCELLED:
	case MOHR_ERR_READER_GONE:
		return 0;
	default:
		return fail(p->log, "SCardGetStatusChange", rv);
	}
}

static bool is_cancelled(struct pcsc *p)
{
	bool cancelled;

	mutex_lock(&p->wait_lock);
	cancelled = p->cancelled;
	mutex_unlock(&p->wait_lock);
	return cancelled;
}

static int pcsc_wait(struct transport *t, const struct reader *known, size_t n, int timeout_ms)
{
	struct pcsc *p = (struct pcsc *)t;
	uint64_t deadline = deadline_after(timeout_ms);
	struct reader now[LIMIT_N_READERS];
	struct waiter w;
	size_t n_now;
	int r, losses = 0;

	for (;;) {
		/* first, so that a cancelled transport says so whatever the state of the service */
		r = is_cancelled(p) ? MOHR_ERR_CANCELLED : 0;
		if (r != 0 || (r = pcsc_readers(t, now, LIMIT_N_READERS, &n_now)) != 0)
			return r;
		if (readers_differ(known, n, now, n_now))
			return 0;
		if (deadline_left(deadline, 1) == 0)
			return MOHR_ERR_TIMEOUT;
		r = enter(p, &w);
		if (r != 0)
			return r;
		r = sleep_until_change(p, &w, known, n, deadline);
		leave(p, &w);
		losses = r == 0 ? 0 : losses + 1;
		if (r != 0 && (r != MOHR_ERR_NO_SERVICE || losses > 2))
			return r;
	}
}

static void pcsc_cancel(struct transport *t)
{
	struct pcsc *p = (struct pcsc *)t;

	for (int i = 0; i < CANCEL_TRIES; i++) {
		mutex_lock(&p->wait_lock);
		p->cancelled = true;
		for (struct waiter *w = p->waiters; w; w = w->next)
			(void)SCardCancel(w->context);
		mutex_unlock(&p->wait_lock);
		if (gate_wait(p->idle, CANCEL_AGAIN_MS) == 0)
			return;
	}
}

/* A card that is gone is CARD_ABSENT to who comes, and CARD_REMOVED to who had it. */
static int link_fail(const struct pcsc_link *l, const char *call, LONG rv)
{
	int r = fail(l->log, call, rv);

	return r == MOHR_ERR_CARD_ABSENT ? MOHR_ERR_CARD_REMOVED : r;
}

/*
 * Protocol and ATR of the card that is connected. Not by SCardStatus, which waits while another
 * program has a transaction.
 */
static int describe(struct pcsc_link *l, DWORD protocol)
{
	SCARD_READERSTATE state;
	struct reader reader;
	LONG rv;

	memset(&state, 0, sizeof state);
	state.szReader = l->reader;
	rv = SCardGetStatusChange(l->context, 0, &state, 1);
	if (rv != SCARD_S_SUCCESS && (uint32_t)rv != (uint32_t)SCARD_E_TIMEOUT)
		return link_fail(l, "SCardGetStatusChange", rv);
	reader_from_state(&state, 0, &reader);
	if (!reader.present)
		return MOHR_ERR_CARD_REMOVED;
	l->base.protocol = protocol == SCARD_PROTOCOL_T1 ? PROTOCOL_T1 : PROTOCOL_T0;
	memcpy(l->base.atr, reader.atr, reader.atr_len);
	l->base.atr_len = reader.atr_len;
	return 0;
}

/*
 * Waits for the end of another program's transaction. SCardBeginTransaction of pcsc-lite looks for it ten
 * times a second only: a program that signs without a pause would keep all others out. SCardGetAttrib
 * tells of it at once, and asks the driver for nothing but what it remembers. Who keeps the card for good
 * keeps us too, but not after cancel.
 */
static int await_turn(struct pcsc_link *l)
{
	uint64_t begin = clock_ms();
	BYTE atr[LIMIT_ATR];
	DWORD len;

	for (;;) {
		len = sizeof atr;
		if ((uint32_t)SCardGetAttrib(l->card, ATTRIBUTE_ATR, atr, &len) !=
		    (uint32_t)SCARD_E_SHARING_VIOLATION)
			return 0;
		l->contended_ms = clock_ms();
		if (l->contended_ms - begin >= TURN_LAST_MS && is_cancelled(l->pcsc))
			return log_fail(l->log, MOHR_ERR_CARD_BUSY,
					"another program keeps the card");
		clock_sleep_ms(l->contended_ms - begin < TURN_LONG_MS ? TURN_LOOK_MS
								      : TURN_LOOK_LATER_MS);
	}
}

/*
 * Nobody queues for a card: who finds it taken looks again later, pcsc-lite's own waiters after 100 ms. So
 * a program that uses it all the time must leave it alone now and then.
 */
static void give_way(struct pcsc_link *l)
{
	uint64_t now = clock_ms(), idle = now - l->ended_ms, pause = 0;

	if (now - l->long_ms >= LONG_STREAK_MS)
		pause = LONG_PAUSE_MS;
	else if (now - l->streak_ms >= STREAK_MS ||
		 (l->contended_ms != 0 && now - l->contended_ms < CONTENDED_MS))
		pause = PAUSE_MS;
	if (idle < pause) {
		clock_sleep_ms((unsigned)(pause - idle));
		idle = pause;
	}
	if (idle >= PAUSE_MS)
		l->streak_ms = clock_ms();
	if (idle >= LONG_PAUSE_MS)
		l->long_ms = clock_ms();
}

static int pcsc_begin(struct link *link)
{
	struct pcsc_link *l = (struct pcsc_link *)link;
	LONG rv;
	int r;

	give_way(l);
	r = await_turn(l);
	if (r != 0)
		return r;
	rv = SCardBeginTransaction(l->card);
	return rv == SCARD_S_SUCCESS ? 0 : link_fail(l, "SCardBeginTransaction", rv);
}

static int pcsc_end(struct link *link, bool reset)
{
	struct pcsc_link *l = (struct pcsc_link *)link;
	LONG rv = SCardEndTransaction(l->card, reset ? SCARD_RESET_CARD : SCARD_LEAVE_CARD);

	l->ended_ms = clock_ms();
	return rv == SCARD_S_SUCCESS ? 0 : link_fail(l, "SCardEndTransaction", rv);
}

static int pcsc_transmit(struct link *link, const uint8_t *command, size_t len,
			 uint8_t *ret_response, size_t cap, size_t *ret_len)
{
	struct pcsc_link *l = (struct pcsc_link *)link;
	const SCARD_IO_REQUEST *pci = l->base.protocol == PROTOCOL_T1 ? SCARD_PCI_T1 : SCARD_PCI_T0;
	DWORD got = (DWORD)cap;
	LONG rv = SCardTransmit(l->card, pci, command, (DWORD)len, NULL, ret_response, &got);

	if (rv != SCARD_S_SUCCESS)
		return link_fail(l, "SCardTransmit", rv);
	if (got > cap)
		return MOHR_ERR_INTERNAL;
	*ret_len = got;
	return 0;
}

static int pcsc_control(struct link *link, uint32_t code, const uint8_t *in, size_t len,
			uint8_t *ret, size_t cap, size_t *ret_len)
{
	struct pcsc_link *l = (struct pcsc_link *)link;
	DWORD got = 0;
	LONG rv = SCardControl(l->card, code == LINK_GET_FEATURES ? pcsc_control_features() : code,
			       in, (DWORD)len, ret, (DWORD)cap, &got);

	if (rv != SCARD_S_SUCCESS)
		return link_fail(l, "SCardControl", rv);
	*ret_len = got;
	return 0;
}

static int pcsc_reconnect(struct link *link)
{
	struct pcsc_link *l = (struct pcsc_link *)link;
	DWORD protocol = 0;
	LONG rv = SCardReconnect(l->card, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
				 SCARD_LEAVE_CARD, &protocol);

	return rv == SCARD_S_SUCCESS ? describe(l, protocol) : link_fail(l, "SCardReconnect", rv);
}

static void pcsc_link_free(struct link *link)
{
	struct pcsc_link *l = (struct pcsc_link *)link;

	(void)SCardDisconnect(l->card, SCARD_LEAVE_CARD);
	(void)SCardReleaseContext(l->context);
	free(l);
}

static const struct link_ops pcsc_link_ops = {
	.begin = pcsc_begin,
	.end = pcsc_end,
	.transmit = pcsc_transmit,
	.reconnect = pcsc_reconnect,
	.control = pcsc_control,
	.free = pcsc_link_free,
};

static int pcsc_connect(struct transport *t, const char *reader, struct link **ret)
{
	struct pcsc *p = (struct pcsc *)t;
	struct pcsc_link *l;
	DWORD protocol = 0;
	LONG rv;
	int r;

	if (strlen(reader) >= sizeof l->reader)
		return MOHR_ERR_READER_GONE;
	l = calloc(1, sizeof *l);
	if (!l)
		return MOHR_ERR_NOMEM;
	l->base.ops = &pcsc_link_ops;
	l->pcsc = p;
	l->log = p->log;
	memcpy(l->reader, reader, strlen(reader) + 1);
	rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &l->context);
	if (rv != SCARD_S_SUCCESS) {
		free(l);
		return fail(p->log, "SCardEstablishContext", rv);
	}
	rv = SCardConnect(l->context, reader, SCARD_SHARE_SHARED,
			  SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &l->card, &protocol);
	if (rv != SCARD_S_SUCCESS) {
		(void)SCardReleaseContext(l->context);
		free(l);
		return fail(p->log, "SCardConnect", rv);
	}
	r = describe(l, protocol);
	if (r != 0) {
		pcsc_link_free(&l->base);
		return r;
	}
	*ret = &l->base;
	return 0;
}

static void pcsc_free(struct transport *t)
{
	struct pcsc *p = (struct pcsc *)t;

	if (p->established)
		(void)SCardReleaseContext(p->context);
	gate_free(p->idle);
	mutex_clear(&p->wait_lock);
	mutex_clear(&p->lock);
	free(p);
}

static const struct transport_ops pcsc_ops = {
	.name = "pcsc",
	.readers = pcsc_readers,
	.wait = pcsc_wait,
	.cancel = pcsc_cancel,
	.connect = pcsc_connect,
	.free = pcsc_free,
};

int transport_pcsc_new(const struct log *log, struct transport **ret)
{
	struct pcsc *p = calloc(1, sizeof *p);
	int r;

	if (!p)
		return MOHR_ERR_NOMEM;
	p->base.ops = &pcsc_ops;
	p->log = log;
	if ((r = mutex_init(&p->lock, mutex_ops_os())) != 0 ||
	    (r = mutex_init(&p->wait_lock, mutex_ops_os())) != 0 || (r = gate_new(&p->idle)) != 0) {
		pcsc_free(&p->base);
		return r;
	}
	gate_open(p->idle);
	*ret = &p->base;
	return 0;
}
