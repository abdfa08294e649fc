/* The operator's own files: $XDG_CONFIG_HOME/paydesk, or ~/.config/paydesk without it. */
#ifndef TUI_CONFIG_H
#define TUI_CONFIG_H

#include <stddef.h>

#include "store/err.h"
#include "store/mem.h"

enum { CONFIG_FILE_MAX = 64 * 1024 };

/* Reads the file of that name ("keys", "themes/mine.theme") behind what out holds; path is where it is, for messages. E_NOTFOUND when
 * there is none, or no such folder; E_INVALID when it is no plain file of at most CONFIG_FILE_MAX bytes. */
enum code config_read(struct buf *out, char *path, size_t size, const char *name, struct err *err);

/* The names of the files in that folder ("themes") that end so (".theme"), without the ending and in order; those that begin with a dot, or
 * are longer than CONFIG_NAME_MAX without the ending, are left out. Returns how many; at most max. */
enum { CONFIG_NAME_MAX = 31 };
size_t config_names(const char *folder, const char *ending, char names[][CONFIG_NAME_MAX + 1], size_t max);

#endif
