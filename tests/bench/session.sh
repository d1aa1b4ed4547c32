#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What scripts/bench runs within scripts/with-card: all modules on this card, in turn. Standard output:
# "card module measure value", tabs between them, each value the median of $MOHR_BENCH_RUNS runs.
set -u
out=${MOHR_BENCH_OUT:?}/session card=${MOHR_BENCH_CARD:?}
rm -rf "$out"
mkdir -p "$out" || exit 1

# Modules, and OpenSC a second time with its cache of files, which is off unless it is asked for.
library() {
	case $1 in
	mohr) echo "$MOHR_MODULE" ;;
	opensc | opensc-cache) echo opensc-pkcs11.so ;;
	ykcs11) echo libykcs11.so.2 ;;
	esac
}

# OpenSC knows the plain ISO 7816-15 card by its ATR only, and by a driver that is to be told so.
opensc_conf() {
	case $card in
	p15/*)
		atr=$(opensc-tool -a 2>/dev/null | grep -E '^[0-9a-fA-F:]+$')
		echo "app default { card_atr $atr { driver = \"MaskTech\"; name = \"MOHR\"; }"
		;;
	*) echo "app default {" ;;
	esac
	echo "framework pkcs15 { use_file_caching = $1; } }"
}
# What OpenSC lacks in its driver of this card, nobody is asked for.
case $card in
isoapplet/*) option=--sha1 ;;
*) option= ;;
esac
opensc_conf no >"$out/opensc.conf"
opensc_conf public >"$out/opensc-cache.conf"

HOME=$out XDG_CACHE_HOME=$out/cache MOHR_BENCH_COUNTS=$out/counts
MOHR_BENCH_PCSC=$(ldd "$MOHR_MODULE" | sed -nE 's/^[[:space:]]*libpcsclite\.so\.1 => ([^ ]+) .*/\1/p')
export HOME XDG_CACHE_HOME MOHR_BENCH_COUNTS MOHR_BENCH_PCSC

# flows MODULE OPTION...: a process of its own. Foreign leaks are not ours to tell.
flows() {
	module=$1
	shift
	OPENSC_CONF=$out/${module%ykcs11}.conf \
		ASAN_OPTIONS=detect_leaks=0 LD_LIBRARY_PATH=$MOHR_BUILD/tests/bench/interposer/.libs \
		timeout 120 "$MOHR_BUILD/tests/bench/flows" $option "$@" "$(library "$module")" "$MOHR_BENCH_COUNTS"
}

# The first round warms up, and tells which modules are there at all.
modules=
for module in mohr opensc opensc-cache ykcs11; do
	if flows $module --list >"$out/one" 2>"$out/error"; then
		modules="$modules $module"
	elif [ $module = mohr ]; then
		cat "$out/error" >&2
		exit 1
	fi
done

# keep MODULE PREFIX: as lines of "module measure value"
keep() {
	awk -F '\t' -v OFS='\t' -v module="$1" -v prefix="$2" \
		'{ print module, ($1 == "start" ? "" : prefix ".") $1 "." $2, $3 }' "$out/one" >>"$out/all"
}

# In turn, so that a machine whose speed drifts is the same for all.
status=0 i=0
while [ $i -lt "${MOHR_BENCH_RUNS:-1}" ]; do
	for module in $modules; do
		for key in auth sign; do
			for what in "--next 3" --whole; do
				if ! flows $module --key $key $what >"$out/one" 2>"$out/error"; then
					sed "s|^|bench: $card, $module, $key key: |" "$out/error" >&2
					[ $module != mohr ] || status=1
				fi
				[ $key = auth ] || sed -i '/^start/d' "$out/one"
				keep $module $key
			done
		done
	done
	i=$((i + 1))
done

awk -F '\t' -v OFS='\t' -v card="$card" '
	!(($1, $2) in n) { order[rows++] = $1 FS $2 }
	{ value[$1, $2, n[$1, $2]++] = $3 }
	END {
		for (i = 0; i < rows; i++) {
			split(order[i], part, FS)
			count = n[part[1], part[2]]
			for (k = 1; k < count; k++)
				for (j = k; j > 0 && value[part[1], part[2], j] + 0 < value[part[1], part[2], j - 1] + 0; j--) {
					swap = value[part[1], part[2], j]
					value[part[1], part[2], j] = value[part[1], part[2], j - 1]
					value[part[1], part[2], j - 1] = swap
				}
			print card, part[1], part[2], value[part[1], part[2], int((count - 1) / 2)]
		}
	}' "$out/all"
exit $status
