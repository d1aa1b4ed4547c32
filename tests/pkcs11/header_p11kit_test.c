/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pkcs11/pkcs11.h says the same as p11-kit's header (2.40) wherever both speak. Five return values are
 * left out: p11-kit 0.24 continues from 0x1c0 where the standard has 0x1b5 to 0x1b9
 * (CKR_EXCEEDED_MAX_ITERATIONS and the four after it).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pkcs11/pkcs11_params.h"
#include "tests/pkcs11/header_table.h"

static const struct header_row ours[] = {
#include "tests/pkcs11/header_p11kit.def"
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
