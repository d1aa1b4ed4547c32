#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Makes the certificates of this folder anew, with OpenSSL 3. Keys are thrown away. The unit tests read
# what they expect from the certificates through libcrypto, so a new set needs no change there, except
# for the literal values in tests/unit/codec/x509_test.c.
set -eu
out=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

cat >conf <<'CONF'
[req]
distinguished_name = dn
string_mask = utf8only
[dn]
[ca]
basicConstraints = critical, CA:TRUE, pathlen:1
keyUsage = critical, digitalSignature, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[auth]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
[sign]
keyUsage = critical, nonRepudiation
certificatePolicies = 2.16.364.101.1.1.3
[agree]
keyUsage = keyAgreement, decipherOnly
[none]
subjectKeyIdentifier = hash
CONF

# name, extensions, days, serial, subject, key options of genpkey
make() {
	name=$1 ext=$2 days=$3 serial=$4 subject=$5
	shift 5
	openssl genpkey -quiet -out "$name.key" "$@" 2>/dev/null || openssl genpkey -out "$name.key" "$@" 2>/dev/null
	openssl req -new -utf8 -config conf -key "$name.key" -subj "$subject" -out "$name.csr"
	openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -set_serial "$serial" -days "$days" \
		-sha256 -extfile conf -extensions "$ext" -outform DER -out "$out/$name.der" 2>/dev/null
}

openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out ca.key 2>/dev/null
openssl req -new -x509 -utf8 -config conf -extensions ca -key ca.key -days 7300 -sha256 -set_serial 0x00F1 \
	-subj "/C=IR/O=مرکز آزمون مُهر/CN=ریشهٔ نمایشی" -out ca.pem
openssl x509 -in ca.pem -outform DER -out "$out/ca-rsa2048.der"

make auth-rsa2048 auth 3650 0x8000000000000001 "/C=IR/serialNumber=0012345679" \
	-algorithm RSA -pkeyopt rsa_keygen_bits:2048
make sign-rsa2048 sign 3650 0x7F "/C=IR/serialNumber=0012345679/SN=نمونه‌پور/GN=مریم/CN=مریم نمونه‌پور" \
	-algorithm RSA -pkeyopt rsa_keygen_bits:2048
make auth-p256 auth 3650 0x0102030405060708090A0B0C0D0E0F1011121314 "/C=IR/serialNumber=1/CN=مریم" \
	-algorithm EC -pkeyopt ec_paramgen_curve:P-256
make sign-p384 sign 3650 2 "/CN=مریم" -algorithm EC -pkeyopt ec_paramgen_curve:P-384
make agree-p521 agree 3650 3 "/CN=مریم" -algorithm EC -pkeyopt ec_paramgen_curve:P-521
make none-far none 14600 4 "/CN=after 2050" -algorithm EC -pkeyopt ec_paramgen_curve:P-256
make other-curve auth 3650 5 "/CN=secp256k1" -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1
make auth-ed25519 auth 3650 6 "/CN=Ed25519" -algorithm ED25519
make other-key auth 3650 10 "/CN=Ed448" -algorithm ED448
make short-key auth 3650 9 "/CN=RSA-512" -algorithm RSA -pkeyopt rsa_keygen_bits:512
make empty-subject auth 3650 7 "/" -algorithm EC -pkeyopt ec_paramgen_curve:P-256

# version 1: no extensions at all
openssl req -new -utf8 -config conf -key auth-p256.key -subj "/CN=v1" -out v1.csr
openssl x509 -req -in v1.csr -CA ca.pem -CAkey ca.key -set_serial 8 -days 3650 -sha256 \
	-outform DER -out "$out/version1.der" 2>/dev/null
