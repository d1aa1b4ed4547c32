/* SPDX-License-Identifier: BSD-2-Clause */
/* The demo authority in its folder: made at first use, by one process at a time. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "vcard/issue.h"

enum { KEY_BITS = 3072, VALID_DAYS = 3650, CLOCK_MARGIN = 86400 };

static const char certificate_name[] = "ca.crt", key_name[] = "ca.key";

void vcard_authority_clear(struct vcard_authority *a)
{
	X509_free(a->certificate);
	EVP_PKEY_free(a->key);
	*a = (struct vcard_authority){0};
}

static bool add(X509_NAME *name, int nid, const char *value)
{
	return X509_NAME_add_entry_by_NID(name, nid, V_ASN1_PRINTABLESTRING,
					  (const unsigned char *)value, -1, -1, 0) == 1;
}

/* With a new key, unless there is one: a process may have been killed before it wrote the certificate. */
static int make(struct vcard_authority *a)
{
	X509_NAME *name = X509_NAME_new();
	int r = MOHR_ERR_CRYPTO;

	if (!a->key)
		a->key = EVP_RSA_gen(KEY_BITS);
	if (a->key && name && add(name, NID_countryName, "IR") &&
	    add(name, NID_organizationName, "Mohr demo") &&
	    add(name, NID_commonName, "Mohr Demo CA (no legal value)"))
		a->certificate = vcard_certificate_new(a->key, name, CLOCK_MARGIN, VALID_DAYS);
	if (a->certificate && X509_set_subject_name(a->certificate, name) == 1)
		r = vcard_certificate_finish(a->certificate, a->certificate, a->key, "authority");
	X509_NAME_free(name);
	return r;
}

static FILE *open_for_reading(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	if (!f && fd >= 0)
		close(fd);
	return f;
}

/* MOHR_ERR_NOT_FOUND if there is no certificate. */
static int read_files(int folder, struct vcard_authority *a)
{
	FILE *certificate = open_for_reading(folder, certificate_name), *key = NULL;
	int r = 0;

	if (!certificate)
		r = errno == ENOENT ? MOHR_ERR_NOT_FOUND : MOHR_ERR_IO;
	if (r != MOHR_ERR_IO && !(key = open_for_reading(folder, key_name)) && errno != ENOENT)
		r = MOHR_ERR_IO;
	if (r == MOHR_ERR_IO)
		goto out;
	if (certificate)
		a->certificate = PEM_read_X509(certificate, NULL, NULL, NULL);
	if (key)
		a->key = PEM_read_PrivateKey(key, NULL, NULL, NULL);
	if ((key && !a->key) ||
	    (certificate &&
	     (!a->certificate || !a->key || X509_check_private_key(a->certificate, a->key) != 1)))
		r = MOHR_ERR_MALFORMED;
out:
	if (certificate)
		fclose(certificate);
	if (key)
		fclose(key);
	return r;
}

/* Writes one file whole or not at all. */
static int write_file(int folder, const char *name, mode_t mode, const struct vcard_authority *a,
		      bool key)
{
	static const char next[] = ".next";
	FILE *f = NULL;
	int fd, ok;

	unlinkat(folder, next, 0);
	fd = openat(folder, next, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0 || !(f = fdopen(fd, "w"))) {
		if (fd >= 0)
			close(fd);
		return MOHR_ERR_IO;
	}
	ok = key ? PEM_write_PrivateKey(f, a->key, NULL, NULL, 0, NULL, NULL)
		 : PEM_write_X509(f, a->certificate);
	ok = ok == 1 && fflush(f) == 0 && fsync(fd) == 0;
	ok = fclose(f) == 0 && ok;
	return ok && renameat(folder, next, folder, name) == 0 ? 0 : MOHR_ERR_IO;
}

/* The certificate comes last: where it stands, the key stands too. */
static int write_files(int folder, const struct vcard_authority *a)
{
	int r = write_file(folder, key_name, 0600, a, true);

	if (r == 0)
		r = write_file(folder, certificate_name, 0644, a, false);
	if (r == 0 && fsync(folder) != 0)
		r = MOHR_ERR_IO;
	return r;
}

int vcard_authority_init(const char *folder, struct vcard_authority *ret)
{
	struct vcard_authority a = {0};
	int fd, r;

	if (!folder) {
		r = make(&a);
		goto out;
	}
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return MOHR_ERR_IO;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return MOHR_ERR_IO;
	/* Waits while another process makes it; the lock goes with the descriptor. */
	do
		r = flock(fd, LOCK_EX) == 0 ? 0 : MOHR_ERR_IO;
	while (r != 0 && errno == EINTR);
	if (r == 0)
		r = read_files(fd, &a);
	if (r == MOHR_ERR_NOT_FOUND && (r = make(&a)) == 0)
		r = write_files(fd, &a);
	close(fd);
out:
	if (r == 0)
		*ret = a;
	else
		vcard_authority_clear(&a);
	return r;
}
