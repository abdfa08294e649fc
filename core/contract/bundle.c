#include "core/contract/bundle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/contract/seal.h"
#include "core/desk/journal_line.h"
#include "core/records/contract.h"
#include "store/file.h"

enum { FILES_MAX = 20 };

/* The folder as it grows. */
struct bundle {
	const char *dir;
	struct desk *d;
	const struct item *contract;
	struct buf manifest;
	const char *name[FILES_MAX];
	size_t n;
};

static enum code put(struct bundle *b, const char *name, const void *data, size_t n, struct err *err)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	uint8_t sum[32];
	enum code code;

	buf_addf(&path, "%s/%s", b->dir, name);
	code = file_replace(path.data, data, n, err);
	if (code)
		return code;
	b->name[b->n++] = name;
	sha256(sum, data, n);
	buf_add_hex(&b->manifest, sum, sizeof sum);
	buf_addf(&b->manifest, "  %s\n", name);
	return E_OK;
}

static void take_back(struct bundle *b)
{
	for (size_t i = 0; i < b->n; i++) {
		AUTO(buf_release) struct buf path = BUF_INIT;

		buf_addf(&path, "%s/%s", b->dir, b->name[i]);
		unlink(path.data);
	}
	rmdir(b->dir);
}

/* ---- what was signed, and by whom ---- */
static enum code put_documents(struct bundle *b, const struct bundle_papers *p, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(buf_release) struct buf json = BUF_INIT;
	struct json_writer w = JSON_WRITER(&json);
	const char *text = contract_text(b->contract, &pool), *seal = item_text(b->contract, "seal_certificate");
	enum code code = put(b, "contract.pdf", p->pdf->data, p->pdf->len, err);

	item_write_change(b->contract, &w);
	buf_addc(&json, '\n');
	if (!code && p->sealed)
		code = put(b, "contract-sealed.pdf", p->sealed->data, p->sealed->len, err);
	if (!code && p->sealed)
		code = put(b, "seal.pem", seal, strlen(seal), err);
	if (!code)
		code = put(b, "contract.txt", text, strlen(text), err);
	return code ? code : put(b, "contract.json", json.data, json.len, err);
}

static enum code put_signatures(struct bundle *b, struct err *err)
{
	enum code code = E_OK;

	for (size_t i = 0; !code && i < CONTRACT_SIGNERS; i++) {
		AUTO(buf_release) struct buf key = BUF_INIT;
		struct contract_signer s;

		code = contract_signer(b->contract, i, &s, err);
		if (code || !s.there)
			continue;
		minisign_key_file(&key, i ? s.cert.name : item_text(b->contract, "merchant_id"), s.key);
		code = put(b, contract_signatures[i].file, s.deed.text, strlen(s.deed.text), err);
		if (!code)
			code = put(b, contract_signatures[i].key, key.data, key.len, err);
	}
	return code;
}

/* ---- the journal ---- */
struct entries {
	struct buf lines;
	const char **person;             /* ids of whoever acted */
	size_t npeople;
	struct journal_proof *proof;     /* of each line but the last, and of the entry before that */
	size_t nproofs;
	struct cond *about;              /* which ids: the contract's, and its proposals' */
	size_t nabout;
	struct pool pool;
};

static void entries_release(struct entries *e)
{
	buf_release(&e->lines);
	free(e->person);
	free(e->proof);
	free(e->about);
	pool_release(&e->pool);
}

static void add_about(struct entries *e, const char *id)
{
	e->about = mem_grow(e->about, e->nabout + 1, sizeof *e->about);
	e->about[e->nabout++] = (struct cond){ .op = COND_EQ, .column = "id", .value = value_text(pool_strdup(&e->pool, id)) };
}

static enum code add_proposal(void *ctx, struct item *it, struct err *err)
{
	(void)err;
	add_about(ctx, item_id(it));
	return E_OK;
}

static enum code find_proposals(struct bundle *b, struct entries *e, struct err *err)
{
	const struct record *rec = record_find("proposal");
	struct table table = record_table(rec);
	const struct cond ours[] = {
		{ .op = COND_EQ, .column = "target_kind", .value = value_text(b->contract->rec->kind) },
		{ .op = COND_EQ, .column = "target", .value = value_text(item_id(b->contract)) },
	};
	struct query q = { .table = &table, .where = { .op = COND_AND, .kids = ours, .nkids = COUNT(ours) } };

	add_about(e, item_id(b->contract));
	return item_each(desk_db(b->d), rec, &q, add_proposal, e, err);
}

static void note_person(struct entries *e, const char *id)
{
	for (size_t i = 0; i < e->npeople; i++)
		if (!strcmp(e->person[i], id))
			return;
	e->person = mem_grow(e->person, e->npeople + 1, sizeof *e->person);
	e->person[e->npeople++] = pool_strdup(&e->pool, id);
}

static void add_proof(struct entries *e, int64_t seq)
{
	e->proof = mem_grow(e->proof, e->nproofs + 1, sizeof *e->proof);
	e->proof[e->nproofs++] = (struct journal_proof){ .seq = seq };
}

static enum code gather(struct bundle *b, struct entries *e, struct cond which, struct err *err)
{
	struct query q = { .table = &journal_table, .where = which, .order = { { "seq", false } }, .norder = 1 };
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value row[JOURNAL_COLUMNS];
	bool more = true;
	enum code code = query_open(&c, desk_db(b->d), &q, err);

	while (!code && !(code = cursor_next(c, row, &more, err)) && more) {
		struct journal_entry entry;

		journal_from_row(&entry, row);
		if (strcmp(entry.kind, b->contract->rec->kind) != 0 && strcmp(entry.kind, "proposal") != 0)
			continue; /* another record of that id */
		journal_line_write(&e->lines, &entry);
		note_person(e, entry.operator);
		add_proof(e, entry.seq);
	}
	return code;
}

/* The export is an entry itself, and says what the journal was before it: how many entries, and the root of their tree. */
static enum code note_export(struct bundle *b, const struct journal_head *before, const uint8_t tree[KEY_BYTES], struct err *err)
{
	AUTO(buf_release) struct buf body = BUF_INIT, hex = BUF_INIT;
	struct json_writer w = JSON_WRITER(&body);

	buf_add_hex(&hex, tree, KEY_BYTES);
	json_open(&w, '{');
	json_key(&w, "form");
	json_str(&w, "evidence");
	json_key(&w, "entries");
	json_int(&w, before->seq);
	json_key(&w, "tree");
	json_str(&w, hex.data);
	json_close(&w, '}');
	return journal_append(desk_store(b->d), "export", b->contract->rec->kind, item_id(b->contract), body.data, body.len, err);
}

static enum code read_journal(struct bundle *b, struct entries *e, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	struct store *s = desk_store(b->d);
	struct journal_head head;
	uint8_t tree[KEY_BYTES];

	if (tx_begin(&tx, desk_db(b->d), err) || find_proposals(b, e, err) ||
	    gather(b, e, (struct cond){ .op = COND_OR, .kids = e->about, .nkids = e->nabout }, err) || journal_head(s, &head, err))
		return err->code;
	if (!e->nproofs || e->proof[e->nproofs - 1].seq != head.seq)
		add_proof(e, head.seq); /* the one that the export follows */
	if (journal_prove(s, head.seq, e->proof, e->nproofs, tree, err) || note_export(b, &head, tree, err) ||
	    gather(b, e, (struct cond){ .op = COND_EQ, .column = "seq", .value = value_int(head.seq + 1) }, err))
		return err->code;
	e->nproofs--;
	return tx_commit(&tx, err);
}

static enum code put_chain(struct bundle *b, const struct entries *e, struct err *err)
{
	AUTO(buf_release) struct buf lines = BUF_INIT, hex = BUF_INIT;

	for (size_t i = 0; i < e->nproofs; i++) {
		const struct journal_proof *p = &e->proof[i];
		struct json_writer w = JSON_WRITER(&lines);

		json_open(&w, '{');
		json_key(&w, "seq");
		json_int(&w, p->seq);
		json_key(&w, "hash");
		buf_clear(&hex);
		buf_add_hex(&hex, p->hash, KEY_BYTES);
		json_str(&w, hex.data);
		json_key(&w, "path");
		buf_clear(&hex);
		buf_add_hex(&hex, p->path, p->steps * KEY_BYTES);
		json_str(&w, hex.data);
		json_close(&w, '}');
		buf_addc(&lines, '\n');
	}
	return put(b, "chain.jsonl", lines.data, lines.len, err);
}

static enum code put_people(struct bundle *b, const struct entries *e, struct err *err)
{
	AUTO(buf_release) struct buf lines = BUF_INIT;
	size_t n;
	const struct cert *people = desk_people(b->d, &n);

	for (size_t i = 0; i < e->npeople; i++) {
		const struct cert *c = store_operator_find(people, n, e->person[i]);
		AUTO(buf_release) struct buf sig = BUF_INIT;
		struct json_writer w = JSON_WRITER(&lines);

		if (!c)
			return fail(err, E_NOTFOUND, "the certificate of %s, who acted on the contract, is not here", e->person[i]);
		buf_add_base64(&sig, c->sig, SIG_BYTES);
		json_open(&w, '{');
		json_key(&w, "certificate");
		json_str(&w, c->text);
		json_key(&w, "signature");
		json_str(&w, sig.data);
		json_close(&w, '}');
		buf_addc(&lines, '\n');
	}
	return put(b, "people.jsonl", lines.data, lines.len, err);
}

static enum code put_journal(struct bundle *b, const struct entries *e, struct err *err)
{
	enum code code = put(b, "journal.jsonl", e->lines.data, e->lines.len, err);

	if (!code)
		code = put_chain(b, e, err);
	return code ? code : put_people(b, e, err);
}

/* ---- the whole ---- */
static void sign_bare(void *ctx, const void *data, size_t n, uint8_t sig[SIG_BYTES])
{
	store_sign(ctx, NULL, data, n, sig);
}

static enum code put_manifest(struct bundle *b, struct err *err)
{
	struct store *s = desk_store(b->d);
	AUTO(buf_release) struct buf sig = BUF_INIT, comment = BUF_INIT;
	const struct deed by = { "", b->contract->rec->kind, item_id(b->contract), BUNDLE_ROLE, store_who(s)->name };
	struct minisigner signer = { sign_bare, s, { 0 } };
	uint8_t prehash[PREHASH_BYTES];
	enum code code;

	memcpy(signer.key, store_who(s)->key, KEY_BYTES);
	minisign_prehash(prehash, b->manifest.data, b->manifest.len);
	deed_comment(&comment, &by, store_now(s));
	minisign_write(&sig, prehash, comment.data, &signer);
	code = put(b, "MANIFEST.minisig", sig.data, sig.len, err);
	/* the list of the others, as it was before its own signature came */
	buf_setlen(&b->manifest, (size_t)(strstr(b->manifest.data, "  MANIFEST.minisig\n") - b->manifest.data) - 64);
	return code ? code : put(b, "MANIFEST", b->manifest.data, b->manifest.len, err);
}

static enum code put_all(struct bundle *b, const struct bundle_papers *p, const struct entries *e, struct err *err)
{
	AUTO(buf_release) struct buf root = BUF_INIT, words = BUF_INIT;
	enum code code = put_documents(b, p, err);

	minisign_key_file(&root, "organisation", store_root_key(desk_store(b->d)));
	bundle_summary(&words, b->contract, store_root_key(desk_store(b->d)));
	if (!code)
		code = put_signatures(b, err);
	if (!code)
		code = put_journal(b, e, err);
	if (!code)
		code = put(b, "organisation.pub", root.data, root.len, err);
	if (!code)
		code = put(b, "SUMMARY.txt", words.data, words.len, err);
	return code ? code : put_manifest(b, err);
}

static bool is_document(const struct item *contract, const char *field, const struct buf *data)
{
	AUTO(buf_release) struct buf hex = BUF_INIT;
	uint8_t sum[32];

	sha256(sum, data->data, data->len);
	buf_add_hex(&hex, sum, sizeof sum);
	return !strcmp(hex.data, item_text(contract, field));
}

enum code bundle_write(struct desk *d, const struct item *contract, const struct bundle_papers *papers, const char *dir, struct err *err)
{
	struct bundle b = { .dir = dir, .d = d, .contract = contract, .manifest = BUF_INIT };
	AUTO(entries_release) struct entries e = { .lines = BUF_INIT };
	enum code code;

	if (desk_who(d)->clearance < PRIVACY_CORE)
		return fail(err, E_DENIED, "the evidence of a contract needs a role with the highest clearance");
	if (!*item_text(contract, "document"))
		return fail(err, E_STATE, "contract %s is not issued yet; there is nothing that could prove it", item_id(contract));
	if (!is_document(contract, "document", papers->pdf) || (papers->sealed && !is_document(contract, "sealed", papers->sealed)))
		return fail(err, E_SIGNATURE, "the PDF of contract %s is not the one in its record", item_id(contract));
	if (mkdir(dir, 0700) != 0)
		return fail(err, io_code(errno), "cannot make the folder %s: %s", dir, strerror(errno));
	code = read_journal(&b, &e, err);
	if (!code)
		code = put_all(&b, papers, &e, err);
	if (code)
		take_back(&b);
	buf_release(&b.manifest);
	return code;
}
