#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Cards that leave or are swapped in the middle of a call.
set -u
. "${MOHR_SOURCE:-.}/tests/harness/tap.sh"
. "${MOHR_SOURCE:-.}/tests/harness/transports.sh"
on_both_transports tests/integration/removal_test
tap_done
