/* What one file of tables gives a new kind of record: tests/toy/toy.c is that file, nothing in tui/ or anywhere else knows of it, and each
 * test here is a word of what it gets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/migrations.h"
#include "tests/check.h"
#include "tests/stage.h"
#include "tests/toy/toy.c"
#include "tui/shell.h"
#include "tui/words.h"

/* ---- its line in the list of kinds, and its migration ---- */
#define RECORD(name) extern const struct record name##_record;
#include "core/records.def"
#undef RECORD
const struct record *const records[] = {
#define RECORD(name) &name##_record,
#include "core/records.def"
#undef RECORD
	&toy_record,
};
const size_t nrecords = COUNT(records);

static const char sql[] =
	"CREATE TABLE toy (id TEXT PRIMARY KEY NOT NULL, state TEXT NOT NULL, version INTEGER NOT NULL, updated_at INTEGER,"
	" pending INTEGER NOT NULL DEFAULT 0, name TEXT, amount INTEGER, currency TEXT, sort TEXT, phone TEXT, assignee TEXT, applied_at INTEGER,"
	" bank TEXT) STRICT;"
	"CREATE INDEX toy_by_amount ON toy (amount, id);"
	"CREATE VIRTUAL TABLE toy_words USING fts5(id, name, content='', columnsize=0, detail=none, tokenize='trigram');";

enum { TOYS = 30 };

static void put_toys(struct stage *s)
{
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };
	bool changed;

	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	for (int i = 0; i < TOYS; i++) {
		AUTO(item_release) struct item it;
		char id[16], name[48];

		item_init(&it, &toy_record);
		snprintf(id, sizeof id, "T%03d", i);
		snprintf(name, sizeof name, "SPECIMEN %s %d", i % 2 ? "balloon" : "玩具火车", i);
		item_set(&it, "id", value_text(id));
		item_set(&it, "state", value_text("new"));
		item_set(&it, "version", value_int(1));
		item_set(&it, "updated_at", value_int(s->house.clock));
		item_set(&it, "name", value_text(i == 3 ? "=SPECIMEN()\x1b[2J" : name));
		item_set(&it, "amount", value_int(i * 12345));
		item_set(&it, "currency", value_text(i % 5 ? "CNY" : "JPY"));
		item_set(&it, "sort", value_text(i % 3 ? "debit" : "credit"));
		item_set(&it, "phone", value_text("13900000001"));
		item_set(&it, "applied_at", value_int(s->house.clock - i * INT64_C(3600000)));
		assert_ok(desk_take_fact(s->shell.desk, &it, false, &changed, &err), err);
		assert_true(changed);
	}
	assert_ok(tx_commit(&tx, &err), err);
}

struct toy_house { struct stage *s; struct migration *migrations; };

/* The store moves on by the toy's migration, and mei works on it. held: her roles. */
static int begin_as(void **state, const char *held)
{
	struct toy_house *h = calloc(1, sizeof *h);
	void *stage = NULL;
	struct stage *s;

	if (stage_begin(&stage))
		return 1;
	h->s = s = stage;
	h->migrations = calloc(core_nmigrations + 1, sizeof *h->migrations);
	memcpy(h->migrations, core_migrations, core_nmigrations * sizeof *h->migrations);
	h->migrations[core_nmigrations] = (struct migration){ 9999, "toy", sql };
	s->house.config.migrations = h->migrations;
	s->house.config.nmigrations = core_nmigrations + 1;
	s->shell.config = s->house.config;
	stage_become(s, "mei", held);
	put_toys(s);
	stage_open(s);
	stage_press(s, ":Account<Enter>");
	*state = h;
	return 0;
}

static int begin(void **state) { return begin_as(state, "reviewer,risk"); }
static int begin_masked(void **state) { return begin_as(state, "support"); }

static int finish(void **state)
{
	struct toy_house *h = *state;
	void *stage = h->s;

	words_open("en");
	stage_end(&stage);
	free(h->migrations);
	free(h);
	return 0;
}

static struct stage *stage_of(void **state)
{
	return ((struct toy_house *)*state)->s;
}

static void shows_at(struct stage *s, int rows, int cols, const char *text)
{
	AUTO(buf_release) struct buf screen = BUF_INIT;

	stage_draw(s, rows, cols, &screen);
	if (!strstr(screen.data, text))
		fail_msg("not shown at %dx%d: %s\n%s", cols, rows, text, screen.data);
}

static void shows(struct stage *s, const char *text) { shows_at(s, 24, 80, text); }

static void hides(struct stage *s, const char *text)
{
	if (stage_shows(s, 24, 80, text))
		fail_msg("shown: %s", text);
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

/* ---- list ---- */
static void it_has_a_list(void **state)
{
	struct stage *s = stage_of(state);

	shows_at(s, 24, 120, "Account       30"); /* beside the desks: all of them are open */
	shows(s, "Account  30");                 /* over the list */
	shows(s, "T029");                        /* the largest amount first, as its table says */
	hides(s, "T000");
	shows_at(s, 24, 140, "3,580.05");
	shows_at(s, 24, 140, "JPY 308,625");
	stage_press(s, "G");
	shows(s, "T000");
	stage_press(s, "<Home>>");
	hides(s, "sort:-amount");
	shows(s, "sort:");
	shows_at(s, 10, 40, "T0");
}

/* ---- detail ---- */
static void it_has_a_detail(void **state)
{
	struct stage *s = stage_of(state);

	stage_press(s, "<Enter>");
	shows(s, "SPECIMEN balloon 29  T029  Applied");
	shows(s, "Summary  Checks  Timeline  Journal");
	shows(s, "People");
	shows(s, "13900000001");
	shows(s, "Debit card");
	stage_press(s, "<Tab>");
	shows(s, "Amount  passed");
	stage_press(s, "<Tab>");
	shows(s, "Applied on");
	stage_press(s, "<Esc>G<Enter>");
	shows(s, "Checks!"); /* nothing to pay */
}

/* ---- form and actions ---- */
static void it_has_actions_and_a_form(void **state)
{
	struct stage *s = stage_of(state);

	shows(s, "c Claim");
	stage_press(s, "s");
	shows(s, "nobody has claimed account T029; claim it first");
	stage_press(s, "c");
	assert_int_equal(outbox(s, "kind:toy action:claim"), 1);
	shows(s, "mei");
	stage_press(s, "s");
	shows(s, "Suspend · SPECIMEN balloon 29");
	shows(s, "Type");
	shows(s, "Reason");
	stage_press(s, "cr"); /* a letter looks for a choice */
	shows(s, "Credit card");
	stage_press(s, "<Down>x<Down>");
	shows(s, "is not an id"); /* the field's own check */
	stage_press(s, "<Up>y<Down>SPECIMEN<Enter>");
	assert_int_equal(outbox(s, "kind:toy action:hold"), 1);
	stage_press(s, "/<Ctrl-U>state:held<Enter>");
	shows(s, "Account  1");
	stage_press(s, "<Enter>");
	shows(s, "Suspended");
	shows(s, "xy");
	stage_press(s, "s");
	shows(s, "only in"); /* another state, said in the words of its table */
	stage_press(s, "<Esc>/<Ctrl-U>sort:id<Enter>n");
	assert_int_equal(outbox(s, "kind:toy action:claim"), 2); /* the next one */
	shows(s, "T000");
}

/* A gate of its checks, and what was decided can be taken back. */
static void its_checks_are_heeded(void **state)
{
	struct stage *s = stage_of(state);

	desktop_hold(s->desktop, 10 * 1000);
	stage_press(s, "Gcs");
	shows(s, "the check \"Amount\" failed");
	stage_press(s, "kcscr<Down>xyz<Down>SPECIMEN<Enter>");
	assert_int_equal(outbox(s, "kind:toy action:hold"), 1);
	stage_press(s, "u");
	assert_int_equal(outbox(s, "kind:toy action:hold"), 0);
}

/* ---- filter ---- */
static void it_has_a_filter(void **state)
{
	struct stage *s = stage_of(state);

	stage_press(s, "/<Ctrl-U>amo");
	shows(s, "amount");
	stage_press(s, "<Tab>");
	shows(s, "/amount>"); /* as one compares amounts */
	stage_press(s, "<Ctrl-U>sort:amo<Tab>");
	shows(s, "sort:amount");
	stage_press(s, "<Ctrl-U>currency:JPY is:unclaimed<Enter>");
	shows(s, "Account  6");
	stage_press(s, "/<Ctrl-U>amount>=3000<Enter>"); /* which are yuan */
	shows(s, "Account  4");
	stage_press(s, "/<Ctrl-U>具火车 -currency:JPY<Enter>"); /* through its index of words */
	shows(s, "Account  12");
	stage_press(s, "/<Ctrl-U>state:nowhere<Enter>");
	shows(s, "nowhere");
	shows(s, "new"); /* what would be right */
	stage_press(s, "<Esc>");
}

/* ---- bulk ---- */
static void it_has_bulk(void **state)
{
	struct stage *s = stage_of(state);

	stage_press(s, "/<Ctrl-U>currency:CNY sort:id<Enter>c<Home>*");
	shows(s, "24 marked");
	stage_press(s, "c");
	shows(s, "Claim · Account · 23 of 24");
	shows(s, "23 will be queued under one signature");
	shows(s, "Amount");
	shows(s, "1 left out: 1 not ready for it");
	stage_press(s, "<Enter>");
	shows(s, "23 signed and queued");
	assert_int_equal(outbox(s, "kind:toy batch_size=23"), 23);
}

/* ---- export ---- */
static void export_as(struct stage *s, const char *name, struct buf *out)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	struct event paste = { .type = EVENT_PASTE };
	struct err err = { 0 };

	buf_addf(&path, "%s/%s", s->house.dir, name);
	paste.paste = path.data;
	paste.paste_len = path.len;
	stage_press(s, "E<Ctrl-U>");
	desktop_event(s->desktop, &paste);
	stage_press(s, "<Enter>");
	assert_ok(shell_read_file(out, path.data, 1 << 20, &err), err);
}

static void it_is_exported(void **state)
{
	struct stage *s = stage_of(state);
	AUTO(buf_release) struct buf csv = BUF_INIT, json = BUF_INIT, xlsx = BUF_INIT;

	stage_press(s, "/<Ctrl-U>sort:id<Enter>");
	export_as(s, "toys.csv", &csv);
	shows(s, "30 rows are in");
	assert_non_null(strstr(csv.data, "139****0001")); /* as mei may see it */
	assert_null(strstr(csv.data, "13900000001"));
	assert_non_null(strstr(csv.data, "SPECIMEN balloon 29"));
	assert_null(strstr(csv.data, "\x1b"));
	assert_null(strstr(csv.data, ",=SPECIMEN")); /* no formula */
	export_as(s, "toys.jsonl", &json);
	assert_non_null(strstr(json.data, "\"amount\":358005"));
	export_as(s, "toys.xlsx", &xlsx);
	assert_memory_equal(xlsx.data, "PK", 2);
	assert_true(stage_journaled(s, "export", &csv));
	assert_non_null(strstr(csv.data, "30"));
}

/* What it hides is hidden from whoever may not see it, wherever it shows, and revealed for a purpose. */
static void it_is_masked(void **state)
{
	struct stage *s = stage_of(state);
	AUTO(buf_release) struct buf body = BUF_INIT;

	shows_at(s, 24, 160, "139****0001");
	stage_press(s, "<Enter>");
	shows(s, "139****0001");
	stage_press(s, "rSPECIMEN purpose<Enter>");
	shows(s, "13900000001");
	assert_true(stage_journaled(s, "reveal", &body));
	stage_press(s, "<Esc>c");
	shows(s, "Claim: ");
	assert_int_equal(outbox(s, ""), 0); /* and nobody decides who may not */
}

/* ---- help ---- */
static void it_has_help(void **state)
{
	struct stage *s = stage_of(state);

	stage_press(s, "?");
	shows_at(s, 60, 100, "Takes the merchant on: nobody else works on it");
	shows_at(s, 60, 100, "Suspend: nobody has claimed account T029; claim it first"); /* why it cannot run now */
	stage_press(s, "<Esc>c?");
	shows_at(s, 60, 100, "Suspend: Takes the card off the account.");
	stage_press(s, "<Esc>:Susp");
	shows(s, "Suspend"); /* and the palette has it */
}

/* ---- translation ---- */
static void it_is_translated(void **state)
{
	struct stage *s = stage_of(state);

	words_open("zh_CN");
	stage_press(s, "c");
	shows_at(s, 24, 140, "账户");
	shows_at(s, 24, 140, "名称");
	shows_at(s, 24, 140, "金额");
	shows_at(s, 24, 140, "已申请");
	shows_at(s, 24, 140, "借记卡");
	stage_press(s, "<Enter>");
	shows(s, "s 暂停");
	shows(s, "人员");
	shows(s, "联系电话");
	shows(s, "检查");
	stage_press(s, "s");
	shows(s, "暂停 · SPECIMEN balloon 29");
	shows(s, "类型");
	stage_press(s, "<Esc><Esc>?");
	shows_at(s, 60, 100, "暂停");
	stage_press(s, "<Esc>/<Ctrl-U>is:unclaimed<Enter>*c");
	shows(s, "认领 · 账户 · 29 / 29");
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, begin, finish)
	const struct CMUnitTest tests[] = {
		T(it_has_a_list), T(it_has_a_detail), T(it_has_actions_and_a_form), T(its_checks_are_heeded), T(it_has_a_filter), T(it_has_bulk),
		cmocka_unit_test_setup_teardown(it_is_exported, begin_masked, finish), cmocka_unit_test_setup_teardown(it_is_masked, begin_masked, finish),
		T(it_has_help), T(it_is_translated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
