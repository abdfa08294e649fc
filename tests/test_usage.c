/* Command lines as tables: what completion offers is what the filter takes, and hostile words stay words in a manual page. */
#include <stdio.h>
#include <string.h>

#include "core/filter/filter.h"
#include "core/usage/usage.h"
#include "tests/check.h"
#include "tui/program.h"

/* Every field:value that is offered for a kind is a filter of that kind. */
static void offered_filters_are_understood(void **state)
{
	static const struct actor who = { .id = "00112233445566778899aabbccddeeff", .name = "lin", .clearance = PRIVACY_CORE };
	const struct filter_reader by = { .who = &who, .now = INT64_C(1780000000000) };
	AUTO(buf_release) struct buf script = BUF_INIT;
	int offered = 0;

	(void)state;
	complete_bash(&script, &paydesk);
	for (size_t i = 0; i < nrecords; i++) {
		char begin[80];
		const char *line;

		snprintf(begin, sizeof begin, "'FILTER %s') cat <<'END'\n", records[i]->kind);
		line = strstr(script.data, begin);
		assert_non_null(line);
		for (line += strlen(begin); strncmp(line, "END\n", 4) != 0; line = strchr(line, '\n') + 1) {
			AUTO(filter_release) struct filter f = { 0 };
			struct err err = { 0 };
			char word[80];

			snprintf(word, sizeof word, "%.*s", (int)strcspn(line, "\t"), line);
			if (word[strlen(word) - 1] == ':')
				continue;
			if (filter_parse(&f, records[i], word, &by, NULL, NULL, &err))
				fail_msg("%s: \"%s\" is offered, but: %s", records[i]->kind, word, err.msg);
			offered++;
		}
	}
	assert_in_range(offered, 50, 1000);
}

static const struct option_row none[] = { { 0 } };
static const struct named_row no_names[] = { { 0 } };
static const struct cmd hostile_cmd = {
	.name = "try", .words = "WORD", .min = 1, .max = 1, .help = ".de it's \\fB`x` ~^ \"quoted\"\nnext",
	.options = { { "level", "N", "'how much" }, { "dry", NULL, "-n" } },
};
static const struct cmd *const hostile_cmds[] = { &hostile_cmd };
static const struct program hostile = {
	.name = "toy", .what = "a toy", .about = "'about", .cmds = hostile_cmds, .ncmds = 1, .options = none,
	.variables = no_names, .files = no_names, .see = "nothing",
};

static void a_manual_holds_any_text(void **state)
{
	AUTO(buf_release) struct buf page = BUF_INIT;

	(void)state;
	manual_write(&page, &hostile);
	assert_non_null(strstr(page.data, "\n\\&.de it\\(aqs \\efB\\(gax\\(ga \\(ti\\(ha \\(dqquoted\\(dq next\n"));
	assert_non_null(strstr(page.data, ".SS \"toy try WORD\"\n"));
	assert_non_null(strstr(page.data, ".TP\n\\fB\\-\\-level N\\fR\n\\(aqhow much\n"));
	assert_null(strstr(page.data, "ENVIRONMENT"));
}

static enum code parse(struct args *a, int argc, const char **argv, struct err *err)
{
	static const char *words[8];

	return args_parse(a, &hostile, &hostile_cmd, argc, (char **)(uintptr_t)argv, words, err);
}

static void words_and_options_are_told_apart(void **state)
{
	struct args a;
	struct err err = { 0 };

	(void)state;
	assert_ok(parse(&a, 3, (const char *[]){ "--level=3", "one", "--dry" }, &err), err);
	assert_string_equal(a.option[0], "3");
	assert_string_equal(a.option[1], "");
	assert_string_equal(a.word[0], "one");
	assert_ok(parse(&a, 4, (const char *[]){ "--level", "--dry", "--", "--level" }, &err), err);
	assert_string_equal(a.option[0], "--dry");
	assert_null(a.option[1]);
	assert_string_equal(a.word[0], "--level");
	assert_int_equal(parse(&a, 2, (const char *[]){ "one", "--level" }, &err), E_USAGE);
	assert_int_equal(parse(&a, 3, (const char *[]){ "one", "--dry", "--dry" }, &err), E_USAGE);
	assert_int_equal(parse(&a, 2, (const char *[]){ "one", "--dry=1" }, &err), E_USAGE);
	assert_int_equal(parse(&a, 2, (const char *[]){ "one", "--nothing" }, &err), E_USAGE);
	assert_non_null(strstr(err.msg, "`toy try` has no option --nothing"));
	assert_int_equal(parse(&a, 0, NULL, &err), E_USAGE);
	assert_int_equal(parse(&a, 2, (const char *[]){ "one", "two" }, &err), E_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offered_filters_are_understood),
		cmocka_unit_test(a_manual_holds_any_text),
		cmocka_unit_test(words_and_options_are_told_apart),
	};

	return cmocka_run_group_tests_name("usage", tests, NULL, NULL);
}
