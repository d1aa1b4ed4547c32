/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PC/SC client for scenarios (within scripts/with-card --pcscd; with the first reader, or
 * the one that $READER says, counted from 0):
 *
 *	apdu HEX...       sends them within one connection; prints each answer in hexadecimal
 *	echo N            puts a card that echoes in the reader's place, and sends it N bytes
 *	verify REFERENCE  asks the reader's PIN pad to verify; prints the status word
 *	mute              sends a command to a mute card; prints the error's name and the milliseconds
 *	latency ROUNDS    pulls and inserts the card; prints the least milliseconds until
 *	                  SCardGetStatusChange tells: "insertion MS removal MS"
 */
#include <inttypes.h>
#include <pthread.h>
#include <reader.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <winscard.h>

#include "tests/integration/ifd_fake.h"

enum { MAX_ANSWER = 65538 + 16 };

static SCARDCONTEXT context;
static SCARDHANDLE handle;
static DWORD protocol;
static char reader[128];

static void check(const char *what, LONG r)
{
	if (r != SCARD_S_SUCCESS) {
		(void)fprintf(stderr, "%s: %s\n", what, pcsc_stringify_error(r));
		exit(1);
	}
}

static double clock_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void open_context(void)
{
	const char *wanted = getenv("READER"), *name;
	char names[2048];
	DWORD len = sizeof(names);

	check("SCardEstablishContext",
	      SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context));
	check("SCardListReaders", SCardListReaders(context, NULL, names, &len));
	name = names;
	for (int i = wanted != NULL ? atoi(wanted) : 0; i > 0 && *name != '\0'; i--)
		name += strlen(name) + 1;
	(void)snprintf(reader, sizeof(reader), "%.127s", name);
}

static void connect_card(void)
{
	open_context();
	check("SCardConnect",
	      SCardConnect(context, reader, SCARD_SHARE_SHARED,
			   SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &handle, &protocol));
}

static LONG transmit(const uint8_t *command, size_t len, uint8_t *answer, DWORD *answer_len)
{
	const SCARD_IO_REQUEST *pci = protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;

	return SCardTransmit(handle, pci, command, len, NULL, answer, answer_len);
}

static size_t parse_hex(const char *text, uint8_t *out, size_t cap)
{
	size_t n = 0;

	while (text[2 * n] != '\0' && n < cap) {
		if (sscanf(text + 2 * n, "%2" SCNx8, &out[n]) != 1)
			exit(2);
		n++;
	}
	return n;
}

static int send_apdus(int argc, char **argv)
{
	uint8_t command[512], answer[MAX_ANSWER];

	connect_card();
	for (int i = 0; i < argc; i++) {
		DWORD len = sizeof(answer);

		check("SCardTransmit",
		      transmit(command, parse_hex(argv[i], command, sizeof(command)), answer,
			       &len));
		for (DWORD j = 0; j < len; j++)
			(void)printf("%02X", answer[j]);
		(void)putchar('\n');
	}
	return 0;
}

static uint32_t find_feature(uint8_t wanted)
{
	uint8_t list[256];
	DWORD len = 0;

	check("SCardControl", SCardControl(handle, CM_IOCTL_GET_FEATURE_REQUEST, NULL, 0, list,
					   sizeof(list), &len));
	for (DWORD at = 0; at + 6 <= len; at += 6) {
		if (list[at] == wanted)
			return (uint32_t)list[at + 2] << 24 | (uint32_t)list[at + 3] << 16 |
			       (uint32_t)list[at + 4] << 8 | list[at + 5];
	}
	(void)fputs("the reader has no such feature\n", stderr);
	exit(1);
}

static int verify_by_pad(uint8_t reference)
{
	uint8_t select[] = {0x00, 0xA4, 0x04, 0x0C, 0x0C, 0xA0, 0x00, 0x00, 0x00,
			    0x18, 0x0C, 0x00, 0x00, 0x01, 0x63, 0x42, 0x00};
	uint8_t room[sizeof(PIN_VERIFY_STRUCTURE) + 21] = {0}, answer[300];
	PIN_VERIFY_STRUCTURE *v = (PIN_VERIFY_STRUCTURE *)room;
	DWORD len = sizeof(answer);

	connect_card();
	check("SCardTransmit", transmit(select, sizeof(select), answer, &len));
	v->bTimerOut = 5;
	v->bmFormatString = 0x82; /* bytes, left, ASCII */
	v->bmPINBlockString = 15;
	v->wPINMaxExtraDigit = 0x0408;
	v->bEntryValidationCondition = 2;
	v->bNumberMessage = 1;
	v->ulDataLength = 21;
	memcpy(v->abData, (const uint8_t[]){0x00, 0x20, 0x00, reference, 0x10}, 5);
	check("SCardControl", SCardControl(handle, find_feature(FEATURE_VERIFY_PIN_DIRECT), room,
					   sizeof(room), answer, sizeof(answer), &len));
	if (len != 2)
		return 1;
	(void)printf("%02X%02X\n", answer[0], answer[1]);
	return 0;
}

/* One line to with-card's control socket; the reply is awaited. */
static void control(const char *line)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	const char *path = getenv("MOHR_CARD_CTL");
	char reply[256];

	if (path == NULL || fd < 0)
		exit(2);
	(void)snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	if (connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) != 0 ||
	    send(fd, line, strlen(line), 0) < 0 || read(fd, reply, sizeof(reply)) < 2 ||
	    memcmp(reply, "ok", 2) != 0) {
		(void)fprintf(stderr, "with-card refuses: %s", line);
		exit(1);
	}
	(void)close(fd);
}

static void await_state(SCARD_READERSTATE *state, DWORD wanted)
{
	do {
		check("SCardGetStatusChange", SCardGetStatusChange(context, 10000, state, 1));
		state->dwCurrentState = state->dwEventState;
	} while ((state->dwEventState & wanted) == 0);
}

/* Commands and answers of any length pass pcscd and the driver: N bytes, and N + 2 back. */
static int echo(size_t n)
{
	uint8_t *command = malloc(n + 1), answer[MAX_ANSWER];
	char *dir = strdup(getenv("MOHR_CARD")), *name = dir != NULL ? strrchr(dir, '/') : NULL;
	SCARD_READERSTATE state = {.szReader = reader};
	DWORD len = sizeof(answer);
	struct fake *card;
	LONG r;

	if (command == NULL || name == NULL)
		return 2;
	*name = '\0';
	open_context();
	control("remove 1\n");
	await_state(&state, SCARD_STATE_EMPTY);
	card = fake_insert(dir, name + 1);
	fake_set_echo(card);
	await_state(&state, SCARD_STATE_PRESENT);
	check("SCardConnect",
	      SCardConnect(context, reader, SCARD_SHARE_SHARED,
			   SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &handle, &protocol));
	for (size_t i = 0; i < n; i++)
		command[i] = (uint8_t)(i * 31 + i / 256);
	r = transmit(command, n, answer, &len);
	check("SCardTransmit", r);
	fake_remove(card);
	(void)printf("%lu %s\n", (unsigned long)len,
		     len == n + 2 && memcmp(command, answer, n) == 0 ? "same" : "different");
	free(command);
	free(dir);
	return 0;
}

static int send_to_mute(void)
{
	uint8_t command[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00}, answer[300];
	DWORD len = sizeof(answer);
	double start;
	LONG r;

	connect_card();
	control("mute 1\n");
	start = clock_now();
	r = transmit(command, sizeof(command), answer, &len);
	(void)printf("%s %.0f\n",
		     r == (LONG)SCARD_E_NOT_TRANSACTED ? "NOT_TRANSACTED" : pcsc_stringify_error(r),
		     clock_now() - start);
	control("unmute 1\n");
	/* The card is still there, and a reset brings it back. */
	check("SCardReconnect",
	      SCardReconnect(handle, SCARD_SHARE_SHARED, protocol, SCARD_RESET_CARD, &protocol));
	len = sizeof(answer);
	check("SCardTransmit", transmit(command, sizeof(command), answer, &len));
	return len == 2 ? 0 : 1;
}

/* When the moving hand began; it works beside the thread that waits for the event. */
struct hand {
	const char *line;
	double start;
};

static void *move_card(void *user)
{
	struct hand *h = user;
	const struct timespec pause = {.tv_nsec = 30000000};

	(void)nanosleep(&pause, NULL); /* the other thread is to be waiting by then */
	h->start = clock_now();
	control(h->line);
	return NULL;
}

/* Milliseconds from the request to the event. */
static double measure(SCARD_READERSTATE *state, const char *line, DWORD wanted)
{
	struct hand h = {.line = line};
	pthread_t thread;
	double end;

	if (pthread_create(&thread, NULL, move_card, &h) != 0)
		exit(1);
	await_state(state, wanted);
	end = clock_now();
	(void)pthread_join(thread, NULL);
	return end - h.start;
}

static int latency(unsigned rounds)
{
	SCARD_READERSTATE state = {.szReader = reader};
	double removal = 1e9, insertion = 1e9, ms;

	open_context();
	check("SCardGetStatusChange", SCardGetStatusChange(context, 10000, &state, 1));
	state.dwCurrentState = state.dwEventState;
	for (unsigned i = 0; i < rounds; i++) {
		ms = measure(&state, "remove 1\n", SCARD_STATE_EMPTY);
		removal = ms < removal ? ms : removal;
		ms = measure(&state, "insert 1\n", SCARD_STATE_PRESENT);
		insertion = ms < insertion ? ms : insertion;
	}
	(void)printf("insertion %.1f removal %.1f\n", insertion, removal);
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (strcmp(verb, "apdu") == 0 && argc > 2)
		return send_apdus(argc - 2, argv + 2);
	if (strcmp(verb, "echo") == 0 && argc == 3)
		return echo(strtoul(argv[2], NULL, 10));
	if (strcmp(verb, "verify") == 0 && argc == 3)
		return verify_by_pad((uint8_t)strtoul(argv[2], NULL, 16));
	if (strcmp(verb, "mute") == 0)
		return send_to_mute();
	if (strcmp(verb, "latency") == 0 && argc == 3)
		return latency((unsigned)strtoul(argv[2], NULL, 10));
	(void)fputs("pcsc_client apdu HEX... | echo N | verify REFERENCE | mute | latency ROUNDS\n",
		    stderr);
	return 2;
}
