/* SPDX-License-Identifier: BSD-2-Clause */
/* profile/p15.c, p15_file.c, p15_list.c: what a PKCS#15 card has, and what it costs to know (PKCS #15 v1.1). */
#include "p15_fixture.h"

static void one_card_is_told_with_its_pins_keys_and_certificates(void **state)
{
	static const uint8_t id[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0x01, 0x23,
				     0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0x01, 0x23, 0x45, 0x67};
	struct small_card s;
	struct fixture f;
	const struct card *c;

	(void)state;
	small_open(&f, &s);
	c = f.card;
	assert_string_equal(c->profile->name, "p15");
	assert_string_equal(c->label, "My \xC3\xA9"
				      "card?");
	assert_string_equal(c->manufacturer, "Make");
	assert_string_equal(c->model, "PKCS#15");
	/* the last eight bytes of nine */
	assert_string_equal(c->serial, "23456789ABCDEF11");
	assert_int_equal(c->n_pins, 2);
	assert_string_equal(c->pins[0].label, "PIN");
	assert_int_equal(c->pins[0].format.reference, 0x11);
	assert_int_equal(c->pins[0].format.min_len, 4);
	assert_int_equal(c->pins[0].format.max_len, 8);
	assert_int_equal(c->pins[0].format.padded_len, 8);
	assert_int_equal(c->pins[0].format.pad, 0xFF);
	assert_true(c->pins[0].format.digits_only);
	assert_false(c->pins[0].per_use);
	assert_int_equal(c->pins[1].format.reference, 0x82);
	assert_int_equal(c->pins[1].format.padded_len, 12);
	assert_false(c->pins[1].format.digits_only);
	assert_true(c->pins[1].per_use);
	assert_int_equal(c->n_keys, 2);
	assert_string_equal(c->keys[0].label, "Auth key");
	assert_true(cursor_equals(&c->keys[0].card_id, "\x45", 1));
	assert_int_equal(c->keys[0].pin, 0);
	assert_int_equal(c->keys[0].use, KEY_USE_SIGN | KEY_USE_DECRYPT);
	assert_false(c->keys[0].per_use);
	assert_false(c->keys[0].open);
	assert_int_equal(c->keys[0].certificate, 0);
	assert_true(cursor_equals(&c->keys[1].card_id, id, sizeof(id)));
	assert_int_equal(c->keys[1].pin, 1);
	assert_int_equal(c->keys[1].use, KEY_USE_SIGN);
	assert_true(c->keys[1].per_use);
	assert_true(c->keys[1].non_repudiation);
	assert_int_equal(c->keys[1].certificate, 1);
	assert_int_equal(c->n_certificates, 3);
	assert_true(cursor_equals(&c->certificates[1].card_id, id, sizeof(id)));
	assert_int_equal(c->certificates[0].pin, 0);
	assert_int_equal(c->certificates[1].pin, 1);
	assert_int_equal(c->certificates[2].pin, 0);
	assert_false(c->certificates[0].authority);
	assert_true(c->certificates[2].authority);
	assert_string_equal(c->certificates[2].label, "CA");
	assert_int_equal(c->n_data, 1);
	assert_string_equal(c->data[0].label, "D1");
	assert_string_equal(c->data[0].application, "App");
	assert_false(c->data[0].is_private);
	fixture_close(&f);
}

/* What an identification costs: no file twice, no public keys, no certificate, nothing about sizes. */
static void identification_reads_each_file_once(void **state)
{
	static const char *const commands[] = {
		"00A404000CA0000000180C000001634200",
		SELECT_BY_NAME,
		"00A40000025031",
		"00B0000000",
		"00A40000025032",
		"00B0000000",
		"00A408000450154402",
		"00B0000000",
		"00A408000450154404",
		"00B0000000",
		"00A408000450154406",
		"00B0000000",
		"00A408000450154401",
		"00B0000000",
	};
	struct small_card s;
	struct fixture f;

	(void)state;
	small_fill(&s);
	small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	assert_sent(&f, 0, commands, sizeof(commands) / sizeof(commands[0]));
	fixture_close(&f);
}

static void a_file_is_read_as_far_as_its_entries_go(void **state)
{
	static const uint8_t pads[] = {0x00, 0xFF};
	struct small_card s;
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		small_fill(&s);
		small_find(&s, "50154404")->size = 2048;
		small_find(&s, "50154404")->pad = pads[i];
		small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
		assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
		assert_int_equal(f.card->n_certificates, 3);
		/* two blocks of eight: what is behind the entries is padding */
		assert_int_equal(sent(&f), 15);
		fixture_close(&f);
	}
}

/* An erased entry is padding in the middle. */
static void entries_behind_an_erased_one_are_found(void **state)
{
	struct buf b = BUF_INIT(2048);
	struct small_card s;
	struct fixture f;
	struct small_file *file;

	(void)state;
	small_fill(&s);
	put_certificate(&b, "First", "45", false, "3F0050154301", NULL);
	buf_fill(&b, 0x00, 100);
	put_certificate(&b, "Second", "46", false, "3F0050154302", NULL);
	buf_fill(&b, 0xFF, 90);
	put_certificate(&b, "Third", "47", false, "3F0050154302", NULL);
	file = small_find(&s, "50154404");
	memcpy(file->data, b.data, b.len);
	file->len = file->size = b.len;
	buf_clear(&b);
	small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	assert_int_equal(f.card->n_certificates, 3);
	assert_string_equal(f.card->certificates[2].label, "Third");
	fixture_close(&f);
}

static void sizes_are_asked_for_where_that_is_free(void **state)
{
	struct small_card s;
	struct fixture f;

	(void)state;
	small_fill(&s);
	s.tells_size = true;
	small_find(&s, "50154404")->size = 256;
	small_connect(&f, &s, PROTOCOL_T1, FAKE_ATR_EXTENDED);
	f.channel.extended = false;
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	assert_int_equal(f.card->n_certificates, 3);
	assert_string_equal(fake_card_command(f.fake, 2), "00A4000002503100");
	/* of the size that the card has told: no second READ BINARY to find the end */
	assert_int_equal(sent(&f), 14);
	fixture_close(&f);
}

/* Whatever the card gives at once, and whether it tells a file's size or names the right Le. */
static void files_are_read_whole(void **state)
{
	static const struct {
		enum protocol protocol;
		size_t most;
		bool tells_size, strict_le;
	} rows[] = {
		{PROTOCOL_T0, 0, false, false}, {PROTOCOL_T0, 0, false, true},
		{PROTOCOL_T1, 0, false, false}, {PROTOCOL_T1, 2, false, false},
		{PROTOCOL_T1, 70, true, false}, {PROTOCOL_T1, 255, false, true},
	};
	struct small_card s;
	struct fixture f;
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		small_fill(&s);
		s.tells_size = rows[i].tells_size;
		s.strict_le = rows[i].strict_le;
		s.most = rows[i].most;
		small_connect(&f, &s, rows[i].protocol, ATR_PLAIN);
		assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
		assert_int_equal(f.card->n_keys, 2);
		assert_int_equal(f.card->n_certificates, 3);
		assert_int_equal(f.card->n_pins, 2);
		fixture_close(&f);
	}
}

static void certificates_are_read_when_somebody_asks(void **state)
{
	static const char *const commands[] = {"00A408000450154301", "00B0000000", "00B0010000",
					       "00B00200BC"};
	struct small_card s;
	struct fixture f;

	(void)state;
	small_open(&f, &s);
	assert_int_equal(f.card->profile->read_certificate(f.card, 0, &f.out), 0);
	assert_int_equal(f.out.len, 700);
	assert_memory_equal(f.out.data, small_find(&s, "50154301")->data, 700);
	assert_sent(&f, 0, commands, 4);
	fake_card_clear_counts(f.fake);
	/* one that stands in its entry costs nothing */
	assert_int_equal(f.card->profile->read_certificate(f.card, 2, &f.out), 0);
	assert_true(f.out.len == 7 && memcmp(f.out.data, "\x30\x05\x02\x03\x01\x02\x03", 7) == 0);
	assert_int_equal(sent(&f), 0);
	assert_int_equal(f.card->profile->read_certificate(f.card, 3, &f.out), MOHR_ERR_ARGUMENT);
	fixture_close(&f);
}

static void another_application_is_put_aside_once(void **state)
{
	static const char *const commands[] = {
		"00A408000450154302", "00A40000025031", SELECT_BY_NAME,
		"00A408000450154302", "00B0000000",     "00B001002C",
	};
	struct small_card s;
	struct fixture f;

	(void)state;
	small_open(&f, &s);
	s.other_selected = true;
	assert_int_equal(f.card->profile->read_certificate(f.card, 1, &f.out), 0);
	assert_int_equal(f.out.len, 300);
	assert_sent(&f, 0, commands, 6);
	/* a file that is not there either way is not looked for again in the same transaction */
	fake_card_clear_counts(f.fake);
	small_find(&s, "50154302")->sw = SW_FILE_NOT_FOUND;
	assert_int_equal(f.card->profile->read_certificate(f.card, 1, &f.out), MOHR_ERR_NOT_FOUND);
	assert_int_equal(f.out.len, 0);
	assert_int_equal(sent(&f), 1);
	fixture_close(&f);
}

/* Applets of Java cards lose their security states by SELECT: the object directory shows that it is there. */
static void a_missing_file_costs_no_login(void **state)
{
	static const char *const commands[] = {"00A408000450154302", "00A40000025031",
					       "00B0000010"};
	struct small_card s;
	struct fixture f;

	(void)state;
	small_open(&f, &s);
	small_find(&s, "50154302")->sw = SW_FILE_NOT_FOUND;
	assert_int_equal(f.card->profile->read_certificate(f.card, 1, &f.out), MOHR_ERR_NOT_FOUND);
	assert_sent(&f, 0, commands, 3);
	fixture_close(&f);
}

static void data_are_the_part_that_the_card_names(void **state)
{
	static const char *const commands[] = {"00A40000025031", "00B0000010", "00A408000450154701",
					       "00B0000103"};
	struct small_card s;
	struct fixture f;

	(void)state;
	small_open(&f, &s);
	assert_int_equal(f.card->profile->read_data(f.card, 0, &f.out), 0);
	assert_true(f.out.len == 3 && memcmp(f.out.data, "\x11\x22\x33", 3) == 0);
	assert_sent(&f, 0, commands, 4);
	assert_int_equal(f.card->profile->read_data(f.card, 1, &f.out), MOHR_ERR_ARGUMENT);
	/* of another card's directory, if it were that, nothing is believed */
	f.channel.turn++;
	fake_card_clear_counts(f.fake);
	small_find(&s, "50155031")->data[15] ^= 1;
	assert_int_equal(f.card->profile->read_data(f.card, 0, &f.out), 0);
	assert_string_equal(fake_card_command(f.fake, 2), SELECT_BY_NAME);
	fixture_close(&f);
}

/* PKCS #15 §6.4.2: RSAPublicKey in a file */
static void a_public_key_without_certificate_is_read(void **state)
{
	uint8_t modulus[1 + 128] = {0x00, 0x80, [128] = 0x01};
	struct buf b = BUF_INIT(512);
	struct small_file *list;
	struct small_card s;
	struct fixture f;
	size_t mark;

	(void)state;
	small_fill(&s);
	mark = tlv_open(&b, 0x30);
	tlv_put(&b, 0x02, modulus, sizeof(modulus));
	tlv_put_u8(&b, 0x02, 0x03);
	tlv_close(&b, mark);
	small_put_buf(&s, "50154801", &b);
	put_key(&b,
		&(struct key_entry){"Public", NULL, "45", 0, {0x02, 0}, -1, "3F0050154801", 1024});
	list = small_find(&s, "50154403");
	memcpy(list->data, b.data, b.len);
	list->len = list->size = b.len;
	buf_clear(&b);
	small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
	small_open_now(&f);
	assert_int_equal(f.card->profile->read_public_key(f.card, 0, &f.out), 0);
	/* RFC 3279 §2.3.1: algorithm, NULL, and the two numbers in a BIT STRING */
	assert_int_equal(f.out.len, 160);
	assert_memory_equal(f.out.data + 160 - 132, modulus, sizeof(modulus));
	assert_memory_equal(f.out.data + 157, "\x02\x01\x03", 3);
	assert_int_equal(f.card->profile->read_public_key(f.card, 1, &f.out), MOHR_ERR_NOT_FOUND);
	fixture_close(&f);
}

/* ISO 7816-4 §12.2.3: EF.DIR names the application and its DF. */
static void an_application_without_a_name_of_ours_is_found_by_ef_dir(void **state)
{
	static const char *const probes[] = {
		"00A404000CA0000000180C000001634200",
		SELECT_BY_NAME,
		"00A404000CF276A288BCFBA69D34F31001",
		"00A40800022F00",
		"00B0000000",
		"00A40800025016",
		"00A408000450165031",
	};
	struct small_card s;
	struct fixture f;
	unsigned i;

	(void)state;
	small_fill(&s);
	s.aid = NULL;
	small_put_hex(&s, "2F00",
		      "61 0D 4F 05 A000000001 51 04 3F005099 00 "
		      "61 12 4F 0A E828BD080F A000000063 51 04 3F005016");
	for (i = 0; i < 2; i++)
		s.files[i].path = i == 0 ? "50165031" : "50165032";
	small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), 0);
	assert_string_equal(f.card->serial, "23456789ABCDEF11");
	for (i = 0; i < 7; i++)
		assert_string_equal(fake_card_command(f.fake, i), probes[i]);
	fixture_close(&f);
}

static void a_card_that_is_not_ours_is_asked_few_questions(void **state)
{
	struct small_card s;
	struct fixture f;

	(void)state;
	memset(&s, 0, sizeof(s));
	small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
	/* a file system with other things in it */
	small_put_hex(&s, "2F00", "61 0C 4F 05 A000000001 51 03 3F0050");
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_CARD_UNKNOWN);
	assert_null(f.card);
	/* natid, three of p15, piv; and EF.DIR was read */
	assert_in_range(sent(&f), 1, 6);
	fixture_close(&f);
}

/* ---- PINs ------------------------------------------------------------------------------------- */

static void every_pin_command_follows_a_selection(void **state)
{
	static const char *const commands[] = {
		SELECT_P15,
		"0020001108"
		"31323334FFFFFFFF",
		/* of the same transaction: nobody has selected anything since */
		"00200011",
		SELECT_P15,
		"0024001110"
		"31323334FFFFFFFF"
		"35363738FFFFFFFF",
		SELECT_P15,
		"002C001110"
		"3837363534333231"
		"31323334FFFFFFFF",
		SELECT_P15,
		"002000820C"
		"736563726574000000000000",
		"0020FF82",
		/* of another one */
		"00A40000025031",
		"00B0000010",
		"00200011",
		SELECT_P15,
		"0020FF82",
	};
	struct secret *pin = secret_of("1234"), *other = secret_of("5678"),
		      *puk = secret_of("87654321"), *word = secret_of("secret");
	struct small_card s;
	struct fixture f;
	struct pin_status status;
	int tries;
	unsigned i;

	(void)state;
	small_open(&f, &s);
	small_say(&s,
		  "00200011"
		  "08",
		  "9000");
	small_say(&s, "00200011", "63C2");
	small_say(&s, "00240011", "63C1");
	small_say(&s, "002C0011", "9000");
	small_say(&s, "002000820C", "9000");
	small_say(&s, "0020FF82", "9000");
	assert_int_equal(f.card->profile->verify(f.card, 0, pin, &tries), 0);
	assert_int_equal(f.card->profile->query(f.card, 0, &status), 0);
	assert_int_equal(status.tries_left, 2);
	assert_int_equal(f.card->profile->change(f.card, 0, pin, other, &tries),
			 MOHR_ERR_PIN_INCORRECT);
	assert_int_equal(tries, 1);
	assert_int_equal(f.card->profile->unblock(f.card, 0, puk, pin, &tries), 0);
	assert_int_equal(f.card->profile->verify(f.card, 1, word, &tries), 0);
	assert_int_equal(f.card->profile->unverify(f.card, 1), 0);
	f.channel.turn++;
	assert_int_equal(f.card->profile->query(f.card, 0, &status), 0);
	f.channel.turn++;
	assert_int_equal(f.card->profile->unverify(f.card, 1), 0);
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		assert_memory_equal(fake_card_command(f.fake, i), commands[i], strlen(commands[i]));
	assert_int_equal(sent(&f), sizeof(commands) / sizeof(commands[0]));
	secret_free(pin);
	secret_free(other);
	secret_free(puk);
	secret_free(word);
	fixture_close(&f);
}

/* PKCS #15 §6.8.2 path: the DF in which a local PIN is */
static void a_local_pin_is_verified_in_its_df(void **state)
{
	static const char *const commands[] = {SELECT_BY_NAME, "00A4080C0450155016",
					       "002000820431323334"};
	/* a card that knows no P2 = 0C is asked that way once */
	static const char *const always[] = {
		SELECT_BY_NAME, "00A4080C0450155016", "00A408000450155016", "002000820431323334",
		SELECT_BY_NAME, "00A408000450155016", "002000820431323334"};
	struct secret *pin = secret_of("1234");
	struct buf b = BUF_INIT(256);
	struct small_card s;
	struct fixture f;
	struct small_file *file;
	int tries;

	(void)state;
	small_fill(&s);
	put_pin(&b, &(struct pin_entry){
			    "PIN", "01", NULL, {0x48, 0}, 1, 4, 8, 8, 0x82, -1, "3F0050155016"});
	file = small_find(&s, "50154401");
	memcpy(file->data, b.data, b.len);
	file->len = file->size = b.len;
	buf_clear(&b);
	small_put_hex(&s, "501550160001", "00");
	small_say(&s, "002000820431323334", "9000");
	small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
	small_open_now(&f);
	assert_int_equal(f.card->n_pins, 1);
	assert_null(f.card->pins[0].label);
	assert_int_equal(f.card->profile->verify(f.card, 0, pin, &tries), 0);
	assert_sent(&f, 0, commands, 3);
	fixture_close(&f);
	small_say(&s, "00A4080C0450155016", "6A86");
	small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
	small_open_now(&f);
	assert_int_equal(f.card->profile->verify(f.card, 0, pin, &tries), 0);
	assert_int_equal(f.card->profile->verify(f.card, 0, pin, &tries), 0);
	assert_sent(&f, 0, always, 7);
	secret_free(pin);
	fixture_close(&f);
}

/* PKCS #15 appendix A is a module of implicit tags: [0] is in place of the certificate's own. */
static void a_certificate_in_its_entry_may_have_no_tag_of_its_own(void **state)
{
	struct buf b = BUF_INIT(256);
	struct small_file *file;
	struct small_card s;
	struct fixture f;

	(void)state;
	small_fill(&s);
	put_certificate(&b, "CA", "46", true, NULL, "30 03 02 01 01 30 00 03 02 00 FF");
	file = small_find(&s, "50154404");
	memcpy(file->data, b.data, b.len);
	file->len = file->size = b.len;
	buf_clear(&b);
	small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
	small_open_now(&f);
	assert_int_equal(f.card->n_certificates, 1);
	assert_int_equal(f.card->profile->read_certificate(f.card, 0, &f.out), 0);
	assert_int_equal(f.out.len, 13);
	assert_memory_equal(f.out.data, "\x30\x0B\x30\x03\x02\x01\x01\x30\x00\x03\x02\x00\xFF", 13);
	fixture_close(&f);
}

/* The same reference means another PIN in another DF: what the path says, flags or not (ISO 7816-4 §11.5.1). */
static void a_pin_goes_to_the_df_that_its_path_names(void **state)
{
	static const struct {
		uint8_t reference;
		const char *path, *selects; /* NULL: nothing but the application */
	} cases[] = {
		{0x82, "3F0050155016", "00A4080C0450155016"},
		{0x02, "5016", "00A4000C025016"},
		{0x82, "3F00", "00A4000C023F00"},
		{0x02, "3F00", NULL},
		{0x82, "3F005015", NULL},
		{0x82, NULL, NULL},
	};
	struct secret *pin = secret_of("1234");
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b = BUF_INIT(256);
		struct small_file *file;
		struct small_card s;
		struct fixture f;

		small_fill(&s);
		put_pin(&b, &(struct pin_entry){"PIN",
						"01",
						NULL,
						{0x08, 0},
						1,
						4,
						8,
						8,
						cases[i].reference,
						-1,
						cases[i].path});
		file = small_find(&s, "50154401");
		memcpy(file->data, b.data, b.len);
		file->len = file->size = b.len;
		buf_clear(&b);
		small_put_hex(&s, "501550160001", "00");
		small_say(&s, "002000", "9000");
		small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
		small_open_now(&f);
		assert_int_equal(f.card->profile->verify(f.card, 0, pin, NULL), 0);
		assert_int_equal(sent(&f), cases[i].selects == NULL ? 2 : 3);
		assert_string_equal(fake_card_command(f.fake, 0), "00A404000C" P15_AID);
		if (cases[i].selects != NULL)
			assert_string_equal(fake_card_command(f.fake, 1), cases[i].selects);
		fixture_close(&f);
	}
	secret_free(pin);
}

/* Where the application's name leads to the MF, a local PIN without a path is the application's all the same. */
static void a_local_pin_is_not_looked_for_in_the_mf(void **state)
{
	static const uint8_t flags[] = {0x48, 0x08};
	struct secret *pin = secret_of("1234");
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(flags); i++) {
		struct buf b = BUF_INIT(256);
		struct small_file *file;
		struct small_card s;
		struct fixture f;

		small_fill(&s);
		s.df = "";
		put_pin(&b, &(struct pin_entry){
				    "PIN", "01", NULL, {flags[i], 0}, 1, 4, 8, 8, 0x82, -1, NULL});
		file = small_find(&s, "50154401");
		memcpy(file->data, b.data, b.len);
		file->len = file->size = b.len;
		buf_clear(&b);
		small_say(&s, "002000820431323334", "9000");
		small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
		small_open_now(&f);
		assert_int_equal(f.card->profile->verify(f.card, 0, pin, NULL), 0);
		assert_string_equal(fake_card_command(f.fake, 0), SELECT_BY_NAME);
		if (i == 0)
			assert_string_equal(fake_card_command(f.fake, 1), "00A4080C025015");
		assert_int_equal(sent(&f), i == 0 ? 3 : 2);
		fixture_close(&f);
	}
	secret_free(pin);
}

/* What makes MyEID cards writes "digits" into all their files; the card takes any bytes. */
static void a_myeid_pin_may_have_letters(void **state)
{
	static const char *const atrs[] = {ATR_MYEID, ATR_PLAIN};
	struct secret *pin = secret_of("Abc4");
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct small_card s;
		struct fixture f;

		small_fill(&s);
		small_say(&s, "002000110841626334FFFFFFFF", "9000");
		small_connect(&f, &s, PROTOCOL_T1, atrs[i]);
		small_open_now(&f);
		assert_int_equal(f.card->profile->verify(f.card, 0, pin, NULL),
				 i == 0 ? 0 : MOHR_ERR_PIN_INVALID);
		fixture_close(&f);
	}
	secret_free(pin);
}

static void a_pin_of_unknown_form_is_never_sent(void **state)
{
	static const struct pin_entry entries[] = {
		{"half nibbles", "01", NULL, {0x4C, 0}, 3, 4, 8, 8, 0x11, 0xFF, NULL},
		{"stored nowhere", "01", NULL, {0x4C, 0}, 1, 4, 0, 8, 0x11, 0xFF, NULL},
		{"too long", "01", NULL, {0x4C, 0}, 1, 4, 100, 100, 0x11, 0xFF, NULL},
		{"none is right", "01", NULL, {0x48, 0}, 1, 9, 8, 8, 0x11, 0xFF, NULL},
	};
	struct secret *pin = secret_of("1234");
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		struct buf b = BUF_INIT(256);
		struct small_file *file;
		struct small_card s;
		struct fixture f;
		int tries;

		small_fill(&s);
		put_pin(&b, &entries[i]);
		file = small_find(&s, "50154401");
		memcpy(file->data, b.data, b.len);
		file->len = file->size = b.len;
		buf_clear(&b);
		small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
		small_open_now(&f);
		assert_false(f.card->pins[0].usable);
		assert_int_equal(f.card->profile->verify(f.card, 0, pin, &tries),
				 MOHR_ERR_REFERENCES_UNKNOWN);
		assert_int_equal(sent(&f), 0);
		fixture_close(&f);
	}
	secret_free(pin);
}

static void replace(struct small_card *s, const char *path, struct buf *b)
{
	struct small_file *file = small_find(s, path);

	assert_int_equal(buf_err(b), 0);
	assert_true(b->len <= sizeof(file->data));
	memcpy(file->data, b->data, b->len);
	file->len = file->size = b->len;
	buf_clear(b);
}

/* ---- what is listed --------------------------------------------------------------------------- */

/* A reader need not have a slot for each PIN: those come first that keys want, and the SO's never. */
static void pins_that_keys_want_come_first(void **state)
{
	static const struct pin_entry pins[] = {
		{"SO", "0A", NULL, {0x49, 0}, 1, 4, 8, 8, 0x01, -1, NULL}, /* soPin */
		{"Idle", "0B", NULL, {0x48, 0}, 1, 4, 8, 8, 0x02, -1, NULL},
		{"Busy", "0C", NULL, {0x48, 0}, 1, 4, 8, 8, 0x03, -1, NULL},
		{"Idle too", "0D", NULL, {0x48, 0}, 1, 4, 8, 8, 0x04, -1, NULL},
		{"Third", "0E", NULL, {0x48, 0}, 1, 4, 8, 8, 0x05, -1, NULL},
		{"Fifth", "0F", NULL, {0x48, 0}, 1, 4, 8, 8, 0x06, -1, NULL},
	};
	static const struct key_entry keys[] = {
		{"of the third", "0E", "45", 0, {0x20, 0}, 1, "3F005015", 2048},
		{"of the SO", "0A", "46", 0, {0x20, 0}, 2, "3F005015", 2048},
		{"of the busy one", "0C", "47", 0, {0x20, 0}, 3, "3F005015", 2048},
		{"of nobody", NULL, "48", 0, {0x20, 0}, 4, "3F005015", 2048},
	};
	static const char *const names[] = {"Busy", "Third", "Idle", "Idle too"};
	struct buf b = BUF_INIT(2048);
	struct small_card s;
	struct fixture f;
	size_t i;

	(void)state;
	small_fill(&s);
	for (i = 0; i < sizeof(pins) / sizeof(pins[0]); i++)
		put_pin(&b, &pins[i]);
	replace(&s, "50154401", &b);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		put_key(&b, &keys[i]);
	replace(&s, "50154402", &b);
	small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
	small_open_now(&f);
	assert_int_equal(f.card->n_pins, 4);
	for (i = 0; i < 4; i++)
		assert_string_equal(f.card->pins[i].label, names[i]);
	/* the SO's key is not for the holder */
	assert_int_equal(f.card->n_keys, 3);
	assert_int_equal(f.card->keys[0].pin, 1);
	assert_int_equal(f.card->keys[1].pin, 0);
	assert_string_equal(f.card->keys[2].label, "of nobody");
	assert_true(f.card->keys[2].open);
	assert_false(f.card->keys[0].open);
	fixture_close(&f);
}

/* CKA_ID need not be unique; what tells objects apart must be. */
static void what_shares_an_identifier_is_counted(void **state)
{
	struct buf b = BUF_INIT(2048);
	struct small_card s;
	struct fixture f;

	(void)state;
	small_fill(&s);
	put_certificate(&b, "CA of it", "45", true, NULL, "30 00");
	put_certificate(&b, "Holder's", "45", false, NULL, "30 00");
	put_certificate(&b, "Nameless", "", false, NULL, "30 00");
	put_certificate(&b, "Nameless too", "", false, NULL, "30 00");
	replace(&s, "50154404", &b);
	small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
	small_open_now(&f);
	assert_int_equal(f.card->n_certificates, 4);
	assert_int_equal(f.card->certificates[0].id, 1);
	assert_int_equal(f.card->certificates[1].id, 2);
	assert_int_equal(f.card->certificates[2].id, 1);
	assert_int_equal(f.card->certificates[3].id, 2);
	assert_int_equal(cursor_left(&f.card->certificates[2].card_id), 0);
	/* the key's own, not its authority's */
	assert_int_equal(f.card->keys[0].certificate, 1);
	assert_int_equal(f.card->keys[1].certificate, CARD_NO_INDEX);
	fixture_close(&f);
}

/* RFC 3629 §3 and §4 */
static void labels_are_utf8_whatever_the_card_has(void **state)
{
	static const struct {
		const char *stored, *shown;
	} rows[] = {
		{"plain", "plain"},
		{"blanks   ", "blanks"},
		{"\xDA\xA9\xD8\xA7\xD8\xB1\xD8\xAA", "\xDA\xA9\xD8\xA7\xD8\xB1\xD8\xAA"},
		{"\xF0\x9F\x94\x91", "\xF0\x9F\x94\x91"},
		{"tab\tnew\nline\x7F", "tab?new?line?"},
		{"Latin \xE9t\xE9", "Latin ?t?"},
		{"\xC0\x80 over-long \xE0\x80\xAF", "?? over-long ???"},
		{"\xED\xA0\x80 surrogate", "??? surrogate"},
		{"\xC2\x85 control", "?? control"},
		{"\xF4\x90\x80\x80 too far", "???? too far"},
		{"cut \xE2\x82", "cut ??"},
		{"", ""},
	};
	struct fixture f;
	struct small_card s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = BUF_INIT(256);

		small_fill(&s);
		put_certificate(&b, rows[i].stored, "45", false, NULL, "30 00");
		replace(&s, "50154404", &b);
		small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
		small_open_now(&f);
		assert_string_equal(f.card->certificates[0].label, rows[i].shown);
		fixture_close(&f);
	}
}

/* One list that cannot be read hides no other, and one that is broken keeps what came before. */
static void a_broken_list_hides_no_other(void **state)
{
	struct small_card s;
	struct fixture f;
	uint8_t *keys;

	(void)state;
	small_fill(&s);
	small_find(&s, "50154401")->sw = SW_SECURITY_STATUS;
	/* X.690 §8.1.3.6, in the second entry: refused */
	keys = small_find(&s, "50154402")->data;
	keys[2 + keys[1] + 1] = 0x80;
	small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
	small_open_now(&f);
	assert_int_equal(f.card->n_pins, 0);
	assert_int_equal(f.card->n_certificates, 3);
	assert_int_equal(f.card->n_keys, 1);
	fixture_close(&f);
	/* without an object directory it is none of ours */
	small_find(&s, "50155031")->sw = SW_FILE_NOT_FOUND;
	small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_CARD_UNKNOWN);
	fixture_close(&f);
	/* a transport error in the middle is one */
	small_find(&s, "50155031")->sw = 0;
	fixture_connect(&f, PROTOCOL_T0, ATR_PLAIN);
	fake_card_expect(f.fake, "00A404000CA0000000180C000001634200", "6A82");
	fake_card_expect(f.fake, SELECT_BY_NAME, "9000");
	fake_card_expect(f.fake, "00A40000025031", "9000");
	fake_card_expect_error(f.fake, "00B0000000", MOHR_ERR_CARD_RESET);
	assert_int_equal(card_open(&f.channel, &f.config, &f.card), MOHR_ERR_CARD_RESET);
	fixture_close(&f);
}

/* What becomes of one answer. */
struct disturbance {
	unsigned at;
	size_t cut; /* to so many bytes; 0: sw in its place */
	uint16_t sw;
	bool done;
};

static int disturb(void *user, unsigned number, const uint8_t *command, size_t len,
		   uint8_t *response, size_t cap, size_t *response_len)
{
	struct disturbance *d = user;

	(void)command;
	(void)len;
	(void)cap;
	if (number != d->at)
		return 0;
	d->done = true;
	if (d->cut == 0) {
		response[0] = (uint8_t)(d->sw >> 8);
		response[1] = (uint8_t)d->sw;
		*response_len = 2;
	} else if (d->cut < *response_len) {
		*response_len = d->cut;
	}
	return 0;
}

/* Nothing that the card has may be hidden until it leaves: all of it, or an error. */
static void one_disturbed_answer_hides_nothing(void **state)
{
	static const struct disturbance kinds[] = {{.sw = 0x6F00}, {.sw = 0x6982}, {.sw = 0x6400},
						   {.cut = 2},     {.cut = 3},     {.cut = 40},
						   {.cut = 100}};
	struct disturbance d = {.done = true};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		d.done = true;
		for (d.at = 0; d.done; d.at++) {
			struct small_card s;
			struct fixture f;
			unsigned at = d.at;
			int r;

			small_fill(&s);
			small_connect(&f, &s, PROTOCOL_T0, ATR_PLAIN);
			d = kinds[i];
			d.at = at;
			fake_card_tamper(f.fake, disturb, &d);
			r = card_open(&f.channel, &f.config, &f.card);
			assert_int_not_equal(r, MOHR_ERR_CARD_UNKNOWN);
			if (r == 0) {
				assert_int_equal(f.card->n_pins, 2);
				assert_int_equal(f.card->n_keys, 2);
				assert_int_equal(f.card->n_certificates, 3);
				assert_int_equal(f.card->n_data, 1);
				assert_string_equal(f.card->serial, "23456789ABCDEF11");
			}
			fixture_close(&f);
		}
		assert_true(d.at > 13);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_disturbed_answer_hides_nothing),
		cmocka_unit_test(pins_that_keys_want_come_first),
		cmocka_unit_test(what_shares_an_identifier_is_counted),
		cmocka_unit_test(labels_are_utf8_whatever_the_card_has),
		cmocka_unit_test(a_broken_list_hides_no_other),
		cmocka_unit_test(one_card_is_told_with_its_pins_keys_and_certificates),
		cmocka_unit_test(identification_reads_each_file_once),
		cmocka_unit_test(a_file_is_read_as_far_as_its_entries_go),
		cmocka_unit_test(entries_behind_an_erased_one_are_found),
		cmocka_unit_test(sizes_are_asked_for_where_that_is_free),
		cmocka_unit_test(files_are_read_whole),
		cmocka_unit_test(certificates_are_read_when_somebody_asks),
		cmocka_unit_test(another_application_is_put_aside_once),
		cmocka_unit_test(a_missing_file_costs_no_login),
		cmocka_unit_test(data_are_the_part_that_the_card_names),
		cmocka_unit_test(a_public_key_without_certificate_is_read),
		cmocka_unit_test(an_application_without_a_name_of_ours_is_found_by_ef_dir),
		cmocka_unit_test(a_card_that_is_not_ours_is_asked_few_questions),
		cmocka_unit_test(every_pin_command_follows_a_selection),
		cmocka_unit_test(a_local_pin_is_verified_in_its_df),
		cmocka_unit_test(a_pin_of_unknown_form_is_never_sent),
		cmocka_unit_test(a_certificate_in_its_entry_may_have_no_tag_of_its_own),
		cmocka_unit_test(a_pin_goes_to_the_df_that_its_path_names),
		cmocka_unit_test(a_local_pin_is_not_looked_for_in_the_mf),
		cmocka_unit_test(a_myeid_pin_may_have_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
