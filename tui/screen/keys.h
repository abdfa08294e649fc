/* Keys and what they ask for. One table is the binding, the lookup and the help text.
 *
 * A key is an int: a Unicode code point for what types a character, 1…26 for Ctrl-A…Ctrl-Z, K_… for the others. Letters
 * that no request takes belong to the record's actions: a screen asks req_for() first, then its action table. */
#ifndef TUI_SCREEN_KEYS_H
#define TUI_SCREEN_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#define CTRL_KEY(letter) ((letter) & 0x1f)

/* X(name, what it is called) */
#define KEY_NAMES(X) \
	X(UP, "Up") X(DOWN, "Down") X(LEFT, "Left") X(RIGHT, "Right") \
	X(HOME, "Home") X(END, "End") X(PGUP, "PgUp") X(PGDN, "PgDn") \
	X(INSERT, "Ins") X(DELETE, "Del") X(BACKTAB, "Shift-Tab") \
	X(F1, "F1") X(F2, "F2") X(F3, "F3") X(F4, "F4") X(F5, "F5") X(F6, "F6") \
	X(F7, "F7") X(F8, "F8") X(F9, "F9") X(F10, "F10") X(F11, "F11") X(F12, "F12")

enum key {
	K_NONE = 0,
	K_TAB = 9,
	K_ENTER = 13,   /* a line feed from the keyboard is Ctrl-J */
	K_ESC = 27,
	K_SPACE = 32,
	K_BACKSPACE = 127,
	K_FIRST = 0x110000,
#define X(name, word) K_##name,
	KEY_NAMES(X)
#undef X
	K_LAST,
	K_ALT = 0x200000, /* added to a key that was pressed with Alt; nothing is bound to these */
};

/* Where a request holds. */
enum scope {
	SCOPE_DESKS = 1 << 0,   /* the column of desks */
	SCOPE_LIST = 1 << 1,    /* a queue */
	SCOPE_ITEM = 1 << 2,    /* the item under review and its panes */
	SCOPE_OVERLAY = 1 << 3, /* help and other text over the screen */
	SCOPE_INPUT = 1 << 4,   /* a line being typed: letters are text, only named and Ctrl keys are requests */
	SCOPE_CHOICE = 1 << 5,  /* a question with answers to choose from */
	SCOPE_FIND = 1 << 6,    /* a line being typed that offers what could stand there: the filter, the palette */
	SCOPE_COLUMNS = 1 << 7, /* the box with the columns of a list */
	SCOPE_PICTURE = 1 << 8, /* pictures over the main window */
	SCOPE_METRICS = 1 << 9, /* the indicators */
	SCOPE_MAIN = SCOPE_DESKS | SCOPE_LIST | SCOPE_ITEM | SCOPE_METRICS,
	SCOPE_READ = SCOPE_MAIN | SCOPE_OVERLAY,
	SCOPE_MOVE = SCOPE_READ | SCOPE_CHOICE | SCOPE_COLUMNS,
	SCOPE_ALL = SCOPE_MOVE | SCOPE_INPUT | SCOPE_FIND | SCOPE_PICTURE,
};

/* X(name, word, keys, scopes, what it does: a msgid). No key twice within a scope; a test holds that. */
#define REQUESTS(X) \
	X(UP, "up", "Up k Ctrl-P", SCOPE_MOVE | SCOPE_PICTURE, N_("up")) \
	X(DOWN, "down", "Down j Ctrl-N", SCOPE_MOVE | SCOPE_PICTURE, N_("down")) \
	X(PAGE_UP, "page-up", "PgUp Ctrl-B", SCOPE_READ, N_("one page up")) \
	X(PAGE_DOWN, "page-down", "PgDn Ctrl-F", SCOPE_READ, N_("one page down")) \
	X(HALF_UP, "half-up", "Ctrl-U", SCOPE_READ, N_("half a page up")) \
	X(HALF_DOWN, "half-down", "Ctrl-D", SCOPE_READ, N_("half a page down")) \
	X(TOP, "top", "g Home", SCOPE_READ, N_("to the top")) \
	X(BOTTOM, "bottom", "G End", SCOPE_READ, N_("to the bottom")) \
	X(ENTER, "enter", "Enter l Right", SCOPE_DESKS | SCOPE_LIST | SCOPE_METRICS, N_("open")) \
	X(LINKS, "links", "Enter", SCOPE_ITEM, N_("to a record that belongs to it")) \
	X(BACK, "back", "Esc h Left", SCOPE_DESKS | SCOPE_LIST | SCOPE_ITEM | SCOPE_METRICS, N_("back")) \
	X(NEXT_ITEM, "next-item", "n", SCOPE_LIST | SCOPE_ITEM, N_("next unclaimed item")) \
	X(NEXT_PANE, "next-pane", "Tab", SCOPE_MAIN, N_("next pane")) \
	X(PREVIOUS_PANE, "previous-pane", "Shift-Tab", SCOPE_MAIN, N_("previous pane")) \
	X(FILTER, "filter", "/", SCOPE_LIST | SCOPE_ITEM, N_("filter the list")) \
	X(REVEAL, "reveal", "r", SCOPE_ITEM | SCOPE_PICTURE, N_("show masked fields for a purpose")) \
	X(VIEW, "view", "v", SCOPE_LIST | SCOPE_ITEM, N_("look at its pictures")) \
	X(NEXT_BESIDE, "next-beside", ">", SCOPE_ITEM, N_("the next picture beside the review, on a wide screen")) \
	X(PREVIOUS_BESIDE, "previous-beside", "<", SCOPE_ITEM, N_("the previous one")) \
	X(COPY, "copy", "y", SCOPE_LIST | SCOPE_ITEM, N_("copy a field as it shows")) \
	X(EXPORT, "export", "E", SCOPE_LIST, N_("export the list into a file")) \
	X(PICTURE, "picture", "P", SCOPE_MAIN | SCOPE_PICTURE, N_("save a picture of the screen")) \
	X(MARK, "mark", "Space", SCOPE_LIST, N_("mark this row for a decision on many, or not any more")) \
	X(MARK_ALL, "mark-all", "*", SCOPE_LIST, N_("mark all that the filter lets through")) \
	X(UNMARK_ALL, "unmark-all", "U", SCOPE_LIST, N_("mark nothing any more")) \
	X(SORT_NEXT, "sort-next", ">", SCOPE_LIST, N_("sort by the next column")) \
	X(SORT_PREVIOUS, "sort-previous", "<", SCOPE_LIST, N_("sort by the previous column")) \
	X(SORT_TURN, "sort-turn", "O", SCOPE_LIST, N_("turn the order round")) \
	X(COLUMNS, "columns", "C", SCOPE_LIST, N_("columns: wider, narrower, hidden, shown again")) \
	X(EARLIER, "earlier", "<", SCOPE_METRICS, N_("the period before")) \
	X(LATER, "later", ">", SCOPE_METRICS, N_("the period after")) \
	X(BY_DAY, "by-day", "d", SCOPE_METRICS, N_("by day")) \
	X(BY_WEEK, "by-week", "w", SCOPE_METRICS, N_("by week")) \
	X(BY_MONTH, "by-month", "m", SCOPE_METRICS, N_("by month")) \
	X(DESK_1, "desk-1", "1", SCOPE_MAIN, N_("to the first desk")) \
	X(DESK_2, "desk-2", "2", SCOPE_MAIN, N_("to the second desk")) \
	X(DESK_3, "desk-3", "3", SCOPE_MAIN, N_("to the third desk")) \
	X(DESK_4, "desk-4", "4", SCOPE_MAIN, N_("to the fourth desk")) \
	X(DESK_5, "desk-5", "5", SCOPE_MAIN, N_("to the fifth desk")) \
	X(DESK_6, "desk-6", "6", SCOPE_MAIN, N_("to the sixth desk")) \
	X(DESK_7, "desk-7", "7", SCOPE_MAIN, N_("to the seventh desk")) \
	X(DESK_8, "desk-8", "8", SCOPE_MAIN, N_("to the eighth desk")) \
	X(DESK_9, "desk-9", "9", SCOPE_MAIN, N_("to the ninth desk")) \
	X(DESK_MORE, "desk-more", "0", SCOPE_MAIN, N_("to one of the other desks and views, by its letter")) \
	X(SAVE_VIEW, "save-view", "W", SCOPE_LIST, N_("save this filter as a view")) \
	X(RENAME_VIEW, "rename-view", "R", SCOPE_DESKS | SCOPE_LIST, N_("rename this view")) \
	X(DELETE_VIEW, "delete-view", "Del", SCOPE_DESKS | SCOPE_LIST, N_("delete this view")) \
	X(UNDO, "undo", "u", SCOPE_MAIN, N_("take back the last decision, while it is held")) \
	X(SYNC, "sync", "S", SCOPE_MAIN | SCOPE_PICTURE, N_("sync with the core now")) \
	X(THEME, "theme", "T", SCOPE_MAIN | SCOPE_PICTURE, N_("next theme")) \
	X(LANGUAGE, "language", "Z", SCOPE_MAIN | SCOPE_PICTURE, N_("English or 中文")) \
	X(DIVIDER_LEFT, "divider-left", "[", SCOPE_MAIN, N_("move the line between list and item, or desks and list, to the left")) \
	X(DIVIDER_RIGHT, "divider-right", "]", SCOPE_MAIN, N_("move that line to the right")) \
	X(MOUSE, "mouse", "M", SCOPE_MAIN, N_("mouse on or off; off, the terminal selects text by itself")) \
	X(LOCK, "lock", "L", SCOPE_MAIN | SCOPE_PICTURE, N_("lock the screen")) \
	X(PALETTE, "palette", ":", SCOPE_MAIN, N_("go to a desk or item, or do something, by name")) \
	X(RETURN, "return", "-", SCOPE_MAIN, N_("back to where you were before")) \
	X(TOUR, "tour", "F2", SCOPE_MAIN, N_("a two-minute tour")) \
	X(HELP, "help", "? F1", SCOPE_MAIN | SCOPE_PICTURE, N_("help")) \
	X(QUIT, "quit", "Q", SCOPE_MAIN | SCOPE_PICTURE, N_("quit")) \
	X(CLOSE, "close", "Esc q ? F1 Enter", SCOPE_OVERLAY, N_("close")) \
	X(RETRY, "retry", "r", SCOPE_OVERLAY, N_("once more with those that failed")) \
	X(NARROWER, "narrower", "Left h < -", SCOPE_COLUMNS, N_("this column narrower")) \
	X(WIDER, "wider", "Right l > +", SCOPE_COLUMNS, N_("this column wider")) \
	X(SHOW_COLUMN, "show-column", "Space", SCOPE_COLUMNS, N_("show or hide this column")) \
	X(RESET_COLUMN, "reset-column", "Del Backspace", SCOPE_COLUMNS, N_("this column as it was")) \
	X(RESET_COLUMNS, "reset-columns", "R", SCOPE_COLUMNS, N_("all columns as they were")) \
	X(NEXT_PICTURE, "next-picture", "n Tab", SCOPE_PICTURE, N_("next picture")) \
	X(PREVIOUS_PICTURE, "previous-picture", "p Shift-Tab", SCOPE_PICTURE, N_("previous picture")) \
	X(ZOOM_IN, "zoom-in", "+ =", SCOPE_PICTURE, N_("larger")) \
	X(ZOOM_OUT, "zoom-out", "- _", SCOPE_PICTURE, N_("smaller")) \
	X(ZOOM_WHOLE, "zoom-whole", "0", SCOPE_PICTURE, N_("the whole picture")) \
	X(TURN, "turn", "R", SCOPE_PICTURE, N_("turn it clockwise")) \
	X(PAN_LEFT, "pan-left", "Left h", SCOPE_PICTURE, N_("to its left")) \
	X(PAN_RIGHT, "pan-right", "Right l", SCOPE_PICTURE, N_("to its right")) \
	X(OPEN_FILE, "open-file", "V", SCOPE_PICTURE, N_("open elsewhere")) \
	X(CLOSE_PICTURE, "close-picture", "Esc q v", SCOPE_PICTURE, N_("back")) \
	X(ACCEPT, "accept", "Enter", SCOPE_INPUT | SCOPE_CHOICE | SCOPE_FIND | SCOPE_COLUMNS, N_("accept")) \
	X(CANCEL, "cancel", "Esc Ctrl-C", SCOPE_INPUT | SCOPE_CHOICE | SCOPE_FIND | SCOPE_COLUMNS, N_("cancel")) \
	X(COMPLETE, "complete", "Tab", SCOPE_FIND, N_("complete; again for the next one that fits")) \
	X(COMPLETE_BACK, "complete-back", "Shift-Tab", SCOPE_FIND, N_("the one before that")) \
	X(OLDER, "older", "Up Ctrl-P", SCOPE_FIND, N_("the one above; what was typed earlier")) \
	X(NEWER, "newer", "Down Ctrl-N", SCOPE_FIND, N_("the one below; what was typed later")) \
	X(NEXT_FIELD, "next-field", "Tab Down", SCOPE_INPUT, N_("next line")) \
	X(PREVIOUS_FIELD, "previous-field", "Shift-Tab Up", SCOPE_INPUT, N_("previous line")) \
	X(LIST_UP, "list-up", "PgUp", SCOPE_INPUT, N_("up in the records that it is about")) \
	X(LIST_DOWN, "list-down", "PgDn", SCOPE_INPUT, N_("down in the records that it is about")) \
	X(CHAR_LEFT, "char-left", "Left Ctrl-B", SCOPE_INPUT, N_("one character left")) \
	X(CHAR_RIGHT, "char-right", "Right Ctrl-F", SCOPE_INPUT, N_("one character right")) \
	X(LINE_START, "line-start", "Home Ctrl-A", SCOPE_INPUT, N_("to the start of the line")) \
	X(LINE_END, "line-end", "End Ctrl-E", SCOPE_INPUT, N_("to the end of the line")) \
	X(ERASE, "erase", "Backspace Ctrl-H", SCOPE_INPUT, N_("erase the character before")) \
	X(ERASE_NEXT, "erase-next", "Del Ctrl-D", SCOPE_INPUT, N_("erase the character under the cursor")) \
	X(ERASE_WORD, "erase-word", "Ctrl-W", SCOPE_INPUT, N_("erase the word before")) \
	X(ERASE_LINE, "erase-line", "Ctrl-U", SCOPE_INPUT, N_("erase the line")) \
	X(TEMPLATE, "template", "Ctrl-T", SCOPE_INPUT, N_("the next ready-made reason")) \
	X(EDITOR, "editor", "Ctrl-X", SCOPE_INPUT, N_("write it in your editor (VISUAL, EDITOR)")) \
	X(REDRAW, "redraw", "Ctrl-L", SCOPE_ALL, N_("draw the screen anew"))

enum req {
	REQ_NONE,
#define X(name, word, keys, scopes, what) REQ_##name,
	REQUESTS(X)
#undef X
	REQ_COUNT
};

/* All keys of the requests that were given others than the built-in ones (tui/screen/keymap.h): words as in the table, "" for those that were not.
 * NULL stands for the built-in keys. */
enum { KEYMAP_KEYS_MAX = 80 };
struct keymap {
	char keys[REQ_COUNT][KEYMAP_KEYS_MAX];
};
enum req keymap_req(const struct keymap *map, enum scope scope, int key);
const char *keymap_keys(const struct keymap *map, enum req req);
int keymap_key(const struct keymap *map, enum req req); /* the first one, for hints */

/* The request that key makes in scope (one bit of enum scope), or REQ_NONE; by the built-in keys. */
enum req req_for(enum scope scope, int key);
const char *req_word(enum req req);
const char *req_what(enum req req);             /* msgid */
bool req_holds(enum req req, enum scope scope); /* for the help overlay: walk 1…REQ_COUNT-1 */
/* The built-in keys of a request, "Up k Ctrl-P"; the first one alone is what a hint shows: req_key(). */
const char *req_keys(enum req req);
int req_key(enum req req);

/* "a", "Ctrl-L", "PgDn", "Space", "Alt-x"; out has room for 32 bytes. */
void key_label(int key, char out[32]);
/* The reverse over n bytes; K_NONE when it names no key. */
int key_parse(const char *name, size_t n);

#endif
