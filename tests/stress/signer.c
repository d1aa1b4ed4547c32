/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads that sign: see the header. Whatever another process does to the card may cost a login, which
 * is counted and made anew; every other error, and every signature that libcrypto refuses, ends the
 * stress.
 */
#include "tests/stress/signer.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "pkcs11/pkcs11_params.h"
#include "tests/stress/judge.h"

enum { N_TOKENS = 2, MAX_CERTIFICATE = 8192, MAX_DATA = 64, MAX_SIGNATURE = 512, MAX_SLOTS = 64 };

/* A key and its token as the judge and the threads need it; constant while threads run. */
struct place {
	CK_SLOT_ID slot;
	const char *pin;
	EVP_PKEY *judge;
	CK_BBOOL always_authenticate;
};

struct process {
	const struct options *options;
	struct tallies *all;
	unsigned index;
	CK_FUNCTION_LIST *f;
	struct place places[N_TOKENS];
};

struct thread {
	struct process *process;
	struct tally *tally;
	unsigned index;
	CK_SESSION_HANDLE sessions[N_TOKENS];
	CK_OBJECT_HANDLE keys[N_TOKENS]; /* CK_INVALID_HANDLE: to be found */
	uint64_t rounds;
	pthread_t id;
};

static CK_RV fail(struct process *p, const char *call, CK_RV rv)
{
	tallies_fail(p->all, "process %u: %s: CKR 0x%lx", p->index, call, rv);
	return rv;
}

/* ---- finding things ---------------------------------------------------------------------------- */

static CK_RV find(struct process *p, CK_SESSION_HANDLE session, CK_OBJECT_CLASS class_id,
		  unsigned key, CK_OBJECT_HANDLE *ret)
{
	CK_BYTE id = p->options->card->keys[key].id;
	CK_ATTRIBUTE template[] = {{CKA_CLASS, &class_id, sizeof(class_id)},
				   {CKA_ID, &id, sizeof(id)}};
	CK_ULONG n = 0;
	CK_RV rv = p->f->C_FindObjectsInit(session, template, 2);

	*ret = CK_INVALID_HANDLE;
	if (rv == CKR_OK)
		rv = p->f->C_FindObjects(session, ret, 1, &n);
	if (rv == CKR_OK)
		rv = p->f->C_FindObjectsFinal(session);
	return rv == CKR_OK ? rv : fail(p, "C_FindObjects", rv);
}

static bool is_labelled(struct process *p, CK_SLOT_ID slot, const char *label)
{
	CK_TOKEN_INFO info;
	size_t len = strlen(label);

	return p->f->C_GetTokenInfo(slot, &info) == CKR_OK && memcmp(info.label, label, len) == 0 &&
	       info.label[len] == ' ';
}

static bool find_slot(struct process *p, const char *label, CK_SLOT_ID *ret)
{
	CK_SLOT_ID slots[MAX_SLOTS];
	CK_ULONG n = MAX_SLOTS, i;

	if (p->f->C_GetSlotList(CK_TRUE, NULL, &n) != CKR_OK)
		return false;
	n = MAX_SLOTS;
	if (p->f->C_GetSlotList(CK_TRUE, slots, &n) != CKR_OK)
		return false;
	for (i = 0; i < n; i++) {
		if (is_labelled(p, slots[i], label)) {
			*ret = slots[i];
			return true;
		}
	}
	return false;
}

static CK_RV find_judge(struct process *p, CK_SESSION_HANDLE session, unsigned token)
{
	struct place *place = &p->places[token];
	CK_BYTE der[MAX_CERTIFICATE];
	CK_ATTRIBUTE a = {CKA_VALUE, der, sizeof(der)};
	CK_OBJECT_HANDLE certificate;
	CK_RV rv = find(p, session, CKO_CERTIFICATE, token, &certificate);

	if (rv != CKR_OK)
		return rv;
	rv = p->f->C_GetAttributeValue(session, certificate, &a, 1);
	if (rv != CKR_OK)
		return fail(p, "certificate", rv);
	place->judge = judge_key(der, a.ulValueLen);
	return place->judge != NULL ? CKR_OK : fail(p, "no certificate", CKR_GENERAL_ERROR);
}

/* CKR_OK also if somebody else has logged in. */
static CK_RV login(struct thread *t, unsigned token)
{
	struct process *p = t->process;
	CK_UTF8CHAR pin[32];
	size_t len = strlen(p->places[token].pin);
	CK_RV rv;

	memcpy(pin, p->places[token].pin, len < sizeof(pin) ? len : sizeof(pin));
	rv = p->f->C_Login(t->sessions[token], CKU_USER, pin, len);
	if (rv == CKR_USER_ALREADY_LOGGED_IN)
		return CKR_OK;
	if (rv != CKR_OK)
		return fail(p, "C_Login", rv);
	atomic_fetch_add(&t->tally->logins, 1);
	return CKR_OK;
}

/* The label was compared before this: a stray PIN burns somebody's tries. */
static bool prepare_token(struct process *p, unsigned token)
{
	const char *label = p->options->card->keys[token].label;
	struct place *place = &p->places[token];
	struct thread first = {.process = p, .tally = &p->all->threads[p->index][0]};
	CK_ATTRIBUTE a = {CKA_ALWAYS_AUTHENTICATE, &place->always_authenticate, sizeof(CK_BBOOL)};
	CK_SESSION_HANDLE *session = &first.sessions[token];
	CK_OBJECT_HANDLE key;
	CK_RV rv;

	place->pin = p->options->pins[token];
	if (!find_slot(p, label, &place->slot)) {
		tallies_fail(p->all, "process %u: no token \"%s\"", p->index, label);
		return false;
	}
	rv = p->f->C_OpenSession(place->slot, CKF_SERIAL_SESSION, NULL, NULL, session);
	if (rv != CKR_OK)
		return fail(p, "C_OpenSession", rv) == CKR_OK;
	/* Another process's end may take the login away at once. */
	do {
		rv = login(&first, token);
		if (rv == CKR_OK)
			rv = find(p, *session, CKO_PRIVATE_KEY, token, &key);
		if (rv != CKR_OK)
			return false;
		if (key == CK_INVALID_HANDLE)
			continue;
		rv = p->f->C_GetAttributeValue(*session, key, &a, 1);
	} while (key == CK_INVALID_HANDLE || rv == CKR_USER_NOT_LOGGED_IN);
	if (rv != CKR_OK)
		return fail(p, "CKA_ALWAYS_AUTHENTICATE", rv) == CKR_OK;
	/* The session stays, so that the login does. */
	return find_judge(p, *session, token) == CKR_OK;
}

/* ---- signing ----------------------------------------------------------------------------------- */

struct scheme {
	CK_MECHANISM mechanism;
	const char *digest;
	bool pss;
};

static CK_RSA_PKCS_PSS_PARAMS pss_256 = {CKM_SHA256, CKG_MGF1_SHA256, 32};

static struct scheme choose_scheme(const struct place *place, uint64_t round)
{
	static const struct scheme rsa[] = {
		{{CKM_SHA256_RSA_PKCS, NULL, 0}, "SHA256", false},
		{{CKM_SHA256_RSA_PKCS_PSS, &pss_256, sizeof(pss_256)}, "SHA256", true},
		{{CKM_SHA512_RSA_PKCS, NULL, 0}, "SHA512", false},
	};
	static const struct scheme ec[] = {
		{{CKM_ECDSA_SHA256, NULL, 0}, "SHA256", false},
		{{CKM_ECDSA_SHA384, NULL, 0}, "SHA384", false},
	};

	if (EVP_PKEY_get_base_id(place->judge) == EVP_PKEY_EC)
		return ec[round % (sizeof(ec) / sizeof(ec[0]))];
	return rsa[round % (sizeof(rsa) / sizeof(rsa[0]))];
}

struct attempt {
	struct scheme scheme;
	CK_BYTE data[MAX_DATA];
	CK_ULONG len;
	CK_BYTE signature[MAX_SIGNATURE];
	CK_ULONG signature_len;
};

/* Other data for every signature that is ever made here. */
static void choose_data(const struct thread *t, unsigned token, struct attempt *a)
{
	int n = snprintf((char *)a->data, sizeof(a->data), "%u %u %u %llu", t->process->index,
			 t->index, token, (unsigned long long)t->rounds);

	a->len = (CK_ULONG)n;
	a->scheme = choose_scheme(&t->process->places[token], t->rounds);
}

static CK_RV login_for_use(struct thread *t, unsigned token)
{
	const struct place *place = &t->process->places[token];
	CK_UTF8CHAR pin[32];
	size_t len = strlen(place->pin);

	memcpy(pin, place->pin, len < sizeof(pin) ? len : sizeof(pin));
	return t->process->f->C_Login(t->sessions[token], CKU_CONTEXT_SPECIFIC, pin, len);
}

/* One C_SignInit and what follows. */
static CK_RV try_to_sign(struct thread *t, unsigned token, struct attempt *a)
{
	CK_FUNCTION_LIST *f = t->process->f;
	CK_SESSION_HANDLE session = t->sessions[token];
	CK_RV rv = f->C_SignInit(session, &a->scheme.mechanism, t->keys[token]);

	if (rv != CKR_OK)
		return rv;
	if (t->process->places[token].always_authenticate) {
		rv = login_for_use(t, token);
		if (rv != CKR_OK) {
			(void)f->C_SignInit(session, NULL, CK_INVALID_HANDLE);
			return rv;
		}
	}
	a->signature_len = sizeof(a->signature);
	return f->C_Sign(session, a->data, a->len, a->signature, &a->signature_len);
}

/* CKR_OK: try again. C_Logout by another thread of this process makes handles invalid. */
static CK_RV recover(struct thread *t, unsigned token, CK_RV rv)
{
	bool logouts = t->process->options->logout_every != 0;

	if (rv != CKR_USER_NOT_LOGGED_IN &&
	    !(logouts && (rv == CKR_KEY_HANDLE_INVALID || rv == CKR_OBJECT_HANDLE_INVALID)))
		return fail(t->process,
			    token == 0 ? "signing, authentication" : "signing, signature", rv);
	atomic_fetch_add(&t->tally->lost_logins, 1);
	t->keys[token] = CK_INVALID_HANDLE;
	return login(t, token);
}

static CK_RV sign(struct thread *t, unsigned token, struct attempt *a)
{
	CK_RV rv;

	while (!atomic_load(&t->process->all->stop)) {
		rv = CKR_OK;
		if (t->keys[token] == CK_INVALID_HANDLE)
			rv = find(t->process, t->sessions[token], CKO_PRIVATE_KEY, token,
				  &t->keys[token]);
		if (rv != CKR_OK)
			return rv;
		rv = t->keys[token] == CK_INVALID_HANDLE ? CKR_USER_NOT_LOGGED_IN
							 : try_to_sign(t, token, a);
		if (rv == CKR_OK)
			return CKR_OK;
		rv = recover(t, token, rv);
		if (rv != CKR_OK)
			return rv;
	}
	return CKR_CANCEL;
}

static uint64_t nanoseconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000ULL + (uint64_t)t.tv_nsec;
}

/* One signature, measured and judged. */
static bool work(struct thread *t, unsigned token)
{
	uint64_t wall = nanoseconds(CLOCK_MONOTONIC), cpu = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
	struct attempt a = {0};
	struct signed_data s;

	choose_data(t, token, &a);
	if (sign(t, token, &a) != CKR_OK)
		return false;
	cpu = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
	wall = nanoseconds(CLOCK_MONOTONIC) - wall;
	s = (struct signed_data){.digest = a.scheme.digest,
				 .pss = a.scheme.pss,
				 .data = a.data,
				 .len = a.len,
				 .signature = a.signature,
				 .signature_len = a.signature_len};
	if (!judge_verifies(t->process->places[token].judge, &s)) {
		tallies_fail(t->process->all, "a signature of process %u does not verify",
			     t->process->index);
		return false;
	}
	tally_signature(t->tally, wall / 1000, cpu);
	return true;
}

static bool open_sessions(struct thread *t)
{
	struct process *p = t->process;
	unsigned token;
	CK_RV rv;

	for (token = 0; token < N_TOKENS; token++) {
		if ((p->options->keys & 1U << token) == 0)
			continue;
		rv = p->f->C_OpenSession(p->places[token].slot, CKF_SERIAL_SESSION, NULL, NULL,
					 &t->sessions[token]);
		if (rv != CKR_OK)
			return fail(p, "C_OpenSession", rv) == CKR_OK;
	}
	return true;
}

/* Another thread may have been first. */
static void log_out(struct thread *t, unsigned token)
{
	CK_RV rv = t->process->f->C_Logout(t->sessions[token]);

	if (rv != CKR_OK && rv != CKR_USER_NOT_LOGGED_IN)
		(void)fail(t->process, "C_Logout", rv);
}

static void *run_thread(void *argument)
{
	struct thread *t = argument;
	const struct options *o = t->process->options;
	unsigned token;

	atomic_store(&t->tally->progress_ms, tally_now_ms());
	if (!open_sessions(t))
		return NULL;
	/* Threads begin with different keys. */
	for (t->rounds = t->index; !atomic_load(&t->process->all->stop); t->rounds++) {
		token = o->keys == KEYS_BOTH ? t->rounds % N_TOKENS : o->keys - 1;
		if (!work(t, token))
			return NULL;
		if (o->logout_every != 0 && t->rounds % o->logout_every == 0)
			log_out(t, token);
	}
	return NULL;
}

/* ---- the process ------------------------------------------------------------------------------- */

static bool load(struct process *p)
{
	CK_C_INITIALIZE_ARGS arguments = {.flags = CKF_OS_LOCKING_OK};
	void *library = dlopen(p->options->module, RTLD_NOW | RTLD_LOCAL);
	CK_C_GetFunctionList get;
	CK_RV rv;

	if (library == NULL) {
		tallies_fail(p->all, "%s", dlerror());
		return false;
	}
	*(void **)&get = dlsym(library, "C_GetFunctionList");
	if (get == NULL || get(&p->f) != CKR_OK) {
		tallies_fail(p->all, "%s is no module", p->options->module);
		return false;
	}
	rv = p->f->C_Initialize(&arguments);
	return rv == CKR_OK || fail(p, "C_Initialize", rv) == CKR_OK;
}

static void run_threads(struct process *p)
{
	static struct thread threads[MAX_THREADS];
	unsigned n, started;

	for (n = 0; n < p->options->threads; n++) {
		threads[n].process = p;
		threads[n].index = n;
		threads[n].tally = &p->all->threads[p->index][n];
		if (pthread_create(&threads[n].id, NULL, run_thread, &threads[n]) != 0) {
			tallies_fail(p->all, "no more threads");
			break;
		}
	}
	started = n;
	for (n = 0; n < started; n++)
		(void)pthread_join(threads[n].id, NULL);
}

void signer_run(const struct options *o, struct tallies *all, unsigned process)
{
	struct process p = {.options = o, .all = all, .index = process};
	unsigned token;
	bool ready = load(&p);
	CK_RV rv;

	for (token = 0; ready && token < N_TOKENS; token++) {
		if (o->keys & 1U << token)
			ready = prepare_token(&p, token);
	}
	if (ready)
		run_threads(&p);
	for (token = 0; token < N_TOKENS; token++)
		EVP_PKEY_free(p.places[token].judge);
	if (p.f == NULL)
		return;
	rv = p.f->C_Finalize(NULL);
	if (rv != CKR_OK)
		(void)fail(&p, "C_Finalize", rv);
}
