/* SPDX-License-Identifier: BSD-2-Clause */
/* A virtual card of each kind, with PINs that its kind allows and one RSA and one EC key. */
#ifndef MOHR_TESTS_HOSTILE_KINDS_H
#define MOHR_TESTS_HOSTILE_KINDS_H

#include "tests/hostile/use.h"
#include "vcard/personality.h"

/*
 * The caller frees it; the user learns its PINs. The authority's files are made in folder, and taken out of
 * it, with the folder, by kinds_remove. Ends the program without memory.
 */
struct vcard *kinds_make(const struct vcard_personality *kind, const char *folder, struct user *u);
void kinds_remove(const char *folder);

#endif
