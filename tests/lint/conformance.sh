#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The conformance suite in tests/pkcs11: every test stands below a comment with the clause that it checks
# (a group's heading, or its own), is listed once, and there are enough of them.
set -u
. "${MOHR_SOURCE:-.}/tests/harness/tap.sh"
cd "${MOHR_SOURCE:-.}" || exit 99
least=300
suites=$(grep -l suite_run tests/pkcs11/*_test.c)

# "file name once|every", for each TEST(name), TEST_ONCE(name) and their kin.
grep -HoE '^[[:space:]]*TEST(_SOCKET)?(_ONCE)?\([a-z0-9_]+\)' $suites |
	sed -E 's/:[[:space:]]*TEST(_SOCKET)?\((.*)\)/ \2 every/; s/:[[:space:]]*TEST(_SOCKET)?_ONCE\((.*)\)/ \2 once/' \
		>"$tap_tmp/listed"
n=$(wc -l <"$tap_tmp/listed")
diag "$n distinct cases, $(grep -c ' every$' "$tap_tmp/listed") of them in each version and locking mode"
is "there are at least $least cases" "$([ "$n" -ge "$least" ] && echo yes || echo "$n")" yes

# "file name" of each test function that has a clause above it. A heading without a clause ends a group.
awk '
	FNR == 1 { clause = 0; code = 0 }
	/^#include/ { code = 1 }
	code && /^\/\*/ && /§[0-9]/ { clause = 1 }
	code && /^\/\* ---- / { clause = 0 }
	/^static void [a-z0-9_]+\(void \*\*state\)$/ {
		name = $3
		sub(/\(.*/, "", name)
		print FILENAME, name, clause ? "cited" : "none"
	}
' $suites >"$tap_tmp/functions"
is "every test cites its clause" "$(sed -n 's/ none$//p' "$tap_tmp/functions")" ""

sed -E 's/ (once|every)$//' "$tap_tmp/listed" | sort >"$tap_tmp/names"
is "every test is listed once" "$(uniq -d "$tap_tmp/names")" ""
sed -E 's/ (cited|none)$//' "$tap_tmp/functions" | sort | comm -3 - "$tap_tmp/names" >"$tap_tmp/unlisted"
is "every test function is listed" "$(cat "$tap_tmp/unlisted")" ""
tap_done
