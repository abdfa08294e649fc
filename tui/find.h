/* The filter being typed: what could stand there is offered, what is wrong is said under the word, earlier filters come back. */
#ifndef TUI_FIND_H
#define TUI_FIND_H

#include "core/desk/habits.h"
#include "tui/screen/grid.h"
#include "tui/screen/term.h"

struct find;
/* text: what the line begins with. Reads the operator's earlier filters of this kind of record, those in notes too; without them it goes on. */
struct find *find_new(struct desk *d, const struct record *rec, const struct habit_notes *notes, const char *text);
void find_free(struct find *f);

enum find_outcome { FIND_GOES_ON, FIND_CANCELLED, FIND_ACCEPTED };
enum find_outcome find_event(struct find *f, const struct event *event);
void find_choose(struct find *f, size_t offer);         /* what SPOT_OFFER was drawn with this number */
const char *find_text(const struct find *f);
void find_type(struct find *f, const char *text);       /* the whole line, as if it had been typed */
/* Says under these bytes of the line what is wrong with them, until the next edit. */
void find_wrong(struct find *f, size_t at, size_t len, const char *why);
bool find_waits(const struct find *f);  /* something was typed that nobody has looked at */
void find_look(struct find *f);         /* after a pause: says what is wrong, unless it is a word that is still being typed */
/* The line, and over the rows below it, inside box, what is offered or wrong. */
void find_draw(const struct find *f, struct grid *g, struct rect line);
void find_draw_below(const struct find *f, struct grid *g, struct rect line, struct rect box);

#endif
