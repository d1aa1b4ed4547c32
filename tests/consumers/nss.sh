#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# NSS: modutil adds, shows and deletes the module and changes a PIN, and ends with 0 whatever happens;
# certutil finds certificates and keys and verifies.
set -u
. "${MOHR_SOURCE:?}/tests/consumers/card.sh"
if [ -z "${MOHR_SESSION:-}" ]; then
	each_card "$0"
	tap_done
	exit
fi

tokens
db=sql:$tap_tmp/db
mkdir -m 700 "$tap_tmp/db"
# NSS reads "token:PIN" lines, so that no PIN reaches another token.
(
	umask 077
	printf 'Iran ID (authentication):%s\nIran ID (signature):%s\n' "$MOHR_PIN_AUTH" "$MOHR_PIN_SIGN" \
		>"$tap_tmp/pins"
)
modules() {
	with_module modutil -dbdir "$db" "$@" 2>&1
}
check "a new database" certutil -N -d "$db" --empty-password
is "modutil adds the module" "$(modules -force -add Mohr -libfile "$MOHR_MODULE" | xargs)" \
	"Module Mohr added to database."
modules -list Mohr >"$tap_tmp/list"
is "modutil lists both tokens" "$(sed -nE 's/^ *Token Name: *(.*[^ ]) *$/\1/p' "$tap_tmp/list" | tr '\n' '|')" \
	"Iran ID (authentication)|Iran ID (signature)|"
is "modutil sees initialised tokens that want a login" \
	"$(grep -cE '^ *(Login Type: Login required|User Pin: Initialized|Status: Enabled)' "$tap_tmp/list")" 6

nicks="Iran ID (authentication):Authentication certificate|Iran ID (signature):Signature certificate|"
is "certutil lists both certificates" "$(with_module certutil -L -d "$db" -h all -f "$tap_tmp/pins" 2>&1 |
	sed -nE 's/ +u,u,u *$//p' | tr '\n' '|')" "$nicks"
case $MOHR_SESSION in
rsa*) kind=rsa ;;
*) kind=ec ;;
esac
# What a certificate is used for: a TLS client, a signer of mail.
verdict() {
	with_module certutil -V -d "$db" -u "$([ "$1" = auth ] && echo C || echo S)" -n "$nick" \
		-f "$tap_tmp/pins" 2>&1
}
for key in auth sign; do
	with_token $key
	nick="$token:$name certificate"
	with_module certutil -L -d "$db" -h "$token" -n "$nick" -a -f "$tap_tmp/pins" \
		>"$tap_tmp/$key.pem" 2>"$tap_tmp/err"
	is "$key: the certificate is the card's own" \
		"$(openssl x509 -in "$tap_tmp/$key.pem" -outform PEM 2>&1)" "$(own_certificate $key)"
	is "$key: certutil finds the key after login" \
		"$(with_module certutil -K -d "$db" -h "$token" -f "$tap_tmp/pins" 2>&1 |
			sed -nE 's/^< *[0-9]+> +([a-z]+) +([0-9a-f]+) +(.*)$/\1 \2 \3/p')" \
		"$kind $([ $key = auth ] && echo 01 || echo 02) $name key"
	is "$key: certutil refuses the certificate while nobody vouches for it" \
		"$(verdict $key | grep -c 'is invalid: .*issuer')" 1
done
check "the authority is trusted" with_module certutil -A -d "$db" -n authority -t CT,C,C -i "$MOHR_AUTHORITY/ca.crt"
for key in auth sign; do
	with_token $key
	nick="$token:$name certificate"
	is "$key: certutil verifies the certificate" "$(verdict $key)" "certutil: certificate is valid"
done

printf '%s\n' 445566 >"$tap_tmp/new"
for key in auth sign; do
	with_token $key
	(umask 077 && printf '%s\n' "$pin" >"$tap_tmp/old")
	change="modutil changes the PIN"
	is "$key: $change" "$(modules -force -changepw "$token" -pwfile "$tap_tmp/old" \
		-newpwfile "$tap_tmp/new" | xargs)" "Token $token password changed successfully."
	check "$key: which is the PIN from now on" tool --token-label "$token" --login --pin 445566 \
		--list-objects
	is "$key: $change back" "$(modules -force -changepw "$token" -pwfile "$tap_tmp/new" \
		-newpwfile "$tap_tmp/old" | xargs)" "Token $token password changed successfully."
done

is "modutil deletes the module" "$(modules -force -delete Mohr | xargs)" "Module Mohr deleted from database."
is "and it is gone" "$(modules -list | grep -c Mohr)" 0
session_done
