#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The module with cards of Uruguay, Finland and Estonia, by OpenSC's
# pkcs11-tool: every key of every kind. OpenSSL judges what it does; the certificates are the card's own, byte for byte.
set -u
. "${MOHR_SOURCE:?}/tests/consumers/card.sh"

# Profile, option, kind of the authentication key, kind of the signature key
cards() {
	echo "ias-uy --pcscd rsa2048 rsa2048"
	echo "ias-uy --extended rsa4096 rsa2048"
	echo "ias-uy-v4 --short rsa3072 rsa2048"
	echo "ias-fi --pcscd p384 p384"
	echo "ias-fi --extended rsa3072 p256"
	echo "ias-fi-v3 --pcscd rsa2048 p256"
	echo "ias-fi-v3 --short p256 rsa4096"
	echo "ias-ee --pcscd p384 p384"
	echo "ias-ee --extended p256 rsa2048"
}

if [ -z "${MOHR_SESSION:-}" ]; then
	cards >"$tap_tmp/cards"
	while read -r profile option auth sign; do
		# a card on a socket, with short commands
		[ "$option" = --short ] && option=
		# shellcheck disable=SC2086
		session "$profile $option, $auth, $sign" \
			env MOHR_SESSION="$profile" MOHR_AUTH="$auth" MOHR_SIGN="$sign" \
			"$MOHR_SOURCE/scripts/with-card" --profile "$profile" $option --key-auth "$auth" --key-sign "$sign" \
			-- sh "$0"
	done <"$tap_tmp/cards"
	tap_done
	exit
fi

own_home

ours() {
	with_module pkcs11-tool --module "$MOHR_MODULE" "$@"
}

# tries PIN: of the card itself
tries() {
	"$MOHR_BUILD/vcard/mohr-vcard" inspect --json "$MOHR_IMAGE" |
		sed -nE "s/.*\"$1\": \\{\"reference\": [0-9]+, \"triesLeft\": ([0-9]+).*/\\1/p"
}

# mechanisms KIND: of pkcs11-tool, with the hash and openssl's options
mechanisms() {
	case $1 in
	rsa*)
		echo "SHA256-RSA-PKCS sha256 rsa_padding_mode:pkcs1"
		echo "SHA512-RSA-PKCS sha512 rsa_padding_mode:pkcs1"
		# Uruguay's guide has no PSS
		[ "${MOHR_SESSION#ias-uy}" = "$MOHR_SESSION" ] && echo "SHA256-RSA-PKCS-PSS sha256 rsa_padding_mode:pss"
		;;
	*)
		echo "ECDSA-SHA256 sha256"
		echo "ECDSA-SHA384 sha384"
		;;
	esac
}

# signs TOKEN PIN ID NAME KIND: OpenSSL verifies what the key signs, and refuses it over other data
signs() {
	mechanisms "$5" >"$tap_tmp/mechanisms"
	while read -r mechanism hash padding; do
		rm -f "$tap_tmp/signature"
		check "$4 signs by $mechanism" ours --token-label "$1" --login --pin "$2" --id "$3" --sign \
			--mechanism "$mechanism" --signature-format openssl --input-file "$tap_tmp/data" \
			--output-file "$tap_tmp/signature"
		check "$4, $mechanism: OpenSSL verifies it" openssl dgst "-$hash" ${padding:+-sigopt "$padding"} \
			-verify "$tap_tmp/$4.pub" -signature "$tap_tmp/signature" "$tap_tmp/data"
		check_fails "$4, $mechanism: and not over other data" openssl dgst "-$hash" \
			${padding:+-sigopt "$padding"} -verify "$tap_tmp/$4.pub" -signature "$tap_tmp/signature" \
			"$tap_tmp/other"
	done <"$tap_tmp/mechanisms"
}

# key TOKEN PIN ID NAME KIND: its certificate, and then its signatures
key() {
	"$MOHR_BUILD/vcard/mohr-vcard" inspect --export "$4" "$MOHR_IMAGE" >"$tap_tmp/$4.pem"
	openssl x509 -in "$tap_tmp/$4.pem" -outform DER -out "$tap_tmp/$4.wanted"
	check "$4: the certificate is read" ours --token-label "$1" --read-object --type cert --id "$3" \
		--output-file "$tap_tmp/$4.der"
	check "$4: as the card has it" cmp "$tap_tmp/$4.der" "$tap_tmp/$4.wanted"
	check "$4: the authority vouches for it" openssl verify -CAfile "$MOHR_AUTHORITY/ca.crt" "$tap_tmp/$4.pem"
	openssl x509 -in "$tap_tmp/$4.pem" -noout -pubkey >"$tap_tmp/$4.pub"
	signs "$@"
}

# wrong TOKEN PIN TRIES: a wrong PIN costs one try, and the right one gives it back
wrong() {
	ours --token-label "$1" --login --pin 000000 --list-objects >"$tap_tmp/wrong" 2>&1
	is "a wrong $2 PIN is refused" "$(grep -c CKR_PIN_INCORRECT "$tap_tmp/wrong")" 1
	is "and costs one try" "$(tries "$2")" $(($3 - 1))
}

# changed TOKEN PIN NAME TRIES
changed() {
	check "the $3 PIN is changed" ours --token-label "$1" --login --pin "$2" --change-pin --new-pin 909090909090
	check "to one of twelve digits" ours --token-label "$1" --login --pin 909090909090 --list-objects
	check "and back" ours --token-label "$1" --login --pin 909090909090 --change-pin --new-pin "$2"
	is "and the count is whole again" "$(tries "$3")" "$4"
}

ours -L >"$tap_tmp/tokens" 2>&1
labels=$(sed -nE 's/^ *token label *: *//p' "$tap_tmp/tokens" | sort | tr '\n' '|')
case $MOHR_SESSION in
ias-uy*)
	is "there is one token, by its label" "$labels" "Uruguay ID|"
	[ "$tap_failed" -eq 0 ] || exit 1
	key "Uruguay ID" "$MOHR_PIN" 01 sign "$MOHR_AUTH"
	wrong "Uruguay ID" pin 3
	changed "Uruguay ID" "$MOHR_PIN" pin 3
	;;
*)
	case $MOHR_SESSION in
	ias-fi*) name="Finland ID" tries=5 ;;
	*) name="Estonia ID" tries=3 ;;
	esac
	is "there are two tokens, by their labels" "$labels" "$name (authentication)|$name (signature)|"
	[ "$tap_failed" -eq 0 ] || exit 1
	key "$name (authentication)" "$MOHR_PIN_AUTH" 01 auth "$MOHR_AUTH"
	key "$name (signature)" "$MOHR_PIN_SIGN" 02 sign "$MOHR_SIGN"
	wrong "$name (authentication)" auth "$tries"
	changed "$name (authentication)" "$MOHR_PIN_AUTH" auth "$tries"
	wrong "$name (signature)" sign "$tries"
	changed "$name (signature)" "$MOHR_PIN_SIGN" sign "$tries"
	;;
esac
session_done
