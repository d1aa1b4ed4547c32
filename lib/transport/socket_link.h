/* SPDX-License-Identifier: BSD-2-Clause */
/* A connection of its own to one virtual card. */
#ifndef MOHR_TRANSPORT_SOCKET_LINK_H
#define MOHR_TRANSPORT_SOCKET_LINK_H

#include "transport/socket_wire.h"
#include "transport/transport.h"

/*
 * MOHR_ERR_CARD_MUTE if the card tells no ATR in time; else the errors of wire_connect. cancel_fd is
 * borrowed, and readable once nobody is waited for any more.
 */
MOHR_MUST_CHECK int socket_link_new(const struct wire_address *to, int cancel_fd,
				    const struct log *log, struct link **ret);

#endif
