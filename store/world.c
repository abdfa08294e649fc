#include "store/world.h"

#include <string.h>
#include <time.h>

#include "store/crypto.h"

static int64_t real_now(void *ctx)
{
	(void)ctx;
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void real_random(void *ctx, void *out, size_t n)
{
	(void)ctx;
	crypto_random(out, n);
}

const struct world *world_real(void)
{
	static const struct world world = { real_now, real_random, NULL };
	return &world;
}

void world_uuid(const struct world *w, char out[37])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t id[16];
	uint64_t ms = (uint64_t)world_now(w);
	w->random(w->ctx, id + 6, sizeof id - 6);
	for (size_t i = 0; i < 6; i++)
		id[i] = (uint8_t)(ms >> (40 - 8 * i));
	id[6] = (uint8_t)(0x70 | (id[6] & 0x0f)); /* version 7 */
	id[8] = (uint8_t)(0x80 | (id[8] & 0x3f)); /* variant 10 */
	size_t at = 0;
	for (size_t i = 0; i < sizeof id; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[at++] = '-';
		out[at++] = digits[id[i] >> 4];
		out[at++] = digits[id[i] & 15];
	}
	out[at] = '\0';
}
