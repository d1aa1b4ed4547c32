/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual cards for tests of the module: each is a mohr-vcard process of its own, reached by a socket; or,
 * in the reader of a pcscd (card_reader.h), one of them at a time. Failures of this code end the test
 * program: without a card there is nothing to test.
 */
#ifndef TESTS_PKCS11_CARD_PROCESS_H
#define TESTS_PKCS11_CARD_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#define CARD_PIN_AUTH "271828"
#define CARD_PIN_SIGN "31415926"
#define CARD_PUK      "16180339"

struct card_process {
	char folder[64]; /* private; holds all below */
	char image[96], pristine[96], socket[96];
	pid_t pid; /* 0: not inserted */
};

/*
 * Makes a card with the options of mohr-vcard create (NULL at the end); it is not inserted. One of a profile
 * with one PIN has CARD_PIN_AUTH.
 */
void card_process_make(struct card_process *c, const char *const *options);
/* Serves the card; returns when hosts can use it. In the reader, it takes another one's place. */
void card_process_insert(struct card_process *c);
/* By the socket, with an option of mohr-vcard serve: "--mute", "--delay=50". */
void card_process_insert_with(struct card_process *c, const char *option);
void card_process_remove(struct card_process *c);
/* The card as it was made: full retry counters, first PINs. It must not be inserted. */
void card_process_restore(struct card_process *c);
/* Pulls it and removes its files. */
void card_process_destroy(struct card_process *c);

#endif
