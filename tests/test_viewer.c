/* Pictures in the main window: drawn in cells, zoomed and panned, as far as somebody's clearance goes, from what is kept here or with one line
 * that says what is missing. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/desk/reveal.h"
#include "sync/paycore/png.h"
#include "tests/check.h"
#include "tests/stage.h"
#include "tui/picture/sketch.h"
#include "tui/picture/unpack.h"
#include "tui/picture/viewer.h"
#include "tui/words.h"

enum { PATIENCE_MS = 20 * 1000, SIDE = 64 };
#define FIRST "M000015" /* of the queue */

/* Left half white, right half black. */
static void halves(struct buf *png)
{
	static const uint32_t colours[PNG_COLOURS] = { 0xffffff, 0x000000 };
	uint8_t pixels[SIDE * SIDE];

	for (int i = 0; i < SIDE * SIDE; i++)
		pixels[i] = i % SIDE >= SIDE / 2;
	png_write(png, pixels, SIDE, SIDE, colours);
}

static void put_document(struct stage *s, const char *id, const char *type, const void *data, size_t n, bool kept)
{
	AUTO(buf_release) struct buf hex = BUF_INIT;
	AUTO(item_release) struct item it;
	struct err err = { 0 };
	uint8_t sum[32];
	bool changed;

	sha256(sum, data, n);
	buf_add_hex(&hex, sum, sizeof sum);
	item_init(&it, record_find("document"));
	item_set(&it, "id", value_text(id));
	item_set(&it, "state", value_text("received"));
	item_set(&it, "version", value_int(1));
	item_set(&it, "updated_at", value_int(s->house.clock));
	item_set(&it, "merchant_id", value_text(FIRST));
	item_set(&it, "type", value_text(type));
	item_set(&it, "file_name", value_text("SPECIMEN.png"));
	item_set(&it, "sha256", value_text(hex.data));
	assert_ok(desk_take_fact(s->shell.desk, &it, false, &changed, &err), err);
	if (kept)
		assert_ok(blob_keep(s->shell.desk, hex.data, data, n, BLOBS_KEPT_BYTES, &err), err);
}

/* A shop front, an identity card and a PDF that are kept here, and one document that is not. */
static void put_documents(struct stage *s)
{
	AUTO(buf_release) struct buf png = BUF_INIT;

	halves(&png);
	put_document(s, "D1", "shop_front", png.data, png.len, true);
	buf_adds(&png, " "); /* another file; what lies behind its end is nobody's */
	put_document(s, "D2", "legal_rep_identity", png.data, png.len, true);
	put_document(s, "D3", "shop_inside", "%PDF-1.7 SPECIMEN", 17, true);
	put_document(s, "D4", "shop_inside", "nowhere", 7, false);
	put_document(s, "D5", "shop_front", png.data, 60, true);
}

static void settle(struct stage *s)
{
	while (desktop_picture_fd(s->desktop) >= 0) {
		struct pollfd fd = { .fd = desktop_picture_fd(s->desktop), .events = POLLIN };

		assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
		desktop_picture_step(s->desktop);
	}
}

static bool shows(struct stage *s, const char *text)
{
	settle(s);
	return stage_shows(s, 24, 80, text);
}

static void refresh(struct stage *s, const struct sync_status *status)
{
	desktop_refresh(s->desktop, status);
}

static void test_drawn(void **state)
{
	struct stage *s = *state;
	const struct cell *left, *right;

	put_documents(s);
	stage_open(s);
	stage_press(s, "v");
	assert_true(shows(s, "Shop front  Received  SPECIMEN.png"));
	assert_true(shows(s, "64x64  100%  1/5"));
	/* 20 rows and 80 columns have room for 40 columns of it, in the middle */
	left = grid_cell(s->grid, 10, 30);
	right = grid_cell(s->grid, 10, 50);
	assert_true(left->own && right->own);
	assert_true(left->bg == 0xffffff || (left->fg == 0xffffff && !strcmp(left->text, "█")));
	assert_true(right->bg == 0x000000 || (right->fg == 0x000000 && !strcmp(right->text, "█")));
	assert_false(grid_cell(s->grid, 10, 19)->own || grid_cell(s->grid, 10, 60)->own);
	assert_true(grid_cell(s->grid, 2, 20)->own && grid_cell(s->grid, 21, 59)->own);
	assert_false(stage_shows(s, 3, 10, "Received")); /* no room: nothing breaks */
	assert_false(stage_shows(s, 1, 1, "Received"));
	assert_true(stage_shows(s, 100, 300, "100%"));
	stage_press(s, "<Esc>");
	assert_true(shows(s, "is:open"));
}

static void test_zoom_and_pan(void **state)
{
	struct stage *s = *state;

	put_documents(s);
	stage_open(s);
	stage_press(s, "v");
	assert_true(shows(s, "100%"));
	stage_press(s, "+++++");
	assert_true(shows(s, "600%"));
	stage_press(s, "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh"); /* to its left end, and no further: all white */
	shows(s, "");
	for (int col = 0; col < 80; col += 13)
		assert_true(grid_cell(s->grid, 10, col)->own && (grid_cell(s->grid, 10, col)->bg == 0xffffff || !strcmp(grid_cell(s->grid, 10, col)->text, "█")));
	stage_press(s, "llllllllllllllllllllllllllllllllllllll");
	shows(s, "");
	for (int col = 0; col < 80; col += 13)
		assert_true(grid_cell(s->grid, 10, col)->bg == 0 || grid_cell(s->grid, 10, col)->fg == 0);
	stage_press(s, "-");
	assert_true(shows(s, "400%"));
	stage_press(s, "0");
	assert_true(shows(s, "100%"));
	stage_press(s, "------------------");
	assert_true(shows(s, "100%"));
	stage_press(s, "+++++++++++++++++++jjjjjjjjjjjjjjjjj");
	assert_true(shows(s, "1600%"));
}

static void test_wheel(void **state)
{
	struct stage *s = *state;

	put_documents(s);
	stage_open(s);
	stage_press(s, "v");
	assert_true(shows(s, "100%"));
	stage_point(s, MOUSE_WHEEL_UP, "64x64", 1, 1);
	assert_true(shows(s, "150%"));
	stage_point(s, MOUSE_WHEEL_DOWN, "64x64", 1, 1);
	assert_true(shows(s, "100%"));
	stage_point(s, MOUSE_PRESS, "64x64", 1, 1);
	assert_true(shows(s, "100%"));
}

/* A record that has a picture itself, as on a desk of documents. */
static bool is_dark(struct stage *s, int row, int col)
{
	const struct cell *c = grid_cell(s->grid, row, col);

	return c->own && (c->bg == 0x000000 || (c->fg == 0x000000 && !strcmp(c->text, "█")));
}

static void test_turned(void **state)
{
	struct stage *s = *state;

	put_documents(s);
	stage_open(s);
	stage_press(s, "v");
	assert_true(shows(s, "100%"));
	assert_true(is_dark(s, 4, 50) && is_dark(s, 20, 50) && !is_dark(s, 4, 30) && !is_dark(s, 20, 30));
	stage_press(s, "R"); /* what was to the right is below */
	assert_true(shows(s, "100%"));
	assert_true(is_dark(s, 20, 30) && is_dark(s, 20, 50) && !is_dark(s, 4, 30) && !is_dark(s, 4, 50));
	stage_press(s, "RRR");
	assert_true(shows(s, "100%"));
	assert_true(is_dark(s, 4, 50) && is_dark(s, 20, 50) && !is_dark(s, 4, 30) && !is_dark(s, 20, 30));
	stage_press(s, "RnnR"); /* nothing to turn there */
	assert_true(shows(s, "not a picture"));
}

static void test_of_itself(void **state)
{
	struct stage *s = *state;
	AUTO(item_release) struct item it = { 0 };
	struct err err = { 0 };
	struct viewer *v;

	put_documents(s);
	assert_ok(desk_load(s->shell.desk, "document", "D2", &it, &err), err);
	assert_ok(viewer_new(&v, s->shell.desk, &it, &err), err);
	assert_string_equal(item_id(viewer_item(v)), "D2");
	assert_true(viewer_request(v, REQ_NEXT_PICTURE));
	assert_string_equal(item_id(viewer_item(v)), "D2"); /* the only one */
	viewer_free(v);
	viewer_free(NULL);
}

static void test_colours(void **state)
{
	static const uint8_t rgb[] = { 255, 255, 255, 0, 0, 0, 200, 40, 45, 200, 40, 45 };
	const struct pixels p = { PIXELS_PICTURE, 2, 2, 2, 2, rgb };
	static const struct { int colours; bool ascii; } ways[] = { { 256, false }, { 16, false }, { 8, false }, { 0, false }, { 0, true }, { 256, true } };
	struct sketch sk = SKETCH_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(ways); i++) {
		sketch_draw(&sk, &p, (struct rect){ 0, 0, 2, 2 }, 8, 4, ways[i].colours, ways[i].ascii);
		assert_int_equal(sk.cols, 8);
		assert_int_equal(sk.rows, 4);
		for (int c = 0; c < 8 * 4; c++) {
			const struct sketch_cell *cell = &sk.cell[c];

			assert_int_equal(grid_width(cell->text), 1);
			assert_true(!ways[i].ascii || (unsigned char)cell->text[0] < 0x7f);
			if (ways[i].colours)
				assert_true(theme_palette(theme_nearest(cell->fg < 0 ? 0 : cell->fg, ways[i].colours)) == (cell->fg < 0 ? 0 : cell->fg));
			else
				assert_true(cell->fg < 0 && cell->bg < 0);
		}
		if (!ways[i].colours) /* light is ink, dark is none */
			assert_true(strcmp(sk.cell[0].text, " ") != 0 && !strcmp(sk.cell[7].text, " "));
	}
	sketch_draw(&sk, &p, (struct rect){ 0, 0, 2, 2 }, 0, 4, 256, false);
	assert_null(sk.cell);
	sketch_draw(&sk, &p, (struct rect){ 5, 5, 2, 2 }, 4, 4, 256, false); /* nothing of the picture */
	assert_null(sk.cell);
	sketch_release(&sk);
}

static void test_next_and_what_cannot_be_drawn(void **state)
{
	struct sync_status offline = { .state = SYNC_OFFLINE }, live = { .state = SYNC_LIVE }, alone = { .state = SYNC_NOT_ENROLLED };
	struct stage *s = *state;
	const char *want;

	put_documents(s);
	stage_open(s);
	stage_press(s, "v");
	stage_press(s, "nn");
	assert_true(shows(s, "PDF: not a picture that is drawn here · V opens the file in another program"));
	stage_press(s, "n");
	assert_true(shows(s, "Fetching the file"));
	want = desktop_wanted(s->desktop);
	assert_non_null(want);
	assert_null(desktop_wanted(s->desktop)); /* once */
	snprintf(live.fetch.sha256, sizeof live.fetch.sha256, "%s", want);
	live.fetch.state = FETCH_RUNNING;
	refresh(s, &live);
	assert_true(shows(s, "Fetching the file"));
	offline.fetch = live.fetch;
	offline.fetch.state = FETCH_FAILED;
	fail_in(&offline.fetch.err, "SPECIMEN");
	snprintf(offline.fetch.err.msg, sizeof offline.fetch.err.msg, "no line to the core");
	refresh(s, &offline);
	assert_true(shows(s, "the file is not kept here, and cannot be fetched: no line to the core"));
	stage_press(s, "pn"); /* looks again */
	refresh(s, &alone);
	assert_true(shows(s, "enrolled with no payment core"));
	stage_press(s, "n");
	assert_true(shows(s, "this picture is damaged, or not all of it is there · V opens"));
	stage_press(s, "n");
	assert_true(shows(s, "1/5"));
	stage_press(s, "p");
	assert_true(shows(s, "5/5"));
}

static void test_fetched(void **state)
{
	struct sync_status live = { .state = SYNC_LIVE };
	struct stage *s = *state;
	AUTO(buf_release) struct buf png = BUF_INIT;
	struct err err = { 0 };
	const char *want;

	halves(&png);
	put_document(s, "D1", "shop_front", png.data, png.len, false);
	stage_open(s);
	stage_press(s, "v");
	want = desktop_wanted(s->desktop);
	snprintf(live.fetch.sha256, sizeof live.fetch.sha256, "%s", want);
	assert_ok(blob_keep(s->shell.desk, live.fetch.sha256, png.data, png.len, BLOBS_KEPT_BYTES, &err), err); /* as the follower does */
	live.fetch.state = FETCH_DONE;
	refresh(s, &live);
	assert_true(shows(s, "64x64"));
	put_document(s, "D9", "shop_front", "%PDF-", 5, true); /* the store changes under it: the picture stays */
	refresh(s, &live);
	assert_true(shows(s, "64x64  100%  1/2"));
}

static void test_nothing_to_show(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	stage_press(s, "v");
	assert_true(stage_shows(s, 24, 80, "there is no picture here"));
	assert_true(stage_shows(s, 24, 80, "is:open"));
}

/* ---- who may see it ---- */
static void test_clearance(void **state)
{
	static const struct { const char *name, *roles; bool sees, asks; } people[] = {
		{ "mei", "support", false, false }, { "tao", "finance", false, true }, { "qin", "auditor", false, false }, { "wen", "compliance", true, false },
	};
	struct stage *s = *state;

	put_documents(s);
	for (size_t i = 0; i < COUNT(people); i++) {
		AUTO(buf_release) struct buf body = BUF_INIT;

		stage_become(s, people[i].name, people[i].roles);
		stage_open(s);
		stage_press(s, "/<Ctrl-U>M000015<Enter>");
		stage_press(s, "v");
		assert_true(shows(s, "64x64  100%  1/5")); /* what a shop looks like from the street is no secret */
		stage_press(s, "n");
		assert_int_equal(shows(s, "64x64  100%  2/5"), people[i].sees);
		assert_int_equal(shows(s, "above the clearance"), !people[i].sees);
		stage_press(s, "r");
		assert_int_equal(shows(s, "For what purpose?"), people[i].asks);
		if (!people[i].asks)
			continue;
		stage_press(s, "<Enter>");
		assert_true(shows(s, "For what purpose?")); /* one is needed */
		stage_press(s, "SPECIMEN<Enter>");
		assert_true(shows(s, "64x64  100%  2/5"));
		assert_true(shows(s, "unmasked for 60 s"));
		assert_true(stage_journaled(s, "reveal", &body));
		assert_non_null(strstr(body.data, "\"picture\":\""));
		assert_non_null(strstr(body.data, "\"purpose\":\"SPECIMEN\""));
		stage_press(s, "pn"); /* whoever leaves it leaves it masked */
		assert_true(shows(s, "above the clearance"));
		stage_press(s, "rSPECIMEN<Enter>");
		assert_true(shows(s, "64x64"));
		s->house.clock += REVEAL_MS;
		assert_true(shows(s, "above the clearance"));
		assert_false(shows(s, "64x64"));
	}
}

static void test_picture_of_the_screen_is_masked(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf path = BUF_INIT, keys = BUF_INIT;
	struct theme theme;
	struct err err = { 0 };

	put_documents(s);
	stage_become(s, "tao", "finance");
	stage_open(s);
	stage_press(s, "/<Ctrl-U>M000015<Enter>");
	stage_press(s, "vnrSPECIMEN<Enter>");
	assert_true(shows(s, "64x64"));
	buf_addf(&path, "%s/p.svg", s->house.dir);
	buf_addf(&keys, "P<Ctrl-U>%s<Enter>", path.data);
	assert_int_equal(stage_press(s, keys.data), WISH_PICTURE);
	assert_ok(theme_load_builtin(&theme, "dark", &err), err);
	desktop_picture(s->desktop, s->grid, &theme);
	assert_false(shows(s, "64x64"));
}

int main(int argc, char **argv)
{
#define STAGED(test) cmocka_unit_test_setup_teardown(test, stage_begin, stage_end)
	static const struct CMUnitTest tests[] = {
		STAGED(test_drawn), STAGED(test_zoom_and_pan), STAGED(test_wheel), STAGED(test_turned), STAGED(test_of_itself), cmocka_unit_test(test_colours), STAGED(test_next_and_what_cannot_be_drawn),
		STAGED(test_fetched), STAGED(test_nothing_to_show), STAGED(test_clearance), STAGED(test_picture_of_the_screen_is_masked),
	};

	if (argc == 2 && strcmp(argv[1], UNPACK_WORD) == 0) /* the desktop starts this program for that, as it does the console */
		return unpack_main();
	signal(SIGPIPE, SIG_IGN);
	setenv("PAYDESK_LANG", "en", 1);
	words_open(NULL);
	return cmocka_run_group_tests_name("viewer", tests, NULL, NULL);
}
