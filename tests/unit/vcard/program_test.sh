#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# mohr-vcard as its users meet it: exit statuses, messages, files, and what openssl says of the results.
set -u
. "${MOHR_SOURCE:-.}/tests/harness/tap.sh"
vcard=$(cd "${MOHR_BUILD:-build}" && pwd)/vcard/mohr-vcard
cd "$tap_tmp" || exit 99

# status WANTED NAME COMMAND…: the exit status is this one; output in $tap_tmp/out.
status() {
	wanted=$1
	name=$2
	shift 2
	"$@" >out 2>&1
	is "$name" $? "$wanted"
}
# says NAME PATTERN: the last status's output has it.
says() {
	is "$1" "$(grep -c -e "$2" out | sed 's/[1-9][0-9]*/yes/')" yes
}

status 2 "no command is a usage error" "$vcard"
says "it points to --help" "mohr-vcard .*--help"
status 2 "an unknown command is a usage error" "$vcard" frobnicate
says "it names the command" frobnicate
status 0 "--help ends well" "$vcard" --help
says "it lists the commands" inspect
status 0 "--version ends well" "$vcard" --version
says "it is a version" '^mohr-vcard [0-9]'
for command in create serve inspect; do
	status 2 "$command without an image is a usage error" "$vcard" $command
	status 2 "$command refuses unknown options" "$vcard" $command --frobnicate image
done
status 2 "PINs have to come from a file" "$vcard" create card.img
says "the message names --pins" '[-]-pins'
status 2 "an unknown kind of key is refused" "$vcard" create --pins pins --key-auth rsa1024 card.img
status 2 "an unknown profile is refused" "$vcard" create --pins pins --profile piw card.img
says "it is named" "'piw'"
status 2 "--gzip is refused without PIV" "$vcard" create --pins pins --gzip card.img
status 2 "--admin-algorithm too" "$vcard" create --pins pins --admin-algorithm aes128 card.img
status 2 "--algorithms is refused with PIV" "$vcard" create --pins pins --profile piv --algorithms raw card.img
status 2 "an unknown management key is refused" "$vcard" create --pins pins --profile piv --admin-algorithm des \
	card.img
status 2 "an ATR that is none is refused" "$vcard" create --pins pins --atr 00 card.img
status 2 "an unknown algorithm is refused" "$vcard" create --pins pins --algorithms raw,rot13 card.img
says "it is named" "rot13"
status 2 "a wrong national code is refused" "$vcard" create --pins pins --national-code 0012345678 card.img
is "nothing was written so far" "$(ls | grep -v -x out)" ""

status 0 "a card is made" "$vcard" create --pins pins --key-auth p256 --key-sign p384 card.img
says "where the PINs are is told" "random PINs are in pins"
is "image and PINs are for their owner alone" "$(stat -c %a card.img pins authority/ca.key | tr '\n' ' ')" "600 600 600 "
is "the PINs are of the right length" \
	"$(grep -c -E '^(auth=[0-9]{6}|sign=[0-9]{8}|puk=[0-9]{8}|admin=[0-9A-F]{64})$' pins)" 4
status 1 "an image is not replaced" "$vcard" create --pins pins card.img
says "a remedy is told" "choose another name"
status 0 "a second card has the same authority" "$vcard" create --pins pins --key-auth p256 --key-sign p256 \
	--holder-latin 'Reza Karimi' --holder-given-name رضا --holder-surname کریمی --national-code 0499370899 \
	--authority authority --atr extended second.img
is "existing PINs are used without a word" "$(cat out)" ""
status 0 "a card that announces is made" "$vcard" create --pins pins --key-auth p256 --key-sign p256 \
	--algorithms ecdsa,ecdh announcing.img
status 0 "it can be looked at" "$vcard" inspect announcing.img
says "what it announces is shown" "announces: ecdsa, ecdh"
status 0 "as JSON too" "$vcard" inspect --json announcing.img
says "as a list" '"announces": \["ecdsa", "ecdh"\]'

# PIV
status 1 "PINs of a national card are none of a PIV card" "$vcard" create --pins pins --profile piv piv.img
says "the line is told" "pins, line 1"
status 0 "a PIV card is made" "$vcard" create --pins pivpins --profile piv --key-auth p256 --key-sign rsa1024 \
	--gzip --admin-algorithm aes192 piv.img
is "its PINs are of the right length" \
	"$(grep -c -E '^(pin=[0-9]{6}|puk=[0-9]{8}|admin=[0-9A-F]{48})$' pivpins)" 3
status 0 "it can be looked at" "$vcard" inspect piv.img
says "its kind is told" "application: piv"
says "the management key too" "management key (9B): AES-192"
says "and the keys" "key 9C: RSA-1024, PIN always"
status 0 "as JSON too" "$vcard" inspect --json piv.img
cp out shown
check "which is well-formed" python3 -m json.tool shown
for key in auth sign 9a 9c 9d 9e 82; do
	status 0 "certificate $key is written out" "$vcard" inspect --export $key piv.img
	cp out shown
	check "and the authority vouches for it" openssl verify -CAfile authority/ca.crt shown
done
status 1 "a certificate that is not there is a failure" "$vcard" inspect --export 83 piv.img
status 2 "a key that cannot be is a usage error" "$vcard" inspect --export 99 piv.img
status 1 "a management key of another length is refused" "$vcard" create --pins pivpins --profile piv \
	--admin-algorithm aes256 other.img
says "why is told" "length"
echo "global=112233" >>pivpins
status 0 "a blank yubikey with a global PIN is made" "$vcard" create --pins pivpins --profile yubikey --blank yk.img
status 0 "it can be looked at" "$vcard" inspect yk.img
says "the global PIN is shown" "global PIN (00): 3 of 3 tries left"
says "and no keys" "key 9A: none"
status 0 "a blank card of two applications is made" "$vcard" create --pins bothpins --profile natid,piv --blank \
	both.img
is "its PINs are those of both" \
	"$(grep -c -E '^(auth=[0-9]{6}|sign=[0-9]{8}|pin=[0-9]{6}|puk=[0-9]{8}|admin=[0-9A-F]{64})$' bothpins)" 5
status 2 "an admin key that one of them has not is refused" "$vcard" create --pins bothpins --profile natid,piv \
	--admin-algorithm 3des --blank other.img
status 2 "the same application twice is refused" "$vcard" create --pins bothpins --profile piv,piv other.img
printf 'auth=1234\nsign=12345\npin=123456\npuk=12345678\nadmin=000102030405060708090A0B0C0D0E0F\n' >short
status 1 "PINs that are too short for one of them are refused" "$vcard" create --blank --pins short \
	--profile piv,natid other.img
says "the rule of each is told" "piv: PINs have 6 to 8 digits"
says "the rule of each is told" "natid: the authentication PIN"
grep -v sign= bothpins >short
status 1 "a line that one of them needs is missed" "$vcard" create --blank --pins short --profile piv,natid other.img
says "they are named" "one of auth=, sign=, pin=, puk=, admin= is missing"
rm -f piv.img yk.img pivpins shown both.img bothpins short

# PKCS#15
for profile in p15 myeid; do
	status 0 "a $profile card is made" "$vcard" create --pins pins --profile $profile --key-auth p256 \
		--key-sign rsa1024 $profile.img
	status 0 "it can be looked at" "$vcard" inspect $profile.img
	says "its kind is told" "application: $profile"
	says "and its keys" "key 02: RSA-1024"
	says "and its files" "file 50154402: [0-9]* bytes"
	status 0 "as JSON too" "$vcard" inspect --json $profile.img
	cp out shown
	check "which is well-formed" python3 -m json.tool shown
	for key in auth sign; do
		status 0 "the $key certificate is written out" "$vcard" inspect --export $key $profile.img
		cp out shown
		check "and the authority vouches for it" openssl verify -CAfile authority/ca.crt shown
	done
	status 1 "a PIV key is none of its" "$vcard" inspect --export 9d $profile.img
	status 2 "--gzip is of other cards" "$vcard" create --pins pins --profile $profile --gzip other.img
done
status 0 "a blank myeid card is made" "$vcard" create --pins pins --profile myeid --blank blank.img
status 0 "it can be looked at" "$vcard" inspect blank.img
says "it is being initialised" "being initialised"
status 1 "it has no certificate" "$vcard" inspect --export auth blank.img
printf 'auth=1234\nsign=123456789\npuk=12345678\nadmin=000102030405060708090A0B0C0D0E0F\n' >long
status 0 "longer PINs are of p15" "$vcard" create --pins long --profile p15 --blank other.img
status 1 "and not of myeid" "$vcard" create --pins long --profile myeid other2.img
says "the rule is told" "PINs and PUKs have 4 to 8 digits"
rm -f p15.img myeid.img blank.img other.img long shown

# IsoApplet
for profile in isoapplet isoapplet-v1; do
	status 0 "a $profile card is made" "$vcard" create --pins pin --profile $profile --key-auth p256 \
		--key-sign p384 iso.img
	status 0 "it can be looked at" "$vcard" inspect iso.img
	says "its kind is told" "application: $profile"
	says "its PIN" "PIN 01: 3 of 3 tries left"
	says "its PUK" "PIN 02: 5 of 5 tries left"
	says "and its keys" "key 01: P-384"
	for key in auth sign; do
		status 0 "the $key certificate is written out" "$vcard" inspect --export $key iso.img
		cp out shown
		check "and the authority vouches for it" openssl verify -CAfile authority/ca.crt shown
	done
	rm -f iso.img
	status 0 "a blank one is made" "$vcard" create --pins pin --profile $profile --blank iso.img
	status 0 "it can be looked at" "$vcard" inspect --json iso.img
	says "it has neither PINs nor keys" '"initialising": true,'
	says "it has neither PINs nor keys" '"pins": {},'
	rm -f iso.img
done
status 1 "a key that it has no way to is refused" "$vcard" create --pins pin --profile isoapplet --key-auth rsa4096 \
	iso.img
status 2 "and RSA-1024 is of other cards" "$vcard" create --pins pin --profile isoapplet --key-auth rsa1024 iso.img
rm -f pin shown
status 0 "a blank card is made" "$vcard" create --pins pins --blank blank.img
printf 'auth=1234\nsign=12345\npuk=12345678\nadmin=000102030405060708090A0B0C0D0E0F\n' >short
status 1 "PINs that are too short are refused" "$vcard" create --blank --pins short third.img
says "the rule is told" "6 to 8"
printf 'auth=1234\nsign=x\n' >bad
status 1 "a bad line is refused" "$vcard" create --blank --pins bad third.img
says "its number is told" "line 2"
mkdir broken && : >broken/ca.crt
status 1 "a broken authority is refused" "$vcard" create --pins pins --authority broken third.img
is "no image is left of what failed" "$(ls third.img 2>/dev/null)" ""

for image in card second; do
	for which in auth sign; do
		"$vcard" inspect --export $which $image.img >$image-$which.pem
		check "$image.img: openssl verifies the $which certificate" \
			openssl verify -x509_strict -CAfile authority/ca.crt $image-$which.pem
	done
done
is "the holder is the one that was named" \
	"$(openssl x509 -in second-sign.pem -noout -subject -nameopt utf8,sep_comma_plus)" \
	"subject=C=IR,O=Unaffiliated,CN=Reza Karimi [Sign],serialNumber=0499370899,SN=کریمی,GN=رضا"
status 1 "a blank card has no certificate to write out" "$vcard" inspect --export sign blank.img
status 2 "--export knows auth and sign" "$vcard" inspect --export both card.img

status 0 "inspect ends well" "$vcard" inspect card.img
says "it tells kinds of keys" "authentication key (01): P-256"
says "it tells tries" "signature PIN (82): 3 of 3 tries left"
status 0 "inspect shows a blank card" "$vcard" inspect blank.img
says "it tells the transport state" "transport state"
says "it tells that there is no key" "signature key (02): none"
for image in card second blank; do
	"$vcard" inspect --json $image.img >json
	check "$image.img: the JSON is well-formed" python3 -m json.tool json
done
. ./pins 2>/dev/null
for form in "" --json; do
	"$vcard" inspect $form card.img >shown
	# shellcheck disable=SC2154
	is "inspect ${form:-(text)} shows no secret" "$(grep -c -i -e "$auth" -e "$sign" -e "$puk" -e "$admin" shown)" 0
done

status 1 "an image that is not there cannot be served" "$vcard" serve --socket s none.img
says "the reason is told" "No such file"
head -c 1000 card.img >cut.img
status 1 "an image that is not whole is refused" "$vcard" serve --socket s cut.img
says "a remedy is told" "mohr-vcard create"
status 2 "a socket has to be named" "$vcard" serve card.img
status 2 "a port has to be one" "$vcard" serve --socket s --tcp 65536 card.img
status 2 "a delay has to be a number" "$vcard" serve --socket s --delay soon card.img
status 1 "a socket's path may be too long" "$vcard" serve --socket "$(printf '%0200d' 0)" card.img
says "the reason is told" "too long"

# served FIFO COMMAND…: starts a server; returns when it is ready.
serve() {
	rm -f ready
	mkfifo ready
	"$vcard" serve --ready-fd 3 "$@" 3>ready 2>errors &
	server=$!
	read -r line <ready
}
serve --socket card.sock card.img
is "the server says when it is ready" "$line" ready
is "its socket is there then" "$(stat -c %F card.sock)" socket
status 1 "a second server of the image is refused" "$vcard" serve --socket other.sock card.img
says "the reason is told" "another mohr-vcard"
status 1 "a second server on the socket is refused" "$vcard" serve --socket card.sock second.img
says "the reason is told" "another card is being served"
status 0 "a served card can be inspected" "$vcard" inspect card.img
is "it leaves no core dump" "$(awk '/Max core file size/ { print $5 $6 }' /proc/$server/limits)" 00
kill -TERM $server
wait $server
is "SIGTERM ends it well" $? 0
is "the socket is gone" "$(ls card.sock 2>/dev/null)" ""

serve --socket card.sock card.img
kill -KILL $server
wait $server 2>/dev/null
is "a killed server leaves its socket" "$(stat -c %F card.sock)" socket
serve --socket card.sock card.img
is "the next one takes its place" "$line" ready
kill -INT $server
wait $server
is "SIGINT ends it well" $? 0

# The server's parent is a shell that ends as soon as the server is ready. The server alone holds the
# writing end of "alive" then, so the reader sees its end.
mkfifo alive begun
# shellcheck disable=SC2016
sh -c '"$0" serve --parent-death=$$ --socket card.sock --ready-fd 3 card.img 3>begun 4>alive &
	read -r line <begun' "$vcard" &
check "it dies with its parent" timeout 10 cat alive
wait $!
status 1 "it does not start for a parent that is not its own" \
	"$vcard" serve --socket card.sock --parent-death=999999 card.img
says "the reason is told" "has ended"
tap_done
