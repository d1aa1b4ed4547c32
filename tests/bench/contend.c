/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes that start at the same moment and sign: contend MODULE PROCESSES SIGNATURES. Prints one line
 * a process: milliseconds from dlopen to the list of slots, to the first signature, to the last, and
 * logins that other processes' ends have cost.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pkcs11/pkcs11.h"

enum { MAX_SLOTS = 64, MAX_PROCESSES = 16 };

#define LABEL "Iran ID (authentication)"

struct figures {
	double list_ms, first_ms, last_ms;
	int lost;
};

struct signer {
	CK_FUNCTION_LIST *f;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	CK_KEY_TYPE type;
	const char *pin;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The token is known by its label before a PIN is typed. */
static CK_RV open_token(struct signer *s, const CK_SLOT_ID *slots, CK_ULONG n)
{
	CK_TOKEN_INFO info;
	CK_ULONG i;

	for (i = 0; i < n; i++) {
		if (s->f->C_GetTokenInfo(slots[i], &info) == CKR_OK &&
		    memcmp(info.label, LABEL " ", strlen(LABEL " ")) == 0)
			return s->f->C_OpenSession(slots[i], CKF_SERIAL_SESSION, NULL, NULL,
						   &s->session);
	}
	return CKR_TOKEN_NOT_PRESENT;
}

static CK_RV log_in(struct signer *s)
{
	CK_OBJECT_CLASS class_id = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE template = {CKA_CLASS, &class_id, sizeof(class_id)};
	CK_ATTRIBUTE type = {CKA_KEY_TYPE, &s->type, sizeof(s->type)};
	CK_UTF8CHAR pin[32];
	CK_ULONG n = 0;
	CK_RV rv;

	(void)snprintf((char *)pin, sizeof(pin), "%s", s->pin);
	rv = s->f->C_Login(s->session, CKU_USER, pin, strlen(s->pin));
	if (rv != CKR_OK && rv != CKR_USER_ALREADY_LOGGED_IN)
		return rv;
	rv = s->f->C_FindObjectsInit(s->session, &template, 1);
	if (rv == CKR_OK)
		rv = s->f->C_FindObjects(s->session, &s->key, 1, &n);
	if (rv == CKR_OK)
		rv = s->f->C_FindObjectsFinal(s->session);
	if (rv != CKR_OK)
		return rv;
	return n == 1 ? s->f->C_GetAttributeValue(s->session, s->key, &type, 1)
		      : CKR_USER_NOT_LOGGED_IN;
}

static CK_RV sign(struct signer *s)
{
	CK_MECHANISM m = {s->type == CKK_EC ? CKM_ECDSA_SHA256 : CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE data[3] = {1, 2, 3}, signature[512];
	CK_ULONG len = sizeof(signature);
	CK_RV rv = s->f->C_SignInit(s->session, &m, s->key);

	return rv == CKR_OK ? s->f->C_Sign(s->session, data, sizeof(data), signature, &len) : rv;
}

static CK_RV run(const char *module, int signatures, struct figures *ret)
{
	CK_SLOT_ID slots[MAX_SLOTS];
	CK_ULONG n = MAX_SLOTS;
	struct signer s = {.pin = getenv("MOHR_PIN_AUTH")};
	double begin = now();
	void *library = dlopen(module, RTLD_NOW | RTLD_LOCAL);
	CK_C_GetFunctionList get;
	CK_RV rv;
	int i;

	if (library == NULL || s.pin == NULL)
		return CKR_GENERAL_ERROR;
	*(void **)&get = dlsym(library, "C_GetFunctionList");
	if (get == NULL || get(&s.f) != CKR_OK)
		return CKR_GENERAL_ERROR;
	if ((rv = s.f->C_Initialize(NULL)) != CKR_OK ||
	    (rv = s.f->C_GetSlotList(CK_TRUE, NULL, &n)) != CKR_OK)
		return rv;
	n = MAX_SLOTS;
	rv = s.f->C_GetSlotList(CK_TRUE, slots, &n);
	ret->list_ms = now() - begin;
	if (rv != CKR_OK || signatures == 0 || (rv = open_token(&s, slots, n)) != CKR_OK)
		return rv;
	rv = log_in(&s);
	for (i = 0; i < signatures && (rv == CKR_OK || rv == CKR_USER_NOT_LOGGED_IN);) {
		if (rv == CKR_OK)
			rv = sign(&s);
		if (rv == CKR_USER_NOT_LOGGED_IN) {
			ret->lost++;
			rv = log_in(&s);
			continue;
		}
		if (i++ == 0)
			ret->first_ms = now() - begin;
	}
	ret->last_ms = now() - begin;
	return rv == CKR_OK ? s.f->C_Finalize(NULL) : rv;
}

/* Waits for the common start, and tells its figures. */
static void child(int start, int tell, const char *module, int signatures)
{
	struct figures f = {0};
	char byte;
	CK_RV rv;

	while (read(start, &byte, 1) > 0)
		continue;
	rv = run(module, signatures, &f);
	if (rv != CKR_OK)
		(void)fprintf(stderr, "contend: CKR 0x%lx\n", rv);
	if (write(tell, &f, sizeof(f)) != sizeof(f))
		rv = CKR_GENERAL_ERROR;
	exit(rv == CKR_OK ? 0 : 1);
}

int main(int argc, char **argv)
{
	int start[2], tell[2], n = argc == 4 ? atoi(argv[2]) : 0, i, status, result = 0;
	struct figures f;

	if (n < 1 || n > MAX_PROCESSES || pipe(start) != 0 || pipe(tell) != 0) {
		(void)fprintf(stderr, "Usage: contend MODULE PROCESSES SIGNATURES\n");
		return 2;
	}
	for (i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return 2;
		if (pid == 0) {
			close(start[1]);
			child(start[0], tell[1], argv[1], atoi(argv[3]));
		}
	}
	close(start[1]);
	close(tell[1]);
	while (read(tell[0], &f, sizeof(f)) == sizeof(f))
		printf("%.1f %.1f %.1f %d\n", f.list_ms, f.first_ms, f.last_ms, f.lost);
	while (wait(&status) > 0)
		result |= status;
	return result == 0 ? 0 : 1;
}
