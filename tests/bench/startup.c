/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one start of a module costs a fresh process: dlopen, C_Initialize and C_GetSlotList (count, then
 * list). Prints "CPU-ms WALL-ms RSS-growth-kB slots". Not linked with libcrypto, so that both kinds of
 * process can be had: --libcrypto loads and initialises it before the clock starts.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pkcs11/pkcs11.h"

enum { MAX_SLOTS = 64 };

static double milliseconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static long resident_kb(void)
{
	long size = 0, resident = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f == NULL || fscanf(f, "%ld %ld", &size, &resident) != 2)
		resident = 0;
	if (f != NULL)
		(void)fclose(f);
	return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

/* As a TLS program has it: configuration read, providers loaded, a digest and the generator used. */
static int load_libcrypto(void)
{
	void *library = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_GLOBAL);
	int (*init)(unsigned long long, const void *);
	int (*random)(unsigned char *, int);
	unsigned char *(*sha256)(const unsigned char *, size_t, unsigned char *);
	unsigned char bytes[32];

	if (library == NULL)
		return -1;
	*(void **)&init = dlsym(library, "OPENSSL_init_crypto");
	*(void **)&random = dlsym(library, "RAND_bytes");
	*(void **)&sha256 = dlsym(library, "SHA256");
	if (init == NULL || random == NULL || sha256 == NULL)
		return -1;
	/* OPENSSL_INIT_LOAD_CRYPTO_STRINGS, ADD_ALL_CIPHERS, ADD_ALL_DIGESTS, LOAD_CONFIG */
	if (init(0x02 | 0x04 | 0x08 | 0x40, NULL) != 1 || random(bytes, sizeof(bytes)) != 1)
		return -1;
	return sha256(bytes, sizeof(bytes), bytes) != NULL ? 0 : -1;
}

static CK_RV start(const char *module, CK_ULONG *ret_n)
{
	void *library = dlopen(module, RTLD_NOW | RTLD_LOCAL);
	CK_SLOT_ID slots[MAX_SLOTS];
	CK_C_GetFunctionList get;
	CK_FUNCTION_LIST *f;
	CK_RV rv;

	if (library == NULL) {
		(void)fprintf(stderr, "startup: %s\n", dlerror());
		return CKR_GENERAL_ERROR;
	}
	*(void **)&get = dlsym(library, "C_GetFunctionList");
	if (get == NULL || (rv = get(&f)) != CKR_OK)
		return CKR_GENERAL_ERROR;
	rv = f->C_Initialize(NULL);
	if (rv == CKR_OK)
		rv = f->C_GetSlotList(CK_TRUE, NULL, ret_n);
	*ret_n = MAX_SLOTS;
	if (rv == CKR_OK)
		rv = f->C_GetSlotList(CK_TRUE, slots, ret_n);
	return rv;
}

int main(int argc, char **argv)
{
	int libcrypto = argc == 3 && strcmp(argv[1], "--libcrypto") == 0;
	double cpu, wall;
	CK_ULONG n = 0;
	long resident;

	if (argc != 2 + libcrypto) {
		(void)fprintf(stderr, "Usage: startup [--libcrypto] MODULE\n");
		return 2;
	}
	if (libcrypto && load_libcrypto() != 0) {
		(void)fprintf(stderr, "startup: no libcrypto\n");
		return 2;
	}
	/* What printing and reading costs is paid before. */
	(void)resident_kb();
	resident = resident_kb();
	wall = milliseconds(CLOCK_MONOTONIC);
	cpu = milliseconds(CLOCK_PROCESS_CPUTIME_ID);
	if (start(argv[argc - 1], &n) != CKR_OK) {
		(void)fprintf(stderr, "startup: %s does not start\n", argv[argc - 1]);
		return 1;
	}
	cpu = milliseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	wall = milliseconds(CLOCK_MONOTONIC) - wall;
	printf("%.3f %.3f %ld %lu\n", cpu, wall, resident_kb() - resident, n);
	return 0;
}
