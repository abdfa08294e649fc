/* What takes long goes to the worker: the keys go on working, Esc stops it, what is newer takes its place, and in the end the screen is
 * what it would have been had everybody waited. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

#include "tests/check.h"
#include "tests/payments.h"
#include "tests/specimen.h"
#include "tests/stage.h"
#include "tui/words.h"
#include "tui/worker.h"

enum { PAYMENTS = 20000 };

/* ---- the worker by itself ---- */
struct probe {
	struct work work;
	const char *filter;         /* counted; NULL: goes on until it is stopped */
	bool settles;
	int64_t n;
	enum code code;
	struct err err;
	atomic_int *begun, *freed;
};

static void run_probe(struct work *w, struct desk *d)
{
	struct probe *p = (struct probe *)w;

	atomic_fetch_add(p->begun, 1);
	while (!p->filter && !atomic_load(&w->stop))
		sched_yield();
	if (p->settles)
		work_settle(w, d);
	if (!(p->code = p->filter || p->settles ? E_OK : E_CANCELLED)) {
		AUTO(filter_release) struct filter f = { 0 };

		p->code = desk_query(d, record_find("merchant"), p->filter ? p->filter : "", &f, &p->err);
		if (!p->code)
			p->code = query_count(desk_db(d), &f.query, &p->n, &p->err);
	}
}

static void free_probe(struct work *w)
{
	atomic_fetch_add(((struct probe *)w)->freed, 1);
	free(w);
}

struct bench { struct stage *s; struct worker *w; atomic_int begun, freed; };

static void told(void *ctx)
{
	assert_int_equal(eventfd_write(((struct bench *)ctx)->s->wake, 1), 0);
}

static struct probe *give(struct bench *b, enum work_slot slot, const char *filter)
{
	struct probe *p = calloc(1, sizeof *p);
	struct err err = { 0 };

	p->work = (struct work){ .run = run_probe, .free = free_probe };
	p->filter = filter;
	p->begun = &b->begun;
	p->freed = &b->freed;
	assert_ok(worker_give(b->w, slot, &p->work, &err), err);
	return p;
}

static void wait_begun(struct bench *b, int n)
{
	while (atomic_load(&b->begun) < n)
		sched_yield();
}

static struct probe *take(struct bench *b, enum work_slot slot)
{
	struct work *w;
	eventfd_t n;

	while (!(w = worker_take(b->w, slot)))
		eventfd_read(b->s->wake, &n);
	return (struct probe *)w;
}

static void begin(struct bench *b, struct stage *s)
{
	*b = (struct bench){ .s = s };
	stage_impatient(s);
	b->w = worker_new(s->shell.store, told, b);
}

static void work_is_done_beside(void **state)
{
	struct bench b;
	struct probe *p;

	begin(&b, *state);
	give(&b, WORK_LIST, "is:open");
	p = take(&b, WORK_LIST);
	assert_ok(p->code, p->err);
	assert_int_equal(p->n, 40);
	assert_null(worker_busy(b.w, WORK_LIST));
	free_probe(&p->work);
	worker_free(b.w);
}

static void what_is_newer_takes_its_place(void **state)
{
	struct bench b;
	struct probe *p;

	begin(&b, *state);
	give(&b, WORK_LIST, NULL);
	wait_begun(&b, 1);
	give(&b, WORK_LIST, NULL);
	give(&b, WORK_LIST, "M000007");
	p = take(&b, WORK_LIST);
	assert_int_equal(p->n, 1);
	free_probe(&p->work);
	assert_null(worker_take(b.w, WORK_LIST));
	worker_free(b.w);
	assert_int_equal(b.freed, 3);
}

static void stopped_work_comes_back_dropped_work_does_not(void **state)
{
	struct bench b;
	struct probe *p;

	begin(&b, *state);
	give(&b, WORK_EXPORT, NULL);
	wait_begun(&b, 1);
	worker_stop(b.w, WORK_EXPORT);
	p = take(&b, WORK_EXPORT);
	assert_int_equal(p->code, E_CANCELLED);
	free_probe(&p->work);
	give(&b, WORK_LIST, NULL);
	wait_begun(&b, 2);
	give(&b, WORK_COUNTS, "is:open");
	worker_drop(b.w, WORK_LIST);
	assert_null(worker_busy(b.w, WORK_LIST));
	p = take(&b, WORK_COUNTS);
	assert_int_equal(p->n, 40);
	free_probe(&p->work);
	worker_free(b.w);
	assert_int_equal(b.freed, 3);
}

/* What has to be written down is, whoever asks to stop. */
static void settled_work_goes_on(void **state)
{
	struct bench b;
	struct probe *p;

	begin(&b, *state);
	p = give(&b, WORK_EXPORT, "is:open");
	p = take(&b, WORK_EXPORT);
	free_probe(&p->work);
	p = calloc(1, sizeof *p);
	*p = (struct probe){ .work = { .run = run_probe, .free = free_probe }, .settles = true, .begun = &b.begun, .freed = &b.freed };
	assert_ok(worker_give(b.w, WORK_EXPORT, &p->work, &b.s->house.err), b.s->house.err);
	wait_begun(&b, 2);
	worker_stop(b.w, WORK_EXPORT);
	p = take(&b, WORK_EXPORT);
	assert_ok(p->code, p->err);
	assert_int_equal(p->n, 40);
	free_probe(&p->work);
	worker_free(b.w);
}

/* As for a change of language: nothing runs meanwhile, then it begins anew. */
static void paused_work_begins_anew(void **state)
{
	struct bench b;

	begin(&b, *state);
	give(&b, WORK_LIST, NULL);
	wait_begun(&b, 1);
	worker_pause(b.w, true);
	assert_non_null(worker_busy(b.w, WORK_LIST));
	assert_int_equal(b.begun, 1);
	worker_pause(b.w, false);
	wait_begun(&b, 2);
	assert_int_equal(b.freed, 0);
	worker_drop(b.w, WORK_LIST);
	worker_free(b.w);
	assert_int_equal(b.freed, 1);
}

static void it_ends_while_it_works(void **state)
{
	struct bench b;

	begin(&b, *state);
	give(&b, WORK_LIST, NULL);
	give(&b, WORK_COUNTS, NULL);
	wait_begun(&b, 1);
	worker_free(b.w);
	assert_int_equal(b.freed, 2);
}

/* ---- the screen ---- */
static const char *const walks[] = {
	"j", "jj<PgDn>", "G", "Gk", "Gg", "G<PgUp><PgUp>", "/<Ctrl-U>risk<Enter>", "<Esc>", "/<Ctrl-U>sort:-updated_at<Enter>jjj", "/<Ctrl-U>M00003<Enter>j",
	"/<Ctrl-U>nothing<Enter>", "/<Ctrl-U>sort:id<Enter><PgDn><PgDn>k", "/<Ctrl-U>risk_score>50<Enter><Esc>", ">", ">>", ">>^", "<lt>", "2", "21", "3-", "-",
	"/<Ctrl-U>M000009<Enter>-", "jj<Enter>h", "j<Enter>", "G<Enter><Esc>", "5", "51", "/<Ctrl-U>is:mine<Enter>", "/<Ctrl-U>state:nonsense<Enter>",
};

/* One key after the other, each answered before the next. */
static void walk(struct stage *s, const char *keys, bool settle)
{
	while (*keys) {
		const char *close = *keys == '<' ? strchr(keys, '>') : NULL;
		size_t n = close ? (size_t)(close - keys) + 1 : 1;
		char key[16] = "";

		memcpy(key, keys, n);
		stage_press(s, key);
		if (settle)
			stage_settle(s);
		desktop_draw(s->desktop, s->grid);
		keys += n;
	}
}

/* Whatever moves in a list: it ends where it would have ended had the screen waited. */
static void every_way_ends_at_the_same_place(void **state)
{
	static const struct { int rows, cols; } sizes[] = { { 24, 80 }, { 40, 140 } };
	AUTO(buf_release) struct buf at_once = BUF_INIT, later = BUF_INIT;
	struct stage *s = *state;

	for (size_t i = 0; i < COUNT(walks) * COUNT(sizes); i++) {
		const char *keys = walks[i / COUNT(sizes)];
		int rows = sizes[i % COUNT(sizes)].rows, cols = sizes[i % COUNT(sizes)].cols;

		s->shell.read_ms = 0;
		stage_open(s);
		stage_draw(s, rows, cols, &at_once);
		walk(s, keys, false);
		stage_draw(s, rows, cols, &at_once);
		stage_impatient(s);
		stage_draw(s, rows, cols, &later);
		stage_settle(s);
		stage_draw(s, rows, cols, &later);
		walk(s, keys, true);
		stage_draw(s, rows, cols, &later);
		if (strcmp(at_once.data, later.data) != 0) {
			fprintf(stderr, "%s", at_once.data);
			fail_msg("%s at %dx%d ends elsewhere by the worker than above:\n%s", keys, rows, cols, later.data);
		}
	}
}

static void settled(struct stage *s)
{
	AUTO(buf_release) struct buf screen = BUF_INIT;

	words_open("en");
	stage_impatient(s);
	stage_settle(s);
	stage_draw(s, 24, 80, &screen);
}

static bool shows(struct stage *s, const char *text)
{
	return stage_shows(s, 24, 80, text);
}

static void the_keys_go_on_working_meanwhile(void **state)
{
	struct stage *s = *state;

	settled(s);
	assert_true(shows(s, "›   M000015"));
	stage_press(s, "/<Ctrl-U>M00003<Enter>");
	assert_true(shows(s, "Searching… 0 s  Esc stops  M00003"));
	assert_true(shows(s, "›   M000015")); /* the old rows */
	stage_press(s, "jj");
	assert_true(shows(s, "Searching…"));
	assert_false(shows(s, "›   M000015"));
	stage_press(s, "<Enter>"); /* and into one of them */
	assert_true(shows(s, "Summary"));
	stage_press(s, "h");
	stage_settle(s);
	assert_false(shows(s, "Searching…"));
	assert_true(shows(s, "Merchants  10  M00003"));
}

static void escape_leaves_all_as_it_was(void **state)
{
	AUTO(buf_release) struct buf before = BUF_INIT, after = BUF_INIT;
	struct stage *s = *state;

	settled(s);
	stage_press(s, "jjj");
	stage_draw(s, 24, 80, &before);
	stage_press(s, "/<Ctrl-U>nothing<Enter>");
	assert_true(shows(s, "Searching…"));
	stage_press(s, "<Esc>");
	assert_true(shows(s, "stopped; the list is as it was"));
	stage_settle(s);
	stage_press(s, "kj"); /* the message goes */
	stage_draw(s, 24, 80, &after);
	assert_string_equal(after.data, before.data);
	stage_press(s, "5"); /* another desk, not waited for */
	assert_true(shows(s, "Transactions  Searching…"));
	stage_press(s, KEY_OUTBOX);
	assert_true(shows(s, "Outbox  Searching…"));
	stage_press(s, "<Esc>");
	stage_press(s, "kj");
	stage_draw(s, 24, 80, &after);
	assert_string_equal(after.data, before.data);
	stage_settle(s);
	stage_press(s, "-");
	assert_true(shows(s, "this is where you began"));
}

static void the_newer_question_is_answered(void **state)
{
	struct stage *s = *state;

	settled(s);
	stage_press(s, "/<Ctrl-U>nothing<Enter>/<Ctrl-U>M00002<Enter>");
	assert_true(shows(s, "Searching… 0 s  Esc stops  M00002"));
	stage_settle(s);
	assert_true(shows(s, "Merchants  10  M00002"));
	stage_press(s, "-"); /* back along the trail, over nothing that was never shown */
	stage_settle(s);
	assert_true(shows(s, "Merchants  40  is:open"));
	stage_press(s, "-");
	assert_true(shows(s, "this is where you began"));
}

/* Facts come in while the cursor moves: the rows are read beside, and the cursor stays on its row. */
static void a_refresh_keeps_the_cursor(void **state)
{
	struct stage *s = *state;
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };
	bool changed;

	settled(s);
	stage_press(s, "/<Ctrl-U>sort:-updated_at<Enter>");
	stage_settle(s);
	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	for (int i = 0; i < 3; i++) {
		AUTO(item_release) struct item it;
		char id[16];

		snprintf(id, sizeof id, "N%06d", i);
		specimen_merchant(&it, id, 100 + i, s->house.clock + i + 1);
		assert_ok(desk_take_fact(s->shell.desk, &it, false, &changed, &err), err);
	}
	assert_ok(tx_commit(&tx, &err), err);
	stage_refresh(s);
	assert_false(shows(s, "Searching…")); /* nobody asked for it */
	stage_press(s, "jj");
	assert_true(shows(s, "›   M000003"));
	stage_settle(s);
	assert_true(shows(s, "›   M000003"));
	assert_true(shows(s, "Merchants  43"));
	stage_press(s, "g");
	stage_settle(s);
	assert_true(shows(s, "›   N000002"));
	stage_press(s, "c"); /* what is decided is shown at once, where it stood */
	assert_true(shows(s, "Prelim."));
	stage_settle(s);
	assert_true(shows(s, "Prelim."));
}

static void the_next_item_is_looked_for_beside(void **state)
{
	AUTO(buf_release) struct buf before = BUF_INIT, after = BUF_INIT;
	struct stage *s = *state;

	settled(s);
	stage_draw(s, 24, 80, &before);
	assert_int_equal(stage_press(s, "n"), WISH_NONE);
	assert_true(shows(s, "Searching…"));
	stage_press(s, "<Esc>");
	assert_true(shows(s, "stopped; nothing was done"));
	stage_settle(s);
	stage_press(s, "jk");
	stage_draw(s, 24, 80, &after);
	assert_string_equal(after.data, before.data);
	stage_press(s, "n");
	stage_settle(s);
	assert_true(shows(s, "M000015  Prelim. review"));
	stage_press(s, "-"); /* it was a step like any other */
	stage_settle(s);
	assert_true(shows(s, "Merchants  40  is:open"));
}

static void all_are_marked_beside(void **state)
{
	struct stage *s = *state;

	settled(s);
	stage_press(s, "*");
	assert_true(shows(s, "Searching…"));
	stage_settle(s);
	assert_true(shows(s, "40 marked; an action takes all of them"));
}

/* The language changes while a search is under way: it goes on, and what it finds is shown. */
static void a_search_outlives_a_pause(void **state)
{
	struct stage *s = *state;

	settled(s);
	stage_press(s, "/<Ctrl-U>M00003<Enter>");
	desktop_pause(s->desktop, true);
	desktop_pause(s->desktop, false);
	stage_settle(s);
	assert_true(shows(s, "Merchants  10  M00003"));
}

static void export_as(struct stage *s, const char *name, struct buf *path)
{
	buf_clear(path);
	buf_addf(path, "%s/%s", s->house.dir, name);
	stage_press(s, "E<Ctrl-U>");
	stage_press(s, path->data);
	stage_press(s, "<Enter>");
}

static void a_list_is_taken_beside(void **state)
{
	AUTO(buf_release) struct buf path = BUF_INIT, body = BUF_INIT;
	struct stage *s = *state;
	struct stat st;

	settled(s);
	export_as(s, "a.csv", &path);
	assert_true(shows(s, "Export: "));
	assert_true(shows(s, "Esc stops"));
	stage_press(s, "jj<Enter>"); /* the keys go on working */
	assert_true(shows(s, "Summary"));
	stage_press(s, "hE");
	assert_true(shows(s, "a list is being taken already"));
	stage_settle(s);
	assert_true(shows(s, "40 rows are in "));
	assert_int_equal(stat(path.data, &st), 0);
	assert_true(stage_journaled(s, "export", &body));
	assert_string_equal(body.data, "{\"form\":\"csv\",\"filter\":\"is:open\",\"rows\":40}");
	assert_false(stage_journaled(s, "export.stopped", &body));
	export_as(s, "a.csv", &path); /* what can be known at once is said at once */
	assert_true(shows(s, "is there already"));
}

/* Either all of it is there, and the journal says so; or nothing is, and the journal says that too. */
static void told_truly(struct stage *s, const char *path, int64_t rows)
{
	AUTO(buf_release) struct buf body = BUF_INIT, want = BUF_INIT;
	struct stat st;
	bool there = stat(path, &st) == 0, announced = stage_journaled(s, "export", &body), stopped = stage_journaled(s, "export.stopped", &want);

	assert_int_equal(there, announced && !stopped);
	if (!announced)
		return;
	buf_clear(&want);
	buf_addf(&want, "\"rows\":%lld}", (long long)rows);
	assert_non_null(strstr(body.data, want.data));
}

/* Those that are marked are looked up, however many rows there are: in the time that there is, no list can be read. */
static void many_marks_are_found_among_many_rows(void **state)
{
	struct stage *s = *state;

	payments_put(desk_db(s->shell.desk), 0, PAYMENTS, PAYMENTS, s->house.clock);
	settled(s);
	stage_press(s, ":Transactions<Enter>");
	stage_settle(s);
	stage_press(s, "*");
	stage_settle(s);
	assert_true(shows(s, "1000 marked "));
	assert_false(shows(s, "not in this list"));
}

static void a_stopped_export_leaves_nothing(void **state)
{
	AUTO(buf_release) struct buf path = BUF_INIT, body = BUF_INIT;
	struct stage *s = *state;
	struct stat st;

	payments_put(desk_db(s->shell.desk), 0, PAYMENTS, PAYMENTS, s->house.clock);
	settled(s);
	stage_press(s, "5");
	stage_settle(s);
	export_as(s, "b.csv", &path);
	while (shows(s, "counting") || shows(s, "Export: 0 of")) /* until rows are written: then it was announced */
		sched_yield();
	assert_true(shows(s, "of 20000 rows  Esc stops"));
	stage_press(s, "<Esc>");
	stage_settle(s);
	assert_false(shows(s, "Export: "));
	told_truly(s, path.data, PAYMENTS);
	if (shows(s, "20000 rows are in")) /* the machine was busy elsewhere, and the worker done before it was told */
		return;
	assert_true(shows(s, "stopped; "));
	assert_int_equal(stat(path.data, &st), -1);
	assert_true(stage_journaled(s, "export.stopped", &body));
	assert_non_null(strstr(body.data, "{\"form\":\"csv\",\"filter\":\"\",\"removed\":"));
}

static void it_is_locked_while_it_takes(void **state)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	struct stage *s = *state;

	settled(s);
	export_as(s, "c.xlsx", &path);
	desktop_free(s->desktop);
	s->desktop = NULL;
	told_truly(s, path.data, 40);
}

static void it_is_locked_while_it_searches(void **state)
{
	struct stage *s = *state;

	settled(s);
	stage_press(s, "/<Ctrl-U>nothing<Enter>");
	desktop_free(s->desktop);
	s->desktop = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(work_is_done_beside, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(what_is_newer_takes_its_place, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(stopped_work_comes_back_dropped_work_does_not, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(settled_work_goes_on, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(paused_work_begins_anew, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(it_ends_while_it_works, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(every_way_ends_at_the_same_place, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(the_keys_go_on_working_meanwhile, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(escape_leaves_all_as_it_was, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(the_newer_question_is_answered, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(a_refresh_keeps_the_cursor, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(the_next_item_is_looked_for_beside, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(all_are_marked_beside, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(many_marks_are_found_among_many_rows, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(a_search_outlives_a_pause, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(a_list_is_taken_beside, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(a_stopped_export_leaves_nothing, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(it_is_locked_while_it_takes, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(it_is_locked_while_it_searches, stage_begin, stage_end),
	};

	return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
