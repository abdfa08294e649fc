/* Small files of the store's folder: read whole, replaced whole, and the locks that processes agree on. */
#ifndef STORE_FILE_H
#define STORE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/err.h"
#include "store/mem.h"

/* What an errno means here: E_FULL, E_READONLY, E_NOTFOUND, E_EXISTS or E_IO. */
enum code io_code(int error);

bool file_exists(const char *path);
/* A plain file of at most max bytes, links not followed; appended to out. E_NOTFOUND, E_SEALED if it is no plain file or too long, E_IO. */
enum code file_read(struct buf *out, const char *path, size_t max, struct err *err);
/* Puts the bytes under that name at once or not at all (written beside, synced, renamed, folder synced); mode 0600. */
enum code file_replace(const char *path, const void *data, size_t n, struct err *err);
enum code file_write_all(int fd, const void *data, size_t n, const char *path, struct err *err);
/* Makes a rename or removal in the folder of path last. */
enum code file_sync_folder(const char *path, struct err *err);
/* Renames without replacing: E_EXISTS. */
enum code file_move(const char *from, const char *to, struct err *err);

/* Locks on one byte of a file, owned by the open descriptor (F_OFD_SETLK: threads and processes alike), gone when it closes.
 * Changing from shared to exclusive either succeeds or leaves the shared lock as it was. Waits up to wait_ms. E_BUSY, E_IO. */
enum lock_mode { LOCK_NONE, LOCK_SHARED, LOCK_EXCLUSIVE };
enum code file_lock(int fd, int64_t byte, enum lock_mode mode, int wait_ms, struct err *err);

#endif
