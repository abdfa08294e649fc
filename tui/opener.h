/* A document's real file in another program: that of PAYDESK_VIEWER, which gets the terminal, or the desktop's own (xdg-open), beside the
 * console. Through a private file (tui/guest.h): gone when the first ends, or a minute after the second was started. */
#ifndef TUI_OPENER_H
#define TUI_OPENER_H

#include "store/mem.h"
#include "tui/guest.h"

enum { OPENER_KEEP_MS = 60 * 1000 };

struct opener {
	char command[1000];
	bool front;              /* it gets the terminal */
};
/* E_USAGE: there is none, and what to set. */
enum code opener_find(struct opener *o, struct err *err);
/* In front: runs it to its end, at most most_ms, and *left is NULL; E_FAILED: it failed, or was ended. Beside: starts it, and *left is what
 * still has the file. name: of the file. */
enum code opener_run(const struct opener *o, const char *name, const struct buf *bytes, int64_t most_ms, struct guest **left, struct err *err);

#endif
