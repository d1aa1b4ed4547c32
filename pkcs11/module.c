/* SPDX-License-Identifier: BSD-2-Clause */
/* Making and ending the provider's state. Nothing here touches libcrypto: start-up is cheap. */
#include "pkcs11/module.h"

#include <stdlib.h>

#include "pkcs11/presence.h"
#include "pkcs11/rv.h"
#include "pkcs11/session.h"
#include "token/config_file.h"

enum { MESSAGE_LEN = 256 };

static int read_config(struct module *m)
{
	char message[MESSAGE_LEN] = "";
	char *path = config_file_path(MOHR_SYSCONFDIR "/mohr.conf");
	int r;

	if (!path)
		return MOHR_ERR_NOMEM;
	r = config_file_read(&m->config, path, message, sizeof(message));
	if (r != 0)
		log_write(&m->logfile.log, LOG_ERROR, "%s", message[0] ? message : error_text(r));
	free(path);
	return r;
}

static int open_transport(struct module *m, struct transport **ret)
{
	const struct log *log = &m->logfile.log;
	struct transport *transport = NULL, *trace = NULL;
	int r;

	if (m->config.socket)
		r = transport_socket_new(m->config.socket, log, &transport);
	else
		r = transport_pcsc_new(log, &transport);
	if (r != 0)
		return r;
	*ret = transport;
	if (!m->config.trace_file)
		return 0;
	/* A recording is made by one process; the others, of the same session even, go without it. */
	r = transport_trace_new(transport, m->config.trace_file, log, &trace);
	if (r == 0)
		*ret = trace;
	else
		log_write(log, LOG_ERROR, "%s: %s; nothing is recorded", m->config.trace_file,
			  error_text(r));
	return 0;
}

static int open_slots(struct module *m)
{
	struct slots_setup setup = {.config = &m->config,
				    .crypto = m->crypto,
				    .mutex_ops = m->locking.ops,
				    .log = &m->logfile.log};
	int r;

	r = open_transport(m, &setup.transport);
	if (r != 0)
		return r;
	r = slots_new(&setup, &m->slots);
	if (r != 0) {
		transport_free(setup.transport);
		return r;
	}
	/* No service yet is no failure: an application may start before pcscd does. */
	r = slots_update(m->slots);
	if (r != 0)
		log_write(setup.log, LOG_ERROR, "readers: %s", error_text(r));
	m->n_listed = slots_n(m->slots);
	return 0;
}

CK_RV module_new(const CK_C_INITIALIZE_ARGS *args, struct module **ret)
{
	struct module *m = calloc(1, sizeof(*m));
	CK_RV rv;
	int r;

	if (!m)
		return CKR_HOST_MEMORY;
	config_init(&m->config);
	logfile_init(&m->logfile);
	rv = locking_init(&m->locking, args);
	if (rv != CKR_OK)
		goto out;
	if ((r = mutex_init(&m->lock, m->locking.ops)) != 0 || (r = read_config(m)) != 0) {
		rv = rv_from(r, RV_SESSION);
		goto out;
	}
	logfile_open(&m->logfile, &m->config);
	if ((r = crypto_openssl_new(&m->crypto)) != 0 || (r = open_slots(m)) != 0) {
		log_write(&m->logfile.log, LOG_ERROR, "start: %s", error_text(r));
		rv = r == MOHR_ERR_NOMEM ? CKR_HOST_MEMORY : CKR_GENERAL_ERROR;
	}
out:
	if (rv == CKR_OK)
		*ret = m;
	else
		(void)module_end(m, true);
	return rv;
}

bool module_end(struct module *m, bool nobody_inside)
{
	if (!nobody_inside) {
		slots_end(m->slots);
		return false;
	}
	if (m->slots) {
		session_discard_all(m);
		presence_drop_all(m);
		handles_clear(&m->sessions);
		if (!slots_free(m->slots))
			return false;
	}
	crypto_free(m->crypto);
	mutex_clear(&m->lock);
	logfile_close(&m->logfile);
	config_clear(&m->config);
	free(m);
	return true;
}

void module_cancel(struct module *m)
{
	slots_cancel(m->slots);
}
