/* One action on many records: looked at, signed once, answered one by one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/desk/bulk.h"
#include "tests/check.h"
#include "tests/office.h"

enum { HOLD = 10 * 1000 };

static const char *const ids[] = { "M-1", "M-2", "M-3" };

static int setup(void **state)
{
	struct office *o = mem_alloc(sizeof *o);

	office_open(o);
	for (int i = 0; i < 3; i++)
		office_merchant(o, ids[i], i + 1);
	*state = o;
	return 0;
}

static int teardown(void **state)
{
	office_close(*state);
	free(*state);
	return 0;
}

static void look(struct office *o, struct bulk *b, int who, const char *kind, const char *action, const char *const *of, size_t n)
{
	assert_ok(bulk_look(b, o->d[who], kind, action, of, n, NULL, &o->err), o->err);
}

static void run(struct office *o, struct bulk *b, int who, const char *reason, int64_t hold_ms)
{
	const struct bulk_order order = { .reason = reason, .hold_ms = hold_ms };

	o->h.clock += 1000;
	assert_ok(bulk_run(b, o->d[who], &order, NULL, &o->err), o->err);
}

static void all(struct office *o, struct bulk *b, int who, const char *action, const char *reason, int64_t hold_ms)
{
	look(o, b, who, "merchant", action, ids, COUNT(ids));
	assert_int_equal(b->count[BULK_POSSIBLE], COUNT(ids));
	run(o, b, who, reason, hold_ms);
}

static void outbox_row(struct office *o, const char *command, struct item *row)
{
	office_look(o, "outbox", command, row);
	assert_non_null(row->rec);
}

static void read_command(const struct item *row, struct command *c)
{
	struct value bytes = item_get(row, "command"), sig = item_get(row, "signature");
	struct err err;

	command_init(c);
	assert_ok(command_read(c, bytes.text, bytes.len, sig.text, sig.len, &err), err);
}

static void verified(struct office *o, int64_t batches)
{
	int64_t entries, n;

	assert_ok(journal_verify(o->s[0], &entries, &o->err), o->err);
	assert_ok(bulk_verify(o->d[0], &n, &o->err), o->err);
	assert_int_equal(n, batches);
}

/* Each command stands for itself: whichever comes first, or comes at all. */
static void test_any_order(void **state)
{
	struct office *o = *state;
	AUTO(bulk_release) struct bulk b = { 0 };
	int64_t entries = office_count(o, "journal");

	all(o, &b, LIN, "claim", NULL, 0);
	assert_int_equal(b.count[BULK_APPLIED], 3);
	assert_int_equal(office_count(o, "journal"), entries + 4); /* the batch, and each command */
	assert_int_equal(b.batch, entries + 1);
	for (size_t i = COUNT(ids); i-- > 0;) {
		AUTO(item_release) struct item row = { 0 };
		AUTO(command_release) struct command c;
		struct answer a;
		size_t at;

		office_shows(o, "merchant", ids[i], "preliminary_review", 8, 1);
		outbox_row(o, b.item[i].out.command, &row);
		assert_int_equal(item_int(&row, "batch"), b.batch);
		assert_int_equal(item_int(&row, "batch_size"), 3);
		read_command(&row, &c);
		assert_int_equal(signature_count(&c.sig, &at), 3);
		assert_int_equal(at, i);
		smallcore_take(&o->k, &c, &a);
		assert_int_equal(a.what, VERDICT_ACCEPTED);
		item_release(&a.current);
	}
	assert_int_equal(office_push(o), 3); /* told again as before */
	office_nothing_waits(o);
	verified(o, 1);
}

/* What the journal shows beside a command. */
static void test_which_batch(void **state)
{
	struct office *o = *state;
	AUTO(bulk_release) struct bulk b = { 0 };
	int64_t batch, count;

	all(o, &b, LIN, "claim", NULL, 0);
	office_do(o, LIN, "merchant", "M-1", "release");
	for (int64_t i = 1; i <= 4; i++) {
		assert_ok(bulk_of(o->d[LIN], "merchant", b.batch + i, &batch, &count, &o->err), o->err);
		assert_int_equal(batch, i <= 3 ? b.batch : 0);
		assert_int_equal(count, i <= 3 ? 3 : 0);
	}
	assert_ok(bulk_of(o->d[LIN], "merchant", b.batch, &batch, &count, &o->err), o->err);
	assert_int_equal(batch, 0);
}

static void test_one_is_no_batch(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item row = { 0 };
	AUTO(bulk_release) struct bulk b = { 0 };
	AUTO(command_release) struct command c;
	size_t at;

	look(o, &b, LIN, "merchant", "claim", ids, 1);
	run(o, &b, LIN, NULL, 0);
	assert_int_equal(b.batch, 0);
	outbox_row(o, b.item[0].out.command, &row);
	assert_int_equal(item_get(&row, "batch").type, VALUE_NULL);
	read_command(&row, &c);
	assert_int_equal(signature_count(&c.sig, &at), 1);
	assert_int_equal(office_push(o), 1);
	verified(o, 0);
}

static void shown(const struct bulk *b, size_t i, enum bulk_fate fate, const char *group)
{
	assert_int_equal(b->item[i].fate, fate);
	assert_string_equal(b->item[i].group ? b->item[i].group : "", group);
	assert_int_equal(b->item[i].why.code != E_OK, *group != '\0');
}

static void test_preview(void **state)
{
	static const char *const wanted[] = { "M-1", "M-9", "M-2", "M-1", "M-3", "M-4" };
	struct office *o = *state;
	AUTO(bulk_release) struct bulk b = { 0 };

	office_merchant(o, "M-4", 4);
	office_elsewhere(o, "M-1", "expected_monthly", value_int(100050));
	office_elsewhere(o, "M-4", "expected_monthly", value_int(25));
	office_elsewhere(o, "M-3", "expected_monthly", value_int(77777));
	office_elsewhere(o, "M-2", "state", value_text("active"));
	office_elsewhere(o, "M-3", "state", value_text("preliminary_review"));
	office_elsewhere(o, "M-3", "assignee", value_text(desk_who(o->d[ZHAO])->id));
	office_pull(o);
	look(o, &b, LIN, "merchant", "claim", wanted, COUNT(wanted));
	assert_int_equal(b.n, 5); /* twice is once */
	shown(&b, 0, BULK_POSSIBLE, "");
	shown(&b, 1, BULK_LEFT_OUT, "not there any more");
	shown(&b, 2, BULK_LEFT_OUT, "in another state");
	shown(&b, 3, BULK_LEFT_OUT, "claimed by others");
	shown(&b, 4, BULK_POSSIBLE, "");
	assert_int_equal(b.count[BULK_POSSIBLE], 2);
	assert_int_equal(b.count[BULK_LEFT_OUT], 3);
	assert_string_equal(b.item[0].title, "样本商户 1");
	assert_string_equal(b.item[1].title, "");
	assert_string_equal(item_id(&b.sample), "M-1");
	assert_int_equal(b.nsums, 1); /* over what will be taken */
	assert_string_equal(b.rec->fields[b.sum[0].field].column.name, "expected_monthly");
	assert_string_equal(b.sum[0].currency, "CNY");
	assert_int_equal(b.sum[0].minor, 100075);
	assert_false(b.sum[0].beyond);
	run(o, &b, LIN, NULL, 0);
	assert_int_equal(b.count[BULK_APPLIED], 2);
	assert_int_equal(b.count[BULK_LEFT_OUT], 3);
	assert_int_equal(office_push(o), 2);
}

static void test_claimed_and_checks(void **state)
{
	struct office *o = *state;
	AUTO(bulk_release) struct bulk b = { 0 };

	office_up_to_approval(o, "M-1");
	office_do(o, LIN, "merchant", "M-2", "claim");
	look(o, &b, ZHAO, "merchant", "approve", ids, COUNT(ids));
	assert_int_equal(b.count[BULK_POSSIBLE], 1);
	bulk_release(&b);
	look(o, &b, LIN, "merchant", "pass_review", ids, COUNT(ids));
	shown(&b, 0, BULK_LEFT_OUT, "in another state");
	shown(&b, 1, BULK_POSSIBLE, "");
	shown(&b, 2, BULK_LEFT_OUT, "in another state");
	bulk_release(&b);
	office_elsewhere(o, "M-3", "state", value_text("preliminary_review"));
	office_pull(o);
	look(o, &b, LIN, "merchant", "pass_review", ids, COUNT(ids));
	shown(&b, 2, BULK_LEFT_OUT, "claimed by nobody");
}

/* One has moved since it was looked at: that one is told of, the others are done, and it can be tried again. */
static void test_one_conflict(void **state)
{
	struct office *o = *state;
	AUTO(bulk_release) struct bulk b = { 0 }, again = { 0 };
	const char *const left[] = { "M-2" };

	look(o, &b, LIN, "merchant", "claim", ids, COUNT(ids));
	office_elsewhere(o, "M-2", "name", value_text("样本商户 改"));
	office_pull(o);
	run(o, &b, LIN, NULL, 0);
	assert_int_equal(b.count[BULK_APPLIED], 2);
	shown(&b, 1, BULK_REFUSED, "changed meanwhile");
	assert_int_equal(b.item[1].why.code, E_CONFLICT);
	office_shows(o, "merchant", "M-2", "applied", 8, 0);
	look(o, &again, LIN, "merchant", "claim", left, 1);
	run(o, &again, LIN, NULL, 0);
	assert_int_equal(again.count[BULK_APPLIED], 1);
	assert_int_equal(office_push(o), 3);
	office_nothing_waits(o);
	verified(o, 1);
}

static void test_evidence_counts(void **state)
{
	struct office *o = *state;
	AUTO(bulk_release) struct bulk b = { 0 };

	look(o, &b, LIN, "merchant", "claim", ids, COUNT(ids));
	b.item[2].evidence[0] ^= 1; /* a paper behind it was replaced */
	run(o, &b, LIN, NULL, 0);
	shown(&b, 2, BULK_REFUSED, "changed meanwhile");
	assert_int_equal(b.count[BULK_APPLIED], 2);
}

static void test_nothing_left(void **state)
{
	struct office *o = *state;
	AUTO(bulk_release) struct bulk b = { 0 };
	int64_t entries;

	look(o, &b, LIN, "merchant", "claim", ids, COUNT(ids));
	for (size_t i = 0; i < COUNT(ids); i++)
		office_do(o, LIN, "merchant", ids[i], "claim");
	entries = office_count(o, "journal");
	run(o, &b, LIN, NULL, 0);
	assert_int_equal(b.count[BULK_REFUSED], 3);
	assert_int_equal(office_count(o, "journal"), entries);
}

/* What is wrong with the one reason is wrong for all: nothing is done, and the question stays open. */
static bool let(void *ctx)
{
	return *(const bool *)ctx;
}

/* Until it settles it can be called off, and then nothing of it is there. */
static void test_watched(void **state)
{
	struct office *o = *state;
	bool may = false;
	struct bulk_watch w = { .settle = let, .ctx = &may };
	const struct bulk_order order = { .reason = NULL };
	AUTO(bulk_release) struct bulk b = { 0 };
	int64_t entries = office_count(o, "journal");

	assert_ok(bulk_look(&b, o->d[LIN], "merchant", "claim", ids, COUNT(ids), &w, &o->err), o->err);
	assert_int_equal(w.done, COUNT(ids));
	assert_int_equal(bulk_run(&b, o->d[LIN], &order, &w, &o->err), E_CANCELLED);
	assert_int_equal(b.count[BULK_POSSIBLE], COUNT(ids));
	assert_int_equal(office_count(o, "journal"), entries);
	assert_int_equal(office_count(o, "outbox"), 0);
	may = true;
	assert_ok(bulk_run(&b, o->d[LIN], &order, &w, &o->err), o->err);
	assert_int_equal(w.done, COUNT(ids));
	assert_int_equal(b.count[BULK_APPLIED], COUNT(ids));
	verified(o, 1);
}

static void test_no_reason(void **state)
{
	struct office *o = *state;
	AUTO(bulk_release) struct bulk b = { 0 };
	const struct bulk_order order = { .reason = " " };
	int64_t entries;

	for (size_t i = 0; i < COUNT(ids); i++)
		office_do(o, LIN, "merchant", ids[i], "claim");
	entries = office_count(o, "journal");
	look(o, &b, LIN, "merchant", "reject", ids, COUNT(ids));
	assert_int_equal(bulk_run(&b, o->d[LIN], &order, NULL, &o->err), E_INVALID);
	assert_int_equal(b.count[BULK_POSSIBLE], 3);
	assert_int_equal(office_count(o, "journal"), entries);
	run(o, &b, LIN, "样本理由", 0);
	assert_int_equal(b.count[BULK_APPLIED], 3);
}

static void test_two_people(void **state)
{
	struct office *o = *state;
	AUTO(bulk_release) struct bulk made = { 0 }, confirmed = { 0 };
	const char *proposals[COUNT(ids)];

	for (size_t i = 0; i < COUNT(ids); i++)
		office_up_to_approval(o, ids[i]);
	assert_int_equal(office_push(o), 12);
	all(o, &made, WANG, "approve", NULL, 0);
	assert_int_equal(made.count[BULK_PROPOSED], 3);
	for (size_t i = 0; i < COUNT(ids); i++) {
		AUTO(item_release) struct item p = { 0 };

		proposals[i] = made.item[i].out.command;
		office_look(o, "proposal", proposals[i], &p);
		assert_int_equal(item_get(&p, "signature").len, SIG_BYTES + 4 + (i == 2 ? 1 : 2) * KEY_BYTES);
	}
	look(o, &confirmed, WANG, "proposal", "confirm", proposals, COUNT(proposals));
	assert_int_equal(confirmed.count[BULK_LEFT_OUT], 3); /* not by whoever made them */
	shown(&confirmed, 0, BULK_LEFT_OUT, "not yours to decide");
	bulk_release(&confirmed);
	look(o, &confirmed, LIN, "proposal", "confirm", proposals, COUNT(proposals));
	run(o, &confirmed, LIN, NULL, 0);
	assert_int_equal(confirmed.count[BULK_APPLIED], 3);
	assert_int_equal(office_push(o), 6);
	office_pull(o);
	office_nothing_waits(o);
	for (size_t i = 0; i < COUNT(ids); i++) {
		office_shows(o, "merchant", ids[i], "contracting", 12, 0);
		office_same(o, "proposal", proposals[i]);
	}
	verified(o, 2);
}

static void test_undone_together(void **state)
{
	struct office *o = *state;
	AUTO(bulk_release) struct bulk b = { 0 };
	struct undone undone;
	size_t waiting;

	office_do(o, LIN, "merchant", "M-1", "claim"); /* this one stays */
	bulk_release(&b);
	look(o, &b, LIN, "merchant", "claim", ids + 1, 2);
	run(o, &b, LIN, NULL, HOLD);
	assert_int_equal(desk_undo(o->d[WANG], &undone, &o->err), E_NOTFOUND);
	assert_ok(desk_undo(o->d[LIN], &undone, &o->err), o->err);
	assert_int_equal(undone.n, 2);
	assert_int_equal(undone.late, 0);
	assert_string_equal(undone.action, "claim");
	office_shows(o, "merchant", "M-1", "preliminary_review", 8, 1);
	office_shows(o, "merchant", "M-2", "applied", 7, 0);
	office_shows(o, "merchant", "M-3", "applied", 7, 0);
	assert_ok(bulk_follow(&b, o->d[LIN], &waiting, &o->err), o->err);
	assert_int_equal(b.count[BULK_TAKEN_BACK], 2);
	assert_int_equal(desk_undo(o->d[LIN], &undone, &o->err), E_NOTFOUND);
	assert_int_equal(office_push(o), 1);
	office_nothing_waits(o);
	verified(o, 2); /* the discards were signed at once, too */
}

static void test_undone_in_part(void **state)
{
	struct office *o = *state;
	AUTO(bulk_release) struct bulk b = { 0 };
	struct undone undone;

	all(o, &b, LIN, "claim", NULL, HOLD);
	office_leaves(o, b.item[1].out.command, true); /* another desk's clock may be ahead */
	assert_ok(desk_undo(o->d[LIN], &undone, &o->err), o->err);
	assert_int_equal(undone.n, 2);
	assert_int_equal(undone.late, 1);
	office_outbox(o, b.item[1].out.command, "sending");
	office_shows(o, "merchant", "M-2", "preliminary_review", 8, 1);
}

static void test_undone_alone(void **state)
{
	struct office *o = *state;
	const struct request r = { .kind = "merchant", .id = "M-1", .action = "claim", .version = -1, .hold_ms = HOLD };
	struct undone undone;

	assert_ok(action_run(o->d[LIN], &r, &o->out, &o->err), o->err);
	assert_ok(desk_undo(o->d[LIN], &undone, &o->err), o->err);
	assert_int_equal(undone.n, 1);
	assert_string_equal(undone.record, "M-1");
	office_nothing_waits(o);
}

/* The core judges each on its own, and its answers come to each. */
static void test_answers(void **state)
{
	struct office *o = *state;
	AUTO(bulk_release) struct bulk b = { 0 };
	size_t waiting;

	all(o, &b, LIN, "claim", NULL, 0);
	office_elsewhere(o, "M-2", "name", value_text("样本商户 改")); /* at the core only */
	assert_ok(bulk_follow(&b, o->d[LIN], &waiting, &o->err), o->err);
	assert_int_equal(waiting, 3);
	assert_int_equal(office_push(o), 2);
	assert_ok(bulk_follow(&b, o->d[LIN], &waiting, &o->err), o->err);
	assert_int_equal(waiting, 0);
	assert_int_equal(b.count[BULK_ACCEPTED], 2);
	shown(&b, 1, BULK_TURNED_DOWN, "refused by the core");
	assert_non_null(strstr(b.item[1].why.msg, "the core says: version"));
	office_outbox(o, b.item[1].out.command, "conflict");
}

static void test_not_permitted(void **state)
{
	struct office *o = *state;
	struct bulk b;

	assert_int_equal(bulk_look(&b, o->d[LIN], "merchant", "suspend", ids, COUNT(ids), NULL, &o->err), E_DENIED);
	assert_int_equal(bulk_look(&b, o->d[LIN], "merchant", "dance", ids, COUNT(ids), NULL, &o->err), E_USAGE);
	assert_int_equal(bulk_look(&b, o->d[LIN], "dancer", "claim", ids, COUNT(ids), NULL, &o->err), E_USAGE);
}

static void test_bound(void **state)
{
	struct office *o = *state;
	static char name[BATCH_MAX + 1][8];
	const char *many[BATCH_MAX + 2];
	struct bulk b;

	for (size_t i = 0; i <= BATCH_MAX; i++) {
		snprintf(name[i], sizeof name[i], "X-%zu", i);
		many[i] = name[i];
	}
	many[BATCH_MAX + 1] = name[0];
	assert_int_equal(bulk_look(&b, o->d[LIN], "merchant", "claim", many, BATCH_MAX + 1, NULL, &o->err), E_USAGE);
	many[BATCH_MAX] = name[1];
	look(o, &b, LIN, "merchant", "claim", many, BATCH_MAX + 2);
	assert_int_equal(b.count[BULK_LEFT_OUT], BATCH_MAX);
	bulk_release(&b);
	many[0] = "../x";
	assert_int_equal(bulk_look(&b, o->d[LIN], "merchant", "claim", many, 1, NULL, &o->err), E_USAGE);
}

/* What the journal says of a batch has to be true. */
static void test_verified(void **state)
{
	struct office *o = *state;
	AUTO(bulk_release) struct bulk b = { 0 };
	AUTO(item_release) struct item entry = { 0 };
	AUTO(tx_end) struct tx tx = { 0 };
	char number[24], *lie;
	int64_t n;

	all(o, &b, LIN, "claim", NULL, 0);
	verified(o, 1);
	snprintf(number, sizeof number, "%lld", (long long)b.batch);
	office_look(o, "journal", number, &entry);
	assert_string_equal(item_text(&entry, "verb"), "batch");
	lie = mem_strdup(item_text(&entry, "body"));
	assert_ok(tx_begin(&tx, desk_db(o->d[LIN]), &o->err), o->err);
	assert_ok(journal_append(o->s[LIN], "batch", "merchant", "", lie, strlen(lie), &o->err), o->err);
	assert_int_equal(bulk_verify(o->d[LIN], &n, &o->err), E_CHAIN); /* no commands behind it */
	assert_non_null(strstr(o->err.msg, "ends before"));
	for (size_t i = 0; i < COUNT(ids); i++) {
		assert_int_equal(bulk_verify(o->d[LIN], &n, &o->err), E_CHAIN);
		assert_ok(journal_append(o->s[LIN], "command", "merchant", ids[i], "{}", 2, &o->err), o->err);
	}
	assert_int_equal(bulk_verify(o->d[LIN], &n, &o->err), E_CHAIN); /* others */
	assert_non_null(strstr(o->err.msg, "not the ones"));
	free(lie);
}

/* wang shows what lin has signed as his own. */
static void test_verified_by_whom(void **state)
{
	struct office *o = *state;
	AUTO(bulk_release) struct bulk b = { 0 };
	int64_t n, first = office_count(o, "journal") + 1;
	AUTO(tx_end) struct tx tx = { 0 };

	all(o, &b, LIN, "claim", NULL, 0);
	assert_ok(tx_begin(&tx, desk_db(o->d[WANG]), &o->err), o->err);
	for (int64_t seq = first; seq < first + 4; seq++) {
		AUTO(item_release) struct item entry = { 0 };
		const char *body;
		char number[24];

		snprintf(number, sizeof number, "%lld", (long long)seq);
		assert_ok(item_load(&entry, desk_db(o->d[WANG]), record_find("journal"), number, &o->err), o->err);
		body = item_text(&entry, "body");
		assert_ok(journal_append(o->s[WANG], item_text(&entry, "verb"), "merchant", "M-1", body, strlen(body), &o->err), o->err);
	}
	assert_int_equal(bulk_verify(o->d[WANG], &n, &o->err), E_SIGNATURE);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_any_order), T(test_one_is_no_batch), T(test_which_batch), T(test_preview), T(test_claimed_and_checks), T(test_one_conflict),
		T(test_evidence_counts), T(test_nothing_left), T(test_watched), T(test_no_reason), T(test_two_people), T(test_undone_together),
		T(test_undone_in_part), T(test_undone_alone), T(test_answers), T(test_not_permitted), T(test_bound), T(test_verified), T(test_verified_by_whom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
