/* Notes on a record: written with e, shown to everybody who sees it, and nothing else of it changes. */
#include <stdlib.h>
#include <string.h>

#include "core/note.h"
#include "tests/check.h"
#include "tests/stage.h"
#include "tui/words.h"

enum { ROWS = 24, COLS = 80 };

static int begin(void **state)
{
	words_open("en");
	unsetenv("VISUAL");
	unsetenv("EDITOR");
	stage_begin(state);
	stage_open(*state);
	return 0;
}

static void shows(struct stage *s, const char *want, bool there)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	stage_draw(s, ROWS, COLS, &text);
	if ((strstr(text.data, want) != NULL) != there)
		fail_msg("%s is %s:\n%s", want, there ? "not there" : "there", text.data);
}

static void timeline(struct stage *s)
{
	stage_press(s, "<Enter><Shift-Tab><Shift-Tab>");
	shows(s, "Timeline", true);
}

static void it_is_written_and_waits(void **state)
{
	struct stage *s = *state;
	AUTO(item_release) struct item before = { 0 }, after = { 0 };
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct err err = { 0 };

	assert_ok(desk_load(s->shell.desk, "merchant", "M000007", &before, &err), err);
	stage_press(s, "/M000007<Enter>");
	assert_int_equal(stage_press(s, "e"), WISH_NONE); /* no editor was named: a line to type into */
	shows(s, "Keeps a note for everybody", true);
	stage_press(s, "<Enter>");
	shows(s, "needs a reason", true);
	stage_press(s, "SPECIMEN the owner called 样本<Enter>");
	shows(s, "Note: signed and queued", true);
	timeline(s);
	shows(s, "Note: Queued, not effective - SPECIMEN the owner called", true);
	assert_ok(desk_load(s->shell.desk, "merchant", "M000007", &after, &err), err);
	assert_int_equal(item_version(&after), item_version(&before));
	assert_string_equal(item_text(&after, "state"), item_text(&before, "state"));
	assert_int_equal(item_int(&after, "updated_at"), item_int(&before, "updated_at"));
	assert_true(stage_journaled(s, "command", &body));
	assert_non_null(strstr(body.data, "SPECIMEN the owner called"));
	/* somebody decides on the record as it was seen before the note */
	stage_press(s, "c");
	shows(s, "Claim: signed", true);
}

static void an_editor_is_asked_first(void **state)
{
	struct stage *s = *state;
	size_t max;

	setenv("EDITOR", "anything", 1);
	stage_press(s, "/M000007<Enter>");
	assert_int_equal(stage_press(s, "e"), WISH_EDITOR);
	assert_string_equal(desktop_draft(s->desktop, &max), "");
	desktop_redraft(s->desktop, "SPECIMEN from an editor");
	shows(s, "SPECIMEN from an editor", true); /* to be looked at before it is signed */
	stage_press(s, "<Esc>");
	timeline(s);
	shows(s, "SPECIMEN", false);
	assert_int_equal(stage_press(s, "c"), WISH_SYNC); /* what asks for a reason opens no editor by itself, and a claim asks for none */
	assert_int_equal(stage_press(s, "x"), WISH_NONE);
	unsetenv("EDITOR");
}

static void put_note(struct stage *s, const char *id, const char *kind, const char *about, const char *text, int64_t at)
{
	AUTO(item_release) struct item it = { 0 };
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };
	bool changed;

	item_init(&it, &note_record);
	item_set(&it, "id", value_text(id));
	item_set(&it, "state", value_text("kept"));
	item_set(&it, "version", value_int(1));
	item_set(&it, "updated_at", value_int(at));
	item_set(&it, "about_kind", value_text(kind));
	item_set(&it, "about", value_text(about));
	item_set(&it, "text", value_text(text));
	item_set(&it, "author", value_text(desk_who(s->shell.desk)->id));
	item_set(&it, "written_at", value_int(at));
	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	assert_ok(desk_take_fact(s->shell.desk, &it, false, &changed, &err), err);
	assert_ok(tx_commit(&tx, &err), err);
}

/* What the core tells of shows on every desk, on its own record only, the latest first, harmless. */
static void a_colleague_reads_it(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;

	put_note(s, "N1", "merchant", "M000007", "SPECIMEN first", s->house.clock - 7200000);
	put_note(s, "N2", "merchant", "M000007", "SPECIMEN \x1b[2J second", s->house.clock - 3600000);
	put_note(s, "N3", "merchant", "M000008", "SPECIMEN elsewhere", s->house.clock - 3600000);
	put_note(s, "N4", "transaction", "M000007", "SPECIMEN of another kind", s->house.clock - 3600000);
	stage_become(s, "wei", "support");
	stage_press(s, "/M000007<Enter>");
	timeline(s);
	shows(s, "Note: SPECIMEN first · lin", true);
	shows(s, "Note: SPECIMEN ⟨U+001B⟩[2J second · lin", true);
	shows(s, "elsewhere", false);
	shows(s, "another kind", false);
	stage_draw(s, ROWS, COLS, &text);
	assert_true(strstr(text.data, "second") < strstr(text.data, "first"));
}

static void who_may_not_is_told(void **state)
{
	struct stage *s = *state;

	stage_become(s, "qi", "auditor");
	stage_press(s, "/M000007<Enter>e");
	shows(s, "Note: ", true);
	shows(s, "note.write", true);
	shows(s, "Keeps a note", false);
	stage_press(s, "<Tab>?");
	stage_press(s, "<Esc>:note");
	shows(s, "Note", true);
}

/* Where there are no notes, e says so like any other key. */
static void it_is_the_table_that_says_so(void **state)
{
	struct stage *s = *state;

	stage_press(s, ":proposal<Enter>e"); /* Approvals */
	shows(s, "e does nothing here", true);
	assert_non_null(record_action(record_find("merchant"), "note"));
	assert_non_null(record_action(record_find("transaction"), "note"));
}

int main(void)
{
#define SCENE(test) cmocka_unit_test_setup_teardown(test, begin, stage_end)
	const struct CMUnitTest tests[] = {
		SCENE(it_is_written_and_waits), SCENE(an_editor_is_asked_first), SCENE(a_colleague_reads_it), SCENE(who_may_not_is_told),
		SCENE(it_is_the_table_that_says_so),
	};

	return cmocka_run_group_tests_name("note", tests, NULL, NULL);
}
