#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The module with a PIV card, by OpenSC's pkcs11-tool: every key of every kind. OpenSSL judges what it
# does, and OpenSC's own module has the same certificates, byte for byte.
set -u
. "${MOHR_SOURCE:?}/tests/consumers/card.sh"

# Profile, option, kind of all keys but 9C, kind of 9C
cards() {
	echo "piv --pcscd rsa2048 p256"
	echo "piv --extended p256 rsa1024"
	echo "piv --gzip p384 rsa3072"
	echo "piv --pcscd rsa1024 rsa4096"
	echo "yubikey --pcscd rsa2048 p384"
	echo "yubikey --gzip ed25519 ed25519"
}

if [ -z "${MOHR_SESSION:-}" ]; then
	cards >"$tap_tmp/cards"
	while read -r profile option others sign; do
		session "$profile, $others, $sign" \
			env MOHR_SESSION="$profile" MOHR_OTHERS="$others" MOHR_SIGN="$sign" \
			"$MOHR_SOURCE/scripts/with-card" --profile "$profile" --pcscd "$option" --key-auth "$others" --key-sign "$sign" \
			-- sh "$0"
	done <"$tap_tmp/cards"
	tap_done
	exit
fi

own_home
opensc=$(find /usr/lib -name opensc-pkcs11.so | head -n 1)

ours() {
	with_module pkcs11-tool --module "$MOHR_MODULE" "$@"
}

theirs() {
	timeout 120 pkcs11-tool --module "$opensc" "$@"
}

tries() {
	"$MOHR_BUILD/vcard/mohr-vcard" inspect --json "$MOHR_IMAGE" |
		sed -nE 's/.*"pin": \{"reference": 128, "triesLeft": ([0-9]+).*/\1/p'
}

kind_of() {
	if [ "$1" = 9c ]; then echo "$MOHR_SIGN"; else echo "$MOHR_OTHERS"; fi
}

# verifies KEY FILE: OpenSSL says that the signature is of FILE
verifies() {
	case $(kind_of "$1") in
	ed25519) openssl pkeyutl -verify -rawin -pubin -inkey "$tap_tmp/$1.pub" -in "$2" \
		-sigfile "$tap_tmp/signature" ;;
	*) openssl dgst -sha256 -verify "$tap_tmp/$1.pub" -signature "$tap_tmp/signature" "$2" ;;
	esac
}

# signs ID KEY: OpenSSL verifies what the key signs, and refuses it over other data
signs() {
	rm -f "$tap_tmp/signature"
	case $(kind_of "$2") in
	rsa*) mechanism=SHA256-RSA-PKCS ;;
	ed25519) mechanism=EDDSA ;;
	*) mechanism=ECDSA-SHA256 ;;
	esac
	check "$2 signs" ours --login --pin "$MOHR_PIN" --id "$1" --sign --mechanism $mechanism \
		--signature-format openssl --input-file "$tap_tmp/data" --output-file "$tap_tmp/signature"
	check "$2: OpenSSL verifies it" verifies "$2" "$tap_tmp/data"
	check_fails "$2: and not over other data" verifies "$2" "$tap_tmp/other"
}

# receives ID KEY: what only the key's owner can read, or agree upon, as OpenSSL has it
receives() {
	rm -f "$tap_tmp/plain"
	case $(kind_of "$2") in
	rsa*)
		bytes=$(($(kind_of "$2" | sed s/rsa//) / 8))
		{
			printf '\0\1'
			head -c $((bytes - 2)) /dev/urandom
		} >"$tap_tmp/block"
		openssl pkeyutl -encrypt -pubin -inkey "$tap_tmp/$2.pub" -pkeyopt rsa_padding_mode:none \
			-in "$tap_tmp/block" -out "$tap_tmp/cipher"
		check "$2 deciphers" ours --login --pin "$MOHR_PIN" --id "$1" --decrypt --mechanism RSA-X-509 \
			--input-file "$tap_tmp/cipher" --output-file "$tap_tmp/plain"
		check "$2: to what was enciphered" cmp "$tap_tmp/plain" "$tap_tmp/block"
		;;
	*)
		openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:$(kind_of "$2" | sed s/p/P-/)" \
			-out "$tap_tmp/peer.pem"
		openssl pkey -in "$tap_tmp/peer.pem" -pubout -outform DER -out "$tap_tmp/peer.der"
		openssl pkeyutl -derive -inkey "$tap_tmp/peer.pem" -peerkey "$tap_tmp/$2.pub" \
			-out "$tap_tmp/shared"
		check "$2 agrees" ours --login --pin "$MOHR_PIN" --id "$1" --derive \
			--mechanism ECDH1-DERIVE --input-file "$tap_tmp/peer.der" --output-file "$tap_tmp/plain"
		check "$2: on what OpenSSL has" cmp "$tap_tmp/plain" "$tap_tmp/shared"
		;;
	esac
}

# In OpenSC's and ykcs11's numbering: identifier and key
for pair in 01:9a 02:9c 03:9d 04:9e 05:82; do
	id=${pair%:*} key=${pair#*:}
	check "$key: the certificate is read" ours --read-object --type cert --id $id \
		--output-file "$tap_tmp/$key.der"
	check "$key: OpenSC reads one too" theirs --read-object --type cert --id $id \
		--output-file "$tap_tmp/$key.theirs"
	check "$key: the same" cmp "$tap_tmp/$key.der" "$tap_tmp/$key.theirs"
	openssl x509 -inform DER -in "$tap_tmp/$key.der" -noout -pubkey >"$tap_tmp/$key.pub"
	signs $id $key
done

# 9E is for whoever holds the card
ours --list-objects --type privkey >"$tap_tmp/open" 2>&1
is "without login the one private key is 9E" \
	"$(sed -nE 's/^ *(label|ID): *//p' "$tap_tmp/open" | tr '\n' ' ')" "Card authentication key 04 "

if [ "$MOHR_OTHERS" != ed25519 ]; then
	receives 03 9d
	receives 05 82
fi

# What a YubiKey tells of its keys: policies, public halves, and who attests them
if [ "$MOHR_SESSION" = yubikey ]; then
	ours --read-object --type cert --id 19 --output-file "$tap_tmp/f9.der" >"$tap_tmp/out" 2>&1
	check "the attestation certificate is an object" \
		openssl x509 -inform DER -in "$tap_tmp/f9.der" -out "$tap_tmp/f9.pem"
	check "it is what yubico-piv-tool has" sh -c "yubico-piv-tool -a read-certificate -s f9 |
		openssl x509 | cmp - '$tap_tmp/f9.pem'"
	check "yubico-piv-tool makes a key that never wants its PIN" yubico-piv-tool -k"$MOHR_ADMIN" \
		-a generate -s 9a -A RSA2048 --pin-policy=never -o "$tap_tmp/9a.pub"
	check "deletes its certificate" yubico-piv-tool -k"$MOHR_ADMIN" -a delete-certificate -s 9a
	check "makes one that wants it always" yubico-piv-tool -k"$MOHR_ADMIN" -a generate -s 9d \
		-A ECCP256 --pin-policy=always -o "$tap_tmp/9d.pub"
	check "deletes its certificate" yubico-piv-tool -k"$MOHR_ADMIN" -a delete-certificate -s 9d
	ours --list-objects --type privkey >"$tap_tmp/open" 2>&1
	is "without login there are 9A and 9E" \
		"$(sed -nE 's/^ *ID: *//p' "$tap_tmp/open" | tr '\n' ' ')" "01 04 "
	ours --login --pin "$MOHR_PIN" --list-objects --type privkey >"$tap_tmp/all" 2>&1
	is "with it all five" "$(grep -c '^Private Key Object' "$tap_tmp/all")" 5
	is "of which 9C and 9D always authenticate" \
		"$(grep -c 'Access: *always authenticate' "$tap_tmp/all")" 2
	MOHR_OTHERS=rsa2048
	signs 01 9a
	MOHR_OTHERS=p256
	signs 03 9d
fi

ours --login --pin 000000 --list-objects >"$tap_tmp/wrong" 2>&1
is "a wrong PIN is refused" "$(grep -c CKR_PIN_INCORRECT "$tap_tmp/wrong")" 1
is "and costs one try" "$(tries)" 2
check "the PIN is changed" ours --login --pin "$MOHR_PIN" --change-pin --new-pin 909090
MOHR_PIN=909090
if [ "$MOHR_SESSION" = yubikey ]; then MOHR_OTHERS=rsa2048; fi
signs 01 9a
is "and the count is whole again" "$(tries)" 3
session_done
