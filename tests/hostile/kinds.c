/* SPDX-License-Identifier: BSD-2-Clause */
/* See kinds.h. */
#include "tests/hostile/kinds.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

struct vcard *kinds_make(const struct vcard_personality *kind, const char *folder, struct user *u)
{
	static const char *const puks[] = {"12345678", "1234567812345678"};
	struct vcard_setup setup;
	struct vcard *card = NULL;
	unsigned i;
	int r = MOHR_ERR_ARGUMENT;

	for (i = 0; i < 2 && r != 0; i++) {
		vcard_setup_init(&setup);
		setup.personalities = (struct vcard_personalities){.at = {kind}, .n = 1};
		setup.pin = setup.pin_auth = u->pins[0] = "123456";
		setup.pin_sign = u->pins[1] = "654321";
		setup.puk = u->puk = puks[i];
		setup.admin_key_len = kind->takes & VCARD_TAKES_ADMIN_24 ? 24 : 16;
		setup.key_auth = VCARD_RSA2048;
		setup.key_sign = VCARD_P256;
		setup.authority = folder;
		r = vcard_new(&setup, &card);
	}
	if (kind->pins == VCARD_PINS_ONE)
		u->pins[1] = u->pins[0];
	mutant_must(r == 0, kind->name);
	return card;
}

void kinds_remove(const char *folder)
{
	static const char *const files[] = {"ca.key", "ca.crt"};
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		unlink(path);
	}
	rmdir(folder);
}
