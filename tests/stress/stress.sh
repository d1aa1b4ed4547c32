#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Many threads and many processes sign with both keys at once; every signature is verified by libcrypto.
# MOHR_STRESS_SECONDS says how long each case lasts (2; make check-stress: 60). Figures are shown, not
# judged; only a thread that makes no signature for 30 s is stuck.
set -u
. "${MOHR_SOURCE:?}/tests/harness/tap.sh"
seconds=${MOHR_STRESS_SECONDS:-2}

# signs NAME WITH-CARD-OPTIONS -- STRESS-OPTIONS: a case on a card of its own
signs() {
	name=$1 options=
	shift
	while [ "$1" != -- ]; do
		options="$options $1"
		shift
	done
	shift
	# shellcheck disable=SC2086
	"$MOHR_SOURCE/scripts/with-card" $options -- "$MOHR_BUILD/tests/stress/sign_stress" \
		--seconds "$seconds" --stall 30 "$@" >"$tap_tmp/figures" 2>&1
	is "$name" $? 0
	diag "$(cat "$tap_tmp/figures")"
}

for way in socket pcscd; do
	if [ $way = pcscd ]; then option=--pcscd; else option=; fi
	signs "8 threads sign with both keys ($way)" $option -- --threads 8
	signs "64 threads sign with both keys ($way)" $option -- --threads 64
	for n in 2 4 8; do
		signs "$n processes sign with both keys ($way)" $option -- --threads 1 --processes $n
	done
	signs "4 processes of 4 threads sign with both keys ($way)" $option -- --threads 4 --processes 4
	signs "4 processes log out after each signature, and all get on ($way)" $option -- \
		--threads 1 --processes 4 --logout-every 1
	signs "8 threads sign with P-256 and P-384 keys ($way)" $option --key-auth p256 \
		--key-sign p384 -- --threads 8
	for kind in piv yubikey; do
		signs "8 threads sign with 9A and 9C of a $kind ($way)" $option --profile $kind -- \
			--card $kind --threads 8
		signs "4 processes of 2 threads sign with 9A and 9C of a $kind ($way)" $option \
			--profile $kind -- --card $kind --threads 2 --processes 4
	done
done
tap_done
