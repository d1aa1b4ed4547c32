/* SPDX-License-Identifier: BSD-2-Clause */
/* Object management functions: PKCS#11 v3.1 §5.7. */
#include "pkcs11/call.h"
#include "pkcs11/attribute.h"
#include "pkcs11/session_object.h"
#include "pkcs11/template.h"

CK_RV C_CreateObject(CK_SESSION_HANDLE hSession, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount,
		     CK_OBJECT_HANDLE_PTR phObject)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_CreateObject", hSession);

	if (rv == CKR_OK)
		rv = session_object_create(c.session, pTemplate, ulCount, phObject);
	return call_leave(&c, rv);
}

CK_RV C_CopyObject(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject, CK_ATTRIBUTE_PTR pTemplate,
		   CK_ULONG ulCount, CK_OBJECT_HANDLE_PTR phNewObject)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_CopyObject", hSession);

	if (rv == CKR_OK)
		rv = session_object_copy(c.session, hObject, pTemplate, ulCount, phNewObject);
	return call_leave(&c, rv);
}

CK_RV C_DestroyObject(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_DestroyObject", hSession);

	if (rv == CKR_OK)
		rv = session_object_destroy(c.session, hObject);
	return call_leave(&c, rv);
}

static CK_RV size(struct session *s, CK_OBJECT_HANDLE handle, CK_ULONG *ret)
{
	struct object *o = NULL;
	CK_RV rv = ret ? session_object(s, handle, &o) : CKR_ARGUMENTS_BAD;

	if (rv == CKR_OK)
		rv = attribute_total(o, ret);
	object_unref(o);
	return rv;
}

CK_RV C_GetObjectSize(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject, CK_ULONG_PTR pulSize)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_GetObjectSize", hSession);

	if (rv == CKR_OK)
		rv = size(c.session, hObject, pulSize);
	return call_leave(&c, rv);
}

static CK_RV get(struct session *s, CK_OBJECT_HANDLE handle, CK_ATTRIBUTE *template, CK_ULONG n)
{
	struct object *o = NULL;
	CK_RV rv = CKR_ARGUMENTS_BAD;

	if (template_is_there(template, n))
		rv = session_object(s, handle, &o);
	if (rv == CKR_OK)
		rv = attribute_get(o, template, n);
	object_unref(o);
	return rv;
}

CK_RV C_GetAttributeValue(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject,
			  CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_GetAttributeValue", hSession);

	if (rv == CKR_OK)
		rv = get(c.session, hObject, pTemplate, ulCount);
	return call_leave(&c, rv);
}

CK_RV C_SetAttributeValue(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hObject,
			  CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_SetAttributeValue", hSession);

	if (rv == CKR_OK)
		rv = session_object_set(c.session, hObject, pTemplate, ulCount);
	return call_leave(&c, rv);
}

CK_RV C_FindObjectsInit(CK_SESSION_HANDLE hSession, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulCount)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_FindObjectsInit", hSession);

	if (rv == CKR_OK)
		rv = find_begin(c.session, pTemplate, ulCount);
	return call_leave(&c, rv);
}

CK_RV C_FindObjects(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE_PTR phObject,
		    CK_ULONG ulMaxObjectCount, CK_ULONG_PTR pulObjectCount)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_FindObjects", hSession);

	if (rv == CKR_OK)
		rv = find_next(c.session, phObject, ulMaxObjectCount, pulObjectCount);
	return call_leave(&c, rv);
}

CK_RV C_FindObjectsFinal(CK_SESSION_HANDLE hSession)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_FindObjectsFinal", hSession);

	if (rv == CKR_OK)
		rv = find_end(c.session);
	return call_leave(&c, rv);
}
