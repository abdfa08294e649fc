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

#endif
