/* What an action asks before it is taken: its inputs, its reason, and a last look at what will happen. For every action. */
#ifndef TUI_FORM_H
#define TUI_FORM_H

#include "core/desk/desk.h"
#include "tui/screen/grid.h"
#include "tui/screen/term.h"

struct form;
/* Does this action ask anything at all? */
bool form_needed(const struct action *a);
/* now: UTC ms, from which days like "today" are counted. */
struct form *form_new(const struct item *it, const struct action *a, const uint8_t evidence[KEY_BYTES], int64_t now);
void form_free(struct form *f);
/* Says beside each line what the record has now, as this person may see it. how: not kept. */
void form_present(struct form *f, const struct show *how);
/* Where the action KEEPS: the lines begin with what the record has, as far as this person may see it. */
void form_begin(struct form *f, const struct show *how);
/* What it is about, above the lines; may have several lines. Copied. */
void form_about(struct form *f, const char *text);
enum form_answer { FORM_OPEN, FORM_CANCELLED, FORM_ACCEPTED, FORM_EDITOR };
enum form_answer form_event(struct form *f, const struct event *event);
/* The mouse was pressed on a line or a choice, as SPOT_LINE and SPOT_CHOICE number them. */
void form_point(struct form *f, enum spot what, size_t arg);
/* The line that is being typed, for an editor, and as it comes back; NULL: it is none that one types. max: bytes that it takes. */
const char *form_draft(const struct form *f, size_t *max);
void form_redraft(struct form *f, const char *text);
/* What was filled in; borrows from the form. version and evidence are those that the person saw when it opened. */
void form_request(struct form *f, struct request *r);
/* Puts text into the line of this field, "" for the reason, unchecked as if it had been typed; the cursor goes there. Lines that this form does
 * not have are passed over. */
void form_fill(struct form *f, const char *field, const char *text);
/* The core said no: the form stays with what was typed and shows why. */
void form_complain(struct form *f, const char *why);
void form_draw(struct form *f, struct grid *g, struct rect screen);
/* What is filled in alone, where something else stands around it; and how many rows that would like in so many columns. */
void form_draw_lines(struct form *f, struct grid *g, struct rect box);
int form_rows(const struct form *f, int cols);

#endif
