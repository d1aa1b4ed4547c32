#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The conformance suite behind a private pcscd: every program of tests/pkcs11 that has a suite, each in a
# session of its own with one reader. The suites make and insert their cards themselves.
set -u
. "${MOHR_SOURCE:-.}/tests/harness/tap.sh"
build=${MOHR_BUILD:?}

# Takes a program's TAP lines over.
gather() {
	while IFS= read -r line; do
		case $line in
		"ok "*) ok "${line#ok * - }" ;;
		"not ok "*) not_ok "${line#not ok * - }" ;;
		[0-9]*..*) ended=yes ;;
		*) printf '%s\n' "$line" ;;
		esac
	done
}

for source in $(grep -l suite_run "${MOHR_SOURCE:-.}"/tests/pkcs11/*_test.c); do
	name=$(basename "$source" .c)
	[ $# -eq 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
	start=$(date +%s%N)
	MOHR_TEST_WAY=pcscd "$MOHR_SOURCE/scripts/with-card" --pcscd --blank -- \
		"$build/tests/pkcs11/$name" >"$tap_tmp/session" 2>"$tap_tmp/errors"
	status=$?
	diag "$name: $((($(date +%s%N) - start) / 1000000)) ms"
	ended=
	gather <"$tap_tmp/session"
	sed 's/^/# /' "$tap_tmp/errors"
	is "$name comes to its end behind pcscd" \
		"${ended:-no end}, $([ $status -lt 99 ] && echo well || echo "status $status")" "yes, well"
done
tap_done
