/* A command that came back shows field by field what its author saw, what it was to change, and what the core has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/office.h"
#include "tui/panes.h"
#include "tui/words.h"

static int setup(void **state)
{
	struct office *o = mem_alloc(sizeof *o);

	words_open("en");
	office_open(o);
	*state = o;
	return 0;
}

static int teardown(void **state)
{
	office_close(*state);
	free(*state);
	return 0;
}

/* The pane as lines "label: text", with "# heading". */
static void pane_of(struct office *o, const char *command, enum privacy clearance, struct buf *out)
{
	AUTO(item_release) struct item row = { 0 };
	struct doc doc = DOC_INIT;
	struct show how;

	assert_ok(desk_load(o->d[LIN], "outbox", command, &row, &o->err), o->err);
	desk_show(o->d[LIN], &how, words_get);
	how.clearance = clearance;
	pane_difference(&doc, o->d[LIN], &row, &how);
	buf_clear(out);
	for (size_t i = 0; i < doc.n; i++)
		if (doc.line[i].heading)
			buf_addf(out, "# %s\n", doc.line[i].text);
		else
			buf_addf(out, "%s%s%s%s\n", doc.line[i].role == ROLE_WARNING ? "both " : "", doc.line[i].label ? doc.line[i].label : "",
				 doc.line[i].label ? ": " : "", doc.line[i].text);
	doc_release(&doc);
}

static bool has(const struct buf *text, const char *line)
{
	return strstr(text->data, line) != NULL;
}

static void a_conflict(void **state)
{
	struct office *o = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;
	char command[COMMAND_ID_LEN + 1];

	office_merchant(o, "M-1", 1);
	office_elsewhere(o, "M-1", "risk_score", value_int(88));
	office_elsewhere(o, "M-1", "legal_rep_number", value_text("110101199003078515"));
	office_do(o, LIN, "merchant", "M-1", "claim");
	memcpy(command, o->out.command, sizeof command);
	pane_of(o, command, PRIVACY_CORE, &text);
	assert_string_equal(text.data, ""); /* it waits */
	office_push(o);
	office_outbox(o, command, "conflict");
	pane_of(o, command, PRIVACY_CORE, &text);
	assert_true(has(&text, "# At the core since it was seen\n"));
	assert_true(has(&text, "Version: 7 → 9\n"));
	assert_true(has(&text, "\nRisk: 11 → 88\n"));
	assert_true(has(&text, "\nIdentity number: "));
	assert_true(has(&text, " → 110101199003078515\n"));
	assert_true(has(&text, "# What the command was to change\n"));
	assert_true(has(&text, "State: Applied → Prelim. review\n"));
	assert_true(has(&text, "Assignee: (empty) → lin\n"));
	assert_false(has(&text, "both "));
	pane_of(o, command, PRIVACY_GENERAL, &text);
	assert_false(has(&text, "110101199003078515"));
	assert_true(has(&text, " → 110101********8515 (masked)\n"));
}

static void both_sides(void **state)
{
	struct office *o = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;
	char command[COMMAND_ID_LEN + 1];

	office_merchant(o, "M-1", 1);
	office_elsewhere(o, "M-1", "assignee", value_text("00112233445566778899aabbccddeeff"));
	office_do(o, LIN, "merchant", "M-1", "claim");
	memcpy(command, o->out.command, sizeof command);
	office_push(o);
	pane_of(o, command, PRIVACY_CORE, &text);
	assert_true(has(&text, "both Assignee: (empty) → 00112233\n"));
	assert_true(has(&text, "both Assignee: (empty) → lin\n"));
}

/* A core that says no but not how the record stands; and one whose record is the same. */
static void less_is_told(void **state)
{
	struct office *o = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct answer no = { .what = VERDICT_REJECTED };
	char command[COMMAND_ID_LEN + 1];

	snprintf(no.reason, sizeof no.reason, "SPECIMEN refusal");
	office_merchant(o, "M-1", 1);
	office_do(o, LIN, "merchant", "M-1", "claim");
	memcpy(command, o->out.command, sizeof command);
	office_tell(o, command, &no, false);
	pane_of(o, command, PRIVACY_CORE, &text);
	assert_true(has(&text, "the core did not tell"));
	assert_true(has(&text, "State: Applied → Prelim. review\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_conflict, setup, teardown),
		cmocka_unit_test_setup_teardown(both_sides, setup, teardown),
		cmocka_unit_test_setup_teardown(less_is_told, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
