/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the IsoApplet personaliser share. Internal to personal/. */
#ifndef MOHR_PERSONAL_ISOAPPLET_H
#define MOHR_PERSONAL_ISOAPPLET_H

#include "personal/p15.h"

enum { /* features, the last byte of its version */
       ISOAPPLET_EC = 0x04,
       ISOAPPLET_RSA4096 = 0x20,
};

struct isoapplet_personal {
	struct personal personal; /* first */
	bool hashes;              /* version 0: it signs the SHA-1 of what it is given, on curves */
	uint8_t features;
};

/* isoapplet_file.c: files by their identifiers; those of the DF 5015, but for 3F00 and 2F00 */

/* SELECT; MOHR_ERR_NOT_FOUND. */
MOHR_MUST_CHECK int personal_isoapplet_select(struct channel *c, uint16_t id);
/* A file with all that is in it; one that is not there is well. */
MOHR_MUST_CHECK int personal_isoapplet_delete(struct channel *c, uint16_t id);
/* The DF, empty. */
MOHR_MUST_CHECK int personal_isoapplet_create_df(struct channel *c);
/*
 * An EF of this size with content, zeros behind it; its first byte is written last. One of this
 * identifier must not be there.
 */
MOHR_MUST_CHECK int personal_isoapplet_create(struct channel *c, uint16_t id, size_t size,
					      const struct buf *content);
/*
 * Other content for a directory file of P15_RECORDS_MAX bytes, by way of zeros, so that it never lists
 * what it should not; nothing is written if it has that content.
 */
MOHR_MUST_CHECK int personal_isoapplet_replace(struct channel *c, uint16_t id,
					       const struct buf *content);
/* The records of a directory file, with the zeros behind them. */
MOHR_MUST_CHECK int personal_isoapplet_read_records(struct channel *c, uint16_t id,
						    struct buf *ret);
/* A file that holds one DER object. MOHR_ERR_NOT_FOUND, MOHR_ERR_MALFORMED. */
MOHR_MUST_CHECK int personal_isoapplet_read(struct channel *c, uint16_t id, struct buf *ret);

/* isoapplet_key.c */

/* Makes a key in this place. MOHR_ERR_NOT_SUPPORTED. */
MOHR_MUST_CHECK int personal_isoapplet_make_key(struct isoapplet_personal *iso, uint8_t reference,
						enum personal_kind kind, struct buf *ret_spki);
/* Has the key in this place sign; MOHR_ERR_CERTIFICATE_FOREIGN if it is not the one of this shape. */
MOHR_MUST_CHECK int personal_isoapplet_prove(struct isoapplet_personal *iso, uint8_t reference,
					     const struct pubkey *shape);

#endif
