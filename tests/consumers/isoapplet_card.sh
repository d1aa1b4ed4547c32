#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The virtual IsoApplet card in a real pcscd, judged by OpenSC: pkcs15-init makes PIN, keys and certificates on
# a blank one, pkcs15-tool and pkcs11-tool use it and one that we have personalised; OpenSSL judges certificates
# and signatures.
set -u
. "${MOHR_SOURCE:?}/tests/consumers/card.sh"

# What OpenSC's driver can of this card is RSA-2048 with PKCS#1 and ECDSA with SHA-1; PSS it cannot.
# Name of the session, how the PIN is made, curve or kinds of keys, options
sessions() {
	echo "blank so prime256v1 --blank"
	echo "blank user secp384r1 --blank --extended"
	echo "issued - rsa2048,p256 --key-auth rsa2048 --key-sign p256"
	echo "issued - p384,rsa2048 --key-auth p384 --key-sign rsa2048 --extended"
}

if [ -z "${MOHR_SESSION:-}" ]; then
	sessions >"$tap_tmp/sessions"
	while read -r session pin kinds options; do
		# shellcheck disable=SC2086 # options are words
		session "$session, $kinds" env MOHR_SESSION="$session" MOHR_HOW="$pin" MOHR_KINDS="$kinds" \
			"$MOHR_SOURCE/scripts/with-card" --profile isoapplet --pcscd $options -- sh "$0"
	done <"$tap_tmp/sessions"
	tap_done
	exit
fi

own_home
inspect="$MOHR_BUILD/vcard/mohr-vcard inspect"
opensc=$(find /usr/lib -name opensc-pkcs11.so | head -n 1)

init() {
	timeout 120 pkcs15-init "$@"
}
pkcs11() {
	timeout 120 pkcs11-tool --module "$opensc" "$@"
}
login() {
	pkcs11 --login --pin "$MOHR_PIN" "$@"
}

# tries 01|02: of the PIN, of the PUK, as the card keeps them
tries() {
	$inspect --json "$MOHR_IMAGE" | sed -nE "s/.*\"$1\": \{\"reference\": [0-9]+, \"triesLeft\": ([0-9]+).*/\1/p"
}

# count PATTERN: lines of pkcs15-tool -D
count() {
	pkcs15-tool -D 2>/dev/null | grep -cE "$1"
}

# sign ID: OpenSSL verifies what the key signs over data, and refuses it over other
sign() {
	if openssl pkey -pubin -in "$tap_tmp/$1.pub" -noout -text | grep -q Modulus; then
		hash=sha256
		set -- "$1" --mechanism SHA256-RSA-PKCS
	else
		hash=sha1 # the card hashes
		set -- "$1" --mechanism ECDSA-SHA1 --signature-format openssl
	fi
	id=$1
	shift
	rm -f "$tap_tmp/signature"
	check "$id: OpenSC signs" login --id "$id" --sign --input-file "$tap_tmp/data" \
		--output-file "$tap_tmp/signature" "$@"
	check "$id: OpenSSL verifies it" openssl dgst -$hash -verify "$tap_tmp/$id.pub" \
		-signature "$tap_tmp/signature" "$tap_tmp/data"
	check_fails "$id: and not over other data" openssl dgst -$hash -verify "$tap_tmp/$id.pub" \
		-signature "$tap_tmp/signature" "$tap_tmp/other"
}

# decipher ID: what was enciphered for the key
decipher() {
	openssl pkeyutl -encrypt -pubin -inkey "$tap_tmp/$1.pub" -in "$tap_tmp/data" -out "$tap_tmp/cipher"
	rm -f "$tap_tmp/plain"
	check "$1: OpenSC deciphers" login --id "$1" --decrypt --mechanism RSA-PKCS --input-file "$tap_tmp/cipher" \
		--output-file "$tap_tmp/plain"
	check "$1: to what was enciphered" cmp "$tap_tmp/plain" "$tap_tmp/data"
}

# same ID: the certificate and the public key that OpenSC reads are those of $id.pem
same() {
	pkcs15-tool --read-certificate "$1" 2>/dev/null >"$tap_tmp/read"
	is "$1: the certificate is the one that belongs there" \
		"$(openssl x509 -in "$tap_tmp/read" -outform PEM 2>/dev/null)" \
		"$(openssl x509 -in "$tap_tmp/$1.pem" -outform PEM)"
	pkcs15-tool --read-public-key "$1" 2>/dev/null >"$tap_tmp/read"
	is "$1: the public key is the certificate's" \
		"$(openssl pkey -pubin -in "$tap_tmp/read" 2>/dev/null)" \
		"$(openssl x509 -in "$tap_tmp/$1.pem" -noout -pubkey)"
}

# ---- a blank card: PIN, keys and certificates

# certify ID OPTION...: OpenSSL makes a certificate for the key, as $id.pem; pkcs15-init stores it
certify() {
	[ -f "$tap_tmp/ca.pem" ] || openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
		-out "$tap_tmp/ca.pem" 2>/dev/null
	pkcs15-tool --read-public-key "$1" 2>/dev/null >"$tap_tmp/$1.pub"
	openssl req -new -subj "/CN=key $1" -key "$tap_tmp/ca.pem" 2>/dev/null |
		openssl x509 -req -force_pubkey "$tap_tmp/$1.pub" -signkey "$tap_tmp/ca.pem" -days 30 \
			-out "$tap_tmp/$1.pem" 2>/dev/null
	id=$1
	shift
	check "$id: pkcs15-init stores a certificate" init --store-certificate "$tap_tmp/$id.pem" --id "$id" \
		--label "key $id" "$@"
}

make_pin() {
	puk=$MOHR_PUK$MOHR_PUK # sixteen bytes
	if [ "$MOHR_HOW" = so ]; then
		auth=ff
		set -- --pin "$MOHR_PIN" --so-pin "$MOHR_PIN"
		check "pkcs15-init makes files, PIN and PUK" init --create-pkcs15 --so-pin "$MOHR_PIN" --so-puk "$puk" \
			--label "A new card"
	else
		auth=01
		set -- --pin "$MOHR_PIN"
		check "pkcs15-init makes files" init --create-pkcs15 --no-so-pin --label "A new card"
		check "and PIN and PUK" init --store-pin --id 01 --auth-id 01 --pin "$MOHR_PIN" --puk "$puk" \
			--label PIN
	fi
	is "the card has them" "$(tries 01) $(tries 02)" "3 5"
	credentials=$*
}

make_keys() {
	# shellcheck disable=SC2086 # credentials are words
	set -- --auth-id $auth $credentials
	check "01: pkcs15-init has an RSA key made" init --generate-key rsa/2048 --id 01 --label RSA \
		--key-usage sign,decrypt "$@"
	check "02: and one on a curve" init --generate-key "ec/$MOHR_KINDS" --id 02 --label curve --key-usage sign "$@"
	openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$tap_tmp/03.key" 2>/dev/null
	openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:$MOHR_KINDS" -pkeyopt ec_param_enc:named_curve \
		-out "$tap_tmp/04.key" 2>/dev/null
	for id in 03 04; do
		check "$id: it imports a key" init --store-private-key "$tap_tmp/$id.key" --id $id --label "imported $id" \
			--key-usage sign "$@"
	done
	for id in 01 02 03 04; do
		# shellcheck disable=SC2086
		certify $id $credentials
	done
	for id in 03 04; do
		is "$id: its public key is that of what was imported" "$(cat "$tap_tmp/$id.pub")" \
			"$(openssl pkey -in "$tap_tmp/$id.key" -pubout)"
	done
	check_fails "a curve that the card has not is refused" init --generate-key ec/secp256k1 --id 09 "$@"
	check_fails "so is a key without the PIN" init --generate-key rsa/2048 --id 09 --auth-id $auth --pin 999999
	check "the right PIN gives the try back" login --list-objects
}

if [ "$MOHR_SESSION" = blank ]; then
	is "OpenSC knows the driver" "$(opensc-tool -n 2>/dev/null | grep -c IsoApplet)" 1
	check_fails "a blank card has nothing to be listed" pkcs15-tool -D
	make_pin
	make_keys
	ids="01 02 03 04" rsa="01"
else
	auth=01 puk=$MOHR_PUK ids="01 02" rsa=
	for id in $ids; do
		if [ $id = 01 ]; then key=auth; else key=sign; fi
		$inspect --export $key "$MOHR_IMAGE" >"$tap_tmp/$id.pem" &&
			openssl x509 -in "$tap_tmp/$id.pem" -noout -pubkey >"$tap_tmp/$id.pub"
		check "$id: the authority vouches for the certificate" openssl verify \
			-CAfile "$MOHR_AUTHORITY/ca.crt" "$tap_tmp/$id.pem"
	done
	case $MOHR_KINDS in
	rsa2048,*) rsa=01 ;;
	esac
fi

# ---- a card in use

n=$(echo "$ids" | wc -w)
check "OpenSC lists the card" pkcs15-tool -D
is "with its private keys" "$(count '^Private (RSA|EC) Key \[')" "$n"
is "its public keys" "$(count '^Public (RSA|EC) Key \[')" "$n"
is "its certificates" "$(count '^X.509 Certificate \[')" "$n"
is "and one PIN" "$(count '^PIN \[')" 1
for id in $ids; do
	same "$id"
	sign "$id"
done
[ -z "$rsa" ] || decipher "$rsa"
check "pkcs11-tool's own tests pass" login --test
if $inspect "$MOHR_IMAGE" | grep -q T=1; then
	is "without errors" "$(grep -c ERR "$tap_tmp/out"), $(tail -n 1 "$tap_tmp/out")" "0, No errors"
else # OpenSC does not fetch the version under T=0, and so knows of no random numbers
	is "without errors but one" "$(grep ERR "$tap_tmp/out" | sed 's/ *ERR: //')" \
		"C_GenerateRandom failed: CKR_FUNCTION_NOT_SUPPORTED (0x54)"
fi
check_fails "no signature without the PIN" pkcs11 --id 01 --sign --input-file "$tap_tmp/data" --output-file /dev/null

check_fails "a wrong PIN is refused" pkcs11 --login --pin 999999 --list-objects
is "and costs a try" "$(tries 01)" 2
check "the right one is accepted" login --list-objects
is "and gives it back" "$(tries 01)" 3
check "the PIN is changed" login --change-pin --new-pin 44556677
check_fails "the old one is refused" login --list-objects
check "it is changed back" pkcs11 --login --pin 44556677 --change-pin --new-pin "$MOHR_PIN"
for i in 1 2 3; do
	pkcs11 --login --pin 999999 --list-objects >/dev/null 2>&1
done
is "three wrong ones block it" "$(tries 01)" 0
check_fails "then the right one is refused" login --list-objects
check_fails "a wrong PUK too" pkcs15-tool --unblock-pin --auth-id $auth --puk 9999999999999999 --new-pin "$MOHR_PIN"
is "and costs one of its tries" "$(tries 02)" 4
check "the PUK unblocks the PIN" pkcs15-tool --unblock-pin --auth-id $auth --puk "$puk" --new-pin "$MOHR_PIN"
is "and all tries are there" "$(tries 01) $(tries 02)" "3 5"
sign 01

if [ "$MOHR_SESSION" = blank ]; then
	for type in cert privkey pubkey; do
		# shellcheck disable=SC2086 # credentials are words
		check "pkcs15-init deletes ($type)" init --delete-objects $type --id 04 $credentials
	done
	is "what it deleted is gone" "$(count '^(Private|Public) (RSA|EC) Key \[|^X.509 Certificate \[')" 9
	# shellcheck disable=SC2086
	check "its place serves another key" init --generate-key rsa/2048 --id 05 --label again --key-usage sign \
		--auth-id $auth $credentials
	pkcs15-tool --read-public-key 05 2>/dev/null >"$tap_tmp/05.pub"
	sign 05
	sign 01
else
	check "pkcs15-init goes on with it" init --generate-key rsa/2048 --id 05 --label more --key-usage sign \
		--auth-id $auth --pin "$MOHR_PIN"
	credentials="--pin $MOHR_PIN"
	# shellcheck disable=SC2086
	certify 05 $credentials
	same 05
	sign 05
	is "the others are still there" "$(count '^Private (RSA|EC) Key \[')" 3
fi
session_done
