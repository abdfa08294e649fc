#include "tests/office.h"

#include <stdlib.h>
#include <string.h>

#include "store/journal.h"
#include "tests/check.h"
#include "tests/specimen.h"

void office_open(struct office *o)
{
	static const char *const names[] = { "lin", "wang", "zhao" };
	static const char *const held[] = { "reviewer", "risk", "risk,compliance" };

	memset(o, 0, sizeof *o);
	house_found(&o->h);
	for (int i = 0; i < PEOPLE; i++) {
		house_add(&o->h, names[i], held[i]);
		o->s[i] = house_open(&o->h, names[i]);
	}
	for (int i = 0; i < PEOPLE; i++)
		assert_ok(desk_open(&o->d[i], o->s[i], &o->err), o->err);
	smallcore_open(&o->k, o->s[0]);
}

void office_close(struct office *o)
{
	smallcore_close(&o->k);
	for (int i = 0; i < PEOPLE; i++) {
		desk_free(o->d[i]);
		store_close(o->s[i]);
	}
	house_remove(&o->h);
}

int office_setup(void **state)
{
	struct office *o = mem_alloc(sizeof *o);

	office_open(o);
	*state = o;
	return 0;
}

int office_teardown(void **state)
{
	office_close(*state);
	free(*state);
	return 0;
}

enum code office_run(struct office *o, int who, const char *kind, const char *id, const char *action)
{
	static const struct input reasons = { "resubmission_reasons", "other" };
	const struct record *rec = record_find(kind);
	const struct action *a = rec ? record_action(rec, action) : NULL;
	struct request r = { .kind = kind, .id = id, .action = action, .version = -1, .reason = a && a->flags & REASON ? "样本理由" : NULL,
			     .input = &reasons, .ninput = a && a->inputs ? 1 : 0 };

	o->h.clock += 1000;
	o->err = (struct err){ 0 };
	return action_run(o->d[who], &r, &o->out, &o->err);
}

void office_do(struct office *o, int who, const char *kind, const char *id, const char *action)
{
	assert_ok(office_run(o, who, kind, id, action), o->err);
}

void office_take(struct office *o, size_t i, bool *changed)
{
	AUTO(tx_end) struct tx tx = { 0 };
	AUTO(item_release) struct item fact = { 0 };
	bool deleted;

	smallcore_change(&o->k, i, &fact, &deleted);
	assert_ok(tx_begin(&tx, desk_db(o->d[0]), &o->err), o->err);
	assert_ok(desk_take_fact(o->d[0], &fact, deleted, changed, &o->err), o->err);
	assert_ok(tx_commit(&tx, &o->err), o->err);
}

void office_pull(struct office *o)
{
	bool changed;

	while (o->pulled < o->k.nfeed)
		office_take(o, o->pulled++, &changed);
}

void office_tell(struct office *o, const char *command, const struct answer *a, bool with_record)
{
	AUTO(tx_end) struct tx tx = { 0 };
	struct verdict v = { .reason = a->reason, .current = with_record && a->current.rec ? &a->current : NULL };

	v.what = a->what == VERDICT_ACCEPTED ? VERDICT_ACCEPTED : a->what == VERDICT_CONFLICT ? VERDICT_CONFLICT : VERDICT_REJECTED;
	assert_ok(tx_begin(&tx, desk_db(o->d[0]), &o->err), o->err);
	assert_ok(desk_take_verdict(o->d[0], command, &v, &o->err), o->err);
	assert_ok(tx_commit(&tx, &o->err), o->err);
}

void office_leaves(struct office *o, const char *command, bool leaves)
{
	AUTO(tx_end) struct tx tx = { 0 };

	assert_ok(tx_begin(&tx, desk_db(o->d[0]), &o->err), o->err);
	assert_ok(desk_command_leaves(o->d[0], command, leaves, &o->err), o->err);
	assert_ok(tx_commit(&tx, &o->err), o->err);
}

int office_push(struct office *o)
{
	int accepted = 0;

	for (;;) {
		AUTO(command_release) struct command c;
		struct answer a;
		enum code code;

		command_init(&c);
		code = desk_next_command(o->d[0], NULL, &c, &o->err);
		if (code == E_NOTFOUND)
			return accepted;
		assert_ok(code, o->err);
		office_leaves(o, c.id, true);
		smallcore_take(&o->k, &c, &a);
		office_tell(o, c.id, &a, true);
		accepted += a.what == VERDICT_ACCEPTED;
		item_release(&a.current);
	}
}

static void look(struct db *db, const char *kind, const char *id, struct item *it)
{
	struct err err;
	enum code code;

	item_release(it);
	code = item_load(it, db, record_find(kind), id, &err);
	if (code != E_NOTFOUND)
		assert_ok(code, err);
}

void office_look(struct office *o, const char *kind, const char *id, struct item *it)
{
	look(desk_db(o->d[0]), kind, id, it);
}

void office_look_core(struct office *o, const char *kind, const char *id, struct item *it)
{
	look(o->k.db, kind, id, it);
}

void office_same(struct office *o, const char *kind, const char *id)
{
	AUTO(item_release) struct item here = { 0 }, there = { 0 };
	AUTO(buf_release) struct buf ours = BUF_INIT, theirs = BUF_INIT;

	office_look(o, kind, id, &here);
	office_look_core(o, kind, id, &there);
	assert_true(!here.rec == !there.rec);
	if (!here.rec)
		return;
	specimen_wire(&ours, &here);
	specimen_wire(&theirs, &there);
	assert_string_equal(ours.data, theirs.data);
}

int64_t office_count(struct office *o, const char *name)
{
	static const struct column base_columns[] = { { "kind", VALUE_TEXT }, { "id", VALUE_TEXT } };
	struct table table = { "base", base_columns, COUNT(base_columns), sizeof base_columns[0], 2, NULL, 0 };
	struct query q = { .table = !strcmp(name, "journal") ? &journal_table : &table };
	int64_t n;

	if (!strcmp(name, "outbox"))
		table = record_table(record_find("outbox"));
	assert_ok(query_count(desk_db(o->d[0]), &q, &n, &o->err), o->err);
	return n;
}

void office_merchant(struct office *o, const char *id, int n)
{
	AUTO(item_release) struct item it = { 0 };

	specimen_merchant(&it, id, n, o->h.clock);
	item_set(&it, "version", value_int(7));
	smallcore_put(&o->k, &it);
	office_pull(o);
}

void office_elsewhere(struct office *o, const char *id, const char *field, struct value v)
{
	AUTO(item_release) struct item it = { 0 };

	office_look_core(o, "merchant", id, &it);
	item_set(&it, field, v);
	item_set(&it, "version", value_int(item_version(&it) + 1));
	item_set(&it, "updated_at", value_int(o->h.clock));
	smallcore_put(&o->k, &it);
}

void office_shows(struct office *o, const char *kind, const char *id, const char *state, int64_t version, int64_t pending)
{
	AUTO(item_release) struct item it = { 0 };

	office_look(o, kind, id, &it);
	assert_non_null(it.rec);
	assert_string_equal(item_text(&it, "state"), state);
	assert_int_equal(item_version(&it), version);
	assert_int_equal(item_int(&it, "pending"), pending);
}

void office_outbox(struct office *o, const char *command, const char *state)
{
	AUTO(item_release) struct item row = { 0 };

	office_look(o, "outbox", command, &row);
	assert_non_null(row.rec);
	assert_string_equal(item_text(&row, "state"), state);
}

void office_nothing_waits(struct office *o)
{
	assert_int_equal(office_count(o, "outbox"), 0);
	assert_int_equal(office_count(o, "base"), 0);
}

void office_wire(struct office *o, const char *kind, const char *id, struct buf *out)
{
	AUTO(item_release) struct item it = { 0 };

	office_look(o, kind, id, &it);
	specimen_wire(out, &it);
}

void office_up_to_approval(struct office *o, const char *id)
{
	office_do(o, LIN, "merchant", id, "claim");
	office_do(o, LIN, "merchant", id, "pass_review");
	office_do(o, WANG, "merchant", id, "claim");
	office_do(o, WANG, "merchant", id, "pass_risk");
}
