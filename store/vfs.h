/* The sealed file system: a shim over SQLite's own, through which a database and its log pass page by page.
 *
 * One vault serves one connection: it is the VFS that the connection opens its file with, it holds the page key, and it remembers
 * what went wrong, since SQLite's error codes cannot say. Used by one thread at a time, like the connection.
 *
 * What is written: the database and the log, in sealed pages. Rollback journals, temporary databases and everything else that SQLite
 * may want to open are refused. The -shm file stays what SQLite makes it: page numbers, frame counts, salts, and one running
 * checksum of the log (two 32-bit words, a function of all plaintext written since the log began anew). It holds no page data and is
 * deleted with the last connection. */
#ifndef STORE_VFS_H
#define STORE_VFS_H

#include "store/crypto.h"
#include "store/err.h"

struct vault;
enum code vault_new(struct vault **out, const struct secret *key, struct err *err); /* copies what it needs of the 32-byte key */
void vault_free(struct vault *v);                   /* after the connection is closed */
const char *vault_name(const struct vault *v);      /* for sqlite3_open_v2; no other connection knows it */

struct vault_fault {
	enum code code;         /* E_OK: nothing was noted. E_SEALED, E_KEY, E_NOTSTORE; E_FAILED: SQLite asked for what we refuse */
	uint32_t page;          /* 1 based; 0: not about one page */
	bool log;               /* in the log, not in the file */
};
struct vault_fault vault_fault(struct vault *v);    /* takes the note */

/* Recovery met a frame that does not open and ended the log there: the torn tail of a crash, or a log that somebody cut. True
 * until this connection writes to the log. The frames behind it should not be deleted unseen. */
bool vault_log_was_cut(const struct vault *v);

#endif
