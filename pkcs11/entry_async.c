/* SPDX-License-Identifier: BSD-2-Clause */
/* Asynchronous functions: PKCS#11 v3.2. No session is asynchronous here. */
#include "pkcs11/call.h"

CK_RV C_AsyncComplete(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pFunctionName,
		      CK_ASYNC_DATA_PTR pResult)
{
	return call_unsupported("C_AsyncComplete", hSession, pFunctionName && pResult);
}

CK_RV C_AsyncGetID(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pFunctionName, CK_ULONG_PTR pulID)
{
	return call_unsupported("C_AsyncGetID", hSession, pFunctionName && pulID);
}

CK_RV C_AsyncJoin(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pFunctionName, CK_ULONG ulID,
		  CK_BYTE_PTR pData, CK_ULONG ulData)
{
	(void)ulID;
	return call_unsupported("C_AsyncJoin", hSession, pFunctionName && call_has(pData, ulData));
}
