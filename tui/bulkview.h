/* A decision on many records, over the screen: what will happen and to which, the one reason, and then what became of each. For every
 * kind and every action. */
#ifndef TUI_BULKVIEW_H
#define TUI_BULKVIEW_H

#include "core/bulk.h"
#include "tui/form.h"

struct bulkview;
/* b: as bulk_look leaves it; taken over. now: UTC ms, from which days like "today" are counted. */
struct bulkview *bulkview_new(struct bulk *b, int64_t now);
void bulkview_free(struct bulkview *v);
struct bulk *bulkview_bulk(struct bulkview *v);
/* What is filled in for all; NULL: nothing is, or not any more. */
struct form *bulkview_form(const struct bulkview *v);
enum bulkview_answer {
	BULKVIEW_OPEN,
	BULKVIEW_CLOSED,
	BULKVIEW_SIGN,      /* bulkview_order() says with what; then bulkview_done() or bulkview_complain() */
	BULKVIEW_EDITOR,    /* as FORM_EDITOR */
	BULKVIEW_RETRY,     /* those that failed: look at them anew, then bulkview_again() */
};
enum bulkview_answer bulkview_event(struct bulkview *v, const struct event *event);
void bulkview_scroll(struct bulkview *v, int by);
void bulkview_order(struct bulkview *v, struct bulk_order *o);       /* borrows from v */
void bulkview_complain(struct bulkview *v, const char *why);
void bulkview_done(struct bulkview *v);                              /* bulk_run has been through it: from now on it tells the results */
/* Commands that had come back and were done again by now: *n of them, borrowed; the caller frees the array, and the commands go. */
const char **bulkview_redone(const struct bulkview *v, size_t *n);
bool bulkview_is_done(const struct bulkview *v);
void bulkview_again(struct bulkview *v, struct bulk *b);             /* asks anew, with what was filled in; b: taken over */
/* undo: the key that takes everything back, where it still can be; 0: it cannot. */
void bulkview_draw(struct bulkview *v, struct grid *g, struct rect screen, int undo);

#endif
