/* The write-ahead log, sealed.
 *
 * SQLite sees a header of 32 bytes and frames of 24 bytes and a page. On disk each header is followed by its nonce and tag, so that
 * every offset moves: 72 bytes, then frames of 64 bytes and a page. A frame's header is bound to its place in the log; the page in it
 * only to its page number, as it is in the file, so that a checkpoint can move it there as it is. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "store/bytes.h"
#include "store/mem.h"
#include "store/sealed.h"

enum { NUMBERS_MAX = 1 << 20 };

/* Where an offset that SQLite names lies. */
struct place {
	int64_t index;  /* of the frame, from 0 */
	size_t within;  /* bytes into the frame as SQLite sees it */
};

static struct place place_of(const struct vault *v, int64_t at)
{
	int64_t frame = (int64_t)(FRAME_HEAD + v->page);
	return (struct place){ (at - LOG_HEAD) / frame, (size_t)((at - LOG_HEAD) % frame) };
}

/* ---- reading ----
 * The size that SQLite is told ends with the last whole frame. So a read that comes back short is a failing disk and never a torn
 * tail; recovery has to stop there with an error, or it would drop good commits. */

/* The log's own header: zeroes if it was never written, which a crash may leave behind. SQLite then takes the log for empty; that
 * must not come of a flipped bit, for an empty log is soon overwritten. */
static int read_log_head(struct sealed_file *f, uint8_t *buf, size_t within, size_t n)
{
	struct vault *v = f->vault;
	uint8_t sealed[LOG_HEAD_SEALED], head[LOG_HEAD] = { 0 };
	int rc = raw_read(f->real, sealed, sizeof sealed, 0);
	if (rc)
		return rc;
	if (!all_zero(sealed, sizeof sealed) && !part_open(head, sealed, LOG_HEAD, LOG_ROLE, 0, &v->seal))
		return vault_note(v, E_SEALED, 0, true, SQLITE_IOERR_DATA);
	memcpy(buf, head + within, n);
	return SQLITE_OK;
}

static int read_frame_head(struct sealed_file *f, int64_t index, uint8_t head[FRAME_HEAD])
{
	struct vault *v = f->vault;
	uint8_t sealed[FRAME_HEAD_SEALED];
	int rc = raw_read(f->real, sealed, sizeof sealed, frame_at(v, index));
	if (rc)
		return rc;
	if (!part_open(head, sealed, FRAME_HEAD, FRAME_ROLE, (uint64_t)index, &v->seal))
		return vault_note(v, E_SEALED, 0, true, SQLITE_IOERR_DATA);
	return SQLITE_OK;
}

static void remember(struct vault *v, int64_t index, uint32_t number)
{
	if (index >= NUMBERS_MAX)
		return;
	if (index >= v->nnumbers) {
		int64_t want = index < 4096 ? 4096 : index * 2;
		v->numbers = mem_grow(v->numbers, (size_t)want, sizeof *v->numbers);
		memset(v->numbers + v->nnumbers, 0, (size_t)(want - v->nnumbers) * sizeof *v->numbers);
		v->nnumbers = want;
	}
	v->numbers[index] = number;
}

/* Opens frame index: its header into head, its page into page. */
static int read_frame(struct sealed_file *f, int64_t index, uint8_t head[FRAME_HEAD], uint8_t *page)
{
	struct vault *v = f->vault;
	int rc = raw_read(f->real, v->sealed, FRAME_HEAD_SEALED + v->page, frame_at(v, index));
	if (rc)
		return rc;
	if (!part_open(head, v->sealed, FRAME_HEAD, FRAME_ROLE, (uint64_t)index, &v->seal))
		return vault_note(v, E_SEALED, 0, true, SQLITE_IOERR_DATA);
	if (!page_open(page, v->sealed + FRAME_HEAD_SEALED, v->page, get32(head), &v->seal))
		return vault_note(v, E_SEALED, get32(head), true, SQLITE_IOERR_DATA);
	remember(v, index, get32(head));
	return SQLITE_OK;
}

/* Opens the page in frame index under the number that the frame had when we last met it. It may have been written anew elsewhere
 * since: then it does not open so, and the header has to be asked. */
static bool read_known(struct sealed_file *f, int64_t index, uint8_t *page)
{
	struct vault *v = f->vault;
	uint32_t number = index < v->nnumbers ? v->numbers[index] : 0;
	return number && raw_read(f->real, page, v->page, frame_at(v, index) + FRAME_HEAD_SEALED) == SQLITE_OK &&
	       page_open(page, page, v->page, number, &v->seal);
}

/* SQLite reads whole frames to find the end of the log after a crash, where the last one may be torn, and to renew checksums. */
static int read_whole(struct sealed_file *f, int64_t index, uint8_t *buf)
{
	struct vault *v = f->vault;
	int rc = read_frame(f, index, buf, buf + FRAME_HEAD);
	v->read_back = rc ? -1 : index;
	if (rc == SQLITE_IOERR_DATA && v->recovering) {
		vault_fault(v);
		v->log_cut = true;
		memset(buf, 0, FRAME_HEAD + v->page); /* no checksum fits zeroes: the log ends here */
		return SQLITE_OK;
	}
	return rc;
}

static int read_log_page(struct sealed_file *f, struct place p, uint8_t *buf, size_t n)
{
	struct vault *v = f->vault;
	uint8_t head[FRAME_HEAD];
	bool whole = p.within == FRAME_HEAD && n == v->page;
	if (whole && v->checkpointing) /* straight on to the file: opening it here would only be to seal it again there */
		return raw_read(f->real, buf, n, frame_at(v, p.index) + FRAME_HEAD_SEALED);
	if (whole && read_known(f, p.index, buf))
		return SQLITE_OK;
	int rc = read_frame(f, p.index, head, whole ? buf : v->plain);
	if (!rc && !whole)
		memcpy(buf, v->plain + (p.within - FRAME_HEAD), n);
	return rc;
}

static int log_read(sqlite3_file *sf, void *buf, int amount, sqlite3_int64 at)
{
	struct sealed_file *f = sealed_of(sf);
	struct vault *v = f->vault;
	size_t n = (size_t)amount;
	if (at < LOG_HEAD && at + amount <= LOG_HEAD)
		return read_log_head(f, buf, (size_t)at, n);
	if (!v->page || at < LOG_HEAD)
		return vault_note(v, E_FAILED, 0, true, SQLITE_IOERR_READ);
	struct place p = place_of(v, at);
	if (p.within == 0 && n == FRAME_HEAD + v->page)
		return read_whole(f, p.index, buf);
	if (p.within >= FRAME_HEAD && p.within + n <= FRAME_HEAD + v->page)
		return read_log_page(f, p, buf, n);
	if (p.within + n > FRAME_HEAD)
		return vault_note(v, E_FAILED, 0, true, SQLITE_IOERR_READ);
	uint8_t head[FRAME_HEAD];
	int rc = read_frame_head(f, p.index, head);
	if (!rc)
		memcpy(buf, head + p.within, n);
	return rc;
}

/* ---- writing ---- */

static int write_log_head(struct sealed_file *f, const uint8_t *head)
{
	uint8_t sealed[LOG_HEAD_SEALED];
	part_seal(sealed, head, LOG_HEAD, LOG_ROLE, 0, &f->vault->seal);
	return raw_write(f->real, sealed, sizeof sealed, 0);
}

/* A log that was removed or replaced under us still takes commits, which nobody would ever see again; so they fail. What it held
 * before can still be moved into the file. */
static bool is_in_place(const struct sealed_file *f)
{
	struct stat st;
	bool there = stat(f->name, &st) == 0;
	if (there && st.st_ino != f->inode)
		errno = ESTALE;
	return there && st.st_ino == f->inode;
}

/* A new frame's header is followed by its page at once. One whose page does not come is never written, which makes no difference:
 * its frame is void either way. A header renewed alone was read with its frame just before, and goes out at once. */
static int write_frame_head(struct sealed_file *f, int64_t index, const uint8_t *head)
{
	struct vault *v = f->vault;
	if (get32(head + 4) != 0 && !is_in_place(f)) /* the last frame of a commit */
		return SQLITE_IOERR_WRITE;
	part_seal(v->head.sealed, head, FRAME_HEAD, FRAME_ROLE, (uint64_t)index, &v->seal);
	v->head.index = index;
	v->head.number = get32(head);
	v->head.held = v->read_back != index;
	v->read_back = -1;
	return v->head.held ? SQLITE_OK : raw_write(f->real, v->head.sealed, sizeof v->head.sealed, frame_at(v, index));
}

static int write_log_page(struct sealed_file *f, int64_t index, const uint8_t *page)
{
	struct vault *v = f->vault;
	bool held = v->head.held && v->head.index == index;
	uint32_t number = v->head.number;
	v->head.held = false;
	if (!held) { /* a page rewritten in place comes alone */
		uint8_t head[FRAME_HEAD];
		int rc = read_frame_head(f, index, head);
		if (rc)
			return rc;
		number = get32(head);
	}
	if (!page_seal(v->sealed + FRAME_HEAD_SEALED, page, v->page, number, &v->seal))
		return vault_note(v, E_FAILED, number, true, SQLITE_IOERR_WRITE);
	remember(v, index, number);
	if (!held)
		return raw_write(f->real, v->sealed + FRAME_HEAD_SEALED, v->page, frame_at(v, index) + FRAME_HEAD_SEALED);
	memcpy(v->sealed, v->head.sealed, FRAME_HEAD_SEALED);
	return raw_write(f->real, v->sealed, FRAME_HEAD_SEALED + v->page, frame_at(v, index));
}

/* Where the disk's sectors count, SQLite splits a page around a sync. Half a page cannot be sealed: it waits for the other half. */
static int write_piece(struct sealed_file *f, struct place p, const uint8_t *buf, size_t n)
{
	struct vault *v = f->vault;
	size_t at = p.within - FRAME_HEAD;
	if (!v->piece.plain)
		v->piece.plain = mem_alloc(PAGE_SIZE_MAX);
	if (at == 0) {
		v->piece.index = p.index;
		v->piece.have = 0;
	}
	if (v->piece.index != p.index || v->piece.have != at)
		return vault_note(v, E_FAILED, 0, true, SQLITE_IOERR_WRITE);
	memcpy(v->piece.plain + at, buf, n);
	v->piece.have += n;
	if (v->piece.have < v->page)
		return SQLITE_OK;
	v->piece.index = -1;
	return write_log_page(f, p.index, v->piece.plain);
}

static int log_write(sqlite3_file *sf, const void *buf, int amount, sqlite3_int64 at)
{
	struct sealed_file *f = sealed_of(sf);
	struct vault *v = f->vault;
	size_t n = (size_t)amount;
	if (!v->page) /* the file's first page comes before the log's first frame */
		return vault_note(v, E_FAILED, 0, true, SQLITE_IOERR_WRITE);
	v->log_cut = false;
	if (at == 0 && n == LOG_HEAD)
		return write_log_head(f, buf);
	if (at < LOG_HEAD)
		return vault_note(v, E_FAILED, 0, true, SQLITE_IOERR_WRITE);
	struct place p = place_of(v, at);
	if (p.within == 0 && n == FRAME_HEAD)
		return write_frame_head(f, p.index, buf);
	if (p.within == FRAME_HEAD && n == v->page)
		return write_log_page(f, p.index, buf);
	if (p.within >= FRAME_HEAD && p.within + n <= FRAME_HEAD + v->page)
		return write_piece(f, p, buf, n);
	return vault_note(v, E_FAILED, 0, true, SQLITE_IOERR_WRITE);
}

/* ---- size ---- */

static int log_size(sqlite3_file *sf, sqlite3_int64 *size)
{
	struct sealed_file *f = sealed_of(sf);
	sqlite3_int64 real, frame = (sqlite3_int64)(FRAME_HEAD_SEALED + f->vault->page);
	int rc = f->real->pMethods->xFileSize(f->real, &real);
	*size = 0;
	if (!rc && real >= LOG_HEAD_SEALED) /* a frame that is not all there is none */
		*size = LOG_HEAD + (real - LOG_HEAD_SEALED) / frame * (sqlite3_int64)(FRAME_HEAD + f->vault->page);
	return rc;
}

static int log_truncate(sqlite3_file *sf, sqlite3_int64 size)
{
	struct sealed_file *f = sealed_of(sf);
	sqlite3_int64 frame = (sqlite3_int64)(FRAME_HEAD + f->vault->page);
	sqlite3_int64 frames = size > LOG_HEAD ? (size - LOG_HEAD + frame - 1) / frame : 0;
	return f->real->pMethods->xTruncate(f->real, size > 0 ? frame_at(f->vault, frames) : 0);
}

static int log_control(sqlite3_file *sf, int op, void *arg)
{
	(void)sf, (void)op, (void)arg;
	return SQLITE_NOTFOUND;
}

/* The log is never locked: SQLite locks the shared memory instead. */
static int log_lock(sqlite3_file *sf, int level)
{
	(void)sf, (void)level;
	return SQLITE_OK;
}

static int log_reserved(sqlite3_file *sf, int *out)
{
	(void)sf;
	*out = 0;
	return SQLITE_OK;
}

const sqlite3_io_methods log_methods = {
	.iVersion = 1,
	.xClose = sealed_close,
	.xRead = log_read,
	.xWrite = log_write,
	.xTruncate = log_truncate,
	.xSync = sealed_sync,
	.xFileSize = log_size,
	.xLock = log_lock,
	.xUnlock = log_lock,
	.xCheckReservedLock = log_reserved,
	.xFileControl = log_control,
	.xSectorSize = sealed_sector_size,
	.xDeviceCharacteristics = sealed_characteristics,
};
