/* The Metrics desk: what it shows is what is counted, a number leads to its records and back, and no key waits for it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/specimen.h"
#include "tests/stage.h"
#include "tui/metrics/metricview.h"
#include "tui/words.h"

#define HOUR INT64_C(3600000)

static bool shows(struct stage *s, const char *text)
{
	return stage_shows(s, 24, 100, text);
}

static void put(struct stage *s, struct item *it)
{
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };
	bool changed;

	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	assert_ok(desk_take_fact(s->shell.desk, it, false, &changed, &err), err);
	assert_ok(tx_commit(&tx, &err), err);
	item_release(it);
}

static void put_check(struct stage *s, int n, const char *state, int64_t decided)
{
	struct item it;
	char id[16];

	snprintf(id, sizeof id, "K%06d", n);
	specimen_check(&it, id, "U1", state);
	item_set(&it, "decided_at", value_int(decided));
	put(s, &it);
}

/* Eight checks that were decided a week before the clock, seven of them approved. */
static void put_checks(struct stage *s)
{
	for (int n = 0; n < 8; n++)
		put_check(s, n, n == 3 ? "rejected" : "approved", s->house.clock - 7 * 24 * HOUR);
}

static void place_is(struct stage *s, const char *kind, const char *filter, const char *id)
{
	struct place at;

	desktop_place(s->desktop, &at);
	assert_string_equal(at.kind, kind);
	assert_string_equal(at.filter, filter);
	assert_string_equal(at.id, id);
}

static void test_a_number_leads_to_its_records(void **state)
{
	struct stage *s = *state;
	struct period week;
	AUTO(buf_release) struct buf counted = BUF_INIT, among = BUF_INIT;

	put_checks(s);
	periods_last(BY_WEEK, s->house.clock - 7 * 24 * HOUR, &week, 1);
	metric_filter(&counted, metric_find("real_name_pass_rate"), &week, METRIC_COUNTED);
	metric_filter(&among, metric_find("real_name_pass_rate"), &week, METRIC_AMONG);
	stage_open(s);
	stage_press(s, ":metrics<Enter>");
	place_is(s, "metrics", "", "");
	assert_true(shows(s, "87.50%"));
	stage_press(s, "j<Enter>");
	place_is(s, "metrics", "", "real_name_pass_rate");
	assert_true(shows(s, "approved 7 / decided 8"));
	assert_true(shows(s, "7 / 8"));
	stage_press(s, "<Enter>");
	assert_true(shows(s, "The records behind which number?"));
	stage_press(s, "<Enter>");
	place_is(s, "identity_check", counted.data, "");
	assert_true(shows(s, "KYC reviews  7"));
	stage_press(s, "-");
	place_is(s, "metrics", "", "real_name_pass_rate");
	stage_press(s, "<Enter>j<Enter>");
	place_is(s, "identity_check", among.data, "");
	assert_true(shows(s, "KYC reviews  8"));
	stage_press(s, "--");
	place_is(s, "metrics", "", "");
	stage_press(s, "<Esc>"); /* out of the table to the desks */
	assert_true(shows(s, "87.50%"));
}

static void test_a_count_leads_there_at_once(void **state)
{
	struct stage *s = *state;
	struct place at;

	stage_open(s);
	stage_press(s, ":metrics<Enter><Enter>>");
	assert_true(shows(s, "so far"));
	stage_press(s, "<Enter>");
	desktop_place(s->desktop, &at);
	assert_string_equal(at.kind, "user");
	assert_int_equal(strncmp(at.filter, "registered_at>=", 15), 0);
}

static void test_periods(void **state)
{
	struct stage *s = *state;

	put_checks(s);
	stage_open(s);
	stage_press(s, ":metrics<Enter>j");
	assert_true(shows(s, "by week"));
	stage_press(s, "m>");
	assert_true(shows(s, "by month"));
	assert_true(shows(s, "87.50%")); /* the clock stands in the same month */
	stage_press(s, "d");
	assert_true(shows(s, "by day"));
	assert_false(shows(s, "87.50%"));
	stage_press(s, "<<<<<<"); /* yesterday was looked at; a week ago is six more */
	assert_true(shows(s, "87.50%"));
	stage_press(s, "<Enter>");
	assert_true(shows(s, "approved 7 / decided 8"));
	stage_press(s, "g");
	assert_true(shows(s, "so far"));
	stage_press(s, "G");
	assert_true(shows(s, "approved 0 / decided 0"));
}

static void test_targets_have_a_sign(void **state)
{
	struct stage *s = *state;

	put_checks(s);
	stage_open(s);
	stage_press(s, ":metrics<Enter>j");
	assert_true(shows(s, "87.50% ✓"));
	assert_true(shows(s, "target: at least 85.00 % (house)"));
	for (int n = 8; n < 12; n++)
		put_check(s, n, "rejected", s->house.clock - 7 * 24 * HOUR);
	stage_refresh(s); /* new data: the number follows by itself */
	assert_true(shows(s, "58.33% ✗"));
	stage_press(s, ">"); /* what runs is not judged */
	assert_false(shows(s, "✓"));
	assert_false(shows(s, "✗"));
}

static void test_the_worker_counts(void **state)
{
	struct stage *s = *state;

	put_checks(s);
	stage_impatient(s);
	stage_settle(s);
	stage_press(s, ":metrics<Enter>");
	stage_settle(s);
	assert_true(shows(s, "87.50%"));
	put_check(s, 8, "rejected", s->house.clock - 7 * 24 * HOUR);
	stage_settle(s);
	assert_true(shows(s, "77.78%"));
	stage_press(s, "m<Esc>"); /* before what was counted could be taken */
	assert_true(shows(s, "stopped"));
	stage_settle(s);
	assert_true(shows(s, "by month"));
	assert_false(shows(s, "77.78%"));
	stage_press(s, "m");
	stage_settle(s);
	stage_press(s, ">");
	assert_true(shows(s, "77.78%"));
	stage_press(s, "wj<Enter><Enter>");
	assert_true(shows(s, "still being counted"));
	stage_settle(s);
	assert_true(shows(s, "approved 7 / decided 9"));
	stage_press(s, "1");
	stage_settle(s);
	place_is(s, "merchant", "is:open", "");
}

static void test_roles(void **state)
{
	struct stage *s = *state;

	put_checks(s);
	stage_become(s, "feng", "finance");
	stage_press(s, ":metrics<Enter>j");
	assert_true(shows(s, "87.50%")); /* how many, though not who */
	stage_press(s, "<Enter><Enter><Enter>");
	assert_true(shows(s, "may not see records of kind identity_check"));
	stage_press(s, "<Esc>");
	place_is(s, "metrics", "", "real_name_pass_rate");
	stage_become(s, "su", "support");
	assert_false(shows(s, "Metrics"));
	stage_press(s, ":metrics");
	assert_false(shows(s, "Metrics"));
}

static void test_the_mouse(void **state)
{
	struct stage *s = *state;

	put_checks(s);
	stage_open(s);
	stage_press(s, ":metrics<Enter>");
	assert_true(shows(s, "87.50%"));
	stage_point(s, MOUSE_PRESS, "Real-name pass rate", 1, 2);
	assert_true(shows(s, "approved 7 / decided 8"));
	stage_point(s, MOUSE_DOUBLE, "Real-name pass rate", 1, 2);
	place_is(s, "metrics", "", "real_name_pass_rate");
	assert_true(shows(s, "7 / 8"));
	stage_point(s, MOUSE_WHEEL_DOWN, "7 / 8", 1, 1);
	assert_true(shows(s, "approved 0 / decided 0"));
	stage_point(s, MOUSE_DOUBLE, "7 / 8", 1, 1);
	assert_true(shows(s, "The records behind which number?"));
}

/* It stays within its box at any size, in ASCII too, with and without figures. */
static void test_every_size(void **state)
{
	static const struct { int rows, cols; } sizes[] = { { 1, 1 }, { 3, 10 }, { 8, 40 }, { 10, 40 }, { 24, 80 }, { 40, 120 }, { 100, 300 }, { 30, 61 } };
	struct stage *s = *state;

	put_checks(s);
	stage_open(s);
	stage_press(s, ":metrics<Enter>");
	for (int turn = 0; turn < 4; turn++) {
		for (size_t i = 0; i < COUNT(sizes); i++) {
			AUTO(buf_release) struct buf text = BUF_INIT;

			stage_draw(s, sizes[i].rows, sizes[i].cols, &text);
			grid_set_ascii(s->grid, true);
			stage_draw(s, sizes[i].rows, sizes[i].cols, &text);
			for (size_t k = 0; k < text.len; k++)
				assert_true((unsigned char)text.data[k] < 0x80 || strstr(text.data, "·"));
			grid_set_ascii(s->grid, false);
		}
		stage_press(s, turn == 0 ? "<Enter>" : turn == 1 ? "<Esc>G" : "<Enter>");
	}
}

/* The font of the Linux console knows no eighths of a block. */
static void test_a_console_font_has_halves(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;

	stage_open(s);
	stage_press(s, ":metrics<Enter>");
	stage_draw(s, 24, 80, &text);
	assert_non_null(strstr(text.data, "▁"));
	grid_set_halves(s->grid, true);
	stage_draw(s, 24, 80, &text);
	for (const char *c = "▁▂▃▅▆▇"; *c; c += 3) {
		char one[4] = { c[0], c[1], c[2], '\0' };

		assert_null(strstr(text.data, one));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_number_leads_to_its_records, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_a_count_leads_there_at_once, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_periods, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_targets_have_a_sign, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_the_worker_counts, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_roles, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_the_mouse, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_every_size, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_a_console_font_has_halves, stage_begin, stage_end),
	};

	words_open("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
