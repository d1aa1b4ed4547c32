/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What any PKCS#11 module costs, a use at a time: flows [OPTION...] MODULE COUNTS.
 *
 *	flows --key auth|sign --next N    starts and lists all, logs in, signs once, and N times more
 *	flows --key auth|sign --whole     a process of its own that logs in and signs once
 *	flows --list                      only starts and lists all
 *	      --sha1                      ECDSA with SHA-1, for who knows nothing else on this card
 *
 * Prints "PHASE MEASURE VALUE" lines, tabs between them; of the N further signatures the highest counts and
 * the mean time. COUNTS is the interposer's file, made here if it is not there. Not linked with libcrypto:
 * its cost is part of what is measured. PINs come from MOHR_PIN, or MOHR_PIN_AUTH and MOHR_PIN_SIGN.
 */
#include <ctype.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pkcs11/pkcs11.h"
#include "tests/bench/counts.h"

enum { MAX_SLOTS = 16, MAX_OBJECTS = 128, MAX_VALUE = 16384, MAX_DIGEST = 48 };

struct options {
	char *module, *counts;
	bool sign_key, whole, once, list, sha1;
	int next;
};

/* What a phase has cost. */
struct cost {
	uint64_t count[COUNT_N];
	double cpu_ms, wall_ms;
	long peak_kb;
};

struct key {
	CK_OBJECT_HANDLE handle;
	CK_KEY_TYPE type;
	CK_BYTE id[64];
	CK_ULONG id_len;
	CK_BBOOL always;
	CK_ULONG digest_len; /* as long as the curve, FIPS 186-4 §6.4 */
};

struct flow {
	CK_FUNCTION_LIST *f;
	CK_SLOT_ID slots[MAX_SLOTS];
	CK_TOKEN_INFO tokens[MAX_SLOTS];
	CK_ULONG n_slots;
	CK_SESSION_HANDLE session; /* of the token that signs */
	char pin[64];
	bool sha1;
	struct key key;
	CK_ULONG n_objects[CKO_PRIVATE_KEY + 1]; /* by class */
	CK_ULONG certificate_bytes;
	struct seen { /* a certificate; OpenSC shows an authority's in each slot */
		CK_ULONG len;
		uint64_t hash;
	} seen[MAX_OBJECTS];
};

static struct counts *counts;
static struct cost begun;

static void die(const char *what, CK_RV rv)
{
	(void)fprintf(stderr, "flows: %s: 0x%lx\n", what, rv);
	exit(1);
}

static void must(CK_RV rv, const char *what)
{
	if (rv != CKR_OK)
		die(what, rv);
}

/* ---- measuring -------------------------------------------------------------------------------- */

static double milliseconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void map_counts(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || ftruncate(fd, sizeof(*counts)) != 0)
		die("the file of counts", 0);
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (counts == MAP_FAILED)
		die("mmap", 0);
	(void)close(fd);
}

/* Peak resident size since it was last forgotten; where that cannot be, of the process. */
static long peak_kb(void)
{
	char line[128];
	long kb = 0;
	FILE *f = fopen("/proc/self/status", "r");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, "VmHWM:", 6) == 0)
			kb = strtol(line + 6, NULL, 10);
	}
	if (f != NULL)
		(void)fclose(f);
	return kb;
}

static void forget_peak(void)
{
	int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, "5", 1) != 1)
		(void)fprintf(stderr, "flows: peaks are those of the process\n");
	(void)close(fd);
}

static void phase_begin(void)
{
	int i;

	forget_peak();
	for (i = 0; i < COUNT_N; i++)
		begun.count[i] = atomic_load(&counts->value[i]);
	begun.wall_ms = milliseconds(CLOCK_MONOTONIC);
	begun.cpu_ms = milliseconds(CLOCK_PROCESS_CPUTIME_ID);
}

static struct cost phase_end(void)
{
	struct cost c;
	int i;

	c.cpu_ms = milliseconds(CLOCK_PROCESS_CPUTIME_ID) - begun.cpu_ms;
	c.wall_ms = milliseconds(CLOCK_MONOTONIC) - begun.wall_ms;
	for (i = 0; i < COUNT_N; i++)
		c.count[i] = atomic_load(&counts->value[i]) - begun.count[i];
	c.peak_kb = peak_kb();
	return c;
}

static void print(const char *phase, const struct cost *c)
{
	static const char *const names[COUNT_CONTEXTS] = {
		[COUNT_APDUS] = "apdus",
		[COUNT_SENT] = "sent",
		[COUNT_RECEIVED] = "received",
		[COUNT_VERIFIES] = "verifies",
		[COUNT_GUARDS] = "guards",
		[COUNT_GUARD_SENT] = "guard_sent",
		[COUNT_GUARD_RECEIVED] = "guard_received",
		[COUNT_TRANSACTIONS] = "transactions",
		[COUNT_ENDS] = "ends",
	};
	unsigned long long others = 0;
	int i;

	for (i = 0; i < COUNT_CONTEXTS; i++)
		printf("%s\t%s\t%llu\n", phase, names[i], (unsigned long long)c->count[i]);
	for (; i < COUNT_N; i++)
		others += c->count[i];
	printf("%s\tcalls\t%llu\n", phase, others);
	printf("%s\tcpu_ms\t%.3f\n%s\twall_ms\t%.3f\n%s\tpeak_kb\t%ld\n", phase, c->cpu_ms, phase,
	       c->wall_ms, phase, c->peak_kb);
}

/* ---- using the module ------------------------------------------------------------------------- */

static void load(struct flow *w, const char *module)
{
	void *library = dlopen(module, RTLD_NOW | RTLD_LOCAL);
	CK_C_GetFunctionList get;
	CK_ULONG n = 0, i;

	if (library == NULL) {
		(void)fprintf(stderr, "flows: %s\n", dlerror());
		exit(1);
	}
	*(void **)&get = dlsym(library, "C_GetFunctionList");
	if (get == NULL)
		die("C_GetFunctionList", 0);
	must(get(&w->f), "C_GetFunctionList");
	must(w->f->C_Initialize(NULL), "C_Initialize");
	must(w->f->C_GetSlotList(CK_TRUE, NULL, &n), "C_GetSlotList");
	w->n_slots = MAX_SLOTS;
	must(w->f->C_GetSlotList(CK_TRUE, w->slots, &w->n_slots), "C_GetSlotList");
	for (i = 0; i < w->n_slots; i++) {
		CK_RV rv = w->f->C_GetTokenInfo(w->slots[i], &w->tokens[i]);

		if (rv == CKR_TOKEN_NOT_RECOGNIZED) /* listed by what it is: no token */
			memset(&w->tokens[i], 0, sizeof(w->tokens[i]));
		else
			must(rv, "C_GetTokenInfo");
	}
}

static bool is_token(const CK_TOKEN_INFO *info)
{
	return (info->flags & CKF_TOKEN_INITIALIZED) != 0;
}

/* One attribute as an application reads it: how long, then what. */
static CK_ULONG read_attribute(const struct flow *w, CK_SESSION_HANDLE session,
			       CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, void *ret,
			       CK_ULONG cap)
{
	CK_ATTRIBUTE a = {type, NULL, 0};

	if (w->f->C_GetAttributeValue(session, object, &a, 1) != CKR_OK || a.ulValueLen > cap)
		return 0;
	a.pValue = ret;
	return w->f->C_GetAttributeValue(session, object, &a, 1) == CKR_OK ? a.ulValueLen : 0;
}

static CK_ULONG find(const struct flow *w, CK_SESSION_HANDLE session, CK_ATTRIBUTE *template,
		     CK_ULONG n_template, CK_OBJECT_HANDLE *ret)
{
	CK_ULONG n = 0;

	must(w->f->C_FindObjectsInit(session, template, n_template), "C_FindObjectsInit");
	must(w->f->C_FindObjects(session, ret, MAX_OBJECTS, &n), "C_FindObjects");
	must(w->f->C_FindObjectsFinal(session), "C_FindObjectsFinal");
	return n;
}

/* Whether it is another than those before, by FNV-1a. */
static bool is_new(struct flow *w, const CK_BYTE *value, CK_ULONG len)
{
	struct seen now = {len, 0xCBF29CE484222325};
	CK_ULONG i;

	for (i = 0; i < len; i++)
		now.hash = (now.hash ^ value[i]) * 0x100000001B3;
	for (i = 0; i < w->n_objects[CKO_CERTIFICATE]; i++) {
		if (w->seen[i].len == now.len && w->seen[i].hash == now.hash)
			return false;
	}
	if (i < MAX_OBJECTS)
		w->seen[i] = now;
	return i < MAX_OBJECTS;
}

static void list_object(struct flow *w, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
	static const CK_ATTRIBUTE_TYPE of_certificate[] = {CKA_SUBJECT, CKA_ISSUER,
							   CKA_SERIAL_NUMBER, CKA_VALUE};
	static const CK_ATTRIBUTE_TYPE of_key[] = {CKA_KEY_TYPE, CKA_MODULUS, CKA_EC_PARAMS,
						   CKA_EC_POINT};
	CK_OBJECT_CLASS class_id = CKO_VENDOR_DEFINED;
	CK_BYTE value[MAX_VALUE];
	CK_ULONG len = 0;
	size_t i;

	(void)read_attribute(w, session, object, CKA_CLASS, &class_id, sizeof(class_id));
	(void)read_attribute(w, session, object, CKA_LABEL, value, sizeof(value));
	(void)read_attribute(w, session, object, CKA_ID, value, sizeof(value));
	if (class_id <= CKO_PRIVATE_KEY && class_id != CKO_CERTIFICATE)
		w->n_objects[class_id]++;
	/* the last one is the whole */
	for (i = 0; class_id == CKO_CERTIFICATE && i < 4; i++)
		len = read_attribute(w, session, object, of_certificate[i], value, sizeof(value));
	if (class_id == CKO_CERTIFICATE && is_new(w, value, len)) {
		w->n_objects[class_id]++;
		w->certificate_bytes += len;
	}
	for (i = 0; class_id == CKO_PUBLIC_KEY && i < 4; i++)
		(void)read_attribute(w, session, object, of_key[i], value, sizeof(value));
}

static void list_all(struct flow *w)
{
	CK_OBJECT_HANDLE objects[MAX_OBJECTS];
	CK_SESSION_HANDLE session;
	CK_ULONG i, k, n;

	for (i = 0; i < w->n_slots; i++) {
		if (!is_token(&w->tokens[i]))
			continue;
		must(w->f->C_OpenSession(w->slots[i], CKF_SERIAL_SESSION, NULL, NULL, &session),
		     "C_OpenSession");
		n = find(w, session, NULL, 0, objects);
		for (k = 0; k < n; k++)
			list_object(w, session, objects[k]);
		must(w->f->C_CloseSession(session), "C_CloseSession");
	}
}

/* The label's words tell the two tokens of a card with two PINs apart, before a PIN is typed. */
static bool is_for_signing(const CK_TOKEN_INFO *info)
{
	char label[sizeof(info->label) + 1];
	size_t i;

	for (i = 0; i < sizeof(info->label); i++)
		label[i] = (char)tolower(info->label[i]);
	label[i] = '\0';
	return strstr(label, "sign") != NULL;
}

/* Chooses the token and its PIN; false if this card has none for that key. */
static bool open_token(struct flow *w, bool sign_key)
{
	const char *one = getenv("MOHR_PIN"),
		   *own = getenv(sign_key ? "MOHR_PIN_SIGN" : "MOHR_PIN_AUTH");
	const char *pin = one != NULL ? one : own;
	const CK_FLAGS low = CKF_USER_PIN_LOCKED | CKF_USER_PIN_FINAL_TRY;
	CK_ULONG i;

	for (i = 0; pin != NULL && i < w->n_slots; i++) {
		if (!is_token(&w->tokens[i]) || (w->tokens[i].flags & low) != 0 ||
		    (one == NULL && is_for_signing(&w->tokens[i]) != sign_key))
			continue;
		(void)snprintf(w->pin, sizeof(w->pin), "%s", pin);
		must(w->f->C_OpenSession(w->slots[i], CKF_SERIAL_SESSION, NULL, NULL, &w->session),
		     "C_OpenSession");
		return true;
	}
	return false;
}

static CK_RV log_in(struct flow *w, CK_USER_TYPE user)
{
	CK_UTF8CHAR pin[sizeof(w->pin)];
	size_t len = strlen(w->pin);

	memcpy(pin, w->pin, len);
	return w->f->C_Login(w->session, user, pin, len);
}

static void read_key(const struct flow *w, CK_OBJECT_HANDLE handle, struct key *ret)
{
	static const CK_BYTE p384[] = {0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22};
	CK_BYTE curve[32];
	CK_ULONG len;

	*ret = (struct key){.handle = handle, .type = CKK_RSA, .digest_len = 32};
	ret->id_len = read_attribute(w, w->session, handle, CKA_ID, ret->id, sizeof(ret->id));
	(void)read_attribute(w, w->session, handle, CKA_KEY_TYPE, &ret->type, sizeof(ret->type));
	(void)read_attribute(w, w->session, handle, CKA_ALWAYS_AUTHENTICATE, &ret->always,
			     sizeof(ret->always));
	if (ret->type != CKK_EC)
		return;
	len = read_attribute(w, w->session, handle, CKA_EC_PARAMS, curve, sizeof(curve));
	if (len == sizeof(p384) && memcmp(curve, p384, len) == 0)
		ret->digest_len = 48;
}

static int compare_ids(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	int r = memcmp(x->id, y->id, x->id_len < y->id_len ? x->id_len : y->id_len);

	return r != 0 ? r : (x->id_len > y->id_len) - (x->id_len < y->id_len);
}

/*
 * The key for ordinary signatures has the lowest CKA_ID of those that sign. That for the holder's is, in a
 * token that has both, one that wants its PIN for each use; else the next. False: there is none.
 */
static bool find_key(struct flow *w, bool sign_key)
{
	CK_OBJECT_CLASS class_id = CKO_PRIVATE_KEY;
	CK_BBOOL yes = CK_TRUE;
	CK_ATTRIBUTE template[] = {{CKA_CLASS, &class_id, sizeof(class_id)},
				   {CKA_SIGN, &yes, sizeof(yes)}};
	CK_OBJECT_HANDLE objects[MAX_OBJECTS];
	struct key keys[MAX_OBJECTS];
	CK_ULONG n = find(w, w->session, template, 2, objects), i;
	bool shared = getenv("MOHR_PIN") != NULL;

	for (i = 0; i < n; i++)
		read_key(w, objects[i], &keys[i]);
	qsort(keys, n, sizeof(keys[0]), compare_ids);
	for (i = 0; sign_key && shared && i < n && keys[i].always == CK_FALSE; i++)
		continue;
	if (sign_key && shared && i == n)
		i = 1;
	if (!sign_key || !shared)
		i = 0;
	if (i >= n)
		return false;
	w->key = keys[i];
	return true;
}

/* By the mechanisms that every module has: PKCS #1 v1.5 of a DigestInfo, ECDSA of a digest. */
static void sign(struct flow *w)
{
	static const CK_BYTE sha256[] = {0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
					 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
	const CK_MECHANISM_TYPE ecdsa = w->sha1 ? CKM_ECDSA_SHA1 : CKM_ECDSA;
	CK_MECHANISM m = {w->key.type == CKK_RSA ? CKM_RSA_PKCS : ecdsa, NULL, 0};
	CK_BYTE data[sizeof(sha256) + MAX_DIGEST] = {0}, signature[512];
	CK_ULONG len = sizeof(signature), head = 0;

	if (w->key.type == CKK_RSA)
		memcpy(data, sha256, head = sizeof(sha256));
	memset(data + head, 0x5A, w->key.digest_len);
	must(w->f->C_SignInit(w->session, &m, w->key.handle), "C_SignInit");
	if (w->key.always != CK_FALSE)
		must(log_in(w, CKU_CONTEXT_SPECIFIC), "C_Login for one use");
	must(w->f->C_Sign(w->session, data, head + w->key.digest_len, signature, &len), "C_Sign");
}

/* ---- the phases ------------------------------------------------------------------------------- */

static void sign_more(struct flow *w, int n)
{
	struct cost most = {0}, one;
	int i, k;

	if (n < 1)
		return;
	for (i = 0; i < n; i++) {
		phase_begin();
		sign(w);
		one = phase_end();
		for (k = 0; k < COUNT_N; k++) {
			if (one.count[k] > most.count[k])
				most.count[k] = one.count[k];
		}
		if (one.peak_kb > most.peak_kb)
			most.peak_kb = one.peak_kb;
		most.cpu_ms += one.cpu_ms / n;
		most.wall_ms += one.wall_ms / n;
	}
	print("next", &most);
}

static int run_phases(const struct options *o)
{
	struct flow w = {.sha1 = o->sha1};
	struct cost c;

	phase_begin();
	load(&w, o->module);
	list_all(&w);
	c = phase_end();
	print("start", &c);
	printf("start\tcertificates\t%lu\nstart\tcertificate_bytes\t%lu\nstart\tkeys\t%lu\n",
	       w.n_objects[CKO_CERTIFICATE], w.certificate_bytes, w.n_objects[CKO_PUBLIC_KEY]);
	if (o->list || !open_token(&w, o->sign_key))
		return w.f->C_Finalize(NULL) == CKR_OK ? 0 : 1;

	phase_begin();
	must(log_in(&w, CKU_USER), "C_Login");
	c = phase_end();
	print("login", &c);

	phase_begin();
	if (find_key(&w, o->sign_key)) {
		sign(&w);
		c = phase_end();
		print("first", &c);
		sign_more(&w, o->next);
	}
	phase_begin();
	must(w.f->C_Finalize(NULL), "C_Finalize");
	c = phase_end();
	print("end", &c);
	return 0;
}

/* What --whole measures from outside; status 3: the module has no such key on this card. */
static int run_once(const struct options *o)
{
	struct flow w = {.sha1 = o->sha1};

	load(&w, o->module);
	if (!open_token(&w, o->sign_key))
		return 3;
	must(log_in(&w, CKU_USER), "C_Login");
	if (!find_key(&w, o->sign_key))
		return 3;
	sign(&w);
	must(w.f->C_Finalize(NULL), "C_Finalize");
	return 0;
}

static double usage_ms(const struct rusage *u)
{
	return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1e3 +
	       (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e3;
}

static int run_whole(const struct options *o)
{
	char program[] = "flows", once[] = "--once", option[] = "--key", auth[] = "auth",
	     key[] = "sign", sha1[] = "--sha1";
	char *argv[] = {program,
			once,
			option,
			o->sign_key ? key : auth,
			o->module,
			o->counts,
			o->sha1 ? sha1 : NULL,
			NULL};
	struct rusage used;
	struct cost c;
	int status;
	pid_t pid;

	phase_begin();
	pid = fork();
	if (pid == 0) {
		execv("/proc/self/exe", argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) != pid || !WIFEXITED(status))
		die("the process", 0);
	c = phase_end();
	c.cpu_ms = usage_ms(&used);
	c.peak_kb = used.ru_maxrss;
	if (WEXITSTATUS(status) == 0)
		print("whole", &c);
	return WEXITSTATUS(status) == 3 ? 0 : WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = {{"key", required_argument, NULL, 'k'},
						     {"next", required_argument, NULL, 'n'},
						     {"whole", no_argument, NULL, 'w'},
						     {"once", no_argument, NULL, 'o'},
						     {"list", no_argument, NULL, 'l'},
						     {"sha1", no_argument, NULL, 's'},
						     {NULL, 0, NULL, 0}};
	struct options o = {0};
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (c) {
		case 'k':
			o.sign_key = strcmp(optarg, "sign") == 0;
			break;
		case 'n':
			o.next = atoi(optarg);
			break;
		case 'w':
			o.whole = true;
			break;
		case 'o':
			o.once = true;
			break;
		case 'l':
			o.list = true;
			break;
		case 's':
			o.sha1 = true;
			break;
		default:
			return 2;
		}
	}
	if (argc - optind != 2) {
		(void)fprintf(stderr, "Usage: flows [--key auth|sign] [--next N | --whole | --list]"
				      " MODULE COUNTS\n");
		return 2;
	}
	o.module = argv[optind];
	o.counts = argv[optind + 1];
	if (o.once)
		return run_once(&o);
	map_counts(o.counts);
	return o.whole ? run_whole(&o) : run_phases(&o);
}
