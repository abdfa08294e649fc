/* How soon a merchant may have its money: the table of 90 and 30 days, and where it is asked. */
#include <string.h>

#include "core/records/merchant_settlement.h"
#include "core/rules.h"
#include "core/values/when.h"
#include "tests/check.h"
#include "tests/court.h"
#include "tests/ledger.h"

enum { NEVER = -1, UNTOLD = -1 };

static void came_on(struct item *it, int64_t days_ago)
{
	item_set(it, "activated_at", days_ago == NEVER ? value_null() : value_int(NOW - days_ago * WHEN_DAY));
}

static void ninety_days_and_thirty(void **state)
{
	static const struct { const char *cycle; int64_t age, trading; const char *refused; } rows[] = {
		{ "d0", 90, 30, NULL }, { "d0", 89, 30, "90 days" }, { "d0", 90, 29, "30 days" }, { "d0", 89, 29, "90 days" },
		{ "d0", 900, 30, NULL }, { "d0", 90, 900, NULL }, { "d0", 0, 900, "it is day 0" }, { "d0", 900, 0, "there are 0" },
		{ "d0", 900, UNTOLD, "there are 0" }, { "d0", NEVER, 900, "not yet" },
		{ "d1", NEVER, UNTOLD, NULL }, { "t1", 0, 0, NULL }, { "t1", NEVER, UNTOLD, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(item_release) struct item it;
		struct err err = { 0 };
		enum code code;

		ledger_merchant(&it, "M1");
		came_on(&it, rows[i].age);
		item_set(&it, "trading_days", rows[i].trading == UNTOLD ? value_null() : value_int(rows[i].trading));
		code = settlement_cycle_allowed(NULL, &it, rows[i].cycle, NOW, &err);
		if (code != (rows[i].refused ? E_CHECK : E_OK) || (code && !strstr(err.msg, rows[i].refused)))
			fail_msg("%s after %d days, %d of trading: %s", rows[i].cycle, (int)rows[i].age, (int)rows[i].trading, err.msg);
		if (code)
			assert_non_null(strstr(err.msg, "Yinfa [2016] No. 261"));
	}
}

/* The days are those of the calendar in Shanghai, whatever the hour. */
static void days_are_the_calendars(void **state)
{
	AUTO(item_release) struct item it;
	struct err err;
	int64_t midnight = when_day_start(NOW);

	(void)state;
	ledger_merchant(&it, "M1");
	item_set(&it, "trading_days", value_int(30));
	item_set(&it, "activated_at", value_int(midnight - 90 * WHEN_DAY + WHEN_DAY - 1)); /* late in the evening, 90 days before */
	assert_ok(settlement_cycle_allowed(NULL, &it, "d0", midnight, &err), err);
	item_set(&it, "activated_at", value_int(midnight - 89 * WHEN_DAY));
	assert_int_equal(settlement_cycle_allowed(NULL, &it, "d0", midnight + WHEN_DAY - 1, &err), E_CHECK);
}

/* After another account the money waits: who wants the same day is refused until then, who has it keeps it and is told. */
static void another_account_waits(void **state)
{
	static const struct { int64_t ago; bool held; } rows[] = { { 0, true }, { 1, true }, { 2, true }, { 3, false }, { 400, false } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(item_release) struct item it;
		struct checklist said = { .when = NOW };
		struct err err = { 0 };
		enum code code;

		ledger_merchant(&it, "M1");
		came_on(&it, 900);
		item_set(&it, "trading_days", value_int(30));
		item_set(&it, "settlement_cycle", value_text("d0"));
		item_set(&it, "settlement_changed_at", value_int(NOW - rows[i].ago * WHEN_DAY));
		code = settlement_cycle_allowed(NULL, &it, "d0", NOW, &err);
		if (code != (rows[i].held ? E_CHECK : E_OK) || (code && !strstr(err.msg, "House rule")))
			fail_msg("%d days after: %s", (int)rows[i].ago, err.msg);
		assert_ok(settlement_cycle_allowed(NULL, &it, "t1", NOW, &err), err);
		settlement_cycle_check(NULL, &it, &said);
		assert_int_equal(said.row[0].status, rows[i].held ? CHECK_UNKNOWN : CHECK_PASSED);
		if (!rows[i].ago)
			assert_non_null(strstr(said.row[0].why, "until 2025-11-24"));
		item_set(&it, "trading_days", value_int(0)); /* the law before the house */
		settlement_cycle_check(NULL, &it, &said);
		assert_int_equal(said.row[0].status, CHECK_FAILED);
	}
}

/* Before the notice was given there was no such rule. */
static void the_rule_has_a_first_day(void **state)
{
	AUTO(item_release) struct item it;
	struct err err;
	int64_t first;

	(void)state;
	assert_ok(when_parse_date("2016-09-30", &first, &err), err);
	ledger_merchant(&it, "M1");
	assert_int_equal(settlement_cycle_allowed(NULL, &it, "d0", first, &err), E_CHECK);
	assert_ok(settlement_cycle_allowed(NULL, &it, "d0", first - 1, &err), err);
	assert_int_equal(rule_at("same_day_age", first)->value, 90);
	assert_int_equal(rule_at("same_day_trading", first)->value, 30);
}

/* An application that asks for it is not approved with it; the reason says the article. */
static void no_approval_with_it(void **state)
{
	struct room *r = *state;
	AUTO(item_release) struct item it, after = { 0 };
	struct ledger l = { .db = r->db };
	struct actor zhao = person(ME, "compliance");

	ledger_merchant(&it, "M1");
	item_set(&it, "risk_outcome", value_text("passed"));
	ledger_put(&l, &it);
	ledger_papers(&l, "M1");
	assert_int_equal(decide(r, &it, "approve", &zhao, "", NULL, 0, &after), E_OK);
	item_release(&after);
	after = (struct item){ 0 };
	item_set(&it, "settlement_cycle", value_text("d0"));
	assert_int_equal(decide(r, &it, "approve", &zhao, "", NULL, 0, &after), E_CHECK);
	assert_non_null(strstr(r->err.msg, "Settlement cycle"));
	assert_non_null(strstr(r->err.msg, "Yinfa [2016] No. 261"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ninety_days_and_thirty), cmocka_unit_test(days_are_the_calendars), cmocka_unit_test(the_rule_has_a_first_day), cmocka_unit_test(another_account_waits),
		cmocka_unit_test_setup_teardown(no_approval_with_it, room_setup, room_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
