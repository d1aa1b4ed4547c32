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
	return o->kind == OBJECT_PROFILE ? CKO_PROFILE : CKO_CERTIFICATE;
}

bool object_is_private(const struct object *o)
{
	return (o->kind & OBJECT_PRIVATE) != 0;
}

struct object *object_ref(struct object *o)
{
	atomic_fetch_add(&o->refs, 1);
	return o;
}

void object_unref(struct object *o)
{
	if (o && atomic_fetch_sub(&o->refs, 1) == 1)
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

static int append_key(struct object ***tail, const struct presence *p, const struct token_key *key,
		      unsigned index)
{
	bool rsa = key->shape.type == KEY_RSA;
	struct object private_key = {.presence = p,
				     .kind = rsa ? OBJECT_PRIVATE_RSA : OBJECT_PRIVATE_EC,
				     .shape = key->shape,
				     .key = key,
				     .key_index = index};
	struct object public_key = {.presence = p,
				    .kind = rsa ? OBJECT_PUBLIC_RSA : OBJECT_PUBLIC_EC,
				    .shape = key->shape,
				    .key = key,
				    .key_index = index};
	int r;

	r = append(tail, &private_key);
	return r != 0 ? r : append(tail, &public_key);
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
		struct object o = {
			.presence = p, .kind = OBJECT_PROFILE, .profile = profiles[i].id};

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
	for (i = 0; r == 0 && i < found->n_certificates; i++) {
		struct object o = {.presence = p,
				   .kind = OBJECT_CERTIFICATE,
				   .certificate = &found->certificates[i]};

		r = append(&tail, &o);
	}
	if (r == 0)
		r = append_profiles(&tail, p, found);
	if (r == 0)
		*ret = first;
	else
		object_list_free(first);
	return r;
}
