/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signs with both keys from many threads of many processes; every signature is verified. Exit status 0:
 * all signatures were right, nothing unexpected was answered, and every thread got on. The line printed
 * gives figures; none of them is judged.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/stress/signer.h"

enum { WATCH_MS = 100, END_MS = 60000 };

static void sleep_ms(long ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	(void)nanosleep(&t, NULL);
}

static bool start(const struct options *o, struct tallies *all, pid_t *ret_pids)
{
	pid_t parent = getpid();
	unsigned n;

	for (n = 0; n < o->processes; n++) {
		ret_pids[n] = fork();
		if (ret_pids[n] < 0) {
			tallies_fail(all, "no more processes");
			return false;
		}
		if (ret_pids[n] > 0)
			continue;
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			signer_run(o, all, n);
		exit(0);
	}
	return true;
}

/* A thread that has not begun yet counts from the start. */
static bool everybody_gets_on(const struct options *o, struct tallies *all, uint64_t begin)
{
	uint64_t now = tally_now_ms(), last;
	unsigned p, n;

	for (p = 0; p < o->processes; p++) {
		for (n = 0; n < o->threads; n++) {
			last = atomic_load(&all->threads[p][n].progress_ms);
			last = last < begin ? begin : last;
			if (now <= last || now - last < (uint64_t)o->stall * 1000)
				continue;
			tallies_fail(all, "thread %u of process %u has made no signature for %u s",
				     n, p, o->stall);
			return false;
		}
	}
	return true;
}

static void watch(const struct options *o, struct tallies *all)
{
	uint64_t begin = tally_now_ms();

	while (!atomic_load(&all->stop)) {
		sleep_ms(WATCH_MS);
		if (tally_now_ms() - begin >= (uint64_t)o->seconds * 1000 ||
		    !everybody_gets_on(o, all, begin))
			atomic_store(&all->stop, true);
	}
}

/* Waits for the processes, which have been told to stop; ends those that do not. */
static void gather(const struct options *o, struct tallies *all, const pid_t *pids)
{
	uint64_t begin = tally_now_ms();
	unsigned n;
	int status;

	for (n = 0; n < o->processes; n++) {
		pid_t pid;

		if (pids[n] <= 0)
			continue;
		while ((pid = waitpid(pids[n], &status, WNOHANG)) == 0 &&
		       tally_now_ms() - begin < END_MS)
			sleep_ms(10);
		if (pid == 0) {
			tallies_fail(all, "process %u does not end", n);
			(void)kill(pids[n], SIGKILL);
			pid = waitpid(pids[n], &status, 0);
		}
		if (pid != pids[n] || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
			tallies_fail(all, "process %u ends with status 0x%x", n, status);
	}
}

static void print(const struct options *o, const struct tally_sum *s, double seconds)
{
	static const char *const keys[] = {"", "auth", "sign", "both"};
	double n = s->signatures != 0 ? (double)s->signatures : 1;

	printf("%u x %u threads, %s: %llu signatures, %.0f/s; latency median %.1f, p99 %.1f, max %.1f "
	       "ms; CPU %.2f ms each; logins %llu, lost %llu; per process %llu to %llu\n",
	       o->processes, o->threads, keys[o->keys], (unsigned long long)s->signatures,
	       (double)s->signatures / seconds, (double)s->median_us / 1000,
	       (double)s->p99_us / 1000, (double)s->max_us / 1000, (double)s->cpu_ns / 1e6 / n,
	       (unsigned long long)s->logins, (unsigned long long)s->lost_logins,
	       (unsigned long long)s->least, (unsigned long long)s->most);
}

int main(int argc, char **argv)
{
	pid_t pids[MAX_PROCESSES] = {0};
	struct tallies *all = tallies_new();
	struct tally_sum sum;
	struct options o;
	uint64_t begin;

	if (!options_parse(argc, argv, &o))
		return 2;
	if (all == NULL) {
		perror("sign_stress");
		return 2;
	}
	begin = tally_now_ms();
	if (start(&o, all, pids))
		watch(&o, all);
	atomic_store(&all->stop, true);
	gather(&o, all, pids);
	tallies_sum(all, &o, &sum);
	print(&o, &sum, (double)(tally_now_ms() - begin) / 1000);
	if (sum.signatures == 0)
		tallies_fail(all, "no signature was made");
	if (atomic_load(&all->failure.claimed) != 0) {
		(void)fprintf(stderr, "sign_stress: %s\n", all->failure.text);
		return 1;
	}
	return 0;
}
