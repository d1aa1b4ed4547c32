#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Poppler's pdfsig signs a PDF through NSS with either key and comes to its end; pdfsig without the
# module and OpenSSL verify.
#
# pdfsig hands one password to whatever token asks first, so each token gets a database of its own, in
# which the other slot is disabled; a PIN never reaches the wrong token. It signs twice and gives up when
# the second signature has another length, as ECDSA's may (NSS' own keys suffer the same): then we try again.
set -u
. "${MOHR_SOURCE:?}/tests/consumers/card.sh"
if [ -z "${MOHR_SESSION:-}" ]; then
	each_card "$0"
	tap_done
	exit
fi
case $MOHR_SESSION in
rsa*) most=1 ;;
*) most=40 ;;
esac

# database NAME: a new one that trusts the authority
database() {
	mkdir -m 700 "$tap_tmp/$1" && certutil -N -d "sql:$tap_tmp/$1" --empty-password &&
		certutil -A -d "sql:$tap_tmp/$1" -n authority -t CT,C,C -i "$MOHR_AUTHORITY/ca.crt"
}
modules() {
	with_module modutil -force -dbdir "$@"
}
# pdfsig KEY OUT: signs the form
sign() {
	tries=0
	while [ $tries -lt $most ]; do
		tries=$((tries + 1))
		with_module pdfsig "$MOHR_SOURCE/docs/examples/form.pdf" "$2" -nssdir "sql:$tap_tmp/$1" \
			-nss-pwd "$pin" -kpw "$pin" -nick "$token:$name certificate" -add-signature
		status=$?
		[ $status -eq 3 ] || return $status
	done
	return 3
}

tokens
check "a database without the module" database none
for key in auth sign; do
	with_token $key
	case $key in
	auth) other=2 ;;
	sign) other=1 ;;
	esac
	check "$key: a new database" database $key
	check "$key: modutil adds the module" modules "sql:$tap_tmp/$key" -add Mohr -libfile "$MOHR_MODULE"
	slot=$(tool -L | sed -nE "s/^Slot .*: (.* \(PIN $other\))$/\1/p")
	is "$key: the other slot is disabled" "$(modules "sql:$tap_tmp/$key" -disable Mohr -slot "$slot" | xargs)" \
		"Slot $slot disabled."

	pdf=$tap_tmp/$key.pdf
	check "$key: pdfsig signs and comes to its end" sign $key "$pdf"
	pdfsig -nssdir "sql:$tap_tmp/none" -no-ocsp "$pdf" >"$tap_tmp/verdict" 2>&1
	is "$key: pdfsig verifies" "$(sed -nE 's/.*Signature Validation: //p' "$tap_tmp/verdict")" \
		"Signature is Valid."
	is "$key: of the whole document" "$(grep -c 'Total document signed' "$tap_tmp/verdict")" 1

	# The bytes that are signed, and the signature itself, which is padded with zeros behind its end.
	# shellcheck disable=SC2046
	set -- 0 0 0 0 $(sed -nE 's/.*Signed Ranges: \[([0-9]+) - ([0-9]+)\], \[([0-9]+) - ([0-9]+)\].*/\1 \2 \3 \4/p' \
		"$tap_tmp/verdict")
	[ $# -eq 4 ] || shift 4
	{
		head -c "$2" "$pdf"
		tail -c "+$(($3 + 1))" "$pdf" | head -c $(($4 - $3))
	} >"$tap_tmp/signed"
	head -c "$(($3 - 1))" "$pdf" | tail -c "+$(($2 + 2))" |
		perl -ne 'chomp; print pack "H*", $_' >"$tap_tmp/signature"
	verify="openssl cms -verify -binary -inform DER -in $tap_tmp/signature -purpose any
		-CAfile $MOHR_AUTHORITY/ca.crt -out /dev/null -content"
	check "$key: OpenSSL verifies the signature within" $verify "$tap_tmp/signed"
	sed 's/PDF-1/PDF-2/' "$tap_tmp/signed" >"$tap_tmp/changed"
	check_fails "$key: and refuses a changed document" $verify "$tap_tmp/changed"
done
session_done
