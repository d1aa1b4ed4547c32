/* SPDX-License-Identifier: BSD-2-Clause */
/* What inspect shows of a card with PKCS#15: PINs, keys, and the files that there are. */
#include <stdio.h>

#include "vcard/inspect.h"
#include "vcard/key.h"
#include "vcard/p15/plan.h"
#include "vcard/program.h"

/* The certificates that a card is made with; size 0 if there is none. */
static void get_certificate(const struct vcard_p15 *p, bool sign, struct inspect_certificate *ret)
{
	const struct vcard_p15_file *f = vcard_p15_certificate(p, sign);
	const struct buf none = BUF_INIT(0);

	inspect_certificate_init(f ? &f->data : &none, ret);
}

static void print_text(const struct vcard *v, const struct vcard_p15 *p)
{
	const struct vcard_p15_memory *m = &p->memory;
	struct inspect_certificate crt;

	inspect_print_card(v);
	printf(_("application: %s\n"), p->applet.class->name);
	printf(_("serial number: "));
	inspect_print_hex(m->serial, sizeof(m->serial));
	putchar('\n');
	if (m->open)
		printf(_("being initialised: access conditions do not hold yet\n"));
	for (size_t i = 0; i < VCARD_P15_N_PINS; i++) {
		const struct vcard_p15_pin *pin = &m->pins[i];

		if (!pin->present)
			continue;
		printf(_("PIN %02X: %u of %u tries left"), pin->reference, pin->tries_left,
		       pin->max_tries);
		if (pin->tries_left == 0)
			printf(_(", blocked"));
		putchar('\n');
	}
	if (m->admin_key_len)
		printf(_("admin key (%02X): AES-%u, %u of %u tries left\n"),
		       VCARD_P15_REF_ADMIN_KEY, m->admin_key_len * 8u, m->admin_tries_left,
		       VCARD_P15_ADMIN_TRIES);
	for (size_t i = 0; i < VCARD_P15_N_KEYS; i++)
		if (m->keys[i].key.der.len)
			printf(_("key %02X: %s\n"), m->keys[i].key.reference,
			       vcard_kind_name(m->keys[i].key.kind));
	for (unsigned sign = 0; sign < 2; sign++) {
		printf("%s\n", sign ? _("for signatures:") : _("for authentication:"));
		get_certificate(p, sign, &crt);
		inspect_print_certificate(&crt);
		inspect_certificate_clear(&crt);
	}
	for (size_t i = 0; i < VCARD_P15_N_FILES; i++)
		if (m->files[i].used && m->files[i].kind == VCARD_P15_IS_EF)
			printf(_("file %04X%04X: %u bytes\n"), m->files[m->files[i].parent].id,
			       m->files[i].id, (unsigned)m->files[i].data.len);
}

static void print_json(const struct vcard *v, const struct vcard_p15 *p)
{
	static const char *const names[] = {"auth", "sign"};
	const struct vcard_p15_memory *m = &p->memory;
	struct inspect_certificate crt;
	const char *separator = "";

	printf("{\"atr\": \"");
	inspect_print_hex(v->atr, v->atr_len);
	printf("\", \"protocol\": \"T=%d\", \"extendedLength\": %s, \"application\": \"%s\", \"serial\": \"",
	       !v->t0, v->extended ? "true" : "false", p->applet.class->name);
	inspect_print_hex(m->serial, sizeof(m->serial));
	printf("\", \"initialising\": %s,\n \"pins\": {", m->open ? "true" : "false");
	for (size_t i = 0; i < VCARD_P15_N_PINS; i++) {
		if (!m->pins[i].present)
			continue;
		printf("%s\"%02x\": {\"reference\": %u, \"triesLeft\": %u, \"maxTries\": %u}",
		       separator, m->pins[i].reference, m->pins[i].reference, m->pins[i].tries_left,
		       m->pins[i].max_tries);
		separator = ", ";
	}
	printf("},\n \"keys\": {");
	separator = "";
	for (size_t i = 0; i < VCARD_P15_N_KEYS; i++) {
		if (m->keys[i].key.der.len == 0)
			continue;
		printf("%s\"%02x\": ", separator, m->keys[i].key.reference);
		inspect_print_json_string(vcard_kind_name(m->keys[i].key.kind));
		separator = ", ";
	}
	printf("},\n \"certificates\": {");
	for (unsigned sign = 0; sign < 2; sign++) {
		get_certificate(p, sign, &crt);
		printf("%s\"%s\": ", sign ? ", " : "", names[sign]);
		inspect_print_json_certificate(&crt);
		inspect_certificate_clear(&crt);
	}
	printf("}}\n");
}

void inspect_print_p15(const struct vcard_p15 *p, bool json)
{
	if (json)
		print_json(p->applet.card, p);
	else
		print_text(p->applet.card, p);
}
