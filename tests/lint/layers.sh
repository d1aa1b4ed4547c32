#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The include layers (docs/architecture.md): a folder sees lower floors and itself only; there is no
# include cycle; every header compiles alone.
set -u
. "${MOHR_SOURCE:-.}/tests/harness/tap.sh"
cd "${MOHR_SOURCE:-.}" || exit 99

# folder : folders whose headers it may include (its own is always allowed)
rules() {
	cat <<'RULES'
lib/base:
lib/codec: base
lib/crypto: base
lib/transport: base codec crypto
lib/card: base codec crypto transport
lib/profile: base codec crypto transport card
lib/token: base codec crypto transport card profile
lib/personal: base codec crypto transport card profile
pkcs11: base codec crypto token
vcard: base codec vcard/ias vcard/p15 vcard/piv
vcard/ias: base codec vcard
vcard/p15: base codec vcard
vcard/piv: base codec vcard
RULES
}

# Every project include of a folder's files, as "file header"; generated and own files alike.
includes_of() {
	grep -HoE '^[[:space:]]*#[[:space:]]*include[[:space:]]+"[^"]+"' "$1"/*.[ch] 2>/dev/null |
		sed -E 's/:[[:space:]]*#[[:space:]]*include[[:space:]]+"([^"]+)"/ \1/'
}

rules | while IFS=: read -r folder allowed; do
	own=${folder#lib/}
	includes_of "$folder" | while read -r file header; do
		case " $own $allowed " in
		*" ${header%/*} "*) ;;
		*) echo "$file includes $header" ;;
		esac
	done
done >"$tap_tmp/upward"
is "every include goes to the own folder or a lower floor" "$(cat "$tap_tmp/upward")" ""

for folder in lib/*/ pkcs11/ vcard/ vcard/*/; do
	rules | grep -q "^${folder%/}:" || echo "$folder"
done >"$tap_tmp/unruled"
is "every folder of the product has a floor" "$(cat "$tap_tmp/unruled")" ""

# tsort names the members of a cycle on its standard error.
for folder in lib/*/ pkcs11/ vcard/ vcard/*/; do
	for header in "$folder"*.h; do
		[ -e "$header" ] || continue
		includes_of_one=$(sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]+"([^"]+)".*/\1/p' "$header")
		for to in $includes_of_one; do
			echo "${header#lib/} $to"
		done
	done
done | tsort 2>"$tap_tmp/cycle" >/dev/null
is "no header includes itself by a round" "$(cat "$tap_tmp/cycle")" ""

for header in lib/*/*.h pkcs11/*.h vcard/*.h vcard/*/*.h; do
	[ -e "$header" ] || continue
	printf '#include "%s"\n' "${header#lib/}" |
		${CC:-cc} -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -Ilib -I. -x c -fsyntax-only - 2>&1 ||
		echo "$header"
done >"$tap_tmp/alone"
is "every header compiles alone" "$(cat "$tap_tmp/alone")" ""

tap_done
