/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way to readers and cards, behind two vtables: a transport knows the readers, a link is one
 * connection to one card. pcsc.c (PC/SC), socket.c (virtual cards, no pcscd), trace.c (record and
 * replay). A link is used by one thread at a time; different links may be used at once. A transport's
 * functions may be called from several threads at once, and cancel from any thread at any time.
 */
#ifndef MOHR_TRANSPORT_TRANSPORT_H
#define MOHR_TRANSPORT_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"

struct transport;
struct link;

struct reader {
	char name[LIMIT_READER_NAME]; /* UTF-8, NUL at the end; unique among the readers */
	bool present;                 /* there is a card */
	bool mute;                    /* there is one, and it does not answer to reset */
	uint32_t events; /* counts insertions and removals; any change means another insertion */
	uint8_t atr[LIMIT_ATR];
	size_t atr_len;
};

enum protocol { PROTOCOL_T0, PROTOCOL_T1 };

struct transport_ops {
	const char *name;
	int (*readers)(struct transport *t, struct reader *ret, size_t max, size_t *ret_n);
	int (*wait)(struct transport *t, const struct reader *known, size_t n, int timeout_ms);
	void (*cancel)(struct transport *t);
	int (*connect)(struct transport *t, const char *reader, struct link **ret);
	void (*free)(struct transport *t);
};

struct transport {
	const struct transport_ops *ops;
};

struct link_ops {
	int (*begin)(struct link *l);
	int (*end)(struct link *l, bool reset);
	int (*transmit)(struct link *l, const uint8_t *command, size_t len, uint8_t *ret_response,
			size_t cap, size_t *ret_len);
	int (*reconnect)(struct link *l);
	/* What the reader does by itself; NULL where there is no reader. */
	int (*control)(struct link *l, uint32_t code, const uint8_t *in, size_t len, uint8_t *ret,
		       size_t cap, size_t *ret_len);
	void (*free)(struct link *l);
};

struct link {
	const struct link_ops *ops;
	enum protocol protocol;
	uint8_t atr[LIMIT_ATR];
	size_t atr_len;
};

/*
 * What there is now, at once, without touching a card: up to max readers, in a stable order. No reader
 * at all is success with 0; no service is MOHR_ERR_NO_SERVICE or MOHR_ERR_ACCESS_DENIED. A service that
 * was restarted is found again.
 */
MOHR_MUST_CHECK int transport_readers(struct transport *t, struct reader *ret, size_t max,
				      size_t *ret_n);

/*
 * Blocks until the world differs from known (a card, a reader more or less): 0; else
 * MOHR_ERR_TIMEOUT, or MOHR_ERR_CANCELLED after cancel; without a service the errors of
 * transport_readers. timeout_ms < 0 waits for ever. Holds no lock that another function needs.
 */
MOHR_MUST_CHECK int transport_wait(struct transport *t, const struct reader *known, size_t n,
				   int timeout_ms);
/*
 * Ends all waits for good: those under way and every later one, and after 1.5 s those of link_begin for
 * another program too (MOHR_ERR_CARD_BUSY). For a transport that is about to go.
 */
void transport_cancel(struct transport *t);

/* Shared, never exclusive, never resetting the card. The caller owns the link. */
MOHR_MUST_CHECK int transport_connect(struct transport *t, const char *reader, struct link **ret);
/* All links must be gone. NULL is allowed. */
void transport_free(struct transport *t);

/*
 * The card for this link alone until link_end. MOHR_ERR_CARD_RESET: another program reset it since we
 * last had it, and the transaction was NOT begun: reconnect, then begin again.
 * MOHR_ERR_CARD_REMOVED, MOHR_ERR_READER_GONE, MOHR_ERR_NO_SERVICE: the link is dead for good.
 */
MOHR_MUST_CHECK int link_begin(struct link *l);
/*
 * reset: the card loses its security state; link_begin may then answer MOHR_ERR_CARD_RESET to this link
 * as to all others. Errors are of no use to the caller but are told.
 */
int link_end(struct link *l, bool reset);
/* One exchange. *ret_len is 0 on every failure; a mute card is MOHR_ERR_CARD_MUTE. cap >= 2. */
MOHR_MUST_CHECK int link_transmit(struct link *l, const uint8_t *command, size_t len,
				  uint8_t *ret_response, size_t cap, size_t *ret_len);

/* Not a reader's control code: asks which ones it has (PC/SC's CM_IOCTL_GET_FEATURE_REQUEST). */
enum { LINK_GET_FEATURES = 0 };

/* Control codes of what a reader can do by itself (PC/SC part 10 §2.2); 0: it cannot. */
struct reader_features {
	uint32_t verify_pin;     /* FEATURE_VERIFY_PIN_DIRECT */
	uint32_t modify_pin;     /* FEATURE_MODIFY_PIN_DIRECT */
	uint32_t pin_properties; /* FEATURE_IFD_PIN_PROPERTIES */
	uint32_t tlv_properties; /* FEATURE_GET_TLV_PROPERTIES */
};

/*
 * Asks the reader, not the card. MOHR_ERR_NOT_SUPPORTED where nobody can be asked; MOHR_ERR_MALFORMED
 * for a list that is not well-formed to its last byte: what else it says is not believed either.
 */
MOHR_MUST_CHECK int link_features(struct link *l, struct reader_features *ret);
/* Decodes the list of PCSC_TLV_STRUCTUREs; the first entry of a feature counts. */
MOHR_MUST_CHECK int reader_features_decode(const void *list, size_t len,
					   struct reader_features *ret);
/*
 * One of the reader's functions, for as long as a person at it takes. An answer of no bytes is success.
 * *ret_len is 0 on every failure. MOHR_ERR_NOT_SUPPORTED.
 */
MOHR_MUST_CHECK int link_control(struct link *l, uint32_t code, const uint8_t *in, size_t len,
				 uint8_t *ret, size_t cap, size_t *ret_len);
/* Takes note of a foreign reset, without resetting; the ATR may be another one afterwards. */
MOHR_MUST_CHECK int link_reconnect(struct link *l);
/* Leaves the card as it is. NULL is allowed. */
void link_free(struct link *l);

/* PC/SC; no service need run yet. log may be NULL and must outlive the transport. */
MOHR_MUST_CHECK int transport_pcsc_new(const struct log *log, struct transport **ret);

/*
 * Virtual cards listening on these Unix sockets (':' between the paths; "tcp:PORT" is loopback TCP).
 * Each is a reader named "Mohr virtual reader 00", 01, ...; a socket that listens is a card inserted.
 * MOHR_ERR_CONFIG if an item is empty, too long for a socket or no port, or there are over 16.
 */
MOHR_MUST_CHECK int transport_socket_new(const char *paths, const struct log *log,
					 struct transport **ret);

/*
 * Records all that passes inner (which it then owns) into path, masked by construction
 * (codec/iso7816.h); the file is created with mode 0600 and must not exist or be empty.
 */
MOHR_MUST_CHECK int transport_trace_new(struct transport *inner, const char *path,
					const struct log *log, struct transport **ret);

/*
 * A recording as a card: each command must be the next one recorded (masked bytes match anything of
 * the same length); another command is MOHR_ERR_COMMUNICATION.
 */
MOHR_MUST_CHECK int transport_replay_new(const char *path, const struct log *log,
					 struct transport **ret);

#endif
