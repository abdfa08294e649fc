/* What an operator can forge who got the vault key out of his own session, and may write every file: nothing that the next opening
 * takes for true. Roles and access come from the root operator's signature alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/session.h"
#include "tests/check.h"
#include "tests/house.h"

struct room {
	struct house h;
	struct slots slots;                /* the key slots, for a test to change */
	struct secret *vault;
};

static void read_slots(struct room *r)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	slots_release(&r->slots);
	house_read(&r->h, "keys", &text);
	assert_ok(slots_parse(&r->slots, text.data, text.len, &r->h.err), r->h.err);
}

static int setup(void **state)
{
	struct room *r = mem_alloc(sizeof *r);
	struct store *s;

	house_found(&r->h);
	house_add(&r->h, "lin", "reviewer");
	house_add(&r->h, "wang", "risk");
	s = house_open(&r->h, "lin");
	assert_ok(secret_new(&r->vault, KEY_BYTES, &r->h.err), r->h.err);
	memcpy(secret_bytes(r->vault), secret_peek(s->vault), KEY_BYTES);
	store_close(s);
	read_slots(r);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	struct room *r = *state;

	slots_release(&r->slots);
	secret_free(r->vault);
	house_remove(&r->h);
	free(r);
	return 0;
}

/* With the right mac, as whoever has the vault key can make it. */
static void put_slots(struct room *r)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	slots_write(&r->slots, r->vault, &text);
	house_write(&r->h, "keys", text.data, text.len);
}

/* One of the store's own settings, in the sealed file. */
static void put_stored(struct room *r, const char *key, struct value v)
{
	struct store *s = house_open(&r->h, "lin");

	assert_ok(session_meta_put(s, key, v, &r->h.err), r->h.err);
	store_close(s);
}

static void test_left_alone(void **state)
{
	struct room *r = *state;

	put_slots(r);
	assert_ok(house_try(&r->h, "lin"), r->h.err);
	r->slots.generation++; /* as after a crash between the file and the commit */
	put_slots(r);
	assert_ok(house_try(&r->h, "wang"), r->h.err);
}

static void test_disabled_comes_back(void **state)
{
	struct room *r = *state;
	struct store *s = house_open(&r->h, "root");

	assert_ok(store_operator_disable(s, "lin", &r->h.err), r->h.err);
	store_close(s);
	r->slots.generation += 5; /* the slots from before, as if they were newer */
	put_slots(r);
	assert_int_equal(house_try(&r->h, "lin"), E_SIGNATURE);
	assert_int_equal(house_try(&r->h, "root"), E_SIGNATURE);
}

static void test_operator_left_out(void **state)
{
	struct room *r = *state;

	assert_string_equal(r->slots.slot[2].cert.name, "wang");
	r->slots.n = 2;
	r->slots.generation++;
	put_slots(r);
	assert_int_equal(house_try(&r->h, "lin"), E_SIGNATURE);
}

/* The same generation with other content: here another passphrase for an operator. */
static void test_same_generation(void **state)
{
	struct room *r = *state;
	AUTO(secret_freep) struct secret *pass = house_secret("SPECIMEN other");
	struct store *s = house_open(&r->h, "lin");

	assert_ok(slots_wrap(&r->slots, slots_find(&r->slots, "lin"), s->seed, pass, kdf_minimum(), &r->h.err), r->h.err);
	store_close(s);
	put_slots(r);
	assert_int_equal(house_try(&r->h, "root"), E_SIGNATURE);
}

/* An operator who would sign with another key than the certified one. */
static void test_other_seed(void **state)
{
	struct room *r = *state;
	AUTO(secret_freep) struct secret *pass = house_pass("lin"), *seed = NULL;

	assert_ok(secret_new(&seed, KEY_BYTES, &r->h.err), r->h.err);
	assert_ok(slots_wrap(&r->slots, slots_find(&r->slots, "lin"), seed, pass, kdf_minimum(), &r->h.err), r->h.err);
	put_slots(r);
	assert_int_equal(house_try(&r->h, "lin"), E_SIGNATURE);
	assert_non_null(strstr(r->h.err.msg, "joined"));
}

static void test_identity(void **state)
{
	struct room *r = *state;
	const uint8_t root[KEY_BYTES] = { 1 };

	put_stored(r, "store.root", value_blob(root, sizeof root));
	assert_int_equal(house_try(&r->h, "lin"), E_SIGNATURE);
	assert_int_equal(house_try(&r->h, "root"), E_SIGNATURE);
}

static void test_other_name(void **state)
{
	struct room *r = *state;

	put_stored(r, "store.id", value_text("00112233445566778899aabbccddeeff"));
	assert_int_equal(house_try(&r->h, "root"), E_SIGNATURE);
}

/* The slots of an organisation of his own, over the same vault key. */
static void test_other_organisation(void **state)
{
	struct room *r = *state;
	AUTO(slots_release) struct slots own = SLOTS_INIT;
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct house other;
	struct store *s;

	house_found(&other);
	house_read(&other, "keys", &text);
	assert_ok(slots_parse(&own, text.data, text.len, &r->h.err), r->h.err);
	s = house_open(&other, "root");
	assert_ok(slots_set_vault(&own, r->vault, s->seed, &r->h.err), r->h.err);
	store_close(s);
	house_remove(&other);
	buf_clear(&text);
	slots_write(&own, r->vault, &text);
	put_stored(r, "store.keys", value_blob(text.data, text.len));
	assert_int_equal(house_try(&r->h, "root"), E_SIGNATURE);
	assert_non_null(strstr(r->h.err.msg, "another root key"));
}

/* A change that was refused at the last moment has not happened, nor does it at the next opening. */
static void test_refused_change(void **state)
{
	struct room *r = *state;
	AUTO(secret_freep) struct secret *pass = house_pass("chen");
	AUTO(buf_release) struct buf before = BUF_INIT, after = BUF_INIT;
	struct store *s = house_open(&r->h, "root");
	char path[160], away[160];

	house_read(&r->h, "keys", &before);
	house_path(&r->h, "paydesk.db", path, sizeof path);
	house_path(&r->h, "away.db", away, sizeof away);
	assert_int_equal(rename(path, away), 0);
	assert_int_equal(store_operator_add(s, "chen", "reviewer", pass, &r->h.err), E_IO);
	assert_int_equal(store_operator_disable(s, "wang", &r->h.err), E_IO);
	assert_int_equal(rename(away, path), 0);
	store_close(s);
	house_read(&r->h, "keys", &after);
	assert_string_equal(after.data, before.data);
	assert_int_equal(house_try(&r->h, "chen"), E_PASSPHRASE);
	assert_ok(house_try(&r->h, "wang"), r->h.err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_left_alone), TEST(test_disabled_comes_back), TEST(test_operator_left_out), TEST(test_same_generation),
		TEST(test_other_seed), TEST(test_identity), TEST(test_other_name), TEST(test_other_organisation), TEST(test_refused_change),
	};

	return cmocka_run_group_tests_name("insider", tests, NULL, NULL);
}
