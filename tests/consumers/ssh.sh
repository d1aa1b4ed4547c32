#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# OpenSSH: ssh-keygen -D prints the public keys; the agent signs with the authentication key, and
# ssh-keygen -Y verifies.
set -u
. "${MOHR_SOURCE:?}/tests/consumers/card.sh"
if [ -z "${MOHR_SESSION:-}" ]; then
	each_card "$0"
	tap_done
	exit
fi

tokens
with_module ssh-keygen -D "$MOHR_MODULE" >"$tap_tmp/keys" 2>"$tap_tmp/err"
is "ssh-keygen -D ends well" "$? $(cat "$tap_tmp/err")" "0 "
for key in auth sign; do
	with_token $key
	own_certificate $key | openssl x509 -noout -pubkey >"$tap_tmp/$key.pem"
	is "$key: ssh-keygen -D prints the key of the certificate" \
		"$(sed -n "s/ $name key$//p" "$tap_tmp/keys")" \
		"$(ssh-keygen -i -m PKCS8 -f "$tap_tmp/$key.pem")"
done
is "and no other" "$(wc -l <"$tap_tmp/keys")" 2

# The agent asks once and hands the PIN to every token of the module, so the module shows only one here;
# and it has no way of asking again for a key that wants its PIN for each signature.
with_token auth
{
	echo "[readers]"
	echo "slots = 1"
	sed 's/^\[readers\]$//' "$MOHR_CONF"
} >"$tap_tmp/mohr.conf"
MOHR_CONF=$tap_tmp/mohr.conf
tool -L >"$tap_tmp/tokens" 2>&1
is "with one slot a reader the module shows one token" \
	"$(sed -nE 's/^ *token label *: *//p' "$tap_tmp/tokens")" "$token"
if [ "$tap_failed" -ne 0 ]; then
	session_done
	exit 1
fi
cat >"$tap_tmp/ask" <<'ASK'
#!/bin/sh
case $1 in
*PKCS#11*) printf '%s\n' "$MOHR_PIN_AUTH" ;;
*) exit 1 ;;
esac
ASK
# The agent is setgid: what a sanitizer needs reaches its helper in no other way. It cannot be traced,
# so leaks cannot be looked for.
cat >"$tap_tmp/helper" <<HELPER
#!/bin/sh
exec env ${MOHR_PRELOAD:+LD_PRELOAD="$MOHR_PRELOAD"} \
	ASAN_OPTIONS=detect_leaks=0:log_path="$tap_tmp/sanitizer" \
	UBSAN_OPTIONS=print_stacktrace=1:log_path="$tap_tmp/sanitizer" \
	/usr/lib/openssh/ssh-pkcs11-helper
HELPER
chmod 700 "$tap_tmp/ask" "$tap_tmp/helper"
SSH_ASKPASS=$tap_tmp/ask SSH_ASKPASS_REQUIRE=force SSH_PKCS11_HELPER=$tap_tmp/helper
SSH_AUTH_SOCK=$tap_tmp/agent.socket
export SSH_ASKPASS SSH_ASKPASS_REQUIRE SSH_PKCS11_HELPER SSH_AUTH_SOCK
ssh-agent -P "$(readlink -f "$MOHR_MODULE")" -a "$SSH_AUTH_SOCK" -D >"$tap_tmp/agent" 2>&1 &
agent=$!
tries=0
until [ -S "$SSH_AUTH_SOCK" ] || [ $tries -ge 200 ]; do
	tries=$((tries + 1))
	sleep 0.05
done
check "the agent takes the card" timeout 60 ssh-add -s "$MOHR_MODULE"
is "and has its key" "$(ssh-add -L | sed 's/ [^ ]*$//;s/ Authentication$//')" \
	"$(ssh-keygen -i -m PKCS8 -f "$tap_tmp/auth.pem")"
printf 'what is signed' >"$tap_tmp/data"
printf 'what is sigmed' >"$tap_tmp/other"
ssh-keygen -i -m PKCS8 -f "$tap_tmp/auth.pem" >"$tap_tmp/auth.pub"
sed 's/^/sara /' "$tap_tmp/auth.pub" >"$tap_tmp/allowed"
check "the agent signs" timeout 60 ssh-keygen -Y sign -n file -f "$tap_tmp/auth.pub" "$tap_tmp/data"
verify="ssh-keygen -Y verify -f $tap_tmp/allowed -I sara -n file -s $tap_tmp/data.sig"
check "ssh-keygen -Y verifies" sh -c "$verify <\"\$1\"" sh "$tap_tmp/data"
is "and refuses other data" "$($verify <"$tap_tmp/other" 2>&1 | head -n 1 | tr -d '\r')" \
	"Signature verification failed: incorrect signature"
check "the agent gives the card back" timeout 60 ssh-add -e "$MOHR_MODULE"
is "and has no key any more" "$(ssh-add -L)" "The agent has no identities."
kill $agent
wait $agent 2>/dev/null
session_done
