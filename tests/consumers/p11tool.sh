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

# Valgrind watches on one way with one kind of key.
watch=
[ "$MOHR_WAY $MOHR_SESSION" != "socket rsa2048" ] || watch=$in_valgrind
p11() {
	$watch p11tool --batch --provider "$MOHR_MODULE" "$@"
}
auth="pkcs11:token=Iran%20ID%20(authentication)"
sign="pkcs11:token=Iran%20ID%20(signature)"

tokens
check "tokens are listed" p11 --list-tokens
for token in "$auth" "$sign"; do
	p11 --list-all "$token" >"$tap_tmp/all" 2>&1
	is "--list-all ends well" $? 0
	# "Unknown" is what p11tool says of profile objects; data objects are the card's affair.
	is "--list-all shows certificate and public key, and no private key, without a PIN" \
		"$(sed -nE 's/^[[:space:]]*Type: *//p' "$tap_tmp/all" | sed 's/ .*//' | grep -v -e Unknown -e Data |
			sort | tr '\n' ' ')" "Public X.509 "
	p11 --export-chain "$(sed -nE '/type=cert/s/^[[:space:]]*URL: *//p' "$tap_tmp/all" | head -n 1)" \
		>"$tap_tmp/chain.pem" 2>"$tap_tmp/err"
	check "the authority vouches for the exported certificate" \
		openssl verify -CAfile "$MOHR_AUTHORITY/ca.crt" "$tap_tmp/chain.pem"
done
for token in "$auth" "$sign"; do
	is "--list-mechanisms shows one that signs" "$(p11 --list-mechanisms "$token" 2>/dev/null |
		grep -cE '^\[0x[0-9a-f]+\] CKM_(SHA256_RSA_PKCS|ECDSA_SHA256)( |$)')" 1
done
GNUTLS_PIN=$MOHR_PIN_AUTH
export GNUTLS_PIN
is "the private key is listed after login" "$(p11 --login --list-privkeys "$auth" 2>"$tap_tmp/err" |
	grep -c 'object=Authentication%20key;type=private')" 1
check "GnuTLS signs with the authentication key and verifies" \
	p11 --login --test-sign "$auth;object=Authentication%20key;type=private"
GNUTLS_PIN=$MOHR_PIN_SIGN
check "GnuTLS signs with the signature key and verifies" \
	p11 --login --test-sign "$sign;object=Signature%20key;type=private"

# A URI tells where the PIN is: RFC 7512 §2.4
unset GNUTLS_PIN
(umask 077 && printf '%s' "$MOHR_PIN_AUTH" >"$tap_tmp/pin")
check "a PIN comes from the file that the URI names" p11 --login \
	--test-sign "$auth;object=Authentication%20key;type=private?pin-source=$tap_tmp/pin"
check_fails "and without one nobody signs" p11 --login \
	--test-sign "$auth;object=Authentication%20key;type=private"
session_done
