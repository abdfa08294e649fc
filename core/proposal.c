#include "core/proposal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct record proposal_record; /* core/records/proposal.c */

static struct value text_or_null(const char *s)
{
	return *s ? value_text(s) : value_null();
}

void proposal_make(struct item *out, struct db *db, const struct command *c, const struct item *target, const struct cert *maker)
{
	const struct judge j = { .db = db, .now = target, .action = record_action(target->rec, c->action), .when = c->at };
	AUTO(buf_release) struct buf hex = BUF_INIT;
	uint8_t sum[KEY_BYTES];

	command_digest(c, sum);
	buf_add_hex(&hex, sum, sizeof sum);
	item_init(out, &proposal_record);
	item_set(out, "id", value_text(c->id));
	item_set(out, "state", value_text("open"));
	item_set(out, "version", value_int(1));
	item_set(out, "updated_at", value_int(c->at));
	item_set(out, "target_kind", value_text(c->kind));
	item_set(out, "target", value_text(c->record));
	item_set(out, "target_version", value_int(c->version));
	item_set(out, "title", value_text(item_title(target)));
	item_set(out, "action", value_text(c->action));
	item_set(out, "needs", value_text(j.action ? action_either(&j) : NULL));
	item_set(out, "reason", text_or_null(c->reason));
	item_set(out, "maker", value_text(c->operator));
	item_set(out, "made_at", value_int(c->at));
	item_set(out, "digest", value_text(hex.data));
	item_set(out, "command", value_blob(c->bytes.data, c->bytes.len));
	item_set(out, "signature", value_blob(c->sig.bytes, c->sig.n));
	item_set(out, "certificate", value_text(maker->text));
	item_set(out, "cert_sig", value_blob(maker->sig, sizeof maker->sig));
}

/* ---- the actions of a proposal ---- */
static enum code another_person(const struct judge *j, struct err *err)
{
	if (!strcmp(item_text(j->now, "maker"), j->who->id))
		return fail(err, E_DENIED, "whoever proposed it may not confirm it; another person has to");
	return E_OK;
}

/* The permission that the target's action takes: four eyes are two people who both could. */
static enum code permitted_on_target(const struct judge *j, const struct action **action, struct err *err)
{
	const char *id = item_text(j->now, "action");
	const struct record *rec = record_find(item_text(j->now, "target_kind"));
	const struct action *a = rec ? record_action(rec, id) : NULL;

	if (!a || !(a->flags & FOUR_EYES))
		return fail(err, E_INVALID, "proposal %s is of a kind that this version of paydesk does not know", item_id(j->now));
	if (action_permitted(j->who, a, err))
		return E_DENIED;
	*action = a;
	return E_OK;
}

/* The maker's roles as the certificate in the proposal has them. Good enough to dim a key: whoever carries it out verifies the certificate. */
static void maker_claimed(const struct item *proposal, struct actor *out)
{
	const char *held = strstr(item_text(proposal, "certificate"), "\nroles "), *name = strstr(item_text(proposal, "certificate"), "\nname ");

	*out = (struct actor){ .name = "" };
	snprintf(out->id, sizeof out->id, "%s", item_text(proposal, "maker"));
	if (held)
		snprintf(out->roles, sizeof out->roles, "%.*s", (int)strcspn(held + 7, "\n"), held + 7);
	if (name)
		snprintf(out->name, sizeof out->name, "%.*s", (int)strcspn(name + 6, "\n"), name + 6);
}

static enum code one_of_the_two(const struct judge *j, const struct action *action, const struct item *target, struct err *err)
{
	const struct judge on_target = { .db = j->db, .now = target, .action = action, .when = j->when };
	struct actor maker;

	maker_claimed(j->now, &maker);
	return action_two(&on_target, &maker, j->who, err);
}

const struct action *proposal_action(const struct item *it)
{
	const struct record *target = it->rec == &proposal_record ? record_find(item_text(it, "target_kind")) : NULL;

	return target ? record_action(target, item_text(it, "action")) : NULL;
}

bool proposal_wants_look(const struct item *it, const struct action *a)
{
	const struct action *proposed = proposal_action(it);

	return proposed && proposed->flags & DANGER && !strcmp(a->id, "confirm");
}

static enum code target_unmoved(const struct item *proposal, const struct item *target, struct err *err)
{
	int64_t saw = item_int(proposal, "target_version"), is = item_version(target);

	if (saw == is)
		return E_OK;
	return fail(err, E_CONFLICT, "%s %s moved from version %lld, which the proposal is about, to version %lld; the proposal is void",
		    target->rec->kind, item_id(target), (long long)saw, (long long)is);
}

/* The version says nothing of the papers behind the record: one that was replaced since is not what the maker decided on. */
static enum code evidence_unmoved(const struct command *made, const struct item *target, struct db *db, struct err *err)
{
	uint8_t is[KEY_BYTES];
	enum code code = item_evidence(target, db, is, err);

	if (code || crypto_equal(is, made->evidence, KEY_BYTES))
		return code;
	return fail(err, E_CONFLICT, "what %s %s was decided on has changed since; decline the proposal and decide anew",
		    record_noun(target->rec).word, item_id(target));
}

enum code proposal_target(const struct item *proposal, struct db *db, struct item *target, struct err *err)
{
	const struct record *rec = record_find(item_text(proposal, "target_kind"));

	if (!rec)
		return fail(err, E_INVALID, "proposal %s is about a kind of record that this version of paydesk does not know", item_id(proposal));
	return item_load(target, db, rec, item_text(proposal, "target"), err);
}

enum code proposal_may_confirm(const struct judge *j, struct err *err)
{
	AUTO(item_release) struct item target = { 0 };
	const struct action *action;
	struct err own = { 0 };

	if (another_person(j, &own) || permitted_on_target(j, &action, &own) || proposal_target(j->now, j->db, &target, &own) ||
	    target_unmoved(j->now, &target, &own) || one_of_the_two(j, action, &target, &own)) {
		if (err)
			*err = own;
		return own.code;
	}
	return E_OK;
}

enum code proposal_may_decline(const struct judge *j, struct err *err)
{
	const struct action *action;

	if (!strcmp(item_text(j->now, "maker"), j->who->id))
		return E_OK;
	return permitted_on_target(j, &action, err);
}

void proposal_answered(const struct judge *j, struct item *after)
{
	item_set(after, "checker", value_text(j->who->id));
	item_set(after, "answer", text_or_null(j->reason));
}

enum code proposal_waiting(struct db *db, const struct item *target, const struct action *a, char id[COMMAND_ID_LEN + 1],
			   struct err *err)
{
	struct table table = record_table(&proposal_record);
	const struct cond same[] = {
		{ .op = COND_EQ, .column = "target_kind", .value = value_text(target->rec->kind) },
		{ .op = COND_EQ, .column = "target", .value = value_text(item_id(target)) },
		{ .op = COND_EQ, .column = "target_version", .value = value_int(item_version(target)) },
		{ .op = COND_EQ, .column = "action", .value = value_text(a->id) },
		{ .op = COND_EQ, .column = "state", .value = value_text("open") },
	};
	struct query q = { .table = &table, .where = { .op = COND_AND, .kids = same, .nkids = COUNT(same) }, .limit = 1 };
	struct value *row = mem_alloc(table.ncolumns * sizeof *row);
	struct cursor *c = NULL;
	bool more = false;
	enum code code;

	*id = '\0';
	code = query_open(&c, db, &q, err);
	if (!code)
		code = cursor_next(c, row, &more, err);
	if (!code && more) {
		size_t n = row[F_ID].len < COMMAND_ID_LEN ? row[F_ID].len : COMMAND_ID_LEN;

		memcpy(id, row[F_ID].text, n);
		id[n] = '\0';
	}
	cursor_close(c);
	free(row);
	return code;
}

/* ---- what a proposal holds ---- */
static bool field_is(const struct item *it, const char *field, const char *text)
{
	return !strcmp(item_text(it, field), text);
}

static bool says_the_same(const struct item *p, const struct command *c)
{
	AUTO(buf_release) struct buf hex = BUF_INIT;
	uint8_t sum[KEY_BYTES];

	command_digest(c, sum);
	buf_add_hex(&hex, sum, sizeof sum);
	return field_is(p, "digest", hex.data) && field_is(p, "id", c->id) && field_is(p, "target_kind", c->kind) &&
	       field_is(p, "target", c->record) && field_is(p, "action", c->action) && field_is(p, "reason", c->reason) &&
	       field_is(p, "maker", c->operator) && item_int(p, "target_version") == c->version && item_int(p, "made_at") == c->at;
}

enum code proposal_command(const struct item *proposal, const uint8_t root[KEY_BYTES], struct command *c, struct cert *maker, struct err *err)
{
	struct value bytes = item_get(proposal, "command"), sig = item_get(proposal, "signature");
	struct value text = item_get(proposal, "certificate"), cert_sig = item_get(proposal, "cert_sig");
	enum code code;

	if (bytes.type != VALUE_BLOB || sig.type != VALUE_BLOB || text.type != VALUE_TEXT ||
	    cert_sig.type != VALUE_BLOB || cert_sig.len != SIG_BYTES)
		return fail(err, E_INVALID, "proposal %s does not carry its maker's signed command", item_id(proposal));
	code = command_read(c, bytes.text, bytes.len, sig.text, sig.len, err);
	if (!code)
		code = cert_read(maker, text.text, text.len, (const uint8_t *)cert_sig.text, root, err);
	if (code)
		return code;
	if (strcmp(maker->id, c->operator) != 0 || !command_signed_by(c, maker->key))
		return fail(err, E_SIGNATURE, "the maker's signature on proposal %s does not verify", item_id(proposal));
	if (!says_the_same(proposal, c))
		return fail(err, E_SIGNATURE, "proposal %s does not say what its maker signed", item_id(proposal));
	return E_OK;
}

static enum code judge_again(const struct command *c, const struct actor *maker, const struct seconding *second, struct db *db,
			     const struct item *target, int64_t when, struct item *after, const struct effects *to, struct err *err)
{
	const struct action *a = record_action(target->rec, c->action);
	struct judge j = { .db = db, .now = target, .action = a, .who = maker, .when = when, .input = c->input, .ninput = c->ninput,
			   .reason = c->reason, .second = second, .carrying = true };
	bool proposes;
	enum code code;

	if (!a || !(a->flags & FOUR_EYES))
		return fail(err, E_INVALID, "%s is no action of a %s that takes two people", c->action, target->rec->kind);
	if (second) {
		struct actor checker;

		actor_from_cert(&checker, second->checker, second->root);
		if ((code = action_two(&j, maker, &checker, err)))
			return code;
	}
	code = action_decide(&j, after, &proposes, err);
	if (!code && (code = effects_run(&j, after, to, err)))
		item_release(after);
	return code;
}

enum code proposal_carry_out(const struct item *proposal, struct db *db, const uint8_t root[KEY_BYTES], const struct cert *checker,
			     int64_t when, const char *deed, struct item *target_after, const struct effects *to, struct err *err)
{
	AUTO(command_release) struct command c;
	AUTO(item_release) struct item target = { 0 };
	struct actor who;
	struct cert maker;
	const struct seconding second = { &maker, checker, root, deed };
	enum code code;

	command_init(&c);
	code = proposal_command(proposal, root, &c, &maker, err);
	if (code)
		return code;
	if (!strcmp(maker.id, checker->id) || crypto_equal(maker.key, checker->key, KEY_BYTES))
		return fail(err, E_DENIED, "whoever proposed it may not confirm it; another person has to");
	if (!maker.active)
		return fail(err, E_DENIED, "%s, who proposed it, is disabled", maker.name);
	if ((code = proposal_target(proposal, db, &target, err)) || (code = target_unmoved(proposal, &target, err)) ||
	    (code = evidence_unmoved(&c, &target, db, err)))
		return code;
	if (!field_is(proposal, "title", item_title(&target)))
		return fail(err, E_SIGNATURE, "proposal %s does not bear the name of its record", item_id(proposal));
	actor_from_cert(&who, &maker, root);
	return judge_again(&c, &who, &second, db, &target, when, target_after, to, err);
}

enum code proposal_foresee(const struct item *proposal, struct db *db, const uint8_t root[KEY_BYTES], struct item *now, struct item *after,
			   struct err *err)
{
	AUTO(command_release) struct command c;
	struct actor who;
	struct cert maker;
	enum code code;

	command_init(&c);
	if ((code = proposal_command(proposal, root, &c, &maker, err)) || (code = proposal_target(proposal, db, now, err)))
		return code;
	actor_from_cert(&who, &maker, root);
	code = target_unmoved(proposal, now, err);
	if (!code)
		code = judge_again(&c, &who, NULL, db, now, c.at, after, NULL, err);
	if (code)
		item_release(now);
	return code;
}

/* ---- voiding ---- */
static enum code void_one(struct db *db, const char *id, int64_t when,
			  enum code (*fn)(void *ctx, struct item *proposal, struct err *err), void *ctx, struct err *err)
{
	AUTO(item_release) struct item p = { 0 };
	enum code code = item_load(&p, db, &proposal_record, id, err);

	if (code)
		return code;
	item_set(&p, "state", value_text("void"));
	item_set(&p, "version", value_int(item_version(&p) + 1));
	item_set(&p, "updated_at", value_int(when));
	return fn(ctx, &p, err);
}

enum code proposal_void_stale(struct db *db, const char *target_kind, const char *id, int64_t version, int64_t when,
			      enum code (*fn)(void *ctx, struct item *proposal, struct err *err), void *ctx, struct err *err)
{
	struct table table = record_table(&proposal_record);
	const struct cond stale[] = {
		{ .op = COND_EQ, .column = "target_kind", .value = value_text(target_kind) },
		{ .op = COND_EQ, .column = "target", .value = value_text(id) },
		{ .op = COND_EQ, .column = "state", .value = value_text("open") },
		{ .op = COND_NE, .column = "target_version", .value = value_int(version) },
	};
	struct query q = { .table = &table, .where = { .op = COND_AND, .kids = stale, .nkids = COUNT(stale) } };
	struct value *row = mem_alloc(table.ncolumns * sizeof *row);
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct cursor *c = NULL;
	const char **ids = NULL;
	size_t n = 0;
	bool more = true;
	enum code code = query_open(&c, db, &q, err);

	while (!code && !(code = cursor_next(c, row, &more, err)) && more) {
		ids = mem_grow(ids, n + 1, sizeof *ids);
		ids[n++] = pool_strdup(&pool, row[F_ID].text);
	}
	cursor_close(c); /* before fn writes to the table that it reads */
	for (size_t i = 0; !code && i < n; i++)
		code = void_one(db, ids[i], when, fn, ctx, err);
	free(ids);
	free(row);
	return code;
}
