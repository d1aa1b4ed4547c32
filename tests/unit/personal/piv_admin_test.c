/* SPDX-License-Identifier: BSD-2-Clause */
/* personal/piv_admin.c: the management key of each algorithm, and the vendor's instructions. */
#include "fixture.h"

#include <string.h>

#include "codec/iso7816.h"
#include "profile/profile.h"
#include "tests/harness/fake_link.h"
#include "vcard/piv/piv.h"

static const struct fixture_card cards[] = {
	{"piv", false, "123456", NULL, CIPHER_3DES, ADMIN_3DES},
	{"piv", true, "123456", NULL, CIPHER_AES128, ADMIN_AES128},
	{"piv", false, "123456", NULL, CIPHER_AES256,
	 "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"},
	{"yubikey", true, "123456", NULL, CIPHER_3DES, ADMIN_3DES},
};

static void the_key_of_each_algorithm_opens_its_card(void **state)
{
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
		fixture_start(&f, &cards[i]);
		fixture_open(&f);
		assert_false(vcard_piv_of(f.v)->admin);
		assert_int_equal(authenticate(&f, &cards[i]), 0);
		assert_true(vcard_piv_of(f.v)->admin);
		fixture_stop(&f);
	}
}

static void another_key_is_refused(void **state)
{
	struct fixture_card other;
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
		fixture_start(&f, &cards[i]);
		fixture_open(&f);
		assert_int_equal(authenticate(&f, &cards[i]), 0);
		other = cards[(i + 1) % 3];
		/* of another algorithm; then the same with other bytes */
		assert_int_equal(authenticate(&f, &other), MOHR_ERR_SECURITY_STATUS);
		other = cards[i];
		other.admin =
			i == 1 ? "FF0102030405060708090A0B0C0D0E0F"
			: i == 2
				? "FF0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"
				: "F102030405060708 1112131415161718 2122232425262728";
		assert_int_equal(authenticate(&f, &other), MOHR_ERR_SECURITY_STATUS);
		assert_false(vcard_piv_of(f.v)->admin);
		other.cipher = CIPHER_AES192;
		other.admin = ADMIN_AES128;
		assert_int_equal(authenticate(&f, &other), MOHR_ERR_ARGUMENT);
		fixture_stop(&f);
	}
}

/* ---- a card that is not the right one --------------------------------------------------------------- */

/* Answers as a card that takes any witness, and whose response is no cryptogram of the challenge. */
static int forge(void *user, const uint8_t *command, size_t len, uint8_t *ret, size_t cap,
		 size_t *ret_len)
{
	const char **answer = user;

	(void)cap;
	if (len > 1 && command[1] == INS_GENERAL_AUTH && **answer != '\0') {
		*ret_len = fake_hex(*answer, ret, cap);
		*answer += strlen(*answer) + 1;
	} else if (len > 1 && command[1] == INS_SELECT) {
		*ret_len = fake_hex("6110 4F0BA000000308000010000100 5001 50 9000", ret, cap);
		if (len > 5 && command[5 + 4] != 0x08)
			*ret_len = fake_hex("6A82", ret, cap);
	} else {
		*ret_len = fake_hex("6A82", ret, cap);
	}
	return 0;
}

/* Two answers, each with its end. */
static void assert_forged(const char *answers, int err)
{
	struct personal_admin admin = admin_of(&piv_blank);
	struct fake_card *fake = fake_card_new(PROTOCOL_T1, FAKE_ATR_EXTENDED);
	struct link *link = fake_card_link(fake);
	struct personal *p = NULL;
	struct channel channel;
	struct config config;
	struct crypto *crypto;

	config_init(&config);
	assert_int_equal(crypto_openssl_new(&crypto), 0);
	fake_card_handle(fake, forge, &answers);
	assert_int_equal(channel_init(&channel, link, NULL), 0);
	assert_int_equal(link_begin(link), 0);
	assert_int_equal(personal_open(&channel, &config, crypto, &p), 0);
	assert_int_equal(personal_authenticate(p, &admin), err);
	personal_close(p);
	channel_clear(&channel);
	link_free(link);
	fake_card_free(fake);
	crypto_free(crypto);
	config_clear(&config);
	admin_free(&admin);
}

#define WITNESS "7C128010 00000000000000000000000000000000 9000\0"

static void a_card_that_does_not_know_the_key_is_not_believed(void **state)
{
	(void)state;
	assert_forged(WITNESS "7C128210 00000000000000000000000000000000 9000\0",
		      MOHR_ERR_SECURITY_STATUS);
}

static void answers_of_another_shape_are_malformed(void **state)
{
	(void)state;
	assert_forged("9000\0", MOHR_ERR_MALFORMED);
	assert_forged("7C00 9000\0", MOHR_ERR_MALFORMED);
	assert_forged("7C028000 9000\0", MOHR_ERR_MALFORMED);
	assert_forged("7C0A8008 0000000000000000 9000\0", MOHR_ERR_MALFORMED);
	assert_forged("7C138011 0000000000000000000000000000000000 9000\0", MOHR_ERR_MALFORMED);
	assert_forged("7C128110 00000000000000000000000000000000 9000\0", MOHR_ERR_MALFORMED);
	assert_forged("7C128010 00000000000000000000000000000000 00 9000\0", MOHR_ERR_MALFORMED);
	assert_forged(WITNESS "9000\0", MOHR_ERR_MALFORMED);
	assert_forged(WITNESS "7C0A8208 0000000000000000 9000\0", MOHR_ERR_MALFORMED);
	assert_forged(WITNESS "6982\0", MOHR_ERR_SECURITY_STATUS);
}

/* ---- the vendor's --------------------------------------------------------------------------------- */

static void the_management_key_is_replaced(void **state)
{
	struct personal_admin old = admin_of(&yubikey_blank), new = admin_of(&cards[2]);
	struct personal_admin wrong = admin_of(&cards[1]), none = {CIPHER_AES256, NULL};
	struct fixture f;

	(void)state;
	fixture_start(&f, &yubikey_blank);
	fixture_open(&f);
	assert_int_equal(personal_set_admin(f.p, &old, &none), MOHR_ERR_ARGUMENT);
	assert_int_equal(personal_set_admin(f.p, &wrong, &new), MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(personal_set_admin(f.p, &old, &new), 0);
	assert_int_equal(vcard_piv_of(f.v)->memory.admin_algorithm, VCARD_ADMIN_AES256);
	assert_memory_equal(vcard_piv_of(f.v)->memory.admin_key, secret_peek(new.key), 32);
	/* a repetition */
	assert_int_equal(personal_set_admin(f.p, &old, &new), 0);
	assert_int_equal(personal_authenticate(f.p, &old), MOHR_ERR_SECURITY_STATUS);
	assert_int_equal(personal_authenticate(f.p, &new), 0);
	fixture_stop(&f);
	admin_free(&old);
	admin_free(&new);
	admin_free(&wrong);
}

static void a_card_of_the_standard_has_none_of_it(void **state)
{
	struct personal_admin admin = admin_of(&piv_blank);
	struct fixture f;

	(void)state;
	fixture_start(&f, &piv_blank);
	fixture_open(&f);
	assert_int_equal(personal_set_admin(f.p, &admin, &admin), MOHR_ERR_NOT_SUPPORTED);
	assert_int_equal(personal_reset(f.p), MOHR_ERR_NOT_SUPPORTED);
	assert_int_equal(personal_read_public_key(f.p, 0, &f.out), MOHR_ERR_NOT_SUPPORTED);
	fixture_close(&f);
	assert_tries(&f, 0, 3);
	fixture_stop(&f);
	admin_free(&admin);
}

static int reset(struct fixture *f, void *user)
{
	(void)user;
	return personal_reset(f->p);
}

static int use(struct fixture *f, void *user)
{
	(void)user;
	assert_int_equal(authenticate(f, &yubikey_blank), 0);
	issue(f, 0, PERSONAL_P256, NULL);
	return set_pin(f, 0, "123456", "letters", NULL);
}

static void check_new(struct fixture *f, void *user)
{
	static const struct fixture_card maker = {
		.cipher = CIPHER_3DES,
		.admin = "0102030405060708 0102030405060708 0102030405060708"};
	struct buf spki = BUF_INIT(LIMIT_CERTIFICATE), der = BUF_INIT(LIMIT_CERTIFICATE);
	int tries;

	(void)user;
	look(f, 0, &spki, &der);
	assert_int_equal(spki.len, 0);
	assert_int_equal(der.len, 0);
	assert_tries(f, 0, 3);
	fixture_open(f);
	assert_int_equal(authenticate(f, &maker), 0);
	assert_int_equal(set_pin(f, 0, "123456", "654321", &tries), 0);
	fixture_close(f);
	buf_clear(&spki);
	buf_clear(&der);
}

static void a_reset_cut_anywhere_is_completed_by_another(void **state)
{
	struct fixture_cut cut = {.card = &yubikey_blank,
				  .prepare = use,
				  .job = reset,
				  .check = check_new,
				  .n_at_least = 8};

	(void)state;
	cut_everywhere(&cut, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_key_of_each_algorithm_opens_its_card),
		cmocka_unit_test(another_key_is_refused),
		cmocka_unit_test(a_card_that_does_not_know_the_key_is_not_believed),
		cmocka_unit_test(answers_of_another_shape_are_malformed),
		cmocka_unit_test(the_management_key_is_replaced),
		cmocka_unit_test(a_card_of_the_standard_has_none_of_it),
		cmocka_unit_test(a_reset_cut_anywhere_is_completed_by_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
