/* Another program of the person's own at work on a private file: an editor, a viewer. The file is mode 0600 in a folder of its own, in memory
 * where the system offers that ($XDG_RUNTIME_DIR, /dev/shm), and it is overwritten and removed whatever happens: also when that program dies,
 * and when this one is killed, for a process of its own waits for that. What a crash of both leaves is wiped by guest_sweep at the next start. */
#ifndef TUI_GUEST_H
#define TUI_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/err.h"

struct guest;
/* The file under that name ("reason.txt"), with these bytes. E_IO. */
enum code guest_new(struct guest **out, const char *name, const void *data, size_t n, struct err *err);
/* Ends the program if it still runs, and wipes. NULL is fine. */
void guest_free(struct guest *g);
const char *guest_path(const struct guest *g);

/* Runs a command in the shell's words, the file behind them, in the foreground: call it with the terminal given back (term_leave). Its
 * TMPDIR is the private folder, so that what it keeps beside the file goes too. After most_ms it is ended. *status: as wait(2) has it; -1:
 * its time was up. E_IO: it could not be started. */
enum code guest_run(struct guest *g, const char *command, int64_t most_ms, int *status, struct err *err);
/* Runs it beside the console, without the terminal. The file goes keep_ms later at the latest. */
enum code guest_start(struct guest *g, const char *command, int64_t keep_ms, struct err *err);
/* After guest_start, never waits. The command's status, once: true. */
bool guest_ended(struct guest *g, int *status);
bool guest_gone(struct guest *g); /* the file is wiped; free it */

/* Wipes what was left behind by programs that are no longer there. */
void guest_sweep(void);

#endif
