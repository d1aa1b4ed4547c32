#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# One card with two applications: the module takes the national one, or the one that mohr.conf leaves to it,
# and each sees its own PIN only.
set -u
. "${MOHR_SOURCE:?}/tests/consumers/card.sh"

if [ -z "${MOHR_SESSION:-}" ]; then
	for option in --extended --pcscd; do
		MOHR_SESSION=natid,piv "$MOHR_SOURCE/scripts/with-card" --profile natid,piv $option --key-auth p256 \
			--key-sign rsa2048 -- sh "$0" >"$tap_tmp/session" 2>&1 </dev/null
		status=$?
		ended=
		gather "$option" <"$tap_tmp/session"
		is "the session comes to its end ($option)" \
			"${ended:-no end}, $([ $status -le 1 ] && echo well || echo "status $status")" "yes, well"
	done
	tap_done
	exit
fi

HOME=$tap_tmp
XDG_CACHE_HOME=$tap_tmp/cache
export HOME XDG_CACHE_HOME
printf 'what is signed' >"$tap_tmp/data"
conf=$MOHR_CONF

# use SETTING: mohr.conf has it, and what leads to the reader
use() {
	MOHR_CONF=$tap_tmp/mohr.conf
	export MOHR_CONF
	{
		cat "$conf"
		printf '[card]\n%s\n' "$1"
	} >"$MOHR_CONF"
}

# tries APPLICATION PIN: of the card itself
tries() {
	"$MOHR_BUILD/vcard/mohr-vcard" inspect --json --application "$1" "$MOHR_IMAGE" |
		sed -nE "s/.*\"$2\": \\{\"reference\": [0-9]+, \"triesLeft\": ([0-9]+).*/\\1/p"
}

# counts NAME WANTED: tries of the national card's PIN, then of PIV's
counts() {
	is "$1" "$(tries natid auth) $(tries piv pin)" "$2"
}

labels() {
	tool -L 2>&1 | sed -nE 's/^ *token label *: *//p' | sort | tr '\n' '|'
}

# signs TOKEN PIN ID APPLICATION: by a key on P-256
signs() {
	rm -f "$tap_tmp/signature"
	"$MOHR_BUILD/vcard/mohr-vcard" inspect --application "$4" --export auth "$MOHR_IMAGE" |
		openssl x509 -noout -pubkey >"$tap_tmp/pub"
	check "$4: its key signs" tool --token-label "$1" --login --pin "$2" --id "$3" --sign --mechanism ECDSA-SHA256 \
		--signature-format openssl --input-file "$tap_tmp/data" --output-file "$tap_tmp/signature"
	check "$4: OpenSSL verifies it" openssl dgst -sha256 -verify "$tap_tmp/pub" \
		-signature "$tap_tmp/signature" "$tap_tmp/data"
}

# refuses TOKEN PIN APPLICATION
refuses() {
	tool --token-label "$1" --login --pin "$2" --list-objects >"$tap_tmp/wrong" 2>&1
	is "$3: the other one's PIN is wrong" "$(grep -c CKR_PIN_INCORRECT "$tap_tmp/wrong")" 1
}

is "the PINs are two" "$([ "$MOHR_PIN_AUTH" != "$MOHR_PIN" ] && echo yes)" yes
is "the national card comes first" "$(labels)" "Iran ID (authentication)|Iran ID (signature)|"
[ "$tap_failed" -eq 0 ] || exit 1
signs "Iran ID (authentication)" "$MOHR_PIN_AUTH" 01 natid
refuses "Iran ID (authentication)" "$MOHR_PIN" natid
counts "only the national card has seen it" "2 3"

for setting in "profile = piv" "profile_except = natid"; do
	use "$setting"
	is "$setting: PIV it is" "$(labels)" "PIV|"
	[ "$tap_failed" -eq 0 ] || exit 1
	signs PIV "$MOHR_PIN" 01 piv
	refuses PIV "$MOHR_PIN_AUTH" piv
	counts "$setting: only PIV has seen it" "2 2"
	signs PIV "$MOHR_PIN" 01 piv
	counts "$setting: and has its tries back" "2 3"
done
use "profile_except = piv"
is "profile_except = piv: the national card it is" "$(labels)" "Iran ID (authentication)|Iran ID (signature)|"
[ "$tap_failed" -eq 0 ] || exit 1
signs "Iran ID (authentication)" "$MOHR_PIN_AUTH" 01 natid
counts "each has all its tries" "3 3"
use "profile = ias-ee"
is "an application that is not there is no token" "$(labels)" ""
counts "and costs nothing" "3 3"
session_done
