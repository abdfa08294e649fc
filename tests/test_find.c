/* Finding things at the console: the filter line. */
#include <string.h>

#include "core/desk/habits.h"
#include "tests/check.h"
#include "tests/stage.h"
#include "tui/rail.h"
#include "tui/words.h"

static struct buf text = BUF_INIT;

static int begin(void **state)
{
	words_open("en");
	stage_begin(state);
	stage_open(*state);
	stage_draw(*state, 24, 80, &text);
	return 0;
}

static int finish(void **state)
{
	buf_release(&text);
	return stage_end(state);
}

static void press(struct stage *s, const char *keys)
{
	stage_press(s, keys);
	stage_draw(s, 24, 80, &text);
}

static void tick(struct stage *s)
{
	desktop_event(s->desktop, &(struct event){ .type = EVENT_TICK });
	stage_draw(s, 24, 80, &text);
}

#define shows(words) do { if (!strstr(text.data, words)) fail_msg("\"%s\" is not on the screen:\n%s", words, text.data); } while (0)
#define lacks(words) do { if (strstr(text.data, words)) fail_msg("\"%s\" is on the screen:\n%s", words, text.data); } while (0)

static void tab_completes(void **state)
{
	struct stage *s = *state;

	press(s, "/<Ctrl-U>st");
	shows("state:");
	press(s, "<Tab>");
	shows("/state:");
	shows("applied");         /* settled on the one field, its values are offered */
	press(s, "r");
	shows("risk_review");
	shows("Risk review");
	press(s, "<Tab>");
	shows("/state:risk_review");
	press(s, "<Tab>");
	shows("/state:resubmission_requested");
	press(s, "<Shift-Tab><Shift-Tab>");
	shows("/state:preliminary_review");  /* round to the weakest likeness: it contains an r */
	press(s, "<Tab><Enter>");
	shows("0  state:risk_review");
	lacks("/state");
}

static void completion_lets_typing_go_on(void **state)
{
	struct stage *s = *state;

	press(s, "/<Ctrl-U>risk_sc<Tab>80 sort:-risk_s<Tab><Enter>");
	shows("risk_score>80 sort:-risk_score");
	press(s, "/<Ctrl-U>");
	lacks("updated_at");      /* an empty line offers nothing by itself */
	press(s, "zzz");
	press(s, "<Tab><Enter>"); /* nothing fits: nothing happens */
	shows("0  zzz");
}

static void wrong_words_are_said_under_them(void **state)
{
	struct stage *s = *state;
	char *line, *under;

	press(s, "/<Ctrl-U>is:open nonsense>3 ");
	lacks("no field");
	assert_true(desktop_patience(s->desktop) < 1000);
	tick(s);
	shows("no field \"nonsense\"");
	assert_int_equal(desktop_patience(s->desktop), 1000);
	line = strstr(text.data, "is:open nonsense");
	under = strstr(text.data, "a merchant has no field");
	assert_non_null(line);
	assert_true(under > line);
	press(s, "x");            /* an edit: it may be right now */
	lacks("no field");
	press(s, "<Enter>");
	shows("no field");
	press(s, "<Ctrl-U>state:ri");
	tick(s);
	lacks("is one of");       /* somebody is still typing it */
	press(s, "zz");
	tick(s);
	shows("is one of");
	press(s, "<Esc>");
	shows("is:open");
}

static void earlier_filters_come_back(void **state)
{
	struct stage *s = *state;

	press(s, "/<Ctrl-U>mcc:5812<Enter>/<Ctrl-U>name:样本<Enter>");
	press(s, "/<Ctrl-U>new<Up>");
	shows("/name:样本");
	press(s, "<Up><Up>");
	shows("/mcc:5812");
	press(s, "<Down><Down>");
	shows("/new");
	press(s, "<Esc>");
	stage_open(s);            /* another day */
	press(s, "/<Up><Up><Enter>");
	shows("mcc:5812");
	press(s, "2/<Up>");       /* another desk has its own */
	lacks("mcc:5812");
}

/* Written in a pause, by whoever typed it, for nobody else; nothing outside the store. */
static void habits_are_kept_in_the_store(void **state)
{
	struct stage *s = *state;
	AUTO(habit_lines_release) struct habit_lines l = { 0 };
	struct err err = { 0 };
	int64_t stamp;

	press(s, "/<Ctrl-U>name:样本<Enter>");
	assert_ok(habit_read(s->shell.desk, HABIT_FILTERS, "merchant", &l, &err), err);
	assert_int_equal(l.n, 0);
	tick(s);
	assert_ok(habit_read(s->shell.desk, HABIT_FILTERS, "merchant", &l, &err), err);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.line[0], "name:样本");
	stamp = db_stamp(desk_db(s->shell.desk));
	press(s, "/<Enter>");
	tick(s);
	assert_int_equal(db_stamp(desk_db(s->shell.desk)), stamp); /* the same again: no commit */
	for (int i = 0; i < HABIT_LINES + 5; i++) {
		AUTO(buf_release) struct buf line = BUF_INIT;

		buf_addf(&line, "M%d", i);
		assert_ok(habit_add(s->shell.desk, HABIT_FILTERS, "merchant", line.data, &err), err);
	}
	assert_ok(habit_add(s->shell.desk, HABIT_FILTERS, "merchant", "M20", &err), err);
	assert_ok(habit_add(s->shell.desk, HABIT_FILTERS, "merchant", "two\nlines", &err), err);
	assert_ok(habit_read(s->shell.desk, HABIT_FILTERS, "merchant", &l, &err), err);
	assert_int_equal(l.n, HABIT_LINES);
	assert_string_equal(l.line[0], "M20");
	assert_string_equal(l.line[1], "M54");
	desktop_free(s->desktop);
	s->desktop = NULL;
	shell_close(&s->shell);
	s->shell.store = house_open(&s->house, "root");
	assert_ok(desk_open(&s->shell.desk, s->shell.store, &err), err);
	assert_ok(habit_read(s->shell.desk, HABIT_FILTERS, "merchant", &l, &err), err);
	assert_int_equal(l.n, 0);
}

/* No key waits for the disk because of them: items are opened and filters typed without a commit, and are there all the same. */
static void habits_wait_for_a_pause(void **state)
{
	struct stage *s = *state;
	AUTO(habit_lines_release) struct habit_lines l = { 0 };
	struct habit_notes notes = { 0 };
	struct err err = { 0 };
	int64_t stamp;

	tick(s);
	stamp = db_stamp(desk_db(s->shell.desk));
	for (int i = 0; i < 12; i++)
		press(s, "<Enter><Esc>j");
	press(s, "/<Ctrl-U>name:样本<Enter>/<Ctrl-U><Up>");
	shows("/name:样本");
	press(s, "<Esc>:M000039");
	shows("样本商户 38  M000039"); /* the last of those opened */
	press(s, "<Esc>");
	assert_int_equal(db_stamp(desk_db(s->shell.desk)), stamp);
	tick(s);
	assert_int_equal(db_stamp(desk_db(s->shell.desk)), stamp + 1); /* all in one commit */
	for (int i = 0; i < HABIT_NOTES + 5; i++) {
		AUTO(buf_release) struct buf line = BUF_INIT;

		buf_addf(&line, "M%d", i);
		habit_note(&notes, HABIT_FILTERS, "user", line.data);
	}
	habit_note(&notes, HABIT_FILTERS, "user", "M40");
	assert_ok(habit_recall(s->shell.desk, &notes, HABIT_FILTERS, "user", &l, &err), err);
	assert_int_equal(l.n, HABIT_LINES);
	assert_string_equal(l.line[0], "M40");
	assert_string_equal(l.line[1], "M68");
	assert_ok(habit_notes_write(s->shell.desk, &notes, NULL, &err), err);
	assert_int_equal(notes.n, 0);
	assert_ok(habit_read(s->shell.desk, HABIT_FILTERS, "user", &l, &err), err);
	assert_int_equal(l.n, HABIT_LINES);
	assert_string_equal(l.line[0], "M40");
	assert_int_equal(db_stamp(desk_db(s->shell.desk)), stamp + 2);
}

/* ---- the palette and the way back ---- */
static void the_palette_finds_by_what_is_typed_of_it(void **state)
{
	struct stage *s = *state;

	press(s, ":");
	shows("Go to or do");
	press(s, "trans");
	shows("Transactions");
	press(s, "<Enter>");
	shows("Transactions  0");
	lacks("Go to or do");
	press(s, ":nothing is called so<Enter>");
	shows("Nothing is called so");
	press(s, "<Esc>");
	shows("Transactions  0");
	press(s, ":zzz<Ctrl-U>mrch<Enter>");   /* characters in their order */
	shows("Merchants  40");
	words_open("zh_CN");
	press(s, ":交<Enter>");
	shows("交易  0");
	words_open("en");
}

static void the_palette_acts_on_the_item(void **state)
{
	struct stage *s = *state;

	press(s, ":appro<Down>");
	shows("Approve: possible only in: ");
	press(s, "<Esc>/M000002<Enter>:claim<Enter>");
	shows("Claim: signed");
	press(s, ":approve");
	shows("Approve: possible only in: ");
	assert_int_equal(stage_press(s, "<Esc>:quit<Enter>"), WISH_QUIT);
	assert_int_equal(stage_press(s, ":mono<Enter>"), WISH_THEME_AT);
	assert_string_equal(desktop_theme(s->desktop), "mono");
}

/* The letters by which a row was found stand out, also in the row under the cursor. */
static void the_palette_shows_what_fits(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf marked = BUF_INIT;

	press(s, ":otbx");
	shows("Outbox");
	for (int row = 0; row < 24; row++)
		for (int col = 0; col < 80; col++)
			if (grid_cell(s->grid, row, col)->role == ROLE_MATCH)
				buf_adds(&marked, grid_cell(s->grid, row, col)->text);
	assert_memory_equal(marked.data, "Otbx", 4); /* of the first row; whatever fits less well stands below */
	press(s, "<Esc>");
}

/* What cannot run stays where it is and says why. */
static void the_impossible_does_not_run(void **state)
{
	struct stage *s = *state;

	press(s, ":show masked<Enter>");
	shows("show masked fields for a purpose: possible only in: an item");
	shows("Go to or do");
}

static void the_palette_has_what_was_opened(void **state)
{
	struct stage *s = *state;

	press(s, "/M000007<Enter><Enter><Esc>/M000008<Enter><Enter>");
	stage_open(s);
	press(s, "2:M000007<Enter>");
	shows("样本商户 6");
	shows("Merchant no.");
	press(s, "<Esc>");
	shows("› ");
	shows("is:open");
}

static void minus_goes_back_step_by_step(void **state)
{
	struct stage *s = *state;

	press(s, "-");
	shows("this is where you began");
	press(s, "/<Ctrl-U>state:applied sort:id<Enter>jjj<Enter>");
	shows("M000004");
	press(s, ":transactions<Enter>");
	shows("Transactions  0");
	press(s, "-");
	shows("Merchant no.");
	shows("M000004");
	press(s, "-");
	shows("state:applied sort:id");
	if (!strstr(text.data, "›   M000004"))
		fail_msg("the cursor is elsewhere:\n%s", text.data);
	press(s, "-");
	shows("Merchants  40  is:open");
	press(s, "-");
	shows("this is where you began");
	for (int i = 0; i < 100; i++)          /* a trail has an end */
		press(s, i % 2 ? "1" : "2");
	for (int i = 0; i < 33; i++)
		press(s, "-");
	shows("this is where you began");
}

/* ---- views ---- */
static void a_filter_is_saved_as_a_view(void **state)
{
	struct stage *s = *state;

	press(s, "/<Ctrl-U>risk_score>80<Enter>W");
	shows("Save as a view");
	press(s, "<Enter>");
	shows("a view has a name");
	press(s, "Risky 高<Enter>");
	shows("Saved as Risky 高");
	shows("Risky 高       6│");        /* beside the desks, with its count */
	shows("Risky 高  6  risk_score>80");
	press(s, "1");
	shows("Merchants  40  is:open");
	press(s, ":risky<Enter>");
	shows("Risky 高  6  risk_score>80");
	press(s, "/ M000015<Enter>");
	shows("Risky 高  1");
	press(s, "<Esc>");                   /* Esc leads back to the view's own filter */
	shows("Risky 高  6  risk_score>80");
	press(s, "-");
	shows("Risky 高  1");
	press(s, ":transactions<Enter>:高<Enter>");
	shows("Risky 高  6");
	stage_open(s);                       /* another day */
	stage_draw(s, 24, 80, &text);
	shows("Risky 高       6│");
}

static void views_are_renamed_and_deleted(void **state)
{
	struct stage *s = *state;

	press(s, "R");
	shows("this is a desk, not a view");
	press(s, ":delete this<Enter>");
	shows("delete this view: this is a desk, not a view");
	press(s, "<Esc>/<Ctrl-U>mcc:5812<Enter>WFood<Enter>1/<Ctrl-U>risk_score>80<Enter>WRisky<Enter>");
	shows(" Food  ");
	shows(" Risky  ");
	press(s, "R<Ctrl-U>Food<Enter>");
	shows("there is a view of this name already");
	press(s, "<Ctrl-U>Danger<Enter>");
	shows(" Danger  ");
	lacks("Risky");
	shows("Danger  6  risk_score>80");
	press(s, "<Del>");
	shows("Delete the view");
	press(s, "<Enter>");                 /* what stands first keeps it */
	shows(" Danger  ");
	press(s, "<Del><Down><Enter>");
	lacks("Danger");
	shows("Merchants  40  is:open");     /* whoever stood in it stands on its desk */
	press(s, "<Esc>G<Del><Down><Enter>");  /* on the column of desks the last, Food */
	lacks("Food");
	stage_open(s);
	stage_draw(s, 24, 80, &text);
	lacks("Food");
}

static void refresh(struct stage *s)
{
	desktop_refresh(s->desktop, &(struct sync_status){ .state = SYNC_LIVE, .last_ok = s->house.clock });
	stage_draw(s, 24, 80, &text);
}

/* What the same operator does in another console is seen in this one without a key. */
static void another_console_follows(void **state)
{
	struct stage *s = *state, second = { .house = s->house };
	struct err err = { 0 };

	second.shell = s->shell;
	second.shell.store = house_open(&s->house, "lin");
	assert_ok(desk_open(&second.shell.desk, second.shell.store, &err), err);
	second.grid = grid_new(24, 80);
	stage_open(&second);
	stage_press(&second, "/<Ctrl-U>mcc:5812<Enter>WFood<Enter>1/<Ctrl-U>risk_score>80<Enter>WRisky<Enter>");
	refresh(s);
	shows(" Food  ");
	shows(" Risky          6");
	press(s, ":risky<Enter>");
	shows("Risky  6  risk_score>80");
	stage_press(&second, ":food<Enter><Del><Down><Enter>");  /* the one before goes: whoever stands in the other stays in it */
	refresh(s);
	lacks("Food");
	shows(" Risky          6");
	shows("Risky  6  risk_score>80");
	stage_press(&second, "/<Ctrl-U>M000015<Enter>c"); /* a claim: the counts follow */
	stage_press(&second, "1/<Ctrl-U>is:mine<Enter>WOwn<Enter>");
	refresh(s);
	shows(" Own            1");
	stage_press(&second, ":risky<Enter><Del><Down><Enter>");      /* and the one that is open here */
	refresh(s);
	lacks(" Risky  ");
	shows("Merchants  6  risk_score>80");
	desktop_free(second.desktop);
	grid_free(second.grid);
	shell_close(&second.shell);
}

static void views_have_an_end(void **state)
{
	struct stage *s = *state;

	for (int i = 0; i <= VIEWS_MAX; i++) {
		AUTO(buf_release) struct buf keys = BUF_INIT;

		buf_addf(&keys, "1W<Ctrl-U>view %c<Enter>", 'a' + i);
		press(s, keys.data);
	}
	shows("there is room for 20 views");
	press(s, "<Esc>:view t<Enter>");
	shows("view t  40");
	press(s, "<Tab>G");                  /* the column of desks scrolls with its cursor */
	shows("  view t");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(tab_completes, begin, finish),
		cmocka_unit_test_setup_teardown(completion_lets_typing_go_on, begin, finish),
		cmocka_unit_test_setup_teardown(wrong_words_are_said_under_them, begin, finish),
		cmocka_unit_test_setup_teardown(earlier_filters_come_back, begin, finish),
		cmocka_unit_test_setup_teardown(the_palette_finds_by_what_is_typed_of_it, begin, finish),
		cmocka_unit_test_setup_teardown(the_palette_acts_on_the_item, begin, finish),
		cmocka_unit_test_setup_teardown(the_palette_shows_what_fits, begin, finish),
		cmocka_unit_test_setup_teardown(the_impossible_does_not_run, begin, finish),
		cmocka_unit_test_setup_teardown(the_palette_has_what_was_opened, begin, finish),
		cmocka_unit_test_setup_teardown(minus_goes_back_step_by_step, begin, finish),
		cmocka_unit_test_setup_teardown(a_filter_is_saved_as_a_view, begin, finish),
		cmocka_unit_test_setup_teardown(views_are_renamed_and_deleted, begin, finish),
		cmocka_unit_test_setup_teardown(another_console_follows, begin, finish),
		cmocka_unit_test_setup_teardown(views_have_an_end, begin, finish),
		cmocka_unit_test_setup_teardown(habits_are_kept_in_the_store, begin, finish),
		cmocka_unit_test_setup_teardown(habits_wait_for_a_pause, begin, finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
