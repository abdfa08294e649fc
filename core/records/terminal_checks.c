#include "core/records/terminal.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "core/records/gathered.h"
#include "core/records/merchant.h"
#include "core/rules.h"
#include "core/values/address.h"
#include "core/values/text.h"
#include "core/values/when.h"

void terminal_bound(struct terminal_bound out[TERMINAL_BOUND], const struct item *merchant, int64_t when)
{
	const struct rule *acquirer = rule_at("house_acquirer_code", when);
	bool micro = merchant_is_micro(merchant);

	out[0] = (struct terminal_bound){ .field = "acquirer_code", .now = "" };
	if (acquirer) {
		snprintf(out[0].buffer, sizeof out[0].buffer, "%08lld", (long long)acquirer->value);
		out[0].now = out[0].buffer;
	}
	out[1] = (struct terminal_bound){ .field = "merchant_code", .now = item_id(merchant) };
	out[2] = (struct terminal_bound){ .field = "holder_code", .now = item_text(merchant, micro ? "legal_rep_number" : "credit_code") };
	out[3] = (struct terminal_bound){ .field = "settlement_card", .now = item_text(merchant, "settlement_card") };
}

static bool at(const struct item *terminal, const char *lat, const char *lon, struct geo *out)
{
	*out = (struct geo){ item_int(terminal, lat), item_int(terminal, lon) };
	return item_get(terminal, lat).type == VALUE_INT && item_get(terminal, lon).type == VALUE_INT && geo_valid(*out);
}

bool terminal_place(const struct item *terminal, struct geo *out)
{
	return at(terminal, "place_lat", "place_lon", out);
}

bool terminal_seen(const struct item *terminal, struct geo *out)
{
	return at(terminal, "seen_lat", "seen_lon", out);
}

/* ---- one terminal ---- */
static void name(struct buf *list, const struct item *it, const char *field)
{
	buf_addf(list, "%s%s", list->len ? ", " : "", gettext(it->rec->fields[record_field(it->rec, field)].label));
}

/* 深圳市样本区样本路12号3栋501 and 深圳样本区样本路 12 號 3-501 are one; one without a number is compared as it is written. What is bound is
 * the place where the terminal is set up (布放地理位置): where the merchant trades, which need not be where it is registered. */
static bool same_address(const char *place, const char *trades_at)
{
	return text_alike(place, trades_at) || address_alike(place, trades_at);
}

/* Names what differs; the values themselves are not everybody's to see. */
static void say_bound(const struct item *it, const struct item *merchant, struct checklist *out)
{
	AUTO(buf_release) struct buf missing = BUF_INIT, different = BUF_INIT;
	struct terminal_bound bound[TERMINAL_BOUND];

	terminal_bound(bound, merchant, out->when);
	for (size_t i = 0; i < TERMINAL_BOUND; i++) {
		const char *is = item_text(it, bound[i].field);

		if (!*is)
			name(&missing, it, bound[i].field);
		else if (strcmp(is, bound[i].now) != 0)
			name(&different, it, bound[i].field);
	}
	if (!*item_text(it, "place_address"))
		name(&missing, it, "place_address");
	if (different.len)
		check_say(out, CHECK_FAILED, N_("not as the merchant's record has it: %s (Yinfa [2021] No. 259)"), different.data);
	else if (missing.len)
		check_say(out, CHECK_FAILED, N_("not bound to the serial number: %s (Yinfa [2021] No. 259)"), missing.data);
	else if (!same_address(item_text(it, "place_address"), merchant_trades_at(merchant)))
		check_say(out, CHECK_UNKNOWN, N_("bound to the merchant, but not where the merchant trades: is it an outlet?"));
	else
		check_say(out, CHECK_PASSED, N_("the five items agree with the merchant's record"));
}

static void binding(struct db *db, const struct item *it, struct checklist *out)
{
	AUTO(item_release) struct item merchant = { 0 };
	struct err err = { 0 };

	if (item_load(&merchant, db, &merchant_record, item_text(it, "merchant_id"), &err))
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
	else
		say_bound(it, &merchant, out);
}

static void say_away(const struct item *it, int64_t metres, struct checklist *out)
{
	const struct rule *allowed = rule_at("house_terminal_metres", out->when), *days = rule_at("house_terminal_seen_days", out->when);
	AUTO(buf_release) struct buf day = BUF_INIT;

	when_add_date(&day, item_int(it, "seen_at"));
	if (allowed && metres > allowed->value)
		check_say(out, CHECK_FAILED, N_("seen %lld m away from where it is registered on %s; %lld m are let pass"), (long long)metres, day.data,
			  (long long)allowed->value);
	else if (days && out->when - item_int(it, "seen_at") > days->value * WHEN_DAY)
		check_say(out, CHECK_UNKNOWN, N_("last seen on %s, more than %lld days ago"), day.data, (long long)days->value);
	else
		check_say(out, CHECK_PASSED, N_("seen %lld m from where it is registered"), (long long)metres);
}

static bool is_printed(const struct item *it)
{
	return !strcmp(item_text(it, "type"), "qr_static");
}

static void place(struct db *db, const struct item *it, struct checklist *out)
{
	struct geo stands, seen;

	(void)db;
	if (!terminal_place(it, &stands))
		check_say(out, CHECK_FAILED, N_("where it stands is not known (Yinfa [2021] No. 259)"));
	else if (is_printed(it))
		check_say(out, CHECK_PASSED, N_("a printed code: nothing locates it"));
	else if (!terminal_seen(it, &seen))
		check_say(out, CHECK_UNKNOWN, N_("never located so far"));
	else
		say_away(it, geo_metres(stands, seen), out);
}

/* ---- another place ---- */
enum code terminal_may_relocate(const struct judge *j, struct err *err)
{
	const struct rule *days = rule_at("house_terminal_seen_days", j->when);
	AUTO(buf_release) struct buf day = BUF_INIT;
	struct geo seen;

	if (is_printed(j->now))
		return E_OK;
	if (!terminal_seen(j->now, &seen))
		return fail(err, E_CHECK, "terminal %s was never located; only a place where it has been located is registered", item_id(j->now));
	when_add_date(&day, item_int(j->now, "seen_at"));
	if (days && j->when - item_int(j->now, "seen_at") > days->value * WHEN_DAY)
		return fail(err, E_CHECK, "terminal %s was last located on %s, more than %lld days ago; only a place where it has been located is registered",
			    item_id(j->now), day.data, (long long)days->value);
	return E_OK;
}

static bool stays(const struct item *now, const struct item *after)
{
	return item_int(now, "place_lat") == item_int(after, "place_lat") && item_int(now, "place_lon") == item_int(after, "place_lon") &&
	       !strcmp(item_text(now, "place_address"), item_text(after, "place_address"));
}

enum code terminal_relocates(const struct judge *j, const struct item *after, struct err *err)
{
	const struct rule *allowed = rule_at("house_terminal_metres", j->when);
	struct geo to, seen;

	if (!terminal_place(after, &to))
		return fail(err, E_INVALID, "latitude goes from -90 to 90 degrees, longitude from -180 to 180");
	if (stays(j->now, after))
		return fail(err, E_STATE, "terminal %s is registered there already", item_id(after));
	if (!is_printed(after) && terminal_seen(after, &seen) && allowed && geo_metres(to, seen) > allowed->value)
		return fail(err, E_CHECK, "terminal %s was last located %lld m from there; %lld m are let pass", item_id(after),
			    (long long)geo_metres(to, seen), (long long)allowed->value);
	return E_OK;
}

struct twin { const char *but; char id[RECORD_ID_MAX + 1]; };

static enum code keep_twin(void *ctx, struct item *it, struct err *err)
{
	struct twin *t = ctx;

	(void)err;
	if (!*t->id && strcmp(item_id(it), t->but) != 0)
		snprintf(t->id, sizeof t->id, "%s", item_id(it));
	return E_OK;
}

static void serial_once(struct db *db, const struct item *it, struct checklist *out)
{
	struct table table = record_table(&terminal_record);
	const struct cond both[] = {
		{ .op = COND_EQ, .column = "serial", .value = value_text(item_text(it, "serial")) },
		{ .op = COND_NE, .column = "state", .value = value_text("removed") },
	};
	const struct query q = { .table = &table, .where = { .op = COND_AND, .kids = both, .nkids = COUNT(both) }, .limit = 2 };
	struct twin twin = { .but = item_id(it) };
	struct err err = { 0 };

	if (!*item_text(it, "serial"))
		check_say(out, CHECK_FAILED, N_("not given"));
	else if (item_each(db, &terminal_record, &q, keep_twin, &twin, &err))
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
	else if (*twin.id) {
		check_say(out, CHECK_FAILED, N_("the same as %s"), twin.id);
		check_link(out, "terminal", twin.id);
	} else
		check_say(out, CHECK_PASSED, N_("no other terminal has it"));
}

const struct check terminal_checks[] = {
	{ .id = "serial_once", .label = N_("Serial number used once"), .run = serial_once },
	{ .id = "binding", .label = N_("Five items"), .run = binding },
	{ .id = "place", .label = N_("Place"), .run = place },
};
_Static_assert(COUNT(terminal_checks) == TERMINAL_CHECKS, "its header counts the checks");

/* ---- all active ones of a merchant ---- */
struct terminals { struct db *db; int64_t when; struct gathered found; };

static enum code add_terminal(void *ctx, struct item *it, struct err *err)
{
	struct terminals *t = ctx;
	struct checklist said;

	(void)err;
	if (strcmp(item_text(it, "state"), "active") != 0)
		return E_OK;
	checks_run(t->db, it, t->when, &said);
	gather(&t->found, it, &said);
	return E_OK;
}

void merchant_terminals(struct db *db, const struct item *merchant, struct checklist *out)
{
	struct terminals t = { .db = db, .when = out->when };
	struct err err = { 0 };

	if (gather_each(db, merchant, "terminal", "merchant_id", "removed", add_terminal, &t, &t.found, &err))
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
	else if (gathered_say(&t.found, "terminal", out))
		return;
	else if (!t.found.parts)
		check_say(out, CHECK_PASSED, N_("none is active"));
	else
		check_say(out, CHECK_PASSED, N_("%d active, bound to the merchant and where they are registered"), (int)t.found.parts);
}
