/* OFAC's three files, parted by the byte 0x1D. */
#include "tests/fuzz/listing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct list_file file[3];
	const char *at = (const char *)data, *end = at + size;

	for (size_t i = 0; i < 3; i++) {
		const char *cut = at < end ? memchr(at, 0x1d, (size_t)(end - at)) : NULL;

		file[i] = (struct list_file){ "LIST", at, (size_t)((cut && i < 2 ? cut : end) - at) };
		at = cut && i < 2 ? cut + 1 : end;
	}
	listing_holds(read_ofac, file, 3);
	return 0;
}
