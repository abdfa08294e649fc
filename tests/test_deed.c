/* Signatures under documents: minisign itself is asked, and the judgement. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/records/contract.h"
#include "store/file.h"
#include "tests/check.h"
#include "tests/court.h"
#include "tests/scratch.h"

struct hand { uint8_t seed[KEY_BYTES], key[KEY_BYTES]; };

static void sign_bare(void *ctx, const void *data, size_t n, uint8_t sig[SIG_BYTES])
{
	sign_make(sig, NULL, data, n, ((struct hand *)ctx)->seed);
}

static void hand(struct hand *h, uint8_t salt)
{
	memset(h->seed, salt, KEY_BYTES);
	sign_public(h->key, h->seed);
}

static struct minisigner signer(struct hand *h)
{
	struct minisigner by = { sign_bare, h, { 0 } };

	memcpy(by.key, h->key, KEY_BYTES);
	return by;
}

/* ---- the form ---- */
static bool accepted(const char *dir, const char *key)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (chdir(dir) || !freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
			_exit(99);
		execlp("minisign", "minisign", "-Vm", "contract.pdf", "-P", key, (char *)NULL);
		_exit(98);
	}
	assert_true(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) < 98);
	return WEXITSTATUS(status) == 0;
}

static void put(const char *dir, const char *name, const char *data, size_t n)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	struct err err;

	buf_addf(&path, "%s/%s", dir, name);
	assert_ok(file_replace(path.data, data, n, &err), err);
}

static void minisign_agrees(void **state)
{
	AUTO(buf_release) struct buf sig = BUF_INIT, key = BUF_INIT, other_key = BUF_INIT;
	char dir[64], document[] = "a document of some bytes", trusted[TRUSTED_MAX + 1];
	uint8_t prehash[PREHASH_BYTES];
	struct hand h, other;
	struct minisigner by;
	struct err err;

	(void)state;
	hand(&h, 7), hand(&other, 8);
	by = signer(&h);
	minisign_prehash(prehash, document, sizeof document - 1);
	minisign_write(&sig, prehash, "timestamp:1\tfile:contract.pdf\trole:样本", &by);
	minisign_key(&key, h.key);
	minisign_key(&other_key, other.key);
	assert_int_equal(key.len, 56);
	scratch_make(dir, sizeof dir);
	put(dir, "contract.pdf", document, sizeof document - 1);
	put(dir, "contract.pdf.minisig", sig.data, sig.len);
	assert_true(accepted(dir, key.data));
	assert_false(accepted(dir, other_key.data));
	assert_ok(minisign_check(sig.data, sig.len, prehash, h.key, trusted, &err), err);
	assert_string_equal(trusted, "timestamp:1\tfile:contract.pdf\trole:样本");
	assert_int_equal(minisign_check(sig.data, sig.len, prehash, other.key, trusted, &err), E_SIGNATURE);
	document[3] ^= 1;
	put(dir, "contract.pdf", document, sizeof document - 1);
	assert_false(accepted(dir, key.data));
	scratch_remove(dir);
}

/* Each byte of what is signed counts; the untrusted comment is nobody's word. */
static void every_byte_counts(void **state)
{
	AUTO(buf_release) struct buf sig = BUF_INIT;
	char trusted[TRUSTED_MAX + 1];
	uint8_t prehash[PREHASH_BYTES] = { 1 };
	struct hand h;
	struct minisigner by;
	struct err err;
	size_t from;

	(void)state;
	hand(&h, 7);
	by = signer(&h);
	minisign_write(&sig, prehash, "timestamp:1", &by);
	from = (size_t)(strchr(sig.data, '\n') - sig.data);
	for (size_t i = from; i < sig.len; i++) {
		char was = sig.data[i];

		sig.data[i] = (char)(was ^ 1);
		assert_true(minisign_check(sig.data, sig.len, prehash, h.key, trusted, &err) != E_OK);
		sig.data[i] = was;
	}
	assert_ok(minisign_check(sig.data, sig.len, prehash, h.key, trusted, &err), err);
	assert_int_equal(minisign_check(sig.data, sig.len - 1, prehash, h.key, trusted, &err), E_INVALID);
	assert_int_equal(minisign_check("", 0, prehash, h.key, trusted, &err), E_INVALID);
	buf_addc(&sig, '\n');
	assert_int_equal(minisign_check(sig.data, sig.len, prehash, h.key, trusted, &err), E_INVALID);
}

static void keys_come_back(void **state)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	uint8_t key[KEY_BYTES];
	struct hand h;
	struct err err;

	(void)state;
	hand(&h, 9);
	minisign_key_file(&file, "样本", h.key);
	assert_ok(minisign_key_read(key, file.data, file.len, &err), err);
	assert_memory_equal(key, h.key, KEY_BYTES);
	for (size_t i = strlen("untrusted comment: 样本") + 1; i < file.len - 1; i++) { /* its own id is among the bytes */
		file.data[i] ^= 1;
		assert_true(minisign_key_read(key, file.data, file.len, &err) != E_OK || memcmp(key, h.key, KEY_BYTES) != 0);
		file.data[i] ^= 1;
	}
}

/* ---- the judgement ---- */
static void signed_contract(struct item *it, struct hand *merchant)
{
	AUTO(buf_release) struct buf hex = BUF_INIT, key = BUF_INIT, comment = BUF_INIT, text = BUF_INIT, digest_hex = BUF_INIT;
	const struct deed d = { "", "contract", "C00000001-1", CONTRACT_MERCHANT_ROLE, "样本甲" };
	struct minisigner by = signer(merchant);
	uint8_t prehash[PREHASH_BYTES], sum[32];

	minisign_prehash(prehash, "a document", 10);
	buf_add_hex(&hex, prehash, sizeof prehash);
	buf_add_hex(&key, merchant->key, KEY_BYTES);
	sha256(sum, "text\n", 5);
	buf_add_hex(&digest_hex, sum, sizeof sum);
	deed_comment(&comment, &d, NOW);
	minisign_write(&text, prehash, comment.data, &by);
	item_init(it, &contract_record);
	item_set(it, "id", value_text("C00000001-1"));
	item_set(it, "state", value_text("merchant_signed"));
	item_set(it, "version", value_int(4));
	item_set(it, "merchant_id", value_text("M00000001"));
	item_set(it, "text", value_blob("text\n", 5));
	item_set(it, "text_digest", value_text(digest_hex.data));
	item_set(it, "prehash", value_text(hex.data));
	item_set(it, "signer", value_text("样本甲"));
	item_set(it, "merchant_key", value_text(key.data));
	item_set(it, "merchant_signature", value_text(text.data));
}

/* What qi's key makes of the document when qi signs it at this time. */
static void deed(struct buf *out, struct room *r, const struct item *now, const struct actor *who, struct hand *h, int64_t when)
{
	const struct judge j = { .db = r->db, .now = now, .action = record_action(now->rec, "execute"), .who = who, .when = when, .reason = "" };
	struct minisigner by = signer(h);

	buf_clear(out);
	assert_ok(deed_make(out, &j, &by, &r->err), r->err);
}

static enum code execute(struct room *r, const struct item *now, const struct actor *who, const char *text)
{
	const struct input input = { DEED_INPUT, text };
	struct item after;
	enum code code = decide(r, now, "execute", who, "", &input, text != NULL, &after);

	if (!code)
		item_release(&after);
	return code;
}

static void who_signs(void **state)
{
	AUTO(item_release) struct item now, other = { 0 };
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct room *r = *state;
	struct actor qi = person(ME, "signatory"), sun = person(OTHER, "signatory"), lin = person(ME, "reviewer");
	struct hand m, h, g;

	hand(&m, 1), hand(&h, 2), hand(&g, 3);
	memcpy(qi.key, h.key, KEY_BYTES);
	memcpy(sun.key, g.key, KEY_BYTES);
	signed_contract(&now, &m);
	assert_int_equal(execute(r, &now, &qi, NULL), E_INVALID);
	deed(&text, r, &now, &qi, &h, NOW);
	assert_ok(execute(r, &now, &qi, text.data), r->err);
	assert_int_equal(execute(r, &now, &sun, text.data), E_SIGNATURE);      /* another's */
	assert_int_equal(execute(r, &now, &lin, text.data), E_DENIED);
	deed(&text, r, &now, &qi, &g, NOW);
	assert_int_equal(execute(r, &now, &qi, text.data), E_SIGNATURE);       /* another's key */
	deed(&text, r, &now, &qi, &h, NOW - 5000);
	assert_int_equal(execute(r, &now, &qi, text.data), E_SIGNATURE);       /* kept from before */
	item_copy(&other, &now);
	item_set(&other, "id", value_text("C00000002-1"));
	deed(&text, r, &other, &qi, &h, NOW);
	assert_int_equal(execute(r, &now, &qi, text.data), E_SIGNATURE);       /* made for another contract */
	assert_int_equal(execute(r, &now, &qi, "SPECIMEN"), E_INVALID);
}

/* A signature that does not verify stops everything. */
static void the_merchant_signs_first(void **state)
{
	AUTO(item_release) struct item now;
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct room *r = *state;
	struct actor qi = person(ME, "signatory");
	struct contract_signer s;
	struct hand m, h;

	hand(&m, 1), hand(&h, 2);
	memcpy(qi.key, h.key, KEY_BYTES);
	signed_contract(&now, &m);
	assert_ok(contract_signer(&now, 0, &s, &r->err), r->err);
	assert_true(s.there && s.at == NOW / 1000 * 1000);
	assert_ok(contract_signer(&now, 1, &s, &r->err), r->err);
	assert_false(s.there);
	deed(&text, r, &now, &qi, &h, NOW);
	item_set(&now, "signer", value_text("样本乙"));
	assert_int_equal(contract_signer(&now, 0, &s, &r->err), E_SIGNATURE);
	assert_int_equal(execute(r, &now, &qi, text.data), E_CHECK);
	item_set(&now, "signer", value_text("样本甲"));
	item_set(&now, "text", value_blob("texT\n", 5));
	assert_int_equal(execute(r, &now, &qi, text.data), E_CHECK);
	item_set(&now, "text", value_blob("text\n", 5));
	item_set(&now, "merchant_signature", value_null());
	assert_int_equal(execute(r, &now, &qi, text.data), E_STATE);
	item_set(&now, "state", value_text("executed"));
	assert_int_equal(execute(r, &now, &qi, text.data), E_STATE);
}

/* What is signed is the PDF; what is read is the text. */
static const char *pdf_says(struct room *r, const struct item *it, struct checklist *list)
{
	checks_run(r->db, it, NOW, list);
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->row[i].check->id, "document"))
			return list->row[i].status == CHECK_PASSED ? "passed" : list->row[i].status == CHECK_UNKNOWN ? list->row[i].why : "failed";
	return "not asked";
}

static void put_text(struct item *it, const char *text)
{
	AUTO(buf_release) struct buf hex = BUF_INIT;
	uint8_t sum[32];

	sha256(sum, text, strlen(text));
	buf_add_hex(&hex, sum, sizeof sum);
	item_set(it, "text", value_blob(text, strlen(text)));
	item_set(it, "text_digest", value_text(hex.data));
}

static void the_pdf_is_the_text(void **state)
{
	AUTO(item_release) struct item now;
	AUTO(buf_release) struct buf pdf = BUF_INIT, hex = BUF_INIT;
	struct room *r = *state;
	struct checklist list;
	uint8_t prehash[PREHASH_BYTES];
	struct hand m;

	hand(&m, 1);
	signed_contract(&now, &m);
	item_set(&now, "contract_date", value_text("2025-11-21"));
	item_set(&now, "link", value_text("https://sign.specimen.example/c/AAAA"));
	put_text(&now, "费率 0.38 %\n");
	assert_ok(contract_paper(&now, &pdf, NULL, &r->err), r->err);
	minisign_prehash(prehash, pdf.data, pdf.len);
	buf_add_hex(&hex, prehash, sizeof prehash);
	item_set(&now, "prehash", value_text(hex.data));
	assert_string_equal(pdf_says(r, &now, &list), "passed");
	put_text(&now, "费率 0.83 %\n");                        /* another text than the PDF's, with its right digest */
	assert_non_null(strstr(pdf_says(r, &now, &list), "read the PDF itself"));
	item_set(&now, "link", value_text("javascript:alert(1)"));
	assert_non_null(strstr(pdf_says(r, &now, &list), "no https link"));
	item_set(&now, "state", value_text("draft"));
	assert_string_equal(pdf_says(r, &now, &list), "not asked");
}

/* One of our two signs, certified by this root. */
static void sign_as(struct room *r, struct item *it, bool first, const char *name, struct hand *h)
{
	AUTO(buf_release) struct buf comment = BUF_INIT, text = BUF_INIT;
	const struct deed d = { "", "contract", "C00000001-1", DEED_SIGNATORY, name };
	struct minisigner by = signer(h);
	struct cert c = { .serial = 1, .issued = NOW - 1000, .active = true };
	uint8_t prehash[PREHASH_BYTES];

	snprintf(c.name, sizeof c.name, "%s", name);
	snprintf(c.roles, sizeof c.roles, "signatory");
	memcpy(c.key, h->key, KEY_BYTES);
	assert_ok(cert_issue(&c, r->root_seed, &r->err), r->err);
	assert_true(deed_prehash(it, prehash));
	deed_comment(&comment, &d, NOW);
	minisign_write(&text, prehash, comment.data, &by);
	item_set(it, first ? "first_signatory" : "second_signatory", value_text(c.id));
	item_set(it, first ? "first_signature" : "second_signature", value_text(text.data));
	item_set(it, first ? "first_certificate" : "second_certificate", value_text(c.text));
	item_set(it, first ? "first_cert_sig" : "second_cert_sig", value_blob(c.sig, SIG_BYTES));
}

static enum check_status signatories(struct room *r, const struct item *it, const uint8_t *root, const char *says)
{
	struct checklist list;

	checks_run_under(r->db, it, NOW, root, &list);
	for (size_t i = 0; i < list.n; i++)
		if (!strcmp(list.row[i].check->id, "signatories")) {
			if (!strstr(list.row[i].why, says))
				fail_msg("%s", list.row[i].why);
			return list.row[i].status;
		}
	return CHECK_FAILED;
}

/* A core that makes up two people and a root key for them is not believed. */
static void ours_are_certified_here(void **state)
{
	AUTO(item_release) struct item now;
	AUTO(buf_release) struct buf root = BUF_INIT;
	struct room *r = *state;
	struct hand m, h, g;
	uint8_t other[KEY_BYTES] = { 7 };

	hand(&m, 1), hand(&h, 2), hand(&g, 3);
	signed_contract(&now, &m);
	sign_as(r, &now, true, "qi", &h);
	sign_as(r, &now, false, "sun", &g);
	buf_add_hex(&root, r->root, KEY_BYTES);
	item_set(&now, "organisation", value_text(root.data));
	item_set(&now, "state", value_text("executed"));
	assert_int_equal(signatories(r, &now, r->root, "qi and sun have signed"), CHECK_PASSED);
	assert_int_equal(signatories(r, &now, other, "another root key than this desk's"), CHECK_UNKNOWN);
	assert_int_equal(signatories(r, &now, NULL, "qi and sun have signed"), CHECK_PASSED); /* the core serves many houses */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(minisign_agrees), cmocka_unit_test(every_byte_counts), cmocka_unit_test(keys_come_back),
		cmocka_unit_test_setup_teardown(who_signs, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(the_merchant_signs_first, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(the_pdf_is_the_text, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(ours_are_certified_here, room_setup, room_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
