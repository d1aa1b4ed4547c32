#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The module with PKCS#15 cards, by OpenSC's pkcs11-tool: the plain one, the one that tells no more than it must,
# and one in the shape of MyEID. It has the certificates that OpenSC's own module has, byte for byte, where
# that can read them; OpenSSL judges what keys do.
set -u
. "${MOHR_SOURCE:?}/tests/consumers/card.sh"

# Profile, state, option, kinds of the two keys
cards() {
	echo "p15 issued --pcscd rsa2048 p256"
	echo "p15 issued --extended p384 rsa4096"
	echo "p15-bare issued --pcscd rsa3072 rsa1024"
	echo "p15-bare issued --extended p256 p384"
	echo "myeid issued --pcscd rsa2048 rsa4096"
	echo "myeid issued --extended p256 p384"
	echo "myeid blank --blank rsa2048 p256"
}

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
		if [ "$how" = blank ]; then kinds=; else kinds="--key-auth $auth --key-sign $sign"; fi
		# shellcheck disable=SC2086 # options are words
		session "$profile, $how, $auth, $sign" \
			env MOHR_SESSION="$profile" MOHR_HOW="$how" MOHR_AUTH="$auth" MOHR_SIGN="$sign" \
			"$MOHR_SOURCE/scripts/with-card" --profile "$profile" --pcscd "$option" $kinds -- sh "$0"
	done <"$tap_tmp/cards"
	tap_done
	exit
fi

own_home
inspect="$MOHR_BUILD/vcard/mohr-vcard inspect"
opensc=$(find /usr/lib -name opensc-pkcs11.so | head -n 1)

# ours TOKEN OPTION..., theirs TOKEN OPTION...: pkcs11-tool with the token of this label
ours() {
	token=$1
	shift
	with_module pkcs11-tool --module "$MOHR_MODULE" --token-label "$token" "$@"
}
theirs() {
	token=$1
	shift
	timeout 120 pkcs11-tool --module "$opensc" --token-label "$token" "$@"
}
tries() {
	$inspect --json "$MOHR_IMAGE" | sed -nE "s/.*\"$1\": \{\"reference\": [0-9]+, \"triesLeft\": ([0-9]+).*/\1/p"
}

# signs TOKEN PIN ID PUBLIC KIND: by what the key does; OpenSSL verifies it, and refuses it over other data
signs() {
	case $MOHR_SESSION$5 in
	p15-barersa*) mechanisms="SHA256-RSA-PKCS SHA512-RSA-PKCS" ;; # a card that says nothing of whole blocks
	*rsa*) mechanisms="SHA256-RSA-PKCS SHA384-RSA-PKCS-PSS" ;;
	*) mechanisms="ECDSA-SHA256 ECDSA-SHA384" ;;
	esac
	case $5 in
	rsa1024) mechanisms=SHA256-RSA-PKCS ;;
	esac
	for mechanism in $mechanisms; do
		hash=$(echo "$mechanism" | sed -nE 's/.*SHA([0-9]+).*/sha\1/p') padding=
		case $mechanism in
		*PSS) padding="-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest" ;;
		esac
		rm -f "$tap_tmp/signature"
		check "$3 signs ($mechanism)" ours "$1" --login --pin "$2" --id "$3" --sign --mechanism "$mechanism" \
			--signature-format openssl --input-file "$tap_tmp/data" --output-file "$tap_tmp/signature"
		# shellcheck disable=SC2086 # options are words
		check "$3: OpenSSL verifies it" openssl dgst "-$hash" -verify "$4" $padding \
			-signature "$tap_tmp/signature" "$tap_tmp/data"
		# shellcheck disable=SC2086 # options are words
		check_fails "$3: and not over other data" openssl dgst "-$hash" -verify "$4" $padding \
			-signature "$tap_tmp/signature" "$tap_tmp/other"
	done
}

# receives TOKEN PIN ID PUBLIC KIND: what only the key's owner can read, or agree upon, as OpenSSL has it
receives() {
	rm -f "$tap_tmp/plain"
	case $5 in
	rsa*)
		openssl pkeyutl -encrypt -pubin -inkey "$4" -pkeyopt rsa_padding_mode:oaep \
			-pkeyopt rsa_oaep_md:sha256 -in "$tap_tmp/data" -out "$tap_tmp/cipher"
		check "$3 deciphers" ours "$1" --login --pin "$2" --id "$3" --decrypt --mechanism RSA-PKCS-OAEP \
			--hash-algorithm SHA256 --input-file "$tap_tmp/cipher" --output-file "$tap_tmp/plain"
		check "$3: to what was enciphered" cmp "$tap_tmp/plain" "$tap_tmp/data"
		;;
	*)
		openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:$(echo "$5" | sed s/p/P-/)" \
			-out "$tap_tmp/peer.pem"
		openssl pkey -in "$tap_tmp/peer.pem" -pubout -outform DER -out "$tap_tmp/peer.der"
		openssl pkeyutl -derive -inkey "$tap_tmp/peer.pem" -peerkey "$4" -out "$tap_tmp/shared"
		check "$3 agrees" ours "$1" --login --pin "$2" --id "$3" --derive --mechanism ECDH1-DERIVE \
			--input-file "$tap_tmp/peer.der" --output-file "$tap_tmp/plain"
		check "$3: on what OpenSSL has" cmp "$tap_tmp/plain" "$tap_tmp/shared"
		;;
	esac
}

# same_certificate TOKEN ID PEM: ours is the card's own, and what OpenSC has
same_certificate() {
	rm -f "$tap_tmp/$2.ours" "$tap_tmp/$2.theirs"
	check "$2: the certificate is read" ours "$1" --read-object --type cert --id "$2" --output-file "$tap_tmp/$2.ours"
	is "$2: it is the card's own" "$(openssl x509 -inform DER -in "$tap_tmp/$2.ours")" "$(openssl x509 -in "$3")"
	[ "$MOHR_SESSION" != p15-bare ] || return # OpenSC reads no file whose size it is not told
	check "$2: OpenSC reads one too" theirs "$1" --read-object --type cert --id "$2" --output-file "$tap_tmp/$2.theirs"
	check "$2: the same" cmp "$tap_tmp/$2.ours" "$tap_tmp/$2.theirs"
}

# wrong_and_changed TOKEN PIN REFERENCE
wrong_and_changed() {
	ours "$1" --login --pin 00000000 --list-objects >"$tap_tmp/wrong" 2>&1
	is "a wrong PIN is refused" "$(grep -c CKR_PIN_INCORRECT "$tap_tmp/wrong")" 1
	is "and costs one try" "$(tries "$3")" 2
	check "the PIN is changed" ours "$1" --login --pin "$2" --change-pin --new-pin 90909090
	check_fails "the old one is refused" ours "$1" --login --pin "$2" --list-objects
	check "the new one is not" ours "$1" --login --pin 90909090 --list-objects
	is "and the count is whole again" "$(tries "$3")" 3
}

issued() {
	case $MOHR_SESSION in
	p15) label="Mohr p15" auth_id=45 sign_id=46 auth_pin=91 sign_pin=92 ;;
	p15-bare) label="Mohr bare" auth_id=01 sign_id=02 auth_pin=91 sign_pin=92 ;;
	*) label="Mohr MyEID" auth_id=01 sign_id=02 auth_pin=01 sign_pin=02 ;;
	esac
	auth_token="$label (Authentication PIN)" sign_token="$label (Signature PIN)"
	with_module pkcs11-tool --module "$MOHR_MODULE" -L >"$tap_tmp/slots" 2>&1
	is "the module has the two tokens" "$(sed -nE 's/^ *token label *: //p' "$tap_tmp/slots")" \
		"$auth_token
$sign_token"
	[ "$(grep -cF "$label" "$tap_tmp/slots")" = 2 ] || return # no PIN for another card
	for key in auth sign; do
		$inspect --export $key "$MOHR_IMAGE" >"$tap_tmp/$key.pem"
		openssl x509 -in "$tap_tmp/$key.pem" -noout -pubkey >"$tap_tmp/$key.pub"
	done
	same_certificate "$auth_token" $auth_id "$tap_tmp/auth.pem"
	same_certificate "$sign_token" $sign_id "$tap_tmp/sign.pem"
	signs "$auth_token" "$MOHR_PIN_AUTH" $auth_id "$tap_tmp/auth.pub" "$MOHR_AUTH"
	signs "$sign_token" "$MOHR_PIN_SIGN" $sign_id "$tap_tmp/sign.pub" "$MOHR_SIGN"
	case $MOHR_SESSION$MOHR_AUTH in
	p15-bare*) ;;
	*) receives "$auth_token" "$MOHR_PIN_AUTH" $auth_id "$tap_tmp/auth.pub" "$MOHR_AUTH" ;;
	esac
	check "pkcs11-tool's own tests pass" ours "$auth_token" --login --pin "$MOHR_PIN_AUTH" --test
	is "without errors" "$(tail -n 1 "$tap_tmp/out")" "No errors"
	ours "$sign_token" --login --pin "$MOHR_PIN_SIGN" --list-objects --type privkey >"$tap_tmp/keys" 2>&1
	is "the signature key always authenticates" "$(grep -c 'always authenticate' "$tap_tmp/keys")" 1
	if [ "$MOHR_SESSION" != p15-bare ]; then
		check "the private data object is read with its PIN" ours "$auth_token" --login --pin "$MOHR_PIN_AUTH" \
			--read-object --type data --label "Private note" --output-file "$tap_tmp/note"
		is "it is what was written" "$(cat "$tap_tmp/note")" "Only the authentication PIN shows this."
	fi
	wrong_and_changed "$auth_token" "$MOHR_PIN_AUTH" $auth_pin
	is "the other PIN's tries are what they were" "$(tries $sign_pin)" 3
}

# A card that pkcs15-init has made
made() {
	pin=123456 so=654321
	init() {
		timeout 120 pkcs15-init "$@" >>"$tap_tmp/init" 2>&1
	}
	check "pkcs15-init makes a card" init --create-pkcs15 --so-pin $so --so-puk 87654321 --label "made by others"
	check "a PIN" init --store-pin --auth-id 01 --label "User PIN" --pin $pin --puk 12345678 --so-pin $so
	init --finalize --so-pin $so
	check "an RSA key" init --generate-key rsa/2048 --id 45 --auth-id 01 --pin $pin --key-usage sign,decrypt
	check "one on a curve" init --generate-key ec/prime256v1 --id 46 --auth-id 01 --pin $pin --key-usage sign,keyAgreement
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$tap_tmp/ca.pem" 2>/dev/null
	for id in 45 46; do
		pkcs15-tool --read-public-key $id >"$tap_tmp/$id.pub" 2>/dev/null
		openssl req -new -subj "/CN=key $id" -key "$tap_tmp/ca.pem" 2>/dev/null |
			openssl x509 -req -force_pubkey "$tap_tmp/$id.pub" -signkey "$tap_tmp/ca.pem" -days 30 \
				-out "$tap_tmp/$id.pem" 2>/dev/null
		check "$id: its certificate" init --store-certificate "$tap_tmp/$id.pem" --id $id --auth-id 01 --pin $pin
	done
	# one without a certificate, and with an identifier as programs make it of a hash
	long=0123456789abcdef0123456789abcdef01234567
	check "a key that no certificate is of" init --generate-key rsa/1024 --id $long --auth-id 01 --pin $pin \
		--key-usage sign
	pkcs15-tool --read-public-key $long >"$tap_tmp/$long.pub" 2>/dev/null
	with_module pkcs11-tool --module "$MOHR_MODULE" -L >"$tap_tmp/slots" 2>&1
	token=$(sed -nE 's/^ *token label *: (made by others.*)/\1/p' "$tap_tmp/slots" | head -n 1)
	is "the module finds the token" "${token%% (*}" "made by others"
	[ -n "$token" ] || return # no PIN for another card
	for pair in "45:$MOHR_AUTH" "46:$MOHR_SIGN"; do
		id=${pair%:*}
		rm -f "$tap_tmp/$id.ours"
		check "$id: the certificate is read" ours "$token" --read-object --type cert --id "$id" \
			--output-file "$tap_tmp/$id.ours"
		is "$id: it is the card's own" "$(openssl x509 -inform DER -in "$tap_tmp/$id.ours")" \
			"$(openssl x509 -in "$tap_tmp/$id.pem")"
		signs "$token" $pin "$id" "$tap_tmp/$id.pub" "${pair#*:}"
		receives "$token" $pin "$id" "$tap_tmp/$id.pub" "${pair#*:}"
	done
	signs "$token" $pin $long "$tap_tmp/$long.pub" rsa1024
	is "OpenSC's module has the same keys, by the same identifiers" \
		"$(ours "$token" --list-objects --type pubkey 2>/dev/null | grep '^  ID: ' | sort)" \
		"$(theirs "$token" --list-objects --type pubkey 2>/dev/null | grep '^  ID: ' | sort)"
	check "pkcs11-tool's own tests pass" ours "$token" --login --pin $pin --test
	is "without errors" "$(tail -n 1 "$tap_tmp/out")" "No errors"
	wrong_and_changed "$token" $pin 01
}

case $MOHR_HOW in
issued) issued ;;
*) made ;;
esac
session_done
