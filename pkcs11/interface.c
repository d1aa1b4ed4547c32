/* SPDX-License-Identifier: BSD-2-Clause */
/* The function lists, made from functions.def, and the interfaces that hold them (PKCS#11 v3.1 §5.4). */
#include "pkcs11/interface.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Each list in turn; the lists have one function of their own, which takes the exported one's name. */
#define C_GetInfo                       interface_get_info_2_40
#define FUNCTION_2_40(name, parameters) name,
#define FUNCTION_3_0(name, parameters)
#define FUNCTION_3_2(name, parameters)
static const CK_FUNCTION_LIST list_2_40 = {
	{2, 40},
#include "pkcs11/functions.def"
};
#undef C_GetInfo

#define C_GetInfo interface_get_info_3_0
#undef FUNCTION_3_0
#define FUNCTION_3_0(name, parameters) name,
static const CK_FUNCTION_LIST_3_0 list_3_0 = {
	{3, 0},
#include "pkcs11/functions.def"
};
#undef C_GetInfo

#undef FUNCTION_3_2
#define FUNCTION_3_2(name, parameters) name,
static const CK_FUNCTION_LIST_3_2 list_3_2 = {
	{3, 2},
#include "pkcs11/functions.def"
};
#undef FUNCTION_2_40
#undef FUNCTION_3_0
#undef FUNCTION_3_2

static const CK_UTF8CHAR standard_name[] = "PKCS 11";

/*
 * The standard's types have no const, but nobody is meant to write here: all of this is read-only memory
 * once the library is loaded.
 */
#define READ_ONLY(object) ((CK_VOID_PTR)(uintptr_t)(object))

/* The newest first: it is the default. */
static const CK_INTERFACE interfaces_offered[] = {
	{READ_ONLY(standard_name), READ_ONLY(&list_3_2), 0},
	{READ_ONLY(standard_name), READ_ONLY(&list_3_0), 0},
	{READ_ONLY(standard_name), READ_ONLY(&list_2_40), 0},
};

enum { N_OFFERED = sizeof(interfaces_offered) / sizeof(interfaces_offered[0]) };

CK_RV interface_function_list(CK_FUNCTION_LIST **ret)
{
	if (!ret)
		return CKR_ARGUMENTS_BAD;
	*ret = READ_ONLY(&list_2_40);
	return CKR_OK;
}

CK_RV interface_list(CK_INTERFACE *interfaces, CK_ULONG *n)
{
	CK_RV rv = CKR_OK;

	if (!n)
		return CKR_ARGUMENTS_BAD;
	if (interfaces && *n < N_OFFERED)
		rv = CKR_BUFFER_TOO_SMALL;
	else if (interfaces)
		memcpy(interfaces, interfaces_offered, sizeof(interfaces_offered));
	*n = N_OFFERED;
	return rv;
}

static bool matches(const CK_INTERFACE *i, const CK_UTF8CHAR *name, const CK_VERSION *version,
		    CK_FLAGS flags)
{
	const CK_VERSION *own = i->pFunctionList; /* every list begins with its version */

	if (name && strcmp((const char *)name, (const char *)i->pInterfaceName) != 0)
		return false;
	if (version && (version->major != own->major || version->minor != own->minor))
		return false;
	return (i->flags & flags) == flags;
}

CK_RV interface_find(const CK_UTF8CHAR *name, const CK_VERSION *version, CK_FLAGS flags,
		     CK_INTERFACE **ret)
{
	size_t i;

	if (!ret)
		return CKR_ARGUMENTS_BAD;
	for (i = 0; i < N_OFFERED; i++) {
		if (matches(&interfaces_offered[i], name, version, flags)) {
			*ret = READ_ONLY(&interfaces_offered[i]);
			return CKR_OK;
		}
	}
	return CKR_ARGUMENTS_BAD;
}
