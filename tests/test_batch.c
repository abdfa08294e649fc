/* One signature over many commands: the tree against the standard's own definition, and proofs that prove something else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/batch.h"
#include "tests/check.h"

enum { MOST = 130, LEAF_MAX = 80 };
enum { AT_COUNT = SIG_BYTES, AT_INDEX = AT_COUNT + 2, AT_PATH = AT_INDEX + 2 };

static const uint8_t seed[KEY_BYTES] = { 7, 7, 7 };

static size_t leaf(char out[LEAF_MAX], size_t i)
{
	return (size_t)snprintf(out, LEAF_MAX, "command %zu", i);
}

/* ---- RFC 9162, sections 2.1.1 and 2.1.3.1, as they are written: by halves, where the code goes by rows ---- */
static size_t split(size_t n)
{
	size_t k = 1;

	while (k * 2 < n)
		k *= 2;
	return k;
}

static void tree_hash(uint8_t out[KEY_BYTES], size_t from, size_t n)
{
	uint8_t bytes[1 + 2 * KEY_BYTES] = { 1 };
	char text[LEAF_MAX];

	if (n == 1) {
		char prefixed[LEAF_MAX + 1] = { 0 };
		size_t len = leaf(text, from);

		memcpy(prefixed + 1, text, len);
		digest(out, prefixed, len + 1);
		return;
	}
	tree_hash(bytes + 1, from, split(n));
	tree_hash(bytes + 1 + KEY_BYTES, from + split(n), n - split(n));
	digest(out, bytes, sizeof bytes);
}

static void tree_path(struct buf *out, size_t m, size_t from, size_t n)
{
	uint8_t other[KEY_BYTES];
	size_t k = split(n);

	if (n == 1)
		return;
	if (m < k) {
		tree_path(out, m, from, k);
		tree_hash(other, from + k, n - k);
	} else {
		tree_path(out, m - k, from + k, n - k);
		tree_hash(other, from, k);
	}
	buf_add(out, other, sizeof other);
}

/* ---- what the code makes ---- */
static struct batch *batch_of(size_t n)
{
	struct batch *b = batch_new();
	char text[LEAF_MAX];

	for (size_t i = 0; i < n; i++)
		batch_add(b, text, leaf(text, i));
	return b;
}

static void sign_root(const uint8_t root[KEY_BYTES], size_t count, uint8_t sig[SIG_BYTES])
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	batch_text(&text, root, count);
	sign_make(sig, BATCH_DOMAIN, text.data, text.len, seed);
}

static void prove(size_t n, size_t i, struct signature *out)
{
	AUTO(batch_freep) struct batch *b = batch_of(n);
	uint8_t root[KEY_BYTES], sig[SIG_BYTES];

	batch_root(b, root);
	sign_root(root, n, sig);
	batch_prove(b, i, sig, out);
}

/* Is it a proof at all, and does it prove that leaf i was signed? */
static bool proves(const struct signature *s, size_t i)
{
	uint8_t key[KEY_BYTES];
	struct signature again;
	char text[LEAF_MAX];
	size_t n = leaf(text, i);

	sign_public(key, seed);
	return !signature_read(&again, s->bytes, s->n, NULL) && signature_check(&again, text, n, key);
}

static void test_known_roots(void **state)
{
	static const struct { size_t n; const char *root; } known[] = { /* computed elsewhere, with hashlib */
		{ 1, "f2f27442a85392f6f180af95f5c6a0242c5ea16a469e6daffc618f239160d5f4" },
		{ 2, "47d6220774ca31ed4965c1f9bd825e9718da454338edf57839bd242f6fb17e21" },
		{ 3, "cf286292bf06bc77298a87e0a5fade48686e8e7a53ef79ef49e9d1241530d66e" },
		{ 7, "846f8a54602936f9e703dd32de8e773fa438e810325eef359b531daedacee0d7" },
		{ 130, "24d312f31d39808827d94306dc2ea367b1a1cbab6719d35a1e06e7c7ae19f201" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		AUTO(batch_freep) struct batch *b = batch_of(known[i].n);
		AUTO(buf_release) struct buf hex = BUF_INIT;
		uint8_t root[KEY_BYTES];

		batch_root(b, root);
		buf_add_hex(&hex, root, sizeof root);
		assert_string_equal(hex.data, known[i].root);
	}
}

static void test_every_place(void **state)
{
	(void)state;
	for (size_t n = 1; n <= MOST; n++) {
		AUTO(batch_freep) struct batch *b = batch_of(n);
		uint8_t root[KEY_BYTES], expected[KEY_BYTES], sig[SIG_BYTES];

		batch_root(b, root);
		tree_hash(expected, 0, n);
		assert_memory_equal(root, expected, KEY_BYTES);
		sign_root(root, n, sig);
		for (size_t i = 0; i < n && n > 1; i++) {
			AUTO(buf_release) struct buf path = BUF_INIT;
			struct signature s;
			size_t index;

			batch_prove(b, i, sig, &s);
			tree_path(&path, i, 0, n);
			assert_int_equal(s.n, AT_PATH + path.len);
			assert_memory_equal(s.bytes + AT_PATH, path.data, path.len);
			assert_int_equal(signature_count(&s, &index), n);
			assert_int_equal(index, i);
			if (i % 17 == 0 || i + 2 >= n)
				assert_true(proves(&s, i));
		}
	}
}

static void test_another_place(void **state)
{
	struct signature s;

	(void)state;
	prove(11, 4, &s);
	for (size_t i = 0; i < 12; i++)
		assert_int_equal(proves(&s, i), i == 4);
	for (size_t i = 0; i < 12; i++) { /* the index is part of it */
		s.bytes[AT_INDEX + 1] = (uint8_t)i;
		assert_int_equal(proves(&s, 4), i == 4);
	}
}

static void test_flipped(void **state)
{
	struct signature s;

	(void)state;
	prove(13, 12, &s);
	assert_true(proves(&s, 12));
	for (size_t bit = 0; bit < 8 * s.n; bit++) { /* signature, count, index, path */
		s.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(proves(&s, 12));
		s.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void test_length(void **state)
{
	struct signature s;
	uint8_t bytes[SIGNATURE_MAX + 2 * KEY_BYTES] = { 0 };
	size_t right;
	struct err err;

	(void)state;
	prove(1000, 999, &s);
	right = s.n;
	memcpy(bytes, s.bytes, s.n);
	for (size_t n = 0; n <= sizeof bytes; n++) {
		uint8_t *exact = mem_alloc(n); /* of that size, so that a read beyond it is noticed */
		enum code want = n == right || n == SIG_BYTES ? E_OK : E_INVALID;

		memcpy(exact, bytes, n);
		assert_int_equal(signature_read(&s, exact, n, &err), want);
		assert_int_equal(s.n, want ? 0 : n);
		free(exact);
	}
	assert_true(SIG_BYTES + 4 + BATCH_STEPS * KEY_BYTES == SIGNATURE_MAX && (1 << BATCH_STEPS) >= BATCH_MAX);
}

static void test_bounds(void **state)
{
	static const struct { int count, index; } wrong[] = {
		{ 0, 0 }, { 1, 0 }, { 2, 2 }, { 2, 65535 }, { 3, 0 }, { BATCH_MAX + 1, 0 }, { 65535, 0 }, { 65535, 65534 },
	};
	struct signature s, none;

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		prove(2, 0, &s);
		s.bytes[AT_COUNT] = (uint8_t)(wrong[i].count >> 8);
		s.bytes[AT_COUNT + 1] = (uint8_t)wrong[i].count;
		s.bytes[AT_INDEX] = (uint8_t)(wrong[i].index >> 8);
		s.bytes[AT_INDEX + 1] = (uint8_t)wrong[i].index;
		assert_int_equal(signature_read(&none, s.bytes, s.n, NULL), E_INVALID);
	}
}

/* Signed is the root with the count: neither a root of other commands nor the same root under another count. */
static void test_another_root(void **state)
{
	AUTO(batch_freep) struct batch *b = batch_of(8);
	uint8_t root[KEY_BYTES], other[KEY_BYTES], sig[SIG_BYTES];
	struct signature s;

	(void)state;
	batch_root(b, root);
	tree_hash(other, 1, 8);
	sign_root(other, 8, sig);
	batch_prove(b, 3, sig, &s);
	assert_false(proves(&s, 3));
	sign_root(root, 7, sig);
	batch_prove(b, 3, sig, &s);
	assert_false(proves(&s, 3));
	sign_root(root, 8, sig);
	batch_prove(b, 3, sig, &s);
	assert_true(proves(&s, 3));
}

/* An inner node is no command, and a command no inner node: the bytes of two leaves' hashes, given as a command, hash to something else. */
static void test_node_is_no_leaf(void **state)
{
	uint8_t node[2 * KEY_BYTES], key[KEY_BYTES];
	AUTO(batch_freep) struct batch *two = batch_new();
	struct signature real, forged = { .n = 0 };
	uint8_t root[KEY_BYTES], expected[KEY_BYTES];

	(void)state;
	prove(4, 0, &real);
	sign_public(key, seed);
	tree_hash(node, 0, 1);
	tree_hash(node + KEY_BYTES, 1, 1);
	forged = real; /* leaves 0 and 1 together as the first of two */
	forged.n = AT_PATH + KEY_BYTES;
	forged.bytes[AT_COUNT + 1] = 2;
	memcpy(forged.bytes + AT_PATH, real.bytes + AT_PATH + KEY_BYTES, KEY_BYTES);
	assert_int_equal(signature_read(&real, forged.bytes, forged.n, NULL), E_OK);
	assert_false(signature_check(&real, node, sizeof node, key));
	batch_add(two, node, sizeof node);
	tree_hash(expected, 2, 2);
	batch_add(two, expected, sizeof expected);
	batch_root(two, root);
	tree_hash(expected, 0, 4);
	assert_memory_not_equal(root, expected, KEY_BYTES);
}

/* The last of an odd row goes up as it is: it is not counted twice, as some trees do. */
static void test_same_leaf_twice(void **state)
{
	AUTO(batch_freep) struct batch *three = batch_of(3), *four = batch_of(3);
	uint8_t a[KEY_BYTES], b[KEY_BYTES], sig[SIG_BYTES];
	char text[LEAF_MAX];
	struct signature s, t;

	(void)state;
	batch_add(four, text, leaf(text, 2));
	batch_root(three, a);
	batch_root(four, b);
	assert_memory_not_equal(a, b, KEY_BYTES);
	sign_root(b, 4, sig);
	batch_prove(four, 2, sig, &s);
	batch_prove(four, 3, sig, &t);
	assert_true(proves(&s, 2));
	assert_true(proves(&t, 2)); /* the same bytes in two places: two proofs */
	assert_int_not_equal(memcmp(s.bytes, t.bytes, s.n), 0);
	t.n = s.n;
	t.bytes[AT_INDEX + 1] = 2;
	assert_int_equal(proves(&t, 2), true); /* twins are one beside the other, and so is their path */
}

static void test_signed_by_another(void **state)
{
	static const uint8_t other[KEY_BYTES] = { 8 };
	uint8_t key[KEY_BYTES];
	struct signature s;
	char text[LEAF_MAX];

	(void)state;
	prove(5, 2, &s);
	sign_public(key, other);
	assert_false(signature_check(&s, text, leaf(text, 2), key));
}

/* One kind of signature never serves as the other. */
static void test_domains(void **state)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(batch_freep) struct batch *b = batch_of(2);
	uint8_t key[KEY_BYTES], root[KEY_BYTES], sig[SIG_BYTES];
	struct signature s;

	(void)state;
	sign_public(key, seed);
	batch_root(b, root);
	batch_text(&text, root, 2);
	sign_root(root, 2, sig);
	assert_int_equal(signature_read(&s, sig, sizeof sig, NULL), E_OK);
	assert_false(signature_check(&s, text.data, text.len, key)); /* the batch's text as a command */
	sign_make(sig, COMMAND_DOMAIN, text.data, text.len, seed);
	batch_prove(b, 0, sig, &s);
	assert_false(proves(&s, 0));
	s = (struct signature){ .n = 0 };
	assert_false(signature_check(&s, "", 0, key));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_roots), cmocka_unit_test(test_every_place), cmocka_unit_test(test_another_place),
		cmocka_unit_test(test_flipped), cmocka_unit_test(test_length), cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_another_root), cmocka_unit_test(test_node_is_no_leaf), cmocka_unit_test(test_same_leaf_twice),
		cmocka_unit_test(test_signed_by_another), cmocka_unit_test(test_domains),
	};
	struct err err;

	return crypto_start(&err) ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
