#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Other programs at the same card.
set -u
. "${MOHR_SOURCE:-.}/tests/harness/tap.sh"
. "${MOHR_SOURCE:-.}/tests/harness/transports.sh"
on_both_transports tests/integration/rival_test
tap_done
