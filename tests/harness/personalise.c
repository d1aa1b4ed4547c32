/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An issuer's hand, for scenarios within scripts/with-card: personalises the first card by the steps on its
 * command line, in one transaction. The way to it is PC/SC, or the socket $MOHR_CARD without --pcscd.
 *
 *	authenticate CIPHER KEY        aes128, aes192, aes256, 3des; KEY in hexadecimal
 *	admin CIPHER KEY CIPHER KEY    sets the second one
 *	login PIN                      of a family whose administrator has the PIN
 *	setup LABEL PIN PUK            for initialise; PIN, PUK "-": none
 *	initialise, reset, status
 *	pin N OLD NEW                  OLD "-": none
 *	puk OLD NEW
 *	unblock N PUK NEW
 *	generate SLOT KIND FILE        rsa2048, ..., p384, ed25519; the public key goes to FILE, in DER
 *	public SLOT FILE
 *	write SLOT FILE PIN            a certificate in DER; PIN "-": none
 *	read SLOT FILE
 *	erase SLOT
 *
 * Prints what status finds; the first error ends it with status 1 and its name on standard error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "personal/personal.h"
#include "transport/transport.h"

static struct transport *transport;
static struct link *link;
static struct channel channel;
static struct crypto *crypto;
static struct config config;
static struct personal *p;

static void must(const char *what, int r)
{
	if (r == 0)
		return;
	(void)fprintf(stderr, "%s: %s\n", what, error_name(r));
	exit(1);
}

/* ---- arguments ----------------------------------------------------------------------------------- */

static char **next;

static const char *argument(void)
{
	if (*next == NULL) {
		(void)fprintf(stderr, "an argument is missing\n");
		exit(2);
	}
	return *next++;
}

static struct secret *secret_argument(void)
{
	const char *text = argument();
	struct secret *s = NULL;

	if (strcmp(text, "-") != 0)
		must("secret", secret_new_from(text, strlen(text), &s));
	return s;
}

static unsigned choice(const char *const *names, unsigned n)
{
	const char *text = argument();
	unsigned i;

	for (i = 0; i < n; i++) {
		if (strcmp(names[i], text) == 0)
			return i;
	}
	(void)fprintf(stderr, "not known: %s\n", text);
	exit(2);
}

static struct secret *key_argument(void)
{
	const char *text = argument();
	struct secret *key = NULL;
	size_t i, len = strlen(text) / 2;
	unsigned byte;

	must("key", secret_new(len, &key));
	for (i = 0; i < len; i++) {
		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			exit(2);
		secret_data(key)[i] = (uint8_t)byte;
	}
	return key;
}

static enum block_cipher cipher_argument(void)
{
	static const char *const names[] = {"aes128", "aes192", "aes256", "3des"};
	static const enum block_cipher ciphers[] = {CIPHER_AES128, CIPHER_AES192, CIPHER_AES256,
						    CIPHER_3DES};

	return ciphers[choice(names, 4)];
}

static unsigned slot_argument(void)
{
	const char *text = argument();
	unsigned i;

	for (i = 0; i < p->n_slots; i++) {
		if (strcmp(p->slots[i].name, text) == 0)
			return i;
	}
	(void)fprintf(stderr, "no such slot: %s\n", text);
	exit(2);
}

/* ---- files --------------------------------------------------------------------------------------- */

static void store(const struct buf *b)
{
	FILE *file = fopen(argument(), "wb");

	if (file == NULL || fwrite(b->data, 1, b->len, file) != b->len || fclose(file) != 0)
		must("file", MOHR_ERR_IO);
}

static void load(struct buf *b)
{
	FILE *file = fopen(argument(), "rb");
	uint8_t bytes[512];
	size_t n;

	if (file == NULL)
		must("file", MOHR_ERR_IO);
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_put(b, bytes, n);
	(void)fclose(file);
	must("file", buf_err(b));
}

/* ---- steps --------------------------------------------------------------------------------------- */

static void do_authenticate(void)
{
	enum block_cipher cipher = cipher_argument();
	struct secret *key = key_argument();

	must("authenticate",
	     personal_authenticate(p, &(struct personal_admin){.cipher = cipher, .key = key}));
	secret_free(key);
}

static void do_admin(void)
{
	enum block_cipher from = cipher_argument();
	struct secret *old_key = key_argument();
	enum block_cipher to = cipher_argument();
	struct secret *new_key = key_argument();

	must("admin",
	     personal_set_admin(p, &(struct personal_admin){.cipher = from, .key = old_key},
				&(struct personal_admin){.cipher = to, .key = new_key}));
	secret_free(old_key);
	secret_free(new_key);
}

static void do_login(void)
{
	struct secret *pin = secret_argument();

	must("login", personal_authenticate(p, &(struct personal_admin){.key = pin}));
	secret_free(pin);
}

static struct personal_setup setup = {.expiry = "20351231", .label = "Mohr"};
static struct secret *setup_pin, *setup_puk;

static void do_setup(void)
{
	setup.label = argument();
	setup.pin = setup_pin = secret_argument();
	setup.puk = setup_puk = secret_argument();
}

static void do_initialise(void)
{
	must("initialise", personal_initialise(p, &setup));
}

static void do_reset(void)
{
	must("reset", personal_reset(p));
}

static void do_status(void)
{
	static const char *const words[] = {"empty", "present", "unknown", "unfinished", "foreign"};
	struct personal_status status;
	unsigned i;

	for (i = 0; i < p->n_slots; i++) {
		must("status", personal_status(p, i, &status));
		(void)printf("%s %s %s\n", p->slots[i].name, words[status.key],
			     words[status.certificate]);
	}
}

static void do_pin(void)
{
	unsigned pin = (unsigned)strtoul(argument(), NULL, 10);
	struct secret *old_value = secret_argument(), *new_value = secret_argument();

	must("pin", personal_set_pin(p, pin, old_value, new_value, NULL));
	secret_free(old_value);
	secret_free(new_value);
}

static void do_puk(void)
{
	struct secret *old_value = secret_argument(), *new_value = secret_argument();

	must("puk", personal_set_puk(p, old_value, new_value, NULL));
	secret_free(old_value);
	secret_free(new_value);
}

static void do_unblock(void)
{
	unsigned pin = (unsigned)strtoul(argument(), NULL, 10);
	struct secret *puk = secret_argument(), *new_value = secret_argument();

	must("unblock", personal_unblock_pin(p, pin, puk, new_value, NULL));
	secret_free(puk);
	secret_free(new_value);
}

static void do_generate(void)
{
	static const char *const names[PERSONAL_N_KINDS] = {
		[PERSONAL_RSA2048] = "rsa2048", [PERSONAL_RSA3072] = "rsa3072",
		[PERSONAL_RSA4096] = "rsa4096", [PERSONAL_P256] = "p256",
		[PERSONAL_P384] = "p384",       [PERSONAL_ED25519] = "ed25519",
	};
	unsigned slot = slot_argument();
	unsigned kind = choice(names, PERSONAL_N_KINDS);
	struct buf spki = BUF_INIT(LIMIT_FILE);

	must("generate", personal_generate(p, slot, (enum personal_kind)kind, &spki));
	store(&spki);
	buf_clear(&spki);
}

static void do_public(void)
{
	struct buf spki = BUF_INIT(LIMIT_FILE);

	must("public", personal_read_public_key(p, slot_argument(), &spki));
	store(&spki);
	buf_clear(&spki);
}

static void do_write(void)
{
	unsigned slot = slot_argument();
	struct buf der = BUF_INIT(LIMIT_FILE);
	struct secret *pin;

	load(&der);
	pin = secret_argument();
	must("write", personal_write_certificate(p, slot, der.data, der.len, pin));
	secret_free(pin);
	buf_clear(&der);
}

static void do_read(void)
{
	struct buf der = BUF_INIT(LIMIT_FILE);

	must("read", personal_read_certificate(p, slot_argument(), &der));
	store(&der);
	buf_clear(&der);
}

static void do_erase(void)
{
	must("erase", personal_erase_certificate(p, slot_argument()));
}

static const struct {
	const char *name;
	void (*run)(void);
} steps[] = {
	{"authenticate", do_authenticate},
	{"admin", do_admin},
	{"login", do_login},
	{"setup", do_setup},
	{"initialise", do_initialise},
	{"reset", do_reset},
	{"status", do_status},
	{"pin", do_pin},
	{"puk", do_puk},
	{"unblock", do_unblock},
	{"generate", do_generate},
	{"public", do_public},
	{"write", do_write},
	{"read", do_read},
	{"erase", do_erase},
};

static void do_step(void)
{
	const char *name = argument();
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (strcmp(steps[i].name, name) == 0) {
			steps[i].run();
			return;
		}
	}
	(void)fprintf(stderr, "no such step: %s\n", name);
	exit(2);
}

/* ---- the card ------------------------------------------------------------------------------------ */

static void open_card(void)
{
	struct reader readers[LIMIT_N_READERS];
	const char *socket = getenv("MOHR_CARD_PCSCD") == NULL ? getenv("MOHR_CARD") : NULL;
	size_t n = 0;
	int r = socket != NULL ? transport_socket_new(socket, NULL, &transport)
			       : transport_pcsc_new(NULL, &transport);

	must("transport", r);
	config_init(&config);
	must("crypto", crypto_openssl_new(&crypto));
	must("readers", transport_readers(transport, readers, LIMIT_N_READERS, &n));
	if (n == 0)
		must("readers", MOHR_ERR_READER_GONE);
	must("connect", transport_connect(transport, readers[0].name, &link));
	must("begin", link_begin(link));
	must("channel", channel_init(&channel, link, NULL));
	must("open", personal_open(&channel, &config, crypto, &p));
}

int main(int argc, char **argv)
{
	(void)argc;
	next = argv + 1;
	open_card();
	while (*next != NULL)
		do_step();
	secret_free(setup_pin);
	secret_free(setup_puk);
	personal_close(p);
	channel_clear(&channel);
	(void)link_end(link, true);
	link_free(link);
	transport_free(transport);
	crypto_free(crypto);
	config_clear(&config);
	return 0;
}
