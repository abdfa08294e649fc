/* A sealed PDF that somebody sends, and the certificate beside it (before the first NUL). It is never taken for one that was sealed over this
 * document, and what is sealed here of it, if anything can be, is. */
#include <string.h>

#include "core/contract/seal.h"
#include "store/crypto.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct buf key = BUF_INIT, cert = BUF_INIT;
	AUTO(buf_release) struct buf all = BUF_INIT, file = BUF_INIT, hex = BUF_INIT;
	const uint8_t *nul = memchr(data, 0, size);
	const char *pem;
	size_t from = nul ? (size_t)(nul - data) + 1 : size;

	if (!cert.len)
		HOLDS(crypto_start(NULL) == E_OK && seal_new(&key, &cert, "SPECIMEN", 1763700000000, NULL) == E_OK);
	buf_add(&all, data, size);
	pem = all.data;
	seal_fingerprint(&hex, pem, NULL);
	if (from >= size)
		return 0;
	HOLDS(seal_check(all.data + from, size - from, "%PDF-1.5", 8, pem, 1763700000000, NULL) != E_OK);
	HOLDS(seal_check(all.data + from, size - from, all.data + from, (size - from) / 2, cert.data, 1763700000000, NULL) != E_OK);
	if (!seal_pdf(&file, all.data + from, size - from, key.data, cert.data, 1763700000000, NULL))
		HOLDS(seal_check(file.data, file.len, all.data + from, size - from, cert.data, 1763700000000, NULL) == E_OK);
	return 0;
}
