#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The tests that OpenSC's pkcs11-tool brings along: --test, --test-fork, --test-threads, --test-hotplug.
# It says what fails and ends with 0 all the same, so its output is the verdict.
set -u
. "${MOHR_SOURCE:?}/tests/consumers/card.sh"
if [ -z "${MOHR_SESSION:-}" ]; then
	each_card "$0"
	tap_done
	exit
fi

# no_error NAME: the verdict in the output of --test
no_error() {
	is "$1 finds no error" \
		"$(grep -oE 'No errors|[1-9][0-9]* errors|ERR|FAIL|error:' "$tap_tmp/test")" "No errors"
}

# It signs with RSA keys only.
case $MOHR_SESSION in
rsa*) signed="RSA-PKCS SHA1-RSA-PKCS SHA256-RSA-PKCS RSA-PKCS SHA1-RSA-PKCS" ;;
*) signed= ;;
esac

tokens
for key in auth sign; do
	with_token $key
	tool --token-label "$token" --login --pin "$pin" --test >"$tap_tmp/test" 2>&1
	is "$key: pkcs11-tool --test ends well" $? 0
	no_error "$key: --test"
	is "$key: --test signed and verified" \
		"$(sed -nE 's/^    ([A-Z0-9-]+): OK$/\1/p' "$tap_tmp/test" | head -n 5 | xargs)" "$signed"
	[ "$tap_failed" -eq 0 ] || diag "$(cat "$tap_tmp/test")"
done

# The child initialises on its own while the parent is initialised, and the parent signs afterwards.
check "the certificate is read" certificate auth
printf 'what is signed' >"$tap_tmp/data"
case $MOHR_SESSION in
rsa*) mechanism=SHA256-RSA-PKCS ;;
*) mechanism=ECDSA-SHA256 ;;
esac
with_token auth
tool --test-fork --token-label "$token" --login --pin "$pin" --sign --mechanism $mechanism \
	--signature-format openssl --input-file "$tap_tmp/data" --output-file "$tap_tmp/signature" \
	>"$tap_tmp/fork" 2>&1
is "--test-fork ends well" $? 0
is "the child of --test-fork initialises" \
	"$(grep -E '^\*\*\*|error:|CKR_' "$tap_tmp/fork")" \
	"*** Calling C_Initialize in forked child process ***"
check "and the parent signs: OpenSSL verifies" openssl dgst -verify "$tap_tmp/auth.pub" -sha256 \
	-signature "$tap_tmp/signature" "$tap_tmp/data"

# Threads initialise (IL: with locks, IN: without arguments), ask for information (GI), slots (SL) and
# tokens (T0, T1), all before, while and after the main thread initialises and signs.
for key in auth sign; do
	with_token $key
	tool --test-threads ILGISLT0 --test-threads INGISLT1 --test-threads ILSLT1GI \
		--test-threads INSLSLT0 --token-label "$token" --login --pin "$pin" --test \
		>"$tap_tmp/test" 2>"$tap_tmp/threads"
	is "$key: --test-threads ends well" $? 0
	is "$key: every thread ends well" "$(grep -c '^Test thread . returning rv = 0$' "$tap_tmp/threads")" 4
	is "$key: and the tool says so" "$(grep -c 'all threads have ended with CKR_OK' "$tap_tmp/threads")" 1
	is "$key: nothing but CKR_OK, and one initialisation of five" \
		"$(grep -oE 'CKR_[A-Z_]+' "$tap_tmp/threads" | grep -v NOT_SUPPORTED | sort -u | xargs)" \
		"CKR_CRYPTOKI_ALREADY_INITIALIZED CKR_OK"
	is "$key: four came too late to initialise" \
		"$(grep -cE 'C_Initialize.*CKR_CRYPTOKI_ALREADY_INITIALIZED' "$tap_tmp/threads")" 4
	no_error "$key: --test beside threads"
	# What the threads say may stand in the middle of its lines, not in the middle of a word.
	is "$key: --test beside threads signed and verified" \
		"$([ "$(grep -c 'OK$' "$tap_tmp/test")" -ge "$(echo "$signed" | wc -w)" ] && echo yes)" yes
	[ "$tap_failed" -eq 0 ] || diag "$(cat "$tap_tmp/test")"
done

# It lists what is in the slots whenever somebody presses return, and then, after each event. It sees what
# happened since C_Initialize first; a removal or an insertion is an event of each slot.
mkfifo "$tap_tmp/keys"
tool --test-hotplug <"$tap_tmp/keys" >"$tap_tmp/hotplug" 2>&1 &
hotplug=$!
exec 3>"$tap_tmp/keys"
pressed=0
count() {
	grep -oE "$1" "$tap_tmp/hotplug" | wc -l
}
# says N PATTERN: presses return at every prompt until the tool has written PATTERN N times
says() {
	tries=0
	while [ "$(count "$2")" -lt "$1" ]; do
		if [ "$(count "Please press return")" -gt $pressed ]; then
			pressed=$((pressed + 1))
			echo >&3
		fi
		tries=$((tries + 1))
		if [ $tries -ge 200 ]; then
			not_ok "--test-hotplug says \"$2\" $1 times"
			diag "$(cat "$tap_tmp/hotplug")"
			kill $hotplug
			wait $hotplug
			session_done
			exit 1
		fi
		sleep 0.05
	done
	ok "--test-hotplug says \"$2\" $1 times"
}
says 2 "token label"
check "the card is taken out" "$MOHR_SOURCE/scripts/card" remove
says 2 "\(empty\)"
check "the card is put back" "$MOHR_SOURCE/scripts/card" insert
says 4 "token label"
pressed=$((pressed + 1))
echo x >&3
says 1 "event on slot 0x0"
says 1 "event on slot 0x1"
says 3 "Calling C_WaitForSlotEvent"
check "the card is taken out while it waits" "$MOHR_SOURCE/scripts/card" remove
says 4 "\(empty\)"
seen=$(count "token label")
check "the card is put back while it waits" "$MOHR_SOURCE/scripts/card" insert
says $((seen + 2)) "token label"
echo x >&3
exec 3>&-
wait $hotplug
is "--test-hotplug ends well" $? 0
session_done
