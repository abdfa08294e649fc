#include "core/records/beneficial_owner.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "core/records/gathered.h"
#include "core/records/merchant.h"
#include "core/rules.h"
#include "core/screening/hits.h"
#include "core/values/ident.h"
#include "core/values/money.h"

enum { WHOLE_BPS = 10000 };

static bool is(const struct item *it, const char *field, const char *text)
{
	return !strcmp(item_text(it, field), text);
}

/* By a share of something, which article 6 measures. */
static bool by_share(const struct item *owner)
{
	return is(owner, "basis", "equity") || is(owner, "basis", "rights");
}

/* ---- one owner ---- */
static void number_form(struct db *db, const struct item *it, struct checklist *out)
{
	const char *number = item_text(it, "number"), *wrong = ident_resident(number);

	(void)db;
	if (!*item_text(it, "name") || !*number)
		check_say(out, CHECK_FAILED, N_("name or number is not given"));
	else if (!is(it, "document_kind", "resident_identity_card") && !is(it, "document_kind", "foreign_permanent_residence"))
		check_say(out, CHECK_PASSED, N_("given; a number of this kind has no check character"));
	else if (wrong)
		check_say(out, CHECK_FAILED, "%s", gettext(wrong));
	else
		check_say(out, CHECK_PASSED, N_("the check character fits"));
}

/* 2450 of 10000 as "24.50 %". */
enum { PERCENT_MAX = 32 };
static void percent(char out[PERCENT_MAX], int64_t bps)
{
	snprintf(out, PERCENT_MAX, "%lld.%02lld %%", (long long)(bps / 100), (long long)(bps % 100));
}

/* A share that cannot be has failed by itself, and does not count for what is held together. */
static int64_t share_of(const struct item *owner)
{
	int64_t share = item_int(owner, "share_bps");

	return share > 0 && share <= WHOLE_BPS ? share : 0;
}

/* What one person holds directly and what through others is one share (article 6: directly or indirectly). Added up by the store: of a
 * thousand owners with one number, each would be read a thousand times. */
static enum code whole_share(struct db *db, const struct item *it, int64_t *share, struct err *err)
{
	const struct table table = record_table(it->rec);
	const struct cond others[] = {
		{ .op = COND_EQ, .column = "number", .value = value_text(item_text(it, "number")) },
		{ .op = COND_EQ, .column = "merchant_id", .value = value_text(item_text(it, "merchant_id")) },
		{ .op = COND_EQ, .column = "basis", .value = value_text(item_text(it, "basis")) },
		{ .op = COND_NE, .column = "state", .value = value_text("ended") },
		{ .op = COND_NE, .column = "id", .value = value_text(item_id(it)) },
		{ .op = COND_GT, .column = "share_bps", .value = value_int(0) },
		{ .op = COND_LE, .column = "share_bps", .value = value_int(WHOLE_BPS) },
	};
	const struct query q = { .table = &table, .where = { .op = COND_AND, .kids = others, .nkids = COUNT(others) } };
	int64_t elsewhere = 0;
	enum code code = *item_text(it, "number") ? query_sum(db, &q, "share_bps", &elsewhere, err) : E_OK;

	*share = share_of(it) + elsewhere;
	return code;
}

static void say_share(struct db *db, const struct item *it, struct checklist *out)
{
	const struct rule *rule = rule_at("owner_share", out->when);
	int64_t own = item_int(it, "share_bps"), share, least = rule ? rule->value : 0;
	char is_text[PERCENT_MAX], least_text[PERCENT_MAX];
	struct err err = { 0 };

	if (whole_share(db, it, &share, &err)) {
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
		return;
	}
	percent(is_text, share);
	percent(least_text, least);
	if (item_get(it, "share_bps").type == VALUE_NULL)
		check_say(out, CHECK_FAILED, N_("the share is not given"));
	else if (own < 0 || own > WHOLE_BPS)
		check_say(out, CHECK_FAILED, N_("nobody holds less than nothing or more than 100 %%"));
	else if (share < least)
		check_say(out, CHECK_FAILED, N_("%s is under %s, which makes nobody a beneficial owner (Order [2024] No. 3, article 6)"), is_text, least_text);
	else if (is(it, "held", "indirect") && !*item_text(it, "through"))
		check_say(out, CHECK_UNKNOWN, N_("%s, held through others who are not named"), is_text);
	else if (is(it, "state", "contradicted"))
		check_say(out, CHECK_UNKNOWN, N_("another source contradicts the %s"), is_text);
	else
		check_say(out, CHECK_PASSED, N_("%s; %s is asked for"), is_text, least_text);
}

static void qualifies(struct db *db, const struct item *it, struct checklist *out)
{
	if (by_share(it))
		say_share(db, it, out);
	else if (is(it, "state", "contradicted"))
		check_say(out, CHECK_UNKNOWN, N_("another source contradicts it"));
	else if (is(it, "basis", "manager"))
		check_say(out, CHECK_PASSED, N_("in charge of daily management"));
	else if (!is(it, "basis", "control"))
		check_say(out, CHECK_FAILED, N_("what makes this person an owner is not said"));
	else if (!*item_text(it, "through"))
		check_say(out, CHECK_UNKNOWN, N_("by what this person controls the merchant is not said"));
	else
		check_say(out, CHECK_PASSED, N_("controls the merchant"));
}

static void screened(struct db *db, const struct item *it, struct checklist *out)
{
	screening_say(db, it, "owner", out);
}

const struct check beneficial_owner_checks[] = {
	{ .id = "number_form", .label = N_("Name and number"), .run = number_form },
	{ .id = "qualifies", .label = N_("Qualifies as owner"), .run = qualifies },
	{ .id = "screened", .label = N_("Watch lists"), .run = screened },
};
_Static_assert(COUNT(beneficial_owner_checks) == BENEFICIAL_OWNER_CHECKS, "its header counts the checks");

/* ---- all owners of a merchant ---- */
struct owners {
	struct db *db;
	int64_t when;
	struct gathered found;
	int64_t equity, rights;            /* of 10000 */
	size_t under;                      /* who hold too little to be owners, and nothing else is wrong with them */
	int64_t little;                    /* what these hold together */
	size_t managers, others;           /* by daily management, by anything else */
	char manager[RECORD_ID_MAX + 1];   /* the first of them */
};

static enum code add_owner(void *ctx, struct item *it, struct err *err)
{
	struct owners *o = ctx;
	struct checklist said = { .when = o->when };

	(void)err;
	number_form(o->db, it, &said);
	said.n++;
	qualifies(o->db, it, &said);
	said.n++;
	gather(&o->found, it, &said);
	if (by_share(it) && share_of(it) && said.row[0].status != CHECK_FAILED && said.row[1].status == CHECK_FAILED) {
		o->under++;
		o->little += share_of(it);
	}
	if (is(it, "basis", "equity"))
		o->equity += share_of(it);
	else if (is(it, "basis", "rights"))
		o->rights += share_of(it);
	if (!is(it, "basis", "manager"))
		o->others++;
	else if (!o->managers++)
		snprintf(o->manager, sizeof o->manager, "%s", item_id(it));
	return E_OK;
}

/* The promise of article 3 stands in for the filing, and says nothing of who they are: a reviewer asks to see it. */
static void say_nobody(const struct item *merchant, struct checklist *out)
{
	const struct rule *rule = rule_at("owner_filing_capital", out->when);
	struct value capital = item_get(merchant, "registered_capital");
	AUTO(buf_release) struct buf most = BUF_INIT;

	if (rule)
		money_format(&most, rule->value, currency_find(NULL), MONEY_FULL);
	if (rule && capital.type == VALUE_INT && capital.num <= rule->value)
		check_say(out, CHECK_UNKNOWN, N_("none is named; registered capital of %s or less and natural persons as only partners are filed by a "
						 "promise (Order [2024] No. 3, article 3): ask for it"), most.data);
	else
		check_say(out, CHECK_FAILED, N_("none is named; where nobody owns or controls enough it is whoever is in charge of daily management "
						"(Order [2024] No. 3, article 6)"));
}

/* A share that is split among relatives makes each too small and all of them an owner: control may be joint, and exercised through people who
 * are close (article 6 (3)). false: that is not what is wrong. */
static bool say_split(const struct owners *o, struct checklist *out)
{
	const struct rule *rule = rule_at("owner_share", o->when);
	char least[PERCENT_MAX], sum[PERCENT_MAX];

	if (!rule || o->under < 2 || o->under < o->found.failed || o->little < rule->value)
		return false;
	percent(least, rule->value);
	percent(sum, o->little);
	check_say(out, CHECK_FAILED, N_("%d named with less than %s each, who hold %s together: who acts jointly or through close people is an owner by control "
					"(Order [2024] No. 3, article 6)"), (int)o->under, least, sum);
	check_link(out, "beneficial_owner", o->found.worst.id);
	return true;
}

/* Where enough is left for one more, nobody knows that there is none. */
static void say_sum(const struct owners *o, int64_t most, struct checklist *out)
{
	const struct rule *rule = rule_at("owner_share", o->when);
	char sum[PERCENT_MAX], least[PERCENT_MAX];

	percent(sum, most);
	percent(least, rule ? rule->value : 0);
	if (rule && WHOLE_BPS - most >= rule->value)
		check_say(out, CHECK_UNKNOWN, N_("%d named, who hold %s together; of the rest somebody may hold %s or more: ask who does "
						 "(Order [2024] No. 3, article 6)"), (int)o->found.parts, sum, least);
	else
		check_say(out, CHECK_PASSED, N_("%d named, who hold %s together"), (int)o->found.parts, sum);
}

static void say_together(const struct owners *o, struct checklist *out)
{
	int64_t most = o->equity > o->rights ? o->equity : o->rights;
	char sum[PERCENT_MAX];

	percent(sum, most);
	if (most > WHOLE_BPS)
		check_say(out, CHECK_FAILED, o->equity == most ? N_("their equity adds up to %s") : N_("their income or voting rights add up to %s"), sum);
	else if (o->managers && o->others) {
		check_say(out, CHECK_FAILED, N_("%s is named for daily management, which counts only where nobody else qualifies "
						"(Order [2024] No. 3, article 6)"), o->manager);
		check_link(out, "beneficial_owner", o->manager);
	} else if (gathered_say(&o->found, "beneficial_owner", out))
		return;
	else if (most)
		say_sum(o, most, out);
	else
		check_say(out, CHECK_PASSED, N_("%d named"), (int)o->found.parts);
}

void merchant_owners(struct db *db, const struct item *merchant, struct checklist *out)
{
	struct owners o = { .db = db, .when = out->when };
	struct err err = { 0 };

	if (merchant_is_micro(merchant))
		check_say(out, CHECK_PASSED, N_("a micro merchant needs none"));
	else if (is(merchant, "type", "individual_business"))
		check_say(out, CHECK_PASSED, N_("an individual business files none; its legal representative counts as its owner (Order [2024] No. 3, article 2)"));
	else if (gather_each(db, merchant, "beneficial_owner", "merchant_id", "ended", add_owner, &o, &o.found, &err))
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
	else if (!o.found.parts)
		say_nobody(merchant, out);
	else if (!o.found.failed)
		say_together(&o, out);
	else if (!say_split(&o, out))
		gathered_say(&o.found, "beneficial_owner", out);
}

static enum code screen_owner(void *ctx, struct item *it, struct err *err)
{
	struct owners *o = ctx;
	struct checklist said = { .when = o->when };

	(void)err;
	screened(o->db, it, &said);
	said.n++;
	gather(&o->found, it, &said);
	return E_OK;
}

void merchant_owners_screened(struct db *db, const struct item *merchant, struct checklist *out)
{
	struct owners o = { .db = db, .when = out->when };
	struct err err = { 0 };

	if (gather_each(db, merchant, "beneficial_owner", "merchant_id", "ended", screen_owner, &o, &o.found, &err))
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
	else if (!o.found.parts)
		check_say(out, CHECK_PASSED, N_("nobody besides the representative is to be screened"));
	else if (!gathered_say(&o.found, "beneficial_owner", out))
		check_say(out, CHECK_PASSED, "%s", o.found.worst.why);
}
