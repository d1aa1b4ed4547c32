/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The other way to a card: the one reader of a private pcscd, in a session of scripts/with-card --pcscd,
 * which inserts and removes on request. What it cannot do ends the test program.
 */
#ifndef TESTS_PKCS11_CARD_READER_H
#define TESTS_PKCS11_CARD_READER_H

#include <stdbool.h>
#include <sys/types.h>

/* Whether this program runs in such a session, and is meant to use it (MOHR_TEST_WAY=pcscd). */
bool card_reader_used(void);
/* Puts the card of this image in, after any other has been pulled; returns when pcscd has seen it. */
pid_t card_reader_insert(const char *image);
/* Pulls what is in it; returns when pcscd has seen it. */
void card_reader_remove(void);

#endif
