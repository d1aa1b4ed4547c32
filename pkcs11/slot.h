/* SPDX-License-Identifier: BSD-2-Clause */
/* Slots and tokens as C_GetSlotList, C_GetSlotInfo and C_GetTokenInfo tell of them. */
#ifndef MOHR_PKCS11_SLOT_H
#define MOHR_PKCS11_SLOT_H

#include "pkcs11/module.h"

/* ids NULL: counts, and takes note of new readers. CKR_BUFFER_TOO_SMALL sets *n too. */
CK_RV slot_list(struct module *m, bool token_present, CK_SLOT_ID *ids, CK_ULONG *n);
CK_RV slot_info(struct module *m, CK_SLOT_ID slot, CK_SLOT_INFO *ret);
CK_RV slot_token_info(struct module *m, CK_SLOT_ID slot, CK_TOKEN_INFO *ret);

CK_RV slot_mechanisms(struct module *m, CK_SLOT_ID slot, CK_MECHANISM_TYPE *types, CK_ULONG *n);
CK_RV slot_mechanism_info(struct module *m, CK_SLOT_ID slot, CK_MECHANISM_TYPE type,
			  CK_MECHANISM_INFO *ret);

CK_RV slot_wait(struct module *m, CK_FLAGS flags, CK_SLOT_ID *ret);

/* Fills a field of the specification: UTF-8, padded with blanks, cut between characters. */
void slot_text(CK_UTF8CHAR *field, size_t len, const char *text);

#endif
