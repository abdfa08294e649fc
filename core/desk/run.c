/* action_run: the one write path. */
#include "core/desk/run.h"

#include <string.h>

#include "core/deed.h"
#include "core/proposal.h"

void run_release(struct run *run)
{
	item_release(&run->now);
	item_release(&run->after);
	item_release(&run->other);
	command_release(&run->c);
}

static enum code find(struct run *run, struct err *err)
{
	run->rec = record_find(run->r->kind);
	if (!run->rec)
		return fail(err, E_USAGE, "there is no kind of record named %s", run->r->kind);
	run->action = record_action(run->rec, run->r->action);
	if (!run->action)
		return fail(err, E_USAGE, "%s is no action of a %s", run->r->action, run->r->kind);
	if (run->action->flags & AGAIN)
		return fail(err, E_USAGE, "%s needs a look at the record: take the action on it anew, then discard this %s", run->r->action, run->r->kind);
	return E_OK;
}

/* Anything done to the target meanwhile could only conflict. */
enum code not_awaited(struct desk *d, const struct item *it, struct err *err)
{
	struct rows rows = ROWS_INIT;
	enum code code = item_int(it, "pending") ? waiting_rows(d, it->rec->kind, item_id(it), &rows, err) : E_OK;

	for (size_t i = 0; !code && i < rows.n; i++)
		if (!strcmp(item_text(&rows.v[i], "touches"), item_id(it)) &&
		    is_confirm(record_find(item_text(&rows.v[i], "kind")), item_text(&rows.v[i], "action")))
			code = fail(err, E_STATE, "proposal %s on %s %s is confirmed and waits for the core's word; sync first",
				    item_text(&rows.v[i], "record"), it->rec->kind, item_id(it));
	rows_release(&rows);
	return code;
}

static struct judge judge_of(struct desk *d, const struct item *it, const struct action *a, struct checklist *checks)
{
	return (struct judge){ .db = d->db, .now = it, .action = a, .who = &d->who, .reason = "", .checks = checks,
			       .when = checks && checks->when ? checks->when : store_now(d->store) };
}

enum code action_possible_given(struct desk *d, const struct item *it, const struct action *a, struct checklist *checks, struct err *err)
{
	struct judge j = judge_of(d, it, a, checks);
	enum code code = action_possible(&j, err);

	return code ? code : not_awaited(d, it, err);
}

enum code action_possible_here(struct desk *d, const struct item *it, const struct action *a, struct err *err)
{
	return action_possible_given(d, it, a, NULL, err);
}

void actions_possible_here(struct desk *d, const struct item *it, struct checklist *checks, struct possible *out)
{
	bool free = !not_awaited(d, it, NULL);

	*out = (struct possible){ 0 };
	for (size_t i = 0; free && i < it->rec->nactions; i++) {
		const struct action *a = &it->rec->actions[i];
		struct judge j = judge_of(d, it, a, checks);

		if (!action_in_reach(&j))
			continue;
		if (a->gated && !checks)
			out->open |= UINT64_C(1) << i;
		else if (!action_possible(&j, NULL))
			out->can |= UINT64_C(1) << i;
	}
}

static enum code same_version(const struct run *run, struct err *err)
{
	int64_t saw = run->r->version, is = item_version(&run->now);

	if (saw == -1 || saw == is || run->action->flags & REMARK)
		return E_OK;
	return fail(err, E_CONFLICT, "%s %s is at version %lld now, not at version %lld as you saw it; look at it again and decide anew",
		    run->rec->kind, item_id(&run->now), (long long)is, (long long)saw);
}

/* The version says nothing of the papers behind a record, which come and go while somebody still writes a reason. */
static enum code same_evidence(const struct run *run, struct err *err)
{
	if (!run->r->evidence || run->action->flags & REMARK || crypto_equal(run->r->evidence, run->c.evidence, KEY_BYTES))
		return E_OK;
	return fail(err, E_CONFLICT, "%s %s, or what belongs to it, has changed since you looked; look at it again and decide anew",
		    record_noun(run->rec).word, item_id(&run->now));
}

static enum code judge_it(struct run *run, struct err *err)
{
	struct judge j = { .db = run->d->db, .now = &run->now, .action = run->action, .who = &run->d->who, .when = run->c.at,
			   .input = run->c.input, .ninput = run->c.ninput, .reason = run->c.reason };
	enum code code = action_decide(&j, &run->after, &run->proposes, err);

	return code ? code : not_awaited(run->d, &run->now, err);
}

static void put_input(struct command *c, const char *name, const char *text)
{
	c->input[c->ninput].name = pool_strdup(&c->pool, name);
	c->input[c->ninput++].text = pool_strdup(&c->pool, text);
}

static void sign_bare(void *ctx, const void *data, size_t n, uint8_t sig[SIG_BYTES])
{
	store_sign(ctx, NULL, data, n, sig);
}

/* What people gave, and where the action SIGNS, what their key makes of the document: nobody gives that by hand, and no key signs what
 * its owner may not do. */
static enum code take_inputs(struct run *run, struct err *err)
{
	const struct judge j = { .db = run->d->db, .now = &run->now, .action = run->action, .who = &run->d->who, .when = run->c.at, .reason = "" };
	struct minisigner by = { sign_bare, run->d->store, { 0 } };
	AUTO(buf_release) struct buf deed = BUF_INIT;
	enum code code;

	for (size_t i = 0; i < run->r->ninput; i++) {
		if (!strcmp(run->r->input[i].name, DEED_INPUT))
			return fail(err, E_USAGE, "%s takes no input named %s", run->action->id, DEED_INPUT);
		put_input(&run->c, run->r->input[i].name, run->r->input[i].text);
	}
	if (!deed_wanted(&j))
		return E_OK;
	memcpy(by.key, run->d->who.key, KEY_BYTES);
	if ((code = action_possible(&j, err)) || (code = deed_make(&deed, &j, &by, err)))
		return code;
	put_input(&run->c, DEED_INPUT, deed.data);
	return E_OK;
}

/* Writes the command, and reads it back: nobody signs what no reader would take. */
static enum code compose(struct run *run, struct err *err)
{
	struct store *s = run->d->store;
	struct command *c = &run->c;
	AUTO(command_release) struct command again;
	enum code code;

	command_init(&again);
	world_uuid(store_world(s), c->id);
	memcpy(c->operator, run->d->who.id, sizeof c->operator);
	if (strlen(store_id(s)) != DESK_ID_LEN)
		return fail(err, E_INVALID, "the store has no id");
	memcpy(c->desk, store_id(s), sizeof c->desk);
	c->kind = pool_strdup(&c->pool, run->rec->kind);
	c->record = pool_strdup(&c->pool, item_id(&run->now));
	c->action = pool_strdup(&c->pool, run->action->id);
	c->version = item_version(&run->now);
	if ((code = item_evidence(&run->now, run->d->db, c->evidence, err)) || (code = same_evidence(run, err)))
		return code;
	command_write(c);
	return command_read(&again, c->bytes.data, c->bytes.len, NULL, 0, err);
}

/* The record that a confirmation will change. */
static enum code find_target(struct run *run, struct err *err)
{
	const struct record *target = record_find(item_text(&run->now, "target_kind"));
	struct store *s = run->d->store;
	AUTO(item_release) struct item moved = { 0 };
	enum code code;

	if (!is_confirm(run->rec, run->action->id))
		return E_OK;
	code = proposal_carry_out(&run->now, run->d->db, store_root_key(s), store_who(s), run->c.at, command_input(&run->c, DEED_INPUT), &moved,
				  NULL, err);
	return code ? code : item_load(&run->other, run->d->db, target, item_text(&run->now, "target"), err);
}

static void keep_change(struct item *row, const char *field, const struct item *it)
{
	AUTO(buf_wipe) struct buf change = BUF_INIT;
	struct json_writer w = JSON_WRITER(&change);

	item_write_change(it, &w);
	item_set(row, field, value_text(change.data));
}

static enum code add_outbox(struct run *run, struct err *err)
{
	AUTO(item_release) struct item row = { 0 };
	struct journal_head head;
	const struct command *c = &run->c;
	enum code code = journal_head(run->d->store, &head, err); /* of the entry just appended */

	if (code)
		return code;
	item_init(&row, &outbox_record);
	item_set(&row, "id", value_text(c->id));
	item_set(&row, "state", value_text("pending"));
	item_set(&row, "version", value_int(1));
	item_set(&row, "updated_at", value_int(c->at));
	item_set(&row, "kind", value_text(c->kind));
	item_set(&row, "record", value_text(c->record));
	if (run->other.rec) {
		item_set(&row, "touches_kind", value_text(run->other.rec->kind));
		item_set(&row, "touches", value_text(item_id(&run->other)));
	}
	item_set(&row, "action", value_text(c->action));
	item_set(&row, "reason", value_text(c->reason));
	item_set(&row, "operator", value_text(c->operator));
	item_set(&row, "made_at", value_int(c->at));
	item_set(&row, "seq", value_int(head.seq));
	item_set(&row, "command", value_blob(c->bytes.data, c->bytes.len));
	item_set(&row, "signature", value_blob(c->sig.bytes, c->sig.n));
	keep_change(&row, "seen", &run->now);
	keep_change(&row, "wanted", &run->after);
	if (run->r->hold_ms)
		item_set(&row, "hold_until", value_int(c->at + run->r->hold_ms));
	if (run->batch) {
		item_set(&row, "batch", value_int(run->batch));
		item_set(&row, "batch_size", value_int(run->batch_size));
	}
	return item_save(&row, run->d->db, err);
}

/* The record, what else it touches, and the outbox. A proposal leaves its target as it is until two people and the core agree. */
static enum code write_sent(struct run *run, struct err *err)
{
	struct desk *d = run->d;
	struct item *shown = run->proposes ? &run->now : &run->after;
	struct item *other = run->other.rec ? &run->other : NULL;
	enum code code = base_keep(d, run->rec->kind, item_id(&run->now), &run->now, err);

	if (!code && other)
		code = base_keep(d, other->rec->kind, item_id(other), run->proposes ? NULL : other, err);
	if (!code)
		code = add_outbox(run, err);
	if (!code)
		code = save_pending(d, shown, err);
	if (!code && other)
		code = save_pending(d, other, err);
	return code;
}

/* Outbox upkeep. A discarded command leaves the outbox, not the journal. */
static enum code write_local(struct run *run, struct err *err)
{
	struct value id = value_text(item_id(&run->now));
	struct table table = record_table(run->rec);
	enum code code;

	if (run->rec != &outbox_record || strcmp(run->action->id, "discard") != 0)
		return item_save(&run->after, run->d->db, err);
	code = db_delete(run->d->db, &table, &id, err);
	return code ? code : rebuild_touched(run->d, &run->now, err);
}

enum code run_weigh(struct run *run, struct err *err)
{
	enum code code = item_load(&run->now, run->d->db, run->rec, run->r->id, err);

	if (!code)
		code = same_version(run, err);
	if (!code)
		code = take_inputs(run, err);
	if (!code)
		code = judge_it(run, err);
	if (!code)
		code = compose(run, err);
	if (!code)
		code = find_target(run, err);
	return code;
}

enum code run_write(struct run *run, struct err *err)
{
	const struct command *c = &run->c;
	enum code code = journal_append(run->d->store, "command", c->kind, c->record, c->bytes.data, c->bytes.len, err);

	if (code)
		return code;
	if (run->proposes)
		proposal_make(&run->other, run->d->db, c, &run->now, store_who(run->d->store));
	return run->action->flags & LOCAL ? write_local(run, err) : write_sent(run, err);
}

void run_tell(const struct run *run, struct outcome *out)
{
	const struct item *shown = run->proposes ? &run->now : &run->after;
	const char *state = item_text(shown, "state");
	size_t n = strlen(state) < sizeof out->state ? strlen(state) : sizeof out->state - 1;

	*out = (struct outcome){ .proposed = run->proposes, .version = item_version(shown) };
	memcpy(out->command, run->c.id, sizeof out->command);
	memcpy(out->state, state, n);
}

enum code run_begin(struct run *run, struct desk *d, const struct request *r, int64_t at, struct err *err)
{
	enum code code;

	*run = (struct run){ .d = d, .r = r };
	command_init(&run->c);
	if (r->ninput >= INPUTS_MAX) /* one place is the deed's */
		return fail(err, E_USAGE, "no action takes more than %d inputs", INPUTS_MAX - 1);
	if (r->hold_ms < 0 || r->hold_ms > HOLD_MAX_MS)
		return fail(err, E_USAGE, "a command is held for %d ms at most", HOLD_MAX_MS);
	run->c.at = at;
	run->c.reason = pool_strdup(&run->c.pool, r->reason ? r->reason : "");
	code = find(run, err);
	return code ? code : may_see(d, run->rec, err);
}

enum code action_run(struct desk *d, const struct request *r, struct outcome *out, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	AUTO(run_release) struct run run;
	struct command *c = &run.c;
	enum code code = run_begin(&run, d, r, store_now(d->store), err);

	/* The write lock is taken before the record is read: two processes cannot both decide on one version. */
	if (code || (code = tx_begin(&tx, d->db, err)) || (code = run_weigh(&run, err)))
		return code;
	store_sign(d->store, COMMAND_DOMAIN, c->bytes.data, c->bytes.len, c->sig.bytes);
	if (!(code = run_write(&run, err)) && !(code = tx_commit(&tx, err)))
		run_tell(&run, out);
	return code;
}
