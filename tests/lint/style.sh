#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What a machine can see of CONTRIBUTING.md's style: formatting, sizes, licence lines, promises.
set -u
. "${MOHR_SOURCE:-.}/tests/harness/tap.sh"
cd "${MOHR_SOURCE:-.}" || exit 99

sources() {
	find lib pkcs11 vcard tests -name '*.[ch]' -not -path '*/corpus/*' | sort
}

if command -v clang-format >/dev/null; then
	# pkcs11.h follows the layout of the standard's own header.
	check "clang-format would change nothing" \
		sh -c 'clang-format --dry-run --Werror "$@"' sh $(sources | grep -v 'pkcs11/pkcs11\.h$')
else
	not_ok "clang-format is missing (install it with scripts/install-deps check)"
fi

is "no file of the product is longer than 600 lines" \
	"$(sources | grep -v -e 'pkcs11/pkcs11[a-z_]*\.h$' -e '^tests/' | xargs wc -l | awk '$2 != "total" && $1 > 600')" ""
is "no function of the product is longer than 80 lines" \
	"$(sources | grep '\.c$' | grep -v '^tests/' |
		xargs awk 'FNR == 1 { s = 0 } /^\{/ { s = FNR } /^\}/ && s { if (FNR - s > 80) print FILENAME ":" s; s = 0 }')" ""
is "every source names its licence" \
	"$(for f in $(sources) $(find scripts tests -name '*.sh'); do
		head -3 "$f" | grep -q 'SPDX-License-Identifier: BSD-2-Clause' || echo "$f"; done)" ""
is "nothing promises later work" \
	"$(grep -nIEr '\b(TODO|FIXME|XXX|HACK)\b|not (yet )?implemented|placeholder' \
		lib pkcs11 vcard scripts man docs Makefile.am configure.ac)" ""
is "po/POTFILES.in names every file with translatable strings" \
	"$(grep -lE '\b(_|N_)\("' -r lib pkcs11 vcard --include='*.[ch]' --include='*.def' | sort)" \
	"$(grep -v '^#' po/POTFILES.in | sort)"

tap_done
