/* Chance that can be repeated: what a fill is made of. Never for keys. */
#ifndef SYNC_PAYCORE_CHANCE_H
#define SYNC_PAYCORE_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "store/mem.h"

struct chance { uint64_t state; };                                     /* begin with any seed */
uint64_t chance_draw(struct chance *c);
int64_t chance_between(struct chance *c, int64_t low, int64_t high);   /* both included; low <= high */
bool chance_percent(struct chance *c, int percent);
#define CHANCE_PICK(c, array) (&(array)[chance_between(c, 0, (int64_t)COUNT(array) - 1)])

#endif
