/* SPDX-License-Identifier: BSD-2-Clause */
/* Attestation: the card certifies, by its own key F9, that it has made a key. */
#include <stdio.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "codec/iso7816.h"
#include "vcard/issue.h"
#include "vcard/piv/piv.h"

enum { VALID_DAYS = 3650, CLOCK_MARGIN = 3600 };

static const char attester[] = "Mohr demo PIV attestation";

/* The vendor's extensions: firmware version, serial number, policies, form factor (a USB-A keychain). */
static const char oid_version[] = "1.3.6.1.4.1.41482.3.3";
static const char oid_serial[] = "1.3.6.1.4.1.41482.3.7";
static const char oid_policy[] = "1.3.6.1.4.1.41482.3.8";
static const char oid_form[] = "1.3.6.1.4.1.41482.3.9";

static bool set_name(X509_NAME *name, const char *text)
{
	return X509_NAME_add_entry_by_NID(name, NID_commonName, V_ASN1_UTF8STRING,
					  (const unsigned char *)text, -1, -1, 0) == 1;
}

/* With the attester as issuer, who is subject too if subject is its name. */
static X509 *new_certificate(const char *subject, EVP_PKEY *key)
{
	X509_NAME *issuer = X509_NAME_new();
	X509 *crt = NULL;

	if (issuer && set_name(issuer, attester))
		crt = vcard_certificate_new(key, issuer, CLOCK_MARGIN, VALID_DAYS);
	X509_NAME_free(issuer);
	if (crt && set_name(X509_get_subject_name(crt), subject))
		return crt;
	X509_free(crt);
	return NULL;
}

static int sign(X509 *crt, EVP_PKEY *key, struct buf *ret)
{
	unsigned char *der = NULL;
	int len;

	if (X509_sign(crt, key, EVP_sha256()) <= 0)
		return MOHR_ERR_CRYPTO;
	len = i2d_X509(crt, &der);
	if (len <= 0)
		return MOHR_ERR_CRYPTO;
	buf_put(ret, der, (size_t)len);
	OPENSSL_free(der);
	return buf_err(ret);
}

/* ---- F9 itself */

static bool make_authority(X509 *crt)
{
	X509_EXTENSION *ca = X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints,
						 "critical,CA:TRUE,pathlen:0");
	bool ok = ca && X509_add_ext(crt, ca, -1) == 1;

	X509_EXTENSION_free(ca);
	return ok;
}

int vcard_piv_make_attester(struct vcard_piv *p)
{
	struct vcard_piv_key *key = vcard_piv_key_find(p, VCARD_PIV_ATTEST);
	struct buf der = BUF_INIT(VCARD_PIV_OBJECT_MAX);
	EVP_PKEY *pkey;
	X509 *crt;
	int r;

	if ((r = vcard_key_generate(&key->key, VCARD_P256)) != 0 ||
	    (r = vcard_key_load(&key->key, &pkey)) != 0)
		return r;
	vcard_piv_key_note(key, VCARD_PIV_PIN_NEVER, 0, VCARD_PIV_IMPORTED);
	crt = new_certificate(attester, pkey);
	r = crt && make_authority(crt) ? sign(crt, pkey, &der) : MOHR_ERR_CRYPTO;
	if (r == 0)
		r = vcard_piv_certificate_set(&p->memory, VCARD_PIV_ATTEST_CERT, &der, false);
	X509_free(crt);
	buf_clear(&der);
	return r;
}

/* ---- what it says of others */

static bool add_extension(X509 *crt, const char *oid, const uint8_t *value, size_t len)
{
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	ASN1_OCTET_STRING *string = ASN1_OCTET_STRING_new();
	X509_EXTENSION *extension = NULL;
	bool ok = object && string && ASN1_OCTET_STRING_set(string, value, (int)len) == 1 &&
		  (extension = X509_EXTENSION_create_by_OBJ(NULL, object, 0, string)) &&
		  X509_add_ext(crt, extension, -1) == 1;

	X509_EXTENSION_free(extension);
	ASN1_OCTET_STRING_free(string);
	ASN1_OBJECT_free(object);
	return ok;
}

static bool add_facts(X509 *crt, const struct vcard_piv *p, const struct vcard_piv_key *key)
{
	const uint8_t *n = p->memory.serial;
	const uint8_t serial[] = {V_ASN1_INTEGER, 4, n[0], n[1], n[2], n[3]};
	const uint8_t policy[] = {key->key.use, key->touch};
	const uint8_t form = 1;

	return add_extension(crt, oid_version, vcard_piv_version, sizeof(vcard_piv_version)) &&
	       add_extension(crt, oid_serial, serial, sizeof(serial)) &&
	       add_extension(crt, oid_policy, policy, sizeof(policy)) &&
	       add_extension(crt, oid_form, &form, 1);
}

unsigned vcard_piv_attest(struct vcard_applet *a, const struct vcard_command *c, struct buf *ret)
{
	struct vcard_piv *p = (struct vcard_piv *)a;
	struct vcard_piv_key *key = vcard_piv_key_find(p, c->p1);
	struct vcard_piv_key *by = vcard_piv_key_find(p, VCARD_PIV_ATTEST);
	EVP_PKEY *pkey, *signer;
	char subject[40];
	unsigned sw = SW_EXECUTION_ERROR;
	X509 *crt;

	if (c->p2 || !key || key == by)
		return SW_WRONG_P1P2;
	if (key->key.der.len == 0 || by->key.der.len == 0)
		return SW_REFERENCE_NOT_FOUND;
	if (key->origin != VCARD_PIV_GENERATED)
		return SW_WRONG_DATA;
	if (vcard_key_load(&key->key, &pkey) != 0 || vcard_key_load(&by->key, &signer) != 0)
		return sw;
	snprintf(subject, sizeof(subject), "YubiKey PIV Attestation %02x", c->p1);
	crt = new_certificate(subject, pkey);
	if (crt && add_facts(crt, p, key) && sign(crt, signer, ret) == 0)
		sw = SW_OK;
	X509_free(crt);
	return sw;
}
