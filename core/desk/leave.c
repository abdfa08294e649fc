/* What leaves this desk, and when: the outbox in its sending order, and the commands that are held back for a while so that whoever made
 * them can still think better of it. */
#include <stdlib.h>
#include <string.h>

#include "core/desk/bulk.h"
#include "core/desk/pending.h"

/* The first so many in that order (0: all), of one operator (NULL: of anybody). A hold further away than any that is given was made under
 * another clock: it holds nothing, or it might for years. */
static enum code held_rows(struct desk *d, const char *operator, struct order order, size_t limit, struct rows *out, struct err *err)
{
	int64_t now = store_now(d->store);
	struct table table = record_table(&outbox_record);
	const struct cond held[] = {
		{ .op = COND_EQ, .column = "state", .value = value_text("pending") },
		{ .op = COND_GT, .column = "hold_until", .value = value_int(now) },
		{ .op = COND_LE, .column = "hold_until", .value = value_int(now + HOLD_MAX_MS) },
		{ .op = COND_EQ, .column = "operator", .value = value_text(operator) },
	};
	const struct query q = { .table = &table, .where = { .op = COND_AND, .kids = held, .nkids = COUNT(held) - !operator },
				 .order = { order }, .norder = 1, .limit = limit };

	return outbox_rows(d, &q, out, err);
}

static bool in(const struct rows *rows, const struct item *row)
{
	for (size_t i = 0; i < rows->n; i++)
		if (!strcmp(item_id(&rows->v[i]), item_id(row)))
			return true;
	return false;
}

enum code desk_held(struct desk *d, struct held *out, struct err *err)
{
	AUTO(rows_release) struct rows first = ROWS_INIT, mine = ROWS_INIT;

	*out = (struct held){ 0 };
	if (held_rows(d, NULL, (struct order){ "hold_until", false }, 1, &first, err) ||
	    (first.n && held_rows(d, d->who.id, (struct order){ "seq", true }, 1, &mine, err)))
		return err->code;
	if (first.n)
		out->next = item_int(&first.v[0], "hold_until");
	if (!mine.n || strlen(item_id(&mine.v[0])) != COMMAND_ID_LEN)
		return E_OK;
	memcpy(out->mine, item_id(&mine.v[0]), sizeof out->mine);
	out->mine_until = item_int(&mine.v[0], "hold_until");
	out->mine_many = item_int(&mine.v[0], "batch") ? item_int(&mine.v[0], "batch_size") : 1;
	return E_OK;
}

/* The rows that wait, from the given place in the sending order. */
static enum code waiting_from(struct desk *d, enum cond_op op, struct value seq, size_t limit, struct rows *out, struct err *err)
{
	struct table table = record_table(&outbox_record);
	const struct cond both[] = { outbox_waits(), { .op = op, .column = "seq", .value = seq } };
	const struct query q = { .table = &table, .where = { .op = COND_AND, .kids = both, .nkids = COUNT(both) },
				 .order = { { "seq", false } }, .norder = 1, .limit = limit };

	return outbox_rows(d, &q, out, err);
}

static bool touches(const struct item *row, const char *kind, const char *id)
{
	return (!strcmp(item_text(row, "kind"), kind) && !strcmp(item_text(row, "record"), id)) ||
	       (!strcmp(item_text(row, "touches_kind"), kind) && !strcmp(item_text(row, "touches"), id));
}

static bool meet(const struct item *a, const struct item *b)
{
	return touches(a, item_text(b, "kind"), item_text(b, "record")) ||
	       (*item_text(b, "touches") && touches(a, item_text(b, "touches_kind"), item_text(b, "touches")));
}

/* From the first held row on: what is held stays, and so does all that touches a record of what stays, or it would overtake it. Those that
 * stay are moved to the front of rows. NULL: all of them stay. */
static struct item *first_free(struct rows *rows, const struct rows *held, int64_t after)
{
	size_t stay = 0;

	for (size_t i = 0; i < rows->n; i++) {
		struct item row = rows->v[i];
		bool stays = in(held, &row);

		for (size_t k = 0; k < stay && !stays; k++)
			stays = meet(&rows->v[k], &row);
		if (!stays && item_int(&row, "seq") > after)
			return &rows->v[i];
		if (stays) {
			rows->v[i] = rows->v[stay];
			rows->v[stay++] = row;
		}
	}
	return NULL;
}

enum code desk_next_command(struct desk *d, const char *after, struct command *c, struct err *err)
{
	AUTO(item_release) struct item last = { 0 };
	AUTO(rows_release) struct rows held = ROWS_INIT, rows = ROWS_INIT;
	const struct item *next;
	/* after may have been answered or discarded meanwhile: then what waits is looked at from the front */
	enum code code = after ? item_load(&last, d->db, &outbox_record, after, err) : E_NOTFOUND;
	int64_t past = code ? -1 : item_int(&last, "seq");

	if (code && code != E_NOTFOUND)
		return code;
	if ((code = held_rows(d, NULL, (struct order){ "seq", false }, 0, &held, err)) || (code = waiting_from(d, COND_GT, value_int(past), 1, &rows, err)))
		return code;
	next = rows.n ? &rows.v[0] : NULL;
	if (next && held.n && item_int(next, "seq") >= item_int(&held.v[0], "seq")) {
		rows_release(&rows);
		if ((code = waiting_from(d, COND_GE, item_get(&held.v[0], "seq"), 0, &rows, err)))
			return code;
		next = first_free(&rows, &held, past);
	}
	return next ? outbox_command(next, c, err) : fail(err, E_NOTFOUND, "no command waits");
}

enum code desk_command_leaves(struct desk *d, const char *command, bool leaves, struct err *err)
{
	AUTO(item_release) struct item row = { 0 };
	enum code code = item_load(&row, d->db, &outbox_record, command, err);

	if (code)
		return code;
	item_set(&row, "state", value_text(leaves ? "sending" : "pending"));
	item_set(&row, "version", value_int(item_version(&row) + 1));
	return item_save(&row, d->db, err);
}

/* ---- second thoughts ---- */
static enum code rows_of_batch(struct desk *d, int64_t batch, struct rows *rows, struct err *err)
{
	struct table table = record_table(&outbox_record);
	const struct cond of[] = {
		{ .op = COND_EQ, .column = "batch", .value = value_int(batch) },
		{ .op = COND_EQ, .column = "operator", .value = value_text(d->who.id) },
		{ .op = COND_EQ, .column = "state", .value = value_text("pending") },
	};
	const struct query q = { .table = &table, .where = { .op = COND_AND, .kids = of, .nkids = COUNT(of) },
				 .order = { { "seq", false } }, .norder = 1 };

	return outbox_rows(d, &q, rows, err);
}

static enum code undo_batch(struct desk *d, const struct item *last, struct undone *out, struct err *err)
{
	AUTO(rows_release) struct rows rows = ROWS_INIT;
	AUTO(bulk_release) struct bulk b = { 0 };
	const struct bulk_order order = { .reason = NULL };
	const char **ids;
	enum code code = rows_of_batch(d, item_int(last, "batch"), &rows, err);

	if (code)
		return code;
	ids = mem_alloc(rows.n * sizeof *ids);
	for (size_t i = 0; i < rows.n; i++)
		ids[i] = item_id(&rows.v[i]);
	code = bulk_look(&b, d, outbox_record.kind, "discard", ids, rows.n, NULL, err);
	if (!code)
		code = bulk_run(&b, d, &order, NULL, err);
	free(ids);
	out->n = b.count[BULK_APPLIED];
	out->late = (size_t)item_int(last, "batch_size") - out->n;
	return code;
}

static enum code undo_one(struct desk *d, const struct item *row, struct undone *out, struct err *err)
{
	const struct request r = { .kind = outbox_record.kind, .id = item_id(row), .action = "discard", .version = -1 };
	struct outcome outcome;
	enum code code = action_run(d, &r, &outcome, err);

	out->n = !code;
	return code;
}

/* Looks in the store: what is shown may be a second old, and the command on its way. */
enum code desk_undo(struct desk *d, struct undone *out, struct err *err)
{
	AUTO(item_release) struct item row = { 0 };
	struct held held;
	enum code code = desk_held(d, &held, err);

	*out = (struct undone){ 0 };
	if (code)
		return code;
	if (!*held.mine)
		return fail(err, E_NOTFOUND, "nothing to take back: no decision of yours is held any more");
	if ((code = item_load(&row, d->db, &outbox_record, held.mine, err)))
		return code;
	memcpy(out->kind, item_text(&row, "kind"), strlen(item_text(&row, "kind")) + 1);
	memcpy(out->action, item_text(&row, "action"), strlen(item_text(&row, "action")) + 1);
	memcpy(out->record, item_text(&row, "record"), strlen(item_text(&row, "record")) + 1);
	return item_int(&row, "batch") ? undo_batch(d, &row, out, err) : undo_one(d, &row, out, err);
}
