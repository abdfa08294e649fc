/* A terminal at a merchant: what it is bound to, where it stands, where it was seen. The core orders, installs and takes away; people
 * here let it take payments, stop it, and bind it anew when the merchant's record has moved on. */
#include "core/records/terminal.h"

#include <string.h>

#include "core/note.h"
#include "core/records/merchant.h"
#include "core/values/ident.h"

static const struct choice types[] = {
	{ "pos", N_("POS terminal") },
	{ "smart_pos", N_("Smart POS") },
	{ "mpos", N_("mPOS") },
	{ "qr_dynamic", N_("QR reader") },
	{ "qr_static", N_("Printed QR code") },
	{ "self_service", N_("Self-service") },
	{ NULL, NULL },
};

#define F(name, kind) .column = { name, kind }
enum { DETAIL = SHOW_DETAIL | SHOW_WIRE, LISTED = DETAIL | SHOW_LIST, FOUND = DETAIL | SHOW_SEARCH };

static const struct field fields[] = {
	RECORD_STANDARD_FIELDS(N_("Terminal no."), 10),
	{ F("serial", VALUE_TEXT), .label = N_("Serial no."), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 18, .rank = 3 },
	{ F("type", VALUE_TEXT), .label = N_("Type"), .type = FIELD_CHOICE, .show = LISTED, .width = 12, .rank = 5, .choices = types },
	{ F("model", VALUE_TEXT), .label = N_("Model"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("merchant_id", VALUE_TEXT), .label = N_("Merchant no."), .type = FIELD_REF, .show = LISTED | SHOW_SEARCH, .width = 12, .rank = 2,
	  .ref_kind = "merchant" },

	/* what the clearing houses were told; the place is the fifth */
	{ F("acquirer_code", VALUE_TEXT), .label = N_("Acquirer code"), .type = FIELD_TEXT, .show = DETAIL, .group = N_("Bound to the serial number") },
	{ F("merchant_code", VALUE_TEXT), .label = N_("Merchant code"), .type = FIELD_TEXT, .show = DETAIL },
	{ F("holder_code", VALUE_TEXT), .label = N_("Credit code or identity number"), .type = FIELD_TEXT, .show = FOUND,
	  .privacy = PRIVACY_CORE, .mask = MASK_IDENTITY },
	{ F("settlement_card", VALUE_TEXT), .label = N_("Settlement card"), .type = FIELD_TEXT, .show = FOUND, .privacy = PRIVACY_CORE,
	  .mask = MASK_CARD, .check = ident_bank_card },
	{ F("place_address", VALUE_TEXT), .label = N_("Place"), .type = FIELD_TEXT, .show = LISTED | SHOW_SEARCH, .width = 28, .rank = 6 },
	{ F("place_lat", VALUE_INT), .label = N_("Latitude"), .type = FIELD_INT, .decimals = 6, .show = DETAIL },
	{ F("place_lon", VALUE_INT), .label = N_("Longitude"), .type = FIELD_INT, .decimals = 6, .show = DETAIL },

	{ F("seen_lat", VALUE_INT), .label = N_("Seen at latitude"), .type = FIELD_INT, .decimals = 6, .show = DETAIL | SHOW_RUNNING,
	  .group = N_("Last location") },
	{ F("seen_lon", VALUE_INT), .label = N_("Seen at longitude"), .type = FIELD_INT, .decimals = 6, .show = DETAIL | SHOW_RUNNING },
	{ F("seen_at", VALUE_INT), .label = N_("Last seen"), .type = FIELD_TIME, .show = LISTED | SHOW_RUNNING, .width = 6, .rank = 4 },

	{ F("ordered_at", VALUE_INT), .label = N_("Ordered"), .type = FIELD_TIME, .show = DETAIL, .group = N_("Life") },
	{ F("installed_at", VALUE_INT), .label = N_("Installed"), .type = FIELD_TIME, .show = DETAIL },
	{ F("activated_at", VALUE_INT), .label = N_("Active since"), .type = FIELD_TIME, .show = DETAIL },
	{ F("decided_by", VALUE_TEXT), .label = N_("Decided by"), .type = FIELD_PERSON, .show = DETAIL },
	{ F("decided_at", VALUE_INT), .label = N_("Decided"), .type = FIELD_TIME, .show = DETAIL },
	{ F("decision_reason", VALUE_TEXT), .label = N_("Reason"), .type = FIELD_TEXT, .show = DETAIL },
};

enum { ORDERED, INSTALLED, IN_USE, DISABLED, REMOVED };

static const struct state states[] = {
	[ORDERED] = { .name = "ordered", .label = N_("Ordered"), .tone = TONE_PLAIN, .core = true },
	[INSTALLED] = { .name = "installed", .label = N_("Installed"), .tone = TONE_INFO, .open = true, .core = true },
	[IN_USE] = { .name = "active", .label = N_("Active"), .tone = TONE_GOOD },
	[DISABLED] = { .name = "disabled", .label = N_("Disabled"), .tone = TONE_DANGER },
	[REMOVED] = { .name = "removed", .label = N_("Removed"), .tone = TONE_MUTED, .core = true },
};

enum { BINDABLE = IN(INSTALLED) | IN(IN_USE) | IN(DISABLED) };

/* A terminal takes payments for a merchant that may take them, or that is just being set up. */
static enum code may_activate(const struct judge *j, struct err *err)
{
	AUTO(item_release) struct item merchant = { 0 };
	enum code code = effect_load(j, j->now, "merchant_id", &merchant, err);
	int state = code ? -1 : item_state(&merchant);

	if (!code && state != CONFIGURING && state != ACTIVE)
		code = fail(err, E_STATE, "merchant %s is %s; its terminals are activated once it is being configured", item_id(&merchant),
			    item_text(&merchant, "state"));
	return code;
}

static void note_decision(const struct judge *j, struct item *after)
{
	item_set(after, "decided_by", value_text(j->who->id));
	item_set(after, "decided_at", value_int(j->when));
	item_set(after, "decision_reason", *j->reason ? value_text(j->reason) : value_null());
}

static void do_activate(const struct judge *j, struct item *after)
{
	note_decision(j, after);
	item_set(after, "activated_at", value_int(j->when));
}

static const char *const relocate_inputs[] = { "place_address", "place_lat", "place_lon", NULL };

/* The place is in the command, not taken from where it was seen: that runs on by itself, and what was checked would not be what is made. */
static void do_relocate(const struct judge *j, struct item *after)
{
	note_decision(j, after);
	for (size_t i = 0; relocate_inputs[i]; i++)
		judge_take(j, relocate_inputs[i], after);
}

/* What the record has is what is bound: nothing is bound to nothing. E_STATE and what it lacks. */
static enum code bound_whole(const struct terminal_bound bound[TERMINAL_BOUND], const struct item *merchant, struct err *err)
{
	for (size_t i = 0; i < TERMINAL_BOUND; i++)
		if (!*bound[i].now)
			return fail(err, E_STATE, "merchant %s has nothing for %s; complete its record first", item_id(merchant), bound[i].field);
	return E_OK;
}

static bool is_bound(const struct item *terminal, const struct terminal_bound bound[TERMINAL_BOUND])
{
	for (size_t i = 0; i < TERMINAL_BOUND; i++)
		if (strcmp(item_text(terminal, bound[i].field), bound[i].now) != 0)
			return false;
	return true;
}

static void bind(struct item *terminal, const struct terminal_bound bound[TERMINAL_BOUND])
{
	for (size_t i = 0; i < TERMINAL_BOUND; i++)
		item_set(terminal, bound[i].field, value_text(bound[i].now));
}

static enum code may_rebind(const struct judge *j, struct err *err)
{
	AUTO(item_release) struct item merchant = { 0 };
	struct terminal_bound bound[TERMINAL_BOUND];

	if (effect_load(j, j->now, "merchant_id", &merchant, err))
		return err->code;
	terminal_bound(bound, &merchant, j->when);
	if (bound_whole(bound, &merchant, err))
		return err->code;
	return is_bound(j->now, bound) ? fail(err, E_STATE, "terminal %s is bound to what the merchant's record says already", item_id(j->now)) : E_OK;
}

static void do_rebind(const struct judge *j, struct item *after)
{
	AUTO(item_release) struct item merchant = { 0 };
	struct terminal_bound bound[TERMINAL_BOUND];

	note_decision(j, after);
	if (effect_load(j, j->now, "merchant_id", &merchant, NULL)) /* may_rebind has seen it */
		return;
	terminal_bound(bound, &merchant, j->when);
	bind(after, bound);
}

/* ---- all of a merchant's ---- */
/* bound NULL: whatever they are bound to. */
struct fleet { const struct terminal_bound *bound; unsigned states; struct items all; };

static void fleet_release(struct fleet *f)
{
	items_release(&f->all);
}

static enum code join_fleet(void *ctx, struct item *it, struct err *err)
{
	struct fleet *f = ctx;
	int state = item_state(it);

	if (state < 0 || !(f->states & IN(state)) || (f->bound && is_bound(it, f->bound)))
		return E_OK;
	return items_keep(&f->all, it, err);
}

static enum code fleet_read(struct fleet *f, struct db *db, const struct item *merchant, struct err *err)
{
	const struct table table = record_table(&terminal_record);
	const struct query q = { .table = &table, .order = { { "id", false } }, .norder = 1,
				 .where = { .op = COND_EQ, .column = "merchant_id", .value = value_text(item_id(merchant)) } };

	return item_each(db, &terminal_record, &q, join_fleet, f, err);
}

enum code merchant_may_rebind(const struct judge *j, struct err *err)
{
	struct terminal_bound bound[TERMINAL_BOUND];
	AUTO(fleet_release) struct fleet f = { .bound = bound, .states = BINDABLE };

	terminal_bound(bound, j->now, j->when);
	if (fleet_read(&f, j->db, j->now, err))
		return err->code;
	if (!f.all.n)
		return fail(err, E_STATE, "every terminal of merchant %s is bound to what its record says already", item_id(j->now));
	return bound_whole(bound, j->now, err);
}

enum code merchant_rebind(const struct judge *j, const struct item *after, const struct effects *to, struct err *err)
{
	struct terminal_bound bound[TERMINAL_BOUND];
	AUTO(fleet_release) struct fleet f = { .bound = bound, .states = BINDABLE };
	enum code code;

	terminal_bound(bound, after, j->when);
	code = fleet_read(&f, j->db, after, err);
	for (size_t i = 0; !code && i < f.all.n; i++) {
		bind(&f.all.it[i], bound);
		note_decision(j, &f.all.it[i]);
		effect_touch(&f.all.it[i], NULL, j->when);
		code = to->put(to->ctx, &f.all.it[i], err);
	}
	return code;
}

enum code merchant_stop_terminals(const struct judge *j, const struct item *after, const struct effects *to, struct err *err)
{
	AUTO(fleet_release) struct fleet f = { .states = IN(IN_USE) };
	enum code code = fleet_read(&f, j->db, after, err);

	for (size_t i = 0; !code && i < f.all.n; i++) {
		note_decision(j, &f.all.it[i]);
		effect_touch(&f.all.it[i], states[DISABLED].name, j->when);
		code = to->put(to->ctx, &f.all.it[i], err);
	}
	return code;
}

static const char *const disable_words[] = {
	N_("Seen away from where it is registered."), N_("The merchant has lost it, or gave it to somebody else."), N_("Suspected fraud; to be looked at."),
	N_("The merchant has closed the shop."), NULL,
};
static const char *const relocate_words[] = {
	N_("The merchant has moved its shop."), N_("The merchant has moved it to another of its shops."), NULL,
};
const char *const terminal_rebind_words[] = {
	N_("The merchant's settlement account has changed."), N_("It was bound to another's data by mistake."), NULL,
};

static const struct action actions[] = {
	{ .id = "activate", .label = N_("Activate"), .help = N_("Lets the terminal take payments; the five items and its place must be right."),
	  .key = 'a', .from = IN(INSTALLED) | IN(DISABLED), .to = IN_USE, .permission = "merchant.terminal", .gated = true, .check = may_activate,
	  .apply = do_activate },
	{ .id = "disable", .label = N_("Disable"), .help = N_("The terminal takes no payment until it is activated again."),
	  .key = 'x', .from = IN(IN_USE), .to = DISABLED, .permission = "merchant.terminal", .reasons = disable_words, .flags = REASON | DANGER,
	  .apply = note_decision },
	{ .id = "relocate", .label = N_("Relocate"), .help = N_("Proposes another place for it, where it has been located; another person confirms."),
	  .key = 'm', .from = IN(IN_USE) | IN(DISABLED), .to = STATE_STAY, .permission = "merchant.terminal", .reasons = relocate_words,
	  .flags = FOUR_EYES | REASON, .inputs = relocate_inputs, .check = terminal_may_relocate, .apply = do_relocate, .fits = terminal_relocates },
	{ .id = "rebind", .label = N_("Bind anew"), .help = N_("Binds the serial number to what the merchant's record says today; the place stays."),
	  .key = 'b', .from = BINDABLE, .to = STATE_STAY, .permission = "merchant.terminal",
	  .reasons = terminal_rebind_words, .flags = REASON, .check = may_rebind, .apply = do_rebind },
	NOTE_ACTION,
};

const struct record terminal_record = {
	.kind = "terminal", .words = "terminal_words", .label = N_("Terminal"), .plural = N_("Terminals"), .flags = RECORD_LOOKUP,
	.permission = "merchant.view",
	.fields = fields, .nfields = COUNT(fields), .states = states, .nstates = COUNT(states), .actions = actions, .nactions = COUNT(actions),
	.checks = terminal_checks, .nchecks = TERMINAL_CHECKS, .title = "serial", .sort = "-seen_at",
};
