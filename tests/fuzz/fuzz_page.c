/* Sealed pages. Input: a byte that says what the rest is: (0) bytes of a file to be opened under a key that never sealed them, (1) a page
 * to be sealed, opened again, and opened with one bit turned, (2) the same for a part of the log. */
#include <string.h>

#include "store/page.h"
#include "tests/fuzz/fuzz.h"

enum { AS_FILE, AS_PAGE, AS_PART, MODES };

static const uint8_t page_key[KEY_BYTES] = { 7, 7, 7 };

static size_t page_size(uint8_t byte)
{
	return (size_t)PAGE_SIZE_MIN << byte % 7;
}

static void open_file(const uint8_t *data, size_t n)
{
	static uint8_t sealed[PAGE_SIZE_MAX], plain[PAGE_SIZE_MAX];
	struct seal s;
	size_t size = 0;
	enum code code;

	seal_init(&s, page_key);
	code = page_identify(&s, &size, data, n);
	HOLDS(code == E_OK || code == E_NOTSTORE || code == E_KEY || code == E_SEALED);
	if (code)
		return;
	HOLDS(n >= PAGE_HEAD && size >= PAGE_SIZE_MIN && size <= PAGE_SIZE_MAX && !(size & (size - 1)));
	memset(sealed, 0, sizeof sealed);
	memcpy(sealed, data, n < size ? n : size);
	for (uint32_t number = 1; number <= 3; number++)
		HOLDS(!page_open(plain, sealed, size, number, &s));
}

/* Cuts or fills the input up to one page, and makes a first page of it where it should be one. */
static void shape_page(uint8_t *plain, const uint8_t *data, size_t n, size_t size, uint32_t number)
{
	memset(plain, 0, size);
	memcpy(plain, data, n < size - PAGE_EXTRA ? n : size - PAGE_EXTRA);
	if (number != 1)
		return;
	memcpy(plain, "SQLite format 3", 16);
	plain[16] = (uint8_t)(size == PAGE_SIZE_MAX ? 0 : size >> 8);
	plain[17] = size == PAGE_SIZE_MAX;
	plain[20] = PAGE_EXTRA;
	memset(plain + 72, 0, 20);
}

static void seal_page(const uint8_t *data, size_t n)
{
	static uint8_t plain[PAGE_SIZE_MAX], sealed[PAGE_SIZE_MAX], back[PAGE_SIZE_MAX];
	size_t size = page_size(data[0]), bit = (size_t)data[2] << 8 | data[3], told = 0;
	uint32_t number = data[1] % 3 + 1;
	struct seal s, found;

	seal_init(&s, page_key);
	memset(s.file_id, 0x5a, sizeof s.file_id);
	seal_init(&found, page_key);
	shape_page(plain, data + 4, n - 4, size, number);
	HOLDS(page_seal(sealed, plain, size, number, &s));
	HOLDS(page_open(back, sealed, size, number, &s) && !memcmp(back, plain, size));
	if (number == 1)
		HOLDS(page_identify(&found, &told, sealed, size) == E_OK && told == size && !memcmp(found.file_id, s.file_id, FILE_ID_BYTES));
	HOLDS(!page_open(back, sealed, size, number + 1, &s));
	sealed[bit % size] ^= (uint8_t)(1 << bit % 8);
	/* page 1: the constants at its beginning are not read back, but covered all the same */
	HOLDS(!page_open(back, sealed, size, number, &s));
	if (number == 1 && bit % size < 16)
		HOLDS(page_identify(&found, &told, sealed, size) == E_SEALED);
	plain[size - 1] = 1;
	HOLDS(!page_seal(sealed, plain, size, number, &s));
}

static void seal_part(const uint8_t *data, size_t n)
{
	size_t len = n - 3, bit = (size_t)data[0] << 8 | data[1];
	uint64_t at = data[2];
	uint8_t *sealed = malloc(len + PAGE_EXTRA), *back = malloc(len + 1);
	struct seal s;

	HOLDS(sealed && back);
	seal_init(&s, page_key);
	part_seal(sealed, data + 3, len, "head", at, &s);
	HOLDS(part_open(back, sealed, len, "head", at, &s) && !memcmp(back, data + 3, len));
	HOLDS(!part_open(back, sealed, len, "head", at + 1, &s));
	HOLDS(!part_open(back, sealed, len, "fram", at, &s));
	sealed[bit % (len + PAGE_EXTRA)] ^= (uint8_t)(1 << bit % 8);
	HOLDS(!part_open(back, sealed, len, "head", at, &s));
	free(sealed);
	free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err;

	if (size < 1)
		return 0;
	HOLDS(crypto_start(&err) == E_OK);
	if (data[0] % MODES == AS_FILE)
		open_file(data + 1, size - 1);
	else if (data[0] % MODES == AS_PAGE && size > 5)
		seal_page(data + 1, size - 1);
	else if (data[0] % MODES == AS_PART && size > 4)
		seal_part(data + 1, size - 1);
	return 0;
}
