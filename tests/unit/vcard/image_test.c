/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/image.c and vcard/memory.c: what is on disk, whatever happens to the process. */
#include "fixture.h"
#include "kill.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "vcard/image.h"

static char *folder;
static char path[512];

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

static struct buf read_file(void)
{
	struct buf b = BUF_INIT(1 << 20);
	FILE *f = fopen(path, "rb");
	int c;

	assert_non_null(f);
	while ((c = fgetc(f)) != EOF)
		buf_put_u8(&b, (uint8_t)c);
	fclose(f);
	return b;
}

static void write_file(const uint8_t *data, size_t len)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static size_t files_in_folder(void)
{
	DIR *d = opendir(folder);
	size_t n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static void save_new(void)
{
	struct vcard *v = fixture_quick(FIXTURE_SHORT);

	assert_int_equal(vcard_save(v, path), 0);
	vcard_free(v);
}

static void a_loaded_card_is_the_saved_one(void **state)
{
	struct vcard *v = fixture_card(FIXTURE_EXTENDED, VCARD_RSA2048, VCARD_P384), *loaded = NULL;
	struct buf before = BUF_INIT(VCARD_IMAGE_MAX), after = BUF_INIT(VCARD_IMAGE_MAX);

	(void)state;
	vcard_ias_of(v)->memory.pins[VCARD_PUK].tries_left = 2;
	vcard_ias_of(v)->memory.pins[VCARD_PIN_SIGN].transport = true;
	vcard_ias_of(v)->memory.admin_tries_left = 1;
	vcard_ias_memory_encode(&vcard_ias_of(v)->memory, &before);
	assert_int_equal(vcard_save(v, path), 0);
	vcard_free(v);
	assert_int_equal(vcard_load(path, &loaded), 0);
	vcard_ias_memory_encode(&vcard_ias_of(loaded)->memory, &after);
	assert_int_equal(before.len, after.len);
	assert_memory_equal(before.data, after.data, before.len);
	assert_int_equal(vcard_ias_of(loaded)->memory.pins[VCARD_PUK].tries_left, 2);
	assert_true(vcard_ias_of(loaded)->memory.pins[VCARD_PIN_SIGN].transport);
	assert_true(vcard_ias_of(loaded)->memory.pins[VCARD_PIN_SIGN].once);
	assert_int_equal(vcard_ias_of(loaded)->memory.admin_tries_left, 1);
	assert_true(loaded->extended);
	assert_false(loaded->t0);
	fixture_verify_auth(loaded);
	expect(loaded, "002241A4 03 840101", "9000");
	ask(loaded, "00880000 01 AA 00");
	assert_int_equal(asked_len, 256 + 2);
	vcard_free(loaded);
	buf_clear(&before);
	buf_clear(&after);
}

/* What an image says of algorithms stays; one that says nothing, as older ones, has the usual ones. */
static void algorithms_are_kept(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_SHORT), *loaded = NULL;
	struct buf plain = BUF_INIT(VCARD_IMAGE_MAX), content = BUF_INIT(VCARD_IMAGE_MAX);
	struct vcard_ias_memory m;
	struct cursor c;

	(void)state;
	assert_int_equal(vcard_ias_does(vcard_ias_of(v)), VCARD_DOES_USUAL);
	vcard_ias_memory_encode(&vcard_ias_of(v)->memory, &plain);
	vcard_ias_of(v)->memory.algorithms = VCARD_DOES_RAW | VCARD_DOES_ECDH;
	vcard_ias_memory_encode(&vcard_ias_of(v)->memory, &content);
	/* 83 01 xx at the end, and what was there before is as it was */
	assert_int_equal(content.len, plain.len + 3);
	assert_memory_equal(content.data, plain.data, plain.len);
	assert_string_equal(fixture_hex(content.data + plain.len, 3), "830148");
	assert_int_equal(vcard_save(v, path), 0);
	vcard_free(v);
	assert_int_equal(vcard_load(path, &loaded), 0);
	assert_int_equal(vcard_ias_does(vcard_ias_of(loaded)), VCARD_DOES_RAW | VCARD_DOES_ECDH);
	vcard_free(loaded);
	c = buf_cursor(&plain);
	assert_int_equal(vcard_ias_memory_decode(&c, &vcard_ias_natid, &m), 0);
	assert_int_equal(m.algorithms, 0);
	vcard_ias_memory_clear(&m);
	for (unsigned bits = 0; bits < 256; bits += bits < 128 ? 128 : 1) {
		content.data[content.len - 1] = (uint8_t)bits;
		c = buf_cursor(&content);
		assert_int_equal(vcard_ias_memory_decode(&c, &vcard_ias_natid, &m),
				 MOHR_ERR_MALFORMED);
	}
	content.data[content.len - 1] = VCARD_DOES_ALL;
	buf_put_u8(&content, 0);
	c = buf_cursor(&content);
	assert_int_equal(vcard_ias_memory_decode(&c, &vcard_ias_natid, &m), MOHR_ERR_MALFORMED);
	buf_clear(&plain);
	buf_clear(&content);
}

static void the_file_is_for_its_owner_alone(void **state)
{
	struct stat st;
	mode_t old = umask(0);

	(void)state;
	save_new();
	umask(old);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(files_in_folder(), 1);
}

static void pins_do_not_stand_in_the_file(void **state)
{
	struct buf b;

	(void)state;
	save_new();
	b = read_file();
	/* With the first byte of padding: the files of the test card have all runs of bytes. */
	assert_null(memmem(b.data, b.len, AUTH_DIGITS, sizeof(AUTH_DIGITS)));
	assert_null(memmem(b.data, b.len, SIGN_DIGITS, strlen(SIGN_DIGITS)));
	assert_null(memmem(b.data, b.len, PUK_DIGITS, strlen(PUK_DIGITS)));
	buf_clear(&b);
}

static void saving_does_not_replace_a_file(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_SHORT);

	(void)state;
	write_file((const uint8_t *)"mine", 4);
	assert_int_equal(vcard_save(v, path), MOHR_ERR_IO);
	assert_int_equal(errno, EEXIST);
	assert_int_equal(files_in_folder(), 1);
	vcard_free(v);
}

static void every_change_is_on_disk_when_the_answer_comes(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_SHORT), *now = NULL;

	(void)state;
	assert_int_equal(vcard_save(v, path), 0);
	expect(v, "00200081 10" PIN_WRONG, "63C2");
	assert_int_equal(vcard_peek(path, &now), 0);
	assert_int_equal(vcard_ias_of(now)->memory.pins[VCARD_PIN_AUTH].tries_left, 2);
	vcard_free(now);
	expect(v, "00240082 20" PIN_SIGN PIN_OTHER, "9000");
	fixture_admin(v);
	expect(v, "00A4080C 04 51005040", "9000");
	expect(v, "00D60000 02 3082", "9000");
	ask(v, "00470000 08 AC06 800112 840101");
	vcard_free(v);
	assert_int_equal(vcard_load(path, &v), 0);
	expect(v, "00200082 10" PIN_OTHER, "9000");
	expect(v, "00A4080C 04 51005040", "9000");
	expect(v, "00B0000003", "3082029000");
	assert_int_equal(vcard_ias_of(v)->memory.keys[VCARD_KEY_AUTH].kind, VCARD_P384);
	vcard_free(v);
}

static void a_failing_disk_gives_no_try(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_SHORT), *after = NULL;
	char moved[600];

	(void)state;
	assert_int_equal(vcard_save(v, path), 0);
	/* A folder in the place of the next state: it can be neither made nor removed. */
	snprintf(moved, sizeof(moved), "%s.next", path);
	assert_int_equal(mkdir(moved, 0700), 0);
	expect(v, "00200081 10" PIN_AUTH, "6581");
	/* From then on memory and disk may differ: nothing more is answered. */
	expect(v, "00200081", "6581");
	expect(v, "00A4000C 02 3F00", "6581");
	vcard_reset(v);
	expect(v, "00200081", "6581");
	assert_int_equal(rmdir(moved), 0);
	expect(v, "00200081 10" PIN_AUTH, "6581");
	vcard_free(v);
	assert_int_equal(vcard_load(path, &after), 0);
	assert_int_equal(vcard_ias_of(after)->memory.pins[VCARD_PIN_AUTH].tries_left, 3);
	vcard_free(after);
}

static void a_served_image_is_refused_to_a_second_server(void **state)
{
	struct vcard *first = NULL, *second = NULL;

	(void)state;
	save_new();
	assert_int_equal(vcard_load(path, &first), 0);
	assert_int_equal(vcard_load(path, &second), MOHR_ERR_CARD_BUSY);
	/* The same after the file was replaced. */
	fixture_verify_auth(first);
	fixture_verify_auth(first);
	assert_int_equal(vcard_load(path, &second), MOHR_ERR_CARD_BUSY);
	assert_null(second);
	/* It may be looked at. */
	assert_int_equal(vcard_peek(path, &second), 0);
	vcard_free(second);
	vcard_free(first);
	assert_int_equal(vcard_load(path, &first), 0);
	vcard_free(first);
}

/* The file is replaced all the time: nobody may get hold of one that has just lost its name. */
static void an_image_stays_locked_while_it_is_replaced(void **state)
{
	struct vcard *v = NULL;
	struct buf content = BUF_INIT(VCARD_IMAGE_MAX);
	int begun[2], status;
	pid_t child;
	char c = 0;

	(void)state;
	save_new();
	assert_int_equal(pipe2(begun, O_CLOEXEC), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct vcard_image *image = NULL;

		if (vcard_image_open(path, &content, &image) != 0 || write(begun[1], &c, 1) != 1)
			_exit(1);
		for (int i = 0; i < 150; i++)
			if (vcard_image_commit(image, &content) != 0)
				_exit(1);
		if (write(begun[1], &c, 1) != 1)
			_exit(1);
		pause();
	}
	assert_int_equal(read(begun[0], &c, 1), 1);
	fcntl(begun[0], F_SETFL, O_NONBLOCK);
	do
		assert_int_equal(vcard_load(path, &v), MOHR_ERR_CARD_BUSY);
	while (read(begun[0], &c, 1) != 1);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	close(begun[0]);
	close(begun[1]);
	assert_int_equal(vcard_load(path, &v), 0);
	vcard_free(v);
}

static void a_saved_card_holds_its_lock(void **state)
{
	struct vcard *v = fixture_quick(FIXTURE_SHORT), *second = NULL;

	(void)state;
	assert_int_equal(vcard_save(v, path), 0);
	assert_int_equal(vcard_load(path, &second), MOHR_ERR_CARD_BUSY);
	vcard_free(v);
	assert_int_equal(vcard_load(path, &second), 0);
	vcard_free(second);
}

/* Through a symbolic link, the file behind it is replaced and locked, not the link. */
static void symbolic_links_are_followed(void **state)
{
	struct vcard *v = NULL, *second = NULL;
	char link_path[600];
	struct stat st;

	(void)state;
	save_new();
	snprintf(link_path, sizeof(link_path), "%s/link", folder);
	assert_int_equal(symlink("card.img", link_path), 0);
	assert_int_equal(vcard_load(link_path, &v), 0);
	expect(v, "00200081 10" PIN_WRONG, "63C2");
	assert_int_equal(vcard_load(path, &second), MOHR_ERR_CARD_BUSY);
	vcard_free(v);
	assert_int_equal(lstat(link_path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(vcard_load(path, &v), 0);
	expect(v, "00200081", "63C2");
	vcard_free(v);
}

static void an_image_that_is_not_whole_is_refused(void **state)
{
	struct vcard *v = NULL;
	struct buf b;

	(void)state;
	save_new();
	b = read_file();
	for (size_t len = 0; len < b.len; len += len < 64 ? 1 : 37) {
		write_file(b.data, len);
		assert_int_equal(vcard_load(path, &v), MOHR_ERR_MALFORMED);
	}
	write_file(b.data, b.len - 1);
	assert_int_equal(vcard_load(path, &v), MOHR_ERR_MALFORMED);
	buf_put_u8(&b, 0);
	write_file(b.data, b.len);
	assert_int_equal(vcard_load(path, &v), MOHR_ERR_MALFORMED);
	assert_null(v);
	buf_clear(&b);
}

static void an_altered_image_is_refused(void **state)
{
	struct vcard *v = NULL;
	struct buf b;
	int r;

	(void)state;
	save_new();
	b = read_file();
	for (size_t i = 0; i < b.len; i += i < 64 || i + 64 > b.len ? 1 : 29) {
		b.data[i] ^= 0x04;
		write_file(b.data, b.len);
		r = vcard_peek(path, &v);
		/* Bytes 8 to 11 are the version. */
		assert_int_equal(r, i >= 8 && i < 12 ? MOHR_ERR_NOT_SUPPORTED : MOHR_ERR_MALFORMED);
		assert_int_equal(vcard_load(path, &v), r);
		b.data[i] ^= 0x04;
	}
	assert_null(v);
	buf_clear(&b);
}

/* Whole and with a right digest, but no card: each field is looked at. */
static void content_that_is_no_card_is_refused(void **state)
{
	struct vcard *v = fixture_blank(FIXTURE_SHORT), *loaded = NULL;
	struct buf content = BUF_INIT(VCARD_IMAGE_MAX), cut = BUF_INIT(VCARD_IMAGE_MAX);
	struct vcard_image *image = NULL;

	(void)state;
	unlink(path);
	assert_int_equal(vcard_save(v, path), 0);
	vcard_free(v);
	assert_int_equal(vcard_image_read(path, &content), 0);
	for (size_t len = 0; len < content.len; len++) {
		buf_reset(&cut);
		buf_put(&cut, content.data, len);
		unlink(path);
		assert_int_equal(vcard_image_create(path, &cut, &image), 0);
		vcard_image_close(image);
		assert_int_equal(vcard_load(path, &loaded), MOHR_ERR_MALFORMED);
	}
	assert_null(loaded);
	buf_clear(&content);
	buf_clear(&cut);
}

static void counters_and_parents_out_of_range_are_refused(void **state)
{
	struct buf content = BUF_INIT(VCARD_IMAGE_MAX);
	struct vcard_ias_memory m;
	struct cursor c;
	struct vcard *v;

	(void)state;
	for (int what = 0; what < 6; what++) {
		v = fixture_blank(FIXTURE_SHORT);
		switch (what) {
		case 1:
			vcard_ias_of(v)->memory.pins[0].tries_left = 4;
			break;
		case 2:
			vcard_ias_of(v)->memory.pins[1].max_tries = 16;
			break;
		case 3:
			vcard_ias_of(v)->memory.admin_tries_left = 6;
			break;
		case 4:
			vcard_ias_of(v)->memory.files[2].parent = 2;
			break;
		case 5:
			vcard_ias_of(v)->memory.pins[0].max_len = 17;
			break;
		}
		buf_reset(&content);
		vcard_ias_memory_encode(&vcard_ias_of(v)->memory, &content);
		vcard_free(v);
		c = buf_cursor(&content);
		if (what == 0) {
			assert_int_equal(vcard_ias_memory_decode(&c, &vcard_ias_natid, &m), 0);
			vcard_ias_memory_clear(&m);
		} else {
			assert_int_equal(vcard_ias_memory_decode(&c, &vcard_ias_natid, &m),
					 MOHR_ERR_MALFORMED);
		}
	}
	buf_clear(&content);
}

static void what_is_no_file_is_an_error(void **state)
{
	struct vcard *v = NULL;
	char other[600];

	(void)state;
	assert_int_equal(vcard_load(path, &v), MOHR_ERR_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(vcard_peek(folder, &v), MOHR_ERR_MALFORMED);
	snprintf(other, sizeof(other), "%s/pipe", folder);
	assert_int_equal(mkfifo(other, 0600), 0);
	assert_int_equal(vcard_load(other, &v), MOHR_ERR_MALFORMED);
	assert_int_equal(vcard_peek(other, &v), MOHR_ERR_MALFORMED);
	snprintf(other, sizeof(other), "%s/none/card.img", folder);
	v = fixture_quick(FIXTURE_SHORT);
	assert_int_equal(vcard_save(v, other), MOHR_ERR_IO);
	vcard_free(v);
}

static void what_a_killed_server_left_is_removed(void **state)
{
	struct vcard *v = NULL;
	char next[600];
	int fd;

	(void)state;
	save_new();
	snprintf(next, sizeof(next), "%s.next", path);
	fd = open(next, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
	/* Not by one who only looks: it may be another server's. */
	assert_int_equal(vcard_peek(path, &v), 0);
	vcard_free(v);
	assert_int_equal(access(next, F_OK), 0);
	assert_int_equal(vcard_load(path, &v), 0);
	assert_int_equal(access(next, F_OK), -1);
	vcard_free(v);
}

/* ---- kill -9 */

enum { CONTENT_LEN = 200 };

/* The commands that change the card. */
static void verify_right(struct vcard *v)
{
	ask(v, "00200081 10" PIN_AUTH);
}

static void verify_wrong(struct vcard *v)
{
	ask(v, "00200081 10" PIN_WRONG);
}

static void change(struct vcard *v)
{
	ask(v, "00240081 20" PIN_AUTH PIN_OTHER);
}

static void unblock(struct vcard *v)
{
	ask(v, "002C0081 20" PUK PIN_OTHER);
}

static void generate(struct vcard *v)
{
	ask(v, "00470000 08 AC06 800112 840101");
}

static void update(struct vcard *v)
{
	char content[2 * CONTENT_LEN + 1] = {0};

	memset(content, 'E', 2 * CONTENT_LEN);
	ask(v, "00D60000 %02X %s", CONTENT_LEN, content);
}

/* What the card is when the command has just not, or just been done. */
struct state {
	unsigned tries, puk_tries;
	bool other_pin, other_key, other_file;
};

static struct state look(struct vcard *v)
{
	struct state s = {.tries = vcard_ias_of(v)->memory.pins[VCARD_PIN_AUTH].tries_left,
			  .puk_tries = vcard_ias_of(v)->memory.pins[VCARD_PUK].tries_left,
			  .other_key =
				  vcard_ias_of(v)->memory.keys[VCARD_KEY_AUTH].kind != VCARD_P256};
	const struct buf *file = &vcard_ias_of(v)->memory.files[VCARD_FILE_AUTH_CERT].data;
	EVP_PKEY *key = NULL;

	assert_int_equal(vcard_key_load(&vcard_ias_of(v)->memory.keys[VCARD_KEY_AUTH], &key), 0);
	assert_int_equal(file->len, 700);
	s.other_file = file->data[0] == 0xEE;
	for (size_t i = 0; i < CONTENT_LEN; i++)
		assert_int_equal(file->data[i], s.other_file ? 0xEE : i % 251);
	/* One of the two PINs is right, and no other. */
	vcard_ias_of(v)->memory.pins[VCARD_PIN_AUTH].tries_left = 3;
	ask(v, "00200081 10" PIN_AUTH);
	s.other_pin = asked_sw() != 0x9000;
	if (s.other_pin)
		expect(v, "00200081 10" PIN_OTHER, "9000");
	return s;
}

/* As the commands want it. */
static void prepare(struct vcard *v)
{
	vcard_ias_of(v)->admin = true;
	vcard_ias_of(v)->df = VCARD_FILE_AUTH_DF;
	vcard_ias_of(v)->ef = VCARD_FILE_AUTH_CERT;
}

static void (*check_state)(struct state, bool);

static void look_and_check(struct vcard *v, bool ended)
{
	check_state(look(v), ended);
	assert_int_equal(files_in_folder(), 1);
}

static void kill_during(kill_command_fn *command, void (*check)(struct state, bool))
{
	save_new();
	check_state = check;
	kill_everywhere(path, prepare, command, look_and_check);
}

static unsigned lowest_seen;

static void check_right(struct state s, bool ended)
{
	assert_in_range(s.tries, ended ? 3 : 2, 3);
	if (s.tries < lowest_seen)
		lowest_seen = s.tries;
}

/* That it was seen with a try less shows that the counter is on disk before the value is looked at. */
static void a_kill_during_verify_never_gives_a_try(void **state)
{
	(void)state;
	lowest_seen = 3;
	kill_during(verify_right, check_right);
	assert_int_equal(lowest_seen, 2);
}

static void check_wrong(struct state s, bool ended)
{
	assert_in_range(s.tries, 2, ended ? 2 : 3);
	assert_false(s.other_pin);
}

static void a_kill_during_a_wrong_verify_costs_one_try_at_most(void **state)
{
	(void)state;
	kill_during(verify_wrong, check_wrong);
}

static void check_change(struct state s, bool ended)
{
	assert_in_range(s.tries, 2, 3);
	if (ended || s.other_pin)
		assert_true(s.other_pin && s.tries == 3);
}

static void a_kill_during_change_leaves_the_old_or_the_new_pin(void **state)
{
	(void)state;
	kill_during(change, check_change);
}

static void check_unblock(struct state s, bool ended)
{
	assert_int_equal(s.tries, 3);
	assert_in_range(s.puk_tries, 4, 5);
	if (ended || s.other_pin)
		assert_true(s.other_pin && s.puk_tries == 5);
}

static void a_kill_during_unblocking_leaves_the_old_or_the_new_pin(void **state)
{
	(void)state;
	kill_during(unblock, check_unblock);
}

static void check_update(struct state s, bool ended)
{
	assert_true(s.other_file || !ended);
}

static void a_kill_during_update_leaves_the_old_or_the_new_file(void **state)
{
	(void)state;
	kill_during(update, check_update);
}

static void check_generate(struct state s, bool ended)
{
	assert_true(s.other_key || !ended);
}

static void a_kill_during_generate_leaves_the_old_or_the_new_key(void **state)
{
	(void)state;
	kill_during(generate, check_generate);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_loaded_card_is_the_saved_one),
		TEST(algorithms_are_kept),
		TEST(the_file_is_for_its_owner_alone),
		TEST(pins_do_not_stand_in_the_file),
		TEST(saving_does_not_replace_a_file),
		TEST(every_change_is_on_disk_when_the_answer_comes),
		TEST(a_failing_disk_gives_no_try),
		TEST(a_served_image_is_refused_to_a_second_server),
		TEST(an_image_stays_locked_while_it_is_replaced),
		TEST(a_saved_card_holds_its_lock),
		TEST(symbolic_links_are_followed),
		TEST(an_image_that_is_not_whole_is_refused),
		TEST(an_altered_image_is_refused),
		TEST(content_that_is_no_card_is_refused),
		TEST(counters_and_parents_out_of_range_are_refused),
		TEST(what_is_no_file_is_an_error),
		TEST(what_a_killed_server_left_is_removed),
		TEST(a_kill_during_verify_never_gives_a_try),
		TEST(a_kill_during_a_wrong_verify_costs_one_try_at_most),
		TEST(a_kill_during_change_leaves_the_old_or_the_new_pin),
		TEST(a_kill_during_unblocking_leaves_the_old_or_the_new_pin),
		TEST(a_kill_during_update_leaves_the_old_or_the_new_file),
		TEST(a_kill_during_generate_leaves_the_old_or_the_new_key),
	};

	return cmocka_run_group_tests_name("vcard/image", tests, NULL, NULL);
}
