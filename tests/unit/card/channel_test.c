/* SPDX-License-Identifier: BSD-2-Clause */
/* card/channel.c against a scripted card: ISO 7816-4 §5.3 chaining, 61xx, 6Cxx, and their caps. */
#include "fixture.h"

static const uint8_t DATA[700] = {0x11, 0x22};

static void capabilities_come_from_atr_and_protocol(void **state)
{
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	assert_true(f.channel.chaining);
	assert_false(f.channel.extended);
	fixture_close(&f);
	fixture_t1(&f);
	assert_true(f.channel.chaining);
	assert_true(f.channel.extended);
	fixture_close(&f);
	/* the same announcement over T=0 is worth nothing */
	fixture_open(&f, PROTOCOL_T0, FAKE_ATR_EXTENDED);
	assert_false(f.channel.extended);
	fixture_close(&f);
	fixture_open(&f, PROTOCOL_T0, FAKE_ATR_PHYSICAL);
	assert_false(f.channel.chaining);
	assert_false(f.channel.extended);
	fixture_close(&f);
	fixture_open(&f, PROTOCOL_T1, "3BFF");
	assert_false(f.channel.chaining);
	assert_false(f.channel.extended);
	fixture_close(&f);
	fixture_open(&f, PROTOCOL_T1, "");
	assert_false(f.channel.extended);
	fixture_close(&f);
}

static void under_t0_the_answer_is_fetched(void **state)
{
	struct apdu a = {.ins = 0xCB, .p2 = 0xFF, .data = DATA, .data_len = 2, .le = 256};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00CB00FF 02 1122", "6103");
	fake_card_expect(f.card, "00C00000 03", "A1B2C3 9000");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
	assert_int_equal(sw, 0x9000);
	assert_out(&f, "A1B2C3");
	assert_int_equal(f.channel.n_apdus, 2);
	fixture_close(&f);
}

static void what_is_more_than_enough_stays_on_the_card(void **state)
{
	struct apdu a = {.cla = 0x80, .ins = 0xCA, .le = 256, .enough = 3};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "80CA0000 00", "6100");
	fake_card_expect(f.card, "00C00000 00", "0102 6100");
	fake_card_expect(f.card, "00C00000 00", "03 6105");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
	assert_int_equal(sw, 0x9000);
	assert_out(&f, "010203");
	/* less, and no more promised, is all there is */
	fake_card_expect(f.card, "80CA0000 00", "01 9000");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
	assert_out(&f, "01");
	fixture_close(&f);
}

static void data_before_and_after_61xx_are_joined(void **state)
{
	struct apdu a = {.cla = 0x80, .ins = 0xCA, .le = 256};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "80CA0000 00", "01 6100");
	fake_card_expect(f.card, "00C00000 00", "02 6102");
	fake_card_expect(f.card, "00C00000 02", "0304 9000");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
	assert_out(&f, "01020304");
	fixture_close(&f);
}

static void the_logical_channel_is_kept_for_get_response(void **state)
{
	struct apdu a = {.cla = 0x02, .ins = 0xCA, .le = 256};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "02CA0000 00", "6101");
	fake_card_expect(f.card, "02C00000 01", "55 9000");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
	assert_out(&f, "55");
	fixture_close(&f);
}

static void data_that_nobody_wants_are_not_fetched(void **state)
{
	struct apdu a = {.ins = 0xA4, .data = DATA, .data_len = 2};
	struct fixture f;
	uint16_t sw = 0;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00A40000 02 1122", "6120");
	assert_int_equal(channel_transmit(&f.channel, &a, NULL, &sw), 0);
	assert_int_equal(sw, 0x9000);
	fake_card_expect(f.card, "00A40000 02 1122", "6F05840102A500 9000");
	assert_int_equal(channel_transmit(&f.channel, &a, NULL, &sw), 0);
	assert_int_equal(sw, 0x9000);
	fixture_close(&f);
}

static void a_pin_command_that_promises_data_has_not_succeeded(void **state)
{
	static const uint8_t ins[] = {0x20, 0x21, 0x24, 0x2C, 0x82};
	struct fixture f;
	uint16_t sw;
	size_t i;

	(void)state;
	fixture_t0(&f);
	for (i = 0; i < sizeof(ins); i++) {
		struct apdu a = {.ins = ins[i]};
		char command[16];

		snprintf(command, sizeof(command), "00%02X0000", ins[i]);
		fake_card_expect(f.card, command, "6100");
		assert_int_equal(channel_transmit(&f.channel, &a, NULL, &sw), 0);
		assert_int_equal(sw, 0x6100);
		fake_card_expect(f.card, command, "6100");
		assert_int_equal(channel_command(&f.channel, &a, NULL), MOHR_ERR_CARD_REFUSED);
	}
	fixture_close(&f);
}

static void a_wrong_le_is_corrected_once(void **state)
{
	struct apdu a = {.ins = 0xB0, .le = 256};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00B00000 00", "6C02");
	fake_card_expect(f.card, "00B00000 02", "AABB 9000");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
	assert_int_equal(sw, 0x9000);
	assert_out(&f, "AABB");
	/* 00 stands for 256 */
	a.le = 4;
	fake_card_expect(f.card, "00B00000 04", "6C00");
	fake_card_expect(f.card, "00B00000 00", "CC 9000");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
	assert_out(&f, "CC");
	a.le = 256;
	fake_card_expect(f.card, "00B00000 00", "6C02");
	fake_card_expect(f.card, "00B00000 02", "6C03");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
	assert_int_equal(sw, 0x6C03);
	assert_out(&f, "");
	fixture_close(&f);
}

static void a_wrong_le_of_get_response_is_corrected_too(void **state)
{
	struct apdu a = {.ins = 0xCB, .data = DATA, .data_len = 1, .le = 256};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00CB0000 01 11", "6100");
	fake_card_expect(f.card, "00C00000 00", "6C01");
	fake_card_expect(f.card, "00C00000 01", "77 9000");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
	assert_out(&f, "77");
	fixture_close(&f);
}

static void commands_that_compare_a_secret_are_never_sent_twice(void **state)
{
	static const uint8_t ins[] = {0x20, 0x21, 0x24, 0x2C, 0x82};
	struct fixture f;
	uint16_t sw;
	size_t i;

	(void)state;
	fixture_t1(&f);
	for (i = 0; i < sizeof(ins); i++) {
		struct apdu a = {.ins = ins[i], .data = DATA, .data_len = 2, .le = 256};
		char command[32];

		snprintf(command, sizeof(command), "00%02X0000 02 1122 00", ins[i]);
		fake_card_expect(f.card, command, "6C10");
		assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
		assert_int_equal(sw, 0x6C10);
	}
	fixture_close(&f);
}

static void a_command_that_wants_nothing_is_not_repeated_for_its_le(void **state)
{
	struct apdu a = {.ins = 0x20, .p2 = 0x81};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00200081", "6C10");
	assert_int_equal(channel_transmit(&f.channel, &a, NULL, &sw), 0);
	assert_int_equal(sw, 0x6C10);
	fixture_close(&f);
}

static void long_data_are_chained(void **state)
{
	struct apdu a = {
		.ins = 0x2A, .p1 = 0x80, .p2 = 0x86, .data = DATA, .data_len = 600, .le = 256};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "102A8086 FF 1122 *", "9000");
	fake_card_expect(f.card, "102A8086 FF 0000 *", "9000");
	fake_card_expect(f.card, "002A8086 5A 0000 *", "6101");
	fake_card_expect(f.card, "00C00000 01", "99 9000");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
	assert_out(&f, "99");
	assert_int_equal(strlen(fake_card_command(f.card, 2)), 2 * (5 + 600 - 2 * 255));
	fixture_close(&f);
}

static void a_chain_of_whole_parts_has_a_last_one_that_is_not_empty(void **state)
{
	struct apdu a = {.ins = 0xD6, .data = DATA, .data_len = 510};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "10D60000 FF *", "9000");
	fake_card_expect(f.card, "00D60000 FF *", "9000");
	assert_int_equal(channel_transmit(&f.channel, &a, NULL, &sw), 0);
	assert_int_equal(sw, 0x9000);
	fixture_close(&f);
}

static void the_last_part_of_a_chain_is_not_repeated(void **state)
{
	struct apdu a = {.ins = 0x2A, .data = DATA, .data_len = 300, .le = 256};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_open(&f, PROTOCOL_T1, FAKE_ATR_SHORT);
	fake_card_expect(f.card, "102A0000 FF *", "9000");
	fake_card_expect(f.card, "002A0000 2D *", "6C10");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
	assert_int_equal(sw, 0x6C10);
	fixture_close(&f);
}

static void a_refused_part_ends_the_chain(void **state)
{
	struct apdu a = {.ins = 0xD6, .data = DATA, .data_len = 700};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "10D60000 FF *", "6982");
	assert_int_equal(channel_transmit(&f.channel, &a, NULL, &sw), 0);
	assert_int_equal(sw, 0x6982);
	fixture_close(&f);
}

static void extended_length_takes_the_place_of_a_chain(void **state)
{
	struct apdu a = {.ins = 0x2A, .data = DATA, .data_len = 600, .le = 65536};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t1(&f);
	fake_card_expect(f.card, "002A0000 00 0258 1122 *", "9000");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
	assert_int_equal(strlen(fake_card_command(f.card, 0)), 2 * (4 + 3 + 600 + 2));
	fixture_close(&f);
}

static void without_chaining_and_extended_length_long_data_are_not_sent(void **state)
{
	struct apdu a = {.ins = 0x2A, .data = DATA, .data_len = 256};
	struct fixture f;
	uint16_t sw = 1;

	(void)state;
	fixture_open(&f, PROTOCOL_T0, FAKE_ATR_PHYSICAL);
	assert_int_equal(channel_transmit(&f.channel, &a, NULL, &sw), MOHR_ERR_DATA_LENGTH);
	assert_int_equal(sw, 1);
	assert_false(channel_can_carry(&f.channel, 256));
	assert_true(channel_can_carry(&f.channel, 255));
	assert_int_equal(fake_card_counts(f.card)->transmits, 0);
	fixture_close(&f);
}

static void le_is_cut_to_what_short_form_can_ask(void **state)
{
	struct apdu a = {.ins = 0xB0, .le = 65536};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00B00000 00", "11 9000");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
	fixture_close(&f);
}

static void endless_61xx_ends_at_the_limit(void **state)
{
	struct apdu a = {.ins = 0xB0, .le = 256};
	struct fixture f;
	uint16_t sw = 7;
	unsigned i;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00B00000 00", "6110");
	for (i = 0; i < LIMIT_RESPONSE_ROUNDS; i++)
		fake_card_expect(f.card, "00C00000 10", "6110");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), MOHR_ERR_LIMIT);
	assert_int_equal(sw, 7);
	assert_int_equal(f.channel.sw, 0);
	assert_int_equal(f.out.len, 0);
	fixture_close(&f);
}

/* A card with hundreds of objects must not take minutes to be refused. */
static void a_card_without_end_gets_less_time_afterwards(void **state)
{
	struct apdu a = {.ins = 0xB0, .le = 256};
	struct fixture f;
	uint16_t sw = 7;
	unsigned i, n;

	(void)state;
	fixture_t0(&f);
	for (n = 0; n < 3; n++) {
		fake_card_expect(f.card, "00B00000 00", "6110");
		for (i = 0; i < (n == 0 ? LIMIT_RESPONSE_ROUNDS : LIMIT_ENDLESS_ROUNDS); i++)
			fake_card_expect(f.card, "00C00000 10", "01 6110");
		assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), MOHR_ERR_LIMIT);
	}
	/* what comes to an end within that is still read */
	fake_card_expect(f.card, "00B00000 00", "6101");
	for (i = 1; i < LIMIT_ENDLESS_ROUNDS; i++)
		fake_card_expect(f.card, "00C00000 01", "01 6101");
	fake_card_expect(f.card, "00C00000 01", "01 9000");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
	assert_int_equal(f.out.len, LIMIT_ENDLESS_ROUNDS);
	fixture_close(&f);
}

static void more_than_64_kib_ends_at_the_limit(void **state)
{
	static const uint8_t block[256];
	struct apdu a = {.ins = 0xB0, .le = 256};
	struct fixture f;
	uint16_t sw;
	unsigned i;

	(void)state;
	fixture_t0(&f);
	buf_clear(&f.out);
	buf_init(&f.out, 1000000);
	fake_card_expect_data(f.card, "00B00000 00", block, 256, 0x6100);
	for (i = 0; i < 256; i++)
		fake_card_expect_data(f.card, "00C00000 00", block, 256, 0x6100);
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), MOHR_ERR_LIMIT);
	assert_int_equal(f.out.len, 0);
	fixture_close(&f);
}

static void exactly_64_kib_is_allowed(void **state)
{
	static const uint8_t block[256];
	struct apdu a = {.ins = 0xB0, .le = 256};
	struct fixture f;
	uint16_t sw;
	unsigned i;

	(void)state;
	fixture_t0(&f);
	fake_card_expect_data(f.card, "00B00000 00", block, 256, 0x6100);
	for (i = 1; i < 256; i++)
		fake_card_expect_data(f.card, "00C00000 00", block, 256,
				      i == 255 ? 0x9000 : 0x6100);
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
	assert_int_equal(f.out.len, 65536);
	fixture_close(&f);
}

static void a_buffer_that_is_too_small_is_an_error_and_left_empty(void **state)
{
	struct apdu a = {.ins = 0xB0, .le = 256};
	struct buf small = BUF_INIT(2);
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00B00000 00", "010203 9000");
	assert_int_equal(channel_transmit(&f.channel, &a, &small, &sw), MOHR_ERR_LIMIT);
	assert_int_equal(small.len, 0);
	assert_int_equal(buf_err(&small), 0);
	buf_clear(&small);
	fixture_close(&f);
}

static void answers_without_status_word_are_errors(void **state)
{
	struct apdu a = {.ins = 0xB0, .le = 256};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00B00000 00", "");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), MOHR_ERR_CARD_MUTE);
	fake_card_expect(f.card, "00B00000 00", "90");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), MOHR_ERR_MALFORMED);
	fixture_close(&f);
}

static void more_than_was_asked_for_is_malformed(void **state)
{
	struct apdu a = {.ins = 0xB0, .le = 2};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00B00000 02", "010203 9000");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), MOHR_ERR_MALFORMED);
	assert_int_equal(f.out.len, 0);
	fixture_close(&f);
}

static void warnings_keep_their_data_and_errors_do_not(void **state)
{
	struct apdu a = {.ins = 0xB0, .le = 8};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00B00000 08", "0102 6282");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
	assert_int_equal(sw, 0x6282);
	assert_out(&f, "0102");
	fake_card_expect(f.card, "00B00000 08", "0102 6F00");
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), 0);
	assert_int_equal(sw, 0x6F00);
	assert_out(&f, "");
	fixture_close(&f);
}

static void transport_errors_pass_unchanged(void **state)
{
	struct apdu a = {.ins = 0xB0, .le = 8};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t0(&f);
	buf_put(&f.out, "old", 3);
	fake_card_expect_error(f.card, "00B00000 08", MOHR_ERR_CARD_MUTE);
	assert_int_equal(channel_transmit(&f.channel, &a, &f.out, &sw), MOHR_ERR_CARD_MUTE);
	assert_int_equal(f.out.len, 0);
	assert_int_equal(f.channel.sw, 0);
	fake_card_remove(f.card);
	assert_int_equal(channel_command(&f.channel, &a, &f.out), MOHR_ERR_CARD_REMOVED);
	fixture_close(&f);
}

static void channel_command_turns_refusals_into_errors(void **state)
{
	struct apdu a = {.ins = 0xA4, .data = DATA, .data_len = 2};
	struct fixture f;

	(void)state;
	fixture_t0(&f);
	fake_card_expect(f.card, "00A40000 02 1122", "6A82");
	assert_int_equal(channel_command(&f.channel, &a, NULL), MOHR_ERR_NOT_FOUND);
	assert_int_equal(f.channel.sw, 0x6A82);
	fake_card_expect(f.card, "00A40000 02 1122", "9000");
	assert_int_equal(channel_command(&f.channel, &a, NULL), 0);
	assert_int_equal(f.channel.sw, 0x9000);
	fixture_close(&f);
}

static void nothing_of_a_command_or_answer_stays_in_the_channel(void **state)
{
	static const uint8_t pin[] = "31415926";
	struct apdu a = {.ins = 0x20, .p2 = 0x81, .data = pin, .data_len = 8, .le = 256};
	struct fixture f;
	uint16_t sw;
	size_t i;

	(void)state;
	fixture_t1(&f);
	fake_card_expect(f.card, "00200081 08 3331343135393236 00", "3331343135393236 9000");
	assert_int_equal(channel_transmit(&f.channel, &a, NULL, &sw), 0);
	assert_int_equal(f.channel.command.len, 0);
	for (i = 0; i < 4 + 1 + 8 + 1; i++) /* where the command was */
		assert_int_equal(f.channel.command.data[i], 0);
	for (i = 0; i < LIMIT_RESPONSE; i++)
		assert_int_equal(f.channel.response[i], 0);
	fixture_close(&f);
}

struct lines {
	char text[4096];
	size_t n;
};

static void keep_line(void *user, enum log_level level, const char *line)
{
	struct lines *l = user;

	(void)level;
	l->n++;
	strncat(l->text, line, sizeof(l->text) - strlen(l->text) - 1);
	strncat(l->text, "\n", sizeof(l->text) - strlen(l->text) - 1);
}

static void the_log_shows_apdus_and_no_pin(void **state)
{
	static const uint8_t pin[] = "31415926";
	struct apdu verify = {.ins = 0x20, .p2 = 0x81, .data = pin, .data_len = 8};
	struct apdu read = {.ins = 0xB0, .le = 3};
	struct lines lines = {.n = 0};
	struct log log = {.sink = keep_line, .user = &lines, .level = LOG_APDU};
	struct fixture f;
	uint16_t sw;

	(void)state;
	fixture_t0(&f);
	f.channel.log = &log;
	fake_card_expect(f.card, "00200081 08 *", "63C2");
	fake_card_expect(f.card, "00B00000 03", "ABCDEF 9000");
	assert_int_equal(channel_command(&f.channel, &verify, NULL), MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(channel_transmit(&f.channel, &read, &f.out, &sw), 0);
	assert_non_null(strstr(lines.text, "00200081"));
	assert_non_null(strstr(lines.text, "63C2"));
	assert_non_null(strstr(lines.text, "ABCDEF9000"));
	assert_null(strstr(lines.text, "3331343135393236"));
	assert_null(strstr(lines.text, "31415926"));

	/* below the APDU level none is shown */
	lines = (struct lines){.n = 0};
	log.level = LOG_DEBUG;
	fake_card_expect(f.card, "00B00000 03", "ABCDEF 9000");
	assert_int_equal(channel_transmit(&f.channel, &read, &f.out, &sw), 0);
	assert_int_equal(lines.n, 0);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capabilities_come_from_atr_and_protocol),
		cmocka_unit_test(under_t0_the_answer_is_fetched),
		cmocka_unit_test(what_is_more_than_enough_stays_on_the_card),
		cmocka_unit_test(data_before_and_after_61xx_are_joined),
		cmocka_unit_test(the_logical_channel_is_kept_for_get_response),
		cmocka_unit_test(data_that_nobody_wants_are_not_fetched),
		cmocka_unit_test(a_pin_command_that_promises_data_has_not_succeeded),
		cmocka_unit_test(a_wrong_le_is_corrected_once),
		cmocka_unit_test(a_wrong_le_of_get_response_is_corrected_too),
		cmocka_unit_test(commands_that_compare_a_secret_are_never_sent_twice),
		cmocka_unit_test(a_command_that_wants_nothing_is_not_repeated_for_its_le),
		cmocka_unit_test(long_data_are_chained),
		cmocka_unit_test(a_chain_of_whole_parts_has_a_last_one_that_is_not_empty),
		cmocka_unit_test(the_last_part_of_a_chain_is_not_repeated),
		cmocka_unit_test(a_refused_part_ends_the_chain),
		cmocka_unit_test(extended_length_takes_the_place_of_a_chain),
		cmocka_unit_test(without_chaining_and_extended_length_long_data_are_not_sent),
		cmocka_unit_test(le_is_cut_to_what_short_form_can_ask),
		cmocka_unit_test(endless_61xx_ends_at_the_limit),
		cmocka_unit_test(a_card_without_end_gets_less_time_afterwards),
		cmocka_unit_test(more_than_64_kib_ends_at_the_limit),
		cmocka_unit_test(exactly_64_kib_is_allowed),
		cmocka_unit_test(a_buffer_that_is_too_small_is_an_error_and_left_empty),
		cmocka_unit_test(answers_without_status_word_are_errors),
		cmocka_unit_test(more_than_was_asked_for_is_malformed),
		cmocka_unit_test(warnings_keep_their_data_and_errors_do_not),
		cmocka_unit_test(transport_errors_pass_unchanged),
		cmocka_unit_test(channel_command_turns_refusals_into_errors),
		cmocka_unit_test(nothing_of_a_command_or_answer_stays_in_the_channel),
		cmocka_unit_test(the_log_shows_apdus_and_no_pin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
