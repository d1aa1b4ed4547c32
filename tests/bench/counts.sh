#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# No count of our module is above OpenSC's on any kind of card: APDUs, bytes each way, transactions, but for
# the SELECT before each VERIFY. Times are not judged. And no module's APDUs go uncounted.
set -u
. "${MOHR_SOURCE:?}/tests/harness/tap.sh"
bench=$MOHR_SOURCE/scripts/bench
compare() {
	awk -f "$MOHR_SOURCE/tests/bench/counts.awk" "$1"
}

# ---- the judge itself

line() {
	printf 'card\t%s\t%s\t%s\n' "$@"
}
{
	line mohr start.apdus 5
	line mohr start.received 99
	line opensc start.apdus 4
	line opensc start.received 100
	line opensc start.certificates 2
} >"$tap_tmp/lines"
is "a count above OpenSC's is told" "$(compare "$tap_tmp/lines" | head -n 1)" "above: card start.apdus 5 > 4"
line opensc start.certificates 0 >>"$tap_tmp/lines"
is "not where OpenSC has listed nothing" "$(compare "$tap_tmp/lines")" ""
{
	line mohr start.apdus 3
	line mohr start.received 150
	line mohr start.certificates 3
	line mohr start.certificate_bytes 130
	line opensc start.apdus 3
	line opensc start.received 100
	line opensc start.certificates 2
	line opensc start.certificate_bytes 90
} >"$tap_tmp/lines"
is "bytes of a certificate that OpenSC does not show are allowed" \
	"$(sed '/received/s/150/140/' "$tap_tmp/lines" >"$tap_tmp/fewer"; compare "$tap_tmp/fewer")" "card: start"
is "and no more" "$(compare "$tap_tmp/lines" | head -n 1)" "above: card start.received 110 > 100"
{
	line mohr auth.login.apdus 2
	line mohr auth.login.guards 1
	line mohr auth.login.transactions 1
	line opensc auth.login.apdus 1
	line opensc auth.login.transactions 1
} >"$tap_tmp/lines"
is "a SELECT before VERIFY is allowed" "$(compare "$tap_tmp/lines")" "card: auth.login"
line mohr auth.login.guards 0 >>"$tap_tmp/lines"
is "and no other command" "$(compare "$tap_tmp/lines" | head -n 1)" "above: card auth.login.apdus 2 > 1"

# ---- the cards

# measure OPTION...: adds to the figures
measure() {
	"$bench" --runs 1 --detail "$@" 2>"$tap_tmp/log" >>"$tap_tmp/figures"
	measured=$?
	diag "$(cat "$tap_tmp/log")"
	return $measured
}
check "the modules run side by side" measure
check "and where cards have extended length" measure --profile piv --extended
is "lines are card, module, measure, value" \
	"$(awk -F '\t' 'NF != 4 || $1 !~ /^[a-z0-9\/-]+$/ || $4 !~ /^[0-9.]+$/' "$tap_tmp/figures")" ""
compare "$tap_tmp/figures" >"$tap_tmp/verdict"
is "no count of ours is above OpenSC's" "$(grep '^above: ' "$tap_tmp/verdict")" ""
is "nor do we show fewer certificates" "$(grep '^fewer: ' "$tap_tmp/verdict")" ""

is "JSON has the same lines" "$("$bench" --runs 1 --profile piv --keys p256 --json 2>"$tap_tmp/log" |
	sed -nE 's/^ *\{"card": "(.*)", "module": "(.*)", "measure": "(.*apdus)", "value": ([0-9]+)\},?$/\1 \2 \3 \4/p')" \
	"$(awk '$1 == "piv/p256" && $3 ~ /apdus$/ && $3 !~ /\.end\./ { print $1, $2, $3, $4 }' "$tap_tmp/figures")"

# What OpenSC knows must have been compared in full, or nothing would have been found.
everything="start auth.login auth.first auth.next auth.whole sign.login sign.first sign.next sign.whole"
# did MODULE CARD: what it has done there
did() {
	awk -F '\t' -v module="$1" -v card="$2" '
		$1 == card && $2 == module && $3 == "start.certificates" && $4 > 0 { print "start" }
		$1 == card && $2 == module && sub(/\.apdus$/, "", $3) && $3 !~ /start|end/ { print $3 }' \
		"$tap_tmp/figures" | sort -u | xargs
}
everything=$(printf '%s\n' $everything | sort | xargs)
for card in $(cut -f 1 "$tap_tmp/figures" | uniq); do
	case $card in
	piv/* | yubikey/* | myeid/* | isoapplet/* | p15/rsa*)
		is "$card: OpenSC does all of it" "$(did opensc "$card")" "$everything"
		;;
	esac
	case $card in
	ias-uy*) ;;        # has one key, of RSA
	isoapplet/p256) ;; # signs with a hash of its own only
	*) is "$card: and so does ours" "$(did mohr "$card")" "$everything" ;;
	esac
done
is "PIV cards are among them" "$(cut -f 1 "$tap_tmp/figures" | uniq | grep -c -e '^piv/' -e '^yubikey/')" 6

# Whoever signs has sent a command: each module's way to libpcsclite leads through the interposer.
is "modules that signed" "$(awk -F '\t' '$3 == "auth.first.apdus" { print $2 }' "$tap_tmp/figures" | sort -u | xargs)" \
	"mohr opensc opensc-cache ykcs11"
is "of which none signs, or lists a card's keys, without a command" "$(awk -F '\t' '
	$3 ~ /(first|next|whole)\.apdus$/ && $4 < 1 { print }
	$3 == "start.keys" && $4 > 0 { lists[$1, $2] = 1 }
	$3 == "start.apdus" { apdus[$1, $2] = $4 }
	END { for (m in lists) if (apdus[m] < 1) print m }' "$tap_tmp/figures")" ""
is "and no transaction stays open" "$(awk -F '\t' '
	$3 ~ /whole\.(transactions|ends)$/ { n[$1 " " $2] += $3 ~ /ends$/ ? -$4 : $4 }
	END { for (m in n) if (n[m] != 0) print m, n[m] }' "$tap_tmp/figures")" ""
tap_done
