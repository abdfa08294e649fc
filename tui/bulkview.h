/* A decision on many records, over the screen: what will happen and to which, the one reason, and then what became of each. For every
 * kind and every action. */
#ifndef TUI_BULKVIEW_H
#define TUI_BULKVIEW_H

#include "core/desk/bulk.h"
#include "tui/form.h"

struct bulkview;
/* n records are being looked at; bulkview_looked() follows. */
struct bulkview *bulkview_new(const struct record *rec, const struct action *action, size_t n);
void bulkview_free(struct bulkview *v);
/* b: as bulk_look leaves it; taken over. now: UTC ms, from which days like "today" are counted. Asks, the second time with what was filled in. */
void bulkview_looked(struct bulkview *v, struct bulk *b, int64_t now);
/* While others look at it or write it, there is nothing in it. */
struct bulk *bulkview_bulk(struct bulkview *v);
bool bulkview_waits(const struct bulkview *v);
/* How far they are. settled: it goes on to its end. */
void bulkview_progress(struct bulkview *v, size_t done, bool settled);
/* What is filled in for all; NULL: nothing is, or not any more. */
struct form *bulkview_form(const struct bulkview *v);
enum bulkview_answer {
	BULKVIEW_OPEN,
	BULKVIEW_CLOSED,
	BULKVIEW_SIGN,      /* bulkview_order() says with what; then bulkview_signing(), and bulkview_signed() or bulkview_complain() */
	BULKVIEW_STOP,      /* what is being looked at, or signed */
	BULKVIEW_EDITOR,    /* as FORM_EDITOR */
	BULKVIEW_RETRY,     /* those that failed: bulkview_again(), and bulkview_looked() */
};
enum bulkview_answer bulkview_event(struct bulkview *v, const struct event *event);
void bulkview_scroll(struct bulkview *v, int by);
void bulkview_order(struct bulkview *v, struct bulk_order *o);       /* borrows from v, until bulkview_signed or _complain */
void bulkview_signing(struct bulkview *v, struct bulk *b);           /* b: uninitialised; what is to be signed, the caller's until it comes back: */
void bulkview_signed(struct bulkview *v, struct bulk *b);            /* it is; from now on it tells the results */
void bulkview_complain(struct bulkview *v, struct bulk *b, const char *why); /* it is not; it may be asked again */
/* What had come back from the core and is being tried again, *n of them: id and out.command say which record and which command. */
const struct bulk_item *bulkview_back(const struct bulkview *v, size_t *n);
bool bulkview_is_done(const struct bulkview *v);
void bulkview_again(struct bulkview *v, size_t n);                   /* so many are looked at again */
/* undo: the key that takes everything back, where it still can be; 0: it cannot. */
void bulkview_draw(struct bulkview *v, struct grid *g, struct rect screen, int undo);

#endif
