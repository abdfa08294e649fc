/* The form of sealed pages: pure functions, so anything can be thrown at them. */
#include <stdlib.h>
#include <string.h>

#include "store/mem.h"
#include "store/page.h"
#include "tests/check.h"

enum { SIZE = 1024 };
static const uint8_t key[KEY_BYTES] = { 1, 2, 3 }, other_key[KEY_BYTES] = { 1, 2, 4 };

static void make_seal(struct seal *s, const uint8_t *k, uint8_t file)
{
	seal_init(s, k);
	memset(s->file_id, file, sizeof s->file_id);
}

static void make_page(uint8_t page[SIZE], uint32_t number)
{
	for (size_t i = 0; i < SIZE; i++)
		page[i] = (uint8_t)(i * 7 + number);
	memset(page + SIZE - PAGE_EXTRA, 0, PAGE_EXTRA);
	if (number != 1)
		return;
	memcpy(page, "SQLite format 3", 16);
	memcpy(page + 16, "\x04\x00\x02\x02\x28\x40\x20\x20", 8); /* 1024 bytes, WAL, 40 reserved */
	memset(page + 72, 0, 20);
}

static void pages_come_back(void **state)
{
	uint8_t plain[SIZE], sealed[SIZE], again[SIZE], back[SIZE];
	struct seal s;
	(void)state;
	make_seal(&s, key, 9);
	for (uint32_t number = 1; number < 4; number++) {
		make_page(plain, number);
		assert_true(page_seal(sealed, plain, SIZE, number, &s));
		assert_true(page_open(back, sealed, SIZE, number, &s));
		assert_memory_equal(back, plain, SIZE);
		memcpy(again, plain, SIZE); /* in place as well */
		assert_true(page_seal(again, again, SIZE, number, &s));
		assert_memory_not_equal(again + PAGE_HEAD, sealed + PAGE_HEAD, SIZE - PAGE_HEAD); /* never the same twice */
		assert_true(page_open(again, again, SIZE, number, &s));
		assert_memory_equal(again, plain, SIZE);
	}
}

static void every_bit_counts(void **state)
{
	uint8_t plain[SIZE], sealed[SIZE], back[SIZE];
	struct seal s;
	(void)state;
	make_seal(&s, key, 9);
	for (uint32_t number = 1; number < 3; number++) {
		make_page(plain, number);
		assert_true(page_seal(sealed, plain, SIZE, number, &s));
		for (size_t i = 0; i < SIZE * 8; i++) {
			sealed[i / 8] ^= (uint8_t)(1 << i % 8);
			assert_false(page_open(back, sealed, SIZE, number, &s));
			sealed[i / 8] ^= (uint8_t)(1 << i % 8);
		}
	}
}

static void a_page_belongs_to_its_place_file_and_key(void **state)
{
	uint8_t plain[SIZE], sealed[SIZE], back[SIZE];
	struct seal s, other_file, stranger;
	(void)state;
	make_seal(&s, key, 9);
	make_seal(&other_file, key, 8);
	make_seal(&stranger, other_key, 9);
	make_page(plain, 5);
	assert_true(page_seal(sealed, plain, SIZE, 5, &s));
	assert_false(page_open(back, sealed, SIZE, 6, &s));
	assert_false(page_open(back, sealed, SIZE, 5 + (1U << 31), &s));
	assert_false(page_open(back, sealed, SIZE, 5, &other_file));
	assert_false(page_open(back, sealed, SIZE, 5, &stranger));
	assert_false(page_open(back, sealed, SIZE / 2, 5, &s));
}

static void what_cannot_be_sealed_is_refused(void **state)
{
	uint8_t plain[SIZE], sealed[SIZE];
	struct seal s;
	(void)state;
	make_seal(&s, key, 9);
	for (size_t i = SIZE - PAGE_EXTRA; i < SIZE; i++) { /* a page that uses the reserved bytes would lose them */
		make_page(plain, 2);
		plain[i] = 1;
		assert_false(page_seal(sealed, plain, SIZE, 2, &s));
	}
	static const size_t fixed[] = { 0, 15, 16, 17, 20, 72, 91 };
	for (size_t i = 0; i < COUNT(fixed); i++) {
		make_page(plain, 1);
		plain[fixed[i]] ^= 1;
		assert_false(page_seal(sealed, plain, SIZE, 1, &s));
	}
}

static void a_head_tells_what_is_wrong(void **state)
{
	uint8_t plain[SIZE], sealed[SIZE], back[SIZE];
	struct seal s, reader, stranger;
	size_t size;
	(void)state;
	make_seal(&s, key, 9);
	make_page(plain, 1);
	assert_true(page_seal(sealed, plain, SIZE, 1, &s));
	seal_init(&reader, key);
	assert_int_equal(page_identify(&reader, &size, sealed, SIZE), E_OK);
	assert_int_equal(size, SIZE);
	assert_memory_equal(reader.file_id, s.file_id, FILE_ID_BYTES);
	seal_init(&stranger, other_key);
	assert_int_equal(page_identify(&stranger, &size, sealed, SIZE), E_KEY);
	assert_int_equal(page_identify(&reader, &size, plain, SIZE), E_NOTSTORE);
	assert_int_equal(page_identify(&reader, &size, sealed, 20), E_SEALED);
	assert_int_equal(page_identify(&reader, &size, sealed, 3), E_NOTSTORE);
	assert_int_equal(page_identify(&reader, &size, NULL, 0), E_NOTSTORE);
	for (size_t i = 0; i < PAGE_HEAD * 8; i++) { /* one bit in the head is damage: not another file, not another key */
		sealed[i / 8] ^= (uint8_t)(1 << i % 8);
		enum code code = page_identify(&reader, &size, sealed, SIZE);
		if (code == E_OK)
			assert_false(size == SIZE && page_open(back, sealed, SIZE, 1, &reader));
		else
			assert_int_equal(code, E_SEALED);
		sealed[i / 8] ^= (uint8_t)(1 << i % 8);
	}
}

static void noise_opens_nothing(void **state)
{
	uint8_t *noise = mem_alloc(PAGE_SIZE_MAX), *out = mem_alloc(PAGE_SIZE_MAX);
	struct seal s;
	size_t size = 0;
	(void)state;
	make_seal(&s, key, 9);
	for (int i = 0; i < 300; i++) {
		size_t n = (size_t)PAGE_SIZE_MIN << i % 7;
		crypto_random(noise, PAGE_SIZE_MAX);
		if (i % 2)
			memcpy(noise, "paydesk1", 8);
		if (i % 3)
			memcpy(noise + 8, s.check, sizeof s.check);
		page_identify(&s, &size, noise, (size_t)i * 31);
		page_identify(&s, &size, noise, PAGE_SIZE_MAX);
		assert_false(page_open(out, noise, n, (uint32_t)(i % 2 + 1), &s));
		assert_false(part_open(out, noise, 24, "fram", (uint64_t)i, &s));
	}
	free(noise);
	free(out);
}

static void parts_belong_to_their_place(void **state)
{
	uint8_t sealed[24 + PAGE_EXTRA], back[24];
	struct seal s, other_file;
	(void)state;
	make_seal(&s, key, 9);
	make_seal(&other_file, key, 8);
	part_seal(sealed, (const uint8_t *)"twenty-four bytes, look!", 24, "fram", 7, &s);
	assert_true(part_open(back, sealed, 24, "fram", 7, &s));
	assert_memory_equal(back, "twenty-four bytes, look!", 24);
	assert_false(part_open(back, sealed, 24, "fram", 8, &s));
	assert_false(part_open(back, sealed, 24, "logh", 7, &s));
	assert_false(part_open(back, sealed, 24, "fram", 7, &other_file));
	for (size_t i = 0; i < sizeof sealed * 8; i++) {
		sealed[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_false(part_open(back, sealed, 24, "fram", 7, &s));
		sealed[i / 8] ^= (uint8_t)(1 << i % 8);
	}
}

static int start(void **state)
{
	(void)state;
	return crypto_start(NULL) == E_OK ? 0 : 1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_come_back),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(a_page_belongs_to_its_place_file_and_key),
		cmocka_unit_test(what_cannot_be_sealed_is_refused),
		cmocka_unit_test(a_head_tells_what_is_wrong),
		cmocka_unit_test(noise_opens_nothing),
		cmocka_unit_test(parts_belong_to_their_place),
	};
	return cmocka_run_group_tests_name("page", tests, start, NULL);
}
