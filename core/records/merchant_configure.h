/* What stands between a contract and the first payment: channels, rates, settlement and limits, the API key, and going live; and what may be
 * changed of it afterwards. The rows that merchant.c and merchant_checks.c take into their tables. */
#ifndef CORE_RECORDS_MERCHANT_CONFIGURE_H
#define CORE_RECORDS_MERCHANT_CONFIGURE_H

#include "core/action.h"
#include "core/records/merchant.h"

extern const struct choice merchant_channels[];
extern const char *const merchant_terms_inputs[], *const merchant_terms_optional[], *const merchant_account_inputs[];
extern const char *const merchant_account_words[], *const merchant_renew_words[], *const merchant_revoke_words[], *const merchant_terms_words[];

enum { MERCHANT_SHOWN = SHOW_DETAIL | SHOW_WIRE };
#define MERCHANT_ACCOUNT_FIELDS \
	{ .column = { "settlement_changed_by", VALUE_TEXT }, .label = N_("Account changed by"), .type = FIELD_PERSON, .show = MERCHANT_SHOWN }, \
	{ .column = { "settlement_changed_at", VALUE_INT }, .label = N_("Account changed"), .type = FIELD_TIME, .show = MERCHANT_SHOWN }
#define MERCHANT_RATE_FIELD(name, what) \
	{ .column = { name, VALUE_INT }, .label = what, .type = FIELD_INT, .show = MERCHANT_SHOWN }
#define MERCHANT_CONFIGURE_FIELDS \
	{ .column = { "channels", VALUE_TEXT }, .label = N_("Channels"), .type = FIELD_CHOICES, .show = MERCHANT_SHOWN, .choices = merchant_channels, \
	  .group = N_("Configuration") }, \
	MERCHANT_RATE_FIELD("rate_wechat_pay", N_("WeChat Pay rate (1/10000)")), MERCHANT_RATE_FIELD("rate_alipay", N_("Alipay rate (1/10000)")), \
	MERCHANT_RATE_FIELD("rate_unionpay_quickpass", N_("QuickPass rate (1/10000)")), MERCHANT_RATE_FIELD("rate_e_cny", N_("e-CNY rate (1/10000)")), \
	{ .column = { "settlement_minimum", VALUE_INT }, .label = N_("Settled from"), .type = FIELD_MONEY, .show = MERCHANT_SHOWN }, \
	{ .column = { "limit_single", VALUE_INT }, .label = N_("Limit of a payment"), .type = FIELD_MONEY, .show = MERCHANT_SHOWN }, \
	{ .column = { "limit_day", VALUE_INT }, .label = N_("Limit of a day"), .type = FIELD_MONEY, .show = MERCHANT_SHOWN }, \
	{ .column = { "configured_by", VALUE_TEXT }, .label = N_("Configured by"), .type = FIELD_PERSON, .show = MERCHANT_SHOWN }, \
	{ .column = { "configured_at", VALUE_INT }, .label = N_("Configured"), .type = FIELD_TIME, .show = MERCHANT_SHOWN }, \
	{ .column = { "api_key_id", VALUE_TEXT }, .label = N_("API key"), .type = FIELD_TEXT, .show = MERCHANT_SHOWN }, \
	{ .column = { "api_key_fingerprint", VALUE_TEXT }, .label = N_("Its SHA-256 begins"), .type = FIELD_TEXT, .show = MERCHANT_SHOWN }, \
	{ .column = { "api_key_by", VALUE_TEXT }, .label = N_("API key asked for by"), .type = FIELD_PERSON, .show = MERCHANT_SHOWN }, \
	{ .column = { "api_key_issued_at", VALUE_INT }, .label = N_("API key issued"), .type = FIELD_TIME, .show = MERCHANT_SHOWN }, \
	{ .column = { "api_key_claimed_at", VALUE_INT }, .label = N_("API key fetched by the merchant"), .type = FIELD_TIME, .show = MERCHANT_SHOWN }, \
	{ .column = { "api_key_revoked_by", VALUE_TEXT }, .label = N_("API key revoked by"), .type = FIELD_PERSON, .show = MERCHANT_SHOWN }, \
	{ .column = { "api_key_revoked_at", VALUE_INT }, .label = N_("API key revoked"), .type = FIELD_TIME, .show = MERCHANT_SHOWN }

#define MERCHANT_CONFIGURE_ACTIONS \
	{ .id = "configure", .label = N_("Configure"), \
	  .help = N_("Sets channels, rates (none above the contract's), settlement and limits; a channel that is not chosen keeps no rate."), \
	  .key = 'i', .from = IN(CONFIGURING), .to = STATE_STAY, .permission = "merchant.configure", .flags = KEEPS, \
	  .inputs = merchant_terms_inputs, .optional = merchant_terms_optional, .apply = merchant_do_configure, .fits = merchant_terms_fit, \
	  .effect = merchant_risk_keep }, \
	{ .id = "change_terms", .label = N_("Change terms"), \
	  .help = N_("Proposes other channels, rates, settlement or limits for a merchant that is live; another person confirms."), \
	  .key = 'F', .from = IN(ACTIVE) | IN(SUSPENDED), .to = STATE_STAY, .permission = "merchant.configure", .flags = KEEPS | FOUR_EYES | REASON, \
	  .reasons = merchant_terms_words, .inputs = merchant_terms_inputs, .optional = merchant_terms_optional, .apply = merchant_do_configure, \
	  .fits = merchant_terms_fit, .effect = merchant_risk_keep }, \
	{ .id = "issue_api_key", .label = N_("Issue API key"), \
	  .help = N_("Has the core make the merchant's API key; only its number and the start of its digest come here."), \
	  .key = 'K', .from = IN(CONFIGURING) | IN(ACTIVE), .to = STATE_STAY, .permission = "merchant.configure", .check = merchant_may_issue_key, \
	  .apply = merchant_do_ask_key }, \
	{ .id = "renew_api_key", .label = N_("Renew API key"), \
	  .help = N_("Has the core make another API key; the present one works until the merchant has fetched the new one."), \
	  .key = 'N', .from = IN(CONFIGURING) | IN(ACTIVE), .to = STATE_STAY, .permission = "merchant.configure", .flags = REASON, \
	  .reasons = merchant_renew_words, .check = merchant_may_renew_key, .apply = merchant_do_ask_key }, \
	{ .id = "revoke_api_key", .label = N_("Revoke API key"), .help = N_("Ends the merchant's API key at once: it cannot ask for payments any more."), \
	  .key = 'X', .from = IN(CONFIGURING) | IN(ACTIVE) | IN(SUSPENDED), .to = STATE_STAY, .permission = "merchant.revoke", \
	  .flags = REASON | DANGER, .reasons = merchant_revoke_words, .check = merchant_may_revoke_key, .apply = merchant_do_revoke_key }, \
	{ .id = "go_live", .label = N_("Go live"), \
	  .help = N_("Proposes that the merchant may take payments from now on; another person confirms."), \
	  .key = 'A', .from = IN(CONFIGURING), .to = ACTIVE, .permission = "merchant.live", .flags = FOUR_EYES, .gated = true, \
	  .either = merchant_approver, .apply = merchant_do_go_live }, \
	{ .id = "change_settlement", .label = N_("Change settlement account"), \
	  .help = N_("Proposes another account for the merchant's money, in the merchant's own name; another person compares both and confirms."), \
	  .key = 'B', .from = IN(CONFIGURING) | IN(ACTIVE) | IN(SUSPENDED), .to = STATE_STAY, .permission = "merchant.settlement", \
	  .flags = FOUR_EYES | REASON | DANGER, .reasons = merchant_account_words, .inputs = merchant_account_inputs, \
	  .apply = merchant_do_change_account, .fits = merchant_account_fits, .effect = merchant_risk_keep }

#define MERCHANT_LIVE_CHECKS \
	{ .id = "contract", .label = N_("Contract executed"), .run = merchant_check_contract, .states = IN(CONFIGURING) }, \
	{ .id = "terms", .label = N_("Channels and rates"), .run = merchant_check_terms, .states = IN(CONFIGURING) }, \
	{ .id = "account", .label = N_("Settlement account"), .run = merchant_check_account, .states = IN(CONFIGURING) | IN(ACTIVE) | IN(SUSPENDED) }, \
	{ .id = "api_key", .label = N_("API key"), .run = merchant_check_key, .states = IN(CONFIGURING) }

void merchant_do_configure(const struct judge *j, struct item *after);
enum code merchant_terms_fit(const struct judge *j, const struct item *after, struct err *err);
enum code merchant_may_issue_key(const struct judge *j, struct err *err);
enum code merchant_may_renew_key(const struct judge *j, struct err *err);
enum code merchant_may_revoke_key(const struct judge *j, struct err *err);
void merchant_do_ask_key(const struct judge *j, struct item *after);
void merchant_do_revoke_key(const struct judge *j, struct item *after);
void merchant_do_go_live(const struct judge *j, struct item *after);
void merchant_do_change_account(const struct judge *j, struct item *after);
enum code merchant_account_fits(const struct judge *j, const struct item *after, struct err *err);

/* Another contract with a merchant that has one: when that one is over, or runs out soon (house_contract_renewal). E_STATE. */
enum code merchant_may_renew_contract(const struct judge *j, struct err *err);
void merchant_check_contract(struct db *db, const struct item *it, struct checklist *out);
void merchant_check_terms(struct db *db, const struct item *it, struct checklist *out);
void merchant_check_account(struct db *db, const struct item *it, struct checklist *out);
void merchant_check_key(struct db *db, const struct item *it, struct checklist *out);

/* Channels chosen, each with a rate in the house's range and not above the contract's (fee_bps); limits that allow something. Rates are in
 * 1/10000, the range is in core/data/rules.csv. E_INVALID says what does not hold. when: UTC ms. */
enum code merchant_terms_hold(const struct item *it, int64_t when, struct err *err);
/* A bank card number that is well formed, held by the merchant itself; for an individual business or a micro merchant, the person behind it will do
 * (PBoC Announcement [2013] No. 9 on bank card acquiring: the merchant's account of the same name). E_INVALID. */
enum code merchant_account_holds(const struct item *it, struct err *err);
/* The core is asked for a key and has not made it yet. */
bool merchant_key_wanted(const struct item *it);

#endif
