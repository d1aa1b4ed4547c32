/* SPDX-License-Identifier: BSD-2-Clause */
/* The two forms of inspect's answer. */
#include <stdio.h>

#include "vcard/ias/algorithm.h"
#include "vcard/inspect.h"
#include "vcard/key.h"
#include "vcard/program.h"

static const char *const pin_names[VCARD_N_PINS] = {N_("authentication PIN"), N_("signature PIN"),
						    N_("PUK")};
static const char *const key_names[VCARD_N_KEYS] = {N_("authentication key"), N_("signature key")};
static const char *const pin_ids[VCARD_N_PINS] = {"auth", "sign", "puk"};
static const char *const key_ids[VCARD_N_KEYS] = {"auth", "sign"};

void inspect_print_hex(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		printf("%02X", bytes[i]);
}

void inspect_print_certificate(const struct inspect_certificate *c)
{
	if (c->size == 0) {
		printf(_("  certificate: none\n"));
		return;
	}
	printf(_("  certificate: %zu bytes\n"), c->size);
	if (!c->readable) {
		printf(_("    cannot be read as one\n"));
		return;
	}
	printf(_("    subject:  %s\n"), c->subject ? c->subject : "");
	printf(_("    issuer:   %s\n"), c->issuer ? c->issuer : "");
	printf(_("    valid:    %s to %s\n"), c->not_before, c->not_after);
	printf(_("    SHA-256:  %s\n"), c->sha256);
}

void inspect_print_card(const struct vcard *v)
{
	printf(_("answer to reset: "));
	inspect_print_hex(v->atr, v->atr_len);
	printf(v->extended ? _(" (T=%d, extended length)\n") : _(" (T=%d, short length)\n"),
	       !v->t0);
}

/* The names of what the card announces, each between two marks. */
static void print_algorithms(uint8_t algorithms, const char *mark)
{
	const char *separator = "";

	for (unsigned n = 0; vcard_ias_algorithms_name(n); n++) {
		if (!(algorithms & 1u << n))
			continue;
		printf("%s%s%s%s", separator, mark, vcard_ias_algorithms_name(n), mark);
		separator = ", ";
	}
}

void inspect_print_text(const struct vcard *v, const struct inspect_certificate *certificates)
{
	const struct vcard_ias_memory *m = &vcard_ias_of(v)->memory;

	inspect_print_card(v);
	printf(_("card number: %.*s\n"), VCARD_NUMBER_LEN, m->number);
	if (m->algorithms) {
		printf(_("announces: "));
		print_algorithms(m->algorithms, "");
		putchar('\n');
	}
	for (size_t i = 0; i < VCARD_N_PINS; i++) {
		printf(_("%s (%02X): %u of %u tries left"), _(pin_names[i]), m->pins[i].reference,
		       m->pins[i].tries_left, m->pins[i].max_tries);
		if (m->pins[i].tries_left == 0)
			printf(_(", blocked"));
		if (m->pins[i].transport)
			printf(_(", transport state: has to be changed first"));
		putchar('\n');
	}
	printf(_("admin key (%02X): AES-%u, %u of %u tries left\n"), VCARD_REF_ADMIN_KEY,
	       m->admin_key_len * 8u, m->admin_tries_left, VCARD_ADMIN_TRIES);
	for (size_t i = 0; i < VCARD_N_KEYS; i++) {
		const struct vcard_key *key = &m->keys[i];

		printf(_("%s (%02X): %s\n"), _(key_names[i]), key->reference,
		       key->der.len ? vcard_kind_name(key->kind) : _("none"));
		inspect_print_certificate(&certificates[i]);
	}
}

/* RFC 8259 §7 */
void inspect_print_json_string(const char *text)
{
	putchar('"');
	for (const char *p = text ? text : ""; *p; p++) {
		if (*p == '"' || *p == '\\')
			printf("\\%c", *p);
		else if ((unsigned char)*p < 0x20)
			printf("\\u%04x", (unsigned)*p);
		else
			putchar(*p);
	}
	putchar('"');
}

static void print_field(const char *name, const char *value)
{
	printf(", \"%s\": ", name);
	inspect_print_json_string(value);
}

void inspect_print_json_certificate(const struct inspect_certificate *c)
{
	if (c->size == 0) {
		printf("null");
		return;
	}
	printf("{\"size\": %zu", c->size);
	if (c->readable) {
		print_field("subject", c->subject);
		print_field("issuer", c->issuer);
		print_field("notBefore", c->not_before);
		print_field("notAfter", c->not_after);
		print_field("sha256", c->sha256);
	}
	putchar('}');
}

void inspect_print_json(const struct vcard *v, const struct inspect_certificate *certificates)
{
	const struct vcard_ias_memory *m = &vcard_ias_of(v)->memory;

	printf("{\"atr\": \"");
	inspect_print_hex(v->atr, v->atr_len);
	printf("\", \"protocol\": \"T=%d\", \"extendedLength\": %s, \"number\": \"%.*s\",\n \"announces\": [",
	       !v->t0, v->extended ? "true" : "false", VCARD_NUMBER_LEN, m->number);
	print_algorithms(m->algorithms, "\"");
	printf("],\n \"pins\": {");
	for (size_t i = 0; i < VCARD_N_PINS; i++)
		printf("%s\"%s\": {\"reference\": %u, \"triesLeft\": %u, \"maxTries\": %u, \"transport\": %s}",
		       i ? ", " : "", pin_ids[i], m->pins[i].reference, m->pins[i].tries_left,
		       m->pins[i].max_tries, m->pins[i].transport ? "true" : "false");
	printf("},\n \"admin\": {\"reference\": %u, \"bits\": %u, \"triesLeft\": %u},\n \"keys\": {",
	       (unsigned)VCARD_REF_ADMIN_KEY, m->admin_key_len * 8u, m->admin_tries_left);
	for (size_t i = 0; i < VCARD_N_KEYS; i++) {
		const struct vcard_key *key = &m->keys[i];

		printf("%s\"%s\": {\"reference\": %u, \"kind\": ", i ? ", " : "", key_ids[i],
		       key->reference);
		if (key->der.len)
			inspect_print_json_string(vcard_kind_name(key->kind));
		else
			printf("null");
		printf(", \"certificate\": ");
		inspect_print_json_certificate(&certificates[i]);
		putchar('}');
	}
	printf("}}\n");
}
