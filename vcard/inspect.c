/* SPDX-License-Identifier: BSD-2-Clause */
/* mohr-vcard inspect: what is on a card, never a secret. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "vcard/ias/ias.h"
#include "vcard/inspect.h"
#include "vcard/parse.h"
#include "vcard/piv/piv.h"
#include "vcard/program.h"

static const struct option long_options[] = {
	{"json", no_argument, NULL, 'j'},
	{"export", required_argument, NULL, 'e'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static void print_help(void)
{
	printf(_(
		"Usage: mohr-vcard inspect [OPTION]... IMAGE\n"
		"Shows what is on a card, never a secret. The card may be served at the same time.\n\n"
		"      --json              as JSON\n"
		"      --export auth|sign  write the authentication or the signature certificate (PEM);\n"
		"                          of a PIV card also 9a, 9c, 9d, 9e, 82 to 95, f9\n"
		"      --help              show this\n"));
}

/* ---- collecting */

static char *name_text(const X509_NAME *name)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *text = NULL, *data;
	long len;

	if (out && X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0 &&
	    (len = BIO_get_mem_data(out, &data)) >= 0)
		text = strndup(data, (size_t)len);
	BIO_free(out);
	return text;
}

static void put_date(const ASN1_TIME *time, char ret[INSPECT_DATE_LEN])
{
	struct tm tm;

	if (ASN1_TIME_to_tm(time, &tm) == 1)
		strftime(ret, INSPECT_DATE_LEN, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

void inspect_certificate_init(const struct buf *file, struct inspect_certificate *ret)
{
	const unsigned char *p = file->data;
	X509 *crt = file->len ? d2i_X509(NULL, &p, (long)file->len) : NULL;
	unsigned char digest[32];

	*ret = (struct inspect_certificate){.size = file->len};
	if (!crt)
		return;
	ret->readable = true;
	ret->subject = name_text(X509_get_subject_name(crt));
	ret->issuer = name_text(X509_get_issuer_name(crt));
	put_date(X509_get0_notBefore(crt), ret->not_before);
	put_date(X509_get0_notAfter(crt), ret->not_after);
	if (X509_digest(crt, EVP_sha256(), digest, NULL) == 1)
		for (size_t i = 0; i < sizeof(digest); i++)
			snprintf(ret->sha256 + 2 * i, 3, "%02x", digest[i]);
	X509_free(crt);
}

void inspect_certificate_clear(struct inspect_certificate *c)
{
	free(c->subject);
	free(c->issuer);
}

static const struct vcard_ias_file *certificate_file(const struct vcard *v,
						     enum vcard_ias_key_index i)
{
	return &vcard_ias_of(v)->memory.files[i == VCARD_KEY_AUTH ? VCARD_FILE_AUTH_CERT
								  : VCARD_FILE_SIGN_CERT];
}

/* auth, sign, or the reference of a PIV key in hexadecimal; 0: none of these. */
static uint8_t parse_which(const char *text)
{
	uint8_t reference = 0;
	size_t len;

	if (strcmp(text, "auth") == 0)
		return VCARD_PIV_AUTH;
	if (strcmp(text, "sign") == 0)
		return VCARD_PIV_SIGN;
	if (vcard_parse_hex(text, &reference, 1, &len) != 0 ||
	    !vcard_piv_certificate_tag(reference))
		return 0;
	return reference;
}

/* MOHR_ERR_NOT_FOUND if there is none. */
static int get_certificate(const struct vcard *v, uint8_t which, struct buf *ret)
{
	const struct vcard_piv *piv = vcard_piv_of(v);
	const struct vcard_ias_file *file;

	if (piv)
		return vcard_piv_certificate_get(&piv->memory, vcard_piv_certificate_tag(which),
						 ret);
	if (which != VCARD_PIV_AUTH && which != VCARD_PIV_SIGN)
		return MOHR_ERR_NOT_FOUND;
	file = certificate_file(v, which == VCARD_PIV_AUTH ? VCARD_KEY_AUTH : VCARD_KEY_SIGN);
	buf_put(ret, file->data.data, file->data.len);
	return buf_err(ret);
}

static int export(const struct vcard *v, const char *which, const char *path)
{
	struct buf der = BUF_INIT(LIMIT_CERTIFICATE);
	int r = get_certificate(v, parse_which(which), &der), ok;
	const unsigned char *p = der.data;
	X509 *crt = r == 0 && der.len ? d2i_X509(NULL, &p, (long)der.len) : NULL;

	buf_clear(&der);
	if (!crt)
		return program_fail(_("%s has no %s certificate"), path, which);
	ok = PEM_write_X509(stdout, crt);
	X509_free(crt);
	return ok == 1 ? program_finish_output()
		       : program_fail(_("the certificate cannot be written"));
}

static int show(const struct vcard *v, bool json)
{
	struct inspect_certificate certificates[VCARD_N_KEYS] = {0};

	if (vcard_piv_of(v)) {
		inspect_print_piv(v, json);
		return program_finish_output();
	}
	inspect_certificate_init(&certificate_file(v, VCARD_KEY_AUTH)->data,
				 &certificates[VCARD_KEY_AUTH]);
	inspect_certificate_init(&certificate_file(v, VCARD_KEY_SIGN)->data,
				 &certificates[VCARD_KEY_SIGN]);
	if (json)
		inspect_print_json(v, certificates);
	else
		inspect_print_text(v, certificates);
	for (size_t i = 0; i < VCARD_N_KEYS; i++)
		inspect_certificate_clear(&certificates[i]);
	return program_finish_output();
}

int program_inspect(int argc, char **argv)
{
	const char *which = NULL;
	struct vcard *v = NULL;
	bool json = false;
	int option, r, status;

	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		switch (option) {
		case 'h':
			print_help();
			return program_finish_output();
		case 'j':
			json = true;
			break;
		case 'e':
			if (!parse_which(optarg))
				return program_usage(
					"inspect",
					_("--export takes auth, sign or a PIV key as 9a, not '%s'"),
					optarg);
			which = optarg;
			break;
		default:
			return program_usage("inspect", _("wrong option"));
		}
	}
	if (argc - optind != 1)
		return program_usage("inspect", _("name one image file"));
	program_protect_memory(true);
	if ((r = vcard_peek(argv[optind], &v)) != 0)
		status = program_fail_image(argv[optind], r);
	else
		status = which ? export(v, which, argv[optind]) : show(v, json);
	vcard_free(v);
	program_protect_memory(false);
	return status;
}
