/* SPDX-License-Identifier: BSD-2-Clause */
/* Comparing lists of readers, and the bounds of waiting for a difference. */
#include "transport/reader.h"

#include <string.h>

#include "base/clock.h"

bool readers_differ(const struct reader *a, size_t n_a, const struct reader *b, size_t n_b)
{
	if (n_a != n_b)
		return true;
	for (size_t i = 0; i < n_a; i++) {
		if (strcmp(a[i].name, b[i].name) != 0 || a[i].present != b[i].present ||
		    a[i].mute != b[i].mute || a[i].events != b[i].events)
			return true;
	}
	return false;
}

uint64_t deadline_after(int timeout_ms)
{
	return timeout_ms < 0 ? UINT64_MAX : clock_ms() + (unsigned)timeout_ms;
}

int deadline_left(uint64_t deadline, int most)
{
	uint64_t now;

	if (deadline == UINT64_MAX)
		return most;
	now = clock_ms();
	if (now >= deadline)
		return 0;
	return deadline - now < (uint64_t)most ? (int)(deadline - now) : most;
}
