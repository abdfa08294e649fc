/* What is taken away: lists into files of three forms, and pictures. Masked, journaled, private, never over a file, never a formula. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "tests/check.h"
#include "tests/specimen.h"
#include "tests/stage.h"
#include "tui/export.h"
#include "tui/words.h"

#define CODE "91310000MA1FL00144" /* of M000015, first in the queue */

static void path_of(const struct stage *s, const char *name, struct buf *path)
{
	buf_clear(path);
	buf_addf(path, "%s/%s", s->house.dir, name);
}

static void read_back(const struct stage *s, const char *name, struct buf *out)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	struct err err = { 0 };
	struct stat st;

	path_of(s, name, &path);
	assert_int_equal(stat(path.data, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	buf_clear(out);
	assert_ok(shell_read_file(out, path.data, 1 << 24, &err), err);
}

/* E, the name instead of the proposed one, Enter. */
static void export_as(struct stage *s, const char *name)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	struct event paste = { .type = EVENT_PASTE };

	path_of(s, name, &path);
	stage_press(s, "E<Ctrl-U>");
	paste.paste = path.data;
	paste.paste_len = path.len;
	desktop_event(s->desktop, &paste);
	stage_press(s, "<Enter>");
}

static size_t count_of(const struct buf *text, const char *what)
{
	size_t n = 0;

	for (const char *at = text->data; (at = strstr(at, what)); at += strlen(what))
		n++;
	return n;
}

static uint32_t le(const struct buf *b, size_t at, int bytes)
{
	uint32_t n = 0;

	assert_true(at + (size_t)bytes <= b->len);
	for (int i = bytes - 1; i >= 0; i--)
		n = n << 8 | (unsigned char)b->data[at + (size_t)i];
	return n;
}

/* One file of a ZIP archive (APPNOTE 4.3: end record, central directory, local header). */
static void unzip(const struct buf *zip, const char *name, struct buf *out)
{
	size_t end = zip->len - 22, at;

	while (le(zip, end, 4) != 0x06054b50)
		end--;
	at = le(zip, end + 16, 4);
	for (uint32_t i = le(zip, end + 10, 2); i; i--) {
		uint32_t packed = le(zip, at + 20, 4), size = le(zip, at + 24, 4), n = le(zip, at + 28, 2), from = le(zip, at + 42, 4);

		if (n == strlen(name) && !memcmp(zip->data + at + 46, name, n)) {
			z_stream z = { .avail_in = packed };
			char *text = malloc(size + 1);

			assert_non_null(text);
			from += 30 + le(zip, from + 26, 2) + le(zip, from + 28, 2);
			z.next_in = (Bytef *)(zip->data + from);
			z.next_out = (Bytef *)text;
			z.avail_out = size;
			assert_int_equal(inflateInit2(&z, -MAX_WBITS), Z_OK);
			assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
			inflateEnd(&z);
			buf_clear(out);
			buf_add(out, text, size);
			free(text);
			return;
		}
		at += 46 + n + le(zip, at + 30, 2) + le(zip, at + 32, 2);
	}
	fail_msg("%s is not in the archive", name);
}

static void put_named(struct stage *s, const char *id, const char *name, int64_t monthly)
{
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };
	struct item it;
	bool changed;

	specimen_merchant(&it, id, 70, s->house.clock);
	item_set(&it, "name", value_text(name));
	item_set(&it, "expected_monthly", value_int(monthly));
	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	assert_ok(desk_take_fact(s->shell.desk, &it, false, &changed, &err), err);
	assert_ok(tx_commit(&tx, &err), err);
	item_release(&it);
}

static void three_forms(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf text = BUF_INIT, sheet = BUF_INIT;

	stage_become(s, "mei", "support");
	stage_press(s, "/risk_score>80<Enter>");
	export_as(s, "a.csv");
	assert_true(stage_shows(s, 24, 80, "rows are in"));
	read_back(s, "a.csv", &text);
	assert_int_equal(count_of(&text, "\r\n"), 1 + 6);
	assert_non_null(strstr(text.data, "M000015"));
	assert_non_null(strstr(text.data, "913100********0144"));
	assert_null(strstr(text.data, CODE));
	assert_true(stage_journaled(s, "export", &text));
	assert_string_equal(text.data, "{\"form\":\"csv\",\"filter\":\"is:open risk_score>80\",\"rows\":6}");
	export_as(s, "a.jsonl");
	read_back(s, "a.jsonl", &text);
	assert_int_equal(count_of(&text, "\n"), 6);
	assert_null(strstr(text.data, CODE));
	export_as(s, "a.xlsx");
	read_back(s, "a.xlsx", &text);
	unzip(&text, "xl/worksheets/sheet1.xml", &sheet);
	assert_int_equal(count_of(&sheet, "<row "), 1 + 6);
	assert_non_null(strstr(sheet.data, "913100********0144"));
	assert_null(strstr(sheet.data, CODE));
	assert_true(stage_journaled(s, "export", &text));
	assert_non_null(strstr(text.data, "\"form\":\"xlsx\""));
}

static void formulas_stay_text(void **state)
{
	static const char *const names[] = { "=HYPERLINK(\"x\")", "+1+1", "@SUM(A1)", "http://example.invalid/" };
	struct stage *s = *state;
	AUTO(buf_release) struct buf text = BUF_INIT, sheet = BUF_INIT;

	words_open("en");
	for (size_t i = 0; i < COUNT(names); i++) {
		char id[8];

		snprintf(id, sizeof id, "X%zu", i);
		put_named(s, id, names[i], INT64_C(123456));
	}
	put_named(s, "X8", "SPECIMEN", -5);
	put_named(s, "X9", "SPECIMEN", INT64_C(9007199254740991));
	stage_open(s);
	stage_press(s, "/X<Enter>");
	export_as(s, "f.xlsx");
	read_back(s, "f.xlsx", &text);
	unzip(&text, "xl/worksheets/sheet1.xml", &sheet);
	assert_int_equal(count_of(&sheet, "<row "), 1 + 6);
	assert_null(strstr(sheet.data, "<f>"));
	assert_null(strstr(sheet.data, "<f "));
	assert_null(strstr(sheet.data, "hyperlink"));
	assert_non_null(strstr(sheet.data, "<t>=HYPERLINK("));
	assert_non_null(strstr(sheet.data, "<t>@SUM(A1)</t>"));
	assert_non_null(strstr(sheet.data, "Expected monthly (CNY)"));
	assert_non_null(strstr(sheet.data, "<v>1234.56</v>"));
	assert_non_null(strstr(sheet.data, "<v>-0.05</v>"));
	assert_non_null(strstr(sheet.data, "<t>9007199254740991</t>"));
	export_as(s, "f.csv");
	read_back(s, "f.csv", &text);
	assert_non_null(strstr(text.data, "\"'=HYPERLINK("));
}

static void never_over_a_file(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf path = BUF_INIT, text = BUF_INIT;
	struct err err = { 0 };

	words_open("en");
	stage_open(s);
	path_of(s, "mine.csv", &path);
	assert_ok(export_save(path.data, "mine", 4, &err), err);
	export_as(s, "mine.csv");
	assert_true(stage_shows(s, 24, 80, "is there already"));
	read_back(s, "mine.csv", &text);
	assert_string_equal(text.data, "mine");
	stage_press(s, "<Esc>");
	assert_int_equal(export_save(path.data, "yours", 5, &err), E_EXISTS);
	export_as(s, "list.ods");
	assert_true(stage_shows(s, 24, 80, ".csv, .jsonl or .xlsx"));
	stage_press(s, "<Esc>");
	export_as(s, "none/list.csv");
	assert_true(stage_shows(s, 24, 80, "cannot be created"));
	stage_press(s, "<Esc>");
	assert_false(stage_journaled(s, "export", &text));
}

static void too_much_is_refused_first(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf path = BUF_INIT, text = BUF_INIT;
	struct err err = { 0 };
	struct stat st;
	int64_t rows;

	path_of(s, "b.xlsx", &path);
	assert_int_equal(export_list(s->shell.desk, &(struct export_order){ record_find("merchant"), "", EXPORT_XLSX, path.data, 0, 39 }, &rows, &err), E_USAGE);
	assert_int_not_equal(stat(path.data, &st), 0);
	assert_false(stage_journaled(s, "export", &text));
	assert_ok(export_list(s->shell.desk, &(struct export_order){ record_find("merchant"), "", EXPORT_XLSX, path.data, 3, 39 }, &rows, &err), err);
	assert_int_equal(rows, 3);
	path_of(s, "c.xlsx", &path);
	assert_ok(export_list(s->shell.desk, &(struct export_order){ record_find("merchant"), "name:nobody", EXPORT_XLSX, path.data, 0, 39 }, &rows, &err), err);
	assert_int_equal(rows, 0);
	assert_true(stage_journaled(s, "export", &text));
	assert_non_null(strstr(text.data, "\"rows\":0"));
}

static void pictures_keep_masks(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf path = BUF_INIT, svg = BUF_INIT, body = BUF_INIT;
	struct event paste = { .type = EVENT_PASTE };
	struct theme theme;
	struct err err = { 0 };

	assert_ok(theme_load(&theme, "mono", &err), err);
	stage_become(s, "mei", "support");
	stage_press(s, "<Enter>rcall back<Enter>");
	assert_true(stage_shows(s, 40, 120, CODE));
	stage_press(s, "P<Ctrl-U>");
	path_of(s, "p.svg", &path);
	paste.paste = path.data;
	paste.paste_len = path.len;
	desktop_event(s->desktop, &paste);
	assert_int_equal(stage_press(s, "<Enter>"), WISH_PICTURE);
	desktop_picture(s->desktop, s->grid, &theme);
	assert_true(stage_shows(s, 40, 120, "the picture is in"));
	read_back(s, "p.svg", &svg);
	assert_non_null(strstr(svg.data, "<svg"));
	assert_non_null(strstr(svg.data, "913100********0144"));
	assert_null(strstr(svg.data, CODE));
	assert_null(strstr(svg.data, "Picture of the screen"));
	assert_true(stage_journaled(s, "export", &body));
	assert_string_equal(body.data, "{\"form\":\"svg\",\"filter\":\"is:open\"}");
	stage_press(s, "P<Ctrl-U>");
	desktop_event(s->desktop, &paste);
	stage_press(s, "<Enter>");
	desktop_picture(s->desktop, s->grid, &theme);
	assert_true(stage_shows(s, 40, 120, "is there already"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(three_forms, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(formulas_stay_text, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(never_over_a_file, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(too_much_is_refused_first, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(pictures_keep_masks, stage_begin, stage_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
