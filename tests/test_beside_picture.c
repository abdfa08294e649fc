/* The scan beside the review: from which width on, which one, for whom; and that the item does not wait for it. */
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "core/desk/reveal.h"
#include "sync/paycore/png.h"
#include "tests/check.h"
#include "tests/specimen.h"
#include "tests/stage.h"
#include "tui/picture/unpack.h"

enum { SIDE = 64, PATIENCE_MS = 20 * 1000, ROWS = 40, COLS = 120 };

static void take(struct stage *s, const struct item *it)
{
	struct err err;
	bool changed;

	assert_ok(desk_take_fact(s->shell.desk, it, false, &changed, &err), err);
}

/* Of one colour; the seed tells one file from another. */
static void put_scan(struct stage *s, const char *id, const char *type, uint32_t colour, bool kept)
{
	const uint32_t colours[PNG_COLOURS] = { colour };
	uint8_t pixels[SIDE * SIDE] = { 0 }, sum[32];
	AUTO(buf_release) struct buf png = BUF_INIT, hex = BUF_INIT;
	AUTO(item_release) struct item it;
	struct err err = { 0 };

	png_write(&png, pixels, SIDE, SIDE, colours);
	sha256(sum, png.data, png.len);
	buf_add_hex(&hex, sum, sizeof sum);
	specimen_begin(&it, "scan", id, "received");
	specimen_put(&it, "check_id", "K1");
	specimen_put(&it, "user_id", "U1");
	specimen_put(&it, "type", type);
	specimen_put(&it, "sha256", hex.data);
	take(s, &it);
	if (kept)
		assert_ok(blob_keep(s->shell.desk, hex.data, png.data, png.len, BLOBS_KEPT_BYTES, &err), err);
}

static void open_review(struct stage *s)
{
	AUTO(item_release) struct item check, other;

	specimen_check(&check, "K1", "U1", "submitted");
	item_set(&check, "due_at", value_int(s->house.clock));
	specimen_check(&other, "K2", "U2", "submitted");
	item_set(&other, "due_at", value_int(s->house.clock + 1));
	specimen_put(&other, "number", "11010119900307002X");
	take(s, &check);
	take(s, &other);
	put_scan(s, "S1", "identity_front", 0xc00000, true);
	put_scan(s, "S2", "identity_back", 0x0000c0, true);
	stage_open(s);
	stage_press(s, ":kyc<Enter><Enter>");
}

/* A pause, and until what is decoded has been. */
static bool shows(struct stage *s, int rows, int cols, const char *text)
{
	stage_shows(s, rows, cols, "");
	desktop_event(s->desktop, &(struct event){ .type = EVENT_TICK });
	while (desktop_picture_fd(s->desktop) >= 0) {
		struct pollfd fd = { .fd = desktop_picture_fd(s->desktop), .events = POLLIN };

		assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
		desktop_picture_step(s->desktop);
	}
	return stage_shows(s, rows, cols, text);
}

/* How many cells of the screen that was drawn last are of a picture in which this colour is the strongest. */
static int cells(struct stage *s, int shift)
{
	int n = 0;

	for (int row = 0; row < grid_rows(s->grid); row++)
		for (int col = 0; col < grid_cols(s->grid); col++) {
			const struct cell *c = grid_cell(s->grid, row, col);
			int32_t rgb = c->bg >= 0 && strcmp(c->text, "█") != 0 ? c->bg : c->fg;

			n += c->own && rgb > 0 && (rgb >> shift & 0xff) > 0x60;
		}
	return n;
}
#define RED 16
#define BLUE 0

static void it_stands_beside_from_120_columns(void **state)
{
	struct stage *s = *state;

	open_review(s);
	assert_true(stage_shows(s, ROWS, COLS, "On the")); /* at once, and the picture later */
	assert_int_equal(cells(s, RED), 0);
	assert_true(desktop_patience(s->desktop) < 100);
	assert_true(shows(s, ROWS, COLS, "Identity document, fr"));
	assert_true(shows(s, ROWS, COLS, "1/2"));
	assert_true(cells(s, RED) > 300);
	assert_true(desktop_patience(s->desktop) > 100); /* and is not looked for again */
	assert_true(shows(s, ROWS, COLS, "customer, document and"));
	assert_false(shows(s, 24, 80, "1/2"));           /* no room: v is as ever */
	assert_int_equal(cells(s, RED), 0);
	assert_true(shows(s, 24, 80, "v look at its pictures"));
	assert_false(shows(s, ROWS, 117, "1/2"));
	assert_true(shows(s, ROWS, COLS, "1/2"));
	stage_press(s, "<Tab>"); /* the other panes have the width */
	assert_false(shows(s, ROWS, COLS, "1/2"));
	stage_press(s, "<Shift-Tab>");
	assert_true(shows(s, ROWS, COLS, "1/2"));
	stage_press(s, "<Esc>");
	assert_false(shows(s, ROWS, COLS, "1/2"));
	assert_int_equal(cells(s, RED), 0);
}

static void another_one_with_a_key(void **state)
{
	struct stage *s = *state;

	open_review(s);
	assert_true(shows(s, ROWS, COLS, "1/2"));
	desktop_event(s->desktop, &(struct event){ .type = EVENT_KEY, .key = '>' });
	assert_true(shows(s, ROWS, COLS, "2/2"));
	assert_true(cells(s, BLUE) > 300 && cells(s, RED) == 0);
	stage_press(s, "v"); /* the same one, whole */
	assert_true(shows(s, ROWS, COLS, "100%  2/2"));
	stage_press(s, "n");
	assert_true(shows(s, ROWS, COLS, "100%  1/2"));
	stage_press(s, "<Esc>"); /* and the one that was looked at last stays beside */
	assert_true(shows(s, ROWS, COLS, "1/2") && cells(s, RED) > 300);
	stage_point(s, MOUSE_DOUBLE, "Identity document", 1, 1);
	assert_true(shows(s, ROWS, COLS, "100%  1/2"));
	stage_press(s, "<Esc>");
	/* the next item has pictures of its own: none */
	stage_press(s, "<Esc>j<Enter>");
	assert_false(stage_shows(s, ROWS, COLS, "1/2"));
	assert_int_equal(cells(s, RED), 0);
	assert_true(shows(s, ROWS, COLS, "there is no picture here"));
	desktop_event(s->desktop, &(struct event){ .type = EVENT_KEY, .key = '>' });
	assert_true(shows(s, ROWS, COLS, "no picture stands beside this"));
	put_scan(s, "S3", "face", 0x00c000, true); /* of the first one: nothing changes here */
	assert_true(shows(s, ROWS, COLS, "there is no picture here"));
}

/* Fetched as v has it, without a key. */
static void it_is_fetched_from_the_core(void **state)
{
	struct sync_status live = { .state = SYNC_LIVE };
	struct stage *s = *state;
	const char *want;

	open_review(s);
	put_scan(s, "S0", "identity_front", 0x00c000, false);
	stage_refresh(s);
	assert_true(shows(s, ROWS, COLS, "Fetching the file"));
	want = desktop_wanted(s->desktop);
	assert_non_null(want);
	assert_null(desktop_wanted(s->desktop)); /* once */
	snprintf(live.fetch.sha256, sizeof live.fetch.sha256, "%s", want);
	put_scan(s, "S0", "identity_front", 0x00c000, true); /* as the follower does */
	live.fetch.state = FETCH_DONE;
	desktop_refresh(s->desktop, &live);
	assert_true(shows(s, ROWS, COLS, "1/3"));
	assert_true(cells(s, 8) > 300);
}

/* Whoever is below its class sees why, and not the picture. */
static void above_the_clearance_it_is_not_shown(void **state)
{
	struct stage *s = *state;

	open_review(s);
	stage_become(s, "qin", "auditor");
	stage_open(s);
	stage_press(s, ":kyc<Enter>");
	stage_press(s, "/<Ctrl-U>sort:due_at<Enter><Enter>");
	assert_true(shows(s, ROWS, COLS, "this picture is above"));
	assert_true(shows(s, ROWS, COLS, "1/2"));
	assert_int_equal(cells(s, RED), 0);
	assert_null(desktop_wanted(s->desktop));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_stands_beside_from_120_columns, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(another_one_with_a_key, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(it_is_fetched_from_the_core, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(above_the_clearance_it_is_not_shown, stage_begin, stage_end),
	};

	if (argc > 1 && !strcmp(argv[1], UNPACK_WORD))
		return unpack_main();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
