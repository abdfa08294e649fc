#include <string.h>

#include "store/mem.h"
#include "tests/check.h"
#include "tui/screen/grid.h"

static void shows(const struct grid *g, const char *want)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	grid_text(&text, g);
	assert_string_equal(text.data, want);
}

/* No cell is half of a wide character without its other half. */
static void is_whole(const struct grid *g)
{
	for (int row = 0; row < grid_rows(g); row++)
		for (int col = 0; col < grid_cols(g); col++) {
			const struct cell *c = grid_cell(g, row, col);

			assert_true(c->width <= 2 && c->role < ROLE_COUNT);
			assert_int_equal(c->text[0] == '\0', c->width == 0);
			assert_int_equal(c->width == 2, col + 1 < grid_cols(g) && grid_cell(g, row, col + 1)->width == 0);
			if (c->width == 0)
				assert_true(col > 0);
		}
}

static void text_is_clipped(void **state)
{
	struct grid *g = grid_new(3, 10);
	struct rect r = { 1, 2, 1, 5 };

	(void)state;
	assert_int_equal(grid_put(g, grid_rect(g), 0, 7, ROLE_TEXT, "abcdef"), 6);
	assert_int_equal(grid_put(g, r, 1, 0, ROLE_GOOD, "0123456789"), 10);
	grid_put(g, r, 0, 3, ROLE_TEXT, "above");
	grid_put(g, r, 2, 3, ROLE_TEXT, "below");
	grid_put(g, grid_rect(g), -1, 0, ROLE_TEXT, "nowhere");
	grid_put(g, grid_rect(g), 3, 0, ROLE_TEXT, "nowhere");
	grid_put(g, grid_rect(g), 2, -3, ROLE_TEXT, "abcdef");
	shows(g, "       abc\n  23456\ndef\n");
	assert_int_equal(grid_cell(g, 1, 2)->role, ROLE_GOOD);
	assert_int_equal(grid_cell(g, 1, 1)->role, ROLE_TEXT);
	grid_free(g);
}

static void wide_characters_are_whole_or_spaces(void **state)
{
	struct grid *g = grid_new(2, 8);

	(void)state;
	assert_int_equal(grid_put(g, grid_rect(g), 0, 0, ROLE_TEXT, "商户审核"), 8);
	shows(g, "商户审核\n\n");
	grid_put(g, grid_rect(g), 0, 1, ROLE_TEXT, "x"); /* the right half of 商 */
	shows(g, " x户审核\n\n");
	grid_put(g, grid_rect(g), 0, 4, ROLE_TEXT, "y"); /* the left half of 审 */
	shows(g, " x户y 核\n\n");
	grid_put(g, grid_rect(g), 0, 3, ROLE_TEXT, "中"); /* both neighbours lose a half, or are replaced */
	shows(g, " x 中 核\n\n");
	is_whole(g);
	grid_put(g, grid_rect(g), 1, 5, ROLE_TEXT, "中文"); /* the right edge cuts 文 */
	grid_put(g, grid_rect(g), 1, -1, ROLE_TEXT, "样本"); /* the left edge cuts 样 */
	shows(g, " x 中 核\n 本  中\n");
	is_whole(g);
	grid_put(g, (struct rect){ 0, 4, 1, 1 }, 0, 4, ROLE_TEXT, "|"); /* outside the clip the other half goes too */
	shows(g, " x  | 核\n 本  中\n");
	is_whole(g);
	grid_free(g);
}

static void hostile_text_is_harmless(void **state)
{
	struct grid *g = grid_new(2, 40);
	const struct cell *c;

	(void)state;
	grid_put(g, grid_rect(g), 0, 0, ROLE_TEXT, "a\033[2Jb\u202ec\n\xff");
	shows(g, "a⟨U+001B⟩[2Jb⟨U+202E⟩c⟨U+000A⟩⟨0xFF⟩\n\n");
	/* one base and four marks of four bytes each: the longest cell there is */
	grid_put(g, grid_rect(g), 1, 0, ROLE_TEXT, "\U0001d400\U0001d165\U0001d165\U0001d165\U0001d165z");
	for (int col = 0; col < 40; col++) {
		c = grid_cell(g, 1, col);
		assert_true(strlen(c->text) < GRID_CELL_BYTES && (c->text[0] || c->width == 0));
	}
	grid_put(g, grid_rect(g), 1, 0, ROLE_TEXT, "e\u0323\u0302x");
	assert_string_equal(grid_cell(g, 1, 1)->text, "x");
	is_whole(g);
	grid_free(g);
}

static void a_field_is_exactly_as_wide(void **state)
{
	struct grid *g = grid_new(5, 12);

	(void)state;
	for (int row = 0; row < 5; row++)
		grid_put(g, grid_rect(g), row, 0, ROLE_TEXT, "............");
	grid_field(g, (struct rect){ 0, 1, 1, 6 }, ALIGN_LEFT, ROLE_TEXT, "abc");
	grid_field(g, (struct rect){ 1, 1, 1, 6 }, ALIGN_RIGHT, ROLE_TEXT, "12.50");
	grid_field(g, (struct rect){ 2, 1, 1, 6 }, ALIGN_LEFT, ROLE_TEXT, "样本商贸公司");
	grid_set_ascii(g, true);
	grid_field(g, (struct rect){ 3, 1, 1, 6 }, ALIGN_LEFT, ROLE_TEXT, "abcdefgh");
	grid_field(g, (struct rect){ 4, 9, 1, 6 }, ALIGN_LEFT, ROLE_TEXT, "abcdefgh");
	shows(g, ".abc   .....\n. 12.50.....\n.样本… .....\n.abcde~.....\n.........abc\n");
	is_whole(g);
	grid_free(g);
}

static void text_wraps(void **state)
{
	struct grid *g = grid_new(3, 10);

	(void)state;
	assert_int_equal(grid_wrap(NULL, (struct rect){ 0, 0, 0, 6 }, 0, ROLE_TEXT, "one two three"), 3);
	assert_int_equal(grid_wrap(g, (struct rect){ 0, 0, 2, 6 }, 1, ROLE_TEXT, "one two three"), 3);
	shows(g, "two\nthree\n\n");
	assert_int_equal(grid_wrap(g, (struct rect){ 0, 0, 3, 5 }, 0, ROLE_TEXT, "样本商户\nx"), 3);
	shows(g, "样本\n商户\nx\n");
	assert_int_equal(grid_wrap(g, (struct rect){ 0, 0, 3, 0 }, 0, ROLE_TEXT, "x"), 0);
	grid_wrap(g, (struct rect){ 0, 9, 3, 1 }, 0, ROLE_TEXT, "样本");
	is_whole(g);
	grid_free(g);
}

static void boxes_are_drawn(void **state)
{
	struct grid *g = grid_new(3, 12);

	(void)state;
	grid_box(g, grid_rect(g), ROLE_BORDER, "Summary", ROLE_TITLE);
	shows(g, "┌─ Summa… ─┐\n│          │\n└──────────┘\n");
	assert_int_equal(grid_cell(g, 0, 3)->role, ROLE_TITLE);
	grid_clear(g);
	grid_set_ascii(g, true);
	grid_box(g, (struct rect){ 0, 0, 3, 9 }, ROLE_BORDER, "中文", ROLE_TITLE);
	shows(g, "+- 中~ -+\n|       |\n+-------+\n");
	grid_clear(g);
	grid_box(g, (struct rect){ 0, 0, 1, 1 }, ROLE_BORDER, "x", ROLE_TITLE);
	grid_box(g, (struct rect){ -2, -2, 2, 2 }, ROLE_BORDER, "x", ROLE_TITLE);
	shows(g, "\n\n\n");
	grid_box(g, (struct rect){ 1, 10, 9, 9 }, ROLE_BORDER, "x", ROLE_TITLE);
	shows(g, "\n          +-\n          |\n");
	grid_free(g);
}

static void any_rectangle_is_safe(void **state)
{
	static const int odd[] = { INT32_MIN, -1000000, -1, 0, 1, 3, 1000000, INT32_MAX };
	struct grid *g = grid_new(4, 6);

	(void)state;
	for (size_t i = 0; i < COUNT(odd); i++)
		for (size_t j = 0; j < COUNT(odd); j++) {
			struct rect r = { odd[i], odd[j], odd[j], odd[i] }, s = { 0, odd[i], 9, odd[j] };

			grid_fill(g, r, ROLE_TEXT);
			grid_paint(g, s, ROLE_TEXT);
			grid_put(g, r, 0, 0, ROLE_TEXT, "中x");
			grid_put(g, grid_rect(g), odd[i], odd[j], ROLE_TEXT, "中x");
			grid_put(g, grid_rect(g), odd[i], odd[j], ROLE_TEXT, "xyz");
			grid_field(g, s, ALIGN_RIGHT, ROLE_TEXT, "中x");
			grid_wrap(g, s, odd[i], ROLE_TEXT, "中 x 中");
			grid_hline(g, odd[i], odd[j], odd[j], ROLE_TEXT);
			grid_vline(g, odd[i], odd[j], odd[j], ROLE_TEXT);
			grid_box(g, r, ROLE_BORDER, "中", ROLE_TITLE);
			grid_box(g, s, ROLE_BORDER, "中", ROLE_TITLE);
			grid_cursor(g, odd[i], odd[j]);
			is_whole(g);
		}
	grid_free(g);
}

static void sizes_are_clamped(void **state)
{
	struct grid *g = grid_new(0, -5);
	int row, col;

	(void)state;
	assert_int_equal(grid_rows(g), 1);
	assert_int_equal(grid_cols(g), 1);
	grid_put(g, grid_rect(g), 0, 0, ROLE_TEXT, "中");
	shows(g, "\n");
	grid_resize(g, 100000, 100000);
	assert_int_equal(grid_rows(g), GRID_MAX_ROWS);
	assert_int_equal(grid_cols(g), GRID_MAX_COLS);
	grid_resize(g, 2, 2);
	grid_cursor(g, 1, 1);
	assert_true(grid_cursor_at(g, &row, &col) && row == 1 && col == 1);
	grid_cursor(g, 2, 0);
	assert_false(grid_cursor_at(g, &row, &col));
	grid_free(g);
	grid_free(NULL);
}

static void a_copy_is_the_same(void **state)
{
	struct grid *a = grid_new(2, 4), *b = grid_new(5, 5);

	(void)state;
	grid_put(a, grid_rect(a), 0, 0, ROLE_DANGER, "中x");
	grid_cursor(a, 1, 2);
	grid_copy(b, a);
	shows(b, "中x\n\n");
	for (int col = 0; col < 4; col++)
		assert_memory_equal(grid_cell(a, 0, col), grid_cell(b, 0, col), sizeof(struct cell));
	grid_free(a);
	grid_free(b);
}

static void the_picture_is_xml(void **state)
{
	AUTO(buf_release) struct buf svg = BUF_INIT;
	struct grid *g = grid_new(2, 12);
	struct theme theme;
	struct err err;

	(void)state;
	assert_ok(theme_load_builtin(&theme, "dark", &err), err);
	grid_put(g, grid_rect(g), 0, 0, ROLE_TEXT, "<a href=\"&'>");
	grid_put(g, grid_rect(g), 1, 1, ROLE_SELECTED, "样x");
	grid_svg(&svg, g, &theme);
	assert_non_null(strstr(svg.data, ">&lt;a href=&quot;&amp;&#39;&gt;</text>"));
	/* a Han character stands at its own column and takes two */
	assert_non_null(strstr(svg.data, "<text x=\"16.4\" y=\"39.5\" textLength=\"16.8\" fill=\"#ffffff\" font-weight=\"bold\">样</text>"));
	assert_non_null(strstr(svg.data, "<text x=\"33.2\" y=\"39.5\" textLength=\"8.4\" fill=\"#ffffff\" font-weight=\"bold\">x</text>"));
	assert_non_null(strstr(svg.data, "<rect x=\"16.4\" y=\"26.0\" width=\"25.2\" height=\"18.0\" fill=\"#2b4a7d\"/>"));
	grid_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_clipped),
		cmocka_unit_test(wide_characters_are_whole_or_spaces),
		cmocka_unit_test(hostile_text_is_harmless),
		cmocka_unit_test(a_field_is_exactly_as_wide),
		cmocka_unit_test(text_wraps),
		cmocka_unit_test(boxes_are_drawn),
		cmocka_unit_test(any_rectangle_is_safe),
		cmocka_unit_test(sizes_are_clamped),
		cmocka_unit_test(a_copy_is_the_same),
		cmocka_unit_test(the_picture_is_xml),
	};

	return cmocka_run_group_tests_name("grid", tests, NULL, NULL);
}
