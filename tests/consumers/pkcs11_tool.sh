#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# OpenSC's pkcs11-tool with both keys; OpenSSL judges certificates and signatures.
set -u
. "${MOHR_SOURCE:?}/tests/consumers/card.sh"
if [ -z "${MOHR_SESSION:-}" ]; then
	each_card "$0"
	tap_done
	exit
fi

tokens
for key in auth sign; do
	check "the $key certificate is read" certificate $key
	check "the authority vouches for the $key certificate" \
		openssl verify -CAfile "$MOHR_AUTHORITY/ca.crt" "$tap_tmp/$key.pem"
	is "the $key certificate is the card's own" "$(openssl x509 -in "$tap_tmp/$key.pem" -outform PEM)" \
		"$("$MOHR_BUILD/vcard/mohr-vcard" inspect --export $key "$MOHR_IMAGE" |
			openssl x509 -outform PEM)"
done

# pkcs11-tool says what fails and ends with 0 all the same.
tool --token-label "Iran ID (authentication)" --login --pin "$MOHR_PIN_AUTH" --test \
	>"$tap_tmp/test" 2>&1
is "pkcs11-tool --test ends well" $? 0
is "pkcs11-tool --test finds no error" \
	"$(grep -E '^No errors|[1-9][0-9]* errors|ERR|FAIL|error:' "$tap_tmp/test")" "No errors"
[ "$tap_failed" -eq 0 ] || diag "$(cat "$tap_tmp/test")"

printf 'what is signed' >"$tap_tmp/data"
printf 'what is sigmed' >"$tap_tmp/other"

# signs KEY MECHANISM VERIFIER-OPTION...: our signature, OpenSSL's verdict
signs() {
	key=$1 mechanism=$2
	shift 2
	if [ "$key" = auth ]; then
		token="Iran ID (authentication)" pin=$MOHR_PIN_AUTH
	else
		token="Iran ID (signature)" pin=$MOHR_PIN_SIGN
	fi
	rm -f "$tap_tmp/signature"
	tool --token-label "$token" --login --pin "$pin" --sign --mechanism "$mechanism" \
		--signature-format openssl --input-file "$tap_tmp/data" \
		--output-file "$tap_tmp/signature" >"$tap_tmp/sign" 2>&1 ||
		diag "$(cat "$tap_tmp/sign")"
	check "$key: OpenSSL verifies $mechanism" openssl dgst -verify "$tap_tmp/$key.pub" \
		"$@" -signature "$tap_tmp/signature" "$tap_tmp/data"
	check_fails "$key: OpenSSL refuses $mechanism over other data" openssl dgst \
		-verify "$tap_tmp/$key.pub" "$@" -signature "$tap_tmp/signature" "$tap_tmp/other"
}

for key in auth sign; do
	case $MOHR_SESSION in
	rsa*)
		signs $key SHA256-RSA-PKCS -sha256
		signs $key SHA512-RSA-PKCS -sha512
		signs $key SHA256-RSA-PKCS-PSS -sha256 -sigopt rsa_padding_mode:pss \
			-sigopt rsa_pss_saltlen:digest
		;;
	p*)
		signs $key ECDSA-SHA256 -sha256
		signs $key ECDSA-SHA384 -sha384
		;;
	esac
done

check_fails "a wrong PIN is refused" tool --token-label "Iran ID (authentication)" --login \
	--pin 999999 --list-objects
check "and costs one try, which the right one gives back" tool \
	--token-label "Iran ID (authentication)" --login --pin "$MOHR_PIN_AUTH" --list-objects
tap_done
