/* Every desk is two keys away: the first nine by a digit, the others by a letter that is shown. */
#include <stdio.h>
#include <string.h>

#include "tests/check.h"
#include "tests/stage.h"
#include "tui/rail.h"
#include "tui/words.h"

static const char *kind(struct stage *s)
{
	static struct place at;

	desktop_place(s->desktop, &at);
	return at.kind;
}

static void test_every_desk_by_keys(void **state)
{
	static const char *const langs[] = { "en", "zh_CN" };
	struct stage *s = *state;
	struct rail rail;

	stage_open(s);
	rail_build(&rail, desk_who(s->shell.desk));
	assert_true(rail.n > 9);
	for (size_t l = 0; l < COUNT(langs); l++) {
		words_open(langs[l]);
		for (size_t i = 0; i < rail.n; i++) {
			char keys[3];

			stage_press(s, "2");
			snprintf(keys, sizeof keys, i < 9 ? "%c" : "0%c", (char)(i < 9 ? '1' + (int)i : 'a' + (int)i - 9));
			if (i >= 9) {
				stage_press(s, "0");
				assert_true(stage_shows(s, 24, 80, rail_label(&rail.row[i])));
				if (l == 0) /* Chinese breaks anywhere */
					assert_true(stage_shows(s, 24, 40, rail_label(&rail.row[i]))); /* where the column of desks is not there */
				stage_press(s, "<Esc>");
				assert_string_equal(kind(s), rail_kind(&rail.row[1]));
			}
			stage_press(s, keys);
			assert_string_equal(kind(s), rail_kind(&rail.row[i]));
		}
	}
	rail_release(&rail);
}

/* A letter is meant for the desks once; nothing is decided with it. */
static void test_a_wrong_letter(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf body = BUF_INIT;

	words_open("en");
	stage_open(s);
	stage_press(s, "0z");
	assert_true(stage_shows(s, 24, 80, "no desk has this letter"));
	stage_press(s, "0A");
	assert_true(stage_shows(s, 24, 80, "no desk has this letter"));
	stage_press(s, "0c"); /* a desk, not a claim */
	assert_string_not_equal(kind(s), "merchant");
	assert_false(stage_journaled(s, "claim", &body));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_every_desk_by_keys, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_a_wrong_letter, stage_begin, stage_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
