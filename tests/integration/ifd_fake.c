/* SPDX-License-Identifier: BSD-2-Clause */
/* The driver under test and a card that does as it is told: see the header. */
#include "tests/integration/ifd_fake.h"

#include <dlfcn.h>
#include <ftw.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { MAX_MESSAGE = 70000, MAX_CLIENTS = 8 };

char folder[32];

struct fake {
	pthread_t thread;
	pthread_mutex_t lock;
	char path[108];
	int listener, stop[2];
	int clients[MAX_CLIENTS];
	uint8_t atr[40];
	size_t atr_len;
	struct raw raw;
	bool has_raw, raw_resets, echo, mute;
	uint8_t *command;
	size_t command_len;
	unsigned n_commands, n_resets;
};

static void load_symbol(void *handle, const char *name, void *ret)
{
	void *symbol = dlsym(handle, name);

	assert_non_null(symbol);
	memcpy(ret, &symbol, sizeof(symbol));
}

const struct driver *driver(void)
{
	static struct driver d;
	const char *build = getenv("MOHR_BUILD");
	DWORD len = sizeof(d.wait);
	char path[4096];
	void *handle;

	if (d.create != NULL)
		return &d;
	(void)snprintf(path, sizeof(path), "%s/vcard/.libs/libifd-mohr.so",
		       build != NULL ? build : ".");
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (handle == NULL)
		print_error("%s\n", dlerror());
	assert_non_null(handle);
	load_symbol(handle, "IFDHCreateChannelByName", &d.create);
	load_symbol(handle, "IFDHCloseChannel", &d.close);
	load_symbol(handle, "IFDHGetCapabilities", &d.get);
	load_symbol(handle, "IFDHSetProtocolParameters", &d.set_protocol);
	load_symbol(handle, "IFDHPowerICC", &d.power);
	load_symbol(handle, "IFDHTransmitToICC", &d.transmit);
	load_symbol(handle, "IFDHControl", &d.control);
	load_symbol(handle, "IFDHICCPresence", &d.present);
	assert_int_equal(d.get(0, TAG_IFD_POLLING_THREAD_WITH_TIMEOUT, &len, (PUCHAR)&d.wait),
			 IFD_SUCCESS);
	len = sizeof(d.stop);
	assert_int_equal(d.get(0, TAG_IFD_STOP_POLLING_THREAD, &len, (PUCHAR)&d.stop), IFD_SUCCESS);
	return &d;
}

static bool read_all(int fd, uint8_t *out, size_t len)
{
	while (len > 0) {
		ssize_t n = read(fd, out, len);

		if (n <= 0)
			return false;
		out += n;
		len -= (size_t)n;
	}
	return true;
}

static bool write_all(int fd, const uint8_t *data, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

static bool write_frame(int fd, char type, const uint8_t *data, size_t len)
{
	uint8_t head[5] = {0, (uint8_t)((len + 1) >> 16), (uint8_t)((len + 1) >> 8),
			   (uint8_t)(len + 1), (uint8_t)type};

	return write_all(fd, head, sizeof(head)) && write_all(fd, data, len);
}

static bool answer_command(struct fake *f, int fd, uint8_t *room, size_t len)
{
	static const uint8_t sw[] = {0x90, 0x00};

	memcpy(f->command, room, len);
	f->command_len = len;
	f->n_commands++;
	if (f->echo) {
		memcpy(room + len, sw, sizeof(sw));
		return write_frame(fd, 't', room, len + sizeof(sw));
	}
	return write_frame(fd, 't', sw, sizeof(sw));
}

/* One request; false: the connection is to be closed. */
static bool serve(struct fake *f, int fd, uint8_t *room)
{
	uint8_t head[5];
	size_t len;

	if (!read_all(fd, head, sizeof(head)))
		return false;
	len = ((size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3]) - 1;
	if (head[0] != 0 || len > MAX_MESSAGE - 2 || !read_all(fd, room, len))
		return false;
	if (f->mute)
		return true;
	if (head[4] == 'R')
		f->n_resets++;
	if (f->has_raw && (head[4] == 'T' || f->raw_resets))
		return write_all(fd, f->raw.bytes, f->raw.len) && !f->raw.hang_up;
	if (head[4] == 'R')
		return write_frame(fd, 'a', f->atr, f->atr_len);
	return head[4] == 'T' && answer_command(f, fd, room, len);
}

static void serve_ready(struct fake *f, struct pollfd *p, uint8_t *room)
{
	(void)pthread_mutex_lock(&f->lock);
	for (int i = 0; i < MAX_CLIENTS; i++) {
		if (p[i].fd >= 0 && p[i].revents != 0 && !serve(f, p[i].fd, room)) {
			(void)close(p[i].fd);
			f->clients[i] = -1;
		}
	}
	if (p[MAX_CLIENTS].revents != 0) {
		int fd = accept(f->listener, NULL, NULL), i = 0;

		while (i < MAX_CLIENTS - 1 && f->clients[i] >= 0)
			i++;
		f->clients[i] = fd;
	}
	(void)pthread_mutex_unlock(&f->lock);
}

static void *run(void *user)
{
	struct fake *f = user;
	uint8_t *room = malloc(MAX_MESSAGE);
	struct pollfd p[MAX_CLIENTS + 2];

	do {
		for (int i = 0; i < MAX_CLIENTS; i++)
			p[i] = (struct pollfd){.fd = f->clients[i], .events = POLLIN};
		p[MAX_CLIENTS] = (struct pollfd){.fd = f->listener, .events = POLLIN};
		p[MAX_CLIENTS + 1] = (struct pollfd){.fd = f->stop[0], .events = POLLIN};
		(void)poll(p, MAX_CLIENTS + 2, -1);
		serve_ready(f, p, room);
	} while (p[MAX_CLIENTS + 1].revents == 0);
	free(room);
	return NULL;
}

struct fake *fake_insert(const char *dir, const char *name)
{
	static const uint8_t atr[] = {0x3B, 0x7D, 0x96, 0x00, 0x00, 0x80, 0x54, 0x4D, 0x4F,
				      0x48, 0x52, 0x73, 0x96, 0x21, 0x80, 0x82, 0x90, 0x00};
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	struct fake *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->command = malloc(MAX_MESSAGE);
	for (int i = 0; i < MAX_CLIENTS; i++)
		f->clients[i] = -1;
	fake_set_atr(f, atr, sizeof(atr));
	(void)pthread_mutex_init(&f->lock, NULL);
	(void)snprintf(f->path, sizeof(f->path), "%s/%s", dir, name);
	(void)snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/%s.new", dir, name);
	f->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(f->listener, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(f->listener, 8), 0);
	assert_int_equal(rename(addr.sun_path, f->path), 0);
	assert_int_equal(pipe(f->stop), 0);
	assert_int_equal(pthread_create(&f->thread, NULL, run, f), 0);
	return f;
}

void fake_remove(struct fake *f)
{
	assert_int_equal(write(f->stop[1], "", 1), 1);
	(void)pthread_join(f->thread, NULL);
	(void)unlink(f->path);
	(void)close(f->listener);
	(void)close(f->stop[0]);
	(void)close(f->stop[1]);
	for (int i = 0; i < MAX_CLIENTS; i++) {
		if (f->clients[i] >= 0)
			(void)close(f->clients[i]);
	}
	free(f->command);
	free(f);
}

void fake_set_atr(struct fake *f, const void *atr, size_t len)
{
	(void)pthread_mutex_lock(&f->lock);
	memcpy(f->atr, atr, len);
	f->atr_len = len;
	(void)pthread_mutex_unlock(&f->lock);
}

void fake_set_raw(struct fake *f, const struct raw *raw, bool resets)
{
	(void)pthread_mutex_lock(&f->lock);
	f->has_raw = raw != NULL;
	f->raw_resets = resets;
	if (raw != NULL)
		f->raw = *raw;
	(void)pthread_mutex_unlock(&f->lock);
}

void fake_set_echo(struct fake *f)
{
	(void)pthread_mutex_lock(&f->lock);
	f->echo = true;
	(void)pthread_mutex_unlock(&f->lock);
}

void fake_set_mute(struct fake *f, bool mute)
{
	(void)pthread_mutex_lock(&f->lock);
	f->mute = mute;
	(void)pthread_mutex_unlock(&f->lock);
}

size_t fake_command(struct fake *f, uint8_t *out, size_t cap)
{
	size_t len;

	(void)pthread_mutex_lock(&f->lock);
	len = f->command_len;
	assert_true(len <= cap);
	memcpy(out, f->command, len);
	(void)pthread_mutex_unlock(&f->lock);
	return len;
}

unsigned fake_n_commands(struct fake *f)
{
	unsigned n;

	(void)pthread_mutex_lock(&f->lock);
	n = f->n_commands;
	(void)pthread_mutex_unlock(&f->lock);
	return n;
}

unsigned fake_n_resets(struct fake *f)
{
	unsigned n;

	(void)pthread_mutex_lock(&f->lock);
	n = f->n_resets;
	(void)pthread_mutex_unlock(&f->lock);
	return n;
}

int folder_setup(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/mohr-ifd.XXXXXX");
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

int folder_teardown(void **state)
{
	(void)state;
	return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void open_reader(DWORD lun, const char *options, const char *name)
{
	char device[256];

	(void)snprintf(device, sizeof(device), "mohr:%s%s/%s", options, folder, name);
	assert_int_equal(driver()->create(lun, device), IFD_SUCCESS);
}

void open_card(DWORD lun, const char *options, const char *name)
{
	uint8_t atr[MAX_ATR_SIZE];
	DWORD len = sizeof(atr);

	open_reader(lun, options, name);
	assert_int_equal(driver()->present(lun), IFD_ICC_PRESENT);
	assert_int_equal(driver()->power(lun, IFD_POWER_UP, atr, &len), IFD_SUCCESS);
}

RESPONSECODE send_command(DWORD lun, const void *command, size_t len, uint8_t *out, size_t cap,
			  size_t *ret_len)
{
	SCARD_IO_HEADER send = {0}, receive;
	uint8_t *copy =
		malloc(len + 1); /* of exact size, so that a sanitizer sees a read past it */
	DWORD out_len = cap;
	RESPONSECODE rc;

	assert_non_null(copy);
	memcpy(copy, command, len);
	rc = driver()->transmit(lun, send, copy, len, out, &out_len, &receive);
	free(copy);
	if (rc != IFD_SUCCESS)
		assert_int_equal(out_len, 0);
	*ret_len = out_len;
	return rc;
}

long long now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}
