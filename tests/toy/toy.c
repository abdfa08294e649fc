/* A kind of record that no institution has: what core/records/toy.c would be. Its words are some that the catalogue has already. */
#include "core/action.h"
#include "core/item.h"

static const struct choice sorts[] = { { "debit", N_("Debit card") }, { "credit", N_("Credit card") }, { NULL, NULL } };

static const char *not_short(const char *text)
{
	return *text && !text[1] ? N_("is not an id") : NULL;
}

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST };
static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Card no. here"), 8),
	{ F("name", VALUE_TEXT), .label = N_("Name"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 16, .rank = 3 },
	{ F("amount", VALUE_INT), .label = N_("Amount"), .type = FIELD_MONEY, .show = LISTED, .width = 14, .rank = 4, .currency_field = "currency" },
	{ F("currency", VALUE_TEXT), .label = N_("Currency"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("sort", VALUE_TEXT), .label = N_("Type"), .type = FIELD_CHOICE, .show = LISTED, .width = 12, .rank = 5, .choices = sorts },
	{ F("phone", VALUE_TEXT), .label = N_("Contact phone"), .type = FIELD_TEXT, .show = LISTED, .width = 12, .rank = 7, .privacy = PRIVACY_IMPORTANT,
	  .mask = MASK_PHONE, .group = N_("People") },
	{ F("assignee", VALUE_TEXT), .label = N_("Assignee"), .type = FIELD_PERSON, .show = LISTED, .width = 8, .rank = 8 },
	{ F("applied_at", VALUE_INT), .label = N_("Applied on"), .type = FIELD_TIME, .show = DETAIL },
	{ F("bank", VALUE_TEXT), .label = N_("Bank"), .type = FIELD_TEXT, .show = DETAIL, .check = not_short },
};

enum { NEW, HELD };
static const struct state states[] = {
	[NEW] = { .name = "new", .label = N_("Applied"), .tone = TONE_INFO, .open = true },
	[HELD] = { .name = "held", .label = N_("Suspended"), .tone = TONE_WARNING },
};

static void has_amount(struct db *db, const struct item *it, struct checklist *out)
{
	(void)db;
	check_say(out, item_int(it, "amount") > 0 ? CHECK_PASSED : CHECK_FAILED, item_int(it, "amount") > 0 ? N_("passed") : N_("failed"));
}
static const struct check checks[] = { { .id = "amount", .label = N_("Amount"), .run = has_amount } };

static enum code unclaimed(const struct judge *j, struct err *err)
{
	return *item_text(j->now, "assignee") ? fail(err, E_STATE, "toy %s is claimed already", item_id(j->now)) : E_OK;
}

static void do_claim(const struct judge *j, struct item *after)
{
	item_set(after, "assignee", value_text(j->who->id));
}

static void do_hold(const struct judge *j, struct item *after)
{
	item_set(after, "sort", value_text(judge_input(j, "sort")));
	item_set(after, "bank", value_text(judge_input(j, "bank")));
}

static const char *const asked[] = { "sort", "bank", NULL };
static const char *const words[] = { N_("The customer asked for it."), NULL };
static const struct action actions[] = {
	{ .id = "claim", .label = N_("Claim"), .help = N_("Takes the merchant on: nobody else works on it until it is decided or released."),
	  .key = 'c', .from = IN(NEW), .to = STATE_STAY, .permission = "merchant.claim", .flags = NEXT, .check = unclaimed, .apply = do_claim },
	{ .id = "hold", .label = N_("Suspend"), .help = N_("Takes the card off the account."), .key = 's', .from = IN(NEW), .to = HELD,
	  .permission = "merchant.claim", .flags = REASON | ASSIGNED, .reasons = words, .inputs = asked, .gated = true, .apply = do_hold },
};

const struct record toy_record = {
	.kind = "toy", .words = "toy_words", .label = N_("Account"), .plural = N_("Account"), .flags = RECORD_DESK, .permission = "merchant.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states), .actions = actions, .nactions = COUNT(actions),
	.checks = checks, .nchecks = COUNT(checks), .title = "name", .assignee = "assignee", .sort = "-amount",
};
