# SPDX-License-Identifier: BSD-2-Clause
# For consumer scenarios: runs the script itself within scripts/with-card, once for each way to the card
# and each kind of key, and gathers the results.
#
#	. card.sh; each_card "$0"; tap_done          outside: MOHR_SESSION is not set
#	checks…; tap_done                            inside
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

each_card() {
	for way in $ways; do
		for kind in $kinds; do
			if [ "$way" = pcscd ]; then option=--pcscd; else option=; fi
			MOHR_SESSION=$kind "$MOHR_SOURCE/scripts/with-card" $option --key-auth "$kind" \
				--key-sign "$kind" -- sh "$1" >"$tap_tmp/session" 2>&1
			status=$?
			ended=
			gather "$kind, $way" <"$tap_tmp/session"
			# A session that fails without a word, or dies half-way, is a failure too.
			is "the session comes to its end ($kind, $way)" \
				"${ended:-no end}, $([ $status -le 1 ] && echo well || echo "status $status")" \
				"yes, well"
		done
	done
}

# A program that loads the module: in a tree with sanitizers their library must come first. Leaks of
# foreign programs are not ours to judge.
with_module() {
	if [ -n "${MOHR_PRELOAD:-}" ]; then
		env LD_PRELOAD="$MOHR_PRELOAD" ASAN_OPTIONS=detect_leaks=0 "$@"
	else
		"$@"
	fi
}

tool() {
	with_module pkcs11-tool --module "$MOHR_MODULE" "$@"
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
