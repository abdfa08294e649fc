/* The way up that a picture claims: one of eight, from the first entry that says so, whatever else stands there. */
#include "tests/fuzz/fuzz.h"
#include "tui/picture/orientation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int is = orientation_of(data, size);

	HOLDS(is >= ORIENTATION_UPRIGHT && is <= ORIENTATION_MOST);
	if (is != ORIENTATION_UPRIGHT) {
		HOLDS(size >= 22 && data[0] == data[1] && (data[0] == 'I' || data[0] == 'M'));
		HOLDS(orientation_of(data, 21) == ORIENTATION_UPRIGHT);
	}
	return 0;
}
