/* SPDX-License-Identifier: BSD-2-Clause */
/* Watching pcscd's readers through PC/SC, by events only. */
#ifndef MOHR_TESTS_WITH_CARD_READERS_H
#define MOHR_TESTS_WITH_CARD_READERS_H

#include <stdbool.h>

/*
 * reader.conf's FRIENDLYNAME, unless the card's personality wants another, which software of others looks
 * for; behind it a number that counts from 1. pcscd adds " 00 00".
 */
#define READER_NAME "Mohr Reader"

/* Waits until pcscd's socket takes connections. */
bool readers_await_daemon(const char *socket, int timeout_ms);
/*
 * Waits until reader n (from 1) has a card, or has none. False after timeout_ms, or when pcscd does
 * not answer; which of them is printed.
 */
bool readers_await(unsigned n, bool present, int timeout_ms);

#endif
