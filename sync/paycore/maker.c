#include "sync/paycore/maker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/effect.h"
#include "core/records/merchant_risk.h"
#include "core/rules.h"
#include "core/values/when.h"
#include "sync/paycore/pieces.h"
#include "sync/paycore/ring.h"

/* Which merchants have something wrong with them: every n-th, by number, so that a given seed always has some of each. */
enum flaw { BAD_CREDIT_CODE, SAME_CREDIT_CODE, SAME_CARD, SAME_PERSON, BANNED_TRADE, LICENCE_EXPIRED, LICENCE_MISSING, BAD_IDENTITY, HOSTILE_NAME, UNDER_AGE, SAME_DAY };
static const struct { int every, at; } flaws[] = {
	[BAD_CREDIT_CODE] = { 29, 5 }, [SAME_CREDIT_CODE] = { 61, 7 }, [SAME_CARD] = { 67, 9 }, [SAME_PERSON] = { 71, 11 }, [BANNED_TRADE] = { 43, 13 },
	[LICENCE_EXPIRED] = { 23, 6 }, [LICENCE_MISSING] = { 47, 17 }, [BAD_IDENTITY] = { 53, 19 }, [HOSTILE_NAME] = { 59, 3 }, [UNDER_AGE] = { 97, 23 },
	[SAME_DAY] = { 37, 14 },
};

/* The ages of a state: hours since the application, and since the last change. */
static const struct life { const char *state; int64_t applied_min, applied_max, version; bool passed, cleared, decided, served; } lives[] = {
	{ "applied", 0, 60, 1, false, false, false, false },
	{ "preliminary_review", 4, 90, 2, false, false, false, false },
	{ "risk_review", 20, 140, 4, true, false, false, false },
	{ "contracting", 60, 150, 7, true, true, true, false },
	{ "configuring", 90, 300, 8, true, true, true, false },
	{ "active", 12 * 24, 420 * 24, 9, true, true, true, true },
	{ "resubmission_requested", 30, 400, 3, false, false, true, false },
	{ "rejected", 80, 270 * 24, 4, false, false, true, false },
	{ "suspended", 90 * 24, 450 * 24, 10, true, true, true, true },
	{ "terminated", 200 * 24, 500 * 24, 11, true, true, true, true },
};

/* Whoever was approved had none. */
static bool has(enum flaw f, int64_t number, const struct life *life)
{
	return !life->cleared && number % flaws[f].every == flaws[f].at;
}

static const struct life *life_of(const char *state)
{
	const struct life *l = lives;
	while (strcmp(l->state, state) != 0 && l < lives + COUNT(lives) - 1)
		l++;
	return l;
}

/* ---- numbers ---- */

/* GB 32100 over a division code that was never given out; 91: an enterprise, 92: an individual business. */
static void make_credit_code(struct chance *c, const char *province, bool enterprise, char out[CREDIT_CODE_LEN + 1])
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	memcpy(out, enterprise ? "91" : "92", 2);
	memcpy(out + 2, province, 2);
	memcpy(out + 4, "9999", 4);
	for (size_t i = 8; i < CREDIT_CODE_LEN - 1; i++)
		out[i] = alphabet[chance_between(c, 0, (int64_t)sizeof alphabet - 2)];
	ident_credit_code_complete(out);
}

/* ---- the parts of a merchant ---- */

static void put_names(struct maker *m, int64_t number, const struct place *p, const struct trade *t, struct item *it)
{
	const struct word *w = &fancy[chance_between(m->chance, 0, (int64_t)nfancy - 1)];
	int64_t kind = chance_between(m->chance, 1, 10);
	const char *type = kind <= 6 ? "enterprise" : kind <= 8 || t->high > 500 ? "individual_business" : "micro"; /* nobody runs a hotel as a hawker */
	put(it, "type", "%s", type);
	if (*type == 'e')
		put(it, "name", "%s%s%s有限公司", p->city, w->zh, t->firm);
	else if (*type == 'i')
		put(it, "name", "%s%s%s", p->city, w->zh, t->shop);
	else
		put(it, "name", "%s记%s", surnames[chance_between(m->chance, 0, (int64_t)nsurnames - 1)], t->shop);
	put(it, "name_en", "%s %s %s", p->city_en, w->en, t->en);
	if (number % flaws[HOSTILE_NAME].every == flaws[HOSTILE_NAME].at) /* in whatever state: names are shown everywhere */
		put(it, "name", "%s", hostile_names[(size_t)(number / flaws[HOSTILE_NAME].every) % nhostile_names]);
	put(it, "region", "%s", p->region);
	put(it, "mcc", "%s", t->mcc);
	put(it, "business_scope", "%s", t->scope);
	put(it, "address", "%s市样本区样本路%d号", p->city, (int)chance_between(m->chance, 1, 999));
}

static void put_registration(struct maker *m, int64_t number, const struct life *life, const struct place *p, struct item *it)
{
	char code[CREDIT_CODE_LEN + 1];
	bool enterprise = strcmp(item_text(it, "type"), "enterprise") == 0;
	make_credit_code(m->chance, p->province, enterprise, code);
	if (has(BAD_CREDIT_CODE, number, life))
		spoil(code, CREDIT_CODE_LEN);
	if (has(SAME_CREDIT_CODE, number, life) && *m->credit_code)
		snprintf(code, sizeof code, "%.18s", m->credit_code);
	if (strcmp(item_text(it, "type"), "micro") != 0) {
		put(it, "credit_code", "%s", code);
		snprintf(m->credit_code, sizeof m->credit_code, "%s", code);
	}
	put_int(it, "registered_capital", enterprise ? chance_between(m->chance, 1, 200) * 10000000 : chance_between(m->chance, 1, 30) * 100000);
	put_date(it, "established_on", m->now - chance_between(m->chance, 90, 5000) * WHEN_DAY);
}

static void put_people(struct maker *m, int64_t number, const struct life *life, const struct place *p, struct item *it)
{
	char person[64], contact[64], identity[RESIDENT_LEN + 1], card[CARD_LEN + 1], phone[12];
	int year = when_civil(m->now).year;
	make_person(m->chance, person, sizeof person);
	make_person(m->chance, contact, sizeof contact);
	make_identity(m->chance, p->province, year - (int)(has(UNDER_AGE, number, life) ? 15 : chance_between(m->chance, 22, 64)), identity);
	if (has(BAD_IDENTITY, number, life))
		spoil(identity, RESIDENT_LEN);
	if (has(SAME_PERSON, number, life) && *m->legal_rep)
		snprintf(identity, sizeof identity, "%.18s", m->legal_rep);
	make_card(m->chance, card);
	if (has(SAME_CARD, number, life) && *m->card)
		snprintf(card, sizeof card, "%.19s", m->card);
	put(it, "legal_rep_name", "%s", person);
	put(it, "legal_rep_number", "%s", identity);
	put(it, "contact_name", "%s", chance_percent(m->chance, 60) ? person : contact);
	make_phone(m->chance, phone);
	put(it, "contact_phone", "%s", phone);
	put(it, "settlement_bank", "%s%s分行", banks[chance_between(m->chance, 0, (int64_t)nbanks - 1)], p->city);
	put(it, "settlement_name", "%s", strcmp(item_text(it, "type"), "enterprise") == 0 ? item_text(it, "name") : person);
	put(it, "settlement_card", "%s", card);
	snprintf(m->legal_rep, sizeof m->legal_rep, "%s", identity);
	snprintf(m->card, sizeof m->card, "%s", card);
}

/* Where it is registered, mostly; every eighth trades elsewhere. Nothing is drawn, so that whatever else a seed makes stays as it is. */
static void put_business_address(int64_t number, const struct place *p, struct item *it)
{
	if (number % 8 == 5)
		put(it, "business_address", "%s市样本区样本商业街%d号", p->city, (int)(number % 997) + 1);
	else
		put(it, "business_address", "%s", item_text(it, "address"));
}

static void put_figures(struct maker *m, const struct trade *t, struct item *it)
{
	static const char *const cycles[] = { "d1", "t1", "t1", "d0" };
	static const int fees[] = { 38, 38, 45, 55, 60 };
	put_int(it, "expected_monthly", (t->low + t->high) / 4 * chance_between(m->chance, 60, 900) * 100);
	put(it, "settlement_cycle", "%s", *CHANCE_PICK(m->chance, cycles));
	put_int(it, "fee_bps", *CHANCE_PICK(m->chance, fees));
}

static void put_life(struct maker *m, const struct life *life, struct item *it)
{
	int64_t age = chance_between(m->chance, life->applied_min * 3600, life->applied_max * 3600) * WHEN_SECOND;
	int64_t applied = m->now - age, step = chance_between(m->chance, 2 * 60, 20 * 60) * WHEN_MINUTE; /* a review takes hours, however long ago */
	bool turned_down = strcmp(life->state, "rejected") == 0;
	if (step > age / 8)
		step = age / 8;
	put_int(it, "applied_at", applied);
	put_int(it, "due_at", applied + 3 * WHEN_DAY);
	put_int(it, "updated_at", applied);
	put(it, "risk_outcome", "none");
	if (life->passed) {
		put_int(it, "reviewed_at", applied + step);
		put_int(it, "updated_at", applied + step);
	}
	if (life->cleared || (life->passed && chance_percent(m->chance, 45))) { /* half of the risk review waits for approval only */
		put(it, "risk_outcome", "passed");
		put_int(it, "cleared_at", applied + 2 * step);
		put_int(it, "updated_at", applied + 2 * step);
	}
	if (life->decided) {
		put_int(it, "decided_at", applied + 3 * step);
		put_int(it, "updated_at", applied + 3 * step);
	}
	if (life->cleared || turned_down)
		put_int(it, "concluded_at", applied + 3 * step);
	if (life->served)
		put_int(it, "activated_at", applied + 3 * step + chance_between(m->chance, 24, 9 * 24) * WHEN_HOUR);
	if (strcmp(life->state, "resubmission_requested") == 0)
		put(it, "resubmission_reasons", "licence_unreadable,premises_missing");
	if (turned_down || strcmp(life->state, "suspended") == 0 || strcmp(life->state, "terminated") == 0)
		put(it, "decision_reason", "样本：%s", *life->state == 'r' ? "资料与经营情况不符" : "交易异常，待核实");
}

/* Nobody applies before it exists: as old as it was drawn, but on the day of its application. */
static void put_age(const struct maker *m, struct item *it)
{
	int64_t since, applied = item_int(it, "applied_at");
	struct err none;
	if (!when_parse_date(item_text(it, "established_on"), &since, &none) && since > applied - 30 * WHEN_DAY)
		put_date(it, "established_on", applied - (m->now - since));
}

/* Its money on the same day: whoever is with us long enough may have that, and a few applicants ask for it who may not. */
static void put_cycle(const struct maker *m, int64_t number, const struct life *life, struct item *it)
{
	int64_t days = (m->now - item_int(it, "activated_at")) / WHEN_DAY;
	bool known = life->served && days >= rule_at("same_day_age", m->now)->value;
	if (has(SAME_DAY, number, life) && !life->cleared)
		put(it, "settlement_cycle", "d0");
	else if (!known && strcmp(item_text(it, "settlement_cycle"), "d0") == 0)
		put(it, "settlement_cycle", "d1");
}

/* What it applies with, and what it was configured with; nothing here is drawn, so that whatever else a seed makes stays as it is. Half of those
 * that wait to go live are configured. */
static void put_terms(const struct life *life, int64_t number, const struct trade *t, struct item *it)
{
	static const char *const wanted[] = { "wechat_pay,alipay,unionpay_quickpass,e_cny", "wechat_pay,alipay", "wechat_pay,alipay,unionpay_quickpass" };
	int64_t fee = item_int(it, "fee_bps"), single = (t->high > 2500 ? t->high * 2 : 5000) * 100;
	const char *channels = life->served ? wanted[0] : wanted[number % 3];
	put(it, "channels", "%s", channels);
	if (!life->served && (strcmp(life->state, "configuring") != 0 || number % 2))
		return;
	put_int(it, "rate_wechat_pay", fee);
	put_int(it, "rate_alipay", fee);
	if (strstr(channels, "unionpay_quickpass"))
		put_int(it, "rate_unionpay_quickpass", fee > 45 ? 45 : fee);
	if (strstr(channels, "e_cny"))
		put_int(it, "rate_e_cny", 20);
	put_int(it, "settlement_minimum", number % 5 ? 100 : 10000);
	put_int(it, "limit_single", single);
	put_int(it, "limit_day", single * 20);
	put_int(it, "configured_at", item_int(it, "decided_at") + 7 * WHEN_HOUR);
	if (!life->served)
		put_int(it, "updated_at", item_int(it, "configured_at") + 2 * WHEN_HOUR); /* its key fetched */
}

void make_merchant(struct maker *m, int64_t number, const char *state, struct item *it, struct made *made)
{
	const struct life *life = life_of(state);
	const struct place *place = &places[chance_between(m->chance, 0, (int64_t)nplaces - 1)];
	const struct trade *trade = has(BANNED_TRADE, number, life) ? &banned_trades[chance_between(m->chance, 0, (int64_t)nbanned_trades - 1)] :
							    &trades[chance_between(m->chance, 0, (int64_t)ntrades - 1)];
	item_init(it, record_find("merchant"));
	put(it, "id", "M%08lld", (long long)number);
	put(it, "state", "%s", life->state);
	put_int(it, "version", life->version);
	put_names(m, number, place, trade, it);
	put_registration(m, number, life, place, it);
	put_people(m, number, life, place, it);
	ring_join(number, it);
	put_business_address(number, place, it);
	put_figures(m, trade, it);
	put_life(m, life, it);
	put_age(m, it);
	put_cycle(m, number, life, it);
	put_terms(life, number, trade, it);
	*made = (struct made){ trade, place, has(LICENCE_EXPIRED, number, life), has(LICENCE_MISSING, number, life) };
}

enum code rate_merchant(struct item *it, int64_t when, bool keep, struct changes *ch, struct err *err)
{
	const struct scorecard *card = scorecard_at(when);
	struct tally t = { .when = when };
	AUTO(item_release) struct item kept = { 0 };
	char id[32];
	if (!card)
		return E_OK;
	merchant_assess(institution_db(ch->in), it, card, &t);
	merchant_risk_put(it, card, &t);
	if (!keep)
		return E_OK;
	snprintf(id, sizeof id, "A%.20s-%lld", item_id(it) + 1, (long long)item_version(it));
	merchant_risk_record(&kept, id, it, &t, NULL);
	return changes_add(ch, &kept, item_text(it, "region"), err);
}

/* ---- documents ---- */

static const struct paper { const char *type; enum scan_kind kind; const char *title; int percent; int valid_years; } papers[] = {
	{ "business_licence", SCAN_LICENCE, "营业执照", 100, 0 },
	{ "legal_rep_identity", SCAN_IDENTITY, "居民身份证", 100, 10 },
	{ "settlement_proof", SCAN_BANK, "结算账户证明", 100, 0 },
	{ "shop_front", SCAN_FRONT, "门头照", 90, 0 },
	{ "shop_inside", SCAN_INSIDE, "店内照", 70, 0 },
	{ "lease", SCAN_PAPER, "房屋租赁合同", 40, 3 },
};

/* What stands on it: for each kind of scan, labels and the fields whose values they have; of the document itself where it has them. */
static const struct printed { const char *label, *field; } printed[SCAN_KINDS][9] = {
	[SCAN_LICENCE] = { { "统一社会信用代码", "credit_code" }, { "名称", "name" }, { "法定代表人", "legal_rep_name" }, { "成立日期", "established_on" },
			   { "住所", "address" }, { "经营范围", "business_scope" }, { "发照日期", "issued_on" }, { "有效期至", "expires_on" } },
	[SCAN_IDENTITY] = { { "姓名", "legal_rep_name" }, { "公民身份号码", "legal_rep_number" }, { "签发日期", "issued_on" }, { "有效期至", "expires_on" } },
	[SCAN_BANK] = { { "户名", "settlement_name" }, { "账号", "settlement_card" }, { "开户银行", "settlement_bank" }, { "出具日期", "issued_on" } },
	[SCAN_FRONT] = { { "地址", "business_address" } },
	[SCAN_INSIDE] = { { "拍摄日期", "issued_on" } },
	[SCAN_PAPER] = { { "承租方", "name" }, { "租赁地址", "business_address" }, { "起租日期", "issued_on" }, { "到期日期", "expires_on" } },
};

static void draw(struct maker *m, const struct item *merchant, const struct item *document, const struct paper *p, struct buf *png)
{
	struct scan_line line[COUNT(printed[0])];
	size_t n = 0;
	for (const struct printed *at = printed[p->kind]; at->label; at++) {
		const struct item *it = record_field(document->rec, at->field) >= 0 ? document : merchant;
		line[n++] = (struct scan_line){ at->label, item_text(it, at->field) };
	}
	scan_draw(m->scanner, &(struct scan){ p->kind, p->kind == SCAN_FRONT ? item_text(merchant, "name") : p->title, line, n,
					      strtoull(item_id(merchant) + 1, NULL, 10) * COUNT(papers) + (uint64_t)(p - papers) }, png);
}

static int64_t number_of(const struct item *merchant)
{
	return strtoll(item_id(merchant) + 1, NULL, 10);
}

/* The identity card of every sixth merchant that takes payments: work for those who review merchants again. */
static bool runs_out_soon(const struct item *merchant, const struct paper *p)
{
	return p->kind == SCAN_IDENTITY && item_int(merchant, "activated_at") && number_of(merchant) % 6 == 4;
}

static enum code make_paper(struct maker *m, const struct item *merchant, const struct made *made, const struct paper *p, struct changes *ch, struct err *err)
{
	AUTO(buf_release) struct buf png = BUF_INIT, hex = BUF_INIT;
	AUTO(item_release) struct item it;
	uint8_t sum[32];
	int64_t received = item_int(merchant, "applied_at");
	bool licence = p == papers, accepted = item_int(merchant, "reviewed_at") > 0;
	item_init(&it, record_find("document"));
	put(&it, "id", "D%s-%d", item_id(merchant) + 1, (int)(p - papers) + 1);
	put(&it, "state", "%s", accepted ? "verified" : "received");
	put_int(&it, "version", accepted ? 2 : 1);
	put_int(&it, "updated_at", accepted ? item_int(merchant, "reviewed_at") : received);
	put(&it, "merchant_id", "%s", item_id(merchant));
	put(&it, "type", "%s", p->type);
	put(&it, "file_name", "%s-%s.png", item_id(merchant), p->type);
	put(&it, "media_type", "image/png");
	put_int(&it, "received_at", received);
	int64_t issued = received - chance_between(m->chance, 30, 900) * WHEN_DAY;
	if (runs_out_soon(merchant, p))
		issued = m->now - p->valid_years * 365 * WHEN_DAY + (number_of(merchant) % 50 - 20) * WHEN_DAY;
	put_date(&it, "issued_on", issued);
	if (licence && made->licence_expired)
		put_date(&it, "expires_on", m->now - chance_between(m->chance, 5, 400) * WHEN_DAY);
	else if (p->valid_years)
		put_date(&it, "expires_on", issued + p->valid_years * 365 * WHEN_DAY);
	draw(m, merchant, &it, p, &png);
	sha256(sum, png.data, png.len);
	buf_add_hex(&hex, sum, sizeof sum);
	put_int(&it, "size", (int64_t)png.len);
	put(&it, "sha256", "%s", hex.data);
	enum code c = changes_blob(ch, hex.data, "image/png", &png, &it, err);
	return c ? c : changes_add(ch, &it, item_text(merchant, "region"), err);
}

enum code make_documents(struct maker *m, const struct item *merchant, const struct made *made, struct changes *ch, struct err *err)
{
	bool micro = strcmp(item_text(merchant, "type"), "micro") == 0;
	enum code c = E_OK;
	for (size_t i = 0; !c && i < COUNT(papers); i++) {
		bool wanted = chance_percent(m->chance, papers[i].percent);
		if (wanted && !(i == 0 && (micro || made->licence_missing)))
			c = make_paper(m, merchant, made, &papers[i], ch, err);
	}
	return c;
}

enum code make_renewed(struct maker *m, const struct item *merchant, struct item *old, struct changes *ch, struct err *err)
{
	AUTO(buf_release) struct buf png = BUF_INIT, hex = BUF_INIT;
	AUTO(item_release) struct item it;
	const struct paper *p = papers;
	uint8_t sum[32];
	while (strcmp(p->type, item_text(old, "type")) != 0 && p < papers + COUNT(papers) - 1)
		p++;
	item_copy(&it, old);
	put(&it, "id", "%.50s.%lld", item_id(old), (long long)item_version(old) + 1); /* its version grows, so no id comes twice */
	put(&it, "state", "received");
	put_int(&it, "version", 1);
	put_int(&it, "updated_at", m->now);
	put_int(&it, "received_at", m->now);
	item_set(&it, "requested_at", value_null());
	put_date(&it, "issued_on", m->now - 3 * WHEN_DAY);
	put_date(&it, "expires_on", m->now + (p->valid_years ? p->valid_years : 10) * 365 * WHEN_DAY);
	draw(m, merchant, &it, p, &png);
	sha256(sum, png.data, png.len);
	buf_add_hex(&hex, sum, sizeof sum);
	put_int(&it, "size", (int64_t)png.len);
	put(&it, "sha256", "%s", hex.data);
	effect_touch(old, "replaced", m->now);
	enum code c = changes_put(ch, old, err);
	if (!c)
		c = changes_blob(ch, hex.data, "image/png", &png, &it, err);
	return c ? c : changes_add(ch, &it, item_text(merchant, "region"), err);
}
