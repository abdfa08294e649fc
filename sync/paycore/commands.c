/* POST /v1/commands: what people decided at their desks. Each command is judged and carried out once, in one transaction with the answer
 * that it was given; whoever sends it again gets that answer again. */
#include <string.h>

#include "core/deed.h"
#include "core/proposal.h"
#include "core/values/when.h"
#include "sync/paycore/cards.h"
#include "sync/paycore/contracts.h"
#include "sync/paycore/events.h"
#include "sync/paycore/keys.h"
#include "sync/paycore/reviews.h"
#include "sync/paycore/roster.h"
#include "sync/paycore/service.h"
#include "sync/paycore/tables.h"

#define AHEAD_MAX (5 * WHEN_MINUTE)
#define AGE_MAX (30 * WHEN_DAY)

struct job {
	struct service *s;
	const struct caller *who;
	struct command c;
	uint8_t digest[KEY_BYTES];
	struct cert author;
	struct item now;                /* the record as it stands; rec NULL: none that this desk may see */
};

static void job_release(struct job *j)
{
	command_release(&j->c);
	item_release(&j->now);
}

/* The author's mistake, or the core's own trouble? */
static bool is_refusal(enum code c)
{
	switch (c) {
	case E_NOTFOUND: case E_DENIED: case E_USAGE: case E_STATE: case E_CHECK: case E_CONFLICT: case E_INVALID: case E_SIGNATURE:
		return true;
	default:
		return false;
	}
}

/* ---- what must hold before the record is looked at ---- */

/* Nothing of what fails here is remembered: these bytes may not be the author's at all. */
static enum code verify_author(struct job *j, struct err *err)
{
	const struct caller *who = j->who;
	if (strcmp(j->c.desk, who->store) != 0)
		return fail(err, E_DENIED, "the command was made at another desk");
	enum code c = roster_find(j->s->in, who->root, who->cert.root, j->c.operator, &j->author, err);
	if (c == E_NOTFOUND)
		return fail(err, E_DENIED, "no certificate of this operator has been shown to the core");
	if (!c && !command_signed_by(&j->c, j->author.key))
		return fail(err, E_SIGNATURE, "the command's signature does not verify");
	return c;
}

/* A certificate that was taken back stops what was decided after that, not what was decided before and comes late. */
static enum code verify_time(const struct job *j, struct err *err)
{
	int64_t now = world_now(institution_world(j->s->in));
	if (j->c.at > now + AHEAD_MAX)
		return fail(err, E_INVALID, "the command is dated in the future; set the clock of the desk");
	if (j->c.at < now - AGE_MAX)
		return fail(err, E_INVALID, "the command is older than 30 days; decide again");
	if (!j->author.active && j->c.at >= j->author.issued)
		return fail(err, E_DENIED, "%s is disabled", j->author.name);
	return E_OK;
}

static enum code load_record(struct job *j, const struct action **action, struct err *err)
{
	const struct record *rec = record_find(j->c.kind);
	bool reached = false;
	if (!rec || rec->flags & RECORD_OWN || !desk_cert_covers(&j->who->cert, j->c.kind, NULL))
		return fail(err, E_DENIED, "records of this kind are beyond the desk's scope");
	*action = record_action(rec, j->c.action);
	if (!*action || (*action)->flags & LOCAL)
		return fail(err, E_INVALID, "there is no such action on this kind of record");
	enum code c = item_load(&j->now, institution_db(j->s->in), rec, j->c.record, err);
	if (!c)
		c = in_scope(j->s, j->who, &j->now, &reached, err);
	if (!c && !reached) {
		item_release(&j->now);
		j->now = (struct item){ 0 };
		return fail(err, E_DENIED, "the record is beyond the desk's scope");
	}
	return c;
}

static enum code same_as_seen(const struct job *j, struct err *err)
{
	uint8_t evidence[KEY_BYTES];
	if (item_version(&j->now) != j->c.version)
		return fail(err, E_CONFLICT, "the record is at version %lld; the command was made on %lld", (long long)item_version(&j->now),
			    (long long)j->c.version);
	enum code c = item_evidence(&j->now, institution_db(j->s->in), evidence, err);
	if (!c && !crypto_equal(evidence, j->c.evidence, KEY_BYTES))
		return fail(err, E_CONFLICT, "what the command's author saw is not what the record says");
	return c;
}

/* ---- carrying it out, in the open transaction ---- */

/* What a command takes effect on has to be right today, by the core's clock: a desk whose clock stands still lets no document be valid. */
static enum code gates_today(const struct job *j, const struct item *it, const struct action *action, struct err *err)
{
	const struct judge judge = { .db = institution_db(j->s->in), .now = it, .action = action, .when = world_now(institution_world(j->s->in)) };
	return action_gates(&judge, err);
}

/* One of the two has to be who the record takes (core/action.h), by what they are today; and to see a proposal is not yet to have what it is
 * about. */
static enum code two_still_may(const struct job *j, const struct action *action, const struct actor *maker, struct err *err)
{
	AUTO(item_release) struct item target = { 0 };
	struct actor checker;
	struct judge on = { .db = institution_db(j->s->in), .now = &target, .action = action, .when = j->c.at };
	bool reached = false;
	enum code c = proposal_target(&j->now, on.db, &target, err);
	if (!c)
		c = in_scope(j->s, j->who, &target, &reached, err);
	if (c)
		return c;
	if (!reached)
		return fail(err, E_DENIED, "what the proposal is about is beyond the desk's scope");
	actor_from_cert(&checker, &j->author, j->who->cert.root);
	c = action_two(&on, maker, &checker, err);
	return c ? c : gates_today(j, &target, action, err);
}

/* The proposal carries its maker's certificate of that day. What it takes today is asked of the one that stands. */
static enum code maker_still_may(const struct job *j, struct err *err)
{
	const struct record *rec = record_find(item_text(&j->now, "target_kind"));
	const struct action *action = rec ? record_action(rec, item_text(&j->now, "action")) : NULL;
	struct cert maker;
	struct actor actor;
	enum code c = roster_find(j->s->in, j->who->root, j->who->cert.root, item_text(&j->now, "maker"), &maker, err);
	if (c == E_NOTFOUND)
		return fail(err, E_DENIED, "no certificate of the maker has been shown to the core");
	if (c)
		return c;
	actor_from_cert(&actor, &maker, j->who->cert.root);
	if (!maker.active || !action || !actor_may(&actor, action->permission))
		return fail(err, E_DENIED, "%s, who proposed it, may not do this any more", maker.name);
	return two_still_may(j, action, &actor, err);
}

static enum code put_effect(void *ctx, const struct item *it, struct err *err)
{
	return changes_put(ctx, it, err);
}

/* What the core does of its own once a record has changed. */
static enum code follow(struct changes *ch, const char *kind, const char *id, struct err *err)
{
	static const struct { const char *kind; enum code (*follow)(struct changes *ch, const char *id, struct err *err); } after[] = {
		{ "contract", contracts_follow }, { "bank_card", cards_follow }, { "merchant", keys_follow }, { "merchant", reviews_due },
	};
	enum code c = E_OK;
	for (size_t i = 0; !c && i < COUNT(after); i++)
		if (strcmp(after[i].kind, kind) == 0)
			c = after[i].follow(ch, id, err);
	return c;
}

static enum code confirm(const struct job *j, struct changes *ch, struct err *err)
{
	const struct effects to = { j->c.id, put_effect, ch };
	AUTO(item_release) struct item target = { 0 };
	enum code c = maker_still_may(j, err);
	if (!c)
		c = proposal_carry_out(&j->now, institution_db(j->s->in), j->who->cert.root, &j->author, j->c.at,
				       command_input(&j->c, DEED_INPUT), &target, &to, err);
	if (!c)
		c = changes_put(ch, &target, err);
	return c ? c : follow(ch, target.rec->kind, item_id(&target), err);
}

static enum code carry_out(struct job *j, const struct action *action, struct changes *ch, struct err *err)
{
	AUTO(item_release) struct item after = { 0 };
	const struct effects to = { j->c.id, put_effect, ch };
	struct actor actor;
	bool proposes = false;
	actor_from_cert(&actor, &j->author, j->who->cert.root);
	const struct judge judge = {
		.db = institution_db(j->s->in), .now = &j->now, .action = action, .who = &actor, .when = j->c.at,
		.input = j->c.input, .ninput = j->c.ninput, .reason = j->c.reason,
	};
	enum code c = action_decide(&judge, &after, &proposes, err);
	if (!c)
		c = gates_today(j, &j->now, action, err);
	if (c)
		return c;
	if (proposes) {
		AUTO(item_release) struct item proposal = { 0 };
		proposal_make(&proposal, institution_db(j->s->in), &j->c, &j->now, &j->author);
		return changes_put(ch, &proposal, err);
	}
	if (action->flags & REMARK)
		return effects_run(&judge, &after, &to, err);
	c = changes_put(ch, &after, err); /* before its target: an answered proposal is not voided by what it does */
	if (!c && strcmp(j->c.kind, "proposal") == 0 && strcmp(action->id, "confirm") == 0)
		c = confirm(j, ch, err);
	if (!c)
		c = effects_run(&judge, &after, &to, err);
	return c ? c : follow(ch, j->c.kind, j->c.record, err);
}

/* ---- answers ---- */

static enum code store_result(struct job *j, const char *result, const char *reason, struct err *err)
{
	const struct value row[RESULT_COLUMNS] = {
		[RESULT_ID] = value_text(j->c.id), [RESULT_DESK] = value_text(j->who->cert.desk), [RESULT_DIGEST] = value_blob(j->digest, KEY_BYTES),
		[RESULT_RESULT] = value_text(result), [RESULT_REASON] = value_text(reason), [RESULT_KIND] = value_text(j->c.kind),
		[RESULT_RECORD] = value_text(j->c.record), [RESULT_AT] = value_int(world_now(institution_world(j->s->in))),
	};
	return db_insert(institution_db(j->s->in), &results_table, row, err);
}

static void write_member(struct json_writer *w, const char *name, const char *text)
{
	if (!text)
		return;
	json_key(w, name);
	json_str(w, text);
}

static enum code write_result(struct job *j, const char *result, const char *was, const char *reason, struct buf *out, struct err *err)
{
	struct json_writer w = JSON_WRITER(out);
	json_open(&w, '{');
	json_key(&w, "id");
	json_str(&w, j->c.id);
	write_member(&w, "result", result);
	write_member(&w, "was", was);
	write_member(&w, "reason", reason);
	if (j->now.rec) {
		AUTO(pool_release) struct pool pool = POOL_INIT;
		AUTO(buf_release) struct buf change = BUF_INIT;
		const struct value key[] = { value_text(j->now.rec->kind), value_text(item_id(&j->now)) };
		struct value row[FEED_COLUMNS];
		enum code c = db_get(institution_db(j->s->in), &feed_table, key, &pool, row, err);
		if (c)
			return c;
		change_write(&change, row[FEED_SEQ].num, &j->now);
		json_key(&w, "record");
		json_raw(&w, change.data, change.len);
	}
	json_close(&w, '}');
	buf_addc(out, '\n');
	return E_OK;
}

/* *met: the id was used before. The same bytes from the same desk are told what they were told then; anything else is refused. */
static enum code answer_again(struct job *j, bool *met, struct buf *out, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value row[RESULT_COLUMNS], key = value_text(j->c.id);
	const struct action *action;
	struct err why = { 0 };
	enum code c = db_get(institution_db(j->s->in), &results_table, &key, &pool, row, err);
	*met = !c;
	if (c)
		return c == E_NOTFOUND ? E_OK : c;
	if (row[RESULT_DIGEST].len != KEY_BYTES || !crypto_equal(row[RESULT_DIGEST].text, j->digest, KEY_BYTES) ||
	    strcmp(row[RESULT_DESK].text, j->who->cert.desk) != 0)
		return write_result(j, "rejected", NULL, "another command bears this id", out, err);
	c = strcmp(row[RESULT_RESULT].text, "accepted") == 0 ? E_OK : load_record(j, &action, &why);
	if (c && !is_refusal(c))
		return fail(err, c, "%s", why.msg);
	return write_result(j, "duplicate", row[RESULT_RESULT].text, row[RESULT_REASON].text, out, err);
}

/* ---- one command ---- */

/* All of it or nothing, the answer included. */
static enum code apply(struct job *j, struct err *err)
{
	AUTO(changes_end) struct changes ch = { 0 };
	const struct action *action = NULL;
	enum code c = verify_time(j, err);
	if (!c)
		c = changes_begin(&ch, j->s->in, err);
	if (!c)
		c = load_record(j, &action, err);
	if (!c)
		c = action->flags & REMARK ? E_OK : same_as_seen(j, err);
	if (!c)
		c = carry_out(j, action, &ch, err);
	if (!c)
		c = store_result(j, "accepted", NULL, err);
	if (!c)
		c = changes_commit(&ch, err);
	if (!c)
		events_grown(j->s->events, ch.head);
	return c;
}

static enum code judge_command(struct job *j, struct buf *out, struct err *err)
{
	struct err why = { 0 };
	bool met = false;
	enum code c = answer_again(j, &met, out, err);
	if (c || met)
		return c;
	c = verify_author(j, &why);
	if (c && is_refusal(c))
		return write_result(j, "rejected", NULL, why.msg, out, err);
	if (!c)
		c = apply(j, &why);
	if (!c) {
		item_release(&j->now); /* moved on; the feed tells what it has become */
		j->now = (struct item){ 0 };
		return write_result(j, "accepted", NULL, NULL, out, err);
	}
	if (!is_refusal(c))
		return fail(err, c, "%s", why.msg);
	const char *result = c == E_CONFLICT ? "conflict" : "rejected";
	c = store_result(j, result, why.msg, err);
	return c ? c : write_result(j, result, NULL, why.msg, out, err);
}

struct signed_bytes { struct value bytes, sig; }; /* in a pool */

static enum code one_command(struct service *s, const struct caller *who, const struct signed_bytes *in, struct buf *out, struct err *err)
{
	AUTO(job_release) struct job j = { .s = s, .who = who };
	struct err why = { 0 };
	command_init(&j.c);
	enum code c = command_read(&j.c, in->bytes.text, in->bytes.len, in->sig.text, in->sig.len, &why);
	if (c)
		return write_result(&j, "rejected", NULL, why.msg, out, err);
	command_digest(&j.c, j.digest);
	return judge_command(&j, out, err);
}

/* ---- the request ---- */

static bool read_head(const char *line, size_t n, int64_t *seq, uint8_t hash[KEY_BYTES])
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const struct json *doc, *head;
	const char *hex;
	struct err err;
	return !json_parse(&pool, line, n, NULL, &doc, &err) && !json_get_object(doc, "head", &head, &err) &&
	       !json_get_int(head, "seq", seq, &err) && *seq >= 0 && !json_get_str(head, "hash", &hex, &err) &&
	       hex_decode(hex, strlen(hex), hash, KEY_BYTES);
}

/* A journal only grows. One that is shorter than it was, or another of the same length, is an old copy put back. */
static enum code take_head(struct service *s, const struct caller *who, int64_t seq, const uint8_t hash[KEY_BYTES], bool *good, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(tx_end) struct tx tx = { 0 };
	struct value row[DESK_COLUMNS], key = value_text(who->key);
	struct db *db = institution_db(s->in);
	enum code c = tx_begin(&tx, db, err);
	if (!c)
		c = db_get(db, &desks_table, &key, &pool, row, err);
	if (c)
		return c;
	const struct value stood = row[DESK_HEAD_HASH];
	int64_t was = row[DESK_HEAD_SEQ].num;
	*good = seq > was || (seq == was && (stood.type == VALUE_NULL || (stood.len == KEY_BYTES && crypto_equal(stood.text, hash, KEY_BYTES))));
	if (!*good)
		return E_OK;
	row[DESK_HEAD_SEQ] = value_int(seq);
	row[DESK_HEAD_HASH] = value_blob(hash, KEY_BYTES);
	c = db_put(db, &desks_table, row, err);
	return c ? c : tx_commit(&tx, err);
}

static bool read_signed(struct signed_bytes *out, struct pool *keep, const char *line, size_t n)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(buf_release) struct buf bytes = BUF_INIT, sig = BUF_INIT;
	const struct json_limits limits = { .bytes = LINE_MAX_BYTES, .depth = 2 };
	const struct json *doc;
	const char *command, *signature;
	struct signature checked;
	struct err err;
	if (json_parse(&pool, line, n, &limits, &doc, &err) || json_get_str(doc, "command", &command, &err) ||
	    json_get_str(doc, "signature", &signature, &err) || !base64_decode(command, strlen(command), &bytes) ||
	    !base64_decode(signature, strlen(signature), &sig) || signature_read(&checked, sig.data, sig.len, &err))
		return false;
	out->bytes = value_copy(keep, value_blob(bytes.data, bytes.len));
	out->sig = value_copy(keep, value_blob(sig.data, sig.len));
	return true;
}

/* Every line is read before the first is carried out, so that a broken request changes nothing. NULL: it is broken. */
static struct signed_bytes *read_all(struct pool *pool, const char *p, const char *end, size_t *count)
{
	struct signed_bytes *all = pool_alloc(pool, COMMANDS_MAX * sizeof *all);
	const char *line;
	size_t n;
	while (next_line(&p, end, &line, &n)) {
		if (*count == COMMANDS_MAX)
			return NULL;
		if (!read_signed(&all[(*count)++], pool, line, n))
			return NULL;
	}
	return all;
}

enum code handle_commands(struct service *s, const struct call *call, const struct route *r, const struct caller *who, struct answer *a, struct err *err)
{
	(void)r;
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const char *p = call->body, *end = call->body + call->body_len, *line;
	size_t n, count = 0;
	int64_t seq;
	uint8_t hash[KEY_BYTES];
	bool good = false;
	if (!next_line(&p, end, &line, &n) || !read_head(line, n, &seq, hash))
		return answer_problem(a, "malformed", "the first line is the head of the desk's journal");
	struct signed_bytes *all = read_all(&pool, p, end, &count);
	enum code c = all ? take_head(s, who, seq, hash, &good, err) : answer_problem(a, "malformed", "a line is no signed command, or there are more than 200");
	if (all && !c && !good)
		c = answer_problem(a, "journal-rollback", NULL);
	a->type = a->status == 200 ? "application/x-ndjson" : a->type;
	for (size_t i = 0; good && !c && i < count; i++)
		c = one_command(s, who, &all[i], &a->body, err);
	return c;
}
