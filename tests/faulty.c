#include "tests/faulty.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

struct faulty_file {
	sqlite3_file base;
	sqlite3_file *real;
};

static struct {
	sqlite3_vfs vfs, *base;
	sqlite3_io_methods methods;
	enum faulty_op op;
	enum faulty_how how;
	int left;        /* operations until the failure; 0: not armed */
	bool on, failed;
} disk;

static sqlite3_file *real_of(sqlite3_file *f)
{
	return ((struct faulty_file *)(void *)f)->real;
}

static bool fails(enum faulty_op op)
{
	if (disk.op != op || disk.left == 0)
		return false;
	if (disk.left > 1) {
		disk.left--;
		return false;
	}
	disk.left = disk.on ? 1 : 0;
	disk.failed = true;
	errno = disk.how == FAULTY_FULL ? ENOSPC : EIO;
	return true;
}

static int refused(int rc)
{
	return disk.how == FAULTY_FULL ? SQLITE_FULL : rc;
}

static int faulty_read(sqlite3_file *f, void *buf, int n, sqlite3_int64 at)
{
	sqlite3_file *real = real_of(f);
	if (!fails(FAULTY_READ))
		return real->pMethods->xRead(real, buf, n, at);
	if (disk.how != FAULTY_SHORT)
		return SQLITE_IOERR_READ;
	int rc = real->pMethods->xRead(real, buf, n / 2, at);
	memset((char *)buf + n / 2, 0, (size_t)(n - n / 2));
	return rc ? rc : SQLITE_IOERR_SHORT_READ;
}

static int faulty_write(sqlite3_file *f, const void *buf, int n, sqlite3_int64 at)
{
	sqlite3_file *real = real_of(f);
	if (!fails(FAULTY_WRITE))
		return real->pMethods->xWrite(real, buf, n, at);
	if (disk.how == FAULTY_SHORT)
		real->pMethods->xWrite(real, buf, n / 2, at);
	return refused(SQLITE_IOERR_WRITE);
}

static int faulty_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	sqlite3_file *real = real_of(f);
	return fails(FAULTY_TRUNCATE) ? refused(SQLITE_IOERR_TRUNCATE) : real->pMethods->xTruncate(real, size);
}

static int faulty_sync(sqlite3_file *f, int flags)
{
	(void)f, (void)flags;
	return fails(FAULTY_SYNC) ? refused(SQLITE_IOERR_FSYNC) : SQLITE_OK;
}

static int faulty_close(sqlite3_file *f)
{
	sqlite3_file *real = real_of(f);
	return real->pMethods->xClose(real);
}

static int faulty_size(sqlite3_file *f, sqlite3_int64 *out) { return real_of(f)->pMethods->xFileSize(real_of(f), out); }
static int faulty_lock(sqlite3_file *f, int level) { return real_of(f)->pMethods->xLock(real_of(f), level); }
static int faulty_unlock(sqlite3_file *f, int level) { return real_of(f)->pMethods->xUnlock(real_of(f), level); }
static int faulty_reserved(sqlite3_file *f, int *out) { return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out); }
static int faulty_control(sqlite3_file *f, int op, void *arg) { return real_of(f)->pMethods->xFileControl(real_of(f), op, arg); }
static int faulty_sector(sqlite3_file *f) { return real_of(f)->pMethods->xSectorSize(real_of(f)); }
static int faulty_traits(sqlite3_file *f) { return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f)); }
static void faulty_shm_barrier(sqlite3_file *f) { real_of(f)->pMethods->xShmBarrier(real_of(f)); }
static int faulty_shm_unmap(sqlite3_file *f, int gone) { return real_of(f)->pMethods->xShmUnmap(real_of(f), gone); }

static int faulty_shm_map(sqlite3_file *f, int region, int size, int extend, void volatile **out)
{
	return real_of(f)->pMethods->xShmMap(real_of(f), region, size, extend, out);
}

static int faulty_shm_lock(sqlite3_file *f, int first, int n, int flags)
{
	return real_of(f)->pMethods->xShmLock(real_of(f), first, n, flags);
}

static int faulty_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out_flags)
{
	struct faulty_file *file = (struct faulty_file *)(void *)f;
	(void)vfs;
	f->pMethods = NULL;
	if (fails(FAULTY_OPEN))
		return SQLITE_CANTOPEN;
	file->real = (sqlite3_file *)(void *)(file + 1);
	int rc = disk.base->xOpen(disk.base, name, file->real, flags, out_flags);
	if (rc == SQLITE_OK)
		f->pMethods = &disk.methods;
	return rc;
}

void faulty_install(void)
{
	if (disk.base)
		return;
	disk.base = sqlite3_vfs_find(NULL);
	disk.methods = (sqlite3_io_methods){
		.iVersion = 2, .xClose = faulty_close, .xRead = faulty_read, .xWrite = faulty_write, .xTruncate = faulty_truncate,
		.xSync = faulty_sync, .xFileSize = faulty_size, .xLock = faulty_lock, .xUnlock = faulty_unlock,
		.xCheckReservedLock = faulty_reserved, .xFileControl = faulty_control, .xSectorSize = faulty_sector,
		.xDeviceCharacteristics = faulty_traits, .xShmMap = faulty_shm_map, .xShmLock = faulty_shm_lock,
		.xShmBarrier = faulty_shm_barrier, .xShmUnmap = faulty_shm_unmap,
	};
	disk.vfs = *disk.base; /* everything that is not about an open file goes to the real one, which keeps no state of its own there */
	disk.vfs.pNext = NULL;
	disk.vfs.zName = "faulty";
	disk.vfs.szOsFile = (int)sizeof(struct faulty_file) + disk.base->szOsFile;
	disk.vfs.xOpen = faulty_open;
	sqlite3_vfs_register(&disk.vfs, 1);
}

void faulty_arm(enum faulty_op op, int nth, enum faulty_how how, bool on)
{
	disk.op = op;
	disk.left = nth;
	disk.how = how;
	disk.on = on;
	disk.failed = false;
}

bool faulty_disarm(void)
{
	disk.left = 0;
	return disk.failed;
}
