/* The folder of a contract's evidence, as it lies there, in memory. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/contract/bundle.h"
#include "store/file.h"

enum { FILE_MAX = 17 * 1024 * 1024 /* bytes: a document of the core, and some */ };

void bundle_release(struct bundle_folder *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->file[i].name);
		buf_release(&f->file[i].data);
	}
	f->n = 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct bundle_file *)a)->name, ((const struct bundle_file *)b)->name);
}

static enum code take(struct bundle_folder *f, const char *dir, const char *name, struct err *err)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	struct bundle_file *file = &f->file[f->n];

	if (f->n == BUNDLE_FILES_MAX)
		return fail(err, E_INVALID, "%s holds more than %d files; it is no evidence of a contract", dir, BUNDLE_FILES_MAX);
	*file = (struct bundle_file){ .name = mem_strdup(name), .data = BUF_INIT };
	f->n++;
	buf_addf(&path, "%s/%s", dir, name);
	(void)file_read(&file->data, path.data, FILE_MAX, &file->why);
	return E_OK;
}

enum code bundle_open(struct bundle_folder *f, const char *dir, struct err *err)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	enum code code = E_OK;
	bool list = false;

	if (!d)
		return fail(err, io_code(errno), "cannot open the folder %s: %s", dir, strerror(errno));
	while (!code && (e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
			list = list || !strcmp(e->d_name, "MANIFEST");
			code = take(f, dir, e->d_name, err);
		}
	closedir(d);
	if (!code && !list)
		code = fail(err, E_INVALID, "%s holds no evidence of a contract: there is no MANIFEST", dir);
	if (code)
		bundle_release(f);
	else
		qsort(f->file, f->n, sizeof *f->file, by_name);
	return code;
}
