/* What the journal and the outbox say in a list: which action, on what, in words. */
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/specimen.h"
#include "tests/stage.h"
#include "tui/words.h"

static void desk_named(struct stage *s, const char *kind)
{
	struct place at = { 0 };

	memcpy(at.kind, kind, strlen(kind) + 1);
	desktop_free(s->desktop);
	s->desktop = desktop_new(&s->shell, &at);
}

/* A line of the screen has both words. */
static void line_has(struct stage *s, const char *word, const char *want)
{
	AUTO(buf_release) struct buf screen = BUF_INIT;
	bool both = false;

	stage_draw(s, 24, 260, &screen);
	for (char *line = screen.data, *next; *line && !both; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		both = strstr(line, word) && strstr(line, want);
	}
	if (!both)
		fail_msg("no line has %s and %s", word, want);
}

static void test_actions_in_words(void **state)
{
	static const struct { const char *lang, *action, *kind, *added, *recorded; } said[] = {
		{ "en", "Pass to risk review", "Merchant", "Operator added", "Recorded" }, { "zh_CN", "提交风险审核", "商户", "新增操作员", "已记入" },
	};
	struct stage *s = *state;

	stage_become(s, "tang", "reviewer,auditor");
	stage_press(s, "/M000001<Enter>cp");
	for (size_t i = 0; i < COUNT(said); i++) {
		words_open(said[i].lang);
		desk_named(s, "journal");
		line_has(s, "tang", said[i].action);
		line_has(s, said[i].action, said[i].kind);
		line_has(s, said[i].action, "M000001");
		stage_press(s, "/operator.add<Enter>");
		line_has(s, "root", said[i].added);
		stage_press(s, "<Esc>/what:pass_review<Enter><Enter>"); /* and the card is called so */
		line_has(s, said[i].action, said[i].recorded);
		desk_named(s, "outbox");
		line_has(s, "M000001", said[i].action);
		line_has(s, said[i].kind, "M000001");
	}
	words_open("en");
}

/* Free words find them through their index, by what the entries hold. */
static void test_words_are_found(void **state)
{
	struct stage *s = *state;

	stage_become(s, "tang", "reviewer,auditor");
	stage_press(s, "/M000001<Enter>cp");
	desk_named(s, "journal");
	stage_press(s, "/pass_rev<Enter>");
	line_has(s, "tang", "Pass to risk review");
	assert_true(stage_shows(s, 24, 80, "Journal  1 "));
	desk_named(s, "outbox");
	stage_press(s, "/<Ctrl-U>0000<Enter>");
	assert_true(stage_shows(s, 24, 80, "Outbox  2 "));
	stage_press(s, "/<Ctrl-U>00002<Enter>");
	assert_true(stage_shows(s, 24, 80, "Outbox  0 "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_actions_in_words, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_words_are_found, stage_begin, stage_end),
	};

	words_open("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
