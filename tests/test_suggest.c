/* What a filter line offers: for what is typed before the cursor, in this order. */
#include <stdio.h>
#include <string.h>

#include "core/filter/suggest.h"
#include "core/item.h"
#include "tests/check.h"
#include "tests/ledger.h"

static struct ledger ledger;
static const struct actor lin = { .id = "00112233445566778899aabbccddeeff", .name = "lin", .clearance = PRIVACY_CORE };
static const struct actor support = { .id = "00112233445566778899aabbccddee00", .name = "wu", .clearance = PRIVACY_GENERAL };
static const struct cert people[] = { { .id = "ffeeddccbbaa99887766554433221100", .name = "wang" },
				      { .id = "ffeeddccbbaa99887766554433221101", .name = "Wang Er" } };

static int setup(void **state)
{
	static const char *const regions[] = { "华东", "华南", "two words", "华东", "" };

	(void)state;
	ledger_open(&ledger);
	for (size_t i = 0; i < COUNT(regions); i++) {
		struct item m;
		char id[16];

		snprintf(id, sizeof id, "M%03zu", i);
		ledger_merchant(&m, id);
		item_set(&m, "region", value_text(regions[i]));
		ledger_put(&ledger, &m);
		item_release(&m);
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	ledger_close(&ledger);
	return 0;
}

/* A translation of two words, as the catalogue would give it. */
static const char *chinese(const char *msgid)
{
	return !strcmp(msgid, "Risk review") ? "风控审核" : !strcmp(msgid, "Region") ? "地区" : msgid;
}

/* The suggestions as "from-to: one two three"; "|" in text is the cursor. */
static void suggested(const struct actor *who, const char *kind, const char *text, struct buf *out)
{
	struct filter_reader by = { who, SPECIMEN_TIME, people, COUNT(people) };
	struct suggest_from from = { ledger.db, record_find(kind), &by, chinese };
	struct suggestions s = { 0 };
	AUTO(buf_release) struct buf line = BUF_INIT;
	size_t at = strcspn(text, "|");

	buf_add(&line, text, at);
	buf_adds(&line, text[at] ? text + at + 1 : "");
	filter_suggest(&s, &from, line.data, at);
	buf_clear(out);
	buf_addf(out, "%zu-%zu:", s.from, s.to);
	for (size_t i = 0; i < s.n; i++)
		buf_addf(out, " %s", s.row[i].text);
	suggestions_release(&s);
}

static void offers_what_could_stand_there(void **state)
{
	static const struct { const char *text, *want; } rows[] = {
		{ "risk|", "0-4: risk_score> risk_level: risk_outcome: risk_officer: cleared_at>" },
		{ "is:open ris|", "8-11: risk_score> risk_level: risk_outcome: risk_officer: cleared_at>" },
		{ "ris| is:open", "0-3: risk_score> risk_level: risk_outcome: risk_officer: cleared_at>" },
		{ "-regi|", "1-5: region: registered_capital> address:" },
		{ "地|", "0-3: region:" },
		{ "state:ri|", "6-8: risk_review" },
		{ "STATE:RI|", "6-8: risk_review" },
		{ "st：ri|", "5-7: risk_review" },          /* the only field that begins so; the sign full width */
		{ "state:风控|", "6-12: risk_review" },     /* found by what it is called */
		{ "state:review|", "6-12: preliminary_review risk_review" },
		{ "state:applied,ri|", "14-16: risk_review" },
		{ "state:applied|", "6-13:" },              /* it stands there */
		{ "risk_level:|", "11-11: low medium high" },
		{ "is:|", "3-3: open mine unclaimed claimed pending" },
		{ "is:un|", "3-5: unclaimed" },
		{ "assignee:|", "9-9: me wang \"Wang Er\"" },
		{ "assignee:\"Wang|", "9-14: wang \"Wang Er\"" },
		{ "region:|", "7-7: \"two words\" 华东 华南" },
		{ "region:华|", "7-10: 华东 华南" },
		{ "region:\"two w|", "7-13: \"two words\"" },
		{ "name:x|", "5-6:" },                      /* as many names as merchants */
		{ "sort:-due|", "6-9: due_at" },
		{ "sort:risk_score,upd|", "16-19: updated_at" },
		{ "after:to|", "6-8: today" },
		{ "due_at>y|", "7-8: yesterday" },
		{ "nonsense:x|", "9-10:" },
		{ "\"two ris|", "0-8:" },
		{ "风", "0-3: risk_outcome:" },
	};
	AUTO(buf_release) struct buf got = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		suggested(&lin, "merchant", rows[i].text, &got);
		if (strcmp(got.data, rows[i].want) != 0)
			fail_msg("%s gives \"%s\", not \"%s\"", rows[i].text, got.data, rows[i].want);
	}
}

/* Whatever is offered is taken by the parser of filters. */
static void what_is_offered_parses(void **state)
{
	static const char *const texts[] = { "state:", "is:", "assignee:", "region:", "sort:", "after:", "established_on>", "settlement_cycle:" };
	struct filter_reader by = { &lin, SPECIMEN_TIME, people, COUNT(people) };
	struct suggest_from from = { ledger.db, record_find("merchant"), &by, chinese };

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct suggestions s = { 0 };

		filter_suggest(&s, &from, texts[i], strlen(texts[i]));
		assert_true(s.n > 0);
		for (size_t k = 0; k < s.n; k++) {
			AUTO(buf_release) struct buf text = BUF_INIT;
			struct filter f;
			struct err err = { 0 };

			buf_addf(&text, "%s%s", texts[i], s.row[k].text);
			assert_ok(filter_parse(&f, from.rec, text.data, &by, NULL, NULL, &err), err);
			filter_release(&f);
		}
		suggestions_release(&s);
	}
}

static void nothing_behind_a_mask(void **state)
{
	AUTO(buf_release) struct buf got = BUF_INIT;

	(void)state;
	suggested(&lin, "merchant", "legal|", &got);
	assert_string_equal(got.data, "0-5: legal_rep_name: legal_rep_number:");
	suggested(&support, "merchant", "legal|", &got);
	assert_string_equal(got.data, "0-5:");
	suggested(&support, "transaction", "is:|", &got); /* nobody claims a payment */
	assert_string_equal(got.data, "3-3: open pending");
}

/* Whatever bytes stand there: an answer inside the text. */
static void any_text_is_answered(void **state)
{
	static const char *const pieces[] = { "state", ":", "\"", "-", "＞", "risk", ",", " ", "华", "\\", "is", "sort", "region", "\\\"" };
	struct filter_reader by = { &lin, SPECIMEN_TIME, people, COUNT(people) };
	struct suggest_from from = { ledger.db, record_find("merchant"), &by, chinese };
	struct suggestions s = { 0 };
	uint32_t seed = 7;

	(void)state;
	for (size_t round = 0; round < 3000; round++) {
		AUTO(buf_release) struct buf text = BUF_INIT;

		for (size_t i = 0; i < 1 + round % 7; i++) {
			seed = seed * 1664525 + 1013904223;
			buf_adds(&text, pieces[(seed >> 16) % COUNT(pieces)]);
		}
		for (size_t at = 0; at <= text.len; at++)
			if (at == text.len || ((unsigned char)text.data[at] & 0xc0) != 0x80) {
				filter_suggest(&s, &from, text.data, at);
				assert_true(s.from <= s.to && s.to == at);
			}
	}
	suggestions_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offers_what_could_stand_there),
		cmocka_unit_test(what_is_offered_parses),
		cmocka_unit_test(nothing_behind_a_mask),
		cmocka_unit_test(any_text_is_answered),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
