/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tells valgrind which bytes are secret: for memcheck, undefined ones, so that a branch or an index that
 * depends on them is an error. Nothing happens where valgrind is not, or its header was not.
 */
#ifndef MOHR_TESTS_CODEC_SECRET_BYTES_H
#define MOHR_TESTS_CODEC_SECRET_BYTES_H

#include <stddef.h>

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>

static inline void secret_bytes(const void *p, size_t len)
{
	VALGRIND_MAKE_MEM_UNDEFINED(p, len);
}

static inline void public_bytes(const void *p, size_t len)
{
	VALGRIND_MAKE_MEM_DEFINED(p, len);
}
#else
static inline void secret_bytes(const void *p, size_t len)
{
	(void)p;
	(void)len;
}

static inline void public_bytes(const void *p, size_t len)
{
	(void)p;
	(void)len;
}
#endif

#endif
