/* What a merchant is scored by: the factors that a scorecard may name. */
#include "core/records/merchant_risk.h"

#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/records/merchant.h"
#include "core/values/ident.h"
#include "core/values/mcc.h"
#include "core/values/money.h"
#include "core/values/text.h"
#include "core/values/when.h"

/* ---- what is looked at ---- */
struct facts { struct db *db; const struct item *it; int64_t when; };

static struct value number_above(int64_t n, int64_t least)
{
	return n < least ? value_null() : value_int(n);
}

static struct value field_word(const struct facts *f, const char *field)
{
	const char *word = item_text(f->it, field);

	return *word ? value_text(word) : value_null();
}

static struct value look_type(const struct facts *f)
{
	return field_word(f, "type");
}

static struct value look_region(const struct facts *f)
{
	return field_word(f, "region");
}

static struct value look_cycle(const struct facts *f)
{
	return field_word(f, "settlement_cycle");
}

static struct value look_mcc(const struct facts *f)
{
	static const char *const words[] = { [MCC_ALLOWED] = "allowed", [MCC_HIGH_RISK] = "high_risk", [MCC_PROHIBITED] = "prohibited" };
	const struct mcc *m = mcc_find(item_text(f->it, "mcc"));

	return m ? value_text(words[m->risk]) : value_null();
}

/* Whole months from one day to another. */
static int64_t months_between(struct civil from, struct civil to)
{
	return (to.year - from.year) * 12 + to.month - from.month - (to.day < from.day);
}

static struct value look_months(const struct facts *f)
{
	int64_t ms;
	struct err ignored;

	if (when_parse_date(item_text(f->it, "established_on"), &ms, &ignored))
		return value_null();
	return number_above(months_between(when_civil(ms), when_civil(f->when)), 0);
}

static struct value look_monthly(const struct facts *f)
{
	return item_get(f->it, "expected_monthly").type == VALUE_INT ? number_above(item_int(f->it, "expected_monthly"), 0) : value_null();
}

/* A year's turnover in per cent of the capital. What would not fit is more than any card asks about. */
static struct value look_turnover(const struct facts *f)
{
	int64_t monthly = item_int(f->it, "expected_monthly"), capital = item_int(f->it, "registered_capital");

	if (look_monthly(f).type != VALUE_INT || capital <= 0)
		return value_null();
	return value_int(monthly > INT64_MAX / 1200 ? INT64_MAX / capital : monthly * 1200 / capital);
}

static struct check_row finding(const struct facts *f, const char *id)
{
	struct checklist one = { .when = f->when };

	for (size_t i = 0; i < MERCHANT_CHECKS; i++)
		if (!strcmp(merchant_checks[i].id, id))
			merchant_checks[i].run(f->db, f->it, &one);
	return one.row[0];
}

/* Each that names another merchant counts, whether that is wrong or only to be read. */
static struct value look_duplicates(const struct facts *f)
{
	static const char *const checks[] = { "same_credit_code", "same_legal_rep", "same_card", "same_phone" };
	int64_t n = 0;

	for (size_t i = 0; i < COUNT(checks); i++)
		n += finding(f, checks[i]).kind != NULL;
	return value_int(n);
}

static struct value look_documents(const struct facts *f)
{
	static const char *const words[] = { [CHECK_PASSED] = "passed", [CHECK_FAILED] = "failed", [CHECK_UNKNOWN] = "incomplete" };

	return value_text(words[finding(f, "documents").status]);
}

static struct value look_holder(const struct facts *f)
{
	const char *holder = item_text(f->it, "settlement_name");

	if (!*holder)
		return value_null();
	return value_text(!strcmp(holder, item_text(f->it, "name")) ? "own" :
			  !strcmp(holder, item_text(f->it, "legal_rep_name")) ? "representative" : "other");
}

/* The birthday stands in the number (GB 11643, characters 7 to 14). */
static struct value look_age(const struct facts *f)
{
	const char *number = item_text(f->it, "legal_rep_number");
	struct civil on = when_civil(f->when);
	int64_t born = 0;

	if (!*number || ident_resident(number))
		return value_null();
	for (size_t i = 6; i < 14; i++)
		born = born * 10 + (number[i] - '0');
	return number_above((on.year * 10000 + on.month * 100 + on.day - born) / 10000, 0);
}

/* ---- the factors that a card may name ---- */
enum unit { UNIT_TEXT, UNIT_CHOICE /* of the merchant's field of that name */, UNIT_WORD, UNIT_COUNT, UNIT_MONTHS, UNIT_YEARS, UNIT_PERCENT, UNIT_FEN };

static const struct choice words[] = {
	{ "allowed", N_("Allowed") }, { "high_risk", N_("High risk") }, { "prohibited", N_("Prohibited") },
	{ "passed", N_("passed") }, { "failed", N_("failed") }, { "incomplete", N_("to be read") },
	{ "own", N_("The merchant itself") }, { "representative", N_("The legal representative") }, { "other", N_("Somebody else") },
	{ NULL, NULL },
};

static const struct factor {
	const char *id, *label;
	enum unit unit;
	struct value (*look)(const struct facts *f);
	enum privacy privacy;          /* as the field's that it is read from */
} factors[] = {
	{ "type", N_("Type"), UNIT_CHOICE, look_type, PRIVACY_GENERAL },
	{ "mcc_risk", N_("MCC"), UNIT_WORD, look_mcc, PRIVACY_GENERAL },
	{ "months_established", N_("Established"), UNIT_MONTHS, look_months, PRIVACY_GENERAL },
	{ "turnover_to_capital", N_("Yearly turnover to capital"), UNIT_PERCENT, look_turnover, PRIVACY_GENERAL },
	{ "expected_monthly", N_("Expected monthly"), UNIT_FEN, look_monthly, PRIVACY_GENERAL },
	{ "region", N_("Region"), UNIT_TEXT, look_region, PRIVACY_GENERAL },
	{ "settlement_cycle", N_("Settlement cycle"), UNIT_CHOICE, look_cycle, PRIVACY_GENERAL },
	{ "duplicates", N_("Known under another number"), UNIT_COUNT, look_duplicates, PRIVACY_GENERAL },
	{ "documents", N_("Documents"), UNIT_WORD, look_documents, PRIVACY_GENERAL },
	{ "settlement_holder", N_("Account holder"), UNIT_WORD, look_holder, PRIVACY_IMPORTANT },
	{ "rep_age", N_("Representative's age"), UNIT_YEARS, look_age, PRIVACY_CORE },
};

static const struct factor *factor_find(const char *id)
{
	for (size_t i = 0; i < COUNT(factors); i++)
		if (!strcmp(factors[i].id, id))
			return &factors[i];
	return NULL;
}

static void show_number(struct buf *out, enum unit unit, int64_t n)
{
	switch (unit) {
	case UNIT_FEN:
		money_format(out, n, currency_find(NULL), MONEY_FULL);
		break;
	case UNIT_MONTHS:
		buf_addf(out, gettext(N_("%lld months")), (long long)n);
		break;
	case UNIT_YEARS:
		buf_addf(out, gettext(N_("%lld years")), (long long)n);
		break;
	default:
		buf_addf(out, unit == UNIT_PERCENT ? "%lld%%" : "%lld", (long long)n);
	}
}

/* As people read it; word: as it is kept. */
static void show_word(struct buf *out, const struct factor *f, const char *word)
{
	int i = f->unit == UNIT_CHOICE ? record_field(&merchant_record, f->id) : -1;
	const struct choice *c = i >= 0 ? merchant_record.fields[i].choices : words;

	while (c->name && strcmp(c->name, word) != 0)
		c++;
	if (!*word)
		buf_adds(out, gettext(N_("not given")));
	else if (f->unit >= UNIT_COUNT)
		show_number(out, f->unit, strtoll(word, NULL, 10));
	else
		buf_adds(out, c->name && f->unit != UNIT_TEXT ? gettext(c->label) : word);
}

/* Which condition it met. A word says that by itself. */
static void show_condition(struct buf *out, const struct factor *f, const struct score_row *r)
{
	AUTO(buf_release) struct buf from = BUF_INIT, to = BUF_INIT;

	if (r->kind != SCORE_RANGE || r->to - r->from == 1)
		return;
	show_number(&from, f->unit, r->from);
	show_number(&to, f->unit, r->to);
	if (r->to == INT64_MAX)
		buf_addf(out, gettext(N_("%s or more")), from.data);
	else if (!r->from)
		buf_addf(out, gettext(N_("less than %s")), to.data);
	else
		buf_addf(out, gettext(N_("%s to less than %s")), from.data, to.data);
}

static void add_factor(struct tally *out, const struct scorecard *card, size_t i, const struct facts *facts)
{
	AUTO(buf_release) struct buf word = BUF_INIT, value = BUF_INIT, why = BUF_INIT;
	const struct factor *f = factor_find(card->row[i].factor);
	struct value v = f->look(facts);
	const struct score_row *r = scorecard_fit(card, i, v);

	if (v.type == VALUE_INT)
		buf_addf(&word, "%lld", (long long)v.num);
	else if (v.type == VALUE_TEXT)
		buf_adds(&word, v.text);
	show_word(&value, f, word.len ? word.data : "");
	show_condition(&why, f, r);
	tally_add(out, &(struct tally_row){ .id = f->id, .label = f->label, .points = r->points, .most = scorecard_most(card, i), .privacy = f->privacy },
		  word.len ? word.data : "", value.data, why.len ? why.data : "");
}

void merchant_assess(struct db *db, const struct item *merchant, const struct scorecard *card, struct tally *out)
{
	const struct facts facts = { db, merchant, out->when };

	for (size_t i = 0; i < card->nrows; i = scorecard_next(card, i))
		add_factor(out, card, i, &facts);
}

/* ---- as it was kept ---- */
static bool kept_factor(const char *id, const char *word, struct tally_row *out)
{
	AUTO(buf_release) struct buf value = BUF_INIT;
	const struct factor *f = factor_find(id);

	if (!f)
		return false;
	show_word(&value, f, word);
	out->id = f->id;
	out->label = f->label;
	out->privacy = f->privacy;
	snprintf(out->value, sizeof out->value, "%s", value.data);
	return true;
}

void merchant_tally_kept(struct db *db, const struct item *assessment, struct tally *out)
{
	struct err err = { 0 };

	(void)db;
	if (tally_read(out, item_text(assessment, "contributions"), kept_factor, &err))
		tally_say(out, "unread", N_("Contributions"), TONE_DANGER, "", err.msg);
}
