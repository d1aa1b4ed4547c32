/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/process.c: chaining, protocols, and what is answered to commands that are none. */
#include "fixture.h"

/* 6F {84 AID, 50 "IAS", A5 {9F65 FF}} */
#define FCI_IAS "6F19840CA0000000180C0000016342005003494153A5049F6501FF"

static void unknown_class_is_6E00_and_unknown_instruction_6D00(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_SHORT);

	(void)state;
	expect(v, "01A40000", "6E00");
	expect(v, "0CA40000", "6E00");
	expect(v, "FFA40000", "6E00");
	expect(v, "8020008100", "6E00");
	expect(v, "9020008100", "6E00");
	expect(v, "00010000", "6D00");
	expect(v, "00B20104", "6D00");
	expect(v, "", "6700");
	expect(v, "00A400", "6700");
	vcard_free(v);
}

static void t0_answers_to_data_are_fetched_by_get_response(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_SHORT);

	(void)state;
	expect(v, "00A404000C" AID_IAS, "611B");
	expect(v, "00C000001B", FCI_IAS "9000");
	/* It is gone then. */
	expect(v, "00C000001B", "6985");
	/* The same when the host names an Le, which T=0 cannot carry. */
	expect(v, "00A404000C" AID_IAS "00", "611B");
	expect(v, "00C0000000", FCI_IAS "9000");
	vcard_free(v);
}

static void get_response_may_take_parts(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_SHORT);

	(void)state;
	expect(v, "00A404000C" AID_IAS, "611B");
	expect(v, "00C0000003", "6F19846118");
	expect(v, "00C0000019", "6C18");
	expect(v, "00C0010018", "6A86");
	expect(v, "80C0000018", "6E00");
	expect(v, "00C00000", "6700");
	assert_string_equal(ask(v, "00C0000018"), &FCI_IAS "9000"[6]);
	vcard_free(v);
}

static void another_command_drops_what_was_to_be_fetched(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_SHORT);

	(void)state;
	expect(v, "00A404000C" AID_IAS, "611B");
	expect(v, "0020008100", "63C3");
	expect(v, "00C000001B", "6985");
	expect(v, "00A404000C" AID_IAS, "611B");
	vcard_reset(v);
	expect(v, "00C000001B", "6985");
	vcard_free(v);
}

static void t1_answers_come_at_once(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_EXTENDED);

	(void)state;
	expect(v, "00A404000C" AID_IAS "00", FCI_IAS "9000");
	/* Without an Le nothing was asked for. */
	expect(v, "00A404000C" AID_IAS, "9000");
	expect(v, "00C000001B", "6985");
	vcard_free(v);
}

static void t1_uses_61xx_over_256_bytes_with_a_short_le(void **state)
{
	struct vcard *v = fixture_card(FIXTURE_EXTENDED, VCARD_RSA2048, VCARD_P256);

	(void)state;
	/* 7F49 82 0109 {81 82 0100 modulus, 82 03 exponent}: 270 bytes */
	ask(v, "00478100 05 B603 840101 00");
	assert_int_equal(asked_len, 256 + 2);
	assert_int_equal(asked_sw(), 0x610E);
	ask(v, "00C000000E");
	assert_int_equal(asked_len, 14 + 2);
	assert_int_equal(asked_sw(), 0x9000);
	ask(v, "00478100 000005 B603 840101 0000");
	assert_int_equal(asked_len, 270 + 2);
	assert_int_equal(asked_sw(), 0x9000);
	vcard_free(v);
}

static void t0_case_2_answers_over_256_bytes_go_on_with_61xx(void **state)
{
	struct vcard *v = fixture_card(FIXTURE_SHORT, VCARD_RSA3072, VCARD_P256);

	(void)state;
	fixture_verify_auth(v);
	expect(v, "002241B6 06 800142 840101", "9000");
	ask(v, "002A90A0 22 9020 %064d", 0);
	ask(v, "002A9E9A00");
	assert_int_equal(asked_len, 256 + 2);
	assert_int_equal(asked_sw(), 0x6180);
	ask(v, "00C0000080");
	assert_int_equal(asked_len, 128 + 2);
	assert_int_equal(asked_sw(), 0x9000);
	vcard_free(v);
}

static void too_small_an_le_is_told_the_right_one(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_SHORT);

	(void)state;
	expect(v, "80CA9F7F08", "6C2D");
	ask(v, "80CA9F7F2D");
	assert_int_equal(asked_sw(), 0x9000);
	assert_int_equal(asked_len, 0x2D + 2);
	ask(v, "80CA9F7F00");
	assert_int_equal(asked_len, 0x2D + 2);
	vcard_free(v);
}

static void extended_length_needs_the_atr_to_announce_it(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_SHORT);

	(void)state;
	expect(v, "00A40400 00000C" AID_IAS "0000", "6700");
	vcard_free(v);
	v = fixture_quick(FIXTURE_EXTENDED);
	expect(v, "00A40400 00000C" AID_IAS "0000", FCI_IAS "9000");
	vcard_free(v);
}

static void a_chain_is_one_command(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_SHORT);

	(void)state;
	expect(v, "10200081 05 3132333435", "9000");
	expect(v, "10200081 01 00", "9000");
	expect(v, "00200081 0A 00000000000000000000", "9000");
	expect(v, "00200081", "9000");
	vcard_free(v);
}

static void a_broken_chain_is_6883_and_nothing_of_it_is_done(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_SHORT);

	(void)state;
	expect(v, "10200081 05 3132333435", "9000");
	expect(v, "00200082 0B 0000000000000000000000", "6883");
	expect(v, "00200081 0B 0000000000000000000000", "6700");
	expect(v, "10200081 05 3132333435", "9000");
	expect(v, "00C0000000", "6883");
	expect(v, "10200081 05 3132333435", "9000");
	expect(v, "00A40000", "6883");
	expect(v, "00200081", "63C3");
	/* Each byte of the header counts. */
	for (size_t i = 0; i < 4; i++) {
		static const char *const others[] = {"80200081", "00240081", "00200181",
						     "00200082"};

		expect(v, "10200081 05 3132333435", "9000");
		assert_string_equal(ask(v, "%s 0B 0000000000000000000000", others[i]), "6883");
		expect(v, "00200081", "63C3");
	}
	/* A reset forgets an open chain. */
	expect(v, "10200081 05 3132333435", "9000");
	vcard_reset(v);
	expect(v, "00200081", "63C3");
	vcard_free(v);
}

static void chaining_takes_65536_bytes_and_no_more(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_SHORT);

	(void)state;
	/* 512 parts of 128 bytes; UPDATE BINARY would refuse so much, but takes the chain first. */
	for (int i = 0; i < 512; i++) {
		ask(v, "10D60000 80 %0256d", 0);
		assert_int_equal(asked_sw(), 0x9000);
	}
	expect(v, "10D60000 01 00", "6700");
	for (int i = 0; i < 511; i++)
		ask(v, "10D60000 80 %0256d", 0);
	ask(v, "00D60000 80 %0256d", 0);
	assert_int_equal(asked_sw(), 0x6986);
	vcard_free(v);
}

static void commands_without_data_cannot_be_chained(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_SHORT);

	(void)state;
	expect(v, "10B0000000", "6884");
	expect(v, "1084000008", "6884");
	expect(v, "10200081", "6700");
	expect(v, "10010000", "6D00");
	vcard_free(v);
}

static void the_card_manager_has_few_commands(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_SHORT);

	(void)state;
	expect(v, "00A4040C 08" AID_CM, "9000");
	expect(v, "00200081", "6D00");
	expect(v, "0084000008", "6D00");
	expect(v, "002241B6 06 800144 840101", "6D00");
	expect(v, "00B0000000", "6D00");
	vcard_free(v);
}

/* xorshift, so that a failure can be repeated. */
static uint32_t next_random(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return *x;
}

/* Real commands with some bytes changed, cut or lengthened, in a long row without a reset. */
static void any_bytes_get_a_status_word(void **state)
{
	static const char *const seeds[] = {
		"00A404000C" AID_IAS "00",
		"00A4080004 50005040 00",
		"00A40000023F00",
		"00B0000000",
		"00B00000000000",
		"00D6000004 01020304",
		"00200081 10" PIN_AUTH,
		"00200082 10" PIN_SIGN,
		"00240081 20" PIN_AUTH PIN_AUTH,
		"002C0081 20" PUK PIN_AUTH,
		"002241B6 06 800144 840101",
		"002241AA 03 800140",
		"002241A4 03 840101",
		"002A90A0 0A 9008 0102030405060708",
		"002A9E9A00",
		"00880000 04 01020304 00",
		"0084000010",
		"00478100 05 B603 840101 00",
		"80CA9F7F00",
		"00CA7F3000",
		"00CB00FF 05 A003830181 00",
		"00C0000000",
		"10200081 08 3132333435363738",
	};
	struct vcard *v = fixture_quick(FIXTURE_EXTENDED);
	struct buf response = BUF_INIT(LIMIT_RESPONSE);
	uint8_t command[64];
	uint32_t x = 20261122;
	size_t len, n = sizeof(seeds) / sizeof(*seeds);

	(void)state;
	for (int i = 0; i < 20000; i++) {
		len = fixture_bytes(seeds[next_random(&x) % n], command, sizeof(command));
		for (uint32_t changes = next_random(&x) % 4; changes > 0; changes--)
			command[next_random(&x) % len] = (uint8_t)next_random(&x);
		if (next_random(&x) % 4 == 0)
			len = next_random(&x) % sizeof(command);
		if (i % 500 == 0)
			vcard_ias_of(v)->memory.pins[0].tries_left =
				vcard_ias_of(v)->memory.pins[1].tries_left = 3;
		vcard_process(v, command, len, &response);
		assert_int_equal(buf_err(&response), 0);
		assert_true(response.len >= 2);
		assert_in_range(response.data[response.len - 2], 0x60, 0x90);
	}
	buf_clear(&response);
	vcard_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_class_is_6E00_and_unknown_instruction_6D00),
		cmocka_unit_test(t0_answers_to_data_are_fetched_by_get_response),
		cmocka_unit_test(get_response_may_take_parts),
		cmocka_unit_test(another_command_drops_what_was_to_be_fetched),
		cmocka_unit_test(t1_answers_come_at_once),
		cmocka_unit_test(t1_uses_61xx_over_256_bytes_with_a_short_le),
		cmocka_unit_test(t0_case_2_answers_over_256_bytes_go_on_with_61xx),
		cmocka_unit_test(too_small_an_le_is_told_the_right_one),
		cmocka_unit_test(extended_length_needs_the_atr_to_announce_it),
		cmocka_unit_test(a_chain_is_one_command),
		cmocka_unit_test(a_broken_chain_is_6883_and_nothing_of_it_is_done),
		cmocka_unit_test(chaining_takes_65536_bytes_and_no_more),
		cmocka_unit_test(commands_without_data_cannot_be_chained),
		cmocka_unit_test(the_card_manager_has_few_commands),
		cmocka_unit_test(any_bytes_get_a_status_word),
	};

	return cmocka_run_group_tests_name("vcard/process", tests, NULL, NULL);
}
