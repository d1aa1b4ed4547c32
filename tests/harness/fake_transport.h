/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Readers for tests: fake cards (fake_link.h) are put in and pulled out, by any thread, and waits end
 * at once. Use the struct transport as any other; transport_free leaves the cards alone.
 */
#ifndef TESTS_HARNESS_FAKE_TRANSPORT_H
#define TESTS_HARNESS_FAKE_TRANSPORT_H

#include "tests/harness/fake_link.h"

struct fake_transport;

/* Freed by transport_free. Readers are added at the end, with no card. */
struct fake_transport *fake_transport_new(void);
struct transport *fake_transport_base(struct fake_transport *t);
void fake_transport_add_reader(struct fake_transport *t, const char *name);
/* The reader vanishes; its card counts as removed. */
void fake_transport_remove_reader(struct fake_transport *t, const char *name);

/* The card is borrowed and must outlive the transport. A removed card cannot be inserted again. */
void fake_transport_insert(struct fake_transport *t, const char *reader, struct fake_card *card);
void fake_transport_remove(struct fake_transport *t, const char *reader);
/* From now on every function answers this error (MOHR_ERR_NO_SERVICE); 0: well again. */
void fake_transport_fail(struct fake_transport *t, int err);

#endif
