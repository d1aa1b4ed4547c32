#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# pcscd dies and comes back, with the module loaded.
set -u
. "${MOHR_SOURCE:-.}/tests/harness/tap.sh"
. "${MOHR_SOURCE:-.}/tests/harness/transports.sh"
on_transport pcscd tests/integration/restart_test
tap_done
