/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of vcard/pins_file.c. */
#include "fixture.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vcard/pins_file.h"

#define ADMIN_16 "000102030405060708090A0B0C0D0E0F"

static struct vcard_personalities natid;
static char *folder;
static char path[300];

static int setup(void **state)
{
	(void)state;
	assert_int_equal(vcard_personalities_parse("natid", &natid), 0);
	folder = fixture_folder();
	snprintf(path, sizeof(path), "%s/pins", folder);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fixture_remove_folder(folder);
	return 0;
}

static void write_text(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int load(struct vcard_pins *p, unsigned *line)
{
	bool made = true;
	int r = vcard_pins_load(path, &natid, 0, p, &made, line);

	if (r == 0)
		assert_false(made);
	return r;
}

static void a_file_is_read(void **state)
{
	struct vcard_pins p = {0};
	unsigned line;

	(void)state;
	write_text("# PINs\nadmin=" ADMIN_16 ADMIN_16 "\n\npuk=12345678\r\nsign=654321\nauth=1234");
	assert_int_equal(load(&p, &line), 0);
	assert_string_equal(p.auth, "1234");
	assert_string_equal(p.sign, "654321");
	assert_string_equal(p.puk, "12345678");
	assert_int_equal(p.admin_len, 32);
	assert_string_equal(fixture_hex(p.admin, 32), ADMIN_16 ADMIN_16);
	write_text("auth=1234\nsign=654321\npuk=12345678\nadmin=" ADMIN_16 "\n");
	assert_int_equal(load(&p, &line), 0);
	assert_int_equal(p.admin_len, 16);
}

static void bad_lines_are_named(void **state)
{
	static const char *const bad[] = {
		"auth=",
		"auth",
		"auth=12a4",
		"auth= 1234",
		"auth=12345678901234567",
		"pin=1234",
		"=1234",
		"admin=0011",
		"admin=" ADMIN_16 "0",
		"admin=" ADMIN_16 "00",
		"sign=111111", /* a second time */
	};
	struct vcard_pins p = {.auth = "old"};
	char text[200];
	unsigned line;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(text, sizeof(text), "sign=654321\n\n%s\n", bad[i]);
		write_text(text);
		line = 0;
		assert_int_equal(load(&p, &line), MOHR_ERR_MALFORMED);
		assert_int_equal(line, 3);
	}
	assert_string_equal(p.auth, "old");
}

static void missing_values_are_told(void **state)
{
	static const char *const bad[] = {
		"",
		"auth=1234\nsign=654321\npuk=12345678\n",
		"sign=654321\npuk=12345678\nadmin=" ADMIN_16 "\n",
	};
	struct vcard_pins p;
	unsigned line;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		write_text(bad[i]);
		line = 99;
		assert_int_equal(load(&p, &line), MOHR_ERR_MALFORMED);
		assert_int_equal(line, 0);
	}
}

static void a_missing_file_is_made_with_random_values(void **state)
{
	struct vcard_pins first, again, other;
	unsigned line;
	struct stat st;
	bool made = false;
	mode_t old = umask(0);

	(void)state;
	assert_int_equal(vcard_pins_load(path, &natid, 0, &first, &made, &line), 0);
	umask(old);
	assert_true(made);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(load(&again, &line), 0);
	assert_string_equal(first.auth, again.auth);
	assert_string_equal(first.sign, again.sign);
	assert_string_equal(first.puk, again.puk);
	assert_int_equal(first.admin_len, again.admin_len);
	assert_memory_equal(first.admin, again.admin, first.admin_len);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(vcard_pins_load(path, &natid, 0, &other, &made, &line), 0);
	assert_string_not_equal(first.puk, other.puk);
	assert_memory_not_equal(first.admin, other.admin, 16);
}

static void made_values_are_never_weak(void **state)
{
	struct vcard_pins p;
	unsigned line;
	bool made;

	(void)state;
	for (int i = 0; i < 200; i++) {
		assert_int_equal(vcard_pins_load(path, &natid, 0, &p, &made, &line), 0);
		assert_int_equal(unlink(path), 0);
		assert_int_equal(strlen(p.auth), 6);
		assert_int_equal(strlen(p.sign), 8);
		assert_int_equal(strlen(p.puk), 8);
		assert_true(vcard_pins_strong(p.auth) && vcard_pins_strong(p.sign) &&
			    vcard_pins_strong(p.puk));
	}
}

static void weak_pins_are_known(void **state)
{
	static const char *const weak[] = {"",       "12",       "1111",     "000000", "1234",
					   "123456", "87654321", "12345679", "111112", "211111",
					   "1212",   "123123",   "40724072"};
	static const char *const strong[] = {"1357", "735079", "72881623", "90210", "1122334"};

	(void)state;
	for (size_t i = 0; i < sizeof(weak) / sizeof(*weak); i++)
		assert_false(vcard_pins_strong(weak[i]));
	for (size_t i = 0; i < sizeof(strong) / sizeof(*strong); i++)
		assert_true(vcard_pins_strong(strong[i]));
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
	struct vcard_pins p;
	unsigned line;
	bool made;

	(void)state;
	snprintf(path, sizeof(path), "%s/none/pins", folder);
	assert_int_equal(vcard_pins_load(path, &natid, 0, &p, &made, &line), MOHR_ERR_IO);
	assert_int_equal(errno, ENOENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_read),
		TEST(bad_lines_are_named),
		TEST(missing_values_are_told),
		TEST(a_missing_file_is_made_with_random_values),
		TEST(made_values_are_never_weak),
		TEST(weak_pins_are_known),
		TEST(a_folder_that_is_not_there_is_an_error),
	};

	return cmocka_run_group_tests_name("vcard/pins_file", tests, NULL, NULL);
}
