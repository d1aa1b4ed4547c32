/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A private pcscd. Its socket's place is compiled in (/run/pcscd), so it gets a mount namespace of its
 * own: as root plainly, else within a user namespace; where neither is to be had, a preload moves the
 * paths. It loads no driver but ours.
 */
#ifndef MOHR_TESTS_WITH_CARD_PCSCD_H
#define MOHR_TESTS_WITH_CARD_PCSCD_H

#include "tests/with-card/cards.h"

struct pcscd {
	struct child process;
	char folder[RUNDIR_LEN + 16]; /* stands in for /run/pcscd */
	char none[RUNDIR_LEN + 16];   /* an empty folder */
	char config[RUNDIR_LEN + 16];
	char socket[RUNDIR_LEN + 32];
	char log[PATH_MAX];
	char ipc_dir[PATH_MAX], driver_dir[PATH_MAX]; /* as compiled in */
	char program[PATH_MAX];
	bool disable_polkit; /* releases that know the option need it */
};

/*
 * Starts it and waits until each reader has its card; sets PCSCLITE_CSOCK_NAME. Prints what goes
 * wrong.
 */
bool pcscd_start(struct pcscd *p, const struct cards *cards);
/* Ends it as a crash would; and starts it once more, its clients' path being the same. */
bool pcscd_kill(struct pcscd *p);
bool pcscd_start_again(struct pcscd *p, const struct cards *cards);
/* False if it had ended by itself, or crashes at its end; that is printed. */
bool pcscd_end(struct pcscd *p);

#endif
