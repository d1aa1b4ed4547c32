/* SPDX-License-Identifier: BSD-2-Clause */
/* The control codes of Windows: CTL_CODE(FILE_DEVICE_SMARTCARD, function, METHOD_BUFFERED, FILE_ANY_ACCESS). */
#include "transport/pcsc_control.h"

enum { DEVICE_SMARTCARD = 0x31, GET_FEATURE_REQUEST = 3400 };

uint32_t pcsc_control_features(void)
{
	return (uint32_t)DEVICE_SMARTCARD << 16 | GET_FEATURE_REQUEST << 2;
}
