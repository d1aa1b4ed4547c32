/* SPDX-License-Identifier: BSD-2-Clause */
/* What decryption shares with encryption for the same key. */
#ifndef MOHR_TOKEN_DECIPHER_H
#define MOHR_TOKEN_DECIPHER_H

#include "codec/eme.h"
#include "crypto/crypto.h"
#include "profile/profile.h"

/* OAEP's parameters, of a request for it; they borrow its label. crypto NULL: lengths only. */
struct eme_oaep decipher_oaep(struct crypto *crypto, const struct decipher_request *request);

#endif
