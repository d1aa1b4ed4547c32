#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every option of a program stands in its man page and in --help; every key of mohr.conf in its page.
set -u
. "${MOHR_SOURCE:-.}/tests/harness/tap.sh"
cd "${MOHR_SOURCE:-.}" || exit 99
vcard=${MOHR_BUILD:-build}/vcard/mohr-vcard

# Long options as the sources declare them for getopt_long: {"name", …}
options() {
	sed -nE 's/^[[:space:]]*\{"([a-z][a-z-]*)", *(no|required|optional)_argument.*/\1/p' vcard/*.c | sort -u
}

is "mohr-vcard has options" "$([ "$(options | wc -l)" -gt 5 ] && echo yes)" yes
for option in $(options); do
	is "man page mohr-vcard(1) has --$option" \
		"$(sed 's/\\-/-/g' man/mohr-vcard.1 | grep -c -m1 -e "--$option\b")" 1
done
for command in create serve inspect; do
	"$vcard" $command --help >"$tap_tmp/help" 2>&1
	is "mohr-vcard $command --help ends well" $? 0
	grep -oE -e '--[a-z][a-z-]*' "$tap_tmp/help" | sort -u | while read -r option; do
		options | grep -qx -e "${option#--}" || echo "$option"
	done >"$tap_tmp/unknown"
	is "mohr-vcard $command --help names only options that exist" "$(cat "$tap_tmp/unknown")" ""
done
for option in $(options); do
	for command in create serve inspect; do
		"$vcard" $command --help
	done 2>&1 | grep -qe "--$option\b" || echo "$option"
done >"$tap_tmp/silent"
is "--help names every option" "$(cat "$tap_tmp/silent")" ""

# Keys as the table in config_ini.c spells them: {"section", "key", …}
keys=$(sed -nE 's/.*\{"[a-z0-9]+", "([a-z_-]+)".*/\1/p' lib/token/config_ini.c | sort -u)
is "mohr.conf has keys" "$([ "$(echo "$keys" | wc -l)" -gt 5 ] && echo yes)" yes
for key in $keys; do
	is "man page mohr.conf(5) has $key" "$(sed 's/\\-/-/g' man/mohr.conf.5 | grep -c -m1 -e "$key")" 1
done

for page in man/*.[157]; do
	check "$page is well-formed" sh -c 'man --warnings=mac -E UTF-8 -l -Tutf8 -Z "$1" 2>&1 >/dev/null | (! grep .)' sh "$page"
done
tap_done
