/* Pictures of a record and of what belongs to it, drawn in cells: one at a time, whole or a piece of it, over the main window. Works for every
 * record kind that names a picture (core/record.h). What may not be seen, is not here yet, cannot be decoded or is no picture has a line that
 * says so. Nothing here waits: files come through the follower, pixels from a process of their own (tui/picture/decode.h). */
#ifndef TUI_PICTURE_VIEWER_H
#define TUI_PICTURE_VIEWER_H

#include "core/desk/reveal.h"
#include "sync/client.h"
#include "tui/screen/grid.h"
#include "tui/screen/keys.h"

struct viewer;
/* E_NOTFOUND: neither it nor what belongs to it has a picture. d is borrowed; shows the first one. */
enum code viewer_new(struct viewer **out, struct desk *d, const struct item *of, struct err *err);
void viewer_free(struct viewer *v);                     /* wipes what was shown. NULL is fine */
void viewer_follow(struct viewer *v, const struct viewer *other); /* to the picture that the other one shows; stays where it has none such */
const struct item *viewer_item(const struct viewer *v); /* whose picture is shown; valid until the viewer changes */

/* The pictures as they stand in the store now. false: there are none any more. */
bool viewer_refresh(struct viewer *v);
/* What the follower says, and whether there is one. Asks for what is missing: see viewer_wanted. */
void viewer_status(struct viewer *v, const struct sync_status *sync);
const char *viewer_wanted(struct viewer *v);            /* the digest to fetch now, once; NULL: none */
/* A descriptor that is readable when viewer_step has something to do; -1: there is none. */
int viewer_fd(const struct viewer *v);
void viewer_step(struct viewer *v);

bool viewer_request(struct viewer *v, enum req req);    /* zoom, pan, next, previous; false: none of these */
/* What is above the person's clearance: may it be asked for? Then what it showed for a purpose; ended by viewer_mask or by time. */
bool viewer_askable(const struct viewer *v, struct err *why);
enum code viewer_reveal(struct viewer *v, const char *purpose, struct err *err);
void viewer_mask(struct viewer *v);
int64_t viewer_revealed(struct viewer *v);              /* milliseconds that a reveal goes on; masks what is over. 0: none */
/* The file, as far as it is here and may be seen: E_DENIED, E_NOTFOUND and why. Borrowed until the viewer changes. name: what another program
 * shall call it; nobody's choice but ours. */
enum code viewer_file(struct viewer *v, const struct buf **bytes, const char **name, struct err *err);

/* alone: it has the screen; otherwise its head is short, and no key is named that is not its own. */
void viewer_draw(struct viewer *v, struct grid *g, struct rect box, const struct show *how, const struct keymap *keys, bool alone);

#endif
