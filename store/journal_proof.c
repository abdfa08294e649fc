#include <string.h>

#include "store/journal.h"
#include "store/tree.h"

struct walk {
	struct cursor *c;                /* on all entries, the first one first */
	struct journal_proof *p;
	size_t n;
};

static enum code next(struct walk *w, int64_t seq, uint8_t hash[KEY_BYTES], struct err *err)
{
	struct value row[JOURNAL_COLUMNS];
	struct journal_entry e;
	bool more;
	enum code code = cursor_next(w->c, row, &more, err);

	if (code)
		return code;
	if (!more || row[JOURNAL_SEQ].num != seq)
		return fail(err, E_CHAIN, "journal entry %lld is missing", (long long)seq);
	journal_from_row(&e, row);
	memcpy(hash, e.hash, KEY_BYTES);
	return E_OK;
}

/* The digest beside this part of the tree: to the path of each proof in it. */
static void beside(struct walk *w, int64_t from, int64_t to, const uint8_t digest[KEY_BYTES])
{
	for (size_t i = 0; i < w->n; i++)
		if (w->p[i].seq > from && w->p[i].seq <= to)
			memcpy(w->p[i].path[w->p[i].steps++], digest, KEY_BYTES);
}

/* The root of the tree of the entries after from, up to to. As deep as there are bits in their number. */
static enum code subtree(struct walk *w, int64_t from, int64_t to, uint8_t root[KEY_BYTES], struct err *err)
{
	uint8_t left[KEY_BYTES], right[KEY_BYTES];
	int64_t half = 1;
	enum code code;

	if (to - from == 1) {
		if ((code = next(w, to, left, err)))
			return code;
		for (size_t i = 0; i < w->n; i++)
			if (w->p[i].seq == to)
				memcpy(w->p[i].hash, left, KEY_BYTES);
		tree_leaf(root, left, KEY_BYTES);
		return E_OK;
	}
	while (half * 2 < to - from)
		half *= 2;
	if ((code = subtree(w, from, from + half, left, err)) || (code = subtree(w, from + half, to, right, err)))
		return code;
	beside(w, from, from + half, right);
	beside(w, from + half, to, left);
	tree_node(root, left, right);
	return E_OK;
}

enum code journal_prove(struct store *s, int64_t count, struct journal_proof *p, size_t n, uint8_t root[KEY_BYTES], struct err *err)
{
	const struct query q = { .table = &journal_table, .order = { { "seq", false } }, .norder = 1 };
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct walk w = { NULL, p, n };

	for (size_t i = 0; i < n; i++)
		p[i].steps = 0;
	if (count < 1)
		return fail(err, E_CHAIN, "the journal is empty");
	if (query_open(&c, store_db(s), &q, err))
		return err->code;
	w.c = c;
	return subtree(&w, 0, count, root, err);
}

bool journal_proof_holds(const struct journal_proof *p, int64_t count, const uint8_t root[KEY_BYTES])
{
	uint8_t sum[KEY_BYTES];

	if (p->seq < 1 || p->seq > count || p->steps != tree_steps((uint64_t)p->seq - 1, (uint64_t)count))
		return false;
	tree_leaf(sum, p->hash, KEY_BYTES);
	tree_climb(sum, (uint64_t)p->seq - 1, (uint64_t)count, (const uint8_t (*)[KEY_BYTES])p->path);
	return crypto_equal(sum, root, KEY_BYTES);
}
