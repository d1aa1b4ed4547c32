/* SPDX-License-Identifier: BSD-2-Clause */
/* Starting and ending a private pcscd: see the header. */
#include "tests/with-card/pcscd.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/with-card/readers.h"

enum { START_MS = 15000, END_MS = 3000 };

/* ---- what pcscd is there ---- */

static bool find_program(struct pcscd *p)
{
	const char *path = getenv("PATH");
	char places[8192];

	/* Ordinary users have no sbin in their PATH. */
	(void)snprintf(places, sizeof(places), "%s:/usr/sbin:/usr/local/sbin:/sbin",
		       path != NULL ? path : "/usr/bin");
	for (char *at = places, *part; (part = strsep(&at, ":")) != NULL;) {
		(void)snprintf(p->program, sizeof(p->program), "%s/pcscd", part);
		if (part[0] == '/' && access(p->program, X_OK) == 0)
			return true;
	}
	(void)fprintf(stderr, "with-card: pcscd is missing; install it (Debian: pcscd)\n");
	return false;
}

/* The value behind "NAME=" in what pcscd prints of itself. */
static void find_word(const char *text, const char *name, char *out, size_t cap)
{
	const char *at = strstr(text, name);

	if (at != NULL) {
		at += strlen(name);
		(void)snprintf(out, cap, "%.*s", (int)strcspn(at, " \n"), at);
	}
}

static bool ask_program(struct pcscd *p)
{
	char command[2 * PATH_MAX + 64], text[8192];
	size_t n;
	FILE *f;

	(void)snprintf(p->ipc_dir, sizeof(p->ipc_dir), "/run/pcscd");
	(void)snprintf(p->driver_dir, sizeof(p->driver_dir), "/usr/lib/pcsc/drivers");
	(void)snprintf(command, sizeof(command), "('%s' --version; '%s' --help) 2>&1", p->program,
		       p->program);
	f = popen(command, "re");
	if (f == NULL)
		return false;
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	(void)pclose(f);
	find_word(text, " ipcdir=", p->ipc_dir, sizeof(p->ipc_dir));
	find_word(text, " usbdropdir=", p->driver_dir, sizeof(p->driver_dir));
	p->disable_polkit = strstr(text, "--disable-polkit") != NULL;
	return true;
}

/* ---- its surroundings, made in the child ---- */

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		(void)close(fd);
	return done;
}

/* A user namespace in which we stay who we are; enough for mounts until exec. */
static bool enter_user_namespace(void)
{
	char map[64];
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
		return false;
	(void)put("/proc/self/setgroups", "deny");
	(void)snprintf(map, sizeof(map), "%u %u 1", uid, uid);
	if (!put("/proc/self/uid_map", map))
		return false;
	(void)snprintf(map, sizeof(map), "%u %u 1", gid, gid);
	return put("/proc/self/gid_map", map);
}

/* Puts source over a folder; where that is missing, its parent becomes an empty one of our own. */
static bool cover(const char *source, const char *folder)
{
	char parent[PATH_MAX];
	int fd;
	bool done = false;

	if (mount(source, folder, NULL, MS_BIND, NULL) == 0)
		return true;
	fd = open(source, O_PATH | O_DIRECTORY | O_CLOEXEC);
	(void)snprintf(parent, sizeof(parent), "%s", folder);
	*strrchr(parent, '/') = '\0';
	if (fd >= 0 && parent[0] != '\0' && mount("none", parent, "tmpfs", 0, "mode=755") == 0 &&
	    mkdir(folder, 0755) == 0) {
		(void)snprintf(parent, sizeof(parent), "/proc/self/fd/%d", fd);
		done = mount(parent, folder, NULL, MS_BIND, NULL) == 0;
	}
	if (fd >= 0)
		(void)close(fd);
	return done;
}

static int enter_namespace(void *user)
{
	const struct pcscd *p = user;

	/* As root first without: a user namespace would hide who may do what. */
	if (unshare(CLONE_NEWNS) != 0 && !enter_user_namespace())
		return -1;
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    !cover(p->folder, p->ipc_dir))
		return -1;
	return access(p->driver_dir, F_OK) == 0 && !cover(p->none, p->driver_dir) ? -1 : 0;
}

/* What must be loaded before all else: a sanitizer's library (of ours, not of pcscd). */
static void set_preload(const char *first, const char *second)
{
	char list[2 * PATH_MAX];

	(void)snprintf(list, sizeof(list), "%s%s%s", first, *first && *second ? " " : "", second);
	if (list[0] != '\0')
		(void)setenv("LD_PRELOAD", list, 1);
}

static const char *sanitizer_library(void)
{
	const char *library = getenv("MOHR_PRELOAD");

	return library != NULL ? library : "";
}

static void set_environment(void)
{
	(void)unsetenv("LD_PRELOAD");
	(void)setenv("ASAN_OPTIONS", "detect_leaks=0", 1); /* pcscd has leaks of its own */
	set_preload(sanitizer_library(), "");
}

static int prepare_namespace(void *user)
{
	if (enter_namespace(user) != 0)
		return -1;
	set_environment();
	return 0;
}

struct redirected {
	const struct pcscd *pcscd;
	const char *library;
};

static int prepare_redirect(void *user)
{
	const struct redirected *r = user;
	char rules[4 * PATH_MAX];

	set_environment();
	(void)snprintf(rules, sizeof(rules), "%s=%s:%s=%s", r->pcscd->ipc_dir, r->pcscd->folder,
		       r->pcscd->driver_dir, r->pcscd->none);
	(void)setenv("MOHR_REDIRECT", rules, 1);
	set_preload(sanitizer_library(), r->library);
	return 0;
}

/* ---- start and end ---- */

static const char *reader_name(const struct vcard_personalities *kinds)
{
	for (size_t i = 0; i < kinds->n; i++)
		if (kinds->at[i]->reader != NULL)
			return kinds->at[i]->reader;
	return READER_NAME;
}

static bool write_config(const struct pcscd *p, const struct cards *c)
{
	char path[RUNDIR_LEN + 32], driver[RUNDIR_LEN + 32], text[MAX_CARDS * 1024];
	size_t at = 0;

	/* The build tree may have any name; pcscd's parser takes a plain one only. */
	(void)snprintf(driver, sizeof(driver), "%s/driver.so", c->run);
	if (symlink(c->options->driver, driver) != 0)
		return false;
	for (unsigned i = 0; i < c->options->n_cards; i++) {
		at += (size_t)snprintf(text + at, sizeof(text) - at,
				       "FRIENDLYNAME \"%s %u\"\n"
				       "DEVICENAME mohr:%s%s\nLIBPATH %s\nCHANNELID %u\n\n",
				       reader_name(&c->options->kinds), i + 1,
				       c->options->reader_options, c->card[i].socket, driver, i);
	}
	(void)snprintf(path, sizeof(path), "%s/readers", p->config);
	return file_write(path, text);
}

static bool start_process(struct pcscd *p, const struct options *o)
{
	const char *argv[] = {p->program,
			      "--foreground",
			      "--config",
			      p->config,
			      p->disable_polkit ? "--disable-polkit" : NULL,
			      NULL};
	struct redirected redirected = {.pcscd = p, .library = o->redirect};
	struct start how = {.argv = argv,
			    .daemon = true,
			    .log = p->log,
			    .keep_fd = -1,
			    .prepare = prepare_namespace,
			    .user = p};
	int r = child_start(&how, &p->process);

	if (r == START_REFUSED) {
		how.prepare = prepare_redirect;
		how.user = &redirected;
		r = child_start(&how, &p->process);
	}
	if (r != 0)
		(void)fprintf(stderr, "with-card: %s: %s\n", p->program, strerror(errno));
	return r == 0;
}

struct probe {
	const char *socket;
	unsigned n_readers;
};

/* In a child: until pcscd answers and sees every card. */
static int probe(void *user)
{
	const struct probe *w = user;

	if (!readers_await_daemon(w->socket, START_MS))
		return 1;
	for (unsigned i = 0; i < w->n_readers; i++) {
		if (!readers_await(i + 1, true, START_MS))
			return 1;
	}
	return 0;
}

/* Waits for the probe, or for pcscd to end before it. */
static bool await_readers(struct pcscd *p, struct probe *w)
{
	struct child prober;
	bool done;

	if (child_call(probe, w, p->log, &prober) != 0)
		return false;
	done = children_wait(-1, &prober, 2 * START_MS) == 1 && child_exit_status(&prober) == 0;
	child_stop(&prober, 0);
	return done && p->process.running;
}

bool pcscd_start(struct pcscd *p, const struct cards *cards)
{
	struct probe w = {.socket = p->socket, .n_readers = cards->options->n_cards};

	(void)snprintf(p->folder, sizeof(p->folder), "%s/pcscd", cards->run);
	(void)snprintf(p->none, sizeof(p->none), "%s/none", cards->run);
	(void)snprintf(p->config, sizeof(p->config), "%s/readers.d", cards->run);
	(void)snprintf(p->socket, sizeof(p->socket), "%s/pcscd.comm", p->folder);
	(void)snprintf(p->log, sizeof(p->log), "%s/pcscd.log", cards->state);
	if (!find_program(p) || !ask_program(p) || !folder_make(p->folder) ||
	    !folder_make(p->none) || !folder_make(p->config) || !write_config(p, cards))
		return false;
	(void)setenv("PCSCLITE_CSOCK_NAME", p->socket, 1);
	if (!start_process(p, cards->options))
		return false;
	if (await_readers(p, &w))
		return true;
	(void)fprintf(stderr, "with-card: pcscd does not come up:\n");
	file_show(p->log);
	return false;
}

bool pcscd_kill(struct pcscd *p)
{
	if (!p->process.running || kill(p->process.pid, SIGKILL) != 0 ||
	    children_wait(-1, &p->process, END_MS) != 1)
		return false;
	p->process = (struct child){0};
	return true;
}

bool pcscd_start_again(struct pcscd *p, const struct cards *cards)
{
	return p->process.pid == 0 && start_process(p, cards->options) &&
	       readers_await_daemon(p->socket, START_MS);
}

bool pcscd_end(struct pcscd *p)
{
	bool well = true;
	int status;

	if (p->process.pid == 0)
		return true;
	if (!p->process.running)
		well = false;
	child_stop(&p->process, END_MS);
	status = p->process.status;
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGTERM && WTERMSIG(status) != SIGKILL)
		well = false;
	if (!well) {
		(void)fprintf(stderr, "with-card: pcscd ended badly (%d):\n",
			      child_exit_status(&p->process));
		file_show(p->log);
	}
	return well;
}
