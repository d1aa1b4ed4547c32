/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mutate [-n N] [-j JOBS] [-s SEED] [-r RUN] [PERSONALITY...]: hosts use virtual cards of each kind while
 * answers on their way are made wrong, until N answers were ($MOHR_MUTATIONS; 10,000). TAP: a line for each
 * kind. Each runs in a process of its own, JOBS at a time ($MOHR_JOBS; 1); one that dies or hangs is
 * reported with the number of its run, which -r carries out alone, with other keys.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/hostile/kinds.h"
#include "tests/hostile/use.h"

enum {
	/* generous: no operation collects more than three answers without end, nor a listing more than 64 */
	MOST_EXCHANGES = 70 * (LIMIT_RESPONSE_ROUNDS + 16),
	RUNS_OF_A_CARD =
		64, /* then it gets its memory back: a PIN may have been sent to a wrong one */
	SECONDS_OF_A_RUN = 60,
	MAX_KINDS = 64,
};

struct progress {
	unsigned long run;
	unsigned n_mutated, n_opened, n_certificates, n_signatures, n_logins;
};

struct options {
	unsigned long n, seed, jobs;
	long run; /* -1: all */
};

struct tally {
	unsigned n, n_bad;
};

/* An image of a card of this kind. False with a message. */
static bool make_image(const struct vcard_personality *kind, const char *folder, const char *image,
		       struct user *u)
{
	struct vcard *card = kinds_make(kind, folder, u);
	int r = vcard_save(card, image);

	vcard_free(card);
	if (r != 0)
		printf("# cannot write %s: %s\n", image, error_name(r));
	return r == 0;
}

static void one_run(struct user *u, unsigned long seed, unsigned long run, unsigned first,
		    unsigned stride)
{
	uint64_t mixed = ((uint64_t)seed << 40) ^ run;

	mutant_begin(u->mutant, mixed, first, stride);
	u->dice.state = ~mixed;
	if (dice_roll(&u->dice, 8) == 0)
		use_token(u);
	else
		use_profile(u);
}

static void note(const struct user *u, struct progress *p)
{
	p->n_mutated = u->mutant->n_mutated;
	p->n_opened = u->n_opened;
	p->n_certificates = u->n_certificates;
	p->n_signatures = u->n_signatures;
	p->n_logins = u->n_logins;
}

/* Fresh memory for the card. */
static void renew(struct mutant *m, const char *image)
{
	struct vcard *card = NULL;
	unsigned n = m->n_mutated;

	if (m->card != NULL) {
		vcard_free(m->card);
		mutant_clear(m);
	}
	mutant_must(vcard_peek(image, &card) == 0, "the card's image");
	mutant_init(m, card, MOST_EXCHANGES);
	m->n_mutated = n;
}

/* The child: runs until enough answers were mutated. */
static void run_all(struct user *u, const char *image, const struct options *o,
		    struct progress *progress)
{
	static const unsigned reach[] = {4, 16, 64}, strides[] = {0, 0, 1, 4, 16};
	struct dice d;
	unsigned long run;

	mutant_must(crypto_openssl_new(&u->crypto) == 0, "libcrypto");
	for (run = 0; u->mutant->n_mutated < o->n; run++) {
		if (run % RUNS_OF_A_CARD == 0)
			renew(u->mutant, image);
		/* which answers are mutated: one somewhere, or some from there on */
		d.state = ((uint64_t)o->seed << 32) + run;
		if (o->run < 0 || run == (unsigned long)o->run) {
			progress->run = run;
			alarm(SECONDS_OF_A_RUN);
			one_run(u, o->seed, run, dice_roll(&d, reach[dice_roll(&d, 3)]),
				strides[dice_roll(&d, 5)]);
			note(u, progress);
		}
		if (o->run >= 0 && run == (unsigned long)o->run)
			break;
	}
	alarm(0);
	crypto_free(u->crypto);
}

/* Nothing is mutated: the flows are real ones. */
static bool run_honest(struct user *u, const char *image, struct progress *p)
{
	unsigned long run;

	mutant_must(crypto_openssl_new(&u->crypto) == 0, "libcrypto");
	renew(u->mutant, image);
	for (run = 0; run < 24; run++)
		one_run(u, 0, run, UINT_MAX, 0);
	note(u, p);
	crypto_free(u->crypto);
	if (p->n_opened >= 24 && p->n_certificates >= 12 && p->n_signatures >= 4 &&
	    p->n_logins >= 12)
		return true;
	printf("# without mutations: %u opened, %u certificates, %u signatures, %u logins\n",
	       p->n_opened, p->n_certificates, p->n_signatures, p->n_logins);
	return false;
}

/* In a child: 0, or another status. */
static int child(const char *image, struct user *u, const struct options *o,
		 struct progress *progress)
{
	struct mutant m = {.card = NULL};

	u->mutant = &m;
	config_init(&u->config);
	if (o->run < 0 && !run_honest(u, image, progress)) {
		fflush(stdout);
		return 1;
	}
	m.n_mutated = 0;
	*progress = (struct progress){.run = 0};
	u->n_opened = u->n_certificates = u->n_signatures = u->n_logins = 0;
	run_all(u, image, o, progress);
	vcard_free(m.card);
	mutant_clear(&m);
	config_clear(&u->config);
	return 0;
}

struct job {
	const struct vcard_personality *kind;
	char image[PATH_MAX];
	struct progress *progress; /* shared with the child */
	pid_t pid;                 /* 0: not under way */
};

/* False if there will be no child. */
static bool start(struct job *j, const char *folder, const struct options *o)
{
	struct user u = {.mutant = NULL};

	snprintf(j->image, sizeof(j->image), "%s/%s", folder, j->kind->name);
	if (!make_image(j->kind, folder, j->image, &u))
		return false;
	fflush(stdout);
	j->pid = fork();
	if (j->pid == 0)
		exit(child(j->image, &u, o, j->progress));
	return j->pid > 0;
}

/* Its verdict, by what became of its child. */
static bool finish(struct job *j, int status, const struct options *o)
{
	const struct progress *p = j->progress;
	bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		printf("# a run takes longer than %d s\n", SECONDS_OF_A_RUN);
	if (!good)
		printf("# to see it alone: mutate -s %lu -r %lu %s\n", o->seed, p->run,
		       j->kind->name);
	printf("# %s: %lu runs; %u times opened, %u certificates, %u logins, %u signatures\n",
	       j->kind->name, p->run + 1, p->n_opened, p->n_certificates, p->n_logins,
	       p->n_signatures);
	unlink(j->image);
	j->pid = 0;
	return good;
}

static unsigned long number(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text == '\0' || *end != '\0') {
		fprintf(stderr, "mutate: not a number: %s\n", text);
		exit(2);
	}
	return n;
}

static bool wanted(const char *name, char **names)
{
	if (*names == NULL)
		return true;
	for (; *names != NULL; names++) {
		if (strcmp(*names, name) == 0)
			return true;
	}
	return false;
}

static void parse(int argc, char **argv, struct options *o)
{
	const char *n = getenv("MOHR_MUTATIONS"), *jobs = getenv("MOHR_JOBS");
	int c;

	*o = (struct options){.n = n != NULL ? number(n) : 10000, .seed = 1, .run = -1};
	o->jobs = jobs != NULL ? number(jobs) : 1;
	while ((c = getopt(argc, argv, "j:n:s:r:")) != -1) {
		if (c == 'j')
			o->jobs = number(optarg);
		else if (c == 'n')
			o->n = number(optarg);
		else if (c == 's')
			o->seed = number(optarg);
		else if (c == 'r')
			o->run = (long)number(optarg);
		else
			exit(2);
	}
	if (o->jobs == 0)
		o->jobs = 1;
}

static void report(const struct job *j, bool good, struct tally *t)
{
	printf("%sok %u - %s: %u mutated answers\n", good ? "" : "not ", ++t->n, j->kind->name,
	       j->progress->n_mutated);
	fflush(stdout);
	t->n_bad += !good;
}

/* Waits for one child. */
static void reap(struct job *jobs, size_t n, const struct options *o, struct tally *t)
{
	int status;
	pid_t pid;

	do {
		pid = waitpid(-1, &status, 0);
	} while (pid < 0 && errno == EINTR);
	for (size_t i = 0; i < n; i++) {
		if (jobs[i].pid == pid && pid > 0)
			report(&jobs[i], finish(&jobs[i], status, o), t);
	}
}

int main(int argc, char **argv)
{
	char folder[] = "/tmp/mohr-mutate-XXXXXX";
	static struct job jobs[MAX_KINDS];
	struct tally tally = {0};
	struct progress *shared;
	struct options o;
	size_t n = 0;
	unsigned running = 0;

	parse(argc, argv, &o);
	shared = mmap(NULL, MAX_KINDS * sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || mkdtemp(folder) == NULL) {
		perror("mutate");
		return 99;
	}
	for (size_t i = 0; vcard_personality_at(i) != NULL && n < MAX_KINDS; i++) {
		struct job *j = &jobs[n];

		*j = (struct job){.kind = vcard_personality_at(i), .progress = &shared[n]};
		if (!wanted(j->kind->name, argv + optind))
			continue;
		n++;
		if (running == o.jobs) {
			reap(jobs, n, &o, &tally);
			running--;
		}
		if (start(j, folder, &o))
			running++;
		else
			report(j, false, &tally);
	}
	while (running-- > 0)
		reap(jobs, n, &o, &tally);
	printf("1..%u\n", tally.n);
	kinds_remove(folder);
	return tally.n_bad == 0 && tally.n > 0 ? 0 : 1;
}
