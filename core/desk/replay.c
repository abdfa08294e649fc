/* What the core says, and what waits for its word: base, replay, facts and verdicts. */
#include <stdlib.h>
#include <string.h>

#include "core/desk/opened.h"
#include "core/desk/pending.h"
#include "core/proposal.h"
#include "core/screening/hits.h"

static const struct column base_columns[] = {
	{ "kind", VALUE_TEXT }, { "id", VALUE_TEXT }, { "version", VALUE_INT }, { "change", VALUE_TEXT },
};
enum { B_KIND, B_ID, B_VERSION, B_CHANGE };
static const struct table base_table = { "base", base_columns, COUNT(base_columns), sizeof base_columns[0], 2, NULL, 0 };

bool is_confirm(const struct record *rec, const char *action)
{
	return rec == &proposal_record && !strcmp(action, "confirm");
}

static bool is(const struct item *row, const char *kind_field, const char *kind, const char *id_field, const char *id)
{
	return !strcmp(item_text(row, kind_field), kind) && !strcmp(item_text(row, id_field), id);
}

enum code outbox_command(const struct item *row, struct command *c, struct err *err)
{
	struct value bytes = item_get(row, "command"), sig = item_get(row, "signature");

	if (bytes.type != VALUE_BLOB || sig.type != VALUE_BLOB)
		return fail(err, E_INVALID, "command %s in the outbox has lost its bytes", item_id(row));
	return command_read(c, bytes.text, bytes.len, sig.text, sig.len, err);
}

/* ---- the rows that wait ---- */
struct cond outbox_waits(void)
{
	static const struct cond waits[] = {
		{ .op = COND_EQ, .column = "state", .value = { VALUE_TEXT, 0, "pending", 7 } },
		{ .op = COND_EQ, .column = "state", .value = { VALUE_TEXT, 0, "sending", 7 } },
	};

	return (struct cond){ .op = COND_OR, .kids = waits, .nkids = COUNT(waits) };
}

struct touching { struct cond on[2], also[2], either[2], both[2]; };

static struct cond touching(struct touching *t, const char *kind, const char *id)
{
	t->on[0] = (struct cond){ .op = COND_EQ, .column = "kind", .value = value_text(kind) };
	t->on[1] = (struct cond){ .op = COND_EQ, .column = "record", .value = value_text(id) };
	t->also[0] = (struct cond){ .op = COND_EQ, .column = "touches_kind", .value = value_text(kind) };
	t->also[1] = (struct cond){ .op = COND_EQ, .column = "touches", .value = value_text(id) };
	t->either[0] = (struct cond){ .op = COND_AND, .kids = t->on, .nkids = COUNT(t->on) };
	t->either[1] = (struct cond){ .op = COND_AND, .kids = t->also, .nkids = COUNT(t->also) };
	t->both[0] = (struct cond){ .op = COND_OR, .kids = t->either, .nkids = COUNT(t->either) };
	t->both[1] = outbox_waits();
	return (struct cond){ .op = COND_AND, .kids = t->both, .nkids = COUNT(t->both) };
}

void rows_release(struct rows *r)
{
	for (size_t i = 0; i < r->n; i++)
		item_release(&r->v[i]);
	free(r->v);
	*r = (struct rows)ROWS_INIT;
}

enum code outbox_rows(struct desk *d, const struct query *q, struct rows *out, struct err *err)
{
	struct value *row = mem_alloc(q->table->ncolumns * sizeof *row);
	AUTO(cursor_closep) struct cursor *c = NULL;
	bool more = true;
	enum code code = query_open(&c, d->db, q, err);

	while (!code && !(code = cursor_next(c, row, &more, err)) && more) {
		out->v = mem_grow(out->v, out->n + 1, sizeof *out->v);
		item_from_row(&out->v[out->n++], &outbox_record, row);
	}
	free(row);
	return code;
}

enum code waiting_rows(struct desk *d, const char *kind, const char *id, struct rows *out, struct err *err)
{
	struct table table = record_table(&outbox_record);
	struct touching t;
	struct query q = { .table = &table, .where = touching(&t, kind, id), .order = { { "seq", false } }, .norder = 1 };

	return outbox_rows(d, &q, out, err);
}

enum code waiting_count(struct desk *d, const char *kind, const char *id, int64_t *n, struct err *err)
{
	struct table table = record_table(&outbox_record);
	struct touching t;
	struct query q = { .table = &table, .where = touching(&t, kind, id) };

	return query_count(d->db, &q, n, err);
}

/* ---- the core's last word under what waits ---- */
struct base {
	bool kept;              /* there is a row */
	int64_t version;        /* 0: the core does not know the record */
	struct item it;         /* rec NULL: the core does not know the record */
};

static void base_release(struct base *b)
{
	item_release(&b->it);
}

static enum code base_load(struct desk *d, const char *kind, const char *id, struct base *b, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const struct value key[2] = { value_text(kind), value_text(id) };
	struct value row[COUNT(base_columns)];
	const struct json *doc;
	bool deleted;
	enum code code = db_get(d->db, &base_table, key, &pool, row, err);

	*b = (struct base){ 0 };
	if (code == E_NOTFOUND)
		return E_OK;
	if (code)
		return code;
	b->kept = true;
	b->version = row[B_VERSION].num;
	if (row[B_CHANGE].type == VALUE_NULL)
		return E_OK;
	code = json_parse(&pool, row[B_CHANGE].text, row[B_CHANGE].len, NULL, &doc, err);
	return code ? code : item_read_change(&b->it, doc, &deleted, err);
}

static void write_change(struct buf *out, const struct item *it)
{
	struct json_writer w = JSON_WRITER(out);

	item_write_change(it, &w);
}

static enum code base_put(struct desk *d, const char *kind, const char *id, const struct item *it, struct err *err)
{
	AUTO(buf_release) struct buf change = BUF_INIT;
	struct value row[COUNT(base_columns)] = { value_text(kind), value_text(id), value_int(0), value_null() };

	if (it) {
		write_change(&change, it);
		row[B_VERSION] = value_int(item_version(it));
		row[B_CHANGE] = value_text(change.data);
	}
	return db_put(d->db, &base_table, row, err);
}

enum code base_keep(struct desk *d, const char *kind, const char *id, const struct item *it, struct err *err)
{
	AUTO(base_release) struct base b;
	enum code code = base_load(d, kind, id, &b, err);

	return code || b.kept ? code : base_put(d, kind, id, it, err);
}

enum code desk_core_word(struct desk *d, const char *kind, const char *id, struct item *out, struct err *err)
{
	AUTO(base_release) struct base b = { 0 };
	enum code code = may_see(d, record_find(kind), err);

	if (!code && !(code = base_load(d, kind, id, &b, err))) {
		*out = b.it;
		b.it = (struct item){ 0 };
	}
	return code;
}

static enum code base_delete(struct desk *d, const char *kind, const char *id, struct err *err)
{
	const struct value key[2] = { value_text(kind), value_text(id) };

	return db_delete(d->db, &base_table, key, err);
}

static enum code delete_record(struct desk *d, const struct record *rec, const char *id, struct err *err)
{
	struct table table = record_table(rec);
	struct value key = value_text(id);

	return db_delete(d->db, &table, &key, err);
}

enum code save_pending(struct desk *d, struct item *it, struct err *err)
{
	int64_t n;
	enum code code = waiting_count(d, it->rec->kind, item_id(it), &n, err);

	if (code)
		return code;
	item_set(it, "pending", value_int(n));
	return item_save(it, d->db, err);
}

/* ---- replay ---- */
bool is_judgement(enum code code)
{
	return code == E_DENIED || code == E_STATE || code == E_CHECK || code == E_CONFLICT || code == E_INVALID || code == E_USAGE ||
	       code == E_NOTFOUND;
}

/* The command on the record itself, judged as it was when it was made. One that no longer fits what the core has since said changes
 * nothing here: it waits for the core to answer it. */
static enum code replay_on(struct desk *d, const struct command *c, struct item *it, struct err *err)
{
	const struct cert *author = desk_person(d, c->operator);
	struct item after;
	struct actor who;
	struct judge j = { .db = d->db, .now = it, .action = record_action(it->rec, c->action), .who = &who, .when = c->at,
			   .input = c->input, .ninput = c->ninput, .reason = c->reason, .carrying = true };
	bool proposes;
	enum code code;

	if (!author || !j.action || c->version != item_version(it))
		return E_OK;
	actor_from_cert(&who, author, store_root_key(d->store));
	code = action_decide(&j, &after, &proposes, err);
	if (code)
		return is_judgement(code) ? E_OK : code;
	if (proposes) {
		item_release(&after);
		return E_OK;
	}
	item_release(it);
	*it = after;
	return E_OK;
}

/* The proposal that a maker's command makes, where the core has not told of it yet. */
static enum code replay_proposal(struct desk *d, const struct command *c, struct item *it, struct err *err)
{
	const struct cert *maker = desk_person(d, c->operator);
	const struct record *rec = record_find(c->kind);
	AUTO(item_release) struct item target = { 0 };
	enum code code = maker && rec ? item_load(&target, d->db, rec, c->record, err) : E_NOTFOUND;

	if (code)
		return code == E_NOTFOUND ? E_OK : code;
	proposal_make(it, d->db, c, &target, maker);
	return E_OK;
}

/* it: the record so far; rec NULL: there is none. */
static enum code replay_row(struct desk *d, const struct item *row, const char *kind, const char *id, struct item *it, struct err *err)
{
	AUTO(command_release) struct command c;
	enum code code;

	command_init(&c);
	code = outbox_command(row, &c, err);
	if (code)
		return code;
	if (it->rec && !strcmp(c.kind, kind) && !strcmp(c.record, id))
		return replay_on(d, &c, it, err);
	if (!it->rec && !strcmp(c.id, id) && !strcmp(kind, proposal_record.kind))
		return replay_proposal(d, &c, it, err);
	return E_OK;
}

static enum code rebuild_one(struct desk *d, const char *kind, const char *id, struct rows *rows, struct err *err)
{
	AUTO(base_release) struct base b;
	enum code code = base_load(d, kind, id, &b, err);

	if (!code && b.kept)
		code = waiting_rows(d, kind, id, rows, err);
	if (code || !b.kept)
		return code;
	for (size_t i = 0; !code && i < rows->n; i++)
		code = replay_row(d, &rows->v[i], kind, id, &b.it, err);
	if (!code && !rows->n)
		code = base_delete(d, kind, id, err);
	if (code)
		return code;
	if (!b.it.rec)
		return delete_record(d, record_find(kind), id, err);
	item_set(&b.it, "pending", value_int((int64_t)rows->n));
	return item_save(&b.it, d->db, err);
}

enum code rebuild(struct desk *d, const char *kind, const char *id, struct err *err)
{
	AUTO(rows_release) struct rows rows = ROWS_INIT;
	enum code code = rebuild_one(d, kind, id, &rows, err);

	/* A confirmation is judged by where its target stands, so it is judged again when the target moves. */
	for (size_t i = 0; !code && i < rows.n; i++) {
		AUTO(rows_release) struct rows theirs = ROWS_INIT;

		if (is(&rows.v[i], "touches_kind", kind, "touches", id) && is_confirm(record_find(item_text(&rows.v[i], "kind")), item_text(&rows.v[i], "action")))
			code = rebuild_one(d, proposal_record.kind, item_text(&rows.v[i], "record"), &theirs, err);
	}
	return code;
}

enum code rebuild_touched(struct desk *d, const struct item *row, struct err *err)
{
	enum code code = rebuild(d, item_text(row, "kind"), item_text(row, "record"), err);

	if (!code && *item_text(row, "touches"))
		code = rebuild(d, item_text(row, "touches_kind"), item_text(row, "touches"), err);
	return code;
}

/* ---- facts ---- */
static bool same_word(const struct item *a, const struct item *b)
{
	AUTO(buf_release) struct buf one = BUF_INIT;
	AUTO(buf_release) struct buf two = BUF_INIT;

	write_change(&one, a);
	write_change(&two, b);
	return one.len == two.len && !memcmp(one.data, two.data, one.len);
}

/* Newer than what is known. At one version only the core is right: a prediction that came out otherwise gives way. */
static bool is_news(const struct item *fact, bool deleted, const struct item *known)
{
	if (!known->rec)
		return !deleted;
	if (item_version(fact) != item_version(known))
		return item_version(fact) > item_version(known);
	return deleted || !same_word(fact, known);
}

/* Nothing waits: the record's table holds the core's word. */
static enum code take_plain(struct desk *d, const struct item *fact, bool deleted, bool *changed, struct err *err)
{
	AUTO(item_release) struct item known = { 0 };
	enum code code = item_load(&known, d->db, fact->rec, item_id(fact), err);

	if (code && code != E_NOTFOUND)
		return code;
	*changed = is_news(fact, deleted, &known);
	if (!*changed)
		return E_OK;
	return deleted ? delete_record(d, fact->rec, item_id(fact), err) : item_save(fact, d->db, err);
}

static enum code take_under(struct desk *d, const struct item *fact, bool deleted, const struct base *b, bool *changed, struct err *err)
{
	const char *kind = fact->rec->kind, *id = item_id(fact);
	enum code code;

	*changed = is_news(fact, deleted, &b->it);
	if (!*changed)
		return E_OK;
	if (!deleted) {
		code = base_put(d, kind, id, fact, err);
		return code ? code : rebuild(d, kind, id, err);
	}
	code = base_delete(d, kind, id, err);
	return code ? code : delete_record(d, fact->rec, id, err);
}

enum code desk_take_fact(struct desk *d, const struct item *fact, bool deleted, bool *changed, struct err *err)
{
	const char *kind = fact->rec->kind, *id = item_id(fact);
	AUTO(base_release) struct base b = { 0 };
	int64_t waiting;
	enum code code;

	*changed = false;
	if (fact->rec->flags & RECORD_OWN)
		return fail(err, E_INVALID, "the core spoke of %s, which is the desk's own", kind);
	if (!record_id_valid(id) || item_version(fact) < 1)
		return fail(err, E_INVALID, "a fact of kind %s has no proper id or version", kind);
	if ((code = waiting_count(d, kind, id, &waiting, err)))
		return code;
	if (!waiting)
		code = take_plain(d, fact, deleted, changed, err);
	else if (!(code = base_load(d, kind, id, &b, err)))
		code = take_under(d, fact, deleted, &b, changed, err);
	if (!code && *changed && deleted)
		code = opened_forget(d->db, kind, id, err);
	return code || !*changed ? code : screening_due(d->db, fact, err);
}

/* ---- verdicts ---- */
/* Accepted: the core's word now includes the command, whether or not it has told so yet. */
static enum code advance(struct desk *d, const struct item *row, const char *kind, const char *id, struct err *err)
{
	AUTO(base_release) struct base b;
	int64_t before;
	enum code code = base_load(d, kind, id, &b, err);

	if (code || !b.kept)
		return code;
	before = b.it.rec ? item_version(&b.it) : 0;
	code = replay_row(d, row, kind, id, &b.it, err);
	if (code || !b.it.rec || item_version(&b.it) == before)
		return code;
	return base_put(d, kind, id, &b.it, err);
}

static enum code accepted(struct desk *d, const struct item *row, struct err *err)
{
	enum code code = advance(d, row, item_text(row, "kind"), item_text(row, "record"), err);

	if (!code && *item_text(row, "touches"))
		code = advance(d, row, item_text(row, "touches_kind"), item_text(row, "touches"), err);
	return code ? code : delete_record(d, &outbox_record, item_id(row), err);
}

static enum code turned_down(struct desk *d, struct item *row, const struct verdict *v, struct err *err)
{
	AUTO(buf_release) struct buf change = BUF_INIT;

	item_set(row, "state", value_text(v->what == VERDICT_CONFLICT ? "conflict" : "refused"));
	item_set(row, "version", value_int(item_version(row) + 1));
	item_set(row, "updated_at", value_int(store_now(d->store)));
	item_set(row, "answer", value_text(v->reason ? v->reason : ""));
	if (v->current) {
		write_change(&change, v->current);
		item_set(row, "core_record", value_text(change.data));
	}
	return item_save(row, d->db, err);
}

static enum code say_in_journal(struct desk *d, const struct item *row, const struct verdict *v, struct err *err)
{
	static const char *const verbs[] = {
		[VERDICT_ACCEPTED] = "sync.accepted", [VERDICT_REJECTED] = "sync.refused", [VERDICT_CONFLICT] = "sync.conflict",
	};
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct json_writer w = JSON_WRITER(&body);

	json_open(&w, '{');
	json_key(&w, "command"), json_str(&w, item_id(row));
	if (v->reason && *v->reason)
		json_key(&w, "reason"), json_str(&w, v->reason);
	json_close(&w, '}');
	return journal_append(d->store, verbs[v->what], item_text(row, "kind"), item_text(row, "record"), body.data, body.len, err);
}

enum code desk_take_verdict(struct desk *d, const char *command, const struct verdict *v, struct err *err)
{
	AUTO(item_release) struct item row = { 0 };
	bool changed, waits_here;
	enum code code = item_load(&row, d->db, &outbox_record, command, err);

	if (code && code != E_NOTFOUND)
		return code;
	waits_here = !code; /* not there: told before; what the core has may still be news */
	code = E_OK;
	if (waits_here && !(code = say_in_journal(d, &row, v, err)))
		code = v->what == VERDICT_ACCEPTED ? accepted(d, &row, err) : turned_down(d, &row, v, err);
	if (!code && waits_here)
		code = rebuild_touched(d, &row, err);
	if (!code && v->current)
		code = desk_take_fact(d, v->current, false, &changed, err);
	return code;
}
