/* SPDX-License-Identifier: BSD-2-Clause */
/* Labels of tokens. Internal to token/. */
#ifndef MOHR_TOKEN_LABEL_H
#define MOHR_TOKEN_LABEL_H

/*
 * "<card> (<pin>)", in what CK_TOKEN_INFO holds, and never a part of a character of UTF-8: where both are
 * too long, the card's is cut first, but for its beginning, since the PIN's sets its token apart. pin NULL or
 * empty: the card's alone.
 */
void label_make(char ret[33], const char *card, const char *pin);

#endif
