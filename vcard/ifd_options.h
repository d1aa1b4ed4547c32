/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What DEVICENAME in pcscd's reader.conf tells the IFD handler:
 *
 *	mohr:[timeout=MS:][pin=/FILE:]/SOCKET
 *
 * pcscd takes only [A-Za-z0-9=/-._@:] unquoted there, which is why the options look as they do.
 *
 *	timeout  how long a card may be mute, 1 to 600000 ms; 5000
 *	pin      the reader has a PIN pad; what "is typed" comes from this file or FIFO (ifd_pinpad.h)
 *	SOCKET   where the virtual card listens: somebody listening there is a card in the reader
 */
#ifndef MOHR_VCARD_IFD_OPTIONS_H
#define MOHR_VCARD_IFD_OPTIONS_H

#include "base/error.h"

/* What sockaddr_un holds, the closing zero included; checked against the system's in ifd_wire.c. */
enum { IFD_PATH = 108 };

struct ifd_options {
	char socket[IFD_PATH];
	char pin[IFD_PATH]; /* "": no PIN pad */
	unsigned timeout_ms;
};

/* MOHR_ERR_CONFIG if device_name is none of ours or has an unknown option or value. */
MOHR_MUST_CHECK int ifd_options_parse(const char *device_name, struct ifd_options *ret);

#endif
