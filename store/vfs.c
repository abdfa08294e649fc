#include "store/vfs.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/mem.h"
#include "store/sealed.h"

enum { SHM_RECOVER_LOCK = 2, TORN_READS = 16, FIRST_LOOK = 100 };

int vault_note(struct vault *v, enum code code, uint32_t page, bool log, int rc)
{
	v->fault = (struct vault_fault){ code, page, log };
	return rc;
}

int raw_read(sqlite3_file *real, void *buf, size_t n, int64_t at)
{
	return real->pMethods->xRead(real, buf, (int)n, at);
}

int raw_write(sqlite3_file *real, const void *buf, size_t n, int64_t at)
{
	return real->pMethods->xWrite(real, buf, (int)n, at);
}

/* ---- the database file ---- */

/* Takes page size and file id from the file; both stay unknown while it is empty. */
static int learn(struct vault *v, sqlite3_file *real)
{
	sqlite3_int64 size;
	int rc = real->pMethods->xFileSize(real, &size);
	if (rc || size == 0)
		return rc;
	size_t n = size < PAGE_SIZE_MAX ? (size_t)size : PAGE_SIZE_MAX, page = 0;
	rc = raw_read(real, v->sealed, n, 0);
	if (rc)
		return rc;
	enum code code = page_identify(&v->seal, &page, v->sealed, n);
	if (code)
		return vault_note(v, code, code == E_SEALED, false, SQLITE_IOERR_DATA);
	v->page = page;
	return SQLITE_OK;
}

static int read_page(struct vault *v, sqlite3_file *real, uint8_t *page, uint32_t number)
{
	int64_t at = (int64_t)(number - 1) * (int64_t)v->page;
	/* When it opens a file SQLite reads page 1 without a lock: a checkpoint elsewhere may be writing it just then. */
	for (int tries = number == 1 ? TORN_READS : 1; tries > 0; tries--) {
		int rc = raw_read(real, page, v->page, at);
		if (rc == SQLITE_IOERR_SHORT_READ) /* in the log's keeping every page of the file is there, or was cut off */
			return vault_note(v, E_SEALED, number, false, SQLITE_IOERR_DATA);
		if (rc)
			return rc;
		if (page_open(page, page, v->page, number, &v->seal))
			return SQLITE_OK;
		sched_yield();
	}
	return vault_note(v, E_SEALED, number, false, SQLITE_IOERR_DATA);
}

/* SQLite's first look at a file, which settles the page size. A crash in the middle of a checkpoint can leave page 1 torn while the
 * log has it whole; SQLite comes to the log only if this look succeeds, and then reads page 1 as a whole, from there or from here. */
static int first_look(struct vault *v, sqlite3_file *real, uint8_t *buf)
{
	int rc = read_page(v, real, v->plain, 1);
	if (rc == SQLITE_OK) {
		memcpy(buf, v->plain, FIRST_LOOK);
	} else if (rc == SQLITE_IOERR_DATA && raw_read(real, v->sealed, v->page, 0) == SQLITE_OK && page_clear_head(buf, v->sealed, v->page)) {
		vault_fault(v);
		rc = SQLITE_OK;
	}
	return rc;
}

static int main_read(sqlite3_file *f, void *buf, int n, sqlite3_int64 at)
{
	struct sealed_file *file = sealed_of(f);
	struct vault *v = file->vault;
	int rc = v->page ? SQLITE_OK : learn(v, file->real);
	if (rc)
		return rc;
	if (!v->page) { /* an empty file: SQLite takes zeroes for a new database */
		memset(buf, 0, (size_t)n);
		return SQLITE_IOERR_SHORT_READ;
	}
	size_t within = (size_t)at % v->page, want = (size_t)n;
	if (within + want > v->page)
		return vault_note(v, E_FAILED, 0, false, SQLITE_IOERR_READ);
	uint32_t number = (uint32_t)((size_t)at / v->page + 1);
	if (want == v->page)
		return read_page(v, file->real, buf, number);
	if (at == 0 && n == FIRST_LOOK)
		return first_look(v, file->real, buf);
	rc = read_page(v, file->real, v->plain, number);
	if (!rc)
		memcpy(buf, v->plain + within, want);
	return rc;
}

/* A copy writes page 1 last: the first page that comes settles the size, whatever its number. */
static int settle(struct vault *v, sqlite3_file *real, size_t n)
{
	int rc = learn(v, real);
	if (rc || v->page)
		return rc;
	if (n < PAGE_SIZE_MIN || n > PAGE_SIZE_MAX || (n & (n - 1)) != 0)
		return vault_note(v, E_FAILED, 0, false, SQLITE_IOERR_WRITE);
	crypto_random(v->seal.file_id, FILE_ID_BYTES);
	v->page = n;
	return SQLITE_OK;
}

static int main_write(sqlite3_file *f, const void *buf, int n, sqlite3_int64 at)
{
	struct sealed_file *file = sealed_of(f);
	struct vault *v = file->vault;
	int rc = v->page ? SQLITE_OK : settle(v, file->real, (size_t)n);
	if (rc)
		return rc;
	if ((size_t)n != v->page || (size_t)at % v->page != 0)
		return vault_note(v, E_FAILED, 0, false, SQLITE_IOERR_WRITE);
	if (v->checkpointing)
		return raw_write(file->real, buf, v->page, at);
	uint32_t number = (uint32_t)((size_t)at / v->page + 1);
	if (!page_seal(v->sealed, buf, v->page, number, &v->seal))
		return vault_note(v, E_FAILED, number, false, SQLITE_IOERR_WRITE);
	return raw_write(file->real, v->sealed, v->page, at);
}

static int main_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	sqlite3_file *real = sealed_of(f)->real;
	return real->pMethods->xTruncate(real, size);
}

static int main_size(sqlite3_file *f, sqlite3_int64 *size)
{
	sqlite3_file *real = sealed_of(f)->real;
	return real->pMethods->xFileSize(real, size);
}

static int main_control(sqlite3_file *f, int op, void *arg)
{
	struct sealed_file *file = sealed_of(f);
	if (op == SQLITE_FCNTL_CKPT_START || op == SQLITE_FCNTL_CKPT_DONE)
		file->vault->checkpointing = op == SQLITE_FCNTL_CKPT_START;
	if (op == SQLITE_FCNTL_MMAP_SIZE) { /* never: pages have to pass through here */
		*(sqlite3_int64 *)arg = 0;
		return SQLITE_OK;
	}
	return file->real->pMethods->xFileControl(file->real, op, arg);
}

static int main_lock(sqlite3_file *f, int level)
{
	sqlite3_file *real = sealed_of(f)->real;
	return real->pMethods->xLock(real, level);
}

static int main_unlock(sqlite3_file *f, int level)
{
	sqlite3_file *real = sealed_of(f)->real;
	return real->pMethods->xUnlock(real, level);
}

static int main_reserved(sqlite3_file *f, int *out)
{
	sqlite3_file *real = sealed_of(f)->real;
	return real->pMethods->xCheckReservedLock(real, out);
}

static int main_shm_map(sqlite3_file *f, int region, int size, int extend, void volatile **out)
{
	sqlite3_file *real = sealed_of(f)->real;
	return real->pMethods->xShmMap(real, region, size, extend, out);
}

static int main_shm_lock(sqlite3_file *f, int first, int n, int flags)
{
	struct sealed_file *file = sealed_of(f);
	int rc = file->real->pMethods->xShmLock(file->real, first, n, flags);
	/* Whoever holds this lock reads the log to find its end. */
	if (rc == SQLITE_OK && (flags & SQLITE_SHM_EXCLUSIVE) && first <= SHM_RECOVER_LOCK && SHM_RECOVER_LOCK < first + n)
		file->vault->recovering = flags & SQLITE_SHM_LOCK;
	return rc;
}

static void main_shm_barrier(sqlite3_file *f)
{
	sqlite3_file *real = sealed_of(f)->real;
	real->pMethods->xShmBarrier(real);
}

static int main_shm_unmap(sqlite3_file *f, int delete)
{
	sqlite3_file *real = sealed_of(f)->real;
	return real->pMethods->xShmUnmap(real, delete);
}

int sealed_close(sqlite3_file *f)
{
	sqlite3_file *real = sealed_of(f)->real;
	return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}

int sealed_sync(sqlite3_file *f, int flags)
{
	sqlite3_file *real = sealed_of(f)->real;
	return real->pMethods->xSync(real, flags);
}

int sealed_sector_size(sqlite3_file *f)
{
	sqlite3_file *real = sealed_of(f)->real;
	return real->pMethods->xSectorSize(real);
}

/* Nothing about atomic writes holds once pages are shifted and grown. That a torn write leaves its neighbours alone does, and it
 * spares us pages in pieces. */
int sealed_characteristics(sqlite3_file *f)
{
	(void)f;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* Version 2: with shared memory for the log, without xFetch, so that no page can be mapped past us. */
static const sqlite3_io_methods main_methods = {
	.iVersion = 2,
	.xClose = sealed_close,
	.xRead = main_read,
	.xWrite = main_write,
	.xTruncate = main_truncate,
	.xSync = sealed_sync,
	.xFileSize = main_size,
	.xLock = main_lock,
	.xUnlock = main_unlock,
	.xCheckReservedLock = main_reserved,
	.xFileControl = main_control,
	.xSectorSize = sealed_sector_size,
	.xDeviceCharacteristics = sealed_characteristics,
	.xShmMap = main_shm_map,
	.xShmLock = main_shm_lock,
	.xShmBarrier = main_shm_barrier,
	.xShmUnmap = main_shm_unmap,
};

/* ---- the file system ---- */

static struct vault *vault_of(sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

static int vault_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out_flags)
{
	struct vault *v = vault_of(vfs);
	struct sealed_file *file = sealed_of(f);
	bool database = flags & SQLITE_OPEN_MAIN_DB, log = flags & SQLITE_OPEN_WAL;
	f->pMethods = NULL;
	/* A rollback journal or a temporary file would hold pages in the clear; a second database under this key has no business here. */
	if (!name || (!database && !log) || (database && v->opened))
		return vault_note(v, E_FAILED, 0, false, SQLITE_CANTOPEN);
	file->vault = v;
	file->real = (sqlite3_file *)(void *)(file + 1);
	int rc = v->base->xOpen(v->base, name, file->real, flags, out_flags);
	if (rc) {
		sealed_close(f);
		return rc;
	}
	struct stat st;
	file->name = name;
	file->inode = stat(name, &st) == 0 ? st.st_ino : 0;
	v->opened |= database;
	f->pMethods = database ? &main_methods : &log_methods;
	return SQLITE_OK;
}

static int vault_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
	sqlite3_vfs *base = vault_of(vfs)->base;
	return base->xDelete(base, name, sync_folder);
}

static int vault_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	static const char journal[] = "-journal";
	sqlite3_vfs *base = vault_of(vfs)->base;
	size_t n = strlen(name), m = sizeof journal - 1;
	/* We never write one. One that lies there was put there, and playing it back would seal its pages as if they were ours. */
	if (n > m && strcmp(name + n - m, journal) == 0) {
		*out = 0;
		return SQLITE_OK;
	}
	return base->xAccess(base, name, flags, out);
}

static int vault_full_path(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
	sqlite3_vfs *base = vault_of(vfs)->base;
	return base->xFullPathname(base, name, size, out);
}

static int vault_random(sqlite3_vfs *vfs, int n, char *out)
{
	(void)vfs;
	crypto_random(out, (size_t)n);
	return n;
}

static int vault_sleep(sqlite3_vfs *vfs, int microseconds)
{
	sqlite3_vfs *base = vault_of(vfs)->base;
	return base->xSleep(base, microseconds);
}

static int vault_time(sqlite3_vfs *vfs, double *out)
{
	sqlite3_vfs *base = vault_of(vfs)->base;
	return base->xCurrentTime(base, out);
}

static int vault_last_error(sqlite3_vfs *vfs, int n, char *out)
{
	sqlite3_vfs *base = vault_of(vfs)->base;
	return base->xGetLastError ? base->xGetLastError(base, n, out) : 0;
}

static void fill_vfs(struct vault *v)
{
	snprintf(v->name, sizeof v->name, "paydesk-%p", (void *)v);
	v->vfs = (sqlite3_vfs){
		.iVersion = 1,
		.szOsFile = (int)sizeof(struct sealed_file) + v->base->szOsFile,
		.mxPathname = v->base->mxPathname,
		.zName = v->name,
		.pAppData = v,
		.xOpen = vault_open,
		.xDelete = vault_delete,
		.xAccess = vault_access,
		.xFullPathname = vault_full_path,
		.xRandomness = vault_random,
		.xSleep = vault_sleep,
		.xCurrentTime = vault_time,
		.xGetLastError = vault_last_error,
	};
}

enum code vault_new(struct vault **out, const struct secret *key, struct err *err)
{
	*out = NULL;
	if (secret_size(key) != KEY_BYTES)
		return fail(err, E_KEY, "a vault key has %d bytes", KEY_BYTES);
	struct secret *page_key;
	enum code code = secret_new(&page_key, KEY_BYTES, err);
	if (code)
		return code;
	seal_key(secret_bytes(page_key), secret_peek(key));
	struct vault *v = mem_alloc(sizeof *v);
	v->key = page_key;
	v->base = sqlite3_vfs_find(NULL);
	seal_init(&v->seal, secret_peek(page_key));
	v->sealed = mem_alloc(PAGE_SIZE_MAX + FRAME_HEAD_SEALED);
	v->plain = mem_alloc(PAGE_SIZE_MAX);
	v->piece.index = v->read_back = -1;
	fill_vfs(v);
	if (!v->base || sqlite3_vfs_register(&v->vfs, 0) != SQLITE_OK) {
		vault_free(v);
		return fail(err, E_FAILED, "SQLite does not take the sealed file system");
	}
	*out = v;
	return E_OK;
}

void vault_free(struct vault *v)
{
	if (!v)
		return;
	sqlite3_vfs_unregister(&v->vfs);
	secret_free(v->key);
	crypto_wipe(v->plain, PAGE_SIZE_MAX);
	free(v->plain);
	free(v->sealed);
	if (v->piece.plain)
		crypto_wipe(v->piece.plain, PAGE_SIZE_MAX);
	free(v->piece.plain);
	free(v->numbers);
	free(v);
}

const char *vault_name(const struct vault *v)
{
	return v->name;
}

struct vault_fault vault_fault(struct vault *v)
{
	struct vault_fault fault = v->fault;
	v->fault = (struct vault_fault){ E_OK, 0, false };
	return fault;
}

bool vault_log_was_cut(const struct vault *v)
{
	return v->log_cut;
}
