#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What scripts/bench --sharing runs within scripts/with-card: starts in fresh processes with and without
# libcrypto, three processes that start at once, signatures a second. "card module measure value", medians.
set -eu
build=$MOHR_BUILD runs=${MOHR_BENCH_RUNS:-15} out=${MOHR_BENCH_OUT:?}

say() {
	printf 'natid\t%s\t%s\t%s\n' "$1" "$2" "$3"
}

# middle COLUMN FILE; most COLUMN FILE
middle() {
	awk -v c="$1" '{ print $c }' "$2" | sort -n | awk '{ v[NR] = $1 } END { print NR ? v[int((NR + 1) / 2)] : "null" }'
}
most() {
	awk -v c="$1" '{ print $c }' "$2" | sort -n | tail -n 1
}

library() {
	case $1 in
	mohr) echo "$MOHR_MODULE" ;;
	opensc) echo opensc-pkcs11.so ;;
	ykcs11) echo libykcs11.so.2 ;;
	esac
}

modules=mohr
for module in opensc ykcs11; do
	if "$build/tests/bench/startup" "$(library $module)" >/dev/null 2>&1; then modules="$modules $module"; fi
done

# In turn, so that a machine whose speed drifts is the same for all. One round to warm up.
i=0
while [ $i -le "$runs" ]; do
	for module in $modules; do
		for kind in without with; do
			if [ $kind = with ]; then option=--libcrypto; else option=; fi
			"$build/tests/bench/startup" $option "$(library $module)" >"$out/one"
			[ $i -eq 0 ] || cat "$out/one" >>"$out/$module.$kind"
		done
	done
	i=$((i + 1))
done
for module in $modules; do
	for kind in without with; do
		say $module "startup.$kind-libcrypto.cpu_ms" "$(middle 1 "$out/$module.$kind")"
		say $module "startup.$kind-libcrypto.wall_ms" "$(middle 2 "$out/$module.$kind")"
		say $module "startup.$kind-libcrypto.growth_kb" "$(middle 3 "$out/$module.$kind")"
	done
done

# OpenSC and ykcs11 see no token in a national card: they list, and sign nothing.
i=0
while [ $i -lt "$runs" ]; do
	for module in $modules; do
		if [ $module = mohr ]; then signatures=20; else signatures=0; fi
		"$build/tests/bench/contend" "$(library $module)" 3 $signatures >"$out/one"
		printf '%s %s\n' "$(most 1 "$out/one")" "$(most 2 "$out/one")" >>"$out/$module.contend"
	done
	i=$((i + 1))
done
for module in $modules; do
	say $module three.list_ms "$(middle 1 "$out/$module.contend")"
	say $module three.list_worst_ms "$(most 1 "$out/$module.contend")"
done
say mohr three.first_ms "$(middle 2 "$out/mohr.contend")"
say mohr three.first_worst_ms "$(most 2 "$out/mohr.contend")"

for keys in auth sign; do
	"$build/tests/stress/sign_stress" --threads 1 --seconds 3 --keys $keys >"$out/one"
	say mohr "$keys.signatures_per_s" "$(sed -E 's/.*, ([0-9]+)\/s;.*/\1/' "$out/one")"
	say mohr "$keys.signature.cpu_ms" "$(sed -E 's/.*CPU ([0-9.]+) ms.*/\1/' "$out/one")"
done
