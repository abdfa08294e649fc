/* Trees of digests: RFC 9162, section 2.1, with BLAKE2b-256, so a leaf is hashed behind a byte 0x00 and a node behind 0x01, and neither can pass
 * for the other. A row of n nodes has (n + 1) / 2 above it; the last of an odd row goes up as it is. */
#ifndef STORE_TREE_H
#define STORE_TREE_H

#include <stdbool.h>

#include "store/crypto.h"

void tree_leaf(uint8_t out[KEY_BYTES], const void *data, size_t n);
void tree_node(uint8_t out[KEY_BYTES], const uint8_t left[KEY_BYTES], const uint8_t right[KEY_BYTES]); /* out may be either */
/* How many steps the path has from the leaf at index up to the root of a tree of n leaves. */
size_t tree_steps(uint64_t index, uint64_t n);
/* The root to which a path of tree_steps(index, n) digests leads from this leaf (in root), the nearest first. */
void tree_climb(uint8_t root[KEY_BYTES], uint64_t index, uint64_t n, const uint8_t (*path)[KEY_BYTES]);

#endif
