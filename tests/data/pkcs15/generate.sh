#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Writes PKCS#15 files, encoded by OpenSSL from descriptions in its own language (ASN1_generate_nconf(3)):
# encodings that no code of ours has made. The files are padded with zeros, as those of cards are.
set -eu
cd "$(dirname "$0")"

# generate NAME PADDING: the concatenation of the values that the fields of [file] name
generate() {
	sections=$(cat)
	: >"$1.bin"
	for entry in $(printf '%s\n' "$sections" | sed -n '/^\[file\]/,/^\[/s/ *=.*//p'); do
		{
			printf 'asn1 = %s\n' "$(printf '%s\n' "$sections" | sed -n "/^\[file\]/,/^\[/s/^$entry *= *//p")"
			printf '%s\n' "$sections"
		} >description
		openssl asn1parse -genconf description -noout -out part
		cat part >>"$1.bin"
	done
	head -c "$2" /dev/zero >>"$1.bin"
	rm description part
}

generate odf 20 <<'END'
[file]
private = EXPLICIT:0,SEQUENCE:prkdf
public = EXPLICIT:1,SEQUENCE:pukdf
certificates = EXPLICIT:4,SEQUENCE:cdf
trusted = EXPLICIT:5,SEQUENCE:trusted_cdf
pins = EXPLICIT:8,SEQUENCE:aodf
[prkdf]
path = FORMAT:HEX,OCTETSTRING:3F0050154402
[pukdf]
path = FORMAT:HEX,OCTETSTRING:3F0050154403
[cdf]
path = FORMAT:HEX,OCTETSTRING:3F0050154404
index = INTEGER:0
length = IMPLICIT:0,INTEGER:1024
[trusted_cdf]
path = FORMAT:HEX,OCTETSTRING:4405
[aodf]
path = FORMAT:HEX,OCTETSTRING:3F0050154401
END

generate info 1 <<'END'
[file]
info = SEQUENCE:info
[info]
version = INTEGER:0
serial = FORMAT:HEX,OCTETSTRING:0123456789ABCDEF
manufacturer = UTF8:Mohr
label = IMPLICIT:0,UTF8:Card of tests
flags = FORMAT:BITLIST,BITSTRING:1,2
algorithms = IMPLICIT:2,SEQUENCE:algorithms
changed = EXPLICIT:5,GENERALIZEDTIME:20261122000000Z
language = PRINTABLESTRING:fa
[algorithms]
first = SEQUENCE:rsa
second = SEQUENCE:ecdsa
[rsa]
reference = INTEGER:1
mechanism = INTEGER:1
parameters = NULL
operations = FORMAT:BITLIST,BITSTRING:1,5
oid = OID:rsaEncryption
card = INTEGER:2
[ecdsa]
reference = INTEGER:2
mechanism = INTEGER:0x1041
parameters = OID:prime256v1
operations = FORMAT:BITLIST,BITSTRING:1
oid = OID:ecdsa-with-SHA256
END

generate aodf 0 <<'END'
[file]
user = SEQUENCE:user
finger = IMPLICIT:0,SEQUENCE:user
unblocking = SEQUENCE:unblocking
[user]
common = SEQUENCE:user_common
class = SEQUENCE:user_class
type = EXPLICIT:1,SEQUENCE:user_type
[user_common]
label = UTF8:PIN
flags = FORMAT:BITLIST,BITSTRING:0,1
auth = FORMAT:HEX,OCTETSTRING:02
[user_class]
auth = FORMAT:HEX,OCTETSTRING:01
[user_type]
flags = FORMAT:BITLIST,BITSTRING:1,4,5
type = ENUM:1
least = INTEGER:4
stored = INTEGER:8
reference = IMPLICIT:0,INTEGER:-127
pad = FORMAT:HEX,OCTETSTRING:FF
changed = GENERALIZEDTIME:20261122000000Z
path = SEQUENCE:df
[df]
path = FORMAT:HEX,OCTETSTRING:3F005015
[unblocking]
common = SEQUENCE:unblocking_common
class = SEQUENCE:unblocking_class
type = EXPLICIT:1,SEQUENCE:unblocking_type
[unblocking_common]
label = UTF8:PUK
[unblocking_class]
auth = FORMAT:HEX,OCTETSTRING:02
[unblocking_type]
flags = FORMAT:BITLIST,BITSTRING:6
type = ENUM:2
least = INTEGER:8
stored = INTEGER:8
most = INTEGER:8
END

generate prkdf 64 <<'END'
[file]
rsa = SEQUENCE:rsa
dsa = IMPLICIT:2,SEQUENCE:rsa
ec = IMPLICIT:0,SEQUENCE:ec
[rsa]
common = SEQUENCE:rsa_common
class = SEQUENCE:rsa_class
subclass = EXPLICIT:0,SEQUENCE:subject
type = EXPLICIT:1,SEQUENCE:rsa_type
[rsa_common]
label = UTF8:Signature
flags = FORMAT:BITLIST,BITSTRING:0
auth = FORMAT:HEX,OCTETSTRING:01
consent = INTEGER:1
[rsa_class]
id = FORMAT:HEX,OCTETSTRING:45
usage = FORMAT:BITLIST,BITSTRING:2,9
native = BOOLEAN:TRUE
access = FORMAT:BITLIST,BITSTRING:0,2,3,4
reference = INTEGER:-128
start = GENERALIZEDTIME:20261122000000Z
end = IMPLICIT:0,GENERALIZEDTIME:20361122000000Z
algorithms = IMPLICIT:1,SEQUENCE:references
[references]
first = INTEGER:1
second = INTEGER:2
[subject]
name = SEQUENCE:name
[name]
[rsa_type]
value = SEQUENCE:rsa_path
bits = INTEGER:2048
[rsa_path]
path = FORMAT:HEX,OCTETSTRING:3F0050154B01
[ec]
common = SEQUENCE:ec_common
class = SEQUENCE:ec_class
type = EXPLICIT:1,SEQUENCE:ec_type
[ec_common]
label = UTF8:Agreement
[ec_class]
id = FORMAT:HEX,OCTETSTRING:46
usage = FORMAT:BITLIST,BITSTRING:8
native = BOOLEAN:FALSE
[ec_type]
value = SEQUENCE:ec_path
parameters = SEQUENCE:ec_parameters
[ec_path]
path = FORMAT:HEX,OCTETSTRING:4B02
[ec_parameters]
curve = OID:secp384r1
END

generate cdf 16 <<'END'
[file]
holder = SEQUENCE:holder
authority = SEQUENCE:authority
[holder]
common = SEQUENCE:holder_common
class = SEQUENCE:holder_class
type = EXPLICIT:1,SEQUENCE:holder_type
[holder_common]
label = UTF8:Holder
[holder_class]
id = FORMAT:HEX,OCTETSTRING:45
[holder_type]
value = SEQUENCE:holder_path
[holder_path]
path = FORMAT:HEX,OCTETSTRING:4301
index = INTEGER:0
length = IMPLICIT:0,INTEGER:900
[authority]
common = SEQUENCE:authority_common
class = SEQUENCE:authority_class
type = EXPLICIT:1,SEQUENCE:authority_type
[authority_common]
label = UTF8:Authority
[authority_class]
id = FORMAT:HEX,OCTETSTRING:01
authority = BOOLEAN:TRUE
hash = EXPLICIT:0,SEQUENCE:empty
implicit = IMPLICIT:3,BOOLEAN:TRUE
[authority_type]
value = EXPLICIT:0,SEQUENCE:certificate
serial = INTEGER:5
[certificate]
body = SEQUENCE:empty
[empty]
END
