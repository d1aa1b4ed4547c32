/* SPDX-License-Identifier: BSD-2-Clause */
/* The gate: a manual-reset event. */
#include <windows.h>

#include <stdlib.h>

#include "transport/gate.h"

struct gate {
	HANDLE event;
};

int gate_new(struct gate **ret)
{
	struct gate *g = calloc(1, sizeof *g);

	if (!g)
		return MOHR_ERR_NOMEM;
	g->event = CreateEventW(NULL, TRUE, FALSE, NULL);
	if (!g->event) {
		free(g);
		return MOHR_ERR_NOMEM;
	}
	*ret = g;
	return 0;
}

void gate_free(struct gate *g)
{
	if (!g)
		return;
	(void)CloseHandle(g->event);
	free(g);
}

void gate_open(struct gate *g)
{
	(void)SetEvent(g->event);
}

void gate_shut(struct gate *g)
{
	(void)ResetEvent(g->event);
}

int gate_wait(struct gate *g, int timeout_ms)
{
	return WaitForSingleObject(g->event, timeout_ms < 0 ? INFINITE : (DWORD)timeout_ms) ==
			       WAIT_OBJECT_0
		       ? 0
		       : MOHR_ERR_TIMEOUT;
}
