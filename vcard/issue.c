/* SPDX-License-Identifier: BSD-2-Clause */
/* The holder's two certificates, with names as Iran's PKI writes them. */
#include "vcard/issue.h"

#include <string.h>

#include <openssl/x509.h>

/* A common name has at most 64 characters (RFC 5280 appendix A.1), and " [Sign]" is one part of it. */
enum { VALID_DAYS = 730, CLOCK_MARGIN = 3600, MAX_NAME = 50 };

bool vcard_national_code_valid(const char *code)
{
	int sum = 0, rest, check;

	if (strlen(code) != 10 || strspn(code, "0123456789") != 10)
		return false;
	if (strspn(code, (const char[]){code[0], '\0'}) == 10 || strncmp(code, "000", 3) == 0)
		return false;
	for (int i = 0; i < 9; i++)
		sum += (code[i] - '0') * (10 - i);
	rest = sum % 11;
	check = rest < 2 ? rest : 11 - rest;
	return code[9] - '0' == check;
}

static bool add(X509_NAME *name, int nid, int type, const char *value)
{
	return X509_NAME_add_entry_by_NID(name, nid, type, (const unsigned char *)value, -1, -1,
					  0) == 1;
}

/* Whether text is UTF-8 of 1 to MAX_NAME characters, none of them a control character. */
static bool name_valid(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t left = text ? strlen(text) : 0, n = 0;
	unsigned long c;
	int used;

	for (; left > 0; at += used, left -= (size_t)used, n++) {
		used = UTF8_getc(at, (int)left, &c);
		if (used <= 0 || c < 0x20 || c == 0x7F)
			return false;
	}
	return n > 0 && n <= MAX_NAME;
}

static bool holder_valid(const struct vcard_setup *setup)
{
	if (!name_valid(setup->holder_latin) || !name_valid(setup->holder_given_name) ||
	    !name_valid(setup->holder_surname))
		return false;
	for (const char *p = setup->holder_latin; *p; p++)
		if ((unsigned char)*p >= 0x80)
			return false;
	return setup->national_code && vcard_national_code_valid(setup->national_code);
}

/* Brackets are no PrintableString characters, so the common name is UTF-8. */
static bool add_sign_subject(X509_NAME *name, const struct vcard_setup *setup)
{
	static const char purpose[] = " [Sign]";
	char cn[MAX_NAME + sizeof(purpose)];
	size_t len = strlen(setup->holder_latin);

	memcpy(cn, setup->holder_latin, len);
	memcpy(cn + len, purpose, sizeof(purpose));
	return add(name, NID_countryName, V_ASN1_PRINTABLESTRING, "IR") &&
	       add(name, NID_organizationName, V_ASN1_PRINTABLESTRING, "Unaffiliated") &&
	       add(name, NID_commonName, V_ASN1_UTF8STRING, cn) &&
	       add(name, NID_serialNumber, V_ASN1_PRINTABLESTRING, setup->national_code) &&
	       add(name, NID_surname, V_ASN1_UTF8STRING, setup->holder_surname) &&
	       add(name, NID_givenName, V_ASN1_UTF8STRING, setup->holder_given_name);
}

/* The authentication certificate tells no name. */
static bool add_auth_subject(X509_NAME *name, const struct vcard_setup *setup)
{
	return add(name, NID_countryName, V_ASN1_PRINTABLESTRING, "IR") &&
	       add(name, NID_commonName, V_ASN1_PRINTABLESTRING, setup->national_code) &&
	       add(name, NID_serialNumber, V_ASN1_PRINTABLESTRING, setup->national_code);
}

static int put_der(X509 *crt, struct buf *ret)
{
	unsigned char *der = NULL;
	int len = i2d_X509(crt, &der);

	if (len <= 0)
		return MOHR_ERR_CRYPTO;
	buf_put(ret, der, (size_t)len);
	OPENSSL_free(der);
	return buf_err(ret);
}

typedef bool add_subject_fn(X509_NAME *name, const struct vcard_setup *setup);

static int issue_one(const struct vcard_setup *setup, const struct vcard_authority *a,
		     EVP_PKEY *key, add_subject_fn *add_subject, const char *section,
		     struct buf *ret)
{
	X509 *crt = vcard_certificate_new(key, X509_get_subject_name(a->certificate), CLOCK_MARGIN,
					  VALID_DAYS);
	int r = MOHR_ERR_CRYPTO;

	if (crt && add_subject(X509_get_subject_name(crt), setup))
		r = vcard_certificate_finish(crt, a->certificate, a->key, section);
	if (r == 0)
		r = put_der(crt, ret);
	X509_free(crt);
	return r;
}

int vcard_issue(const struct vcard_setup *setup, EVP_PKEY *auth, EVP_PKEY *sign,
		struct buf *ret_auth, struct buf *ret_sign)
{
	struct vcard_authority a = {0};
	int r;

	if (!holder_valid(setup))
		return MOHR_ERR_ARGUMENT;
	if ((r = vcard_authority_init(setup->authority, &a)) == 0 &&
	    (r = issue_one(setup, &a, auth, add_auth_subject, "auth", ret_auth)) == 0)
		r = issue_one(setup, &a, sign, add_sign_subject, "sign", ret_sign);
	vcard_authority_clear(&a);
	return r;
}
