#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# scripts/with-card: what COMMAND sees, what comes back, and that nothing is left behind.
set -u
. "${MOHR_SOURCE:-.}/tests/harness/tap.sh"
build=${MOHR_BUILD:?}
source=$(cd "${MOHR_SOURCE:-.}" && pwd)
with_card=$source/scripts/with-card
card=$source/scripts/card
client=$build/tests/integration/pcsc_client
no_namespaces=$build/tests/integration/no_namespaces
keys="--key-auth p256 --key-sign p256" # the quickest to make
select=00A4040C0CA0000000180C000001634200

# hex TEXT: its bytes; padded PIN: 16 bytes
hex() {
	printf '%s' "$1" | od -An -tx1 | tr -d ' \n'
}
pin() {
	h=$(hex "$1")
	printf '%s%s' "$h" "$(printf '%032d' 0 | cut -c$((${#h} + 1))-)"
}
# verify REFERENCE PIN: the APDU
verify() {
	printf '002000%s10%s' "$1" "$(pin "$2")"
}
status_of() {
	"$@" >"$tap_tmp/said" 2>&1
	echo $?
}
# The processes below one, as long as they live: all whose session folder stands in their command
# line or environment. Zombies have neither.
processes_of() {
	for p in /proc/[0-9]*; do
		if tr '\0' '\n' <"$p/cmdline" | grep -qF "$1" ||
			tr '\0' '\n' <"$p/environ" | grep -qF "$1"; then
			echo "${p#/proc/}"
		fi
	done 2>/dev/null
}

# ---- what comes back
is "exit status 0 is passed on" "$(status_of "$with_card" $keys -- true)" 0
is "exit status 7 is passed on" "$(status_of "$with_card" $keys -- sh -c 'exit 7')" 7
is "a signal becomes 128 + its number" "$(status_of "$with_card" $keys -- sh -c 'kill -KILL $$')" 137
is "a command that is not there is 127" "$(status_of "$with_card" $keys -- /no/such/command)" 127
is "a command that cannot run is 126" "$(status_of "$with_card" $keys -- /etc/passwd)" 126
is "an unknown option is 125" "$(status_of "$with_card" --colour red -- true)" 125
is "no command is 125" "$(status_of "$with_card")" 125
is "another profile is 125" "$(status_of "$with_card" --profile piw -- true)" 125
for profile in piv yubikey; do
	is "a card of $profile has its own PINs" "$("$with_card" --profile $profile --blank -- \
		sh -c 'echo "$MOHR_PIN $MOHR_PUK ${#MOHR_ADMIN} ${MOHR_PIN_AUTH:-none}"')" "271828 16180339 48 none"
done
is "a bad key kind is 125, and says so" "$(status_of "$with_card" --key-auth rsa1 -- true)" 125
check "mohr-vcard's own words are shown" grep -q rsa1 "$tap_tmp/said"
check "--help tells of every option" sh -c '"$1" --help | grep -q -e --pcscd' sh "$with_card"
is "a tree that is not built is 125" "$(MOHR_BUILD=/nowhere status_of "$with_card" -- true)" 125
check "and the remedy is named" grep -q 'scripts/build' "$tap_tmp/said"

# ---- what the command sees
mkdir "$tap_tmp/a folder with spaces"
cat >"$tap_tmp/look" <<'LOOK'
echo "cwd=$PWD"
echo "mine=$MINE"
echo "uid=$(id -u)"
echo "in=$(cat)"
for f in "$MOHR_MODULE" "$MOHR_IMAGE" "$MOHR_AUTHORITY/ca.crt" "$MOHR_CONF"; do
	[ -f "$f" ] && echo "file" || echo "missing $f"
done
[ -S "$MOHR_CARD" ] && echo "socket"
kill -0 "$MOHR_CARD_PID" && echo "process"
echo "conf=$(grep -c "^socket = $MOHR_CARD\$" "$MOHR_CONF")"
echo "error" >&2
LOOK
got=$(cd "$tap_tmp/a folder with spaces" &&
	echo typed | MINE='a b' "$with_card" $keys -- sh "$tap_tmp/look" 2>"$tap_tmp/err")
is "environment, uid, folder and standard files are the caller's; the card is there" "$got" \
	"cwd=$tap_tmp/a folder with spaces
mine=a b
uid=$(id -u)
in=typed
file
file
file
file
socket
process
conf=1"
is "standard error is untouched" "$(cat "$tap_tmp/err")" error
is "descriptors pass through" "$("$with_card" $keys -- sh -c 'echo x >&5' 5>&1 >/dev/null)" x

# ---- the card
apdus() {
	"$with_card" --pcscd $keys "$@"
}
cat >"$tap_tmp/pins" <<'PINS'
"$1" apdu "$2" "$(verify 81 "$MOHR_PIN_AUTH")" "$(verify 82 "$MOHR_PIN_SIGN")" \
	"002C008120$(pin "$MOHR_PUK")$(pin "$MOHR_PIN_AUTH")" | tr '\n' ' '
PINS
functions=$(sed -n '/^hex() {/,/^status_of/p' "$0" | sed '$d')
printf '%s\n' "$functions" | cat - "$tap_tmp/pins" >"$tap_tmp/pins.sh"
is "the PINs are those of the card" "$(apdus -- sh "$tap_tmp/pins.sh" "$client" $select)" \
	"9000 9000 9000 9000 "
is "a blank card is in transport state" \
	"$(apdus --blank -- "$client" apdu $select 00200081 "$(verify 81 271828)" | tr '\n' ' ')" \
	"9000 6985 6985 "
is "an extended card speaks T=1" \
	"$(apdus --extended -- opensc-tool -a 2>/dev/null | cut -c1-17)" "3b:dd:96:00:81:31"
is "pcscd sees exactly one reader" "$(apdus -- opensc-tool -l | grep -c Mohr)" 1
is "pcscd sees three readers with their cards" \
	"$(apdus --cards 3 -- opensc-tool -l | grep -c 'Yes.*Mohr')" 3
is "with --pcscd mohr.conf names no socket" "$(apdus -- sh -c 'grep -c "^socket" "$MOHR_CONF"')" 0

mkdir "$tap_tmp/kept"
check "--keep keeps image, authority and logs" sh -c '"$1" --key-auth p256 --key-sign p256 --keep "$2" -- true &&
	[ -s "$2/card1.img" ] && [ -s "$2/authority/ca.crt" ] && [ -f "$2/card1.log" ]' \
	sh "$with_card" "$tap_tmp/kept"
sum=$(cksum <"$tap_tmp/kept/card1.img")
is "--image takes a card that is there" \
	"$("$with_card" --image "$tap_tmp/kept/card1.img" -- sh -c 'cksum <"$MOHR_IMAGE"')" "$sum"

is "and reads its PINs beside it" "$(MOHR_PIN_AUTH=stale "$with_card" --image "$tap_tmp/kept/card1.img" -- \
	sh -c 'echo $MOHR_PIN_AUTH; cd /; [ -f "$MOHR_AUTHORITY/ca.crt" ] && echo authority')" "271828
authority"
rm "$tap_tmp/kept/pins"
is "without them it tells no PIN" "$(MOHR_PIN_AUTH=stale "$with_card" --image "$tap_tmp/kept/card1.img" -- \
	sh -c 'echo ${MOHR_PIN_AUTH-unset}')" unset
is "--image makes a card where none is, its path may be relative" "$(cd "$tap_tmp/a folder with spaces" &&
	"$with_card" $keys --image new.img -- sh -c 'cd / && [ -s "$MOHR_IMAGE" ] && basename "$MOHR_IMAGE"' &&
	ls)" "new.img
authority
new.img
pins"

# ---- removing and inserting
is "scripts/card removes and inserts" "$(apdus -- sh -c '
	"$1" status; "$1" remove; "$1" status; opensc-tool -l | grep -c "Yes.*Mohr"
	"$1" insert; "$1" status; opensc-tool -l | grep -c "Yes.*Mohr"
	"$1" status 2 2>/dev/null || echo none' sh "$card" | tr '\n' ' ')" \
	"inserted removed 0 inserted 1 none "
is "outside of with-card scripts/card says so" \
	"$(env -u MOHR_CARD_CTL "$card" status 2>&1)" "card: this works within scripts/with-card only"
is "a card that dies by itself is a defect, if the command did not fail" \
	"$(status_of "$with_card" $keys -- sh -c 'kill -SEGV $MOHR_CARD_PID')" 124

# ---- nothing is left behind
for victim in outer inner; do
	mkfifo "$tap_tmp/ready.$victim"
	"$with_card" --pcscd $keys -- sh -c '
		setsid sleep 1000 &
		sleep 1001 &
		echo "${MOHR_CARD%/*} $PPID" >"$1"
		wait' sh "$tap_tmp/ready.$victim" &
	outer=$!
	read -r folder inner <"$tap_tmp/ready.$victim"
	n=$(processes_of "$folder" | wc -l)
	is "card, pcscd, command and its children are found ($victim)" \
		"$([ "$n" -ge 5 ] && echo yes || echo "no: $n")" yes
	if [ $victim = outer ]; then kill -KILL $outer; else kill -KILL "$inner"; fi
	wait $outer 2>/dev/null
	is "killing the $victim process is what wait tells" "$?" 137
	# The other one clears up; give it 5 s, looking all the time.
	tries=0
	while [ -n "$(processes_of "$folder")" ] || [ -e "$folder" ]; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || break
		sleep 0.05
	done
	is "no process is left after SIGKILL of the $victim process" "$(processes_of "$folder")" ""
	is "nor its folder" "$([ -e "$folder" ] && echo "$folder")" ""
done
# While a large key is being made.
mkdir "$tap_tmp/t"
TMPDIR=$tap_tmp/t "$with_card" --key-auth rsa4096 --key-sign rsa4096 -- sleep 1000 >"$tap_tmp/said" 2>&1 &
outer=$!
while [ -z "$(ls "$tap_tmp/t")" ]; do sleep 0.01; done
kill -TERM $outer
wait $outer
is "SIGTERM before the command starts ends the session" "$?" 143
is "and leaves no folder" "$(ls "$tap_tmp/t")" ""
is "SIGTERM goes to the command, which may finish" "$("$with_card" $keys -- sh -c '
	trap "echo finished; exit 3" TERM
	kill -TERM $(ps -o ppid= -p $PPID)
	while :; do sleep 0.05; done'; echo $?)" "finished
3"

# ---- several, others' rights, no namespaces
for i in 1 2 3 4; do
	(apdus -- opensc-tool -l | grep -c 'Yes.*Mohr' >"$tap_tmp/at_once.$i") &
done
wait
is "four at once see one card each" "$(cat "$tap_tmp"/at_once.*)" "1
1
1
1"

# One tree that everybody can read, wherever the build tree is.
flat=$tap_tmp/build
mkdir -p "$flat/vcard/.libs" "$flat/pkcs11/.libs" "$flat/tests/with-card/.libs"
chmod 755 "$tap_tmp"
cp "$build/vcard/mohr-vcard" "$flat/vcard/"
cp "$build/vcard/.libs/libifd-mohr.so" "$flat/vcard/.libs/"
cp "$build/pkcs11/.libs/mohr-pkcs11.so" "$flat/pkcs11/.libs/"
cp "$build/tests/with-card/with-card" "$flat/tests/with-card/"
cp "$build/tests/with-card/.libs/libmohr-redirect.so" "$flat/tests/with-card/.libs/"
cp "$with_card" "$no_namespaces" "$tap_tmp/"
cat >"$tap_tmp/one_card" <<'SH'
opensc-tool -l | grep -c "Yes.*Mohr"
id -u
SH
for user in "$(id -u)" 65534; do
	if [ "$user" != "$(id -u)" ]; then
		[ "$(id -u)" = 0 ] || continue
		become="setpriv --reuid $user --regid $user --clear-groups"
	else
		become=
	fi
	for world in "" "$tap_tmp/no_namespaces"; do
		is "pcscd runs as user $user${world:+ without namespaces}" "$(cd / &&
			MOHR_BUILD=$flat TMPDIR=/tmp $become $world "$tap_tmp/with-card" --pcscd $keys -- \
				sh "$tap_tmp/one_card")" "1
$user"
	done
done
check "without namespaces unshare does fail" sh -c '! "$1" unshare -m true' sh "$no_namespaces"
tap_done
