/* SPDX-License-Identifier: BSD-2-Clause */
/* pcsc.c against a service of the test's own (fake_pcsc.h). */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "fake_pcsc.h"
#include "transport/pcsc_error.h"
#include "transport/transport.h"

static const uint8_t atr[] = {0x3B, 0x80, 0x01, 0x81};
static const uint8_t command[] = {0x00, 0xA4, 0x04, 0x0C};

static struct transport *transport;

static int setup(void **state)
{
	(void)state;
	fake_pcsc_init();
	fake_pcsc_add("A 00");
	fake_pcsc_add("B 01");
	fake_pcsc_insert("A 00", atr, sizeof atr);
	return transport_pcsc_new(NULL, &transport);
}

/* Whatever a test did: nothing stays open. */
static int teardown(void **state)
{
	(void)state;
	transport_free(transport);
	return fake_pcsc_open() == 0 ? 0 : -1;
}

static size_t readers(struct reader *ret)
{
	size_t n = 99;

	assert_int_equal(transport_readers(transport, ret, LIMIT_N_READERS, &n), 0);
	return n;
}

static struct link *connect_to(const char *reader)
{
	struct link *l = NULL;

	assert_int_equal(transport_connect(transport, reader, &l), 0);
	return l;
}

static int transmit(struct link *l, size_t *ret_len)
{
	uint8_t response[258];

	return link_transmit(l, command, sizeof command, response, sizeof response, ret_len);
}

static void readers_are_listed_with_their_cards(void **state)
{
	struct reader r[LIMIT_N_READERS];

	(void)state;
	fake_pcsc_insert("B 01", NULL, 0);
	assert_int_equal(readers(r), 2);
	assert_string_equal(r[0].name, "A 00");
	assert_true(r[0].present);
	assert_false(r[0].mute);
	assert_int_equal(r[0].atr_len, sizeof atr);
	assert_memory_equal(r[0].atr, atr, sizeof atr);
	assert_string_equal(r[1].name, "B 01");
	assert_true(r[1].present);
	assert_true(r[1].mute);
	assert_int_equal(r[1].atr_len, 0);
}

static void listing_costs_two_calls(void **state)
{
	struct reader r[LIMIT_N_READERS];

	(void)state;
	(void)readers(r);
	(void)readers(r);
	assert_int_equal(fake_pcsc_calls(FAKE_ESTABLISH), 1);
	assert_int_equal(fake_pcsc_calls(FAKE_LIST), 2);
	assert_int_equal(fake_pcsc_calls(FAKE_STATUS_CHANGE), 2);
	assert_int_equal(fake_pcsc_calls(FAKE_CONNECT), 0);
}

static void no_reader_is_success(void **state)
{
	struct reader r[LIMIT_N_READERS];

	(void)state;
	fake_pcsc_remove_reader("A 00");
	fake_pcsc_remove_reader("B 01");
	assert_int_equal(readers(r), 0);
}

static void all_sixteen_readers_are_listed_and_waited_for(void **state)
{
	struct reader r[LIMIT_N_READERS];
	char name[16];

	(void)state;
	for (unsigned i = 2; i < LIMIT_N_READERS; i++) {
		(void)snprintf(name, sizeof name, "R %02u", i);
		fake_pcsc_add(name);
	}
	assert_int_equal(readers(r), 16);
	assert_int_equal(transport_wait(transport, r, 16, 1), MOHR_ERR_TIMEOUT);
}

static void no_more_readers_are_written_than_there_is_room_for(void **state)
{
	struct reader r[2];
	size_t n = 99;

	(void)state;
	memset(r, 0x55, sizeof r);
	assert_int_equal(transport_readers(transport, r, 1, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(r[1].name[0], 0x55);
	assert_int_equal(transport_readers(transport, r, 0, &n), 0);
	assert_int_equal(n, 0);
}

static void reinsertion_between_two_listings_shows_in_the_events(void **state)
{
	struct reader before[LIMIT_N_READERS], after[LIMIT_N_READERS];

	(void)state;
	(void)readers(before);
	fake_pcsc_remove("A 00");
	fake_pcsc_insert("A 00", atr, sizeof atr);
	(void)readers(after);
	assert_true(after[0].present);
	assert_int_not_equal(before[0].events, after[0].events);
	assert_int_equal(before[1].events, after[1].events);
}

static void reader_that_goes_during_the_listing_is_left_out(void **state)
{
	struct reader r[LIMIT_N_READERS];

	(void)state;
	fake_pcsc_fail(FAKE_STATUS_CHANGE, 0x80100009, 0); /* E_UNKNOWN_READER, for ever */
	size_t n = 99;

	assert_int_equal(transport_readers(transport, r, LIMIT_N_READERS, &n),
			 MOHR_ERR_READER_GONE);
	assert_int_equal(n, 99);
	assert_int_equal(fake_pcsc_calls(FAKE_LIST), 3);
	fake_pcsc_fail(FAKE_STATUS_CHANGE, 0, 0);
	fake_pcsc_remove_reader("B 01");
	assert_int_equal(readers(r), 1);
}

static void missing_service_is_told_and_found_when_it_comes(void **state)
{
	struct reader r[LIMIT_N_READERS];
	struct link *l = NULL;
	size_t n = 99;

	(void)state;
	fake_pcsc_stop();
	assert_int_equal(transport_readers(transport, r, LIMIT_N_READERS, &n), MOHR_ERR_NO_SERVICE);
	assert_int_equal(n, 99);
	assert_int_equal(transport_connect(transport, "A 00", &l), MOHR_ERR_NO_SERVICE);
	assert_null(l);
	assert_int_equal(transport_wait(transport, r, 0, 0), MOHR_ERR_NO_SERVICE);
	fake_pcsc_start();
	assert_int_equal(readers(r), 2);
}

static void refused_access_is_told(void **state)
{
	struct reader r[LIMIT_N_READERS];
	size_t n;

	(void)state;
	fake_pcsc_fail(FAKE_ESTABLISH, 0x8010006A, 0);
	assert_int_equal(transport_readers(transport, r, LIMIT_N_READERS, &n),
			 MOHR_ERR_ACCESS_DENIED);
}

static void restarted_service_is_found_at_once_and_all_cards_are_new(void **state)
{
	struct reader before[LIMIT_N_READERS], after[LIMIT_N_READERS];

	(void)state;
	fake_pcsc_stop();
	fake_pcsc_start(); /* event counters begin at 0 */
	(void)readers(before);
	fake_pcsc_stop();
	fake_pcsc_start();
	assert_int_equal(readers(after), 2);
	assert_true(after[0].present);
	assert_int_not_equal(before[0].events, after[0].events);
	assert_int_equal(fake_pcsc_open(), 1);
}

static void connection_is_shared_and_never_resets(void **state)
{
	struct link *l = connect_to("A 00");
	struct fake_asked asked = fake_pcsc_asked();

	(void)state;
	assert_int_equal(asked.share_mode, 2); /* SCARD_SHARE_SHARED */
	assert_int_equal(asked.protocols, 3);  /* T=0 or T=1 */
	assert_int_equal(l->atr_len, sizeof atr);
	assert_memory_equal(l->atr, atr, sizeof atr);
	assert_int_equal(link_reconnect(l), 0);
	asked = fake_pcsc_asked();
	assert_int_equal(asked.share_mode, 2);
	assert_int_equal(asked.initialization, 0); /* SCARD_LEAVE_CARD */
	link_free(l);
	assert_int_equal(fake_pcsc_asked().disposition, 0); /* SCARD_LEAVE_CARD */
	assert_int_equal(fake_pcsc_open(), 0);
}

static void end_resets_only_when_told(void **state)
{
	struct link *l = connect_to("A 00");

	(void)state;
	assert_int_equal(link_begin(l), 0);
	assert_int_equal(link_end(l, false), 0);
	assert_int_equal(fake_pcsc_asked().end_disposition, 0);
	assert_int_equal(link_begin(l), 0);
	assert_int_equal(link_end(l, true), 0);
	assert_int_equal(fake_pcsc_asked().end_disposition, 1); /* SCARD_RESET_CARD */
	link_free(l);
}

static void each_link_has_a_context_of_its_own(void **state)
{
	struct link *a, *b;

	(void)state;
	fake_pcsc_insert("B 01", atr, sizeof atr);
	a = connect_to("A 00");
	b = connect_to("B 01");
	assert_int_equal(fake_pcsc_open(), 4); /* two contexts, two cards */
	link_free(a);
	assert_int_equal(transmit(b, &(size_t){0}), 0);
	link_free(b);
}

static void protocol_decides_the_pci(void **state)
{
	struct link *l;
	size_t len;

	(void)state;
	fake_pcsc_protocol(1);
	l = connect_to("A 00");
	assert_int_equal(l->protocol, PROTOCOL_T0);
	assert_int_equal(transmit(l, &len), 0);
	assert_int_equal(fake_pcsc_asked().pci, 1);
	fake_pcsc_protocol(2);
	assert_int_equal(link_reconnect(l), 0);
	assert_int_equal(l->protocol, PROTOCOL_T1);
	assert_int_equal(transmit(l, &len), 0);
	assert_int_equal(fake_pcsc_asked().pci, 2);
	link_free(l);
}

static void command_and_response_pass_unchanged(void **state)
{
	uint8_t response[10];
	struct link *l = connect_to("A 00");
	struct fake_asked asked;
	size_t len = 99;

	(void)state;
	fake_pcsc_answer("\x01\x02\x90\x00", 4);
	assert_int_equal(link_transmit(l, command, sizeof command, response, sizeof response, &len),
			 0);
	assert_int_equal(len, 4);
	assert_memory_equal(response, "\x01\x02\x90\x00", 4);
	asked = fake_pcsc_asked();
	assert_int_equal(asked.command_len, sizeof command);
	assert_memory_equal(asked.command, command, sizeof command);
	link_free(l);
}

static void empty_response_is_a_mute_card(void **state)
{
	struct link *l = connect_to("A 00");
	size_t len = 99;

	(void)state;
	fake_pcsc_answer(NULL, 0);
	assert_int_equal(transmit(l, &len), MOHR_ERR_CARD_MUTE);
	assert_int_equal(len, 0);
	link_free(l);
}

static void response_longer_than_the_buffer_is_an_error(void **state)
{
	uint8_t response[3] = {0};
	struct link *l = connect_to("A 00");
	size_t len = 99;

	(void)state;
	fake_pcsc_answer("\x01\x02\x90\x00", 4);
	assert_int_equal(link_transmit(l, command, sizeof command, response, 3, &len),
			 MOHR_ERR_LIMIT);
	assert_int_equal(len, 0);
	link_free(l);
}

static void begin_looks_until_another_programs_transaction_has_ended(void **state)
{
	struct link *l = connect_to("A 00");

	(void)state;
	fake_pcsc_busy(5);
	assert_int_equal(link_begin(l), 0);
	assert_int_equal(fake_pcsc_calls(FAKE_ATTRIB), 6);
	assert_int_equal(fake_pcsc_calls(FAKE_BEGIN), 1);
	assert_int_equal(link_end(l, false), 0);
	link_free(l);
}

static void begin_does_not_wait_for_good_once_cancelled(void **state)
{
	struct link *l = connect_to("A 00");
	uint64_t start;

	(void)state;
	transport_cancel(transport);
	/* one that ends soon is waited for all the same */
	fake_pcsc_busy(5);
	assert_int_equal(link_begin(l), 0);
	assert_int_equal(link_end(l, false), 0);
	fake_pcsc_busy(1000000);
	start = clock_ms();
	assert_int_equal(link_begin(l), MOHR_ERR_CARD_BUSY);
	assert_in_range(clock_ms() - start, 1500, 3000);
	assert_int_equal(fake_pcsc_calls(FAKE_BEGIN), 1);
	link_free(l);
}

static void reader_without_the_attribute_is_not_waited_for(void **state)
{
	struct link *l = connect_to("A 00");

	(void)state;
	fake_pcsc_fail(FAKE_ATTRIB, 0x80100022, 0); /* SCARD_E_UNSUPPORTED_FEATURE */
	assert_int_equal(link_begin(l), 0);
	assert_int_equal(fake_pcsc_calls(FAKE_ATTRIB), 1);
	link_free(l);
}

static void foreign_reset_is_told_until_reconnect(void **state)
{
	struct link *l = connect_to("A 00");
	size_t len;

	(void)state;
	fake_pcsc_reset("A 00");
	assert_int_equal(link_begin(l), MOHR_ERR_CARD_RESET);
	assert_int_equal(transmit(l, &len), MOHR_ERR_CARD_RESET);
	assert_int_equal(link_reconnect(l), 0);
	assert_int_equal(link_begin(l), 0);
	assert_int_equal(link_end(l, false), 0);
	assert_int_equal(l->atr_len, sizeof atr);
	link_free(l);
}

static void removed_card_vanished_reader_and_lost_service_are_told(void **state)
{
	struct link *l = connect_to("A 00");

	(void)state;
	fake_pcsc_remove("A 00");
	assert_int_equal(link_begin(l), MOHR_ERR_CARD_REMOVED);
	assert_int_equal(link_reconnect(l), MOHR_ERR_CARD_REMOVED);
	fake_pcsc_remove_reader("A 00");
	assert_int_equal(link_begin(l), MOHR_ERR_READER_GONE);
	fake_pcsc_stop();
	assert_int_equal(link_begin(l), MOHR_ERR_NO_SERVICE);
	assert_int_equal(link_reconnect(l), MOHR_ERR_NO_SERVICE);
	link_free(l);
}

static void connecting_to_nothing_says_what_is_missing(void **state)
{
	char long_name[LIMIT_READER_NAME + 1];
	struct link *l = NULL;

	(void)state;
	memset(long_name, 'x', LIMIT_READER_NAME);
	long_name[LIMIT_READER_NAME] = '\0';
	assert_int_equal(transport_connect(transport, "B 01", &l), MOHR_ERR_CARD_ABSENT);
	assert_int_equal(transport_connect(transport, "C 02", &l), MOHR_ERR_READER_GONE);
	assert_int_equal(transport_connect(transport, "", &l), MOHR_ERR_READER_GONE);
	assert_int_equal(transport_connect(transport, long_name, &l), MOHR_ERR_READER_GONE);
	fake_pcsc_insert("B 01", NULL, 0);
	assert_int_equal(transport_connect(transport, "B 01", &l), MOHR_ERR_CARD_MUTE);
	fake_pcsc_fail(FAKE_CONNECT, 0x8010000B, 0);
	assert_int_equal(transport_connect(transport, "A 00", &l), MOHR_ERR_CARD_BUSY);
	assert_null(l);
	assert_int_equal(fake_pcsc_open(), 0);
}

static void remove_card(void)
{
	fake_pcsc_hook(FAKE_STATUS_CHANGE, NULL);
	fake_pcsc_remove("A 00");
}

static void card_that_goes_while_connecting_is_told(void **state)
{
	struct link *l = NULL;

	(void)state;
	fake_pcsc_hook(FAKE_STATUS_CHANGE, remove_card);
	assert_int_equal(transport_connect(transport, "A 00", &l), MOHR_ERR_CARD_REMOVED);
	assert_null(l);
	assert_int_equal(fake_pcsc_open(), 0);
}

/* winerror.h: the values a PC/SC function can give, and what they mean to us. */
static void every_scard_error_has_its_meaning(void **state)
{
	static const struct {
		uint32_t scard;
		int err;
	} rows[] = {
		{0x80100003, MOHR_ERR_NO_SERVICE},    {0x80100006, MOHR_ERR_NOMEM},
		{0x80100009, MOHR_ERR_READER_GONE},   {0x8010000A, MOHR_ERR_TIMEOUT},
		{0x8010000B, MOHR_ERR_CARD_BUSY},     {0x8010000C, MOHR_ERR_CARD_ABSENT},
		{0x80100013, MOHR_ERR_NO_SERVICE},    {0x80100016, MOHR_ERR_COMMUNICATION},
		{0x80100017, MOHR_ERR_READER_GONE},   {0x8010001D, MOHR_ERR_NO_SERVICE},
		{0x8010001E, MOHR_ERR_NO_SERVICE},    {0x8010002F, MOHR_ERR_COMMUNICATION},
		{0x80100066, MOHR_ERR_CARD_MUTE},     {0x80100067, MOHR_ERR_CARD_MUTE},
		{0x80100068, MOHR_ERR_CARD_RESET},    {0x80100069, MOHR_ERR_CARD_REMOVED},
		{0x8010006A, MOHR_ERR_ACCESS_DENIED}, {0x80100002, MOHR_ERR_CANCELLED},
		{0x8010FFFF, MOHR_ERR_COMMUNICATION}, {1, MOHR_ERR_COMMUNICATION},
	};

	(void)state;
	assert_int_equal(pcsc_error(0), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(pcsc_error(rows[i].scard), rows[i].err);
	for (uint32_t v = 0x80100001; v <= 0x80100070; v++)
		assert_true(pcsc_error(v) < 0);
}

/* Everything once; no result is demanded but that it is 0 or an error, and what it leaves behind. */
static void use_all(void)
{
	struct reader r[LIMIT_N_READERS];
	struct link *l = NULL;
	size_t n = 0, len;
	int result;

	result = transport_readers(transport, r, LIMIT_N_READERS, &n);
	assert_true(result <= 0);
	result = transport_wait(transport, r, result == 0 ? n : 0, 0);
	assert_true(result <= 0);
	result = transport_connect(transport, "A 00", &l);
	assert_true((result == 0) == (l != NULL));
	if (!l)
		return;
	assert_true(link_begin(l) <= 0);
	result = transmit(l, &len);
	assert_true(result <= 0);
	assert_true((result == 0) == (len == 2));
	assert_true(link_end(l, true) <= 0);
	assert_true(link_reconnect(l) <= 0);
	link_free(l);
}

static void every_call_may_fail_with_every_error(void **state)
{
	struct reader r[LIMIT_N_READERS];

	(void)state;
	for (int call = 0; call < FAKE_N_CALLS; call++) {
		for (uint32_t v = 0x80100001; v <= 0x80100070; v++) {
			/* a card that stays another program's is waited for */
			if (call == FAKE_ATTRIB && v == 0x8010000B)
				continue;
			for (unsigned after = 0; after < 4; after++) {
				fake_pcsc_fail((enum fake_call)call, v, after);
				use_all();
				fake_pcsc_fail((enum fake_call)call, 0, 0);
				/* at most the context of the list is open, and all goes on */
				assert_in_range(fake_pcsc_open(), 0, 1);
				assert_int_equal(readers(r), 2);
				link_free(connect_to("A 00"));
			}
		}
	}
}

static void failing_call_is_told_as_what_it_is(void **state)
{
	struct link *l = connect_to("A 00");
	size_t len = 99;

	(void)state;
	fake_pcsc_fail(FAKE_TRANSMIT, 0x80100016, 0);
	assert_int_equal(transmit(l, &len), MOHR_ERR_COMMUNICATION);
	assert_int_equal(len, 0);
	fake_pcsc_fail(FAKE_TRANSMIT, 0x8010000C, 0);
	assert_int_equal(transmit(l, &len), MOHR_ERR_CARD_REMOVED);
	fake_pcsc_fail(FAKE_END, 0x80100069, 0);
	assert_int_equal(link_end(l, false), MOHR_ERR_CARD_REMOVED);
	fake_pcsc_fail(FAKE_RECONNECT, 0x80100066, 0);
	assert_int_equal(link_reconnect(l), MOHR_ERR_CARD_MUTE);
	link_free(l);
}

/* pcsc-lite's CM_IOCTL_GET_FEATURE_REQUEST is 42000000 + 3400; any other code is the reader's own. */
static void controls_of_the_reader_pass_unchanged(void **state)
{
	static const uint8_t features[] = {0x06, 4, 0x42, 0x33, 0, 6};
	static const uint8_t structure[] = {30, 30, 0x82, 8};
	struct link *l = connect_to("A 00");
	struct reader_features f;
	uint8_t answer[4];
	size_t len = 99;

	(void)state;
	fake_pcsc_answer(features, sizeof features);
	assert_int_equal(link_features(l, &f), 0);
	assert_int_equal(fake_pcsc_asked().control, 0x42000D48);
	assert_int_equal(f.verify_pin, 0x42330006);
	fake_pcsc_answer("\x64\x01", 2);
	assert_int_equal(
		link_control(l, f.verify_pin, structure, sizeof structure, answer, 4, &len), 0);
	assert_int_equal(fake_pcsc_asked().control, 0x42330006);
	assert_int_equal(fake_pcsc_asked().command_len, sizeof structure);
	assert_memory_equal(fake_pcsc_asked().command, structure, sizeof structure);
	assert_int_equal(len, 2);
	assert_memory_equal(answer, "\x64\x01", 2);
	/* a driver that knows no such thing, and a card that went */
	fake_pcsc_fail(FAKE_CONTROL, 0x80100022, 0);
	assert_int_equal(link_features(l, &f), MOHR_ERR_NOT_SUPPORTED);
	fake_pcsc_fail(FAKE_CONTROL, 0x80100069, 0);
	assert_int_equal(link_control(l, 1, NULL, 0, answer, 4, &len), MOHR_ERR_CARD_REMOVED);
	assert_int_equal(len, 0);
	link_free(l);
}

/* ---- waiting ---- */

struct waiting {
	pthread_t id;
	struct reader known[LIMIT_N_READERS];
	size_t n;
	int result;
};

static void *wait_main(void *arg)
{
	struct waiting *w = arg;

	w->result = transport_wait(transport, w->known, w->n, -1);
	return NULL;
}

static void start_wait(struct waiting *w)
{
	w->n = readers(w->known);
	w->result = 99;
	assert_int_equal(pthread_create(&w->id, NULL, wait_main, w), 0);
}

static int end_wait(struct waiting *w)
{
	assert_int_equal(pthread_join(w->id, NULL), 0);
	return w->result;
}

static void wait_ends_at_once_if_the_world_differs_already(void **state)
{
	struct reader r[LIMIT_N_READERS];

	(void)state;
	assert_int_equal(transport_wait(transport, NULL, 0, -1), 0);
	(void)readers(r);
	fake_pcsc_remove("A 00");
	fake_pcsc_insert("A 00", atr, sizeof atr);
	assert_int_equal(transport_wait(transport, r, 2, -1), 0);
}

static void wait_times_out(void **state)
{
	struct reader r[LIMIT_N_READERS];

	(void)state;
	(void)readers(r);
	assert_int_equal(transport_wait(transport, r, 2, 0), MOHR_ERR_TIMEOUT);
	assert_int_equal(transport_wait(transport, r, 2, 20), MOHR_ERR_TIMEOUT);
	fake_pcsc_remove_reader("A 00");
	fake_pcsc_remove_reader("B 01");
	assert_int_equal(transport_wait(transport, r, 0, 20), MOHR_ERR_TIMEOUT);
}

static void wait_sees_insertion_and_removal(void **state)
{
	struct waiting w;

	(void)state;
	start_wait(&w);
	fake_pcsc_await_waiter();
	fake_pcsc_insert("B 01", atr, sizeof atr);
	assert_int_equal(end_wait(&w), 0);
	start_wait(&w);
	fake_pcsc_await_waiter();
	fake_pcsc_remove("A 00");
	assert_int_equal(end_wait(&w), 0);
}

static void wait_sees_readers_come_and_go(void **state)
{
	struct waiting w;

	(void)state;
	start_wait(&w);
	fake_pcsc_await_waiter();
	fake_pcsc_add("C 02");
	assert_int_equal(end_wait(&w), 0);
	start_wait(&w);
	fake_pcsc_await_waiter();
	fake_pcsc_remove_reader("B 01");
	assert_int_equal(end_wait(&w), 0);
}

static void others_use_of_a_card_does_not_end_a_wait(void **state)
{
	struct waiting w;

	(void)state;
	start_wait(&w);
	for (int i = 0; i < 20; i++) {
		fake_pcsc_await_waiter();
		fake_pcsc_touch("A 00");
	}
	fake_pcsc_remove("A 00");
	assert_int_equal(end_wait(&w), 0);
}

static void wait_blocks_nothing_else(void **state)
{
	struct reader r[LIMIT_N_READERS];
	struct waiting w;
	struct link *l;
	size_t len;

	(void)state;
	start_wait(&w);
	fake_pcsc_await_waiter();
	assert_int_equal(readers(r), 2);
	l = connect_to("A 00");
	assert_int_equal(transmit(l, &len), 0);
	link_free(l);
	fake_pcsc_remove("A 00");
	assert_int_equal(end_wait(&w), 0);
}

static void wait_tells_when_the_service_ends(void **state)
{
	struct waiting w;

	(void)state;
	start_wait(&w);
	fake_pcsc_await_waiter();
	fake_pcsc_stop();
	assert_int_equal(end_wait(&w), MOHR_ERR_NO_SERVICE);
}

static void start_service_again(void)
{
	fake_pcsc_hook(FAKE_ESTABLISH, NULL);
	fake_pcsc_start();
}

static void wait_survives_a_restart_and_reports_it_as_a_change(void **state)
{
	struct waiting w;

	(void)state;
	start_wait(&w);
	fake_pcsc_await_waiter();
	fake_pcsc_hook(FAKE_ESTABLISH, start_service_again);
	fake_pcsc_stop();
	assert_int_equal(end_wait(&w), 0);
}

static void cancel_ends_every_wait(void **state)
{
	struct waiting a, b;

	(void)state;
	start_wait(&a);
	start_wait(&b);
	fake_pcsc_await_waiter();
	transport_cancel(transport);
	assert_int_equal(end_wait(&a), MOHR_ERR_CANCELLED);
	assert_int_equal(end_wait(&b), MOHR_ERR_CANCELLED);
}

static void cancel_before_the_wait_is_seen(void **state)
{
	struct reader r[LIMIT_N_READERS];

	(void)state;
	(void)readers(r);
	transport_cancel(transport);
	assert_int_equal(transport_wait(transport, r, 2, -1), MOHR_ERR_CANCELLED);
	assert_int_equal(transport_wait(transport, r, 2, -1), MOHR_ERR_CANCELLED);
	fake_pcsc_stop();
	assert_int_equal(transport_wait(transport, r, 2, -1), MOHR_ERR_CANCELLED);
}

static pthread_barrier_t arrived, cancelled_once;

/* Holds the waiter just before the service knows of its wait: a cancel now is lost. */
static void hold_waiter(void)
{
	static __thread unsigned calls;

	/* each round has three calls: the list's, the waiter's own, and the one that blocks */
	if (++calls != 3)
		return;
	(void)pthread_barrier_wait(&arrived);
	(void)pthread_barrier_wait(&cancelled_once);
}

static void let_waiter_go(void)
{
	/* the first cancel only; it is inside pcsc_cancel, and lost, since the waiter is still held */
	if (fake_pcsc_calls(FAKE_CANCEL) == 2)
		(void)pthread_barrier_wait(&cancelled_once);
}

static void cancel_that_the_service_loses_is_repeated(void **state)
{
	struct waiting w;

	(void)state;
	assert_int_equal(pthread_barrier_init(&arrived, NULL, 2), 0);
	assert_int_equal(pthread_barrier_init(&cancelled_once, NULL, 2), 0);
	w.n = readers(w.known);
	fake_pcsc_hook(FAKE_STATUS_CHANGE, hold_waiter);
	fake_pcsc_hook(FAKE_CANCEL, let_waiter_go);
	w.result = 99;
	assert_int_equal(pthread_create(&w.id, NULL, wait_main, &w), 0);
	(void)pthread_barrier_wait(&arrived);
	transport_cancel(transport);
	assert_int_equal(end_wait(&w), MOHR_ERR_CANCELLED);
	assert_true(fake_pcsc_calls(FAKE_CANCEL) >= 2);
	(void)pthread_barrier_destroy(&arrived);
	(void)pthread_barrier_destroy(&cancelled_once);
}

static void *cancel_main(void *arg)
{
	(void)arg;
	transport_cancel(transport);
	return NULL;
}

/* No rendezvous: whichever comes first, the wait ends cancelled. */
static void cancel_races_with_waits(void **state)
{
	struct waiting w;
	pthread_t canceller;

	for (int i = 0; i < 300; i++) {
		if (i > 0)
			assert_int_equal(transport_pcsc_new(NULL, &transport), 0);
		start_wait(&w);
		assert_int_equal(pthread_create(&canceller, NULL, cancel_main, NULL), 0);
		assert_int_equal(end_wait(&w), MOHR_ERR_CANCELLED);
		assert_int_equal(pthread_join(canceller, NULL), 0);
		transport_free(transport);
		assert_int_equal(fake_pcsc_open(), 0);
	}
	assert_int_equal(setup(state), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(readers_are_listed_with_their_cards),
		TEST(listing_costs_two_calls),
		TEST(no_reader_is_success),
		TEST(all_sixteen_readers_are_listed_and_waited_for),
		TEST(no_more_readers_are_written_than_there_is_room_for),
		TEST(reinsertion_between_two_listings_shows_in_the_events),
		TEST(reader_that_goes_during_the_listing_is_left_out),
		TEST(missing_service_is_told_and_found_when_it_comes),
		TEST(refused_access_is_told),
		TEST(restarted_service_is_found_at_once_and_all_cards_are_new),
		TEST(connection_is_shared_and_never_resets),
		TEST(end_resets_only_when_told),
		TEST(each_link_has_a_context_of_its_own),
		TEST(protocol_decides_the_pci),
		TEST(command_and_response_pass_unchanged),
		TEST(empty_response_is_a_mute_card),
		TEST(response_longer_than_the_buffer_is_an_error),
		TEST(begin_looks_until_another_programs_transaction_has_ended),
		TEST(begin_does_not_wait_for_good_once_cancelled),
		TEST(reader_without_the_attribute_is_not_waited_for),
		TEST(foreign_reset_is_told_until_reconnect),
		TEST(removed_card_vanished_reader_and_lost_service_are_told),
		TEST(connecting_to_nothing_says_what_is_missing),
		TEST(card_that_goes_while_connecting_is_told),
		TEST(every_scard_error_has_its_meaning),
		TEST(every_call_may_fail_with_every_error),
		TEST(failing_call_is_told_as_what_it_is),
		TEST(controls_of_the_reader_pass_unchanged),
		TEST(wait_ends_at_once_if_the_world_differs_already),
		TEST(wait_times_out),
		TEST(wait_sees_insertion_and_removal),
		TEST(wait_sees_readers_come_and_go),
		TEST(others_use_of_a_card_does_not_end_a_wait),
		TEST(wait_blocks_nothing_else),
		TEST(wait_tells_when_the_service_ends),
		TEST(wait_survives_a_restart_and_reports_it_as_a_change),
		TEST(cancel_ends_every_wait),
		TEST(cancel_before_the_wait_is_seen),
		TEST(cancel_that_the_service_loses_is_repeated),
		TEST(cancel_races_with_waits),
	};

	return cmocka_run_group_tests_name("pcsc", tests, NULL, NULL);
}
