/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the PC/SC interposer counts, in a file that it and the driver map: MOHR_BENCH_COUNTS names it. Each
 * is a sum over all processes that use it since it was made.
 */
#ifndef MOHR_BENCH_COUNTS_H
#define MOHR_BENCH_COUNTS_H

#include <stdatomic.h>
#include <stdint.h>

enum count {
	COUNT_APDUS,          /* SCardTransmit */
	COUNT_SENT,           /* bytes of commands */
	COUNT_RECEIVED,       /* bytes of responses */
	COUNT_VERIFIES,       /* VERIFY with a PIN */
	COUNT_GUARDS,         /* SELECTs before a VERIFY with a PIN; one for each VERIFY */
	COUNT_GUARD_SENT,     /* bytes of these, with the GET RESPONSE that belong to them */
	COUNT_GUARD_RECEIVED, /* and of their responses */
	COUNT_TRANSACTIONS,   /* SCardBeginTransaction */
	COUNT_ENDS,           /* SCardEndTransaction */
	COUNT_CONTEXTS, /* SCardEstablishContext; from here on: calls that do not reach the card */
	COUNT_CONNECTS, /* SCardConnect */
	COUNT_RECONNECTS, /* SCardReconnect */
	COUNT_LOOKS,      /* SCardStatus, SCardGetStatusChange, SCardListReaders, SCardGetAttrib */
	COUNT_CONTROLS,   /* SCardControl */
	COUNT_N
};

struct counts {
	_Atomic uint64_t value[COUNT_N];
};

#endif
