/* Customers: who may decide on one, and what the core makes of it. What is looked at before: test_identity.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/effect.h"
#include "core/records/user.h"
#include "core/rules.h"
#include "core/values/when.h"
#include "tests/check.h"
#include "tests/court.h"
#include "tests/sandbox.h"
#include "tests/specimen.h"

static void classes_follow_the_announcement(void **state)
{
	(void)state;
	assert_int_equal(account_class_channels("class_1", NOW), 1);
	assert_int_equal(account_class_channels("class_2", NOW), 3);
	assert_int_equal(account_class_channels("class_3", NOW), 5);
	assert_int_equal(account_class_channels("class_4", NOW), 0);
	assert_int_equal(rule_at("account_class_1_lifetime", NOW)->value, 1000 * 100);
	assert_int_equal(rule_at("account_class_2_year", NOW)->value, 100000 * 100);
	assert_int_equal(rule_at("account_class_3_year", NOW)->value, 200000 * 100);
	assert_null(rule_at("account_class_1_lifetime", INT64_C(1467302399000)));     /* 30 June 2016, 23:59:59 in Shanghai */
	assert_non_null(rule_at("account_class_1_lifetime", INT64_C(1467302400000)));
	assert_null(rule_at("no_such_rule", NOW));
}

/* ---- who may decide, and when ---- */
struct trial { const char *action, *state, *assignee, *held, *field, *input, *reason; enum code wanted; const char *to; };

static const struct trial trials[] = {
	{ "claim", "submitted", "", "reviewer", NULL, NULL, "", E_OK, "in_review" },
	{ "claim", "submitted", "", "risk", NULL, NULL, "", E_DENIED, NULL },
	{ "claim", "submitted", OTHER, "reviewer", NULL, NULL, "", E_STATE, NULL },
	{ "claim", "approved", "", "reviewer", NULL, NULL, "", E_STATE, NULL },
	{ "release", "in_review", ME, "reviewer", NULL, NULL, "", E_OK, "submitted" },
	{ "release", "in_review", OTHER, "reviewer", NULL, NULL, "", E_DENIED, NULL },
	{ "approve", "in_review", ME, "reviewer", "account_class", "class_2", "", E_OK, "approved" },
	{ "approve", "in_review", ME, "reviewer", "account_class", "class_3", "", E_CHECK, NULL },
	{ "approve", "in_review", ME, "reviewer", "account_class", "class_9", "", E_INVALID, NULL },
	{ "approve", "in_review", ME, "reviewer", NULL, NULL, "", E_INVALID, NULL },
	{ "approve", "in_review", OTHER, "reviewer", "account_class", "class_1", "", E_STATE, NULL },
	{ "approve", "submitted", "", "reviewer", "account_class", "class_1", "", E_STATE, NULL },
	{ "approve", "escalated", "", "reviewer", "account_class", "class_1", "", E_DENIED, NULL },
	{ "approve", "escalated", "", "compliance", "account_class", "class_1", "", E_OK, "approved" },
	{ "reject", "in_review", ME, "reviewer", "reject_code", "forged_document", "样本：证件系伪造", E_OK, "rejected" },
	{ "reject", "in_review", ME, "reviewer", "reject_code", "forged_document", "", E_INVALID, NULL },
	{ "reject", "in_review", ME, "reviewer", NULL, NULL, "样本", E_INVALID, NULL },
	{ "request_resubmission", "in_review", ME, "reviewer", "resubmission_reasons", "front_unreadable,face_unclear", "样本", E_OK, "resubmission_requested" },
	{ "request_resubmission", "in_review", ME, "reviewer", "resubmission_reasons", "everything", "样本", E_OK, "resubmission_requested" },
	{ "request_resubmission", "in_review", ME, "reviewer", "resubmission_reasons", "nothing", "样本", E_INVALID, NULL },
	{ "escalate", "in_review", ME, "reviewer", NULL, NULL, "样本：疑似名单命中", E_OK, "escalated" },
	{ "escalate", "in_review", OTHER, "reviewer", NULL, NULL, "样本", E_DENIED, NULL },
	{ "send_back", "escalated", "", "compliance", NULL, NULL, "样本", E_OK, "submitted" },
	{ "send_back", "escalated", "", "reviewer", NULL, NULL, "样本", E_DENIED, NULL },
};

static void decisions_and_refusals(void **state)
{
	struct room *r = *state;

	for (size_t i = 0; i < COUNT(trials); i++) {
		const struct trial *t = &trials[i];
		AUTO(item_release) struct item now, after = { 0 };
		struct actor who = person(ME, t->held);
		const struct input in = { t->field, t->input };
		enum code code;

		specimen_check(&now, "K1", "U1", t->state);
		specimen_put(&now, "assignee", t->assignee);
		item_set(&now, "claimed_at", value_int(NOW - 1000));
		code = decide(r, &now, t->action, &who, t->reason, &in, t->field ? 1 : 0, &after);
		if (code != t->wanted)
			fail_msg("trial %zu, %s from %s: %s", i, t->action, t->state, r->err.msg);
		if (!code)
			assert_string_equal(item_text(&after, "state"), t->to);
	}
}

/* A claim of yesterday may be released by a colleague; what one has escalated oneself is another's to decide. */
static void time_and_person_count(void **state)
{
	struct room *r = *state;
	AUTO(item_release) struct item now, after = { 0 }, none = { 0 };
	struct actor reviewer = person(ME, "reviewer"), both = person(ME, "reviewer,compliance");
	const struct input in = { "account_class", "class_1" };

	specimen_check(&now, "K1", "U1", "in_review");
	specimen_put(&now, "assignee", OTHER);
	item_set(&now, "claimed_at", value_int(NOW - 25 * INT64_C(3600000)));
	assert_ok(decide(r, &now, "release", &reviewer, "", NULL, 0, &after), r->err);
	assert_string_equal(item_text(&after, "assignee"), "");
	specimen_put(&now, "state", "escalated");
	specimen_put(&now, "assignee", "");
	specimen_put(&now, "escalated_by", ME);
	assert_int_equal(decide(r, &now, "approve", &both, "", &in, 1, &none), E_DENIED);
	item_set(&now, "face_match", value_int(10)); /* gated: no failure is approved by anybody */
	specimen_put(&now, "escalated_by", OTHER);
	assert_int_equal(decide(r, &now, "approve", &both, "", &in, 1, &none), E_CHECK);
}

/* An approval raises a class or opens an account; class I is for the first one that somebody opens here. */
static const struct { const char *has, *asked, *other; enum code wanted; const char *says; } rises[] = {
	{ "", "class_1", NULL, E_OK, "" }, { "class_1", "class_1", NULL, E_CHECK, "can only raise" }, { "class_1", "class_2", NULL, E_OK, "" },
	{ "class_2", "class_1", NULL, E_CHECK, "can only raise" }, { "class_2", "class_2", NULL, E_CHECK, "can only raise" },
	{ "class_2", "class_3", NULL, E_CHECK, "this class takes 5" }, { "class_3", "class_2", NULL, E_CHECK, "can only raise" },
	{ "", "class_1", "closed", E_CHECK, "article 11 (1)" }, { "", "class_2", "closed", E_OK, "" },
};

static void an_approval_only_raises(void **state)
{
	struct room *r = *state;
	struct actor reviewer = person(ME, "reviewer");

	for (size_t i = 0; i < COUNT(rises); i++) {
		AUTO(item_release) struct item now, user, other, after = { 0 };
		const struct input in = { "account_class", rises[i].asked };
		enum code code;

		specimen_check(&now, "K1", "U1", "in_review");
		specimen_put(&now, "assignee", ME);
		specimen_begin(&user, "user", "U1", *rises[i].has ? "active" : "submitted");
		specimen_put(&user, "account_class", rises[i].has);
		assert_ok(item_save(&user, r->db, &r->err), r->err);
		specimen_begin(&other, "user", "U2", "closed");
		specimen_put(&other, "identity_number", rises[i].other ? item_text(&now, "number") : "");
		assert_ok(item_save(&other, r->db, &r->err), r->err);
		code = decide(r, &now, "approve", &reviewer, "", &in, 1, &after);
		if (code != rises[i].wanted || !strstr(r->err.msg, rises[i].says))
			fail_msg("%s from %s: %s", rises[i].asked, rises[i].has, r->err.msg);
	}
}

/* Somebody who was frozen goes on where they stood. */
static void unfreezing_leads_back(void **state)
{
	struct room *r = *state;
	struct actor compliance = person(ME, "compliance");
	static const struct { const char *fact, *check, *to; } ways[] = {
		{ NULL, "approved", "contact_verified" }, { NULL, "in_review", "submitted" }, { "verified_at", "in_review", "verified" },
		{ "activated_at", "in_review", "active" },
	};

	for (size_t i = 0; i < COUNT(ways); i++) {
		AUTO(item_release) struct item user, check, after = { 0 };

		specimen_begin(&user, "user", "U1", "frozen");
		if (ways[i].fact)
			item_set(&user, ways[i].fact, value_int(NOW));
		specimen_check(&check, "K1", "U1", ways[i].check);
		assert_ok(item_save(&check, r->db, &r->err), r->err);
		assert_ok(decide(r, &user, "unfreeze", &compliance, "样本", NULL, 0, &after), r->err);
		assert_string_equal(item_text(&after, "state"), ways[i].to);
	}
}

static void accounts_and_cards(void **state)
{
	struct room *r = *state;
	AUTO(item_release) struct item user, card, after = { 0 }, frozen = { 0 };
	struct actor compliance = person(ME, "compliance"), reviewer = person(ME, "reviewer");

	specimen_begin(&user, "user", "U1", "active");
	item_set(&user, "activated_at", value_int(NOW));
	item_set(&user, "balance", value_int(5));
	assert_int_equal(decide(r, &user, "close", &compliance, "样本", NULL, 0, &after), E_STATE); /* the money is the customer's */
	item_set(&user, "balance", value_int(0));
	assert_int_equal(decide(r, &user, "close", &reviewer, "样本", NULL, 0, &after), E_DENIED);
	assert_ok(decide(r, &user, "freeze", &reviewer, "样本", NULL, 0, &frozen), r->err);
	assert_string_equal(item_text(&frozen, "state"), "frozen");
	assert_ok(decide(r, &frozen, "unfreeze", &compliance, "样本", NULL, 0, &after), r->err);
	assert_string_equal(item_text(&after, "state"), "active");
	item_release(&after);
	specimen_begin(&card, "bank_card", "B1", "blocked");
	specimen_put(&card, "card_number", "6200000000000000001");
	assert_int_equal(decide(r, &card, "send_micro_deposit", &reviewer, "", NULL, 0, &after), E_CHECK);
	specimen_put(&card, "card_number", "6200000000000000000");
	item_set(&card, "tries", value_int(3));
	assert_ok(decide(r, &card, "send_micro_deposit", &reviewer, "", NULL, 0, &after), r->err);
	assert_string_equal(item_text(&after, "state"), "micro_deposit_sent");
	assert_int_equal(item_int(&after, "tries"), 0);
}

/* ---- what the core makes of it ---- */
struct scene {
	struct sandbox sb;
	struct raw_desk desk;
	struct person lin, zhao, wu;   /* reviewer, compliance twice */
	struct told told;
};

static int scene_setup(void **state)
{
	struct scene *s = mem_alloc(sizeof *s);
	struct { struct person *p; const char *name, *duties; } people[] = {
		{ &s->lin, "lin", "reviewer" }, { &s->zhao, "zhao", "compliance" }, { &s->wu, "wu", "compliance" },
	};

	sandbox_make(&s->sb);
	raw_desk_make(&s->desk, 1);
	raw_desk_join(&s->sb, &s->desk, "all", "all");
	for (size_t i = 0; i < COUNT(people); i++) {
		person_make(people[i].p, &s->desk, people[i].name, people[i].duties, (uint8_t)(31 + i), s->sb.clock - 1000);
		person_show(&s->sb, &s->desk, people[i].p);
	}
	*state = s;
	return 0;
}

static int scene_teardown(void **state)
{
	struct scene *s = *state;

	sandbox_remove(&s->sb);
	free(s);
	return 0;
}

static void give(struct scene *s, const struct item *it)
{
	AUTO(changes_end) struct changes ch = { 0 };

	assert_ok(changes_begin(&ch, s->sb.in, &s->sb.err), s->sb.err);
	assert_ok(changes_add(&ch, it, NULL, &s->sb.err), s->sb.err);
	assert_ok(changes_commit(&ch, &s->sb.err), s->sb.err);
}

/* A user in this state with a check in review by lin, and a card. */
static void applicant(struct scene *s, const char *user_state, const char *purpose, const char *card_state)
{
	AUTO(item_release) struct item user, check, card;

	specimen_begin(&user, "user", "U1", user_state);
	if (!strcmp(user_state, "active")) {
		specimen_put(&user, "account_class", "class_1");
		specimen_put(&user, "name", "样本旧名");
		specimen_put(&user, "identity_number", "110101199003070038");
		item_set(&user, "verified_at", value_int(NOW));
		item_set(&user, "activated_at", value_int(NOW));
	}
	specimen_check(&check, "K1", "U1", "in_review");
	specimen_put(&check, "purpose", purpose);
	specimen_put(&check, "assignee", s->lin.cert.id);
	item_set(&check, "claimed_at", value_int(NOW));
	specimen_begin(&card, "bank_card", "B1", card_state);
	specimen_put(&card, "user_id", "U1");
	specimen_put(&card, "card_number", "6200000000000000000");
	give(s, &user);
	give(s, &check);
	give(s, &card);
}

static const char *send(struct scene *s, const char *action, const char *field, const char *text, const char *reason)
{
	AUTO(command_release) struct command c;

	command_init(&c);
	order(&s->sb, &s->desk, &c, &s->lin, "identity_check", "K1", action, reason);
	if (field)
		c.input[c.ninput++] = (struct input){ field, text };
	order_sign(&c, &s->lin);
	send_order(&s->sb, &s->desk, &c, &s->told);
	return s->told.result;
}

static void user_is(struct scene *s, const char *state, const char *class, const char *name)
{
	AUTO(item_release) struct item user = { 0 };

	assert_ok(item_load(&user, institution_db(s->sb.in), &user_record, "U1", &s->sb.err), s->sb.err);
	assert_string_equal(item_text(&user, "state"), state);
	assert_string_equal(item_text(&user, "account_class"), class);
	assert_string_equal(item_text(&user, "name"), name);
}

static void approval_verifies_the_customer(void **state)
{
	struct scene *s = *state;

	applicant(s, "submitted", "real_name", "unverified");
	assert_string_equal(send(s, "approve", "account_class", "class_3", ""), "rejected");
	assert_non_null(strstr(s->told.reason, "[2015] No. 43"));
	user_is(s, "submitted", "", "");
	assert_string_equal(send(s, "approve", "account_class", "class_2", ""), "accepted");
	user_is(s, "verified", "class_2", "样本甲");
}

static void a_bound_card_makes_it_active(void **state)
{
	struct scene *s = *state;

	applicant(s, "submitted", "real_name", "bound");
	assert_string_equal(send(s, "approve", "account_class", "class_1", ""), "accepted");
	user_is(s, "active", "class_1", "样本甲");
}

static void a_higher_class_changes_the_class_alone(void **state)
{
	struct scene *s = *state;

	applicant(s, "active", "upgrade", "bound");
	assert_string_equal(send(s, "approve", "account_class", "class_2", ""), "accepted");
	user_is(s, "active", "class_2", "样本旧名");
}

/* The core looks at who it is by itself, whatever a desk let through. */
static void good_papers_of_another_raise_nothing(void **state)
{
	struct scene *s = *state;
	AUTO(item_release) struct item user = { 0 };

	applicant(s, "active", "upgrade", "bound");
	assert_ok(item_load(&user, institution_db(s->sb.in), &user_record, "U1", &s->sb.err), s->sb.err);
	specimen_put(&user, "identity_number", "11010519491231002X");
	effect_touch(&user, NULL, NOW);
	give(s, &user);
	assert_string_equal(send(s, "approve", "account_class", "class_2", ""), "rejected");
	assert_non_null(strstr(s->told.reason, "somebody else was verified"));
	user_is(s, "active", "class_1", "样本旧名");
}

/* A picture that came while the reviewer still looked at the one before: what was decided on is not what is there. */
static void pictures_are_evidence(void **state)
{
	struct scene *s = *state;
	AUTO(item_release) struct item scan;
	AUTO(command_release) struct command c;

	applicant(s, "submitted", "real_name", "unverified");
	command_init(&c);
	order(&s->sb, &s->desk, &c, &s->lin, "identity_check", "K1", "approve", "");
	c.input[c.ninput++] = (struct input){ "account_class", "class_1" };
	order_sign(&c, &s->lin);
	specimen_begin(&scan, "scan", "S1", "received");
	specimen_put(&scan, "check_id", "K1");
	specimen_put(&scan, "type", "identity_front");
	give(s, &scan);
	send_order(&s->sb, &s->desk, &c, &s->told);
	assert_string_equal(s->told.result, "conflict");
	user_is(s, "submitted", "", "");
}

/* A desk whose clock was put back lets nothing pass that has ended since, by the core's own clock. */
static void a_clock_put_back_helps_nobody(void **state)
{
	struct scene *s = *state;
	AUTO(item_release) struct item check = { 0 };
	AUTO(command_release) struct command c;
	AUTO(buf_release) struct buf yesterday = BUF_INIT;

	applicant(s, "submitted", "real_name", "unverified");
	when_add_date(&yesterday, s->sb.clock - WHEN_DAY);
	assert_ok(item_load(&check, institution_db(s->sb.in), &identity_check_record, "K1", &s->sb.err), s->sb.err);
	specimen_put(&check, "valid_until", yesterday.data);
	specimen_put(&check, "ocr_valid_until", yesterday.data);
	effect_touch(&check, NULL, NOW);
	give(s, &check);
	command_init(&c);
	order(&s->sb, &s->desk, &c, &s->lin, "identity_check", "K1", "approve", "");
	c.at -= 2 * WHEN_DAY;
	c.input[c.ninput++] = (struct input){ "account_class", "class_1" };
	order_sign(&c, &s->lin);
	send_order(&s->sb, &s->desk, &c, &s->told);
	assert_string_equal(s->told.result, "rejected");
	assert_non_null(strstr(s->told.reason, "expired on"));
	user_is(s, "submitted", "", "");
}

static void no_class_is_taken_away(void **state)
{
	struct scene *s = *state;

	applicant(s, "active", "upgrade", "bound");
	assert_string_equal(send(s, "approve", "account_class", "class_1", ""), "rejected");
	assert_non_null(strstr(s->told.reason, "can only raise"));
	user_is(s, "active", "class_1", "样本旧名");
}

static void a_refusal_leaves_the_account_unverified(void **state)
{
	struct scene *s = *state;

	applicant(s, "submitted", "real_name", "unverified");
	assert_string_equal(send(s, "reject", "reject_code", "another_person", "样本：不是同一人"), "accepted");
	user_is(s, "contact_verified", "", "");
}

static void refusing_more_takes_nothing_away(void **state)
{
	struct scene *s = *state;

	applicant(s, "active", "upgrade", "bound");
	assert_string_equal(send(s, "reject", "reject_code", "other", "样本"), "accepted");
	user_is(s, "active", "class_1", "样本旧名");
}

/* The effect is refused, and with it the decision: nothing of the two is half done. */
static void nobody_verifies_a_frozen_account(void **state)
{
	struct scene *s = *state;
	char st[40];

	applicant(s, "frozen", "real_name", "unverified");
	assert_string_equal(send(s, "approve", "account_class", "class_2", ""), "rejected");
	assert_non_null(strstr(s->told.reason, "frozen"));
	stands(&s->sb, "identity_check", "K1", st, NULL);
	assert_string_equal(st, "in_review");
	user_is(s, "frozen", "", "");
}

static void freezing_takes_two(void **state)
{
	struct scene *s = *state;
	AUTO(command_release) struct command c;

	applicant(s, "active", "upgrade", "bound");
	command_init(&c);
	order(&s->sb, &s->desk, &c, &s->zhao, "user", "U1", "freeze", "样本：疑似盗用");
	order_sign(&c, &s->zhao);
	send_order(&s->sb, &s->desk, &c, &s->told);
	assert_string_equal(s->told.result, "accepted");
	user_is(s, "active", "class_1", "样本旧名");
	assert_string_equal(act(&s->sb, &s->desk, &s->zhao, "proposal", c.id, "confirm", "", &s->told), "rejected");
	assert_string_equal(act(&s->sb, &s->desk, &s->wu, "proposal", c.id, "confirm", "", &s->told), "accepted");
	user_is(s, "frozen", "class_1", "样本旧名");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_approval_only_raises, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(unfreezing_leads_back, room_setup, room_teardown),
		cmocka_unit_test(classes_follow_the_announcement),
		cmocka_unit_test_setup_teardown(decisions_and_refusals, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(time_and_person_count, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(accounts_and_cards, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(approval_verifies_the_customer, scene_setup, scene_teardown),
		cmocka_unit_test_setup_teardown(a_bound_card_makes_it_active, scene_setup, scene_teardown),
		cmocka_unit_test_setup_teardown(a_higher_class_changes_the_class_alone, scene_setup, scene_teardown),
		cmocka_unit_test_setup_teardown(good_papers_of_another_raise_nothing, scene_setup, scene_teardown),
		cmocka_unit_test_setup_teardown(pictures_are_evidence, scene_setup, scene_teardown),
		cmocka_unit_test_setup_teardown(a_clock_put_back_helps_nobody, scene_setup, scene_teardown),
		cmocka_unit_test_setup_teardown(no_class_is_taken_away, scene_setup, scene_teardown),
		cmocka_unit_test_setup_teardown(a_refusal_leaves_the_account_unverified, scene_setup, scene_teardown),
		cmocka_unit_test_setup_teardown(refusing_more_takes_nothing_away, scene_setup, scene_teardown),
		cmocka_unit_test_setup_teardown(nobody_verifies_a_frozen_account, scene_setup, scene_teardown),
		cmocka_unit_test_setup_teardown(freezing_takes_two, scene_setup, scene_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
