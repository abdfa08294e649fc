#include "sync/paycore/people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/values/when.h"
#include "sync/paycore/names.h"
#include "sync/paycore/pieces.h"

/* Whose check has something wrong with it: every n-th, by number, so that a given seed always has some of each. */
enum flaw { EXPIRED, CHILD, MINOR, OTHER_NAME, OTHER_NUMBER, UNSURE, SAME_NUMBER, SAME_DEVICE, SAME_CARD, OTHER_FACE, NOT_LIVE, REGISTER_DIFFERS,
	    REGISTERS_SILENT, BAD_NUMBER, PASSPORT };
enum { FOR_GOOD_AGE = 46 /* Law on Resident Identity Cards, article 5 */ };
static const struct { int every, at; } flaws[] = {
	[EXPIRED] = { 17, 4 }, [CHILD] = { 89, 12 }, [MINOR] = { 61, 20 }, [OTHER_NAME] = { 19, 6 }, [OTHER_NUMBER] = { 37, 9 }, [UNSURE] = { 11, 3 },
	[SAME_NUMBER] = { 43, 15 }, [SAME_DEVICE] = { 13, 5 }, [SAME_CARD] = { 41, 18 }, [OTHER_FACE] = { 23, 7 }, [NOT_LIVE] = { 31, 11 },
	[REGISTER_DIFFERS] = { 29, 8 }, [REGISTERS_SILENT] = { 47, 21 }, [BAD_NUMBER] = { 53, 2 }, [PASSPORT] = { 27, 13 },
};

/* How a hundred customers are spread, and how far each has come. */
static const struct life {
	const char *state;
	int share;
	int64_t age_min, age_max;       /* hours since registration */
	const char *check;              /* state of the identity check; NULL: none yet */
	const char *card;               /* state of the bank card; NULL: none */
	bool verified, active;
} lives[] = {
	{ "registered", 6, 0, 270 * 24, NULL, NULL, false, false },
	{ "contact_verified", 5, 1, 270 * 24, NULL, NULL, false, false },
	{ "contact_verified", 4, 30, 40 * 24, "resubmission_requested", NULL, false, false },
	{ "contact_verified", 7, 30, 270 * 24, "rejected", NULL, false, false },
	{ "submitted", 13, 1, 60, "submitted", "unverified", false, false },
	{ "submitted", 3, 20, 90, "escalated", "unverified", false, false },
	{ "verified", 5, 30, 100, "approved", "micro_deposit_sent", true, false },
	{ "verified", 3, 30, 200 * 24, "approved", "blocked", true, false },
	{ "active", 48, 2 * 24, 270 * 24, "approved", "bound", true, true },
	{ "frozen", 4, 30 * 24, 270 * 24, "approved", "bound", true, true },
	{ "closed", 2, 90 * 24, 400 * 24, "approved", "unbound", true, true },
};

/* Somebody new; somebody who hands in their data, or asks for more. */
static const struct life newcomer = { "registered", 0, 0, 0, NULL, NULL, false, false };
static const struct life applicant = { "submitted", 0, 0, 0, "submitted", "unverified", false, false };
static const struct life customer = { "active", 0, 0, 0, "approved", "bound", true, true };

struct person {
	int64_t number;
	const struct life *life;
	const struct place *place;
	int64_t registered, step;       /* step: from one thing that happens to the next, ms; minutes to hours, however long ago it was */
	int age;                        /* full years at least */
	const char *class;              /* of the account; NULL: none yet */
	char id[16], name[64], phone[12], identity[RESIDENT_LEN + 1], born[16], card[CARD_LEN + 1], device[16];
};

/* A check that was passed had nothing wrong with it. */
static bool has(const struct person *p, enum flaw f)
{
	return !p->life->verified && p->number % flaws[f].every == flaws[f].at;
}

static const struct life *life_of(int64_t number)
{
	int64_t slot = number * 37 % 100; /* 37 has no common divisor with 100: the states are mixed */
	const struct life *l = lives;
	for (; slot >= l->share; l++)
		slot -= l->share;
	return l;
}

static void make_one(struct crowd *m, int64_t number, const struct life *life, struct person *p)
{
	int year = when_civil(m->now).year;
	*p = (struct person){ .number = number, .life = life };
	p->place = &places[chance_between(m->chance, 0, (int64_t)nplaces - 1)];
	p->registered = m->now - chance_between(m->chance, life->age_min * 3600, life->age_max * 3600) * WHEN_SECOND;
	p->step = chance_between(m->chance, 10, 18 * 60) * WHEN_MINUTE;
	if (p->step > (m->now - p->registered) / 6)
		p->step = (m->now - p->registered) / 6;
	p->age = has(p, CHILD) ? 13 : has(p, MINOR) ? 16 : (int)chance_between(m->chance, 20, 68);
	snprintf(p->id, sizeof p->id, "U%08lld", (long long)number);
	snprintf(p->device, sizeof p->device, "V%08lld", (long long)number);
	make_person(m->chance, p->name, sizeof p->name);
	make_phone(m->chance, p->phone);
	make_identity(m->chance, p->place->province, year - p->age - 1, p->identity);
	make_card(m->chance, p->card);
	if (has(p, SAME_NUMBER) && *m->identity)
		snprintf(p->identity, sizeof p->identity, "%.18s", m->identity);
	if (has(p, SAME_CARD) && *m->card)
		snprintf(p->card, sizeof p->card, "%.19s", m->card);
	if (has(p, SAME_DEVICE) && *m->device)
		snprintf(p->device, sizeof p->device, "%.15s", m->device);
	snprintf(p->born, sizeof p->born, "%.4s-%.2s-%.2s", p->identity + 6, p->identity + 10, p->identity + 12);
	if (has(p, BAD_NUMBER))
		spoil(p->identity, RESIDENT_LEN);
}

static enum code add(struct changes *ch, struct item *it, const struct person *p, int64_t version, int64_t at, struct err *err)
{
	put_int(it, "version", version);
	put_int(it, "updated_at", at);
	return changes_add(ch, it, p->place->region, err);
}

/* ---- the customer ---- */
static enum code add_user(struct crowd *m, struct person *p, struct changes *ch, struct err *err)
{
	static const char *const sources[] = { "app", "app", "app", "mini_program", "merchant", "partner" };
	static const char *const classes[] = { "class_1", "class_2", "class_2", "class_3" };
	AUTO(item_release) struct item it;
	const struct life *life = p->life;
	int64_t step = p->step, at = p->registered;
	int known = (life->active ? 5 : life->verified ? 4 : strcmp(life->state, "submitted") == 0 ? 3 : strcmp(life->state, "registered") != 0 ? 2 : 1);
	item_init(&it, record_find("user"));
	put(&it, "id", "%s", p->id);
	put(&it, "state", "%s", life->state);
	put(&it, "phone", "%s", p->phone);
	put(&it, "region", "%s", p->place->region);
	put(&it, "source", "%s", *CHANCE_PICK(m->chance, sources));
	put(&it, "device_id", "%s", p->device);
	put_int(&it, "risk_score", chance_between(m->chance, 0, 50) + chance_between(m->chance, 0, 40));
	put_int(&it, "registered_at", at);
	if (known >= 2)
		put_int(&it, "contact_verified_at", at += step);
	if (known >= 3)
		put_int(&it, "submitted_at", at += step);
	if (known >= 4) {
		p->class = *CHANCE_PICK(m->chance, classes);
		put(&it, "name", "%s", p->name);
		put(&it, "identity_number", "%s", p->identity);
		put(&it, "account_class", "%s", p->class);
		put_int(&it, "channels_passed", p->class[6] == '1' ? chance_between(m->chance, 1, 2) : p->class[6] == '2' ? chance_between(m->chance, 3, 4) : 5);
		put_int(&it, "verified_at", at += step);
	}
	if (known >= 5) {
		int64_t most = strcmp(item_text(&it, "account_class"), "class_1") == 0 ? 1000 : 60000;
		int64_t limit = *item_text(&it, "account_class") && item_text(&it, "account_class")[6] == '3' ? 200000 : most == 1000 ? 1000 : 100000;
		int64_t year = chance_between(m->chance, 0, most);
		year = p->number % 97 == 33 ? limit + limit / 20 : p->number % 31 == 9 ? limit - limit / 10 : year; /* a few are near the limit, or over it */
		put_int(&it, "paid_year", year * 100);
		put_int(&it, "paid_lifetime", (most == 1000 ? year : year + chance_between(m->chance, 0, most)) * 100);
		put_int(&it, "balance", strcmp(life->state, "closed") == 0 ? 0 : chance_between(m->chance, 0, most / 20) * 100 + chance_between(m->chance, 0, 99));
		put_int(&it, "activated_at", at += step);
	}
	if (strcmp(life->state, "frozen") == 0 || strcmp(life->state, "closed") == 0) {
		put(&it, "decision_reason", "样本：%s", *life->state == 'f' ? "账户疑似被他人控制" : "客户申请销户");
		put_int(&it, "decided_at", at += (m->now - at) / 2);
	}
	return add(ch, &it, p, known, at, err);
}

static enum code add_device(struct crowd *m, const struct person *p, struct changes *ch, struct err *err)
{
	static const struct { const char *model, *system; } kinds[] = {
		{ "SPECIMEN P1", "android" }, { "SPECIMEN P2 Pro", "android" }, { "SPECIMEN S9", "harmony" }, { "SPECIMEN i5", "ios" }, { "SPECIMEN i7 Max", "ios" },
	};
	AUTO(item_release) struct item it = { 0 };
	size_t kind = (size_t)chance_between(m->chance, 0, (int64_t)COUNT(kinds) - 1);
	if (strcmp(p->device, m->device) == 0) /* another's: it is there already */
		return E_OK;
	item_init(&it, record_find("device"));
	put(&it, "id", "%s", p->device);
	put(&it, "state", "known");
	put(&it, "model", "%s", kinds[kind].model);
	put(&it, "system", "%s", kinds[kind].system);
	put(&it, "fingerprint", "%016llx%016llx", (unsigned long long)chance_draw(m->chance), (unsigned long long)chance_draw(m->chance));
	put_int(&it, "rooted", chance_percent(m->chance, 4));
	put_int(&it, "emulator", chance_percent(m->chance, 2));
	put_int(&it, "first_seen_at", p->registered);
	int64_t seen = p->registered + chance_between(m->chance, 0, (m->now - p->registered) / WHEN_SECOND) * WHEN_SECOND;
	put_int(&it, "last_seen_at", seen);
	return add(ch, &it, p, 1, seen, err);
}

static enum code add_card(struct crowd *m, const struct person *p, struct changes *ch, struct err *err)
{
	AUTO(item_release) struct item it;
	const char *state = p->life->card;
	int64_t added = p->registered + 2 * p->step, at = added;
	item_init(&it, record_find("bank_card"));
	put(&it, "id", "B%08lld", (long long)p->number);
	put(&it, "state", "%s", state);
	put(&it, "user_id", "%s", p->id);
	put(&it, "card_number", "%s", p->card);
	put(&it, "bank", "%s", banks[chance_between(m->chance, 0, (int64_t)nbanks - 1)]);
	put(&it, "type", "%s", chance_percent(m->chance, 85) ? "debit" : "credit");
	put(&it, "holder", "%s", p->name);
	put(&it, "phone", "%s", p->phone);
	put_int(&it, "added_at", added);
	put_int(&it, "tries", strcmp(state, "blocked") == 0 ? 3 : strcmp(state, "micro_deposit_sent") == 0 ? chance_between(m->chance, 0, 2) : 0);
	if (strcmp(state, "unverified") != 0) {
		put_int(&it, "deposit_amount", chance_between(m->chance, 1, 99));
		put_int(&it, "deposits", strcmp(state, "blocked") == 0 && p->number % 3 == 1 ? 3 : 1);
		put_int(&it, "sent_at", at += p->step);
	}
	if (strcmp(state, "bound") == 0 || strcmp(state, "unbound") == 0)
		put_int(&it, "bound_at", at += p->step);
	return add(ch, &it, p, 1, at, err);
}

/* ---- the identity check ---- */
static void put_declared(struct crowd *m, const struct person *p, struct item *it)
{
	bool passport = has(p, PASSPORT);
	put(it, "document_kind", passport ? "passport" : "resident_identity_card");
	put(it, "name", "%s", p->name);
	put(it, "born_on", "%s", p->born);
	put(it, "address", "%s市样本区样本路%d号", p->place->city, (int)chance_between(m->chance, 1, 999));
	if (passport)
		put(it, "number", "SP%07d", (int)chance_between(m->chance, 0, 9999999));
	else
		put(it, "number", "%s", p->identity);
	bool for_good = !passport && p->age >= FOR_GOOD_AGE && chance_percent(m->chance, 50);
	if (has(p, EXPIRED))
		put_date(it, "valid_until", m->now - chance_between(m->chance, 3, 300) * WHEN_DAY);
	else if (!for_good)
		put_date(it, "valid_until", m->now + chance_between(m->chance, 90, 5000) * WHEN_DAY);
}

static void put_read(struct crowd *m, const struct person *p, struct item *it)
{
	int low = has(p, UNSURE) ? 60 : 93, high = has(p, UNSURE) ? 84 : 99;
	char other[64];
	make_person(m->chance, other, sizeof other);
	put(it, "ocr_name", "%s", has(p, OTHER_NAME) ? other : p->name);
	put_int(it, "ocr_name_sure", chance_between(m->chance, low, high));
	item_set(it, "ocr_number", item_get(it, "number"));
	put_int(it, "ocr_number_sure", chance_between(m->chance, low, high));
	item_set(it, "ocr_born_on", item_get(it, "born_on"));
	item_set(it, "ocr_valid_until", item_get(it, "valid_until"));
	put_int(it, "ocr_valid_sure", chance_between(m->chance, low, high));
	item_set(it, "ocr_address", item_get(it, "address"));
	put_int(it, "face_match", has(p, OTHER_FACE) ? chance_between(m->chance, 20, 60) : chance_between(m->chance, 84, 99));
	put_int(it, "liveness", has(p, NOT_LIVE) ? chance_between(m->chance, 30, 70) : chance_between(m->chance, 88, 99));
}

static void put_registered(struct crowd *m, const struct person *p, struct item *it, int wanted)
{
	static const char *const channels[] = { "source_police", "source_bank", "source_mobile", "source_credit", "source_tax" };
	bool silent = has(p, REGISTERS_SILENT);
	if (!silent) {
		item_set(it, "register_name", item_get(it, "name"));
		item_set(it, "register_number", item_get(it, "number"));
		item_set(it, "register_born_on", item_get(it, "born_on"));
	}
	if (has(p, OTHER_NUMBER)) {
		char other[RESIDENT_LEN + 1];
		make_identity(m->chance, p->place->province, 1990, other);
		put(it, "register_number", "%s", other);
	}
	for (int i = 0; i < (int)COUNT(channels); i++)
		put(it, channels[i], "%s", silent || i >= wanted ? "unavailable" : "passed");
	if (has(p, REGISTER_DIFFERS))
		put(it, channels[1], "failed");
}

static void put_outcome(const struct life *life, struct item *it, int64_t decided)
{
	if (strcmp(life->check, "resubmission_requested") == 0)
		put(it, "resubmission_reasons", "front_unreadable,face_unclear");
	if (strcmp(life->check, "rejected") == 0) {
		put(it, "reject_code", "another_person");
		put(it, "decision_reason", "样本：人脸与证件不是同一人");
	}
	if (strcmp(life->check, "escalated") == 0) {
		put_int(it, "escalated_at", decided);
		put(it, "decision_reason", "样本：疑似名单命中，请合规判断");
	} else if (strcmp(life->check, "submitted") != 0) {
		put_int(it, "decided_at", decided);
	}
}

enum code make_scan(struct crowd *m, const struct item *check, enum paper paper, int nth, int64_t at, struct changes *ch, struct err *err)
{
	const bool passport = strcmp(item_text(check, "document_kind"), "passport") == 0;
	const char *until = *item_text(check, "ocr_valid_until") ? item_text(check, "ocr_valid_until") : "长期";
	const char *document = passport ? "护照" : "居民身份证";
	const struct { const char *type, *title; enum scan_kind kind; struct scan_line line[4]; } papers[] = {
		[PAPER_FRONT] = { "identity_front", document, SCAN_IDENTITY, {
			{ "姓名", item_text(check, "ocr_name") }, { "出生", item_text(check, "ocr_born_on") }, { "住址", item_text(check, "ocr_address") },
			{ passport ? "护照号码" : "公民身份号码", item_text(check, "ocr_number") } } },
		[PAPER_BACK] = { "identity_back", document, SCAN_PAPER, { { "签发机关", "样本市公安局样本分局" }, { "有效期至", until } } },
		[PAPER_CONSENT] = { "guardian_consent", "监护人同意书", SCAN_PAPER, { { "被监护人", item_text(check, "ocr_name") }, { "监护人", "样本监护人" } } },
	};
	AUTO(buf_release) struct buf png = BUF_INIT, hex = BUF_INIT;
	AUTO(item_release) struct item it;
	uint8_t sum[32];
	scan_draw(m->scanner, &(struct scan){ papers[paper].kind, papers[paper].title, papers[paper].line, COUNT(papers[paper].line),
					      (uint64_t)strtoull(item_id(check) + 1, NULL, 10) * 100u + (uint64_t)nth }, &png);
	sha256(sum, png.data, png.len);
	buf_add_hex(&hex, sum, sizeof sum);
	item_init(&it, record_find("scan"));
	put(&it, "id", "S%s-%d", item_id(check) + 1, nth);
	put(&it, "state", "received");
	put(&it, "check_id", "%s", item_id(check));
	put(&it, "user_id", "%s", item_text(check, "user_id"));
	put(&it, "type", "%s", papers[paper].type);
	put(&it, "media_type", "image/png");
	put_int(&it, "size", (int64_t)png.len);
	put(&it, "sha256", "%s", hex.data);
	put_int(&it, "received_at", at);
	put_int(&it, "version", 1);
	put_int(&it, "updated_at", at);
	enum code c = changes_blob(ch, hex.data, "image/png", &png, &it, err);
	return c ? c : changes_add(ch, &it, item_text(check, "region"), err);
}

struct asked { const char *id, *purpose /* "real_name", or "upgrade" of an account that is open */, *state; int64_t at; };
static enum code add_check(struct crowd *m, const struct person *p, const struct asked *ask, struct changes *ch, struct err *err)
{
	static const char *const classes[] = { "class_1", "class_2", "class_2", "class_3" };
	AUTO(item_release) struct item it;
	struct life life = *p->life;
	bool upgrade = strcmp(ask->purpose, "upgrade") == 0;
	const char *class = upgrade ? p->class[6] == '1' ? "class_2" : "class_3" : p->class ? p->class : *CHANCE_PICK(m->chance, classes);
	int needed = class[6] == '1' ? 1 : class[6] == '2' ? 3 : 5, most = chance_percent(m->chance, 90) ? 5 : 4;
	int64_t decided = ask->at + p->step;
	life.check = ask->state;
	item_init(&it, record_find("identity_check"));
	put(&it, "id", "%s", ask->id);
	put(&it, "state", "%s", ask->state);
	put(&it, "user_id", "%s", p->id);
	put(&it, "purpose", "%s", ask->purpose);
	put(&it, "account_class", "%s", class);
	put(&it, "region", "%s", p->place->region);
	put(&it, "phone", "%s", p->phone);
	put(&it, "device_id", "%s", p->device);
	put(&it, "card_number", "%s", p->card);
	put_declared(m, p, &it);
	put_read(m, p, &it);
	put_registered(m, p, &it, needed < most ? (int)chance_between(m->chance, needed, most) : most);
	put_int(&it, "submitted_at", ask->at);
	put_int(&it, "due_at", ask->at + WHEN_DAY);
	put_outcome(&life, &it, decided);
	bool open = strcmp(ask->state, "submitted") == 0;
	enum code c = add(ch, &it, p, open ? 1 : 3, open ? ask->at : decided, err);
	if (!c)
		c = make_scan(m, &it, PAPER_FRONT, 1, ask->at, ch, err);
	if (!c)
		c = make_scan(m, &it, PAPER_BACK, 2, ask->at, ch, err);
	return c || !has(p, MINOR) || p->number % 2 ? c : make_scan(m, &it, PAPER_CONSENT, 3, ask->at, ch, err);
}

static enum code add_checks(struct crowd *m, const struct person *p, struct changes *ch, struct err *err)
{
	char id[RECORD_ID_MAX + 1];
	enum code c = E_OK;
	snprintf(id, sizeof id, "K%s", p->id + 1);
	if (p->life->check)
		c = add_check(m, p, &(struct asked){ id, "real_name", p->life->check, p->registered + 2 * p->step }, ch, err);
	snprintf(id, sizeof id, "K%s-2", p->id + 1);
	if (!c && strcmp(p->life->state, "active") == 0 && p->class[6] != '3' && p->number % 6 == 4)
		c = add_check(m, p, &(struct asked){ id, "upgrade", "submitted", m->now - chance_between(m->chance, 1, 40) * WHEN_HOUR }, ch, err);
	return c;
}

static enum code make(struct crowd *m, int64_t number, const struct life *life, struct changes *ch, struct err *err)
{
	struct person p;
	make_one(m, number, life, &p);
	enum code c = add_device(m, &p, ch, err);
	if (!c)
		c = add_user(m, &p, ch, err);
	if (!c && life->card)
		c = add_card(m, &p, ch, err);
	if (!c)
		c = add_checks(m, &p, ch, err);
	snprintf(m->device, sizeof m->device, "%s", p.device);
	if (life->verified) { /* numbers that the institution knows */
		snprintf(m->identity, sizeof m->identity, "%s", p.identity);
		snprintf(m->card, sizeof m->card, "%s", p.card);
	}
	return c;
}

enum code make_user(struct crowd *m, int64_t number, struct changes *ch, struct err *err)
{
	return make(m, number, life_of(number), ch, err);
}

enum code make_newcomer(struct crowd *m, int64_t number, struct changes *ch, struct err *err)
{
	return make(m, number, &newcomer, ch, err);
}

/* ---- who is here already ---- */

static void person_of(struct crowd *m, const struct item *user, bool verified, struct person *p)
{
	make_one(m, strtoll(item_id(user) + 1, NULL, 10), verified ? &customer : &applicant, p);
	for (size_t i = nplaces; i-- > 0;)
		if (strcmp(places[i].region, item_text(user, "region")) == 0)
			p->place = &places[i];
	snprintf(p->id, sizeof p->id, "%s", item_id(user));
	snprintf(p->phone, sizeof p->phone, "%s", item_text(user, "phone"));
	snprintf(p->device, sizeof p->device, "%s", item_text(user, "device_id"));
	if (!verified)
		return;
	p->class = item_text(user, "account_class");
	snprintf(p->name, sizeof p->name, "%s", item_text(user, "name"));
	snprintf(p->identity, sizeof p->identity, "%s", item_text(user, "identity_number"));
	if (ident_resident_born(p->born, p->identity))
		p->age = when_civil(m->now).year - (int)strtol(p->born, NULL, 10) - 1;
}

/* The first number for a check of this customer that is not given out yet. */
static enum code free_id(struct db *db, const struct person *p, char out[RECORD_ID_MAX + 1], struct err *err)
{
	enum code c = E_OK;
	for (int nth = 1; !c; nth++) {
		AUTO(item_release) struct item there = { 0 };
		int n = snprintf(out, RECORD_ID_MAX + 1, "K%s", p->id + 1);
		if (nth > 1)
			snprintf(out + n, (size_t)(RECORD_ID_MAX + 1 - n), "-%d", nth);
		c = item_load(&there, db, record_find("identity_check"), out, err);
	}
	return c == E_NOTFOUND ? E_OK : c;
}

/* The card that they named before, or a first one. */
static enum code card_of(struct crowd *m, struct person *p, struct changes *ch, struct err *err)
{
	AUTO(item_release) struct item card = { 0 };
	char id[RECORD_ID_MAX + 1];
	snprintf(id, sizeof id, "B%s", p->id + 1);
	enum code c = item_load(&card, institution_db(ch->in), record_find("bank_card"), id, err);
	if (c == E_NOTFOUND)
		return add_card(m, p, ch, err);
	if (!c)
		snprintf(p->card, sizeof p->card, "%s", item_text(&card, "card_number"));
	return c;
}

enum code make_check(struct crowd *m, const struct item *user, struct changes *ch, struct err *err)
{
	bool verified = item_int(user, "verified_at") != 0;
	char id[RECORD_ID_MAX + 1];
	struct person p;
	person_of(m, user, verified, &p);
	enum code c = card_of(m, &p, ch, err);
	if (!c)
		c = free_id(institution_db(ch->in), &p, id, err);
	return c ? c : add_check(m, &p, &(struct asked){ id, verified ? "upgrade" : "real_name", "submitted", m->now }, ch, err);
}
