/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cards that want to be listened to for ever, or to fill the memory. Each kind of virtual card turns into
 * each kind of liar at each of its answers; listing, login and signature are then over within 2 s and 4 MB.
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
#include "tests/hostile/use.h"
#include "vcard/piv/gzip.h"

/* ---- liars -------------------------------------------------------------------------------------- */

/* How many bytes the command wants, as far as it says so. */
static size_t wanted(const uint8_t *command, size_t len)
{
	size_t lc;

	if (len == 4)
		return 0;
	if (len == 5)
		return command[4] ? command[4] : 256;
	lc = command[4];
	if (len == 7 && lc == 0)
		return command[5] << 8 | command[6] ? (size_t)(command[5] << 8 | command[6])
						    : 65536;
	if (lc != 0 && len == 5 + lc + 1)
		return command[len - 1] ? command[len - 1] : 256;
	return lc == 0 && len > 7 ? 65536 : 0;
}

static void say(struct mutant *m, const uint8_t *start, size_t start_len, uint8_t fill, size_t len,
		uint16_t sw)
{
	buf_reset(&m->answer);
	buf_put(&m->answer, start, start_len < len ? start_len : len);
	if (len > start_len)
		buf_fill(&m->answer, fill, len - start_len);
	buf_put_be16(&m->answer, sw);
}

static void more_for_ever(struct mutant *m, const uint8_t *command, size_t len)
{
	say(m, NULL, 0, 0x30, wanted(command, len), 0x6100);
}

static void one_more_byte_for_ever(struct mutant *m, const uint8_t *command, size_t len)
{
	say(m, NULL, 0, 0x30, wanted(command, len) > 0, 0x6101);
}

static void nothing_more_for_ever(struct mutant *m, const uint8_t *command, size_t len)
{
	(void)command, (void)len;
	say(m, NULL, 0, 0, 0, 0x6110);
}

static void other_length_for_ever(struct mutant *m, const uint8_t *command, size_t len)
{
	(void)command;
	say(m, NULL, 0, 0, 0, len % 2 ? 0x6C10 : 0x6CFF);
}

/* One data object of 64 KiB without end. */
static void full_answers(struct mutant *m, const uint8_t *command, size_t len)
{
	static const uint8_t start[] = {0x30, 0x82, 0xFF, 0xF0};

	say(m, start, sizeof(start), 0x30, wanted(command, len), SW_OK);
}

static void full_answers_of_ff(struct mutant *m, const uint8_t *command, size_t len)
{
	say(m, NULL, 0, 0xFF, wanted(command, len), SW_OK);
}

static void full_answers_of_zeros(struct mutant *m, const uint8_t *command, size_t len)
{
	say(m, NULL, 0, 0x00, wanted(command, len), SW_OK);
}

static void more_than_was_asked_for(struct mutant *m, const uint8_t *command, size_t len)
{
	static const uint8_t start[] = {0x30, 0x82, 0xFF, 0xF0};

	(void)command, (void)len;
	say(m, start, sizeof(start), 0x30, LIMIT_RESPONSE - 2, SW_OK);
}

static void byte_by_byte(struct mutant *m, const uint8_t *command, size_t len)
{
	bool first = len > 3 && command[2] == 0 && command[3] == 0;
	static const uint8_t start[] = {0x30, 0x82, 0x3F, 0x00};

	if (wanted(command, len) == 0)
		say(m, NULL, 0, 0, 0, SW_OK);
	else
		say(m, start, sizeof(start), 0x05, first ? 4 : 1, SW_OK);
}

/* Data objects in data objects, in a length that is right. */
static void nests_without_end(struct mutant *m, const uint8_t *command, size_t len)
{
	size_t n = wanted(command, len), left;

	buf_reset(&m->answer);
	for (left = n; left >= 4; left -= 4) {
		buf_put_u8(&m->answer, 0x30);
		buf_put_u8(&m->answer, 0x82);
		buf_put_be16(&m->answer, (uint16_t)(left - 4));
	}
	buf_fill(&m->answer, 0, left);
	buf_put_be16(&m->answer, SW_OK);
}

static void length_of_four_gigabytes(struct mutant *m, const uint8_t *command, size_t len)
{
	static const uint8_t start[] = {0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF};

	say(m, start, sizeof(start), 0x30, wanted(command, len), SW_OK);
}

/* Small data objects, as many as there is room for. */
static void thousands_of_objects(struct mutant *m, const uint8_t *command, size_t len)
{
	static const uint8_t object[] = {0x30, 0x0F, 0x30, 0x00, 0x30, 0x02, 0x04, 0x00, 0xA1,
					 0x07, 0x30, 0x05, 0x30, 0x03, 0x04, 0x01, 0x01};
	size_t left;

	buf_reset(&m->answer);
	for (left = wanted(command, len); left >= sizeof(object); left -= sizeof(object))
		buf_put(&m->answer, object, sizeof(object));
	buf_fill(&m->answer, 0, left);
	buf_put_be16(&m->answer, SW_OK);
}

struct liar {
	const char *name;
	mutant_spoil_fn *spoil;
};

static const struct liar liars[] = {
	{"more_for_ever", more_for_ever},
	{"one_more_byte_for_ever", one_more_byte_for_ever},
	{"nothing_more_for_ever", nothing_more_for_ever},
	{"other_length_for_ever", other_length_for_ever},
	{"full_answers", full_answers},
	{"full_answers_of_ff", full_answers_of_ff},
	{"full_answers_of_zeros", full_answers_of_zeros},
	{"more_than_was_asked_for", more_than_was_asked_for},
	{"byte_by_byte", byte_by_byte},
	{"nests_without_end", nests_without_end},
	{"length_of_four_gigabytes", length_of_four_gigabytes},
	{"thousands_of_objects", thousands_of_objects},
};

/* ---- each kind of card, each liar -------------------------------------------------------------- */

/* The card of this kind becomes this liar at its first answer, at its second, and so on. */
static struct cost try_liar(struct user *u, const struct liar *liar, const char *kind)
{
	struct cost most = {0}, c;
	unsigned first, n_honest;

	u->mutant->spoil = liar->spoil;
	mutant_begin(u->mutant, 1, UINT_MAX, 0);
	n_honest = cost_of(u, use_token).exchanges;
	assert_true(n_honest > 0);
	for (first = 0; first < n_honest; first++) {
		mutant_begin(u->mutant, 1, first, 0);
		u->dice.state = first;
		c = cost_of(u, use_token);
		cost_check(&c, kind, liar->name, first);
		cost_keep_most(&most, &c);
	}
	return most;
}

/* Of all kinds, or of one. */
static void try_kind(const char *name, const struct liar *these, size_t n)
{
	char folder[] = "/tmp/mohr-hostile-XXXXXX";
	const struct vcard_personality *kind;
	struct mutant m = {.card = NULL};
	struct user u = {.mutant = &m};
	struct vcard *card;
	struct cost most;

	assert_non_null(mkdtemp(folder));
	config_init(&u.config);
	assert_int_equal(crypto_openssl_new(&u.crypto), 0);
	for (size_t i = 0; (kind = vcard_personality_at(i)) != NULL; i++) {
		if (name != NULL && strcmp(name, kind->name) != 0)
			continue;
		card = kinds_make(kind, folder, &u);
		mutant_init(&m, card, UINT_MAX);
		for (size_t k = 0; k < n; k++) {
			most = try_liar(&u, &these[k], kind->name);
			printf("# %-12s %-24s %6.3f s %8zu bytes %6u exchanges\n", kind->name,
			       these[k].name, most.seconds, most.bytes, most.exchanges);
		}
		mutant_clear(&m);
		vcard_free(card);
	}
	kinds_remove(folder);
	crypto_free(u.crypto);
	config_clear(&u.config);
}

static void liars_are_refused_in_little_time_and_memory(void **state)
{
	(void)state;
	try_kind(NULL, liars, sizeof(liars) / sizeof(liars[0]));
}

/* ---- a compressed certificate ------------------------------------------------------------------- */

static struct buf bomb = {.max = LIMIT_RESPONSE};

/* SP 800-73-4 part 1 appendix A: 53{70{certificate} 71{01} FE{}}, of sixteen million zeros. */
static void make_bomb(void)
{
	struct buf data = BUF_INIT(16 << 20), packed = BUF_INIT(32 << 20);
	size_t object, certificate;

	buf_fill(&data, 0, data.max);
	assert_int_equal(buf_err(&data), 0);
	assert_int_equal(vcard_gzip(data.data, data.len, &packed), 0);
	object = tlv_open(&bomb, 0x53);
	certificate = tlv_open(&bomb, 0x70);
	buf_put(&bomb, packed.data, packed.len);
	tlv_close(&bomb, certificate);
	tlv_put_u8(&bomb, 0x71, 0x01);
	tlv_put(&bomb, 0xFE, NULL, 0);
	tlv_close(&bomb, object);
	assert_int_equal(buf_err(&bomb), 0);
	buf_clear(&packed);
	buf_clear(&data);
}

/* In one answer, whatever object is asked for. */
static void compressed_for_ever(struct mutant *m, const uint8_t *command, size_t len)
{
	if (len > 4 && command[1] == INS_GET_DATA_TLV)
		say(m, bomb.data, bomb.len, 0, bomb.len, SW_OK);
}

/* A YubiKey has extended length. */
static void compressed_certificates_do_not_fill_the_memory(void **state)
{
	static const struct liar liar = {"compressed_for_ever", compressed_for_ever};

	(void)state;
	make_bomb();
	try_kind("yubikey", &liar, 1);
	buf_clear(&bomb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(liars_are_refused_in_little_time_and_memory),
		cmocka_unit_test(compressed_certificates_do_not_fill_the_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
