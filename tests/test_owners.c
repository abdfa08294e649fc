/* Who is behind a merchant: every way in which the owners that are named can be right or wrong, by the articles of Order [2024] No. 3;
 * and their place among those who are held against the watch lists. */
#include <stdio.h>
#include <string.h>

#include "core/filter/filter.h"
#include "core/records/gathered.h"
#include "core/rules.h"
#include "core/screening/hits.h"
#include "tests/check.h"
#include "tests/ledger.h"

static struct ledger ledger;
static struct item merchant;

static int setup(void **state)
{
	(void)state;
	ledger_open(&ledger);
	ledger_merchant(&merchant, "M1");
	ledger_put(&ledger, &merchant);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	item_release(&merchant);
	ledger_close(&ledger);
	return 0;
}

static void expect_of(const struct item *it, int64_t when, const char *id, enum check_status status, const char *why)
{
	struct checklist list;

	checks_run(ledger.db, it, when, &list);
	for (size_t i = 0; i < list.n; i++)
		if (!strcmp(list.row[i].check->id, id)) {
			if (list.row[i].status != status || !strstr(list.row[i].why, why))
				fail_msg("%s should be %d \"%s\", and is %d %s", id, (int)status, why, (int)list.row[i].status, list.row[i].why);
			return;
		}
	fail_msg("no check %s", id);
}

static void expect(enum check_status status, const char *why)
{
	expect_of(&merchant, SPECIMEN_TIME, "owners", status, why);
}

/* ---- several owners together ---- */
struct named { const char *basis; int64_t share; };
struct together { struct named by[4]; enum check_status status; const char *why; };

static const struct together cases[] = {
	{ { { "equity", 10000 } }, CHECK_PASSED, "1 named, who hold 100.00 %" },
	{ { { "equity", 2500 } }, CHECK_UNKNOWN, "who hold 25.00 % together; of the rest somebody may hold 25.00 % or more" },                       /* 25 % or more */
	{ { { "equity", 2499 } }, CHECK_FAILED, "O1: 24.99 % is under 25.00 %" },
	{ { { "rights", 7500 } }, CHECK_UNKNOWN, "25.00 % or more" },
	{ { { "rights", 7501 } }, CHECK_PASSED, "75.01 %" },                           /* nobody else can */
	{ { { "rights", 2499 } }, CHECK_FAILED, "article 6" },
	{ { { "equity", 6000 }, { "equity", 2499 } }, CHECK_FAILED, "1 of 2, first O2: 24.99 %" },
	{ { { "equity", 5000 }, { "equity", 5000 } }, CHECK_PASSED, "2 named, who hold 100.00 %" },
	{ { { "equity", 5001 }, { "equity", 5000 } }, CHECK_FAILED, "equity adds up to 100.01 %" },
	{ { { "rights", 6000 }, { "rights", 4001 } }, CHECK_FAILED, "rights add up to 100.01 %" },
	{ { { "equity", 7600 }, { "rights", 7600 } }, CHECK_PASSED, "76.00 %" },     /* what is owned and what may be voted need not agree */
	{ { { "equity", 10001 } }, CHECK_FAILED, "more than 100 %" },
	{ { { "equity", -1 } }, CHECK_FAILED, "less than nothing" },
	{ { { "equity", 0 } }, CHECK_FAILED, "the share is not given" },
	{ { { "equity", 2490 }, { "equity", 2490 }, { "equity", 2490 } }, CHECK_FAILED, "3 named with less than 25.00 % each, who hold 74.70 % together" },
	{ { { "equity", 1200 }, { "equity", 1200 } }, CHECK_FAILED, "2 of 2, first O1: 12.00 % is under" },
	{ { { "equity", 6000 }, { "equity", 2000 }, { "equity", 2000 } }, CHECK_FAILED, "2 named with less than 25.00 % each" },
	{ { { "control", 0 } }, CHECK_UNKNOWN, "by what this person controls" },
	{ { { "manager", 0 } }, CHECK_PASSED, "1 named" },
	{ { { "manager", 0 }, { "manager", 0 } }, CHECK_PASSED, "2 named" },
	{ { { "manager", 0 }, { "equity", 2500 } }, CHECK_FAILED, "O1 is named for daily management" },
	{ { { "control", 0 }, { "manager", 0 } }, CHECK_FAILED, "O2 is named for daily management" },
	{ { { NULL, 0 } }, CHECK_FAILED, "daily management" },
};

static void put_owner(const char *id, const struct named *n)
{
	AUTO(item_release) struct item it;

	ledger_owner(&it, id, "M1", n->basis, n->share);
	ledger_put(&ledger, &it);
}

static void forget_owners(void)
{
	struct table table = record_table(record_find("beneficial_owner"));
	struct err err;

	for (char id[] = "O1"; id[1] <= '4'; id[1]++)
		assert_ok(db_delete(ledger.db, &table, &(struct value){ VALUE_TEXT, 0, id, 2 }, &err), err);
}

static void named_together(void **state)
{
	(void)state;
	item_set(&merchant, "registered_capital", value_int(rule_at("owner_filing_capital", SPECIMEN_TIME)->value + 1));
	for (size_t i = 0; i < COUNT(cases); i++) {
		char id[] = "O1";

		for (size_t k = 0; k < COUNT(cases[i].by) && cases[i].by[k].basis; k++, id[1]++)
			put_owner(id, &cases[i].by[k]);
		expect(cases[i].status, cases[i].why);
		forget_owners();
	}
}

/* ---- one owner ---- */
struct finding { const char *field, *text, *check; enum check_status status; const char *why; };

static const struct finding findings[] = {
	{ "name", "", "number_form", CHECK_FAILED, "not given" },
	{ "number", "", "number_form", CHECK_FAILED, "not given" },
	{ "number", "110101199003070040", "number_form", CHECK_FAILED, "check character" },
	{ "document_kind", "passport", "number_form", CHECK_PASSED, "no check character" },
	{ "basis", "", "qualifies", CHECK_FAILED, "is not said" },
	{ "basis", "manager", "qualifies", CHECK_PASSED, "daily management" },
	{ "held", "indirect", "qualifies", CHECK_UNKNOWN, "not named" },
	{ "state", "contradicted", "qualifies", CHECK_UNKNOWN, "contradicts the 80.00 %" },
	{ "name", "张样本", "number_form", CHECK_PASSED, "fits" },
	{ "name", "张样本", "qualifies", CHECK_PASSED, "80.00 %; 25.00 % is asked for" },
	{ "name", "张样本", "screened", CHECK_UNKNOWN, "never imported" },
};

/* What is wrong with one is found on its own card, and on its merchant's, with a way there. */
static void one_by_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(findings); i++) {
		const struct finding *f = &findings[i];
		AUTO(item_release) struct item it;
		struct checklist list;

		ledger_owner(&it, "O1", "M1", "equity", 8000);
		item_set(&it, f->field, *f->text ? value_text(f->text) : value_null());
		ledger_put(&ledger, &it);
		expect_of(&it, SPECIMEN_TIME, f->check, f->status, f->why);
		if (f->status == CHECK_PASSED || !strcmp(f->check, "screened"))
			continue;
		expect(f->status, f->why);
		checks_run(ledger.db, &merchant, SPECIMEN_TIME, &list);
		for (size_t k = 0; k < list.n; k++)
			if (!strcmp(list.row[k].check->id, "owners")) {
				assert_string_equal(list.row[k].kind, "beneficial_owner");
				assert_string_equal(list.row[k].id, "O1");
			}
	}
}

/* What one person holds in two ways is one share; what somebody else holds, or the same person by another measure, is another. */
static void one_person_in_two_ways(void **state)
{
	static const struct { const char *number, *basis, *state; enum check_status status; const char *why; } rows[] = {
		{ "110101199003070038", "equity", "declared", CHECK_PASSED, "30.00 %; 25.00 % is asked for" },
		{ "110101199003070038", "equity", "ended", CHECK_FAILED, "15.00 % is under 25.00 %" },
		{ "110101199003070038", "rights", "declared", CHECK_FAILED, "15.00 % is under 25.00 %" },
		{ "110101198001010011", "equity", "declared", CHECK_FAILED, "15.00 % is under 25.00 %" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(item_release) struct item it, second;

		ledger_owner(&it, "O1", "M1", "equity", 1500);
		ledger_owner(&second, "O2", "M1", rows[i].basis, 1500);
		item_set(&it, "number", value_text("110101199003070038"));
		item_set(&second, "number", value_text(rows[i].number));
		item_set(&second, "share_bps", value_int(1500));
		item_set(&second, "state", value_text(rows[i].state));
		ledger_put(&ledger, &it);
		ledger_put(&ledger, &second);
		expect_of(&it, SPECIMEN_TIME, "qualifies", rows[i].status, rows[i].why);
	}
}

static void control_is_said_how(void **state)
{
	AUTO(item_release) struct item it;

	(void)state;
	ledger_owner(&it, "O1", "M1", "control", 0);
	item_set(&it, "through", value_text("一致行动协议"));
	ledger_put(&ledger, &it);
	expect(CHECK_PASSED, "1 named");
	item_set(&it, "state", value_text("contradicted"));
	ledger_put(&ledger, &it);
	expect(CHECK_UNKNOWN, "contradicts");
	item_set(&it, "state", value_text("ended")); /* whoever was one is none any more */
	ledger_put(&ledger, &it);
	expect(CHECK_UNKNOWN, "none is named");
}

/* A core that sends owners without end: so many are looked at, what is wrong with one of them is still wrong, and nothing passes unseen. */
static void not_without_end(void **state)
{
	AUTO(item_release) struct item it = { 0 };

	(void)state;
	for (int i = 0; i <= GATHER_MAX; i++) {
		char id[16];

		snprintf(id, sizeof id, "O%04d", i);
		item_release(&it);
		ledger_owner(&it, id, "M1", "control", 0);
		item_set(&it, "through", value_text("一致行动协议"));
		if (i < GATHER_MAX)
			ledger_put(&ledger, &it);
	}
	expect(CHECK_PASSED, "1000 named");
	ledger_put(&ledger, &it);
	expect(CHECK_UNKNOWN, "more than 1000");
	item_release(&it);
	ledger_owner(&it, "O0500", "M1", "control", 0);
	item_set(&it, "number", value_text("110101199003070021"));
	ledger_put(&ledger, &it);
	expect(CHECK_FAILED, "O0500");
}

/* Article 2: individual businesses file none; article 3: small ones may promise instead. */
static void who_need_not(void **state)
{
	int64_t most = rule_at("owner_filing_capital", SPECIMEN_TIME)->value;

	(void)state;
	assert_int_equal(most, INT64_C(10000000) * 100);
	assert_int_equal(rule_at("owner_share", SPECIMEN_TIME)->value, 2500);
	assert_null(rule_at("owner_share", INT64_C(1730390399000)));   /* 31 October 2024, 23:59:59 in Shanghai */
	assert_non_null(rule_at("owner_share", INT64_C(1730390400000)));
	item_set(&merchant, "registered_capital", value_int(most));
	expect(CHECK_UNKNOWN, "¥10,000,000.00 or less");
	item_set(&merchant, "registered_capital", value_int(most + 1));
	expect(CHECK_FAILED, "none is named");
	item_set(&merchant, "registered_capital", value_null());
	expect(CHECK_FAILED, "none is named");
	item_set(&merchant, "type", value_text("individual_business"));
	expect(CHECK_PASSED, "article 2");
	item_set(&merchant, "type", value_text("micro"));
	expect(CHECK_PASSED, "needs none");
}

/* ---- a share is seen, and looked for, as a percentage ---- */
static int64_t found_by(const char *text)
{
	AUTO(filter_release) struct filter f = { 0 };
	const struct actor who = { .clearance = PRIVACY_CORE };
	int64_t n;
	struct err err;

	if (filter_parse(&f, record_find("beneficial_owner"), text, &(struct filter_reader){ .who = &who, .now = SPECIMEN_TIME }, NULL, NULL, &err))
		return -(int64_t)err.code;
	assert_ok(query_count(ledger.db, &f.query, &n, &err), err);
	return n;
}

static void shares_are_percentages(void **state)
{
	AUTO(buf_release) struct buf shown = BUF_INIT;
	AUTO(item_release) struct item it;

	(void)state;
	ledger_owner(&it, "O1", "M1", "equity", 2505);
	ledger_put(&ledger, &it);
	item_show(&shown, &it, (size_t)record_field(it.rec, "share_bps"), &(struct show){ .clearance = PRIVACY_CORE });
	assert_string_equal(shown.data, "25.05");
	assert_int_equal(found_by("share_bps:25.05"), 1);
	assert_int_equal(found_by("share_bps>=25.1"), 0);
	assert_int_equal(found_by("share_bps<26"), 1);
	assert_int_equal(found_by("share_bps>25.051"), -E_USAGE);
	assert_int_equal(found_by("share_bps>many"), -E_USAGE);
}

/* ---- watch lists ---- */
static void owners_are_screened(void **state)
{
	AUTO(item_release) struct item it;
	bool there = false;

	(void)state;
	for (size_t i = 0; i < nscreened_roles; i++)
		there = there || (!strcmp(screened_roles[i].kind, "beneficial_owner") && !strcmp(screened_roles[i].role, "owner"));
	assert_true(there);
	expect_of(&merchant, SPECIMEN_TIME, "screened_owners", CHECK_PASSED, "nobody besides");
	ledger_owner(&it, "O1", "M1", "equity", 8000);
	ledger_put(&ledger, &it);
	expect_of(&merchant, SPECIMEN_TIME, "screened_owners", CHECK_UNKNOWN, "O1: ");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(named_together), T(one_by_one), T(one_person_in_two_ways), T(control_is_said_how), T(not_without_end), T(who_need_not), T(shares_are_percentages), T(owners_are_screened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
