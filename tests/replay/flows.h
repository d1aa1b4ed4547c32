/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs do with a card, each from C_Initialize on; the same with every kind of card. */
#ifndef TESTS_REPLAY_FLOWS_H
#define TESTS_REPLAY_FLOWS_H

#include "pkcs11/pkcs11_params.h"
#include "tests/replay/stage.h"

/* A kind of card in a certain shape: a row for recordings. */
struct cast {
	const char *name; /* of its recordings */
	const char *personality;
	const char *pins[2]; /* of its tokens, in the order of their slots; NULL: it has one */
	enum vcard_key_kind key_auth, key_sign;
	bool extended;
	bool gzip;
	uint8_t algorithms;
};

#define CAST_PUK "31415926"

struct scene {
	const struct cast *cast;
	struct stage *stage;
	CK_FUNCTION_LIST *f;
	const char *socket;
};

struct flow {
	const char *name;
	void (*run)(const struct scene *s);
};

/* NULL after the last. Failures are cmocka's. */
const struct flow *flow_at(size_t n);

#endif
