#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Blank cards, personalised by lib/personal (tests/harness/personalise) and then judged by others: OpenSSL
# certifies the keys that the card has made and verifies what they sign; the module, OpenSC, yubico-piv-tool
# and ykcs11 read the certificates, byte for byte.
set -u
. "${MOHR_SOURCE:?}/tests/consumers/card.sh"

# Profile, options, kinds of the first and of the second key
cards() {
	echo "natid --pcscd rsa2048 p256"
	echo "natid --pcscd,--extended p384 rsa2048"
	echo "natid - p256 p384"
	echo "piv --pcscd p256 rsa2048"
	echo "piv --pcscd,--extended rsa2048 p384"
	echo "yubikey --pcscd rsa2048 p256"
	echo "yubikey --pcscd p384 rsa2048"
	echo "isoapplet --pcscd rsa2048 p256"
	echo "isoapplet --pcscd,--extended p384 rsa2048"
	echo "isoapplet-v1 --pcscd,--extended p256 rsa2048"
	echo "isoapplet-v1 - rsa2048 p384"
}

if [ -z "${MOHR_SESSION:-}" ]; then
	cards >"$tap_tmp/cards"
	while read -r profile options first second; do
		options=$(echo "$options" | sed 's/^-$//; s/,/ /g')
		session "$profile, $first, $second" \
			env MOHR_SESSION="$profile" MOHR_FIRST="$first" MOHR_SECOND="$second" \
			"$MOHR_SOURCE/scripts/with-card" --blank --profile "$profile" $options -- sh "$0"
	done <"$tap_tmp/cards"
	tap_done
	exit
fi

own_home
opensc=$(find /usr/lib -name opensc-pkcs11.so | head -n 1)
ykcs11=$(find /usr/lib -name libykcs11.so.2 | head -n 1)

issuer() {
	timeout 300 "$MOHR_BUILD/tests/harness/personalise" "$@"
}

# certify FILE: an authority's certificate for FILE.spki, in FILE.der and FILE.pem; the public key in FILE.pub
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$tap_tmp/ca.key" \
	-out "$tap_tmp/ca.pem" -subj /CN=authority -days 2 2>/dev/null
certify() {
	openssl pkey -pubin -inform DER -in "$1.spki" -out "$1.pub" &&
		openssl req -new -key "$tap_tmp/ca.key" -subj "/CN=certified $(basename "$1")" 2>/dev/null |
		openssl x509 -req -CA "$tap_tmp/ca.pem" -CAkey "$tap_tmp/ca.key" -force_pubkey "$1.pub" \
			-days 1 -out "$1.pem" 2>/dev/null &&
		openssl x509 -in "$1.pem" -outform DER -out "$1.der"
}

# as NAME KIND: the key is of that kind, by OpenSSL
is_kind() {
	case $2 in
	rsa*) want="Public-Key: (${2#rsa} bit)" ;;
	p*) want="ASN1 OID: $(echo "$2" | sed 's/p256/prime256v1/; s/p384/secp384r1/')" ;;
	esac
	is "$(basename "$1"): the card makes a key of $2" \
		"$(openssl pkey -pubin -inform DER -in "$1.spki" -noout -text 2>/dev/null | grep -cF "$want")" 1
}

# signs NAME KIND MODULE OPTION...: OpenSSL verifies what the key signs, and refuses it over other data
signs() {
	name=$1 kind=$2 by=$3
	shift 3
	rm -f "$tap_tmp/signature"
	case $kind in
	rsa*)
		hash=sha256
		set -- --mechanism SHA256-RSA-PKCS --input-file "$tap_tmp/data" "$@"
		;;
	*)
		hash=$(echo "$kind" | sed s/p/sha/)
		openssl dgst -"$hash" -binary "$tap_tmp/data" >"$tap_tmp/digest"
		set -- --mechanism ECDSA --signature-format openssl --input-file "$tap_tmp/digest" "$@"
		;;
	esac
	check "$name: $(basename "$by") signs" with_module pkcs11-tool --module "$by" --sign \
		--output-file "$tap_tmp/signature" "$@"
	check "$name: OpenSSL verifies it" openssl dgst -"$hash" -verify "$tap_tmp/$name.pub" \
		-signature "$tap_tmp/signature" "$tap_tmp/data"
	check_fails "$name: and not over other data" openssl dgst -"$hash" -verify "$tap_tmp/$name.pub" \
		-signature "$tap_tmp/signature" "$tap_tmp/other"
}

# reads NAME MODULE OPTION...: the certificate is the one that was written
reads() {
	name=$1 by=$2
	shift 2
	rm -f "$tap_tmp/read"
	check "$name: $(basename "$by") reads the certificate" with_module pkcs11-tool --module "$by" \
		--read-object --type cert --output-file "$tap_tmp/read" "$@"
	check "$name: the same" cmp "$tap_tmp/read" "$tap_tmp/$name.der"
}

# ---- natid

natid() {
	cipher=aes$((${#MOHR_ADMIN} * 4))
	check "a blank card is emptied, its PINs leave the transport state, it makes its keys" \
		issuer authenticate $cipher "$MOHR_ADMIN" initialise pin 0 "$MOHR_PIN_AUTH" 7777 \
		pin 1 "$MOHR_PIN_SIGN" 888888 \
		generate authentication "$MOHR_FIRST" "$tap_tmp/auth.spki" \
		generate signature "$MOHR_SECOND" "$tap_tmp/sign.spki" status
	is "which have no certificates" "$(grep -c 'present empty$' "$tap_tmp/out")" 2
	is_kind "$tap_tmp/auth" "$MOHR_FIRST"
	is_kind "$tap_tmp/sign" "$MOHR_SECOND"
	certify "$tap_tmp/auth"
	certify "$tap_tmp/sign"
	check_fails "nobody else writes" issuer write authentication "$tap_tmp/auth.der" -
	check_fails "another key's certificate is refused" issuer authenticate $cipher "$MOHR_ADMIN" \
		write signature "$tap_tmp/auth.der" -
	is "by its name" "$(cat "$tap_tmp/out")" "write: CERTIFICATE_FOREIGN"
	check "the certificates are written" issuer authenticate $cipher "$MOHR_ADMIN" \
		write authentication "$tap_tmp/auth.der" - write signature "$tap_tmp/sign.der" - \
		read signature "$tap_tmp/back" status
	is "and there" "$(grep -c 'present present$' "$tap_tmp/out")" 2
	check "byte for byte" cmp "$tap_tmp/back" "$tap_tmp/sign.der"
	for key in auth sign; do
		$MOHR_BUILD/vcard/mohr-vcard inspect --export $key "$MOHR_IMAGE" >"$tap_tmp/own"
		is "$key: the card's memory has it" "$(openssl x509 -in "$tap_tmp/own" -outform PEM)" \
			"$(openssl x509 -in "$tap_tmp/$key.pem" -outform PEM)"
	done
	MOHR_PIN_AUTH=7777 MOHR_PIN_SIGN=888888
	tokens
	for key in auth sign; do
		with_token $key
		reads $key "$MOHR_MODULE" --token-label "$token" --label "$name certificate"
		signs $key "$(if [ $key = auth ]; then echo "$MOHR_FIRST"; else echo "$MOHR_SECOND"; fi)" \
			"$MOHR_MODULE" --token-label "$token" --login --pin "$pin"
	done
}

# ---- PIV

# kind_of SLOT
kind_of() {
	case $1 in
	9A | 9D) echo "$MOHR_FIRST" ;;
	*) echo "$MOHR_SECOND" ;;
	esac
}

# piv_issue: keys and certificates in four places, by the PIN 445566 and the PUK 87654321
piv_issue() {
	check "a blank card is emptied, gets PIN and PUK" issuer authenticate 3des "$MOHR_ADMIN" \
		initialise pin 0 "$MOHR_PIN" 445566 puk "$MOHR_PUK" 87654321
	for slot in 9A 9C 9D 9E; do
		check "$slot: the card makes a key" issuer authenticate 3des "$MOHR_ADMIN" \
			generate $slot "$(kind_of $slot)" "$tap_tmp/$slot.spki"
		is_kind "$tap_tmp/$slot" "$(kind_of $slot)"
		certify "$tap_tmp/$slot"
		check "$slot: its certificate is written" issuer authenticate 3des "$MOHR_ADMIN" \
			write $slot "$tap_tmp/$slot.der" 445566 read $slot "$tap_tmp/back"
		check "$slot: byte for byte" cmp "$tap_tmp/back" "$tap_tmp/$slot.der"
	done
	check_fails "another key's certificate is refused" issuer authenticate 3des "$MOHR_ADMIN" \
		write 9A "$tap_tmp/9D.der" 445566
	is "by its name" "$(cat "$tap_tmp/out")" "write: CERTIFICATE_FOREIGN"
	check_fails "nobody else writes" issuer erase 9A
}

piv_judge() {
	check "OpenSC lists the card" pkcs15-tool -D
	is "it has four certificates" "$(grep -c '^X.509 Certificate \[' "$tap_tmp/out")" 4
	for pair in 01:9A 02:9C 03:9D 04:9E; do
		id=${pair%:*} slot=${pair#*:}
		reads $slot "$opensc" --id $id
		reads $slot "$MOHR_MODULE" --id $id
		signs $slot "$(kind_of $slot)" "$MOHR_MODULE" --id $id --login --pin 445566
		# OpenSC signs with no key that is for key management
		[ $slot = 9D ] || signs $slot "$(kind_of $slot)" "$opensc" --id $id --login --pin 445566
	done
	for i in 1 2 3; do
		pkcs11-tool --module "$opensc" --login --pin 999999 --list-objects >/dev/null 2>&1
	done
	check "the PUK unblocks the PIN, by OpenSC" pkcs15-tool --unblock-pin --auth-id 01 --puk 87654321 \
		--new-pin 445566
	for i in 1 2 3; do
		pkcs11-tool --module "$opensc" --login --pin 999999 --list-objects >/dev/null 2>&1
	done
	check "and by the issuer" issuer unblock 0 87654321 445566
	check "it holds" pkcs11-tool --module "$opensc" --login --pin 445566 --list-objects
}

vendor() {
	timeout 120 yubico-piv-tool "$@"
}

yubikey_judge() {
	check "yubico-piv-tool shows the status" vendor -a status
	is "with four certificates" "$(grep -c 'Subject DN:' "$tap_tmp/out")" 4
	is "and a CHUID" "$(grep -c '^CHUID:.*3019' "$tap_tmp/out")" 1
	for slot in 9A 9C 9D 9E; do
		vendor -a read-certificate -s "$(echo $slot | tr A-F a-f)" -o "$tap_tmp/read" >/dev/null 2>&1
		is "$slot: it reads the certificate" "$(openssl x509 -in "$tap_tmp/read" -outform PEM)" \
			"$(openssl x509 -in "$tap_tmp/$slot.pem" -outform PEM)"
	done
	check "it verifies a signature by 9A" vendor -a verify-pin -P 445566 -a test-signature -s 9a \
		-i "$tap_tmp/9A.pem"
	is "of the card's" "$(grep -c '^Successful .* verification' "$tap_tmp/out")" 1
	check "it attests 9C" vendor -a attest -s 9c -o "$tap_tmp/attest"
	is "for the key that the issuer has seen" "$(openssl x509 -in "$tap_tmp/attest" -noout -pubkey)" \
		"$(cat "$tap_tmp/9C.pub")"
	reads 9D "$ykcs11" --id 03
	signs 9D "$(kind_of 9D)" "$ykcs11" --id 03 --login --pin 445566

	new=000102030405060708090a0b0c0d0e0f
	check "the management key becomes another" issuer admin 3des "$MOHR_ADMIN" aes128 $new
	check_fails "the old one is refused by yubico-piv-tool" vendor "-k$MOHR_ADMIN" -a set-chuid
	check "the new one is the card's" issuer authenticate aes128 $new erase 9D
	check_fails "a certificate that was erased is gone" vendor -a read-certificate -s 9d
	check "the card is reset" issuer reset
	check "it has the vendor's values" vendor -a verify-pin -P 123456 -a set-chuid
	is "and no certificates" "$(vendor -a status 2>/dev/null | grep -c 'Subject DN:')" 0
}

# ---- IsoApplet

isoapplet_begin() {
	puk=$MOHR_PUK$MOHR_PUK # sixteen bytes, as OpenSC sends them
	check "a blank card gets PIN and PUK and PKCS#15's files" issuer setup "Made by Mohr" abc123 "$puk" initialise
}

isoapplet_issue() {
	check "it makes its keys" issuer login abc123 generate authentication "$MOHR_FIRST" "$tap_tmp/auth.spki" \
		generate signature "$MOHR_SECOND" "$tap_tmp/sign.spki"
	is_kind "$tap_tmp/auth" "$MOHR_FIRST"
	is_kind "$tap_tmp/sign" "$MOHR_SECOND"
	certify "$tap_tmp/auth"
	certify "$tap_tmp/sign"
	check_fails "nobody else writes" issuer write authentication "$tap_tmp/auth.der" -
	check_fails "another key's certificate is refused" issuer login abc123 write signature "$tap_tmp/auth.der" -
	is "by its name" "$(cat "$tap_tmp/out")" "write: CERTIFICATE_FOREIGN"
	check "the certificates are written" issuer login abc123 write authentication "$tap_tmp/auth.der" - \
		write signature "$tap_tmp/sign.der" - status
	is "and there" "$(grep -c 'present present$' "$tap_tmp/out")" 2
	for pair in 01:auth 02:sign; do
		reads ${pair#*:} "$MOHR_MODULE" --id ${pair%:*}
	done
}

# Of the older version, which OpenSC knows. What that card signs with a curve is the SHA-1 of what it is given.
isoapplet() {
	isoapplet_begin
	check "OpenSC lists it" pkcs15-tool -D
	cp "$tap_tmp/out" "$tap_tmp/list"
	is "by its name" "$(grep -c '^PKCS#15 Card \[Made by Mohr\]' "$tap_tmp/list")" 1
	is "with a PIN" "$(grep -c '^PIN \[' "$tap_tmp/list")" 1
	is "and no keys" "$(grep -cE '^(Private|Public) .* Key \[|^X.509 Certificate' "$tap_tmp/list")" 0
	isoapplet_issue
	rm -rf "$XDG_CACHE_HOME"
	check "OpenSC lists it" pkcs15-tool -D
	cp "$tap_tmp/out" "$tap_tmp/list"
	is "with two private keys" "$(grep -cE '^Private (RSA|EC) Key \[' "$tap_tmp/list")" 2
	is "two public keys" "$(grep -cE '^Public (RSA|EC) Key \[' "$tap_tmp/list")" 2
	is "and two certificates" "$(grep -c '^X.509 Certificate \[' "$tap_tmp/list")" 2
	for pair in 01:auth 02:sign; do
		id=${pair%:*} key=${pair#*:}
		reads $key "$opensc" --id $id
		pkcs15-tool --read-public-key $id >"$tap_tmp/read" 2>/dev/null
		is "$key: OpenSC reads the public key" "$(openssl pkey -pubin -in "$tap_tmp/read")" \
			"$(cat "$tap_tmp/$key.pub")"
	done
	for pair in 01:auth:$MOHR_FIRST 02:sign:$MOHR_SECOND; do
		id=${pair%%:*} kind=${pair##*:} key=${pair#*:}
		key=${key%:*}
		case $kind in
		rsa*)
			signs $key "$kind" "$opensc" --id $id --login --pin abc123
			signs $key "$kind" "$MOHR_MODULE" --id $id --login --pin abc123
			;;
		*)
			rm -f "$tap_tmp/signature"
			check "$key: OpenSC signs" pkcs11-tool --module "$opensc" --id $id --login --pin abc123 \
				--sign --mechanism ECDSA-SHA1 --signature-format openssl \
				--input-file "$tap_tmp/data" --output-file "$tap_tmp/signature"
			check "$key: OpenSSL verifies it" openssl dgst -sha1 -verify "$tap_tmp/$key.pub" \
				-signature "$tap_tmp/signature" "$tap_tmp/data"
			;;
		esac
	done
	check_fails "a wrong PIN is refused" pkcs11-tool --module "$opensc" --login --pin wrong --list-objects
	check "the PIN is changed by OpenSC" pkcs15-tool --change-pin --auth-id 01 --pin abc123 --new-pin 654321
	check "and unblocked by the issuer" issuer unblock 0 "$puk" abc123
	check "it holds" pkcs11-tool --module "$opensc" --login --pin abc123 --list-objects
	check "the card is emptied" issuer login abc123 setup "Empty" - - initialise status
	is "of all" "$(grep -c 'empty empty$' "$tap_tmp/out")" 2
	rm -rf "$XDG_CACHE_HOME"
	check "and OpenSC sees so" pkcs15-tool -D
	is "by its name" "$(grep -c '^PKCS#15 Card \[Empty\]' "$tap_tmp/out")" 1
	is "without certificates" "$(grep -c '^X.509 Certificate \[' "$tap_tmp/out")" 0
}

# Of the newer one, which OpenSC 0.23 does not know.
isoapplet_v1() {
	isoapplet_begin
	isoapplet_issue
	signs auth "$MOHR_FIRST" "$MOHR_MODULE" --id 01 --login --pin abc123
	signs sign "$MOHR_SECOND" "$MOHR_MODULE" --id 02 --login --pin abc123
	check_fails "a wrong PIN is refused" issuer login wrong
	check "the PUK unblocks" issuer unblock 0 "$puk" 654321
	signs auth "$MOHR_FIRST" "$MOHR_MODULE" --id 01 --login --pin 654321
}

case $MOHR_SESSION in
isoapplet)
	isoapplet
	;;
isoapplet-v1)
	isoapplet_v1
	;;
natid)
	natid
	;;
piv)
	piv_issue
	piv_judge
	;;
yubikey)
	piv_issue
	piv_judge
	yubikey_judge
	;;
esac
session_done
