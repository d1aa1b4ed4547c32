/* SPDX-License-Identifier: BSD-2-Clause */
/* The interposer counts what it sees, and passes it on as it is; a fake stands behind it. */
#include <dlfcn.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <winscard.h>

#include "tests/bench/counts.h"

static struct counts *counts;
static char counts_path[] = "/tmp/mohr-counts.XXXXXX";
static struct {
	LONG (*establish)(DWORD, LPCVOID, LPCVOID, LPSCARDCONTEXT);
	LONG (*connect)(SCARDCONTEXT, LPCSTR, DWORD, DWORD, LPSCARDHANDLE, LPDWORD);
	LONG (*reconnect)(SCARDHANDLE, DWORD, DWORD, DWORD, LPDWORD);
	LONG (*begin)(SCARDHANDLE);
	LONG (*end)(SCARDHANDLE, DWORD);
	LONG (*status_change)(SCARDCONTEXT, DWORD, SCARD_READERSTATE *, DWORD);
	LONG(*transmit)
	(SCARDHANDLE, const SCARD_IO_REQUEST *, LPCBYTE, DWORD, SCARD_IO_REQUEST *, LPBYTE,
	 LPDWORD);
	const SCARD_IO_REQUEST *t1;
} pcsc;

static void path_of(char *ret, size_t cap, const char *file)
{
	const char *build = getenv("MOHR_BUILD");

	assert_true(snprintf(ret, cap, "%s/tests/bench/%s", build != NULL ? build : ".", file) <
		    (int)cap);
}

static void find(void *library, const char *name, void *ret)
{
	void *symbol = dlsym(library, name);

	assert_non_null(symbol);
	memcpy(ret, &symbol, sizeof(symbol));
}

static int set_up(void **state)
{
	char path[4096];
	void *library;
	int fd = mkstemp(counts_path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, sizeof(*counts)), 0);
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(counts != MAP_FAILED);
	(void)close(fd);
	(void)setenv("MOHR_BENCH_COUNTS", counts_path, 1);
	path_of(path, sizeof(path), ".libs/libfake-pcsc.so");
	(void)setenv("MOHR_BENCH_PCSC", path, 1);
	path_of(path, sizeof(path), "interposer/.libs/libpcsclite.so.1");
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	assert_non_null(library);
	find(library, "SCardEstablishContext", &pcsc.establish);
	find(library, "SCardConnect", &pcsc.connect);
	find(library, "SCardReconnect", &pcsc.reconnect);
	find(library, "SCardBeginTransaction", &pcsc.begin);
	find(library, "SCardEndTransaction", &pcsc.end);
	find(library, "SCardGetStatusChange", &pcsc.status_change);
	find(library, "SCardTransmit", &pcsc.transmit);
	find(library, "g_rgSCardT1Pci", &pcsc.t1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(counts_path);
}

static uint64_t count(enum count which)
{
	return atomic_load(&counts->value[which]);
}

static int forget(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < COUNT_N; i++)
		atomic_store(&counts->value[i], 0);
	return 0;
}

static LONG send(const char *command, size_t len, DWORD *ret_got)
{
	static BYTE response[300];

	*ret_got = sizeof(response);
	return pcsc.transmit(22, pcsc.t1, (const BYTE *)command, (DWORD)len, NULL, response,
			     ret_got);
}

static void must_send(const char *command, size_t len)
{
	DWORD got;

	assert_int_equal(send(command, len, &got), SCARD_S_SUCCESS);
}

static void calls_pass_as_they_are(void **state)
{
	SCARDCONTEXT context = 0;
	SCARDHANDLE card = 0;
	DWORD protocol = 0, got;

	(void)state;
	assert_int_equal(pcsc.establish(SCARD_SCOPE_SYSTEM, NULL, NULL, &context), SCARD_S_SUCCESS);
	assert_int_equal(context, 11);
	assert_int_equal(pcsc.connect(context, "none", SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &card,
				      &protocol),
			 SCARD_E_UNKNOWN_READER);
	assert_int_equal(pcsc.connect(context, "reader", SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1,
				      &card, &protocol),
			 SCARD_S_SUCCESS);
	assert_int_equal(card, 22);
	assert_int_equal(protocol, SCARD_PROTOCOL_T1);
	assert_int_equal(send("\x00\xCA\x00\x07\x00", 5, &got), SCARD_S_SUCCESS);
	assert_int_equal(got, 9);
	assert_int_equal(pcsc.begin(23), SCARD_E_INVALID_HANDLE);
	assert_int_equal(pcsc.status_change(context, 0, NULL, 0), SCARD_E_TIMEOUT);
}

static void each_command_and_its_bytes_count(void **state)
{
	DWORD got;

	(void)state;
	must_send("\x00\xCA\x00\x00\x00", 5);
	must_send("\x00\xCB\x3F\x40\x03\x5C\x01\x7E\x00", 9);
	assert_int_equal(send("\x00\xCA\x00\xFF", 4, &got), SCARD_E_NOT_TRANSACTED);
	assert_int_equal(count(COUNT_APDUS), 3);
	assert_int_equal(count(COUNT_SENT), 18);
	assert_int_equal(count(COUNT_RECEIVED), 2 + 66);
}

static void transactions_and_calls_count_by_kind(void **state)
{
	SCARDCONTEXT context;
	DWORD protocol;

	(void)state;
	assert_int_equal(pcsc.begin(22), SCARD_S_SUCCESS);
	assert_int_equal(pcsc.begin(22), SCARD_S_SUCCESS);
	assert_int_equal(pcsc.end(22, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
	(void)pcsc.establish(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
	(void)pcsc.reconnect(22, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, SCARD_LEAVE_CARD,
			     &protocol);
	(void)pcsc.status_change(context, 0, NULL, 0);
	assert_int_equal(count(COUNT_TRANSACTIONS), 2);
	assert_int_equal(count(COUNT_ENDS), 1);
	assert_int_equal(count(COUNT_CONTEXTS), 1);
	assert_int_equal(count(COUNT_RECONNECTS), 1);
	assert_int_equal(count(COUNT_LOOKS), 1);
	assert_int_equal(count(COUNT_CONNECTS), 0);
	assert_int_equal(count(COUNT_APDUS), 0);
}

#define SELECT    "\x00\xA4\x04\x00\x02\xA0\x00", 7
#define SELECT_DF "\x00\xA4\x08\x00\x02\x50\x15\x00", 8
#define VERIFY                                                                                     \
	"\x00\x20\x00\x01\x04"                                                                     \
	"1234",                                                                                    \
		9
#define ASK          "\x00\x20\x00\x01", 4
#define GET_RESPONSE "\x00\xC0\x00\x05\x05", 5
#define OTHER        "\x00\xCA\x00\x00\x00", (size_t)5

static void select_right_before_verify_is_a_guard(void **state)
{
	(void)state;
	must_send(SELECT);
	must_send(GET_RESPONSE);
	must_send(VERIFY);
	assert_int_equal(count(COUNT_VERIFIES), 1);
	assert_int_equal(count(COUNT_GUARDS), 1);
	assert_int_equal(count(COUNT_GUARD_SENT), 12);
	assert_int_equal(count(COUNT_GUARD_RECEIVED), 9);
}

static void of_several_selects_the_application_s_is_the_guard(void **state)
{
	(void)state;
	must_send(SELECT);
	must_send(GET_RESPONSE);
	must_send(SELECT_DF);
	must_send(GET_RESPONSE);
	must_send(VERIFY);
	assert_int_equal(count(COUNT_GUARDS), 1);
	assert_int_equal(count(COUNT_GUARD_SENT), 12);
	assert_int_equal(count(COUNT_GUARD_RECEIVED), 9);
	must_send(SELECT_DF);
	must_send(SELECT);
	must_send(VERIFY);
	assert_int_equal(count(COUNT_GUARDS), 2);
	assert_int_equal(count(COUNT_GUARD_SENT), 12 + 7);
	must_send(SELECT_DF);
	must_send(SELECT_DF);
	must_send(VERIFY);
	assert_int_equal(count(COUNT_GUARDS), 3);
	assert_int_equal(count(COUNT_GUARD_SENT), 12 + 7 + 8);
}

static void other_selects_are_none(void **state)
{
	(void)state;
	must_send(SELECT);
	must_send(ASK); /* no PIN in it */
	must_send(VERIFY);
	must_send(SELECT);
	must_send(OTHER);
	must_send(VERIFY);
	must_send(GET_RESPONSE);
	must_send(VERIFY);
	assert_int_equal(count(COUNT_VERIFIES), 3);
	assert_int_equal(count(COUNT_GUARDS), 0);
	assert_int_equal(count(COUNT_GUARD_SENT), 0);
	assert_int_equal(count(COUNT_GUARD_RECEIVED), 0);
}

static void children_count_into_the_same_file(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		DWORD got;

		_exit(send(OTHER, &got) == SCARD_S_SUCCESS ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(count(COUNT_APDUS), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(calls_pass_as_they_are, forget),
		cmocka_unit_test_setup(each_command_and_its_bytes_count, forget),
		cmocka_unit_test_setup(transactions_and_calls_count_by_kind, forget),
		cmocka_unit_test_setup(select_right_before_verify_is_a_guard, forget),
		cmocka_unit_test_setup(of_several_selects_the_application_s_is_the_guard, forget),
		cmocka_unit_test_setup(other_selects_are_none, forget),
		cmocka_unit_test_setup(children_count_into_the_same_file, forget),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
