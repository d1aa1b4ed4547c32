/* SPDX-License-Identifier: BSD-2-Clause */
/* personal/isoapplet_file.c: the commands, and their order. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "personal/isoapplet.h"
#include "tests/harness/fake_link.h"

struct script {
	struct fake_card *card;
	struct link *link;
	struct channel channel;
};

static void start(struct script *s)
{
	s->card = fake_card_new(PROTOCOL_T1, FAKE_ATR_EXTENDED);
	s->link = fake_card_link(s->card);
	assert_int_equal(channel_init(&s->channel, s->link, NULL), 0);
	assert_int_equal(link_begin(s->link), 0);
}

static void stop(struct script *s)
{
	const char *problem = fake_card_problem(s->card);

	if (problem != NULL)
		fail_msg("%s", problem);
	channel_clear(&s->channel);
	link_free(s->link);
	fake_card_free(s->card);
}

static void files_are_selected_by_their_paths(void **state)
{
	struct script s;

	(void)state;
	start(&s);
	fake_card_expect(s.card, "00A4000C 02 3F00", "9000");
	assert_int_equal(personal_isoapplet_select(&s.channel, P15_MF), 0);
	fake_card_expect(s.card, "00A4080C 02 5015", "9000");
	assert_int_equal(personal_isoapplet_select(&s.channel, P15_DF), 0);
	fake_card_expect(s.card, "00A4080C 02 2F00", "6A82");
	assert_int_equal(personal_isoapplet_select(&s.channel, P15_DIR), MOHR_ERR_NOT_FOUND);
	fake_card_expect(s.card, "00A4080C 04 50154404", "9000");
	assert_int_equal(personal_isoapplet_select(&s.channel, P15_CDF), 0);
	stop(&s);
}

static void what_is_not_there_is_deleted_already(void **state)
{
	struct script s;

	(void)state;
	start(&s);
	fake_card_expect(s.card, "00A4080C 02 5015", "9000");
	fake_card_expect(s.card, "00E40000 02 3301", "9000");
	assert_int_equal(personal_isoapplet_delete(&s.channel, P15_PUBLIC + 1), 0);
	fake_card_expect(s.card, "00A4000C 02 3F00", "9000");
	fake_card_expect(s.card, "00E40000 02 5015", "6A82");
	assert_int_equal(personal_isoapplet_delete(&s.channel, P15_DF), 0);
	fake_card_expect(s.card, "00A4080C 02 5015", "6A82");
	assert_int_equal(personal_isoapplet_delete(&s.channel, P15_CDF), 0);
	fake_card_expect(s.card, "00A4000C 02 3F00", "9000");
	fake_card_expect(s.card, "00E40000 02 2F00", "6982");
	assert_int_equal(personal_isoapplet_delete(&s.channel, P15_DIR), MOHR_ERR_SECURITY_STATUS);
	stop(&s);
}

/* docs/isoapplet-card.md, "Files": all but reading is for who has the PIN */
static void files_are_guarded_by_the_pin_and_written_from_behind(void **state)
{
	uint8_t bytes[300];
	struct buf content = BUF_INIT(sizeof(bytes)), small = BUF_INIT(3), none = BUF_INIT(1);
	struct script s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i + 1);
	buf_put(&content, bytes, sizeof(bytes));
	buf_put(&small, "\x30\x01\x00", 3);
	start(&s);
	fake_card_expect(s.card, "00A4000C 02 3F00", "9000");
	fake_card_expect(s.card, "00E00000 13 6F11 820138 83025015 8608FF90FFFFFF909090", "9000");
	assert_int_equal(personal_isoapplet_create_df(&s.channel), 0);
	fake_card_expect(s.card, "00A4080C 02 5015", "9000");
	fake_card_expect(s.card, "00E00000 17 6F15 8102012C 820101 83023400 8608FF90FFFFFF909000",
			 "9000");
	fake_card_expect(s.card, "00A4080C 04 50153400", "9000");
	fake_card_expect(s.card, "00D60001 FF 02030405*", "9000");
	fake_card_expect(s.card, "00D60100 2C 01020304*", "9000");
	fake_card_expect(s.card, "00D60000 01 01", "9000");
	assert_int_equal(
		personal_isoapplet_create(&s.channel, P15_CERTIFICATE, sizeof(bytes), &content), 0);
	fake_card_expect(s.card, "00A4080C 02 5015", "9000");
	fake_card_expect(s.card, "00E00000 17 6F15 810200F0 820101 83024404 8608FF90FFFFFF909000",
			 "9000");
	fake_card_expect(s.card, "00A4080C 04 50154404", "9000");
	assert_int_equal(personal_isoapplet_create(&s.channel, P15_CDF, P15_RECORDS_MAX, &none), 0);
	/* nothing is sent */
	assert_int_equal(personal_isoapplet_create(&s.channel, P15_CDF, 2, &small), MOHR_ERR_LIMIT);
	assert_int_equal(personal_isoapplet_create(&s.channel, P15_CDF, 0x8000, &small),
			 MOHR_ERR_LIMIT);
	stop(&s);
	buf_clear(&content);
	buf_clear(&small);
}

static void a_directory_goes_by_way_of_zeros(void **state)
{
	struct buf content = BUF_INIT(P15_RECORDS_MAX), large = BUF_INIT(P15_RECORDS_MAX + 1);
	struct buf none = BUF_INIT(1);
	uint8_t there[P15_RECORDS_MAX] = {0x30, 0x02, 0x04, 0x00};
	struct script s;

	(void)state;
	buf_put(&content, there, 4);
	buf_fill(&large, 0x30, P15_RECORDS_MAX + 1);
	start(&s);
	/* as it is */
	fake_card_expect(s.card, "00A4080C 04 50154404", "9000");
	fake_card_expect_data(s.card, "00B00000 F0", there, sizeof(there), 0x9000);
	assert_int_equal(personal_isoapplet_replace(&s.channel, P15_CDF, &content), 0);
	/* other content */
	there[3] = 1;
	fake_card_expect(s.card, "00A4080C 04 50154404", "9000");
	fake_card_expect_data(s.card, "00B00000 F0", there, sizeof(there), 0x9000);
	fake_card_expect(s.card, "00D60000 F0 00000000*", "9000");
	fake_card_expect(s.card, "00D60000 F0 3002040000000000*", "9000");
	assert_int_equal(personal_isoapplet_replace(&s.channel, P15_CDF, &content), 0);
	/* none */
	fake_card_expect(s.card, "00A4080C 04 50154404", "9000");
	fake_card_expect_data(s.card, "00B00000 F0", there, sizeof(there), 0x9000);
	fake_card_expect(s.card, "00D60000 F0 00000000*", "9000");
	assert_int_equal(personal_isoapplet_replace(&s.channel, P15_CDF, &none), 0);
	/* a shorter file is not what it should be */
	fake_card_expect(s.card, "00A4080C 04 50154404", "9000");
	fake_card_expect_data(s.card, "00B00000 F0", there, 4, 0x9000);
	fake_card_expect(s.card, "00D60000 F0 00000000*", "6A84");
	assert_int_equal(personal_isoapplet_replace(&s.channel, P15_CDF, &content),
			 MOHR_ERR_CARD_MEMORY);
	assert_int_equal(personal_isoapplet_replace(&s.channel, P15_CDF, &large), MOHR_ERR_LIMIT);
	stop(&s);
	buf_clear(&content);
	buf_clear(&large);
}

static void a_der_object_is_read_to_its_end(void **state)
{
	struct buf out = BUF_INIT(1024);
	struct script s;

	(void)state;
	start(&s);
	fake_card_expect(s.card, "00A4080C 04 50153300", "9000");
	fake_card_expect(s.card, "00B00000 000000", "3003020105 0000 9000");
	assert_int_equal(personal_isoapplet_read(&s.channel, P15_PUBLIC, &out), 0);
	assert_int_equal(out.len, 5);
	fake_card_expect(s.card, "00A4080C 04 50153300", "9000");
	fake_card_expect(s.card, "00B00000 000000", "0003020105 9000");
	assert_int_equal(personal_isoapplet_read(&s.channel, P15_PUBLIC, &out), MOHR_ERR_MALFORMED);
	fake_card_expect(s.card, "00A4080C 04 50153300", "6A82");
	assert_int_equal(personal_isoapplet_read(&s.channel, P15_PUBLIC, &out), MOHR_ERR_NOT_FOUND);
	stop(&s);
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_selected_by_their_paths),
		cmocka_unit_test(what_is_not_there_is_deleted_already),
		cmocka_unit_test(files_are_guarded_by_the_pin_and_written_from_behind),
		cmocka_unit_test(a_directory_goes_by_way_of_zeros),
		cmocka_unit_test(a_der_object_is_read_to_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
