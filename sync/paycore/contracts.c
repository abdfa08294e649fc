#include "sync/paycore/contracts.h"

#include <string.h>

#include "core/contract/seal.h"
#include "core/records/contract.h"
#include "core/values/when.h"
#include "sync/paycore/tables.h"

#define SIGN_WITHIN (7 * WHEN_DAY)

/* ---- the core's part ---- */

static void put_hex(struct item *it, const char *field, const uint8_t *bytes, size_t n)
{
	AUTO(buf_release) struct buf hex = BUF_INIT;
	buf_add_hex(&hex, bytes, n);
	item_set(it, field, value_text(hex.data));
}

/* RFC 4648, section 5, without padding: 22 characters. */
static void put_link(struct item *it, const uint8_t token[CONTRACT_TOKEN])
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	buf_adds(&text, CONTRACT_LINK);
	size_t from = text.len;
	buf_add_base64(&text, token, CONTRACT_TOKEN);
	while (text.data[text.len - 1] == '=')
		buf_setlen(&text, text.len - 1);
	for (char *p = text.data + from; *p; p++)
		*p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
	item_set(it, "link", value_text(text.data));
}

enum code contracts_print(struct changes *ch, struct item *it, const uint8_t token[CONTRACT_TOKEN], int64_t when, struct err *err)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT;
	uint8_t sum[32], prehash[PREHASH_BYTES];
	int pages;
	put_link(it, token);
	enum code c = contract_paper(it, &pdf, &pages, err);
	if (c)
		return c;
	sha256(sum, pdf.data, pdf.len);
	minisign_prehash(prehash, pdf.data, pdf.len);
	put_hex(it, "document", sum, sizeof sum);
	put_hex(it, "prehash", prehash, sizeof prehash);
	item_set(it, "size", value_int((int64_t)pdf.len));
	item_set(it, "pages", value_int(pages));
	item_set(it, "sign_by", value_int(when + SIGN_WITHIN));
	effect_touch(it, NULL, when);
	return changes_blob(ch, item_text(it, "document"), "application/pdf", &pdf, it, err);
}

/* Key and certificate of the seal lie with what the core remembers of itself: whoever reads them has the whole institution. */
static enum code seal_of(struct changes *ch, struct pool *pool, const char **key, const char **cert, int64_t when, struct err *err)
{
	AUTO(buf_wipe) struct buf new_key = BUF_INIT;
	AUTO(buf_release) struct buf new_cert = BUF_INIT;
	enum code c = institution_fact(ch->in, "seal_key", pool, key, err);
	if (!c)
		c = institution_fact(ch->in, "seal_certificate", pool, cert, err);
	if (c || **cert)
		return c;
	c = seal_new(&new_key, &new_cert, "样本支付服务有限公司电子印章 (SPECIMEN)", when, err);
	if (!c)
		c = changes_fact(ch, "seal_key", new_key.data, err);
	if (!c)
		c = changes_fact(ch, "seal_certificate", new_cert.data, err);
	*key = pool_strdup(pool, new_key.data);
	*cert = pool_strdup(pool, new_cert.data);
	return c;
}

enum code contracts_make_seal(struct changes *ch, int64_t when, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const char *key, *cert;
	return seal_of(ch, &pool, &key, &cert, when, err);
}

enum code contracts_seal(struct changes *ch, struct item *it, int64_t when, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(buf_release) struct buf file = BUF_INIT;
	const struct value name = value_text(item_text(it, "document"));
	struct value row[BLOB_COLUMNS];
	const char *key, *cert;
	uint8_t sum[32];
	enum code c = seal_of(ch, &pool, &key, &cert, when, err);
	if (!c)
		c = db_get(institution_db(ch->in), &blobs_table, &name, &pool, row, err);
	if (!c)
		c = seal_pdf(&file, row[BLOB_DATA].text, row[BLOB_DATA].len, key, cert, when, err);
	if (c)
		return c;
	sha256(sum, file.data, file.len);
	put_hex(it, "sealed", sum, sizeof sum);
	item_set(it, "seal_certificate", value_text(cert));
	effect_touch(it, NULL, when);
	return changes_blob(ch, item_text(it, "sealed"), "application/pdf", &file, it, err);
}

static enum code follow(struct changes *ch, struct item *it, bool *more, struct err *err)
{
	const struct world *w = institution_world(ch->in);
	uint8_t token[CONTRACT_TOKEN];
	*more = true;
	if (strcmp(item_text(it, "state"), "executed") == 0 && !*item_text(it, "sealed"))
		return contracts_seal(ch, it, world_now(w), err);
	if (strcmp(item_text(it, "state"), "issued") == 0 && !*item_text(it, "document")) {
		w->random(w->ctx, token, sizeof token);
		return contracts_print(ch, it, token, world_now(w), err);
	}
	*more = false;
	return E_OK;
}

enum code contracts_follow(struct changes *ch, const char *id, struct err *err)
{
	AUTO(item_release) struct item it = { 0 };
	bool more = false;
	enum code c = item_load(&it, institution_db(ch->in), &contract_record, id, err);
	if (!c)
		c = follow(ch, &it, &more, err);
	return c || !more ? c : changes_put(ch, &it, err);
}

/* ---- templates ---- */

enum code contracts_make_template(struct item *it, const char *name, const char *text, size_t n, int64_t when, struct err *err)
{
	AUTO(template_release) struct template t = { 0 };
	AUTO(buf_release) struct buf id = BUF_INIT;
	uint8_t sum[32];
	enum code c = template_read(&t, name, text, n, err);
	if (c)
		return c;
	sha256(sum, text, n);
	buf_addf(&id, "%s-%s-%d", t.family, t.language, t.edition);
	item_init(it, &contract_template_record);
	item_set(it, "id", value_text(id.data));
	item_set(it, "state", value_text("draft"));
	item_set(it, "version", value_int(1));
	item_set(it, "updated_at", value_int(when));
	item_set(it, "title", value_text(t.title));
	item_set(it, "family", value_text(t.family));
	item_set(it, "language", value_text(t.language));
	item_set(it, "edition", value_int(t.edition));
	item_set(it, "text", value_blob(text, n));
	put_hex(it, "digest", sum, sizeof sum);
	item_set(it, "drafted_at", value_int(when));
	return E_OK;
}

enum code contracts_add_template(struct changes *ch, const char *name, const struct buf *text, int64_t when, char id[RECORD_ID_MAX + 1], struct err *err)
{
	AUTO(item_release) struct item it = { 0 }, there = { 0 };
	struct err none = { 0 };
	enum code c = contracts_make_template(&it, name, text->data, text->len, when, err);
	if (c)
		return c;
	c = item_load(&there, institution_db(ch->in), &contract_template_record, item_id(&it), &none);
	if (c != E_NOTFOUND)
		return c ? fail(err, c, "%s", none.msg) :
			   fail(err, E_EXISTS, "there is a template %s already, and its text stays; give this one the next edition", item_id(&it));
	memcpy(id, item_id(&it), strlen(item_id(&it)) + 1);
	return changes_add(ch, &it, NULL, err);
}

/* ---- the merchant's part ---- */

struct merchant_key { uint8_t seed[KEY_BYTES]; };

static void sign_bare(void *ctx, const void *data, size_t n, uint8_t sig[SIG_BYTES])
{
	const struct merchant_key *key = ctx;
	sign_make(sig, NULL, data, n, key->seed);
}

static void sign(struct institution *in, struct item *it, const char *signer, int64_t when)
{
	AUTO(buf_release) struct buf purpose = BUF_INIT, comment = BUF_INIT, text = BUF_INIT;
	const struct deed d = { "", it->rec->kind, item_id(it), CONTRACT_MERCHANT_ROLE, signer };
	struct merchant_key key;
	struct minisigner by = { sign_bare, &key, { 0 } };
	uint8_t prehash[PREHASH_BYTES];
	buf_addf(&purpose, "paycore merchant %s", item_text(it, "merchant_id"));
	digest_keyed(key.seed, institution_seed(in), purpose.data, purpose.len);
	sign_public(by.key, key.seed);
	deed_prehash(it, prehash);
	deed_comment(&comment, &d, when);
	minisign_write(&text, prehash, comment.data, &by);
	crypto_wipe(&key, sizeof key);
	item_set(it, "signer", value_text(signer));
	item_set(it, "signed_at", value_int(when));
	put_hex(it, "merchant_key", by.key, KEY_BYTES);
	item_set(it, "merchant_signature", value_text(text.data));
}

static enum code sign_for(struct institution *in, struct item *it, int64_t when, struct err *err)
{
	AUTO(item_release) struct item merchant = { 0 };
	enum code c = item_load(&merchant, institution_db(in), record_find("merchant"), item_text(it, "merchant_id"), err);
	if (!c)
		sign(in, it, item_text(&merchant, "legal_rep_name"), when);
	return c;
}

static void end(struct item *it, const char *why, int64_t when)
{
	item_set(it, "ended_at", value_int(when));
	if (why)
		item_set(it, "ended_why", value_text(why));
}

enum code contracts_answer(struct institution *in, struct item *it, enum contract_answer what, int64_t when, struct err *err)
{
	static const char *const states[] = { "merchant_signed", "declined", "expired" };
	enum code c = E_OK;
	if (strcmp(item_text(it, "state"), "issued") != 0 || !*item_text(it, "prehash"))
		return fail(err, E_STATE, "contract %s is %s; a merchant answers one that is issued", item_id(it), item_text(it, "state"));
	if (what == CONTRACT_SIGN && when > item_int(it, "sign_by"))
		return fail(err, E_STATE, "the signing link of contract %s has run out", item_id(it));
	if (what == CONTRACT_EXPIRE && when < item_int(it, "sign_by"))
		item_set(it, "sign_by", value_int(when)); /* the sandbox does not wait for days */
	if (what == CONTRACT_SIGN)
		c = sign_for(in, it, when, err);
	else
		end(it, what == CONTRACT_DECLINE ? "样本：费率与商户预期不符 (SPECIMEN: the merchant expected another rate)" : NULL, when);
	effect_touch(it, states[what], when);
	return c;
}

bool contracts_answer_named(const char *name, enum contract_answer *out)
{
	static const char *const names[] = { "sign", "decline", "expire" };
	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(names[i], name) == 0) {
			*out = (enum contract_answer)i;
			return true;
		}
	return false;
}
