#include "core/desk/desk.h"

#include <stdlib.h>
#include <string.h>

#include "core/desk/pending.h"

/* ---- session ---- */
enum code desk_open(struct desk **out, struct store *s, struct err *err)
{
	struct desk *d = mem_alloc(sizeof *d);
	enum code code;

	d->store = s;
	d->db = store_db(s);
	actor_from_cert(&d->who, store_who(s), store_root_key(s));
	code = item_derive_all(d->db, err);
	if (!code)
		code = desk_refresh_people(d, err);
	if (code) {
		desk_free(d);
		return code;
	}
	*out = d;
	return E_OK;
}

void desk_free(struct desk *d)
{
	if (!d)
		return;
	free(d->people);
	free(d);
}

void desk_freep(struct desk **d)
{
	desk_free(*d);
	*d = NULL;
}

struct store *desk_store(struct desk *d)
{
	return d->store;
}

struct db *desk_db(struct desk *d)
{
	return d->db;
}

const struct actor *desk_who(struct desk *d)
{
	return &d->who;
}

void desk_show(struct desk *d, struct show *how, const char *(*words)(const char *))
{
	*how = (struct show){ .clearance = d->who.clearance, .now = store_now(d->store), .people = d->people, .npeople = d->npeople,
			      .words = words };
}

void desk_checks(struct desk *d, const struct item *it, struct checklist *out)
{
	checks_run_under(d->db, it, store_now(d->store), store_root_key(d->store), out);
}

/* ---- people ---- */
const struct cert *desk_people(struct desk *d, size_t *n)
{
	*n = d->npeople;
	return d->people;
}

/* The newest proposal of the first maker after the given one, by id: a step for each maker, however many proposals there are. */
static enum code next_maker(struct desk *d, const char *after, struct item *p, bool *found, struct err *err)
{
	struct table table = record_table(&proposal_record);
	struct query q = { .table = &table, .where = { .op = COND_GT, .column = "maker", .value = value_text(after) },
			   .order = { { "maker", false }, { "made_at", true } }, .norder = 2, .limit = 1 };
	struct value *row = mem_alloc(table.ncolumns * sizeof *row);
	struct cursor *c = NULL;
	enum code code = query_open(&c, d->db, &q, err);

	*found = false;
	if (!code)
		code = cursor_next(c, row, found, err);
	if (!code && *found)
		item_from_row(p, &proposal_record, row);
	cursor_close(c);
	free(row);
	return code;
}

/* A maker from another desk is known by the certificate that came with the proposal; one that does not verify names nobody. */
static void add_maker(struct desk *d, const struct item *p)
{
	struct value text = item_get(p, "certificate"), sig = item_get(p, "cert_sig");
	struct cert cert;

	if (store_operator_find(d->people, d->npeople, item_text(p, "maker")))
		return;
	if (text.type != VALUE_TEXT || sig.type != VALUE_BLOB || sig.len != SIG_BYTES ||
	    cert_read(&cert, text.text, text.len, (const uint8_t *)sig.text, store_root_key(d->store), NULL))
		return;
	d->people = mem_grow(d->people, d->npeople + 1, sizeof *d->people);
	d->people[d->npeople++] = cert;
}

enum code desk_refresh_people(struct desk *d, struct err *err)
{
	char last[RECORD_ID_MAX + 1] = ""; /* what the core calls a maker need not be an operator's id */
	struct cert *people = NULL;
	size_t n = 0;
	bool more = true;
	enum code code = store_operators(d->store, &people, &n, err);

	if (code)
		return code;
	free(d->people);
	d->people = people;
	d->npeople = n;
	while (more) {
		AUTO(item_release) struct item p = { 0 };

		code = next_maker(d, last, &p, &more, err);
		if (code)
			return code;
		if (!more)
			break;
		add_maker(d, &p);
		memcpy(last, item_text(&p, "maker"), strlen(item_text(&p, "maker")) + 1);
	}
	return E_OK;
}

const struct cert *desk_person(struct desk *d, const char *operator)
{
	const struct cert *c = store_operator_find(d->people, d->npeople, operator);

	if (!c && !desk_refresh_people(d, NULL))
		c = store_operator_find(d->people, d->npeople, operator);
	return c;
}

/* ---- reading ---- */
enum code may_see(struct desk *d, const struct record *rec, struct err *err)
{
	if (actor_may(&d->who, rec->permission))
		return E_OK;
	return fail(err, E_DENIED, "%s (%s) may not see records of kind %s; it takes the permission %s", d->who.name, d->who.roles, rec->kind,
		    rec->permission);
}

enum code desk_load(struct desk *d, const char *kind, const char *id, struct item *it, struct err *err)
{
	const struct record *rec = record_find(kind);
	enum code code;

	if (!rec)
		return fail(err, E_USAGE, "there is no kind of record named %s", kind);
	code = may_see(d, rec, err);
	return code ? code : item_load(it, d->db, rec, id, err);
}

void desk_reader(struct desk *d, struct filter_reader *by)
{
	*by = (struct filter_reader){ &d->who, store_now(d->store), d->people, d->npeople };
}

enum code desk_query(struct desk *d, const struct record *rec, const char *filter_text, struct filter *f, struct err *err)
{
	struct filter_reader by;
	enum code code = may_see(d, rec, err);

	desk_reader(d, &by);
	return code ? code : filter_parse(f, rec, filter_text, &by, NULL, NULL, err);
}

enum { OPEN_MS = 1000 /* an index by state takes a thousandth of it */ };

enum code desk_count_open(struct desk *d, const struct record *rec, int64_t *open, struct err *err)
{
	struct table table = record_table(rec);
	struct cond state[STATES_MAX];
	struct query q = { .table = &table };
	size_t n = 0;
	bool whole;
	enum code code = may_see(d, rec, err);

	if (code)
		return code;
	for (size_t i = 0; i < rec->nstates && n < STATES_MAX; i++)
		if (rec->states[i].open)
			state[n++] = (struct cond){ .op = COND_EQ, .column = "state", .value = value_text(rec->states[i].name) };
	*open = 0;
	if (!n)
		return E_OK;
	q.where = (struct cond){ .op = COND_OR, .kids = state, .nkids = n };
	return query_count_upto(d->db, &q, DESK_COUNT_MAX, OPEN_MS, open, &whole, err);
}

/* ---- writing ---- */
enum code desk_note(struct desk *d, const char *verb, const char *kind, const char *id, const struct buf *body, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };

	if (tx_begin(&tx, d->db, err) || journal_append(d->store, verb, kind, id, body->data, body->len, err))
		return err->code;
	return tx_commit(&tx, err);
}
