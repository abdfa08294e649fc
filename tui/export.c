#include "tui/export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/values/money.h"
#include "core/values/text.h"
#include "tui/rows.h"
#include "tui/words.h"
#include "tui/xlsx.h"

static const struct { const char *name, *ending; } forms[] = {
	[EXPORT_CSV] = { "csv", ".csv" }, [EXPORT_JSON] = { "jsonl", ".jsonl" }, [EXPORT_XLSX] = { "xlsx", ".xlsx" },
};

enum code export_form_of(const char *path, enum export_form *form, struct err *err)
{
	for (size_t i = 0; i < COUNT(forms); i++) {
		size_t n = strlen(path), end = strlen(forms[i].ending);

		if (n > end && strcmp(path + n - end, forms[i].ending) == 0 && path[n - end - 1] != '/') {
			*form = (enum export_form)i;
			return E_OK;
		}
	}
	return fail(err, E_USAGE, N_("the file's name says what it becomes: it ends in .csv, .jsonl or .xlsx"));
}

/* ---- files ---- */
enum code export_create(struct buf *real, const char *path, int *fd, struct err *err)
{
	const char *home = getenv("HOME");

	buf_clear(real);
	if (strncmp(path, "~/", 2) == 0 && home && *home)
		buf_addf(real, "%s/%s", home, path + 2);
	else
		buf_adds(real, path);
	if (!real->len)
		return fail(err, E_USAGE, N_("a file needs a name"));
	*fd = open(real->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*fd >= 0)
		return E_OK;
	if (errno == EEXIST)
		return fail(err, E_EXISTS, N_("%s is there already and is not written over; choose another name"), real->data);
	return fail(err, E_IO, N_("%s cannot be created: %s"), real->data, strerror(errno));
}

static enum code cannot_write(const char *path, struct err *err)
{
	return fail(err, E_IO, N_("%s cannot be written: %s; it was removed"), path, strerror(errno));
}

enum code export_save(const char *path, const void *data, size_t n, struct err *err)
{
	AUTO(buf_release) struct buf real = BUF_INIT;
	const char *from = data;
	enum code code = E_OK;
	int fd;

	if (export_create(&real, path, &fd, err))
		return err->code;
	while (!code && n) {
		ssize_t wrote = write(fd, from, n);

		if (wrote < 0 && errno != EINTR)
			code = cannot_write(real.data, err);
		from += wrote > 0 ? wrote : 0;
		n -= wrote > 0 ? (size_t)wrote : 0;
	}
	if (close(fd) && !code)
		code = cannot_write(real.data, err);
	if (code)
		unlink(real.data);
	return code;
}

/* ---- rows ---- */
struct export {
	const struct record *rec;
	enum export_form form;
	struct buf filter, path;
	int64_t limit, most;
	int fd;              /* of the file; -1: it is closed */
	bool noted;          /* the journal says that it is taken */
	_Atomic int64_t rows, of;
	struct show how;
	struct buf text;
	FILE *file;          /* CSV and JSON Lines */
	struct xlsx *xlsx;
};

static bool written(const struct field *f)
{
	return !(f->show & SHOW_HIDDEN) && f->type != FIELD_BYTES;
}

/* Where no field says the currency, the heading does. */
static void sheet_head(struct export *w)
{
	for (size_t f = 0; f < w->rec->nfields; f++) {
		const struct field *field = &w->rec->fields[f];
		AUTO(buf_release) struct buf label = BUF_INIT;

		if (!written(field))
			continue;
		buf_adds(&label, _(field->label));
		if (field->type == FIELD_MONEY && !field->currency_field)
			buf_adds(&label, " (CNY)");
		xlsx_head(w->xlsx, label.data);
	}
	xlsx_row(w->xlsx);
}

/* Numbers that people count with are numbers; everything else, also what a mask left of a number, is text. */
static void sheet_cell(struct export *w, const struct item *it, size_t f)
{
	const struct field *field = &it->rec->fields[f];
	bool number = it->v[f].type == VALUE_INT && !field_masked(field, w->how.clearance);
	AUTO(buf_release) struct buf text = BUF_INIT;

	if (it->v[f].type == VALUE_NULL) {
		xlsx_skip(w->xlsx);
	} else if (number && field->type == FIELD_MONEY) {
		const char *code = field->currency_field ? item_text(it, field->currency_field) : "CNY";
		const struct currency *c = currency_find(*code ? code : "CNY");

		xlsx_number(w->xlsx, it->v[f].num, c ? c->digits : 0);
	} else if (number && field->type == FIELD_INT && field->decimals <= XLSX_DIGITS_MOST) {
		xlsx_number(w->xlsx, it->v[f].num, field->decimals);
	} else {
		item_show(&text, it, f, &w->how);
		xlsx_text(w->xlsx, text.data);
	}
}

static enum code put_text(struct export *w, struct err *err)
{
	if (fwrite(w->text.data, 1, w->text.len, w->file) != w->text.len)
		return fail(err, E_IO, N_("the output cannot be written: %s"), strerror(errno));
	return E_OK;
}

static enum code put_row(void *ctx, struct item *it, struct err *err)
{
	struct export *w = ctx;

	atomic_fetch_add(&w->rows, 1);
	if (w->form == EXPORT_XLSX) {
		for (size_t f = 0; f < it->rec->nfields; f++)
			if (written(&it->rec->fields[f]))
				sheet_cell(w, it, f);
		xlsx_row(w->xlsx);
		return E_OK;
	}
	buf_clear(&w->text);
	row_write(&w->text, it, w->form == EXPORT_CSV ? ROW_CSV : ROW_JSON, &w->how);
	return put_text(w, err);
}

/* The folder of the file: what the library keeps for a moment lies where the whole will lie. */
static void folder_of(struct buf *out, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		buf_adds(out, ".");
	else
		buf_add(out, path, slash == path ? 1 : (size_t)(slash - path));
}

static enum code put_sheet(struct export *w, struct db *db, const struct query *q, struct err *err)
{
	AUTO(buf_release) struct buf folder = BUF_INIT;
	enum code code;

	folder_of(&folder, w->path.data);
	if (xlsx_open(&w->xlsx, w->fd, folder.data, err))
		return err->code;
	sheet_head(w);
	code = item_each(db, w->rec, q, put_row, w, err);
	return xlsx_close(w->xlsx, code ? NULL : err) && !code ? err->code : code;
}

static enum code put_lines(struct export *w, struct db *db, const struct query *q, struct err *err)
{
	int own = dup(w->fd);
	enum code code;

	w->file = own < 0 ? NULL : fdopen(own, "w");
	if (!w->file) {
		if (own >= 0)
			close(own);
		return fail(err, E_IO, N_("the system gives no descriptors: %s"), strerror(errno));
	}
	row_head(&w->text, w->rec, w->form == EXPORT_CSV ? ROW_CSV : ROW_JSON);
	code = put_text(w, err);
	if (!code)
		code = item_each(db, w->rec, q, put_row, w, err);
	if (fclose(w->file) && !code)
		code = fail(err, E_IO, N_("the output cannot be written: %s"), strerror(errno));
	return code;
}

enum code export_note(struct desk *d, const char *kind, const char *form, const char *filter, int64_t rows, struct err *err)
{
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct json_writer w = JSON_WRITER(&body);

	json_open(&w, '{');
	json_key(&w, "form");
	json_str(&w, form);
	json_key(&w, "filter");
	json_str(&w, filter);
	if (rows >= 0) {
		json_key(&w, "rows");
		json_int(&w, rows);
	}
	json_close(&w, '}');
	return desk_note(d, "export", kind, "", &body, err);
}

/* How many rows will be taken; too many are refused here. */
static enum code count(struct export *x, struct desk *d, struct query *q, struct err *err)
{
	int64_t rows;

	if (query_count(desk_db(d), q, &rows, err))
		return err->code;
	if (x->limit && x->limit < rows)
		rows = x->limit;
	if (x->most && rows > x->most)
		return fail(err, E_USAGE, N_("these are %lld rows, and %lld go into such a file from here; narrow the filter, or take them with `paydesk list`"),
			    (long long)rows, (long long)x->most);
	q->limit = rows ? (size_t)rows : 1; /* what comes in meanwhile is not what the journal says */
	atomic_store(&x->of, rows);
	return E_OK;
}

enum code export_begin(struct export **out, struct desk *d, const struct export_order *o, struct err *err)
{
	AUTO(filter_release) struct filter f = { 0 };
	AUTO(buf_release) struct buf real = BUF_INIT;
	struct export *x;
	int fd;

	*out = NULL;
	if (desk_query(d, o->rec, o->filter, &f, err) || export_create(&real, o->path, &fd, err))
		return err->code;
	x = mem_alloc(sizeof *x);
	*x = (struct export){ .rec = o->rec, .form = o->form, .filter = BUF_INIT, .path = BUF_INIT, .limit = o->limit, .most = o->most, .fd = fd,
			      .text = BUF_INIT };
	if (x->form == EXPORT_XLSX && (!x->most || x->most >= XLSX_ROWS_MAX))
		x->most = XLSX_ROWS_MAX - 1;
	buf_adds(&x->filter, o->filter);
	buf_adds(&x->path, real.data);
	*out = x;
	return E_OK;
}

enum code export_run(struct export *x, struct desk *d, struct err *err)
{
	AUTO(filter_release) struct filter f = { 0 };

	if (desk_query(d, x->rec, x->filter.data, &f, err) || count(x, d, &f.query, err) ||
	    export_note(d, x->rec->kind, forms[x->form].name, x->filter.data, atomic_load(&x->of), err))
		return err->code;
	x->noted = true;
	desk_show(d, &x->how, words_get);
	x->how.now = 0; /* an age is true today only */
	return x->form == EXPORT_XLSX ? put_sheet(x, desk_db(d), &f.query, err) : put_lines(x, desk_db(d), &f.query, err);
}

/* Half a file is none, and whoever reads the journal learns that nothing was left of what it announced. */
static enum code take_back(struct export *x, struct desk *d, struct err *err)
{
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct json_writer w = JSON_WRITER(&body);

	unlink(x->path.data);
	if (!x->noted)
		return E_OK;
	json_open(&w, '{');
	json_key(&w, "form");
	json_str(&w, forms[x->form].name);
	json_key(&w, "filter");
	json_str(&w, x->filter.data);
	json_key(&w, "removed");
	json_int(&w, atomic_load(&x->rows));
	json_close(&w, '}');
	return desk_note(d, "export.stopped", x->rec->kind, "", &body, err);
}

enum code export_end(struct export *x, struct desk *d, enum code code, struct err *err)
{
	struct err second = { 0 };

	if (close(x->fd) && !code)
		code = cannot_write(x->path.data, err);
	x->fd = -1;
	if (code && take_back(x, d, &second))
		code = fail_in(err, "%s", second.msg);
	return code;
}

void export_free(struct export *x)
{
	if (!x)
		return;
	if (x->fd >= 0) { /* nobody has begun to write it */
		close(x->fd);
		unlink(x->path.data);
	}
	buf_release(&x->filter);
	buf_release(&x->path);
	buf_release(&x->text);
	free(x);
}

int64_t export_rows(const struct export *x) { return atomic_load(&x->rows); }
int64_t export_of(const struct export *x) { return atomic_load(&x->of); }
const char *export_path(const struct export *x) { return x->path.data; }

enum code export_list(struct desk *d, const struct export_order *o, int64_t *rows, struct err *err)
{
	struct export *x;
	enum code code;

	if (export_begin(&x, d, o, err))
		return err->code;
	code = export_end(x, d, export_run(x, d, err), err);
	*rows = export_rows(x);
	export_free(x);
	return code;
}
