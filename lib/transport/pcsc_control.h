/* SPDX-License-Identifier: BSD-2-Clause */
/* Control codes of PC/SC, whose numbers differ between systems (pcsc_control_posix.c, _windows.c). */
#ifndef MOHR_TRANSPORT_PCSC_CONTROL_H
#define MOHR_TRANSPORT_PCSC_CONTROL_H

#include <stdint.h>

/* CM_IOCTL_GET_FEATURE_REQUEST (PC/SC part 10 §2.2). */
uint32_t pcsc_control_features(void);

#endif
