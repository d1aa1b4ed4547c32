/* SPDX-License-Identifier: BSD-2-Clause */
/* pcsc-lite's control codes. */
#include "transport/pcsc_control.h"

#include <winscard.h>

#include <reader.h>

uint32_t pcsc_control_features(void)
{
	return CM_IOCTL_GET_FEATURE_REQUEST;
}
