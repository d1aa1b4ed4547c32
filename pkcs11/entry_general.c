/* SPDX-License-Identifier: BSD-2-Clause */
/* General-purpose functions: PKCS#11 v3.1 §5.4. */
#include "pkcs11/call.h"
#include "pkcs11/interface.h"
#include "pkcs11/slot.h"

enum { DRAIN_MS = 1000 };

CK_RV C_Initialize(CK_VOID_PTR pInitArgs)
{
	struct module *m = NULL;
	CK_RV rv;

	switch (entrance_begin()) {
	case ENTRANCE_IS_OPEN:
		return CKR_CRYPTOKI_ALREADY_INITIALIZED;
	case ENTRANCE_NO_MEMORY:
		return CKR_HOST_MEMORY;
	case ENTRANCE_BEGUN:
		break;
	}
	rv = module_new(pInitArgs, &m);
	if (rv == CKR_OK) {
		m->before = entrance_left();
		entrance_open(m);
	} else {
		entrance_cancel();
	}
	return rv;
}

/* Waits for calls that are inside, but not for a reader that hangs. */
CK_RV C_Finalize(CK_VOID_PTR pReserved)
{
	struct module *m, *before;

	if (pReserved)
		return CKR_ARGUMENTS_BAD;
	m = entrance_close();
	if (!m)
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	before = m->before;
	module_cancel(m);
	if (module_end(m, entrance_drain(DRAIN_MS)))
		entrance_reset(before);
	else
		entrance_reset(m);
	return CKR_OK;
}

static CK_RV get_info(CK_BYTE major, CK_BYTE minor, CK_INFO *ret)
{
	struct call c;
	CK_RV rv = call_enter(&c, "C_GetInfo");

	if (rv == CKR_OK && !ret)
		rv = CKR_ARGUMENTS_BAD;
	if (rv == CKR_OK) {
		*ret = (CK_INFO){.cryptokiVersion = {major, minor}, .libraryVersion = {0, 1}};
		slot_text(ret->manufacturerID, sizeof(ret->manufacturerID), "Mohr");
		slot_text(ret->libraryDescription, sizeof(ret->libraryDescription),
			  "Mohr PKCS#11 provider");
	}
	return call_leave(&c, rv);
}

CK_RV interface_get_info_2_40(CK_INFO_PTR pInfo)
{
	return get_info(2, 40, pInfo);
}

CK_RV interface_get_info_3_0(CK_INFO_PTR pInfo)
{
	return get_info(3, 0, pInfo);
}

CK_RV C_GetInfo(CK_INFO_PTR pInfo)
{
	return get_info(3, 2, pInfo);
}

/* The next three may be called before C_Initialize. */
CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR ppFunctionList)
{
	return interface_function_list(ppFunctionList);
}

CK_RV C_GetInterfaceList(CK_INTERFACE_PTR pInterfacesList, CK_ULONG_PTR pulCount)
{
	return interface_list(pInterfacesList, pulCount);
}

CK_RV C_GetInterface(CK_UTF8CHAR_PTR pInterfaceName, CK_VERSION_PTR pVersion,
		     CK_INTERFACE_PTR_PTR ppInterface, CK_FLAGS flags)
{
	return interface_find(pInterfaceName, pVersion, flags, ppInterface);
}
