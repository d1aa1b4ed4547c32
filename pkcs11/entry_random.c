/* SPDX-License-Identifier: BSD-2-Clause */
/* Random numbers (PKCS#11 v3.1 §5.19) and parallel functions of old (§5.20). */
#include "pkcs11/call.h"
#include "pkcs11/rv.h"

CK_RV C_SeedRandom(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSeed, CK_ULONG ulSeedLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_SeedRandom", hSession);

	if (rv == CKR_OK)
		rv = call_has(pSeed, ulSeedLen) ? CKR_RANDOM_SEED_NOT_SUPPORTED : CKR_ARGUMENTS_BAD;
	return call_leave(&c, rv);
}

/* In pieces, so that a long request does not keep other programs from the card. */
static CK_RV generate(struct session *s, CK_BYTE *random, CK_ULONG len)
{
	enum { PIECE = 512 };
	int r = 0;

	if (!call_has(random, len))
		return CKR_ARGUMENTS_BAD;
	if (!token_info(s->presence->token)->has_random)
		return CKR_RANDOM_NO_RNG;
	while (r == 0 && len > 0) {
		CK_ULONG n = len < PIECE ? len : PIECE;

		r = token_random(s->presence->token, random, n);
		random += n;
		len -= n;
	}
	return rv_from(r, RV_SESSION);
}

CK_RV C_GenerateRandom(CK_SESSION_HANDLE hSession, CK_BYTE_PTR RandomData, CK_ULONG ulRandomLen)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_GenerateRandom", hSession);

	if (rv == CKR_OK)
		rv = generate(c.session, RandomData, ulRandomLen);
	return call_leave(&c, rv);
}

CK_RV C_GetFunctionStatus(CK_SESSION_HANDLE hSession)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_GetFunctionStatus", hSession);

	if (rv == CKR_OK)
		rv = CKR_FUNCTION_NOT_PARALLEL;
	return call_leave(&c, rv);
}

CK_RV C_CancelFunction(CK_SESSION_HANDLE hSession)
{
	struct call c;
	CK_RV rv = call_enter_session(&c, "C_CancelFunction", hSession);

	if (rv == CKR_OK)
		rv = CKR_FUNCTION_NOT_PARALLEL;
	return call_leave(&c, rv);
}
