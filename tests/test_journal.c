/* The journal: what stands in it stays as it was, and whatever is done to it from below is named. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/conn.h"
#include "store/session.h"
#include "tests/check.h"
#include "tests/house.h"

/* A store with entries 1 (store.create) to 6. */
static struct store *six(struct house *h)
{
	struct store *s = house_open(h, "root");

	for (int i = 2; i <= 6; i++)
		assert_ok(house_note(h, s, "test.note"), h->err);
	return s;
}

static void from_below(struct house *h, struct store *s, const char *sql)
{
	assert_ok(conn_exec(store_db(s), "DROP TRIGGER IF EXISTS journal_no_update; DROP TRIGGER IF EXISTS journal_no_delete;", &h->err), h->err);
	assert_ok(conn_exec(store_db(s), sql, &h->err), h->err);
}

static void test_grows(void **state)
{
	struct house *h = *state;
	AUTO(store_closep) struct store *s = six(h);
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value key = value_int(4), row[JOURNAL_COLUMNS];
	struct journal_entry e;
	struct journal_head head;
	int64_t n;

	assert_ok(journal_verify(s, &n, &h->err), h->err);
	assert_int_equal(n, 6);
	assert_ok(journal_head(s, &head, &h->err), h->err);
	assert_int_equal(head.seq, 6);
	assert_ok(db_get(store_db(s), &journal_table, &key, &pool, row, &h->err), h->err);
	journal_from_row(&e, row);
	assert_int_equal(e.seq, 4);
	assert_int_equal(e.at, h->clock);
	assert_string_equal(e.operator, store_who(s)->id);
	assert_string_equal(e.verb, "test.note");
	assert_string_equal(e.kind, "merchant");
	assert_string_equal(e.id, "m-1");
	assert_int_equal(e.body_len, 2);
	assert_memory_equal(e.body, "{}", 2);
}

static void test_append_only(void **state)
{
	struct house *h = *state;
	AUTO(store_closep) struct store *s = six(h);
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value key = value_int(4), row[JOURNAL_COLUMNS];

	assert_int_not_equal(conn_exec(store_db(s), "UPDATE journal SET verb='x' WHERE seq=4", &h->err), E_OK);
	assert_int_not_equal(conn_exec(store_db(s), "DELETE FROM journal WHERE seq=4", &h->err), E_OK);
	assert_ok(db_get(store_db(s), &journal_table, &key, &pool, row, &h->err), h->err);
	row[JOURNAL_VERB] = value_text("x");
	assert_int_not_equal(db_put(store_db(s), &journal_table, row, &h->err), E_OK);
	assert_int_not_equal(db_delete(store_db(s), &journal_table, &key, &h->err), E_OK);
	assert_int_equal(db_insert(store_db(s), &journal_table, row, &h->err), E_EXISTS);
}

static void test_tampering(void **state)
{
	static const struct { const char *sql; enum code code; const char *names; } cases[] = {
		{ "UPDATE journal SET verb='x' WHERE seq=4", E_CHAIN, "entry 4" },
		{ "UPDATE journal SET body=x'7b20' WHERE seq=4", E_CHAIN, "entry 4" },
		{ "UPDATE journal SET at=at+1 WHERE seq=4", E_CHAIN, "entry 4" },
		{ "UPDATE journal SET verb='test.not', kind='emerchant' WHERE seq=4", E_CHAIN, "entry 4" },
		{ "UPDATE journal SET prev=zeroblob(32) WHERE seq=4", E_CHAIN, "entry 4" },
		{ "UPDATE journal SET hash=zeroblob(32) WHERE seq=4", E_CHAIN, "entry 4" },
		{ "UPDATE journal SET hash=x'00' WHERE seq=4", E_CHAIN, "entry 4" },
		{ "UPDATE journal SET sig=zeroblob(64) WHERE seq=4", E_SIGNATURE, "entry 4" },
		{ "UPDATE journal SET sig=(SELECT sig FROM journal WHERE seq=3) WHERE seq=4", E_SIGNATURE, "entry 4" },
		{ "UPDATE journal SET operator='00' WHERE seq=4", E_CHAIN, "entry 4" },
		{ "DELETE FROM journal WHERE seq=4", E_CHAIN, "entry 4" },
		{ "DELETE FROM journal WHERE seq=1", E_CHAIN, "entry 1" },
		{ "DELETE FROM journal WHERE seq=6", E_CHAIN, "entries 6 to 6" },
		{ "DELETE FROM journal WHERE seq=4; UPDATE journal SET seq=seq-1 WHERE seq>4", E_CHAIN, "entry 4" },
		{ "UPDATE journal SET seq=99 WHERE seq=4; UPDATE journal SET seq=4 WHERE seq=5; UPDATE journal SET seq=5 WHERE seq=99", E_CHAIN, "entry 4" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct house h;
		struct store *s;
		int64_t n;

		house_found(&h);
		s = six(&h);
		from_below(&h, s, cases[i].sql);
		assert_int_equal(journal_verify(s, &n, &h.err), cases[i].code);
		if (!strstr(h.err.msg, cases[i].names))
			fail_msg("%s: %s", cases[i].sql, h.err.msg);
		assert_true(n < 6);
		store_close(s);
		house_remove(&h);
	}
}

/* An operator of the store knows the vault key and can compute hashes; he still cannot speak for another. */
static void test_forged_author(void **state)
{
	struct house *h = *state;
	AUTO(store_closep) struct store *s = NULL;
	struct cert *all;
	size_t count;
	int64_t n;

	house_add(h, "lin", "reviewer");
	s = house_open(h, "lin");
	assert_ok(house_note(h, s, "test.note"), h->err);
	assert_ok(store_operators(s, &all, &count, &h->err), h->err);
	/* The entry as root would have made it, signed by lin: hash and chain are right, the author is not. */
	from_below(h, s, "DELETE FROM journal WHERE seq=3");
	s->who = all[0];
	free(all);
	assert_ok(house_note(h, s, "test.note"), h->err);
	assert_int_equal(journal_verify(s, &n, &h->err), E_SIGNATURE);
	assert_non_null(strstr(h->err.msg, "entry 3"));
}

/* Nor can he have said something else at an earlier time, though every hash and signature in it is his. */
static void test_rewritten(void **state)
{
	struct house *h = *state;
	AUTO(store_closep) struct store *s = six(h);
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct value key = value_int(6), row[JOURNAL_COLUMNS];
	int64_t n;

	assert_ok(db_get(store_db(s), &journal_table, &key, &pool, row, &h->err), h->err);
	from_below(h, s, "DELETE FROM journal WHERE seq>4");
	assert_ok(house_note(h, s, "test.other"), h->err);
	assert_ok(db_insert(store_db(s), &journal_table, row, &h->err), h->err);
	assert_int_equal(journal_verify(s, &n, &h->err), E_CHAIN);
	assert_non_null(strstr(h->err.msg, "entry 6"));
}

static void test_disabled(void **state)
{
	struct house *h = *state;
	struct store *lin, *root;
	int64_t n;

	house_add(h, "lin", "reviewer");
	lin = house_open(h, "lin");
	assert_ok(house_note(h, lin, "test.note"), h->err);
	root = house_open(h, "root");
	assert_ok(store_operator_disable(root, "lin", &h->err), h->err);
	assert_ok(journal_verify(root, &n, &h->err), h->err);
	assert_int_equal(n, 4);
	/* The open session notices at its next commit. */
	assert_int_equal(house_note(h, lin, "test.late"), E_DENIED);
	store_close(lin);
	assert_ok(journal_verify(root, &n, &h->err), h->err);
	assert_int_equal(n, 4);
	assert_int_equal(house_try(h, "lin"), E_PASSPHRASE);
	store_close(root);
}

/* What a program of lin's own, without that check, would leave behind. */
static void test_after_disabled(void **state)
{
	struct house *h = *state;
	struct store *lin, *root;
	int64_t n;

	house_add(h, "lin", "reviewer");
	lin = house_open(h, "lin");
	root = house_open(h, "root");
	assert_ok(store_operator_disable(root, "lin", &h->err), h->err);
	db_set_hooks(store_db(lin), (struct db_hooks){ NULL, NULL, NULL });
	assert_ok(house_note(h, lin, "test.late"), h->err);
	store_close(lin);
	assert_int_equal(journal_verify(root, &n, &h->err), E_SIGNATURE);
	assert_non_null(strstr(h->err.msg, "entry 4"));
	store_close(root);
}

/* Only the root operator disables anybody: an entry that says so, by somebody else, changes nothing. */
static void test_not_disabled(void **state)
{
	struct house *h = *state;
	struct store *lin, *wang;
	int64_t n;

	house_add(h, "lin", "reviewer");
	house_add(h, "wang", "reviewer");
	lin = house_open(h, "lin");
	wang = house_open(h, "wang");
	{
		AUTO(tx_end) struct tx tx = { 0 };

		assert_ok(tx_begin(&tx, store_db(lin), &h->err), h->err);
		assert_ok(journal_append(lin, "operator.disable", "operator", store_who(wang)->id, "", 0, &h->err), h->err);
		assert_ok(tx_commit(&tx, &h->err), h->err);
	}
	assert_ok(house_note(h, wang, "test.note"), h->err);
	assert_ok(journal_verify(wang, &n, &h->err), h->err);
	assert_int_equal(n, 5);
	store_close(lin);
	store_close(wang);
}

enum { WRITERS = 3, EACH = 40 };

static void child_writes(struct house *h)
{
	AUTO(secret_freep) struct secret *pass = house_pass("root");
	struct store *s;

	if (store_open(&s, &h->config, "root", pass, true, &h->err) != E_OK)
		_exit(1);
	for (int i = 0; i < EACH; i++)
		if (house_note(h, s, "test.note") != E_OK)
			_exit(2);
	store_close(s);
	_exit(0);
}

static void test_processes(void **state)
{
	struct house *h = *state;
	pid_t pids[WRITERS];
	struct store *s;
	int64_t n;

	for (int i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0)
			child_writes(h);
	}
	for (int i = 0; i < WRITERS; i++) {
		int status;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	s = house_open(h, "root");
	assert_ok(journal_verify(s, &n, &h->err), h->err);
	assert_int_equal(n, 1 + WRITERS * EACH);
	store_close(s);
}

struct worker {
	struct house h;
	struct store *s;
	enum code code;
};

static void *work(void *arg)
{
	struct worker *w = arg;

	for (int i = 0; i < EACH && !w->code; i++)
		w->code = house_note(&w->h, w->s, "test.thread");
	return NULL;
}

static void test_threads(void **state)
{
	struct house *h = *state;
	struct worker w = { .h = *h };
	struct store *s = house_open(h, "root");
	pthread_t thread;
	int64_t n;

	assert_ok(store_another(&w.s, s, &h->err), h->err);
	assert_int_equal(pthread_create(&thread, NULL, work, &w), 0);
	for (int i = 0; i < EACH; i++)
		assert_ok(house_note(h, s, "test.note"), h->err);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_ok(w.code, w.h.err);
	store_close(w.s);
	assert_ok(journal_verify(s, &n, &h->err), h->err);
	assert_int_equal(n, 1 + 2 * EACH);
	store_close(s);
}

/* ---- some entries, without the others ---- */
/* The root as RFC 9162, section 2.1.1 has it: split at the largest power of two below the number of leaves. */
static void root_by_the_book(uint8_t (*hash)[KEY_BYTES], size_t n, uint8_t out[KEY_BYTES])
{
	uint8_t bytes[1 + 2 * KEY_BYTES] = { 0 };
	size_t half = 1;

	if (n == 1) {
		memcpy(bytes + 1, hash[0], KEY_BYTES);
		digest(out, bytes, 1 + KEY_BYTES);
		return;
	}
	while (half * 2 < n)
		half *= 2;
	bytes[0] = 1;
	root_by_the_book(hash, half, bytes + 1);
	root_by_the_book(hash + half, n - half, bytes + 1 + KEY_BYTES);
	digest(out, bytes, sizeof bytes);
}

static void read_hashes(struct house *h, struct store *s, uint8_t (*out)[KEY_BYTES], size_t n)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;

	for (size_t i = 0; i < n; i++) {
		struct value key = value_int((int64_t)i + 1), row[JOURNAL_COLUMNS];
		struct journal_entry e;

		assert_ok(db_get(store_db(s), &journal_table, &key, &pool, row, &h->err), h->err);
		journal_from_row(&e, row);
		memcpy(out[i], e.hash, KEY_BYTES);
	}
}

static void nothing_else_holds(struct journal_proof *p, int64_t count, uint8_t root[KEY_BYTES])
{
	assert_true(journal_proof_holds(p, count, root));
	for (int64_t seq = 0; seq <= count + 1; seq++) {
		struct journal_proof q = *p;

		q.seq = seq;
		assert_true(journal_proof_holds(&q, count, root) == (seq == p->seq));
	}
	for (size_t i = 0; i < p->steps; i++) {
		p->path[i][i % KEY_BYTES] ^= 1;
		assert_false(journal_proof_holds(p, count, root));
		p->path[i][i % KEY_BYTES] ^= 1;
	}
	p->hash[5] ^= 1;
	assert_false(journal_proof_holds(p, count, root));
	p->hash[5] ^= 1;
	root[7] ^= 1;
	assert_false(journal_proof_holds(p, count, root));
	root[7] ^= 1;
	p->steps++;
	assert_false(journal_proof_holds(p, count, root));
	p->steps--;
}

static void test_proofs(void **state)
{
	enum { MANY = 21 };
	struct house *h = *state;
	AUTO(store_closep) struct store *s = six(h);
	uint8_t hash[MANY][KEY_BYTES], root[KEY_BYTES], want[KEY_BYTES];
	struct journal_proof p[3];

	for (int i = 7; i <= MANY; i++)
		assert_ok(house_note(h, s, "test.note"), h->err);
	read_hashes(h, s, hash, MANY);
	for (int64_t count = 1; count <= MANY; count++) {
		root_by_the_book(hash, (size_t)count, want);
		for (int64_t seq = 1; seq <= count; seq++) {
			p[0].seq = 1, p[1].seq = seq, p[2].seq = count;
			assert_ok(journal_prove(s, count, p, COUNT(p), root, &h->err), h->err);
			assert_memory_equal(root, want, KEY_BYTES);
			for (size_t i = 0; i < COUNT(p); i++) {
				assert_memory_equal(p[i].hash, hash[p[i].seq - 1], KEY_BYTES);
				assert_true(journal_proof_holds(&p[i], count, root));
			}
			nothing_else_holds(&p[1], count, root);
		}
	}
	assert_int_equal(journal_prove(s, MANY + 1, p, 1, root, &h->err), E_CHAIN);
	assert_int_equal(journal_prove(s, 0, p, 0, root, &h->err), E_CHAIN);
	from_below(h, s, "DELETE FROM journal WHERE seq = 3");
	assert_int_equal(journal_prove(s, MANY, p, 1, root, &h->err), E_CHAIN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house_setup, house_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_grows), TEST(test_append_only), cmocka_unit_test(test_tampering), TEST(test_forged_author), TEST(test_rewritten),
		TEST(test_disabled), TEST(test_after_disabled), TEST(test_not_disabled),
		TEST(test_processes), TEST(test_threads), TEST(test_proofs),
	};

	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
