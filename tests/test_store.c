/* Stores: made, opened, shared, and what their head notices. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/journal.h"
#include "store/session.h"
#include "tests/check.h"
#include "tests/house.h"

static int setup(void **state)
{
	struct house *h = mem_alloc(sizeof *h);

	house_found(h);
	*state = h;
	return 0;
}

static int teardown(void **state)
{
	house_remove(*state);
	free(*state);
	return 0;
}

static void note(struct house *h, struct store *s, const char *verb)
{
	AUTO(tx_end) struct tx tx = { 0 };

	assert_ok(tx_begin(&tx, store_db(s), &h->err), h->err);
	assert_ok(journal_append(s, verb, "merchant", "m-1", "{}", 2, &h->err), h->err);
	assert_ok(tx_commit(&tx, &h->err), h->err);
}

static void test_create_and_open(void **state)
{
	struct house *h = *state;
	AUTO(secret_freep) struct secret *pass = house_pass("root");
	AUTO(store_closep) struct store *s = NULL;
	int64_t entries;

	assert_true(store_exists(h->home));
	assert_int_equal(store_create(&h->config, "root", "admin", pass, &h->err), E_EXISTS);
	assert_ok(store_open(&s, &h->config, "root", pass, false, &h->err), h->err);
	assert_true(store_is_root(s));
	assert_string_equal(store_who(s)->name, "root");
	assert_string_equal(store_who(s)->roles, "admin,reviewer");
	assert_int_equal(strlen(store_id(s)), 32);
	note(h, s, "test.note");
	assert_ok(journal_verify(s, &entries, &h->err), h->err);
	assert_int_equal(entries, 3); /* create, login, note */
}

static void test_operators(void **state)
{
	struct house *h = *state;
	AUTO(secret_freep) struct secret *pass = house_pass("lin");
	struct store *s;
	struct cert *all;
	size_t n;

	assert_int_equal(house_try(h, "lin"), E_PASSPHRASE);
	house_add(h, "lin", "reviewer");
	s = house_open(h, "lin");
	assert_false(store_is_root(s));
	assert_int_equal(store_operator_add(s, "wang", "admin", pass, &h->err), E_DENIED);
	note(h, s, "test.note");
	assert_ok(store_operators(s, &all, &n, &h->err), h->err);
	assert_int_equal(n, 2);
	assert_non_null(store_operator_find(all, n, store_who(s)->id));
	free(all);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_create_and_open, setup, teardown),
		cmocka_unit_test_setup_teardown(test_operators, setup, teardown),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
