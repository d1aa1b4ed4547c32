#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# cppcheck over the product; its findings are errors.
set -u
. "${MOHR_SOURCE:-.}/tests/harness/tap.sh"
cd "${MOHR_SOURCE:-.}" || exit 99

if command -v cppcheck >/dev/null; then
	check "cppcheck finds nothing" cppcheck --quiet --error-exitcode=1 --std=c11 -j 2 \
		--enable=warning,portability --inline-suppr --suppress=missingInclude \
		--suppress=missingIncludeSystem -D_GNU_SOURCE -D__linux__ -I lib -I . \
		--suppress=normalCheckLevelMaxBranches lib pkcs11 vcard
else
	not_ok "cppcheck is missing (install it with scripts/install-deps check)"
fi
tap_done
