/* Numbers for pairs of colours: a terminal shows colours two by two, and has only so many pairs. */
#ifndef TUI_SCREEN_PAIRS_H
#define TUI_SCREEN_PAIRS_H

#include <stdbool.h>

struct pairs {
	int *of;        /* by the two palette numbers; NULL: none was wanted yet */
	int n;          /* the last that was given out; those up to the one that it begins with are somebody else's */
};
void pairs_release(struct pairs *p);
/* The number of a pair: palette numbers, -1 for the terminal's own colour. *fresh: nobody has asked for it before. */
int pairs_number(struct pairs *p, int fg, int bg, bool *fresh);

/* How many colours can be used any two together on a terminal with that many colours, and pairs beside those that are taken: 256, 16, 8, or 0.
 * Of 256 the 16 named ones are left alone. */
int pairs_suffice(int colours, int pairs);

#endif
