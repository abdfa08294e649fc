/* The filter language, against a model: each filter's rows are those that its predicate takes, row by row, from the same records. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/filter.h"
#include "core/item.h"
#include "core/values/text.h"
#include "core/values/when.h"
#include "tests/check.h"
#include "tests/ledger.h"

enum { ROWS = 80 };
#define ME "00112233445566778899aabbccddeeff"
#define OTHER "ffeeddccbbaa99887766554433221100"

static struct ledger ledger;
static struct item merchants[ROWS], payments[ROWS];
static const struct actor me = { .id = ME, .name = "lin", .clearance = PRIVACY_CORE };
static const struct cert people[] = { { .id = OTHER, .name = "wang" } };
static const struct filter_reader reader = { &me, SPECIMEN_TIME, people, COUNT(people) };
static const struct actor support = { .id = OTHER, .name = "wang", .clearance = PRIVACY_GENERAL };

static void make_merchant(struct item *m, size_t i)
{
	static const char *const names[] = { "样本茶馆", "Specimen Tea", "SPECIMEN 50% off_", "two words", "a\\b", "say \"hi\"" };
	static const char *const regions[] = { "华东", "华南", NULL, "" };
	const struct record *r = record_find("merchant");
	char id[16];

	snprintf(id, sizeof id, "M%03zu", i);
	ledger_merchant(m, id);
	item_set(m, "state", value_text(r->states[i % r->nstates].name));
	item_set(m, "name", value_text(names[i % COUNT(names)]));
	item_set(m, "region", value_text(regions[i % COUNT(regions)]));
	item_set(m, "risk_score", i % 7 ? value_int((int64_t)(i * 37 % 101)) : value_null());
	item_set(m, "risk_level", i % 3 ? value_text(i % 2 ? "high" : "low") : value_null());
	item_set(m, "expected_monthly", value_int((int64_t)i * 100050));
	item_set(m, "assignee", i % 5 == 0 ? value_text(ME) : i % 5 == 1 ? value_text(OTHER) : i % 5 == 2 ? value_text("") : value_null());
	item_set(m, "pending", value_int(i % 11 == 0));
	item_set(m, "updated_at", value_int(SPECIMEN_TIME - (int64_t)i * 7 * WHEN_HOUR));
	item_set(m, "established_on", value_text(i % 2 ? "2020-02-29" : "2026-11-21"));
	item_set(m, "resubmission_reasons", i % 4 ? value_null() : value_text(i % 8 ? "other" : "licence_expired,other"));
}

static void make_payment(struct item *t, size_t i)
{
	static const char *const currencies[] = { "CNY", "USD", "JPY" };
	char id[16];

	snprintf(id, sizeof id, "T%03zu", i);
	item_init(t, record_find("transaction"));
	item_set(t, "id", value_text(id));
	item_set(t, "state", value_text("succeeded"));
	item_set(t, "version", value_int(1));
	item_set(t, "amount", value_int((int64_t)i * 25));
	item_set(t, "currency", value_text(currencies[i % COUNT(currencies)]));
	item_set(t, "occurred_at", value_int(SPECIMEN_TIME - (int64_t)(i * 31 % 50) * WHEN_HOUR));
	item_set(t, "merchant_id", value_text(i % 2 ? "M001" : "M0012"));
}

static int setup(void **state)
{
	(void)state;
	ledger_open(&ledger);
	for (size_t i = 0; i < ROWS; i++) {
		make_merchant(&merchants[i], i);
		make_payment(&payments[i], i);
		ledger_put(&ledger, &merchants[i]);
		ledger_put(&ledger, &payments[i]);
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		item_release(&merchants[i]);
		item_release(&payments[i]);
	}
	ledger_close(&ledger);
	return 0;
}

/* ---- the model ---- */
typedef bool predicate(const struct item *it);
#define P(name, expression) static bool name(const struct item *it) { return expression; }

static bool is(const struct item *it, const char *field, const char *text)
{
	return item_get(it, field).type == VALUE_TEXT && !strcmp(item_text(it, field), text);
}

static bool has(const struct item *it, const char *field, const char *text)
{
	return strcasestr(item_text(it, field), text) != NULL;
}

static bool number(const struct item *it, const char *field, int64_t from, int64_t to)
{
	return item_get(it, field).type == VALUE_INT && item_int(it, field) >= from && item_int(it, field) <= to;
}

static bool open_state(const struct item *it)
{
	return it->rec->states[item_state(it)].open;
}

/* Midnight of the specimen day in Shanghai: 09:45 there. */
#define TODAY (SPECIMEN_TIME - 9 * WHEN_HOUR - 45 * WHEN_MINUTE)
#define BIG INT64_MAX

P(all, it->rec != NULL)
P(in_risk_review, is(it, "state", "risk_review"))
P(two_states, is(it, "state", "applied") || is(it, "state", "rejected"))
P(risky, number(it, "risk_score", 81, BIG))
P(not_risky, !risky(it))
P(risk_80, number(it, "risk_score", 80, BIG))
P(risk_low, number(it, "risk_score", 0, 9))
P(risk_low_10, number(it, "risk_score", 0, 10))
P(risk_37, number(it, "risk_score", 37, 37))
P(risk_37_or_74, number(it, "risk_score", 37, 37) || number(it, "risk_score", 74, 74))
P(no_risk, item_get(it, "risk_score").type == VALUE_NULL)
P(east, is(it, "region", "华东"))
P(not_east, !is(it, "region", "华东"))
P(nowhere, !*item_text(it, "region"))
P(mine, is(it, "assignee", ME))
P(others, is(it, "assignee", OTHER))
P(claimed, *item_text(it, "assignee"))
P(unclaimed, !*item_text(it, "assignee"))
P(waits, item_int(it, "pending") > 0)
P(tea, has(it, "name", "tea") || has(it, "name_en", "tea"))
P(chinese, has(it, "name", "样本茶馆"))
P(percent, has(it, "name", "50% OFF_"))
P(words, has(it, "name", "two words"))
P(not_words, !has(it, "name", "two words"))
P(quote, has(it, "name", "say \"hi\""))
P(backslash, has(it, "name", "a\\b"))
P(exactly, is(it, "name", "Specimen Tea"))
P(monthly, number(it, "expected_monthly", 1000000, BIG))
P(monthly_cents, number(it, "expected_monthly", 0, 200099))
P(today, item_int(it, "updated_at") >= TODAY && item_int(it, "updated_at") < TODAY + WHEN_DAY)
P(since_18, item_int(it, "updated_at") >= TODAY - 3 * WHEN_DAY)
P(before_18, item_int(it, "updated_at") < TODAY - 3 * WHEN_DAY)
P(through_18, item_int(it, "updated_at") < TODAY - 2 * WHEN_DAY)
P(behind_18, item_int(it, "updated_at") >= TODAY - 2 * WHEN_DAY)
P(half_day, item_int(it, "updated_at") >= SPECIMEN_TIME - 12 * WHEN_HOUR)
P(leap_day, is(it, "established_on", "2020-02-29"))
P(behind_leap_day, strcmp(item_text(it, "established_on"), "2020-02-29") > 0)
P(licence, has(it, "resubmission_reasons", "licence_expired"))
P(high, is(it, "risk_level", "high"))
P(everything, in_risk_review(it) && not_east(it) && !mine(it) && number(it, "risk_score", 20, 90))
P(cny_10, is(it, "currency", "CNY") && number(it, "amount", 1000, BIG))
P(usd_10, is(it, "currency", "USD") && number(it, "amount", 1000, BIG))
P(jpy_1000, is(it, "currency", "JPY") && number(it, "amount", 1000, BIG))
P(not_cny_10, !cny_10(it))
P(of_m001, is(it, "merchant_id", "M001"))

static const struct {
	const char *text;
	predicate *want;
} rows[] = {
	{ "", all },
	{ "  \t ", all },
	{ "state:risk_review", in_risk_review },
	{ "STATE:risk_review", in_risk_review },
	{ "sta:risk_r", in_risk_review },
	{ "state=risk_review", in_risk_review },
	{ "state:applied,rejected", two_states },
	{ "state:applied,reje", two_states },
	{ "risk>80", risky },
	{ "risk_score>80", risky },
	{ "-risk_score>80", not_risky },
	{ "risk>=80", risk_80 },
	{ "risk<10", risk_low },
	{ "risk<=10", risk_low_10 },
	{ "risk_score:37", risk_37 },
	{ "risk_score=37", risk_37 },
	{ "risk_score:37,74", risk_37_or_74 },
	{ "risk_score:\"\"", no_risk },
	{ "region:华东", east },
	{ "-region:华东", not_east },
	{ "region:\"华东\"", east },
	{ "region:\"\"", nowhere },
	{ "region：华东", east },
	{ "risk＞80", risky },
	{ "risk≥80", risk_80 },
	{ "risk＞＝80", risk_80 },
	{ "state：applied，rejected", two_states },
	{ "risk>80　region:华东 -region:华东", NULL },
	{ "－region:华东", not_east },
	{ "is:mine", mine },
	{ "is:claimed", claimed },
	{ "is:unclaimed", unclaimed },
	{ "-is:claimed", unclaimed },
	{ "is:pending", waits },
	{ "is:open", open_state },
	{ "assignee:me", mine },
	{ "assignee:lin", mine },
	{ "assignee:wang", others },
	{ "assignee:wang,lin", claimed },
	{ "assignee:ffee", others },
	{ "assignee:eedd", NULL },
	{ "assignee:" OTHER, others },
	{ "is:mine,unclaimed -is:mine", unclaimed },
	{ "tea", tea },
	{ "TEA", tea },
	{ "样本茶馆", chinese },
	{ "“样本茶馆”", chinese },
	{ "\"50% off_\"", percent },
	{ "\"two words\"", words },
	{ "-\"two words\"", not_words },
	{ "name:\"two words\"", words },
	{ "name:two", words },
	{ "two words", words },
	{ "name:\"say \\\"hi\\\"\"", quote },
	{ "\"a\\\\b\"", backslash },
	{ "a\\b", backslash },
	{ "name=\"Specimen Tea\"", exactly },
	{ "name=specimen", NULL },
	{ "name:\" words\"", words },
	{ "expected_monthly>=10000", monthly },
	{ "expected>=1万", monthly },
	{ "exp>=10,000.00", monthly },
	{ "expected_monthly<2000.99", monthly_cents },
	{ "updated_at:today", today },
	{ "updated_at=2026-11-21", today },
	{ "after:2026-11-18", since_18 },
	{ "before:2026-11-18", before_18 },
	{ "after:3d", since_18 },
	{ "-after:3d", before_18 },
	{ "updated>=3d", since_18 },
	{ "updated<=2026-11-18", through_18 },
	{ "updated>2026-11-18", behind_18 },
	{ "after:12h", half_day },
	{ "updated>=12h", half_day },
	{ "established_on:2020-02-29", leap_day },
	{ "est>2020-02-29", behind_leap_day },
	{ "est>=2020-03-01", behind_leap_day },
	{ "established_on<2026-11-21", leap_day },
	{ "resub:licence_expired", licence },
	{ "risk_level:high", high },
	{ "sort:-risk,name  state:risk_review", in_risk_review },
	{ "state:risk_review -region:华东 -is:mine risk>=20 risk<=90 sort:name", everything },
}, payment_rows[] = {
	{ "amount>=10", cny_10 }, { "amount>=\"USD 10\"", usd_10 }, { "amount>=\"JPY 1000\"", jpy_1000 }, { "-amount>=10", not_cny_10 },
	{ "merchant_id:M001", of_m001 },
};

static bool nothing(const struct item *it)
{
	(void)it;
	return false;
}

/* Ids of what the filter finds, in its order. */
static size_t found(const char *text, const struct record *rec, char ids[ROWS][16])
{
	AUTO(filter_release) struct filter f = { 0 };
	AUTO(cursor_closep) struct cursor *c = NULL;
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value *row = pool_alloc(&pool, rec->nfields * sizeof *row);
	bool more = true;
	size_t n = 0;
	struct err err;

	if (filter_parse(&f, rec, text, &reader, NULL, NULL, &err) || query_open(&c, ledger.db, &f.query, &err))
		fail_msg("%s: %s", text, err.msg);
	for (;;) {
		assert_ok(cursor_next(c, row, &more, &err), err);
		if (!more)
			return n;
		assert_true(n < ROWS);
		snprintf(ids[n++], 16, "%s", row[F_ID].text);
	}
}

static bool among(const char *id, char ids[ROWS][16], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(ids[i], id))
			return true;
	return false;
}

static void model(const char *text, predicate *want, const struct item *items)
{
	char ids[ROWS][16];
	size_t n = found(text, items->rec, ids), wanted = 0;

	for (size_t i = 0; i < ROWS; i++) {
		bool in = want ? want(&items[i]) : nothing(&items[i]);

		wanted += in;
		if (in != among(item_id(&items[i]), ids, n))
			fail_msg("%s: %s is %s", text, item_id(&items[i]), in ? "missing" : "there but should not be");
	}
	assert_int_equal(n, wanted);
	if (want && (!n || (n == ROWS && want != all)))
		fail_msg("%s: the model tells nothing apart", text);
}

static void finds_what_the_model_finds(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		model(rows[i].text, rows[i].want, merchants);
	for (size_t i = 0; i < COUNT(payment_rows); i++)
		model(payment_rows[i].text, payment_rows[i].want, payments);
}

static void sorts(void **state)
{
	char ids[ROWS][16];
	size_t n;

	(void)state;
	n = found("", record_find("merchant"), ids); /* the table's own order: -risk_score */
	assert_int_equal(n, ROWS);
	for (size_t i = 1; i < n; i++) {
		const struct item *a = &merchants[strtol(ids[i - 1] + 1, NULL, 10)], *b = &merchants[strtol(ids[i] + 1, NULL, 10)];
		struct value x = item_get(a, "risk_score"), y = item_get(b, "risk_score");

		assert_true(x.type >= y.type && (x.type != y.type || x.num > y.num || (x.num == y.num && strcmp(ids[i - 1], ids[i]) > 0)));
	}
	n = found("sort:expected", record_find("merchant"), ids);
	assert_string_equal(ids[0], "M000");
	assert_string_equal(ids[n - 1], "M079");
	found("sort:-occ,amount", record_find("transaction"), ids); /* 00 and 50 share the latest hour */
	assert_string_equal(ids[0], "T000");
	assert_string_equal(ids[1], "T050");
	found("sort:-occ sort:-amount", record_find("transaction"), ids);
	assert_string_equal(ids[0], "T050");
}

/* ---- errors: the code, the words that are wrong, a part of what is said ---- */
static void errors_point_at_the_word(void **state)
{
	static const struct { const char *text, *at, *says; } bad[] = {
		{ "tea wizard:5", "wizard", "wizard" },
		{ "tea -wizard:5 x", "wizard", "wizard" },
		{ "r:5", "r", "could be" },
		{ "risk:high", "risk", "risk_level" },
		{ "risk_score:x", "x", "whole number" },
		{ "risk_score:5,x", "x", "whole number" },
		{ "risk>", "risk>", "missing" },
		{ "a state: b", "state:", "missing" },
		{ "state:applied,", "state:applied,", "missing" },
		{ "state:nowhere", "nowhere", "risk_review" },
		{ "state:re", "re", "rejected" },
		{ "state>applied", "applied", "order" },
		{ "name>x", "x", "order" },
		{ "tea \"two", "\"two", "quotation" },
		{ "name:\"two", "\"two", "quotation" },
		{ "-", "-", "missing" },
		{ "tea -", "-", "missing" },
		{ "tea \"\"", "\"\"", "empty" },
		{ "is:theirs", "theirs", "is:mine" },
		{ "is>mine", "is>mine", "colon" },
		{ "after:never", "never", "day" },
		{ "after>2026-01-01", "after>2026-01-01", "colon" },
		{ "updated_at>2026-02-30", "2026-02-30", "" },
		{ "expected>1.234", "1.234", "" },
		{ "sort:wizard", "wizard", "wizard" },
		{ "-sort:name", "-sort:name", "sort" },
		{ "sort:re", "re", "could be" },
		{ "sort:name,region,mcc,state,risk_score", "risk_score", "4" },
		{ "assignee:nobody!", "nobody!", "me" },
		{ "a:b:c d", "a", "could be" },
	};
	const struct record *merchant = record_find("merchant");

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct filter f;
		struct err err = { 0 };
		size_t at, len;
		enum code code = filter_parse(&f, merchant, bad[i].text, &reader, &at, &len, &err);

		if (code != E_USAGE || err.code != E_USAGE || !strstr(err.msg, bad[i].says) || len != strlen(bad[i].at) ||
		    strncmp(bad[i].text + at, bad[i].at, len) != 0)
			fail_msg("%s: %s %s, at %zu+%zu", bad[i].text, code_name(code), err.msg, at, len);
	}
}

static enum code parse_as(const struct actor *who, const char *kind, const char *text)
{
	struct filter f;
	struct err err;
	enum code code = filter_parse(&f, record_find(kind), text, &(struct filter_reader){ .who = who, .now = SPECIMEN_TIME }, NULL, NULL, &err);

	filter_release(&f);
	return code;
}

/* A filter must not guess what a mask hides. */
static void masked_fields_are_refused(void **state)
{
	static const char *const words[] = {
		"legal_rep_number:110101", "-legal_rep_number:1", "legal_rep_number=\"\"", "settlement_card:6228", "contact_phone:138", "sort:legal_rep_number",
		"sort:-contact_phone", "credit_code:91", "legal_rep_name:张",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		assert_int_equal(parse_as(&support, "merchant", words[i]), E_DENIED);
		assert_int_equal(parse_as(&me, "merchant", words[i]), E_OK);
	}
}

static void free_words_do_not_look_behind_masks(void **state)
{
	const char *number = item_text(&merchants[3], "legal_rep_number");
	AUTO(filter_release) struct filter f = { 0 };
	int64_t n;
	struct err err;

	(void)state;
	assert_ok(filter_parse(&f, merchants[3].rec, number, &reader, NULL, NULL, &err), err);
	assert_ok(query_count(ledger.db, &f.query, &n, &err), err);
	assert_int_not_equal(n, 0);
	filter_release(&f);
	assert_ok(filter_parse(&f, merchants[3].rec, number, &(struct filter_reader){ .who = &support }, NULL, NULL, &err), err);
	assert_ok(query_count(ledger.db, &f.query, &n, &err), err);
	assert_int_equal(n, 0);
}

static void other_kinds(void **state)
{
	(void)state;
	assert_int_equal(parse_as(&me, "transaction", "is:mine"), E_USAGE); /* nobody claims one */
	assert_int_equal(parse_as(&me, "transaction", "is:open"), E_OK);
	assert_int_equal(parse_as(&me, "proposal", "command:x"), E_USAGE); /* bytes */
	assert_int_equal(parse_as(&me, "proposal", "maker:me is:open"), E_OK);
	assert_int_equal(parse_as(&me, "outbox", "is:mine state:refused"), E_OK);
	assert_int_equal(parse_as(&me, "journal", "verb:login after:today"), E_OK);
	assert_int_equal(parse_as(&me, "merchant", "amount>=\"XQX 5\""), E_USAGE);
	assert_int_equal(parse_as(&me, "transaction", "amount>=\"XQX 5\""), E_USAGE);
}

/* n times word, with spaces between. */
static const char *repeat(struct buf *out, const char *word, size_t n)
{
	buf_clear(out);
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%s ", word);
	return out->data;
}

static void limits(void **state)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct filter f;
	int64_t n;
	struct err err;

	(void)state;
	assert_int_equal(parse_as(&me, "merchant", repeat(&text, "mcc:5812", 50)), E_OK);
	assert_int_equal(parse_as(&me, "merchant", repeat(&text, "mcc:1", 51)), E_USAGE);
	assert_int_equal(parse_as(&me, "merchant", repeat(&text, "mcc:1,2,3,4,5,6", 9)), E_USAGE);
	buf_clear(&text);
	for (size_t i = 0; i < 1000; i++)
		buf_addc(&text, 'x');
	assert_int_equal(parse_as(&me, "merchant", text.data), E_OK);
	buf_addc(&text, 'x');
	assert_int_equal(parse_as(&me, "merchant", text.data), E_USAGE);
	assert_int_equal(parse_as(&me, "merchant", "\xff"), E_USAGE);
	for (size_t words_n = 1; words_n <= 50; words_n++) { /* whatever parses also runs */
		if (filter_parse(&f, record_find("merchant"), repeat(&text, "-tea", words_n), &reader, NULL, NULL, &err))
			break;
		assert_ok(query_count(ledger.db, &f.query, &n, &err), err);
		filter_release(&f);
		assert_true(words_n < 50);
	}
}

/* Whatever bytes are typed: an answer, and a place inside the text. */
static void any_bytes_are_answered(void **state)
{
	static const char *const pieces[] = { "state", ":", "\"", "-", "＞", "risk", ">", "=", ",", " ", "华", "\\", "is", "mine", "5",
					      "sort", "after", "“", "\xe3", "today" };
	AUTO(buf_release) struct buf text = BUF_INIT;
	uint32_t seed = 1;

	(void)state;
	for (size_t round = 0; round < 20000; round++) {
		struct filter f;
		size_t at, len;
		struct err err;

		buf_clear(&text);
		for (size_t i = 0; i < 1 + round % 9; i++) {
			seed = seed * 1664525 + 1013904223;
			buf_adds(&text, pieces[(seed >> 16) % COUNT(pieces)]);
		}
		if (filter_parse(&f, merchants->rec, text.data, &reader, &at, &len, &err) && at + len > text.len)
			fail_msg("%s: %zu+%zu", text.data, at, len);
		filter_release(&f);
	}
}

/* What the keys that sort do to the text: the other words stay as they were typed. */
static void another_order(void **state)
{
	static const struct { const char *text, *want; } texts[] = {
		{ "", "sort:-amount" },
		{ "is:open", "is:open sort:-amount" },
		{ "sort:risk_score is:open", "is:open sort:-amount" },
		{ "  \"two words\"  sort:-due_at,name -region:\"a b\" sort:id ", "\"two words\" -region:\"a b\" sort:-amount" },
		{ "张三 SORT：id", "张三 sort:-amount" },
		{ "\"open", "\"open sort:-amount" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT;

		filter_sorted(&out, texts[i].text, "amount", true);
		assert_string_equal(out.data, texts[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_order),
		cmocka_unit_test(finds_what_the_model_finds),
		cmocka_unit_test(sorts),
		cmocka_unit_test(errors_point_at_the_word),
		cmocka_unit_test(masked_fields_are_refused),
		cmocka_unit_test(free_words_do_not_look_behind_masks),
		cmocka_unit_test(other_kinds),
		cmocka_unit_test(limits),
		cmocka_unit_test(any_bytes_are_answered),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
