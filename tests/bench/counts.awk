# SPDX-License-Identifier: BSD-2-Clause
# Reads what scripts/bench prints; tells each count of our module that is above OpenSC's, where OpenSC has
# done the same. One SELECT before a VERIFY is ours to send: a PIN must not reach another application.
BEGIN {
	FS = "\t"
	rows = 0
	n = split("apdus sent received transactions", measures, " ")
	allowed["apdus"] = "guards"
	allowed["sent"] = "guard_sent"
	allowed["received"] = "guard_received"
}
{ value[$1, $2, $3] = $4 }
$2 == "mohr" {
	phase = $3
	sub(/\.[a-z_]*$/, "", phase)
	if (!(($1, phase) in seen)) {
		seen[$1, phase] = 1
		cards[rows] = $1
		phases[rows++] = phase
	}
}

# OpenSC lists a card that it does not know without anything on it: nothing to compare.
function done_by_opensc(card, phase)
{
	if (phase ~ /end$/ || !((card, "opensc", phase ".apdus") in value))
		return 0
	return phase != "start" || value[card, "opensc", "start.certificates"] > 0
}

# Bytes of certificates that ours shows and OpenSC does not, which must have come from the card.
function more_certificates(card)
{
	if (value[card, "mohr", "start.certificates"] <= value[card, "opensc", "start.certificates"])
		return 0
	return value[card, "mohr", "start.certificate_bytes"] - value[card, "opensc", "start.certificate_bytes"]
}

END {
	for (i = 0; i < rows; i++) {
		if (!done_by_opensc(cards[i], phases[i]))
			continue
		if (cards[i] != last)
			compared = compared (compared == "" ? "" : "\n") cards[i] ":"
		last = cards[i]
		compared = compared " " phases[i]
		if (phases[i] == "start" && value[cards[i], "mohr", "start.certificates"] + 0 > 0 &&
		    value[cards[i], "mohr", "start.certificates"] < value[cards[i], "opensc", "start.certificates"])
			print "fewer: " cards[i] " certificates"
		for (k = 1; k <= n; k++) {
			measure = measures[k]
			ours = value[cards[i], "mohr", phases[i] "." measure]
			if (measure in allowed)
				ours -= value[cards[i], "mohr", phases[i] "." allowed[measure]]
			theirs = value[cards[i], "opensc", phases[i] "." measure]
			if (measure == "received" && phases[i] == "start")
				ours -= more_certificates(cards[i])
			# each ECDSA signature has a length of its own in DER
			if (measure == "received" && cards[i] ~ /\/p[0-9]/ && phases[i] ~ /(first|next|whole)$/)
				theirs += 6
			if (ours > theirs)
				print "above: " cards[i] " " phases[i] "." measure " " ours " > " theirs
		}
	}
	if (compared != "")
		print compared
}
