/* A decision on many records on the real main screen: what it says before, what becomes of each, and once more with those that failed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/desk/bulk.h"
#include "tests/check.h"
#include "tests/stage.h"
#include "tui/bulkview.h"
#include "tui/screen/keys.h"
#include "tui/words.h"

static void shows(struct stage *s, int rows, int cols, const char *text)
{
	if (!stage_shows(s, rows, cols, text))
		fail_msg("not shown at %dx%d: %s", cols, rows, text);
}

static void hides(struct stage *s, const char *text)
{
	if (stage_shows(s, 24, 80, text))
		fail_msg("shown: %s", text);
}

/* The first three merchants are marked. */
static void begin(struct stage *s)
{
	words_open("en");
	stage_open(s);
	desktop_hold(s->desktop, 10 * 1000);
	stage_press(s, "/sort:id<Enter><Space><Space><Space>");
}

static int64_t outbox(struct stage *s, const char *filter)
{
	AUTO(filter_release) struct filter f = { 0 };
	struct err err = { 0 };
	int64_t n;

	assert_ok(desk_query(s->shell.desk, record_find("outbox"), filter, &f, &err), err);
	assert_ok(query_count(desk_db(s->shell.desk), &f.query, &n, &err), err);
	return n;
}

static void test_claimed_together(void **state)
{
	struct stage *s = *state;

	begin(s);
	stage_press(s, "kkUc<Home><Space><Space><Space>"); /* the second is claimed already */
	hides(s, "under one signature");
	stage_press(s, "c");
	shows(s, 24, 80, "Claim · Merchants · 2 of 3");
	shows(s, 24, 80, "2 will be queued under one signature; the core answers each of them.");
	shows(s, 24, 80, "1 left out: 1 not ready for it");
	shows(s, 24, 80, "merchant M000002 is claimed already");
	stage_press(s, "<Esc>");
	hides(s, "under one signature");
	shows(s, 24, 80, "3 marked");
	assert_int_equal(outbox(s, ""), 1);
	stage_press(s, "c");
	assert_int_equal(stage_press(s, "<Enter>"), WISH_SYNC); /* a claim is not held */
	shows(s, 24, 80, "2 signed and queued");
	shows(s, 24, 80, "1 left out");
	assert_int_equal(outbox(s, "batch_size=2"), 2);
	stage_press(s, "<Esc>");
	shows(s, 24, 80, "still marked, because not taken: 1");
	shows(s, 24, 80, "◆↑● M000002");
	shows(s, 24, 80, " ↑● M000003");
	stage_press(s, "/M000003<Enter><Enter><Shift-Tab>"); /* the last pane is the journal's */
	shows(s, 40, 120, "one of 2 signed at once");
}

/* ---- by the worker: the same, and the keys never wait ---- */
static void begin_beside(struct stage *s)
{
	words_open("en");
	stage_impatient(s);
	desktop_hold(s->desktop, 10 * 1000);
	stage_settle(s);
	stage_press(s, "/sort:id<Enter>");
	stage_settle(s);
	stage_press(s, "<Home><Space><Space><Space>");
	stage_settle(s);
	shows(s, 24, 80, "3 marked");
}

/* The three are claimed, and about to be rejected: the reason is asked. */
static void begin_rejecting(struct stage *s)
{
	begin_beside(s);
	stage_press(s, "c");
	stage_settle(s);
	stage_press(s, "<Enter>");
	stage_settle(s);
	stage_press(s, "<Esc>");
	stage_settle(s);
	stage_press(s, "<Home>");
	stage_settle(s);
	stage_press(s, "<Space><Space><Space>x");
	stage_settle(s);
	shows(s, 24, 80, "Reject · Merchants · 3 of 3");
}

static void test_beside(void **state)
{
	struct stage *s = *state;

	begin_beside(s);
	assert_int_equal(stage_press(s, "c"), WISH_NONE);
	shows(s, 24, 80, "Claim · Merchants ─"); /* judged meanwhile: nothing is asked yet */
	shows(s, 24, 80, "of 3");
	shows(s, 24, 80, "Esc stops it; nothing is signed then");
	stage_press(s, "<Esc>");
	hides(s, "Esc stops it");
	shows(s, 24, 80, "stopped; nothing was done");
	stage_settle(s);
	hides(s, "under one signature");
	stage_press(s, "cjq<PgDn>");
	stage_settle(s);
	shows(s, 24, 80, "3 will be queued under one signature");
	assert_int_equal(stage_press(s, "<Enter>"), WISH_NONE);
	hides(s, "under one signature");
	stage_settle(s);
	assert_int_equal(s->wish, WISH_SYNC);
	shows(s, 24, 80, "3 signed and queued");
	hides(s, "marked");
	assert_int_equal(outbox(s, "batch_size=3"), 3);
	stage_press(s, "<Esc>");
	hides(s, "signed and queued");
}

/* As long as nothing is written it can be stopped, here because somebody else writes; what was filled in stays. */
static void test_stopped(void **state)
{
	struct stage *s = *state;
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };

	begin_rejecting(s);
	stage_press(s, "SPECIMEN<Enter>");
	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	stage_press(s, "3<Enter>");
	shows(s, 24, 80, "Judged 0 of 3");
	stage_press(s, "<Esc>");
	tx_end(&tx);
	stage_settle(s);
	shows(s, 24, 80, "stopped; nothing was signed");
	shows(s, 24, 80, "SPECIMEN");
	assert_int_equal(outbox(s, "action:reject"), 0);
	stage_press(s, "<Enter>3<Enter>");
	stage_settle(s);
	assert_int_equal(s->wish, WISH_HELD);
	shows(s, 24, 80, "3 signed and queued");
	assert_int_equal(outbox(s, "action:reject"), 3);
}

/* Many are taken back by the worker as well, and whoever locks or quits meanwhile has taken them back all the same. */
static void test_many_taken_back(void **state)
{
	struct stage *s = *state;

	begin_rejecting(s);
	stage_press(s, "<Esc>U");
	stage_settle(s);
	stage_press(s, "/<Ctrl-U>is:unclaimed sort:id<Enter>");
	stage_settle(s);
	stage_press(s, "*");
	stage_settle(s);
	stage_press(s, "e"); /* a note on each: it is held, and there are more of them than a key writes by itself */
	stage_settle(s);
	stage_press(s, "SPECIMEN<Enter>");
	stage_settle(s);
	shows(s, 24, 80, "37 signed and queued");
	assert_int_equal(outbox(s, "action:note"), 37);
	stage_press(s, "u");
	shows(s, 24, 80, "taking back what was decided on 37 records…");
	stage_press(s, "u");
	stage_settle(s);
	shows(s, 24, 80, "37 records; they never left");
	assert_int_equal(outbox(s, "action:note"), 0);
	stage_press(s, "<Esc>*");
	stage_settle(s);
	stage_press(s, "e");
	stage_settle(s);
	stage_press(s, "SPECIMEN<Enter>");
	stage_settle(s);
	assert_int_equal(outbox(s, "action:note"), 37);
	stage_press(s, "u");
	stage_open(s);
	assert_int_equal(outbox(s, "action:note"), 0);
}

/* A lock in the midst of it leaves all of it or nothing, and asks only for what was not signed. */
static void test_locked(void **state)
{
	struct stage *s = *state;
	bool done;

	begin_rejecting(s);
	stage_press(s, "SPECIMEN<Enter>3<Enter>");
	desktop_set_aside(s->desktop);
	done = outbox(s, "action:reject") == 3;
	assert_int_equal(outbox(s, "action:reject"), done ? 3 : 0);
	stage_impatient(s);
	stage_settle(s);
	desktop_take_up(s->desktop);
	stage_settle(s);
	if (done)
		hides(s, "SPECIMEN");
	else
		shows(s, 24, 80, "SPECIMEN");
	assert_int_equal(outbox(s, "action:reject"), done ? 3 : 0);
}

/* What was half-written for many comes back once they have been looked at. */
static void test_taken_up(void **state)
{
	struct stage *s = *state;

	begin_rejecting(s);
	stage_press(s, "SPECIMEN 7");
	desktop_set_aside(s->desktop);
	stage_impatient(s);
	desktop_take_up(s->desktop);
	hides(s, "SPECIMEN 7");
	stage_settle(s);
	shows(s, 24, 80, "SPECIMEN 7");
	shows(s, 24, 80, "Reject · Merchants · 3 of 3");
}

/* One reason for all, the number of what is dangerous typed, and all of it taken back at once. */
static void test_dangerous(void **state)
{
	struct stage *s = *state;

	begin(s);
	stage_press(s, "c<Enter><Esc><Home><Space><Space><Space>x");
	shows(s, 24, 80, "Reason · Ctrl-T: ready-made");
	stage_press(s, "<Enter>");
	shows(s, 24, 80, "To go on, type how many will be taken: 3"); /* the core asks for the reason */
	stage_press(s, "3<Enter>");
	shows(s, 24, 80, "reject needs a reason");
	stage_press(s, "SPECIMEN<Enter>2<Enter>");
	shows(s, 24, 80, "that is not the number");
	assert_int_equal(outbox(s, "action:reject"), 0);
	assert_int_equal(stage_press(s, "3<Enter>"), WISH_HELD);
	shows(s, 24, 80, "3 signed and queued");
	shows(s, 24, 80, "u: takes them back");
	assert_int_equal(outbox(s, "action:reject"), 3);
	stage_press(s, "u");
	assert_int_equal(outbox(s, "action:reject"), 0);
	shows(s, 24, 80, "3 taken back");
	shows(s, 24, 80, "taken back: Reject on 3 records");
	stage_press(s, "<Esc>");
	hides(s, "taken back");
}

/* The last look was too long ago for one of them: that one is told of, stays marked, and is tried again. */
static void test_retried(void **state)
{
	struct stage *s = *state;
	AUTO(item_release) struct item it = { 0 };
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };
	bool changed;

	begin(s);
	stage_press(s, "c");
	assert_ok(item_load(&it, desk_db(s->shell.desk), record_find("merchant"), "M000003", &err), err);
	item_set(&it, "version", value_int(item_version(&it) + 1));
	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	assert_ok(desk_take_fact(s->shell.desk, &it, false, &changed, &err), err);
	assert_ok(tx_commit(&tx, &err), err);
	stage_press(s, "<Enter>");
	shows(s, 24, 80, "Claim · Merchants · 2 of 3");
	shows(s, 24, 80, "1 not taken");
	shows(s, 24, 80, "merchant M000003 is at version 2 now");
	shows(s, 24, 80, "1 marked");
	stage_press(s, "r");
	shows(s, 24, 80, "Claim · Merchants · 1 of 1");
	stage_press(s, "<Enter>");
	shows(s, 24, 80, "1 signed and queued");
	hides(s, "marked");
	assert_int_equal(outbox(s, ""), 3);
}

/* What the core says comes in while the results are open. */
static void test_answers_come_in(void **state)
{
	struct stage *s = *state;
	struct sync_status status = { .state = SYNC_LIVE };
	AUTO(command_release) struct command c;
	AUTO(tx_end) struct tx tx = { 0 };
	const struct verdict yes = { .what = VERDICT_ACCEPTED, .reason = "" }, no = { .what = VERDICT_CONFLICT, .reason = "SPECIMEN says no" };
	struct err err = { 0 };

	begin(s);
	stage_press(s, "c<Enter>");
	shows(s, 24, 80, "3 signed and queued");
	command_init(&c);
	assert_ok(desk_next_command(s->shell.desk, NULL, &c, &err), err);
	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	assert_ok(desk_take_verdict(s->shell.desk, c.id, &no, &err), err);
	assert_ok(desk_next_command(s->shell.desk, NULL, &c, &err), err);
	assert_ok(desk_take_verdict(s->shell.desk, c.id, &yes, &err), err);
	assert_ok(tx_commit(&tx, &err), err);
	desktop_refresh(s->desktop, &status);
	shows(s, 24, 80, "1 accepted by the core");
	shows(s, 24, 80, "1 signed and queued");
	shows(s, 24, 80, "the core says: SPECIMEN says no");
	shows(s, 24, 80, "1 marked");
	assert_int_equal(outbox(s, "state:conflict"), 1);
	stage_press(s, "r<Enter>");
	shows(s, 24, 80, "1 signed and queued");
	assert_int_equal(outbox(s, "state:conflict"), 0); /* done again: what had come back goes */
}

static void test_small_screens(void **state)
{
	struct stage *s = *state;

	begin(s);
	stage_press(s, "*c");
	shows(s, 10, 40, "40 will be queued");
	shows(s, 24, 80, "Claim · Merchants · 40 of 40");
	stage_press(s, "<PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn>");
	shows(s, 24, 80, "M000040");
	for (int rows = 1; rows < 12; rows++)
		for (int cols = 1; cols < 50; cols += 7)
			stage_shows(s, rows, cols, "");
	stage_press(s, "<Enter>");
	shows(s, 10, 40, "40 signed and queued");
}

/* None of them is where it would have to be: that is said in the words for states, and nothing can be signed. */
static void test_in_another_state(void **state)
{
	struct stage *s = *state;

	begin(s);
	stage_press(s, "a");
	shows(s, 24, 80, "None of them can be taken.");
	shows(s, 24, 80, "3 left out: 3 in another state");
	shows(s, 24, 80, "样本商户 0 · Applied · possible only in: Risk review");
	stage_press(s, "<Enter>");
	hides(s, "None of them");
	assert_int_equal(outbox(s, ""), 0);
}

static void test_chinese(void **state)
{
	struct stage *s = *state;

	begin(s);
	words_open("zh_CN");
	stage_press(s, "c");
	shows(s, 24, 80, "认领 · 商户 · 3 / 3");
	shows(s, 24, 80, "3 条将以一次签名排队发出");
	stage_press(s, "<Enter>");
	shows(s, 24, 80, "3 条已签名，排队中");
	words_open("en");
}

/* ---- a kind that exists nowhere else ---- */
#define F(name, kind) .column = { name, kind }
static const struct field toy_fields[] = {
	RECORD_STANDARD_FIELDS(N_("Toy no."), 8),
	{ F("price", VALUE_INT), .label = N_("Price"), .type = FIELD_MONEY, .show = SHOW_LIST },
};
static const struct state toy_states[] = { { .name = "new", .label = N_("New"), .open = true } };
static const struct action toy_actions[] = {
	{ .id = "wrap", .label = N_("Wrap"), .help = N_("Wraps the toy."), .key = 'w', .from = IN_ANY, .to = STATE_STAY, .flags = REASON },
};
static const struct record toy = {
	.kind = "toy", .label = N_("Toy"), .plural = N_("Toys"), .permission = "toy.view", .fields = toy_fields, .nfields = COUNT(toy_fields),
	.states = toy_states, .nstates = COUNT(toy_states), .actions = toy_actions, .nactions = COUNT(toy_actions),
};

static void toys(struct bulk *b, size_t n)
{
	*b = (struct bulk){ .rec = &toy, .action = toy_actions, .n = n, .nsums = 2 };
	b->item = mem_alloc(n * sizeof *b->item);
	b->sum = mem_alloc(2 * sizeof *b->sum);
	b->sum[0] = (struct bulk_sum){ .field = F_STANDARD, .currency = "CNY", .minor = 123456700 };
	b->sum[1] = (struct bulk_sum){ .field = F_STANDARD, .currency = "JPY", .minor = 5 };
	for (size_t i = 0; i < n; i++) {
		snprintf(b->item[i].id, sizeof b->item[i].id, "T-%zu", i);
		b->item[i].title = mem_strdup("SPECIMEN \x1b[2J toy");
		b->item[i].fate = i % 3 ? BULK_POSSIBLE : BULK_LEFT_OUT;
		b->item[i].group = i % 3 ? NULL : i % 2 ? "broken" : "sold";
		if (b->item[i].group)
			fail(&b->item[i].why, E_STATE, "why T-%zu", i);
		b->count[b->item[i].fate]++;
	}
	item_init(&b->sample, &toy);
	item_set(&b->sample, "id", value_text("T-1"));
}

static enum bulkview_answer press(struct bulkview *v, int key)
{
	return bulkview_event(v, &(struct event){ .type = EVENT_KEY, .key = key, .text = { (char)(key < 127 ? key : 0) } });
}

static void toy_shows(struct bulkview *v, const char *text)
{
	struct grid *g = grid_new(30, 90);
	AUTO(buf_release) struct buf out = BUF_INIT;

	bulkview_draw(v, g, grid_rect(g), 0);
	grid_text(&out, g);
	grid_free(g);
	if (!strstr(out.data, text))
		fail_msg("%s is not in\n%s", text, out.data);
}

static void test_toys(void **state)
{
	struct bulk b;
	struct bulkview *v;
	struct bulk_order order;

	(void)state;
	words_open("en");
	toys(&b, 9);
	v = bulkview_new(&toy, toy_actions, 9);
	bulkview_progress(v, 4, false);
	toy_shows(v, "Wrap · Toys ");
	toy_shows(v, "Judged 4 of 9");
	assert_int_equal(press(v, 'o'), BULKVIEW_OPEN);
	bulkview_looked(v, &b, 0);
	toy_shows(v, "Wrap · Toys · 6 of 9");
	toy_shows(v, "Price  ¥1,234,567.00");
	toy_shows(v, "Price  JPY 5");
	toy_shows(v, "3 left out: 2 sold, 1 broken");
	toy_shows(v, "T-0  SPECIMEN ⟨U+001B⟩[2J toy · why T-0");
	assert_int_equal(press(v, 'o'), BULKVIEW_OPEN);
	assert_int_equal(press(v, 'k'), BULKVIEW_OPEN);
	assert_int_equal(press(v, K_ENTER), BULKVIEW_SIGN);
	bulkview_order(v, &order);
	assert_string_equal(order.reason, "ok");
	assert_int_equal(order.ninput, 0);
	bulkview_signing(v, &b);
	assert_int_equal(press(v, K_ESC), BULKVIEW_STOP);
	bulkview_progress(v, 2, true);
	toy_shows(v, "Signed; written 2 of 6");
	assert_int_equal(press(v, K_ESC), BULKVIEW_OPEN); /* it goes on to its end */
	bulkview_complain(v, &b, "SPECIMEN refusal");
	toy_shows(v, "SPECIMEN refusal");
	assert_int_equal(press(v, K_ESC), BULKVIEW_CLOSED);
	bulkview_free(v);
	toys(&b, 1); /* nothing can be taken: nothing can be signed */
	item_release(&b.sample);
	b.sample = (struct item){ 0 };
	v = bulkview_new(&toy, toy_actions, 1);
	bulkview_looked(v, &b, 0);
	toy_shows(v, "None of them can be taken.");
	assert_null(bulkview_form(v));
	assert_int_equal(press(v, 'r'), BULKVIEW_OPEN);
	assert_int_equal(press(v, K_ENTER), BULKVIEW_CLOSED);
	bulkview_free(v);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(test_claimed_together), T(test_beside), T(test_stopped), T(test_many_taken_back), T(test_locked), T(test_taken_up), T(test_dangerous), T(test_retried), T(test_answers_come_in), T(test_small_screens), T(test_in_another_state),
		T(test_chinese), cmocka_unit_test(test_toys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
