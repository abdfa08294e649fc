/* The terminal: the only module that knows ncurses. One per process, used from one thread.
 *
 * Input is decoded by tui/screen/input.h, so an escape sequence that we do not know is swallowed whole and never runs as keys. */
#ifndef TUI_SCREEN_TERM_H
#define TUI_SCREEN_TERM_H

#include <stdbool.h>
#include <stddef.h>

#include "store/err.h"
#include "tui/screen/grid.h"
#include "tui/screen/theme.h"

struct term;

enum event_type {
	EVENT_TICK,     /* timeout_ms went by */
	EVENT_KEY,      /* key, and text if it types something */
	EVENT_PASTE,    /* paste, paste_len: one for a whole bracketed paste; any bytes, clean before use */
	EVENT_MOUSE,    /* mouse, row, col; only while term_mouse() is on */
	EVENT_RESIZE,   /* rows, cols; many in a row arrive as one */
	EVENT_WAKE,     /* fd is readable; the caller reads it */
	EVENT_RESUME,   /* we were suspended and are back; rows, cols; everything is painted anew at the next flush */
	EVENT_HANGUP,   /* SIGHUP, or the terminal is gone: no more drawing, leave */
	EVENT_TERM,     /* SIGTERM, SIGINT or another request to end, from outside: leave */
};

enum { TERM_PASTE_MAX = 256 * 1024 };

/* Of the first button and the wheel; whatever else a mouse can do is left to the terminal. */
enum mouse {
	MOUSE_PRESS,
	MOUSE_DOUBLE,   /* pressed again at the same place, soon: comes instead of the second MOUSE_PRESS */
	MOUSE_DRAG,     /* moved with the button held; may come without a press that we have seen */
	MOUSE_RELEASE,
	MOUSE_WHEEL_UP,
	MOUSE_WHEEL_DOWN,
};

struct event {
	enum event_type type;
	int key;                /* tui/screen/keys.h */
	char text[8];           /* the key's character in UTF-8, "" for keys that type nothing */
	enum mouse mouse;
	int row, col;           /* of the mouse, from 0; may lie outside of a grid that is older */
	int rows, cols;
	int fd;
	const char *paste;      /* NUL-terminated; valid until the next term_wait() */
	size_t paste_len;       /* at most TERM_PASTE_MAX */
	bool paste_cut;         /* there was more */
};

/* Takes over the terminal on stdin and stdout: alternate screen, raw keys, bracketed paste, signal handlers for
 * SIGWINCH SIGTSTP SIGCONT, for what asks a program to end, and for crashes. words_open() comes first. E_USAGE when stdin or stdout is no terminal
 * or TERM is unknown or cannot place the cursor; nothing was changed then. One term at a time. */
enum code term_open(struct term **out, struct err *err);
/* Gives the terminal back as it was. NULL is fine. */
void term_close(struct term *t);
/* The same for whichever term is open, without freeing: for mem_on_exhausted(). */
void term_restore(void);

void term_size(const struct term *t, int *rows, int *cols);
bool term_ascii(const struct term *t);  /* draw glyphs in ASCII: grid_set_ascii() */

/* How many pictures may have, any two beside each other: 256, 16, 8, or 0 where it has none or none are wanted: grid_set_colours(). */
int term_colours(const struct term *t);

/* Shows the grid; only what changed since the last flush is sent. A terminal without colours, or NO_COLOR set (see
 * no-color.org), is drawn with the attributes of the built-in theme "mono". */
void term_flush(struct term *t, const struct grid *grid, const struct theme *theme);
/* The next flush sends everything (Ctrl-L). */
void term_redraw(struct term *t);

/* Hands text to the terminal's clipboard (OSC 52, xterm's "Manipulate Selection Data"); inside tmux also through it to the terminal around.
 * Terminals that know nothing of it pass over it. false: one that would print it instead, or more than COPY_MAX bytes; nothing was sent. */
enum { COPY_MAX = 64 * 1024 };
bool term_copy(struct term *t, const char *text);

/* Has the terminal tell of the mouse, or not any more (xterm's "Any-event tracking" is not used: 1002, in the form of 1006), until
 * term_close(); over a suspension and a child it is given back and taken again. Off at first: what a terminal does with the mouse by
 * itself, above all selecting text, is lost while it is on, except with Shift held. false: a terminal too old to be asked. */
bool term_mouse(struct term *t, bool on);

/* Waits for the next event: at most timeout_ms, for ever if negative. fds (n may be 0, at most 8) are watched for
 * reading. Ctrl-Z and SIGTSTP are handled inside: the terminal is given back, the process group stops, and on return
 * there is EVENT_RESUME. After EVENT_HANGUP every call returns EVENT_HANGUP. */
void term_wait(struct term *t, struct event *event, int timeout_ms, const int *fds, size_t n);

/* Around a child that uses the terminal, such as $EDITOR: gives it back, takes it again (and redraws). */
void term_leave(struct term *t);
void term_return(struct term *t);

#endif
