#include "tests/smallcore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/deed.h"
#include "core/proposal.h"
#include "tests/check.h"
#include "tests/scratch.h"
#include "tests/specimen.h"

void smallcore_open(struct smallcore *k, struct store *s)
{
	struct err err;

	*k = (struct smallcore){ .root = store_root_key(s) };
	scratch_make(k->dir, sizeof k->dir);
	k->db = specimen_db(k->dir);
	assert_ok(store_operators(s, &k->people, &k->npeople, &err), err);
}

void smallcore_close(struct smallcore *k)
{
	for (size_t i = 0; i < k->nfeed; i++)
		free(k->feed[i]);
	free(k->feed);
	free(k->people);
	free(k->answered);
	db_close(k->db);
	scratch_remove(k->dir);
}

static void tell(struct smallcore *k, struct buf *change)
{
	k->feed = mem_grow(k->feed, k->nfeed + 1, sizeof *k->feed);
	k->feed[k->nfeed++] = buf_detach(change);
}

void smallcore_put(struct smallcore *k, const struct item *it)
{
	AUTO(buf_release) struct buf change = BUF_INIT;
	struct err err;

	assert_ok(item_save(it, k->db, &err), err);
	specimen_wire(&change, it);
	tell(k, &change);
}

void smallcore_delete(struct smallcore *k, const struct record *rec, const char *id, int64_t version)
{
	AUTO(buf_release) struct buf change = BUF_INIT;
	struct table table = record_table(rec);
	struct value key = value_text(id);
	struct err err;

	assert_ok(db_delete(k->db, &table, &key, &err), err);
	buf_addf(&change, "{\"kind\":\"%s\",\"id\":\"%s\",\"version\":%lld,\"deleted\":true}", rec->kind, id, (long long)version);
	tell(k, &change);
}

void smallcore_change(struct smallcore *k, size_t i, struct item *it, bool *deleted)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const struct json *doc;
	struct err err;

	assert_true(i < k->nfeed);
	assert_ok(json_parse(&pool, k->feed[i], strlen(k->feed[i]), NULL, &doc, &err), err);
	assert_ok(item_read_change(it, doc, deleted, &err), err);
}

/* ---- judging ---- */
static enum code put_void(void *ctx, struct item *it, struct err *err)
{
	(void)err;
	smallcore_put(ctx, it);
	return E_OK;
}

static void moved(struct smallcore *k, const struct item *it, int64_t when)
{
	struct err err;

	smallcore_put(k, it);
	assert_ok(proposal_void_stale(k->db, it->rec->kind, item_id(it), item_version(it), when, put_void, k, &err), err);
}

static enum code put_effect(void *ctx, const struct item *it, struct err *err)
{
	(void)err;
	moved(ctx, it, item_int(it, "updated_at"));
	return E_OK;
}

static enum code carry_out(struct smallcore *k, const struct item *now, const struct item *after, const struct cert *who, const struct command *c,
			   struct err *err)
{
	AUTO(item_release) struct item target = { 0 };
	const struct effects to = { c->id, put_effect, k };
	enum code code = proposal_carry_out(now, k->db, k->root, who, c->at, command_input(c, DEED_INPUT), &target, &to, err);

	if (code)
		return code;
	smallcore_put(k, after); /* confirmed before its target moves, or it would be void */
	moved(k, &target, c->at);
	return E_OK;
}

static enum code apply(struct smallcore *k, const struct command *c, const struct item *now, const struct cert *author, struct err *err)
{
	struct actor who;
	struct judge j = { .db = k->db, .now = now, .action = record_action(now->rec, c->action), .who = &who, .when = c->at,
			   .input = c->input, .ninput = c->ninput, .reason = c->reason };
	const struct effects to = { c->id, put_effect, k };
	AUTO(item_release) struct item after = { 0 }, proposal = { 0 };
	uint8_t seen[KEY_BYTES];
	bool proposes;
	enum code code;

	if (!j.action)
		return fail(err, E_USAGE, "no such action");
	if (c->version != item_version(now))
		return fail(err, E_CONFLICT, "version %lld, not %lld", (long long)item_version(now), (long long)c->version);
	assert_ok(item_evidence(now, k->db, seen, err), *err);
	if (!crypto_equal(seen, c->evidence, KEY_BYTES))
		return fail(err, E_CONFLICT, "its author saw something else");
	actor_from_cert(&who, author, k->root);
	if ((code = action_decide(&j, &after, &proposes, err)))
		return code;
	if (proposes) {
		proposal_make(&proposal, k->db, c, now, author);
		smallcore_put(k, &proposal);
		return E_OK;
	}
	if (!strcmp(now->rec->kind, "proposal") && !strcmp(c->action, "confirm"))
		return carry_out(k, now, &after, author, c, err);
	moved(k, &after, c->at);
	return effects_run(&j, &after, &to, err);
}

static enum code judge(struct smallcore *k, const struct command *c, struct err *err)
{
	const struct cert *author = store_operator_find(k->people, k->npeople, c->operator);
	const struct record *rec = record_find(c->kind);
	AUTO(item_release) struct item now = { 0 };
	enum code code;

	if (!author || !rec || !command_signed_by(c, author->key))
		return fail(err, E_SIGNATURE, "nobody that the core knows has signed this");
	code = item_load(&now, k->db, rec, c->record, err);
	return code ? code : apply(k, c, &now, author, err);
}

void smallcore_take(struct smallcore *k, const struct command *c, struct answer *a)
{
	const struct record *rec = record_find(c->kind);
	struct err err = { 0 };
	size_t i = 0;

	*a = (struct answer){ 0 };
	while (i < k->nanswered && strcmp(k->answered[i].id, c->id) != 0)
		i++;
	if (i == k->nanswered) {
		enum code code = judge(k, c, &err);

		k->answered = mem_grow(k->answered, k->nanswered + 1, sizeof *k->answered);
		memcpy(k->answered[i].id, c->id, sizeof c->id);
		k->answered[i].what = !code ? VERDICT_ACCEPTED : code == E_CONFLICT ? VERDICT_CONFLICT : VERDICT_REJECTED;
		k->nanswered++;
	}
	a->what = k->answered[i].what;
	snprintf(a->reason, sizeof a->reason, "%s", a->what == VERDICT_ACCEPTED ? "" : *err.msg ? err.msg : "as before");
	if (rec && item_load(&a->current, k->db, rec, c->record, &err))
		a->current = (struct item){ 0 };
}
