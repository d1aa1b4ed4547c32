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
#include "vcard/p15/plan.h"
#include "vcard/parse.h"
#include "vcard/piv/piv.h"
#include "vcard/program.h"

static const struct option long_options[] = {
	{"json", no_argument, NULL, 'j'},
	{"application", required_argument, NULL, 'a'},
	{"export", required_argument, NULL, 'e'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

struct options {
	const char *application, *which; /* NULL: not given */
	bool json;
};

static void print_help(void)
{
	printf(_(
		"Usage: mohr-vcard inspect [OPTION]... IMAGE\n"
		"Shows what is on a card, never a secret. The card may be served at the same time.\n\n"
		"      --json              as JSON\n"
		"      --application NAME  this one of a card with several (natid, piv and so on, as of\n"
		"                          'mohr-vcard create --profile'); else text tells of all, and\n"
		"                          JSON and --export of the first\n"
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

/* The only key of a card with one stands for both. MOHR_ERR_NOT_FOUND if there is none. */
static int get_ias_certificate(const struct vcard_ias_memory *m, uint8_t which, struct buf *ret)
{
	size_t i = which == VCARD_PIV_SIGN ? m->layout->n_keys - 1 : 0;
	const struct buf *file = &m->files[m->layout->keys[i].certificate].data;

	if (which != VCARD_PIV_AUTH && which != VCARD_PIV_SIGN)
		return MOHR_ERR_NOT_FOUND;
	buf_put(ret, file->data, file->len);
	return buf_err(ret);
}

static int get_p15_certificate(const struct vcard_p15 *p, uint8_t which, struct buf *ret)
{
	const struct vcard_p15_file *f = vcard_p15_certificate(p, which == VCARD_PIV_SIGN);

	if (!f || (which != VCARD_PIV_AUTH && which != VCARD_PIV_SIGN))
		return MOHR_ERR_NOT_FOUND;
	buf_put(ret, f->data.data, f->data.len);
	return buf_err(ret);
}

static int get_certificate(struct vcard_applet *a, uint8_t which, struct buf *ret)
{
	const struct vcard_piv *piv = vcard_piv_cast(a);
	const struct vcard_ias *ias = vcard_ias_cast(a);
	const struct vcard_p15 *p15 = vcard_p15_cast(a);

	if (piv)
		return vcard_piv_certificate_get(&piv->memory, vcard_piv_certificate_tag(which),
						 ret);
	if (p15)
		return get_p15_certificate(p15, which, ret);
	return ias ? get_ias_certificate(&ias->memory, which, ret) : MOHR_ERR_NOT_FOUND;
}

static int export(struct vcard_applet *a, const char *which, const char *path)
{
	struct buf der = BUF_INIT(LIMIT_CERTIFICATE);
	int r = get_certificate(a, parse_which(which), &der), ok;
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

static void show_application(struct vcard_applet *a, bool json)
{
	if (vcard_piv_cast(a))
		inspect_print_piv(vcard_piv_cast(a), json);
	else if (vcard_ias_cast(a))
		inspect_print_ias(vcard_ias_cast(a), json);
	else if (vcard_p15_cast(a))
		inspect_print_p15(vcard_p15_cast(a), json);
}

/* Of a card with several applications, JSON tells of one. */
static int show(const struct vcard *v, struct vcard_applet *named, bool json)
{
	if (json || named) {
		show_application(named ? named : v->applets[0], json);
		return program_finish_output();
	}
	for (size_t i = 0; i < v->n_applets; i++)
		show_application(v->applets[i], false);
	return program_finish_output();
}

/* The application that --application names; NULL if the card has none of that name. */
static struct vcard_applet *find_application(const struct vcard *v, const char *name)
{
	struct vcard_personalities wanted;

	if (vcard_personalities_parse(name, &wanted) != 0 || wanted.n != 1)
		return NULL;
	for (size_t i = 0; i < v->n_applets; i++)
		if (v->applets[i]->class == wanted.at[0]->class)
			return v->applets[i];
	return NULL;
}

static int inspect(const struct vcard *v, const struct options *o, const char *path)
{
	struct vcard_applet *named = o->application ? find_application(v, o->application) : NULL;

	if (o->application && !named)
		return program_fail(_("%s has no application %s"), path, o->application);
	return o->which ? export(named ? named : v->applets[0], o->which, path)
			: show(v, named, o->json);
}

int program_inspect(int argc, char **argv)
{
	struct options o = {0};
	struct vcard *v = NULL;
	int option, r, status;

	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		switch (option) {
		case 'h':
			print_help();
			return program_finish_output();
		case 'j':
			o.json = true;
			break;
		case 'a':
			o.application = optarg;
			break;
		case 'e':
			if (!parse_which(optarg))
				return program_usage(
					"inspect",
					_("--export takes auth, sign or a PIV key as 9a, not '%s'"),
					optarg);
			o.which = optarg;
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
		status = inspect(v, &o, argv[optind]);
	vcard_free(v);
	program_protect_memory(false);
	return status;
}
