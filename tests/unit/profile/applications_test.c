/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Profiles against virtual cards with several applications, in this process: which one is taken, and
 * that a PIN reaches no other one, whatever other programs select in between.
 */
#include "fixture.h"

#include "codec/iso7816.h"
#include "vcard/applet.h"

#define PIN_AUTH "271828"
#define PIN_SIGN "314159"
#define PIN_ONE  "577215"
#define PUK      "16180339"

struct world {
	struct fixture f; /* first */
	struct vcard *v;
	const char *class; /* the only one that may see a PIN; NULL: none yet */
	unsigned n_pins;   /* PINs that were sent */
};

static int process(void *user, const uint8_t *command, size_t len, uint8_t *ret_response,
		   size_t cap, size_t *ret_len)
{
	struct world *w = user;
	struct buf b = BUF_INIT(LIMIT_RESPONSE);

	assert_true(len >= 4);
	if (len > 5 && (command[1] == INS_VERIFY || command[1] == INS_CHANGE ||
			command[1] == INS_RESET_RETRY)) {
		assert_non_null(w->class);
		assert_string_equal(w->v->selected->class->name, w->class);
		w->n_pins++;
	}
	vcard_process(w->v, command, len, &b);
	assert_true(b.len >= 2 && b.len <= cap);
	memcpy(ret_response, b.data, b.len);
	*ret_len = b.len;
	buf_clear(&b);
	return 0;
}

/* Every key is of the kind that is made fastest. */
static void insert(struct world *w, const char *list)
{
	struct vcard_setup setup;
	const uint8_t *atr;
	char hex[2 * LIMIT_ATR + 1];
	size_t len, i;

	*w = (struct world){.v = NULL};
	vcard_setup_init(&setup);
	assert_int_equal(vcard_personalities_parse(list, &setup.personalities), 0);
	setup.pin = PIN_ONE;
	setup.pin_auth = PIN_AUTH;
	setup.pin_sign = PIN_SIGN;
	setup.puk = PUK;
	setup.admin_key_len = 16;
	setup.key_auth = setup.key_sign = VCARD_P256;
	assert_int_equal(vcard_new(&setup, &w->v), 0);
	atr = vcard_atr(w->v, &len);
	for (i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02X", atr[i]);
	fixture_connect(&w->f, PROTOCOL_T0, hex);
	fake_card_handle(w->f.fake, process, w);
}

static void open_card(struct world *w, const char *profile, const char *except)
{
	if (profile != NULL)
		w->f.config.profile = strdup(profile);
	if (except != NULL)
		w->f.config.profile_except = strdup(except);
	assert_int_equal(card_open(&w->f.channel, &w->f.config, &w->f.card), 0);
	assert_int_equal(w->n_pins, 0);
}

static void close_card(struct world *w)
{
	vcard_free(w->v);
	fixture_close(&w->f);
}

static const struct row {
	const char *list, *profile, *except; /* of mohr.conf */
	const char *taken, *class;
	const char *pin; /* of its first PIN */
} rows[] = {
	{"natid,piv", NULL, NULL, "natid", "ias", PIN_AUTH},
	/* whose answer to reset says PIV */
	{"piv,natid", NULL, NULL, "piv", "piv", PIN_ONE},
	{"piv,natid", "natid", NULL, "natid", "ias", PIN_AUTH},
	{"natid,piv", "piv", NULL, "piv", "piv", PIN_ONE},
	{"natid,piv", NULL, "natid", "piv", "piv", PIN_ONE},
	{"natid,piv", NULL, "piv", "natid", "ias", PIN_AUTH},
	{"piv,natid", "piv", NULL, "piv", "piv", PIN_ONE},
	/* the first in the profiles' order, not in the card's */
	{"ias-fi,natid", NULL, NULL, "natid", "ias", PIN_AUTH},
	{"ias-fi,natid", NULL, "natid", "ias-fi", "ias-fi", PIN_AUTH},
	{"ias-ee,piv", NULL, NULL, "ias-ee", "ias-ee", PIN_AUTH},
	{"natid,ias-uy,piv", "ias-uy", NULL, "ias-uy", "ias-uy", PIN_ONE},
	{"natid,ias-uy,piv", NULL, "natid", "piv", "piv", PIN_ONE},
};

enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

static void the_application_is_the_first_that_may_be_used(void **state)
{
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < N_ROWS; i++) {
		insert(&w, rows[i].list);
		open_card(&w, rows[i].profile, rows[i].except);
		assert_string_equal(w.f.card->profile->name, rows[i].taken);
		close_card(&w);
	}
}

/* Another program has had the card, and has selected the other application, each of them in turn. */
static void rival(struct world *w)
{
	static const char *const aids[] = {"A0000000180C", "A00000001840", "A000000063504B",
					   "A000000308"};
	struct buf b = BUF_INIT(LIMIT_RESPONSE);
	size_t i;

	for (i = 0; i < sizeof(aids) / sizeof(aids[0]); i++) {
		uint8_t command[5 + LIMIT_AID] = {0x00, 0xA4, 0x04, 0x00};
		struct vcard_applet *was = w->v->selected;

		command[4] = (uint8_t)fake_hex(aids[i], command + 5, LIMIT_AID);
		vcard_process(w->v, command, 5u + command[4], &b);
		/* one that is not the profile's own is what there is to be wrong about */
		if (w->v->selected != was && strcmp(w->v->selected->class->name, w->class) != 0)
			break;
	}
	assert_string_not_equal(w->v->selected->class->name, w->class);
	buf_clear(&b);
	w->f.channel.turn++;
}

static void a_pin_reaches_no_other_application(void **state)
{
	struct secret *wrong = secret_of("000000"), *puk = secret_of(PUK);
	struct pin_status status;
	struct world w;
	int tries;
	size_t i;

	(void)state;
	for (i = 0; i < N_ROWS; i++) {
		struct secret *pin = secret_of(rows[i].pin);
		const struct profile *p;

		insert(&w, rows[i].list);
		open_card(&w, rows[i].profile, rows[i].except);
		w.class = rows[i].class;
		p = w.f.card->profile;
		rival(&w);
		/* the answer to reset is PIV's: nothing says that the natid application is a virtual one */
		if (!w.f.card->pins[0].usable) {
			assert_string_equal(rows[i].list, "piv,natid");
			assert_int_equal(p->verify(w.f.card, 0, pin, NULL),
					 MOHR_ERR_REFERENCES_UNKNOWN);
			assert_int_equal(w.n_pins, 0);
			close_card(&w);
			secret_free(pin);
			continue;
		}
		assert_int_equal(p->verify(w.f.card, 0, pin, NULL), 0);
		rival(&w);
		assert_int_equal(p->verify(w.f.card, 0, wrong, &tries), MOHR_ERR_PIN_INCORRECT);
		rival(&w);
		assert_int_equal(p->change(w.f.card, 0, pin, wrong, &tries), 0);
		rival(&w);
		assert_int_equal(p->unblock(w.f.card, 0, puk, pin, &tries), 0);
		assert_int_equal(w.n_pins, 4);
		rival(&w);
		assert_int_equal(p->query(w.f.card, 0, &status), 0);
		assert_false(status.verified);
		rival(&w);
		assert_int_equal(p->unverify(w.f.card, 0), 0);
		assert_int_equal(w.n_pins, 4);
		close_card(&w);
		secret_free(pin);
	}
	secret_free(wrong);
	secret_free(puk);
}

/* Where the application has left the card, no PIN is sent at all. */
static void an_application_that_is_gone_gets_no_pin(void **state)
{
	struct secret *pin = secret_of(PIN_AUTH);
	struct world w, other;

	(void)state;
	insert(&w, "natid,piv");
	open_card(&w, NULL, NULL);
	w.class = "ias";
	insert(&other, "piv");
	vcard_free(w.v);
	w.v = other.v;
	w.f.channel.turn++;
	assert_true(w.f.card->profile->verify(w.f.card, 0, pin, NULL) < 0);
	assert_int_equal(w.n_pins, 0);
	close_card(&w);
	fixture_close(&other.f);
	secret_free(pin);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_application_is_the_first_that_may_be_used),
		cmocka_unit_test(a_pin_reaches_no_other_application),
		cmocka_unit_test(an_application_that_is_gone_gets_no_pin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
