#include "sync/paycore/reviews.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/effect.h"
#include "core/records/merchant.h"
#include "core/records/merchant_review.h"
#include "core/values/when.h"

struct sweep { struct changes *ch; int64_t now; char today[16]; };

/* ---- walks: read to the end before anything is written ---- */
static enum code collect(struct sweep *s, const char *kind, const struct cond *all, size_t n, struct items *f, struct err *err)
{
	const struct record *rec = record_find(kind);
	const struct table t = record_table(rec);
	const struct query q = { .table = &t, .where = { .op = COND_AND, .kids = all, .nkids = n } };
	return item_each(institution_db(s->ch->in), rec, &q, items_keep, f, err);
}

static struct cond state_is(const char *state)
{
	return (struct cond){ .op = COND_EQ, .column = "state", .value = value_text(state) };
}

/* YYYY-MM-DD, so many days from now; text order is their order. */
static void day_in(const struct sweep *s, int64_t days, char out[16])
{
	AUTO(buf_release) struct buf day = BUF_INIT;
	when_add_date(&day, s->now + days * WHEN_DAY);
	snprintf(out, 16, "%s", day.data);
}

/* Whoever has until a day has all of that day. */
static int64_t end_of(const char *day)
{
	int64_t ms = 0;
	struct err err;
	return when_parse_date(day, &ms, &err) ? 0 : ms + WHEN_DAY;
}

static bool is(const struct item *it, const char *field, const char *text)
{
	return strcmp(item_text(it, field), text) == 0;
}

/* ---- making one ---- */
static enum code next_id(struct sweep *s, char id[24], struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const char *last;
	char number[24];
	enum code c = institution_fact(s->ch->in, "reviews", &pool, &last, err);
	if (c)
		return c;
	snprintf(number, sizeof number, "%lld", strtoll(last, NULL, 10) + 1);
	snprintf(id, 24, "R%08lld", strtoll(number, NULL, 10));
	return changes_fact(s->ch, "reviews", number, err);
}

/* What a review is about: a document until a day, or the merchant on the day that it is due. */
struct cause { const char *name; const struct item *document; const char *day; };

static enum code make(struct sweep *s, const struct item *merchant, const struct cause *why, const char *state, struct err *err)
{
	AUTO(item_release) struct item it;
	char id[24];
	enum code c = next_id(s, id, err);
	item_init(&it, &merchant_review_record);
	item_set(&it, "id", value_text(id));
	item_set(&it, "state", value_text(state));
	item_set(&it, "version", value_int(1));
	item_set(&it, "updated_at", value_int(s->now));
	item_set(&it, "merchant_name", item_get(merchant, "name"));
	item_set(&it, "merchant_id", value_text(item_id(merchant)));
	item_set(&it, "risk_level", item_get(merchant, "risk_level"));
	item_set(&it, "region", item_get(merchant, "region"));
	item_set(&it, "cause", value_text(why->name));
	item_set(&it, "expires_on", value_text(why->document ? why->day : NULL));
	item_set(&it, "opened_at", value_int(s->now));
	item_set(&it, "due_at", value_int(end_of(why->day)));
	if (why->document) {
		item_set(&it, "document_id", value_text(item_id(why->document)));
		item_set(&it, "document_type", item_get(why->document, "type"));
	}
	return c ? c : changes_put(s->ch, &it, err);
}

static enum code move(struct sweep *s, struct item *review, const char *state, struct err *err)
{
	item_set(review, "assignee", value_null());
	item_set(review, "claimed_at", value_null());
	effect_touch(review, state, s->now);
	return changes_put(s->ch, review, err);
}

static bool goes_on(const struct item *review)
{
	int state = item_state(review);
	return state >= 0 && IN(state) & (IN(REVIEW_OPEN) | IN(REVIEW_IN_WORK) | IN(REVIEW_ESCALATED) | IN(REVIEW_AWAITING));
}

/* A merchant is under one periodic review at a time, whatever has become of the day that it is due. */
static bool same_cause(const struct item *review, const struct cause *why)
{
	if (!why->document)
		return is(review, "cause", "periodic") && (goes_on(review) || item_int(review, "due_at") == end_of(why->day));
	return is(review, "document_id", item_id(why->document)) && is(review, "expires_on", why->day);
}

/* Its merchant has become riskier: it is due earlier. Not under the hands of whoever is at work on it. */
static enum code hasten(struct sweep *s, struct item *review, const struct cause *why, struct err *err)
{
	if (why->document || !goes_on(review) || item_state(review) == REVIEW_IN_WORK || item_int(review, "due_at") <= end_of(why->day))
		return E_OK;
	item_set(review, "due_at", value_int(end_of(why->day)));
	effect_touch(review, NULL, s->now);
	return changes_put(s->ch, review, err);
}

/* Once for its cause. One that lapsed with its merchant comes back with it. */
static enum code wanted(struct sweep *s, const struct item *merchant, const struct cause *why, struct err *err)
{
	AUTO(items_release) struct items f = { NULL, 0 };
	const struct cond of = { .op = COND_EQ, .column = "merchant_id", .value = value_text(item_id(merchant)) };
	enum code c = collect(s, "merchant_review", &of, 1, &f, err);
	for (size_t i = 0; !c && i < f.n; i++)
		if (same_cause(&f.it[i], why))
			return is(&f.it[i], "state", "lapsed") ? move(s, &f.it[i], "open", err) : hasten(s, &f.it[i], why, err);
	return c ? c : make(s, merchant, why, "open", err);
}

/* ---- documents ---- */
static enum code look_at_document(struct sweep *s, const struct item *document, struct err *err)
{
	AUTO(item_release) struct item merchant = { 0 };
	struct db *db = institution_db(s->ch->in);
	const char *day = item_text(document, "expires_on");
	const struct cause why = { strcmp(day, s->today) < 0 ? "document_expired" : "document_expiring", document, day };
	bool superseded = false;
	struct err gone = { 0 };
	enum code c = item_load(&merchant, db, &merchant_record, item_text(document, "merchant_id"), &gone);
	if (c)
		return c == E_NOTFOUND ? E_OK : fail(err, c, "%s", gone.msg);
	if (item_state(&merchant) != ACTIVE)
		return E_OK;
	c = document_superseded(db, document, &superseded, err);
	return c || superseded ? c : wanted(s, &merchant, &why, err);
}

static enum code documents(struct sweep *s, const char *state, struct err *err)
{
	AUTO(items_release) struct items f = { NULL, 0 };
	char until[16];
	day_in(s, review_days("house_document_notice", s->now), until);
	const struct cond all[] = { state_is(state), { .op = COND_LE, .column = "expires_on", .value = value_text(until) } };
	enum code c = collect(s, "document", all, COUNT(all), &f, err);
	for (size_t i = 0; !c && i < f.n; i++)
		c = look_at_document(s, &f.it[i], err);
	return c;
}

/* ---- from time to time ---- */
/* An active merchant of which nobody has said when: counted from the day it became active. */
static enum code name_days(struct sweep *s, struct err *err)
{
	AUTO(items_release) struct items f = { NULL, 0 };
	const struct cond all[] = { state_is("active"), { .op = COND_NULL, .column = "next_review_on" } };
	enum code c = collect(s, "merchant", all, COUNT(all), &f, err);
	for (size_t i = 0; !c && i < f.n; i++) {
		AUTO(buf_release) struct buf day = BUF_INIT;
		review_next_day(&f.it[i], item_int(&f.it[i], "activated_at") ? item_int(&f.it[i], "activated_at") : s->now, &day);
		item_set(&f.it[i], "next_review_on", value_text(day.data));
		effect_touch(&f.it[i], NULL, s->now);
		c = changes_put(s->ch, &f.it[i], err);
	}
	return c;
}

/* The last day whose periodic reviews come up today. */
static void last_day(const struct sweep *s, char out[16])
{
	day_in(s, review_days("house_review_notice", s->now), out);
}

static enum code periodic(struct sweep *s, struct err *err)
{
	AUTO(items_release) struct items f = { NULL, 0 };
	char until[16];
	last_day(s, until);
	const struct cond all[] = { state_is("active"), { .op = COND_LE, .column = "next_review_on", .value = value_text(until) } };
	enum code c = collect(s, "merchant", all, COUNT(all), &f, err);
	for (size_t i = 0; !c && i < f.n; i++) {
		const struct cause why = { "periodic", NULL, item_text(&f.it[i], "next_review_on") };
		c = wanted(s, &f.it[i], &why, err);
	}
	return c;
}

/* ---- what there is already ---- */
struct arrived { const struct item *review; bool yes; };

static enum code has_arrived(void *ctx, struct item *document, struct err *err)
{
	struct arrived *a = ctx;
	(void)err;
	a->yes |= document_stands(document) && is(document, "type", item_text(a->review, "document_type")) &&
		  item_int(document, "received_at") > item_int(a->review, "requested_at");
	return E_OK;
}

/* A periodic review waits for a document of a type. */
static enum code asked_type_came(struct sweep *s, const struct item *review, bool *yes, struct err *err)
{
	const struct record *rec = record_find("document");
	const struct table t = record_table(rec);
	const struct query q = { .table = &t, .where = { .op = COND_EQ, .column = "merchant_id", .value = value_text(item_text(review, "merchant_id")) } };
	struct arrived a = { review, false };
	enum code c = item_each(institution_db(s->ch->in), rec, &q, has_arrived, &a, err);
	*yes = a.yes;
	return c;
}

static enum code document_renewed(struct sweep *s, const struct item *review, bool *yes, struct err *err)
{
	AUTO(item_release) struct item document = { 0 };
	struct err gone = { 0 };
	enum code c = item_load(&document, institution_db(s->ch->in), record_find("document"), item_text(review, "document_id"), &gone);
	*yes = c == E_NOTFOUND;
	if (c)
		return *yes ? E_OK : fail(err, c, "%s", gone.msg);
	return document_superseded(institution_db(s->ch->in), &document, yes, err);
}

static enum code follow_one(struct sweep *s, struct item *review, struct err *err)
{
	AUTO(item_release) struct item merchant = { 0 };
	bool about_document = !is(review, "cause", "periodic"), awaiting = item_state(review) == REVIEW_AWAITING, answered = false;
	struct err gone = { 0 };
	enum code c = item_load(&merchant, institution_db(s->ch->in), &merchant_record, item_text(review, "merchant_id"), &gone);
	if (c)
		return c == E_NOTFOUND ? E_OK : fail(err, c, "%s", gone.msg);
	if (item_state(&merchant) != ACTIVE)
		return move(s, review, "lapsed", err);
	if (about_document)
		c = document_renewed(s, review, &answered, err);
	else if (awaiting)
		c = asked_type_came(s, review, &answered, err);
	if (c)
		return c;
	if (answered)
		return move(s, review, about_document ? "renewed" : "open", err);
	if (awaiting && item_int(review, "answer_by") <= s->now)
		return move(s, review, "open", err);
	if (is(review, "cause", "document_expiring") && strcmp(item_text(review, "expires_on"), s->today) < 0 && item_state(review) != REVIEW_IN_WORK) {
		item_set(review, "cause", value_text("document_expired")); /* not under the hands of whoever is at work on it */
		effect_touch(review, NULL, s->now);
		return changes_put(s->ch, review, err);
	}
	return E_OK;
}

static enum code follow(struct sweep *s, struct err *err)
{
	static const int going_on[] = { REVIEW_OPEN, REVIEW_IN_WORK, REVIEW_ESCALATED, REVIEW_AWAITING };
	AUTO(items_release) struct items f = { NULL, 0 };
	enum code c = E_OK;
	for (size_t i = 0; !c && i < COUNT(going_on); i++) {
		const struct cond of = state_is(merchant_review_record.states[going_on[i]].name);
		c = collect(s, "merchant_review", &of, 1, &f, err);
	}
	for (size_t i = 0; !c && i < f.n; i++)
		c = follow_one(s, &f.it[i], err);
	return c;
}

/* ---- the whole ---- */
enum code reviews_run(struct changes *ch, int64_t now, struct err *err)
{
	struct sweep s = { .ch = ch, .now = now };
	day_in(&s, 0, s.today);
	enum code c = follow(&s, err);
	if (!c)
		c = documents(&s, "verified", err);
	if (!c)
		c = documents(&s, "received", err);
	if (!c)
		c = name_days(&s, err);
	return c ? c : periodic(&s, err);
}

enum code reviews_due(struct changes *ch, const char *merchant, struct err *err)
{
	AUTO(item_release) struct item it = { 0 };
	struct sweep s = { .ch = ch, .now = world_now(institution_world(ch->in)) };
	char until[16];
	enum code c = item_load(&it, institution_db(ch->in), &merchant_record, merchant, err);
	const struct cause why = { "periodic", NULL, c ? "" : item_text(&it, "next_review_on") };
	day_in(&s, 0, s.today);
	last_day(&s, until);
	return c || item_state(&it) != ACTIVE || !*why.day || strcmp(why.day, until) > 0 ? c : wanted(&s, &it, &why, err);
}

enum code reviews_daily(struct institution *in, int64_t *head, struct err *err)
{
	AUTO(changes_end) struct changes ch = { 0 };
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(buf_release) struct buf today = BUF_INIT;
	int64_t now = world_now(institution_world(in));
	const char *last;
	when_add_date(&today, now);
	enum code c = institution_fact(in, "reviews_day", &pool, &last, err);
	if (c || strcmp(last, today.data) == 0)
		return c;
	c = changes_begin(&ch, in, err);
	if (!c)
		c = reviews_run(&ch, now, err);
	if (!c)
		c = changes_fact(&ch, "reviews_day", today.data, err);
	if (!c)
		c = changes_commit(&ch, err);
	if (!c)
		*head = ch.head;
	return c;
}

enum code reviews_document(struct institution *in, const struct item *review, struct item *it, struct err *err)
{
	const struct record *rec = record_find("document");
	const struct table t = record_table(rec);
	const struct cond both[] = {
		{ .op = COND_EQ, .column = "merchant_id", .value = value_text(item_text(review, "merchant_id")) },
		{ .op = COND_EQ, .column = "type", .value = value_text(item_text(review, "document_type")) },
	};
	const struct query q = { .table = &t, .where = { .op = COND_AND, .kids = both, .nkids = COUNT(both) } };
	AUTO(items_release) struct items f = { NULL, 0 };
	enum code c = item_each(institution_db(in), rec, &q, items_keep, &f, err);
	for (size_t i = 0; !c && i < f.n; i++)
		if (document_stands(&f.it[i])) {
			*it = f.it[i];
			f.it[i] = (struct item){ .rec = NULL };
			return E_OK;
		}
	return c ? c : fail(err, E_NOTFOUND, "merchant %s has no such document", item_text(review, "merchant_id"));
}

/* ---- of a fill ---- */
void reviews_spread(struct item *merchant, int64_t number, int64_t now)
{
	AUTO(buf_release) struct buf last = BUF_INIT, next = BUF_INIT;
	int64_t in_days = number * 37 % 300 - 20, since = item_int(merchant, "activated_at");
	if (item_state(merchant) != ACTIVE)
		return;
	when_add_date(&next, now + in_days * WHEN_DAY);
	item_set(merchant, "next_review_on", value_text(next.data));
	if (now - since > 200 * WHEN_DAY) { /* long enough to have been looked at once */
		when_add_date(&last, since + (now - since) / 2);
		item_set(merchant, "reviewed_on", value_text(last.data));
	}
}

enum code reviews_lapsed(struct changes *ch, const struct item *merchant, int64_t now, struct err *err)
{
	struct sweep s = { .ch = ch, .now = now };
	day_in(&s, 0, s.today);
	const struct cause why = { "periodic", NULL, s.today };
	return item_state(merchant) == SUSPENDED ? make(&s, merchant, &why, "lapsed", err) : E_OK;
}
