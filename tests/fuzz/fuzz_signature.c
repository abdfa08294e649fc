/* What stands under a command: a signature or a proof. What is accepted is taken as it is, has the one length that its place in its batch asks
 * for, and is nobody's. */
#include <string.h>

#include "core/batch.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t sig[SIG_BYTES], key[KEY_BYTES] = { 0xd7, 0x5a, 0x98, 0x01 };
	AUTO(batch_freep) struct batch *b = batch_new();
	struct signature s, made;
	size_t count, index;

	if (signature_read(&s, data, size, NULL)) {
		HOLDS(!s.n && !signature_check(&s, data, size, key));
		return 0;
	}
	count = signature_count(&s, &index);
	HOLDS(s.n == size && size <= SIGNATURE_MAX && !memcmp(s.bytes, data, size));
	HOLDS(count >= 1 && count <= BATCH_MAX && index < count && (count == 1) == (size == SIG_BYTES));
	HOLDS(!signature_check(&s, data, size, key));
	for (size_t i = 0; i < count; i++)
		batch_add(b, &i, sizeof i);
	if (count > 1) {
		batch_prove(b, index, sig, &made);
		HOLDS(made.n == size && !memcmp(made.bytes + SIG_BYTES, data + SIG_BYTES, 4));
	}
	return 0;
}
