#include "tests/matter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/contract/seal.h"
#include "tests/check.h"

static void sign_bare(void *ctx, const void *data, size_t n, uint8_t sig[SIG_BYTES])
{
	struct hand *h = ctx;

	if (h->s)
		store_sign(h->s, NULL, data, n, sig);
	else
		sign_make(sig, NULL, data, n, h->seed);
}

static void put_hex(struct item *it, const char *field, const uint8_t *bytes, size_t n)
{
	AUTO(buf_release) struct buf hex = BUF_INIT;

	buf_add_hex(&hex, bytes, n);
	item_set(it, field, value_text(hex.data));
}

void matter_deed(struct buf *out, struct hand *h, const uint8_t key[KEY_BYTES], const uint8_t prehash[PREHASH_BYTES], const char *role,
		 const char *name, int64_t at)
{
	AUTO(buf_release) struct buf comment = BUF_INIT;
	const struct deed d = { "", "contract", NUMBER, role, name };
	struct minisigner by = { sign_bare, h, { 0 } };

	memcpy(by.key, key, KEY_BYTES);
	deed_comment(&comment, &d, at);
	minisign_write(out, prehash, comment.data, &by);
}

void matter_merchant_signs(struct item *it, int64_t at)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct hand h = { NULL, { 7 } };
	uint8_t key[KEY_BYTES], prehash[PREHASH_BYTES];

	sign_public(key, h.seed);
	assert_true(deed_prehash(it, prehash));
	matter_deed(&text, &h, key, prehash, CONTRACT_MERCHANT_ROLE, "样本甲", at);
	item_set(it, "signer", value_text("样本甲"));
	item_set(it, "signed_at", value_int(at));
	put_hex(it, "merchant_key", key, KEY_BYTES);
	item_set(it, "merchant_signature", value_text(text.data));
}

void matter_signatory(struct house *house, struct item *it, bool first, const char *name, int64_t at)
{
	AUTO(store_closep) struct store *s = house_open(house, name);
	AUTO(buf_release) struct buf text = BUF_INIT;
	const struct cert *who = store_who(s);
	struct hand h = { s, { 0 } };
	uint8_t prehash[PREHASH_BYTES];

	assert_true(deed_prehash(it, prehash));
	matter_deed(&text, &h, who->key, prehash, DEED_SIGNATORY, name, at);
	item_set(it, first ? "first_signatory" : "second_signatory", value_text(who->id));
	item_set(it, first ? "first_signature" : "second_signature", value_text(text.data));
	item_set(it, first ? "first_certificate" : "second_certificate", value_text(who->text));
	item_set(it, first ? "first_cert_sig" : "second_cert_sig", value_blob(who->sig, SIG_BYTES));
	put_hex(it, "organisation", store_root_key(s), KEY_BYTES);
}

static void draw_up(struct matter *o)
{
	static const char text[] = "# 样本 SPECIMEN\n商户 :: 样本甲\n";
	struct item *it = &o->contract;
	uint8_t sum[32], prehash[PREHASH_BYTES];
	struct err err;

	item_init(it, &contract_record);
	item_set(it, "id", value_text(NUMBER));
	item_set(it, "state", value_text("issued"));
	item_set(it, "version", value_int(3));
	item_set(it, "updated_at", value_int(o->h.clock));
	item_set(it, "merchant_id", value_text("M00000123"));
	item_set(it, "merchant_name", value_text("样本商户"));
	item_set(it, "language", value_text("zh"));
	item_set(it, "contract_date", value_text("2026-11-21"));
	item_set(it, "text", value_blob(text, sizeof text - 1));
	sha256(sum, text, sizeof text - 1);
	put_hex(it, "text_digest", sum, sizeof sum);
	item_set(it, "link", value_text("https://sign.specimen.example/c/A"));
	item_set(it, "issued_at", value_int(o->h.clock));
	assert_ok(contract_paper(it, &o->pdf, NULL, &err), err);
	sha256(sum, o->pdf.data, o->pdf.len);
	minisign_prehash(prehash, o->pdf.data, o->pdf.len);
	put_hex(it, "document", sum, sizeof sum);
	put_hex(it, "prehash", prehash, sizeof prehash);
}

static void seal(struct matter *o)
{
	AUTO(buf_wipe) struct buf key = BUF_INIT;
	AUTO(buf_release) struct buf cert = BUF_INIT;
	uint8_t sum[32];
	struct err err;

	assert_ok(seal_new(&key, &cert, "SPECIMEN 样本", o->h.clock, &err), err);
	assert_ok(seal_pdf(&o->sealed, o->pdf.data, o->pdf.len, key.data, cert.data, o->h.clock, &err), err);
	sha256(sum, o->sealed.data, o->sealed.len);
	put_hex(&o->contract, "sealed", sum, sizeof sum);
	item_set(&o->contract, "seal_certificate", value_text(cert.data));
}

void matter_export(struct matter *o, const char *into, struct bundle_folder *f)
{
	AUTO(store_closep) struct store *s = house_open(&o->h, "qi");
	AUTO(desk_freep) struct desk *d = NULL;
	struct bundle_papers papers = { &o->pdf, *item_text(&o->contract, "sealed") ? &o->sealed : NULL };
	struct err err = { 0 };

	snprintf(o->dir, sizeof o->dir, "%s/%s", o->h.dir, into);
	assert_ok(desk_open(&d, s, &err), err);
	assert_ok(bundle_write(d, &o->contract, &papers, o->dir, &err), err);
	*f = (struct bundle_folder){ .n = 0 };
	assert_ok(bundle_open(f, o->dir, &err), err);
}

int matter_setup(void **state)
{
	struct matter *o = mem_alloc(sizeof *o);

	*o = (struct matter){ .pdf = BUF_INIT, .sealed = BUF_INIT };
	house_found(&o->h);
	house_add(&o->h, "qi", "signatory");
	house_add(&o->h, "sun", "signatory,compliance");
	house_add(&o->h, "lin", "reviewer");
	draw_up(o);
	matter_merchant_signs(&o->contract, o->h.clock + 1000);
	matter_signatory(&o->h, &o->contract, true, "qi", o->h.clock + 2000);
	matter_signatory(&o->h, &o->contract, false, "sun", o->h.clock + 3000);
	item_set(&o->contract, "state", value_text("executed"));
	item_set(&o->contract, "executed_at", value_int(o->h.clock + 4000));
	seal(o);
	matter_export(o, "evidence", &o->good);
	*state = o;
	return 0;
}

int matter_teardown(void **state)
{
	struct matter *o = *state;

	bundle_release(&o->good);
	item_release(&o->contract);
	buf_release(&o->pdf);
	buf_release(&o->sealed);
	house_remove(&o->h);
	free(o);
	return 0;
}
