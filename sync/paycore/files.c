#include "sync/paycore/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

enum code file_read(struct buf *out, const char *home, const char *name, size_t max, struct err *err)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	buf_addf(&path, "%s/%s", home, name);
	AUTO(close_fd) int fd = open(path.data, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(err, errno == ENOENT ? E_NOTFOUND : E_IO, "cannot open %s: %s", path.data, strerror(errno));
	char chunk[4096];
	for (size_t total = 0;;) {
		ssize_t n = read(fd, chunk, sizeof chunk);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(err, E_IO, "cannot read %s: %s", path.data, strerror(errno));
		if (n == 0)
			return E_OK;
		total += (size_t)n;
		if (total > max)
			return fail(err, E_INVALID, "%s is larger than it can be; move it away", path.data);
		buf_add(out, chunk, (size_t)n);
	}
}

static bool write_all(int fd, const char *data, size_t n)
{
	while (n) {
		ssize_t w = write(fd, data, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return false;
		data += w;
		n -= (size_t)w;
	}
	return fsync(fd) == 0;
}

enum code file_write(const char *home, const char *name, const void *data, size_t n, struct err *err)
{
	AUTO(buf_release) struct buf path = BUF_INIT, beside = BUF_INIT;
	buf_addf(&path, "%s/%s", home, name);
	buf_addf(&beside, "%s.new", path.data);
	unlink(beside.data); /* left over from a crash */
	AUTO(close_fd) int fd = open(beside.data, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 || !write_all(fd, data, n) || rename(beside.data, path.data) != 0) {
		int why = errno;
		unlink(beside.data);
		return fail(err, why == ENOSPC ? E_FULL : E_IO, "cannot write %s: %s", path.data, strerror(why));
	}
	return E_OK;
}
