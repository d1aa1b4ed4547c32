/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The image file: one card's memory on disk, replaced whole on each change so that it is never half
 * written, locked by the one process that serves it.
 */
#ifndef MOHR_VCARD_IMAGE_H
#define MOHR_VCARD_IMAGE_H

#include "base/buf.h"

struct vcard_image;

/* Makes a new file (mode 0600) with this content and locks it; MOHR_ERR_IO if path exists, errno EEXIST. */
MOHR_MUST_CHECK int vcard_image_create(const char *path, const struct buf *content,
				       struct vcard_image **ret);

/*
 * Locks and reads. MOHR_ERR_CARD_BUSY if another process has it; MOHR_ERR_MALFORMED if it is no image,
 * not whole or altered; MOHR_ERR_NOT_SUPPORTED for another version; MOHR_ERR_IO with errno.
 */
MOHR_MUST_CHECK int vcard_image_open(const char *path, struct buf *ret_content,
				     struct vcard_image **ret);

/* Reads without a lock: a commit replaces the file, so what is read is whole. Errors as above. */
MOHR_MUST_CHECK int vcard_image_read(const char *path, struct buf *ret_content);

/* Puts new content in the old one's place; it is on disk on return. */
MOHR_MUST_CHECK int vcard_image_commit(struct vcard_image *image, const struct buf *content);

/* Unlocks and frees; NULL is allowed. */
void vcard_image_close(struct vcard_image *image);

enum { VCARD_IMAGE_MAX = 262144 };

#endif
