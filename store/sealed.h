/* The inside of the sealed file system, shared by vfs.c (the object, the database file), log.c and whole.c. */
#ifndef STORE_SEALED_H
#define STORE_SEALED_H

#include <sqlite3.h>
#include <sys/types.h>

#include "store/page.h"
#include "store/vfs.h"

/* The log as SQLite sees it and as it lies on disk. */
enum {
	LOG_HEAD = 32, FRAME_HEAD = 24,
	LOG_HEAD_SEALED = LOG_HEAD + PAGE_EXTRA, FRAME_HEAD_SEALED = FRAME_HEAD + PAGE_EXTRA,
};
#define LOG_ROLE "logh"
#define FRAME_ROLE "fram"

struct vault {
	sqlite3_vfs vfs;                /* pAppData leads back here */
	sqlite3_vfs *base;
	char name[40];
	struct secret *key;
	struct seal seal;
	size_t page;                    /* bytes; 0: not known yet */
	bool opened;                    /* the database; there is but one */
	bool checkpointing;             /* pages go from the log to the file as they are */
	bool recovering;                /* reads of the log may meet a torn tail */
	bool log_cut;
	struct vault_fault fault;
	uint8_t *sealed;                /* a frame on its way to or from the disk */
	uint8_t *plain;                 /* a page of which a part was asked for */

	/* The log: a frame's header waits here for its page, and both go out in one write. */
	struct {
		bool held;
		int64_t index;
		uint32_t number;
		uint8_t sealed[FRAME_HEAD_SEALED];
	} head;
	struct {
		int64_t index;          /* -1: none */
		size_t have;
		uint8_t *plain;         /* a page that comes in pieces */
	} piece;
	int64_t read_back;              /* the frame last read whole: its header may be rewritten alone. -1: none */
	uint32_t *numbers;              /* page numbers of frames, as last met: spares opening a header for every page. 0: not known */
	int64_t nnumbers;
};

struct sealed_file {
	sqlite3_file base;
	struct vault *vault;
	sqlite3_file *real;             /* lies behind this struct */
	const char *name;               /* SQLite's, as long as the file is open */
	ino_t inode;                    /* that the name stood for when it was opened */
};

static inline struct sealed_file *sealed_of(sqlite3_file *f) { return (struct sealed_file *)(void *)f; }

/* Notes the fault and returns what SQLite is told. */
int vault_note(struct vault *v, enum code code, uint32_t page, bool log, int rc);
/* Reads exactly n bytes; SQLITE_IOERR_SHORT_READ if there are fewer. */
int raw_read(sqlite3_file *real, void *buf, size_t n, int64_t at);
int raw_write(sqlite3_file *real, const void *buf, size_t n, int64_t at);

extern const sqlite3_io_methods log_methods;
int sealed_close(sqlite3_file *f);
int sealed_sync(sqlite3_file *f, int flags);
int sealed_sector_size(sqlite3_file *f);
int sealed_characteristics(sqlite3_file *f);

static inline int64_t frame_at(const struct vault *v, int64_t index) /* on disk */
{
	return LOG_HEAD_SEALED + index * (int64_t)(FRAME_HEAD_SEALED + v->page);
}

#endif
