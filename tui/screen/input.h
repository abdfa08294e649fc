/* Bytes from the terminal made into keys and pastes.
 *
 * Decoded here and not by ncurses, because a sequence that ncurses does not know falls apart into letters, and letters
 * are actions: here it is swallowed whole. The syntax is that of ECMA-48 and of xterm's ctlseqs. */
#ifndef TUI_SCREEN_INPUT_H
#define TUI_SCREEN_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/screen/term.h"

struct input;

struct input *input_new(void);
void input_free(struct input *in);      /* NULL is fine; wipes, for a passphrase may have been typed */

/* A sequence that this terminal sends for a key (terminfo), beside those built in. Begins with ESC, at most 15 bytes. */
void input_define(struct input *in, const char *sequence, int key);

void input_feed(struct input *in, const char *bytes, size_t n);

/* Takes the next EVENT_KEY, EVENT_PASTE or EVENT_MOUSE (which has no double presses yet) off the bytes. idle: nothing came for input_patience() ms, so what is there
 * is all: an ESC is the key Esc, a paste without an end is over. false: nothing complete. */
bool input_next(struct input *in, struct event *event, bool idle);

/* How long to wait for the rest of what has begun, in ms; -1 when nothing has. */
int input_patience(const struct input *in);

#endif
