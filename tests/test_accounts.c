/* What an account may pay and what its class takes; how a bank card is bound, and when it is not any more. */
#include <stdio.h>
#include <string.h>

#include "core/effect.h"
#include "core/records/user.h"
#include "core/values/when.h"
#include "sync/paycore/cards.h"
#include "tests/check.h"
#include "tests/court.h"
#include "tests/sandbox.h"
#include "tests/specimen.h"

static const struct check_row *found(struct db *db, const struct item *it, int64_t when, const char *id, struct checklist *list)
{
	*list = (struct checklist){ 0 };
	checks_run(db, it, when, list);
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->row[i].check->id, id))
			return &list->row[i];
	fail_msg("%s has no check %s", it->rec->kind, id);
	return NULL;
}

static void says(const struct check_row *row, enum check_status status, const char *words)
{
	if (row->status != status || !strstr(row->why, words))
		fail_msg("%s: %d, %s", row->check->id, row->status, row->why);
}

/* ---- limits: yuan paid, and what is said of it ---- */
static const struct { const char *class; int64_t year, lifetime; enum check_status wanted; const char *says; } limits[] = {
	{ "class_1", 0, 0, CHECK_PASSED, "¥0.00 of ¥1,000.00 for life" },
	{ "class_1", 0, 799, CHECK_PASSED, "79 %" },
	{ "class_1", 0, 800, CHECK_UNKNOWN, "80 %" },
	{ "class_1", 5000, 1000, CHECK_UNKNOWN, "100 %" }, /* of the year nothing is said */
	{ "class_1", 0, 1001, CHECK_FAILED, "¥1,001.00 of ¥1,000.00" },
	{ "class_2", 79999, 900000, CHECK_PASSED, "¥79,999.00 of ¥100,000.00 a year" },
	{ "class_2", 80000, 80000, CHECK_UNKNOWN, "80 %" },
	{ "class_2", 100001, 100001, CHECK_FAILED, "100 %" },
	{ "class_3", 100001, 100001, CHECK_PASSED, "of ¥200,000.00 a year" },
	{ "class_3", 200001, 200001, CHECK_FAILED, "" },
	{ "", 0, 0, CHECK_UNKNOWN, "no class yet" },
};

static void an_account_is_held_to_its_limit(void **state)
{
	struct room *r = *state;
	struct checklist list;

	for (size_t i = 0; i < COUNT(limits); i++) {
		AUTO(item_release) struct item user;

		specimen_begin(&user, "user", "U1", "active");
		specimen_put(&user, "account_class", limits[i].class);
		item_set(&user, "paid_year", value_int(limits[i].year * 100));
		item_set(&user, "paid_lifetime", value_int(limits[i].lifetime * 100));
		assert_ok(item_save(&user, r->db, &r->err), r->err);
		says(found(r->db, &user, NOW, "limit", &list), limits[i].wanted, limits[i].says);
	}
}

/* Article 11: a year's limit is the customer's, over all of their accounts. */
static void accounts_of_one_person_count_together(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item one, two, check;

	specimen_begin(&one, "user", "U1", "active");
	specimen_put(&one, "account_class", "class_2");
	specimen_put(&one, "identity_number", "11010119900307002X");
	item_set(&one, "paid_year", value_int(60000 * 100));
	assert_ok(item_save(&one, r->db, &r->err), r->err);
	specimen_begin(&two, "user", "U2", "closed");
	specimen_put(&two, "identity_number", "11010119900307002X");
	item_set(&two, "paid_year", value_int(50000 * 100));
	assert_ok(item_save(&two, r->db, &r->err), r->err);
	says(found(r->db, &one, NOW, "limit", &list), CHECK_FAILED, "¥110,000.00 of ¥100,000.00 a year paid from the balances of 2 accounts");
	/* who asks for a higher class is told, and barred by nothing here */
	specimen_check(&check, "K1", "U1", "in_review");
	specimen_put(&check, "account_class", "class_2");
	says(found(r->db, &check, NOW, "limit", &list), CHECK_UNKNOWN, "110 %");
	specimen_put(&check, "account_class", "class_3");
	says(found(r->db, &check, NOW, "limit", &list), CHECK_PASSED, "55 %");
}

/* A core that says anything: more than a number holds is beyond every limit, and less than nothing makes up for nothing. */
static void sums_do_not_turn_over(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item user = { 0 };
	AUTO(tx_end) struct tx tx = { 0 };

	assert_ok(tx_begin(&tx, r->db, &r->err), r->err);
	for (int i = 0; i < 1100; i++) {
		char id[16];

		item_release(&user);
		snprintf(id, sizeof id, "U%d", i);
		specimen_begin(&user, "user", id, "active");
		specimen_put(&user, "account_class", "class_2");
		specimen_put(&user, "identity_number", "11010119900307002X");
		item_set(&user, "paid_year", value_int(i ? JSON_INT_MAX : -JSON_INT_MAX));
		assert_ok(item_save(&user, r->db, &r->err), r->err);
	}
	assert_ok(tx_commit(&tx, &r->err), r->err);
	says(found(r->db, &user, NOW, "limit", &list), CHECK_FAILED, "1100 accounts");
}

static void a_class_takes_its_channels(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item user;

	specimen_begin(&user, "user", "U1", "active");
	says(found(r->db, &user, NOW, "channels", &list), CHECK_UNKNOWN, "nobody");
	specimen_put(&user, "account_class", "class_3");
	item_set(&user, "channels_passed", value_int(4));
	says(found(r->db, &user, NOW, "channels", &list), CHECK_FAILED, "Class III takes 5");
	item_set(&user, "channels_passed", value_int(5));
	says(found(r->db, &user, NOW, "channels", &list), CHECK_PASSED, "5 outside channels");
}

/* ---- cards ---- */
static void begin_card(struct item *card, const char *state, int64_t sent)
{
	specimen_begin(card, "bank_card", "B1", state);
	specimen_put(card, "user_id", "U1");
	specimen_put(card, "card_number", "6200000000000000000");
	specimen_put(card, "holder", "样本甲");
	if (sent) {
		item_set(card, "sent_at", value_int(sent));
		item_set(card, "deposits", value_int(1));
		item_set(card, "deposit_amount", value_int(37));
	}
}

static void three_wrong_answers_block_a_card(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item card;

	begin_card(&card, "micro_deposit_sent", NOW);
	says(found(r->db, &card, NOW, "tries", &list), CHECK_PASSED, "tries left: 3");
	assert_ok(card_answer(&card, 36, NOW + 1, &r->err), r->err);
	assert_ok(card_answer(&card, 38, NOW + 2, &r->err), r->err);
	assert_string_equal(item_text(&card, "state"), "micro_deposit_sent");
	says(found(r->db, &card, NOW, "tries", &list), CHECK_UNKNOWN, "wrong answers: 2, tries left: 1");
	assert_ok(card_answer(&card, 39, NOW + 3, &r->err), r->err);
	assert_string_equal(item_text(&card, "state"), "blocked");
	says(found(r->db, &card, NOW, "tries", &list), CHECK_FAILED, "3 wrong answers");
	assert_int_equal(card_answer(&card, 37, NOW + 4, &r->err), E_STATE); /* the right one comes too late */
	specimen_put(&card, "state", "micro_deposit_sent"); /* and whatever a core says of its state */
	assert_int_equal(card_answer(&card, 37, NOW + 5, &r->err), E_STATE);
	assert_int_equal(item_get(&card, "bound_at").type, VALUE_NULL);
}

static void an_answer_is_due_in_three_days(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item card, other, after = { 0 };
	struct actor reviewer = person(ME, "reviewer");
	int64_t until;

	begin_card(&card, "micro_deposit_sent", NOW - 3 * WHEN_DAY);
	item_copy(&other, &card);
	until = card_deposit_until(&card);
	assert_int_equal(until, NOW);
	assert_int_equal(decide(r, &card, "send_micro_deposit", &reviewer, "", NULL, 0, &after), E_STATE); /* one is under way */
	says(found(r->db, &card, until, "deposit", &list), CHECK_UNKNOWN, "the customer has until");
	says(found(r->db, &card, until + 1, "deposit", &list), CHECK_FAILED, "ended on");
	assert_int_equal(card_answer(&card, 37, until + 1, &r->err), E_STATE);
	assert_non_null(strstr(r->err.msg, "3 days"));
	assert_ok(card_answer(&card, 37, until, &r->err), r->err);
	assert_string_equal(item_text(&card, "state"), "bound");
	item_set(&other, "sent_at", value_int(NOW - 3 * WHEN_DAY - 1)); /* now another may be sent */
	assert_ok(decide(r, &other, "send_micro_deposit", &reviewer, "", NULL, 0, &after), r->err);
	assert_int_equal(item_int(&after, "deposits"), 2);
	assert_int_equal(item_get(&after, "deposit_amount").type, VALUE_NULL);
}

static void a_card_gets_three_deposits(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item card, after = { 0 };
	struct actor reviewer = person(ME, "reviewer");

	begin_card(&card, "blocked", NOW - WHEN_DAY);
	item_set(&card, "deposits", value_int(3));
	assert_int_equal(decide(r, &card, "send_micro_deposit", &reviewer, "", NULL, 0, &after), E_CHECK);
	assert_non_null(strstr(r->err.msg, "not bound any more"));
	says(found(r->db, &card, NOW, "rounds", &list), CHECK_FAILED, "3 of at most 3");
	item_set(&card, "deposits", value_int(2));
	says(found(r->db, &card, NOW, "rounds", &list), CHECK_PASSED, "2 of at most 3");
	assert_ok(decide(r, &card, "send_micro_deposit", &reviewer, "", NULL, 0, &after), r->err);
}

static void a_card_is_its_holder_s(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item card, user;

	begin_card(&card, "unverified", 0);
	says(found(r->db, &card, NOW, "holder", &list), CHECK_UNKNOWN, "U1");
	specimen_begin(&user, "user", "U1", "verified");
	assert_ok(item_save(&user, r->db, &r->err), r->err);
	says(found(r->db, &card, NOW, "holder", &list), CHECK_UNKNOWN, "nobody has verified");
	specimen_put(&user, "name", "样本甲");
	assert_ok(item_save(&user, r->db, &r->err), r->err);
	says(found(r->db, &card, NOW, "holder", &list), CHECK_PASSED, "by the customer");
	specimen_put(&card, "holder", "样本乙");
	says(found(r->db, &card, NOW, "holder", &list), CHECK_FAILED, "somebody else");
	says(found(r->db, &card, NOW, "deposit", &list), CHECK_UNKNOWN, "none was sent");
}

/* A deposit goes to the customer's own card, of an account that may pay. */
static const struct { const char *user, *name, *holder; enum code wanted; const char *says; } sendings[] = {
	{ "verified", "样本甲", "样本甲", E_OK, "" }, { "verified", "样本甲", "样本乙", E_CHECK, "held by somebody else" },
	{ "verified", "样本甲", "", E_OK, "" }, { "submitted", "", "样本乙", E_OK, "" }, { "frozen", "样本甲", "样本甲", E_STATE, "frozen" },
	{ "closed", "样本甲", "样本甲", E_STATE, "closed" },
};

static void deposits_go_to_ones_own_card(void **state)
{
	struct room *r = *state;
	struct actor reviewer = person(ME, "reviewer");

	for (size_t i = 0; i < COUNT(sendings); i++) {
		AUTO(item_release) struct item card, user, after = { 0 };
		enum code code;

		begin_card(&card, "unverified", 0);
		specimen_put(&card, "holder", sendings[i].holder);
		specimen_begin(&user, "user", "U1", sendings[i].user);
		specimen_put(&user, "name", sendings[i].name);
		assert_ok(item_save(&user, r->db, &r->err), r->err);
		code = decide(r, &card, "send_micro_deposit", &reviewer, "", NULL, 0, &after);
		if (code != sendings[i].wanted || !strstr(r->err.msg, sendings[i].says))
			fail_msg("%zu: %s", i, r->err.msg);
	}
}

/* ---- in the core ---- */
static void keep(struct sandbox *sb, const struct item *it)
{
	AUTO(changes_end) struct changes ch = { 0 };

	assert_ok(changes_begin(&ch, sb->in, &sb->err), sb->err);
	assert_ok(changes_put(&ch, it, &sb->err), sb->err);
	assert_ok(changes_commit(&ch, &sb->err), sb->err);
}

/* From a desk that was offline for days: the customer's three days run from when the core sends, not from when somebody asked for it. */
static void a_late_order_leaves_the_customer_time(void **state)
{
	AUTO(command_release) struct command c;
	AUTO(item_release) struct item card, now = { 0 };
	struct sandbox sb;
	struct raw_desk desk;
	struct person lin;
	struct told told;

	(void)state;
	sandbox_make(&sb);
	raw_desk_make(&desk, 1);
	raw_desk_join(&sb, &desk, "all", "all");
	person_make(&lin, &desk, "lin", "reviewer", 31, sb.clock - 10 * WHEN_DAY);
	person_show(&sb, &desk, &lin);
	begin_card(&card, "unverified", 0);
	keep(&sb, &card);
	command_init(&c);
	order(&sb, &desk, &c, &lin, "bank_card", "B1", "send_micro_deposit", "");
	c.at -= 5 * WHEN_DAY;
	order_sign(&c, &lin);
	send_order(&sb, &desk, &c, &told);
	assert_string_equal(told.result, "accepted");
	assert_ok(item_load(&now, institution_db(sb.in), &bank_card_record, "B1", &sb.err), sb.err);
	assert_int_equal(item_int(&now, "sent_at"), sb.clock);
	assert_ok(card_answer(&now, item_int(&now, "deposit_amount"), sb.clock + 2 * WHEN_DAY, &sb.err), sb.err);
	sandbox_remove(&sb);
}

/* The customer says how much came, which is right. */
static void answer(struct sandbox *sb, struct item *card, enum code wanted)
{
	AUTO(changes_end) struct changes ch = { 0 };

	assert_ok(changes_begin(&ch, sb->in, &sb->err), sb->err);
	assert_int_equal(cards_answer(&ch, card, item_int(card, "deposit_amount"), sb->clock, &sb->err), wanted);
	if (!wanted)
		assert_ok(changes_commit(&ch, &sb->err), sb->err);
}

static void the_core_sends_and_hears(void **state)
{
	struct sandbox sb;
	struct raw_desk desk;
	struct person lin;
	struct told told;
	AUTO(item_release) struct item card, user, now = { 0 }, active = { 0 };

	(void)state;
	sandbox_make(&sb);
	raw_desk_make(&desk, 1);
	raw_desk_join(&sb, &desk, "all", "all");
	person_make(&lin, &desk, "lin", "reviewer", 31, sb.clock - 1000);
	person_show(&sb, &desk, &lin);
	specimen_begin(&user, "user", "U1", "verified");
	begin_card(&card, "unverified", 0);
	keep(&sb, &user);
	keep(&sb, &card);
	assert_string_equal(act(&sb, &desk, &lin, "bank_card", "B1", "send_micro_deposit", "", &told), "accepted");
	assert_ok(item_load(&now, institution_db(sb.in), &bank_card_record, "B1", &sb.err), sb.err);
	assert_in_range(item_int(&now, "deposit_amount"), 1, 99);
	effect_touch(&user, "frozen", sb.clock);
	keep(&sb, &user);
	answer(&sb, &now, E_STATE); /* an account that was frozen meanwhile gets no card */
	assert_string_equal(item_text(&now, "state"), "micro_deposit_sent");
	effect_touch(&user, "verified", sb.clock);
	keep(&sb, &user);
	answer(&sb, &now, E_OK);
	assert_string_equal(item_text(&now, "state"), "bound");
	assert_ok(item_load(&active, institution_db(sb.in), &user_record, "U1", &sb.err), sb.err);
	assert_string_equal(item_text(&active, "state"), "active");
	sandbox_remove(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_account_is_held_to_its_limit, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(accounts_of_one_person_count_together, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(sums_do_not_turn_over, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(a_class_takes_its_channels, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(three_wrong_answers_block_a_card, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(an_answer_is_due_in_three_days, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(a_card_gets_three_deposits, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(a_card_is_its_holder_s, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(deposits_go_to_ones_own_card, room_setup, room_teardown),
		cmocka_unit_test(a_late_order_leaves_the_customer_time), cmocka_unit_test(the_core_sends_and_hears),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
