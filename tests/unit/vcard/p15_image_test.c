/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/p15/memory.c: what the image keeps, what it refuses, and a disk that fails. */
#include "kill.h"
#include "p15_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include "codec/tlv.h"
#include "vcard/image.h"

static char *folder, path[512];

static int setup(void **state)
{
	(void)state;
	folder = fixture_folder();
	snprintf(path, sizeof(path), "%s/card.img", folder);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fixture_remove_folder(folder);
	return 0;
}

static void the_same(const struct vcard *a, const struct vcard *b)
{
	struct buf x = BUF_INIT(VCARD_IMAGE_MAX), y = BUF_INIT(VCARD_IMAGE_MAX);

	vcard_p15_memory_encode(&vcard_p15_of(a)->memory, &x);
	vcard_p15_memory_encode(&vcard_p15_of(b)->memory, &y);
	assert_int_equal(buf_err(&x), 0);
	assert_int_equal(x.len, y.len);
	assert_memory_equal(x.data, y.data, x.len);
	buf_clear(&x);
	buf_clear(&y);
}

static void every_change_is_on_disk_when_the_answer_comes(void **state)
{
	static const char *const commands[] = {
		"00200001 08" MYEID_WRONG,
		"00200001 08" MYEID_AUTH,
		"00DA0104 12" MYEID_AUTH MYEID_PUK "0305",
		"00240004 10" MYEID_AUTH MYEID_OTHER,
		"002C0004 10" MYEID_PUK MYEID_AUTH,
		"00A4080C 02 5015",
		"00E00000 19 6217 80020010 820101 83024302 8603111111 85020000 8A0100",
		"00D60000 02 AABB",
		"000E0001",
		"00E00000 19 6217 81020100 820122 83024B03 8603111111 85020000 8A0100",
		"00460000",
		"00A4020C 02 4302",
		"A0E40000",
	};
	struct vcard *m = myeid_card(), *now = NULL;

	(void)state;
	assert_int_equal(vcard_save(m, path), 0);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		ask(m, "%s", commands[i]);
		if (i > 0)
			assert_int_equal(asked_sw(), 0x9000);
		assert_int_equal(vcard_peek(path, &now), 0);
		the_same(m, now);
		vcard_free(now);
	}
	vcard_free(m);
	/* and it goes on from there */
	assert_int_equal(vcard_load(path, &m), 0);
	expect(m, "00A4080C 04 50154302", "6A82");
	expect(m, "00200001 08" MYEID_AUTH, "9000");
	expect(m, "00A4080C 04 50154B03", "9000");
	expect(m, "002241B6 07 81024B03 840100", "9000");
	ask(m, "002A9E9A 20 %064d 00", 1);
	assert_int_equal(asked_sw(), 0x9000);
	vcard_free(m);
}

/* A disk that cannot be written to answers before the value is looked at. */
static void a_failing_disk_gives_no_try(void **state)
{
	struct vcard *v = p15_blank("p15", true), *after = NULL;
	char moved[600];

	(void)state;
	assert_int_equal(vcard_save(v, path), 0);
	/* A folder in the place of the next state: it can be neither made nor removed. */
	snprintf(moved, sizeof(moved), "%s.next", path);
	assert_int_equal(mkdir(moved, 0700), 0);
	expect(v, "00200091 0C" P15_AUTH, "6581");
	assert_false(vcard_p15_of(v)->verified[0]);
	expect(v, "00200091", "6581");
	assert_int_equal(rmdir(moved), 0);
	expect(v, "00200091 0C" P15_AUTH, "6581");
	vcard_free(v);
	assert_int_equal(vcard_load(path, &after), 0);
	expect(after, "00200091", "63C3");
	vcard_free(after);
}

/* ---- kill -9 */

static unsigned lowest_seen;

static void right(struct vcard *v)
{
	ask(v, "00200091 0C" P15_AUTH);
}

static void wrong(struct vcard *v)
{
	ask(v, "00200091 0C" P15_WRONG);
}

static void check_right(struct vcard *v, bool ended)
{
	unsigned tries = vcard_p15_of(v)->memory.pins[0].tries_left;

	assert_in_range(tries, ended ? 3 : 2, 3);
	if (tries < lowest_seen)
		lowest_seen = tries;
}

static void check_wrong(struct vcard *v, bool ended)
{
	assert_in_range(vcard_p15_of(v)->memory.pins[0].tries_left, 2, ended ? 2 : 3);
}

/* That it was seen with a try less shows that the counter is on disk before the value is looked at. */
static void a_kill_during_verify_never_gives_a_try(void **state)
{
	struct vcard *v = p15_blank("p15", true);

	(void)state;
	assert_int_equal(vcard_save(v, path), 0);
	vcard_free(v);
	lowest_seen = 3;
	kill_everywhere(path, NULL, right, check_right);
	assert_int_equal(lowest_seen, 2);
	assert_int_equal(unlink(path), 0);
	v = p15_blank("p15", true);
	assert_int_equal(vcard_save(v, path), 0);
	vcard_free(v);
	kill_everywhere(path, NULL, wrong, check_wrong);
}

/* Which of two values it is; the tries do not matter for that. */
static bool has_pin(struct vcard *v, const char *block)
{
	vcard_p15_of(v)->memory.pins[0].tries_left = 3;
	ask(v, "00200091 0C %s", block);
	return asked_sw() == 0x9000;
}

static void change(struct vcard *v)
{
	ask(v, "00240091 18" P15_AUTH P15_OTHER);
}

static void unblock(struct vcard *v)
{
	ask(v, "002C0091 18" P15_PUK P15_OTHER);
}

static void check_value(struct vcard *v, bool ended)
{
	unsigned puk_tries = vcard_p15_of(v)->memory.pins[2].tries_left;
	bool other = has_pin(v, P15_OTHER);

	assert_true(other || has_pin(v, P15_AUTH));
	assert_true(other || !ended);
	assert_in_range(puk_tries, other ? 5 : 4, 5);
}

static void a_kill_during_change_or_unblocking_leaves_the_old_or_the_new_pin(void **state)
{
	struct vcard *v = p15_blank("p15", true);

	(void)state;
	assert_int_equal(vcard_save(v, path), 0);
	vcard_free(v);
	kill_everywhere(path, NULL, change, check_value);
	assert_int_equal(unlink(path), 0);
	v = p15_blank("p15", true);
	assert_int_equal(vcard_save(v, path), 0);
	vcard_free(v);
	kill_everywhere(path, NULL, unblock, check_value);
}

/* In the application's DF, PIN 1 being right. */
static void in_df(struct vcard *v)
{
	vcard_p15_of(v)->verified[0] = true;
	vcard_p15_choose(vcard_p15_of(v), vcard_p15_child(vcard_p15_of(v), 0, VCARD_P15_DF));
}

static void create(struct vcard *v)
{
	ask(v, "00E00000 19 6217 80020010 820101 83024302 8603111111 85020000 8A0100");
}

static void delete (struct vcard *v)
{
	ask(v, "00E40000 02 4B01");
}

static void initialise(struct vcard *v)
{
	vcard_p15_of(v)->memory.open = true;
	ask(v, "00DA01E0 08 FFFF 113FFF 113FFF");
}

static void check_created(struct vcard *v, bool ended)
{
	ask(v, "00A40800 04 50154302 00");
	assert_true(asked_sw() == 0x9000 || (asked_sw() == 0x6A82 && !ended));
}

static void check_deleted(struct vcard *v, bool ended)
{
	bool key = vcard_p15_key_find(vcard_p15_of(v), 1) != VCARD_P15_NO_KEY;

	ask(v, "00A4080C 04 50154B01");
	assert_int_equal(asked_sw(), key ? 0x9000 : 0x6A82);
	assert_true(!ended || !key);
}

static void check_initialised(struct vcard *v, bool ended)
{
	bool is_empty = vcard_p15_of(v)->memory.open;

	assert_true(is_empty || !ended);
	assert_int_equal(vcard_p15_of(v)->memory.pins[0].present, !is_empty);
	ask(v, "00A4080C 04 50154B01");
	assert_int_equal(asked_sw(), is_empty ? 0x6A82 : 0x9000);
}

static void a_kill_during_administration_leaves_the_old_or_the_new_files(void **state)
{
	static const struct {
		kill_command_fn *command;
		kill_check_fn *check;
	} rows[] = {
		{create, check_created}, {delete, check_deleted}, {initialise, check_initialised}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct vcard *m = myeid_card();

		assert_int_equal(vcard_save(m, path), 0);
		vcard_free(m);
		kill_everywhere(path, in_df, rows[i].command, rows[i].check);
		assert_int_equal(unlink(path), 0);
	}
}

/* ---- what is no image */

static int decodes(const struct buf *b)
{
	struct vcard_p15_memory m;
	struct cursor c = buf_cursor(b);
	int r = vcard_p15_memory_decode(&c, &m);

	if (r == 0)
		vcard_p15_memory_clear(&m);
	return r;
}

/* Every beginning of it, and every byte of the first records made another. */
static void content_that_is_no_card_is_refused_or_sane(void **state)
{
	struct vcard *v = p15_blank("p15", true);
	struct buf b = BUF_INIT(VCARD_IMAGE_MAX), part;
	size_t whole = 0;

	(void)state;
	vcard_p15_memory_encode(&vcard_p15_of(v)->memory, &b);
	assert_int_equal(decodes(&b), 0);
	for (size_t len = 0; len < b.len; len++) {
		part = b;
		part.len = len;
		whole += decodes(&part) == 0;
	}
	assert_true(whole < VCARD_P15_N_FILES); /* between files a card may end */
	for (size_t i = 0; i < b.len && i < 800; i++) {
		b.data[i] ^= 0x41;
		if (decodes(&b) != 0)
			assert_int_equal(decodes(&b), MOHR_ERR_MALFORMED);
		b.data[i] ^= 0x41;
	}
	buf_clear(&b);
	vcard_free(v);
}

static void indices_out_of_range_are_refused(void **state)
{
	struct vcard *v = p15_card(VCARD_P256, VCARD_P256), *m = myeid_card();
	struct vcard_p15_memory *p = &vcard_p15_of(v)->memory, *q = &vcard_p15_of(m)->memory;
	const struct {
		uint8_t *place;
		uint8_t value;
		const struct vcard_p15_memory *of;
	} rows[] = {
		{&p->files[1].parent, VCARD_P15_N_FILES, p},
		{&p->files[1].parent, 1, p},  /* a file in itself */
		{&p->files[3].parent, 1, p},  /* in an EF */
		{&p->files[3].parent, 60, p}, /* in nothing */
		{&p->files[0].parent, 2, p},
		{&p->files[0].kind, VCARD_P15_IS_EF, p},
		{&p->files[1].kind, 3, p},
		{&q->files[2].key, VCARD_P15_N_KEYS, q},
		{&q->files[2].key, 9, q}, /* none there */
		{&p->pins[0].by, VCARD_P15_N_PINS + 1, p},
		{&p->pins[0].tries_left, 4, p},
		{&p->keys[0].consent, VCARD_P15_N_PINS + 1, p},
		{&p->admin_tries_left, 6, p},
		{&p->admin_key_len, 17, p},
	};
	struct buf b = BUF_INIT(VCARD_IMAGE_MAX);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint8_t was = *rows[i].place;

		*rows[i].place = rows[i].value;
		buf_reset(&b);
		vcard_p15_memory_encode(rows[i].of, &b);
		if (decodes(&b) != MOHR_ERR_MALFORMED)
			fail_msg("row %zu is taken", i);
		*rows[i].place = was;
	}
	p->files[3].size++;
	buf_reset(&b);
	vcard_p15_memory_encode(p, &b);
	assert_int_equal(decodes(&b), MOHR_ERR_MALFORMED);
	p->files[3].size--;
	buf_reset(&b);
	vcard_p15_memory_encode(p, &b);
	assert_int_equal(decodes(&b), 0);
	vcard_p15_memory_encode(p, &b); /* all of it twice */
	assert_int_equal(decodes(&b), MOHR_ERR_MALFORMED);
	buf_clear(&b);
	vcard_free(v);
	vcard_free(m);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_change_is_on_disk_when_the_answer_comes),
		TEST(a_failing_disk_gives_no_try),
		TEST(a_kill_during_verify_never_gives_a_try),
		TEST(a_kill_during_change_or_unblocking_leaves_the_old_or_the_new_pin),
		TEST(a_kill_during_administration_leaves_the_old_or_the_new_files),
		TEST(content_that_is_no_card_is_refused_or_sane),
		TEST(indices_out_of_range_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
