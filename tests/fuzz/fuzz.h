/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What fuzz targets share. A target is one LLVMFuzzerTestOneInput in NAME_fuzz.c, a folder of inputs
 * corpus/NAME, and a few lines in local.mk. It must not keep anything from one input to the next.
 */
#ifndef MOHR_TESTS_FUZZ_H
#define MOHR_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Ends the program, and so names the input, if what must hold does not. */
static inline void must(bool holds)
{
	if (!holds)
		abort();
}

#endif
