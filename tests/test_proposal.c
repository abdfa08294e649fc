/* Four eyes: who may confirm what, on which evidence, and what becomes of a proposal whose record moved on. */
#include <stdio.h>
#include <string.h>

#include "tests/check.h"
#include "tests/court.h"
#include "tests/specimen.h"

struct pair {
	struct cert maker, checker;
	uint8_t maker_seed[KEY_BYTES];
	struct item target, proposal;
};

static struct cert certify(struct room *r, const char *name, uint8_t seed_byte, const char *held, uint8_t seed[KEY_BYTES])
{
	struct cert c = { .serial = 1, .issued = NOW, .active = true };

	memset(seed, seed_byte, KEY_BYTES);
	sign_public(c.key, seed);
	snprintf(c.name, sizeof c.name, "%s", name);
	snprintf(c.roles, sizeof c.roles, "%s", held);
	assert_ok(cert_issue(&c, r->root_seed, &r->err), r->err);
	return c;
}

static void propose_as(struct room *r, struct pair *p, const char *id, const char *operator)
{
	AUTO(command_release) struct command c;

	command_init(&c);
	snprintf(c.id, sizeof c.id, "%s", id);
	snprintf(c.operator, sizeof c.operator, "%s", operator);
	memset(c.desk, 'd', DESK_ID_LEN);
	c.kind = "merchant";
	c.record = item_id(&p->target);
	c.action = "approve";
	c.version = item_version(&p->target);
	c.at = NOW;
	assert_ok(item_evidence(&p->target, r->db, c.evidence, &r->err), r->err);
	command_write(&c);
	sign_make(c.sig.bytes, COMMAND_DOMAIN, c.bytes.data, c.bytes.len, p->maker_seed);
	proposal_make(&p->proposal, r->db, &c, &p->target, &p->maker);
}

static void propose(struct room *r, struct pair *p, const char *id)
{
	propose_as(r, p, id, p->maker.id);
}

static void pair_make(struct room *r, struct pair *p)
{
	uint8_t seed[KEY_BYTES];

	p->maker = certify(r, "maker", 21, "reviewer", p->maker_seed);
	p->checker = certify(r, "checker", 22, "risk", seed);
	specimen_merchant(&p->target, "M-1", 1, NOW);
	item_set(&p->target, "state", value_text("risk_review"));
	item_set(&p->target, "version", value_int(5));
	item_set(&p->target, "risk_outcome", value_text("passed"));
	assert_ok(item_save(&p->target, r->db, &r->err), r->err);
	propose(r, p, "019a9f6e-7b00-7abc-8def-0123456789ab");
	assert_ok(item_save(&p->proposal, r->db, &r->err), r->err);
}

static void pair_release(struct pair *p)
{
	item_release(&p->target);
	item_release(&p->proposal);
}

static enum code answer(struct room *r, struct pair *p, const char *action, const struct cert *who_cert, struct item *after)
{
	struct actor who;

	actor_from_cert(&who, who_cert, r->root);
	return decide(r, &p->proposal, action, &who, strcmp(action, "confirm") ? "样本理由" : "", NULL, 0, after);
}

static void test_confirm(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	AUTO(item_release) struct item after = { 0 }, moved = { 0 };

	pair_make(r, &p);
	assert_ok(answer(r, &p, "confirm", &p.checker, &after), r->err);
	assert_string_equal(item_text(&after, "state"), "confirmed");
	assert_string_equal(item_text(&after, "checker"), p.checker.id);
	assert_ok(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW + 5, NULL, &moved, NULL, &r->err), r->err);
	assert_string_equal(item_text(&moved, "state"), "contracting");
	assert_string_equal(item_text(&moved, "decided_by"), p.maker.id);
	assert_int_equal(item_int(&moved, "updated_at"), NOW + 5);
	assert_int_equal(item_version(&moved), 6);
}

static void test_who_may_confirm(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	uint8_t seed[KEY_BYTES];
	struct cert support = { 0 }, twin;
	struct item after;

	pair_make(r, &p);
	support = certify(r, "support", 23, "support", seed);
	twin = certify(r, "twin", 21, "risk", seed); /* another name and roles on the maker's key */
	assert_int_equal(answer(r, &p, "confirm", &p.maker, &after), E_DENIED);
	assert_int_equal(answer(r, &p, "confirm", &twin, &after), E_DENIED);
	assert_int_equal(answer(r, &p, "confirm", &support, &after), E_DENIED);
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.maker, NOW, NULL, &after, NULL, &r->err), E_DENIED);
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &twin, NOW, NULL, &after, NULL, &r->err), E_DENIED);
	memset(twin.id, '3', OPERATOR_ID_LEN); /* the id alone does not make another person */
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &twin, NOW, NULL, &after, NULL, &r->err), E_DENIED);
	twin = p.maker; /* nor does the key alone */
	memset(twin.key, 3, KEY_BYTES);
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &twin, NOW, NULL, &after, NULL, &r->err), E_DENIED);
}

/* Checking is one permission, the target's action another: both are needed. */
static void test_confirm_takes_the_targets_permission(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	uint8_t seed[KEY_BYTES];
	struct cert reviewer;
	struct item after;

	pair_make(r, &p);
	reviewer = certify(r, "reviewer", 24, "reviewer", seed);
	item_set(&p.proposal, "action", value_text("terminate"));
	assert_int_equal(answer(r, &p, "confirm", &reviewer, &after), E_DENIED);
	assert_int_equal(answer(r, &p, "decline", &reviewer, &after), E_DENIED);
	item_set(&p.proposal, "action", value_text("claim")); /* takes no two people */
	assert_int_equal(answer(r, &p, "confirm", &reviewer, &after), E_INVALID);
}

/* Of the two who approve a merchant one has to be who its risk takes, whichever of the two that is; the proposal says so, and decline
 * stands open to whoever may approve. Asked where the key is dimmed, and again where the proposal is carried out, at desk and core. */
static void test_the_band_decides_who(void **state)
{
	static const struct { const char *band, *maker, *checker, *needs; bool may; } rows[] = {
		{ "low", "reviewer", "reviewer", "", true }, { "low", "risk", "reviewer", "", true }, { "low", "compliance", "reviewer", "", true },
		{ "medium", "reviewer", "reviewer", "merchant.approve_medium", false }, { "medium", "reviewer", "risk", "merchant.approve_medium", true },
		{ "medium", "risk", "reviewer", "merchant.approve_medium", true }, { "medium", "risk", "risk", "merchant.approve_medium", true },
		{ "medium", "compliance", "reviewer", "merchant.approve_medium", true }, { "high", "reviewer", "reviewer", "merchant.approve_high", false },
		{ "high", "reviewer", "risk", "merchant.approve_high", false }, { "high", "risk", "risk", "merchant.approve_high", false },
		{ "high", "risk", "compliance", "merchant.approve_high", true }, { "high", "compliance", "reviewer", "merchant.approve_high", true },
	};
	struct room *r = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(pair_release) struct pair p;
		AUTO(item_release) struct item after = { 0 }, moved = { 0 };
		enum code code;
		uint8_t seed[KEY_BYTES];

		pair_make(r, &p);
		item_set(&p.target, "risk_level", value_text(rows[i].band));
		item_set(&p.target, "scorecard", value_text("2020.1"));
		assert_ok(item_save(&p.target, r->db, &r->err), r->err);
		p.maker = certify(r, "maker", 21, rows[i].maker, p.maker_seed);
		p.checker = certify(r, "checker", 22, rows[i].checker, seed);
		item_release(&p.proposal);
		propose(r, &p, "0193b7a0-1111-7000-8000-0000000000aa");
		assert_string_equal(item_text(&p.proposal, "needs"), rows[i].needs);
		code = answer(r, &p, "confirm", &p.checker, &after);
		if (code != (rows[i].may ? E_OK : E_DENIED))
			fail_msg("%s: %s and %s: %s", rows[i].band, rows[i].maker, rows[i].checker, r->err.msg);
		assert_true(rows[i].may || (strstr(r->err.msg, rows[i].needs) && strstr(r->err.msg, "Compliance officer")));
		assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, NULL, &moved, NULL, &r->err), code);
		item_release(&after);
		after = (struct item){ 0 };
		assert_ok(answer(r, &p, "decline", &p.checker, &after), r->err);
	}
}

/* A dimmed key believes what the certificate in the proposal says; carrying it out does not. */
static void test_a_claimed_role_carries_nothing_out(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	AUTO(item_release) struct item after = { 0 };
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct item moved;
	uint8_t seed[KEY_BYTES];
	const char *held;

	pair_make(r, &p);
	item_set(&p.target, "risk_level", value_text("high"));
	item_set(&p.target, "scorecard", value_text("2020.1"));
	assert_ok(item_save(&p.target, r->db, &r->err), r->err);
	p.maker = certify(r, "maker", 21, "reviewer", p.maker_seed);
	p.checker = certify(r, "checker", 22, "reviewer", seed);
	item_release(&p.proposal);
	propose(r, &p, "0193b7a0-1111-7000-8000-0000000000aa");
	assert_int_equal(answer(r, &p, "confirm", &p.checker, &after), E_DENIED);
	held = strstr(p.maker.text, "roles reviewer");
	buf_addf(&text, "%.*sroles compliance%s", (int)(held - p.maker.text), p.maker.text, held + strlen("roles reviewer"));
	item_set(&p.proposal, "certificate", value_text(text.data));
	assert_ok(answer(r, &p, "confirm", &p.checker, &after), r->err);
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, NULL, &moved, NULL, &r->err), E_SIGNATURE);
}

static void test_decline(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	AUTO(item_release) struct item after = { 0 }, withdrawn = { 0 };

	pair_make(r, &p);
	assert_ok(answer(r, &p, "decline", &p.checker, &after), r->err);
	assert_string_equal(item_text(&after, "state"), "declined");
	assert_string_equal(item_text(&after, "answer"), "样本理由");
	assert_ok(answer(r, &p, "decline", &p.maker, &withdrawn), r->err);
	assert_string_equal(item_text(&withdrawn, "checker"), p.maker.id);
}

static void test_target_moved(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	struct item after;

	pair_make(r, &p);
	item_set(&p.target, "version", value_int(6));
	assert_ok(item_save(&p.target, r->db, &r->err), r->err);
	assert_int_equal(answer(r, &p, "confirm", &p.checker, &after), E_CONFLICT);
	assert_non_null(strstr(r->err.msg, "5"));
	assert_non_null(strstr(r->err.msg, "6"));
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, NULL, &after, NULL, &r->err), E_CONFLICT);
	assert_ok(answer(r, &p, "decline", &p.checker, &after), r->err);
	item_release(&after);
}

static void paper_make(struct room *r, struct item *paper, const char *id, const char *type)
{
	item_init(paper, record_find("document"));
	item_set(paper, "id", value_text(id));
	item_set(paper, "state", value_text("received"));
	item_set(paper, "version", value_int(1));
	item_set(paper, "merchant_id", value_text("M-1"));
	item_set(paper, "type", value_text(type));
	assert_ok(item_save(paper, r->db, &r->err), r->err);
}

/* The version stands, but not what was decided on: the record at the same version, or a paper behind it. */
static void test_evidence_moved(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	AUTO(item_release) struct item paper = { 0 };
	struct item after;

	pair_make(r, &p);
	paper_make(r, &paper, "D-1", "legal_rep_identity");
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, NULL, &after, NULL, &r->err), E_CONFLICT);
	item_release(&paper);
	paper_make(r, &paper, "D-2", "business_licence");
	item_release(&p.proposal);
	propose(r, &p, "019a9f6e-7b00-7abc-8def-0123456789ab");
	assert_ok(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, NULL, &after, NULL, &r->err), r->err);
	item_release(&after);
	item_set(&paper, "sha256", value_text("1111111111111111111111111111111111111111111111111111111111111111"));
	assert_ok(item_save(&paper, r->db, &r->err), r->err);
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, NULL, &after, NULL, &r->err), E_CONFLICT);
	item_set(&p.target, "risk_score", value_int(99));
	assert_ok(item_save(&p.target, r->db, &r->err), r->err);
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, NULL, &after, NULL, &r->err), E_CONFLICT);
}

static void test_judged_again(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	AUTO(item_release) struct item twin = { 0 };
	uint8_t seed[KEY_BYTES];
	struct item after;

	pair_make(r, &p);
	specimen_merchant(&twin, "M-2", 2, NOW); /* another merchant turns up with the same card: only judging again notices */
	item_set(&twin, "settlement_card", item_get(&p.target, "settlement_card"));
	assert_ok(item_save(&twin, r->db, &r->err), r->err);
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, NULL, &after, NULL, &r->err), E_CHECK);
	item_set(&twin, "settlement_card", value_null());
	assert_ok(item_save(&twin, r->db, &r->err), r->err);
	assert_ok(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, NULL, &after, NULL, &r->err), r->err);
	item_release(&after);
	item_release(&p.proposal);
	p.maker = certify(r, "maker", 21, "support", seed);
	propose(r, &p, "019a9f6e-7b00-7abc-8def-0123456789ab");
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, NULL, &after, NULL, &r->err), E_DENIED);
	item_release(&p.proposal);
	p.maker = certify(r, "maker", 21, "reviewer", seed);
	p.maker.active = false;
	assert_ok(cert_issue(&p.maker, r->root_seed, &r->err), r->err);
	propose(r, &p, "019a9f6e-7b00-7abc-8def-0123456789ab");
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, NULL, &after, NULL, &r->err), E_DENIED);
}

/* Nobody proposes in another's name. */
static void test_in_anothers_name(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	struct item after;

	pair_make(r, &p);
	item_release(&p.proposal);
	propose_as(r, &p, "019a9f6e-7b00-7abc-8def-0123456789ab", OTHER);
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, r->root, &p.checker, NOW, NULL, &after, NULL, &r->err), E_SIGNATURE);
}

/* Whatever the record shows is what its maker signed, or nobody can confirm it. */
static void test_tampered(void **state)
{
	static const char *const texts[] = { "id", "target_kind", "target", "title", "action", "reason", "maker", "digest", "certificate" };
	static const char *const numbers[] = { "target_version", "made_at" };
	static const char *const blobs[] = { "command", "signature", "cert_sig" };
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	struct item after;
	uint8_t other_root[KEY_BYTES] = { 9 };

	pair_make(r, &p);
	assert_int_equal(proposal_carry_out(&p.proposal, r->db, other_root, &p.checker, NOW, NULL, &after, NULL, &r->err), E_SIGNATURE);
	for (size_t i = 0; i < COUNT(texts) + COUNT(numbers) + COUNT(blobs); i++) {
		AUTO(item_release) struct item bad = { 0 };
		enum code code;

		item_copy(&bad, &p.proposal);
		if (i < COUNT(texts)) {
			item_set(&bad, texts[i], value_text("x"));
		} else if (i < COUNT(texts) + COUNT(numbers)) {
			item_set(&bad, numbers[i - COUNT(texts)], value_int(6));
		} else {
			struct value v = item_get(&bad, blobs[i - COUNT(texts) - COUNT(numbers)]);

			*(char *)(uintptr_t)v.text ^= 1; /* a copy in the item's own pool */
		}
		code = proposal_carry_out(&bad, r->db, r->root, &p.checker, NOW, NULL, &after, NULL, &r->err);
		assert_true(code == E_SIGNATURE || code == E_INVALID);
		item_set(&bad, "signature", value_null());
		assert_int_equal(proposal_carry_out(&bad, r->db, r->root, &p.checker, NOW, NULL, &after, NULL, &r->err), E_INVALID);
	}
}

static void test_proposed_twice(void **state)
{
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	AUTO(item_release) struct item after = { 0 };
	struct actor who = person(ME, "risk");

	pair_make(r, &p);
	assert_int_equal(decide(r, &p.target, "approve", &who, "", NULL, 0, &after), E_STATE);
	assert_non_null(strstr(r->err.msg, item_id(&p.proposal)));
	item_set(&p.target, "version", value_int(6)); /* what was proposed on another version is as good as void */
	assert_ok(decide(r, &p.target, "approve", &who, "", NULL, 0, &after), r->err);
	item_release(&after);
	item_set(&p.target, "version", value_int(5));
	item_set(&p.proposal, "state", value_text("declined"));
	assert_ok(item_save(&p.proposal, r->db, &r->err), r->err);
	assert_ok(decide(r, &p.target, "approve", &who, "", NULL, 0, &after), r->err);
}

static enum code save(void *ctx, struct item *it, struct err *err)
{
	struct room *r = ctx;

	return item_save(it, r->db, err);
}

static const char *state_of(struct room *r, const char *id, struct item *it)
{
	item_release(it);
	assert_ok(item_load(it, r->db, record_find("proposal"), id, &r->err), r->err);
	return item_text(it, "state");
}

static void test_void_stale(void **state)
{
	static const char *const ids[] = { "019a9f6e-7b00-7abc-8def-000000000001", "019a9f6e-7b00-7abc-8def-000000000002",
					   "019a9f6e-7b00-7abc-8def-000000000003" };
	struct room *r = *state;
	AUTO(pair_release) struct pair p;
	AUTO(item_release) struct item it = { 0 };

	pair_make(r, &p);
	for (size_t i = 0; i < COUNT(ids); i++) {
		item_set(&p.proposal, "id", value_text(ids[i]));
		item_set(&p.proposal, "state", value_text(i == 1 ? "declined" : "open"));
		item_set(&p.proposal, "target_version", value_int(i == 2 ? 6 : 5));
		assert_ok(item_save(&p.proposal, r->db, &r->err), r->err);
	}
	assert_ok(proposal_void_stale(r->db, "merchant", "M-1", 6, NOW + 9, save, r, &r->err), r->err);
	assert_string_equal(state_of(r, ids[0], &it), "void");
	assert_int_equal(item_version(&it), 2);
	assert_int_equal(item_int(&it, "updated_at"), NOW + 9);
	assert_string_equal(state_of(r, "019a9f6e-7b00-7abc-8def-0123456789ab", &it), "void");
	assert_string_equal(state_of(r, ids[1], &it), "declined");
	assert_string_equal(state_of(r, ids[2], &it), "open");
	assert_int_equal(item_version(&it), 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, room_setup, room_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_confirm), T(test_who_may_confirm), T(test_confirm_takes_the_targets_permission), T(test_the_band_decides_who),
		T(test_a_claimed_role_carries_nothing_out), T(test_decline),
		T(test_target_moved), T(test_evidence_moved), T(test_judged_again), T(test_in_anothers_name), T(test_tampered),
		T(test_proposed_twice), T(test_void_stale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
