# SPDX-License-Identifier: BSD-2-Clause
# For consumer scenarios: runs the script itself within scripts/with-card, once for each way to the card
# and each kind of key, and gathers the results.
#
#	. card.sh; each_card "$0"; tap_done          outside: MOHR_SESSION is not set
#	checks…; session_done                        inside, with the kind of key in MOHR_SESSION and the
#	                                             way in MOHR_WAY
. "$MOHR_SOURCE/tests/harness/tap.sh"

ways="socket pcscd"
kinds="rsa2048 p256"

# Takes the TAP lines of a session over.
gather() {
	while IFS= read -r line; do
		case $line in
		"ok "*) ok "${line#ok * - } ($1)" ;;
		"not ok "*) not_ok "${line#not ok * - } ($1)" ;;
		[0-9]*..*) ended=yes ;;
		*) printf '%s\n' "$line" ;;
		esac
	done
}

# session NAME COMMAND...: the command's TAP lines are ours. One that fails without a word, or dies half-way,
# is a failure too.
session() {
	session_name=$1
	shift
	"$@" >"$tap_tmp/session" 2>&1 </dev/null
	status=$?
	ended=
	gather "$session_name" <"$tap_tmp/session"
	is "the session comes to its end ($session_name)" \
		"${ended:-no end}, $([ $status -le 1 ] && echo well || echo "status $status")" "yes, well"
}

each_card() {
	for way in $ways; do
		for kind in $kinds; do
			if [ "$way" = pcscd ]; then option=--pcscd; else option=; fi
			session "$kind, $way" env MOHR_SESSION="$kind" MOHR_WAY="$way" \
				"$MOHR_SOURCE/scripts/with-card" $option --key-auth "$kind" --key-sign "$kind" -- sh "$1"
		done
	done
}

# own_home: programs of others keep nothing beyond the session, so that what they read is not of another card.
own_home() {
	HOME=$tap_tmp
	XDG_CACHE_HOME=$tap_tmp/cache
	export HOME XDG_CACHE_HOME
	printf 'what is signed' >"$tap_tmp/data"
	printf 'what is sigmed' >"$tap_tmp/other"
}

# with_module COMMAND...: a program that loads the module. In a tree with sanitizers their library must
# come first; what it finds goes to files that session_done judges, whatever the program's exit status.
# Nothing may hang: the status of a command that is not over in time is 124.
with_module() {
	if [ -n "${MOHR_PRELOAD:-}" ]; then
		timeout 120 env LD_PRELOAD="$MOHR_PRELOAD" \
			ASAN_OPTIONS="detect_leaks=1:exitcode=0:log_path=$tap_tmp/sanitizer" \
			UBSAN_OPTIONS="print_stacktrace=1:log_path=$tap_tmp/sanitizer" "$@"
	else
		timeout 120 "$@"
	fi
}

# $in_valgrind COMMAND...: under memcheck; what it finds goes to files that session_done judges.
in_valgrind="timeout 120 valgrind -q --leak-check=full --show-leak-kinds=definite --trace-children=no
	--xml=yes --xml-file=$tap_tmp/valgrind.%p"

# What sanitizers and valgrind wrote: any error counts, but a leak only if our module is in its stack,
# and of valgrind's findings only those with our module in their stacks: foreign programs are not ours
# to judge.
session_done() {
	for report in "$tap_tmp"/sanitizer.*; do
		[ -f "$report" ] || continue
		if ! grep -q 'detected memory leaks' "$report" || grep -q mohr-pkcs11 "$report"; then
			tap_found=yes
			diag "$(head -n 60 "$report")"
		fi
	done
	if [ -n "${MOHR_PRELOAD:-}" ]; then
		is "sanitizers find nothing" "${tap_found:-nothing}" nothing
	fi
	if ls "$tap_tmp"/valgrind.* >"$tap_tmp/reports" 2>&1; then
		# A child that starts another program leaves its report without an end.
		is "valgrind writes reports" \
			"$(cat "$tap_tmp"/valgrind.* | grep -q '</valgrindoutput>' && echo yes)" yes
		is "and finds nothing in the module" \
			"$(cat "$tap_tmp"/valgrind.* | grep -c '<obj>.*/mohr-pkcs11\.so</obj>')" 0
	fi
	tap_done
}

tool() {
	with_module pkcs11-tool --module "$MOHR_MODULE" "$@"
}

# with_token auth|sign: sets token, pin, variable (the PIN's in the environment) and name (of the key)
with_token() {
	if [ "$1" = auth ]; then
		token="Iran ID (authentication)" pin=$MOHR_PIN_AUTH variable=MOHR_PIN_AUTH
		name=Authentication
	else
		token="Iran ID (signature)" pin=$MOHR_PIN_SIGN variable=MOHR_PIN_SIGN name=Signature
	fi
}

# The card's own certificate, past the module, as PEM
own_certificate() {
	"$MOHR_BUILD/vcard/mohr-vcard" inspect --export "$1" "$MOHR_IMAGE" | openssl x509 -outform PEM
}

# Where the labels are what they must be before a PIN is typed; ends the scenario if not.
tokens() {
	tool -L >"$tap_tmp/tokens" 2>&1
	is "both tokens are there, by their labels" \
		"$(sed -nE 's/^ *token label *: *//p' "$tap_tmp/tokens" | sort | tr '\n' '|')" \
		"Iran ID (authentication)|Iran ID (signature)|"
	if [ "$tap_failed" -ne 0 ]; then
		diag "$(cat "$tap_tmp/tokens")"
		tap_done
		exit 1
	fi
}

# certificate auth|sign: writes NAME.pem and the public key NAME.pub, read through the module
certificate() {
	case $1 in
	auth) label="authentication" ;;
	sign) label="signature" ;;
	esac
	tool --token-label "Iran ID ($label)" --read-object --type cert \
		--label "$(printf '%s' "$label" | sed 's/^a/A/;s/^s/S/') certificate" \
		--output-file "$tap_tmp/$1.der" >"$tap_tmp/read" 2>&1 || sed 's/^/# /' "$tap_tmp/read"
	openssl x509 -inform DER -in "$tap_tmp/$1.der" -out "$tap_tmp/$1.pem" &&
		openssl x509 -in "$tap_tmp/$1.pem" -noout -pubkey >"$tap_tmp/$1.pub"
}
