/* SPDX-License-Identifier: BSD-2-Clause */
/* Making a card by its plan: PINs, keys, certificates, then files with what belongs in them. */
#include <string.h>

#include <openssl/x509.h>

#include "vcard/issue.h"
#include "vcard/p15/plan.h"

static const char private_note[] = "Only the authentication PIN shows this.";

enum { DESCRIPTOR_EF = 0x01, DESCRIPTOR_DF = 0x38, DESCRIPTOR_RSA = 0x11, DESCRIPTOR_EC = 0x22 };
enum { N_KEYS = 2, N_CERTIFICATES = 3 }; /* authentication, signature; and the authority's */

static const uint8_t application[] = {0xA0, 0x00, 0x00, 0x00, 0x63, 0x50,
				      0x4B, 0x43, 0x53, 0x2D, 0x31, 0x35};

const struct vcard_p15_plan_file *vcard_p15_plan_find(const struct vcard_p15_plan *plan,
						      enum vcard_p15_role role)
{
	for (size_t i = 0; i < plan->n_files; i++)
		if (plan->files[i].role == role)
			return &plan->files[i];
	return NULL;
}

const struct vcard_p15_file *vcard_p15_certificate(const struct vcard_p15 *p, bool sign)
{
	const struct vcard_p15_plan *plan = vcard_p15_dialect(p)->plan;
	const struct vcard_p15_plan_file *row =
		plan ? vcard_p15_plan_find(plan, sign ? VCARD_P15_ROLE_CERT_SIGN
						      : VCARD_P15_ROLE_CERT_AUTH)
		     : NULL;
	uint8_t i = row ? vcard_p15_child(p, vcard_p15_child(p, 0, VCARD_P15_DF), row->id)
			: (uint8_t)VCARD_P15_NO_FILE;

	return i == VCARD_P15_NO_FILE ? NULL : &p->memory.files[i];
}

static int set_pins(struct vcard_p15 *p, const struct vcard_setup *setup)
{
	const struct vcard_p15_dialect *d = vcard_p15_dialect(p);
	const char *const values[] = {
		[VCARD_P15_PLAN_AUTH] = setup->pin_auth,
		[VCARD_P15_PLAN_SIGN] = setup->pin_sign,
		[VCARD_P15_PLAN_PUK] = setup->puk,
		[VCARD_P15_PLAN_ONE] = setup->pin,
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < d->plan->n_pins; i++) {
		const struct vcard_p15_plan_pin *row = &d->plan->pins[i];
		struct vcard_p15_pin *pin = &p->memory.pins[row->place];

		*pin = row->pin;
		pin->max_tries = row->tries;
		r = vcard_p15_pin_set(d, pin, values[row->value]);
	}
	return r;
}

/* ---- keys and certificates */

static int put_authority(const struct vcard_authority *a, struct buf *ret)
{
	unsigned char *der = NULL;
	int len = i2d_X509(a->certificate, &der);

	if (len <= 0)
		return MOHR_ERR_CRYPTO;
	buf_put(ret, der, (size_t)len);
	OPENSSL_free(der);
	return buf_err(ret);
}

static int make_key(struct vcard_p15 *p, size_t i, const struct vcard_setup *setup,
		    const struct vcard_authority *a, struct buf *ret_certificate)
{
	const struct vcard_p15_slot *slot = &vcard_p15_dialect(p)->slots[i];
	struct vcard_p15_key *key = &p->memory.keys[i];
	EVP_PKEY *pkey;
	int r;

	if ((r = vcard_key_generate(&key->key, i ? setup->key_sign : setup->key_auth)) != 0 ||
	    (r = vcard_key_load(&key->key, &pkey)) != 0)
		return r;
	key->key.reference = slot->reference;
	key->key.use = slot->use;
	key->consent = slot->consent;
	return vcard_issue_one(setup, a, pkey, i ? VCARD_FOR_SIGN : VCARD_FOR_AUTH,
			       ret_certificate);
}

static int make_keys(struct vcard_p15 *p, const struct vcard_setup *setup,
		     struct buf certificates[N_CERTIFICATES])
{
	struct vcard_authority a = {0};
	int r;

	if (!vcard_holder_valid(setup))
		return MOHR_ERR_ARGUMENT;
	r = vcard_authority_init(setup->authority, &a);
	for (size_t i = 0; r == 0 && i < N_KEYS; i++)
		r = make_key(p, i, setup, &a, &certificates[i]);
	if (r == 0)
		r = put_authority(&a, &certificates[N_KEYS]);
	vcard_authority_clear(&a);
	return r;
}

/* ---- files */

/* RSAPublicKey, or SubjectPublicKeyInfo of a curve: what pkcs15-init puts into such a file. */
static void put_public(const EVP_PKEY *pkey, struct buf *ret)
{
	unsigned char *der = NULL;
	int len = EVP_PKEY_is_a(pkey, "RSA") ? i2d_PublicKey(pkey, &der) : i2d_PUBKEY(pkey, &der);

	if (len > 0)
		buf_put(ret, der, (size_t)len);
	OPENSSL_free(der);
}

static void put_content(const struct vcard_p15 *p, enum vcard_p15_role role,
			const struct vcard_setup *setup, const struct buf *certificates,
			struct buf *ret)
{
	switch (role) {
	case VCARD_P15_ROLE_PUBLIC_AUTH:
	case VCARD_P15_ROLE_PUBLIC_SIGN:
		put_public(p->memory.keys[role - VCARD_P15_ROLE_PUBLIC_AUTH].key.ready, ret);
		break;
	case VCARD_P15_ROLE_CERT_AUTH:
	case VCARD_P15_ROLE_CERT_SIGN:
	case VCARD_P15_ROLE_CERT_CA:
		certificates += role - VCARD_P15_ROLE_CERT_AUTH;
		buf_put(ret, certificates->data, certificates->len);
		break;
	case VCARD_P15_ROLE_DATA:
		buf_put(ret, setup->holder_latin, strlen(setup->holder_latin));
		break;
	case VCARD_P15_ROLE_PRIVATE_DATA:
		buf_put(ret, private_note, strlen(private_note));
		break;
	default:
		vcard_p15_put_records(p, role, ret);
	}
}

static bool is_key(enum vcard_p15_role role)
{
	return role == VCARD_P15_ROLE_KEY_AUTH || role == VCARD_P15_ROLE_KEY_SIGN;
}

/* What the control information will say; of a key also where it is. */
static void describe(const struct vcard_p15 *p, const struct vcard_p15_plan_file *row,
		     size_t content_len, struct vcard_p15_file *f)
{
	uint8_t role = row->role;
	uint8_t key = role == VCARD_P15_ROLE_KEY_SIGN;
	enum vcard_key_kind kind = p->memory.keys[key].key.kind;

	*f = (struct vcard_p15_file){.id = row->id, .state = VCARD_P15_ACTIVE};
	f->attributes_len = row->attributes_len;
	memcpy(f->attributes, row->attributes, row->attributes_len);
	if (role == VCARD_P15_ROLE_MF || role == VCARD_P15_ROLE_DF) {
		f->kind = VCARD_P15_IS_DF;
		f->descriptor = DESCRIPTOR_DF;
		if (role == VCARD_P15_ROLE_DF) {
			f->name_len = sizeof(application);
			memcpy(f->name, application, sizeof(application));
		}
	} else if (is_key(role)) {
		f->kind = VCARD_P15_IS_KEY;
		f->descriptor = vcard_kind_is_rsa(kind) ? DESCRIPTOR_RSA : DESCRIPTOR_EC;
		f->size = (uint16_t)(vcard_kind_len(kind) * 8);
		f->proprietary[0] = (uint8_t)(p->memory.keys[key].consent << 4);
	} else {
		f->kind = VCARD_P15_IS_EF;
		f->descriptor = DESCRIPTOR_EF;
		f->size = row->size ? row->size : (uint16_t)content_len;
	}
}

static int make_file(struct vcard_p15 *p, const struct vcard_p15_plan_file *row,
		     const struct vcard_setup *setup, const struct buf *certificates)
{
	struct buf content = BUF_INIT(VCARD_P15_FILE_MAX);
	uint8_t parent = 0, index = 0;
	struct vcard_p15_file f;
	int r;

	put_content(p, row->role, setup, certificates, &content);
	describe(p, row, content.len, &f);
	if (row->role > VCARD_P15_ROLE_DF)
		parent = vcard_p15_child(p, 0, VCARD_P15_DF);
	if ((r = buf_err(&content)) == 0 && (r = vcard_p15_file_add(p, parent, &f, &index)) == 0) {
		if (f.kind == VCARD_P15_IS_EF)
			r = vcard_p15_file_write(&p->memory.files[index], content.data,
						 content.len);
		if (is_key(row->role))
			p->memory.files[index].key = row->role == VCARD_P15_ROLE_KEY_SIGN;
	}
	buf_clear(&content);
	return r;
}

int vcard_p15_personalise(struct vcard_p15 *p, const struct vcard_setup *setup)
{
	const struct vcard_p15_plan *plan = vcard_p15_dialect(p)->plan;
	struct buf certificates[N_CERTIFICATES];
	int r;

	for (size_t i = 0; i < N_CERTIFICATES; i++)
		buf_init(&certificates[i], LIMIT_CERTIFICATE);
	if ((r = set_pins(p, setup)) == 0 && !setup->blank)
		r = make_keys(p, setup, certificates);
	for (size_t i = 0; r == 0 && i < plan->n_files; i++)
		if (!setup->blank || plan->files[i].role < VCARD_P15_ROLE_KEY_AUTH)
			r = make_file(p, &plan->files[i], setup, certificates);
	for (size_t i = 0; i < N_CERTIFICATES; i++)
		buf_clear(&certificates[i]);
	return r;
}
