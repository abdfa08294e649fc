/* The tour: steps over the real screen, done with the real keys. It says what to press and where to look, and goes on when the operator
 * has done it; it presses nothing itself. What it looks at is a sight of the main screen before and after each event; what it shows stands
 * in a panel above the two lines at the bottom. */
#ifndef TUI_TOUR_H
#define TUI_TOUR_H

#include "tui/screen/grid.h"
#include "tui/screen/keys.h"

struct tour_sight {
	size_t desk;            /* which is open */
	size_t pane;            /* of the item */
	bool item;              /* an item is under review, full screen */
	bool filtered;          /* the list has another filter than its own */
	bool palette, help;     /* stand over the screen */
	bool console_desk;      /* the desk is one of the console's own */
	bool held;              /* what was claimed on this tour has not left */
	bool theme, language;   /* this event has changed it */
	char row[80];           /* the id of what is under the cursor; "": nothing */
};
enum { TOUR_NEEDS_ITEM = 1, TOUR_NEEDS_CLAIM = 2, TOUR_NEEDS_FILTER = 4 }; /* an item in the list; one that may be claimed; a filter to take off */

size_t tour_steps(void);
const char *tour_text(size_t step);                      /* msgid; {request} stands for a key, as tui/screen/keys.h calls them */
unsigned tour_needs(size_t step);                        /* what there has to be for a step to make sense */
bool tour_done(size_t step, const struct tour_sight *before, const struct tour_sight *after);
extern const char *const tour_offer;                     /* msgid, in the same form */

/* Appends text with the keys of the map; what names no request stays as it stands. */
void tour_words(struct buf *out, const struct keymap *keys, const char *text);
/* Draws the panel at the bottom of main and returns what is left of it. step: the one that the words are of, for its number and for where
 * it points; tour_steps() for the offer. */
struct rect tour_draw(struct grid *g, struct rect main, size_t step, const char *words);

#endif
