/* What people decide arrives at the core: judged by the core's own rules, once, and by nobody's word but a signature. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/values/when.h"
#include "tests/check.h"
#include "tests/sandbox.h"

enum { DAY_MS = 24 * 3600 * 1000, MERCHANT_ID = 24 };

struct scene {
	struct sandbox sb;
	struct raw_desk desk;
	struct person lin, zhou, wu, guest;    /* a reviewer, two risk officers, a support agent */
	struct told told;
	int64_t merchants;
};

static int setup(void **state)
{
	struct scene *s = mem_alloc(sizeof *s);
	sandbox_make(&s->sb);
	raw_desk_make(&s->desk, 1);
	raw_desk_join(&s->sb, &s->desk, "all", "all");
	person_make(&s->lin, &s->desk, "lin", "reviewer", 21, s->sb.clock - DAY_MS);
	person_make(&s->zhou, &s->desk, "zhou", "risk", 22, s->sb.clock - DAY_MS);
	person_make(&s->wu, &s->desk, "wu", "risk", 23, s->sb.clock - DAY_MS);
	person_make(&s->guest, &s->desk, "guest", "support", 24, s->sb.clock - DAY_MS);
	person_show(&s->sb, &s->desk, &s->lin);
	person_show(&s->sb, &s->desk, &s->zhou);
	person_show(&s->sb, &s->desk, &s->wu);
	person_show(&s->sb, &s->desk, &s->guest);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;
	sandbox_remove(&s->sb);
	free(s);
	return 0;
}

/* Each test has a merchant of its own. */
static void merchant(struct scene *s, const char *state, bool passed, char id[MERCHANT_ID])
{
	s->merchants++;
	snprintf(id, MERCHANT_ID, "M%08lld", (long long)s->merchants);
	sandbox_merchant(&s->sb, s->merchants, state, "华东", passed);
}

#define ACT(who, kind, id, action, reason) act(&s->sb, &s->desk, &s->who, kind, id, action, reason, &s->told)
#define STANDS(kind, id, wanted) do { char st_[40]; stands(&s->sb, kind, id, st_, NULL); assert_string_equal(st_, wanted); } while (0)

static int64_t version_of(struct scene *s, const char *kind, const char *id)
{
	char st[40];
	int64_t v;
	stands(&s->sb, kind, id, st, &v);
	return v;
}

/* ---- the way it should go ---- */

static void a_merchant_is_approved_by_two(void **state)
{
	struct scene *s = *state;
	AUTO(command_release) struct command c;
	char id[MERCHANT_ID];
	merchant(s, "applied", false, id);
	assert_string_equal(ACT(lin, "merchant", id, "claim", ""), "accepted");
	STANDS("merchant", id, "preliminary_review");
	assert_string_equal(ACT(lin, "merchant", id, "pass_review", ""), "accepted");
	assert_string_equal(ACT(zhou, "merchant", id, "claim", ""), "accepted");
	assert_string_equal(ACT(zhou, "merchant", id, "pass_risk", ""), "accepted");
	command_init(&c);
	order(&s->sb, &s->desk, &c, &s->zhou, "merchant", id, "approve", "");
	order_sign(&c, &s->zhou);
	send_order(&s->sb, &s->desk, &c, &s->told);
	assert_string_equal(s->told.result, "accepted");
	STANDS("merchant", id, "risk_review"); /* proposed, no more */
	STANDS("proposal", c.id, "open");
	assert_string_equal(ACT(wu, "proposal", c.id, "confirm", ""), "accepted");
	STANDS("proposal", c.id, "confirmed");
	STANDS("merchant", id, "contracting");
}

/* zhou proposes to approve the merchant; the proposal's id. */
static void propose(struct scene *s, const char *id, char proposal[COMMAND_ID_LEN + 1])
{
	AUTO(command_release) struct command c;
	command_init(&c);
	order(&s->sb, &s->desk, &c, &s->zhou, "merchant", id, "approve", "");
	order_sign(&c, &s->zhou);
	send_order(&s->sb, &s->desk, &c, &s->told);
	assert_string_equal(s->told.result, "accepted");
	snprintf(proposal, COMMAND_ID_LEN + 1, "%s", c.id);
}

static void proposed(struct scene *s, char id[MERCHANT_ID], char proposal[COMMAND_ID_LEN + 1])
{
	merchant(s, "risk_review", true, id);
	propose(s, id, proposal);
}

static void nobody_checks_their_own_work(void **state)
{
	struct scene *s = *state;
	char id[MERCHANT_ID], proposal[COMMAND_ID_LEN + 1];
	proposed(s, id, proposal);
	assert_string_equal(ACT(zhou, "proposal", proposal, "confirm", ""), "rejected");
	assert_string_equal(ACT(guest, "proposal", proposal, "confirm", ""), "rejected");
	STANDS("merchant", id, "risk_review");
	STANDS("proposal", proposal, "open");
	assert_string_equal(ACT(wu, "proposal", proposal, "decline", ""), "rejected"); /* without a reason */
	assert_string_equal(ACT(wu, "proposal", proposal, "decline", "样本：资料不全"), "accepted");
	STANDS("proposal", proposal, "declined");
	assert_string_equal(ACT(wu, "proposal", proposal, "confirm", ""), "rejected");
	STANDS("merchant", id, "risk_review");
}

static void a_change_voids_what_was_proposed(void **state)
{
	struct scene *s = *state;
	AUTO(command_release) struct command late;
	char id[MERCHANT_ID], proposal[COMMAND_ID_LEN + 1];
	proposed(s, id, proposal);
	command_init(&late);
	order(&s->sb, &s->desk, &late, &s->wu, "proposal", proposal, "confirm", "");
	order_sign(&late, &s->wu);
	assert_string_equal(ACT(wu, "merchant", id, "reject", "样本：风险过高"), "accepted");
	STANDS("proposal", proposal, "void");
	send_order(&s->sb, &s->desk, &late, &s->told);
	assert_string_equal(s->told.result, "conflict");
	STANDS("merchant", id, "rejected");
}

/* A note changes nothing that anybody decides on: not the version, not what is proposed; and it holds whatever has happened meanwhile. */
static void a_note_disturbs_nobody(void **state)
{
	struct scene *s = *state;
	AUTO(command_release) struct command early;
	AUTO(item_release) struct item note = { 0 }, about = { 0 };
	AUTO(pool_release) struct pool pool = POOL_INIT;
	char id[MERCHANT_ID], proposal[COMMAND_ID_LEN + 1];
	const char *region, *of;
	int64_t version;

	proposed(s, id, proposal);
	command_init(&early);
	order(&s->sb, &s->desk, &early, &s->wu, "merchant", id, "note", "样本：客户来电询问进度");
	order_sign(&early, &s->wu);
	version = version_of(s, "merchant", id);
	assert_string_equal(ACT(lin, "merchant", id, "note", "SPECIMEN: the owner called"), "accepted");
	assert_string_equal(ACT(lin, "merchant", id, "note", "  "), "rejected"); /* says nothing */
	assert_string_equal(ACT(guest, "merchant", id, "note", "SPECIMEN: and once more"), "accepted"); /* who may decide nothing else */
	assert_int_equal(version_of(s, "merchant", id), version);
	STANDS("proposal", proposal, "open");
	assert_string_equal(ACT(wu, "proposal", proposal, "confirm", ""), "accepted");
	STANDS("merchant", id, "contracting");
	send_order(&s->sb, &s->desk, &early, &s->told);
	assert_string_equal(s->told.result, "accepted");
	send_order(&s->sb, &s->desk, &early, &s->told);
	assert_string_equal(s->told.result, "duplicate"); /* and there is one of it */
	assert_ok(item_load(&note, institution_db(s->sb.in), record_find("note"), early.id, &s->sb.err), s->sb.err);
	assert_string_equal(item_text(&note, "about_kind"), "merchant");
	assert_string_equal(item_text(&note, "about"), id);
	assert_string_equal(item_text(&note, "text"), "样本：客户来电询问进度");
	assert_string_equal(item_text(&note, "author"), s->wu.cert.id);
	assert_int_equal(item_int(&note, "written_at"), early.at);
	/* it goes where its merchant goes, and nowhere else */
	assert_ok(item_load(&about, institution_db(s->sb.in), record_find("merchant"), id, &s->sb.err), s->sb.err);
	assert_ok(record_region(institution_db(s->sb.in), &note, &pool, &region, &s->sb.err), s->sb.err);
	assert_ok(record_region(institution_db(s->sb.in), &about, &pool, &of, &s->sb.err), s->sb.err);
	assert_non_null(region);
	assert_string_equal(region, of);
}

/* Nor is it carried out on other papers than its maker had before him: the merchant's own version says nothing of them. */
static void a_paper_replaced_stops_what_was_proposed(void **state)
{
	struct scene *s = *state;
	struct item paper;
	char id[MERCHANT_ID], proposal[COMMAND_ID_LEN + 1];
	proposed(s, id, proposal);
	item_init(&paper, record_find("document"));
	item_set(&paper, "id", value_text("D-SPECIMEN"));
	item_set(&paper, "state", value_text("received"));
	item_set(&paper, "version", value_int(1));
	item_set(&paper, "merchant_id", value_text(id));
	item_set(&paper, "type", value_text("other"));
	sandbox_give(&s->sb, &paper);
	item_release(&paper);
	assert_string_equal(ACT(wu, "proposal", proposal, "confirm", ""), "conflict");
	STANDS("merchant", id, "risk_review");
	STANDS("proposal", proposal, "open");
}

/* A check that began to fail after the proposal stops it as well. */
static void a_check_that_fails_by_now_stops_what_was_proposed(void **state)
{
	struct scene *s = *state;
	AUTO(item_release) struct item it = { 0 }, twin = { 0 };
	char id[MERCHANT_ID], other[MERCHANT_ID], proposal[COMMAND_ID_LEN + 1];
	proposed(s, id, proposal);
	merchant(s, "applied", false, other);
	assert_ok(item_load(&it, institution_db(s->sb.in), record_find("merchant"), id, &s->sb.err), s->sb.err);
	assert_ok(item_load(&twin, institution_db(s->sb.in), record_find("merchant"), other, &s->sb.err), s->sb.err);
	item_set(&twin, "credit_code", item_get(&it, "credit_code"));
	sandbox_give(&s->sb, &twin);
	assert_string_equal(ACT(wu, "proposal", proposal, "confirm", ""), "rejected");
	assert_non_null(strstr(s->told.reason, "Credit code used once"));
	STANDS("merchant", id, "risk_review");
}

static void a_maker_who_has_left_carries_nothing(void **state)
{
	struct scene *s = *state;
	struct person gone;
	char id[MERCHANT_ID], proposal[COMMAND_ID_LEN + 1];
	AUTO(command_release) struct command c;
	person_make(&gone, &s->desk, "gone", "risk", 31, s->sb.clock - DAY_MS);
	person_show(&s->sb, &s->desk, &gone);
	merchant(s, "risk_review", true, id);
	command_init(&c);
	order(&s->sb, &s->desk, &c, &gone, "merchant", id, "approve", "");
	order_sign(&c, &gone);
	send_order(&s->sb, &s->desk, &c, &s->told);
	assert_string_equal(s->told.result, "accepted");
	snprintf(proposal, sizeof proposal, "%s", c.id);
	gone.cert.serial = 2;
	gone.cert.issued = s->sb.clock;
	gone.cert.active = false;
	assert_ok(cert_issue(&gone.cert, s->desk.root_seed, &s->sb.err), s->sb.err);
	person_show(&s->sb, &s->desk, &gone);
	assert_string_equal(ACT(wu, "proposal", proposal, "confirm", ""), "rejected");
	STANDS("merchant", id, "risk_review");
	STANDS("proposal", proposal, "open");
}

/* ---- exactly once ---- */

static void a_command_sent_again_is_told_what_it_was_told(void **state)
{
	struct scene *s = *state;
	AUTO(command_release) struct command c, twin;
	char id[MERCHANT_ID];
	merchant(s, "applied", false, id);
	command_init(&c);
	order(&s->sb, &s->desk, &c, &s->lin, "merchant", id, "claim", "");
	order_sign(&c, &s->lin);
	send_order(&s->sb, &s->desk, &c, &s->told);
	assert_string_equal(s->told.result, "accepted");
	int64_t version = version_of(s, "merchant", id);
	for (int i = 0; i < 3; i++) {
		send_order(&s->sb, &s->desk, &c, &s->told);
		assert_string_equal(s->told.result, "duplicate");
		assert_string_equal(s->told.was, "accepted");
	}
	assert_int_equal(version_of(s, "merchant", id), version);
	command_init(&twin); /* other bytes under the same id */
	order(&s->sb, &s->desk, &twin, &s->lin, "merchant", id, "release", "");
	memcpy(twin.id, c.id, sizeof twin.id);
	order_sign(&twin, &s->lin);
	send_order(&s->sb, &s->desk, &twin, &s->told);
	assert_string_equal(s->told.result, "rejected");
	assert_int_equal(version_of(s, "merchant", id), version);
}

static void a_refusal_is_remembered_too(void **state)
{
	struct scene *s = *state;
	AUTO(command_release) struct command c;
	char id[MERCHANT_ID];
	merchant(s, "applied", false, id);
	command_init(&c);
	order(&s->sb, &s->desk, &c, &s->guest, "merchant", id, "claim", "");
	order_sign(&c, &s->guest);
	send_order(&s->sb, &s->desk, &c, &s->told);
	assert_string_equal(s->told.result, "rejected");
	assert_true(s->told.record);
	send_order(&s->sb, &s->desk, &c, &s->told);
	assert_string_equal(s->told.result, "duplicate");
	assert_string_equal(s->told.was, "rejected");
	assert_true(s->told.reason[0] && s->told.record);
}

/* ---- the ways it must not go ---- */

static void refuses_a_record_that_has_moved_on(void **state)
{
	struct scene *s = *state;
	AUTO(command_release) struct command c;
	char id[MERCHANT_ID];
	merchant(s, "applied", false, id);
	command_init(&c);
	order(&s->sb, &s->desk, &c, &s->lin, "merchant", id, "claim", "");
	c.version++;
	order_sign(&c, &s->lin);
	send_order(&s->sb, &s->desk, &c, &s->told);
	assert_string_equal(s->told.result, "conflict");
	assert_true(s->told.record);
	STANDS("merchant", id, "applied");
}

static void refuses_what_was_decided_on_other_evidence(void **state)
{
	struct scene *s = *state;
	AUTO(command_release) struct command c;
	char id[MERCHANT_ID];
	merchant(s, "applied", false, id);
	command_init(&c);
	order(&s->sb, &s->desk, &c, &s->lin, "merchant", id, "claim", "");
	c.evidence[7] ^= 1;
	order_sign(&c, &s->lin);
	send_order(&s->sb, &s->desk, &c, &s->told);
	assert_string_equal(s->told.result, "conflict");
	STANDS("merchant", id, "applied");
}

/* Every way to bend a good command, and what the core says; none of them changes anything. */
static void refuses_bent_commands(void **state)
{
	struct scene *s = *state;
	struct person stranger, forged;
	char id[MERCHANT_ID];
	merchant(s, "applied", false, id);
	person_make(&stranger, &s->desk, "stranger", "reviewer", 41, s->sb.clock - DAY_MS); /* never shown to the core */
	forged = s->lin;
	for (int bend = 0; bend < 10; bend++) {
		AUTO(command_release) struct command c;
		const struct person *signs = &s->lin;
		command_init(&c);
		order(&s->sb, &s->desk, &c, bend == 0 ? &stranger : &s->lin, "merchant", id, "claim", "");
		switch (bend) {
		case 0: signs = &stranger; break;
		case 1: signs = &s->zhou; break;                                          /* in lin's name */
		case 2: memset(c.desk, 'f', DESK_ID_LEN); break;                          /* from another desk */
		case 3: c.at = s->sb.clock + 6 * 60000; break;
		case 4: c.at = s->sb.clock - INT64_C(31) * DAY_MS; break;
		case 5: c.record = "M99999999"; break;
		case 6: c.kind = "outbox"; break;
		case 7: c.action = "approve"; break;                                      /* not from this state */
		case 8: c.action = "fly"; break;
		case 9: c.input[c.ninput++] = (struct input){ "risk_score", "0" }; break; /* an input that claim does not take */
		}
		order_sign(&c, signs);
		if (bend == 1)
			assert_false(command_signed_by(&c, forged.cert.key));
		send_order(&s->sb, &s->desk, &c, &s->told);
		if (strcmp(s->told.result, "rejected") != 0)
			fail_msg("bend %d: %s %s", bend, s->told.result, s->told.reason);
		assert_true(s->told.reason[0]);
	}
	STANDS("merchant", id, "applied");
	assert_int_equal(version_of(s, "merchant", id), 1);
}

static void refuses_bytes_that_were_altered(void **state)
{
	struct scene *s = *state;
	AUTO(command_release) struct command c;
	char id[MERCHANT_ID], st[40];
	merchant(s, "applied", false, id);
	command_init(&c);
	order(&s->sb, &s->desk, &c, &s->lin, "merchant", id, "claim", "");
	order_sign(&c, &s->lin);
	c.sig.bytes[10] ^= 4;
	send_order(&s->sb, &s->desk, &c, &s->told);
	assert_string_equal(s->told.result, "rejected");
	c.sig.bytes[10] ^= 4;
	char *at = strstr(c.bytes.data, "\"claim\"");
	assert_non_null(at);
	memcpy(at, "\"clain\"", 7);
	send_order(&s->sb, &s->desk, &c, &s->told);
	assert_string_equal(s->told.result, "rejected");
	memcpy(at, "\"claim\"", 7);
	stands(&s->sb, "merchant", id, st, NULL);
	assert_string_equal(st, "applied");
	send_order(&s->sb, &s->desk, &c, &s->told); /* none of that was held against the author */
	assert_string_equal(s->told.result, "accepted");
}

static void refuses_forged_certificates(void **state)
{
	struct scene *s = *state;
	AUTO(buf_release) struct buf line = BUF_INIT;
	struct person self, older = s->lin;
	struct http_answer a = { .body = BUF_INIT };
	uint8_t other_root[KEY_BYTES];
	memset(other_root, 99, sizeof other_root);
	person_make(&self, &s->desk, "self", "reviewer,risk", 51, s->sb.clock);
	assert_ok(cert_issue(&self.cert, other_root, &s->sb.err), s->sb.err); /* signed by a root of its own */
	snprintf(older.cert.roles, sizeof older.cert.roles, "reviewer,risk"); /* another under a serial that stands */
	assert_ok(cert_issue(&older.cert, s->desk.root_seed, &s->sb.err), s->sb.err);
	const struct person *const tried[] = { &self, &older };
	for (size_t i = 0; i < COUNT(tried); i++) {
		AUTO(buf_release) struct buf sig = BUF_INIT;
		struct json_writer w = JSON_WRITER(&line);
		buf_add_base64(&sig, tried[i]->cert.sig, SIG_BYTES);
		json_open(&w, '{');
		json_key(&w, "certificate");
		json_str(&w, tried[i]->cert.text);
		json_key(&w, "signature");
		json_str(&w, sig.data);
		json_close(&w, '}');
		buf_addc(&line, '\n');
	}
	buf_adds(&line, "{\"certificate\":7}\nnot json\n\n");
	assert_int_equal(raw_call(&s->sb, &s->desk, "POST", "/v1/operators", line.data, line.len, NULL, &a), 200);
	assert_null(strstr(a.body.data, "accepted"));
	int lines = 0;
	for (size_t i = 0; i < a.body.len; i++)
		lines += a.body.data[i] == '\n';
	assert_int_equal(lines, 5);
	http_answer_release(&a);
}

static void a_disabled_operator_decides_no_more(void **state)
{
	struct scene *s = *state;
	struct person dai;
	AUTO(command_release) struct command before;
	char one[MERCHANT_ID], two[MERCHANT_ID];
	merchant(s, "applied", false, one);
	merchant(s, "applied", false, two);
	person_make(&dai, &s->desk, "dai", "reviewer", 61, s->sb.clock - DAY_MS);
	person_show(&s->sb, &s->desk, &dai);
	command_init(&before);
	order(&s->sb, &s->desk, &before, &dai, "merchant", one, "claim", "");
	before.at = s->sb.clock - 3600000;
	order_sign(&before, &dai);
	dai.cert.serial = 2;
	dai.cert.active = false;
	dai.cert.issued = s->sb.clock - 60000;
	assert_ok(cert_issue(&dai.cert, s->desk.root_seed, &s->sb.err), s->sb.err);
	person_show(&s->sb, &s->desk, &dai);
	assert_string_equal(act(&s->sb, &s->desk, &dai, "merchant", two, "claim", "", &s->told), "rejected");
	send_order(&s->sb, &s->desk, &before, &s->told); /* decided in good time, sent late */
	assert_string_equal(s->told.result, "accepted");
	STANDS("merchant", two, "applied");
}

static void keeps_to_the_desks_scope(void **state)
{
	struct scene *s = *state;
	struct raw_desk south, papers;
	struct person ling, peng;
	char id[MERCHANT_ID];
	merchant(s, "applied", false, id); /* 华东 */
	raw_desk_make(&south, 11);
	raw_desk_make(&papers, 12);
	raw_desk_join(&s->sb, &south, "all", "华南");
	raw_desk_join(&s->sb, &papers, "document", "all");
	person_make(&ling, &south, "ling", "reviewer", 71, s->sb.clock - DAY_MS);
	person_make(&peng, &papers, "peng", "reviewer", 72, s->sb.clock - DAY_MS);
	person_show(&s->sb, &south, &ling);
	person_show(&s->sb, &papers, &peng);
	assert_string_equal(act(&s->sb, &south, &ling, "merchant", id, "claim", "", &s->told), "rejected");
	assert_false(s->told.record); /* nor is it shown */
	assert_string_equal(act(&s->sb, &papers, &peng, "merchant", id, "claim", "", &s->told), "rejected");
	assert_false(s->told.record);
	STANDS("merchant", id, "applied");
}

/* A desk that is given proposals alone confirms nothing about records that it may not have. */
static void a_proposal_is_not_its_record(void **state)
{
	struct scene *s = *state;
	struct raw_desk slips;
	struct person peng;
	char id[MERCHANT_ID], proposal[COMMAND_ID_LEN + 1];
	proposed(s, id, proposal);
	raw_desk_make(&slips, 13);
	memcpy(slips.root_seed, s->desk.root_seed, KEY_BYTES); /* of the same house */
	memcpy(slips.root, s->desk.root, KEY_BYTES);
	raw_desk_join(&s->sb, &slips, "proposal", "all");
	person_make(&peng, &slips, "peng", "reviewer,risk", 73, s->sb.clock - DAY_MS);
	person_show(&s->sb, &slips, &peng);
	assert_string_equal(act(&s->sb, &slips, &peng, "proposal", proposal, "confirm", "", &s->told), "rejected");
	assert_non_null(strstr(s->told.reason, "beyond the desk's scope"));
	STANDS("merchant", id, "risk_review");
	assert_string_equal(ACT(wu, "proposal", proposal, "confirm", ""), "accepted");
}

static void an_older_journal_is_noticed(void **state)
{
	struct scene *s = *state;
	AUTO(buf_release) struct buf body = BUF_INIT, fork = BUF_INIT;
	orders_body(&body, &s->desk, NULL, 0);
	assert_string_equal(raw_problem(&s->sb, &s->desk, "POST", "/v1/commands", body.data, NULL), "");
	assert_string_equal(raw_problem(&s->sb, &s->desk, "POST", "/v1/commands", body.data, NULL), "");
	buf_add(&fork, body.data, body.len);
	char *hash = strstr(fork.data, "\"hash\":\"");
	assert_non_null(hash);
	hash[8] = hash[8] == '0' ? '1' : '0';
	assert_string_equal(raw_problem(&s->sb, &s->desk, "POST", "/v1/commands", fork.data, NULL), "journal-rollback");
	buf_clear(&body);
	s->desk.head -= 2;
	orders_body(&body, &s->desk, NULL, 0);
	assert_string_equal(raw_problem(&s->sb, &s->desk, "POST", "/v1/commands", body.data, NULL), "journal-rollback");
	s->desk.head++;
}

static void a_broken_request_changes_nothing(void **state)
{
	struct scene *s = *state;
	AUTO(command_release) struct command c;
	AUTO(buf_release) struct buf body = BUF_INIT;
	const struct command *list[] = { &c };
	char id[MERCHANT_ID];
	merchant(s, "applied", false, id);
	command_init(&c);
	order(&s->sb, &s->desk, &c, &s->lin, "merchant", id, "claim", "");
	order_sign(&c, &s->lin);
	orders_body(&body, &s->desk, list, 1);
	buf_adds(&body, "{\"command\":\"AAAA\",\"signature\":\"!\"}\n");
	assert_string_equal(raw_problem(&s->sb, &s->desk, "POST", "/v1/commands", body.data, NULL), "malformed");
	STANDS("merchant", id, "applied");
}

/* A gated action heeds the checks here as well: the desk may have been altered. */
static void a_failed_check_stops_approval(void **state)
{
	struct scene *s = *state;
	AUTO(item_release) struct item it = { 0 };
	char id[MERCHANT_ID];
	merchant(s, "risk_review", true, id);
	assert_ok(item_load(&it, institution_db(s->sb.in), record_find("merchant"), id, &s->sb.err), s->sb.err);
	item_set(&it, "mcc", value_text("7995"));
	sandbox_give(&s->sb, &it);
	assert_string_equal(ACT(zhou, "merchant", id, "approve", ""), "rejected");
	assert_non_null(strstr(s->told.reason, "\"MCC allowed\""));
	STANDS("merchant", id, "risk_review");
}

/* What was proposed while the papers were valid is not confirmed when they are no more, whatever the clock of that desk says. */
static void papers_that_ran_out_stop_the_second(void **state)
{
	struct scene *s = *state;
	const struct table documents = record_table(record_find("document"));
	char id[MERCHANT_ID], proposal[COMMAND_ID_LEN + 1];
	AUTO(items_release) struct items all = { NULL, 0 };
	AUTO(buf_release) struct buf today = BUF_INIT;
	AUTO(command_release) struct command c;
	merchant(s, "risk_review", true, id);
	const struct query q = { .table = &documents, .where = { .op = COND_EQ, .column = "merchant_id", .value = value_text(id) } };
	when_add_date(&today, s->sb.clock);
	assert_ok(item_each(institution_db(s->sb.in), record_find("document"), &q, items_keep, &all, &s->sb.err), s->sb.err);
	assert_true(all.n > 0);
	for (size_t i = 0; i < all.n; i++) {
		item_set(&all.it[i], "expires_on", value_text(today.data));
		sandbox_give(&s->sb, &all.it[i]);
	}
	propose(s, id, proposal);
	s->sb.clock += 2 * DAY_MS;
	command_init(&c);
	order(&s->sb, &s->desk, &c, &s->wu, "proposal", proposal, "confirm", "");
	c.at -= 2 * DAY_MS;
	order_sign(&c, &s->wu);
	send_order(&s->sb, &s->desk, &c, &s->told);
	assert_string_equal(s->told.result, "rejected");
	assert_non_null(strstr(s->told.reason, "has expired"));
	STANDS("merchant", id, "risk_review");
}

/* Signed at once, sent as it comes: backwards, one without the others, one bent, one that is another's. */
static void each_of_a_batch_stands_for_itself(void **state)
{
	enum { N = 5 };
	struct scene *s = *state;
	struct command c[N];
	struct command *all[N];
	char id[N][MERCHANT_ID];
	for (size_t i = 0; i < N; i++) {
		merchant(s, "applied", false, id[i]);
		command_init(all[i] = &c[i]);
		order(&s->sb, &s->desk, &c[i], &s->lin, "merchant", id[i], "claim", "");
	}
	orders_sign(all, N, &s->lin);
	send_order(&s->sb, &s->desk, &c[4], &s->told);
	assert_string_equal(s->told.result, "accepted");
	const struct signature right = c[1].sig;
	c[1].sig = c[2].sig; /* another's place */
	send_order(&s->sb, &s->desk, &c[1], &s->told);
	assert_string_equal(s->told.result, "rejected");
	c[1].sig = right;
	c[1].sig.bytes[right.n - 1] ^= 1;
	send_order(&s->sb, &s->desk, &c[1], &s->told);
	assert_string_equal(s->told.result, "rejected");
	STANDS("merchant", id[1], "applied");
	c[1].sig = right;
	send_order(&s->sb, &s->desk, &c[1], &s->told);
	assert_string_equal(s->told.result, "accepted");
	send_order(&s->sb, &s->desk, &c[4], &s->told);
	assert_string_equal(s->told.result, "duplicate");
	orders_sign(all, N, &s->zhou); /* in lin's name */
	send_order(&s->sb, &s->desk, &c[0], &s->told);
	assert_string_equal(s->told.result, "rejected");
	STANDS("merchant", id[0], "applied");
	for (size_t i = 0; i < N; i++)
		command_release(&c[i]);
}

static void a_malformed_proof_breaks_the_request(void **state)
{
	struct scene *s = *state;
	AUTO(command_release) struct command c, other;
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct command *both[] = { &c, &other };
	const struct command *list[] = { &c };
	char id[MERCHANT_ID];
	merchant(s, "applied", false, id);
	command_init(&c);
	command_init(&other);
	order(&s->sb, &s->desk, &c, &s->lin, "merchant", id, "claim", "");
	order(&s->sb, &s->desk, &other, &s->lin, "merchant", id, "claim", "");
	orders_sign(both, 2, &s->lin);
	c.sig.n -= 4;
	orders_body(&body, &s->desk, list, 1);
	assert_string_equal(raw_problem(&s->sb, &s->desk, "POST", "/v1/commands", body.data, NULL), "malformed");
	STANDS("merchant", id, "applied");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_merchant_is_approved_by_two), cmocka_unit_test(nobody_checks_their_own_work),
		cmocka_unit_test(a_paper_replaced_stops_what_was_proposed), cmocka_unit_test(a_check_that_fails_by_now_stops_what_was_proposed),
		cmocka_unit_test(a_change_voids_what_was_proposed), cmocka_unit_test(a_maker_who_has_left_carries_nothing),
		cmocka_unit_test(a_command_sent_again_is_told_what_it_was_told), cmocka_unit_test(a_refusal_is_remembered_too),
		cmocka_unit_test(refuses_a_record_that_has_moved_on), cmocka_unit_test(refuses_what_was_decided_on_other_evidence),
		cmocka_unit_test(refuses_bent_commands), cmocka_unit_test(refuses_bytes_that_were_altered),
		cmocka_unit_test(refuses_forged_certificates), cmocka_unit_test(a_disabled_operator_decides_no_more),
		cmocka_unit_test(keeps_to_the_desks_scope), cmocka_unit_test(an_older_journal_is_noticed),
		cmocka_unit_test(a_broken_request_changes_nothing), cmocka_unit_test(a_failed_check_stops_approval),
		cmocka_unit_test(each_of_a_batch_stands_for_itself), cmocka_unit_test(a_malformed_proof_breaks_the_request),
		cmocka_unit_test(a_note_disturbs_nobody), cmocka_unit_test(a_proposal_is_not_its_record),
		cmocka_unit_test(papers_that_ran_out_stop_the_second),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
