/* Screens without a terminal: the real main screen over a real store, drawn into the grid and compared with golden text in
 * tests/golden, in both languages and two sizes. GOLDEN=approve writes what is drawn now. PICTURES=DIR writes README's pictures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/check.h"
#include "tests/specimen.h"
#include "tests/stage.h"
#include "tui/words.h"

static void compare(const char *name, int rows, int cols, const struct buf *text)
{
	const char *approve = getenv("GOLDEN");
	AUTO(buf_release) struct buf path = BUF_INIT, want = BUF_INIT;
	struct err err = { 0 };
	FILE *f;

	buf_addf(&path, "tests/golden/%s.%s.%dx%d.txt", name, words_lang(), cols, rows);
	if (approve && strcmp(approve, "approve") == 0) {
		mkdir("tests/golden", 0777);
		f = fopen(path.data, "w");
		assert_non_null(f);
		fwrite(text->data, 1, text->len, f);
		fclose(f);
		return;
	}
	assert_ok(shell_read_file(&want, path.data, 1 << 20, &err), err);
	if (strcmp(want.data, text->data) != 0)
		fail_msg("%s differs; `make golden` approves it. It is now:\n%s", path.data, text->data);
}

/* A history for the indicators: synthetic, the same every time. */
static void put_fact(struct stage *s, struct item *it)
{
	struct err err = { 0 };
	bool changed;

	assert_ok(desk_take_fact(s->shell.desk, it, false, &changed, &err), err);
	item_release(it);
}

static void put_person(struct stage *s, int n)
{
	int64_t at = s->house.clock - (int64_t)n * n * INT64_C(3600000);
	struct item it;
	char id[16];

	snprintf(id, sizeof id, "U%06d", n);
	specimen_begin(&it, "user", id, n % 3 ? "active" : "registered");
	item_set(&it, "registered_at", value_int(at));
	if (n % 3)
		item_set(&it, "activated_at", value_int(at + 7200000));
	put_fact(s, &it);
	snprintf(id, sizeof id, "K%06d", n);
	specimen_check(&it, id, "U1", n % 5 ? "approved" : "rejected");
	item_set(&it, "decided_at", value_int(at + 3600000));
	put_fact(s, &it);
	snprintf(id, sizeof id, "B%06d", n);
	specimen_begin(&it, "bank_card", id, n % 4 ? "bound" : "unverified");
	item_set(&it, "added_at", value_int(at + 3600000));
	if (n % 4)
		item_set(&it, "bound_at", value_int(at + 5400000));
	put_fact(s, &it);
}

static void put_concluded(struct stage *s, int n)
{
	int64_t at = s->house.clock - (int64_t)n * INT64_C(86400000) * 3;
	struct item it;
	char id[16];

	snprintf(id, sizeof id, "M8%05d", n);
	specimen_merchant(&it, id, 800 + n, at);
	specimen_put(&it, "state", n % 6 ? "active" : "rejected");
	specimen_put(&it, "risk_level", n % 7 < 4 ? "low" : n % 7 < 6 ? "medium" : "high");
	item_set(&it, "concluded_at", value_int(at + (20 + n % 9 * 4) * INT64_C(3600000)));
	if (n % 6)
		item_set(&it, "activated_at", value_int(at + 5 * INT64_C(86400000)));
	put_fact(s, &it);
}

static void put_history(struct stage *s)
{
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };

	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	for (int n = 1; n <= 60; n++) {
		put_person(s, n);
		put_concluded(s, n);
	}
	assert_ok(tx_commit(&tx, &err), err);
}

/* The scenes from this one on have it. */
#define WITH_HISTORY "metrics"

static const struct { const char *name, *keys; } scenes[] = {
	{ "queue", "" },
	{ "queue-end", "G" },
	{ "filtered", "/risk_score>80 sort:-risk_score<Enter>" },
	{ "filter-wrong", "/nonsense>80<Enter>" },
	{ "completion", "/<Ctrl-U>state:r" },
	{ "palette", ":approv" },
	{ "card", "jj<Enter>" },
	{ "card-checks", "jj<Enter><Tab>" },
	{ "hostile", "/M000004<Enter><Enter>" },
	{ "help", "?" },
	{ "rail", "<Tab>jj" },
	{ "approvals", ":approvals<Enter>" },
	{ "outbox", ":outbox<Enter>" },
	{ "sync", ":sync<Enter>" },
	{ "form-reject", "/M000002<Enter>cx" },
	{ WITH_HISTORY, ":metrics<Enter>j" },
	{ "metrics-one", ":metrics<Enter>G<Enter>jj" },
};

static void golden(struct stage *s, const char *lang)
{
	static const struct { int rows, cols; } sizes[] = { { 24, 80 }, { 40, 120 } };
	AUTO(buf_release) struct buf text = BUF_INIT;

	words_open(lang);
	for (size_t i = 0; i < COUNT(scenes); i++) {
		if (strcmp(scenes[i].name, WITH_HISTORY) == 0)
			put_history(s);
		stage_open(s);
		for (size_t z = 0; z < COUNT(sizes); z++) {
			stage_draw(s, sizes[z].rows, sizes[z].cols, &text);
			if (z == 0)
				stage_press(s, scenes[i].keys);
			stage_draw(s, sizes[z].rows, sizes[z].cols, &text);
			compare(scenes[i].name, sizes[z].rows, sizes[z].cols, &text);
		}
	}
}

static void test_english(void **state)
{
	golden(*state, "en");
}

static void test_chinese(void **state)
{
	golden(*state, "zh_CN");
}

/* No size breaks a screen, and nothing hostile reaches a cell. */
static void test_every_size(void **state)
{
	static const struct { int rows, cols; } sizes[] = { { 1, 1 }, { 2, 3 }, { 5, 200 }, { 10, 40 }, { 100, 10 }, { 100, 300 } };
	struct stage *s = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;

	words_open("zh_CN");
	for (size_t i = 0; i < COUNT(scenes); i++) {
		if (strcmp(scenes[i].name, WITH_HISTORY) == 0)
			put_history(s);
		stage_open(s);
		stage_press(s, scenes[i].keys);
		for (size_t z = 0; z < COUNT(sizes); z++) {
			stage_draw(s, sizes[z].rows, sizes[z].cols, &text);
			assert_null(strchr(text.data, 0x1b));
			assert_null(strstr(text.data, "\xe2\x80\xae"));
		}
	}
}

/* A claim under the cursor: the row shows its new state at once, and the place in the list is kept. */
static void test_action_keeps_the_place(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf before = BUF_INIT, after = BUF_INIT;

	words_open("en");
	stage_open(s);
	stage_draw(s, 24, 80, &before);
	stage_press(s, "jjj");
	assert_int_equal(stage_press(s, "c"), WISH_SYNC);
	stage_draw(s, 24, 80, &after);
	assert_non_null(strstr(after.data, "Prelim."));
	assert_non_null(strstr(after.data, "1 queued"));
	assert_int_equal(stage_press(s, "Q"), WISH_QUIT);
}

static void test_new_facts_do_not_move_the_cursor(void **state)
{
	struct stage *s = *state;
	struct sync_status status = { .state = SYNC_LIVE, .last_ok = s->house.clock };
	AUTO(buf_release) struct buf before = BUF_INIT, after = BUF_INIT;
	struct err err = { 0 };
	struct item it;
	bool changed;
	char *line, *end_of_line;

	words_open("en");
	stage_open(s);
	stage_press(s, "/sort:-updated_at<Enter>");
	stage_draw(s, 24, 80, &before);
	stage_press(s, "jjjj");
	stage_draw(s, 24, 80, &before);
	for (int i = 0; i < 5; i++) { /* newer ones come in above */
		AUTO(tx_end) struct tx tx = { 0 };
		char id[16];

		snprintf(id, sizeof id, "M9%05d", i);
		specimen_merchant(&it, id, 500 + i, s->house.clock + 1000 * (i + 1));
		assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
		assert_ok(desk_take_fact(s->shell.desk, &it, false, &changed, &err), err);
		assert_ok(tx_commit(&tx, &err), err);
		item_release(&it);
	}
	desktop_refresh(s->desktop, &status);
	stage_draw(s, 24, 80, &after);
	line = strstr(before.data, "›");
	assert_non_null(line);
	end_of_line = strchr(line, '\n');
	*end_of_line = '\0';
	assert_non_null(strstr(after.data, line)); /* the same row, still under the cursor */
}

static void write_picture(struct stage *s, const char *dir, const char *name, int rows, int cols)
{
	AUTO(buf_release) struct buf path = BUF_INIT, svg = BUF_INIT;
	struct theme theme;
	struct err err = { 0 };
	FILE *f;

	assert_ok(theme_load(&theme, "dark", &err), err);
	grid_resize(s->grid, rows, cols);
	desktop_draw(s->desktop, s->grid);
	grid_svg(&svg, s->grid, &theme);
	buf_addf(&path, "%s/%s.svg", dir, name);
	f = fopen(path.data, "w");
	assert_non_null(f);
	fwrite(svg.data, 1, svg.len, f);
	fclose(f);
}

/* README's; merchants stands at its top. */
static const struct { const char *name, *keys; int rows, cols; } pictures[] = {
	{ "merchants", "", 30, 132 },
	{ "checks", "jj<Enter><Tab>", 24, 100 },
	{ "filter", "/<Ctrl-U>state:r", 20, 100 },
	{ "palette", ":lock", 20, 100 },
	{ "decision", "/M000002<Enter>cx<Ctrl-T>", 24, 100 },
};

static void test_pictures(void **state)
{
	static const char *const langs[] = { "en", "zh_CN" };
	const char *dir = getenv("PICTURES");

	if (!dir)
		skip();
	for (size_t i = 0; i < COUNT(pictures); i++)
		for (size_t l = 0; l < COUNT(langs); l++) {
			AUTO(buf_release) struct buf name = BUF_INIT, text = BUF_INIT;

			words_open(langs[l]);
			stage_open(*state);
			stage_draw(*state, pictures[i].rows, pictures[i].cols, &text);
			stage_press(*state, pictures[i].keys);
			buf_addf(&name, "%s%s", pictures[i].name, l ? ".zh_CN" : "");
			write_picture(*state, dir, name.data, pictures[i].rows, pictures[i].cols);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_english, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_chinese, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_every_size, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_action_keeps_the_place, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_new_facts_do_not_move_the_cursor, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_pictures, stage_begin, stage_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
