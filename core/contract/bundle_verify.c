/* The evidence of a contract, checked from its folder alone. */
#include <string.h>

#include "core/contract/bundle.h"
#include "core/contract/seal.h"
#include "core/journal_line.h"
#include "core/records/contract.h"
#include "store/file.h"

enum { FILE_MAX = 17 * 1024 * 1024, MANIFEST_MAX = 8 * 1024, PEOPLE_MAX = 64, NAME_MAX_LEN = 40 };

struct inquest {
	const char *dir;
	void (*say)(void *ctx, const char *what, enum code code, const char *why);
	void *ctx;
	int failed;
	uint8_t root[KEY_BYTES];
	struct cert person[PEOPLE_MAX];
	size_t npeople;
	struct item contract;           /* rec NULL: it cannot be read */
	struct buf pdf;
	struct journal_entry last;      /* of those read so far */
	struct pool pool;
};

static void inquest_release(struct inquest *q)
{
	item_release(&q->contract);
	buf_release(&q->pdf);
	pool_release(&q->pool);
}

static void tell(struct inquest *q, const char *what, enum code code, const struct err *err)
{
	q->failed += code != E_OK;
	q->say(q->ctx, what, code, code ? err->msg : "");
}

static enum code load(const struct inquest *q, const char *name, struct buf *out, struct err *err)
{
	AUTO(buf_release) struct buf path = BUF_INIT;

	buf_addf(&path, "%s/%s", q->dir, name);
	return file_read(out, path.data, FILE_MAX, err);
}

/* ---- the list of files ---- */
static enum code same_sum(const struct inquest *q, const char *name, const char *hex, struct err *err)
{
	AUTO(buf_release) struct buf data = BUF_INIT;
	uint8_t want[32], sum[32];
	enum code code = load(q, name, &data, err);

	if (code)
		return code;
	sha256(sum, data.data, data.len);
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

static void files(struct inquest *q, const struct buf *manifest)
{
	static const char *const needed[] = { "contract.pdf", "contract.txt", "contract.json", "journal.jsonl", "people.jsonl", "organisation.pub",
					      "SUMMARY.txt" };
	unsigned found = 0; /* a bit for each: a name that stands there twice is one file */
	struct err err = { 0 };

	for (const char *p = manifest->data; *p;) {
		size_t n = strcspn(p, "\n");
		char name[NAME_MAX_LEN + 1];

		if (!read_line(p, n, name)) {
			tell(q, "MANIFEST", fail(&err, E_INVALID, "a line of it cannot be read"), &err);
			return;
		}
		tell(q, name, same_sum(q, name, p, &err), &err);
		for (size_t i = 0; i < COUNT(needed); i++)
			found |= (unsigned)!strcmp(needed[i], name) << i;
		p += n + (p[n] == '\n');
	}
	if (found != (1u << COUNT(needed)) - 1)
		tell(q, "MANIFEST", fail(&err, E_INVALID, "it does not list every file that there has to be"), &err);
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

static void people(struct inquest *q)
{
	AUTO(buf_release) struct buf key = BUF_INIT, lines = BUF_INIT;
	struct err err = { 0 };
	enum code code = load(q, "organisation.pub", &key, &err);

	if (!code)
		code = minisign_key_read(q->root, key.data, key.len, &err);
	tell(q, N_("organisation.pub: a key"), code, &err);
	if (!code && !(code = load(q, "people.jsonl", &lines, &err)))
		code = each_line(q, &lines, read_person, &err);
	tell(q, N_("people.jsonl: certificates under that key"), code, &err);
	if (code)
		q->npeople = 0;
}

static const struct cert *person(const struct inquest *q, const char *id)
{
	return store_operator_find(q->person, q->npeople, id);
}

static enum code by_somebody(struct inquest *q, const struct buf *manifest, struct err *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	uint8_t prehash[PREHASH_BYTES];
	int64_t at;
	enum code code = load(q, "MANIFEST.minisig", &text, err);

	if (code || !q->contract.rec)
		return code ? code : fail(err, E_INVALID, "the contract's record cannot be read");
	minisign_prehash(prehash, manifest->data, manifest->len);
	for (size_t i = 0; i < q->npeople; i++) {
		const struct deed d = { text.data, q->contract.rec->kind, item_id(&q->contract), BUNDLE_ROLE, q->person[i].name };

		if (!deed_verify(&d, prehash, q->person[i].key, &at, err))
			return E_OK;
	}
	return fail(err, E_SIGNATURE, "none of the people in people.jsonl has signed the list of files as it is");
}

/* ---- the contract ---- */
static enum code read_contract(struct inquest *q, struct err *err)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	const struct json *doc;
	bool deleted;
	enum code code = load(q, "contract.json", &line, err);

	if (!code)
		code = json_parse(&q->pool, line.data, line.len, NULL, &doc, err);
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
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct value v = item_get(&q->contract, "text");
	uint8_t sum[32];
	enum code code = load(q, "contract.txt", &text, err);

	if (code)
		return code;
	sha256(sum, text.data, text.len);
	if (v.type != VALUE_BLOB || v.len != text.len || memcmp(v.text, text.data, text.len) != 0)
		return fail(err, E_SIGNATURE, "it is not the text in the contract's record");
	return is_digest(item_text(&q->contract, "text_digest"), sum, sizeof sum, err);
}

static enum code pdf_same(struct inquest *q, struct err *err)
{
	uint8_t sum[32], prehash[PREHASH_BYTES];
	enum code code = load(q, "contract.pdf", &q->pdf, err);

	if (code)
		return code;
	sha256(sum, q->pdf.data, q->pdf.len);
	minisign_prehash(prehash, q->pdf.data, q->pdf.len);
	code = is_digest(item_text(&q->contract, "document"), sum, sizeof sum, err);
	return code ? code : is_digest(item_text(&q->contract, "prehash"), prehash, sizeof prehash, err);
}

/* A certificate under a key that the record brings along proves nothing by itself. */
static bool of_this_house(const struct inquest *q)
{
	const char *hex = item_text(&q->contract, "organisation");
	uint8_t root[KEY_BYTES];

	return hex_decode(hex, strlen(hex), root, sizeof root) && crypto_equal(root, q->root, KEY_BYTES);
}

/* The signature as its file has it, over the PDF as it lies there, under the key as its file has it; and the record says the same. */
static enum code signature(struct inquest *q, size_t i, const char *sig_file, const char *key_file, struct err *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT, key_text = BUF_INIT;
	uint8_t key[KEY_BYTES], prehash[PREHASH_BYTES];
	struct contract_signer s;
	int64_t at;
	enum code code = contract_signer(&q->contract, i, &s, err);

	if (code)
		return code;
	if (!s.there)
		return fail(err, E_SIGNATURE, "the contract is executed without it");
	if (s.ours && !of_this_house(q))
		return fail(err, E_SIGNATURE, "the signatory is certified by another organisation than organisation.pub");
	if ((code = load(q, sig_file, &text, err)) || (code = load(q, key_file, &key_text, err)) ||
	    (code = minisign_key_read(key, key_text.data, key_text.len, err)))
		return code;
	if (!crypto_equal(key, s.key, KEY_BYTES))
		return fail(err, E_SIGNATURE, "%s is not the signer's key", key_file);
	minisign_prehash(prehash, q->pdf.data, q->pdf.len);
	s.deed.text = text.data;
	return strlen(text.data) == text.len ? deed_verify(&s.deed, prehash, key, &at, err) : fail(err, E_INVALID, "%s is no text", sig_file);
}

static void signatures(struct inquest *q)
{
	static const char *const names[CONTRACT_SIGNERS][2] = {
		{ "merchant.minisig", "merchant.pub" }, { "signatory-1.minisig", "signatory-1.pub" }, { "signatory-2.minisig", "signatory-2.pub" },
	};
	bool executed = item_int(&q->contract, "executed_at") != 0;
	struct err err = { 0 };

	for (size_t i = 0; i < CONTRACT_SIGNERS; i++) {
		struct contract_signer s;

		if (executed || contract_signer(&q->contract, i, &s, &err) || s.there)
			tell(q, names[i][0], signature(q, i, names[i][0], names[i][1], &err), &err);
	}
	if (executed && !strcmp(item_text(&q->contract, "first_signatory"), item_text(&q->contract, "second_signatory")))
		tell(q, N_("two signatories"), fail(&err, E_SIGNATURE, "one person has signed twice"), &err);
}

static enum code sealed(struct inquest *q, struct err *err)
{
	AUTO(buf_release) struct buf file = BUF_INIT, cert = BUF_INIT;
	uint8_t sum[32];
	enum code code = load(q, "contract-sealed.pdf", &file, err);

	if (code || (code = load(q, "seal.pem", &cert, err)))
		return code;
	if (strcmp(cert.data, item_text(&q->contract, "seal_certificate")) != 0)
		return fail(err, E_SIGNATURE, "seal.pem is not the certificate in the contract's record");
	sha256(sum, file.data, file.len);
	code = is_digest(item_text(&q->contract, "sealed"), sum, sizeof sum, err);
	return code ? code : seal_check(file.data, file.len, q->pdf.data, q->pdf.len, cert.data, err);
}

static void contract(struct inquest *q)
{
	struct err err = { 0 };

	if (!q->contract.rec)
		return;
	tell(q, N_("contract.txt: the text whose digest is on each page"), text_same(q, &err), &err);
	tell(q, N_("contract.pdf: the document that was signed"), pdf_same(q, &err), &err);
	signatures(q);
	if (*item_text(&q->contract, "sealed"))
		tell(q, N_("contract-sealed.pdf: the institution's seal over the whole"), sealed(q, &err), &err);
}

/* ---- the journal ---- */
static enum code entry(struct inquest *q, const char *line, size_t n, struct err *err)
{
	struct journal_entry e = { 0 }, *before = &q->last;
	const struct cert *who;

	if (journal_line_read(&e, &q->pool, line, n, err))
		return E_INVALID;
	who = person(q, e.operator);
	if (!who)
		return fail(err, E_SIGNATURE, "entry %lld is by somebody who is not in people.jsonl", (long long)e.seq);
	if (!journal_entry_holds(&e, who->key))
		return fail(err, E_SIGNATURE, "entry %lld is not what %s signed", (long long)e.seq, who->name);
	if (e.seq <= before->seq || (e.seq == before->seq + 1 && !crypto_equal(e.prev, before->hash, KEY_BYTES)))
		return fail(err, E_CHAIN, "entry %lld does not follow entry %lld", (long long)e.seq, (long long)before->seq);
	*before = e;
	return E_OK;
}

static void journal(struct inquest *q)
{
	AUTO(buf_release) struct buf lines = BUF_INIT;
	struct err err = { 0 };
	enum code code = load(q, "journal.jsonl", &lines, &err);

	if (!code)
		code = each_line(q, &lines, entry, &err);
	if (!code && (!q->last.seq || strcmp(q->last.verb, "export") != 0))
		code = fail(&err, E_CHAIN, "its last entry is not this export");
	tell(q, N_("journal.jsonl: each entry signed, each link that can be seen"), code, &err);
}

enum code bundle_verify(const char *dir, void (*say)(void *ctx, const char *what, enum code code, const char *why), void *ctx, int *failed,
			struct err *err)
{
	AUTO(inquest_release) struct inquest q = { .dir = dir, .say = say, .ctx = ctx, .pdf = BUF_INIT };
	AUTO(buf_release) struct buf manifest = BUF_INIT;
	struct err why = { 0 };
	enum code code = load(&q, "MANIFEST", &manifest, err);

	if (code || manifest.len > MANIFEST_MAX || strlen(manifest.data) != manifest.len)
		return code ? fail_in(err, "%s", dir) : fail(err, E_INVALID, "%s holds no evidence of a contract", dir);
	files(&q, &manifest);
	people(&q);
	tell(&q, N_("contract.json: the record"), read_contract(&q, &why), &why);
	tell(&q, N_("MANIFEST.minisig: who gave the evidence"), by_somebody(&q, &manifest, &why), &why);
	contract(&q);
	journal(&q);
	*failed = q.failed;
	return E_OK;
}
