/* SPDX-License-Identifier: BSD-2-Clause */
/* transport.c: what holds for every transport and link. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "transport/transport.h"

struct counting_link {
	struct link base;
	unsigned transmits;
	size_t answer_len;
	int answer;
};

static int count_transmit(struct link *l, const uint8_t *command, size_t len, uint8_t *ret_response,
			  size_t cap, size_t *ret_len)
{
	struct counting_link *c = (struct counting_link *)l;

	(void)command;
	(void)len;
	(void)cap;
	c->transmits++;
	memset(ret_response, 0x90, 2);
	*ret_len = c->answer_len; /* also where it fails */
	return c->answer;
}

static const struct link_ops count_ops = {.transmit = count_transmit};

static void nothing_is_freed_without_complaint(void **state)
{
	(void)state;
	transport_free(NULL);
	link_free(NULL);
}

static void impossible_commands_never_reach_the_card(void **state)
{
	static uint8_t longest[LIMIT_APDU + 1];
	struct counting_link c = {.base = {.ops = &count_ops}, .answer_len = 2};
	uint8_t response[2] = {0};
	size_t len = 99;

	(void)state;
	assert_int_equal(link_transmit(&c.base, longest, 0, response, 2, &len), MOHR_ERR_ARGUMENT);
	assert_int_equal(link_transmit(&c.base, longest, 4, response, 0, &len), MOHR_ERR_ARGUMENT);
	assert_int_equal(link_transmit(&c.base, longest, 4, response, 1, &len), MOHR_ERR_ARGUMENT);
	assert_int_equal(link_transmit(&c.base, longest, LIMIT_APDU + 1, response, 2, &len),
			 MOHR_ERR_DATA_LENGTH);
	assert_int_equal(c.transmits, 0);
	assert_int_equal(len, 0);
	assert_int_equal(link_transmit(&c.base, longest, LIMIT_APDU, response, 2, &len), 0);
	assert_int_equal(len, 2);
}

static void response_of_length_zero_is_a_mute_card(void **state)
{
	struct counting_link c = {.base = {.ops = &count_ops}, .answer_len = 0};
	uint8_t response[2] = {0};
	size_t len = 99;

	(void)state;
	assert_int_equal(link_transmit(&c.base, response, 2, response, 2, &len),
			 MOHR_ERR_CARD_MUTE);
	assert_int_equal(len, 0);
}

static void failed_exchange_has_no_response(void **state)
{
	struct counting_link c = {
		.base = {.ops = &count_ops}, .answer_len = 2, .answer = MOHR_ERR_CARD_REMOVED};
	uint8_t response[2] = {0};
	size_t len = 99;

	(void)state;
	assert_int_equal(link_transmit(&c.base, response, 2, response, 2, &len),
			 MOHR_ERR_CARD_REMOVED);
	assert_int_equal(len, 0);
}

static int give_too_much(struct link *l, uint32_t code, const uint8_t *in, size_t len, uint8_t *ret,
			 size_t cap, size_t *ret_len)
{
	(void)l;
	(void)code;
	(void)in;
	(void)len;
	(void)ret;
	*ret_len = cap + 1;
	return 0;
}

static void a_link_without_a_reader_has_no_features(void **state)
{
	struct counting_link c = {.base = {.ops = &count_ops}};
	struct reader_features f = {7, 7, 7, 7};
	uint8_t answer[2];
	size_t len = 99;

	(void)state;
	assert_int_equal(link_features(&c.base, &f), MOHR_ERR_NOT_SUPPORTED);
	assert_int_equal(f.verify_pin, 7);
	assert_int_equal(link_control(&c.base, 6, NULL, 0, answer, 2, &len),
			 MOHR_ERR_NOT_SUPPORTED);
	assert_int_equal(len, 0);
}

static void a_control_that_claims_more_than_there_is_room_for_fails(void **state)
{
	static const struct link_ops ops = {.control = give_too_much};
	struct link l = {.ops = &ops};
	struct reader_features f;
	uint8_t answer[2];
	size_t len = 99;

	(void)state;
	assert_int_equal(link_control(&l, 6, NULL, 0, answer, 2, &len), MOHR_ERR_INTERNAL);
	assert_int_equal(len, 0);
	assert_int_equal(link_features(&l, &f), MOHR_ERR_INTERNAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_freed_without_complaint),
		cmocka_unit_test(impossible_commands_never_reach_the_card),
		cmocka_unit_test(response_of_length_zero_is_a_mute_card),
		cmocka_unit_test(failed_exchange_has_no_response),
		cmocka_unit_test(a_link_without_a_reader_has_no_features),
		cmocka_unit_test(a_control_that_claims_more_than_there_is_room_for_fails),
	};

	return cmocka_run_group_tests_name("transport", tests, NULL, NULL);
}
