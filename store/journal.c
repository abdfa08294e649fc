#include "store/journal.h"

#include <stdlib.h>
#include <string.h>

#include "store/bytes.h"
#include "store/session.h"

static const char domain[] = "paydesk-journal";

static const struct column columns[] = {
	[JOURNAL_SEQ] = { "seq", VALUE_INT }, [JOURNAL_AT] = { "at", VALUE_INT }, [JOURNAL_OPERATOR] = { "operator", VALUE_TEXT },
	[JOURNAL_VERB] = { "verb", VALUE_TEXT }, [JOURNAL_KIND] = { "kind", VALUE_TEXT }, [JOURNAL_ID] = { "id", VALUE_TEXT },
	[JOURNAL_BODY] = { "body", VALUE_BLOB }, [JOURNAL_PREV] = { "prev", VALUE_BLOB }, [JOURNAL_HASH] = { "hash", VALUE_BLOB },
	[JOURNAL_SIG] = { "sig", VALUE_BLOB },
};
const struct table journal_table = { "journal", columns, COUNT(columns), sizeof *columns, 1, "journal_words",
				     1 << JOURNAL_VERB | 1 << JOURNAL_ID | 1 << JOURNAL_BODY };

/* ---- one entry ---- */

static void add_part(struct digest_state *d, const void *data, size_t n)
{
	uint8_t len[8];

	put64(len, n);
	digest_add(d, len, sizeof len);
	digest_add(d, data, n);
}

static void add_number(struct digest_state *d, int64_t v)
{
	uint8_t bytes[8];

	put64(bytes, (uint64_t)v);
	add_part(d, bytes, sizeof bytes);
}

static void entry_hash(const struct journal_entry *e, uint8_t hash[KEY_BYTES])
{
	struct digest_state d;

	digest_start(&d);
	add_part(&d, e->prev, KEY_BYTES);
	add_number(&d, e->seq);
	add_number(&d, e->at);
	add_part(&d, e->operator, strlen(e->operator));
	add_part(&d, e->verb, strlen(e->verb));
	add_part(&d, e->kind, strlen(e->kind));
	add_part(&d, e->id, strlen(e->id));
	add_part(&d, e->body, e->body_len);
	digest_end(&d, hash);
}

/* A field of another length is no digest and no signature: zeroes, which match nothing. */
static void take(uint8_t *out, size_t n, struct value v)
{
	memset(out, 0, n);
	if (v.type == VALUE_BLOB && v.len == n)
		memcpy(out, v.text, n);
}

static const char *text_of(struct value v)
{
	return v.type == VALUE_TEXT ? v.text : "";
}

void journal_from_row(struct journal_entry *e, const struct value *row)
{
	*e = (struct journal_entry){
		.seq = row[JOURNAL_SEQ].num, .at = row[JOURNAL_AT].num, .operator = text_of(row[JOURNAL_OPERATOR]),
		.verb = text_of(row[JOURNAL_VERB]), .kind = text_of(row[JOURNAL_KIND]), .id = text_of(row[JOURNAL_ID]),
		.body = row[JOURNAL_BODY].len ? row[JOURNAL_BODY].text : "", .body_len = row[JOURNAL_BODY].len,
	};
	take(e->prev, KEY_BYTES, row[JOURNAL_PREV]);
	take(e->hash, KEY_BYTES, row[JOURNAL_HASH]);
	take(e->sig, SIG_BYTES, row[JOURNAL_SIG]);
}

bool journal_entry_holds(const struct journal_entry *e, const uint8_t key[KEY_BYTES])
{
	uint8_t hash[KEY_BYTES];

	entry_hash(e, hash);
	return crypto_equal(hash, e->hash, KEY_BYTES) && sign_check(e->sig, domain, e->hash, KEY_BYTES, key);
}

enum code journal_head(struct store *s, struct journal_head *head, struct err *err)
{
	AUTO(cursor_closep) struct cursor *c = NULL;
	const struct query q = { .table = &journal_table, .order = { { "seq", true } }, .norder = 1, .limit = 1 };
	struct value row[JOURNAL_COLUMNS];
	struct journal_entry last;
	enum code code;
	bool more;

	*head = (struct journal_head){ .seq = 0 };
	if ((code = query_open(&c, s->db, &q, err)) || (code = cursor_next(c, row, &more, err)) || !more)
		return code;
	journal_from_row(&last, row);
	head->seq = last.seq;
	memcpy(head->hash, last.hash, KEY_BYTES);
	return E_OK;
}

enum code journal_append(struct store *s, const char *verb, const char *kind, const char *id, const void *body, size_t n, struct err *err)
{
	struct journal_entry e = { .at = store_now(s), .operator = s->who.id, .verb = verb, .kind = kind, .id = id, .body = body, .body_len = n };
	struct journal_head head;
	enum code code = journal_head(s, &head, err);

	if (code)
		return code;
	e.seq = head.seq + 1;
	memcpy(e.prev, head.hash, KEY_BYTES);
	entry_hash(&e, e.hash);
	store_sign(s, domain, e.hash, KEY_BYTES, e.sig);
	const struct value row[] = {
		[JOURNAL_SEQ] = value_int(e.seq), [JOURNAL_AT] = value_int(e.at), [JOURNAL_OPERATOR] = value_text(e.operator),
		[JOURNAL_VERB] = value_text(verb), [JOURNAL_KIND] = value_text(kind), [JOURNAL_ID] = value_text(id),
		[JOURNAL_BODY] = value_blob(body, n), [JOURNAL_PREV] = value_blob(e.prev, KEY_BYTES),
		[JOURNAL_HASH] = value_blob(e.hash, KEY_BYTES), [JOURNAL_SIG] = value_blob(e.sig, SIG_BYTES),
	};
	return db_insert(s->db, &journal_table, row, err);
}

/* ---- all of them ---- */

struct walk {
	struct slots slots;
	bool *gone;                      /* for each slot: disabled at an earlier entry */
	struct journal_head last;
	struct head kept;                /* what HOME/head says was acknowledged */
	const uint8_t *root;
};

static enum code check_author(struct walk *w, const struct journal_entry *e, struct err *err)
{
	const struct slot *slot = w->slots.slot, *end = slot + w->slots.n;
	bool by_root;

	while (slot < end && strcmp(slot->cert.id, e->operator) != 0)
		slot++;
	if (slot == end)
		return fail(err, E_SIGNATURE, "journal entry %lld is by an operator without a certificate of this organisation", (long long)e->seq);
	if (!sign_check(e->sig, domain, e->hash, KEY_BYTES, slot->cert.key))
		return fail(err, E_SIGNATURE, "journal entry %lld: the signature of %s does not verify", (long long)e->seq, slot->cert.name);
	if (w->gone[slot - w->slots.slot])
		return fail(err, E_SIGNATURE, "journal entry %lld was made by %s after having been disabled", (long long)e->seq, slot->cert.name);
	by_root = crypto_equal(slot->cert.key, w->root, KEY_BYTES);
	for (size_t i = 0; by_root && strcmp(e->verb, "operator.disable") == 0 && i < w->slots.n; i++)
		if (strcmp(w->slots.slot[i].cert.id, e->id) == 0)
			w->gone[i] = true;
	return E_OK;
}

static enum code check_entry(struct walk *w, const struct journal_entry *e, struct err *err)
{
	uint8_t hash[KEY_BYTES];
	long long seq = (long long)e->seq;

	if (e->seq != w->last.seq + 1)
		return fail(err, E_CHAIN, "journal entry %lld is missing; entry %lld comes in its place", (long long)w->last.seq + 1, seq);
	if (!crypto_equal(e->prev, w->last.hash, KEY_BYTES))
		return fail(err, E_CHAIN, "journal entry %lld does not follow the one before it; one of the two was replaced", seq);
	entry_hash(e, hash);
	if (!crypto_equal(e->hash, hash, KEY_BYTES))
		return fail(err, E_CHAIN, "journal entry %lld was altered: its hash does not fit its content", seq);
	if (e->seq == w->kept.seq && !crypto_equal(hash, w->kept.hash, KEY_BYTES))
		return fail(err, E_CHAIN, "journal entry %lld is not the one that was acknowledged", seq);
	w->last.seq = e->seq;
	memcpy(w->last.hash, hash, KEY_BYTES);
	return check_author(w, e, err);
}

static enum code walk(struct store *s, struct walk *w, struct cursor *c, struct err *err)
{
	struct value row[JOURNAL_COLUMNS];
	struct journal_entry e;
	enum code code = session_stored_keys(s, &w->slots, err);
	bool more = true;

	if (code)
		return code;
	w->gone = mem_alloc(w->slots.n * sizeof *w->gone);
	while (!code && (code = cursor_next(c, row, &more, err)) == E_OK && more) {
		journal_from_row(&e, row);
		code = check_entry(w, &e, err);
	}
	if (!code && w->last.seq < w->kept.seq)
		return fail(err, E_CHAIN, "journal entries %lld to %lld, which were acknowledged, are missing", (long long)w->last.seq + 1,
			    (long long)w->kept.seq);
	return code;
}

enum code journal_verify(struct store *s, int64_t *entries, struct err *err)
{
	AUTO(cursor_closep) struct cursor *c = NULL;
	const struct query q = { .table = &journal_table };
	struct walk w = { .slots = SLOTS_INIT, .root = s->root };
	enum code code = E_OK;

	*entries = 0;
	/* The order matters while others commit: the head first, which may lag; then one snapshot for entries and certificates. */
	if (s->head) /* a backup that is being looked at has none */
		code = head_read(s->head, s->vault, &w.kept, err);
	if (!code)
		code = query_open(&c, s->db, &q, err);
	if (!code)
		code = walk(s, &w, c, err);
	*entries = w.last.seq;
	free(w.gone);
	slots_release(&w.slots);
	return code;
}
