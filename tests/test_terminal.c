/* Terminals: how far apart two places are, the five items that are bound to a serial number, where a terminal is seen, and what people may
 * do with one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/records/merchant.h"
#include "core/records/terminal.h"
#include "core/rules.h"
#include "core/values/ident.h"
#include "core/values/when.h"
#include "tests/check.h"
#include "tests/court.h"
#include "tests/specimen.h"

/* ---- places ---- */
static void places(void **state)
{
	static const struct { struct geo a, b; int64_t metres; } pairs[] = {
		{ { 31230416, 121473701 }, { 31230416, 121473701 }, 0 },
		{ { 0, 0 }, { 0, 1 * GEO_DEGREE }, 111195 },                        /* 2 pi R / 360 */
		{ { 0, 0 }, { 1 * GEO_DEGREE, 0 }, 111195 },
		{ { 60 * GEO_DEGREE, 0 }, { 60 * GEO_DEGREE, 1 * GEO_DEGREE }, 55597 }, /* half of that, less the bend of the great circle */
		{ { 0, 0 }, { 0, 180 * GEO_DEGREE }, 20015115 },                    /* pi R */
		{ { 90 * GEO_DEGREE, 0 }, { -90 * GEO_DEGREE, 77 * GEO_DEGREE }, 20015115 },
		{ { 0, 179 * GEO_DEGREE }, { 0, -179 * GEO_DEGREE }, 222390 },      /* over the date line */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		assert_in_range(geo_metres(pairs[i].a, pairs[i].b) + 1, pairs[i].metres, pairs[i].metres + 2);
		assert_int_equal(geo_metres(pairs[i].a, pairs[i].b), geo_metres(pairs[i].b, pairs[i].a));
	}
	assert_in_range(geo_metres((struct geo){ 39904000, 116407000 }, (struct geo){ 31230000, 121474000 }), 1065000, 1070000); /* Beijing, Shanghai */
	assert_true(geo_valid((struct geo){ -90 * GEO_DEGREE, 180 * GEO_DEGREE }));
	assert_false(geo_valid((struct geo){ 90 * GEO_DEGREE + 1, 0 }) || geo_valid((struct geo){ 0, -180 * GEO_DEGREE - 1 }));
	assert_false(geo_valid((struct geo){ INT64_MAX, INT64_MIN }));
}

static void degrees_are_shown(void **state)
{
	AUTO(buf_release) struct buf shown = BUF_INIT;
	AUTO(item_release) struct item it;

	(void)state;
	specimen_begin(&it, "terminal", "T1", "active");
	item_set(&it, "place_lat", value_int(-33868820));
	item_show(&shown, &it, (size_t)record_field(it.rec, "place_lat"), &(struct show){ .clearance = PRIVACY_CORE });
	assert_string_equal(shown.data, "-33.868820");
}

/* ---- the checks ---- */
static void keep(struct room *r, const struct item *it)
{
	assert_ok(item_save(it, r->db, &r->err), r->err);
}

static void terminal(struct item *it, const struct item *merchant, const char *id, const char *state)
{
	specimen_begin(it, "terminal", id, state);
	specimen_put(it, "serial", id);
	specimen_put(it, "type", "smart_pos");
	specimen_put(it, "merchant_id", item_id(merchant));
	specimen_put(it, "acquirer_code", "48990000");
	specimen_put(it, "merchant_code", item_id(merchant));
	specimen_put(it, "holder_code", item_text(merchant, "credit_code"));
	specimen_put(it, "settlement_card", item_text(merchant, "settlement_card"));
	specimen_put(it, "place_address", item_text(merchant, "address"));
	item_set(it, "place_lat", value_int(31230416));
	item_set(it, "place_lon", value_int(121473701));
	item_set(it, "seen_lat", value_int(31230416));
	item_set(it, "seen_lon", value_int(121473701));
	item_set(it, "seen_at", value_int(NOW - WHEN_HOUR));
}

static void shop(struct room *r, struct item *merchant, const char *state)
{
	specimen_merchant(merchant, "M1", 1, NOW);
	specimen_put(merchant, "address", "样本市样本路 1 号");
	specimen_put(merchant, "state", state);
	keep(r, merchant);
}

struct finding { const char *check, *field, *text; int64_t n; enum check_status status; const char *says; };

static const struct finding findings[] = {
	{ "serial_once", "serial", "", 0, CHECK_FAILED, "not given" },
	{ "binding", "acquirer_code", "48990001", 0, CHECK_FAILED, "Acquirer code (Yinfa [2021] No. 259)" },
	{ "binding", "merchant_code", "M2", 0, CHECK_FAILED, "Merchant code" },
	{ "binding", "holder_code", "911101080000000000", 0, CHECK_FAILED, "Credit code or identity number" },
	{ "binding", "settlement_card", "6200000000000000000", 0, CHECK_FAILED, "Settlement card" },
	{ "binding", "settlement_card", "", 0, CHECK_FAILED, "not bound to the serial number: Settlement card" },
	{ "binding", "place_address", "", 0, CHECK_FAILED, "Place" },
	{ "binding", "place_address", "样本市样本路1号", 0, CHECK_PASSED, "agree" },
	{ "binding", "place_address", "样本市样本路 2 号", 0, CHECK_UNKNOWN, "outlet" },
	{ "place", "place_lat", NULL, INT64_MIN, CHECK_FAILED, "not known" },
	{ "place", "place_lon", NULL, 200 * GEO_DEGREE, CHECK_FAILED, "not known" },
	{ "place", "seen_lat", NULL, INT64_MIN, CHECK_UNKNOWN, "never located" },
	{ "place", "type", "qr_static", 0, CHECK_PASSED, "printed code" },
	{ "place", "seen_lat", NULL, 31230416 + 8993, CHECK_PASSED, "seen 1000 m" },
	{ "place", "seen_lat", NULL, 31230416 + 9002, CHECK_FAILED, "seen 1001 m away from where it is registered on 2025-11-21; 1000 m are let pass" },
	{ "place", "seen_lon", NULL, 121573701, CHECK_FAILED, "seen 9508 m away" },
	{ "place", "seen_at", NULL, NOW - 30 * WHEN_DAY, CHECK_PASSED, "seen 0 m" },
	{ "place", "seen_at", NULL, NOW - 30 * WHEN_DAY - 1, CHECK_UNKNOWN, "more than 30 days ago" },
};

static const struct check_row *row_of(struct checklist *list, const char *id)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->row[i].check->id, id))
			return &list->row[i];
	fail_msg("there is no check %s", id);
	return NULL;
}

static void each_check_finds_what_it_is_for(void **state)
{
	struct room *r = *state;
	AUTO(item_release) struct item merchant, good;
	struct checklist list;

	shop(r, &merchant, "active");
	terminal(&good, &merchant, "T1", "active");
	checks_run(r->db, &good, NOW, &list);
	assert_int_equal(list.n, TERMINAL_CHECKS);
	for (size_t i = 0; i < list.n; i++)
		if (list.row[i].status != CHECK_PASSED)
			fail_msg("%s: %s", list.row[i].check->id, list.row[i].why);
	for (size_t i = 0; i < COUNT(findings); i++) {
		const struct finding *f = &findings[i];
		AUTO(item_release) struct item it;

		item_copy(&it, &good);
		if (f->text)
			specimen_put(&it, f->field, f->text);
		else
			item_set(&it, f->field, f->n == INT64_MIN ? value_null() : value_int(f->n));
		checks_run(r->db, &it, NOW, &list);
		if (row_of(&list, f->check)->status != f->status || !strstr(row_of(&list, f->check)->why, f->says))
			fail_msg("%s with %s %s %lld: %d %s", f->check, f->field, f->text ? f->text : "", (long long)f->n,
				 (int)row_of(&list, f->check)->status, row_of(&list, f->check)->why);
	}
}

/* Its identity number stands in for the credit code that it does not have. */
static void a_micro_merchant_is_bound_by_its_person(void **state)
{
	struct room *r = *state;
	AUTO(item_release) struct item merchant, it;
	struct checklist list;

	shop(r, &merchant, "active");
	specimen_put(&merchant, "type", "micro");
	keep(r, &merchant);
	terminal(&it, &merchant, "T1", "active");
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "binding")->status, CHECK_FAILED);
	specimen_put(&it, "holder_code", item_text(&merchant, "legal_rep_number"));
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "binding")->status, CHECK_PASSED);
}

static void one_serial_number_one_terminal(void **state)
{
	struct room *r = *state;
	AUTO(item_release) struct item merchant, it, twin;
	struct checklist list;

	shop(r, &merchant, "active");
	terminal(&it, &merchant, "T1", "active");
	terminal(&twin, &merchant, "T2", "removed");
	specimen_put(&twin, "serial", "T1");
	keep(r, &it);
	keep(r, &twin);
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "serial_once")->status, CHECK_PASSED);
	specimen_put(&twin, "state", "disabled");
	keep(r, &twin);
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "serial_once")->status, CHECK_FAILED);
	assert_string_equal(row_of(&list, "serial_once")->kind, "terminal");
	assert_string_equal(row_of(&list, "serial_once")->id, "T2");
}

static void merchant_says(struct room *r, const struct item *merchant, enum check_status status, const char *why, const char *link)
{
	struct checklist list;

	checks_run(r->db, merchant, NOW, &list);
	if (row_of(&list, "terminals")->status != status || !strstr(row_of(&list, "terminals")->why, why))
		fail_msg("%d %s", (int)row_of(&list, "terminals")->status, row_of(&list, "terminals")->why);
	assert_string_equal(row_of(&list, "terminals")->id, link);
}

/* Only those that take payments count; the worst of them speaks for all. */
static void a_merchant_answers_for_its_terminals(void **state)
{
	struct room *r = *state;
	AUTO(item_release) struct item merchant, good, far, dark;

	shop(r, &merchant, "active");
	merchant_says(r, &merchant, CHECK_PASSED, "none is active", "");
	terminal(&good, &merchant, "T1", "active");
	keep(r, &good);
	merchant_says(r, &merchant, CHECK_PASSED, "1 active", "");
	terminal(&dark, &merchant, "T2", "active");
	item_set(&dark, "seen_lat", value_null());
	keep(r, &dark);
	merchant_says(r, &merchant, CHECK_UNKNOWN, "1 of 2, first T2: never located", "T2");
	terminal(&far, &merchant, "T3", "disabled");
	item_set(&far, "seen_lat", value_int(30000000));
	keep(r, &far);
	merchant_says(r, &merchant, CHECK_UNKNOWN, "1 of 2", "T2");
	specimen_put(&far, "state", "active");
	keep(r, &far);
	merchant_says(r, &merchant, CHECK_FAILED, "1 of 3, first T3: seen 136816 m away", "T3");
}

/* ---- the actions ---- */
static void who_may_do_what(void **state)
{
	struct room *r = *state;
	AUTO(item_release) struct item merchant, it, after = { 0 }, off = { 0 };
	struct actor risk = person(ME, "risk"), support = person(OTHER, "support");

	shop(r, &merchant, "contracting");
	terminal(&it, &merchant, "T1", "installed");
	keep(r, &it);
	assert_int_equal(decide(r, &it, "activate", &support, "", NULL, 0, &after), E_DENIED);
	assert_int_equal(decide(r, &it, "activate", &risk, "", NULL, 0, &after), E_STATE); /* its merchant is not that far */
	specimen_put(&merchant, "state", "configuring");
	keep(r, &merchant);
	item_set(&it, "seen_lat", value_int(30000000));
	assert_int_equal(decide(r, &it, "activate", &risk, "", NULL, 0, &after), E_CHECK); /* it stands elsewhere */
	item_set(&it, "seen_lat", value_int(31230416));
	assert_ok(decide(r, &it, "activate", &risk, "", NULL, 0, &after), r->err);
	assert_string_equal(item_text(&after, "state"), "active");
	assert_int_equal(item_int(&after, "activated_at"), NOW);
	assert_int_equal(decide(r, &after, "disable", &risk, "", NULL, 0, &off), E_INVALID); /* nobody stops a till without a word */
	assert_ok(decide(r, &after, "disable", &risk, "样本", NULL, 0, &off), r->err);
	assert_string_equal(item_text(&off, "state"), "disabled");
	assert_string_equal(item_text(&off, "decision_reason"), "样本");
	item_release(&after);
	assert_ok(decide(r, &off, "activate", &risk, "", NULL, 0, &after), r->err);
	assert_string_equal(item_text(&after, "state"), "active");
}

static void bound_anew(void **state)
{
	struct room *r = *state;
	AUTO(item_release) struct item merchant, it, after = { 0 };
	struct actor reviewer = person(ME, "reviewer");
	struct checklist list;

	shop(r, &merchant, "active");
	terminal(&it, &merchant, "T1", "active");
	keep(r, &it);
	assert_int_equal(decide(r, &it, "rebind", &reviewer, "样本", NULL, 0, &after), E_STATE); /* nothing to mend */
	specimen_put(&merchant, "settlement_card", "6200000000000000000");
	keep(r, &merchant);
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "binding")->status, CHECK_FAILED);
	assert_ok(decide(r, &it, "rebind", &reviewer, "样本", NULL, 0, &after), r->err);
	assert_string_equal(item_text(&after, "settlement_card"), "6200000000000000000");
	assert_string_equal(item_text(&after, "state"), "active");
	checks_run(r->db, &after, NOW, &list);
	assert_int_equal(row_of(&list, "binding")->status, CHECK_PASSED);
	specimen_put(&merchant, "credit_code", "");
	keep(r, &merchant);
	item_release(&after);
	assert_int_equal(decide(r, &it, "rebind", &reviewer, "样本", NULL, 0, &after), E_STATE); /* nothing is bound to nothing */
	specimen_put(&it, "merchant_id", "M9");
	assert_int_equal(decide(r, &it, "rebind", &reviewer, "样本", NULL, 0, &after), E_STATE);
}

/* All of a merchant's at once: which there are to bind, and whether its record has what they are bound to. */
static void a_fleet_is_bound_anew(void **state)
{
	struct room *r = *state;
	AUTO(item_release) struct item merchant, it, gone, after = { 0 };
	struct actor reviewer = person(ME, "reviewer"), support = person(OTHER, "support");

	shop(r, &merchant, "active");
	terminal(&it, &merchant, "T1", "active");
	terminal(&gone, &merchant, "T2", "removed");
	specimen_put(&gone, "settlement_card", "6200000000000000000");
	keep(r, &it);
	keep(r, &gone);
	assert_int_equal(decide(r, &merchant, "rebind_terminals", &reviewer, "样本", NULL, 0, &after), E_STATE); /* what is gone is bound to nothing */
	specimen_put(&it, "state", "disabled");
	specimen_put(&it, "settlement_card", "6200000000000000000");
	keep(r, &it);
	assert_int_equal(decide(r, &merchant, "rebind_terminals", &support, "样本", NULL, 0, &after), E_DENIED);
	assert_int_equal(decide(r, &merchant, "rebind_terminals", &reviewer, "", NULL, 0, &after), E_INVALID);
	assert_ok(decide(r, &merchant, "rebind_terminals", &reviewer, "样本", NULL, 0, &after), r->err);
	specimen_put(&merchant, "settlement_card", "");
	item_release(&after);
	assert_int_equal(decide(r, &merchant, "rebind_terminals", &reviewer, "样本", NULL, 0, &after), E_STATE);
	assert_non_null(strstr(r->err.msg, "settlement_card"));
}

/* Bound is the place of business. */
static void a_place_is_where_the_merchant_trades(void **state)
{
	struct room *r = *state;
	AUTO(item_release) struct item merchant, it;
	struct checklist list;

	shop(r, &merchant, "active");
	terminal(&it, &merchant, "T1", "active");
	specimen_put(&merchant, "business_address", "样本市样本街 7 号");
	keep(r, &merchant);
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "binding")->status, CHECK_UNKNOWN);
	specimen_put(&it, "place_address", "样本市样本街7號");
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "binding")->status, CHECK_PASSED);
}

static enum code relocate(struct room *r, const struct item *it, const struct actor *who, const char *address, const char *lat, const char *lon,
			  struct item *after)
{
	const struct input to[] = { { "place_address", address }, { "place_lat", lat }, { "place_lon", lon } };

	return decide(r, it, "relocate", who, "样本", to, COUNT(to), after);
}

/* Moved by 11 km: the place is taken where the terminal itself says that it stands, and not otherwise. */
static void moved_with_its_merchant(void **state)
{
	static const struct { const char *lat, *lon; enum code code; const char *says; } wrong[] = {
		{ "31.230416", "121.473701", E_CHECK, "last located 11120 m from there; 1000 m are let pass" },
		{ "31.330416", "121.484301", E_CHECK, "1007 m" },
		{ "91", "121.473701", E_INVALID, "-90 to 90" },
		{ "31.330416", "180.000001", E_INVALID, "-180 to 180" },
		{ "31.3304161", "121.473701", E_INVALID, "place_lat: not a number of at most 6 decimals" },
		{ "31°19'49\"N", "121.473701", E_INVALID, "place_lat" },
		{ "9223372036854775807", "121.473701", E_INVALID, "place_lat" },
		{ "", "121.473701", E_INVALID, "place_lat" },
	};
	struct room *r = *state;
	AUTO(item_release) struct item merchant, it, after = { 0 };
	struct actor reviewer = person(ME, "reviewer"), support = person(OTHER, "support");
	struct checklist list;

	shop(r, &merchant, "active");
	terminal(&it, &merchant, "T1", "disabled");
	item_set(&it, "seen_lat", value_int(31330416));
	keep(r, &it);
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "place")->status, CHECK_FAILED);
	for (size_t i = 0; i < COUNT(wrong); i++)
		if (relocate(r, &it, &reviewer, "样本市样本街 7 号", wrong[i].lat, wrong[i].lon, &after) != wrong[i].code || !strstr(r->err.msg, wrong[i].says))
			fail_msg("%s %s: %s", wrong[i].lat, wrong[i].lon, r->err.msg);
	assert_int_equal(relocate(r, &it, &support, "样本市样本街 7 号", "31.3304", "121.4737", &after), E_DENIED);
	assert_int_equal(relocate(r, &it, &reviewer, "", "31.3304", "121.4737", &after), E_INVALID);
	assert_true(record_action(&terminal_record, "relocate")->flags & FOUR_EYES);
	assert_ok(relocate(r, &it, &reviewer, "样本市样本街 7 号", "31.3304", "121.4737", &after), r->err);
	assert_string_equal(item_text(&after, "place_address"), "样本市样本街 7 号");
	assert_string_equal(item_text(&after, "state"), "disabled");
	assert_int_equal(item_int(&after, "place_lat"), 31330400);
	assert_int_equal(item_int(&after, "place_lon"), 121473700);
	checks_run(r->db, &after, NOW, &list);
	assert_int_equal(row_of(&list, "place")->status, CHECK_PASSED);
}

/* Nothing says where it is: not the one that is dark, not the one that was never seen, not the one that is there already. */
static void not_moved_without_its_word(void **state)
{
	struct room *r = *state;
	AUTO(item_release) struct item merchant, it, after = { 0 };
	struct actor reviewer = person(ME, "reviewer");

	shop(r, &merchant, "active");
	terminal(&it, &merchant, "T1", "active");
	assert_int_equal(relocate(r, &it, &reviewer, item_text(&merchant, "address"), "31.230416", "121.473701", &after), E_STATE);
	item_set(&it, "seen_at", value_int(NOW - 30 * WHEN_DAY - 1));
	assert_int_equal(relocate(r, &it, &reviewer, "样本", "31.230416", "121.473701", &after), E_CHECK);
	assert_non_null(strstr(r->err.msg, "more than 30 days ago"));
	item_set(&it, "seen_lat", value_null());
	assert_int_equal(relocate(r, &it, &reviewer, "样本", "31.230416", "121.473701", &after), E_CHECK);
	assert_non_null(strstr(r->err.msg, "never located"));
	specimen_put(&it, "type", "qr_static"); /* nothing locates a printed code */
	assert_ok(relocate(r, &it, &reviewer, "样本", "-33.868820", "121.473701", &after), r->err);
	assert_int_equal(item_int(&after, "place_lat"), -33868820);
}

/* 12 號 3-501 and 12号3栋501室 are one place. */
static void an_address_is_read(void **state)
{
	struct room *r = *state;
	AUTO(item_release) struct item merchant, it;
	struct checklist list;

	shop(r, &merchant, "active");
	specimen_put(&merchant, "address", "广东省深圳市南山区样本路12号3栋501室");
	keep(r, &merchant);
	terminal(&it, &merchant, "T1", "active");
	specimen_put(&it, "place_address", "深圳南山区样本路 12 號 3-501");
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "binding")->status, CHECK_PASSED);
	specimen_put(&it, "place_address", "深圳南山区样本路 12 號 3-502");
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "binding")->status, CHECK_UNKNOWN);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, room_setup, room_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places), cmocka_unit_test(degrees_are_shown), T(each_check_finds_what_it_is_for), T(a_micro_merchant_is_bound_by_its_person),
		T(one_serial_number_one_terminal), T(a_merchant_answers_for_its_terminals), T(who_may_do_what), T(bound_anew), T(a_fleet_is_bound_anew), T(an_address_is_read),
		T(a_place_is_where_the_merchant_trades), T(moved_with_its_merchant), T(not_moved_without_its_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
