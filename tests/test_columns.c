/* Columns of a list: money by its decimal point, the order that a key chooses, and what a sign says beside a colour. */
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/specimen.h"
#include "tests/stage.h"
#include "tui/words.h"

static void put(struct stage *s, struct item *it)
{
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };
	bool changed;

	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	assert_ok(desk_take_fact(s->shell.desk, it, false, &changed, &err), err);
	assert_ok(tx_commit(&tx, &err), err);
	item_release(it);
}

static void put_payment(struct stage *s, const char *id, const char *currency, int64_t minor, const char *state)
{
	struct item it;

	item_init(&it, record_find("transaction"));
	item_set(&it, "id", value_text(id));
	item_set(&it, "state", value_text(state));
	item_set(&it, "version", value_int(1));
	item_set(&it, "updated_at", value_int(s->house.clock));
	item_set(&it, "occurred_at", value_int(s->house.clock));
	item_set(&it, "amount", value_int(minor));
	item_set(&it, "currency", value_text(currency));
	put(s, &it);
}

/* The screen line that has these words, without its end; "" when there is none. */
static void line_with(struct stage *s, const char *words, int cols, struct buf *line)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	const char *at;

	stage_draw(s, 24, cols, &text);
	buf_clear(line);
	at = strstr(text.data, words);
	if (!at)
		return;
	while (at > text.data && at[-1] != '\n')
		at--;
	buf_add(line, at, strcspn(at, "\n"));
}

/* The screen column in which a text stands in a line. */
static int column_of(const struct buf *line, const char *text)
{
	const char *at = strstr(line->data, text);
	AUTO(buf_release) struct buf before = BUF_INIT;

	if (!at)
		fail_msg("\"%s\" is not in \"%s\"", text, line->data);
	buf_add(&before, line->data, (size_t)(at - line->data));
	return grid_width(before.data);
}

static void money_stands_by_its_point(void **state)
{
	static const struct { const char *id, *currency, *whole; int64_t minor; } paid[] = {
		{ "T1", "CNY", "¥1,234", 123450 }, { "T2", "JPY", "JPY 500", 500 }, { "T3", "KWD", "KWD 7", 7125 },
		{ "T4", "USD", "USD 12", 1299 }, { "T5", "CNY", "-¥0", -5 },
	};
	struct stage *s = *state;
	AUTO(buf_release) struct buf line = BUF_INIT;
	int point = 0;

	words_open("en");
	for (size_t i = 0; i < COUNT(paid); i++)
		put_payment(s, paid[i].id, paid[i].currency, paid[i].minor, "succeeded");
	stage_open(s);
	stage_press(s, ":transactions<Enter>");
	for (size_t i = 0; i < COUNT(paid); i++) {
		int here;

		line_with(s, paid[i].id, 80, &line);
		here = column_of(&line, paid[i].whole) + grid_width(paid[i].whole);
		if (i)
			assert_int_equal(here, point);
		point = here;
	}
}

static void states_and_risks_have_signs(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf line = BUF_INIT;
	struct item it;

	words_open("en");
	put_payment(s, "T1", "CNY", 100, "failed");
	put_payment(s, "T2", "CNY", 100, "succeeded");
	put_payment(s, "T3", "CNY", 100, "refunding");
	stage_open(s);
	stage_press(s, ":transactions<Enter>");
	line_with(s, "T1", 80, &line);
	assert_non_null(strstr(line.data, "!Failed"));
	line_with(s, "T2", 80, &line);
	assert_non_null(strstr(line.data, "✓Succeeded"));
	line_with(s, "T3", 80, &line);
	assert_non_null(strstr(line.data, "~Refund"));
	specimen_merchant(&it, "M7", 77, s->house.clock);
	item_set(&it, "risk_score", value_int(20));
	item_set(&it, "due_at", value_int(s->house.clock + 5 * 3600000));
	put(s, &it);
	stage_press(s, "1/M7<Enter>");
	line_with(s, "M7 ", 80, &line);
	assert_non_null(strstr(line.data, "~20"));
	assert_non_null(strstr(line.data, "~+5h"));
	assert_null(strstr(line.data, "!"));
}

/* > and < walk the columns that are in sight, O turns the order, and the filter's word says it. */
static void keys_choose_the_order(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf line = BUF_INIT;

	words_open("en");
	stage_open(s);
	line_with(s, "Merchant no.", 80, &line);
	assert_non_null(strstr(line.data, "▼Risk"));
	stage_press(s, ">");
	line_with(s, "is:open", 80, &line);
	assert_non_null(strstr(line.data, "is:open sort:due_at"));
	line_with(s, "Merchant no.", 80, &line);
	assert_non_null(strstr(line.data, "▲Due"));
	line_with(s, "›", 80, &line);
	assert_non_null(strstr(line.data, "M000001"));
	stage_press(s, "O");
	line_with(s, "is:open", 80, &line);
	assert_non_null(strstr(line.data, "is:open sort:-due_at"));
	line_with(s, "›", 80, &line);
	assert_non_null(strstr(line.data, "M000040"));
	stage_press(s, ">"); /* round to the first */
	line_with(s, "Merchant no.", 80, &line);
	assert_non_null(strstr(line.data, "▲Merchant no."));
	stage_press(s, "<<");
	line_with(s, "is:open", 80, &line);
	assert_non_null(strstr(line.data, "is:open sort:-risk_score"));
	stage_press(s, "<Esc>");
	line_with(s, "Merchants  40", 80, &line);
	assert_null(strstr(line.data, "sort:"));
}

static void signs_fit_ascii(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf line = BUF_INIT;

	words_open("en");
	put_payment(s, "T2", "CNY", 100, "succeeded");
	grid_set_ascii(s->grid, true);
	stage_open(s);
	line_with(s, "Merchant no.", 80, &line);
	assert_non_null(strstr(line.data, "vRisk"));
	stage_press(s, ":transactions<Enter>");
	line_with(s, "T2", 80, &line);
	assert_non_null(strstr(line.data, "+Succeeded"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(money_stands_by_its_point, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(states_and_risks_have_signs, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(keys_choose_the_order, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(signs_fit_ascii, stage_begin, stage_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
