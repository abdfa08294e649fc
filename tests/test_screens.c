/* Screens without a terminal: the real main screen over a real store, drawn into the grid and compared with golden text in
 * tests/golden, in both languages and two sizes. GOLDEN=approve writes what is drawn now. PICTURES=DIR writes README's pictures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/migrations.h"
#include "tests/check.h"
#include "tests/house.h"
#include "tests/specimen.h"
#include "tui/desktop.h"
#include "tui/keys.h"
#include "tui/words.h"

enum { MERCHANTS = 40 };

struct stage {
	struct house house;
	struct shell shell;
	struct desktop *desktop;
	struct grid *grid;
};

static void put_merchants(struct stage *s)
{
	static const char *const hostile = "SPECIMEN \x1b[31m\xe2\x80\xae" "gnp.exe 样本";
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };

	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	for (int i = 0; i < MERCHANTS; i++) {
		struct item it;
		char id[16];
		bool changed;

		snprintf(id, sizeof id, "M%06d", i + 1);
		specimen_merchant(&it, id, i, s->house.clock - i * INT64_C(3600000));
		if (i == 3)
			item_set(&it, "name", value_text(hostile));
		item_set(&it, "risk_score", value_int(i * 7 % 100));
		item_set(&it, "due_at", value_int(s->house.clock + (i - 4) * INT64_C(86400000)));
		assert_ok(desk_take_fact(s->shell.desk, &it, false, &changed, &err), err);
		item_release(&it);
	}
	assert_ok(tx_commit(&tx, &err), err);
}

static int begin(void **state)
{
	struct stage *s = calloc(1, sizeof *s);
	struct err err = { 0 };

	house_make(&s->house);
	s->house.config.migrations = core_migrations;
	s->house.config.nmigrations = core_nmigrations;
	house_found(&s->house);
	house_add(&s->house, "lin", "reviewer,risk");
	s->shell.home = s->house.home;
	s->shell.config = s->house.config;
	s->shell.store = house_open(&s->house, "lin");
	assert_ok(desk_open(&s->shell.desk, s->shell.store, &err), err);
	put_merchants(s);
	s->grid = grid_new(24, 80);
	*state = s;
	return 0;
}

static int end(void **state)
{
	struct stage *s = *state;

	desktop_free(s->desktop);
	grid_free(s->grid);
	shell_close(&s->shell);
	house_remove(&s->house);
	free(s);
	return 0;
}

static void open_desktop(struct stage *s)
{
	struct sync_status status = { .state = SYNC_LIVE, .last_ok = s->house.clock - 3000 };
	struct err err = { 0 };

	desktop_free(s->desktop);
	s->desktop = NULL;
	assert_ok(desktop_new(&s->desktop, &s->shell, NULL, &err), err);
	desktop_refresh(s->desktop, &status);
}

/* "<Enter>" names a key; anything else types itself. */
static enum wish press(struct stage *s, const char *keys)
{
	enum wish wish = WISH_NONE;

	while (*keys) {
		struct event event = { .type = EVENT_KEY };
		const char *close = *keys == '<' ? strchr(keys, '>') : NULL;
		size_t n = 1;

		if (close) {
			event.key = key_parse(keys + 1, (size_t)(close - keys - 1));
			keys = close + 1;
		} else {
			while (((unsigned char)keys[n] & 0xc0) == 0x80)
				n++;
			memcpy(event.text, keys, n);
			event.key = n == 1 ? (unsigned char)*keys : 0x4e00; /* what matters of a Han character is its text */
			keys += n;
		}
		wish = desktop_event(s->desktop, &event);
	}
	return wish;
}

/* Random bytes (command ids, hashes) would differ in every run: runs of 8 or more hex digits become x. */
static void blur(struct buf *b)
{
	for (size_t i = 0; i < b->len;) {
		size_t n = strspn(b->data + i, "0123456789abcdef-");

		if (n >= 8 && strcspn(b->data + i, "abcdef") < n)
			memset(b->data + i, 'x', n);
		i += n ? n : 1;
	}
}

static void drawn(struct stage *s, int rows, int cols, struct buf *text)
{
	grid_resize(s->grid, rows, cols);
	desktop_draw(s->desktop, s->grid);
	buf_clear(text);
	grid_text(text, s->grid);
	blur(text);
}

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

static const struct { const char *name, *keys; } scenes[] = {
	{ "queue", "" },
	{ "queue-end", "G" },
	{ "filtered", "/risk_score>80 sort:-risk_score<Enter>" },
	{ "filter-wrong", "/nonsense>80<Enter>" },
	{ "card", "jj<Enter>" },
	{ "card-checks", "jj<Enter><Tab>" },
	{ "hostile", "/M000004<Enter><Enter>" },
	{ "help", "?" },
	{ "rail", "<Tab>jj" },
	{ "approvals", "3" },
	{ "outbox", "4" },
	{ "sync", "5" },
	{ "form-reject", "/M000002<Enter>cx" },
};

static void golden(struct stage *s, const char *lang)
{
	static const struct { int rows, cols; } sizes[] = { { 24, 80 }, { 40, 120 } };
	AUTO(buf_release) struct buf text = BUF_INIT;

	words_open(lang);
	for (size_t i = 0; i < COUNT(scenes); i++) {
		open_desktop(s);
		for (size_t z = 0; z < COUNT(sizes); z++) {
			drawn(s, sizes[z].rows, sizes[z].cols, &text);
			if (z == 0)
				press(s, scenes[i].keys);
			drawn(s, sizes[z].rows, sizes[z].cols, &text);
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
		open_desktop(s);
		press(s, scenes[i].keys);
		for (size_t z = 0; z < COUNT(sizes); z++) {
			drawn(s, sizes[z].rows, sizes[z].cols, &text);
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
	open_desktop(s);
	drawn(s, 24, 80, &before);
	press(s, "jjj");
	assert_int_equal(press(s, "c"), WISH_SYNC);
	drawn(s, 24, 80, &after);
	assert_non_null(strstr(after.data, "Prelim."));
	assert_non_null(strstr(after.data, "1 queued"));
	assert_int_equal(press(s, "Q"), WISH_QUIT);
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
	open_desktop(s);
	press(s, "/sort:-updated_at<Enter>");
	drawn(s, 24, 80, &before);
	press(s, "jjjj");
	drawn(s, 24, 80, &before);
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
	drawn(s, 24, 80, &after);
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

static void test_pictures(void **state)
{
	const char *dir = getenv("PICTURES");

	if (!dir)
		skip();
	words_open("en");
	open_desktop(*state);
	write_picture(*state, dir, "merchants", 30, 132);
	words_open("zh_CN");
	open_desktop(*state);
	write_picture(*state, dir, "merchants.zh_CN", 30, 132);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_english, begin, end),
		cmocka_unit_test_setup_teardown(test_chinese, begin, end),
		cmocka_unit_test_setup_teardown(test_every_size, begin, end),
		cmocka_unit_test_setup_teardown(test_action_keeps_the_place, begin, end),
		cmocka_unit_test_setup_teardown(test_new_facts_do_not_move_the_cursor, begin, end),
		cmocka_unit_test_setup_teardown(test_pictures, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
