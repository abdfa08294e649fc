/* The evidence of a contract against whoever would pass off something else: first a stranger, then the very person who exported it, who can
 * sign the list of files anew. Each is named by what fails. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/desk/journal_line.h"
#include "store/file.h"
#include "tests/check.h"
#include "tests/matter.h"

/* ---- what is said ---- */
struct said { struct buf failed, rests; };

static void say(void *ctx, const char *what, enum code code, const char *why)
{
	struct said *s = ctx;

	assert_true(!code || *why);
	if (*why)
		buf_addf(code ? &s->failed : &s->rests, "%s: %s\n", what, why);
}

static void rests(void *ctx, const char *what, const char *value)
{
	buf_addf(&((struct said *)ctx)->rests, "%s: %s\n", what, value);
}

static void said_release(struct said *s)
{
	buf_release(&s->failed);
	buf_release(&s->rests);
}

static void check(const struct bundle_folder *f, const uint8_t *root, struct said *out)
{
	const struct bundle_hearer to = { say, rests, out };
	int failed;

	*out = (struct said){ BUF_INIT, BUF_INIT };
	failed = bundle_check(f, root, &to);
	assert_int_equal(failed > 0, out->failed.len > 0);
}

static void fails(const struct bundle_folder *f, const uint8_t *root, const char *with)
{
	AUTO(said_release) struct said said;

	check(f, root, &said);
	if (!said.failed.len || !strstr(said.failed.data, with))
		fail_msg("no \"%s\" in: %s", with, said.failed.len ? said.failed.data : "(all holds)");
}

static void holds(const struct bundle_folder *f)
{
	AUTO(said_release) struct said said;

	check(f, NULL, &said);
	if (said.failed.len)
		fail_msg("%s", said.failed.data);
}

/* ---- changing a folder ---- */
static void begin(struct matter *o)
{
	o->f = (struct bundle_folder){ .n = o->good.n };
	for (size_t i = 0; i < o->good.n; i++) {
		o->f.file[i] = (struct bundle_file){ .name = mem_strdup(o->good.file[i].name), .data = BUF_INIT };
		buf_add(&o->f.file[i].data, o->good.file[i].data.data, o->good.file[i].data.len);
	}
}

static struct buf *file(struct bundle_folder *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (!strcmp(f->file[i].name, name))
			return &f->file[i].data;
	fail_msg("no file %s", name);
	return NULL;
}

static void replace(struct buf *data, const char *from, const char *to)
{
	AUTO(buf_release) struct buf out = BUF_INIT;
	const char *at = strstr(data->data, from);

	assert_non_null(at);
	buf_add(&out, data->data, (size_t)(at - data->data));
	buf_adds(&out, to);
	buf_adds(&out, at + strlen(from));
	buf_clear(data);
	buf_add(data, out.data, out.len);
}

static void drop(struct bundle_folder *f, const char *name)
{
	size_t i = 0;

	while (strcmp(f->file[i].name, name) != 0)
		i++;
	free(f->file[i].name);
	buf_release(&f->file[i].data);
	memmove(&f->file[i], &f->file[i + 1], (--f->n - i) * sizeof *f->file);
}

static struct buf *add(struct bundle_folder *f, const char *name)
{
	f->file[f->n] = (struct bundle_file){ .name = mem_strdup(name), .data = BUF_INIT };
	return &f->file[f->n++].data;
}

/* The list of files written anew, and signed by one of the house. */
static void list_anew(struct matter *o, const char *who)
{
	AUTO(store_closep) struct store *s = house_open(&o->h, who);
	struct buf *list = file(&o->f, "MANIFEST"), *sig = file(&o->f, "MANIFEST.minisig");
	struct hand h = { s, { 0 } };
	uint8_t sum[32], prehash[PREHASH_BYTES];

	buf_clear(list);
	for (size_t i = 0; i < o->f.n; i++)
		if (strncmp(o->f.file[i].name, "MANIFEST", 8) != 0) {
			sha256(sum, o->f.file[i].data.data, o->f.file[i].data.len);
			buf_add_hex(list, sum, sizeof sum);
			buf_addf(list, "  %s\n", o->f.file[i].name);
		}
	minisign_prehash(prehash, list->data, list->len);
	buf_clear(sig);
	matter_deed(sig, &h, store_who(s)->key, prehash, BUNDLE_ROLE, who, o->h.clock);
}

/* In both languages, for people; what came from outside does nothing to their terminal. */
static void in_words(void **state)
{
	AUTO(item_release) struct item it = { 0 };
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct matter *o = *state;
	const char *all = file(&o->good, "SUMMARY.txt")->data;
	uint8_t root[KEY_BYTES] = { 9 };

	assert_non_null(strstr(all, "状态：各方均已签署，合同成立"));
	assert_non_null(strstr(all, "State: signed by all, and executed"));
	assert_non_null(strstr(all, "样本甲 代表商户签署"));
	assert_non_null(strstr(all, "sun signs for the institution"));
	assert_non_null(strstr(all, "contract-sealed.pdf"));
	assert_non_null(strstr(all, "-x signatory-2.minisig -P RW"));
	assert_null(strstr(all, "root key of the signatories"));
	item_copy(&it, &o->contract);
	item_set(&it, "state", value_text("void"));
	item_set(&it, "ended_at", value_int(o->h.clock + 5000));
	item_set(&it, "ended_why", value_text("SPECIMEN\n\033[2J"));
	item_set(&it, "merchant_name", value_text("样本\033]0;x\007"));
	item_set(&it, "sealed", value_null());
	bundle_summary(&out, &it, root);
	assert_non_null(strstr(out.data, "void: SPECIMEN\u27e8"));
	assert_non_null(strstr(out.data, "root key of the signatories: RW"));
	assert_null(strstr(out.data, "contract-sealed.pdf"));
	for (const char *p = out.data; *p; p++)
		assert_true((unsigned char)*p >= ' ' || *p == '\n');
}

/* ---- strangers ---- */
static void as_exported(void **state)
{
	AUTO(said_release) struct said said;
	struct matter *o = *state;
	uint8_t root[KEY_BYTES];
	struct buf *pub = file(&o->good, "organisation.pub");
	struct err err;

	holds(&o->good);
	assert_ok(minisign_key_read(root, pub->data, pub->len, &err), err);
	check(&o->good, root, &said);
	assert_int_equal(said.failed.len, 0);
	assert_non_null(strstr(said.rests.data, "root key"));
	assert_non_null(strstr(said.rests.data, "merchant's key: RW"));
	assert_non_null(strstr(said.rests.data, "SHA-256"));
	assert_null(strstr(said.rests.data, "another one"));
	root[0] ^= 1;
	fails(&o->good, root, "organisation.pub: the root key: it is another key");
	fails(&o->good, root, "two signatories: their certificates are under another root key");
}

/* No byte of any file, and no length, may be another: but for the comments, which are nobody's word, in the signature of the list. */
static void every_file(void **state)
{
	struct matter *o = *state;

	for (size_t i = 0; i < o->good.n; i++) {
		const char *name = o->good.file[i].name;
		struct buf *data;
		size_t from;

		begin(o);
		data = &o->f.file[i].data;
		from = strcmp(name, "MANIFEST.minisig") ? 0 : strlen("untrusted comment: signature from paydesk");
		for (size_t at = from; at < data->len; at += 1 + (data->len - from) / 40) {
			data->data[at] ^= 1;
			fails(&o->f, NULL, name);
			data->data[at] ^= 1;
		}
		buf_addc(data, '\n');
		fails(&o->f, NULL, name);
		buf_setlen(data, data->len - 2);
		fails(&o->f, NULL, name);
		buf_clear(data);
		fails(&o->f, NULL, name);
		drop(&o->f, name);
		fails(&o->f, NULL, name);
		bundle_release(&o->f);
	}
}

static void the_list(void **state)
{
	static const struct { const char *from, *to, *with; } odd[] = {
		{ "  contract.pdf\n", "  ../contract.pdf\n", "MANIFEST: a line of it cannot be read" },
		{ "  contract.pdf\n", "  .contract.pdf\n", "MANIFEST: a line of it cannot be read" },
		{ "  contract.pdf\n", "  contract.pdf\r\n", "MANIFEST: a line of it cannot be read" },
		{ "  contract.pdf\n", " *contract.pdf\n", "MANIFEST: a line of it cannot be read" },
		{ "  SUMMARY.txt\n", "  SUMMARY.txt", "MANIFEST: a line of it cannot be read" },
		{ "  SUMMARY.txt\n", "  contract.txt\n", "contract.txt: it is listed twice" },
		{ "  SUMMARY.txt\n", "  summary.txt\n", "SUMMARY.txt: it is not in the list" },
	};
	struct matter *o = *state;

	for (size_t i = 0; i < COUNT(odd); i++) {
		begin(o);
		replace(file(&o->f, "MANIFEST"), odd[i].from, odd[i].to);
		fails(&o->f, NULL, odd[i].with);
		fails(&o->f, NULL, "MANIFEST.minisig");
		bundle_release(&o->f);
	}
	begin(o);
	buf_adds(add(&o->f, "\033[2Jcontract.pdf"), "SPECIMEN");
	fails(&o->f, NULL, "nobody vouches for it");
	bundle_release(&o->f);
	begin(o);
	buf_add(file(&o->f, "MANIFEST"), "\0evil", 5);
	fails(&o->f, NULL, "MANIFEST: MANIFEST is no text");
	bundle_release(&o->f);
}

/* ---- whoever exported it ---- */
static void after(struct matter *o, const char *with)
{
	list_anew(o, "qi");
	fails(&o->f, NULL, with);
	bundle_release(&o->f);
}

static void the_exporter(void **state)
{
	static const struct { const char *file, *from, *to, *with; } odd[] = {
		{ "contract.txt", "样本甲", "样本乙", "contract.txt: the text whose digest is on each page: it is not the text" },
		{ "contract.pdf", "%PDF-1.5", "%PDF-1.6", "contract.pdf: the document that was signed: it is not the one" },
		{ "contract.json", "样本商户", "\\u6837\\u0000", "contract.json: the record" },
		{ "contract.json", "\"kind\":\"contract\"", "\"kind\":\"merchant\"", "contract.json: the record" },
		{ "merchant.minisig", "signature from paydesk", "\033]0;SPECIMEN\007", "merchant.minisig is not the one in the contract's record" },
		{ "merchant.pub", "untrusted comment: ", "untrusted comment: \033[2J", "this is no public key" },
		{ "signatory-1.minisig", "role:signatory", "role:merchant ", "signatory-1.minisig is not the one" },
		{ "seal.pem", "-----BEGIN", "\n-----BEGIN", "seal.pem is not the one in the contract's record" },
		{ "people.jsonl", "roles signatory", "roles admin,sig", "people.jsonl: certificates under that key" },
		{ "journal.jsonl", "\"seq\":", "\"seq\":1", "journal.jsonl: each entry signed" },
		{ "chain.jsonl", "\"path\":\"", "\"path\":\"0", "this is no proof" },
		{ "chain.jsonl", "\"seq\":", "\"seq\":1", "chain.jsonl: each entry in the chain that the last one ends: it is about other entries" },
		{ "journal.jsonl", "\"kind\":\"contract\"", "\"kind\":\"merchant\"", "is not about this contract" },
		{ "journal.jsonl", "\"id\":\"" NUMBER, "\"id\":\"C00000124-1", "is not about this contract" },
	};
	struct matter *o = *state;
	char *digit;

	for (size_t i = 0; i < COUNT(odd); i++) {
		begin(o);
		replace(file(&o->f, odd[i].file), odd[i].from, odd[i].to);
		after(o, odd[i].with);
	}
	begin(o);
	list_anew(o, "qi"); /* signing anew what was not changed is no offence */
	holds(&o->f);
	list_anew(o, "sun");
	fails(&o->f, NULL, "MANIFEST.minisig: who gave the evidence");
	bundle_release(&o->f);
	begin(o);
	digit = strstr(file(&o->f, "chain.jsonl")->data, "\"path\":\"") + strlen("\"path\":\"");
	assert_true(*digit != '"');
	*digit = *digit == '0' ? '1' : '0';
	after(o, "is not in the journal that the export stands on");
	begin(o);
	buf_clear(file(&o->f, "chain.jsonl"));
	after(o, "an entry has no proof");
	begin(o);
	buf_add(file(&o->f, "chain.jsonl"), file(&o->good, "chain.jsonl")->data, file(&o->good, "chain.jsonl")->len);
	after(o, "chain.jsonl: ");
	for (size_t i = 0; i < o->good.n; i++) { /* nor can a file be left out and the list not name it */
		const char *name = o->good.file[i].name;

		if (!strncmp(name, "MANIFEST", 8))
			continue;
		begin(o);
		drop(&o->f, name);
		after(o, name);
	}
}

/* The journal's last line is another one: what this person wrote into the journal just now. */
static void write_last(struct matter *o, const char *who, const char *id, const char *body)
{
	AUTO(store_closep) struct store *s = house_open(&o->h, who);
	AUTO(tx_end) struct tx tx = { 0 };
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct buf *lines = file(&o->f, "journal.jsonl");
	struct value key, row[JOURNAL_COLUMNS];
	struct journal_entry e;
	struct journal_head head;
	struct err err;

	assert_ok(tx_begin(&tx, store_db(s), &err), err);
	assert_ok(journal_append(s, "export", "contract", id, body, strlen(body), &err), err);
	assert_ok(journal_head(s, &head, &err), err);
	assert_ok(tx_commit(&tx, &err), err);
	key = value_int(head.seq);
	assert_ok(db_get(store_db(s), &journal_table, &key, &pool, row, &err), err);
	journal_from_row(&e, row);
	buf_setlen(lines, lines->len - 1);
	buf_setlen(lines, strrchr(lines->data, '\n') ? (size_t)(strrchr(lines->data, '\n') + 1 - lines->data) : 0);
	journal_line_write(lines, &e);
}

static void the_journal(void **state)
{
	static const char tree[] = "0000000000000000000000000000000000000000000000000000000000000000";
	AUTO(buf_release) struct buf body = BUF_INIT;
	struct matter *o = *state;
	struct buf *data;
	int64_t seq;

	begin(o);
	seq = strtoll(strstr(file(&o->f, "journal.jsonl")->data, "\"seq\":") + 6, NULL, 10);
	write_last(o, "qi", NUMBER, "{\"form\":\"evidence\"}");
	after(o, "journal.jsonl: each entry signed, the last one this export: ");
	begin(o);
	write_last(o, "qi", "C00000124-1", "{\"form\":\"evidence\"}");
	after(o, "is not about this contract");
	begin(o);
	write_last(o, "sun", NUMBER, "{\"form\":\"evidence\"}");
	after(o, "who is not in people.jsonl");
	begin(o);
	buf_addf(&body, "{\"form\":\"evidence\",\"entries\":%lld,\"tree\":\"%s\"}", (long long)seq - 1, tree);
	write_last(o, "qi", NUMBER, body.data);
	after(o, "does not say what the journal was before it");
	begin(o);
	buf_clear(&body);
	/* the fifth entry since the export */
	buf_addf(&body, "{\"form\":\"evidence\",\"entries\":%lld,\"tree\":\"%s\"}", (long long)seq + 4, tree);
	write_last(o, "qi", NUMBER, body.data);
	after(o, "chain.jsonl: each entry in the chain that the last one ends: ");
	begin(o);
	data = file(&o->f, "journal.jsonl");
	replace(data, "\"at\":1", "\"at\":2");
	after(o, "is not what qi signed");
	begin(o);
	data = file(&o->f, "journal.jsonl");
	buf_add(data, file(&o->good, "journal.jsonl")->data, file(&o->good, "journal.jsonl")->len);
	after(o, "does not follow entry");
	begin(o);
	data = file(&o->f, "merchant.pub");
	buf_clear(data);
	buf_adds(data, file(&o->good, "signatory-1.pub")->data);
	after(o, "merchant.pub is not the signer's key");
}

/* ---- other contracts ---- */
/* The same people, another executed contract: change, exported, and what is said of it. */
static void variant(struct matter *o, void (*change)(struct matter *), const char *with)
{
	struct item kept = o->contract;
	char into[32];

	snprintf(into, sizeof into, "evidence-%d", ++o->variants);
	o->contract = (struct item){ 0 };
	item_copy(&o->contract, &kept);
	change(o);
	matter_export(o, into, &o->f);
	if (with)
		fails(&o->f, NULL, with);
	else
		holds(&o->f);
	bundle_release(&o->f);
	item_release(&o->contract);
	o->contract = kept;
}

static void late_merchant(struct matter *o) { matter_merchant_signs(&o->contract, o->h.clock + 3600 * 1000); }
static void other_time(struct matter *o) { item_set(&o->contract, "signed_at", value_int(o->h.clock + 60 * 1000)); }
static void ended_before(struct matter *o) { item_set(&o->contract, "ended_at", value_int(o->h.clock - 3600 * 1000)); }
static void clocks_differ(struct matter *o) { matter_merchant_signs(&o->contract, o->h.clock - 60 * 1000); }
static void twice_the_same(struct matter *o) { matter_signatory(&o->h, &o->contract, false, "qi", o->h.clock + 3000); }
static void no_seal(struct matter *o) { item_set(&o->contract, "sealed", value_null()); }
static void no_second(struct matter *o) { item_set(&o->contract, "second_signature", value_null()); }

static void not_executed(struct matter *o)
{
	item_set(&o->contract, "executed_at", value_null());
	item_set(&o->contract, "second_signature", value_null());
	no_seal(o);
}

static void unsigned_state(struct matter *o)
{
	not_executed(o);
	item_set(&o->contract, "state", value_text("merchant_signed"));
	item_set(&o->contract, "first_signature", value_null());
	item_set(&o->contract, "merchant_signature", value_null());
}

static void what_was_signed(void **state)
{
	struct matter *o = *state;

	variant(o, clocks_differ, NULL);
	variant(o, late_merchant, "the dates, one after the other");
	variant(o, other_time, "the merchant did not sign at the time");
	variant(o, ended_before, "the dates, one after the other");
	variant(o, twice_the_same, "one person has signed twice");
	variant(o, no_seal, "contract-sealed.pdf: the institution's seal");
	variant(o, no_second, "the contract is executed without it");
	variant(o, not_executed, "the contract is executed without it");
	variant(o, unsigned_state, "the contract is merchant signed without it");
}

/* Signed under the root of another house: said, and no more than that, for the folder cannot know which is the right one; whoever does, asks. */
static void another_house(void **state)
{
	AUTO(said_release) struct said said, asked;
	struct matter *o = *state;
	struct item kept = o->contract;
	struct house h;
	uint8_t root[KEY_BYTES];
	const struct buf *pub;
	struct err err;

	house_found(&h);
	h.clock = o->h.clock;
	house_add(&h, "qi", "signatory");
	house_add(&h, "sun", "signatory");
	o->contract = (struct item){ 0 };
	item_copy(&o->contract, &kept);
	matter_signatory(&h, &o->contract, true, "qi", h.clock + 2000);
	matter_signatory(&h, &o->contract, false, "sun", h.clock + 3000);
	matter_export(o, "elsewhere", &o->f);
	pub = file(&o->f, "organisation.pub");
	assert_ok(minisign_key_read(root, pub->data, pub->len, &err), err);
	check(&o->f, NULL, &said);
	assert_int_equal(said.failed.len, 0);
	assert_non_null(strstr(said.rests.data, "and certificate: certified under another root key than organisation.pub"));
	assert_non_null(strstr(said.rests.data, "root key of the signatories, another one: RW"));
	assert_non_null(strstr(file(&o->f, "SUMMARY.txt")->data, "root key of the signatories: RW"));
	check(&o->f, root, &asked);
	assert_string_equal(asked.failed.data, "two signatories: their certificates are under another root key than the one that was asked for\n");
	bundle_release(&o->f);
	item_release(&o->contract);
	o->contract = kept;
	house_remove(&h);
}

/* lin's certificate is good, and lin's signature too; but lin may not sign for the institution. A disabled signatory neither. */
static void who_may_sign(void **state)
{
	AUTO(item_release) struct item it = { 0 };
	struct matter *o = *state;
	struct contract_signer s;
	struct err err = { 0 };

	item_copy(&it, &o->contract);
	matter_signatory(&o->h, &it, true, "lin", o->h.clock + 2000);
	assert_int_equal(contract_signer(&it, 1, &s, &err), E_SIGNATURE);
	assert_non_null(strstr(err.msg, "lin signed as a signatory without being one"));
	assert_ok(contract_signer(&it, 2, &s, &err), err);
}

/* ---- the folder itself ---- */
static void folders(void **state)
{
	struct matter *o = *state;
	struct bundle_folder f = { .n = 0 };
	char path[160];
	struct err err;

	assert_int_equal(bundle_open(&f, "/nonexistent", &err), E_NOTFOUND);
	assert_int_equal(bundle_open(&f, o->h.home, &err), E_INVALID);
	snprintf(path, sizeof path, "%s/evidence/contract.txt", o->h.dir);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/etc/hostname", path), 0);
	snprintf(path, sizeof path, "%s/evidence/contract.json", o->h.dir);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/evidence/journal.jsonl", o->h.dir);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(path, sizeof path, "%s/evidence/people.jsonl", o->h.dir);
	assert_int_equal(truncate(path, INT64_C(1) << 40), 0); /* a terabyte of nothing */
	snprintf(path, sizeof path, "%s/evidence", o->h.dir);
	assert_ok(bundle_open(&f, path, &err), err);
	fails(&f, NULL, "contract.txt: cannot open");
	fails(&f, NULL, "contract.json: the record: ");
	fails(&f, NULL, "journal.jsonl: ");
	fails(&f, NULL, "people.jsonl: certificates under that key: ");
	bundle_release(&f);
	for (int i = 0; i < BUNDLE_FILES_MAX; i++) {
		snprintf(path, sizeof path, "%s/evidence/%d", o->h.dir, i);
		assert_ok(file_replace(path, "", 0, &err), err);
	}
	snprintf(path, sizeof path, "%s/evidence", o->h.dir);
	assert_int_equal(bundle_open(&f, path, &err), E_INVALID);
	assert_int_equal(f.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_exported), cmocka_unit_test(in_words), cmocka_unit_test(every_file), cmocka_unit_test(the_list),
		cmocka_unit_test(the_exporter), cmocka_unit_test(the_journal), cmocka_unit_test(what_was_signed), cmocka_unit_test(who_may_sign),
		cmocka_unit_test(another_house), cmocka_unit_test(folders),
	};
	return cmocka_run_group_tests(tests, matter_setup, matter_teardown);
}
