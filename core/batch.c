#include "core/batch.h"

#include <stdlib.h>
#include <string.h>

#include "store/tree.h"

enum { AT_COUNT = SIG_BYTES, AT_INDEX = AT_COUNT + 2, AT_PATH = AT_INDEX + 2 };

/* ---- reading and checking ---- */
static size_t get16(const uint8_t *p)
{
	return (size_t)p[0] << 8 | p[1];
}

static void put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

size_t signature_count(const struct signature *s, size_t *index)
{
	bool alone = s->n <= SIG_BYTES;

	*index = alone ? 0 : get16(s->bytes + AT_INDEX);
	return alone ? 1 : get16(s->bytes + AT_COUNT);
}

enum code signature_read(struct signature *s, const void *bytes, size_t n, struct err *err)
{
	size_t count, index;

	*s = (struct signature){ .n = 0 };
	if (n != SIG_BYTES && (n < AT_PATH || n > SIGNATURE_MAX))
		return fail(err, E_INVALID, "the command's signature is neither %d bytes nor a proof that it is one of a batch", SIG_BYTES);
	memcpy(s->bytes, bytes, n);
	s->n = n;
	count = signature_count(s, &index);
	if (n == SIG_BYTES || (count >= 2 && count <= BATCH_MAX && index < count && n == AT_PATH + KEY_BYTES * tree_steps(index, count)))
		return E_OK;
	*s = (struct signature){ .n = 0 };
	return fail(err, E_INVALID, "the proof that the command is one of a batch is malformed");
}

bool signature_check(const struct signature *s, const void *command, size_t n, const uint8_t key[KEY_BYTES])
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	uint8_t root[KEY_BYTES];
	size_t index, count;

	if (s->n < SIG_BYTES)
		return false;
	if (s->n == SIG_BYTES)
		return sign_check(s->bytes, COMMAND_DOMAIN, command, n, key);
	count = signature_count(s, &index);
	tree_leaf(root, command, n);
	tree_climb(root, index, count, (const uint8_t (*)[KEY_BYTES])(s->bytes + AT_PATH)); /* its length is right already */
	batch_text(&text, root, count);
	return sign_check(s->bytes, BATCH_DOMAIN, text.data, text.len, key);
}

/* ---- making ---- */
struct batch {
	uint8_t (*row[BATCH_STEPS + 1])[KEY_BYTES]; /* the leaves, and what stands above them; NULL: not made yet */
	size_t n;                                   /* leaves */
};

struct batch *batch_new(void)
{
	struct batch *b = mem_alloc(sizeof *b);

	b->row[0] = mem_alloc(BATCH_MAX * sizeof *b->row[0]);
	return b;
}

void batch_freep(struct batch **b)
{
	for (size_t r = 0; *b && r <= BATCH_STEPS; r++)
		free((*b)->row[r]);
	free(*b);
	*b = NULL;
}

void batch_add(struct batch *b, const void *command, size_t n)
{
	tree_leaf(b->row[0][b->n++], command, n);
}

/* The top row, of one node. */
static size_t build(struct batch *b)
{
	size_t r = 0;

	for (size_t n = b->n; n > 1; n = (n + 1) / 2, r++) {
		if (b->row[r + 1])
			continue;
		b->row[r + 1] = mem_alloc((n + 1) / 2 * KEY_BYTES);
		for (size_t i = 0; i < n; i += 2) {
			if (i + 1 < n)
				tree_node(b->row[r + 1][i / 2], b->row[r][i], b->row[r][i + 1]);
			else
				memcpy(b->row[r + 1][i / 2], b->row[r][i], KEY_BYTES);
		}
	}
	return r;
}

void batch_root(struct batch *b, uint8_t root[KEY_BYTES])
{
	memcpy(root, b->row[build(b)][0], KEY_BYTES);
}

void batch_text(struct buf *out, const uint8_t root[KEY_BYTES], size_t count)
{
	buf_addf(out, "paydesk-batch 1\ncount %zu\nroot ", count);
	buf_add_hex(out, root, KEY_BYTES);
	buf_addc(out, '\n');
}

void batch_prove(struct batch *b, size_t index, const uint8_t sig[SIG_BYTES], struct signature *out)
{
	size_t i = index, n = b->n;

	build(b);
	*out = (struct signature){ .n = AT_PATH };
	memcpy(out->bytes, sig, SIG_BYTES);
	put16(out->bytes + AT_COUNT, b->n);
	put16(out->bytes + AT_INDEX, index);
	for (size_t r = 0; n > 1; i /= 2, n = (n + 1) / 2, r++) {
		if ((i ^ 1) >= n)
			continue; /* the last of an odd row */
		memcpy(out->bytes + out->n, b->row[r][i ^ 1], KEY_BYTES);
		out->n += KEY_BYTES;
	}
}
