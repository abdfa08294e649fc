/* A text in the person's own editor (VISUAL, EDITOR, otherwise vi): in a private file that is overwritten and removed afterwards. */
#ifndef TUI_EDITOR_H
#define TUI_EDITOR_H

#include <stdbool.h>
#include <stdint.h>

#include "store/err.h"
#include "store/mem.h"

bool editor_named(void); /* did the person say which editor, in VISUAL or EDITOR? */

/* Call it with the terminal given back (term_leave). text: in and out; comes back as one clean line of at most max bytes. The file is mode
 * 0600 in a folder of its own, in memory where the system offers that ($XDG_RUNTIME_DIR, /dev/shm), and whatever the editor put beside it
 * goes with it: also when the editor dies, and when this program is killed, for a process of its own waits for that. After idle_ms the
 * editor is ended. E_FAILED: the editor failed, and the text is as it was; E_INVALID: the text is too long; it was cut. */
enum code editor_run(struct buf *text, size_t max, int64_t idle_ms, struct err *err);

#endif
