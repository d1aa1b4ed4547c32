#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# lib/ compiles for Windows: everything but the siblings that exist for another system or library.
set -u
. "${MOHR_SOURCE:-.}/tests/harness/tap.sh"
cd "${MOHR_SOURCE:-.}" || exit 99
cc=x86_64-w64-mingw32-gcc

if ! command -v $cc >/dev/null; then
	not_ok "$cc is missing (install it with scripts/install-deps check)"
	tap_done
	exit
fi
for source in lib/*/*.c; do
	case $source in
	*_posix.c | *_openssl.c | *_ini.c | *_zlib.c | lib/transport/socket*.c) continue ;;
	esac
	check "$source compiles for Windows" $cc -std=c11 -Wall -Wextra -Werror \
		-D__USE_MINGW_ANSI_STDIO=1 -Ilib -c "$source" -o "$tap_tmp/x.o"
done
tap_done
