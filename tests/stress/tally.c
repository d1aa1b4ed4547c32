/* SPDX-License-Identifier: BSD-2-Clause */
/* Counting signatures: see the header. */
#include "tests/stress/tally.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

struct tallies *tallies_new(void)
{
	void *p = mmap(NULL, sizeof(struct tallies), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

uint64_t tally_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static unsigned bucket_of(uint64_t us)
{
	unsigned power = 0;

	while (us >> power >= 2 * TALLY_STEPS)
		power++;
	if (us < TALLY_STEPS)
		return (unsigned)us;
	power = power * TALLY_STEPS + (unsigned)(us >> power);
	return power < TALLY_BUCKETS ? power : TALLY_BUCKETS - 1;
}

/* The middle of what falls into the bucket. */
static uint64_t value_of(unsigned bucket)
{
	unsigned power;

	if (bucket < 2 * TALLY_STEPS)
		return bucket;
	power = bucket / TALLY_STEPS - 1;
	return ((uint64_t)(bucket % TALLY_STEPS + TALLY_STEPS) << power) + (1ULL << power) / 2;
}

void tally_signature(struct tally *t, uint64_t us, uint64_t cpu_ns)
{
	atomic_fetch_add(&t->signatures, 1);
	atomic_fetch_add(&t->cpu_ns, cpu_ns);
	atomic_fetch_add(&t->latency[bucket_of(us)], 1);
	if (us > atomic_load(&t->max_us))
		atomic_store(&t->max_us, us);
	atomic_store(&t->progress_ms, tally_now_ms());
}

void tallies_fail(struct tallies *all, const char *format, ...)
{
	va_list arguments;

	if (atomic_fetch_add(&all->failure.claimed, 1) == 0) {
		va_start(arguments, format);
		(void)vsnprintf(all->failure.text, sizeof(all->failure.text), format, arguments);
		va_end(arguments);
		atomic_store(&all->failure.told, 1);
	}
	atomic_store(&all->stop, true);
}

static uint64_t percentile(const uint64_t *buckets, uint64_t n, unsigned percent)
{
	uint64_t wanted = (n * percent + 99) / 100, seen = 0;
	unsigned i;

	for (i = 0; i < TALLY_BUCKETS; i++) {
		seen += buckets[i];
		if (seen >= wanted && seen > 0)
			return value_of(i);
	}
	return 0;
}

void tallies_sum(const struct tallies *all, const struct options *o, struct tally_sum *ret)
{
	uint64_t buckets[TALLY_BUCKETS] = {0};
	unsigned p, n, i;

	memset(ret, 0, sizeof(*ret));
	ret->least = UINT64_MAX;
	for (p = 0; p < o->processes; p++) {
		uint64_t of_process = 0;

		for (n = 0; n < o->threads; n++) {
			const struct tally *t = &all->threads[p][n];

			of_process += atomic_load(&t->signatures);
			ret->logins += atomic_load(&t->logins);
			ret->lost_logins += atomic_load(&t->lost_logins);
			ret->cpu_ns += atomic_load(&t->cpu_ns);
			if (atomic_load(&t->max_us) > ret->max_us)
				ret->max_us = atomic_load(&t->max_us);
			for (i = 0; i < TALLY_BUCKETS; i++)
				buckets[i] += atomic_load(&t->latency[i]);
		}
		ret->signatures += of_process;
		ret->least = of_process < ret->least ? of_process : ret->least;
		ret->most = of_process > ret->most ? of_process : ret->most;
	}
	ret->median_us = percentile(buckets, ret->signatures, 50);
	ret->p99_us = percentile(buckets, ret->signatures, 99);
}
