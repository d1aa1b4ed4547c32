/* SPDX-License-Identifier: BSD-2-Clause */
/* The defaults of mohr.conf. */
#include "base/config.h"

#include <stdlib.h>
#include <string.h>

void config_init(struct config *c)
{
	*c = (struct config){
		.slots = 2,
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

void config_clear(struct config *c)
{
	free(c->socket);
	free(c->profile);
	free(c->log_file);
	free(c->trace_file);
	config_init(c);
}
