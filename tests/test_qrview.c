/* A signing link as a code on the screen: the very modules, dark where they are dark in every way of drawing; and its pane on a contract. */
#include <stdio.h>
#include <string.h>

#include "sync/paycore/png.h"
#include "tests/check.h"
#include "tests/scratch.h"
#include "tests/specimen.h"
#include "tests/stage.h"
#include "tui/qrview.h"

#define LINK "https://sign.specimen.example/c/SPECIMENspecimen012345"
enum { LIGHT, DARK, NEITHER, SIDE_MOST = 120, SCALE = 6 };

/* What an eye sees of half a cell: its colours are its own, or else ink is light on a dark ground. */
static int seen(const struct grid *g, int row, int col, bool lower)
{
	const struct cell *c = grid_cell(g, row, col);
	bool ink = !strcmp(c->text, "█") || !strcmp(c->text, "#") || !strcmp(c->text, lower ? "▄" : "▀");

	if (c->own)
		return (ink ? c->fg : c->bg) == 0xffffff ? LIGHT : (ink ? c->fg : c->bg) == 0x000000 ? DARK : NEITHER;
	return grid_colours(g) ? NEITHER : ink ? LIGHT : DARK;
}

/* The modules of what was drawn; false: nothing was. */
static bool decode(const struct grid *g, struct rect at, uint8_t module[SIDE_MOST][SIDE_MOST], int *side)
{
	bool ascii = grid_ascii(g);

	*side = ascii ? at.rows : at.cols;
	assert_true(*side < SIDE_MOST);
	for (int y = 0; y < *side; y++)
		for (int x = 0; x < *side; x++) {
			int row = at.row + (ascii ? y : y / 2), col = at.col + (ascii ? x * 2 : x), is = seen(g, row, col, !ascii && y % 2);

			assert_int_not_equal(is, NEITHER);
			if (ascii) /* both of its cells */
				assert_int_equal(seen(g, row, col + 1, false), is);
			module[y][x] = is == DARK;
		}
	return *side > 0;
}

static void it_is_the_code(const struct grid *g, struct rect at, const struct qr *q, int quiet)
{
	static uint8_t module[SIDE_MOST][SIDE_MOST];
	int side;

	assert_true(decode(g, at, module, &side));
	assert_int_equal(side, q->side + 2 * quiet);
	for (int y = 0; y < side; y++)
		for (int x = 0; x < side; x++) {
			int mx = x - quiet, my = y - quiet;
			bool inside = mx >= 0 && my >= 0 && mx < q->side && my < q->side;

			if (module[y][x] != (inside && q->dark[my * q->side + mx]))
				fail_msg("module %d, %d", mx, my);
		}
}

static void every_way_of_drawing_has_the_same_modules(void **state)
{
	static const struct { int colours; bool ascii; } ways[] = { { 256, false }, { 16, false }, { 8, false }, { 0, false }, { 256, true }, { 0, true } };
	struct qr q;

	(void)state;
	assert_true(qr_make(&q, LINK));
	for (size_t i = 0; i < COUNT(ways); i++)
		for (int quiet = QR_QUIET; quiet > 0; quiet -= 2) {
			struct grid *g = grid_new(60, 110);
			int modules = q.side + 2 * quiet, rows = ways[i].ascii ? modules : (modules + 1) / 2, cols = ways[i].ascii ? modules * 2 : modules;
			struct rect at;

			grid_set_colours(g, ways[i].colours);
			grid_set_ascii(g, ways[i].ascii);
			at = qrview_draw(g, (struct rect){ 3, 5, rows, cols }, &q);
			assert_int_equal(at.row, 3);
			assert_int_equal(at.col, 5);
			assert_true(at.rows == rows && at.cols == cols);
			it_is_the_code(g, at, &q, quiet);
			assert_false(grid_cell(g, 2, 5)->own || grid_cell(g, 3 + rows, 5)->own || grid_cell(g, 3, 5 + cols)->own);
			grid_free(g);
		}
}

static void without_room_nothing_is_drawn(void **state)
{
	struct grid *g = grid_new(60, 110);
	struct qr q;
	int rows, cols;

	(void)state;
	assert_true(qr_make(&q, LINK));
	qrview_least(g, &q, &rows, &cols);
	assert_int_equal(qrview_draw(g, (struct rect){ 0, 0, rows - 1, cols }, &q).rows, 0);
	assert_int_equal(qrview_draw(g, (struct rect){ 0, 0, rows, cols - 1 }, &q).rows, 0);
	assert_string_equal(grid_cell(g, 0, 0)->text, " ");
	assert_false(grid_cell(g, 3, 3)->own);
	assert_int_equal(qrview_draw(g, (struct rect){ 0, 0, rows, cols }, &q).rows, rows);
	grid_free(g);
}

/* ---- on a contract's card ---- */
static void open_contract(struct stage *s, const char *id, const char *state)
{
	AUTO(buf_release) struct buf keys = BUF_INIT;
	AUTO(item_release) struct item it;
	struct err err;
	bool changed;

	specimen_begin(&it, "contract", id, state);
	specimen_put(&it, "merchant_name", "样本商户");
	specimen_put(&it, "link", LINK);
	assert_ok(desk_take_fact(s->shell.desk, &it, false, &changed, &err), err);
	stage_open(s);
	buf_addf(&keys, ":contracts<Enter>/<Ctrl-U>%s<Enter><Enter><Tab><Tab><Tab>", id); /* summary, checks, text */
	stage_press(s, keys.data);
}

/* Where the first cell of it stands. */
static struct rect find_code(struct stage *s, const struct qr *q, int quiet)
{
	int modules = q->side + 2 * quiet;

	for (int row = 0; row < grid_rows(s->grid); row++)
		for (int col = 0; col < grid_cols(s->grid); col++)
			if (grid_cell(s->grid, row, col)->own)
				return (struct rect){ row, col, (modules + 1) / 2, modules };
	fail_msg("no code is on the screen");
	return (struct rect){ 0 };
}

static void a_contract_shows_its_link(void **state)
{
	struct stage *s = *state;
	struct qr q;

	assert_true(qr_make(&q, LINK));
	open_contract(s, "C1-1", "issued");
	assert_true(stage_shows(s, 24, 80, "Signing link"));
	it_is_the_code(s->grid, find_code(s, &q, 2), &q, 2); /* half of the white around it: then it fits */
	assert_true(stage_shows(s, 24, 80, "https://sign"));
	assert_true(stage_shows(s, 40, 120, "https://sign.specimen.example"));
	it_is_the_code(s->grid, find_code(s, &q, QR_QUIET), &q, QR_QUIET);
	assert_true(stage_shows(s, 20, 80, "The QR code takes 37 columns and 19 rows here"));
	assert_true(stage_shows(s, 20, 80, "https://sign.specimen.example"));
	assert_true(stage_shows(s, 24, 30, "QR code"));
	stage_shows(s, 3, 10, ""); /* nothing breaks */
}

/* What is over has a link that leads nowhere. */
static void only_while_it_can_be_signed(void **state)
{
	static const char *const over[] = { "merchant_signed", "executed", "declined", "expired", "void" };
	struct stage *s = *state;

	for (size_t i = 0; i < COUNT(over); i++) {
		char id[8] = { 'C', (char)('2' + i), '-', '1' };

		open_contract(s, id, over[i]);
		assert_true(stage_shows(s, 40, 120, id));
		for (int row = 0; row < 40; row++)
			for (int col = 0; col < 120; col++)
				assert_false(grid_cell(s->grid, row, col)->own);
	}
}

/* ---- as a telephone reads it ---- */
static void write_picture(const struct grid *g, struct rect at, const char *path)
{
	static uint8_t module[SIDE_MOST][SIDE_MOST], pixels[SIDE_MOST * SCALE * SIDE_MOST * SCALE];
	static const uint32_t colours[PNG_COLOURS] = { 0xffffff, 0x000000 };
	AUTO(buf_release) struct buf png = BUF_INIT;
	int side;
	FILE *f = fopen(path, "wb");

	assert_true(decode(g, at, module, &side));
	for (int y = 0; y < side * SCALE; y++)
		for (int x = 0; x < side * SCALE; x++)
			pixels[y * side * SCALE + x] = module[y / SCALE][x / SCALE];
	png_write(&png, pixels, side * SCALE, side * SCALE, colours);
	assert_true(f && fwrite(png.data, 1, png.len, f) == png.len);
	fclose(f);
}

/* The first line that a command prints, without its end. */
static void run(const char *command, char *line, int size)
{
	FILE *f = popen(command, "r");

	assert_non_null(f);
	*line = '\0';
	if (fgets(line, size, f))
		line[strcspn(line, "\n")] = '\0';
	pclose(f);
}

/* zbarimg (Debian zbar-tools), where it is installed: half of the white around it is enough, too. */
static void a_reader_reads_it(void **state)
{
	struct grid *g = grid_new(60, 110);
	char dir[64], path[100], command[200], said[200];
	struct qr q;

	(void)state;
	assert_true(qr_make(&q, LINK));
	scratch_make(dir, sizeof dir);
	snprintf(path, sizeof path, "%s/code.png", dir);
	snprintf(command, sizeof command, "zbarimg -q --raw %s 2>/dev/null", path);
	run("command -v zbarimg", said, sizeof said);
	for (int quiet = QR_QUIET; *said && quiet > 0; quiet -= 2) {
		int modules = q.side + 2 * quiet;

		write_picture(g, qrview_draw(g, (struct rect){ 0, 0, (modules + 1) / 2, modules }, &q), path);
		run(command, said, sizeof said);
		assert_string_equal(said, LINK);
	}
	scratch_remove(dir);
	grid_free(g);
	if (!*said)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_of_drawing_has_the_same_modules),
		cmocka_unit_test(without_room_nothing_is_drawn),
		cmocka_unit_test_setup_teardown(a_contract_shows_its_link, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(only_while_it_can_be_signed, stage_begin, stage_end),
		cmocka_unit_test(a_reader_reads_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
