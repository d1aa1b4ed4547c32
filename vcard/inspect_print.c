/* SPDX-License-Identifier: BSD-2-Clause */
/* The two forms of inspect's answer. */
#include <stdio.h>

#include "vcard/ias/algorithm.h"
#include "vcard/inspect.h"
#include "vcard/key.h"
#include "vcard/program.h"

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

static void init_certificate(const struct vcard_ias_memory *m, size_t key,
			     struct inspect_certificate *ret)
{
	inspect_certificate_init(&m->files[m->layout->keys[key].certificate].data, ret);
}

static void print_text(const struct vcard_ias *v)
{
	const struct vcard_ias_memory *m = &v->memory;
	const struct vcard_ias_layout *l = m->layout;

	inspect_print_card(v->applet.card);
	if (l != &vcard_ias_natid)
		printf(_("application: %s\n"), v->applet.class->name);
	printf(_("card number: %.*s\n"), VCARD_NUMBER_LEN, m->number);
	if (m->algorithms) {
		printf(_("announces: "));
		print_algorithms(m->algorithms, "");
		putchar('\n');
	}
	for (size_t i = 0; i < l->n_pins; i++) {
		printf(_("%s (%02X): %u of %u tries left"), _(l->pins[i].name),
		       m->pins[i].reference, m->pins[i].tries_left, m->pins[i].max_tries);
		if (m->pins[i].tries_left == 0)
			printf(_(", blocked"));
		if (m->pins[i].transport)
			printf(_(", transport state: has to be changed first"));
		putchar('\n');
	}
	printf(_("admin key (%02X): AES-%u, %u of %u tries left\n"), VCARD_REF_ADMIN_KEY,
	       m->admin_key_len * 8u, m->admin_tries_left, VCARD_ADMIN_TRIES);
	for (size_t i = 0; i < l->n_keys; i++) {
		const struct vcard_key *key = &m->keys[i];
		struct inspect_certificate crt;

		printf(_("%s (%02X): %s\n"), _(l->keys[i].name), key->reference,
		       key->der.len ? vcard_kind_name(key->kind) : _("none"));
		init_certificate(m, i, &crt);
		inspect_print_certificate(&crt);
		inspect_certificate_clear(&crt);
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

static void print_json(const struct vcard_ias *v)
{
	const struct vcard *card = v->applet.card;
	const struct vcard_ias_memory *m = &v->memory;
	const struct vcard_ias_layout *l = m->layout;

	printf("{\"atr\": \"");
	inspect_print_hex(card->atr, card->atr_len);
	printf("\", \"protocol\": \"T=%d\", \"extendedLength\": %s, \"application\": \"%s\", \"number\": \"%.*s\",\n \"announces\": [",
	       !card->t0, card->extended ? "true" : "false", v->applet.class->name,
	       VCARD_NUMBER_LEN, m->number);
	print_algorithms(m->algorithms, "\"");
	printf("],\n \"pins\": {");
	for (size_t i = 0; i < l->n_pins; i++)
		printf("%s\"%s\": {\"reference\": %u, \"triesLeft\": %u, \"maxTries\": %u, \"transport\": %s}",
		       i ? ", " : "", l->pins[i].id, m->pins[i].reference, m->pins[i].tries_left,
		       m->pins[i].max_tries, m->pins[i].transport ? "true" : "false");
	printf("},\n \"admin\": {\"reference\": %u, \"bits\": %u, \"triesLeft\": %u},\n \"keys\": {",
	       (unsigned)VCARD_REF_ADMIN_KEY, m->admin_key_len * 8u, m->admin_tries_left);
	for (size_t i = 0; i < l->n_keys; i++) {
		const struct vcard_key *key = &m->keys[i];
		struct inspect_certificate crt;

		printf("%s\"%s\": {\"reference\": %u, \"kind\": ", i ? ", " : "", l->keys[i].id,
		       key->reference);
		if (key->der.len)
			inspect_print_json_string(vcard_kind_name(key->kind));
		else
			printf("null");
		printf(", \"certificate\": ");
		init_certificate(m, i, &crt);
		inspect_print_json_certificate(&crt);
		inspect_certificate_clear(&crt);
		putchar('}');
	}
	printf("}}\n");
}

void inspect_print_ias(const struct vcard_ias *v, bool json)
{
	if (json)
		print_json(v);
	else
		print_text(v);
}
