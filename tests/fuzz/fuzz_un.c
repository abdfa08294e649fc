/* The UN Security Council list, XML. */
#include "tests/fuzz/listing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	listing_holds(read_un, &(struct list_file){ "LIST", (const char *)data, size }, 1);
	return 0;
}
