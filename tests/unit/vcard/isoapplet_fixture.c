/* SPDX-License-Identifier: BSD-2-Clause */
/* An IsoApplet card in memory for tests. */
#include "isoapplet_fixture.h"

struct vcard *iso_blank(const char *personality)
{
	struct vcard_setup setup;
	struct vcard *v = NULL;

	vcard_setup_init(&setup);
	assert_int_equal(vcard_personalities_parse(personality, &setup.personalities), 0);
	setup.extended = true;
	setup.blank = true;
	setup.pin = "123456";
	setup.puk = "87654321";
	setup.admin_key_len = fixture_bytes(ADMIN_KEY, setup.admin_key, sizeof(setup.admin_key));
	assert_int_equal(vcard_new(&setup, &v), 0);
	return v;
}

struct vcard *iso_card(const char *personality)
{
	struct vcard *v = iso_blank(personality);

	expect(v, "00240102 10" ISO_PUK, "9000");
	expect(v, "00240101 06 313233343536", "9000");
	return v;
}

void iso_verify(struct vcard *v)
{
	expect(v, "00200001 10" ISO_PIN, "9000");
}

EVP_PKEY *iso_key(struct vcard *v, uint8_t reference)
{
	struct vcard_p15 *p = vcard_p15_of(v);
	uint8_t i = vcard_p15_key_find(p, reference);
	EVP_PKEY *pkey = NULL;

	assert_int_not_equal(i, VCARD_P15_NO_KEY);
	assert_int_equal(vcard_key_load(&p->memory.keys[i].key, &pkey), 0);
	return pkey;
}

void iso_generate_p256(struct vcard *v, unsigned reference)
{
	assert_string_equal(ask(v, "00224100 06 8001EC 8401%02X", reference), "9000");
	ask(v, "00460000 0000CF" P256_PARAMETERS P256_COFACTOR "0000");
	assert_int_equal(asked_sw(), 0x9000);
}
