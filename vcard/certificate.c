/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts that all certificates of the demo authority have in common. */
#include <string.h>

#include <openssl/conf.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "vcard/issue.h"

enum { SERIAL_LEN = 16 };

/*
 * Extensions as libcrypto's configuration has them. The policy is the third level of Iran's PKI ("Gold"),
 * for programs that look at its number; names under .invalid (RFC 2606) cannot be reached.
 */
static const char extensions[] =
	"[authority]\n"
	"basicConstraints = critical,CA:TRUE,pathlen:0\n"
	"keyUsage = critical,keyCertSign,cRLSign\n"
	"subjectKeyIdentifier = hash\n"
	"[auth]\n"
	"basicConstraints = critical,CA:FALSE\n"
	"keyUsage = critical,digitalSignature\n"
	"extendedKeyUsage = clientAuth\n"
	"certificatePolicies = ia5org,@policy\n"
	"crlDistributionPoints = URI:http://crl.demo.mohr.invalid/demo-ca.crl\n"
	"subjectKeyIdentifier = hash\n"
	"authorityKeyIdentifier = keyid:always,issuer:always\n"
	"[sign]\n"
	"basicConstraints = critical,CA:FALSE\n"
	"keyUsage = critical,nonRepudiation\n"
	"certificatePolicies = ia5org,@policy\n"
	"crlDistributionPoints = URI:http://crl.demo.mohr.invalid/demo-ca.crl\n"
	"subjectKeyIdentifier = hash\n"
	"authorityKeyIdentifier = keyid:always,issuer:always\n"
	"[encipher]\n"
	"basicConstraints = critical,CA:FALSE\n"
	"keyUsage = critical,keyEncipherment,dataEncipherment\n"
	"certificatePolicies = ia5org,@policy\n"
	"crlDistributionPoints = URI:http://crl.demo.mohr.invalid/demo-ca.crl\n"
	"subjectKeyIdentifier = hash\n"
	"authorityKeyIdentifier = keyid:always,issuer:always\n"
	"[agree]\n"
	"basicConstraints = critical,CA:FALSE\n"
	"keyUsage = critical,keyAgreement\n"
	"certificatePolicies = ia5org,@policy\n"
	"crlDistributionPoints = URI:http://crl.demo.mohr.invalid/demo-ca.crl\n"
	"subjectKeyIdentifier = hash\n"
	"authorityKeyIdentifier = keyid:always,issuer:always\n"
	"[card]\n"
	"basicConstraints = critical,CA:FALSE\n"
	"keyUsage = critical,digitalSignature\n"
	"extendedKeyUsage = critical,2.16.840.1.101.3.6.8\n"
	"certificatePolicies = ia5org,@policy\n"
	"crlDistributionPoints = URI:http://crl.demo.mohr.invalid/demo-ca.crl\n"
	"subjectKeyIdentifier = hash\n"
	"authorityKeyIdentifier = keyid:always,issuer:always\n"
	"[policy]\n"
	"policyIdentifier = 2.16.364.101.1.1.3\n"
	"CPS.1 = https://www.demo.mohr.invalid/repository/cps-demo.pdf\n"
	"userNotice.1 = @notice\n"
	"[notice]\n"
	"explicitText = UTF8:Demonstration certificate of a virtual card. It has no legal value.\n";

static bool set_serial(X509 *crt)
{
	uint8_t bytes[SERIAL_LEN];
	BIGNUM *n = NULL;
	bool ok;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return false;
	/* Positive, and of the same length for every certificate. */
	bytes[0] = (bytes[0] & 0x3F) | 0x40;
	n = BN_bin2bn(bytes, sizeof(bytes), NULL);
	ok = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(crt));
	BN_free(n);
	return ok;
}

X509 *vcard_certificate_new(EVP_PKEY *key, const X509_NAME *issuer, long margin, int days)
{
	X509 *crt = X509_new();

	if (!crt || X509_set_version(crt, X509_VERSION_3) != 1 || !set_serial(crt) ||
	    !X509_gmtime_adj(X509_getm_notBefore(crt), -margin) ||
	    !X509_time_adj_ex(X509_getm_notAfter(crt), days, 0, NULL) ||
	    X509_set_issuer_name(crt, issuer) != 1 || X509_set_pubkey(crt, key) != 1) {
		X509_free(crt);
		return NULL;
	}
	return crt;
}

int vcard_certificate_finish(X509 *crt, X509 *issuer, EVP_PKEY *issuer_key, const char *section)
{
	BIO *text = BIO_new_mem_buf(extensions, -1);
	CONF *conf = NCONF_new(NULL);
	char name[16] = {0};
	X509V3_CTX ctx;
	int r = MOHR_ERR_CRYPTO;

	if (!text || !conf || strlen(section) >= sizeof(name) ||
	    NCONF_load_bio(conf, text, NULL) != 1)
		goto out;
	memcpy(name, section, strlen(section));
	X509V3_set_ctx(&ctx, issuer, crt, NULL, NULL, 0);
	X509V3_set_nconf(&ctx, conf);
	if (X509V3_EXT_add_nconf(conf, &ctx, name, crt) == 1 &&
	    X509_sign(crt, issuer_key, EVP_sha256()) > 0)
		r = 0;
out:
	NCONF_free(conf);
	BIO_free(text);
	return r;
}
