/* A list over more payments than anybody counts or sorts: it opens, ends, is filtered and sorted, or says why not. */
#include <string.h>

#include "tests/check.h"
#include "tests/house.h"
#include "tests/payments.h"
#include "tui/list.h"

enum { PAYMENTS = 50500, BATCH = 10000, HEIGHT = 20, COLUMNS = 120 };

static struct {
	struct house house;
	struct store *store;
	struct desk *desk;
	struct list *list;
	struct err err;
} room;

static int setup(void **state)
{
	(void)state;
	house_found(&room.house);
	house_add(&room.house, "lin", "reviewer,risk");
	room.store = house_open(&room.house, "lin");
	assert_ok(desk_open(&room.desk, room.store, &room.err), room.err);
	for (int64_t i = 0; i < PAYMENTS; i += BATCH)
		payments_put(desk_db(room.desk), i, i + BATCH < PAYMENTS ? i + BATCH : PAYMENTS, PAYMENTS, room.house.clock);
	room.list = list_new(record_find("transaction"));
	list_height(room.list, HEIGHT);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	list_free(room.list);
	desk_free(room.desk);
	store_close(room.store);
	house_remove(&room.house);
	return 0;
}

static void filter(const char *text)
{
	assert_ok(list_filter(room.list, room.desk, text, NULL, NULL, &room.err), room.err);
}

static int64_t counted(bool whole)
{
	bool is;
	int64_t n = list_count(room.list, &is);

	assert_int_equal(is, whole);
	return n;
}

static void counts_what_is_worth_counting(void **state)
{
	(void)state;
	filter("");
	assert_in_range((uint64_t)counted(false), 1, 10000);
	filter("SPECIMEN-50500");
	assert_int_equal(counted(true), 1);
	filter("T00000005049");
	assert_int_equal(counted(true), 10);
	filter("nothing");
	assert_int_equal(counted(true), 0);
	assert_null(list_current(room.list));
}

static void a_screen_that_grows_is_filled(void **state)
{
	(void)state;
	filter("");
	assert_true(list_height(room.list, HEIGHT));
	assert_false(list_height(room.list, HEIGHT * 5));
	assert_ok(list_refresh(room.list, room.desk, &room.err), room.err);
	assert_true(list_height(room.list, HEIGHT * 5));
	assert_true(list_height(room.list, HEIGHT));
	assert_ok(list_end(room.list, room.desk, true, &room.err), room.err);
	assert_true(list_height(room.list, 1));
	assert_true(list_height(room.list, HEIGHT));
}

static void moves_from_one_end_to_the_other(void **state)
{
	(void)state;
	filter("");
	assert_string_equal(item_id(list_current(room.list)), "T000000050500");
	assert_ok(list_end(room.list, room.desk, true, &room.err), room.err);
	assert_string_equal(item_id(list_current(room.list)), "T000000000001");
	assert_ok(list_move(room.list, room.desk, -100, &room.err), room.err);
	assert_string_equal(item_id(list_current(room.list)), "T000000000101");
}

static void sorts_where_an_index_or_few_rows_allow_it(void **state)
{
	(void)state;
	filter("sort:id");
	assert_string_equal(item_id(list_current(room.list)), "T000000000001");
	assert_int_equal(list_filter(room.list, room.desk, "sort:fee", NULL, NULL, &room.err), E_USAGE);
	assert_string_equal(list_filter_text(room.list), "sort:id"); /* the old list stays */
	filter("state:failed sort:fee");
	assert_int_not_equal(counted(true), 0);
}

/* Keys go from one column to the next that can be sorted by, and round again. */
static void a_key_passes_over_what_cannot_be_sorted(void **state)
{
	bool back = false;

	(void)state;
	filter("");
	for (int i = 0; i < 20 && !back; i++) {
		assert_ok(list_sort(room.list, room.desk, 1, COLUMNS, &room.err), room.err);
		assert_null(strstr(list_filter_text(room.list), "amount"));
		back = i > 0 && strstr(list_filter_text(room.list), "occurred_at") != NULL;
	}
	assert_true(back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_what_is_worth_counting),
		cmocka_unit_test(a_screen_that_grows_is_filled),
		cmocka_unit_test(moves_from_one_end_to_the_other),
		cmocka_unit_test(sorts_where_an_index_or_few_rows_allow_it),
		cmocka_unit_test(a_key_passes_over_what_cannot_be_sorted),
	};
	return cmocka_run_group_tests_name("list", tests, setup, teardown);
}
