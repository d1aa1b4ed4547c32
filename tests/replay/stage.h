/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A card on a socket, for the module as it is: a virtual card whose commands and answers are written into a
 * recording (docs/trace.md), or such a recording in the place of the card, which has to see the same commands
 * in the same transactions again. What the host makes of it is noted in the recording too, as comments.
 * Nothing is masked: the card, its PINs and its keys are made for the recording.
 */
#ifndef TESTS_REPLAY_STAGE_H
#define TESTS_REPLAY_STAGE_H

#include <stdbool.h>

#include "vcard/vcard.h"

struct stage;

/* Serves at the socket when it returns. The card is borrowed; trace is written when the stage is closed well. */
struct stage *stage_record(struct vcard *card, const char *socket, const char *trace,
			   const char *title);
/* NULL, and a message, if the file is no recording. */
struct stage *stage_replay(const char *socket, const char *trace);

/* Prints nothing of what goes otherwise than recorded. */
void stage_be_quiet(struct stage *s);

/* Writes down what the host has come to; or compares it with what was written at this place. */
void stage_note(struct stage *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * The card leaves. good tells that the host found all as it should be: a bad recording is not written. Whether
 * all went as in the recording, to its end; what did not is printed.
 */
bool stage_close(struct stage *s, bool good);

#endif
