/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pkcs11/pkcs11.h says the same as NSS's header (3.0) wherever both speak. Left out: what NSS has of its own,
 * its trust attributes and the member LibraryParameters of CK_C_INITIALIZE_ARGS.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pkcs11/pkcs11_params.h"
#include "tests/pkcs11/header_table.h"

static const struct header_row ours[] = {
#include "tests/pkcs11/header_nss.def"
};

static void constants_sizes_and_offsets_are_equal(void **state)
{
	size_t i;

	(void)state;
	assert_int_equal(sizeof(ours) / sizeof(ours[0]), header_n_theirs);
	for (i = 0; i < header_n_theirs; i++) {
		assert_string_equal(ours[i].name, header_theirs[i].name);
		if (ours[i].value != header_theirs[i].value)
			fail_msg("%s: 0x%lx here, 0x%lx there", ours[i].name, ours[i].value,
				 header_theirs[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constants_sizes_and_offsets_are_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
