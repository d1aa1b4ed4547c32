/* SPDX-License-Identifier: BSD-2-Clause */
/* Serving a card to several hosts at once over sockets (codec/frame.h); one thread, no waiting. */
#ifndef MOHR_VCARD_SERVER_H
#define MOHR_VCARD_SERVER_H

#include "vcard/listener.h"
#include "vcard/vcard.h"

struct vcard_server_setup {
	struct vcard_listener *listeners; /* borrowed */
	size_t n_listeners;
	int stop_fd;       /* readable: come to an end */
	bool mute;         /* commands are never answered */
	unsigned delay_ms; /* the card is busy so long with each command */
};

/* Serves until stop_fd says so: 0. MOHR_ERR_NOMEM or MOHR_ERR_IO with errno if it cannot go on. */
MOHR_MUST_CHECK int vcard_serve(struct vcard *v, const struct vcard_server_setup *setup);

#endif
