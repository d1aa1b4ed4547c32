#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Makes configure and what it needs in a fresh clone.
set -eu
cd "$(dirname "$0")"
mkdir -p build-aux m4
autoreconf --install --force
