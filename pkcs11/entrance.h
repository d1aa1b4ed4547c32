/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one entrance that every call passes. It counts the calls that are inside, so that C_Finalize can wait
 * for them, and it stands on a page that is zero in a forked child: a child finds it closed and never
 * sees what it inherited (PKCS#11 Usage Guide, applications and processes: C_Initialize is called anew).
 * No lock and no atfork handler is involved, so fork is allowed at any moment.
 */
#ifndef MOHR_PKCS11_ENTRANCE_H
#define MOHR_PKCS11_ENTRANCE_H

#include <stdbool.h>
#include <stdint.h>

struct module;

/* One passage: what entrance_leave needs to know. */
struct passage {
	struct module *module;
	uint64_t generation;
};

/* False if it is closed: CKR_CRYPTOKI_NOT_INITIALIZED. */
bool entrance_enter(struct passage *ret);
/* Nothing happens if it was given up meanwhile. */
void entrance_leave(const struct passage *p);

enum entrance_begin { ENTRANCE_BEGUN, ENTRANCE_IS_OPEN, ENTRANCE_NO_MEMORY };

/* C_Initialize: ENTRANCE_BEGUN reserves the entrance; entrance_open or entrance_cancel must follow. */
enum entrance_begin entrance_begin(void);
void entrance_open(struct module *m);
void entrance_cancel(void);

/* What stayed there: a parent's module or one that was left behind, never to be used; or NULL. */
struct module *entrance_left(void);

/* C_Finalize: closes; NULL if it was not open. No call enters after this; entrance_reset must follow. */
struct module *entrance_close(void);
/* Waits until nobody is inside any more; false if somebody still is after timeout_ms. */
bool entrance_drain(unsigned timeout_ms);
/*
 * Calls still inside are given up: their entrance_leave will do nothing. left is what stays behind
 * unused: the module, or what entrance_left told.
 */
void entrance_reset(struct module *left);

#endif
