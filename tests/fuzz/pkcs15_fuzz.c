/* SPDX-License-Identifier: BSD-2-Clause */
/* PKCS#15 files: the first byte chooses the kind of file, the rest is its content. */
#include "fuzz.h"

#include <string.h>

#include "codec/pkcs15.h"

enum kind { DIR, ODF, INFO, AODF, PRKDF, PUKDF, CDF, DODF, KEY, N_KINDS };

union entry {
	struct pkcs15_application application;
	struct pkcs15_directory directory;
	struct pkcs15_algorithm algorithm;
	struct pkcs15_pin pin;
	struct pkcs15_key key;
	struct pkcs15_certificate certificate;
	struct pkcs15_data data;
	unsigned reference;
};

static void check_inside(const struct cursor *inner, const struct cursor *file)
{
	must(!inner->failed && inner->off <= inner->len);
	must(inner->len == 0 ||
	     (inner->data >= file->data && inner->data + inner->len <= file->data + file->len));
}

static void check_path(const struct pkcs15_path *path, const struct cursor *file)
{
	check_inside(&path->path, file);
	must(path->has_range || (path->index == 0 && path->length == 0));
}

static void check_value(const struct pkcs15_value *value, const struct cursor *file)
{
	check_path(&value->path, file);
	check_inside(&value->direct, file);
	must(value->place == PKCS15_DIRECT || cursor_left(&value->direct) == 0);
	must(value->place != PKCS15_DIRECT || cursor_left(&value->path.path) == 0);
}

static void check_object(const struct pkcs15_object *object, const struct cursor *file)
{
	check_inside(&object->label, file);
	check_inside(&object->auth_id, file);
}

static void walk_references(struct cursor c)
{
	unsigned reference;
	size_t n = 0;
	int r;

	while ((r = pkcs15_next_reference(&c, &reference)) == 1)
		must(reference <= 65535 && ++n <= c.len);
	must(r == (c.failed ? MOHR_ERR_MALFORMED : 0));
}

static void check_key(const struct pkcs15_key *key, const struct cursor *file)
{
	struct pubkey public;

	check_object(&key->object, file);
	check_inside(&key->id, file);
	check_inside(&key->algorithms, file);
	check_value(&key->value, file);
	must(key->type == KEY_RSA || key->type == KEY_EC);
	must(key->curve == CURVE_NONE ||
	     (key->type == KEY_EC && key->bits == curve_bits(key->curve)));
	walk_references(key->algorithms);
	if (key->value.place == PKCS15_DIRECT &&
	    pkcs15_decode_public_key(&key->value.direct, key, &public) == 0)
		check_inside(&public.point, file);
}

static void check_entry(enum kind kind, const union entry *e, const struct cursor *file)
{
	switch (kind) {
	case DIR:
		check_inside(&e->application.aid, file);
		check_inside(&e->application.label, file);
		check_inside(&e->application.path, file);
		must(cursor_left(&e->application.aid) > 0);
		if (e->application.has_odf)
			check_path(&e->application.odf, file);
		if (e->application.has_info)
			check_path(&e->application.info, file);
		break;
	case ODF:
		must(e->directory.list < PKCS15_N_LISTS);
		check_value(&e->directory.value, file);
		break;
	case AODF:
		check_object(&e->pin.object, file);
		check_inside(&e->pin.auth_id, file);
		must(e->pin.min_length <= 255 && e->pin.stored_length <= 255 &&
		     e->pin.max_length <= 255);
		break;
	case PRKDF:
	case PUKDF:
		check_key(&e->key, file);
		break;
	case CDF:
		check_object(&e->certificate.object, file);
		check_inside(&e->certificate.id, file);
		check_value(&e->certificate.value, file);
		break;
	default:
		check_object(&e->data.object, file);
		check_inside(&e->data.application, file);
		check_inside(&e->data.oid, file);
		check_value(&e->data.value, file);
	}
}

static int next(enum kind kind, struct cursor *c, union entry *e)
{
	switch (kind) {
	case DIR:
		return pkcs15_next_application(c, &e->application);
	case ODF:
		return pkcs15_next_directory(c, &e->directory);
	case AODF:
		return pkcs15_next_pin(c, &e->pin);
	case PRKDF:
		return pkcs15_next_private_key(c, &e->key);
	case PUKDF:
		return pkcs15_next_public_key(c, &e->key);
	case CDF:
		return pkcs15_next_certificate(c, &e->certificate);
	default:
		return pkcs15_next_data(c, &e->data);
	}
}

static void walk(enum kind kind, struct cursor c)
{
	struct cursor file = c, before;
	union entry entry, was;
	int r;

	memset(&entry, 0xA5, sizeof(entry));
	do {
		before = c;
		was = entry;
		r = next(kind, &c, &entry);
		if (r == 1) {
			must(c.off > before.off && !c.failed);
			check_entry(kind, &entry, &file);
		}
	} while (r == 1);
	/* it ends, for good, and leaves the last entry as it was */
	must(memcmp(&entry, &was, sizeof(entry)) == 0);
	must(r == 0 ? cursor_done(&c) == 0 : r == MOHR_ERR_MALFORMED && c.failed);
	must(next(kind, &c, &entry) == r);
}

static void walk_info(struct cursor c)
{
	struct pkcs15_algorithm algorithm;
	struct pkcs15_info info;

	if (pkcs15_decode_info(&c, &info) != 0)
		return;
	check_inside(&info.serial, &c);
	check_inside(&info.manufacturer, &c);
	check_inside(&info.label, &c);
	check_inside(&info.last_update, &c);
	check_inside(&info.algorithms, &c);
	while (pkcs15_next_algorithm(&info.algorithms, &algorithm) == 1) {
		check_inside(&algorithm.parameters, &c);
		check_inside(&algorithm.oid, &c);
	}
}

static void walk_public_key(struct cursor c)
{
	struct pkcs15_key key = {.type = KEY_EC};
	struct pubkey public;
	int i;

	for (i = CURVE_NONE; i < N_CURVES; i++) {
		key.curve = (enum curve)i;
		if (pkcs15_decode_public_key(&c, &key, &public) != 0)
			continue;
		check_inside(&public.modulus, &c);
		check_inside(&public.exponent, &c);
		check_inside(&public.point, &c);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct cursor c;
	uint8_t kind;

	cursor_init(&c, data, len);
	if (cursor_get_u8(&c, &kind) != 0)
		return 0;
	cursor_init(&c, cursor_at(&c), cursor_left(&c));
	kind %= N_KINDS;
	if (kind == INFO)
		walk_info(c);
	else if (kind == KEY)
		walk_public_key(c);
	else
		walk((enum kind)kind, c);
	return 0;
}
