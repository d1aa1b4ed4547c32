#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tests/harness/answer: a PIN reaches a program whenever that clears its input, and no other prompt.
set -u
. "${MOHR_SOURCE:?}/tests/harness/tap.sh"
answer=$MOHR_BUILD/tests/harness/answer asker=$MOHR_BUILD/tests/harness/asker
PIN_HERE=1234
export PIN_HERE

for when in early late never; do
	is "input that is thrown away $when in the course of a prompt" \
		"$(timeout 20 "$answer" "the PIN=PIN_HERE" -- "$asker" $when | tr -d '\r' | sed -n '/\[/p')" "[1234]"
done
timeout 20 "$answer" "another PIN=PIN_HERE" -- "$asker" never >"$tap_tmp/out" 2>&1
is "a prompt that nobody expected ends the command" $? 3
is "and nothing is typed" "$(grep -c 1234 "$tap_tmp/out")" 0
tap_done
