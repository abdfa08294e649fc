#include "core/desk/opened.h"

#include <stdlib.h>
#include <string.h>

enum { OPERATOR, KIND, ID, AT, VERSION, DATA, COLUMNS };
static const struct column columns[] = {
	[OPERATOR] = { "operator", VALUE_TEXT }, [KIND] = { "kind", VALUE_TEXT }, [ID] = { "id", VALUE_TEXT },
	[AT] = { "opened_at", VALUE_INT }, [VERSION] = { "version", VALUE_INT }, [DATA] = { "data", VALUE_TEXT },
};
static const struct table opened_table = { .name = "opened", .columns = columns, .ncolumns = COUNT(columns), .stride = sizeof *columns, .nkey = 3 };

/* ---- copies ---- */
static bool is_kept(const struct field *f)
{
	return f->show & SHOW_DETAIL && !(f->show & SHOW_RUNNING) && f->type != FIELD_BYTES;
}

static char *copy_of(const struct item *it)
{
	struct buf data = BUF_INIT;
	struct json_writer w = JSON_WRITER(&data);

	json_open(&w, '{');
	for (size_t f = 0; f < it->rec->nfields; f++) {
		if (!is_kept(&it->rec->fields[f]))
			continue;
		json_key(&w, it->rec->fields[f].column.name);
		if (it->v[f].type == VALUE_TEXT)
			json_strn(&w, it->v[f].text, it->v[f].len);
		else if (it->v[f].type == VALUE_INT)
			json_int(&w, it->v[f].num);
		else
			json_null(&w);
	}
	json_close(&w, '}');
	return buf_detach(&data);
}

/* What an older paydesk kept may have fields that this one does not know, and lack some: nothing is said of those. */
static void read_copy(struct opened *o, const struct json *data)
{
	struct item *it = &o->it;

	o->known = pool_alloc(&it->pool, it->rec->nfields * sizeof *o->known);
	for (size_t f = 0; f < it->rec->nfields; f++) {
		const struct json *v = json_member(data, it->rec->fields[f].column.name);
		enum value_type type = it->rec->fields[f].column.type;

		it->v[f] = value_null();
		o->known[f] = v && (json_type(v) == JSON_NULL || json_type(v) == (type == VALUE_INT ? JSON_INT : JSON_STR));
		if (o->known[f] && json_type(v) == JSON_STR)
			it->v[f] = value_copy(&it->pool, value_text(json_text(v)));
		else if (o->known[f] && json_type(v) == JSON_INT)
			it->v[f] = value_int(json_number(v));
	}
}

void opened_release(struct opened *o)
{
	item_release(&o->it);
	*o = (struct opened){ 0 };
}

static enum code take_copy(struct opened *out, const struct record *rec, const char *text, size_t n, int64_t at, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const struct json *data = NULL;

	if (json_parse(&pool, text, n, NULL, &data, err))
		return err->code;
	item_init(&out->it, rec);
	read_copy(out, data);
	out->at = at;
	return E_OK;
}

/* ---- noted ---- */
static void forget(struct opened_notes *n, size_t at)
{
	free(n->note[at].id);
	free(n->note[at].data);
	memmove(n->note + at, n->note + at + 1, (--n->n - at) * sizeof *n->note);
}

void opened_notes_clear(struct opened_notes *n)
{
	while (n->n)
		forget(n, n->n - 1);
}

/* Its place, or n->n. */
static size_t noted(const struct opened_notes *n, const struct record *rec, const char *id)
{
	size_t i = 0;

	while (i < n->n && (n->note[i].rec != rec || strcmp(n->note[i].id, id) != 0))
		i++;
	return i;
}

void opened_note(struct opened_notes *n, const struct item *it, int64_t at)
{
	char *data = copy_of(it);
	size_t i = noted(n, it->rec, item_id(it));

	bool same = i < n->n && strcmp(n->note[i].data, data) == 0;

	if (same)
		n->note[i].at = at;
	if (same || strlen(data) > OPENED_BYTES) {
		free(data);
		return;
	}
	if (i < n->n)
		forget(n, i);
	else if (n->n == OPENED_NOTES)
		forget(n, 0);
	n->note[n->n++] = (struct opened_note){ .rec = it->rec, .id = mem_strdup(item_id(it)), .data = data, .at = at,
						.version = item_version(it) };
}

/* ---- stored ---- */
static enum code put(struct desk *d, const struct opened_note *note, struct err *err)
{
	const struct value row[COLUMNS] = {
		[OPERATOR] = value_text(desk_who(d)->id), [KIND] = value_text(note->rec->kind), [ID] = value_text(note->id),
		[AT] = value_int(note->at), [VERSION] = value_int(note->version), [DATA] = value_text(note->data),
	};

	return db_put(desk_db(d), &opened_table, row, err);
}

/* Deletes what the query yields; the keys are read first, for a table is not changed while it is walked. */
static enum code drop(struct db *db, const struct query *q, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value row[COLUMNS], (*keys)[DATA] = NULL;
	struct cursor *c = NULL;
	bool more = true;
	size_t n = 0;
	enum code code = query_open(&c, db, q, err);

	while (!code && !(code = cursor_next(c, row, &more, err)) && more) {
		keys = mem_grow(keys, n + 1, sizeof *keys);
		for (size_t i = 0; i <= ID; i++)
			keys[n][i] = value_copy(&pool, row[i]);
		n++;
	}
	cursor_close(c);
	for (size_t i = 0; !code && i < n; i++)
		code = db_delete(db, &opened_table, keys[i], err);
	free(keys);
	return code;
}

static enum code drop_oldest(struct desk *d, struct err *err)
{
	struct query q = { .table = &opened_table, .where = { .op = COND_EQ, .column = "operator", .value = value_text(desk_who(d)->id) },
			   .order = { { "opened_at", false } }, .norder = 1 };
	int64_t n;
	enum code code = query_count(desk_db(d), &q, &n, err);

	if (code || n <= OPENED_MAX)
		return code;
	q.limit = (size_t)(n - OPENED_MAX);
	return drop(desk_db(d), &q, err);
}

enum code opened_put(struct desk *d, const struct opened_notes *n, bool *wrote, struct err *err)
{
	enum code code = E_OK;

	for (size_t i = 0; !code && i < n->n; i++)
		if (!n->note[i].written) {
			code = put(d, &n->note[i], err);
			*wrote = true;
		}
	return code ? code : drop_oldest(d, err);
}

bool opened_waiting(const struct opened_notes *n)
{
	for (size_t i = 0; i < n->n; i++)
		if (!n->note[i].written)
			return true;
	return false;
}

void opened_written(struct opened_notes *n)
{
	for (size_t i = 0; i < n->n; i++)
		n->note[i].written = true;
}

enum code opened_recall(struct desk *d, const struct opened_notes *n, const struct record *rec, const char *id, struct opened *out, struct err *err)
{
	const struct value key[] = { value_text(desk_who(d)->id), value_text(rec->kind), value_text(id) };
	AUTO(pool_release) struct pool pool = POOL_INIT;
	size_t i = noted(n, rec, id);
	struct value row[COLUMNS];
	bool there;
	enum code code;

	opened_release(out);
	if (i < n->n)
		return take_copy(out, rec, n->note[i].data, strlen(n->note[i].data), n->note[i].at, err);
	code = db_find(desk_db(d), &opened_table, key, &pool, row, &there, err);
	return code || !there ? code : take_copy(out, rec, row[DATA].text, row[DATA].len, row[AT].num, err);
}

enum code opened_forget(struct db *db, const char *kind, const char *id, struct err *err)
{
	const struct cond of[] = {
		{ .op = COND_EQ, .column = "kind", .value = value_text(kind) }, { .op = COND_EQ, .column = "id", .value = value_text(id) },
	};
	const struct query q = { .table = &opened_table, .where = { .op = COND_AND, .kids = of, .nkids = COUNT(of) } };

	return drop(db, &q, err);
}

/* ---- what is new ---- */
bool opened_differs(const struct opened *o, const struct item *now, size_t field)
{
	return o->it.rec == now->rec && o->known[field] && is_kept(&now->rec->fields[field]) && field != F_VERSION && field != F_UPDATED &&
	       !value_same(o->it.v[field], now->v[field]);
}

size_t opened_changes(const struct opened *o, const struct item *now)
{
	size_t n = 0;

	for (size_t f = 0; f < now->rec->nfields; f++)
		n += opened_differs(o, now, f);
	return n;
}

void opened_learn(struct opened *o, const struct item *before, const struct item *after)
{
	for (size_t f = 0; o->it.rec && f < after->rec->nfields; f++)
		if (!o->known[f] || !value_same(before->v[f], after->v[f])) {
			o->it.v[f] = value_copy(&o->it.pool, after->v[f]);
			o->known[f] = true;
		}
}
