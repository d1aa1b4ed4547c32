/* SPDX-License-Identifier: BSD-2-Clause */
/* A gate that threads wait at (gate_posix.c, gate_windows.c): open or shut, for all at once. */
#ifndef MOHR_TRANSPORT_GATE_H
#define MOHR_TRANSPORT_GATE_H

#include "base/error.h"

struct gate;

/* A new gate is shut. The caller owns it. */
MOHR_MUST_CHECK int gate_new(struct gate **ret);
/* Nobody may be waiting. NULL is allowed. */
void gate_free(struct gate *g);

void gate_open(struct gate *g);
void gate_shut(struct gate *g);
/* 0 once it is open, MOHR_ERR_TIMEOUT after timeout_ms; timeout_ms < 0 waits for ever. */
MOHR_MUST_CHECK int gate_wait(struct gate *g, int timeout_ms);

#endif
