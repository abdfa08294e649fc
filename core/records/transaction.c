/* A payment that a merchant took. The core's alone: it is looked up here, never changed. */
#include "core/note.h"

static const struct choice channels[] = {
	{ "wechat_pay", N_("WeChat Pay") },
	{ "alipay", N_("Alipay") },
	{ "unionpay_quickpass", N_("UnionPay QuickPass") },
	{ "bank_card", N_("Bank card") },
	{ "e_cny", N_("e-CNY") },
	{ NULL, NULL },
};

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST };

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Transaction no."), 20),
	{ F("merchant_id", VALUE_TEXT), .label = N_("Merchant no."), .type = FIELD_REF, .show = LISTED | SHOW_SEARCH,
	  .width = 12, .rank = 4, .ref_kind = "merchant" },
	{ F("occurred_at", VALUE_INT), .label = N_("Time"), .type = FIELD_TIME, .show = LISTED, .width = 6, .rank = 1 },
	{ F("amount", VALUE_INT), .label = N_("Amount"), .type = FIELD_MONEY, .show = LISTED, .width = 13, .rank = 2,
	  .currency_field = "currency" },
	{ F("currency", VALUE_TEXT), .label = N_("Currency"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("fee", VALUE_INT), .label = N_("Fee"), .type = FIELD_MONEY, .show = DETAIL, .currency_field = "currency" },
	{ F("channel", VALUE_TEXT), .label = N_("Channel"), .type = FIELD_CHOICE, .show = LISTED, .width = 12, .rank = 3,
	  .choices = channels },
	{ F("payer", VALUE_TEXT), .label = N_("Payer"), .type = FIELD_TEXT, .show = DETAIL, .privacy = PRIVACY_IMPORTANT,
	  .mask = MASK_NAME },
	{ F("card_tail", VALUE_TEXT), .label = N_("Card ends in"), .type = FIELD_TEXT, .show = DETAIL | SHOW_SEARCH },
	{ F("order_no", VALUE_TEXT), .label = N_("Merchant's order no."), .type = FIELD_TEXT, .show = DETAIL | SHOW_SEARCH },
	{ F("channel_no", VALUE_TEXT), .label = N_("Channel's no."), .type = FIELD_TEXT, .show = DETAIL | SHOW_SEARCH },
	{ F("terminal", VALUE_TEXT), .label = N_("Terminal"), .type = FIELD_REF, .show = DETAIL | SHOW_SEARCH,
	  .ref_kind = "terminal" },
	{ F("mcc", VALUE_TEXT), .label = N_("MCC"), .type = FIELD_MCC, .show = DETAIL },
	{ F("failure", VALUE_TEXT), .label = N_("Why it failed"), .type = FIELD_TEXT, .show = DETAIL },
};

enum { PROCESSING, SUCCEEDED, FAILED, REFUNDING, REFUNDED, CLOSED };

static const struct state states[] = {
	[PROCESSING] = { .name = "processing", .label = N_("Processing"), .tone = TONE_INFO, .core = true },
	[SUCCEEDED] = { .name = "succeeded", .label = N_("Succeeded"), .tone = TONE_GOOD, .core = true },
	[FAILED] = { .name = "failed", .label = N_("Failed"), .tone = TONE_DANGER, .core = true },
	[REFUNDING] = { .name = "refunding", .label = N_("Refund under way"), .tone = TONE_WARNING, .core = true },
	[REFUNDED] = { .name = "refunded", .label = N_("Refunded"), .tone = TONE_MUTED, .core = true },
	[CLOSED] = { .name = "closed", .label = N_("Closed unpaid"), .tone = TONE_MUTED, .core = true },
};

static const struct action actions[] = { NOTE_ACTION };

extern const struct record transaction_record;
const struct record transaction_record = {
	.kind = "transaction", .table = "transactions" /* TRANSACTION is a word of SQL */, .words = "transactions_words",
	.label = N_("Transaction"), .plural = N_("Transactions"), .flags = RECORD_DESK, .permission = "transaction.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states),
	.actions = actions, .nactions = COUNT(actions), .sort = "-occurred_at",
};
