/* The tour: offered once, done with the real keys, and nothing is decided on it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/specimen.h"
#include "tests/stage.h"
#include "tui/tour.h"
#include "tui/words.h"

static bool shows(struct stage *s, const char *text)
{
	return stage_shows(s, 24, 80, text);
}

static bool asks(struct stage *s)
{
	return shows(s, "Are you new here?");
}

static bool at_step(struct stage *s, int step)
{
	char title[40];

	snprintf(title, sizeof title, "Tour %d/%zu", step, tour_steps());
	return shows(s, title);
}

static void waiting(struct stage *s, bool want)
{
	struct held held;
	struct err err = { 0 };

	assert_ok(desk_held(s->shell.desk, &held, &err), err);
	assert_true((*held.mine != '\0') == want);
}

static void tick(struct stage *s, int64_t ms)
{
	s->house.clock += ms;
	desktop_event(s->desktop, &(struct event){ .type = EVENT_TICK });
}

static void test_offered_once(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	assert_false(asks(s));
	desktop_offer_tour(s->desktop);
	assert_true(asks(s));
	assert_true(shows(s, "? help")); /* nothing of the screen is hidden by it */
	stage_press(s, "j");
	assert_false(asks(s));
	assert_false(at_step(s, 1));
	tick(s, 1000);
	stage_open(s);
	desktop_offer_tour(s->desktop);
	assert_false(asks(s));
	stage_become(s, "zhou", "reviewer"); /* each operator is asked */
	desktop_offer_tour(s->desktop);
	assert_true(asks(s));
	stage_press(s, "<Enter>");
	assert_true(at_step(s, 1));
}

/* The key that declines does what it always does. */
static void test_declined_by_any_key(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	desktop_offer_tour(s->desktop);
	stage_press(s, "?");
	assert_false(asks(s));
	assert_true(shows(s, "Esc closes"));
	assert_true(stage_shows(s, 100, 100, "a two-minute tour")); /* the help names its key */
}

static const struct { const char *keys; int step; } way[] = {
	{ "z", 1 }, { "j", 2 }, { "<Enter>", 3 }, { "j", 3 }, { "<Tab>", 4 }, { "<Esc>", 5 }, { "/after:7d", 5 }, { "<Enter>", 6 },
	{ "<Esc>", 7 }, { "x", 7 }, { "n", 8 }, { "n", 8 }, { "u", 9 }, { ":", 9 }, { "tour", 9 }, { "<Esc>", 10 }, { "?", 10 }, { "<Esc>", 11 },
	{ "T", 12 }, { "Z", 13 }, { ":outbox<Enter>", 14 }, { "-", 15 }, { "j", 0 },
};

static void walk(struct stage *s)
{
	stage_open(s);
	stage_press(s, "<F2>");
	for (size_t i = 0; i < COUNT(way); i++) {
		AUTO(buf_release) struct buf title = BUF_INIT, screen = BUF_INIT;

		stage_press(s, way[i].keys);
		stage_draw(s, 24, 80, &screen);
		buf_addf(&title, strcmp(words_lang(), "en") == 0 ? "Tour %d/" : "导览 %d/", way[i].step);
		if (way[i].step && !strstr(screen.data, title.data))
			fail_msg("%s: not at step %d:\n%s", way[i].keys, way[i].step, screen.data + screen.len / 2);
		waiting(s, way[i].step == 8);
	}
	assert_false(at_step(s, (int)tour_steps()));
}

static void test_all_of_it(void **state)
{
	walk(*state);
	words_open("zh_CN");
	walk(*state);
	words_open("en");
}

/* Whoever leaves while the claim is held leaves it to the next. */
static void test_leaving_takes_back(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	stage_press(s, "<F2>j<Enter><Tab><Esc>/after:7d<Enter><Esc>n");
	waiting(s, true);
	stage_press(s, "<Esc>");
	assert_true(at_step(s, 8)); /* out of the item */
	stage_press(s, "<Esc>");
	waiting(s, false);
	assert_false(shows(s, "Tour "));
	stage_press(s, "<F2>j<Enter><Tab><Esc>/after:7d<Enter><Esc>n");
	waiting(s, true);
	desktop_free(s->desktop); /* locked, or left */
	s->desktop = NULL;
	waiting(s, false);
}

static void test_the_minute_ends(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	stage_press(s, "<F2>j<Enter><Tab><Esc>/after:7d<Enter><Esc>n");
	tick(s, 50 * 1000);
	waiting(s, true);
	assert_true(at_step(s, 8));
	tick(s, 5500);
	waiting(s, false);
	assert_true(at_step(s, 9));
}

static void test_nothing_is_decided(void **state)
{
	struct stage *s = *state;

	stage_open(s);
	stage_press(s, "n");
	stage_press(s, "<F2>/<Ctrl-U>is:mine<Enter>x");
	assert_true(shows(s, "nothing is decided on the tour"));
	stage_press(s, "<Esc><Esc>"); /* the filter, the tour */
	assert_false(shows(s, "Tour "));
	stage_press(s, "/<Ctrl-U>is:mine<Enter>x");
	assert_false(shows(s, "nothing is decided on the tour"));
}

/* Steps that this operator or this desk has nothing for are passed over. */
static void test_what_makes_no_sense_is_left_out(void **state)
{
	struct stage *s = *state;

	stage_become(s, "qian", "auditor");
	stage_press(s, "<F2>j<Enter><Tab><Esc>/after:7d<Enter>");
	assert_true(at_step(s, 6));
	stage_press(s, "<Esc>");
	assert_true(at_step(s, 9)); /* may not claim */
}

/* Each key that a text speaks of is one; and each text fits a small screen. */
static void test_texts(void **state)
{
	static const char *const langs[] = { "en", "zh_CN" };

	(void)state;
	for (size_t l = 0; l < COUNT(langs); l++) {
		words_open(langs[l]);
		for (size_t i = 0; i <= tour_steps(); i++) {
			const char *text = i < tour_steps() ? tour_text(i) : tour_offer;
			AUTO(buf_release) struct buf words = BUF_INIT;

			tour_words(&words, NULL, _(text));
			if (strchr(words.data, '{') || strlen(words.data) == 0)
				fail_msg("%s", words.data);
			assert_true(grid_wrap(NULL, (struct rect){ 0, 0, 0, 76 }, 0, ROLE_TEXT, words.data) <= 4);
		}
	}
	words_open("en");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_offered_once, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_declined_by_any_key, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_all_of_it, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_leaving_takes_back, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_the_minute_ends, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_nothing_is_decided, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_what_makes_no_sense_is_left_out, stage_begin, stage_end),
		cmocka_unit_test(test_texts),
	};

	words_open("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
