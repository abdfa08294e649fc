/* The contracts of a synthetic institution. Its two signatories are nobody: their keys, like their organisation's root, follow from the
 * core's, so that what they executed verifies as what people execute does. */
#include <stdio.h>
#include <string.h>

#include "core/records/contract.h"
#include "core/values/when.h"
#include "sync/paycore/chance.h"
#include "sync/paycore/contracts.h"

/* ---- templates ---- */

static void derive(struct changes *ch, const char *what, uint8_t seed[KEY_BYTES])
{
	digest_keyed(seed, institution_seed(ch->in), what, strlen(what));
}

struct signatory { uint8_t seed[KEY_BYTES]; struct cert cert; };

static enum code make_signatory(struct changes *ch, const char *name, int64_t when, struct signatory *out, struct err *err)
{
	uint8_t root[KEY_BYTES];
	*out = (struct signatory){ .cert = { .serial = 1, .issued = when, .active = true } };
	derive(ch, name, out->seed);
	derive(ch, "specimen organisation", root);
	sign_public(out->cert.key, out->seed);
	snprintf(out->cert.name, sizeof out->cert.name, "%s", name);
	snprintf(out->cert.roles, sizeof out->cert.roles, "signatory");
	enum code c = cert_issue(&out->cert, root, err);
	crypto_wipe(root, sizeof root);
	return c;
}

/* The first edition of a language is in force; a later one waits for approval. */
static enum code fill_template(struct changes *ch, const struct template_file *file, int64_t now, struct err *err)
{
	AUTO(item_release) struct item it = { 0 };
	struct signatory one, two;
	enum code c = contracts_make_template(&it, file->name, file->text, *file->len, now, err);
	if (!c)
		c = make_signatory(ch, "specimen-qian", now, &one, err);
	if (!c)
		c = make_signatory(ch, "specimen-sun", now, &two, err);
	if (c)
		return c;
	if (item_int(&it, "edition") == 1) {
		item_set(&it, "state", value_text("approved"));
		item_set(&it, "version", value_int(2));
		item_set(&it, "approved_by", value_text(one.cert.id));
		item_set(&it, "confirmed_by", value_text(two.cert.id));
		item_set(&it, "approved_at", value_int(now));
	}
	return changes_add(ch, &it, NULL, err);
}

enum code contracts_fill_templates(struct changes *ch, int64_t now, struct err *err)
{
	enum code c = contracts_make_seal(ch, now, err); /* before the first contract that it seals */
	for (size_t i = 0; !c && i < template_nfiles; i++)
		c = fill_template(ch, &template_files[i], now, err);
	return c;
}

/* ---- contracts ---- */

static void sign_bare(void *ctx, const void *data, size_t n, uint8_t sig[SIG_BYTES])
{
	const struct signatory *s = ctx;
	sign_make(sig, NULL, data, n, s->seed);
}

static void put_signature(struct item *it, bool first, struct signatory *s, int64_t when)
{
	AUTO(buf_release) struct buf comment = BUF_INIT, text = BUF_INIT;
	const struct deed d = { "", it->rec->kind, item_id(it), DEED_SIGNATORY, s->cert.name };
	struct minisigner by = { sign_bare, s, { 0 } };
	uint8_t prehash[PREHASH_BYTES];
	memcpy(by.key, s->cert.key, KEY_BYTES);
	deed_prehash(it, prehash);
	deed_comment(&comment, &d, when);
	minisign_write(&text, prehash, comment.data, &by);
	item_set(it, first ? "first_signatory" : "second_signatory", value_text(s->cert.id));
	item_set(it, first ? "first_signature" : "second_signature", value_text(text.data));
	item_set(it, first ? "first_certificate" : "second_certificate", value_text(s->cert.text));
	item_set(it, first ? "first_cert_sig" : "second_cert_sig", value_blob(s->cert.sig, SIG_BYTES));
}

static enum code execute(struct changes *ch, struct item *it, int64_t when, struct err *err)
{
	AUTO(buf_release) struct buf hex = BUF_INIT;
	struct signatory one, two;
	uint8_t root[KEY_BYTES], root_key[KEY_BYTES];
	enum code c = make_signatory(ch, "specimen-qian", when, &one, err);
	if (!c)
		c = make_signatory(ch, "specimen-sun", when, &two, err);
	if (c)
		return c;
	put_signature(it, true, &one, when);
	put_signature(it, false, &two, when);
	derive(ch, "specimen organisation", root);
	sign_public(root_key, root);
	crypto_wipe(root, sizeof root);
	crypto_wipe(one.seed, KEY_BYTES);
	crypto_wipe(two.seed, KEY_BYTES);
	buf_add_hex(&hex, root_key, KEY_BYTES);
	item_set(it, "organisation", value_text(hex.data));
	item_set(it, "executed_at", value_int(when));
	effect_touch(it, "executed", when);
	return E_OK;
}

enum stage { NONE, DRAFT, ISSUED, SIGNED, DECLINED, EXPIRED, EXECUTED, VOIDED };

/* How far the contract of the n-th merchant of this state has come. */
static enum stage stage_of(const char *state, int64_t n)
{
	static const enum stage waiting[] = { DRAFT, ISSUED, SIGNED, NONE, DECLINED, EXPIRED };
	if (strcmp(state, "contracting") == 0)
		return waiting[n % (int64_t)COUNT(waiting)];
	if (strcmp(state, "terminated") == 0)
		return n < 2 ? VOIDED : NONE;
	return strcmp(state, "configuring") == 0 || (strcmp(state, "active") == 0 && n < 6) ? EXECUTED : NONE;
}

static enum code issue(struct changes *ch, struct chance *chance, struct item *it, int64_t when, struct err *err)
{
	uint8_t token[CONTRACT_TOKEN];
	for (size_t i = 0; i < sizeof token; i++)
		token[i] = (uint8_t)chance_draw(chance);
	item_set(it, "issued_at", value_int(when));
	effect_touch(it, "issued", when);
	return contracts_print(ch, it, token, when, err);
}

static enum code come_to(struct changes *ch, struct chance *chance, struct item *it, enum stage stage, int64_t when, struct err *err)
{
	static const enum contract_answer answers[] = {
		[SIGNED] = CONTRACT_SIGN, [DECLINED] = CONTRACT_DECLINE, [EXPIRED] = CONTRACT_EXPIRE, [EXECUTED] = CONTRACT_SIGN, [VOIDED] = CONTRACT_SIGN,
	};
	enum code c = stage >= ISSUED ? issue(ch, chance, it, when + WHEN_HOUR, err) : E_OK;
	if (!c && stage > ISSUED)
		c = contracts_answer(ch->in, it, answers[stage], when + 3 * WHEN_HOUR, err);
	if (!c && stage >= EXECUTED)
		c = execute(ch, it, when + 5 * WHEN_HOUR, err);
	if (!c && stage >= EXECUTED)
		c = contracts_seal(ch, it, when + 5 * WHEN_HOUR, err);
	if (!c && stage == VOIDED) {
		item_set(it, "ended_at", value_int(when + 9 * WHEN_HOUR));
		item_set(it, "ended_why", value_text("样本：经双方协商终止"));
		effect_touch(it, "void", when + 9 * WHEN_HOUR);
	}
	return c;
}

enum code contracts_fill(struct changes *ch, struct chance *chance, const struct item *merchant, int64_t n, struct err *err)
{
	AUTO(item_release) struct item template = { 0 }, it = { 0 };
	enum stage stage = stage_of(item_text(merchant, "state"), n);
	char id[RECORD_ID_MAX + 1];
	int64_t when = item_int(merchant, "decided_at") + WHEN_HOUR;
	if (stage == NONE)
		return E_OK;
	snprintf(id, sizeof id, "C%.50s-1", item_id(merchant) + 1);
	enum code c = contract_template_for(institution_db(ch->in), CONTRACT_FAMILY, n % 4 == 1 ? "en" : "zh", &template, err);
	if (!c)
		c = contract_make(&it, id, merchant, &template, "", when, err);
	if (!c)
		c = come_to(ch, chance, &it, stage, when, err);
	return c ? c : changes_add(ch, &it, item_text(merchant, "region"), err);
}
