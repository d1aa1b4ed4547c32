/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the threads of all processes have done: counters in shared memory, each written by one thread
 * and read by the parent at any time.
 */
#ifndef TESTS_STRESS_TALLY_H
#define TESTS_STRESS_TALLY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/stress/options.h"

/* Latencies in microseconds: 16 steps for each power of two, so within 6 % of the truth. */
enum { TALLY_STEPS = 16, TALLY_BUCKETS = 32 * TALLY_STEPS };

struct tally {
	_Atomic(uint64_t) signatures;
	_Atomic(uint64_t) logins; /* C_Login as a user that the card was asked for */
	_Atomic(uint64_t)
		lost_logins; /* CKR_USER_NOT_LOGGED_IN, because of other processes or threads */
	_Atomic(uint64_t) cpu_ns; /* of this thread, inside the module */
	_Atomic(uint64_t) max_us;
	_Atomic(uint64_t) progress_ms; /* when the last signature was made, by tally_now_ms */
	_Atomic(uint32_t) latency[TALLY_BUCKETS];
};

/* What went wrong first, of all processes. */
struct failure {
	atomic_int claimed;
	atomic_int told;
	char text[200];
};

struct tallies {
	_Atomic(bool) stop;
	struct failure failure;
	struct tally threads[MAX_PROCESSES][MAX_THREADS];
};

/* Shared with children that are forked later; NULL if there is no memory. */
struct tallies *tallies_new(void);

uint64_t tally_now_ms(void);
/* One signature that took us. */
void tally_signature(struct tally *t, uint64_t us, uint64_t cpu_ns);
/* Keeps the first failure, and stops everybody. */
void tallies_fail(struct tallies *all, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

struct tally_sum {
	uint64_t signatures, logins, lost_logins, cpu_ns, max_us;
	uint64_t least, most; /* signatures of the slowest and of the busiest process */
	uint64_t median_us, p99_us;
};

void tallies_sum(const struct tallies *all, const struct options *o, struct tally_sum *ret);

#endif
