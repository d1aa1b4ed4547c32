#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The module with IsoApplet cards: those that pkcs15-init has filled, and those that we have personalised. It
# has the certificates that OpenSC's own module has, byte for byte; OpenSSL judges what keys sign.
set -u
. "${MOHR_SOURCE:?}/tests/consumers/card.sh"

# Profile, blank or issued, kinds of keys, options
sessions() {
	echo "isoapplet blank rsa,prime256v1 --blank"
	echo "isoapplet blank rsa,secp384r1 --blank --extended"
	echo "isoapplet issued rsa2048,rsa2048 --extended"
	echo "isoapplet issued rsa2048,p256 --key-sign p256"
	echo "isoapplet-v1 issued rsa2048,p256 --key-sign p256"
	echo "isoapplet-v1 issued p384,rsa4096 --key-auth p384 --key-sign rsa4096 --extended"
}

if [ -z "${MOHR_SESSION:-}" ]; then
	sessions >"$tap_tmp/sessions"
	while read -r profile how kinds options; do
		# shellcheck disable=SC2086 # options are words
		session "$profile, $how, $kinds" \
			env MOHR_SESSION="$profile" MOHR_HOW="$how" MOHR_KINDS="$kinds" \
			"$MOHR_SOURCE/scripts/with-card" --profile "$profile" --pcscd $options -- sh "$0"
	done <"$tap_tmp/sessions"
	tap_done
	exit
fi

own_home
inspect="$MOHR_BUILD/vcard/mohr-vcard inspect"
opensc=$(find /usr/lib -name opensc-pkcs11.so | head -n 1)

ours() {
	with_module pkcs11-tool --module "$MOHR_MODULE" "$@"
}
theirs() {
	timeout 120 pkcs11-tool --module "$opensc" "$@"
}
init() {
	timeout 120 pkcs15-init "$@"
}
tries() {
	$inspect --json "$MOHR_IMAGE" | sed -nE 's/.*"01": \{"reference": 1, "triesLeft": ([0-9]+).*/\1/p'
}

# read_by COMMAND ID FILE: the certificate with this identifier, DER
read_by() {
	rm -f "$3"
	"$1" --read-object --type cert --id "$2" --output-file "$3"
}

# signs ID MECHANISM HASH [OPENSSL OPTION...]: OpenSSL verifies it, and refuses it over other data. $by: whose module
by=ours
signs() {
	id=$1 mechanism=$2 hash=$3
	shift 3
	rm -f "$tap_tmp/signature"
	check "$id signs ($by, $mechanism)" $by --login --pin "$MOHR_PIN" --id "$id" --sign --mechanism "$mechanism" \
		--signature-format openssl --input-file "$tap_tmp/data" --output-file "$tap_tmp/signature"
	check "$id: OpenSSL verifies it" openssl dgst "-$hash" -verify "$tap_tmp/$id.pub" "$@" \
		-signature "$tap_tmp/signature" "$tap_tmp/data"
	check_fails "$id: and not over other data" openssl dgst "-$hash" -verify "$tap_tmp/$id.pub" "$@" \
		-signature "$tap_tmp/signature" "$tap_tmp/other"
}

# all_signatures ID: by every way that this card has
all_signatures() {
	if openssl pkey -pubin -in "$tap_tmp/$1.pub" -noout -text | grep -q Modulus; then
		signs "$1" SHA256-RSA-PKCS sha256
		[ "$MOHR_SESSION" = isoapplet ] || signs "$1" SHA256-RSA-PKCS-PSS sha256 \
			-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest
	elif [ "$MOHR_SESSION" != isoapplet ]; then
		signs "$1" ECDSA-SHA256 sha256
		signs "$1" ECDSA-SHA384 sha384
	else # the card hashes, by SHA-1 only
		for by in theirs ours; do
			signs "$1" ECDSA-SHA1 sha1
		done
		check_fails "$1 signs no digest" ours --login --pin "$MOHR_PIN" --id "$1" --sign --mechanism ECDSA \
			--input-file "$tap_tmp/data" --output-file "$tap_tmp/none"
	fi
}

if [ "$MOHR_HOW" = blank ]; then
	set -- --auth-id 01 --pin "$MOHR_PIN"
	init --create-pkcs15 --no-so-pin --label "A new card" >"$tap_tmp/out" 2>&1
	check "pkcs15-init makes a PIN" init --store-pin --id 01 --auth-id 01 --pin "$MOHR_PIN" \
		--puk "$MOHR_PUK$MOHR_PUK" --label PIN
	check "an RSA key" init --generate-key rsa/2048 --id 01 --label RSA --key-usage sign,decrypt "$@"
	check "one on a curve" init --generate-key "ec/${MOHR_KINDS#*,}" --id 02 --label curve --key-usage sign "$@"
	openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$tap_tmp/ca.pem" 2>/dev/null
	check "one that is imported" init --store-private-key "$tap_tmp/ca.pem" --id 03 --label imported \
		--key-usage sign "$@"
	for id in 01 02 03; do
		pkcs15-tool --read-public-key $id 2>/dev/null >"$tap_tmp/$id.pub"
		openssl req -new -subj "/CN=key $id" -key "$tap_tmp/ca.pem" 2>/dev/null |
			openssl x509 -req -force_pubkey "$tap_tmp/$id.pub" -signkey "$tap_tmp/ca.pem" -days 30 \
				-out "$tap_tmp/$id.pem" 2>/dev/null
		check "and the certificate of $id" init --store-certificate "$tap_tmp/$id.pem" --id $id \
			--label "key $id" "$@"
	done
	ids="01 02 03"
else
	$inspect --export auth "$MOHR_IMAGE" >"$tap_tmp/01.pem"
	$inspect --export sign "$MOHR_IMAGE" >"$tap_tmp/02.pem"
	ids="01 02"
fi

check "the module lists the card" ours -L
is "one token" "$(grep -c 'token label' "$tap_tmp/out")" 1
for id in $ids; do
	check "$id: the certificate is read" read_by ours $id "$tap_tmp/$id.ours"
	is "$id: it is the card's own" "$(openssl x509 -inform DER -in "$tap_tmp/$id.ours")" \
		"$(openssl x509 -in "$tap_tmp/$id.pem")"
	if [ "$MOHR_SESSION" = isoapplet ]; then # OpenSC 0.23 knows this version only
		check "$id: OpenSC reads one too" read_by theirs $id "$tap_tmp/$id.theirs"
		check "$id: the same" cmp "$tap_tmp/$id.ours" "$tap_tmp/$id.theirs"
	fi
	openssl x509 -in "$tap_tmp/$id.pem" -noout -pubkey >"$tap_tmp/$id.pub"
	all_signatures $id
done
ours --list-mechanisms >"$tap_tmp/mechanisms" 2>&1
is "ECDSA is listed where the card does it" "$(grep -c '^ *ECDSA-SHA256' "$tap_tmp/mechanisms")" \
	"$([ "$MOHR_SESSION" = isoapplet ] && echo 0 || echo 1)"
is "and ECDSA-SHA1" "$(grep -c '^ *ECDSA-SHA1' "$tap_tmp/mechanisms")" \
	"$([ "$MOHR_KINDS" = rsa2048,rsa2048 ] && echo 0 || echo 1)"
is "so is PSS" "$(grep -c '^ *SHA256-RSA-PKCS-PSS' "$tap_tmp/mechanisms")" \
	"$([ "$MOHR_SESSION" = isoapplet ] && echo 0 || echo 1)"
check "pkcs11-tool's own tests pass" ours --login --pin "$MOHR_PIN" --test
is "without errors" "$(tail -n 1 "$tap_tmp/out")" "No errors"

ours --login --pin 999999 --list-objects >"$tap_tmp/wrong" 2>&1
is "a wrong PIN is refused" "$(grep -c CKR_PIN_INCORRECT "$tap_tmp/wrong")" 1
is "and costs one try" "$(tries)" 2
check "the PIN is changed" ours --login --pin "$MOHR_PIN" --change-pin --new-pin 90909090
check_fails "the old one is refused" ours --login --pin "$MOHR_PIN" --list-objects
MOHR_PIN=90909090
check "the new one is not" ours --login --pin "$MOHR_PIN" --list-objects
is "and the count is whole again" "$(tries)" 3
session_done
