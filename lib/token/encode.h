/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Encodings that the host makes for a card that signs whole blocks but does not know the scheme, or not
 * with this hash, mask or length of salt (RFC 8017 §9). Internal to token/.
 */
#ifndef MOHR_TOKEN_ENCODE_H
#define MOHR_TOKEN_ENCODE_H

#include "token/token.h"

/* Whether the card can do this request by a raw block only, and the block can hold it. */
bool encode_wanted(const struct card *card, const struct token_key *k,
		   const struct sign_request *request);

/* The block, of the modulus' length, whose RSASP1 is the signature; PSS takes its salt from crypto. */
MOHR_MUST_CHECK int encode_block(struct crypto *crypto, const struct pubkey *shape,
				 const struct sign_request *request, struct buf *ret);

#endif
