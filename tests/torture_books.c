#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/migrations.h"
#include "sync/client.h"
#include "sync/paycore/tables.h"
#include "tests/check.h"
#include "tests/torture.h"

void books_note(struct books *b, const struct note *n)
{
	b->note = mem_grow(b->note, b->nnotes + 1, sizeof *b->note);
	b->note[b->nnotes++] = *n;
}

void books_clear(struct books *b)
{
	free(b->deed);
	free(b->note);
	b->deed = NULL;
	b->note = NULL;
	b->ndeeds = b->nnotes = 0;
	b->seq = b->cursor = 0;
}

static struct deed *find_deed(struct books *b, const char *id)
{
	for (size_t i = b->ndeeds; i-- > 0;)
		if (!strcmp(b->deed[i].id, id))
			return &b->deed[i];
	return NULL;
}

/* ---- reading the journal on ---- */
static void add_deed(struct books *b, const struct journal_entry *e)
{
	AUTO(command_release) struct command c;
	const struct action *a;
	struct deed *d;
	struct err err;

	command_init(&c);
	assert_ok(command_read(&c, e->body, e->body_len, NULL, 0, &err), err);
	a = record_action(record_find(c.kind), c.action);
	assert_null(find_deed(b, c.id));
	b->deed = mem_grow(b->deed, b->ndeeds + 1, sizeof *b->deed);
	d = &b->deed[b->ndeeds++];
	memset(d, 0, sizeof *d);
	memcpy(d->id, c.id, sizeof d->id);
	snprintf(d->kind, sizeof d->kind, "%s", c.kind);
	snprintf(d->record, sizeof d->record, "%s", c.record);
	snprintf(d->action, sizeof d->action, "%s", c.action);
	command_digest(&c, d->digest);
	d->local = a->flags & LOCAL;
	d->proposes = a->flags & FOUR_EYES;
	d->remark = a->flags & REMARK;
	b->commands++;
	if (d->local && (d = find_deed(b, c.record))) /* a discard */
		d->discarded = true;
}

static void read_journal(struct books *b, struct store *s)
{
	const struct query q = { .table = &journal_table, .where = { .op = COND_GT, .column = "seq", .value = value_int(b->seq) } };
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value row[JOURNAL_COLUMNS];
	struct journal_entry e;
	struct err err;
	bool more = true;

	assert_ok(query_open(&c, store_db(s), &q, &err), err);
	for (;;) {
		assert_ok(cursor_next(c, row, &more, &err), err);
		if (!more)
			return;
		journal_from_row(&e, row);
		if (!strcmp(e.verb, "command"))
			add_deed(b, &e);
		b->seq = e.seq;
	}
}

/* ---- how a command stands, at the desk and at the core ---- */
/* "" where the core has not answered it. What it answered, it answered these very bytes. */
static void core_result(struct books *b, const struct deed *d, char *out, size_t size)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value row[RESULT_COLUMNS], key = value_text(d->id);
	struct err err;
	enum code code = db_get(institution_db(b->core->in), &results_table, &key, &pool, row, &err);

	*out = '\0';
	if (code == E_NOTFOUND)
		return;
	assert_ok(code, err);
	assert_int_equal(row[RESULT_DIGEST].len, KEY_BYTES);
	assert_memory_equal(row[RESULT_DIGEST].text, d->digest, KEY_BYTES);
	snprintf(out, size, "%s", row[RESULT_RESULT].text);
}

/* What its row in the outbox is after that answer; "": gone. */
static const char *as_row(const char *result)
{
	return !strcmp(result, "rejected") ? "refused" : !strcmp(result, "conflict") ? "conflict" : "";
}

static void take_answer(struct books *b, struct deed *d, const char *result, bool twice)
{
	d->answered = true;
	snprintf(d->answer, sizeof d->answer, "%s", result);
	b->accepted += !strcmp(result, "accepted");
	b->rejected += !strcmp(result, "rejected");
	b->conflicts += !strcmp(result, "conflict");
	b->answers_lost += twice;
}

/* Every command of the journal is in the outbox, or the core has answered it as the desk says. */
static void follow_deed(struct books *b, struct desk *desk, struct deed *d)
{
	AUTO(item_release) struct item row = { 0 };
	const char *state = NULL;
	char result[12];
	struct err err;
	enum code code;

	core_result(b, d, result, sizeof result);
	code = item_load(&row, desk_db(desk), record_find("outbox"), d->id, &err);
	if (code != E_NOTFOUND) {
		assert_ok(code, err);
		state = item_text(&row, "state");
	}
	if (state && (!strcmp(state, "pending") || !strcmp(state, "sending"))) {
		d->twice |= *result != '\0';
		return;
	}
	if (!*result)
		fail_msg("command %s (%s on %s %s) is %s at the desk, but the core never had it", d->id, d->action, d->kind, d->record,
			 state ? state : "gone");
	if (state && strcmp(state, as_row(result)) != 0)
		fail_msg("command %s is %s at the desk and %s at the core", d->id, state, result);
	if (!state && *as_row(result) && !d->discarded)
		fail_msg("command %s was %s by the core, and nobody was told", d->id, result);
	if (state)
		assert_true(*item_text(&row, "answer"));
	take_answer(b, d, result, d->twice);
}

static void follow_deeds(struct books *b, struct desk *desk)
{
	for (size_t i = 0; i < b->ndeeds; i++)
		if (!b->deed[i].local && !b->deed[i].answered)
			follow_deed(b, desk, &b->deed[i]);
}

/* ---- what was acknowledged ---- */
static void hold_to_it(struct books *b, const struct note *n)
{
	struct deed *d = find_deed(b, n->id);

	if (n->what == NOTE_FAULT)
		fail_msg("a worker met %s", n->text);
	if (n->what == NOTE_CURSOR && n->num > b->cursor)
		b->cursor = n->num;
	if (n->what != NOTE_COMMAND && n->what != NOTE_ANSWER)
		return;
	if (!d)
		fail_msg("command %s was acknowledged and is lost", n->id);
	if (n->what == NOTE_COMMAND) {
		d->acknowledged = true;
	} else if (!d->answered || strcmp(as_row(d->answer), n->text) != 0) {
		fail_msg("command %s was answered (its row: \"%s\") and stands as \"%s\" now", n->id, n->text, d->answer);
	}
}

static void check_cursor(struct books *b, struct store *s)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value v;
	struct err err;

	assert_ok(store_meta_get(s, "sync.cursor", &pool, &v, &err), err);
	assert_true(!b->cursor || (v.type == VALUE_INT && v.num >= b->cursor));
}

static void verify_journal(struct books *b, struct store *s)
{
	int64_t entries;
	struct err err;

	assert_ok(journal_verify(s, &entries, &err), err);
	assert_true(entries >= b->seq);
}

void books_look(struct books *b)
{
	AUTO(store_closep) struct store *s = house_open(b->house, workers[0]);
	AUTO(desk_freep) struct desk *desk = NULL;
	size_t known = b->ndeeds;
	struct err err;

	verify_journal(b, s);
	read_journal(b, s);
	assert_ok(desk_open(&desk, s, &err), err);
	follow_deeds(b, desk);
	for (size_t i = 0; i < b->nnotes; i++)
		hold_to_it(b, &b->note[i]);
	b->nnotes = 0;
	check_cursor(b, s);
	for (size_t i = known; i < b->ndeeds; i++)
		b->unheard += !b->deed[i].acknowledged;
}

/* ---- desk and core agree ---- */
static void write_wire(struct buf *out, const struct item *it)
{
	struct json_writer w = JSON_WRITER(out);

	item_write_change(it, &w);
}

static bool is_moved_by(struct books *b, const struct deed *d, const struct item *it)
{
	AUTO(item_release) struct item p = { 0 };
	struct err err;

	if (strcmp(d->answer, "accepted") != 0)
		return false;
	if (!strcmp(d->kind, it->rec->kind) && !strcmp(d->record, item_id(it)))
		return !d->proposes && !d->remark;
	if (strcmp(d->kind, "proposal") != 0 || strcmp(d->action, "confirm") != 0)
		return false;
	assert_ok(item_load(&p, institution_db(b->core->in), record_find("proposal"), d->record, &err), err);
	return !strcmp(item_text(&p, "target_kind"), it->rec->kind) && !strcmp(item_text(&p, "target"), item_id(it));
}

/* A key that was asked for: the core makes it in the moment after. */
static bool makes_key(const struct deed *d)
{
	return !strcmp(d->action, "issue_api_key") || !strcmp(d->action, "renew_api_key");
}

/* Versions count: each accepted command but a remark has moved its record by one, once, and nothing else has but the institution itself and
 * what it does of its own after a command. */
static void check_version(struct books *b, const struct item *it)
{
	int64_t expected = 1 + !strcmp(item_text(it, "state"), "void"); /* a proposal; the core voids those whose target moved */

	for (size_t i = 0; i < b->core->nmerchants; i++)
		if (!strcmp(it->rec->kind, "merchant") && !strcmp(b->core->merchant[i].id, item_id(it)))
			expected = b->core->merchant[i].version + b->core->merchant[i].moves;
	for (size_t i = 0; i < b->ndeeds; i++)
		expected += is_moved_by(b, &b->deed[i], it) ? 1 + makes_key(&b->deed[i]) : 0;
	if (item_version(it) != expected)
		fail_msg("%s %s is at version %lld; what was done to it makes %lld", it->rec->kind, item_id(it), (long long)item_version(it),
			 (long long)expected);
}

/* Byte for byte what the core has; asked, if ask, over the protocol as well. */
static void check_record(struct books *b, struct desk *desk, struct link *ask, const struct record *rec, const char *id)
{
	AUTO(item_release) struct item here = { 0 }, there = { 0 }, told = { 0 };
	AUTO(buf_release) struct buf ours = BUF_INIT, theirs = BUF_INIT, said = BUF_INIT;
	struct err err;

	assert_ok(item_load(&there, institution_db(b->core->in), rec, id, &err), err);
	assert_ok(item_load(&here, desk_db(desk), rec, id, &err), err);
	assert_int_equal(item_int(&here, "pending"), 0);
	write_wire(&ours, &here);
	write_wire(&theirs, &there);
	assert_string_equal(ours.data, theirs.data);
	check_version(b, &there);
	if (!ask)
		return;
	assert_ok(sync_record(ask, rec, id, &told, &err), err);
	write_wire(&said, &told);
	assert_string_equal(said.data, ours.data);
}

static int64_t count(struct db *db, const struct table *table)
{
	const struct query q = { .table = table };
	struct err err;
	int64_t n;

	assert_ok(query_count(db, &q, &n, &err), err);
	return n;
}

static void check_records(struct books *b, struct desk *desk, struct link *link, const char *kind, struct chance *chance)
{
	const struct record *rec = record_find(kind);
	struct table table = record_table(rec);
	const struct query q = { .table = &table };
	struct value *row = mem_alloc(table.ncolumns * sizeof *row);
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct err err;
	bool more = true;

	assert_int_equal(count(desk_db(desk), &table), count(institution_db(b->core->in), &table));
	assert_ok(query_open(&c, institution_db(b->core->in), &q, &err), err);
	for (;;) {
		assert_ok(cursor_next(c, row, &more, &err), err);
		if (!more)
			break;
		check_record(b, desk, chance_percent(chance, 5) ? link : NULL, rec, row[F_ID].text);
	}
	free(row);
}

/* Nothing waits, and the core has answered exactly the commands of this journal. */
static void check_commands(struct books *b, struct desk *desk)
{
	struct table outbox = record_table(record_find("outbox"));
	int64_t sent = 0, standing = 0;

	for (size_t i = 0; i < b->ndeeds; i++) {
		const struct deed *d = &b->deed[i];

		if (d->local)
			continue;
		if (!d->answered)
			fail_msg("command %s still waits after a sync", d->id);
		sent++;
		standing += strcmp(d->answer, "accepted") && !d->discarded;
	}
	assert_int_equal(count(institution_db(b->core->in), &results_table), sent);
	assert_int_equal(count(desk_db(desk), &outbox), standing);
}

void books_settle(struct books *b, struct chance *chance)
{
	AUTO(store_closep) struct store *s = house_open(b->house, workers[1]);
	AUTO(desk_freep) struct desk *desk = NULL;
	AUTO(link_freep) struct link *link = NULL;
	struct table transactions = record_table(record_find("transaction"));
	struct sync_counts c = { 0 };
	struct err err;

	assert_ok(desk_open(&desk, s, &err), err);
	assert_ok(link_open(&link, desk, &err), err);
	assert_ok(sync_once(link, NULL, &c, &err), err);
	assert_int_equal(c.cursor, c.head);
	read_journal(b, s);
	follow_deeds(b, desk);
	check_commands(b, desk);
	check_records(b, desk, link, "merchant", chance);
	check_records(b, desk, link, "proposal", chance);
	check_records(b, desk, link, "note", chance);
	assert_int_equal(count(desk_db(desk), &transactions), count(institution_db(b->core->in), &transactions));
	verify_journal(b, s);
}
