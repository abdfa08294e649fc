/* Signals as the event loop wants them: a handler writes each into a pipe, the loop reads it. One user at a time. */
#ifndef TUI_SCREEN_SIGNALS_H
#define TUI_SCREEN_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

#include "store/err.h"

enum { SIGNALS = 10, CRASHES = 5 };

struct signals {
	struct sigaction old[SIGNALS], old_crash[CRASHES];
	int pipe[2];            /* [0] is readable when a signal came */
	unsigned pending;       /* seen and not yet taken */
};

/* Makes the pipe. E_IO. */
enum code signals_init(struct signals *s, struct err *err);
/* From now on: what resizes, stops, continues and ends a program goes into the pipe. A crash calls crash, in the handler, and goes on
 * with what it would have done; where somebody (a sanitizer) has a handler for crashes already, that one stays. */
void signals_catch(struct signals *s, void (*crash)(void));
/* The handlers as they were before; closes the pipe. */
void signals_release(struct signals *s);
void signals_read(struct signals *s);                   /* empties the pipe */
bool signals_take(struct signals *s, int number);       /* did this one come? It counts as seen then */

#endif
