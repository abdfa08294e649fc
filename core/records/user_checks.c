/* What an account may pay, and what its class takes: PBoC Announcement [2015] No. 43, article 11. */
#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "core/item.h"
#include "core/records/user.h"
#include "core/screening/hits.h"
#include "core/values/money.h"

enum { WHOLE = 100 /* per cent */ };

const struct rule *account_class_limit(const char *class, int64_t when, bool *lifetime)
{
	char id[40];
	const struct rule *rule;

	snprintf(id, sizeof id, "account_%.16s_lifetime", class);
	*lifetime = (rule = rule_at(id, when)) != NULL;
	if (rule)
		return rule;
	snprintf(id, sizeof id, "account_%.16s_year", class);
	return rule_at(id, when);
}

/* ---- what was paid ---- */
struct paid { int64_t year; int accounts; };

static enum code add_paid(void *ctx, struct item *user, struct err *err)
{
	struct paid *p = ctx;
	int64_t paid = item_int(user, "paid_year");

	(void)err;
	if (paid > 0) /* what the core says may be any number */
		p->year = paid > INT64_MAX - p->year ? INT64_MAX : p->year + paid;
	p->accounts++;
	return E_OK;
}

/* A year's limit is the customer's, over all of their accounts; before the identity is verified there is only this one. */
static enum code paid_by(struct db *db, const struct item *user, struct paid *p, struct err *err)
{
	const char *number = item_text(user, "identity_number");
	const struct table table = record_table(&user_record);
	const struct query q = { .table = &table, .where = { .op = COND_EQ, .column = *number ? "identity_number" : "id",
							     .value = value_text(*number ? number : item_id(user)) } };

	*p = (struct paid){ .accounts = 0 };
	return item_each(db, &user_record, &q, add_paid, p, err);
}

enum code account_room(struct db *db, const struct item *user, int64_t when, int64_t *room, struct err *err)
{
	bool lifetime;
	const struct rule *limit = account_class_limit(item_text(user, "account_class"), when, &lifetime);
	struct paid p = { .year = item_int(user, "paid_lifetime") };
	enum code code = limit && !lifetime ? paid_by(db, user, &p, err) : E_OK;

	*room = limit && p.year < limit->value ? limit->value - p.year : 0;
	return code;
}

static const char *class_label(const char *class)
{
	const struct choice *c = account_classes;

	while (c->name && strcmp(c->name, class) != 0)
		c++;
	return c->name ? gettext(c->label) : class;
}

struct used { const struct rule *limit; bool lifetime; int64_t paid; int accounts; enum check_status over; };

static void say_limit(const char *class, const struct used *u, struct checklist *out)
{
	const struct rule *near = rule_at("house_limit_near", out->when);
	AUTO(buf_release) struct buf paid = BUF_INIT, limit = BUF_INIT;
	long long share = (long long)(u->paid / (u->limit->value / WHOLE));
	enum check_status status = u->paid > u->limit->value ? u->over : near && share >= near->value ? CHECK_UNKNOWN : CHECK_PASSED;

	money_format(&paid, u->paid, currency_find(NULL), MONEY_FULL);
	money_format(&limit, u->limit->value, currency_find(NULL), MONEY_FULL);
	if (u->lifetime)
		check_say(out, status, N_("%s: %s of %s for life paid from the balance, %lld %%"), class_label(class), paid.data, limit.data, share);
	else if (u->accounts < 2)
		check_say(out, status, N_("%s: %s of %s a year paid from the balance, %lld %%"), class_label(class), paid.data, limit.data, share);
	else
		check_say(out, status, N_("%s: %s of %s a year paid from the balances of %d accounts, %lld %%"), class_label(class), paid.data, limit.data,
			  u->accounts, share);
}

void account_limit_say(struct db *db, const struct item *user, const char *class, enum check_status over, struct checklist *out)
{
	struct paid p;
	struct err err = { 0 };
	bool lifetime;
	const struct rule *rule = account_class_limit(class, out->when, &lifetime);

	if (!rule)
		check_say(out, CHECK_UNKNOWN, N_("the account has no class yet; nothing may be paid from its balance"));
	else if (paid_by(db, user, &p, &err))
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
	else
		say_limit(class, &(struct used){ rule, lifetime, lifetime ? item_int(user, "paid_lifetime") : p.year, p.accounts, over }, out);
}

/* ---- checks ---- */
static void limit(struct db *db, const struct item *it, struct checklist *out)
{
	account_limit_say(db, it, item_text(it, "account_class"), CHECK_FAILED, out);
}

static void channels(struct db *db, const struct item *it, struct checklist *out)
{
	const char *class = item_text(it, "account_class");
	long long passed = (long long)item_int(it, "channels_passed"), needed = (long long)account_class_channels(class, out->when);

	(void)db;
	if (!*class)
		check_say(out, CHECK_UNKNOWN, N_("nobody has verified yet who it is"));
	else
		check_say(out, passed < needed ? CHECK_FAILED : CHECK_PASSED, N_("%lld outside channels have verified who it is, %s takes %lld"), passed,
			  class_label(class), needed);
}

static void screened(struct db *db, const struct item *it, struct checklist *out)
{
	screening_say(db, it, "customer", out);
}

const struct check user_checks[] = {
	{ .id = "limit", .label = N_("Limit of the class"), .run = limit },
	{ .id = "channels", .label = N_("Channels for the class"), .run = channels },
	{ .id = "screened", .label = N_("Watch lists"), .run = screened },
};
_Static_assert(COUNT(user_checks) == USER_CHECKS, "its header counts the checks");
