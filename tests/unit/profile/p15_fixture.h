/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small PKCS#15 card for the tests of profile/p15*.c: a file system that answers SELECT and READ BINARY as
 * ISO 7816-4 §11.2.2 and §11.3.3 say, and other commands from a table. Its directory files are written here, by PKCS #15 §6.
 */
#ifndef TESTS_UNIT_PROFILE_P15_FIXTURE_H
#define TESTS_UNIT_PROFILE_P15_FIXTURE_H

#include "fixture.h"

#include "codec/iso7816.h"
#include "codec/tlv.h"

#define P15_AID    "A000000063504B43532D3135"
#define ISOAPPLET  "F276A288BCFBA69D34F31001"
#define ATR_MYEID  "3BF51800008131FE454D7945494496" /* historical bytes: MyEID */
#define ATR_PLAIN  "3B6500002063CB6800"             /* T=0; historical bytes of no meaning */
#define SELECT_P15 "00A404000C"
/* whole, as one literal */
#define SELECT_BY_NAME    "00A404000CA000000063504B43532D3135"
#define SELECT_BY_NAME_T1 "00A404000CA000000063504B43532D313500"

enum { MAX_FILES = 24, MAX_ANSWERS = 8 };

struct small_file {
	const char *path; /* hexadecimal, below the MF */
	uint8_t data[2048];
	size_t len;
	size_t size; /* with the padding behind it */
	uint8_t pad;
	uint16_t sw; /* of SELECT, if it is not 9000 */
};

struct small_answer {
	const char *command; /* its beginning */
	const char *answer;
};

struct small_card {
	struct small_file files[MAX_FILES];
	unsigned n_files;
	const char *aid;      /* SELECT by name; NULL: none */
	const char *greeting; /* that it answers */
	const char *df;       /* which DF that selects, "" the MF */
	bool tells_size;      /* in FCI */
	bool strict_le;       /* 6Cxx for a Le past the end */
	bool other_selected;  /* another application is, which has no such files */
	size_t most;          /* bytes in one answer; 0: any */
	struct small_answer answers[MAX_ANSWERS];
	unsigned n_answers;
	char df_now[32];
	struct small_file *ef;
};

static inline void hex_of(const uint8_t *data, size_t len, char *ret, size_t cap)
{
	size_t i;

	ret[0] = '\0';
	for (i = 0; i < len && 2 * i + 3 <= cap; i++)
		snprintf(ret + 2 * i, 3, "%02X", data[i]);
}

static inline void small_say(struct small_card *s, const char *command, const char *answer)
{
	assert_true(s->n_answers < MAX_ANSWERS);
	s->answers[s->n_answers++] = (struct small_answer){command, answer};
}

static inline int small_sw(uint16_t sw, uint8_t *ret, size_t *ret_len)
{
	ret[*ret_len] = (uint8_t)(sw >> 8);
	ret[*ret_len + 1] = (uint8_t)sw;
	*ret_len += 2;
	return 0;
}

static inline int small_select_file(struct small_card *s, const char *path, uint8_t *ret,
				    size_t *ret_len)
{
	size_t len = strlen(path);
	bool is_df = false;
	unsigned i;

	for (i = 0; i < s->n_files; i++) {
		struct small_file *f = &s->files[i];

		if (strncmp(f->path, path, len) == 0 && strlen(f->path) > len)
			is_df = true;
		if (strcmp(f->path, path) != 0)
			continue;
		if (f->sw != 0)
			return small_sw(f->sw, ret, ret_len);
		s->ef = f;
		snprintf(s->df_now, sizeof(s->df_now), "%.*s", (int)len - 4, path);
		if (s->tells_size) {
			const uint8_t fci[] = {
				0x6F, 0x07, 0x80, 0x02, (uint8_t)(f->size >> 8), (uint8_t)f->size,
				0x82, 0x01, 0x01};

			memcpy(ret, fci, sizeof(fci));
			*ret_len = sizeof(fci);
		}
		return small_sw(SW_OK, ret, ret_len);
	}
	if (!is_df && len > 0)
		return small_sw(SW_FILE_NOT_FOUND, ret, ret_len);
	s->ef = NULL;
	snprintf(s->df_now, sizeof(s->df_now), "%s", path);
	return small_sw(SW_OK, ret, ret_len);
}

static inline int small_select(struct small_card *s, const struct apdu *a, uint8_t *ret,
			       size_t *ret_len)
{
	char text[80], path[120];
	size_t n;

	hex_of(a->data, a->data_len, text, sizeof(text));
	if (a->p1 == 0x04) {
		if (s->aid == NULL || strcmp(s->aid, text) != 0)
			return small_sw(SW_FILE_NOT_FOUND, ret, ret_len);
		s->other_selected = false;
		s->ef = NULL;
		snprintf(s->df_now, sizeof(s->df_now), "%s", s->df);
		if (s->greeting != NULL) {
			n = fake_hex(s->greeting, ret, 64);
			*ret_len = n;
		}
		return small_sw(SW_OK, ret, ret_len);
	}
	if (s->other_selected)
		return small_sw(SW_FILE_NOT_FOUND, ret, ret_len);
	if (a->p1 == 0x08)
		return small_select_file(s, text, ret, ret_len);
	if (a->p1 == 0x00 && strcmp(text, "3F00") == 0)
		return small_select_file(s, "", ret, ret_len);
	if (a->p1 != 0x00 && a->p1 != 0x09)
		return small_sw(SW_WRONG_P1P2, ret, ret_len);
	snprintf(path, sizeof(path), "%s%s", s->df_now, text);
	return small_select_file(s, path, ret, ret_len);
}

static inline int small_read(struct small_card *s, const struct apdu *a, uint8_t *ret,
			     size_t *ret_len)
{
	size_t offset = (size_t)a->p1 << 8 | a->p2, i, n;

	if (s->ef == NULL || s->other_selected)
		return small_sw(0x6986, ret, ret_len);
	if (offset >= s->ef->size)
		return small_sw(SW_OFFSET, ret, ret_len);
	n = s->ef->size - offset;
	if (s->strict_le && n < a->le)
		return small_sw((uint16_t)(0x6C00 | n), ret, ret_len);
	n = n < a->le ? n : a->le;
	if (s->most != 0 && n > s->most)
		n = s->most;
	for (i = 0; i < n; i++)
		ret[i] = offset + i < s->ef->len ? s->ef->data[offset + i] : s->ef->pad;
	*ret_len = n;
	return small_sw(SW_OK, ret, ret_len);
}

static inline int small_handle(void *user, const uint8_t *command, size_t len, uint8_t *ret,
			       size_t cap, size_t *ret_len)
{
	struct small_card *s = user;
	struct apdu a;
	char text[600];
	unsigned i;

	(void)cap;
	*ret_len = 0;
	assert_int_equal(apdu_decode(command, len, &a), 0);
	hex_of(command, len, text, sizeof(text));
	for (i = 0; i < s->n_answers; i++) {
		if (strncmp(text, s->answers[i].command, strlen(s->answers[i].command)) == 0) {
			*ret_len = fake_hex(s->answers[i].answer, ret, 2048);
			return 0;
		}
	}
	if (a.ins == INS_SELECT)
		return small_select(s, &a, ret, ret_len);
	if (a.ins == INS_READ_BINARY)
		return small_read(s, &a, ret, ret_len);
	return small_sw(SW_WRONG_INS, ret, ret_len);
}

/* ---- files ------------------------------------------------------------------------------------ */

static inline struct small_file *small_put(struct small_card *s, const char *path, const void *data,
					   size_t len)
{
	struct small_file *f = &s->files[s->n_files++];

	assert_true(s->n_files <= MAX_FILES && len <= sizeof(f->data));
	f->path = path;
	if (len > 0)
		memcpy(f->data, data, len);
	f->len = f->size = len;
	return f;
}

static inline struct small_file *small_put_hex(struct small_card *s, const char *path,
					       const char *hex)
{
	uint8_t data[2048];

	return small_put(s, path, data, fake_hex(hex, data, sizeof(data)));
}

static inline struct small_file *small_find(struct small_card *s, const char *path)
{
	unsigned i;

	for (i = 0; i < s->n_files; i++) {
		if (strcmp(s->files[i].path, path) == 0)
			return &s->files[i];
	}
	fail_msg("no file %s", path);
	return NULL;
}

static inline void put_path(struct buf *b, const char *hex)
{
	uint8_t path[16];
	size_t mark = tlv_open(b, 0x30);

	tlv_put(b, 0x04, path, fake_hex(hex, path, sizeof(path)));
	tlv_close(b, mark);
}

/* CommonObjectAttributes, §6.1.8; consent 0: not stated */
static inline void put_common(struct buf *b, const char *label, const char *auth_id,
			      uint8_t consent)
{
	static const uint8_t is_private[] = {0x06, 0x40};
	uint8_t id[32];
	size_t mark = tlv_open(b, 0x30);

	tlv_put(b, 0x0C, label, strlen(label));
	if (auth_id != NULL) {
		tlv_put(b, 0x03, is_private, sizeof(is_private));
		tlv_put(b, 0x04, id, fake_hex(auth_id, id, sizeof(id)));
	}
	if (consent != 0)
		tlv_put_u8(b, 0x02, consent);
	tlv_close(b, mark);
}

struct pin_entry {
	const char *label, *auth_id, *puk;
	uint8_t flags[2]; /* of the BIT STRING, from bit 0 on at the left */
	uint8_t type, min, stored, max, reference;
	int pad;
	const char *path;
};

/* §6.8.2 */
static inline void put_pin(struct buf *b, const struct pin_entry *p)
{
	size_t entry = tlv_open(b, 0x30), part;
	const uint8_t flags[] = {0, p->flags[0], p->flags[1]};
	uint8_t id[32];

	put_common(b, p->label, p->puk, 0);
	part = tlv_open(b, 0x30);
	tlv_put(b, 0x04, id, fake_hex(p->auth_id, id, sizeof(id)));
	tlv_close(b, part);
	part = tlv_open(b, 0xA1);
	{
		size_t inner = tlv_open(b, 0x30);
		const uint8_t reference[] = {0, p->reference};

		tlv_put(b, 0x03, flags, sizeof(flags));
		tlv_put_u8(b, 0x0A, p->type);
		tlv_put_u8(b, 0x02, p->min);
		tlv_put_u8(b, 0x02, p->stored);
		if (p->max != 0)
			tlv_put_u8(b, 0x02, p->max);
		tlv_put(b, 0x80, reference + (p->reference < 0x80), p->reference < 0x80 ? 1 : 2);
		if (p->pad >= 0)
			tlv_put_u8(b, 0x04, (uint8_t)p->pad);
		if (p->path != NULL)
			put_path(b, p->path);
		tlv_close(b, inner);
	}
	tlv_close(b, part);
	tlv_close(b, entry);
}

struct key_entry {
	const char *label, *auth_id, *id;
	uint8_t consent;
	uint8_t usage[2];
	int reference; /* -1: none */
	const char *path;
	unsigned bits; /* of an RSA key; 0: EC */
};

/* §6.3.2, §6.3.3 */
static inline void put_key(struct buf *b, const struct key_entry *k)
{
	size_t entry = tlv_open(b, k->bits != 0 ? 0x30 : 0xA0), part, inner;
	const uint8_t usage[] = {0, k->usage[0], k->usage[1]};
	const uint8_t bits[] = {(uint8_t)(k->bits >> 8), (uint8_t)k->bits};
	uint8_t id[300];

	put_common(b, k->label, k->auth_id, k->consent);
	part = tlv_open(b, 0x30);
	tlv_put(b, 0x04, id, fake_hex(k->id, id, sizeof(id)));
	tlv_put(b, 0x03, usage, sizeof(usage));
	if (k->reference >= 0)
		tlv_put_u8(b, 0x02, (uint8_t)k->reference);
	tlv_close(b, part);
	part = tlv_open(b, 0xA1);
	inner = tlv_open(b, 0x30);
	put_path(b, k->path);
	if (k->bits != 0)
		tlv_put(b, 0x02, bits, sizeof(bits));
	tlv_close(b, inner);
	tlv_close(b, part);
	tlv_close(b, entry);
}

/* §6.6.2; value in place of a path if it is not NULL */
static inline void put_certificate(struct buf *b, const char *label, const char *id_hex,
				   bool authority, const char *path, const char *value_hex)
{
	static const uint8_t yes = 0xFF;
	size_t entry = tlv_open(b, 0x30), part, inner;
	uint8_t bytes[600];

	put_common(b, label, NULL, 0);
	part = tlv_open(b, 0x30);
	tlv_put(b, 0x04, bytes, fake_hex(id_hex, bytes, sizeof(bytes)));
	if (authority)
		tlv_put(b, 0x01, &yes, 1);
	tlv_close(b, part);
	part = tlv_open(b, 0xA1);
	inner = tlv_open(b, 0x30);
	if (value_hex != NULL)
		tlv_put(b, 0xA0, bytes, fake_hex(value_hex, bytes, sizeof(bytes)));
	else
		put_path(b, path);
	tlv_close(b, inner);
	tlv_close(b, part);
	tlv_close(b, entry);
}

/* §6.2 */
static inline void put_directory(struct buf *b, uint8_t tag, const char *path)
{
	size_t mark = tlv_open(b, tag);

	put_path(b, path);
	tlv_close(b, mark);
}

static inline struct small_file *small_put_buf(struct small_card *s, const char *path,
					       struct buf *b)
{
	struct small_file *f;

	assert_int_equal(buf_err(b), 0);
	f = small_put(s, path, b->data, b->len);
	buf_clear(b);
	return f;
}

/* Not certificates in truth, but DER SEQUENCEs of these lengths, one byte repeated. */
static inline void small_put_object(struct small_card *s, const char *path, size_t len,
				    uint8_t fill)
{
	uint8_t data[1500] = {0x30, 0x82, (uint8_t)((len - 4) >> 8), (uint8_t)(len - 4)};

	memset(data + 4, fill, len - 4);
	small_put(s, path, data, len);
}

/* ---- a card ----------------------------------------------------------------------------------- */

/* TokenInfo, §6.9 */
#define TOKEN_INFO                                                                                 \
	"30 24 02 01 00 04 09 0123456789ABCDEF11 0C 04 4D616B65 80 0A 4D7920C3A96361726407 03 02 04 10"
#define ID_SIGN "0123456789ABCDEF0123456789ABCDEF01234567"

/* Two PINs, a PUK, an RSA key and an EC key, three certificates, the last an authority's. */
static inline void small_fill(struct small_card *s)
{
	struct buf b = BUF_INIT(2048);

	memset(s, 0, sizeof(*s));
	s->aid = P15_AID;
	s->df = "5015";
	put_directory(&b, 0xA0, "3F0050154402");
	put_directory(&b, 0xA1, "3F0050154403");
	put_directory(&b, 0xA4, "3F0050154404");
	put_directory(&b, 0xA7, "3F0050154406");
	put_directory(&b, 0xA8, "3F0050154401");
	small_put_buf(s, "50155031", &b);
	small_put_hex(s, "50155032", TOKEN_INFO);
	put_pin(&b, &(struct pin_entry){
			    "PIN", "01", "03", {0x4C, 0x10}, 1, 4, 8, 12, 0x11, 0xFF, NULL});
	put_pin(&b, &(struct pin_entry){
			    "Sign PIN", "02", "03", {0x4C, 0}, 2, 6, 12, 12, 0x82, 0x00, NULL});
	put_pin(&b,
		&(struct pin_entry){"PUK", "03", NULL, {0x4E, 0}, 1, 8, 8, 8, 0x83, 0x20, NULL});
	small_put_buf(s, "50154401", &b);
	put_key(&b,
		&(struct key_entry){"Auth key", "01", "45", 0, {0x74, 0}, 0x01, "3F005015", 2048});
	put_key(&b, &(struct key_entry){
			    "Sign key", "02", ID_SIGN, 1, {0x20, 0x40}, 0x02, "3F005015", 0});
	small_put_buf(s, "50154402", &b);
	small_put(s, "50154403", NULL, 0);
	put_certificate(&b, "Auth certificate", "45", false, "3F0050154301", NULL);
	put_certificate(&b, "Sign certificate", ID_SIGN, false, "3F0050154302", NULL);
	put_certificate(&b, "CA", "46", true, NULL, "30 05 02 03 010203");
	small_put_buf(s, "50154404", &b);
	small_put_hex(
		s, "50154406",
		"30 1F 30 04 0C 02 4431 30 05 0C 03 417070 A1 10 30 0E 04 06 3F0050154701 02 01 01 "
		"80 01 03 ");
	small_put_object(s, "50154301", 700, 0xA1);
	small_put_object(s, "50154302", 300, 0xA2);
	small_put_hex(s, "50154701", "0011223344");
}

static inline void small_connect(struct fixture *f, struct small_card *s, enum protocol protocol,
				 const char *atr)
{
	fixture_connect(f, protocol, atr);
	fake_card_handle(f->fake, small_handle, s);
}

/* The transaction in which the card was opened is over. */
static inline void small_open_now(struct fixture *f)
{
	assert_int_equal(card_open(&f->channel, &f->config, &f->card), 0);
	fake_card_clear_counts(f->fake);
	f->channel.turn++;
}

static inline void small_open(struct fixture *f, struct small_card *s)
{
	small_fill(s);
	small_connect(f, s, PROTOCOL_T0, ATR_PLAIN);
	small_open_now(f);
}

/* The commands since then, from first on, one a line. */
static inline void assert_sent(const struct fixture *f, unsigned first, const char *const *expected,
			       unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++) {
		const char *command = fake_card_command(f->fake, first + i);

		assert_non_null(command);
		assert_string_equal(command, expected[i]);
	}
	assert_null(fake_card_command(f->fake, first + n));
}

#endif
