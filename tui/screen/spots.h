/* What stands where on a screen, for the mouse. Whoever draws something that can be pointed at says so with grid_spot(), in the same
 * line of code that knows its place; nobody else works out where anything stands. */
#ifndef TUI_SCREEN_SPOTS_H
#define TUI_SCREEN_SPOTS_H

/* What it is, and what arg says about it. */
enum spot {
	SPOT_NONE,          /* covers what lies below */
	SPOT_DESK,          /* a row of the rail; its number */
	SPOT_RAIL_EDGE,     /* the line between desks and list */
	SPOT_LIST,          /* a queue where there is no row */
	SPOT_ROW,           /* the number that list_point() takes */
	SPOT_HEADING,       /* a column's; its field */
	SPOT_COLUMN_EDGE,   /* behind a column's heading; its field */
	SPOT_CARD_EDGE,     /* the line between list and card */
	SPOT_CARD,          /* the item */
	SPOT_TAB,           /* a pane's; its number */
	SPOT_TEXT,          /* help, or the Sync desk */
	SPOT_KEY,           /* a hint; the key that it names */
	SPOT_LINE,          /* of a form; its number */
	SPOT_CHOICE,        /* of that line: SPOT_CHOICES_MAX times the line's number, and its own */
	SPOT_ANSWER,        /* of a question; its number */
	SPOT_COLUMN,        /* a row of the columns' box; its number */
	SPOT_FOUND,         /* a row of the palette; its number among what fits */
	SPOT_PICTURE,       /* of a document */
	SPOT_SHEET,         /* records of a decision on many */
	SPOT_METRIC,        /* an indicator; its number */
	SPOT_PERIOD,        /* of the indicator under the cursor; its number */
	SPOT_OFFER,         /* what could stand in the filter; its number */
};
enum { SPOT_CHOICES_MAX = 1000 };

#endif
