#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What was built: exported symbols and hardening.
set -u
. "${MOHR_SOURCE:-.}/tests/harness/tap.sh"
build=${MOHR_BUILD:-build}
module=$build/pkcs11/.libs/mohr-pkcs11.so
ifd=$build/vcard/.libs/libifd-mohr.so
vcard=$build/vcard/mohr-vcard

# Names that the dynamic linker offers to others.
exports() {
	nm -D --defined-only "$1" | awk '$2 != "A" { print $3 }'
}

is "the module exports C_ functions only" "$(exports "$module" | grep -v '^C_[A-Z]')" ""
is "the module exports C_GetInterface" "$(exports "$module" | grep -x C_GetInterface)" C_GetInterface
is "the IFD handler exports IFDH functions only" "$(exports "$ifd" | grep -v '^IFDH')" ""
personal=$build/lib/personal/.libs/libmohr-personal.a
is "all that the personaliser's archive offers has its name" \
	"$(nm --defined-only "$personal" 2>/dev/null | awk '$2 ~ /[A-Z]/ && $3 !~ /^(personal_|$)/ && $3 !~ /^_|^DW\./ { print $3 }')" ""
check "and it has code" sh -c 'nm --defined-only "$1" | grep -q " T personal_open$"' sh "$personal"
is "the module has no code of the personaliser" "$(nm "$module" 2>/dev/null | grep -i ' personal_')" ""
is "the module has no code of the virtual card" "$(nm "$module" 2>/dev/null | grep -i ' vcard_')" ""

for needed in $(readelf -d "$module" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p'); do
	case $needed in
	libc.so.* | libpcsclite.so.* | libcrypto.so.* | libz.so.* | libinih.so.*) ;;
	libasan.so.* | libubsan.so.* | libtsan.so.* | ld-linux*) ;;
	*) echo "$needed" ;;
	esac
done >"$tap_tmp/needed"
is "the module links only what it needs" "$(cat "$tap_tmp/needed")" ""

if nm -D "$vcard" | grep -q -e __asan_init -e __tsan_init; then
	ok "hardening flags give way to the sanitizers in this tree"
	tap_done
	exit
fi
for file in "$module" "$ifd" "$vcard"; do
	name=$(basename "$file")
	check "$name has full RELRO" sh -c 'readelf -lW "$1" | grep -q GNU_RELRO &&
		readelf -dW "$1" | grep -qE "BIND_NOW|FLAGS.*NOW"' sh "$file"
	check "$name has no executable stack" sh -c 'readelf -lW "$1" | grep GNU_STACK | grep -qv E' sh "$file"
	# Debian's own crt files carry no CET mark, so the linker drops it; the landing pads are there.
	check "$name has CET landing pads" sh -c 'objdump -d "$1" | grep -qm1 endbr64' sh "$file"
	check "$name has no text relocations" sh -c '! readelf -dW "$1" | grep -q TEXTREL' sh "$file"
	check "$name uses the stack protector" sh -c 'nm -D "$1" | grep -q __stack_chk_fail' sh "$file"
done
check "mohr-vcard is position-independent" sh -c 'readelf -hW "$1" | grep -q "Type:.*DYN"' sh "$vcard"
tap_done
