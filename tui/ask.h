/* A small question over the screen: a line to type, or one of several things to choose. What is asked, and what becomes of the answer, is its
 * caller's. */
#ifndef TUI_ASK_H
#define TUI_ASK_H

#include "tui/screen/grid.h"
#include "tui/screen/term.h"

struct ask;
/* title and help are translated already; help may be "". max: bytes of the answer; first: what stands there to begin with. */
struct ask *ask_line(const char *title, const char *help, size_t max, const char *first);
struct ask *ask_choice(const char *title, const char *help);
void ask_add(struct ask *a, const char *label, const char *text, int value); /* one to choose; value: for ask_value */
void ask_free(struct ask *a);                      /* what it held is wiped */

enum ask_answer { ASK_OPEN, ASK_CANCELLED, ASK_ACCEPTED };
enum ask_answer ask_event(struct ask *a, const struct event *event);
void ask_point(struct ask *a, size_t choice);      /* as SPOT_ANSWER numbers them */
const char *ask_text(const struct ask *a);         /* the line, or the text of the choice under the cursor */
int ask_value(const struct ask *a);                /* of the choice under the cursor; -1: none */
void ask_complain(struct ask *a, const char *why); /* the answer was not taken: the question stays and shows why */
void ask_draw(struct ask *a, struct grid *g, struct rect screen);

#endif
