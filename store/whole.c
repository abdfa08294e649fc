/* A sealed file as a whole: opening every page of it, and copying it. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/bytes.h"
#include "store/conn.h"
#include "store/file.h"
#include "store/sealed.h"

/* ---- every page ---- */

enum { RETRIES = 16, COUNT_AT = 28 };

struct check {
	struct vault *vault;
	sqlite3_file *file, *log;   /* log may be NULL */
	int64_t size;               /* of the file, bytes */
	int64_t claimed;            /* pages that the header of page 1 counts; 0: it does not open */
	struct {
		uint8_t salt[8];    /* of the log's present generation; frames of older ones may lie behind its end */
		bool ended;
		uint32_t *pages;    /* of which it holds a committed copy, and behind them those of the commit being read */
		size_t committed, n, cap;
	} held;
	struct db_pages *out;
};

/* Through SQLite's own layer: closing a descriptor of our own would drop the locks of every other connection in this process. */
static int open_raw(struct vault *v, sqlite3_file **out, const char *path, int flags)
{
	sqlite3_file *f = mem_alloc((size_t)v->base->szOsFile);
	int rc = v->base->xOpen(v->base, path, f, SQLITE_OPEN_READONLY | flags, NULL);
	if (rc) {
		if (f->pMethods)
			f->pMethods->xClose(f);
		free(f);
		f = NULL;
	}
	*out = f;
	return rc;
}

static void close_raw(sqlite3_file **f)
{
	if (*f)
		(*f)->pMethods->xClose(*f);
	free(*f);
	*f = NULL;
}

static void count_bad(struct db_pages *out, int64_t number)
{
	if (out->bad < DB_BAD_MAX)
		out->first_bad[out->bad] = number;
	out->bad++;
}

/* Follows the log as recovery would: up to its first frame that does not open or is not of this generation, commit by commit. */
static void hold_frame(struct check *c, const uint8_t head[FRAME_HEAD], bool opens)
{
	if (!opens || memcmp(head + 8, c->held.salt, sizeof c->held.salt) != 0)
		c->held.ended = true;
	if (c->held.ended)
		return;
	if (c->held.n == c->held.cap) {
		c->held.cap = c->held.cap ? c->held.cap * 2 : 256;
		c->held.pages = mem_grow(c->held.pages, c->held.cap, sizeof *c->held.pages);
	}
	c->held.pages[c->held.n++] = get32(head);
	if (get32(head + 4) != 0) /* the last frame of a commit tells the size of the database */
		c->held.committed = c->held.n;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static bool is_held(const struct check *c, int64_t number)
{
	uint32_t want = (uint32_t)number;
	return c->held.committed && bsearch(&want, c->held.pages, c->held.committed, sizeof want, by_number);
}

/* Another process may be writing the page: one that stays damaged is. In a file with many of them nobody is asked twice, or a file
 * that was blown up with zeroes would keep the check busy for hours. */
static int check_page(struct check *c, int64_t number)
{
	struct vault *v = c->vault;
	int most = c->out->bad < DB_BAD_MAX ? RETRIES : 1;
	for (int tries = 0; tries < most; tries++) {
		int rc = raw_read(c->file, v->sealed, v->page, (number - 1) * (int64_t)v->page);
		if (rc && rc != SQLITE_IOERR_SHORT_READ)
			return rc;
		if (!rc && page_open(v->plain, v->sealed, v->page, (uint32_t)number, &v->seal)) {
			if (number == 1)
				c->claimed = get32(v->plain + COUNT_AT);
			return SQLITE_OK;
		}
		sched_yield();
	}
	if (is_held(c, number))
		c->out->healed++;
	else
		count_bad(c->out, number);
	return SQLITE_OK;
}

static int check_log(struct check *c)
{
	struct vault *v = c->vault;
	uint8_t head[LOG_HEAD] = { 0 };
	sqlite3_int64 size;
	int rc = c->log->pMethods->xFileSize(c->log, &size);
	if (rc || size == 0)
		return rc;
	rc = raw_read(c->log, v->sealed, LOG_HEAD_SEALED, 0);
	c->held.ended = rc || !part_open(head, v->sealed, LOG_HEAD, LOG_ROLE, 0, &v->seal);
	c->out->log_bad += c->held.ended;
	memcpy(c->held.salt, head + 16, sizeof c->held.salt);
	for (int64_t i = 0; frame_at(v, i) < size; i++) {
		rc = raw_read(c->log, v->sealed, FRAME_HEAD_SEALED + v->page, frame_at(v, i));
		if (rc && rc != SQLITE_IOERR_SHORT_READ)
			return rc;
		bool opens = !rc && part_open(head, v->sealed, FRAME_HEAD, FRAME_ROLE, (uint64_t)i, &v->seal) &&
			     page_open(v->plain, v->sealed + FRAME_HEAD_SEALED, v->page, get32(head), &v->seal);
		hold_frame(c, head, opens);
		c->out->log_frames += opens;
		c->out->log_bad += !opens;
	}
	if (c->held.committed)
		qsort(c->held.pages, c->held.committed, sizeof *c->held.pages, by_number);
	return SQLITE_OK;
}

/* Pages that the header counts and the file lacks were cut off, unless they are still to come from the log. */
static void check_tail(struct check *c, int64_t pages)
{
	for (int64_t i = pages + 1; i <= c->claimed; i++)
		if (!is_held(c, i))
			count_bad(c->out, i);
	if (c->claimed > pages)
		c->out->pages = c->claimed;
}

static enum code identify(struct check *c, const char *path, struct err *err)
{
	struct vault *v = c->vault;
	size_t n = c->size < PAGE_SIZE_MAX ? (size_t)c->size : PAGE_SIZE_MAX;
	if (n > 0 && raw_read(c->file, v->sealed, n, 0) != SQLITE_OK)
		return fail(err, E_IO, "%s cannot be read", path);
	enum code code = page_identify(&v->seal, &v->page, v->sealed, n);
	if (code == E_NOTSTORE)
		return fail(err, code, "%s is not a paydesk store", path);
	if (code == E_KEY)
		return fail(err, code, "%s was sealed under another key", path);
	if (code == E_SEALED && !v->page) { /* not even the page size is left */
		count_bad(c->out, 1);
		return fail(err, code, "%s: page 1 was damaged or altered", path);
	}
	return E_OK;
}

static enum code check_all(struct check *c, const char *path, struct err *err)
{
	enum code code = identify(c, path, err);
	if (code)
		return code;
	int64_t page = (int64_t)c->vault->page, pages = (c->size + page - 1) / page; /* a cut page is a bad page */
	int rc = c->log ? check_log(c) : SQLITE_OK;
	c->out->pages = pages;
	for (int64_t i = 1; i <= pages && !rc; i++)
		rc = check_page(c, i);
	if (rc)
		return fail(err, E_IO, "%s cannot be read", path);
	check_tail(c, pages);
	if (c->out->bad)
		return fail(err, E_SEALED, "%s: %lld of %lld pages are damaged, missing or altered, the first is page %lld", path,
			    (long long)c->out->bad, (long long)c->out->pages, (long long)c->out->first_bad[0]);
	return E_OK;
}

enum code db_verify_pages(const char *path, const struct secret *key, struct db_pages *out, struct err *err)
{
	AUTO(buf_release) struct buf log = BUF_INIT;
	struct check c = { .out = out };
	memset(out, 0, sizeof *out);
	if (access(path, F_OK) != 0)
		return fail(err, errno == EACCES ? E_DENIED : E_NOTFOUND, "%s: %s", path, strerror(errno));
	enum code code = vault_new(&c.vault, key, err);
	if (code)
		return code;
	char *full = mem_alloc((size_t)c.vault->base->mxPathname + 1);
	sqlite3_int64 size = 0;
	if (c.vault->base->xFullPathname(c.vault->base, path, c.vault->base->mxPathname, full) & 0xff ||
	    open_raw(c.vault, &c.file, full, SQLITE_OPEN_MAIN_DB) || c.file->pMethods->xFileSize(c.file, &size)) {
		code = fail(err, E_IO, "%s cannot be read", path);
		goto out;
	}
	c.size = size;
	buf_addf(&log, "%s-wal", full);
	if (access(log.data, F_OK) == 0 && open_raw(c.vault, &c.log, log.data, SQLITE_OPEN_WAL)) {
		code = fail(err, E_IO, "%s cannot be read", log.data);
		goto out;
	}
	code = check_all(&c, path, err);
out:
	close_raw(&c.file);
	close_raw(&c.log);
	vault_free(c.vault);
	free(c.held.pages);
	free(full);
	return code;
}

/* ---- copying ---- */

static enum code copy_pages(struct db *from, struct db *to, struct err *err)
{
	sqlite3_backup *b = sqlite3_backup_init(to->handle, "main", from->handle, "main");
	if (!b)
		return conn_fail(to, sqlite3_extended_errcode(to->handle), err);
	int rc = sqlite3_backup_step(b, -1);
	sqlite3_backup_finish(b);
	if (rc == SQLITE_DONE)
		return E_OK;
	/* SQLite reports on the target; but what failed may be a page of the source, which the source's vault noted. */
	if (from->vault) {
		struct vault_fault fault = vault_fault(from->vault);
		if (fault.code == E_SEALED)
			return fail(err, E_SEALED, "%s: page %u was damaged or altered; it cannot be copied", from->path, fault.page);
	}
	return conn_fail(to, rc, err);
}

static enum code flush(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;
	int why = errno;
	if (fd >= 0)
		close(fd);
	return ok ? file_sync_folder(path, err) : fail(err, io_code(why), "%s cannot be brought to the disk: %s", path, strerror(why));
}

enum code db_copy(struct db *from, const char *to_path, const struct secret *to_key, struct err *err)
{
	struct db *to = NULL;
	if (!from->vault != !to_key)
		return fail(err, E_INVALID, "a sealed store is only copied sealed");
	if (from->tx != TX_NONE)
		return fail(err, E_FAILED, "a copy cannot be made inside a transaction");
	enum code code = conn_open_target(&to, to_path, to_key, err);
	if (code)
		return code;
	code = copy_pages(from, to, err);
	db_close(to);
	if (!code)
		code = flush(to_path, err);
	if (code)
		unlink(to_path); /* made above, by us */
	return code;
}
