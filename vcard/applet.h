/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An application on the card, and the card around it. The card (process.c, vcard.c) knows the transport
 * of commands, SELECT by name and the image file; an application knows its own instructions, security
 * states and memory. A new application is a folder of vcard/ and a row of
 * personality.c.
 */
#ifndef MOHR_VCARD_APPLET_H
#define MOHR_VCARD_APPLET_H

#include "base/limits.h"
#include "vcard/command.h"
#include "vcard/vcard.h"

struct vcard_applet;

enum {                       /* what a row of an instruction table demands */
       VCARD_WANTS_DATA = 1, /* may carry data, and so may be chained */
       VCARD_NO_DATA = 2,    /* must carry none */
       VCARD_NEEDS_LE = 4,   /* has to say how much it wants */
       VCARD_REPEATABLE = 8, /* too small an Le is answered by 6Cxx: asking again changes nothing */
       VCARD_PROPRIETARY = 16, /* class 80 is allowed beside 00 */
       VCARD_OLD_CLASS = 32    /* and so is A0 */
};

/* Carries out a command; answers a status word and writes the data of the answer. */
typedef unsigned vcard_handler_fn(struct vcard_applet *a, const struct vcard_command *c,
				  struct buf *ret);

struct vcard_instruction {
	uint8_t ins;
	uint8_t flags;
	vcard_handler_fn *run;
};

struct vcard_applet_class {
	const char *name;        /* as in the image file */
	bool answers_without_le; /* a command without Le gets its data all the same */
	const void *layout;      /* what tells classes of one engine apart; its own */
	/* The instructions that it has now. */
	const struct vcard_instruction *(*instructions)(const struct vcard_applet *a,
							size_t *ret_n);
	/* SELECT by name: SW_FILE_NOT_FOUND, and nothing changed, if the name is not its own. */
	vcard_handler_fn *select;
	/* Another application takes over: security states are given up. */
	void (*deselect)(struct vcard_applet *a);
	/* A command for it has come, whatever it is worth; NULL: it does not care. */
	void (*arrive)(struct vcard_applet *a, const struct vcard_command *c);
	/* Power-up. */
	void (*reset)(struct vcard_applet *a);
	/* A new one for this card, whose PINs it needs and keys it makes; errors as of vcard_new. */
	int (*make)(const struct vcard_applet_class *class, const struct vcard_setup *setup,
		    struct vcard_applet **ret);
	/* Its memory, to and from the image. decode: MOHR_ERR_MALFORMED, MOHR_ERR_NOMEM. */
	void (*encode)(const struct vcard_applet *a, struct buf *b);
	int (*decode)(const struct vcard_applet_class *class, struct cursor *c,
		      struct vcard_applet **ret);
	/* Wipes and frees. */
	void (*free)(struct vcard_applet *a);
};

/* An application's own struct begins with it. */
struct vcard_applet {
	const struct vcard_applet_class *class;
	struct vcard *card; /* set when it is put on one */
};

struct vcard_image;

enum { VCARD_MAX_APPLETS = VCARD_PERSONALITIES_MAX, VCARD_FILE_MAX = 8192 /* 0x2000 */ };

struct vcard_chain {
	bool open;
	uint8_t ins, p1, p2;
	struct buf data;
};

struct vcard {
	uint8_t atr[LIMIT_ATR];
	size_t atr_len;
	struct vcard_applet *applets[VCARD_MAX_APPLETS]; /* the first one is selected at power-up */
	size_t n_applets;
	struct vcard_image *image; /* NULL: in memory only */
	bool broken;               /* a write failed: memory and image may differ */
	bool t0;
	bool extended;
	/* lost at reset */
	struct vcard_applet *selected;
	struct vcard_chain chain;
	struct buf pending; /* what GET RESPONSE will fetch */
	size_t pending_off;
};

/*
 * Puts the memory on disk. SW_OK, or SW_MEMORY_FAILURE: from then on the card answers nothing else.
 */
unsigned vcard_commit(struct vcard *v);

#endif
