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
		"$(own_certificate $key)"
done

printf 'what is signed' >"$tap_tmp/data"
printf 'what is sigmed' >"$tap_tmp/other"

# judge KEY FILE VERIFIER...: OpenSSL's verdict over what was signed, and over something else
judge() {
	key=$1 what=$2
	shift 2
	check "$key: OpenSSL verifies $mechanism" "$@" "$tap_tmp/$what"
	check_fails "$key: OpenSSL refuses $mechanism over other data" "$@" "$tap_tmp/$what.other"
}

# signs KEY MECHANISM FILE [OPTION...]: FILE signed by pkcs11-tool
signs() {
	with_token "$1"
	mechanism=$2 what=$3
	shift 3
	rm -f "$tap_tmp/signature"
	tool --token-label "$token" --login --pin "$pin" --sign --mechanism "$mechanism" "$@" \
		--signature-format openssl --input-file "$tap_tmp/$what" \
		--output-file "$tap_tmp/signature" >"$tap_tmp/sign" 2>&1 || diag "$(cat "$tap_tmp/sign")"
}

# Every mechanism that a token lists for signing, by our signature and OpenSSL's verdict.
can() {
	key=$1 digest=
	case $2 in
	*SHA-1* | *SHA1-* | *-SHA1) digest=sha1 ;;
	*SHA[235]*) digest=sha$(printf '%s' "$2" | sed -E 's/.*SHA([0-9]+).*/\1/') ;;
	esac
	data="openssl dgst -verify $tap_tmp/$key.pub -$digest -signature $tap_tmp/signature"
	raw="openssl pkeyutl -verify -pubin -inkey $tap_tmp/$key.pub -sigfile $tap_tmp/signature"
	case $2 in
	RSA-PKCS)
		signs $key "$2" digest_info
		judge $key digest_info $raw -in
		;;
	RSA-PKCS-PSS)
		signs $key "$2" digest --hash-algorithm SHA256
		judge $key digest $raw -pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:32 \
			-pkeyopt digest:sha256 -in
		;;
	ECDSA)
		signs $key "$2" digest
		judge $key digest $raw -in
		;;
	SHA*-RSA-PKCS-PSS)
		signs $key "$2" data
		judge $key data $data -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest
		;;
	SHA*-RSA-PKCS | ECDSA-SHA*)
		signs $key "$2" data
		judge $key data $data
		;;
	*)
		not_ok "$key: nobody knows how to judge the mechanism $2"
		;;
	esac
}

cp "$tap_tmp/other" "$tap_tmp/data.other"
for which in "" .other; do
	openssl dgst -sha256 -binary "$tap_tmp/data$which" >"$tap_tmp/digest$which"
	# DigestInfo of SHA-256, RFC 8017 §9.2 note 1
	{
		printf '\060\061\060\015\006\011\140\206\110\001\145\003\004\002\001\005\000\004\040'
		cat "$tap_tmp/digest$which"
	} >"$tap_tmp/digest_info$which"
done
for key in auth sign; do
	with_token $key
	tool --token-label "$token" --list-mechanisms >"$tap_tmp/mechanisms" 2>&1
	sed -nE 's/^  ([A-Z0-9-]+),.* sign(,.*|$)/\1/p' "$tap_tmp/mechanisms" >"$tap_tmp/signing"
	is "$key: mechanisms for signing are listed" "$([ "$(wc -l <"$tap_tmp/signing")" -ge 6 ] && echo yes)" yes
	is "$key: and done by the card" "$(grep -E ' sign(,|$)' "$tap_tmp/mechanisms" | grep -cv ' hw,')" 0
	# All of them on one way.
	[ "$MOHR_WAY" = socket ] && most=100 || most=3
	for mechanism in $(head -n $most "$tap_tmp/signing"); do
		can $key "$mechanism"
	done
	check_fails "$key: a mechanism that is not listed is refused" tool --token-label "$token" --login \
		--pin "$pin" --sign --mechanism MD5-RSA-PKCS --input-file "$tap_tmp/data" \
		--output-file /dev/null
done

case $MOHR_SESSION in
rsa*) mechanism=SHA256-RSA-PKCS ;;
p*) mechanism=ECDSA-SHA256 ;;
esac
for key in auth sign; do
	with_token $key
	is "$key: without a PIN there is certificate and public key, and no private key" \
		"$(tool --token-label "$token" --list-objects 2>/dev/null |
			sed -nE 's/^(Public|Private|Certificate|Secret).*/\1/p' | sort | xargs)" \
		"Certificate Public"
	is "$key: with it there is the private key too" \
		"$(tool --token-label "$token" --login --pin "$pin" --list-objects 2>/dev/null |
			sed -nE 's/^(Public|Private|Certificate|Secret).*/\1/p' | sort | xargs)" \
		"Certificate Private Public"
	# To write an EC key pkcs11-tool 0.23 uses memory that it has freed, which a sanitizer ends.
	case $MOHR_SESSION,${MOHR_PRELOAD:-} in
	rsa*,* | *,)
		tool --token-label "$token" --read-object --type pubkey --label "$name key" \
			--output-file "$tap_tmp/spki" >"$tap_tmp/read" 2>&1 ||
			diag "$(cat "$tap_tmp/read")"
		is "$key: the public key is the certificate's" \
			"$(openssl pkey -pubin -inform DER -in "$tap_tmp/spki" -pubout)" \
			"$(cat "$tap_tmp/$key.pub")"
		;;
	esac

	# The PIN is typed: pkcs11-tool says the token's label in the line before it asks.
	if [ $key = auth ]; then
		set -- "User PIN=$variable"
	else
		set -- "User PIN=$variable" "context specific PIN=$variable"
	fi
	with_module "$MOHR_BUILD/tests/harness/answer" "$@" -- pkcs11-tool --module "$MOHR_MODULE" \
		--token-label "$token" --login --sign --mechanism $mechanism --signature-format openssl \
		--input-file "$tap_tmp/data" --output-file "$tap_tmp/signature" >"$tap_tmp/sign" 2>&1 ||
		diag "$(cat "$tap_tmp/sign")"
	is "$key: it asks for the PIN of that token as often as the key wants it" \
		"$(grep -cF "Logging in to \"$token\"" "$tap_tmp/sign")" $#
	check "$key: OpenSSL verifies what was signed with a typed PIN" openssl dgst \
		-verify "$tap_tmp/$key.pub" -sha256 -signature "$tap_tmp/signature" "$tap_tmp/data"

	# The module verifies what OpenSSL verifies, and nothing else.
	if [ $mechanism = ECDSA-SHA256 ]; then set -- --signature-format openssl; else set --; fi
	for what in data other; do
		is "$key: pkcs11-tool --verify of $what" "$(tool --token-label "$token" --verify --label "$name key" \
			--mechanism $mechanism "$@" --input-file "$tap_tmp/$what" \
			--signature-file "$tap_tmp/signature" 2>/dev/null | tail -n 1)" \
			"$([ $what = data ] && echo "Signature is valid" || echo "Invalid signature")"
	done
done

with_token auth
for hash in SHA-1 SHA224 SHA256 SHA384 SHA512; do
	tool --token-label "$token" --hash --mechanism $hash --input-file "$tap_tmp/data" \
		--output-file "$tap_tmp/hash" >"$tap_tmp/err" 2>&1
	is "$hash is OpenSSL's" "$(od -An -tx1 "$tap_tmp/hash" | tr -d ' \n')" \
		"$(openssl dgst -r -"$(echo $hash | tr -d - | tr SHA sha)" "$tap_tmp/data" | cut -d ' ' -f 1)"
done
for i in 1 2; do
	tool --token-label "$token" --generate-random 64 --output-file "$tap_tmp/random.$i" >"$tap_tmp/err" 2>&1
done
is "64 random bytes" "$(wc -c <"$tap_tmp/random.1")" 64
check_fails "and others the next time" cmp "$tap_tmp/random.1" "$tap_tmp/random.2"

for key in auth sign; do
	with_token $key
	check "$key: the PIN is changed" tool --token-label "$token" --login --pin "$pin" --change-pin \
		--new-pin 445566
	check_fails "$key: the old one is refused" tool --token-label "$token" --login --pin "$pin" --list-objects
	check "$key: the new one holds" tool --token-label "$token" --login --pin 445566 --list-objects
	check "$key: and is changed back" tool --token-label "$token" --login --pin 445566 --change-pin \
		--new-pin "$pin"
done

check_fails "a wrong PIN is refused" tool --token-label "Iran ID (authentication)" --login \
	--pin 999999 --list-objects
check "and costs one try, which the right one gives back" tool \
	--token-label "Iran ID (authentication)" --login --pin "$MOHR_PIN_AUTH" --list-objects
session_done
