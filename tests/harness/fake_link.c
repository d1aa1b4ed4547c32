/* SPDX-License-Identifier: BSD-2-Clause */
/* The scripted card of fake_link.h and the links that lead to it. */
#include "tests/harness/fake_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct step {
	char *command;
	uint8_t *response;
	size_t response_len;
	int err;
};

struct fake_card {
	enum protocol protocol;
	uint8_t atr[LIMIT_ATR];
	size_t atr_len;
	struct step *steps;
	unsigned n_steps, next_step;
	fake_card_fn *fn;
	void *fn_user;
	fake_control_fn *control;
	void *control_user;
	fake_tamper_fn *tamper;
	void *tamper_user;
	void (*on_reset)(void *user);
	void *on_reset_user;
	bool removed;
	unsigned n_resets; /* by others; each link remembers how many it knows of */
	struct fake_counts counts;
	char **commands;
	unsigned n_commands;
	char problem[512];
};

struct fake_link {
	struct link link;
	struct fake_card *card;
	unsigned known_resets;
	bool held;
};

static void *must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

static void problem(struct fake_card *c, const char *what, const char *detail)
{
	if (c->problem[0] == '\0')
		snprintf(c->problem, sizeof(c->problem), "%s: %.400s", what, detail);
}

static int nibble(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if (ch >= 'A' && ch <= 'F')
		return ch - 'A' + 10;
	if (ch >= 'a' && ch <= 'f')
		return ch - 'a' + 10;
	abort();
}

size_t fake_hex(const char *hex, uint8_t *ret, size_t cap)
{
	size_t n = 0;

	for (; *hex != '\0'; hex++) {
		if (*hex == ' ')
			continue;
		if (n == cap)
			abort();
		ret[n] = (uint8_t)(nibble(hex[0]) << 4);
		ret[n++] |= (uint8_t)nibble(hex[1]);
		hex++;
	}
	return n;
}

static bool matches(const char *pattern, const uint8_t *command, size_t len)
{
	size_t i = 0;

	for (; *pattern != '\0'; pattern++) {
		if (*pattern == ' ')
			continue;
		if (*pattern == '*')
			return true;
		if (i == len)
			return false;
		if (pattern[0] != '?' &&
		    command[i] != (nibble(pattern[0]) << 4 | nibble(pattern[1])))
			return false;
		pattern++;
		i++;
	}
	return i == len;
}

static void remember(struct fake_card *c, const uint8_t *command, size_t len)
{
	char *hex = must(malloc(2 * len + 1));
	size_t i;

	for (i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02X", command[i]);
	hex[2 * len] = '\0';
	c->commands = must(realloc(c->commands, (c->n_commands + 1) * sizeof(*c->commands)));
	c->commands[c->n_commands++] = hex;
}

static int scripted(struct fake_card *c, const char *command_hex, const uint8_t *command,
		    size_t len, uint8_t *ret_response, size_t cap, size_t *ret_len)
{
	const struct step *s;

	if (c->next_step == c->n_steps) {
		problem(c, "a command that nobody expected", command_hex);
		return MOHR_ERR_COMMUNICATION;
	}
	s = &c->steps[c->next_step];
	if (!matches(s->command, command, len)) {
		char text[420];

		snprintf(text, sizeof(text), "%.200s instead of %.200s", command_hex, s->command);
		problem(c, "another command was expected", text);
		return MOHR_ERR_COMMUNICATION;
	}
	c->next_step++;
	if (s->err != 0)
		return s->err;
	if (s->response_len > cap)
		return MOHR_ERR_COMMUNICATION;
	if (s->response_len > 0)
		memcpy(ret_response, s->response, s->response_len);
	*ret_len = s->response_len;
	return 0;
}

static int check_link(const struct fake_link *l)
{
	if (l->card->removed)
		return MOHR_ERR_CARD_REMOVED;
	return l->known_resets == l->card->n_resets ? 0 : MOHR_ERR_CARD_RESET;
}

static int fake_transmit(struct link *link, const uint8_t *command, size_t len,
			 uint8_t *ret_response, size_t cap, size_t *ret_len)
{
	struct fake_link *l = (struct fake_link *)link;
	struct fake_card *c = l->card;
	unsigned number = c->counts.transmits;
	int r;

	*ret_len = 0;
	r = check_link(l);
	if (r != 0)
		return r;
	c->counts.transmits++;
	c->counts.verifies += len > 5 && command[1] == 0x20;
	c->counts.outside += !l->held;
	remember(c, command, len);
	if (c->fn != NULL)
		r = c->fn(c->fn_user, command, len, ret_response, cap, ret_len);
	else
		r = scripted(c, c->commands[c->n_commands - 1], command, len, ret_response, cap,
			     ret_len);
	if (r == 0 && c->tamper != NULL)
		r = c->tamper(c->tamper_user, number, command, len, ret_response, cap, ret_len);
	if (r != 0)
		*ret_len = 0;
	return r;
}

static int fake_begin(struct link *link)
{
	struct fake_link *l = (struct fake_link *)link;
	int r = check_link(l);

	if (r != 0)
		return r;
	if (l->card->counts.held)
		return MOHR_ERR_CARD_BUSY;
	l->card->counts.begins++;
	l->card->counts.held = true;
	l->held = true;
	return 0;
}

static int fake_end(struct link *link, bool reset)
{
	struct fake_link *l = (struct fake_link *)link;
	struct fake_card *c = l->card;

	if (!l->held)
		return MOHR_ERR_COMMUNICATION;
	l->held = false;
	c->counts.held = false;
	c->counts.ends++;
	if (reset) {
		c->counts.resets++;
		c->n_resets++;
		l->known_resets++;
		if (c->on_reset != NULL)
			c->on_reset(c->on_reset_user);
	}
	return c->removed ? MOHR_ERR_CARD_REMOVED : 0;
}

static int fake_reconnect(struct link *link)
{
	struct fake_link *l = (struct fake_link *)link;

	if (l->card->removed)
		return MOHR_ERR_CARD_REMOVED;
	l->card->counts.reconnects++;
	l->known_resets = l->card->n_resets;
	return 0;
}

static int fake_control(struct link *link, uint32_t code, const uint8_t *in, size_t len,
			uint8_t *ret, size_t cap, size_t *ret_len)
{
	struct fake_link *l = (struct fake_link *)link;
	int r = check_link(l);

	if (r != 0)
		return r;
	if (l->card->control == NULL)
		return MOHR_ERR_NOT_SUPPORTED;
	return l->card->control(l->card->control_user, link, code, in, len, ret, cap, ret_len);
}

static void fake_free(struct link *link)
{
	struct fake_link *l = (struct fake_link *)link;

	if (l->held)
		l->card->counts.held = false;
	l->card->counts.links_open--;
	free(l);
}

static const struct link_ops fake_ops = {
	.begin = fake_begin,
	.end = fake_end,
	.transmit = fake_transmit,
	.reconnect = fake_reconnect,
	.control = fake_control,
	.free = fake_free,
};

struct fake_card *fake_card_new(enum protocol protocol, const char *atr_hex)
{
	struct fake_card *c = must(calloc(1, sizeof(*c)));

	c->protocol = protocol;
	c->atr_len = fake_hex(atr_hex, c->atr, sizeof(c->atr));
	return c;
}

static void forget_commands(struct fake_card *c)
{
	while (c->n_commands > 0)
		free(c->commands[--c->n_commands]);
	free(c->commands);
	c->commands = NULL;
}

void fake_card_free(struct fake_card *c)
{
	unsigned i;

	if (c == NULL)
		return;
	for (i = 0; i < c->n_steps; i++) {
		free(c->steps[i].command);
		free(c->steps[i].response);
	}
	free(c->steps);
	forget_commands(c);
	free(c);
}

struct link *fake_card_link(struct fake_card *c)
{
	struct fake_link *l = must(calloc(1, sizeof(*l)));

	l->link.ops = &fake_ops;
	l->link.protocol = c->protocol;
	memcpy(l->link.atr, c->atr, c->atr_len);
	l->link.atr_len = c->atr_len;
	l->card = c;
	l->known_resets = c->n_resets;
	c->counts.links++;
	c->counts.links_open++;
	return &l->link;
}

static struct step *add_step(struct fake_card *c, const char *command_hex, size_t response_len)
{
	struct step *s;

	c->steps = must(realloc(c->steps, (c->n_steps + 1) * sizeof(*c->steps)));
	s = &c->steps[c->n_steps++];
	s->command = must(strdup(command_hex));
	s->response = must(malloc(response_len + 1));
	s->response_len = response_len;
	s->err = 0;
	return s;
}

void fake_card_expect(struct fake_card *c, const char *command_hex, const char *response_hex)
{
	size_t cap = strlen(response_hex) / 2;
	struct step *s = add_step(c, command_hex, cap);

	s->response_len = fake_hex(response_hex, s->response, cap);
}

void fake_card_expect_data(struct fake_card *c, const char *command_hex, const void *data,
			   size_t len, uint16_t sw)
{
	struct step *s = add_step(c, command_hex, len + 2);

	if (len > 0)
		memcpy(s->response, data, len);
	s->response[len] = (uint8_t)(sw >> 8);
	s->response[len + 1] = (uint8_t)sw;
}

void fake_card_expect_error(struct fake_card *c, const char *command_hex, int err)
{
	add_step(c, command_hex, 0)->err = err;
}

void fake_card_handle(struct fake_card *c, fake_card_fn *fn, void *user)
{
	c->fn = fn;
	c->fn_user = user;
}

void fake_card_on_reset(struct fake_card *c, void (*fn)(void *user), void *user)
{
	c->on_reset = fn;
	c->on_reset_user = user;
}

void fake_card_tamper(struct fake_card *c, fake_tamper_fn *fn, void *user)
{
	c->tamper = fn;
	c->tamper_user = user;
}

void fake_card_control(struct fake_card *c, fake_control_fn *fn, void *user)
{
	c->control = fn;
	c->control_user = user;
}

void fake_card_remove(struct fake_card *c)
{
	c->removed = true;
}

void fake_card_reset(struct fake_card *c)
{
	c->n_resets++;
	if (c->on_reset != NULL)
		c->on_reset(c->on_reset_user);
}

const struct fake_counts *fake_card_counts(const struct fake_card *c)
{
	return &c->counts;
}

void fake_card_clear_counts(struct fake_card *c)
{
	struct fake_counts kept = {.links_open = c->counts.links_open, .held = c->counts.held};

	c->counts = kept;
	forget_commands(c);
}

const char *fake_card_command(const struct fake_card *c, unsigned i)
{
	return i < c->n_commands ? c->commands[i] : NULL;
}

const char *fake_card_problem(const struct fake_card *c)
{
	if (c->problem[0] != '\0')
		return c->problem;
	return c->next_step < c->n_steps ? c->steps[c->next_step].command : NULL;
}
