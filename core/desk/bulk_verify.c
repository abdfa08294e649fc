/* For whoever verifies the journal: was each batch what was signed at once? */
#include <string.h>

#include "core/desk/bulk.h"
#include "core/desk/pending.h"

struct told { size_t count; uint8_t root[KEY_BYTES], sig[SIG_BYTES]; };

static enum code read_told(struct told *t, const struct journal_entry *e, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(buf_release) struct buf sig = BUF_INIT;
	const struct json *doc;
	const char *root, *sig64;
	int64_t count;

	if (json_parse(&pool, e->body, e->body_len, NULL, &doc, err) || json_get_int(doc, "count", &count, err) ||
	    json_get_str(doc, "root", &root, err) || json_get_str(doc, "signature", &sig64, err))
		return err->code;
	if (count < 2 || count > BATCH_MAX || !hex_decode(root, strlen(root), t->root, KEY_BYTES) ||
	    !base64_decode(sig64, strlen(sig64), &sig) || sig.len != SIG_BYTES)
		return fail(err, E_INVALID, "count, root or signature is malformed");
	t->count = (size_t)count;
	memcpy(t->sig, sig.data, SIG_BYTES);
	return E_OK;
}

/* The commands behind the entry at seq, as leaves. */
static enum code add_leaves(struct batch *tree, struct desk *d, const struct journal_entry *head, size_t count, struct err *err)
{
	const struct query q = { .table = &journal_table, .where = { .op = COND_GT, .column = "seq", .value = value_int(head->seq) },
				 .order = { { "seq", false } }, .norder = 1, .limit = count };
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value row[JOURNAL_COLUMNS];
	enum code code = query_open(&c, d->db, &q, err);
	bool more = true;

	for (size_t i = 0; !code && i < count; i++) {
		struct journal_entry e;

		code = cursor_next(c, row, &more, err);
		if (code)
			return code;
		if (!more)
			return fail(err, E_CHAIN, "the journal ends before its %zu commands do", count);
		journal_from_row(&e, row);
		if (strcmp(e.verb, "command") != 0 || strcmp(e.operator, head->operator) != 0)
			return fail(err, E_CHAIN, "entry %lld is none of its commands", (long long)e.seq);
		batch_add(tree, e.body, e.body_len);
	}
	return code;
}

static enum code verify_one(struct desk *d, const struct journal_entry *e, struct err *err)
{
	AUTO(batch_freep) struct batch *tree = batch_new();
	AUTO(buf_release) struct buf text = BUF_INIT;
	const struct cert *author = desk_person(d, e->operator);
	uint8_t root[KEY_BYTES];
	struct told told;
	enum code code = read_told(&told, e, err);

	if (code || (code = add_leaves(tree, d, e, told.count, err)))
		return code;
	batch_root(tree, root);
	if (!crypto_equal(root, told.root, KEY_BYTES))
		return fail(err, E_CHAIN, "its commands are not the ones that were signed");
	batch_text(&text, root, told.count);
	if (!author || !sign_check(told.sig, BATCH_DOMAIN, text.data, text.len, author->key))
		return fail(err, E_SIGNATURE, "its signature does not verify");
	return E_OK;
}

enum code bulk_of(struct desk *d, const char *kind, int64_t seq, int64_t *batch, int64_t *count, struct err *err)
{
	const struct cond before[] = {
		{ .op = COND_EQ, .column = "kind", .value = value_text(kind) },
		{ .op = COND_EQ, .column = "id", .value = value_text("") },
		{ .op = COND_LT, .column = "seq", .value = value_int(seq) },
		{ .op = COND_EQ, .column = "verb", .value = value_text("batch") },
	};
	const struct query q = { .table = &journal_table, .where = { .op = COND_AND, .kids = before, .nkids = COUNT(before) },
				 .order = { { "seq", true } }, .norder = 1, .limit = 1 };
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value row[JOURNAL_COLUMNS];
	struct journal_entry e;
	struct told told;
	bool more;
	enum code code = query_open(&c, d->db, &q, err);

	*batch = *count = 0;
	if (code || (code = cursor_next(c, row, &more, err)) || !more)
		return code;
	journal_from_row(&e, row);
	if ((code = read_told(&told, &e, err)) || seq > e.seq + (int64_t)told.count)
		return code;
	*batch = e.seq;
	*count = (int64_t)told.count;
	return E_OK;
}

enum code bulk_verify(struct desk *d, int64_t *n, struct err *err)
{
	const struct query q = { .table = &journal_table, .where = { .op = COND_EQ, .column = "verb", .value = value_text("batch") } };
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value row[JOURNAL_COLUMNS];
	struct err why = { 0 };
	enum code code = query_open(&c, d->db, &q, err);
	bool more = true;

	*n = 0;
	while (!code && !(code = cursor_next(c, row, &more, err)) && more) {
		struct journal_entry e;

		journal_from_row(&e, row);
		code = verify_one(d, &e, &why);
		if (code)
			return fail(err, code, "journal entry %lld, a batch: %s", (long long)e.seq, why.msg);
		++*n;
	}
	return code;
}
