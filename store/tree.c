#include "store/tree.h"

enum { LEAF = 0x00, NODE = 0x01 };

void tree_leaf(uint8_t out[KEY_BYTES], const void *data, size_t n)
{
	static const uint8_t prefix = LEAF;
	struct digest_state d;

	digest_start(&d);
	digest_add(&d, &prefix, 1);
	digest_add(&d, data, n);
	digest_end(&d, out);
}

void tree_node(uint8_t out[KEY_BYTES], const uint8_t left[KEY_BYTES], const uint8_t right[KEY_BYTES])
{
	static const uint8_t prefix = NODE;
	struct digest_state d;

	digest_start(&d);
	digest_add(&d, &prefix, 1);
	digest_add(&d, left, KEY_BYTES);
	digest_add(&d, right, KEY_BYTES);
	digest_end(&d, out);
}

/* Whether the node at index i of a row of n has one beside it. */
static bool paired(uint64_t i, uint64_t n)
{
	return (i ^ 1) < n;
}

size_t tree_steps(uint64_t i, uint64_t n)
{
	size_t k = 0;

	for (; n > 1; i /= 2, n = n / 2 + n % 2)
		k += paired(i, n);
	return k;
}

/* Section 2.1.3.2. */
void tree_climb(uint8_t root[KEY_BYTES], uint64_t i, uint64_t n, const uint8_t (*path)[KEY_BYTES])
{
	for (; n > 1; i /= 2, n = n / 2 + n % 2) {
		if (!paired(i, n))
			continue;
		if (i % 2)
			tree_node(root, *path, root);
		else
			tree_node(root, root, *path);
		path++;
	}
}
