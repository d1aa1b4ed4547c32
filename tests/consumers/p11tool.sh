#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# GnuTLS' p11tool: everything is listed, certificates verify, a signature is checked by GnuTLS.
set -u
. "${MOHR_SOURCE:?}/tests/consumers/card.sh"
if [ -z "${MOHR_SESSION:-}" ]; then
	each_card "$0"
	tap_done
	exit
fi

p11() {
	p11tool --batch --provider "$MOHR_MODULE" "$@"
}
auth="pkcs11:token=Iran%20ID%20(authentication)"
sign="pkcs11:token=Iran%20ID%20(signature)"

tokens
check "tokens are listed" p11 --list-tokens
for token in "$auth" "$sign"; do
	p11 --list-all "$token" >"$tap_tmp/all" 2>&1
	is "--list-all ends well" $? 0
	# "Unknown" is what p11tool says of profile objects.
	is "--list-all shows certificate and public key, and no private key, without a PIN" \
		"$(sed -nE 's/^[[:space:]]*Type: *//p' "$tap_tmp/all" | sed 's/ .*//' | grep -v Unknown |
			sort | tr '\n' ' ')" "Public X.509 "
	p11 --export-chain "$(sed -nE '/type=cert/s/^[[:space:]]*URL: *//p' "$tap_tmp/all" | head -n 1)" \
		>"$tap_tmp/chain.pem" 2>"$tap_tmp/err"
	check "the authority vouches for the exported certificate" \
		openssl verify -CAfile "$MOHR_AUTHORITY/ca.crt" "$tap_tmp/chain.pem"
done
GNUTLS_PIN=$MOHR_PIN_AUTH
export GNUTLS_PIN
check "private keys are listed after login" sh -c 'p11tool --batch --provider "$1" --login --list-privkeys "$2" |
	grep -q type=private' sh "$MOHR_MODULE" "$auth"
check "GnuTLS signs with the authentication key and verifies" \
	p11 --login --test-sign "$auth;object=Authentication%20key;type=private"
GNUTLS_PIN=$MOHR_PIN_SIGN
check "GnuTLS signs with the signature key and verifies" \
	p11 --login --test-sign "$sign;object=Signature%20key;type=private"
tap_done
