/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of personalities, and lists of them. */
#include "vcard/personality.h"

#include <stdio.h>
#include <string.h>

#include "vcard/applet.h"
#include "vcard/ias/ias.h"
#include "vcard/p15/p15.h"
#include "vcard/piv/piv.h"

enum {
	PIV_TAKES = VCARD_TAKES_GZIP | VCARD_TAKES_ADMIN_ALGORITHM | VCARD_TAKES_RSA1024 |
		    VCARD_TAKES_GLOBAL | VCARD_TAKES_ADMIN_24
};

/* docs/ias-cards.md: the country's number, then what says that the card is ours. */
#define IAS_ATRS(country_1, country_2, tck)                                                        \
	{                                                                                          \
		{18,                                                                               \
		 {0x3B, 0x7D, 0x96, 0x00, 0x00, 0x80, 0x12, (country_1), (country_2), 0x54, 0x4D,  \
		  0x4F, 0x48, 0x52, 0x73, 0x96, 0x21, 0x80}},                                      \
		{                                                                                  \
			22,                                                                        \
			{                                                                          \
				0x3B, 0xDD, 0x96, 0x00, 0x81, 0x31, 0xFE, 0x85, 0x80, 0x12,        \
					(country_1), (country_2), 0x54, 0x4D, 0x4F, 0x48, 0x52,    \
					0x73, 0x96, 0x21, 0xC0, (tck)                              \
			}                                                                          \
		}                                                                                  \
	}

#define URUGUAY_ROW(name, class)                                                                   \
	{                                                                                          \
		name, class, VCARD_PINS_ONE, VCARD_TAKES_ALGORITHMS,                               \
			N_("the PIN has 4 to 12 digits, the PUK 8"), NULL,                         \
			IAS_ATRS(0x85, 0x8F, 0x50)                                                 \
	}

#define FINLAND_ROW(name, class, country_1, country_2, tck)                                                    \
	{                                                                                                      \
		name, class, VCARD_PINS_TWO, VCARD_TAKES_ALGORITHMS,                                           \
			N_("the authentication PIN has 4 to 12 digits, the signature PIN 6 to 12, the PUK 8"), \
			NULL, IAS_ATRS(country_1, country_2, tck)                                              \
	}

/* docs/natid-card.md and docs/piv-card.md, "Answer to reset". */
static const struct vcard_personality personalities[] = {
	{"natid",
	 &vcard_ias_class,
	 VCARD_PINS_TWO,
	 VCARD_TAKES_ALGORITHMS,
	 N_("the authentication PIN has 4 to 8 digits, the signature PIN 6 to 8, the PUK 8"),
	 NULL,
	 {{18,
	   {0x3B, 0x7D, 0x96, 0x00, 0x00, 0x80, 0x54, 0x4D, 0x4F, 0x48, 0x52, 0x73, 0x96, 0x21,
	    0x80, 0x82, 0x90, 0x00}},
	  {22, {0x3B, 0xDD, 0x96, 0x00, 0x81, 0x31, 0xFE, 0x85, 0x80, 0x54, 0x4D,
		0x4F, 0x48, 0x52, 0x73, 0x96, 0x21, 0xC0, 0x82, 0x90, 0x00, 0x5A}}}},
	URUGUAY_ROW("ias-uy", &vcard_ias_uy_class),
	URUGUAY_ROW("ias-uy-v4", &vcard_ias_uy_v4_class),
	FINLAND_ROW("ias-fi", &vcard_ias_fi_class, 0x24, 0x60, 0x1E),
	FINLAND_ROW("ias-fi-v3", &vcard_ias_fi_v3_class, 0x00, 0xF6, 0xAC),
	{"ias-ee", &vcard_ias_ee_class, VCARD_PINS_TWO, VCARD_TAKES_ALGORITHMS,
	 N_("the authentication PIN has 4 to 12 digits, the signature PIN 5 to 12, the PUK 8"),
	 NULL, IAS_ATRS(0x23, 0x3F, 0x46)},
	{"piv",
	 &vcard_piv_class,
	 VCARD_PINS_ONE,
	 PIV_TAKES,
	 N_("PINs have 6 to 8 digits, the PUK 8"),
	 NULL,
	 {{18,
	   {0x3B, 0x7D, 0x96, 0x00, 0x00, 0x80, 0x54, 0x4D, 0x50, 0x49, 0x56, 0x73, 0x96, 0x21,
	    0x80, 0x82, 0x90, 0x00}},
	  {22, {0x3B, 0xDD, 0x96, 0x00, 0x81, 0x31, 0xFE, 0x85, 0x80, 0x54, 0x4D,
		0x50, 0x49, 0x56, 0x73, 0x96, 0x21, 0xC0, 0x82, 0x90, 0x00, 0x40}}}},
	{"yubikey",
	 &vcard_yubikey_class,
	 VCARD_PINS_ONE,
	 PIV_TAKES | VCARD_TAKES_ED25519,
	 N_("PINs have 6 to 8 digits, the PUK 8"),
	 "Yubico YubiKey",
	 {{23, {0x3B, 0xFD, 0x13, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x15, 0x80, 0x73, 0xC0,
		0x21, 0xC0, 0x57, 0x59, 0x75, 0x62, 0x69, 0x4B, 0x65, 0x79, 0x40}},
	  {23, {0x3B, 0xFD, 0x13, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x15, 0x80, 0x73, 0xC0,
		0x21, 0xC0, 0x57, 0x59, 0x75, 0x62, 0x69, 0x4B, 0x65, 0x79, 0x40}}}},
	{"p15",
	 &vcard_p15_class,
	 VCARD_PINS_TWO,
	 VCARD_TAKES_RSA1024,
	 N_("PINs and the PUK have 4 to 12 digits"),
	 NULL,
	 {{18,
	   {0x3B, 0x7D, 0x96, 0x00, 0x00, 0x80, 0x54, 0x4D, 0x50, 0x31, 0x35, 0x73, 0x96, 0x21,
	    0x80, 0x82, 0x90, 0x00}},
	  {22, {0x3B, 0xDD, 0x96, 0x00, 0x81, 0x31, 0xFE, 0x85, 0x80, 0x54, 0x4D,
		0x50, 0x31, 0x35, 0x73, 0x96, 0x21, 0xC0, 0x82, 0x90, 0x00, 0x5B}}}},
	{"p15-bare",
	 &vcard_p15_bare_class,
	 VCARD_PINS_TWO,
	 VCARD_TAKES_RSA1024,
	 N_("PINs and the PUK have 4 to 12 digits"),
	 NULL,
	 {{18,
	   {0x3B, 0x7D, 0x96, 0x00, 0x00, 0x80, 0x54, 0x4D, 0x50, 0x31, 0x62, 0x73, 0x96, 0x21,
	    0x80, 0x82, 0x90, 0x00}},
	  {22, {0x3B, 0xDD, 0x96, 0x00, 0x81, 0x31, 0xFE, 0x85, 0x80, 0x54, 0x4D,
		0x50, 0x31, 0x62, 0x73, 0x96, 0x21, 0xC0, 0x82, 0x90, 0x00, 0x0C}}}},
	{"myeid",
	 &vcard_myeid_class,
	 VCARD_PINS_TWO,
	 VCARD_TAKES_RSA1024,
	 N_("PINs and PUKs have 4 to 8 digits"),
	 NULL,
	 {{14,
	   {0x3B, 0xD5, 0x96, 0x00, 0x81, 0x31, 0xFE, 0x45, 0x4D, 0x79, 0x45, 0x49, 0x44, 0x34}},
	  {20, {0x3B, 0xDB, 0x96, 0x00, 0x81, 0x31, 0xFE, 0x45, 0x80, 0x73,
		0x96, 0x21, 0xC0, 0x55, 0x4D, 0x79, 0x45, 0x49, 0x44, 0xEB}}}},
	{"isoapplet",
	 &vcard_isoapplet_class,
	 VCARD_PINS_ONE,
	 0,
	 N_("the PIN has 4 to 16 digits, the PUK too"),
	 NULL,
	 {{18,
	   {0x3B, 0x7D, 0x96, 0x00, 0x00, 0x80, 0x54, 0x4D, 0x49, 0x53, 0x4F, 0x73, 0x96, 0x21,
	    0x80, 0x82, 0x90, 0x00}},
	  {22, {0x3B, 0xDD, 0x96, 0x00, 0x81, 0x31, 0xFE, 0x85, 0x80, 0x54, 0x4D,
		0x49, 0x53, 0x4F, 0x73, 0x96, 0x21, 0xC0, 0x82, 0x90, 0x00, 0x5A}}}},
	{"isoapplet-v1",
	 &vcard_isoapplet_v1_class,
	 VCARD_PINS_ONE,
	 0,
	 N_("the PIN has 4 to 16 digits, the PUK too"),
	 NULL,
	 {{18,
	   {0x3B, 0x7D, 0x96, 0x00, 0x00, 0x80, 0x54, 0x4D, 0x49, 0x53, 0x4F, 0x73, 0x96, 0x21,
	    0x80, 0x82, 0x90, 0x00}},
	  {22, {0x3B, 0xDD, 0x96, 0x00, 0x81, 0x31, 0xFE, 0x85, 0x80, 0x54, 0x4D,
		0x49, 0x53, 0x4F, 0x73, 0x96, 0x21, 0xC0, 0x82, 0x90, 0x00, 0x5A}}}},
};

enum { N_PERSONALITIES = sizeof(personalities) / sizeof(*personalities) };

const struct vcard_personality *vcard_personality_at(size_t n)
{
	return n < N_PERSONALITIES ? &personalities[n] : NULL;
}

static const struct vcard_personality *find(const char *name, size_t len)
{
	for (size_t i = 0; i < N_PERSONALITIES; i++)
		if (strlen(personalities[i].name) == len &&
		    strncmp(personalities[i].name, name, len) == 0)
			return &personalities[i];
	return NULL;
}

int vcard_personalities_parse(const char *list, struct vcard_personalities *ret)
{
	struct vcard_personalities p = {.n = 0};

	for (;;) {
		size_t len = strcspn(list, ",");
		const struct vcard_personality *next = find(list, len);

		if (!next || p.n == VCARD_PERSONALITIES_MAX)
			return MOHR_ERR_ARGUMENT;
		for (size_t i = 0; i < p.n; i++)
			if (p.at[i] == next)
				return MOHR_ERR_ARGUMENT;
		p.at[p.n++] = next;
		if (list[len] == '\0')
			break;
		list += len + 1;
	}
	*ret = p;
	return 0;
}

unsigned vcard_personalities_all_take(const struct vcard_personalities *p)
{
	unsigned takes = ~0u;

	for (size_t i = 0; i < p->n; i++)
		takes &= p->at[i]->takes;
	return takes;
}

unsigned vcard_personalities_any_takes(const struct vcard_personalities *p)
{
	unsigned takes = 0;

	for (size_t i = 0; i < p->n; i++)
		takes |= p->at[i]->takes;
	return takes;
}

bool vcard_personalities_have(const struct vcard_personalities *p, enum vcard_pins_kind kind)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->at[i]->pins == kind)
			return true;
	return false;
}

void vcard_personality_names(char *ret, size_t size)
{
	*ret = '\0';
	for (size_t i = 0, at = 0; i < N_PERSONALITIES && at < size; i++)
		at += (size_t)snprintf(ret + at, size - at, "%s%s", i ? ", " : "",
				       personalities[i].name);
}
