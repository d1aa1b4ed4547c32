/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether an access rule is met; the rules themselves are data on files and keys (vcard/card.h). */
#include "codec/iso7816.h"
#include "vcard/ias/ias.h"

static unsigned pin_condition(const struct vcard_ias *v, uint8_t rule)
{
	for (size_t i = 0; i < v->memory.layout->n_pins; i++) {
		const struct vcard_ias_pin *pin = &v->memory.pins[i];

		if ((pin->reference & 0x0F) != (rule & 0x0F))
			continue;
		if (pin->transport)
			return SW_CONDITIONS;
		return v->verified[i] ? SW_OK : SW_SECURITY_STATUS;
	}
	return SW_SECURITY_STATUS;
}

unsigned vcard_ias_access(const struct vcard_ias *v, uint8_t rule)
{
	bool all = rule & VCARD_ACCESS_ALL_OF;
	unsigned sw = SW_SECURITY_STATUS;

	if (rule == VCARD_ACCESS_ALWAYS)
		return SW_OK;
	if (rule == VCARD_ACCESS_NEVER)
		return SW_SECURITY_STATUS;
	if (rule & VCARD_ACCESS_ADMIN) {
		sw = v->admin ? SW_OK : SW_SECURITY_STATUS;
		if (all != (sw == SW_OK) || !(rule & VCARD_ACCESS_PIN))
			return sw;
	}
	if (rule & VCARD_ACCESS_PIN)
		sw = pin_condition(v, rule);
	return sw;
}
