#include "core/contract/bundle.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/contract/seal.h"
#include "core/journal_line.h"
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
enum { PROPOSALS_MAX = 32, PEOPLE_MAX = 64 };
struct entries {
	struct buf lines;
	const char *person[PEOPLE_MAX];  /* ids of whoever acted */
	size_t npeople;
	struct cond about[PROPOSALS_MAX]; /* which ids: the contract's, and its proposals' */
	size_t nabout;
	struct pool pool;
};

static void entries_release(struct entries *e)
{
	buf_release(&e->lines);
	pool_release(&e->pool);
}

static void add_about(struct entries *e, const char *id)
{
	if (e->nabout < PROPOSALS_MAX)
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
	if (e->npeople < PEOPLE_MAX)
		e->person[e->npeople++] = pool_strdup(&e->pool, id);
}

static enum code gather(struct bundle *b, struct entries *e, struct err *err)
{
	struct query q = { .table = &journal_table, .where = { .op = COND_OR, .kids = e->about, .nkids = e->nabout }, .order = { { "seq", false } },
			   .norder = 1 };
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value row[JOURNAL_COLUMNS];
	bool more = true;
	enum code code = query_open(&c, desk_db(b->d), &q, err);

	while (!code && !(code = cursor_next(c, row, &more, err)) && more) {
		struct journal_entry entry;

		journal_from_row(&entry, row);
		journal_line_write(&e->lines, &entry);
		note_person(e, entry.operator);
	}
	return code;
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

static enum code put_journal(struct bundle *b, struct err *err)
{
	AUTO(entries_release) struct entries e = { .lines = BUF_INIT };
	enum code code = find_proposals(b, &e, err);

	if (!code)
		code = gather(b, &e, err);
	if (!code)
		code = put(b, "journal.jsonl", e.lines.data, e.lines.len, err);
	return code ? code : put_people(b, &e, err);
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

static enum code put_all(struct bundle *b, const struct bundle_papers *p, struct err *err)
{
	AUTO(buf_release) struct buf root = BUF_INIT, words = BUF_INIT;
	enum code code = put_documents(b, p, err);

	minisign_key_file(&root, "organisation", store_root_key(desk_store(b->d)));
	bundle_summary(&words, b->contract, store_root_key(desk_store(b->d)));
	if (!code)
		code = put_signatures(b, err);
	if (!code)
		code = put_journal(b, err);
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
	AUTO(buf_release) struct buf body = BUF_INIT;
	enum code code;

	if (desk_who(d)->clearance < PRIVACY_CORE)
		return fail(err, E_DENIED, "the evidence of a contract needs a role with the highest clearance");
	if (!*item_text(contract, "document"))
		return fail(err, E_STATE, "contract %s is not issued yet; there is nothing that could prove it", item_id(contract));
	if (!is_document(contract, "document", papers->pdf) || (papers->sealed && !is_document(contract, "sealed", papers->sealed)))
		return fail(err, E_SIGNATURE, "the PDF of contract %s is not the one in its record", item_id(contract));
	if (mkdir(dir, 0700) != 0)
		return fail(err, io_code(errno), "cannot make the folder %s: %s", dir, strerror(errno));
	buf_adds(&body, "{\"form\":\"evidence\"}");
	code = desk_note(d, "export", contract->rec->kind, item_id(contract), &body, err);
	if (!code)
		code = put_all(&b, papers, err);
	if (code)
		take_back(&b);
	buf_release(&b.manifest);
	return code;
}
