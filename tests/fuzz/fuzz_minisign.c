/* A signature, or a public key, in minisign's form. Nobody else's signature verifies; what is read as a key is written again as it was. */
#include <string.h>

#include "core/minisign.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t prehash[PREHASH_BYTES] = { 1 }, nobody[KEY_BYTES] = { 0xd7, 0x5a, 0x98, 0x01 };
	AUTO(buf_release) struct buf again = BUF_INIT;
	char trusted[TRUSTED_MAX + 1];
	uint8_t key[KEY_BYTES], same[KEY_BYTES];

	HOLDS(minisign_check((const char *)data, size, prehash, nobody, trusted, NULL) != E_OK);
	if (minisign_key_read(key, (const char *)data, size, NULL))
		return 0;
	HOLDS(minisign_check((const char *)data, size, prehash, key, trusted, NULL) != E_OK); /* a key is no signature */
	minisign_key_file(&again, "", key);
	HOLDS(minisign_key_read(same, again.data, again.len, NULL) == E_OK && !memcmp(key, same, KEY_BYTES));
	return 0;
}
