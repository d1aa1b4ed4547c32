/* SPDX-License-Identifier: BSD-2-Clause */
/* See cost.h. */
#include "tests/hostile/cost.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <malloc.h>
#include <stdlib.h>
#include <time.h>

enum {
	MOST_MEMORY = 4 << 20,
	MOST_SECONDS = 2,
	MOST_EXCHANGES = 2000, /* as many seconds with a reader that takes a millisecond for each */
};

static size_t allocated, peak;

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void __real_free(void *p);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void __wrap_free(void *p);

static void *count(void *p)
{
	if (p != NULL)
		allocated += malloc_usable_size(p);
	if (allocated > peak)
		peak = allocated;
	return p;
}

static void discount(void *p)
{
	if (p != NULL)
		allocated -= malloc_usable_size(p);
}

void *__wrap_malloc(size_t n)
{
	return count(__real_malloc(n));
}

void *__wrap_calloc(size_t n, size_t size)
{
	return count(__real_calloc(n, size));
}

void *__wrap_realloc(void *p, size_t n)
{
	discount(p);
	return count(__real_realloc(p, n));
}

void __wrap_free(void *p)
{
	discount(p);
	__real_free(p);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct cost cost_of(struct user *u, void (*use)(struct user *))
{
	double start = now();
	size_t before = allocated;
	struct cost cost;

	peak = allocated;
	u->mutant->n_total = 0;
	use(u);
	cost.seconds = now() - start;
	cost.bytes = peak - before;
	cost.exchanges = u->mutant->n_total;
	return cost;
}

void cost_check(const struct cost *c, const char *kind, const char *liar, unsigned first)
{
	if (c->seconds >= MOST_SECONDS || c->bytes >= MOST_MEMORY || c->exchanges > MOST_EXCHANGES)
		fail_msg("%s, %s from answer %u on: %.2f s, %zu bytes, %u exchanges", kind, liar,
			 first, c->seconds, c->bytes, c->exchanges);
}

void cost_keep_most(struct cost *most, const struct cost *c)
{
	if (c->seconds > most->seconds)
		most->seconds = c->seconds;
	if (c->bytes > most->bytes)
		most->bytes = c->bytes;
	if (c->exchanges > most->exchanges)
		most->exchanges = c->exchanges;
}
