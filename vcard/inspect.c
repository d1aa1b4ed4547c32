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
		"      --export auth|sign  write the authentication or the signature certificate (PEM)\n"
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

static void collect_certificate(const struct buf *file, struct inspect_certificate *ret)
{
	const unsigned char *p = file->data;
	X509 *crt = file->len ? d2i_X509(NULL, &p, (long)file->len) : NULL;
	unsigned char digest[32];

	ret->size = file->len;
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

static const struct vcard_ias_file *certificate_file(const struct vcard *v,
						     enum vcard_ias_key_index i)
{
	return &vcard_ias_of(v)->memory.files[i == VCARD_KEY_AUTH ? VCARD_FILE_AUTH_CERT
								  : VCARD_FILE_SIGN_CERT];
}

static int export(const struct vcard *v, const char *which, const char *path)
{
	enum vcard_ias_key_index i = strcmp(which, "auth") == 0 ? VCARD_KEY_AUTH : VCARD_KEY_SIGN;
	const struct vcard_ias_file *file = certificate_file(v, i);
	const unsigned char *p = file->data.data;
	X509 *crt = file->data.len ? d2i_X509(NULL, &p, (long)file->data.len) : NULL;
	int ok;

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

	collect_certificate(&certificate_file(v, VCARD_KEY_AUTH)->data,
			    &certificates[VCARD_KEY_AUTH]);
	collect_certificate(&certificate_file(v, VCARD_KEY_SIGN)->data,
			    &certificates[VCARD_KEY_SIGN]);
	if (json)
		inspect_print_json(v, certificates);
	else
		inspect_print_text(v, certificates);
	for (size_t i = 0; i < VCARD_N_KEYS; i++) {
		free(certificates[i].subject);
		free(certificates[i].issuer);
	}
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
			if (strcmp(optarg, "auth") != 0 && strcmp(optarg, "sign") != 0)
				return program_usage("inspect",
						     _("--export takes auth or sign, not '%s'"),
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
