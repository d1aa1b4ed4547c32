/* SPDX-License-Identifier: BSD-2-Clause */
/* Two PKCS#11 headers cannot be included together: each is made into a table, and the tables compared. */
#ifndef TESTS_PKCS11_HEADER_TABLE_H
#define TESTS_PKCS11_HEADER_TABLE_H

#include <stddef.h>

struct header_row {
	const char *name;
	unsigned long value;
};

#define VALUE(constant)           {#constant, (unsigned long)(constant)},
#define SIZE(structure)           {"sizeof " #structure, sizeof(structure)},
#define OFFSET(structure, member) {#structure "." #member, offsetof(structure, member)},

/* The other header's table: header_*_theirs.c. */
extern const struct header_row header_theirs[];
extern const size_t header_n_theirs;

#endif
