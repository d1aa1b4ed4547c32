# SPDX-License-Identifier: BSD-2-Clause
# Runs a cmocka program on both transports: the module's own socket, and a real pcscd. Source it behind
# tap.sh; each test of the program becomes one here, with the transport's name behind it.
#
#	on_both_transports tests/integration/removal_test
#	on_transport pcscd tests/integration/pcscd_test [OPTION of with-card...]

on_transport() {
	tap_transport=$1
	tap_program=${MOHR_BUILD:?}/$2
	shift 2
	tap_option=
	[ "$tap_transport" = pcscd ] && tap_option=--pcscd
	tap_status=0
	CMOCKA_MESSAGE_OUTPUT=TAP "${MOHR_SOURCE:-.}/scripts/with-card" $tap_option --cards 2 \
		--key-auth p256 --key-sign p256 "$@" -- "$tap_program" \
		>"$tap_tmp/program" 2>&1 || tap_status=$?
	tap_planned=$(sed -n 's/^1\.\.//p' "$tap_tmp/program")
	while IFS= read -r tap_line; do
		case $tap_line in
		"ok "*) ok "${tap_line#* - } ($tap_transport)" ;;
		"not ok "*) not_ok "${tap_line#* - } ($tap_transport)" ;;
		1..* | "TAP version"*) ;;
		"#"*) printf '%s\n' "$tap_line" ;;
		*) diag "$tap_line" ;;
		esac
	done <"$tap_tmp/program"
	is "${tap_program##*/} comes to its end ($tap_transport)" \
		"$tap_status $(grep -c -E '^(not )?ok ' "$tap_tmp/program")" "0 $tap_planned"
}

on_both_transports() {
	on_transport socket "$@"
	on_transport pcscd "$@"
}
