# SPDX-License-Identifier: BSD-2-Clause
# TAP for scenarios in POSIX sh. Source it; report with ok/not_ok/check/is; end with tap_done.
#
#	check "a card is seen" pkcs11-tool -T           passes if the command succeeds
#	check_fails "a wrong byte is noticed" verify…   passes if it fails (by exit status, not a signal)
#	is "the label" "$got" "$wanted"
#
# A command's output is kept and shown as diagnostics only when its check does not hold.

tap_n=0
tap_failed=0
tap_tmp=$(mktemp -d "${TMPDIR:-/tmp}/mohr-tap.XXXXXX") || exit 99
trap 'rm -rf "$tap_tmp"' EXIT

diag() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

ok() {
	tap_n=$((tap_n + 1))
	printf 'ok %d - %s\n' "$tap_n" "$1"
}

not_ok() {
	tap_n=$((tap_n + 1))
	tap_failed=$((tap_failed + 1))
	printf 'not ok %d - %s\n' "$tap_n" "$1"
}

check() {
	tap_name=$1
	shift
	if "$@" >"$tap_tmp/out" 2>&1; then
		ok "$tap_name"
	else
		tap_status=$?
		not_ok "$tap_name"
		diag "exit status $tap_status: $*"
		sed 's/^/# /' "$tap_tmp/out"
	fi
}

check_fails() {
	tap_name=$1
	shift
	tap_status=0
	"$@" >"$tap_tmp/out" 2>&1 || tap_status=$?
	if [ "$tap_status" -gt 0 ] && [ "$tap_status" -lt 126 ]; then
		ok "$tap_name"
	else
		not_ok "$tap_name"
		diag "exit status $tap_status, a failure was expected: $*"
		sed 's/^/# /' "$tap_tmp/out"
	fi
}

is() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1"
		diag "got:    $2"
		diag "wanted: $3"
	fi
}

# The plan comes last, so that a scenario that dies half-way is an error.
tap_done() {
	printf '1..%d\n' "$tap_n"
	[ "$tap_failed" -eq 0 ]
}
