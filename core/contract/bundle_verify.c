/* The evidence of a contract, checked from its folder alone. */
#include <stdlib.h>
#include <string.h>

#include "core/contract/bundle.h"
#include "core/contract/seal.h"
#include "core/desk/journal_line.h"
#include "core/records/contract.h"
#include "core/values/when.h"

enum { MANIFEST_MAX = 8 * 1024, PEOPLE_MAX = 64, NAME_MAX_LEN = 40 };
/* The times are those of several computers, each with its own clock. */
#define CLOCKS (10 * WHEN_MINUTE)

struct inquest {
	const struct bundle_folder *f;
	const struct bundle_hearer *to;
	const uint8_t *pinned;          /* the root key that it has to be; NULL: any */
	int failed;
	bool listed[BUNDLE_FILES_MAX];  /* which files the MANIFEST names */
	bool rooted;                    /* root could be read */
	uint8_t root[KEY_BYTES];
	struct cert person[PEOPLE_MAX];
	size_t npeople;
	struct item contract;           /* rec NULL: it cannot be read */
	const struct buf *pdf;          /* NULL: it cannot be read */
	struct contract_signer signer[CONTRACT_SIGNERS]; /* there: has signed, and it holds */
	const struct cert *exporter;    /* who has signed the list of files */
	struct journal_entry last;      /* of those read so far */
	struct journal_proof *entry;    /* seq and hash of each entry */
	size_t nentries, proved;
	int64_t count;                  /* of the entries before the export, as it says, and the root of their tree */
	uint8_t tree[KEY_BYTES];
	struct pool pool;
};

static void inquest_release(struct inquest *q)
{
	item_release(&q->contract);
	free(q->entry);
	pool_release(&q->pool);
}

static void tell_but(struct inquest *q, const char *what, enum code code, const struct err *err, const char *but)
{
	q->failed += code != E_OK;
	q->to->say(q->to->ctx, what, code, code ? err->msg : but);
}

static void tell(struct inquest *q, const char *what, enum code code, const struct err *err)
{
	tell_but(q, what, code, err, "");
}

/* ---- files ---- */
static const struct bundle_file *find(const struct inquest *q, const char *name)
{
	for (size_t i = 0; i < q->f->n; i++)
		if (!strcmp(q->f->file[i].name, name))
			return &q->f->file[i];
	return NULL;
}

static enum code load(const struct inquest *q, const char *name, const struct buf **out, struct err *err)
{
	const struct bundle_file *file = find(q, name);

	if (!file)
		return fail(err, E_NOTFOUND, "there is no %s", name);
	if (file->why.code)
		return fail(err, file->why.code, "%s", file->why.msg);
	*out = &file->data;
	return E_OK;
}

/* The same, of a file that has to be text: what stands behind a NUL would not be seen. */
static enum code load_text(const struct inquest *q, const char *name, const struct buf **out, struct err *err)
{
	enum code code = load(q, name, out, err);

	if (code || (*out)->len == strlen((*out)->data))
		return code;
	return fail(err, E_INVALID, "%s is no text", name);
}

/* ---- the list of files ---- */
static enum code same_sum(struct inquest *q, const char *name, const char *hex, struct err *err)
{
	const struct buf *data;
	uint8_t want[32], sum[32];
	enum code code = load(q, name, &data, err);

	if (code)
		return code;
	if (q->listed[find(q, name) - q->f->file])
		return fail(err, E_INVALID, "it is listed twice");
	q->listed[find(q, name) - q->f->file] = true;
	sha256(sum, data->data, data->len);
	return hex_decode(hex, 64, want, sizeof want) && crypto_equal(want, sum, sizeof sum) ?
		E_OK : fail(err, E_SIGNATURE, "it is not the file that was put here");
}

/* "64 hex digits, two spaces, a plain name": false for any other line. */
static bool read_line(const char *line, size_t n, char name[NAME_MAX_LEN + 1])
{
	size_t len = n > 66 ? n - 66 : 0;

	if (!len || len > NAME_MAX_LEN || line[64] != ' ' || line[65] != ' ')
		return false;
	memcpy(name, line + 66, len);
	name[len] = '\0';
	return *name != '.' && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") == len;
}

static enum code each_listed(struct inquest *q, const struct buf *manifest, struct err *err)
{
	for (const char *p = manifest->data; *p;) {
		size_t n = strcspn(p, "\n");
		char name[NAME_MAX_LEN + 1];
		struct err why = { 0 };

		if (!read_line(p, n, name) || !p[n])
			return fail(err, E_INVALID, "a line of it cannot be read");
		tell(q, name, same_sum(q, name, p, &why), &why);
		p += n + 1;
	}
	return E_OK;
}

/* Nothing that has to be there is missing from it, nothing lies there that nobody vouches for. */
static void files(struct inquest *q)
{
	static const char *const needed[] = {
		"contract.pdf", "contract.txt", "contract.json", "journal.jsonl", "chain.jsonl", "people.jsonl", "organisation.pub", "SUMMARY.txt",
	};
	const struct buf *manifest;
	struct err err = { 0 };
	enum code code = load_text(q, "MANIFEST", &manifest, &err);

	if (!code && manifest->len > MANIFEST_MAX)
		code = fail(&err, E_INVALID, "it is longer than any list of these files");
	if (!code)
		code = each_listed(q, manifest, &err);
	for (size_t i = 0; !code && i < COUNT(needed); i++)
		if (!find(q, needed[i]) || !q->listed[find(q, needed[i]) - q->f->file])
			code = fail(&err, E_INVALID, "it does not list %s, which there has to be", needed[i]);
	tell(q, "MANIFEST", code, &err);
	for (size_t i = 0; i < q->f->n; i++)
		if (!q->listed[i] && strcmp(q->f->file[i].name, "MANIFEST") != 0 && strcmp(q->f->file[i].name, "MANIFEST.minisig") != 0)
			tell(q, q->f->file[i].name, fail(&err, E_INVALID, "it is not in the list of files; nobody vouches for it"), &err);
}

/* ---- people ---- */
static enum code read_person(struct inquest *q, const char *line, size_t n, struct err *err)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT;
	const struct json *doc;
	const char *text, *sig;

	if (q->npeople == PEOPLE_MAX)
		return fail(err, E_INVALID, "there are more people in it than can be");
	if (json_parse(&q->pool, line, n, NULL, &doc, err) || json_get_str(doc, "certificate", &text, err) || json_get_str(doc, "signature", &sig, err))
		return E_INVALID;
	if (!base64_decode(sig, strlen(sig), &bytes) || bytes.len != SIG_BYTES)
		return fail(err, E_INVALID, "a certificate's signature cannot be read");
	return cert_read(&q->person[q->npeople++], text, strlen(text), (const uint8_t *)bytes.data, q->root, err);
}

static enum code each_line(struct inquest *q, const struct buf *data, enum code (*fn)(struct inquest *q, const char *line, size_t n, struct err *err),
			   struct err *err)
{
	enum code code = E_OK;

	for (const char *p = data->data, *end = p + data->len; !code && p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl : end) - p);

		code = fn(q, p, n, err);
		p += n + (nl != NULL);
	}
	return code;
}

static enum code read_root(struct inquest *q, struct err *err)
{
	const struct buf *key;
	enum code code = load_text(q, "organisation.pub", &key, err);

	if (!code)
		code = minisign_key_read(q->root, key->data, key->len, err);
	q->rooted = !code;
	if (code || !q->pinned || crypto_equal(q->root, q->pinned, KEY_BYTES))
		return code;
	return fail(err, E_SIGNATURE, "it is another key than the one that was asked for");
}

static void people(struct inquest *q)
{
	const struct buf *lines;
	struct err err = { 0 };
	enum code code = read_root(q, &err);

	tell(q, N_("organisation.pub: the root key"), code, &err);
	code = q->rooted ? E_OK : err.code; /* under another key than the one that was asked for they may still hold together */
	if (!code && !(code = load_text(q, "people.jsonl", &lines, &err)))
		code = each_line(q, lines, read_person, &err);
	tell(q, N_("people.jsonl: certificates under that key"), code, &err);
	if (code)
		q->npeople = 0;
}

static const struct cert *person(const struct inquest *q, const char *id)
{
	return store_operator_find(q->person, q->npeople, id);
}

static enum code by_somebody(struct inquest *q, struct err *err)
{
	const struct buf *text, *manifest;
	uint8_t prehash[PREHASH_BYTES];
	int64_t at;
	enum code code = load_text(q, "MANIFEST.minisig", &text, err);

	if (code || (code = load(q, "MANIFEST", &manifest, err)))
		return code;
	if (!q->contract.rec)
		return fail(err, E_INVALID, "the contract's record cannot be read");
	minisign_prehash(prehash, manifest->data, manifest->len);
	for (size_t i = 0; i < q->npeople; i++) {
		const struct deed d = { text->data, q->contract.rec->kind, item_id(&q->contract), BUNDLE_ROLE, q->person[i].name };

		if (deed_verify(&d, prehash, q->person[i].key, &at, err))
			continue;
		q->exporter = &q->person[i];
		return E_OK;
	}
	return fail(err, E_SIGNATURE, "none of the people in people.jsonl has signed the list of files as it is");
}

/* ---- the contract ---- */
static enum code read_contract(struct inquest *q, struct err *err)
{
	const struct buf *line;
	const struct json *doc;
	bool deleted;
	enum code code = load_text(q, "contract.json", &line, err);

	if (!code)
		code = json_parse(&q->pool, line->data, line->len, NULL, &doc, err);
	if (!code)
		code = item_read_change(&q->contract, doc, &deleted, err);
	if (code)
		q->contract = (struct item){ 0 };
	else if (q->contract.rec != &contract_record || deleted) {
		item_release(&q->contract);
		q->contract = (struct item){ 0 };
		code = fail(err, E_INVALID, "it is no contract's record");
	}
	return code;
}

static enum code is_digest(const char *hex, const void *sum, size_t n, struct err *err)
{
	uint8_t want[PREHASH_BYTES];

	return hex_decode(hex, strlen(hex), want, n) && crypto_equal(want, sum, n) ?
		E_OK : fail(err, E_SIGNATURE, "it is not the one whose digest stands in the contract's record");
}

static enum code text_same(struct inquest *q, struct err *err)
{
	const struct buf *text;
	struct value v = item_get(&q->contract, "text");
	uint8_t sum[32];
	enum code code = load(q, "contract.txt", &text, err);

	if (code)
		return code;
	sha256(sum, text->data, text->len);
	if (v.type != VALUE_BLOB || v.len != text->len || memcmp(v.text, text->data, text->len) != 0)
		return fail(err, E_SIGNATURE, "it is not the text in the contract's record");
	return is_digest(item_text(&q->contract, "text_digest"), sum, sizeof sum, err);
}

static enum code pdf_same(struct inquest *q, struct err *err)
{
	uint8_t sum[32], prehash[PREHASH_BYTES];
	enum code code = load(q, "contract.pdf", &q->pdf, err);

	if (code)
		return code;
	sha256(sum, q->pdf->data, q->pdf->len);
	minisign_prehash(prehash, q->pdf->data, q->pdf->len);
	code = is_digest(item_text(&q->contract, "document"), sum, sizeof sum, err);
	return code ? code : is_digest(item_text(&q->contract, "prehash"), prehash, sizeof prehash, err);
}

static enum code is_record(const struct inquest *q, const char *name, const char *field, struct err *err)
{
	const struct buf *text;
	enum code code = load_text(q, name, &text, err);

	if (code || !strcmp(text->data, item_text(&q->contract, field)))
		return code;
	return fail(err, E_SIGNATURE, "%s is not the one in the contract's record", name);
}

/* The signature as its file and the record have it, over the PDF as it lies there, under the key as its file has it. */
static enum code signature(struct inquest *q, size_t i, const struct contract_signature *where, struct err *err)
{
	struct contract_signer s;
	const struct buf *text;
	uint8_t key[KEY_BYTES], prehash[PREHASH_BYTES];
	enum code code = contract_signer(&q->contract, i, &s, err);

	if (code)
		return code;
	if (!s.there)
		return fail(err, E_SIGNATURE, "the contract is %s without it", state_noun(&contract_record, item_text(&q->contract, "state")).word);
	if ((code = is_record(q, where->file, where->field, err)) || (code = load_text(q, where->key, &text, err)) ||
	    (code = minisign_key_read(key, text->data, text->len, err)))
		return code;
	if (!crypto_equal(key, s.key, KEY_BYTES))
		return fail(err, E_SIGNATURE, "%s is not the signer's key", where->key);
	if (!q->pdf)
		return fail(err, E_NOTFOUND, "there is no contract.pdf");
	minisign_prehash(prehash, q->pdf->data, q->pdf->len);
	if (!(code = deed_verify(&s.deed, prehash, key, &s.at, err)))
		q->signer[i] = s;
	return code;
}

/* How many have signed in the state that the record names: what it takes to come there. */
static size_t signed_by(const struct item *contract)
{
	const char *state = item_text(contract, "state");

	if (!strcmp(state, "executed") || item_int(contract, "executed_at"))
		return CONTRACT_SIGNERS;
	return !strcmp(state, "merchant_signed");
}

/* Whether our signatories are certified by this key. An organisation may have had another one, but the record brings its own along: that proves
 * nothing unless somebody else knows it. */
static bool is_root(const struct inquest *q, const uint8_t key[KEY_BYTES])
{
	const char *hex = item_text(&q->contract, "organisation");
	uint8_t root[KEY_BYTES];

	return !*hex || (hex_decode(hex, strlen(hex), root, KEY_BYTES) && crypto_equal(root, key, KEY_BYTES));
}

static void signatures(struct inquest *q)
{
	static const char *const what[CONTRACT_SIGNERS] = {
		N_("merchant.minisig: the merchant's signature over contract.pdf"),
		N_("signatory-1.minisig: the first signatory's signature over contract.pdf, and certificate"),
		N_("signatory-2.minisig: the second signatory's signature over contract.pdf, and certificate"),
	};
	struct err err = { 0 };

	for (size_t i = 0; i < CONTRACT_SIGNERS; i++) {
		const struct contract_signature *where = &contract_signatures[i];

		if (i < signed_by(&q->contract) || *item_text(&q->contract, where->field) || find(q, where->file))
			tell_but(q, what[i], signature(q, i, where, &err), &err,
				 i && !is_root(q, q->root) ? N_("certified under another root key than organisation.pub") : "");
	}
	if (q->signer[1].there && q->signer[2].there && crypto_equal(q->signer[1].key, q->signer[2].key, KEY_BYTES))
		tell(q, N_("two signatories"), fail(&err, E_SIGNATURE, "one person has signed twice"), &err);
	if (q->pinned && !is_root(q, q->pinned))
		tell(q, N_("two signatories"), fail(&err, E_SIGNATURE, "their certificates are under another root key than the one that was asked for"), &err);
}

/* Each time after the one before it; what the record says of a signature's time is what was signed. */
static enum code dates(const struct inquest *q, struct err *err)
{
	const int64_t times[] = { item_int(&q->contract, "issued_at"), q->signer[0].at, q->signer[1].at, q->signer[2].at,
				  item_int(&q->contract, "executed_at"), item_int(&q->contract, "ended_at") };
	int64_t before = 0;

	if (q->signer[0].there && q->signer[0].at / WHEN_SECOND != item_int(&q->contract, "signed_at") / WHEN_SECOND)
		return fail(err, E_SIGNATURE, "the merchant did not sign at the time that the record says");
	for (size_t i = 0; i < COUNT(times); i++) {
		if (!times[i])
			continue;
		if (times[i] + CLOCKS < before)
			return fail(err, E_SIGNATURE, "issued, signed by the merchant, signed by two, executed, ended: one is dated before the one that it follows");
		before = times[i];
	}
	return E_OK;
}

static enum code sealed(struct inquest *q, struct err *err)
{
	const struct buf *file, *cert;
	uint8_t sum[32];
	enum code code = load(q, "contract-sealed.pdf", &file, err);

	if (code || (code = is_record(q, "seal.pem", "seal_certificate", err)) || (code = load(q, "seal.pem", &cert, err)))
		return code;
	if (!q->pdf)
		return fail(err, E_NOTFOUND, "there is no contract.pdf");
	sha256(sum, file->data, file->len);
	code = is_digest(item_text(&q->contract, "sealed"), sum, sizeof sum, err);
	return code ? code : seal_check(file->data, file->len, q->pdf->data, q->pdf->len, cert->data, item_int(&q->contract, "executed_at"), err);
}

static void contract(struct inquest *q)
{
	struct err err = { 0 };

	if (!q->contract.rec)
		return;
	tell(q, N_("contract.txt: the text whose digest is on each page"), text_same(q, &err), &err);
	tell(q, N_("contract.pdf: the document that was signed"), pdf_same(q, &err), &err);
	signatures(q);
	tell(q, N_("the dates, one after the other"), dates(q, &err), &err);
	if (signed_by(&q->contract) == CONTRACT_SIGNERS || *item_text(&q->contract, "sealed") || find(q, "contract-sealed.pdf"))
		tell(q, N_("contract-sealed.pdf: the institution's seal over the whole"), sealed(q, &err), &err);
}

/* ---- the journal ---- */
static enum code entry(struct inquest *q, const char *line, size_t n, struct err *err)
{
	struct journal_entry e = { 0 }, *before = &q->last;
	const struct cert *who;

	if (journal_line_read(&e, &q->pool, line, n, err))
		return E_INVALID;
	if (strcmp(e.kind, "proposal") != 0 && (strcmp(e.kind, contract_record.kind) || !q->contract.rec || strcmp(e.id, item_id(&q->contract))))
		return fail(err, E_INVALID, "entry %lld is not about this contract", (long long)e.seq);
	who = person(q, e.operator);
	if (!who)
		return fail(err, E_SIGNATURE, "entry %lld is by somebody who is not in people.jsonl", (long long)e.seq);
	if (!journal_entry_holds(&e, who->key))
		return fail(err, E_SIGNATURE, "entry %lld is not what %s signed", (long long)e.seq, who->name);
	if (e.seq <= before->seq || (e.seq == before->seq + 1 && !crypto_equal(e.prev, before->hash, KEY_BYTES)))
		return fail(err, E_CHAIN, "entry %lld does not follow entry %lld", (long long)e.seq, (long long)before->seq);
	*before = e;
	q->entry = mem_grow(q->entry, q->nentries + 1, sizeof *q->entry);
	q->entry[q->nentries] = (struct journal_proof){ .seq = e.seq };
	memcpy(q->entry[q->nentries++].hash, e.hash, KEY_BYTES);
	return E_OK;
}

/* The export itself, which says what the journal was. */
static enum code head(struct inquest *q, struct err *err)
{
	const struct json *doc;
	const char *tree;

	if (!q->last.seq || strcmp(q->last.verb, "export") || strcmp(q->last.kind, contract_record.kind))
		return fail(err, E_CHAIN, "its last entry is not this export");
	if (!q->exporter || strcmp(q->last.operator, q->exporter->id) != 0)
		return fail(err, E_SIGNATURE, "its last entry is not by whoever has signed the list of files");
	if (json_parse(&q->pool, q->last.body, q->last.body_len, NULL, &doc, err) || json_get_int(doc, "entries", &q->count, err) ||
	    json_get_str(doc, "tree", &tree, err))
		return E_INVALID;
	if (q->count != q->last.seq - 1 || !hex_decode(tree, strlen(tree), q->tree, KEY_BYTES))
		return fail(err, E_CHAIN, "its last entry does not say what the journal was before it");
	return E_OK;
}

/* The next of the entries, or at the end the one that the export follows. */
static enum code proof(struct inquest *q, const char *line, size_t n, struct err *err)
{
	struct journal_proof p, want = { .seq = q->count };
	const struct json *doc;
	const char *hash, *path;

	memcpy(want.hash, q->last.prev, KEY_BYTES);
	if (q->proved < q->nentries - 1)
		want = q->entry[q->proved];
	if (json_parse(&q->pool, line, n, NULL, &doc, err) || json_get_int(doc, "seq", &p.seq, err) || json_get_str(doc, "hash", &hash, err) ||
	    json_get_str(doc, "path", &path, err))
		return E_INVALID;
	p.steps = strlen(path) / (2 * KEY_BYTES);
	if (!hex_decode(hash, strlen(hash), p.hash, KEY_BYTES) || p.steps > JOURNAL_STEPS || !hex_decode(path, strlen(path), p.path, p.steps * KEY_BYTES))
		return fail(err, E_INVALID, "this is no proof that an entry is in a journal");
	if (q->proved >= q->nentries || p.seq != want.seq || !crypto_equal(p.hash, want.hash, KEY_BYTES))
		return fail(err, E_CHAIN, "it is about other entries, or in another order");
	if (!journal_proof_holds(&p, q->count, q->tree))
		return fail(err, E_CHAIN, "entry %lld is not in the journal that the export stands on", (long long)p.seq);
	q->proved++;
	return E_OK;
}

static enum code chain(struct inquest *q, struct err *err)
{
	const struct buf *lines;
	bool follows;
	enum code code = load_text(q, "chain.jsonl", &lines, err);

	if (!code)
		code = each_line(q, lines, proof, err);
	if (code)
		return code;
	/* the export follows the last of them, or another one that has a line of its own */
	follows = q->nentries > 1 && q->entry[q->nentries - 2].seq == q->count;
	return q->proved == q->nentries - follows ? E_OK : fail(err, E_CHAIN, "an entry has no proof");
}

static void journal(struct inquest *q)
{
	const struct buf *lines;
	struct err err = { 0 };
	enum code code = load_text(q, "journal.jsonl", &lines, &err);

	if (!code)
		code = each_line(q, lines, entry, &err);
	if (!code)
		code = head(q, &err);
	tell(q, N_("journal.jsonl: each entry signed, the last one this export"), code, &err);
	code = code ? fail(&err, E_INVALID, "journal.jsonl does not hold") : chain(q, &err);
	tell(q, N_("chain.jsonl: each entry in the chain that the last one ends"), code, &err);
}

/* ---- what it rests on ---- */
static void rests_on_key(const struct inquest *q, const char *what, const uint8_t key[KEY_BYTES])
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	minisign_key(&text, key);
	q->to->rests(q->to->ctx, what, text.data);
}

static void rests(const struct inquest *q)
{
	AUTO(buf_release) struct buf seal = BUF_INIT;
	const char *root = q->contract.rec ? item_text(&q->contract, "organisation") : "";
	const char *cert = q->contract.rec ? item_text(&q->contract, "seal_certificate") : "";
	uint8_t key[KEY_BYTES];

	if (q->rooted)
		rests_on_key(q, N_("root key of whoever gives the evidence"), q->root);
	if (*root && hex_decode(root, strlen(root), key, KEY_BYTES) && !crypto_equal(key, q->root, KEY_BYTES))
		rests_on_key(q, N_("root key of the signatories, another one"), key);
	if (q->signer[0].there)
		rests_on_key(q, N_("the merchant's key"), q->signer[0].key);
	if (*cert && !seal_fingerprint(&seal, cert, NULL))
		q->to->rests(q->to->ctx, N_("the seal's certificate (SHA-256)"), seal.data);
}

int bundle_check(const struct bundle_folder *f, const uint8_t *root, const struct bundle_hearer *to)
{
	AUTO(inquest_release) struct inquest q = { .f = f, .to = to, .pinned = root };
	struct err why = { 0 };

	files(&q);
	people(&q);
	tell(&q, N_("contract.json: the record"), read_contract(&q, &why), &why);
	tell(&q, N_("MANIFEST.minisig: who gave the evidence"), by_somebody(&q, &why), &why);
	contract(&q);
	journal(&q);
	rests(&q);
	return q.failed;
}
