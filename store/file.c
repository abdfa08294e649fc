#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum code io_code(int error)
{
	switch (error) {
	case ENOSPC: case EDQUOT: return E_FULL;
	case EROFS: case EACCES: case EPERM: return E_READONLY;
	case ENOENT: return E_NOTFOUND;
	case EEXIST: return E_EXISTS;
	default: return E_IO;
	}
}

bool file_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

enum code file_read(struct buf *out, const char *path, size_t max, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	enum code code = E_OK;
	struct stat st;
	size_t got = 0;

	if (fd < 0)
		return fail(err, io_code(errno), "cannot open %s: %s", path, strerror(errno));
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		code = fail(err, E_SEALED, "%s is not a plain file", path);
		goto out;
	}
	for (;;) {
		char piece[4096];
		ssize_t n = read(fd, piece, sizeof piece);

		if (n == 0)
			break;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			code = fail(err, E_IO, "cannot read %s: %s", path, strerror(errno));
			goto out;
		}
		got += (size_t)n;
		if (got > max) {
			code = fail(err, E_SEALED, "%s is longer than the %zu bytes it may have", path, max);
			goto out;
		}
		buf_add(out, piece, (size_t)n);
	}
out:
	close(fd);
	return code;
}

enum code file_write_all(int fd, const void *data, size_t n, const char *path, struct err *err)
{
	const char *p = data;

	while (n) {
		ssize_t w = write(fd, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return fail(err, io_code(errno), "cannot write %s: %s", path, strerror(errno));
		p += w;
		n -= (size_t)w;
	}
	return E_OK;
}

enum code file_sync_folder(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? mem_strndup(path, slash == path ? 1 : (size_t)(slash - path)) : mem_strdup(".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum code code = E_OK;

	if (fd < 0 || fsync(fd) != 0)
		code = fail(err, io_code(errno), "cannot sync the folder %s: %s", folder, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(folder);
	return code;
}

enum code file_replace(const char *path, const void *data, size_t n, struct err *err)
{
	AUTO(buf_release) struct buf beside = BUF_INIT;
	enum code code;
	int fd;

	buf_addf(&beside, "%s.new", path);
	if (unlink(beside.data) != 0 && errno != ENOENT) /* left by a crash */
		return fail(err, io_code(errno), "cannot remove %s: %s", beside.data, strerror(errno));
	fd = open(beside.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fail(err, io_code(errno), "cannot create %s: %s", beside.data, strerror(errno));
	code = file_write_all(fd, data, n, beside.data, err);
	if (!code && fsync(fd) != 0)
		code = fail(err, io_code(errno), "cannot sync %s: %s", beside.data, strerror(errno));
	close(fd);
	if (!code && rename(beside.data, path) != 0)
		code = fail(err, io_code(errno), "cannot put %s in place: %s", path, strerror(errno));
	if (code) {
		unlink(beside.data);
		return code;
	}
	return file_sync_folder(path, err);
}

enum code file_move(const char *from, const char *to, struct err *err)
{
	bool moved = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0;
	enum code code;

	/* A file system that cannot do that may still link, which never replaces either. */
	if (!moved && errno == EINVAL)
		moved = link(from, to) == 0 && unlink(from) == 0;
	if (!moved && errno == EEXIST)
		return fail(err, E_EXISTS, "%s is there already; it is left as it is", to);
	if (!moved)
		return fail(err, io_code(errno), "cannot put %s in place: %s", to, strerror(errno));
	code = file_sync_folder(to, err);
	if (code && rename(to, from) != 0) /* it may not last, so it is not there */
		return fail_in(err, "%s may not outlast a power cut", to);
	return code;
}

enum code file_lock(int fd, int64_t byte, enum lock_mode mode, int wait_ms, struct err *err)
{
	static const short types[] = { [LOCK_NONE] = F_UNLCK, [LOCK_SHARED] = F_RDLCK, [LOCK_EXCLUSIVE] = F_WRLCK };
	const struct timespec pause = { 0, 1000000 };
	struct flock want = { .l_type = types[mode], .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };
	int waited;

	for (waited = 0; fcntl(fd, F_OFD_SETLK, &want) != 0; waited++) {
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			return fail(err, E_IO, "cannot lock a file of the store: %s", strerror(errno));
		if (waited >= wait_ms)
			return fail(err, E_BUSY, "another process holds the store; try again when it is done");
		nanosleep(&pause, NULL);
	}
	return E_OK;
}
