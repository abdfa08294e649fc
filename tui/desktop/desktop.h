/* The main screen: desks at the left, a queue in the middle, the item at the right or full screen; and what its keys do. */
#ifndef TUI_DESKTOP_DESKTOP_H
#define TUI_DESKTOP_DESKTOP_H

#include "sync/client.h"
#include "tui/screen/grid.h"
#include "tui/screen/term.h"
#include "tui/shell.h"

struct desktop;
/* Where somebody was: kept over a lock, so that they come back to it. */
struct place {
	char kind[40], filter[1001], id[80]; /* id: of the item under review, "": none */
	char view[80];                       /* "": a desk */
	char row[80];                        /* of the row under the cursor */
	size_t pane;                         /* of the item under review */
};
/* Opens the desk of place, or the first one. sh must be open. */
struct desktop *desktop_new(struct shell *sh, const struct place *place);
void desktop_free(struct desktop *d);
/* What WISH_EDITOR is about (max: bytes that it takes), and as it comes back. NULL: nothing is typed. */
const char *desktop_draft(const struct desktop *d, size_t *max);
void desktop_redraft(struct desktop *d, const char *text);
/* How long a decision can be taken back before it leaves; ms, 0..HOLD_MAX_MS. 0 at first: not at all. */
void desktop_hold(struct desktop *d, int64_t ms);
int64_t desktop_held_until(const struct desktop *d); /* UTC ms: when what is held last leaves */
/* Asks whether a tour is wanted, if this operator was not asked before and there is something to show. */
void desktop_offer_tour(struct desktop *d);
/* Before a lock, or before an end that nobody at the keyboard asked for: keeps what is half-written. And after an unlock: puts it back if its
 * record is as it was, and otherwise shows it, to be copied over. */
void desktop_set_aside(struct desktop *d);
void desktop_take_up(struct desktop *d);
void desktop_place(const struct desktop *d, struct place *out);

/* What the screen asks of the program around it. */
enum wish { WISH_NONE, WISH_QUIT, WISH_LOCK, WISH_THEME, WISH_LANGUAGE, WISH_SYNC, WISH_HELD /* sync when the hold ends */, WISH_REDRAW,
	    WISH_COPY, WISH_PICTURE, WISH_MOUSE, WISH_THEME_AT /* desktop_theme() */, WISH_EDITOR, WISH_OPEN };
const char *desktop_theme(const struct desktop *d); /* the name of the theme that was chosen last */
/* A tick does what waits for a pause: come with one after so many ms without an event. */
int desktop_patience(const struct desktop *d);
enum wish desktop_event(struct desktop *d, const struct event *event);
/* Reads anew what is shown, if the store has changed or the status of sync has; cheap otherwise. */
enum wish desktop_refresh(struct desktop *d, const struct sync_status *sync);
bool desktop_busy(const struct desktop *d);  /* something is being read for it, or will be: a refresh shows what came, but for what lies covered */
/* Nothing is read any more beside the screen, until it goes on from the beginning. Not while a list is exported: that ends first. */
void desktop_pause(struct desktop *d, bool pause);
/* Everything again in the language of now. */
void desktop_translate(struct desktop *d);
void desktop_say(struct desktop *d, enum role role, const char *text); /* until the next key */
/* After WISH_COPY: what to hand to the terminal's clipboard; then whether the terminal could take it. */
const char *desktop_clipboard(const struct desktop *d);
void desktop_copied(struct desktop *d, bool sent);
/* After WISH_PICTURE: what would be drawn now, in this theme's colours, into the file that was asked for. */
void desktop_picture(struct desktop *d, struct grid *g, const struct theme *theme);
/* After WISH_OPEN: the file of the picture that is shown, and a name for it, once the journal says that it went into that program. Borrowed
 * until the next event. */
enum code desktop_file(struct desktop *d, const char *program, const struct buf **bytes, const char **name, struct err *err);
/* A document to fetch from the core now, by its SHA-256, said once; NULL: none. What becomes of it comes with the status of sync. */
const char *desktop_wanted(struct desktop *d);
/* A descriptor that is readable when desktop_picture_step has something to do; -1: there is none. */
int desktop_picture_fd(const struct desktop *d);
void desktop_picture_step(struct desktop *d);
/* g is kept for the mouse, which is about what was drawn last: it stays until another is drawn into, or desktop_free(). */
void desktop_draw(struct desktop *d, struct grid *g);

#endif
