/* A form of a record kind that exists nowhere else: a table of fields is all that it takes. */
#include <stdlib.h>
#include <string.h>

#include "core/item.h"
#include "core/values/ident.h"
#include "core/values/when.h"
#include "tests/check.h"
#include "tui/form.h"
#include "tui/screen/keys.h"
#include "tui/words.h"

#define F(name, kind) .column = { name, kind }
static const struct choice channels[] = { { "bank", N_("Bank transfer") }, { "card", N_("Card") }, { "wallet", N_("Wallet") }, { 0 } };
static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Toy no."), 8),
	{ F("amount", VALUE_INT), .label = N_("Amount"), .type = FIELD_MONEY },
	{ F("expires_on", VALUE_TEXT), .label = N_("Expires"), .type = FIELD_DATE },
	{ F("phone", VALUE_TEXT), .label = N_("Phone"), .type = FIELD_TEXT, .check = ident_mobile, .privacy = PRIVACY_IMPORTANT, .mask = MASK_PHONE },
	{ F("channel", VALUE_TEXT), .label = N_("Channel"), .type = FIELD_CHOICE, .choices = channels },
};
static const struct state states[] = { { .name = "new", .label = N_("New"), .open = true } };
static const char *const inputs[] = { "amount", "expires_on", "phone", "channel", NULL };
static const struct action actions[] = {
	{ .id = "adjust", .label = N_("Adjust"), .help = N_("Adjusts the toy."), .key = 'a', .from = IN_ANY, .to = STATE_STAY, .inputs = inputs },
};
static const char *const may_be_empty[] = { "amount", "expires_on", NULL };
static const struct action keeping[] = {
	{ .id = "amend", .label = N_("Amend"), .help = N_("Amends the toy."), .key = 'b', .from = IN_ANY, .to = STATE_STAY, .flags = KEEPS, .inputs = inputs,
	  .optional = may_be_empty },
	{ .id = "grant", .label = N_("Grant"), .help = N_("Grants the toy."), .key = 'g', .from = IN_ANY, .to = STATE_STAY, .flags = GRANTS, .inputs = inputs },
};
static const struct record toy = {
	.kind = "toy", .label = N_("Toy"), .plural = N_("Toys"), .permission = "toy.view", .fields = fields, .nfields = COUNT(fields),
	.states = states, .nstates = COUNT(states), .actions = actions, .nactions = COUNT(actions),
};

struct table_top {
	struct form *form;
	struct grid *grid;
	struct buf text;
};

static int setup(void **state)
{
	static const uint8_t evidence[KEY_BYTES];
	struct table_top *t = mem_alloc(sizeof *t);
	AUTO(item_release) struct item it;

	words_open("en");
	item_init(&it, &toy);
	item_set(&it, "id", value_text("T-1"));
	item_set(&it, "state", value_text("new"));
	t->form = form_new(&it, &actions[0], evidence, INT64_C(1773547200000)); /* 2026-03-15 12:00 in Shanghai */
	t->grid = grid_new(40, 100);
	buf_init(&t->text);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct table_top *t = *state;

	form_free(t->form);
	grid_free(t->grid);
	buf_release(&t->text);
	free(t);
	return 0;
}

static enum form_answer type(struct table_top *t, const char *keys)
{
	enum form_answer answer = FORM_OPEN;

	for (; *keys; keys++) {
		struct event e = { .type = EVENT_KEY, .key = *keys == '\n' ? K_ENTER : *keys, .text = { *keys } };

		if (*keys == '\n' || *keys == '\t')
			*e.text = '\0';
		answer = form_event(t->form, &e);
	}
	return answer;
}

static void assert_shown(struct table_top *t, const char *what, bool there)
{
	grid_clear(t->grid);
	form_draw(t->form, t->grid, grid_rect(t->grid));
	buf_clear(&t->text);
	grid_text(&t->text, t->grid);
	if (!strstr(t->text.data, what) == there)
		fail_msg("%s is %sin\n%s", what, there ? "not " : "", t->text.data);
}

static void test_what_was_understood(void **state)
{
	struct table_top *t = *state;
	struct request r;

	assert_int_equal(type(t, "1,234.5\t2026/12/1\t13800138000\twal \n"), FORM_ACCEPTED);
	assert_shown(t, "= ¥1,234.50", true);
	assert_shown(t, "the day 2026-12-01", true);
	form_request(t->form, &r);
	assert_int_equal(r.ninput, 4);
	assert_string_equal(r.input[0].text, "1,234.5");
	assert_string_equal(r.input[1].text, "2026-12-01");
	assert_string_equal(r.input[2].text, "13800138000");
	assert_string_equal(r.input[3].text, "wallet");
}

static void test_wrong_at_the_field(void **state)
{
	struct table_top *t = *state;

	type(t, "1.234"); /* what is being typed is not complained about */
	assert_shown(t, "Amount", true);
	assert_shown(t, "decimals", false);
	type(t, "\t");
	assert_shown(t, "decimals", true);
	assert_int_equal(type(t, "2026-02-30\n12345\ncard \n"), FORM_OPEN); /* nothing leaves; the first wrong line is open again */
	assert_shown(t, "decimals", true);
	assert_int_equal(type(t, "\x15" "50,000\n"), FORM_OPEN);
	assert_shown(t, "= ¥50,000.00", true);
	assert_shown(t, "decimals", false);
	type(t, "\x15" "20260301\n\x15" "13900139000\n");
	assert_int_equal(type(t, "\n"), FORM_ACCEPTED);
}

/* However long it is: it breaks over rows, at the narrowest too. */
static void test_wrong_is_said_whole(void **state)
{
	struct table_top *t = *state;

	type(t, "1.234\t");
	assert_shown(t, "decimals", true);
	grid_resize(t->grid, 24, 34);
	assert_shown(t, "1.234", true);
	assert_shown(t, "decimals", true); /* the last word */
	assert_shown(t, "Expires", true);  /* and what comes next stands below it */
}

static void test_more_than_there_is_room_for(void **state)
{
	struct table_top *t = *state;
	const char *up = grid_glyph(t->grid, GLYPH_UP), *down = grid_glyph(t->grid, GLYPH_DOWN);

	assert_shown(t, down, false);
	grid_resize(t->grid, 10, 60);
	assert_shown(t, down, true);
	assert_shown(t, up, false);
	type(t, "1\n2026-12-01\n");
	assert_shown(t, up, true);
	assert_shown(t, down, true);
	type(t, "13800138000\n\t\t"); /* on to the last of the choices */
	assert_shown(t, up, true);
	assert_shown(t, down, false);
}

static void test_nothing_filled_in(void **state)
{
	struct table_top *t = *state;

	assert_int_equal(type(t, "\n\n\n\n"), FORM_OPEN);
	assert_shown(t, "this has to be filled in", true);
}

/* Enter takes what somebody looked for, and nothing by itself. */
static void test_enter_takes_what_was_looked_for(void **state)
{
	struct table_top *t = *state;
	struct request r;

	type(t, "1\n2026-12-01\n13800138000\n");
	assert_int_equal(type(t, "\n"), FORM_OPEN);
	assert_shown(t, "something has to be chosen", true);
	assert_int_equal(type(t, "wal\n"), FORM_ACCEPTED);
	form_request(t->form, &r);
	assert_string_equal(r.input[3].text, "wallet");
}

static void test_choices_are_looked_for(void **state)
{
	struct table_top *t = *state;
	struct request r;

	type(t, "5\ttoday\t13900139000\t");
	type(t, "Trans");
	assert_shown(t, "look for one: Trans", true);
	type(t, "q"); /* nothing has it */
	assert_shown(t, "look for one: Trans", true);
	assert_int_equal(type(t, " \n"), FORM_ACCEPTED);
	form_request(t->form, &r);
	assert_string_equal(r.input[1].text, "2026-03-15");
	assert_string_equal(r.input[3].text, "bank");
}

/* What stands there now is said beside the line, as this person may see it; an action that KEEPS begins with it, one that does not begins anew. */
static void reopen(struct table_top *t, const struct action *a, enum privacy clearance)
{
	static const uint8_t evidence[KEY_BYTES];
	const struct show how = { .clearance = clearance, .words = words_get };
	AUTO(item_release) struct item it;

	item_init(&it, &toy);
	item_set(&it, "id", value_text("T-1"));
	item_set(&it, "state", value_text("new"));
	item_set(&it, "amount", value_int(123450));
	item_set(&it, "phone", value_text("13800138000"));
	item_set(&it, "channel", value_text("card"));
	form_free(t->form);
	t->form = form_new(&it, a, evidence, INT64_C(1773547200000));
	form_present(t->form, &how);
	form_begin(t->form, &how);
}

static void test_what_stands_there(void **state)
{
	struct table_top *t = *state;
	struct request r;

	reopen(t, &actions[0], PRIVACY_CORE);
	assert_shown(t, "Amount · now: ¥1,234.50", true);
	assert_shown(t, "Expires · now", false);
	assert_shown(t, "Phone · now: 13800138000", true);
	assert_shown(t, "Channel · now: Card", true);
	assert_shown(t, "may be left empty", false);
	assert_shown(t, "asked for", false);
	reopen(t, &keeping[1], PRIVACY_CORE); /* what is only asked for is not said to be so already */
	assert_shown(t, "Channel · asked for: Card", true);
	assert_shown(t, "· now", false);
	reopen(t, &actions[0], PRIVACY_CORE);
	form_request(t->form, &r);
	assert_int_equal(r.ninput, 1); /* the one choice that stands, as ever */
	reopen(t, &actions[0], PRIVACY_GENERAL);
	assert_shown(t, "Phone · now: 138****8000", true);
	reopen(t, &keeping[0], PRIVACY_CORE);
	assert_int_equal(type(t, "\n\n\n\n"), FORM_ACCEPTED); /* a day may be left empty */
	assert_shown(t, "Expires · may be left empty", true);
	form_request(t->form, &r);
	assert_int_equal(r.ninput, 3);
	assert_string_equal(r.input[0].text, "1234.50");
	assert_string_equal(r.input[1].text, "13800138000");
	assert_string_equal(r.input[2].text, "card");
	reopen(t, &keeping[0], PRIVACY_GENERAL); /* nobody keeps what is masked to them */
	assert_int_equal(type(t, "\n\n\n\n"), FORM_OPEN);
	assert_shown(t, "this has to be filled in", true);
	form_about(t->form, "~ Phone: one → two");
	assert_shown(t, "~ Phone: one → two", true);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_what_was_understood), T(test_wrong_at_the_field), T(test_wrong_is_said_whole), T(test_more_than_there_is_room_for), T(test_nothing_filled_in), T(test_choices_are_looked_for), T(test_enter_takes_what_was_looked_for),
		T(test_what_stands_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
