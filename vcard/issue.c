/* SPDX-License-Identifier: BSD-2-Clause */
/* The holder's certificates, with names as Iran's PKI writes them. */
#include "vcard/issue.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
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

bool vcard_holder_valid(const struct vcard_setup *setup)
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
static bool add_person(X509_NAME *name, const struct vcard_setup *setup, const char *purpose)
{
	char cn[MAX_NAME + sizeof(" [Encryption]")];

	snprintf(cn, sizeof(cn), "%s [%s]", setup->holder_latin, purpose);
	return add(name, NID_countryName, V_ASN1_PRINTABLESTRING, "IR") &&
	       add(name, NID_organizationName, V_ASN1_PRINTABLESTRING, "Unaffiliated") &&
	       add(name, NID_commonName, V_ASN1_UTF8STRING, cn) &&
	       add(name, NID_serialNumber, V_ASN1_PRINTABLESTRING, setup->national_code) &&
	       add(name, NID_surname, V_ASN1_UTF8STRING, setup->holder_surname) &&
	       add(name, NID_givenName, V_ASN1_UTF8STRING, setup->holder_given_name);
}

static bool add_sign_subject(X509_NAME *name, const struct vcard_setup *setup)
{
	return add_person(name, setup, "Sign");
}

static bool add_key_management_subject(X509_NAME *name, const struct vcard_setup *setup)
{
	return add_person(name, setup, "Encryption");
}

/* Whoever holds the card can use it: it says which card, not who. */
static bool add_card_subject(X509_NAME *name, const struct vcard_setup *setup)
{
	(void)setup;
	return add(name, NID_countryName, V_ASN1_PRINTABLESTRING, "IR") &&
	       add(name, NID_commonName, V_ASN1_PRINTABLESTRING, "Virtual card");
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

static const struct {
	add_subject_fn *add_subject;
	const char *rsa, *ec; /* sections of extensions */
} purposes[] = {
	[VCARD_FOR_AUTH] = {add_auth_subject, "auth", "auth"},
	[VCARD_FOR_SIGN] = {add_sign_subject, "sign", "sign"},
	[VCARD_FOR_KEY_MANAGEMENT] = {add_key_management_subject, "encipher", "agree"},
	[VCARD_FOR_CARD_AUTH] = {add_card_subject, "card", "card"},
};

int vcard_issue_one(const struct vcard_setup *setup, const struct vcard_authority *a, EVP_PKEY *key,
		    enum vcard_purpose purpose, struct buf *ret)
{
	X509 *crt = vcard_certificate_new(key, X509_get_subject_name(a->certificate), CLOCK_MARGIN,
					  VALID_DAYS);
	const char *section =
		EVP_PKEY_is_a(key, "RSA") ? purposes[purpose].rsa : purposes[purpose].ec;
	int r = MOHR_ERR_CRYPTO;

	if (crt && purposes[purpose].add_subject(X509_get_subject_name(crt), setup))
		r = vcard_certificate_finish(crt, a->certificate, a->key, section);
	if (r == 0)
		r = put_der(crt, ret);
	X509_free(crt);
	return r;
}
