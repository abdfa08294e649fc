/* Reveal: nothing is shown before the journal has it, no more than the roles allow, of one record only, and not a moment longer. */
#include <stdlib.h>
#include <string.h>

#include "core/desk/reveal.h"
#include "tests/check.h"
#include "tests/stage.h"
#include "tui/words.h"

#define CODE "91310000MA1FL00144" /* of M000015, first in the queue */
#define NUMBER "110101198001010141"
#define CARD "6222020000000000141"

static void roles_bound_it(void **state)
{
	static const struct { const char *name, *roles; enum code want; bool code, number; } people[] = {
		{ "mei", "support", E_OK, true, false },
		{ "tao", "finance", E_OK, true, true },
		{ "qin", "auditor", E_DENIED, true, false },
		{ "gao", "support,auditor", E_DENIED, true, false },
		{ "wen", "compliance", E_STATE, true, true },
	};
	struct stage *s = *state;

	for (size_t i = 0; i < COUNT(people); i++) {
		AUTO(item_release) struct item it = { 0 };
		AUTO(buf_release) struct buf text = BUF_INIT;
		struct grant grant = { 0 };
		struct show how, own;
		struct err err = { 0 };

		stage_become(s, people[i].name, people[i].roles);
		assert_ok(desk_load(s->shell.desk, "merchant", "M000015", &it, &err), err);
		assert_int_equal(reveal_take(s->shell.desk, &it, "SPECIMEN", &grant, &err), people[i].want);
		assert_int_equal(stage_journaled(s, "reveal", &text), i > 0 || people[i].want == E_OK);
		desk_show(s->shell.desk, &how, NULL);
		own = grant_show(&grant, &it, &how, s->house.clock);
		buf_clear(&text);
		for (size_t f = 0; f < it.rec->nfields; f++)
			item_show(&text, &it, f, &own);
		assert_int_equal(strstr(text.data, CODE) != NULL, people[i].code);
		assert_int_equal(strstr(text.data, NUMBER) != NULL, people[i].number);
	}
}

static void a_purpose_is_needed(void **state)
{
	struct stage *s = *state;
	AUTO(item_release) struct item it = { 0 };
	AUTO(buf_release) struct buf body = BUF_INIT;
	char long_text[600];
	struct grant grant = { 0 };
	struct err err = { 0 };

	stage_become(s, "mei", "support");
	assert_ok(desk_load(s->shell.desk, "merchant", "M000015", &it, &err), err);
	memset(long_text, 'x', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	assert_int_equal(reveal_take(s->shell.desk, &it, "", &grant, &err), E_INVALID);
	assert_int_equal(reveal_take(s->shell.desk, &it, " \t ", &grant, &err), E_INVALID);
	assert_int_equal(reveal_take(s->shell.desk, &it, "\xff", &grant, &err), E_INVALID);
	assert_int_equal(reveal_take(s->shell.desk, &it, long_text, &grant, &err), E_INVALID);
	assert_null(grant.rec);
	assert_false(stage_journaled(s, "reveal", &body));
	assert_ok(reveal_take(s->shell.desk, &it, "回访样本客户", &grant, &err), err);
	assert_true(stage_journaled(s, "reveal", &body));
	assert_string_equal(body.data, "{\"fields\":[\"credit_code\",\"legal_rep_name\",\"contact_name\",\"contact_phone\",\"settlement_name\"],"
		"\"purpose\":\"回访样本客户\"}");
}

static void a_grant_ends(void **state)
{
	struct stage *s = *state;
	AUTO(item_release) struct item it = { 0 }, other = { 0 };
	struct grant grant = { 0 };
	struct err err = { 0 };
	int64_t now;

	stage_become(s, "mei", "support");
	now = s->house.clock;
	assert_ok(desk_load(s->shell.desk, "merchant", "M000015", &it, &err), err);
	assert_ok(desk_load(s->shell.desk, "merchant", "M000014", &other, &err), err);
	assert_ok(reveal_take(s->shell.desk, &it, "SPECIMEN", &grant, &err), err);
	assert_int_equal(grant_left(&grant, &it, now), REVEAL_MS);
	assert_int_equal(grant_left(&grant, &it, now + REVEAL_MS - 1), 1);
	assert_int_equal(grant_left(&grant, &it, now + REVEAL_MS), 0);
	assert_int_equal(grant_left(&grant, &it, now - 1), 0); /* the clock was set back */
	assert_int_equal(grant_left(&grant, &other, now), 0);
	assert_int_equal(grant_left(&grant, NULL, now), 0);
}

/* Opens M000015 and reveals it. */
static void reveal(struct stage *s)
{
	stage_become(s, "mei", "support");
	assert_false(stage_shows(s, 40, 120, CODE)); /* beside the list */
	stage_press(s, "<Enter>");
	assert_false(stage_shows(s, 40, 120, CODE));
	stage_press(s, "r");
	assert_true(stage_shows(s, 40, 120, "For what purpose?"));
	assert_false(stage_shows(s, 40, 120, CODE));
	stage_press(s, "<Enter>");
	assert_true(stage_shows(s, 40, 120, "needs a reason"));
	assert_false(stage_shows(s, 40, 120, CODE));
	stage_press(s, "call back<Enter>");
	assert_true(stage_shows(s, 40, 120, CODE));
	assert_true(stage_shows(s, 40, 120, "unmasked for 60 s"));
	assert_false(stage_shows(s, 40, 120, NUMBER));
	assert_false(stage_shows(s, 40, 120, CARD));
}

static void masked_when_its_time_is_over(void **state)
{
	struct stage *s = *state;

	reveal(s);
	s->house.clock += 59 * 1000;
	assert_true(stage_shows(s, 24, 80, CODE));
	assert_true(stage_shows(s, 24, 80, "unmasked for 1 s"));
	s->house.clock += 1000;
	assert_false(stage_shows(s, 24, 80, CODE)); /* drawing alone is enough: nothing has to come first */
	assert_false(stage_shows(s, 24, 80, "unmasked"));
	assert_true(stage_shows(s, 24, 80, "M000015"));
}

static void masked_when_it_is_left(void **state)
{
	static const char *const ways[] = { "<Esc>", "<Esc><Enter>", "1", "/<Esc>", "/<Esc><Enter>", "2", "<Esc>j", "<Esc>jk<Enter>" };
	struct stage *s = *state;

	reveal(s);
	for (size_t i = 0; i < COUNT(ways); i++) {
		stage_press(s, ways[i]);
		assert_false(stage_shows(s, 40, 120, CODE));
		assert_false(stage_shows(s, 24, 80, CODE));
		assert_false(stage_shows(s, 40, 120, "unmasked"));
		stage_open(s);
		stage_shows(s, 40, 120, "");
		stage_press(s, "<Enter>ragain<Enter>");
		assert_true(stage_shows(s, 40, 120, CODE));
	}
}

/* A change that comes in meanwhile is shown; the panes beside keep their masks. */
static void other_panes_stay_masked(void **state)
{
	struct stage *s = *state;
	struct sync_status status = { .state = SYNC_LIVE };
	int panes = 0;

	reveal(s);
	desktop_refresh(s->desktop, &status);
	assert_true(stage_shows(s, 40, 120, CODE));
	for (stage_press(s, "<Tab>"); !stage_shows(s, 40, 120, CODE) && panes < 20; panes++)
		stage_press(s, "<Tab>"); /* round to the summary again */
	assert_in_range(panes, 4, 19);
	stage_press(s, "?");
	s->house.clock += REVEAL_MS;
	stage_press(s, "<Esc>");
	assert_false(stage_shows(s, 40, 120, CODE));
}

static void who_sees_all_is_told(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf body = BUF_INIT;

	words_open("en");
	stage_open(s);
	stage_press(s, "<Enter>r");
	assert_true(stage_shows(s, 24, 80, "nothing of this merchant is masked to you"));
	stage_become(s, "qin", "auditor");
	stage_press(s, "<Enter>r");
	assert_true(stage_shows(s, 24, 80, "may not have the masked fields"));
	assert_false(stage_journaled(s, "reveal", &body));
}

/* Copies are what the screen shows: masked, unless it is revealed; then the journal has it. */
static void copies_are_masked(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf body = BUF_INIT;

	stage_become(s, "mei", "support");
	assert_int_equal(stage_press(s, "y<Enter>"), WISH_COPY); /* the first is the number */
	assert_string_equal(desktop_clipboard(s->desktop), "M000015");
	desktop_copied(s->desktop, true);
	assert_string_equal(desktop_clipboard(s->desktop), "");
	assert_true(stage_shows(s, 24, 80, "copied"));
	stage_press(s, "<Enter>y");
	assert_true(stage_shows(s, 40, 120, "Credit code"));
	assert_int_equal(stage_press(s, "jjjjjjjj<Enter>"), WISH_COPY);
	assert_string_equal(desktop_clipboard(s->desktop), "913100********0144");
	assert_false(stage_journaled(s, "copy", &body));
	stage_press(s, "rcall back<Enter>");
	assert_int_equal(stage_press(s, "yjjjjjjjj<Enter>"), WISH_COPY);
	assert_string_equal(desktop_clipboard(s->desktop), CODE);
	assert_true(stage_journaled(s, "copy", &body));
	assert_string_equal(body.data, "{\"field\":\"credit_code\"}");
}

static void no_copy_after_its_time(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf body = BUF_INIT;

	reveal(s);
	stage_press(s, "yjjjjjjjj");
	assert_true(stage_shows(s, 40, 120, CODE));
	s->house.clock += REVEAL_MS;
	assert_int_equal(stage_press(s, "<Enter>"), WISH_NONE);
	assert_string_equal(desktop_clipboard(s->desktop), "");
	assert_false(stage_shows(s, 40, 120, CODE));
	assert_false(stage_journaled(s, "copy", &body));
	stage_press(s, "<Esc>ragain<Enter>");
	stage_press(s, "<Esc>y");
	assert_false(stage_shows(s, 40, 120, CODE)); /* nor from the list */
	assert_int_equal(stage_press(s, "<Esc>"), WISH_NONE);
	assert_false(stage_shows(s, 40, 120, "Masked fields are copied"));
}

/* Who may see everything may copy it; the journal knows which of it was a secret. */
static void unmasked_copies_are_journaled(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf body = BUF_INIT;

	words_open("en");
	stage_open(s);
	assert_int_equal(stage_press(s, "y<Enter>"), WISH_COPY);
	assert_false(stage_journaled(s, "copy", &body));
	assert_int_equal(stage_press(s, "yjjjjjjjjjj<Enter>"), WISH_COPY);
	assert_string_equal(desktop_clipboard(s->desktop), NUMBER);
	assert_true(stage_journaled(s, "copy", &body));
}

/* No size breaks a question, and what is under the cursor stays in sight. */
static void questions_fit_every_size(void **state)
{
	static const struct { int rows, cols; } sizes[] = { { 1, 1 }, { 2, 3 }, { 3, 300 }, { 5, 20 }, { 10, 40 }, { 100, 10 }, { 24, 80 } };
	static const char *const asked[] = { "y", "E", "P", "<Enter>r", "r<Enter>" };
	struct stage *s = *state;

	stage_become(s, "mei", "support");
	for (size_t a = 0; a < COUNT(asked); a++) {
		stage_open(s);
		stage_press(s, asked[a]);
		for (size_t z = 0; z < COUNT(sizes); z++)
			stage_shows(s, sizes[z].rows, sizes[z].cols, "");
	}
	stage_open(s);
	stage_press(s, "yjjjjjjjjjjjjjjjjjjjj"); /* to the last */
	assert_true(stage_shows(s, 10, 40, "Risk review"));
	stage_press(s, "kkkkkkkkkkkkkkkkkkkk");
	assert_true(stage_shows(s, 10, 40, "M000015"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(roles_bound_it, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(a_purpose_is_needed, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(a_grant_ends, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(masked_when_its_time_is_over, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(masked_when_it_is_left, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(other_panes_stay_masked, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(copies_are_masked, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(no_copy_after_its_time, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(unmasked_copies_are_journaled, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(questions_fit_every_size, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(who_sees_all_is_told, stage_begin, stage_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
