/* One line being typed: text with a cursor, edited by graphemes. Pasted text comes in as text, newlines as spaces. */
#ifndef TUI_ENTRY_H
#define TUI_ENTRY_H

#include "tui/screen/grid.h"
#include "tui/screen/keys.h"
#include "tui/screen/term.h"

struct entry {
	struct buf text;     /* UTF-8, clean */
	size_t at;           /* cursor, a byte offset on a grapheme border */
	size_t max;          /* bytes that it takes */
	bool full;           /* the last edit would have been more, and nothing of it was taken */
};
void entry_init(struct entry *e, size_t max, const char *text);
void entry_release(struct entry *e);     /* wipes: it may be about a customer */
void entry_set(struct entry *e, const char *text);
/* true when the event was an edit (of this line). */
bool entry_event(struct entry *e, const struct event *event);
/* These bytes (on grapheme borders) give way to text, behind which the cursor stands; what would be too long is left out. */
void entry_replace(struct entry *e, size_t from, size_t to, const char *text);
/* Where byte at stands on a line of so many columns: 0 is its left end; less where it has been scrolled out of sight. */
int entry_column(const struct entry *e, int cols, size_t at);
/* Draws into the first row of box and puts the terminal's cursor; bad_len bytes from bad_at are drawn as wrong (0: none).
 * What did not fit is said at the end of the line. */
void entry_draw(const struct entry *e, struct grid *g, struct rect box, size_t bad_at, size_t bad_len);

#endif
