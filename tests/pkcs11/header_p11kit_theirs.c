/* SPDX-License-Identifier: BSD-2-Clause */
/* p11-kit's header as a table. */
#include "tests/pkcs11/header_table.h"

#include <p11-kit/pkcs11.h>

const struct header_row header_theirs[] = {
#include "tests/pkcs11/header_p11kit.def"
};
const size_t header_n_theirs = sizeof(header_theirs) / sizeof(header_theirs[0]);
