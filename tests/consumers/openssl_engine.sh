#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# OpenSSL's dgst and cms over Debian's libengine-pkcs11-openssl. It asks for a PIN that a key wants for
# each signature on a terminal only: tests/harness/answer types it there, after the token's label.
set -u
. "${MOHR_SOURCE:?}/tests/consumers/card.sh"
if [ -z "${MOHR_SESSION:-}" ]; then
	each_card "$0"
	tap_done
	exit
fi

cat >"$tap_tmp/openssl.cnf" <<CNF
openssl_conf = openssl_init
[openssl_init]
engines = engines
[engines]
pkcs11 = pkcs11
[pkcs11]
engine_id = pkcs11
MODULE_PATH = $MOHR_MODULE
init = 0
CNF

# with_key KEY COMMAND...: an OpenSSL command with the engine; prompts are answered
with_key() {
	if [ "$1" = auth ]; then
		rules="Iran ID (authentication)=MOHR_PIN_AUTH"
	else
		rules="Iran ID (signature)=MOHR_PIN_SIGN|Signature key=MOHR_PIN_SIGN"
	fi
	shift
	first=${rules%%|*} second=${rules#*|}
	if [ "$second" = "$rules" ]; then
		set -- "$first" -- "$@"
	else
		set -- "$first" "$second" -- "$@"
	fi
	OPENSSL_CONF=$tap_tmp/openssl.cnf with_module "$MOHR_BUILD/tests/harness/answer" "$@" \
		>"$tap_tmp/engine" 2>&1 || diag "$(cat "$tap_tmp/engine")"
}
uri() {
	if [ "$1" = auth ]; then
		echo "pkcs11:token=Iran%20ID%20(authentication);object=Authentication%20key;type=private"
	else
		echo "pkcs11:token=Iran%20ID%20(signature);object=Signature%20key;type=private"
	fi
}

tokens
printf 'what is signed' >"$tap_tmp/data"
printf 'what is sigmed' >"$tap_tmp/other"
for key in auth sign; do
	check "the $key certificate is read" certificate $key

	with_key $key openssl dgst -engine pkcs11 -keyform engine -sign "$(uri $key)" -sha256 \
		-out "$tap_tmp/$key.sig" "$tap_tmp/data"
	check "$key: openssl dgst verifies" openssl dgst -verify "$tap_tmp/$key.pub" -sha256 \
		-signature "$tap_tmp/$key.sig" "$tap_tmp/data"
	check_fails "$key: openssl dgst refuses other data" openssl dgst -verify "$tap_tmp/$key.pub" \
		-sha256 -signature "$tap_tmp/$key.sig" "$tap_tmp/other"

	with_key $key openssl cms -sign -binary -md sha256 -in "$tap_tmp/data" -engine pkcs11 \
		-keyform engine -inkey "$(uri $key)" -signer "$tap_tmp/$key.pem" -outform DER \
		-out "$tap_tmp/$key.p7s"
	check "$key: openssl cms verifies against the authority" openssl cms -verify -binary \
		-inform DER -in "$tap_tmp/$key.p7s" -content "$tap_tmp/data" -purpose any \
		-CAfile "$MOHR_AUTHORITY/ca.crt" -out /dev/null
	check_fails "$key: openssl cms refuses other data" openssl cms -verify -binary -inform DER \
		-in "$tap_tmp/$key.p7s" -content "$tap_tmp/other" -purpose any \
		-CAfile "$MOHR_AUTHORITY/ca.crt" -out /dev/null
done
session_done
