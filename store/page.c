#include "store/page.h"

#include <string.h>

#include "store/bytes.h"

static const char magic[8] = "paydesk1", sqlite_magic[16] = "SQLite format 3";

enum { AD_BYTES = 4 + 8 + FILE_ID_BYTES, MOVED_FROM = 24, MOVED_BYTES = 48, UNUSED_AT = 72, UNUSED_BYTES = 20, SIZE_AT = 16, RESERVE_AT = 20 };
_Static_assert(PAGE_HEAD + MOVED_BYTES == UNUSED_AT + UNUSED_BYTES, "behind its head page 1 stays in place");

void seal_key(uint8_t page_key[KEY_BYTES], const uint8_t vault_key[KEY_BYTES])
{
	key_derive(page_key, vault_key, "pd pages", 1);
}

void seal_init(struct seal *s, const uint8_t page_key[KEY_BYTES])
{
	uint8_t check[KEY_BYTES];
	memset(s, 0, sizeof *s);
	s->key = page_key;
	key_derive(check, page_key, "pd check", 1);
	memcpy(s->check, check, sizeof s->check);
}

/* ---- what a tag covers besides the cipher ---- */

static void put_ad(uint8_t ad[AD_BYTES], const char role[5], uint64_t at, const struct seal *s)
{
	memcpy(ad, role, 4);
	for (size_t i = 0; i < 8; i++)
		ad[4 + i] = (uint8_t)(at >> (8 * i));
	memcpy(ad + 12, s->file_id, FILE_ID_BYTES);
}

/* Returns how many bytes of ad count. */
static size_t page_ad(uint8_t ad[AD_BYTES + PAGE_HEAD], const uint8_t *sealed, uint32_t number, const struct seal *s)
{
	put_ad(ad, "page", number, s);
	if (number != 1)
		return AD_BYTES;
	memcpy(ad + AD_BYTES, sealed, PAGE_HEAD);
	return AD_BYTES + PAGE_HEAD;
}

/* ---- the head of page 1 ---- */

/* SQLite's page size field: 0 if it holds no size that we take. */
static size_t size_field(const uint8_t *page)
{
	size_t size = (size_t)page[SIZE_AT] << 8 | page[SIZE_AT + 1];
	if (size == 1)
		size = PAGE_SIZE_MAX;
	return size >= PAGE_SIZE_MIN && (size & (size - 1)) == 0 ? size : 0;
}

static bool head_put(uint8_t *sealed, const uint8_t *plain, size_t size, const struct seal *s)
{
	if (memcmp(plain, sqlite_magic, sizeof sqlite_magic) != 0 || size_field(plain) != size || plain[RESERVE_AT] != PAGE_EXTRA ||
	    !all_zero(plain + UNUSED_AT, UNUSED_BYTES))
		return false;
	memmove(sealed + PAGE_HEAD, plain + MOVED_FROM, MOVED_BYTES);
	memmove(sealed + SIZE_AT, plain + SIZE_AT, 8);
	memcpy(sealed, magic, sizeof magic);
	memcpy(sealed + 8, s->check, KEY_CHECK_BYTES);
	memcpy(sealed + 24, s->file_id, FILE_ID_BYTES);
	memset(sealed + 40, 0, 4);
	return true;
}

static void head_restore(uint8_t *plain, const uint8_t clear[8])
{
	memmove(plain + MOVED_FROM, plain + PAGE_HEAD, MOVED_BYTES);
	memset(plain + UNUSED_AT, 0, UNUSED_BYTES);
	memcpy(plain, sqlite_magic, sizeof sqlite_magic);
	memcpy(plain + SIZE_AT, clear, 8);
}

/* Does page 1 open once magic and key check are what they should be? Then the key is right and the head was damaged. */
static bool opens_when_mended(const struct seal *s, const uint8_t *bytes, size_t size)
{
	uint8_t page[PAGE_SIZE_MAX];
	memcpy(page, bytes, size);
	memcpy(page, magic, sizeof magic);
	memcpy(page + 8, s->check, KEY_CHECK_BYTES);
	bool opens = page_open(page, page, size, 1, s);
	crypto_wipe(page, size);
	return opens;
}

enum code page_identify(struct seal *s, size_t *size, const uint8_t *bytes, size_t n)
{
	if (n < PAGE_HEAD)
		return n >= sizeof magic && memcmp(bytes, magic, sizeof magic) == 0 ? E_SEALED : E_NOTSTORE;
	memcpy(s->file_id, bytes + 24, FILE_ID_BYTES);
	*size = size_field(bytes);
	bool ours = memcmp(bytes, magic, sizeof magic) == 0, fits = crypto_equal(bytes + 8, s->check, KEY_CHECK_BYTES);
	if (ours && fits)
		return *size ? E_OK : E_SEALED;
	if (*size && *size <= n && opens_when_mended(s, bytes, *size))
		return E_SEALED;
	return ours ? E_KEY : E_NOTSTORE;
}

/* ---- pages ---- */

bool page_seal(uint8_t *sealed, const uint8_t *plain, size_t size, uint32_t number, const struct seal *s)
{
	uint8_t ad[AD_BYTES + PAGE_HEAD];
	size_t body = size - PAGE_EXTRA, from = number == 1 ? PAGE_HEAD : 0;
	uint8_t *nonce = sealed + body;
	if (!all_zero(plain + body, PAGE_EXTRA))
		return false;
	if (number == 1) {
		if (sealed != plain)
			memcpy(sealed, plain, size);
		if (!head_put(sealed, plain, size, s))
			return false;
		plain = sealed;
	}
	crypto_random(nonce, NONCE_BYTES);
	aead_seal(sealed + from, nonce + NONCE_BYTES, plain + from, body - from, ad, page_ad(ad, sealed, number, s), nonce, s->key);
	return true;
}

bool page_open(uint8_t *plain, const uint8_t *sealed, size_t size, uint32_t number, const struct seal *s)
{
	uint8_t ad[AD_BYTES + PAGE_HEAD], clear[8];
	size_t body = size - PAGE_EXTRA, from = number == 1 ? PAGE_HEAD : 0;
	const uint8_t *nonce = sealed + body;
	memcpy(clear, sealed + SIZE_AT, sizeof clear);
	if (!aead_open(plain + from, sealed + from, body - from, nonce + NONCE_BYTES, ad, page_ad(ad, sealed, number, s), nonce, s->key))
		return false;
	if (number == 1)
		head_restore(plain, clear);
	/* SQLite's checksums in the log cover these bytes. Were nonce and tag left in them, recovery would quietly drop every
	 * commit that is only in the log. */
	memset(plain + body, 0, PAGE_EXTRA);
	return true;
}

bool page_clear_head(uint8_t out[100], const uint8_t *sealed, size_t size)
{
	if (memcmp(sealed, magic, sizeof magic) != 0 || size_field(sealed) != size || sealed[RESERVE_AT] != PAGE_EXTRA)
		return false;
	memset(out, 0, 100);
	memcpy(out, sqlite_magic, sizeof sqlite_magic);
	memcpy(out + SIZE_AT, sealed + SIZE_AT, 8);
	return true;
}

/* ---- parts of the log ---- */

void part_seal(uint8_t *out, const uint8_t *plain, size_t n, const char role[5], uint64_t at, const struct seal *s)
{
	uint8_t ad[AD_BYTES];
	put_ad(ad, role, at, s);
	crypto_random(out + n, NONCE_BYTES);
	aead_seal(out, out + n + NONCE_BYTES, plain, n, ad, sizeof ad, out + n, s->key);
}

bool part_open(uint8_t *plain, const uint8_t *sealed, size_t n, const char role[5], uint64_t at, const struct seal *s)
{
	uint8_t ad[AD_BYTES];
	put_ad(ad, role, at, s);
	return aead_open(plain, sealed, n, sealed + n + NONCE_BYTES, ad, sizeof ad, sealed + n, s->key);
}
