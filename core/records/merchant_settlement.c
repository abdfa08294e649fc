#include "core/records/merchant_settlement.h"

#include <libintl.h>
#include <string.h>

#include "core/rules.h"
#include "core/values/when.h"

static bool same_day(const char *cycle)
{
	return !strcmp(cycle, "d0");
}

/* Calendar days in Shanghai from the day of one time to the day of the other. */
static int64_t days_between(int64_t from, int64_t to)
{
	return (when_day_start(to) - when_day_start(from)) / WHEN_DAY;
}

/* The 90 days run from the day on which the merchant came on; an application has not begun them. */
static enum code long_enough(const struct item *merchant, int64_t when, struct err *err)
{
	const struct rule *rule = rule_at("same_day_age", when);
	struct value since = item_get(merchant, "activated_at");

	if (!rule)
		return E_OK;
	if (since.type != VALUE_INT)
		return fail(err, E_CHECK, "settlement on the same day takes %lld days since the merchant came on, which it has not yet; %s",
			    (long long)rule->value, gettext(rule->source));
	if (days_between(since.num, when) < rule->value)
		return fail(err, E_CHECK, "settlement on the same day takes %lld days since the merchant came on; it is day %lld; %s",
			    (long long)rule->value, (long long)days_between(since.num, when), gettext(rule->source));
	return E_OK;
}

static enum code trades_steadily(const struct item *merchant, int64_t when, struct err *err)
{
	const struct rule *rule = rule_at("same_day_trading", when);

	if (!rule || item_int(merchant, "trading_days") >= rule->value)
		return E_OK;
	return fail(err, E_CHECK, "settlement on the same day takes %lld days of normal trading without a gap; there are %lld; %s",
		    (long long)rule->value, (long long)item_int(merchant, "trading_days"), gettext(rule->source));
}

/* Whoever has taken an account over wants the money before its owner notices: it waits until the owner could be heard. NULL: nothing is held;
 * otherwise the rule. */
static const struct rule *held_by(const struct item *merchant, int64_t when)
{
	const struct rule *rule = rule_at("house_same_day_account", when);
	struct value since = item_get(merchant, "settlement_changed_at");

	return rule && since.type == VALUE_INT && days_between(since.num, when) < rule->value ? rule : NULL;
}

static void add_open_again(struct buf *day, const struct item *merchant, const struct rule *rule)
{
	when_add_date(day, item_int(merchant, "settlement_changed_at") + rule->value * WHEN_DAY);
}

static enum code account_settled(const struct item *merchant, int64_t when, struct err *err)
{
	const struct rule *rule = held_by(merchant, when);
	AUTO(buf_release) struct buf day = BUF_INIT;

	if (!rule)
		return E_OK;
	add_open_again(&day, merchant, rule);
	return fail(err, E_CHECK, "settlement on the same day takes %lld days since the settlement account was changed, until %s; %s",
		    (long long)rule->value, day.data, gettext(rule->source));
}

enum code settlement_cycle_allowed(struct db *db, const struct item *merchant, const char *cycle, int64_t when, struct err *err)
{
	enum code code;

	(void)db;
	if (!same_day(cycle))
		return E_OK;
	code = long_enough(merchant, when, err);
	if (!code)
		code = trades_steadily(merchant, when, err);
	return code ? code : account_settled(merchant, when, err);
}

static void check_same_day(const struct item *merchant, struct checklist *out)
{
	const struct rule *held = held_by(merchant, out->when);
	AUTO(buf_release) struct buf day = BUF_INIT;
	struct err err = { 0 };

	if (long_enough(merchant, out->when, &err) || trades_steadily(merchant, out->when, &err)) {
		check_say(out, CHECK_FAILED, "%s", err.msg);
		return;
	}
	if (!held) {
		check_say(out, CHECK_PASSED, N_("long enough with us, and trading without a gap"));
		return;
	}
	add_open_again(&day, merchant, held);
	check_say(out, CHECK_UNKNOWN, N_("the account was changed: its money waits for the next working day until %s (%s)"), day.data, gettext(held->source));
}

void settlement_cycle_check(struct db *db, const struct item *merchant, struct checklist *out)
{
	const char *cycle = item_text(merchant, "settlement_cycle");

	(void)db;
	if (!*cycle)
		check_say(out, CHECK_UNKNOWN, N_("not given"));
	else if (same_day(cycle))
		check_same_day(merchant, out);
	else
		check_say(out, CHECK_PASSED, N_("not before the next day"));
}
