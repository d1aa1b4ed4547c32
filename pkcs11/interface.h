/* SPDX-License-Identifier: BSD-2-Clause */
/* The function lists; C_GetInfo answers with the version of the one it stands in. */
#ifndef MOHR_PKCS11_INTERFACE_H
#define MOHR_PKCS11_INTERFACE_H

#include "pkcs11/pkcs11.h"

/* C_GetInfo as the lists of 2.40 and 3.0 have it; the exported one is 3.2's. */
CK_RV interface_get_info_2_40(CK_INFO_PTR pInfo);
CK_RV interface_get_info_3_0(CK_INFO_PTR pInfo);

CK_RV interface_function_list(CK_FUNCTION_LIST **ret);
CK_RV interface_list(CK_INTERFACE *interfaces, CK_ULONG *n);
/* name and version may be NULL: the default. Borrowed for ever. */
CK_RV interface_find(const CK_UTF8CHAR *name, const CK_VERSION *version, CK_FLAGS flags,
		     CK_INTERFACE **ret);

#endif
