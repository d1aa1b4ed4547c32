/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A libpcsclite.so.1 that stands before the real one and counts. A module may link libpcsclite or dlopen
 * it by its name, and LD_PRELOAD catches the first kind only; a library of that name in LD_LIBRARY_PATH
 * is found by both. MOHR_BENCH_PCSC is the path of the real one, MOHR_BENCH_COUNTS of the file of counts.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <winscard.h>

#include "tests/bench/counts.h"

#define EXPORT __attribute__((visibility("default")))

enum { INS_VERIFY = 0x20, INS_SELECT = 0xA4, INS_GET_RESPONSE = 0xC0, P1_NAME = 4, HEADER_LEN = 4 };

EXPORT const SCARD_IO_REQUEST g_rgSCardT0Pci = {SCARD_PROTOCOL_T0, sizeof(SCARD_IO_REQUEST)};
EXPORT const SCARD_IO_REQUEST g_rgSCardT1Pci = {SCARD_PROTOCOL_T1, sizeof(SCARD_IO_REQUEST)};
EXPORT const SCARD_IO_REQUEST g_rgSCardRawPci = {SCARD_PROTOCOL_RAW, sizeof(SCARD_IO_REQUEST)};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void *library;
static struct counts *counts;

/*
 * The SELECTs without another command between them, which a VERIFY may follow: the one of the application,
 * by name, is what must precede it; where there is none, the first.
 */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	SCARDHANDLE card;
	uint64_t sent, received; /* of the guard, with its GET RESPONSE */
	int open;                /* there is one */
	int by_name;
	int current; /* it is the last of them */
} run;

/* What is not counted must not look like nothing: without its files the process ends. */
static void give_up(const char *what)
{
	(void)fprintf(stderr, "interposer: %s\n", what);
	_exit(99);
}

static void start(void)
{
	const char *path = getenv("MOHR_BENCH_PCSC"), *file = getenv("MOHR_BENCH_COUNTS");
	int fd = file != NULL ? open(file, O_RDWR | O_CLOEXEC) : -1;

	library = path != NULL ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
	if (library == NULL)
		give_up("MOHR_BENCH_PCSC is not the real libpcsclite.so.1");
	if (fd < 0)
		give_up("MOHR_BENCH_COUNTS is not a file of counts");
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (counts == MAP_FAILED)
		give_up("the file of counts cannot be mapped");
	(void)close(fd);
}

/* The real function; through memory, as ISO C knows no such conversion. */
static void real(const char *name, void *ret_function)
{
	void *symbol;

	(void)pthread_once(&once, start);
	symbol = dlsym(library, name);
	if (symbol == NULL)
		give_up(name);
	memcpy(ret_function, &symbol, sizeof(symbol));
}

static void add(enum count which, uint64_t n)
{
	atomic_fetch_add(&counts->value[which], n);
}

static void note_select(SCARDHANDLE card, const unsigned char *command, DWORD len, DWORD received)
{
	int by_name = command[2] == P1_NAME;

	run.current = !run.open || run.card != card || (by_name && !run.by_name);
	if (!run.current)
		return;
	run.card = card;
	run.sent = len;
	run.received = received;
	run.open = 1;
	run.by_name = by_name;
}

/* One exchange; a VERIFY without a PIN only asks. */
static void note(SCARDHANDLE card, const unsigned char *command, DWORD len, DWORD received)
{
	unsigned char ins = len >= HEADER_LEN ? command[1] : 0;

	add(COUNT_APDUS, 1);
	add(COUNT_SENT, len);
	add(COUNT_RECEIVED, received);
	(void)pthread_mutex_lock(&lock);
	if (ins == INS_VERIFY && len > HEADER_LEN + 1) {
		add(COUNT_VERIFIES, 1);
		if (run.open && run.card == card) {
			add(COUNT_GUARDS, 1);
			add(COUNT_GUARD_SENT, run.sent);
			add(COUNT_GUARD_RECEIVED, run.received);
		}
	}
	if (ins == INS_SELECT) {
		note_select(card, command, len, received);
	} else if (ins == INS_GET_RESPONSE && run.open && run.card == card) {
		run.sent += run.current ? len : 0;
		run.received += run.current ? received : 0;
	} else {
		run.open = 0;
	}
	(void)pthread_mutex_unlock(&lock);
}

EXPORT LONG SCardEstablishContext(DWORD scope, LPCVOID r1, LPCVOID r2, LPSCARDCONTEXT context)
{
	LONG (*f)(DWORD, LPCVOID, LPCVOID, LPSCARDCONTEXT);

	real(__func__, &f);
	add(COUNT_CONTEXTS, 1);
	return f(scope, r1, r2, context);
}

EXPORT LONG SCardReleaseContext(SCARDCONTEXT context)
{
	LONG (*f)(SCARDCONTEXT);

	real(__func__, &f);
	return f(context);
}

EXPORT LONG SCardIsValidContext(SCARDCONTEXT context)
{
	LONG (*f)(SCARDCONTEXT);

	real(__func__, &f);
	return f(context);
}

EXPORT LONG SCardConnect(SCARDCONTEXT context, LPCSTR reader, DWORD share, DWORD protocols,
			 LPSCARDHANDLE card, LPDWORD protocol)
{
	LONG (*f)(SCARDCONTEXT, LPCSTR, DWORD, DWORD, LPSCARDHANDLE, LPDWORD);

	real(__func__, &f);
	add(COUNT_CONNECTS, 1);
	return f(context, reader, share, protocols, card, protocol);
}

EXPORT LONG SCardReconnect(SCARDHANDLE card, DWORD share, DWORD protocols, DWORD what,
			   LPDWORD protocol)
{
	LONG (*f)(SCARDHANDLE, DWORD, DWORD, DWORD, LPDWORD);

	real(__func__, &f);
	add(COUNT_RECONNECTS, 1);
	return f(card, share, protocols, what, protocol);
}

EXPORT LONG SCardDisconnect(SCARDHANDLE card, DWORD what)
{
	LONG (*f)(SCARDHANDLE, DWORD);

	real(__func__, &f);
	return f(card, what);
}

EXPORT LONG SCardBeginTransaction(SCARDHANDLE card)
{
	LONG (*f)(SCARDHANDLE);

	real(__func__, &f);
	add(COUNT_TRANSACTIONS, 1);
	return f(card);
}

EXPORT LONG SCardEndTransaction(SCARDHANDLE card, DWORD what)
{
	LONG (*f)(SCARDHANDLE, DWORD);

	real(__func__, &f);
	add(COUNT_ENDS, 1);
	return f(card, what);
}

EXPORT LONG SCardStatus(SCARDHANDLE card, LPSTR reader, LPDWORD reader_len, LPDWORD state,
			LPDWORD protocol, LPBYTE atr, LPDWORD atr_len)
{
	LONG (*f)(SCARDHANDLE, LPSTR, LPDWORD, LPDWORD, LPDWORD, LPBYTE, LPDWORD);

	real(__func__, &f);
	add(COUNT_LOOKS, 1);
	return f(card, reader, reader_len, state, protocol, atr, atr_len);
}

EXPORT LONG SCardGetStatusChange(SCARDCONTEXT context, DWORD timeout, SCARD_READERSTATE *states,
				 DWORD n)
{
	LONG (*f)(SCARDCONTEXT, DWORD, SCARD_READERSTATE *, DWORD);

	real(__func__, &f);
	add(COUNT_LOOKS, 1);
	return f(context, timeout, states, n);
}

EXPORT LONG SCardControl(SCARDHANDLE card, DWORD code, LPCVOID in, DWORD len, LPVOID out, DWORD cap,
			 LPDWORD got)
{
	LONG (*f)(SCARDHANDLE, DWORD, LPCVOID, DWORD, LPVOID, DWORD, LPDWORD);

	real(__func__, &f);
	add(COUNT_CONTROLS, 1);
	return f(card, code, in, len, out, cap, got);
}

EXPORT LONG SCardTransmit(SCARDHANDLE card, const SCARD_IO_REQUEST *send_pci, LPCBYTE command,
			  DWORD len, SCARD_IO_REQUEST *receive_pci, LPBYTE response, LPDWORD got)
{
	LONG(*f)
	(SCARDHANDLE, const SCARD_IO_REQUEST *, LPCBYTE, DWORD, SCARD_IO_REQUEST *, LPBYTE,
	 LPDWORD);
	LONG rv;

	real(__func__, &f);
	rv = f(card, send_pci, command, len, receive_pci, response, got);
	note(card, command, command != NULL ? len : 0,
	     rv == SCARD_S_SUCCESS && got != NULL ? *got : 0);
	return rv;
}

EXPORT LONG SCardListReaderGroups(SCARDCONTEXT context, LPSTR groups, LPDWORD len)
{
	LONG (*f)(SCARDCONTEXT, LPSTR, LPDWORD);

	real(__func__, &f);
	return f(context, groups, len);
}

EXPORT LONG SCardListReaders(SCARDCONTEXT context, LPCSTR groups, LPSTR readers, LPDWORD len)
{
	LONG (*f)(SCARDCONTEXT, LPCSTR, LPSTR, LPDWORD);

	real(__func__, &f);
	add(COUNT_LOOKS, 1);
	return f(context, groups, readers, len);
}

EXPORT LONG SCardFreeMemory(SCARDCONTEXT context, LPCVOID memory)
{
	LONG (*f)(SCARDCONTEXT, LPCVOID);

	real(__func__, &f);
	return f(context, memory);
}

EXPORT LONG SCardCancel(SCARDCONTEXT context)
{
	LONG (*f)(SCARDCONTEXT);

	real(__func__, &f);
	return f(context);
}

EXPORT LONG SCardGetAttrib(SCARDHANDLE card, DWORD id, LPBYTE value, LPDWORD len)
{
	LONG (*f)(SCARDHANDLE, DWORD, LPBYTE, LPDWORD);

	real(__func__, &f);
	add(COUNT_LOOKS, 1);
	return f(card, id, value, len);
}

EXPORT LONG SCardSetAttrib(SCARDHANDLE card, DWORD id, LPCBYTE value, DWORD len)
{
	LONG (*f)(SCARDHANDLE, DWORD, LPCBYTE, DWORD);

	real(__func__, &f);
	return f(card, id, value, len);
}

EXPORT const char *pcsc_stringify_error(const LONG error)
{
	const char *(*f)(LONG);

	real(__func__, &f);
	return f(error);
}
