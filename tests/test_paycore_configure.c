/* From a signed contract to live at the core: what it refuses whatever a desk says, the API key that no desk gets to see, and the settlement
 * account that one person alone does not change. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sync/paycore/contracts.h"
#include "sync/paycore/keys.h"
#include "sync/paycore/live.h"
#include "sync/paycore/tables.h"
#include "tests/check.h"
#include "tests/sandbox.h"
#include "tests/specimen.h"

enum { DAY_MS = 24 * 3600 * 1000 };
#define MERCHANT "M00000001" /* odd: nothing of it is configured yet */
#define CARD "6222020000000000026"

struct scene {
	struct sandbox sb;
	struct raw_desk desk;
	struct person lin, wu, guest;          /* two reviewers, a support agent */
	struct told told;
};

static int setup(void **state)
{
	struct scene *s = mem_alloc(sizeof *s);
	sandbox_make(&s->sb);
	raw_desk_make(&s->desk, 1);
	raw_desk_join(&s->sb, &s->desk, "all", "all");
	person_make(&s->lin, &s->desk, "lin", "reviewer", 21, s->sb.clock - DAY_MS);
	person_make(&s->wu, &s->desk, "wu", "reviewer", 22, s->sb.clock - DAY_MS);
	person_make(&s->guest, &s->desk, "guest", "support", 24, s->sb.clock - DAY_MS);
	person_show(&s->sb, &s->desk, &s->lin);
	person_show(&s->sb, &s->desk, &s->wu);
	person_show(&s->sb, &s->desk, &s->guest);
	sandbox_merchant(&s->sb, 1, "configuring", "华东", true);
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

static void merchant(struct scene *s, struct item *it)
{
	assert_ok(item_load(it, institution_db(s->sb.in), record_find("merchant"), MERCHANT, &s->sb.err), s->sb.err);
}

static const char *text_of(struct scene *s, const char *field, char out[200])
{
	AUTO(item_release) struct item it = { 0 };
	merchant(s, &it);
	snprintf(out, 200, "%s", item_text(&it, field));
	return out;
}
#define TEXT(field) text_of(s, field, (char[200]){ "" })

/* A command with inputs; c keeps its id. */
static const char *ask(struct scene *s, const struct person *who, const char *action, const struct input *input, size_t n, char id[COMMAND_ID_LEN + 1])
{
	AUTO(command_release) struct command c;
	command_init(&c);
	order(&s->sb, &s->desk, &c, who, "merchant", MERCHANT, action, "样本理由");
	for (size_t i = 0; i < n; i++)
		c.input[c.ninput++] = input[i];
	order_sign(&c, who);
	send_order(&s->sb, &s->desk, &c, &s->told);
	if (id)
		memcpy(id, c.id, COMMAND_ID_LEN + 1);
	return s->told.result;
}
#define ACT(who, kind, id, action) act(&s->sb, &s->desk, &s->who, kind, id, action, "样本理由", &s->told)
#define REFUSED(result, says) do { assert_string_equal(result, "rejected"); assert_non_null(strstr(s->told.reason, says)); } while (0)

static const char *configure(struct scene *s, const struct person *who, const char *rate)
{
	const struct input input[] = { { "channels", "alipay" }, { "rate_alipay", rate }, { "settlement_cycle", "t1" } };
	return ask(s, who, "configure", input, COUNT(input), NULL);
}

static const char *change(struct scene *s, const struct person *who, const char *holder, char id[COMMAND_ID_LEN + 1])
{
	const struct input input[] = { { "settlement_bank", "样本银行" }, { "settlement_name", holder }, { "settlement_card", CARD } };
	return ask(s, who, "change_settlement", input, COUNT(input), id);
}

/* ---- the key ---- */

/* What the merchant is given: the exit status; key without its newline. */
static int fetch(struct scene *s, char *key, size_t size)
{
	const char *const words[] = { "merchant", "--home", s->sb.home, MERCHANT, "key", NULL };
	memset(key, 0, size);
	int status = core_run(words, key, size);
	key[strcspn(key, "\n")] = '\0';
	return status;
}

static bool is_key(struct scene *s, const char *key)
{
	AUTO(buf_release) struct buf hex = BUF_INIT;
	uint8_t sum[32];
	sha256(sum, key, strlen(key));
	buf_add_hex(&hex, sum, API_KEY_SHOWN / 2);
	return strlen(key) == API_KEY_TEXT && strcmp(hex.data, TEXT("api_key_fingerprint")) == 0;
}

/* How many keys of the core are good for something, and whether this text stands in any of its files. */
static int in_force(struct scene *s)
{
	const struct cond open = { .op = COND_NULL, .column = "ended" };
	const struct query q = { .table = &api_keys_table, .where = open };
	int64_t n = 0;
	assert_ok(query_count(institution_db(s->sb.in), &q, &n, &s->sb.err), s->sb.err);
	return (int)n;
}

static bool stands_in_files(struct scene *s, const char *text)
{
	static const char *const files[] = { "paycore.db", "paycore.db-wal" };
	for (size_t i = 0; i < COUNT(files); i++) {
		char path[160];
		snprintf(path, sizeof path, "%s/%s", s->sb.home, files[i]);
		FILE *f = fopen(path, "rb");
		if (!f)
			continue;
		AUTO(buf_release) struct buf all = BUF_INIT;
		char block[4096];
		for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
			buf_add(&all, block, n);
		fclose(f);
		if (memmem(all.data, all.len, text, strlen(text)))
			return true;
	}
	return false;
}

/* In a process of its own: a file of SQLite that this one closes would let go of the locks that it holds on it (POSIX). */
static bool kept_anywhere(struct scene *s, const char *text)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(stands_in_files(s, text) ? 3 : 0);
	return core_end(pid, 0) == 3;
}

static void the_key_goes_to_the_merchant_once(void **state)
{
	struct scene *s = *state;
	char first[200], second[200], again[200];
	assert_int_not_equal(fetch(s, again, sizeof again), 0);       /* there is none yet */
	REFUSED(ACT(guest, "merchant", MERCHANT, "issue_api_key"), "merchant.configure");
	assert_string_equal(ACT(lin, "merchant", MERCHANT, "issue_api_key"), "accepted");
	assert_int_equal(strncmp(TEXT("api_key_id"), "ak_", 3), 0);
	assert_int_equal(strlen(TEXT("api_key_fingerprint")), API_KEY_SHOWN);
	REFUSED(ACT(lin, "merchant", MERCHANT, "issue_api_key"), "renew it instead");
	assert_int_equal(fetch(s, first, sizeof first), 0);
	assert_true(is_key(s, first));
	assert_true(kept_anywhere(s, TEXT("api_key_id")));
	assert_false(kept_anywhere(s, first));
	assert_int_equal(fetch(s, again, sizeof again), 4);           /* not twice */
	assert_string_equal(again, "");
	assert_string_equal(ACT(lin, "merchant", MERCHANT, "renew_api_key"), "accepted");
	assert_int_equal(in_force(s), 2);                             /* the first goes on until the second is there */
	assert_int_equal(fetch(s, second, sizeof second), 0);
	assert_string_not_equal(first, second);
	assert_true(is_key(s, second));
	assert_int_equal(in_force(s), 1);
	assert_string_equal(ACT(wu, "merchant", MERCHANT, "revoke_api_key"), "accepted");
	assert_int_equal(in_force(s), 0);
	assert_string_equal(TEXT("api_key_id"), "");
	assert_int_equal(fetch(s, again, sizeof again), 4);
}

/* However often one is asked for that nobody fetches, no key outlives the revocation. */
static void no_key_is_left_over(void **state)
{
	struct scene *s = *state;
	char key[200];
	assert_string_equal(ACT(lin, "merchant", MERCHANT, "issue_api_key"), "accepted");
	assert_int_equal(fetch(s, key, sizeof key), 0);
	for (int i = 0; i < 12; i++) {
		assert_string_equal(ACT(lin, "merchant", MERCHANT, "renew_api_key"), "accepted");
		assert_int_equal(in_force(s), 2);                     /* the one that is used, and the one that waits */
	}
	assert_int_equal(fetch(s, key, sizeof key), 0);
	assert_true(is_key(s, key));
	assert_int_equal(in_force(s), 1);
	for (int i = 0; i < 12; i++)
		assert_string_equal(ACT(lin, "merchant", MERCHANT, "renew_api_key"), "accepted");
	assert_string_equal(ACT(wu, "merchant", MERCHANT, "revoke_api_key"), "accepted");
	assert_int_equal(in_force(s), 0);
}

/* The institution that lives by itself: the merchant comes for its key, and does not go live without us. */
static void the_merchant_comes_for_its_key(void **state)
{
	struct scene *s = *state;
	struct chance chance = { 3 };
	AUTO(changes_end) struct changes ch = { 0 };
	AUTO(item_release) struct item it = { 0 };
	int64_t head;
	assert_string_equal(ACT(lin, "merchant", MERCHANT, "issue_api_key"), "accepted");
	assert_ok(changes_begin(&ch, s->sb.in, &s->sb.err), s->sb.err);
	assert_ok(changes_fact(&ch, "merchants", "1", &s->sb.err), s->sb.err); /* the next applicant is another one */
	assert_ok(changes_commit(&ch, &s->sb.err), s->sb.err);
	merchant(s, &it);
	for (int i = 0; i < 200 && !item_int(&it, "api_key_claimed_at"); i++) {
		assert_ok(live_step(s->sb.in, &chance, &head, &s->sb.err), s->sb.err);
		item_release(&it);
		merchant(s, &it);
	}
	assert_true(item_int(&it, "api_key_claimed_at") > 0);
	assert_string_equal(item_text(&it, "state"), "configuring");
}

/* ---- going live ---- */

static void contract(struct scene *s)
{
	AUTO(changes_end) struct changes ch = { 0 };
	AUTO(item_release) struct item it = { 0 };
	struct chance chance = { 5 };
	merchant(s, &it);
	assert_ok(changes_begin(&ch, s->sb.in, &s->sb.err), s->sb.err);
	assert_ok(contracts_fill_templates(&ch, s->sb.clock - 400 * (int64_t)DAY_MS, &s->sb.err), s->sb.err);
	assert_ok(contracts_fill(&ch, &chance, &it, 0, &s->sb.err), s->sb.err);
	assert_ok(changes_commit(&ch, &s->sb.err), s->sb.err);
}

static void live_by_two(void **state)
{
	struct scene *s = *state;
	char id[COMMAND_ID_LEN + 1], key[200];
	REFUSED(ACT(lin, "merchant", MERCHANT, "go_live"), "contract");
	contract(s);
	REFUSED(ACT(lin, "merchant", MERCHANT, "go_live"), "Channels and rates");
	REFUSED(configure(s, &s->lin, "101"), "not between");
	REFUSED(configure(s, &s->lin, "99"), "above the contract's");
	REFUSED(configure(s, &s->guest, "20"), "merchant.configure");
	assert_string_equal(configure(s, &s->lin, "20"), "accepted");
	REFUSED(ACT(lin, "merchant", MERCHANT, "go_live"), "API key");
	assert_string_equal(ACT(lin, "merchant", MERCHANT, "issue_api_key"), "accepted");
	assert_int_equal(fetch(s, key, sizeof key), 0);
	assert_string_equal(ask(s, &s->lin, "go_live", NULL, 0, id), "accepted");
	assert_string_equal(TEXT("state"), "configuring");
	REFUSED(ACT(lin, "proposal", id, "confirm"), "another person");
	assert_string_equal(ACT(wu, "proposal", id, "confirm"), "accepted");
	assert_string_equal(TEXT("state"), "active");
	REFUSED(configure(s, &s->lin, "20"), "only in configuring");
}

/* ---- the settlement account ---- */

static void the_account_takes_two(void **state)
{
	struct scene *s = *state;
	char id[COMMAND_ID_LEN + 1], other[COMMAND_ID_LEN + 1], name[200], was[200];
	text_of(s, "settlement_name", name);
	text_of(s, "settlement_card", was);
	REFUSED(change(s, &s->guest, name, NULL), "merchant.settlement");
	REFUSED(change(s, &s->lin, "李样本", NULL), "name");
	assert_string_equal(change(s, &s->lin, name, id), "accepted");
	assert_string_equal(TEXT("settlement_card"), was);            /* proposed, no more */
	REFUSED(ACT(lin, "proposal", id, "confirm"), "another person");
	assert_string_equal(ACT(lin, "merchant", MERCHANT, "issue_api_key"), "accepted");
	REFUSED(ACT(wu, "proposal", id, "confirm"), "void");          /* the merchant has moved on since */
	assert_string_equal(TEXT("settlement_card"), was);
	assert_string_equal(change(s, &s->lin, name, other), "accepted");
	assert_string_equal(ACT(wu, "proposal", other, "confirm"), "accepted");
	assert_string_equal(TEXT("settlement_card"), CARD);
	assert_string_equal(TEXT("settlement_bank"), "样本银行");
	assert_string_not_equal(TEXT("api_key_id"), "");              /* and nothing else */
}

/* ---- its terminals ---- */

static void terminal(struct scene *s, const char *id, const char *state, const char *card)
{
	AUTO(changes_end) struct changes ch = { 0 };
	AUTO(item_release) struct item it = { 0 };
	specimen_begin(&it, "terminal", id, state);
	specimen_put(&it, "merchant_id", MERCHANT);
	specimen_put(&it, "settlement_card", card);
	assert_ok(changes_begin(&ch, s->sb.in, &s->sb.err), s->sb.err);
	assert_ok(changes_put(&ch, &it, &s->sb.err), s->sb.err);
	assert_ok(changes_commit(&ch, &s->sb.err), s->sb.err);
}

static void terminal_is(struct scene *s, const char *id, const char *state, const char *card)
{
	AUTO(item_release) struct item it = { 0 };
	assert_ok(item_load(&it, institution_db(s->sb.in), record_find("terminal"), id, &s->sb.err), s->sb.err);
	assert_string_equal(item_text(&it, "state"), state);
	assert_string_equal(item_text(&it, "settlement_card"), card);
}

/* One signature binds all of them to the account that two people have just changed, and a merchant that has gone takes no payment with any. */
static void terminals_follow_the_account(void **state)
{
	struct scene *s = *state;
	char id[COMMAND_ID_LEN + 1], name[200], was[200];
	text_of(s, "settlement_name", name);
	text_of(s, "settlement_card", was);
	struct person risk, officer;
	person_make(&risk, &s->desk, "risk", "risk", 25, s->sb.clock - DAY_MS);
	person_make(&officer, &s->desk, "officer", "compliance", 26, s->sb.clock - DAY_MS);
	person_show(&s->sb, &s->desk, &risk);
	person_show(&s->sb, &s->desk, &officer);
	terminal(s, "T1", "active", was);
	terminal(s, "T2", "disabled", was);
	terminal(s, "T3", "removed", was);
	assert_string_equal(change(s, &s->lin, name, id), "accepted");
	assert_string_equal(ACT(wu, "proposal", id, "confirm"), "accepted");
	terminal_is(s, "T1", "active", was);                          /* that is somebody's word to give */
	assert_string_equal(ACT(lin, "merchant", MERCHANT, "rebind_terminals"), "accepted");
	terminal_is(s, "T1", "active", CARD);
	terminal_is(s, "T2", "disabled", CARD);
	terminal_is(s, "T3", "removed", was);
	REFUSED(ACT(lin, "merchant", MERCHANT, "rebind_terminals"), "already");
	REFUSED(ACT(lin, "merchant", MERCHANT, "terminate"), "merchant.suspend");
	assert_string_equal(ask(s, &risk, "terminate", NULL, 0, id), "accepted");
	terminal_is(s, "T1", "active", CARD);
	assert_string_equal(act(&s->sb, &s->desk, &officer, "proposal", id, "confirm", "样本理由", &s->told), "accepted");
	assert_string_equal(TEXT("state"), "terminated");             /* one that never went live may be given up too */
	terminal_is(s, "T1", "disabled", CARD);
	terminal_is(s, "T3", "removed", was);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(the_key_goes_to_the_merchant_once), T(no_key_is_left_over), T(the_merchant_comes_for_its_key), T(live_by_two), T(the_account_takes_two),
		T(terminals_follow_the_account),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
