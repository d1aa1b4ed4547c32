/* SPDX-License-Identifier: BSD-2-Clause */
/* The entrance: a word of {generation, state, calls inside} on a page that fork wipes. */
#include "pkcs11/entrance.h"

#include <stdatomic.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/secret.h"
#include "pkcs11/process.h"

/* The word: 32 bits of generation, 2 of state, 30 of count. */
#define STATE_CLOSED   0x00000000ULL
#define STATE_BUSY     0x40000000ULL /* being opened or closed */
#define STATE_OPEN     0x80000000ULL
#define STATE_MASK     0xC0000000ULL
#define COUNT_MASK     0x3FFFFFFFULL
#define ONE_GENERATION 0x100000000ULL

struct entrance_page {
	_Atomic(uint64_t) word;
	_Atomic(uint64_t) owner; /* process_id, where the system cannot wipe pages on fork */
};

/*
 * The provider's one global: its context, and the entrance to it. The page stays for the life of the
 * process (-z nodelete). The module is not on the page, so that leak checkers see it; a child may not
 * look at it, because the page says that it is closed.
 */
static _Atomic(struct entrance_page *) the_page;
static _Atomic(struct module *) the_module;

static struct entrance_page *page_get(void)
{
	struct entrance_page *page = atomic_load(&the_page);
	struct entrance_page *none = NULL;

	if (page)
		return page;
	page = secret_pages_map(sizeof(*page));
	if (page && !atomic_compare_exchange_strong(&the_page, &none, page)) {
		secret_pages_unmap(page, sizeof(*page));
		page = none;
	}
	return page;
}

static uint64_t generation_of(uint64_t word)
{
	return word / ONE_GENERATION;
}

bool entrance_enter(struct passage *ret)
{
	struct entrance_page *page = atomic_load(&the_page);
	uint64_t word;

	if (!page || atomic_load(&page->owner) != process_id())
		return false;
	word = atomic_load(&page->word);
	do {
		if ((word & STATE_MASK) != STATE_OPEN)
			return false;
	} while (!atomic_compare_exchange_weak(&page->word, &word, word + 1));
	ret->module = atomic_load(&the_module);
	ret->generation = generation_of(word);
	return true;
}

void entrance_leave(const struct passage *p)
{
	struct entrance_page *page = atomic_load(&the_page);
	uint64_t word = atomic_load(&page->word);

	do {
		if (generation_of(word) != p->generation || (word & COUNT_MASK) == 0)
			return;
	} while (!atomic_compare_exchange_weak(&page->word, &word, word - 1));
}

/* A child on a system that does not wipe pages: what is there is the parent's. */
static void disown(struct entrance_page *page)
{
	uint64_t word = atomic_load(&page->word);

	if ((word & STATE_MASK) == STATE_CLOSED || atomic_load(&page->owner) == process_id())
		return;
	(void)atomic_compare_exchange_strong(&page->word, &word,
					     (generation_of(word) + 1) * ONE_GENERATION);
}

enum entrance_begin entrance_begin(void)
{
	struct entrance_page *page = page_get();
	uint64_t word;

	if (!page)
		return ENTRANCE_NO_MEMORY;
	for (;;) {
		disown(page);
		word = atomic_load(&page->word);
		if ((word & STATE_MASK) == STATE_OPEN)
			return ENTRANCE_IS_OPEN;
		if ((word & STATE_MASK) == STATE_CLOSED) {
			/* Before the state changes, or disown would take us for a parent. */
			atomic_store(&page->owner, process_id());
			if (atomic_compare_exchange_strong(&page->word, &word, word | STATE_BUSY))
				return ENTRANCE_BEGUN;
		}
		process_sleep_ms(1);
	}
}

/* The entrance is reserved by us: nobody but leaving calls changes the word. */
static void set_state(struct entrance_page *page, uint64_t state)
{
	uint64_t word = atomic_load(&page->word);

	while (!atomic_compare_exchange_weak(&page->word, &word, (word & ~STATE_MASK) | state))
		continue;
}

struct module *entrance_left(void)
{
	return atomic_load(&the_module);
}

void entrance_open(struct module *m)
{
	atomic_store(&the_module, m);
	set_state(atomic_load(&the_page), STATE_OPEN);
}

void entrance_cancel(void)
{
	set_state(atomic_load(&the_page), STATE_CLOSED);
}

struct module *entrance_close(void)
{
	struct entrance_page *page = atomic_load(&the_page);
	uint64_t word;

	if (!page || atomic_load(&page->owner) != process_id())
		return NULL;
	word = atomic_load(&page->word);
	do {
		if ((word & STATE_MASK) != STATE_OPEN)
			return NULL;
	} while (!atomic_compare_exchange_weak(&page->word, &word,
					       (word & ~STATE_MASK) | STATE_BUSY));
	return atomic_load(&the_module);
}

bool entrance_drain(unsigned timeout_ms)
{
	struct entrance_page *page = atomic_load(&the_page);
	uint64_t end = clock_ms() + timeout_ms;

	while ((atomic_load(&page->word) & COUNT_MASK) != 0) {
		if (clock_ms() >= end)
			return false;
		process_sleep_ms(1);
	}
	return true;
}

void entrance_reset(struct module *left)
{
	struct entrance_page *page = atomic_load(&the_page);
	uint64_t word = atomic_load(&page->word);

	atomic_store(&the_module, left);
	while (!atomic_compare_exchange_weak(&page->word, &word,
					     (generation_of(word) + 1) * ONE_GENERATION))
		continue;
}
