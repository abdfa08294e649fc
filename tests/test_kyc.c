/* Customers: what is looked at before one is verified, who may decide, and what the core makes of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/effect.h"
#include "core/records/user.h"
#include "core/rules.h"
#include "tests/check.h"
#include "tests/court.h"
#include "tests/sandbox.h"
#include "tests/specimen.h"

/* ---- the checks ---- */
struct finding { const char *check, *field, *text; int64_t n; enum check_status wanted; const char *says; };

static const struct finding findings[] = {
	{ "number_form", "number", "110101199003070039", 0, CHECK_FAILED, "check character" },
	{ "number_form", "number", "", 0, CHECK_FAILED, "not given" },
	{ "number_form", "document_kind", "passport", 0, CHECK_UNKNOWN, "no check character" },
	{ "of_age", "ocr_born_on", "2012-01-01", 0, CHECK_FAILED, "13 years" },
	{ "of_age", "ocr_born_on", "2009-01-01", 0, CHECK_UNKNOWN, "16 years" },
	{ "of_age", "ocr_born_on", "2007-11-21", 0, CHECK_PASSED, "of age" },   /* 18 that day, in Shanghai */
	{ "of_age", "ocr_born_on", "2007-11-22", 0, CHECK_UNKNOWN, "17 years" },
	{ "not_expired", "ocr_valid_until", "2025-11-20", 0, CHECK_FAILED, "expired on 2025-11-20" },
	{ "not_expired", "ocr_valid_until", "2025-11-21", 0, CHECK_PASSED, "valid until" },
	{ "names_agree", "ocr_name", "样本乙", 0, CHECK_FAILED, "document" },
	{ "names_agree", "register_name", "样本乙", 0, CHECK_FAILED, "register" },
	{ "names_agree", "ocr_name", "", 0, CHECK_UNKNOWN, "could not be read" },
	{ "names_agree", "ocr_name", "样 本甲", 0, CHECK_PASSED, "agree" },
	{ "names_agree", "ocr_name_sure", NULL, 89, CHECK_UNKNOWN, "89 %" },
	{ "numbers_agree", "register_number", "110101199003070070", 0, CHECK_FAILED, "register" },
	{ "face", "face_match", NULL, 79, CHECK_FAILED, "79 %" },
	{ "face", "face_match", NULL, 80, CHECK_PASSED, "80 %" },
	{ "liveness", "liveness", NULL, 84, CHECK_FAILED, "85 %" },
	{ "sources", "source_credit", "failed", 0, CHECK_FAILED, "Credit bureau" },
	{ "channels", "account_class", "class_3", 0, CHECK_UNKNOWN, "enough for Class II" },
	{ "channels", "account_class", "class_1", 0, CHECK_PASSED, "3 passed, 1 needed" },
};

static const struct check_row *row_of(const struct checklist *list, const char *id)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->row[i].check->id, id))
			return &list->row[i];
	fail_msg("there is no check %s", id);
	return NULL;
}

static void keep(struct room *r, const char *kind, const char *id, const char *state, const char *field, const char *text, const char *user)
{
	AUTO(item_release) struct item it;

	specimen_begin(&it, kind, id, state);
	specimen_put(&it, field, text);
	if (user)
		specimen_put(&it, "user_id", user);
	assert_ok(item_save(&it, r->db, &r->err), r->err);
}

static void each_check_finds_what_it_is_for(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item good;

	specimen_check(&good, "K1", "U1", "in_review");
	keep(r, "user", "U1", "submitted", "device_id", "V1", NULL);
	checks_run(r->db, &good, NOW, &list);
	assert_int_equal(list.n, IDENTITY_CHECKS);
	for (size_t i = 0; i < list.n; i++)
		if (list.row[i].status != (strcmp(list.row[i].check->id, "screened") ? CHECK_PASSED : CHECK_UNKNOWN)) /* no list is here */
			fail_msg("%s: %s", list.row[i].check->id, list.row[i].why);
	for (size_t i = 0; i < COUNT(findings); i++) {
		const struct finding *f = &findings[i];
		AUTO(item_release) struct item it;

		item_copy(&it, &good);
		if (f->text)
			specimen_put(&it, f->field, f->text);
		else
			item_set(&it, f->field, value_int(f->n));
		checks_run(r->db, &it, NOW, &list);
		if (row_of(&list, f->check)->status != f->wanted || !strstr(row_of(&list, f->check)->why, f->says))
			fail_msg("%s with %s %s: %s", f->check, f->field, f->text ? f->text : "", row_of(&list, f->check)->why);
	}
}

/* What others have as well: named, with a way there; what is one's own, or another's closed account, is not counted. */
static void what_is_shared_is_found(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item it;

	specimen_check(&it, "K1", "U1", "in_review");
	keep(r, "user", "U1", "submitted", "device_id", "V1", NULL);
	keep(r, "user", "U2", "closed", "identity_number", item_text(&it, "number"), NULL);
	keep(r, "bank_card", "B1", "bound", "card_number", item_text(&it, "card_number"), "U1");
	keep(r, "bank_card", "B2", "unbound", "card_number", item_text(&it, "card_number"), "U2");
	checks_run(r->db, &it, NOW, &list);
	assert_false(checks_failed(&list));
	assert_int_equal(row_of(&list, "device_shared")->status, CHECK_PASSED);
	keep(r, "user", "U3", "active", "identity_number", item_text(&it, "number"), NULL);
	keep(r, "user", "U4", "active", "device_id", "V1", NULL);
	keep(r, "bank_card", "B3", "bound", "card_number", item_text(&it, "card_number"), "U5");
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "number_once")->status, CHECK_FAILED);
	assert_string_equal(row_of(&list, "number_once")->kind, "user");
	assert_string_equal(row_of(&list, "number_once")->id, "U3");
	assert_int_equal(row_of(&list, "device_shared")->status, CHECK_UNKNOWN); /* a couple may share one */
	assert_string_equal(row_of(&list, "device_shared")->id, "U4");
	assert_int_equal(row_of(&list, "card_shared")->status, CHECK_FAILED);
	assert_string_equal(row_of(&list, "card_shared")->id, "U5");
	keep(r, "user", "U6", "active", "device_id", "V1", NULL);
	keep(r, "user", "U7", "frozen", "device_id", "V1", NULL);
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "device_shared")->status, CHECK_FAILED);
}

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
		cmocka_unit_test_setup_teardown(each_check_finds_what_it_is_for, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(what_is_shared_is_found, room_setup, room_teardown),
		cmocka_unit_test(classes_follow_the_announcement),
		cmocka_unit_test_setup_teardown(decisions_and_refusals, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(time_and_person_count, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(accounts_and_cards, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(approval_verifies_the_customer, scene_setup, scene_teardown),
		cmocka_unit_test_setup_teardown(a_bound_card_makes_it_active, scene_setup, scene_teardown),
		cmocka_unit_test_setup_teardown(a_higher_class_changes_the_class_alone, scene_setup, scene_teardown),
		cmocka_unit_test_setup_teardown(a_refusal_leaves_the_account_unverified, scene_setup, scene_teardown),
		cmocka_unit_test_setup_teardown(refusing_more_takes_nothing_away, scene_setup, scene_teardown),
		cmocka_unit_test_setup_teardown(nobody_verifies_a_frozen_account, scene_setup, scene_teardown),
		cmocka_unit_test_setup_teardown(freezing_takes_two, scene_setup, scene_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
