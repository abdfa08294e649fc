#include "sync/paycore/chance.h"

/* SplitMix64 (Steele, Lea, Flood, 2014). */
uint64_t chance_draw(struct chance *c)
{
	uint64_t z = c->state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

int64_t chance_between(struct chance *c, int64_t low, int64_t high)
{
	return low + (int64_t)(chance_draw(c) % (uint64_t)(high - low + 1));
}

bool chance_percent(struct chance *c, int percent)
{
	return chance_between(c, 1, 100) <= percent;
}
