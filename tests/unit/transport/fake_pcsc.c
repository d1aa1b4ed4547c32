/* SPDX-License-Identifier: BSD-2-Clause */
/* A PC/SC service inside the test program. */
#include "fake_pcsc.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <reader.h>
#include <winscard.h>

enum { MAX_READERS = 16, MAX_HANDLES = 64, PNP = -2, UNKNOWN = -1 };

struct slot {
	char name[MAX_READERNAME];
	bool present, mute;
	unsigned events, touched;
	uint8_t atr[MAX_ATR_SIZE];
	size_t atr_len;
};

struct handle {
	bool open, dead;
	bool waiting, cancelled; /* of a context */
	int slot;                /* of a card */
	unsigned events;         /* of the card when it was connected */
	bool reset;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool running;
	struct slot slots[MAX_READERS];
	struct handle contexts[MAX_HANDLES], cards[MAX_HANDLES];
	struct {
		uint32_t rv;
		unsigned after, calls;
		void (*hook)(void);
	} calls[FAKE_N_CALLS];
	struct fake_asked asked;
	uint8_t answer[300];
	size_t answer_len;
	DWORD protocol;
	unsigned n_waiting;
	unsigned busy;
} fake = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

const SCARD_IO_REQUEST g_rgSCardT0Pci = {SCARD_PROTOCOL_T0, sizeof(SCARD_IO_REQUEST)};
const SCARD_IO_REQUEST g_rgSCardT1Pci = {SCARD_PROTOCOL_T1, sizeof(SCARD_IO_REQUEST)};

static void lock(void)
{
	(void)pthread_mutex_lock(&fake.lock);
}

static void unlock(void)
{
	(void)pthread_cond_broadcast(&fake.changed);
	(void)pthread_mutex_unlock(&fake.lock);
}

void fake_pcsc_init(void)
{
	lock();
	memset(fake.slots, 0, sizeof fake.slots);
	memset(fake.contexts, 0, sizeof fake.contexts);
	memset(fake.cards, 0, sizeof fake.cards);
	memset(fake.calls, 0, sizeof fake.calls);
	memset(&fake.asked, 0, sizeof fake.asked);
	fake.busy = 0;
	fake.running = true;
	fake.protocol = SCARD_PROTOCOL_T0;
	fake.answer_len = 2;
	memcpy(fake.answer, "\x90\x00", 2);
	unlock();
}

void fake_pcsc_stop(void)
{
	lock();
	fake.running = false;
	for (size_t i = 0; i < MAX_HANDLES; i++)
		fake.contexts[i].dead = fake.cards[i].dead = true;
	unlock();
}

void fake_pcsc_start(void)
{
	lock();
	fake.running = true;
	for (size_t i = 0; i < MAX_READERS; i++)
		fake.slots[i].events = 0;
	unlock();
}

static int find(const char *name)
{
	for (int i = 0; i < MAX_READERS; i++) {
		if (fake.slots[i].name[0] && strcmp(fake.slots[i].name, name) == 0)
			return i;
	}
	return strcmp(name, "\\\\?PnP?\\Notification") == 0 ? PNP : UNKNOWN;
}

void fake_pcsc_add(const char *reader)
{
	lock();
	for (size_t i = 0; i < MAX_READERS; i++) {
		if (!fake.slots[i].name[0]) {
			memset(&fake.slots[i], 0, sizeof fake.slots[i]);
			memcpy(fake.slots[i].name, reader, strlen(reader) + 1);
			break;
		}
	}
	unlock();
}

static struct slot *slot(const char *reader)
{
	int i = find(reader);

	if (i < 0)
		abort();
	return &fake.slots[i];
}

void fake_pcsc_remove_reader(const char *reader)
{
	lock();
	memset(slot(reader), 0, sizeof(struct slot));
	unlock();
}

void fake_pcsc_insert(const char *reader, const void *atr, size_t len)
{
	struct slot *s;

	lock();
	s = slot(reader);
	s->present = true;
	s->mute = len == 0;
	s->events++;
	if (len > 0)
		memcpy(s->atr, atr, len);
	s->atr_len = len;
	unlock();
}

void fake_pcsc_remove(const char *reader)
{
	lock();
	slot(reader)->present = slot(reader)->mute = false;
	slot(reader)->events++;
	unlock();
}

void fake_pcsc_touch(const char *reader)
{
	lock();
	slot(reader)->touched++;
	unlock();
}

void fake_pcsc_reset(const char *reader)
{
	lock();
	for (size_t i = 0; i < MAX_HANDLES; i++) {
		if (fake.cards[i].open && fake.cards[i].slot == find(reader))
			fake.cards[i].reset = true;
	}
	unlock();
}

void fake_pcsc_fail(enum fake_call call, uint32_t rv, unsigned after)
{
	lock();
	fake.calls[call].rv = rv;
	fake.calls[call].after = after;
	unlock();
}

void fake_pcsc_busy(unsigned looks)
{
	lock();
	fake.busy = looks;
	unlock();
}

void fake_pcsc_hook(enum fake_call call, void (*hook)(void))
{
	lock();
	fake.calls[call].hook = hook;
	unlock();
}

unsigned fake_pcsc_calls(enum fake_call call)
{
	unsigned n;

	lock();
	n = fake.calls[call].calls;
	unlock();
	return n;
}

unsigned fake_pcsc_open(void)
{
	unsigned n = 0;

	lock();
	for (size_t i = 0; i < MAX_HANDLES; i++)
		n += (unsigned)fake.contexts[i].open + fake.cards[i].open;
	unlock();
	return n;
}

void fake_pcsc_await_waiter(void)
{
	lock();
	while (fake.n_waiting == 0)
		(void)pthread_cond_wait(&fake.changed, &fake.lock);
	unlock();
}

void fake_pcsc_answer(const void *response, size_t len)
{
	lock();
	if (len > 0)
		memcpy(fake.answer, response, len);
	fake.answer_len = len;
	unlock();
}

struct fake_asked fake_pcsc_asked(void)
{
	struct fake_asked asked;

	lock();
	asked = fake.asked;
	unlock();
	return asked;
}

void fake_pcsc_protocol(unsigned long protocol)
{
	lock();
	fake.protocol = protocol;
	unlock();
}

/* Counts the call, runs its hook and takes the lock; the injected failure or success. */
static LONG arrive(enum fake_call call)
{
	void (*hook)(void);
	LONG rv = SCARD_S_SUCCESS;

	lock();
	fake.calls[call].calls++;
	hook = fake.calls[call].hook;
	unlock();
	if (hook)
		hook();
	lock();
	if (fake.calls[call].rv != 0) {
		if (fake.calls[call].after == 0)
			rv = (LONG)fake.calls[call].rv;
		else
			fake.calls[call].after--;
	}
	return rv;
}

static LONG depart(LONG rv)
{
	unlock();
	return rv;
}

/* Handles are 1000 and 2000 plus an index: a context taken for a card shows. */
static struct handle *context_of(SCARDCONTEXT c)
{
	return c >= 1000 && c < 1000 + MAX_HANDLES && fake.contexts[c - 1000].open
		       ? &fake.contexts[c - 1000]
		       : NULL;
}

static struct handle *card_of(SCARDHANDLE c)
{
	return c >= 2000 && c < 2000 + MAX_HANDLES && fake.cards[c - 2000].open
		       ? &fake.cards[c - 2000]
		       : NULL;
}

LONG SCardEstablishContext(DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT ret)
{
	LONG rv = arrive(FAKE_ESTABLISH);

	(void)reserved1;
	(void)reserved2;
	if (rv != SCARD_S_SUCCESS)
		return depart(rv);
	if (!fake.running)
		return depart(SCARD_E_NO_SERVICE);
	if (scope != SCARD_SCOPE_SYSTEM)
		return depart(SCARD_E_INVALID_VALUE);
	for (int i = 0; i < MAX_HANDLES; i++) {
		if (!fake.contexts[i].open) {
			fake.contexts[i] = (struct handle){.open = true};
			*ret = 1000 + i;
			return depart(SCARD_S_SUCCESS);
		}
	}
	abort();
}

LONG SCardReleaseContext(SCARDCONTEXT context)
{
	LONG rv = arrive(FAKE_RELEASE);
	struct handle *c = context_of(context);

	if (!c || c->waiting)
		abort(); /* released twice, never made, or under somebody's wait */
	c->open = false;
	return depart(rv);
}

LONG SCardListReaders(SCARDCONTEXT context, LPCSTR groups, LPSTR ret, LPDWORD len)
{
	LONG rv = arrive(FAKE_LIST);
	struct handle *c = context_of(context);
	DWORD n = 0;

	if (rv != SCARD_S_SUCCESS)
		return depart(rv);
	if (!c || c->dead || groups)
		return depart(SCARD_E_INVALID_HANDLE);
	for (size_t i = 0; i < MAX_READERS; i++) {
		size_t name_len = strlen(fake.slots[i].name) + 1;

		if (name_len == 1)
			continue;
		if (n + name_len + 1 > *len)
			return depart(SCARD_E_INSUFFICIENT_BUFFER);
		memcpy(ret + n, fake.slots[i].name, name_len);
		n += name_len;
	}
	if (n == 0)
		return depart(SCARD_E_NO_READERS_AVAILABLE);
	ret[n++] = '\0';
	*len = n;
	return depart(SCARD_S_SUCCESS);
}

/* Fills one state; whether it differs from what the caller knows. */
static bool look(SCARD_READERSTATE *state, unsigned n_readers)
{
	int i = find(state->szReader);
	const struct slot *s;
	unsigned now = 0;

	if (i == PNP) {
		for (int k = 0; k < MAX_READERS; k++)
			now += fake.slots[k].name[0] != '\0';
		return now != n_readers;
	}
	if (i == UNKNOWN) {
		state->dwEventState = SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE;
		return true;
	}
	s = &fake.slots[i];
	state->dwEventState =
		(DWORD)s->events << 16 | (s->present ? SCARD_STATE_PRESENT : SCARD_STATE_EMPTY) |
		(s->mute ? SCARD_STATE_MUTE : 0) | (s->touched % 2 ? SCARD_STATE_INUSE : 0);
	state->cbAtr = s->present ? s->atr_len : 0;
	memcpy(state->rgbAtr, s->atr, state->cbAtr);
	if (state->dwCurrentState == SCARD_STATE_UNAWARE ||
	    state->dwCurrentState != state->dwEventState) {
		state->dwEventState |= SCARD_STATE_CHANGED;
		return true;
	}
	return false;
}

LONG SCardGetStatusChange(SCARDCONTEXT context, DWORD timeout, SCARD_READERSTATE *states, DWORD n)
{
	LONG rv = arrive(FAKE_STATUS_CHANGE);
	struct handle *c = context_of(context);
	struct timespec until;
	unsigned n_readers = 0;
	bool changed = false;
	int timed = 0;

	if (rv != SCARD_S_SUCCESS)
		return depart(rv);
	if (!c || c->dead)
		return depart(SCARD_E_INVALID_HANDLE);
	if (n > MAX_READERS)
		return depart(SCARD_E_INVALID_PARAMETER);
	for (DWORD i = 0; i < n; i++) {
		if (find(states[i].szReader) == UNKNOWN)
			return depart(SCARD_E_UNKNOWN_READER);
	}
	for (int k = 0; k < MAX_READERS; k++)
		n_readers += fake.slots[k].name[0] != '\0';
	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += (time_t)(timeout / 1000);
	until.tv_nsec += (long)(timeout % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	c->waiting = timeout > 0;
	c->cancelled = false; /* what came before is lost */
	fake.n_waiting += c->waiting;
	(void)pthread_cond_broadcast(&fake.changed);
	for (;;) {
		for (DWORD i = 0; i < n; i++)
			changed |= look(&states[i], n_readers);
		if (changed || c->dead || c->cancelled || timed == ETIMEDOUT || timeout == 0)
			break;
		timed = pthread_cond_timedwait(&fake.changed, &fake.lock, &until);
	}
	fake.n_waiting -= c->waiting;
	c->waiting = false;
	if (c->dead)
		return depart(SCARD_E_SERVICE_STOPPED);
	if (c->cancelled)
		return depart(SCARD_E_CANCELLED);
	return depart(changed ? SCARD_S_SUCCESS : SCARD_E_TIMEOUT);
}

LONG SCardCancel(SCARDCONTEXT context)
{
	LONG rv = arrive(FAKE_CANCEL);
	struct handle *c = context_of(context);

	if (!c)
		abort(); /* pcsc-lite reuses numbers: this could be somebody else's */
	if (rv == SCARD_S_SUCCESS)
		c->cancelled = true;
	return depart(rv);
}

LONG SCardConnect(SCARDCONTEXT context, LPCSTR reader, DWORD share, DWORD protocols,
		  LPSCARDHANDLE ret, LPDWORD protocol)
{
	LONG rv = arrive(FAKE_CONNECT);
	struct handle *c = context_of(context);
	int i;

	fake.asked.share_mode = share;
	fake.asked.protocols = protocols;
	if (rv != SCARD_S_SUCCESS)
		return depart(rv);
	if (!c || c->dead)
		return depart(SCARD_E_INVALID_HANDLE);
	i = find(reader);
	if (i < 0)
		return depart(SCARD_E_UNKNOWN_READER);
	if (!fake.slots[i].present)
		return depart(SCARD_E_NO_SMARTCARD);
	if (fake.slots[i].mute)
		return depart(SCARD_W_UNRESPONSIVE_CARD);
	for (int k = 0; k < MAX_HANDLES; k++) {
		if (!fake.cards[k].open) {
			fake.cards[k] = (struct handle){
				.open = true, .slot = i, .events = fake.slots[i].events};
			*ret = 2000 + k;
			*protocol = fake.protocol;
			return depart(SCARD_S_SUCCESS);
		}
	}
	abort();
}

/* What stands in the way of using a card. */
static LONG card_state(const struct handle *c)
{
	if (!c || c->dead)
		return SCARD_E_INVALID_HANDLE;
	if (!fake.slots[c->slot].name[0])
		return SCARD_E_READER_UNAVAILABLE;
	if (fake.slots[c->slot].events != c->events)
		return SCARD_W_REMOVED_CARD;
	return c->reset ? SCARD_W_RESET_CARD : SCARD_S_SUCCESS;
}

LONG SCardReconnect(SCARDHANDLE card, DWORD share, DWORD protocols, DWORD initialization,
		    LPDWORD protocol)
{
	LONG rv = arrive(FAKE_RECONNECT);
	struct handle *c = card_of(card);

	fake.asked.share_mode = share;
	fake.asked.protocols = protocols;
	fake.asked.initialization = initialization;
	if (rv != SCARD_S_SUCCESS)
		return depart(rv);
	if (c)
		c->reset = false;
	*protocol = fake.protocol;
	return depart(card_state(c));
}

LONG SCardDisconnect(SCARDHANDLE card, DWORD disposition)
{
	LONG rv = arrive(FAKE_DISCONNECT);
	struct handle *c = card_of(card);

	if (!c)
		abort();
	c->open = false;
	fake.asked.disposition = disposition;
	return depart(rv);
}

LONG SCardGetAttrib(SCARDHANDLE card, DWORD attribute, LPBYTE ret, LPDWORD len)
{
	LONG rv = arrive(FAKE_ATTRIB);
	const struct handle *c = card_of(card);

	if (rv == SCARD_S_SUCCESS && fake.busy > 0) {
		fake.busy--;
		return depart(SCARD_E_SHARING_VIOLATION);
	}
	if (rv == SCARD_S_SUCCESS)
		rv = card_state(c);
	if (rv != SCARD_S_SUCCESS)
		return depart(rv);
	if (attribute != SCARD_ATTR_ATR_STRING)
		return depart(SCARD_E_UNSUPPORTED_FEATURE);
	if (*len < fake.slots[c->slot].atr_len)
		return depart(SCARD_E_INSUFFICIENT_BUFFER);
	memcpy(ret, fake.slots[c->slot].atr, fake.slots[c->slot].atr_len);
	*len = fake.slots[c->slot].atr_len;
	return depart(rv);
}

LONG SCardBeginTransaction(SCARDHANDLE card)
{
	LONG rv = arrive(FAKE_BEGIN);

	if (fake.busy > 0)
		abort(); /* pcsc-lite would sleep for 100 ms here */
	return depart(rv != SCARD_S_SUCCESS ? rv : card_state(card_of(card)));
}

LONG SCardEndTransaction(SCARDHANDLE card, DWORD disposition)
{
	LONG rv = arrive(FAKE_END);

	fake.asked.end_disposition = disposition;
	return depart(rv != SCARD_S_SUCCESS ? rv : card_state(card_of(card)));
}

LONG SCardTransmit(SCARDHANDLE card, const SCARD_IO_REQUEST *pci, LPCBYTE command, DWORD len,
		   SCARD_IO_REQUEST *receive_pci, LPBYTE ret, LPDWORD ret_len)
{
	LONG rv = arrive(FAKE_TRANSMIT);

	(void)receive_pci;
	if (rv == SCARD_S_SUCCESS)
		rv = card_state(card_of(card));
	if (rv != SCARD_S_SUCCESS)
		return depart(rv);
	fake.asked.pci = pci->dwProtocol;
	fake.asked.command_len = len;
	memcpy(fake.asked.command, command,
	       len < sizeof fake.asked.command ? len : sizeof fake.asked.command);
	if (fake.answer_len > *ret_len) {
		*ret_len = fake.answer_len;
		return depart(SCARD_E_INSUFFICIENT_BUFFER);
	}
	memcpy(ret, fake.answer, fake.answer_len);
	*ret_len = fake.answer_len;
	return depart(SCARD_S_SUCCESS);
}

LONG SCardControl(SCARDHANDLE card, DWORD code, LPCVOID in, DWORD len, LPVOID ret, DWORD cap,
		  LPDWORD ret_len)
{
	LONG rv = arrive(FAKE_CONTROL);

	if (rv == SCARD_S_SUCCESS)
		rv = card_state(card_of(card));
	if (rv != SCARD_S_SUCCESS)
		return depart(rv);
	fake.asked.control = code;
	fake.asked.command_len = len;
	if (len > 0)
		memcpy(fake.asked.command, in,
		       len < sizeof fake.asked.command ? len : sizeof fake.asked.command);
	if (fake.answer_len > cap)
		return depart(SCARD_E_INSUFFICIENT_BUFFER);
	memcpy(ret, fake.answer, fake.answer_len);
	*ret_len = fake.answer_len;
	return depart(SCARD_S_SUCCESS);
}
