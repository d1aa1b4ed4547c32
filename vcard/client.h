/* SPDX-License-Identifier: BSD-2-Clause */
/* One connected host: what it has sent and what is still to be sent to it. */
#ifndef MOHR_VCARD_CLIENT_H
#define MOHR_VCARD_CLIENT_H

#include "codec/frame.h"

struct vcard_client {
	int fd;          /* -1: this place is free */
	struct buf in;   /* received, not yet understood */
	struct buf out;  /* to be sent */
	size_t out_off;  /* sent of it */
	uint64_t ticket; /* order in which its frame became whole; 0: it is not */
	bool was_reset;  /* another host has reset the card since this one last looked */
};

/* One request out of client->in; the payload is borrowed from there. */
struct vcard_request {
	uint8_t type;
	const uint8_t *payload;
	size_t payload_len;
};

void vcard_client_init(struct vcard_client *c, int fd);
/* Closes and wipes. */
void vcard_client_clear(struct vcard_client *c);

/* Receives what is there. MOHR_ERR_IO: the host is gone. */
MOHR_MUST_CHECK int vcard_client_receive(struct vcard_client *c);
/* Sends what the socket takes. MOHR_ERR_IO: the host is gone. */
MOHR_MUST_CHECK int vcard_client_send(struct vcard_client *c);

bool vcard_client_can_receive(const struct vcard_client *c);
bool vcard_client_has_output(const struct vcard_client *c);

/*
 * The request at the head. MOHR_ERR_NOT_FOUND if it is not whole yet, MOHR_ERR_MALFORMED if it never
 * will be.
 */
MOHR_MUST_CHECK int vcard_client_peek(const struct vcard_client *c, struct vcard_request *ret);
/* Drops the request at the head. */
void vcard_client_skip(struct vcard_client *c, const struct vcard_request *request);

#endif
