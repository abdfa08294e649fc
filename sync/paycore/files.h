/* Small files of the home folder, whole at a time. */
#ifndef SYNC_PAYCORE_FILES_H
#define SYNC_PAYCORE_FILES_H

#include "store/err.h"
#include "store/mem.h"

/* E_NOTFOUND when there is none; E_INVALID beyond max bytes. Appends to out. */
enum code file_read(struct buf *out, const char *home, const char *name, size_t max, struct err *err);
/* Mode 0600, whole or not at all: written beside, flushed and renamed. */
enum code file_write(const char *home, const char *name, const void *data, size_t n, struct err *err);

#endif
