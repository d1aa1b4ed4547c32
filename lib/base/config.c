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

/* The next of texts without the blanks around it; NULL behind the last. */
static const char *next_text(const char **texts, size_t *ret_len)
{
	const char *start = *texts;
	size_t whole, before, len;

	if (start == NULL || *start == '\0')
		return NULL;
	whole = len = strcspn(start, "|");
	before = strspn(start, " \t");
	if (before > whole)
		before = whole;
	while (len > before && (start[len - 1] == ' ' || start[len - 1] == '\t'))
		len--;
	*texts = start + whole + (start[whole] == '|' ? 1 : 0);
	*ret_len = len - before;
	return start + before;
}

bool config_names(const char *texts, const char *name)
{
	const char *text;
	size_t len;

	while ((text = next_text(&texts, &len)) != NULL) {
		if (contains(name, text, len))
			return true;
	}
	return false;
}

bool config_lists(const char *texts, const char *name)
{
	const char *text;
	size_t len;

	while ((text = next_text(&texts, &len)) != NULL) {
		if (strlen(name) == len && memcmp(name, text, len) == 0)
			return true;
	}
	return false;
}

void config_clear(struct config *c)
{
	free(c->socket);
	free(c->pin_pad_except);
	free(c->profile);
	free(c->profile_except);
	free(c->log_file);
	free(c->trace_file);
	config_init(c);
}
