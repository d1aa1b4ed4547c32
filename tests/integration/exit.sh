#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tests/integration/exit_test on both transports.
set -u
. "${MOHR_SOURCE:-.}/tests/harness/tap.sh"
. "${MOHR_SOURCE:-.}/tests/harness/transports.sh"
on_both_transports tests/integration/exit_test
tap_done
