/* SPDX-License-Identifier: BSD-2-Clause */
/* Test PINs, and those of a card that is there: see the header. */
#include "tests/with-card/pins.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with-card/rundir.h"

/*
 * Digits that turn up nowhere by chance, so that a search for them finds leaks only. A card with both
 * kinds of PINs has another pin=, which must not reach the application of auth=.
 */
static const char two_pins[] = "auth=271828\n"
			       "sign=314159\n";
static const char one_pin[] = "pin=271828\n";
static const char other_pin[] = "pin=577215\n";
static const char admin_24[] = "admin=5eed5eed00112233445566778899aabbccddeeff02468ace\n";
static const char admin_16[] = "admin=5eed5eed00112233445566778899aabb\n";

static const struct {
	const char *key, *variable;
} names[] = {
	{"pin=", "MOHR_PIN"}, {"auth=", "MOHR_PIN_AUTH"}, {"sign=", "MOHR_PIN_SIGN"},
	{"puk=", "MOHR_PUK"}, {"admin=", "MOHR_ADMIN"},
};

bool pins_make(const char *path, const struct vcard_personalities *kinds)
{
	bool two = vcard_personalities_have(kinds, VCARD_PINS_TWO);
	bool one = vcard_personalities_have(kinds, VCARD_PINS_ONE);
	bool admin_is_24 = vcard_personalities_all_take(kinds) & VCARD_TAKES_ADMIN_24;
	char text[256];

	(void)snprintf(text, sizeof(text), "%s%spuk=16180339\n%s", two ? two_pins : "",
		       !one  ? ""
		       : two ? other_pin
			     : one_pin,
		       admin_is_24 ? admin_24 : admin_16);
	return access(path, F_OK) == 0 || file_write(path, text);
}

void pins_export(const char *path)
{
	FILE *f = fopen(path, "re");
	char line[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)unsetenv(names[i].variable);
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			size_t len = strlen(names[i].key);

			if (strncmp(line, names[i].key, len) == 0)
				(void)setenv(names[i].variable, line + len, 1);
		}
	}
	if (f != NULL)
		(void)fclose(f);
}
