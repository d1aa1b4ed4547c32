#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The IFD handler in a real pcscd: latency, lengths, mute cards, a PIN pad.
set -u
. "${MOHR_SOURCE:-.}/tests/harness/tap.sh"
with_card=${MOHR_SOURCE:-.}/scripts/with-card
card=${MOHR_SOURCE:-.}/scripts/card
client=${MOHR_BUILD:?}/tests/integration/pcsc_client
keys="--key-auth p256 --key-sign p256"
pcsc() {
	"$with_card" --pcscd $keys "$@"
}

# The least of 9: a busy machine makes a single one longer, a defect makes all of them so (pcscd's own
# polling takes 400 ms). From the request to with-card, so the start of the process counts.
latency=$(pcsc -- "$client" latency 9)
diag "$latency ms"
limit_in=50 limit_out=20
if ldd "$client" | grep -q san; then
	limit_in=500 limit_out=200 # a sanitized card starts and ends slowly
fi
is "insertion is seen within $limit_in ms, removal within $limit_out ms" \
	"$(echo "$latency" | awk -v i=$limit_in -v o=$limit_out \
		'$1 == "insertion" && $2 < i && $3 == "removal" && $4 < o { print "yes" }')" yes

for n in 4 5 261 65535 65536; do
	is "$n bytes pass both ways" "$(pcsc -- "$client" echo $n)" "$((n + 2)) same"
done

mute=$(pcsc --mute-ms 1500 -- "$client" mute)
diag "$mute ms"
is "a mute card costs what was set, and works after a reset" \
	"$(echo "$mute" | awk '$1 == "NOT_TRANSACTED" && $2 >= 1490 && $2 < 4000 { print "yes" }')" yes

# While the first card is mute, the second one answers at once.
cat >"$tap_tmp/two" <<'SH'
"$1" mute 1 >/dev/null
mkfifo "$3"
READER=0 "$2" apdu 00A4000C023F00 >"$3" 2>&1 &
start=$(date +%s%N)
READER=1 "$2" apdu 00A4000C023F00
end=$(date +%s%N)
[ $(((end - start) / 1000000)) -lt 3000 ] && echo soon
kill -0 $! && echo waiting
cat "$3" >/dev/null
"$1" unmute 1 >/dev/null
SH
is "a mute card disturbs no other reader" \
	"$(pcsc --cards 2 --mute-ms 4000 -- sh "$tap_tmp/two" "$card" "$client" "$tap_tmp/fifo" |
		tr '\n' ' ')" "9000 soon waiting "

pad=$(mktemp -d /tmp/mohr-pad.XXXXXX)
trap 'rm -rf "$tap_tmp" "$pad"' EXIT
echo 271828 >"$pad/typed"
is "the PIN pad verifies what is typed" "$(pcsc --pin-pad "$pad/typed" -- "$client" verify 81)" 9000
echo 271829 >"$pad/typed"
is "a wrong PIN costs a try" "$(pcsc --pin-pad "$pad/typed" -- "$client" verify 81)" 63C2
: >"$pad/typed"
is "the cancel key costs none" "$(pcsc --pin-pad "$pad/typed" -- sh -c '"$1" verify 81; "$1" apdu \
	00A4040C0CA0000000180C000001634200 00200081' sh "$client" | tr '\n' ' ')" "6401 9000 63C3 "
rm "$pad/typed"
mkfifo "$pad/typed"
(echo 271828 >"$pad/typed") &
is "a FIFO is typed on" "$(pcsc --pin-pad "$pad/typed" -- "$client" verify 81)" 9000
wait
check_fails "a reader without a pad offers none" pcsc -- "$client" verify 81

# Another card in the same reader is another card.
is "a card that is exchanged is noticed" "$(pcsc -- sh -c '
	"$1" remove; mv "$MOHR_IMAGE" "$MOHR_IMAGE.old"
	"$2" $3 --keep "${MOHR_IMAGE%/*}/other" --extended -- true
	"$1" insert 1 "${MOHR_IMAGE%/*}/other/card1.img"; opensc-tool -a 2>/dev/null | cut -c1-5' \
	sh "$card" "$with_card" "$keys")" "3b:dd"
tap_done
