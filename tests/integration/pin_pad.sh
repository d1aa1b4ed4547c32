#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A reader with a PIN pad, in a real pcscd: the module's own suite (pin_pad_test), then programs of others
# that are given no PIN. OpenSSL judges their signatures.
set -u
. "${MOHR_SOURCE:?}/tests/consumers/card.sh"

# pad_session OPTION... -- COMMAND...: its TAP lines are taken over; MOHR_PAD is what is typed
pad_session() {
	title=$1
	shift
	"$MOHR_SOURCE/scripts/with-card" --pcscd --pin-pad "$MOHR_PAD" "$@" >"$tap_tmp/session" 2>"$tap_tmp/errors"
	status=$?
	ended=
	gather "$title" <"$tap_tmp/session"
	sed 's/^/# /' "$tap_tmp/errors"
	is "the session comes to its end ($title)" \
		"${ended:-no end}, $([ $status -lt 99 ] && echo well || echo "status $status")" "yes, well"
}

if [ -z "${MOHR_SESSION:-}" ]; then
	pad=$(mktemp -d /tmp/mohr-pad.XXXXXX)
	trap 'rm -rf "$tap_tmp" "$pad"' EXIT
	MOHR_PAD=$pad/typed
	export MOHR_PAD
	export MOHR_TEST_WAY=pcscd CMOCKA_MESSAGE_OUTPUT=TAP
	pad_session suite --blank -- "${MOHR_BUILD:?}/tests/integration/pin_pad_test"
	for kind in rsa2048 p256; do
		MOHR_SESSION=$kind pad_session $kind --key-auth $kind --key-sign $kind -- sh "$0"
	done
	tap_done
	exit
fi

tokens
is "both tokens have a PIN pad" "$(tool -L 2>/dev/null | grep -c 'PIN pad present')" 2
for key in auth sign; do
	check "the $key certificate is read" certificate $key
done

echo "$MOHR_PIN_AUTH" >"$MOHR_PAD"
tool --token-label "Iran ID (authentication)" --login --test >"$tap_tmp/test" 2>&1
is "pkcs11-tool --test ends well without a PIN" $? 0
is "and finds no error" \
	"$(grep -E '^No errors|[1-9][0-9]* errors|ERR|FAIL|error:' "$tap_tmp/test")" "No errors"
[ "$tap_failed" -eq 0 ] || diag "$(cat "$tap_tmp/test")"

case $MOHR_SESSION in
rsa*) mechanism=SHA256-RSA-PKCS ;;
p*) mechanism=ECDSA-SHA256 ;;
esac
printf 'what is signed' >"$tap_tmp/data"
for key in auth sign; do
	if [ $key = auth ]; then
		label="Iran ID (authentication)" pin=$MOHR_PIN_AUTH
	else
		label="Iran ID (signature)" pin=$MOHR_PIN_SIGN
	fi
	echo "$pin" >"$MOHR_PAD"
	check "pkcs11-tool signs with the $key key" tool --token-label "$label" --login --sign \
		--mechanism $mechanism --signature-format openssl --input-file "$tap_tmp/data" \
		--output-file "$tap_tmp/signature"
	check "and OpenSSL verifies" openssl dgst -sha256 -verify "$tap_tmp/$key.pub" \
		-signature "$tap_tmp/signature" "$tap_tmp/data"
	rm -f "$tap_tmp/signature"
done

# Programs of p11-kit wait for a lock at their exit when a sanitizer's runtime is preloaded.
if [ -z "${MOHR_PRELOAD:-}" ]; then
	echo "$MOHR_PIN_AUTH" >"$MOHR_PAD"
	p11tool --provider "$MOHR_MODULE" --login --list-privkeys \
		"pkcs11:token=Iran%20ID%20(authentication)" </dev/null >"$tap_tmp/keys" 2>&1
	is "p11tool asks for no PIN and sees the private key" \
		"$(grep -c 'Type: Private key' "$tap_tmp/keys") $(grep -c 'PIN' "$tap_tmp/keys")" "1 0"
fi

# certutil wants a terminal to say that the reader asks; without one it says so and goes on.
mkdir "$tap_tmp/nss"
echo "$MOHR_PIN_AUTH" >"$MOHR_PAD"
certutil -N -d "$tap_tmp/nss" --empty-password
check "NSS takes the module" with_module modutil -force -dbdir "$tap_tmp/nss" -add mohr \
	-libfile "$MOHR_MODULE"
with_module certutil -K -h "Iran ID (authentication)" -d "$tap_tmp/nss" </dev/null >"$tap_tmp/keys" 2>&1
is "NSS leaves the PIN to the reader" "$(grep -c 'Authentication key' "$tap_tmp/keys")" 1

echo 999999 >"$MOHR_PAD"
tool --token-label "Iran ID (authentication)" --login --list-objects >"$tap_tmp/wrong" 2>&1
check "a wrong PIN is told as such" grep -q CKR_PIN_INCORRECT "$tap_tmp/wrong"
is "and costs one try" "$(tool -L 2>/dev/null | grep -c 'PIN count low')" 1
echo >"$MOHR_PAD"
tool --token-label "Iran ID (authentication)" --login --list-objects >"$tap_tmp/cancelled" 2>&1
check "the cancel key is told as such" grep -q CKR_FUNCTION_CANCELED "$tap_tmp/cancelled"
is "and costs none" "$(tool -L 2>/dev/null | grep -c 'final user PIN try')" 0

printf '%s\n4321\n4321\n' "$MOHR_PIN_AUTH" >"$MOHR_PAD"
check "pkcs11-tool changes the PIN" tool --token-label "Iran ID (authentication)" --login --change-pin
echo 4321 >"$MOHR_PAD"
check "which holds from then on" tool --token-label "Iran ID (authentication)" --login --list-objects
tap_done
