/* SPDX-License-Identifier: BSD-2-Clause */
/* Public keys: first byte 00 to 03 a card's template asked for with that curve, else SubjectPublicKeyInfo. */
#include "fuzz.h"

#include "base/limits.h"
#include "codec/pubkey.h"

static void check_key(const struct pubkey *key)
{
	struct buf b = BUF_INIT(2 * LIMIT_SIGNATURE + 128);
	struct pubkey again;
	struct cursor c;

	switch (key->type) {
	case KEY_RSA:
		must(key->bits >= 1024 && key->bits <= LIMIT_RSA_BITS);
		must(cursor_left(&key->modulus) == (key->bits + 7) / 8);
		must(*cursor_at(&key->modulus) != 0 && *cursor_at(&key->exponent) != 0);
		break;
	case KEY_EC:
		must(key->bits == curve_bits(key->curve));
		must(cursor_left(&key->point) == 1 + 2 * curve_len(key->curve));
		break;
	case KEY_EDWARDS:
		must(key->bits == curve_bits(key->curve));
		must(cursor_left(&key->point) == curve_len(key->curve));
		break;
	case KEY_NONE:
		must(pubkey_signature_len(key) == 0);
		return;
	}
	must(pubkey_signature_len(key) > 0 && pubkey_signature_len(key) <= LIMIT_SIGNATURE);
	pubkey_encode_spki(&b, key);
	must(buf_err(&b) == 0);
	c = buf_cursor(&b);
	must(pubkey_decode_spki(&c, &again) == 0);
	must(again.type == key->type && again.bits == key->bits && again.curve == key->curve);
	must(cursor_equals(&again.modulus, key->modulus.data, key->modulus.len));
	must(cursor_equals(&again.exponent, key->exponent.data, key->exponent.len));
	must(cursor_equals(&again.point, key->point.data, key->point.len));
	buf_clear(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct pubkey key;
	struct cursor c;

	if (len == 0)
		return 0;
	cursor_init(&c, data, len);
	if (data[0] < N_CURVES) {
		cursor_init(&c, data + 1, len - 1);
		if (pubkey_decode_card(&c, (enum curve)data[0], &key) == 0) {
			must(key.type != KEY_NONE && key.curve == (enum curve)data[0]);
			check_key(&key);
		}
	} else if (pubkey_decode_spki(&c, &key) == 0) {
		check_key(&key);
	}
	return 0;
}
