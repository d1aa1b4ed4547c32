/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control socket of a session: scripts/card asks, one line each way.
 *
 *	remove N | insert N [IMAGE] | mute N | unmute N | status N | pid N |
 *	kill-pcscd 1 | start-pcscd 1                                         →   ok TEXT | error TEXT
 */
#ifndef MOHR_TESTS_WITH_CARD_CONTROL_H
#define MOHR_TESTS_WITH_CARD_CONTROL_H

#include "tests/with-card/pcscd.h"

/* Listens; the descriptor or -1. */
int control_listen(const char *path);
/* Takes one connection and answers its request. */
void control_serve(int fd, struct cards *cards, struct pcscd *pcscd);
/* The client: with-card --control COMMAND [N] [IMAGE]; its exit status. */
int control_main(int argc, char **argv);

#endif
