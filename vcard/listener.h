/* SPDX-License-Identifier: BSD-2-Clause */
/* The sockets on which a card is reached. */
#ifndef MOHR_VCARD_LISTENER_H
#define MOHR_VCARD_LISTENER_H

#include <sys/types.h>
#include <sys/un.h>

#include "base/error.h"

struct vcard_listener {
	int fd;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)]; /* empty: TCP */
	dev_t device; /* of the socket's file, to know it again */
	ino_t inode;
};

/*
 * A Unix socket with mode 0600 that takes its name when it already listens. A socket there that nobody
 * serves is replaced. MOHR_ERR_CARD_BUSY if somebody does; MOHR_ERR_LIMIT if the path is too long for
 * a socket; MOHR_ERR_IO with errno, EEXIST if the name is some other file's.
 */
MOHR_MUST_CHECK int vcard_listener_init_unix(const char *path, struct vcard_listener *ret);
/* A port on 127.0.0.1; MOHR_ERR_IO with errno. */
MOHR_MUST_CHECK int vcard_listener_init_tcp(unsigned port, struct vcard_listener *ret);
/* Closes, and removes the socket's file if it is still this one. */
void vcard_listener_clear(struct vcard_listener *l);

#endif
