/* A watch list of the house, CSV. */
#include "tests/fuzz/listing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	listing_holds(read_house, &(struct list_file){ "LIST", (const char *)data, size }, 1);
	return 0;
}
