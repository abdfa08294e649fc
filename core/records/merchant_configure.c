#include "core/records/merchant_configure.h"

#include <libintl.h>
#include <string.h>

#include "core/records/merchant_risk.h"
#include "core/records/merchant_settlement.h"
#include "core/rules.h"
#include "core/values/ident.h"
#include "core/values/money.h"

/* ---- channels, rates, settlement, limits ---- */
const struct choice merchant_channels[] = {
	{ "wechat_pay", N_("WeChat Pay") },
	{ "alipay", N_("Alipay") },
	{ "unionpay_quickpass", N_("UnionPay QuickPass") },
	{ "e_cny", N_("e-CNY") },
	{ NULL, NULL },
};

/* What each channel costs, and the rules that bound it; in the order of the channels. */
static const struct price { const char *rate, *least, *most; } prices[] = {
	{ "rate_wechat_pay", "house_rate_wechat_pay_least", "house_rate_wechat_pay_most" },
	{ "rate_alipay", "house_rate_alipay_least", "house_rate_alipay_most" },
	{ "rate_unionpay_quickpass", "house_rate_unionpay_quickpass_least", "house_rate_unionpay_quickpass_most" },
	{ "rate_e_cny", "house_rate_e_cny_least", "house_rate_e_cny_most" },
};

const char *const merchant_terms_inputs[] = {
	"channels", "rate_wechat_pay", "rate_alipay", "rate_unionpay_quickpass", "rate_e_cny", "settlement_cycle", "settlement_minimum", "limit_single",
	"limit_day", NULL,
};
const char *const merchant_terms_optional[] = {
	"rate_wechat_pay", "rate_alipay", "rate_unionpay_quickpass", "rate_e_cny", "settlement_minimum", "limit_single", "limit_day", NULL,
};
const char *const merchant_terms_words[] = {
	N_("The merchant has asked for it."), N_("As agreed in a supplement to the contract."), N_("After a review of the merchant's risk."), NULL,
};

static bool has_channel(const char *channels, const char *name)
{
	for (size_t n = strlen(name); *channels; channels += strcspn(channels, ","), channels += *channels == ',')
		if (strcspn(channels, ",") == n && !memcmp(channels, name, n))
			return true;
	return false;
}

/* A rule that is not in force bounds nothing: then nothing is allowed, rather than everything. */
static enum code price_holds(const struct item *it, size_t i, int64_t when, struct err *err)
{
	const char *channel = gettext(merchant_channels[i].label);
	struct value rate = item_get(it, prices[i].rate), contract = item_get(it, "fee_bps");
	const struct rule *least = rule_at(prices[i].least, when), *most = rule_at(prices[i].most, when);

	if (!least || !most)
		return fail(err, E_INVALID, "there is no rule in force for the rate of %s", channel);
	if (rate.type != VALUE_INT)
		return fail(err, E_INVALID, "%s has no rate", channel);
	if (rate.num < least->value || rate.num > most->value)
		return fail(err, E_INVALID, "%s: the rate %lld is not between %lld and %lld", channel, (long long)rate.num, (long long)least->value,
			    (long long)most->value);
	if (contract.type == VALUE_INT && rate.num > contract.num)
		return fail(err, E_INVALID, "%s: the rate %lld is above the contract's, %lld", channel, (long long)rate.num, (long long)contract.num);
	return E_OK;
}

static enum code limits_hold(const struct item *it, int64_t when, struct err *err)
{
	struct value single = item_get(it, "limit_single"), day = item_get(it, "limit_day");
	const struct rule *most = rule_at("house_settlement_minimum_most", when);
	int64_t minimum = item_int(it, "settlement_minimum");

	if ((single.type == VALUE_INT && single.num <= 0) || (day.type == VALUE_INT && day.num <= 0))
		return fail(err, E_INVALID, "a limit that lets no payment through; suspend the merchant instead, or leave the limit empty");
	if (single.type == VALUE_INT && day.type == VALUE_INT && single.num > day.num)
		return fail(err, E_INVALID, "the limit of a payment is above the limit of a day");
	if (minimum < 0 || minimum > (most ? most->value : 0)) {
		AUTO(buf_release) struct buf text = BUF_INIT;

		money_format(&text, most ? most->value : 0, currency_find(NULL), MONEY_FULL);
		return fail(err, E_INVALID, "money is settled from at most %s on; more would be kept from the merchant", text.data);
	}
	return E_OK;
}

enum code merchant_terms_hold(const struct item *it, int64_t when, struct err *err)
{
	const char *channels = item_text(it, "channels");

	if (!*channels)
		return fail(err, E_INVALID, "no channel is chosen");
	for (size_t i = 0; i < COUNT(prices); i++)
		if (has_channel(channels, merchant_channels[i].name) && price_holds(it, i, when, err))
			return E_INVALID;
	return limits_hold(it, when, err);
}

void merchant_do_configure(const struct judge *j, struct item *after)
{
	for (const char *const *name = merchant_terms_inputs; *name; name++)
		judge_take(j, *name, after);
	for (size_t i = 0; i < COUNT(prices); i++)
		if (!has_channel(item_text(after, "channels"), merchant_channels[i].name))
			item_set(after, prices[i].rate, value_null());
	item_set(after, "configured_by", value_text(j->who->id));
	item_set(after, "configured_at", value_int(j->when));
	merchant_risk_fix(j, after);
}

enum code merchant_terms_fit(const struct judge *j, const struct item *after, struct err *err)
{
	enum code code = merchant_terms_hold(after, j->when, err);

	return code ? code : settlement_cycle_allowed(j->db, after, item_text(after, "settlement_cycle"), j->when, err);
}

/* ---- the API key: made and kept by the core, fetched by the merchant; no desk ever has it ---- */
const char *const merchant_renew_words[] = {
	N_("The regular exchange of keys."), N_("The merchant has lost the key."), N_("The merchant has changed its system."), NULL,
};
const char *const merchant_revoke_words[] = {
	N_("The key has become known to others."), N_("Suspected fraud; payments stop until it is cleared up."), N_("The merchant has asked for it."), NULL,
};

bool merchant_key_wanted(const struct item *it)
{
	return *item_text(it, "api_key_by") && !*item_text(it, "api_key_id");
}

enum code merchant_may_issue_key(const struct judge *j, struct err *err)
{
	if (merchant_key_wanted(j->now))
		return fail(err, E_STATE, "the core has been asked for an API key of merchant %s already", item_id(j->now));
	if (*item_text(j->now, "api_key_id"))
		return fail(err, E_STATE, "merchant %s has the API key %s; renew it instead", item_id(j->now), item_text(j->now, "api_key_id"));
	return E_OK;
}

enum code merchant_may_renew_key(const struct judge *j, struct err *err)
{
	if (!*item_text(j->now, "api_key_id"))
		return fail(err, E_STATE, "merchant %s has no API key; issue one", item_id(j->now));
	return E_OK;
}

enum code merchant_may_revoke_key(const struct judge *j, struct err *err)
{
	if (!*item_text(j->now, "api_key_id") && !merchant_key_wanted(j->now))
		return fail(err, E_STATE, "merchant %s has no API key", item_id(j->now));
	return E_OK;
}

static void forget_key(struct item *it)
{
	static const char *const fields[] = {
		"api_key_id", "api_key_fingerprint", "api_key_by", "api_key_issued_at", "api_key_claimed_at", "api_key_revoked_by", "api_key_revoked_at",
	};

	for (size_t i = 0; i < COUNT(fields); i++)
		item_set(it, fields[i], value_null());
}

/* The core adds number, digest and time in the moment after (sync/paycore/keys.c). */
void merchant_do_ask_key(const struct judge *j, struct item *after)
{
	forget_key(after);
	item_set(after, "api_key_by", value_text(j->who->id));
}

void merchant_do_revoke_key(const struct judge *j, struct item *after)
{
	forget_key(after);
	item_set(after, "api_key_revoked_by", value_text(j->who->id));
	item_set(after, "api_key_revoked_at", value_int(j->when));
}

/* ---- live ---- */
void merchant_do_go_live(const struct judge *j, struct item *after)
{
	item_set(after, "activated_at", value_int(j->when));
	item_set(after, "decided_by", value_text(j->who->id));
	item_set(after, "decided_at", value_int(j->when));
	item_set(after, "decision_reason", *j->reason ? value_text(j->reason) : value_null());
}

/* ---- the settlement account ---- */
const char *const merchant_account_inputs[] = { "settlement_bank", "settlement_name", "settlement_card", NULL };
const char *const merchant_account_words[] = {
	N_("Asked for by the merchant in writing; called back on the number that we know."), N_("The old account has been closed."),
	N_("The account was entered wrongly."), NULL,
};

static bool held_by_person(const struct item *it)
{
	return strcmp(item_text(it, "type"), "enterprise") != 0 && *item_text(it, "legal_rep_name") &&
	       !strcmp(item_text(it, "settlement_name"), item_text(it, "legal_rep_name"));
}

enum code merchant_account_holds(const struct item *it, struct err *err)
{
	const char *holder = item_text(it, "settlement_name"), *wrong = ident_bank_card(item_text(it, "settlement_card"));

	if (wrong)
		return fail(err, E_INVALID, "%s", wrong);
	if (!*item_text(it, "settlement_bank"))
		return fail(err, E_INVALID, "no bank is named");
	if (!strcmp(holder, item_text(it, "name")) || held_by_person(it))
		return E_OK;
	if (!strcmp(item_text(it, "type"), "enterprise"))
		return fail(err, E_INVALID, "the account is not in the merchant's own name, as an enterprise's has to be");
	return fail(err, E_INVALID, "the account is neither in the merchant's name nor in that of the person behind it");
}

void merchant_do_change_account(const struct judge *j, struct item *after)
{
	for (const char *const *name = merchant_account_inputs; *name; name++)
		judge_take(j, *name, after);
	item_set(after, "settlement_changed_by", value_text(j->who->id));
	item_set(after, "settlement_changed_at", value_int(j->when));
	merchant_risk_fix(j, after);
}

/* One account that gathers the money of several merchants is how money of others is moved on. */
static enum code nobody_elses(const struct judge *j, const struct item *after, struct err *err)
{
	struct checklist said = { .when = j->when };

	merchant_same_card(j->db, after, &said);
	return said.row[0].status == CHECK_FAILED ? fail(err, E_CHECK, "the account is another merchant's: %s", said.row[0].why) : E_OK;
}

enum code merchant_account_fits(const struct judge *j, const struct item *after, struct err *err)
{
	bool changed = false;

	for (const char *const *name = merchant_account_inputs; *name; name++)
		changed |= !value_same(item_get(j->now, *name), item_get(after, *name));
	if (!changed)
		return fail(err, E_STATE, "this is the account that the merchant has");
	return merchant_account_holds(after, err) ? err->code : nobody_elses(j, after, err);
}
