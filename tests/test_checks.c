/* What a merchant is checked for: each check passed, failed and unknown, and why. */
#include <stdio.h>
#include <string.h>

#include "core/values/ident.h"
#include "core/values/mcc.h"
#include "core/values/text.h"
#include "core/values/when.h"
#include "tests/check.h"
#include "tests/ledger.h"

static struct ledger ledger;
static struct item merchant;

static int setup(void **state)
{
	(void)state;
	ledger_open(&ledger);
	ledger_merchant(&merchant, "M1");
	item_set(&merchant, "contact_phone", value_text("13800005678")); /* not that of the others */
	item_set(&merchant, "address", value_text("上海市浦东新区样本路1号"));
	ledger_put(&ledger, &merchant);
	ledger_papers(&ledger, "M1");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	item_release(&merchant);
	ledger_close(&ledger);
	return 0;
}

static void expect_at(int64_t when, const char *id, enum check_status status, const char *why)
{
	struct checklist list;

	checks_run(ledger.db, &merchant, when, &list);
	for (size_t i = 0; i < list.n; i++)
		if (!strcmp(list.row[i].check->id, id)) {
			if (list.row[i].status != status || !strstr(list.row[i].why, why))
				fail_msg("%s: %d %s", id, (int)list.row[i].status, list.row[i].why);
			assert_true(!checks_failed(&list) || list.row[i].status == CHECK_FAILED || status != CHECK_FAILED);
			return;
		}
	fail_msg("no check %s", id);
}

static void expect(const char *id, enum check_status status, const char *why)
{
	expect_at(SPECIMEN_TIME, id, status, why);
}

static void everything_passes(void **state)
{
	struct checklist list;

	(void)state;
	checks_run(ledger.db, &merchant, SPECIMEN_TIME, &list);
	for (size_t i = 0; i < list.n; i++) /* here are no watch lists, which is unknown, not passed; see test_hits.c */
		if (list.row[i].status != (strncmp(list.row[i].check->id, "screened_", 9) ? CHECK_PASSED : CHECK_UNKNOWN) || !*list.row[i].why)
			fail_msg("%s: %s", list.row[i].check->id, list.row[i].why);
	assert_false(checks_failed(&list));
}

static void credit_code(void **state)
{
	char code[CREDIT_CODE_LEN + 1];
	struct checklist list;

	(void)state;
	snprintf(code, sizeof code, "%s", item_text(&merchant, "credit_code"));
	code[17] = code[17] == '0' ? '1' : '0';
	item_set(&merchant, "credit_code", value_text(code));
	expect("credit_code", CHECK_FAILED, "");
	checks_run(ledger.db, &merchant, SPECIMEN_TIME, &list);
	assert_true(checks_failed(&list));
	item_set(&merchant, "credit_code", value_text("\x1b[31m"));
	expect("credit_code", CHECK_FAILED, "");
	item_set(&merchant, "credit_code", value_null());
	expect("credit_code", CHECK_UNKNOWN, "not given");
	expect("same_credit_code", CHECK_UNKNOWN, "not given");
	item_set(&merchant, "type", value_text("micro"));
	expect("credit_code", CHECK_PASSED, "micro");
	expect("same_credit_code", CHECK_PASSED, "micro");
}

static void set_birthday(const char *day)
{
	char number[RESIDENT_LEN + 1];

	snprintf(number, sizeof number, "110101%s001", day);
	assert_true(ident_resident_complete(number));
	item_set(&merchant, "legal_rep_number", value_text(number));
}

/* The specimen time is 21 November 2026, 09:45 in Shanghai. */
static void legal_representative(void **state)
{
	(void)state;
	set_birthday("20081121");
	expect("legal_rep", CHECK_PASSED, "of age");
	expect_at(SPECIMEN_TIME - 10 * WHEN_HOUR, "legal_rep", CHECK_FAILED, "18"); /* yesterday in Shanghai */
	set_birthday("20081122");
	expect("legal_rep", CHECK_FAILED, "under 18");
	item_set(&merchant, "legal_rep_number", value_text("110101199003071230"));
	expect("legal_rep", CHECK_FAILED, "");
	item_set(&merchant, "legal_rep_number", value_null());
	expect("legal_rep", CHECK_UNKNOWN, "not given");
}

static const char *category(enum mcc_risk risk)
{
	for (size_t i = 0; i < mcc_count; i++)
		if (mcc_table[i].risk == risk)
			return mcc_table[i].code;
	fail_msg("the table has no category of risk %d", (int)risk);
	return NULL;
}

static void categories(void **state)
{
	(void)state;
	item_set(&merchant, "mcc", value_text(category(MCC_PROHIBITED)));
	expect("mcc", CHECK_FAILED, category(MCC_PROHIBITED));
	item_set(&merchant, "mcc", value_text(category(MCC_HIGH_RISK)));
	expect("mcc", CHECK_UNKNOWN, "closer look");
	item_set(&merchant, "mcc", value_text("0001"));
	expect("mcc", CHECK_FAILED, "0001");
	item_set(&merchant, "mcc", value_text("\x1b[2J"));
	expect("mcc", CHECK_FAILED, "⟨U+001B⟩");
	item_set(&merchant, "mcc", value_null());
	expect("mcc", CHECK_UNKNOWN, "not given");
}

static void other(const char *id, const char *state, const char *field)
{
	AUTO(item_release) struct item it;

	ledger_merchant(&it, id);
	item_set(&it, "state", value_text(state));
	item_set(&it, field, item_get(&merchant, field));
	ledger_put(&ledger, &it);
}

/* Other applications under the same value, and after them those that came to nothing. One code or card for two is wrong; the rest is to be read. */
static void duplicates(void **state)
{
	static const struct { const char *check, *field; enum check_status found; const char *says; } rows[] = {
		{ "same_credit_code", "credit_code", CHECK_FAILED, "the same as" }, { "same_card", "settlement_card", CHECK_FAILED, "the same as" },
		{ "same_legal_rep", "legal_rep_number", CHECK_UNKNOWN, "shared with" }, { "same_phone", "contact_phone", CHECK_UNKNOWN, "shared with" },
		{ "same_address", "address", CHECK_UNKNOWN, "shared with" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char says[64];

		other("M2", "rejected", rows[i].field);
		other("M3", "terminated", rows[i].field);
		expect(rows[i].check, CHECK_UNKNOWN, "as M2 had it, which is over (Rejected)");
		other("M2", "applied", "region");
		expect(rows[i].check, CHECK_UNKNOWN, "as M3 had it, which is over (Terminated)");
		other("M2", "applied", rows[i].field);
		snprintf(says, sizeof says, "%s M2", rows[i].says);
		expect(rows[i].check, rows[i].found, says);
		expect(rows[(i + 1) % COUNT(rows)].check, CHECK_PASSED, "no other"); /* each looks at its own field */
		other("M3", "suspended", rows[i].field);
		other("M4", "active", rows[i].field);
		snprintf(says, sizeof says, "%s M2, M3, M4", rows[i].says);
		expect(rows[i].check, rows[i].found, says);
		other("M5", "active", rows[i].field);
		expect(rows[i].check, rows[i].found, rows[i].found == CHECK_FAILED ? "M2, M3, M4 and more" : "M2, M3, M4, …");
		for (char id[] = "M2"; id[1] <= '5'; id[1]++)
			other(id, "applied", "region");
	}
	item_set(&merchant, "settlement_card", value_null());
	expect("same_card", CHECK_UNKNOWN, "not given");
	item_set(&merchant, "settlement_card", value_text("6222 0200 0000 0000 004"));
	expect("same_card", CHECK_UNKNOWN, "cannot be compared");
}

/* A chain is told from a stranger under the same telephone; an address is found however it is written, and not in another city. */
static void what_is_shared_is_read(void **state)
{
	AUTO(item_release) struct item it;
	struct checklist list;

	(void)state;
	ledger_merchant(&it, "M2");
	item_set(&it, "contact_phone", item_get(&merchant, "contact_phone"));
	ledger_put(&ledger, &it);
	expect("same_phone", CHECK_UNKNOWN, "another representative: 1 of 1");
	item_set(&it, "legal_rep_number", item_get(&merchant, "legal_rep_number"));
	ledger_put(&ledger, &it);
	expect("same_phone", CHECK_UNKNOWN, "under the same representative");
	item_set(&merchant, "address", value_text("上海市浦东新区样本路１２號3幢501室"));
	item_set(&it, "address", value_text("浦东新区样本路12号3-501"));
	ledger_put(&ledger, &it);
	expect("same_address", CHECK_UNKNOWN, "shared with M2");
	item_set(&it, "address", value_text("深圳市样本路12号3-501"));
	ledger_put(&ledger, &it);
	expect("same_address", CHECK_PASSED, "no other");
	checks_run(ledger.db, &merchant, SPECIMEN_TIME, &list);
	for (size_t i = 0; i < list.n; i++)
		if (!strcmp(list.row[i].check->id, "same_phone"))
			assert_string_equal(list.row[i].id, "M2"); /* and there is a way there */
}

static void put_document(const char *id, const char *type, const char *state, const char *until)
{
	AUTO(item_release) struct item doc;

	ledger_document(&doc, id, "M1", type);
	item_set(&doc, "state", value_text(state));
	item_set(&doc, "expires_on", value_text(until));
	ledger_put(&ledger, &doc);
}

static void documents(void **state)
{
	(void)state;
	put_document("D-M1-0", "business_licence", "received", NULL); /* valid for good */
	expect("documents", CHECK_PASSED, "valid");
	put_document("D-M1-0", "business_licence", "received", "2026-11-21"); /* its last day */
	expect("documents", CHECK_PASSED, "valid");
	expect_at(SPECIMEN_TIME + WHEN_DAY, "documents", CHECK_FAILED, "licence has expired");
	put_document("D-M1-0", "business_licence", "received", "2026-11-20");
	expect("documents", CHECK_FAILED, "licence has expired");
	put_document("D-M1-2", "business_licence", "verified", "2030-01-01"); /* a newer one has come */
	expect("documents", CHECK_PASSED, "valid");
	put_document("D-M1-3", "lease", "received", "2026-11-20"); /* nobody is taken on without one, and it is told */
	expect("documents", CHECK_UNKNOWN, "has run out: Lease");
	put_document("D-M1-4", "lease", "received", "2027-11-20");
	expect("documents", CHECK_PASSED, "valid");
	put_document("D-M1-2", "business_licence", "refused", "2030-01-01");
	expect("documents", CHECK_FAILED, "licence has expired");
	put_document("D-M1-0", "business_licence", "replaced", "2030-01-01");
	expect("documents", CHECK_FAILED, "licence is missing");
	item_set(&merchant, "type", value_text("micro"));
	expect("documents", CHECK_PASSED, "valid");
	put_document("D-M1-1", "legal_rep_identity", "replaced", NULL);
	expect("documents", CHECK_FAILED, "identity document of the legal representative is missing");
	put_document("D-M1-3", "lease", "replaced", NULL);
	put_document("D-M1-4", "lease", "refused", NULL);
	expect("documents", CHECK_UNKNOWN, "no documents");
}

/* A reason is one line of clean text that ends on a whole character. */
static void reasons_are_bounded(void **state)
{
	struct checklist list = { 0 };
	char text[1000];

	(void)state;
	for (size_t i = 0; i + 3 < sizeof text; i += 3)
		memcpy(text + i, "样", 4);
	check_say(&list, CHECK_FAILED, "x%s", text);
	assert_true(text_valid(list.row[0].why, strlen(list.row[0].why)));
	assert_int_equal(strlen(list.row[0].why), 238); /* 1 + 79 * 3 */
}

static void passes(struct db *db, const struct item *it, struct checklist *out)
{
	(void)db;
	(void)it;
	check_say(out, CHECK_PASSED, "fine");
}

static size_t rows_in(const struct record *rec, const char *state)
{
	AUTO(item_release) struct item it;
	struct checklist list;

	item_init(&it, rec);
	item_set(&it, "state", value_text(state));
	checks_run(ledger.db, &it, SPECIMEN_TIME, &list);
	return list.n;
}

/* A check may belong to some states only; it then neither shows nor stands in the way elsewhere. All that a record may have find room. */
static void asked_where_it_matters(void **state)
{
	static struct check checks[CHECKS_MAX];
	struct record rec = merchant.rec[0];

	(void)state;
	for (size_t i = 0; i < COUNT(checks); i++)
		checks[i] = (struct check){ .id = "one", .label = "One", .run = passes, .states = i < 2 ? IN(record_state(&rec, "configuring")) : 0 };
	rec.checks = checks;
	rec.nchecks = COUNT(checks);
	assert_int_equal(rows_in(&rec, "configuring"), CHECKS_MAX);
	assert_int_equal(rows_in(&rec, "active"), CHECKS_MAX - 2);
	assert_int_equal(rows_in(&rec, "a state of tomorrow"), CHECKS_MAX - 2);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(everything_passes), T(credit_code), T(legal_representative), T(categories), T(duplicates), T(what_is_shared_is_read), T(documents), T(reasons_are_bounded),
		T(asked_where_it_matters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
