/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Directory files of a PKCS#15 card that list thousands of things, lead to themselves, or make whoever reads
 * them work without end: listing, login and signature are over within 2 s and 4 MB all the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec/iso7816.h"
#include "codec/tlv.h"
#include "tests/hostile/cost.h"
#include "tests/hostile/kinds.h"

enum { FILE_LEN = 0x7F00, N_FILES = 8, PENDING_LEN = 32, ROOM = 256 };

/* A file whose content is this entry, over and over. */
struct file {
	uint16_t id;
	struct buf content;
};

/* What stands in place of the honest card's files. */
static struct {
	struct file files[N_FILES];
	unsigned n;
	const struct file *selected; /* NULL: one of the card's own */
	uint8_t pending[PENDING_LEN];
	size_t pending_len;
} world;

static const struct file *find_file(uint16_t id)
{
	for (unsigned i = 0; i < world.n; i++) {
		if (world.files[i].id == id)
			return &world.files[i];
	}
	return NULL;
}

static void answer(struct mutant *m, const uint8_t *data, size_t len, uint16_t sw)
{
	buf_reset(&m->answer);
	buf_put(&m->answer, data, len);
	buf_put_be16(&m->answer, sw);
}

/* 62{80 size, 82 01, 83 identifier}, to be fetched under T=0. */
static void select_file(struct mutant *m, const uint8_t *command, size_t len)
{
	uint8_t fcp[] = {0x62, 0x0B, 0x80, 0x02, FILE_LEN >> 8, FILE_LEN & 0xFF, 0x82, 0x01, 0x01,
			 0x83, 0x02, 0,    0};
	size_t lc = len > 5 ? command[4] : 0;

	world.selected = NULL;
	/* no application is found by name where EF.DIR is to be read */
	if (command[2] == 0x04 && find_file(0x2F00) != NULL)
		answer(m, NULL, 0, SW_FILE_NOT_FOUND);
	if (command[2] == 0x04 || lc < 2 || len < 5 + lc)
		return;
	world.selected = find_file((uint16_t)(command[5 + lc - 2] << 8 | command[5 + lc - 1]));
	if (world.selected == NULL)
		return;
	memcpy(fcp + 11, command + 5 + lc - 2, 2);
	memcpy(world.pending, fcp, sizeof(fcp));
	world.pending_len = sizeof(fcp);
	answer(m, NULL, 0, (uint16_t)(0x6100 | sizeof(fcp)));
}

static void read_file(struct mutant *m, const uint8_t *command, size_t len)
{
	size_t offset = (size_t)command[2] << 8 | command[3];
	size_t left, le = len > 4 && command[4] != 0 ? command[4] : 256;

	if (offset >= world.selected->content.len) {
		answer(m, NULL, 0, SW_OFFSET);
		return;
	}
	left = world.selected->content.len - offset;
	answer(m, world.selected->content.data + offset, le < left ? le : left, SW_OK);
}

static void replace_files(struct mutant *m, const uint8_t *command, size_t len)
{
	if (command[1] == INS_SELECT) {
		world.pending_len = 0;
		select_file(m, command, len);
	} else if (command[1] == INS_GET_RESPONSE && world.pending_len > 0) {
		answer(m, world.pending, world.pending_len, SW_OK);
		world.pending_len = 0;
	} else if (command[1] == INS_READ_BINARY && world.selected != NULL) {
		read_file(m, command, len);
	}
}

/* ---- files ------------------------------------------------------------------------------------ */

/*
 * Hexadecimal, where braces stand for a length, and (N:...) for N times the same, or as often as there is
 * room in a file.
 */
static const char *put_text(struct buf *b, const char *text)
{
	char octet[3] = {0};

	while (*text != '\0' && *text != '}' && *text != ')') {
		if (*text == '{') {
			size_t mark;

			buf_put_u8(b, 0);
			mark = b->len;
			text = put_text(b, text + 1) + 1;
			tlv_close(b, mark);
		} else if (*text == '(') {
			char *body;
			unsigned long n = strtoul(text + 1, &body, 10);

			do {
				text = put_text(b, body + 1) + 1;
			} while (--n > 0 && b->len < FILE_LEN - ROOM);
		} else if (*text == ' ') {
			text++;
		} else {
			memcpy(octet, text, 2);
			buf_put_u8(b, (uint8_t)strtoul(octet, NULL, 16));
			text += 2;
		}
	}
	return text;
}

struct planted {
	uint16_t id;
	const char *text;
};

#define EF_DIR "61{4F{A000000063504B43532D3135} 51{3F005015}}"
#define INFO   "30{02{00} 04{01} 80{41} 03{0520}}"
#define PIN                                                                                        \
	"30{30{0C{50}} 30{04{01}} A1{30{03{0608} 0A{01} 02{04} 02{08} 80{81} 30{04{3F005015}}}}}"
#define KEY(type, id, path)                                                                        \
	type "{30{0C{4B} 03{0780} 04{01}} 30{04{" id "} 03{0520} 03{03B8} 02{01}} "                \
	     "A1{30{30{04{" path "}} 02{0800}}}}"
#define CERTIFICATE(id, path) "30{30{0C{43}} 30{04{" id "}} A1{30{30{04{" path "}}}}}"

/* Each row takes the place of the card's own files of the same identifiers. */
static const struct {
	const char *name;
	struct planted files[N_FILES];
} rows[] = {
	{"applications", {{0x2F00, "(9999:" EF_DIR ")"}, {0x5031, "00"}}},
	{"others_applications", {{0x2F00, "(9999:61{4F{A000000001}})"}}},
	{"ef_dir_is_its_own_odf",
	 {{0x2F00, "(999:61{4F{A000000063504B43532D3135} 51{3F00} 73{30{04{2F00}} A0{04{2F00}}}})"},
	  {0x5031, "00"}}},
	{"odf_of_itself",
	 {{0x5031,
	   "(999:A0{30{04{5031}}} A4{30{04{3F0050155031}}} A8{30{04{5031}}} A7{30{04{5031}}} "
	   "A1{30{04{5031}}})"}}},
	{"odf_in_odf", {{0x5031, "(999:A0{A0{A0{A0{30{04{5031}}}}}} A8{A0{A8{A0{}}}})"}}},
	{"odf_of_large_lists",
	 {{0x5031, "(3999:A4{30{04{4404}}})"},
	  {0x4404, "(9999:" CERTIFICATE("45", "4301") ")"},
	  {0x4301, "30823FF0(9999:00)"}}},
	{"certificates_at_one_place",
	 {{0x5031, "A4{30{04{4404}}} A0{30{04{4402}}} A8{30{04{4401}}}"},
	  {0x4401, PIN},
	  {0x4402, "(9999:" KEY("30", "45", "4B01") ")"},
	  {0x4404, "(9999:" CERTIFICATE("45", "4301") ")"},
	  {0x4301, "30823FF0(99999:00)"}}},
	{"pins", {{0x5031, "(20:A8{30{04{4401}}})"}, {0x4401, "(9999:" PIN ")"}}},
	{"pins_that_are_not_shown",
	 {{0x5031, "(9999:A8{30{04{4401}}})"}, {0x4401, "(9999:A0{30{} 30{04{01}} A1{30{}}})"}}},
	{"keys_of_other_kinds",
	 {{0x5031, "(9999:A0{30{04{4402}}})"}, {0x4402, "(9999:A2{30{} 30{} A1{}})"}}},
	{"keys_without_certificates",
	 {{0x5031, "A8{30{04{4401}}} A0{30{04{4402}}} (9999:A1{30{04{4403}}})"},
	  {0x4401, PIN},
	  {0x4402, "(9999:" KEY("30", "45", "4B01") ")"},
	  {0x4403, "(999:" KEY("30", "46", "4503") ")"}}},
	{"public_keys_at_one_place",
	 {{0x5031, "A8{30{04{4401}}} A0{30{04{4402}}} A1{30{04{4403}}}"},
	  {0x4401, PIN},
	  {0x4402, "(9999:" KEY("30", "45", "4B01") ")"},
	  {0x4403, "(99:" KEY("30", "45", "4503") ")"},
	  {0x4503, "3082FFF0(99999:30)"}}},
	{"algorithms",
	 {{0x5032, "30{02{00} 04{01} 03{00} A2{(700:30{02{05} 02{01} 05{} 03{0264}})}}"},
	  {0x5031, "A8{30{04{4401}}} A0{30{04{4402}}}"},
	  {0x4401, PIN},
	  {0x4402,
	   "(8:30{30{04{01}} 30{04{45} 03{0520} A1{(999:02{04})}} A1{30{30{04{4B01}}}}})"}}},
	{"algorithms_and_one_key",
	 {{0x5032, "30{02{00} 04{01} 03{00} A2{(1200:30{02{05} 02{01} 05{} 03{0264}})}}"},
	  {0x5031, "A8{30{04{4401}}} A0{30{04{4402}}}"},
	  {0x4401, PIN},
	  {0x4402, "30{30{04{01}} 30{04{45} 03{0520} A1{(9000:02{04})}} A1{30{30{04{4B01}}}}}"}}},
	{"data",
	 {{0x5031, "(99:A7{30{04{4405}}})"},
	  {0x4405, "(9999:30{30{0C{44}} 30{0C{44}} A1{30{04{4505}}}})"},
	  {0x4505, "(99999:44)"}}},
	{"long_names",
	 {{0x5032, "30{02{00} 04{(9000:04)} 0C{(9000:41)} 80{(9000:C3)} 03{00}}"},
	  {0x5031, "(99:A7{30{04{4405}}}) A8{30{04{4401}}}"},
	  {0x4401, "(3:30{30{0C{(9000:F0)}} 30{04{01}} A1{30{03{00} 0A{01} 02{04} 02{08}}}})"},
	  {0x4405, "(4:30{30{0C{(4000:E2)}} 30{0C{(3000:42)}} A1{30{04{(8000:4405)}}}})"}}},
	{"nested",
	 {{0x5031, "(999:A4{30{04{4404}}})"},
	  {0x5032, "(8000:30827000)"},
	  {0x4404, "(8000:30827000)"}}},
	{"empty", {{0x5031, "(99999:00)"}, {0x5032, "(99999:FF)"}, {0x2F00, "(99999:00)"}}},
	{"lists_without_end",
	 {{0x5031, "(9999:A4{30{04{4404}}} A0{30{04{4402}}} A8{30{04{4401}}} A7{30{04{4405}}})"},
	  {0x4401, "308401000000(9999:30)"},
	  {0x4402, "308401000000(9999:30)"},
	  {0x4404, "308401000000(9999:30)"},
	  {0x4405, "308401000000(9999:30)"}}},
};

static void plant(const struct planted *files)
{
	for (; files->text != NULL && world.n < N_FILES; files++) {
		struct file *f = &world.files[world.n++];

		f->id = files->id;
		buf_init(&f->content, FILE_LEN);
		assert_int_equal(*put_text(&f->content, files->text), '\0');
		assert_int_equal(buf_err(&f->content), 0);
	}
}

static void uproot(void)
{
	while (world.n > 0)
		buf_clear(&world.files[--world.n].content);
	world.selected = NULL;
	world.pending_len = 0;
}

/* Each with the card that is of no known make, and with one that is. */
static void directories_of_thousands_are_read_in_little_time_and_memory(void **state)
{
	static const char *const names[] = {"p15", "myeid"};
	char folder[] = "/tmp/mohr-hostile-XXXXXX";
	const struct vcard_personality *kind;
	struct mutant m = {.card = NULL};
	struct user u = {.mutant = &m};
	struct vcard *card;
	struct cost c;

	(void)state;
	assert_non_null(mkdtemp(folder));
	config_init(&u.config);
	assert_int_equal(crypto_openssl_new(&u.crypto), 0);
	for (size_t i = 0; (kind = vcard_personality_at(i)) != NULL; i++) {
		if (strcmp(kind->name, names[0]) != 0 && strcmp(kind->name, names[1]) != 0)
			continue;
		card = kinds_make(kind, folder, &u);
		mutant_init(&m, card, UINT_MAX);
		m.protocol = PROTOCOL_T0;
		m.spoil = replace_files;
		for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
			plant(rows[k].files);
			for (unsigned run = 0; run < 4; run++) {
				mutant_begin(&m, 1, 0, 0);
				u.dice.state = run;
				c = cost_of(&u, run % 2 ? use_profile : use_token);
				printf("# %-6s %-26s %6.3f s %8zu bytes %6u exchanges\n",
				       kind->name, rows[k].name, c.seconds, c.bytes, c.exchanges);
				cost_check(&c, kind->name, rows[k].name, run);
			}
			uproot();
		}
		mutant_clear(&m);
		vcard_free(card);
	}
	kinds_remove(folder);
	crypto_free(u.crypto);
	config_clear(&u.config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(directories_of_thousands_are_read_in_little_time_and_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
