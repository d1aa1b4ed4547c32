#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The virtual PKCS#15 cards in a real pcscd, judged by OpenSC: the plain one with its MaskTech driver, which
# has RSA only, and a MyEID one, issued by us or made by pkcs15-init; OpenSSL judges what they sign, decipher
# and agree upon.
set -u
. "${MOHR_SOURCE:?}/tests/consumers/card.sh"

# Profile, state, option, kinds of the two keys
cards() {
	echo "p15 issued --pcscd rsa2048 rsa3072"
	echo "p15 issued --extended rsa2048 rsa1024"
	echo "myeid issued --pcscd rsa2048 rsa4096"
	echo "myeid issued --extended p256 p384"
	echo "myeid blank --blank - -"
}

# The driver of the plain card goes by answers to reset.
if [ -z "${MOHR_SESSION:-}" ]; then
	cat >"$tap_tmp/opensc.conf" <<'CONF'
app default {
	card_atr 3B:7D:96:00:00:80:54:4D:50:31:35:73:96:21:80:82:90:00 { driver = "MaskTech"; }
	card_atr 3B:DD:96:00:81:31:FE:85:80:54:4D:50:31:35:73:96:21:C0:82:90:00:5B { driver = "MaskTech"; }
}
CONF
	OPENSC_CONF=$tap_tmp/opensc.conf
	export OPENSC_CONF
	cards >"$tap_tmp/cards"
	while read -r profile how option auth sign; do
		if [ "$auth" = - ]; then kinds=; else kinds="--key-auth $auth --key-sign $sign"; fi
		# shellcheck disable=SC2086 # options are words
		session "$profile, $how, $auth, $sign" \
			env MOHR_SESSION="$profile" MOHR_HOW="$how" MOHR_WAY="$option" MOHR_AUTH="$auth" MOHR_SIGN="$sign" \
			"$MOHR_SOURCE/scripts/with-card" --profile "$profile" --pcscd "$option" $kinds -- sh "$0"
	done <"$tap_tmp/cards"
	tap_done
	exit
fi

own_home
inspect="$MOHR_BUILD/vcard/mohr-vcard inspect"
opensc=$(find /usr/lib -name opensc-pkcs11.so | head -n 1)

# pkcs11 TOKEN OPTION...: pkcs11-tool with the token of this label
pkcs11() {
	token=$1
	shift
	timeout 120 pkcs11-tool --module "$opensc" --token-label "$token" "$@"
}

# tries REFERENCE: of a PIN, in hexadecimal, as the card keeps them
tries() {
	$inspect --json "$MOHR_IMAGE" | sed -nE "s/.*\"$1\": \{\"reference\": [0-9]+, \"triesLeft\": ([0-9]+).*/\1/p"
}

# sign TOKEN PIN ID PUBLIC KIND: OpenSSL verifies what the key signs over data, and refuses it over other
sign() {
	token=$1 pin=$2 id=$3 public=$4 kind=$5
	case $kind in
	rsa*) hash=sha256 ;;
	p*) hash=$(echo "$kind" | sed s/p/sha/) ;;
	esac
	openssl dgst -$hash -binary "$tap_tmp/data" >"$tap_tmp/digest"
	case $MOHR_SESSION$kind in
	p15rsa*) # its driver leaves the hash to us: a DigestInfo, RFC 8017 §9.2 note 1
		{ printf '0\061\060\015\006\011\140\206\110\001\145\003\004\002\001\005\000\004 ' &&
			cat "$tap_tmp/digest"; } >"$tap_tmp/info"
		set -- --mechanism RSA-PKCS --input-file "$tap_tmp/info"
		;;
	*rsa*) set -- --mechanism SHA256-RSA-PKCS --input-file "$tap_tmp/data" ;;
	*) set -- --mechanism ECDSA --signature-format openssl --input-file "$tap_tmp/digest" ;;
	esac
	rm -f "$tap_tmp/signature"
	check "$id: OpenSC signs" pkcs11 "$token" --login --pin "$pin" --id "$id" --sign \
		--output-file "$tap_tmp/signature" "$@"
	check "$id: OpenSSL verifies it" openssl dgst -$hash -verify "$public" \
		-signature "$tap_tmp/signature" "$tap_tmp/data"
	check_fails "$id: and not over other data" openssl dgst -$hash -verify "$public" \
		-signature "$tap_tmp/signature" "$tap_tmp/other"
}

# receive TOKEN PIN ID PUBLIC KIND: what only the key's owner can read, or agree upon, as OpenSSL has it
receive() {
	rm -f "$tap_tmp/plain"
	case $5 in
	rsa*)
		openssl pkeyutl -encrypt -pubin -inkey "$4" -in "$tap_tmp/data" -out "$tap_tmp/cipher"
		check "$3: OpenSC deciphers" pkcs11 "$1" --login --pin "$2" --id "$3" --decrypt \
			--mechanism RSA-PKCS --input-file "$tap_tmp/cipher" --output-file "$tap_tmp/plain"
		check "$3: to what was enciphered" cmp "$tap_tmp/plain" "$tap_tmp/data"
		;;
	*)
		openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:$(echo "$5" | sed s/p/P-/)" \
			-out "$tap_tmp/peer.pem"
		openssl pkey -in "$tap_tmp/peer.pem" -pubout -outform DER -out "$tap_tmp/peer.der"
		openssl pkeyutl -derive -inkey "$tap_tmp/peer.pem" -peerkey "$4" -out "$tap_tmp/shared"
		check "$3: OpenSC agrees" pkcs11 "$1" --login --pin "$2" --id "$3" --derive \
			--mechanism ECDH1-DERIVE --input-file "$tap_tmp/peer.der" --output-file "$tap_tmp/plain"
		check "$3: on what OpenSSL has" cmp "$tap_tmp/plain" "$tap_tmp/shared"
		;;
	esac
}

# ---- cards that we have issued

issued() {
	case $MOHR_SESSION in
	p15) label="Mohr p15" auth_id=45 sign_id=46 auth_pin=91 sign_pin=92 driver=MaskTech ;;
	*) label="Mohr MyEID" auth_id=01 sign_id=02 auth_pin=01 sign_pin=02 driver=MyEID ;;
	esac
	auth_token="$label (Authentication PIN)" sign_token="$label (Signature PIN)"
	for key in auth sign; do
		$inspect --export $key "$MOHR_IMAGE" >"$tap_tmp/$key.pem"
		openssl x509 -in "$tap_tmp/$key.pem" -noout -pubkey >"$tap_tmp/$key.pub"
		check "$key: the authority vouches for the certificate" openssl verify \
			-CAfile "$MOHR_AUTHORITY/ca.crt" "$tap_tmp/$key.pem"
	done

	is "OpenSC knows the card" "$(opensc-tool -n 2>/dev/null | grep -c "$driver")" 1
	check "and lists what is on it" pkcs15-tool -D
	cp "$tap_tmp/out" "$tap_tmp/list"
	is "it is the one that was meant" "$(grep -c "^PKCS#15 Card \[$label\]" "$tap_tmp/list")" 1
	is "it has three certificates" "$(grep -c '^X.509 Certificate \[' "$tap_tmp/list")" 3
	is "it has two private keys" "$(grep -cE '^Private (RSA|EC) Key \[' "$tap_tmp/list")" 2
	is "two tokens" "$(timeout 60 pkcs11-tool --module "$opensc" -L 2>/dev/null |
		grep -cFe "token label        : ")" 2
	[ "$(grep -c "^PKCS#15 Card \[$label\]" "$tap_tmp/list")" = 1 ] || return # no PIN for another card
	for pair in "$auth_id:auth" "$sign_id:sign"; do
		pkcs15-tool --read-certificate "${pair%:*}" 2>/dev/null >"$tap_tmp/read"
		is "${pair#*:}: the certificate is the card's own" \
			"$(openssl x509 -in "$tap_tmp/read" -outform PEM 2>/dev/null)" \
			"$(openssl x509 -in "$tap_tmp/${pair#*:}.pem" -outform PEM)"
	done

	# The MaskTech driver deciphers with extended length only.
	if [ "$MOHR_SESSION" != p15 ] || [ "$MOHR_WAY" = --extended ]; then
		check "pkcs11-tool's own tests pass" pkcs11 "$auth_token" --login --pin "$MOHR_PIN_AUTH" --test
		is "without errors" "$(tail -n 1 "$tap_tmp/out")" "No errors"
		receive "$auth_token" "$MOHR_PIN_AUTH" "$auth_id" "$tap_tmp/auth.pub" "$MOHR_AUTH"
	fi
	sign "$auth_token" "$MOHR_PIN_AUTH" "$auth_id" "$tap_tmp/auth.pub" "$MOHR_AUTH"
	sign "$sign_token" "$MOHR_PIN_SIGN" "$sign_id" "$tap_tmp/sign.pub" "$MOHR_SIGN"

	check "the private data object is read with its PIN" pkcs11 "$auth_token" --login --pin "$MOHR_PIN_AUTH" \
		--read-object --type data --label "Private note" --output-file "$tap_tmp/note"
	is "it is what was written" "$(cat "$tap_tmp/note")" "Only the authentication PIN shows this."
	check_fails "without it not" pkcs11 "$auth_token" --read-object --type data --label "Private note" \
		--output-file "$tap_tmp/note"

	check_fails "a wrong PIN is refused" pkcs11 "$auth_token" --login --pin 00000000 --list-objects
	is "and costs a try" "$(tries $auth_pin)" 2
	is "of that PIN alone" "$(tries $sign_pin)" 3
	check "the right one is accepted" pkcs11 "$auth_token" --login --pin "$MOHR_PIN_AUTH" --list-objects
	is "and gives it back" "$(tries $auth_pin)" 3
	check "the PIN is changed" pkcs11 "$auth_token" --login --pin "$MOHR_PIN_AUTH" --change-pin --new-pin 445566
	check_fails "the old one is refused" pkcs11 "$auth_token" --login --pin "$MOHR_PIN_AUTH" --list-objects
	check "it is changed back" pkcs11 "$auth_token" --login --pin 445566 --change-pin --new-pin "$MOHR_PIN_AUTH"
	check "the signature PIN too" pkcs15-tool --change-pin --auth-id 02 --pin "$MOHR_PIN_SIGN" --new-pin 998877
	check "and back" pkcs15-tool --change-pin --auth-id 02 --pin 998877 --new-pin "$MOHR_PIN_SIGN"
	for _ in 1 2 3; do
		pkcs11 "$auth_token" --login --pin 00000000 --list-objects >/dev/null 2>&1
	done
	is "three wrong ones block it" "$(tries $auth_pin)" 0
	check_fails "a wrong PUK does not help" pkcs15-tool --unblock-pin --auth-id 01 --puk 00000000 --new-pin "$MOHR_PIN_AUTH"
	check "the PUK unblocks it" pkcs15-tool --unblock-pin --auth-id 01 --puk "$MOHR_PUK" --new-pin "$MOHR_PIN_AUTH"
	is "and all tries are there" "$(tries $auth_pin)" 3
	check "it opens the token again" pkcs11 "$auth_token" --login --pin "$MOHR_PIN_AUTH" --list-objects
}

# ---- a card that pkcs15-init makes

init() {
	timeout 120 pkcs15-init "$@"
}

made() {
	pin=1234 so=123456 token="made by others (User PIN)"
	is "OpenSC knows the card" "$(opensc-tool -n 2>/dev/null | grep -c MyEID)" 1
	check "pkcs15-init erases it" init --erase-card
	check "makes the file system" init --create-pkcs15 --so-pin $so --so-puk 87654321 --label "made by others"
	check "stores a PIN" init --store-pin --auth-id 01 --label "User PIN" --pin $pin --puk 12345678 --so-pin $so
	check "activates the card" init --finalize --so-pin $so
	is "it is the card that was meant" "$(pkcs15-tool -D 2>/dev/null | grep -c '^PKCS#15 Card \[made by others\]')" 1
	check_fails "no keys without the PIN" init --generate-key rsa/2048 --id 45 --auth-id 01 --pin 9999 --so-pin $so
	is "a wrong one costs a try" "$(tries 01)" 2
	for key in "45 rsa/2048 rsa2048" "46 ec/prime256v1 p256" "47 ec/secp384r1 p384"; do
		# shellcheck disable=SC2086 # three words
		set -- $key
		check "$1: a key is made ($2)" init --generate-key "$2" --id "$1" --auth-id 01 --pin $pin \
			--key-usage sign,decrypt
		pkcs15-tool --read-public-key "$1" >"$tap_tmp/$1.pub" 2>/dev/null
		sign "$token" $pin "$1" "$tap_tmp/$1.pub" "$3"
	done
	receive "$token" $pin 45 "$tap_tmp/45.pub" rsa2048
	for key in "48 RSA rsa_keygen_bits:3072 rsa3072" "49 EC ec_paramgen_curve:P-256 p256"; do
		# shellcheck disable=SC2086 # four words
		set -- $key
		openssl genpkey -algorithm "$2" -pkeyopt "$3" -out "$tap_tmp/$1.pem" 2>/dev/null
		openssl pkey -in "$tap_tmp/$1.pem" -pubout -out "$tap_tmp/$1.pub"
		openssl req -x509 -new -key "$tap_tmp/$1.pem" -subj "/CN=key $1" -days 30 -out "$tap_tmp/$1.crt" 2>/dev/null
		check "$1: a key is stored ($4)" init --store-private-key "$tap_tmp/$1.pem" --id "$1" --auth-id 01 \
			--pin $pin --key-usage sign
		check "$1: a certificate is stored" init --store-certificate "$tap_tmp/$1.crt" --id "$1" --auth-id 01 --pin $pin
		pkcs15-tool --read-certificate "$1" 2>/dev/null >"$tap_tmp/read"
		is "$1: and read" "$(openssl x509 -in "$tap_tmp/read" -outform PEM 2>/dev/null)" "$(cat "$tap_tmp/$1.crt")"
		sign "$token" $pin "$1" "$tap_tmp/$1.pub" "$4"
	done
	check "pkcs11-tool's own tests pass" pkcs11 "$token" --login --pin $pin --test
	is "without errors" "$(tail -n 1 "$tap_tmp/out")" "No errors"
	check "an object is deleted" init --delete-objects privkey,pubkey,cert --id 49 --auth-id 01 --pin $pin --so-pin $so
	is "and gone" "$(pkcs15-tool -D 2>/dev/null | grep -cE 'ID +: 49')" 0
	check "a PIN is unblocked" pkcs15-tool --unblock-pin --auth-id 01 --puk 12345678 --new-pin 4321
	check "and is the new one" pkcs11 "$token" --login --pin 4321 --list-objects
	# This command does not use --so-pin.
	check_fails "the card is not erased with a wrong SO PIN" init --erase-card --secret @ff=999999
	is "which costs a try" "$(tries 03)" 2
	check "it is with the right one" init --erase-card --secret @ff=$so
	is "nothing is left" "$(pkcs15-tool -D 2>/dev/null | grep -c 'Key \[')" 0
}

case $MOHR_HOW in
issued) issued ;;
*) made ;;
esac
session_done
