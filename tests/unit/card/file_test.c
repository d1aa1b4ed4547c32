/* SPDX-License-Identifier: BSD-2-Clause */
/* card/file.c against a scripted card, and against a small one with a file in it. */
#include "fixture.h"

#include "card/file.h"

/* A DER SEQUENCE of len bytes in all, at least 260, and junk behind it. */
static void make_object(uint8_t *out, size_t len, size_t total)
{
	size_t i;

	out[0] = 0x30;
	out[1] = 0x82;
	out[2] = (uint8_t)((len - 4) >> 8);
	out[3] = (uint8_t)(len - 4);
	for (i = 4; i < total; i++)
		out[i] = (uint8_t)(i * 7 + (i >> 8));
}

/* A card with one file; as docs/natid-card.md reads it. */
struct small_card {
	uint8_t file[70000];
	size_t file_len;
	size_t most;     /* bytes it gives at once */
	size_t furthest; /* end of the furthest byte asked for behind the first block */
	bool strict_le;  /* answers 6Cxx to a Le past the end, as T=0 cards do */
};

static int read_binary(void *user, const uint8_t *command, size_t len, uint8_t *response,
		       size_t cap, size_t *ret_len)
{
	struct small_card *s = user;
	struct apdu a;
	size_t offset, n;

	assert_int_equal(apdu_decode(command, len, &a), 0);
	assert_int_equal(a.ins, 0xB0);
	offset = (size_t)a.p1 << 8 | a.p2;
	if (offset > 0 && offset + a.le > s->furthest)
		s->furthest = offset + a.le;
	*ret_len = 2;
	if (offset >= s->file_len) {
		memcpy(response, "\x6B\x00", 2);
		return 0;
	}
	n = s->file_len - offset < a.le ? s->file_len - offset : a.le;
	if (s->strict_le && n < a.le && n < 256) {
		response[0] = 0x6C;
		response[1] = (uint8_t)n;
		return 0;
	}
	n = n < s->most ? n : s->most;
	assert_true(n + 2 <= cap);
	memcpy(response, s->file + offset, n);
	/* a Le of 00 asks for all there is; a definite one that is not met is a warning */
	memcpy(response + n, n < a.le && a.le != 256 && a.le != 65536 ? "\x62\x82" : "\x90\x00", 2);
	*ret_len = n + 2;
	return 0;
}

static struct small_card *put_card(struct fixture *f, size_t object_len, size_t file_len)
{
	struct small_card *s = calloc(1, sizeof(*s));

	make_object(s->file, object_len, file_len);
	s->file_len = file_len;
	s->most = 65536;
	fake_card_handle(f->card, read_binary, s);
	return s;
}

static void assert_read(struct fixture *f, const struct small_card *s, size_t len, unsigned n)
{
	fake_card_clear_counts(f->card);
	assert_int_equal(file_read_der(&f->channel, LIMIT_CERTIFICATE, &f->out), 0);
	assert_int_equal(f->out.len, len);
	assert_memory_equal(f->out.data, s->file, len);
	assert_int_equal(fake_card_counts(f->card)->transmits, n);
}

static void a_certificate_of_1300_bytes_costs_six_short_reads(void **state)
{
	struct small_card *s;
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	s = put_card(&f, 1300, 1300);
	assert_read(&f, s, 1300, 6);
	free(s);
	fixture_close(&f);
}

static void a_certificate_of_1300_bytes_costs_one_extended_read(void **state)
{
	struct small_card *s;
	struct fixture f;

	(void)state;
	fixture_t1(&f);
	s = put_card(&f, 1300, 1300);
	assert_read(&f, s, 1300, 1);
	assert_string_equal(fake_card_command(f.card, 0), "00B00000000000");
	free(s);
	fixture_close(&f);
}

static void what_lies_behind_the_object_is_not_asked_for(void **state)
{
	struct small_card *s;
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	s = put_card(&f, 1300, 8192);
	assert_read(&f, s, 1300, 6);
	assert_int_equal(s->furthest, 1300);
	free(s);
	fixture_close(&f);
}

static void every_length_around_the_block_size_is_read_whole(void **state)
{
	size_t len;

	(void)state;
	for (len = 260; len < 1030; len++) {
		struct small_card *s;
		struct fixture f;

		fixture_t0(&f);
		s = put_card(&f, len, len);
		assert_read(&f, s, len, (unsigned)((len + 255) / 256));
		free(s);
		fixture_close(&f);
	}
}

static void small_objects_in_large_and_exact_files_are_read(void **state)
{
	static const uint8_t tiny[] = {0x30, 0x03, 0x02, 0x01, 0x05, 0xEE, 0xEE};
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect_data(f.card, "00B00000 00", tiny, 7, 0x9000);
	assert_int_equal(file_read_der(&f.channel, LIMIT_CERTIFICATE, &f.out), 0);
	assert_out(&f, "3003020105");
	fake_card_expect_data(f.card, "00B00000 00", tiny, 5, 0x6282);
	assert_int_equal(file_read_der(&f.channel, LIMIT_CERTIFICATE, &f.out), 0);
	assert_out(&f, "3003020105");
	fake_card_expect(f.card, "00B00000 00", "3000 9000");
	assert_int_equal(file_read_der(&f.channel, LIMIT_CERTIFICATE, &f.out), 0);
	assert_out(&f, "3000");
	fixture_close(&f);
}

static void cards_that_give_less_at_once_are_read_on(void **state)
{
	struct small_card *s;
	struct fixture f;

	(void)state;
	fixture_t1(&f);
	s = put_card(&f, 1300, 1300);
	s->most = 200;
	assert_read(&f, s, 1300, 7);
	free(s);
	fixture_close(&f);
	fixture_t0(&f);
	s = put_card(&f, 1300, 1300);
	s->most = 100;
	assert_read(&f, s, 1300, 13);
	free(s);
	fixture_close(&f);
}

static void cards_that_insist_on_le_are_read(void **state)
{
	struct small_card *s;
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	s = put_card(&f, 1300, 1300);
	s->strict_le = true;
	assert_read(&f, s, 1300, 6);
	free(s);
	fixture_close(&f);
}

static void an_empty_file_is_not_found(void **state)
{
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00B00000 00", "6B00");
	assert_int_equal(file_read_der(&f.channel, LIMIT_CERTIFICATE, &f.out), MOHR_ERR_NOT_FOUND);
	fake_card_expect(f.card, "00B00000 00", "6282");
	assert_int_equal(file_read_der(&f.channel, LIMIT_CERTIFICATE, &f.out), MOHR_ERR_NOT_FOUND);
	fake_card_expect(f.card, "00B00000 00", "0000000000 9000");
	assert_int_equal(file_read_der(&f.channel, LIMIT_CERTIFICATE, &f.out), MOHR_ERR_NOT_FOUND);
	fake_card_expect(f.card, "00B00000 00", "6986");
	assert_int_equal(file_read_der(&f.channel, LIMIT_CERTIFICATE, &f.out), MOHR_ERR_NOT_FOUND);
	fake_card_expect(f.card, "00B00000 00", "6A82");
	assert_int_equal(file_read_der(&f.channel, LIMIT_CERTIFICATE, &f.out), MOHR_ERR_NOT_FOUND);
	fixture_close(&f);
}

static void what_is_no_der_object_is_malformed(void **state)
{
	static const char *const bad[] = {
		"9000",           /* nothing, and no reason */
		"30 9000",        /* no length */
		"3082 9000",      /* half a length */
		"308204 9000",    /* half a length */
		"3080 0000 9000", /* indefinite */
		"0403010203 9000",
		"00000001 9000",
		"FFFFFFFF 9000",
	};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		fixture_t0(&f);
		fake_card_expect(f.card, "00B00000 00", bad[i]);
		assert_int_equal(file_read_der(&f.channel, LIMIT_CERTIFICATE, &f.out),
				 MOHR_ERR_MALFORMED);
		assert_int_equal(f.out.len, 0);
		fixture_close(&f);
	}
}

static void a_file_that_ends_early_is_malformed(void **state)
{
	static const char *const ends[] = {"6B00", "9000", "6282"};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		fixture_t0(&f);
		fake_card_expect(f.card, "00B00000 00", "30820100 AABB 9000");
		fake_card_expect(f.card, "00B00006 FE", ends[i]);
		assert_int_equal(file_read_der(&f.channel, LIMIT_CERTIFICATE, &f.out),
				 MOHR_ERR_MALFORMED);
		assert_int_equal(f.out.len, 0);
		fixture_close(&f);
	}
}

static void a_later_block_with_a_byte_too_many_is_malformed(void **state)
{
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00B00000 00", "3006 AABB 9000");
	fake_card_expect(f.card, "00B00004 04", "0102030405 9000");
	assert_int_equal(file_read_der(&f.channel, LIMIT_CERTIFICATE, &f.out), MOHR_ERR_MALFORMED);
	fixture_close(&f);
}

static void refusals_and_transport_errors_end_the_reading(void **state)
{
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00B00000 00", "6982");
	assert_int_equal(file_read_der(&f.channel, LIMIT_CERTIFICATE, &f.out),
			 MOHR_ERR_SECURITY_STATUS);
	fake_card_expect(f.card, "00B00000 00", "3006 AABB 9000");
	fake_card_expect_error(f.card, "00B00004 04", MOHR_ERR_CARD_REMOVED);
	assert_int_equal(file_read_der(&f.channel, LIMIT_CERTIFICATE, &f.out),
			 MOHR_ERR_CARD_REMOVED);
	assert_int_equal(f.out.len, 0);
	fixture_close(&f);
}

static void an_object_over_the_limit_is_refused_at_its_header(void **state)
{
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00B00000 00", "30824000 AABB 9000");
	assert_int_equal(file_read_der(&f.channel, LIMIT_CERTIFICATE, &f.out), MOHR_ERR_LIMIT);
	assert_int_equal(fake_card_counts(f.card)->transmits, 1);
	fixture_close(&f);
}

static void an_object_past_the_offsets_reach_is_refused(void **state)
{
	struct small_card *s;
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	s = put_card(&f, 40000, 40000);
	assert_int_equal(file_read_der(&f.channel, LIMIT_FILE, &f.out), MOHR_ERR_LIMIT);
	assert_int_equal(f.out.len, 0);
	free(s);
	fixture_close(&f);
	fixture_t1(&f);
	s = put_card(&f, 40000, 40000);
	assert_int_equal(file_read_der(&f.channel, LIMIT_FILE, &f.out), 0);
	assert_int_equal(f.out.len, 40000);
	free(s);
	fixture_close(&f);
}

static void a_card_that_gives_one_byte_at_a_time_has_an_end(void **state)
{
	struct small_card *s;
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	s = put_card(&f, 5000, 5000);
	s->most = 4;
	assert_int_equal(file_read_der(&f.channel, LIMIT_CERTIFICATE, &f.out), MOHR_ERR_LIMIT);
	assert_true(fake_card_counts(f.card)->transmits <= LIMIT_RESPONSE_ROUNDS + 2);
	free(s);
	fixture_close(&f);
}

static void selecting_by_name_asks_for_fci_only_if_wanted(void **state)
{
	static const uint8_t aid[] = {0xA0, 0x00, 0x00, 0x00, 0x18};
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00A4040C 05 A000000018", "9000");
	assert_int_equal(file_select_aid(&f.channel, aid, 5, NULL), 0);
	fake_card_expect(f.card, "00A40400 05 A000000018", "6104");
	fake_card_expect(f.card, "00C00000 04", "6F028400 9000");
	assert_int_equal(file_select_aid(&f.channel, aid, 5, &f.out), 0);
	assert_out(&f, "6F028400");
	fake_card_expect(f.card, "00A4040C 05 A000000018", "6A82");
	assert_int_equal(file_select_aid(&f.channel, aid, 5, NULL), MOHR_ERR_NOT_FOUND);
	assert_int_equal(file_select_aid(&f.channel, aid, 0, NULL), MOHR_ERR_ARGUMENT);
	fixture_close(&f);
}

/* Under T=0 an answer costs a command more, which one of known length is not worth. */
static void known_control_information_is_not_fetched(void **state)
{
	static const uint8_t aid[] = {0xA0, 0x00, 0x00, 0x00, 0x18};
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00A40400 05 A000000018", "6104");
	assert_int_equal(file_select_aid_sparing(&f.channel, aid, 5, 4, &f.out), 0);
	assert_int_equal(f.out.len, 0);
	fake_card_expect(f.card, "00A40400 05 A000000018", "6104");
	fake_card_expect(f.card, "00C00000 04", "6F028400 9000");
	assert_int_equal(file_select_aid_sparing(&f.channel, aid, 5, 5, &f.out), 0);
	assert_out(&f, "6F028400");
	/* 6100 says 256 or more: no length is known by that */
	fake_card_expect(f.card, "00A40400 05 A000000018", "6100");
	fake_card_expect(f.card, "00C00000 00", "6F028400 9000");
	assert_int_equal(file_select_aid_sparing(&f.channel, aid, 5, 0, &f.out), 0);
	assert_out(&f, "6F028400");
	fake_card_expect(f.card, "00A40400 05 A000000018", "6A82");
	assert_int_equal(file_select_aid_sparing(&f.channel, aid, 5, 4, &f.out),
			 MOHR_ERR_NOT_FOUND);
	fixture_close(&f);
}

static void selecting_by_identifier_fetches_nothing(void **state)
{
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00A40000 02 3F00", "6119");
	assert_int_equal(file_select_id(&f.channel, FILE_P1_ANY, 0x3F00, FILE_P2_FCI), 0);
	fake_card_expect(f.card, "00A4020C 02 5040", "6A82");
	assert_int_equal(file_select_id(&f.channel, FILE_P1_CHILD_EF, 0x5040, FILE_P2_NOTHING),
			 MOHR_ERR_NOT_FOUND);
	fixture_close(&f);
}

/* ISO 7816-4 §5.3.3 tables 10 and 12: 80 or 81 in 62 or 6F */
static void the_size_is_what_the_control_information_says(void **state)
{
	static const struct {
		const char *answer;
		size_t size;
	} rows[] = {
		{"6F 04 80 02 0123 9000", 0x123},
		{"62 03 81 01 40 9000", 0x40},
		{"6F 08 81 02 0200 80 02 0100 9000", 0x100},
		{"6F 02 80 00 9000", FILE_SIZE_UNKNOWN},
		{"6F 07 80 05 0100000000 9000", FILE_SIZE_UNKNOWN},
		{"6F 09 80 02 0100 9000", FILE_SIZE_UNKNOWN},
		{"30 04 80 02 0100 9000", FILE_SIZE_UNKNOWN},
		{"6F 00 9000", FILE_SIZE_UNKNOWN},
		{"9000", FILE_SIZE_UNKNOWN},
	};
	static const uint8_t path[] = {0x50, 0x15, 0x50, 0x31};
	struct fixture f;
	size_t i, size;

	(void)state;
	fixture_t1(&f);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fake_card_expect(f.card, "00A40800 04 50155031 00", rows[i].answer);
		size = 0;
		assert_int_equal(
			file_select_sized(&f.channel, FILE_P1_PATH_FROM_MF, path, 4, &size), 0);
		assert_int_equal(size, rows[i].size);
	}
	assert_int_equal(file_select_sized(&f.channel, FILE_P1_PATH_FROM_MF, path, 0, &size),
			 MOHR_ERR_ARGUMENT);
	assert_int_equal(file_select_sized(&f.channel, FILE_P1_PATH_FROM_MF, path, 3, &size),
			 MOHR_ERR_ARGUMENT);
	fixture_close(&f);
	/* under T=0 it would cost a GET RESPONSE */
	fixture_t0(&f);
	fake_card_expect(f.card, "00A40800 04 50155031", "6110");
	assert_int_equal(file_select_sized(&f.channel, FILE_P1_PATH_FROM_MF, path, 4, &size), 0);
	assert_int_equal(size, FILE_SIZE_UNKNOWN);
	fixture_close(&f);
}

/* ISO 7816-4 table 40: P2 = 0C asks for no answer, and has no Le. */
static void a_file_is_selected_without_an_answer(void **state)
{
	static const uint8_t path[] = {0x50, 0x15};
	struct fixture f;

	(void)state;
	fixture_t1(&f);
	fake_card_expect(f.card, "00A4080C 02 5015", "9000");
	assert_int_equal(file_select_silently(&f.channel, FILE_P1_PATH_FROM_MF, path, 2), 0);
	fake_card_expect(f.card, "00A4080C 02 5015", "6A86");
	assert_int_equal(file_select_silently(&f.channel, FILE_P1_PATH_FROM_MF, path, 2),
			 MOHR_ERR_NOT_SUPPORTED);
	fake_card_expect(f.card, "00A4080C 02 5015", "6A82");
	assert_int_equal(file_select_silently(&f.channel, FILE_P1_PATH_FROM_MF, path, 2),
			 MOHR_ERR_NOT_FOUND);
	assert_int_equal(file_select_silently(&f.channel, FILE_P1_PATH_FROM_MF, path, 0),
			 MOHR_ERR_ARGUMENT);
	assert_int_equal(file_select_silently(&f.channel, FILE_P1_PATH_FROM_MF, path, 1),
			 MOHR_ERR_ARGUMENT);
	fixture_close(&f);
}

/* Any bytes, whatever they are. */
static void a_part_of_a_file_is_read_as_asked(void **state)
{
	static const struct {
		size_t offset, len, want;
		unsigned n;
	} rows[] = {
		{0, 0, 0, 0},     {0, 1, 1, 1},       {0, 256, 256, 1},
		{0, 257, 257, 2}, {300, 100, 100, 1}, {300, FILE_SIZE_UNKNOWN, 300, 3},
		{599, 5, 1, 1},   {100, 600, 500, 3},
	};
	struct fixture f;
	struct small_card *s;
	size_t i;

	(void)state;
	fixture_t0(&f);
	s = put_card(&f, 600, 600);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fake_card_clear_counts(f.card);
		assert_int_equal(file_read(&f.channel, rows[i].offset, rows[i].len, NULL, &f.out),
				 0);
		assert_int_equal(f.out.len, rows[i].want);
		if (rows[i].want > 0)
			assert_memory_equal(f.out.data, s->file + rows[i].offset, rows[i].want);
		assert_int_equal(fake_card_counts(f.card)->transmits, rows[i].n);
	}
	/* nothing is there: that is no error */
	assert_int_equal(file_read(&f.channel, 600, 5, NULL, &f.out), 0);
	assert_int_equal(f.out.len, 0);
	free(s);
	fixture_close(&f);
}

static bool has_a_hundred(const struct buf *have, bool at_end)
{
	(void)at_end;
	return have->len >= 100;
}

static void reading_stops_where_enough_has_come(void **state)
{
	struct buf small = BUF_INIT(300);
	struct fixture f;
	struct small_card *s;

	(void)state;
	fixture_t0(&f);
	s = put_card(&f, 600, 600);
	assert_int_equal(file_read(&f.channel, 0, FILE_SIZE_UNKNOWN, has_a_hundred, &f.out), 0);
	assert_int_equal(f.out.len, 256);
	assert_int_equal(fake_card_counts(f.card)->transmits, 1);
	/* more than there is room for */
	assert_int_equal(file_read(&f.channel, 0, FILE_SIZE_UNKNOWN, NULL, &small), MOHR_ERR_LIMIT);
	assert_int_equal(small.len, 0);
	/* a byte at a time has an end */
	s->most = 1;
	assert_int_equal(file_read(&f.channel, 0, FILE_SIZE_UNKNOWN, NULL, &f.out), MOHR_ERR_LIMIT);
	free(s);
	buf_clear(&small);
	fixture_close(&f);
}

static void a_refused_first_block_is_an_error_and_a_later_one_the_end(void **state)
{
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00B00000 00", "6982");
	assert_int_equal(file_read(&f.channel, 0, FILE_SIZE_UNKNOWN, NULL, &f.out),
			 MOHR_ERR_SECURITY_STATUS);
	fake_card_expect(f.card, "00B00000 00", "0102 9000");
	fake_card_expect(f.card, "00B00002 00", "6A86");
	assert_int_equal(file_read(&f.channel, 0, FILE_SIZE_UNKNOWN, NULL, &f.out), 0);
	assert_int_equal(f.out.len, 2);
	/* which a disturbance is not */
	fake_card_expect(f.card, "00B00000 00", "0102 9000");
	fake_card_expect(f.card, "00B00002 00", "6F00");
	assert_int_equal(file_read(&f.channel, 0, FILE_SIZE_UNKNOWN, NULL, &f.out),
			 MOHR_ERR_CARD_REFUSED);
	fake_card_expect(f.card, "00B00000 00", "0102 9000");
	fake_card_expect_error(f.card, "00B00002 00", MOHR_ERR_CARD_RESET);
	assert_int_equal(file_read(&f.channel, 0, FILE_SIZE_UNKNOWN, NULL, &f.out),
			 MOHR_ERR_CARD_RESET);
	assert_int_equal(f.out.len, 0);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_of_1300_bytes_costs_six_short_reads),
		cmocka_unit_test(a_certificate_of_1300_bytes_costs_one_extended_read),
		cmocka_unit_test(what_lies_behind_the_object_is_not_asked_for),
		cmocka_unit_test(every_length_around_the_block_size_is_read_whole),
		cmocka_unit_test(small_objects_in_large_and_exact_files_are_read),
		cmocka_unit_test(cards_that_give_less_at_once_are_read_on),
		cmocka_unit_test(cards_that_insist_on_le_are_read),
		cmocka_unit_test(an_empty_file_is_not_found),
		cmocka_unit_test(what_is_no_der_object_is_malformed),
		cmocka_unit_test(a_file_that_ends_early_is_malformed),
		cmocka_unit_test(a_later_block_with_a_byte_too_many_is_malformed),
		cmocka_unit_test(refusals_and_transport_errors_end_the_reading),
		cmocka_unit_test(an_object_over_the_limit_is_refused_at_its_header),
		cmocka_unit_test(an_object_past_the_offsets_reach_is_refused),
		cmocka_unit_test(a_card_that_gives_one_byte_at_a_time_has_an_end),
		cmocka_unit_test(selecting_by_name_asks_for_fci_only_if_wanted),
		cmocka_unit_test(known_control_information_is_not_fetched),
		cmocka_unit_test(selecting_by_identifier_fetches_nothing),
		cmocka_unit_test(the_size_is_what_the_control_information_says),
		cmocka_unit_test(a_file_is_selected_without_an_answer),
		cmocka_unit_test(a_part_of_a_file_is_read_as_asked),
		cmocka_unit_test(reading_stops_where_enough_has_come),
		cmocka_unit_test(a_refused_first_block_is_an_error_and_a_later_one_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
