/* HOME/head: moves forward, belongs to one store, and notices what the data lacks or has instead. */
#include <string.h>
#include <unistd.h>

#include "store/journal.h"
#include "store/session.h"
#include "tests/check.h"
#include "tests/house.h"

static int64_t tick(struct house *h, struct store *s)
{
	struct head now;

	assert_ok(head_read(s->head, s->vault, &now, &h->err), h->err);
	return now.tick;
}

/* How many entries of that verb. */
static int64_t count(struct house *h, struct store *s, const char *verb)
{
	const struct query q = { .table = &journal_table, .where = { .op = COND_EQ, .column = "verb", .value = value_text(verb) } };
	int64_t n;

	assert_ok(query_count(store_db(s), &q, &n, &h->err), h->err);
	return n;
}

/* ---- the file alone ---- */

static void test_moves_forward_only(void **state)
{
	struct house *h = *state;
	AUTO(store_closep) struct store *s = house_open(h, "root");
	struct head first, next, now;

	assert_ok(head_read(s->head, s->vault, &first, &h->err), h->err);
	for (int i = 1; i <= 5; i++) {
		next = (struct head){ .tick = first.tick + i, .seq = first.seq + 2 * i, .hash = { (uint8_t)i } };
		assert_ok(head_advance(s->head, s->vault, &next, 0, &h->err), h->err);
		assert_ok(head_advance(s->head, s->vault, &next, 0, &h->err), h->err); /* once more makes no difference */
		assert_ok(head_advance(s->head, s->vault, &first, 0, &h->err), h->err);
		assert_ok(head_read(s->head, s->vault, &now, &h->err), h->err);
		assert_int_equal(now.tick, next.tick);
		assert_int_equal(now.seq, next.seq);
		assert_memory_equal(now.hash, next.hash, KEY_BYTES);
	}
	next.hash[0] ^= 1;
	assert_int_equal(head_advance(s->head, s->vault, &next, 0, &h->err), E_ROLLBACK);
}

static void test_belongs_to_one_store(void **state)
{
	struct house *h = *state;
	AUTO(store_closep) struct store *s = house_open(h, "root");
	AUTO(secret_freep) struct secret *other = NULL;
	struct head_file *f;
	struct head now;
	char path[160];

	house_path(h, "head", path, sizeof path);
	assert_ok(head_open(&f, path, "another store", false, &h->err), h->err);
	assert_int_equal(head_read(f, s->vault, &now, &h->err), E_SEALED);
	head_close(f);
	assert_ok(secret_new(&other, KEY_BYTES, &h->err), h->err);
	assert_int_equal(head_read(s->head, other, &now, &h->err), E_SEALED);
}

/* ---- with the data ---- */

/* A data file that went on from an older copy counts as many commits, but not the same ones. */
static void test_other_history(void **state)
{
	struct house *h = *state;
	AUTO(buf_release) struct buf data = BUF_INIT, head = BUF_INIT, late = BUF_INIT;
	struct store *s;

	house_read(h, "paydesk.db", &data);
	house_read(h, "head", &head);
	s = house_open(h, "root");
	assert_ok(house_note(h, s, "test.first"), h->err);
	store_close(s);
	house_read(h, "head", &late);
	house_write(h, "paydesk.db", data.data, data.len);
	house_write(h, "head", head.data, head.len);
	s = house_open(h, "root");
	assert_ok(house_note(h, s, "test.second"), h->err);
	assert_ok(house_note(h, s, "test.third"), h->err);
	store_close(s);
	house_write(h, "head", late.data, late.len);
	assert_int_equal(house_try(h, "root"), E_ROLLBACK);
	assert_non_null(strstr(h->err.msg, "entry 2"));
}

static void test_lost_head(void **state)
{
	struct house *h = *state;
	AUTO(secret_freep) struct secret *pass = house_pass("root");
	AUTO(buf_release) struct buf head = BUF_INIT, bad = BUF_INIT;
	struct store *s = house_open(h, "root");
	char path[160];

	assert_ok(house_note(h, s, "test.note"), h->err);
	store_close(s);
	house_read(h, "head", &head);
	assert_int_equal(head.len, 2 * HEAD_BLOCK);
	house_path(h, "head", path, sizeof path);
	unlink(path);
	assert_int_equal(house_try(h, "root"), E_ROLLBACK);
	assert_false(house_has(h, "head"));

	/* One torn block of the two is what a power cut leaves. */
	for (int block = 0; block < 2; block++) {
		buf_clear(&bad);
		buf_add(&bad, head.data, head.len);
		memset(bad.data + block * HEAD_BLOCK + 100, 0x55, 20);
		memset(bad.data + block * HEAD_BLOCK + 30, 0x55, 20);
		house_write(h, "head", bad.data, bad.len);
		assert_ok(house_try(h, "root"), h->err);
	}
	memset(bad.data, 0x55, bad.len);
	house_write(h, "head", bad.data, bad.len);
	assert_int_equal(house_try(h, "root"), E_SEALED);
	assert_ok(store_accept_loss(&h->config, "root", pass, &h->err), h->err);
	assert_ok(house_try(h, "root"), h->err);
	unlink(path);
	assert_ok(store_accept_loss(&h->config, "root", pass, &h->err), h->err);
	s = house_open(h, "root");
	assert_int_equal(count(h, s, "store.loss"), 2);
	store_close(s);
}

/* A commit that HOME/head never heard of is a crash between the two, not a loss. */
static void test_head_behind(void **state)
{
	struct house *h = *state;
	AUTO(buf_release) struct buf head = BUF_INIT;
	struct store *s;

	house_read(h, "head", &head);
	s = house_open(h, "root");
	assert_ok(house_note(h, s, "test.note"), h->err);
	store_close(s);
	house_write(h, "head", head.data, head.len);
	assert_ok(house_try(h, "root"), h->err);
}

/* A head that cannot be written does not undo the commit that is on disk already; but there is no second one before it can. */
static void test_late(void **state)
{
	struct house *h = *state;
	struct store *s = house_open(h, "root");
	struct head_file *good = s->head;
	int64_t before = tick(h, s);

	assert_ok(head_open(&s->head, "/dev/full", s->id, false, &h->err), h->err);
	assert_ok(house_note(h, s, "test.note"), h->err);
	assert_int_equal(house_note(h, s, "test.note"), E_FULL);
	assert_int_equal(house_note(h, s, "test.note"), E_FULL);
	head_close(s->head);
	s->head = good;
	assert_int_equal(tick(h, s), before);
	assert_ok(house_note(h, s, "test.note"), h->err);
	assert_int_equal(tick(h, s), before + 2);
	store_close(s);
	assert_ok(house_try(h, "root"), h->err);
}

/* The same commit number acknowledged twice with different content: no third commit builds on that. */
static void test_two_histories(void **state)
{
	struct house *h = *state;
	struct store *s = house_open(h, "root");
	struct head other;
	int64_t n;

	assert_ok(house_note(h, s, "test.note"), h->err);
	assert_ok(head_read(s->head, s->vault, &other, &h->err), h->err);
	other.tick++;
	other.seq++;
	other.hash[0] ^= 1;
	assert_ok(head_advance(s->head, s->vault, &other, 0, &h->err), h->err);
	assert_ok(house_note(h, s, "test.note"), h->err); /* on disk before anybody could know */
	assert_int_equal(house_note(h, s, "test.note"), E_ROLLBACK);
	assert_int_equal(journal_verify(s, &n, &h->err), E_CHAIN);
	assert_non_null(strstr(h->err.msg, "acknowledged"));
	store_close(s);
	assert_int_equal(house_try(h, "root"), E_ROLLBACK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house_setup, house_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_moves_forward_only), TEST(test_belongs_to_one_store), TEST(test_other_history), TEST(test_lost_head),
		TEST(test_head_behind), TEST(test_late), TEST(test_two_histories),
	};

	return cmocka_run_group_tests_name("head", tests, NULL, NULL);
}
