/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers to reset. */
#include "fuzz.h"

#include "codec/iso7816.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct atr_info info;

	if (atr_decode(data, len, &info) != 0)
		return 0;
	must(len >= 2 && len <= LIMIT_ATR);
	must(cursor_left(&info.historical) == (data[1] & 0x0F));
	must(info.historical.len == 0 || info.historical.data + info.historical.len <= data + len);
	/* ISO 7816-3 §8.2.3: without TD1 it is T=0 */
	must(data[1] & 0x80 || (info.t0 && !info.t1));
	return 0;
}
