/* SPDX-License-Identifier: BSD-2-Clause */
/* Views of keys, certificates and profiles. */
#include "pkcs11/object.h"

#include <stdlib.h>
#include <string.h>

#include "pkcs11/presence.h"

CK_OBJECT_CLASS object_class(const struct object *o)
{
	if (o->kind & OBJECT_PRIVATE)
		return CKO_PRIVATE_KEY;
	if (o->kind & OBJECT_PUBLIC)
		return CKO_PUBLIC_KEY;
	switch (o->kind) {
	case OBJECT_SECRET:
		return CKO_SECRET_KEY;
	case OBJECT_DATA:
		return CKO_DATA;
	case OBJECT_FEATURE:
		return CKO_HW_FEATURE;
	case OBJECT_PROFILE:
		return CKO_PROFILE;
	default:
		return CKO_CERTIFICATE;
	}
}

struct object *object_ref(struct object *o)
{
	atomic_fetch_add(&o->refs, 1);
	return o;
}

void object_unref(struct object *o)
{
	if (!o || atomic_fetch_sub(&o->refs, 1) != 1)
		return;
	values_free(o->values);
	secret_free(o->secret);
	free(o);
}

void object_list_free(struct object *o)
{
	while (o) {
		struct object *next = o->next;

		object_unref(o);
		o = next;
	}
}

/* Appends a copy of o and moves the tail. */
static int append(struct object ***tail, const struct object *o)
{
	struct object *copy = malloc(sizeof(*copy));

	if (!copy)
		return MOHR_ERR_NOMEM;
	memcpy(copy, o, sizeof(*copy));
	atomic_init(&copy->refs, 1);
	copy->next = NULL;
	**tail = copy;
	*tail = &copy->next;
	return 0;
}

static enum object_kind kind_of(const struct pubkey *shape, bool is_private)
{
	switch (shape->type) {
	case KEY_RSA:
		return is_private ? OBJECT_PRIVATE_RSA : OBJECT_PUBLIC_RSA;
	case KEY_EDWARDS:
		return is_private ? OBJECT_PRIVATE_EDWARDS : OBJECT_PUBLIC_EDWARDS;
	default:
		return is_private ? OBJECT_PRIVATE_EC : OBJECT_PUBLIC_EC;
	}
}

static int append_key(struct object ***tail, const struct presence *p, const struct token_key *key,
		      unsigned index)
{
	struct object o = {.presence = p,
			   .kind = kind_of(&key->shape, true),
			   .hidden = !key->open,
			   .shape = key->shape,
			   .label = key->place->label,
			   .id = key->place->id,
			   .card_id = key->place->card_id,
			   .key = key,
			   .key_index = index};
	int r;

	if (key->certificate && key->certificate->parsed)
		o.x509 = &key->certificate->x509;
	r = append(tail, &o);
	o.kind = kind_of(&key->shape, false);
	o.hidden = false;
	return r != 0 ? r : append(tail, &o);
}

static int append_certificate(struct object ***tail, const struct presence *p,
			      const struct token_certificate *c)
{
	struct object o = {.presence = p,
			   .kind = OBJECT_CERTIFICATE,
			   .x509 = c->parsed ? &c->x509 : NULL,
			   .label = c->place->label,
			   .id = c->place->id,
			   .card_id = c->place->card_id,
			   .certificate = c};

	cursor_init(&o.der, c->der, c->der_len);
	return append(tail, &o);
}

static int append_data(struct object ***tail, const struct presence *p, const struct token_data *d,
		       unsigned index)
{
	struct object o = {.presence = p,
			   .kind = OBJECT_DATA,
			   .hidden = d->place->is_private,
			   .label = d->place->label,
			   .id = d->place->id,
			   .data = d->place,
			   .data_index = index};

	return append(tail, &o);
}

/* PKCS#11 v3.1 §4.3.3: all that a reader has of a user interface is the display of its PIN pad. */
static int append_feature(struct object ***tail, const struct presence *p)
{
	const struct token_pad *pad = token_pad(p->token);
	struct object o = {.presence = p, .kind = OBJECT_FEATURE};

	return pad->there && pad->rows > 0 ? append(tail, &o) : 0;
}

/* PKCS#11 Profiles v3.1 §3: what this provider does for a token that holds these objects. */
static int append_profiles(struct object ***tail, const struct presence *p,
			   const struct token_objects *found)
{
	const struct {
		CK_PROFILE_ID id;
		bool met;
	} profiles[] = {
		{CKP_BASELINE_PROVIDER, true},
		{CKP_AUTHENTICATION_TOKEN, found->n_keys > 0},
		{CKP_PUBLIC_CERTIFICATES_TOKEN, found->n_certificates > 0},
	};
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < sizeof(profiles) / sizeof(profiles[0]); i++) {
		struct object o = {.presence = p,
				   .kind = OBJECT_PROFILE,
				   .label = "Profile",
				   .id = (uint8_t)profiles[i].id,
				   .profile = profiles[i].id};

		if (profiles[i].met)
			r = append(tail, &o);
	}
	return r;
}

int object_list_token(const struct presence *p, const struct token_objects *found,
		      struct object **ret)
{
	struct object *first = NULL, **tail = &first;
	unsigned i;
	int r = 0;

	for (i = 0; r == 0 && i < found->n_keys; i++)
		r = append_key(&tail, p, &found->keys[i], i);
	for (i = 0; r == 0 && i < found->n_certificates; i++)
		r = append_certificate(&tail, p, &found->certificates[i]);
	for (i = 0; r == 0 && i < found->n_data; i++)
		r = append_data(&tail, p, &found->data[i], i);
	if (r == 0)
		r = append_feature(&tail, p);
	if (r == 0)
		r = append_profiles(&tail, p, found);
	if (r == 0)
		*ret = first;
	else
		object_list_free(first);
	return r;
}

int object_list_certificates(const struct presence *p, const struct token_certificate *certificates,
			     unsigned n, struct object **ret)
{
	struct object *first = NULL, **tail = &first;
	unsigned i;
	int r = 0;

	for (i = 0; r == 0 && i < n; i++)
		r = append_certificate(&tail, p, &certificates[i]);
	if (r == 0)
		*ret = first;
	else
		object_list_free(first);
	return r;
}
