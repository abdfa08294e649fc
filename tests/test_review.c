/* A reviewer at the screen of identity checks: what is seen at once, how few keys it takes, where links lead. */
#include <string.h>

#include "tests/check.h"
#include "tests/specimen.h"
#include "tests/stage.h"

static void take(struct stage *s, const struct item *it)
{
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err;
	bool changed;

	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	assert_ok(desk_take_fact(s->shell.desk, it, false, &changed, &err), err);
	assert_ok(tx_commit(&tx, &err), err);
}

static void picture(struct stage *s, const char *id, const char *type)
{
	AUTO(item_release) struct item scan;

	specimen_begin(&scan, "scan", id, "received");
	specimen_put(&scan, "check_id", "K1");
	specimen_put(&scan, "type", type);
	take(s, &scan);
}

/* Where nothing is wrong three keys decide, and the fourth brings the next: n, a, Enter, n. */
static void four_keys_review_one(void **state)
{
	struct stage *s = *state;
	AUTO(item_release) struct item first = { 0 }, second = { 0 }, user;
	struct err err;

	stage_open(s);
	specimen_begin(&user, "user", "U1", "submitted");
	take(s, &user);
	picture(s, "S1", "identity_front");
	picture(s, "S2", "identity_back");
	specimen_check(&first, "K1", "U1", "submitted");
	specimen_check(&second, "K2", "U2", "submitted");
	item_set(&first, "due_at", value_int(s->house.clock));
	item_set(&second, "due_at", value_int(s->house.clock + 1));
	specimen_put(&second, "number", "");
	take(s, &first);
	take(s, &second);
	stage_press(s, ":kyc<Enter>");
	stage_press(s, "n");
	assert_true(stage_shows(s, 24, 80, "On the document")); /* side by side, with the checks below, at once */
	assert_true(stage_shows(s, 24, 80, "customer, document and register agree"));
	stage_press(s, "a<Enter>");
	item_release(&first);
	assert_ok(desk_load(s->shell.desk, "identity_check", "K1", &first, &err), err);
	assert_string_equal(item_text(&first, "state"), "approved");
	assert_string_equal(item_text(&first, "account_class"), "class_2"); /* as asked for */
	stage_press(s, "n");
	assert_true(stage_shows(s, 24, 80, "K2"));
	stage_press(s, "a"); /* and this one fails a check */
	assert_true(stage_shows(s, 24, 80, "\"Number well formed\" failed"));
	item_release(&second);
	assert_ok(desk_load(s->shell.desk, "identity_check", "K2", &second, &err), err);
	assert_string_equal(item_text(&second, "state"), "in_review");
}

/* With the checks looked at on the way, and the next one is the person's own: n, Tab, p, n. */
static void four_keys_pass_a_merchant(void **state)
{
	struct stage *s = *state;
	AUTO(item_release) struct item first = { 0 }, second = { 0 };
	struct place at;
	struct err err;

	stage_open(s);
	stage_press(s, "1n");
	desktop_place(s->desktop, &at);
	stage_press(s, "<Tab>");
	assert_true(stage_shows(s, 24, 80, "Credit code used once"));
	stage_press(s, "p");
	assert_ok(desk_load(s->shell.desk, "merchant", at.id, &first, &err), err);
	assert_string_equal(item_text(&first, "state"), "risk_review");
	stage_press(s, "n");
	desktop_place(s->desktop, &at);
	assert_ok(desk_load(s->shell.desk, "merchant", at.id, &second, &err), err);
	assert_string_equal(item_text(&second, "assignee"), desk_who(s->shell.desk)->id);
}

/* Enter leads to whom a check found. */
static void a_link_leads_to_the_other(void **state)
{
	struct stage *s = *state;
	AUTO(item_release) struct item check, mine, other;

	stage_open(s);
	specimen_check(&check, "K1", "U1", "submitted");
	specimen_begin(&mine, "user", "U1", "submitted");
	specimen_begin(&other, "user", "U9", "active");
	specimen_put(&other, "identity_number", item_text(&check, "number"));
	take(s, &check);
	take(s, &mine);
	take(s, &other);
	stage_press(s, ":kyc<Enter><Enter>");
	assert_true(stage_shows(s, 24, 80, "shared with U9"));
	stage_press(s, "<Enter>");
	assert_true(stage_shows(s, 24, 80, "U1"));
	assert_true(stage_shows(s, 24, 80, "Number known once"));
	stage_press(s, "u9<Enter>");
	assert_true(stage_shows(s, 24, 80, "Identity checks")); /* the other customer's card */
	stage_press(s, "-");
	assert_true(stage_shows(s, 24, 80, "shared with U9"));
}

/* From a customer to the device they use, from there to whoever else does; to their pictures, and from one of those to its check. */
static void what_belongs_together_is_linked(void **state)
{
	struct stage *s = *state;
	AUTO(item_release) struct item device, mine, other, check, scan;

	stage_open(s);
	specimen_begin(&device, "device", "V1", "known");
	specimen_put(&device, "model", "SPECIMEN P1");
	specimen_begin(&mine, "user", "U1", "active");
	specimen_put(&mine, "device_id", "V1");
	specimen_begin(&other, "user", "U2", "active");
	specimen_put(&other, "device_id", "V1");
	specimen_check(&check, "K1", "U1", "approved");
	specimen_begin(&scan, "scan", "S1", "received");
	specimen_put(&scan, "check_id", "K1");
	specimen_put(&scan, "user_id", "U1");
	specimen_put(&scan, "type", "identity_front");
	take(s, &device);
	take(s, &mine);
	take(s, &other);
	take(s, &check);
	take(s, &scan);
	stage_press(s, ":users<Enter>/u1<Enter><Enter>");
	assert_true(stage_shows(s, 30, 100, "Device"));
	stage_press(s, "<Enter>specimen<Enter>");
	assert_true(stage_shows(s, 30, 100, "SPECIMEN P1")); /* the device's card */
	stage_press(s, "<Enter>u2<Enter>");
	assert_true(stage_shows(s, 30, 100, "U2"));
	stage_press(s, "--<Enter>s1<Enter>");
	assert_true(stage_shows(s, 30, 100, "Identity document, front"));
	stage_press(s, "<Enter>k1<Enter>");
	assert_true(stage_shows(s, 30, 100, "On the document"));
}

/* Support sees customers, not what was looked at to verify them. */
static void what_one_may_not_see_is_no_part(void **state)
{
	struct stage *s = *state;
	AUTO(item_release) struct item user, check;

	stage_open(s);
	specimen_begin(&user, "user", "U1", "active");
	specimen_check(&check, "K1", "U1", "approved");
	take(s, &user);
	take(s, &check);
	stage_press(s, ":users<Enter><Enter>");
	assert_true(stage_shows(s, 30, 140, "Identity checks"));
	stage_become(s, "he", "support");
	stage_press(s, ":users<Enter><Enter>");
	assert_true(stage_shows(s, 30, 140, "Bank cards"));
	assert_false(stage_shows(s, 30, 140, "Identity checks"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(four_keys_review_one, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(four_keys_pass_a_merchant, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(a_link_leads_to_the_other, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(what_belongs_together_is_linked, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(what_one_may_not_see_is_no_part, stage_begin, stage_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
