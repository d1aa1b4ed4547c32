/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of libifd-mohr.so without pcscd: the driver's entry points, and a card in a thread of its
 * own that answers as it is told.
 */
#ifndef MOHR_TESTS_INTEGRATION_IFD_FAKE_H
#define MOHR_TESTS_INTEGRATION_IFD_FAKE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <ifdhandler.h>
#include <reader.h>

typedef RESPONSECODE ifd_transmit_fn(DWORD lun, SCARD_IO_HEADER send_header, PUCHAR command,
				     DWORD len, PUCHAR response, PDWORD response_len,
				     PSCARD_IO_HEADER response_header);

struct driver {
	RESPONSECODE (*create)(DWORD, LPSTR);
	RESPONSECODE (*close)(DWORD);
	RESPONSECODE (*get)(DWORD, DWORD, PDWORD, PUCHAR);
	RESPONSECODE (*set_protocol)(DWORD, DWORD, UCHAR, UCHAR, UCHAR, UCHAR);
	RESPONSECODE (*power)(DWORD, DWORD, PUCHAR, PDWORD);
	ifd_transmit_fn *transmit;
	RESPONSECODE (*control)(DWORD, DWORD, PUCHAR, DWORD, PUCHAR, DWORD, LPDWORD);
	RESPONSECODE (*present)(DWORD);
	RESPONSECODE (*wait)(DWORD, int);
	RESPONSECODE (*stop)(DWORD);
};

/* Loads the driver of the build tree once. */
const struct driver *driver(void);

/* A raw answer of the fake card: the bytes that go onto the wire, and whether it hangs up after. */
struct raw {
	const uint8_t *bytes;
	size_t len;
	bool hang_up;
};

struct fake;

/* A card that listens at dir/NAME; answers RESET with its ATR and commands with 90 00. */
struct fake *fake_insert(const char *dir, const char *name);
void fake_remove(struct fake *f);
/* The ATR that it answers with; 0 to 40 bytes. */
void fake_set_atr(struct fake *f, const void *atr, size_t len);
/* What it answers to the next command (and RESET, if resets) instead; NULL: as usual again. */
void fake_set_raw(struct fake *f, const struct raw *raw, bool resets);
/* Echoes commands with 90 00 behind them. */
void fake_set_echo(struct fake *f);
/* It takes requests and never answers. */
void fake_set_mute(struct fake *f, bool mute);
/* The command it got last, and how many there were. */
size_t fake_command(struct fake *f, uint8_t *out, size_t cap);
unsigned fake_n_commands(struct fake *f);
unsigned fake_n_resets(struct fake *f);

/* A folder for sockets and files; made by the setup, removed by the teardown. */
extern char folder[32];
int folder_setup(void **state);
int folder_teardown(void **state);

/* Opens reader lun on a socket in the folder; options such as "timeout=200:" or "". */
void open_reader(DWORD lun, const char *options, const char *name);
/* Opens it, expects the card to be seen, and powers it up. */
void open_card(DWORD lun, const char *options, const char *name);
/* Sends a command that ought to succeed or not; *ret_len is the answer's length. */
RESPONSECODE send_command(DWORD lun, const void *command, size_t len, uint8_t *out, size_t cap,
			  size_t *ret_len);
/* Milliseconds of a clock that never goes back. */
long long now_ms(void);

#endif
