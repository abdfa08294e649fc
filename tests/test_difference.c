/* A command that came back shows field by field what its author saw, what it was to change, and what the core has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/office.h"
#include "tui/card.h"
#include "tui/doc.h"
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

/* The pane as lines "label: text", of two states "label: before → after", with "# heading". */
static void pane_of_kind(struct office *o, const char *kind, const char *id, enum privacy clearance, struct buf *out)
{
	AUTO(item_release) struct item row = { 0 };
	struct doc doc = DOC_INIT;
	struct show how;

	assert_ok(desk_load(o->d[LIN], kind, id, &row, &o->err), o->err);
	desk_show(o->d[LIN], &how, words_get);
	how.clearance = clearance;
	pane_difference(&doc, o->d[LIN], &row, NULL, &how);
	buf_clear(out);
	for (size_t i = 0; i < doc.n; i++)
		if (doc.line[i].heading)
			buf_addf(out, "# %s\n", doc.line[i].text);
		else
			buf_addf(out, "%s%s%s%s%s\n", doc.line[i].label ? doc.line[i].label : "", doc.line[i].label ? ": " : "", doc.line[i].text,
				 doc.line[i].after ? " → " : "", doc.line[i].after ? doc.line[i].after : "");
	doc_release(&doc);
}

static void pane_of(struct office *o, const char *command, enum privacy clearance, struct buf *out)
{
	pane_of_kind(o, "outbox", command, clearance, out);
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
	assert_true(has(&text, "# What the command changes\n")); /* it waits */
	assert_true(has(&text, "\n~ State: Applied → Prelim. review\n"));
	assert_false(has(&text, "# At the core"));
	pane_of_kind(o, "merchant", "M-1", PRIVACY_CORE, &text); /* and so does its record */
	assert_true(has(&text, "# Decided here, not yet confirmed by the core\n"));
	assert_true(has(&text, "\n~ State: Applied → Prelim. review\n"));
	office_push(o);
	office_outbox(o, command, "conflict");
	pane_of(o, command, PRIVACY_CORE, &text);
	assert_true(has(&text, "# At the core since it was seen\n"));
	assert_true(has(&text, "\n~ Version: 7 → 9\n"));
	assert_true(has(&text, "\n~ Risk: 11 → 88\n"));
	assert_true(has(&text, "\n~ Identity number: "));
	assert_true(has(&text, " → 110101199003078515\n"));
	assert_true(has(&text, "# What the command was to change\n"));
	assert_true(has(&text, "\n~ State: Applied → Prelim. review\n"));
	assert_true(has(&text, "\n+ Assignee: (empty) → lin\n"));
	assert_false(has(&text, "\n! "));
	pane_of_kind(o, "merchant", "M-1", PRIVACY_CORE, &text);
	assert_string_equal(text.data, ""); /* nothing waits any more */
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
	assert_true(has(&text, "\n! Assignee: (empty) → 00112233\n"));
	assert_true(has(&text, "\n! Assignee: (empty) → lin\n"));
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
	assert_true(has(&text, "\n~ State: Applied → Prelim. review\n"));
}

/* Who is to confirm sees what it would change, before and after. */
static void a_proposal(void **state)
{
	struct office *o = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;
	char proposal[COMMAND_ID_LEN + 1];

	office_merchant(o, "M-1", 1);
	office_up_to_approval(o, "M-1");
	office_do(o, WANG, "merchant", "M-1", "approve");
	assert_true(o->out.proposed);
	memcpy(proposal, o->out.command, sizeof proposal);
	pane_of_kind(o, "proposal", proposal, PRIVACY_CORE, &text);
	assert_true(has(&text, "# What changes once it is confirmed\n"));
	assert_true(has(&text, "\n~ State: Risk review → "));
	assert_true(has(&text, "\n+ Decided by: (empty) → wang\n"));
	office_elsewhere(o, "M-1", "risk_score", value_int(88)); /* it moved: nothing is foreseen any more */
	office_pull(o);
	pane_of_kind(o, "proposal", proposal, PRIVACY_CORE, &text);
	assert_string_equal(text.data, "");
}

/* Beside each other where there is room, one under the other where there is not. */
static void two_layouts(void **state)
{
	static const struct { int cols; const char *text; } shown[] = {
		{ 80, "Field  before it                           → after it\nOther  alone\n" },
		{ 40, "Field  before it\n       → after it\nOther  alone\n" },
	};
	struct doc doc = DOC_INIT;
	struct grid *g = grid_new(3, 80);

	(void)state;
	doc_pair(&doc, "Field", ROLE_INFO, "before it", "after it");
	doc_add(&doc, "Other", ROLE_TEXT, "alone");
	for (size_t i = 0; i < COUNT(shown); i++) {
		AUTO(buf_release) struct buf text = BUF_INIT;
		int lines;

		grid_resize(g, 3, shown[i].cols);
		lines = doc_draw(&doc, g, grid_rect(g), 0, ROLE_MUTED, ROLE_HEADING);
		assert_int_equal(lines, i ? 3 : 2);
		grid_text(&text, g);
		assert_memory_equal(text.data, shown[i].text, strlen(shown[i].text));
		grid_clear(g);
		doc_draw(&doc, g, grid_rect(g), 1, ROLE_MUTED, ROLE_HEADING); /* scrolled */
		buf_clear(&text);
		grid_text(&text, g);
		assert_non_null(strstr(text.data, i ? "→ after it\nOther" : "Other  alone\n"));
	}
	grid_free(g);
	doc_release(&doc);
}

/* The row "Valid until" of an identity check beside what the document and the registers say: "declared|document|registers", marks included. */
static void assert_valid_until(struct office *o, const char *kind, const char *declared, const char *read, const char *shown)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(item_release) struct item it;
	struct doc doc = DOC_INIT;
	struct show how;

	item_init(&it, record_find("identity_check"));
	item_set(&it, "document_kind", value_text(kind));
	item_set(&it, "valid_until", declared ? value_text(declared) : value_null());
	item_set(&it, "ocr_valid_until", read && *read ? value_text(read) : value_null());
	item_set(&it, "ocr_valid_sure", read ? value_int(99) : value_null());
	desk_show(o->d[LIN], &how, words_get);
	pane_compared(&doc, o->d[LIN], &it, &how);
	for (size_t i = 0; i < doc.n; i++)
		for (size_t k = 0; !strcmp(doc.line[i].label, "Valid until") && k < doc.line[i].ncells; k++)
			buf_addf(&text, k ? "|%s" : "%s", doc.line[i].cell[k].text);
	assert_string_equal(text.data, shown);
	doc_release(&doc);
}

/* That a card holds for good is said, and that one of the two does not say so stands out; where nobody looked there is nothing. */
static void no_day_means_something(void **state)
{
	const char *card = "resident_identity_card";

	assert_valid_until(*state, card, "2031-02-03", "2031-02-03", "2031-02-03|2031-02-03|");
	assert_valid_until(*state, card, NULL, "", "for good|for good|");
	assert_valid_until(*state, card, "2031-02-03", "", "2031-02-03|! for good|");
	assert_valid_until(*state, card, NULL, "2031-02-03", "for good|! 2031-02-03|");
	assert_valid_until(*state, card, NULL, NULL, "for good||");
	assert_valid_until(*state, "passport", NULL, "2031-02-03", "no day|! 2031-02-03|");
}

/* The head of a card where there is little room: the state and what is pending stand whole, however long the number is. */
static void state_before_number(void **state)
{
	struct office *o = *state;
	struct card *c = card_new(record_find("proposal"), "01a22c7b-f376-70c1-a589-3adb591ad079");
	struct grid *g = grid_new(24, 80);
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(item_release) struct item it;
	struct show how;

	item_init(&it, record_find("proposal"));
	item_set(&it, "id", value_text("01a22c7b-f376-70c1-a589-3adb591ad079"));
	item_set(&it, "state", value_text("confirmed"));
	item_set(&it, "pending", value_int(1));
	item_set(&it, "title", value_text("Specimen Tea House of the Long Road"));
	desk_show(o->d[LIN], &how, words_get);
	card_show(c, o->d[LIN], &it, &how);
	card_draw(c, g, grid_rect(g), false);
	grid_text(&text, g);
	text.data[strcspn(text.data, "\n")] = '\0';
	assert_non_null(strstr(text.data, "  Confirmed  "));
	assert_non_null(strstr(text.data, " queued, not effective"));
	assert_non_null(strstr(text.data, "  01a22c7b-f376"));
	grid_free(g);
	card_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_conflict, setup, teardown),
		cmocka_unit_test_setup_teardown(both_sides, setup, teardown),
		cmocka_unit_test_setup_teardown(less_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(a_proposal, setup, teardown),
		cmocka_unit_test(two_layouts),
		cmocka_unit_test_setup_teardown(state_before_number, setup, teardown),
		cmocka_unit_test_setup_teardown(no_day_means_something, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
