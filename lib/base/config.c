/* SPDX-License-Identifier: BSD-2-Clause */
/* The defaults of mohr.conf. */
#include "base/config.h"

#include <stdlib.h>
#include <string.h>

void config_init(struct config *c)
{
	*c = (struct config){
		.slots = 2,
		.pin_pad = true,
		.log_level = LOG_NOTHING,
		.natid_auth_pin = CONFIG_UNSET,
		.natid_sign_pin = CONFIG_UNSET,
		.natid_auth_key = CONFIG_UNSET,
		.natid_sign_key = CONFIG_UNSET,
		.natid_pin_len = CONFIG_UNSET,
	};
}

int config_set_text(char **string, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = malloc(size);

	if (copy == NULL)
		return MOHR_ERR_NOMEM;
	memcpy(copy, text, size);
	free(*string);
	*string = copy;
	return 0;
}

/* Whether these len bytes stand somewhere in name. */
static bool contains(const char *name, const char *text, size_t len)
{
	for (; len > 0 && strlen(name) >= len; name++) {
		if (memcmp(name, text, len) == 0)
			return true;
	}
	return false;
}

bool config_names(const char *texts, const char *name)
{
	while (texts != NULL && *texts != '\0') {
		size_t whole = strcspn(texts, "|"), before = strspn(texts, " \t"), len = whole;

		if (before > whole)
			before = whole;
		while (len > before && (texts[len - 1] == ' ' || texts[len - 1] == '\t'))
			len--;
		if (contains(name, texts + before, len - before))
			return true;
		texts += whole + (texts[whole] == '|' ? 1 : 0);
	}
	return false;
}

void config_clear(struct config *c)
{
	free(c->socket);
	free(c->pin_pad_except);
	free(c->profile);
	free(c->log_file);
	free(c->trace_file);
	config_init(c);
}
