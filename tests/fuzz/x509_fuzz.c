/* SPDX-License-Identifier: BSD-2-Clause */
/* The peek into a certificate: whatever is found lies inside the input and is well-formed itself. */
#include "fuzz.h"

#include "codec/tlv.h"
#include "codec/x509.h"

struct span {
	const uint8_t *data;
	size_t len;
};

static void check_inside(const struct cursor *c, const struct span *s)
{
	must(c->off == 0 && !c->failed);
	must(c->len == 0 || (c->data >= s->data && c->data + c->len <= s->data + s->len));
}

/* One whole data object with this tag. */
static void check_whole(const struct cursor *element, uint32_t tag, const struct span *s)
{
	struct cursor c = *element, value;

	check_inside(element, s);
	must(tlv_get_tag(&c, tag, &value) == 0 && cursor_done(&c) == 0);
}

static void check_date(const struct cursor *time, uint8_t tag, const struct span *s)
{
	char date[8];

	check_inside(time, s);
	if (x509_date(time, tag, date) != 0)
		return;
	for (size_t i = 0; i < sizeof(date); i++)
		must(date[i] >= '0' && date[i] <= '9');
}

static void check_name(const struct cursor *name, const struct span *s)
{
	static const uint8_t types[][3] = {
		{0x55, 0x04, 0x03}, {0x55, 0x04, 0x05}, {0x55, 0x04, 0x0A}};
	struct cursor value;

	check_whole(name, 0x30, s);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (x509_name_find(name, types[i], sizeof(types[i]), &value) == 0)
			check_inside(&value, s);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span s = {data, len};
	struct cursor all;
	struct x509 x;

	/* any input is a name and two times, too */
	cursor_init(&all, data, len);
	if (x509_name_find(&all, "\x55\x04\x03", 3, &x.subject) == 0)
		check_inside(&x.subject, &s);
	check_date(&all, 0x17, &s);
	check_date(&all, 0x18, &s);
	if (x509_decode(data, len, &x) != 0)
		return 0;
	check_whole(&x.serial, 0x02, &s);
	check_name(&x.issuer, &s);
	check_name(&x.subject, &s);
	check_whole(&x.spki, 0x30, &s);
	check_date(&x.not_before, x.not_before_tag, &s);
	check_date(&x.not_after, x.not_after_tag, &s);
	check_inside(&x.key.modulus, &s);
	check_inside(&x.key.point, &s);
	must(x.has_key_usage || x.key_usage == 0);
	must(x.key_usage <= 0xFFFF);
	return 0;
}
