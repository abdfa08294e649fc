#include "tui/config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool own_path(char *path, size_t size, const char *name)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int n;

	/* the XDG Base Directory Specification: a relative path is to be ignored */
	if (config && config[0] == '/')
		n = snprintf(path, size, "%s/paydesk/%s", config, name);
	else if (home && home[0] == '/')
		n = snprintf(path, size, "%s/.config/paydesk/%s", home, name);
	else
		return false;
	return n > 0 && (size_t)n < size;
}

/* Only a regular file: a pipe would keep us waiting. */
enum code config_read(struct buf *out, char *path, size_t size, const char *name, struct err *err)
{
	struct stat st;
	size_t had = out->len;
	ssize_t n;
	int fd;

	if (!own_path(path, size, name))
		return fail(err, E_NOTFOUND, "%s is not there", name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return fail(err, E_NOTFOUND, "%s is not there", path);
	if (fd < 0)
		return fail(err, E_IO, N_("cannot open %s: %s"), path, strerror(errno));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size > CONFIG_FILE_MAX) {
		close(fd);
		return fail(err, E_INVALID, N_("%s is no plain file of at most 64 kB"), path);
	}
	buf_reserve(out, CONFIG_FILE_MAX);
	while (out->len - had < CONFIG_FILE_MAX && (n = read(fd, out->data + out->len, CONFIG_FILE_MAX - (out->len - had))) > 0)
		out->len += (size_t)n;
	close(fd);
	return E_OK;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

size_t config_names(const char *folder, const char *ending, char names[][CONFIG_NAME_MAX + 1], size_t max)
{
	size_t n = 0, tail = strlen(ending);
	char path[PATH_MAX];
	struct dirent *e;
	DIR *dir = own_path(path, sizeof path, folder) ? opendir(path) : NULL;

	while (dir && n < max && (e = readdir(dir))) {
		size_t len = strlen(e->d_name);

		if (e->d_name[0] == '.' || len <= tail || len - tail > CONFIG_NAME_MAX || strcmp(e->d_name + len - tail, ending) != 0)
			continue;
		memcpy(names[n], e->d_name, len - tail);
		names[n++][len - tail] = '\0';
	}
	if (dir)
		closedir(dir);
	qsort(names, n, sizeof *names, by_name);
	return n;
}
