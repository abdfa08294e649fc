#include "sync/paycore/customers.h"

#include <string.h>

#include "core/effect.h"
#include "core/records/user.h"
#include "core/values/when.h"
#include "sync/paycore/pieces.h"

enum { DOCUMENT_YEARS = 10, GOOD = 96 /* per cent */ };

static bool stands(const struct item *it, const char *state)
{
	return strcmp(item_text(it, "state"), state) == 0;
}

enum code customers_contact(struct changes *ch, struct item *user, int64_t when, struct err *err)
{
	if (!stands(user, "registered"))
		return fail(err, E_STATE, "user %s is %s; only who has just registered verifies a phone", item_id(user), item_text(user, "state"));
	item_set(user, "contact_verified_at", value_int(when));
	effect_touch(user, "contact_verified", when);
	return changes_put(ch, user, err);
}

/* ---- applying ---- */

static enum code no_other_check(struct db *db, const struct item *user, struct err *err)
{
	bool open = false, asked = false;
	enum code c = user_has(db, item_id(user), &identity_check_record, NULL, &open, err);
	if (!c)
		c = user_has(db, item_id(user), &identity_check_record, "resubmission_requested", &asked, err);
	if (!c && (open || asked))
		return fail(err, E_STATE, "user %s has an identity check that is %s", item_id(user), open ? "still under review" : "to be sent again");
	return c;
}

enum code customers_submit(struct changes *ch, struct crowd *m, struct item *user, struct err *err)
{
	if (!stands(user, "contact_verified"))
		return fail(err, E_STATE, "user %s is %s; only who is contact_verified hands in data", item_id(user), item_text(user, "state"));
	enum code c = no_other_check(institution_db(ch->in), user, err);
	if (!c)
		c = make_check(m, user, ch, err);
	if (c)
		return c;
	item_set(user, "submitted_at", value_int(m->now));
	effect_touch(user, "submitted", m->now);
	return changes_put(ch, user, err);
}

enum code customers_upgrade(struct changes *ch, struct crowd *m, const struct item *user, struct err *err)
{
	if (!stands(user, "active"))
		return fail(err, E_STATE, "user %s is %s; only who is active asks for a higher class", item_id(user), item_text(user, "state"));
	int rank = account_class_rank(item_text(user, "account_class"));
	if (rank < 0 || !account_classes[rank + 1].name)
		return fail(err, E_STATE, "user %s has %s; there is no class above it", item_id(user), rank < 0 ? "no class" : item_text(user, "account_class"));
	enum code c = no_other_check(institution_db(ch->in), user, err);
	return c ? c : make_check(m, user, ch, err);
}

/* ---- sending again ---- */

/* Which pictures a fault asks for, and which reading is better the next time. */
static const struct { const char *fault; unsigned papers; const char *better; } remedies[] = {
	{ "front_unreadable", 1u << PAPER_FRONT, "ocr_name_sure" }, { "front_unreadable", 0, "ocr_number_sure" }, { "front_cropped", 1u << PAPER_FRONT, "ocr_name_sure" },
	{ "back_unreadable", 1u << PAPER_BACK, "ocr_valid_sure" }, { "back_missing", 1u << PAPER_BACK, "ocr_valid_sure" },
	{ "document_expired", 1u << PAPER_FRONT | 1u << PAPER_BACK, NULL }, { "face_unclear", 0, "face_match" }, { "liveness_repeat", 0, "liveness" },
	{ "consent_missing", 1u << PAPER_CONSENT, NULL },
};
static const char *const types[PAPERS] = { [PAPER_FRONT] = "identity_front", [PAPER_BACK] = "identity_back", [PAPER_CONSENT] = "guardian_consent" };

static void renew(struct item *check, int64_t now)
{
	static const char *const fields[] = { "valid_until", "ocr_valid_until" };
	for (size_t i = 0; i < COUNT(fields); i++)
		put_date(check, fields[i], now + DOCUMENT_YEARS * 365 * WHEN_DAY);
	item_set(check, "register_valid_until", value_null());
}

/* What comes again, as bits of enum paper. A new document is one with another date. */
static unsigned mend(struct item *check, int64_t now)
{
	AUTO(buf_release) struct buf asked = BUF_INIT;
	unsigned papers = 0;
	buf_adds(&asked, item_text(check, "resubmission_reasons"));
	bool all = strstr(asked.data, "everything") != NULL;
	for (size_t i = 0; i < COUNT(remedies); i++) {
		bool minor = strcmp(remedies[i].fault, "consent_missing") == 0;
		if (!strstr(asked.data, remedies[i].fault) && (!all || minor))
			continue;
		papers |= remedies[i].papers;
		if (remedies[i].better && item_int(check, remedies[i].better) < GOOD)
			put_int(check, remedies[i].better, GOOD);
		if (strcmp(remedies[i].fault, "document_expired") == 0)
			renew(check, now);
	}
	return papers;
}

static enum code replace(struct changes *ch, struct crowd *m, const struct item *check, unsigned papers, struct err *err)
{
	const struct table t = record_table(&scan_record);
	const struct query q = { .table = &t, .where = { .op = COND_EQ, .column = "check_id", .value = value_text(item_id(check)) } };
	AUTO(items_release) struct items old = { NULL, 0 };
	enum code c = item_each(institution_db(ch->in), &scan_record, &q, items_keep, &old, err);
	int nth = (int)old.n;
	for (size_t i = 0; !c && i < old.n; i++)
		for (size_t k = 0; !c && k < PAPERS; k++)
			if (papers & 1u << k && stands(&old.it[i], "received") && strcmp(item_text(&old.it[i], "type"), types[k]) == 0) {
				effect_touch(&old.it[i], "replaced", m->now);
				c = changes_put(ch, &old.it[i], err);
			}
	for (size_t k = 0; !c && k < PAPERS; k++)
		if (papers & 1u << k)
			c = make_scan(m, check, (enum paper)k, ++nth, m->now, ch, err);
	return c;
}

static enum code user_submits(struct changes *ch, const char *id, int64_t now, struct err *err)
{
	AUTO(item_release) struct item user = { 0 };
	enum code c = item_load(&user, institution_db(ch->in), &user_record, id, err);
	if (c || !stands(&user, "contact_verified")) /* who asks for more stays what they are */
		return c;
	effect_touch(&user, "submitted", now);
	return changes_put(ch, &user, err);
}

enum code customers_resend(struct changes *ch, struct crowd *m, struct item *check, struct err *err)
{
	if (!stands(check, "resubmission_requested"))
		return fail(err, E_STATE, "identity check %s is %s; nothing of it was asked for again", item_id(check), item_text(check, "state"));
	unsigned papers = mend(check, m->now);
	item_set(check, "submitted_at", value_int(m->now));
	item_set(check, "due_at", value_int(m->now + WHEN_DAY));
	item_set(check, "resubmission_reasons", value_null());
	effect_touch(check, "submitted", m->now);
	enum code c = changes_put(ch, check, err);
	if (!c)
		c = replace(ch, m, check, papers, err);
	return c ? c : user_submits(ch, item_text(check, "user_id"), m->now, err);
}
