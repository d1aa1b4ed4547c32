#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# p11-kit: a module file of the user's own, p11-kit server with its client on a Unix socket, p11-kit
# remote through a pipe. OpenSSL judges the signatures; valgrind watches the processes that hold the module.
set -u
. "${MOHR_SOURCE:?}/tests/consumers/card.sh"
if [ -z "${MOHR_SESSION:-}" ]; then
	each_card "$0"
	tap_done
	exit
fi
# Its protocol of 0.24 knows no ECDSA with SHA-2: the digest is signed.
case $MOHR_SESSION in
rsa*) mechanism=SHA256-RSA-PKCS input=$tap_tmp/data ;;
*) mechanism=ECDSA input=$tap_tmp/digest ;;
esac
client=$(pkg-config --variable=p11_module_path p11-kit-1)/p11-kit-client.so
proxy=$(pkg-config --variable=proxy_module p11-kit-1)
system=$(pkg-config --variable=p11_module_configs p11-kit-1)
program=$(pkg-config --variable=exec_prefix p11-kit-1)/libexec/p11-kit/p11-kit-server

tokens
printf 'what is signed' >"$tap_tmp/data"
openssl dgst -sha256 -binary "$tap_tmp/data" >"$tap_tmp/digest"
for key in auth sign; do
	check "the $key certificate is read" certificate $key
done

# Valgrind watches on one way with one kind of key.
watch=
[ "$MOHR_WAY $MOHR_SESSION" != "socket rsa2048" ] || watch=$in_valgrind
XDG_CONFIG_HOME=$tap_tmp/config
export XDG_CONFIG_HOME
modules=$XDG_CONFIG_HOME/pkcs11/modules
mkdir -p "$modules"

# p11-kit reads nobody's own configuration when root runs it. Within a namespace root is another user; where
# there is none to be had, as in a chroot, the folder takes the place of the system's for these commands.
user=
if [ "$(id -u)" -eq 0 ]; then
	user="unshare --user --map-user=1000 --map-group=1000"
	if ! $user true 2>/dev/null; then
		user=$tap_tmp/in-place
		cat >"$user" <<-SCRIPT
			#!/bin/sh
			exec unshare --mount --propagation unchanged sh -c '
				mount --bind "\$0" "\$1" && place=\$1 && shift || exit 125
				"\$@"
				status=\$?
				umount "\$place"
				exit \$status' "$modules" "$system" "\$@"
		SCRIPT
		chmod +x "$user"
	fi
fi

# module LINE: the one module that p11-kit knows besides the system's
module() {
	printf '%s\n' "$1" >"$modules/mohr.module"
}
# lists NAME
lists() {
	what=$1
	$user $watch p11-kit list-modules >"$tap_tmp/modules" 2>"$tap_tmp/err"
	is "$what: p11-kit list-modules ends well" "$?" 0
	is "$what: and shows both tokens" "$(sed -n '/^mohr:/,/^[^ ]/p' "$tap_tmp/modules" |
		sed -nE 's/^ *token: *//p' | tr '\n' '|')" \
		"Iran ID (authentication)|Iran ID (signature)|"
}
# signs NAME COMMAND...: a pkcs11-tool signs with both keys through something of p11-kit's
signs() {
	what=$1
	shift
	for key in auth sign; do
		with_token $key
		rm -f "$tap_tmp/signature"
		check "$what: signs with the $key key" timeout 60 "$@" --token-label "$token" --login \
			--pin "$pin" --sign --mechanism $mechanism --signature-format openssl \
			--input-file "$input" --output-file "$tap_tmp/signature"
		check "$what: OpenSSL verifies it" openssl dgst -verify "$tap_tmp/$key.pub" -sha256 \
			-signature "$tap_tmp/signature" "$tap_tmp/data"
	done
}

module "module: $MOHR_MODULE"
lists "a module file"
signs "p11-kit-proxy" $user pkcs11-tool --module "$proxy"
module "remote: |p11-kit remote $MOHR_MODULE"
lists "p11-kit remote"
signs "p11-kit remote" $user pkcs11-tool --module "$proxy"

# The server, its children and what they leave.
socket=$tap_tmp/p11kit.socket
$watch "$program" --foreground --provider "$MOHR_MODULE" --name "$socket" pkcs11: \
	>"$tap_tmp/server" 2>&1 &
server=$!
tries=0
until [ -S "$socket" ] || [ $tries -ge 400 ]; do
	tries=$((tries + 1))
	sleep 0.05
done
P11_KIT_SERVER_ADDRESS=unix:path=$socket
export P11_KIT_SERVER_ADDRESS
pkcs11-tool --module "$client" -L >"$tap_tmp/tokens" 2>&1
is "p11-kit server: the client sees both tokens" \
	"$(sed -nE 's/^ *token label *: *//p' "$tap_tmp/tokens" | tr '\n' '|')" \
	"Iran ID (authentication)|Iran ID (signature)|"
if [ "$tap_failed" -eq 0 ]; then
	signs "p11-kit server" pkcs11-tool --module "$client"
	check_fails "p11-kit server: a wrong PIN is refused" pkcs11-tool --module "$client" \
		--token-label "Iran ID (authentication)" --login --pin 999999 --list-objects
	signs "p11-kit server, after a wrong PIN" pkcs11-tool --module "$client"
fi
# A client that ends takes its login along: the card is as it was for the next one.
check "another program still signs past it" tool --token-label "Iran ID (authentication)" --login \
	--pin "$MOHR_PIN_AUTH" --sign --mechanism $mechanism --input-file "$input" \
	--output-file "$tap_tmp/signature"
kill $server
wait $server
is "p11-kit server: no process and no socket is left" "$(pgrep -f "name $socket" | wc -l) $(ls "$socket" 2>/dev/null)" "0 "
session_done
