/* SPDX-License-Identifier: BSD-2-Clause */
/* What inspect shows of a PIV card. */
#include <stdio.h>

#include "vcard/inspect.h"
#include "vcard/key.h"
#include "vcard/piv/piv.h"
#include "vcard/program.h"

static const char *const pin_names[VCARD_PIV_N_PINS] = {N_("global PIN"), N_("PIN"), N_("PUK")};
static const char *const pin_ids[VCARD_PIV_N_PINS] = {"global", "pin", "puk"};
static const char *const policies[] = {"", N_("never"), N_("once"), N_("always")};

static const char *admin_name(uint8_t algorithm)
{
	switch (algorithm) {
	case VCARD_ADMIN_3DES:
		return "3DES";
	case VCARD_ADMIN_AES128:
		return "AES-128";
	case VCARD_ADMIN_AES192:
		return "AES-192";
	default:
		return "AES-256";
	}
}

/* The certificate of a key; size 0 if there is none. */
static void get_certificate(const struct vcard_piv_memory *m, uint8_t reference,
			    struct inspect_certificate *ret)
{
	struct buf der = BUF_INIT(LIMIT_CERTIFICATE);

	if (vcard_piv_certificate_get(m, vcard_piv_certificate_tag(reference), &der) != 0)
		buf_reset(&der);
	inspect_certificate_init(&der, ret);
	buf_clear(&der);
}

static void print_pin(const struct vcard_piv_pin *pin, const char *name)
{
	if (!pin->present)
		return;
	printf(_("%s (%02X): %u of %u tries left"), name, pin->reference, pin->tries_left,
	       pin->max_tries);
	if (pin->tries_left == 0)
		printf(_(", blocked"));
	putchar('\n');
}

/* Keys that there are, and the main ones in any case. */
static bool is_shown(const struct vcard_piv_key *key, const struct inspect_certificate *crt)
{
	uint8_t ref = key->key.reference;

	return key->key.der.len || crt->size || ref == VCARD_PIV_AUTH || ref == VCARD_PIV_SIGN ||
	       ref == VCARD_PIV_KEY_MANAGEMENT || ref == VCARD_PIV_CARD_AUTH;
}

static void print_text(const struct vcard *v, const struct vcard_piv *p)
{
	const struct vcard_piv_memory *m = &p->memory;
	struct inspect_certificate crt;

	inspect_print_card(v);
	printf(_("application: %s\n"), p->applet.class->name);
	if (vcard_piv_is_vendor(p)) {
		printf(_("serial number: "));
		inspect_print_hex(m->serial, sizeof(m->serial));
		putchar('\n');
	}
	for (size_t i = 0; i < VCARD_PIV_N_PINS; i++)
		print_pin(&m->pins[i], _(pin_names[i]));
	printf(_("management key (%02X): %s\n"), VCARD_PIV_ADMIN, admin_name(m->admin_algorithm));
	for (size_t i = 0; i < VCARD_PIV_N_KEYS; i++) {
		const struct vcard_piv_key *key = &m->keys[i];

		get_certificate(m, key->key.reference, &crt);
		if (is_shown(key, &crt)) {
			if (key->key.der.len)
				printf(_("key %02X: %s, PIN %s\n"), key->key.reference,
				       vcard_kind_name(key->key.kind), _(policies[key->key.use]));
			else
				printf(_("key %02X: none\n"), key->key.reference);
			inspect_print_certificate(&crt);
		}
		inspect_certificate_clear(&crt);
	}
}

static void print_json(const struct vcard *v, const struct vcard_piv *p)
{
	const struct vcard_piv_memory *m = &p->memory;
	struct inspect_certificate crt;
	const char *separator = "";

	printf("{\"atr\": \"");
	inspect_print_hex(v->atr, v->atr_len);
	printf("\", \"protocol\": \"T=%d\", \"extendedLength\": %s, \"application\": \"%s\", \"serial\": \"",
	       !v->t0, v->extended ? "true" : "false", p->applet.class->name);
	inspect_print_hex(m->serial, sizeof(m->serial));
	printf("\",\n \"pins\": {");
	for (size_t i = 0; i < VCARD_PIV_N_PINS; i++) {
		if (!m->pins[i].present)
			continue;
		printf("%s\"%s\": {\"reference\": %u, \"triesLeft\": %u, \"maxTries\": %u}",
		       separator, pin_ids[i], m->pins[i].reference, m->pins[i].tries_left,
		       m->pins[i].max_tries);
		separator = ", ";
	}
	printf("},\n \"admin\": {\"reference\": %u, \"algorithm\": \"%s\"},\n \"keys\": {",
	       (unsigned)VCARD_PIV_ADMIN, admin_name(m->admin_algorithm));
	separator = "";
	for (size_t i = 0; i < VCARD_PIV_N_KEYS; i++) {
		const struct vcard_piv_key *key = &m->keys[i];

		get_certificate(m, key->key.reference, &crt);
		if (is_shown(key, &crt)) {
			printf("%s\"%02x\": {\"kind\": ", separator, key->key.reference);
			if (key->key.der.len)
				inspect_print_json_string(vcard_kind_name(key->key.kind));
			else
				printf("null");
			printf(", \"certificate\": ");
			inspect_print_json_certificate(&crt);
			putchar('}');
			separator = ", ";
		}
		inspect_certificate_clear(&crt);
	}
	printf("}}\n");
}

void inspect_print_piv(const struct vcard_piv *p, bool json)
{
	if (json)
		print_json(p->applet.card, p);
	else
		print_text(p->applet.card, p);
}
