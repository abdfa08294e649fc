/* What is looked at before an identity check is approved. A failure bars the approval; what is unknown wants a reviewer's eyes. */
#include "core/records/user.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "core/item.h"
#include "core/records/gathered.h"
#include "core/rules.h"
#include "core/screening/hits.h"
#include "core/values/ident.h"
#include "core/values/text.h"
#include "core/values/when.h"

static bool is(const struct item *it, const char *field, const char *text)
{
	return !strcmp(item_text(it, field), text);
}

/* The value of a rule today; a rule that is not in force yet bars nothing. */
static int64_t rule_value(const struct checklist *out, const char *id)
{
	const struct rule *rule = rule_at(id, out->when);

	return rule ? rule->value : 0;
}

static void number_form(struct db *db, const struct item *it, struct checklist *out)
{
	const char *number = item_text(it, "number"), *wrong;
	bool checked;

	(void)db;
	if (!*number)
		check_say(out, CHECK_FAILED, N_("not given"));
	else if ((wrong = ident_document(item_text(it, "document_kind"), number, &checked)))
		check_say(out, CHECK_FAILED, "%s", gettext(wrong));
	else if (!checked)
		check_say(out, CHECK_UNKNOWN, N_("a number of this kind has no check character; compare it with the picture"));
	else
		check_say(out, CHECK_PASSED, N_("the check character fits"));
}

/* ---- birthday and age ---- */
/* YYYY-MM-DD as YYYYMMDD; 0: no date. */
static int day_value(const char *date)
{
	int year, month, day;

	return sscanf(date, "%4d-%2d-%2d", &year, &month, &day) == 3 ? year * 10000 + month * 100 + day : 0;
}

/* Full years on that day in Shanghai; who was born on 29 February grows older on 1 March of other years. */
static int age_of(const char *born, int64_t when)
{
	struct civil on = when_civil(when);

	return (on.year * 10000 + on.month * 100 + on.day - day_value(born)) / 10000;
}

static const char *birthday(const struct item *it)
{
	return *item_text(it, "ocr_born_on") ? item_text(it, "ocr_born_on") : item_text(it, "born_on");
}

/* Everybody who names a birthday names the same, the number included. Which it is stays masked. */
static void born_agree(struct db *db, const struct item *it, struct checklist *out)
{
	const char *said = item_text(it, "born_on"), *read = item_text(it, "ocr_born_on"), *known = item_text(it, "register_born_on");
	const char *first = *said ? said : *read ? read : known;
	char number[RESIDENT_BORN];

	(void)db;
	if (!*first)
		check_say(out, CHECK_UNKNOWN, N_("no birthday is known"));
	else if (*read && strcmp(read, first) != 0)
		check_say(out, CHECK_FAILED, N_("the document says something else than the customer"));
	else if (*known && strcmp(known, first) != 0)
		check_say(out, CHECK_FAILED, N_("the register says something else than the customer"));
	else if (ident_resident_born(number, item_text(it, "number")) && strcmp(number, first) != 0)
		check_say(out, CHECK_FAILED, N_("the identity number says something else than the customer"));
	else
		check_say(out, CHECK_PASSED, N_("all agree who name one"));
}

/* A picture of the guardian's consent, if one has come; id: at least RECORD_ID_MAX + 1. */
static enum code keep_consent(void *ctx, struct item *scan, struct err *err)
{
	(void)err;
	if (is(scan, "type", "guardian_consent"))
		snprintf(ctx, RECORD_ID_MAX + 1, "%s", item_id(scan));
	return E_OK;
}

static void say_minor(struct db *db, const struct item *it, int age, struct checklist *out)
{
	char consent[RECORD_ID_MAX + 1] = "";
	struct gathered found = { .parts = 0 };
	struct err ignored;

	gather_each(db, it, "scan", "check_id", "replaced", keep_consent, consent, &found, &ignored);
	if (!*consent) {
		check_say(out, CHECK_UNKNOWN, N_("%d years old; a minor: own income or the guardian's consent is needed"), age);
		return;
	}
	check_say(out, CHECK_UNKNOWN, N_("%d years old; a minor: look at the guardian's consent, %s"), age, consent);
	check_link(out, "scan", consent);
}

static void of_age(struct db *db, const struct item *it, struct checklist *out)
{
	const char *born = birthday(it);
	int age = age_of(born, out->when), adult = (int)rule_value(out, "account_holder_age"), least = (int)rule_value(out, "minor_with_consent_age");

	if (!day_value(born))
		check_say(out, CHECK_UNKNOWN, N_("no birthday is known"));
	else if (age < least)
		check_say(out, CHECK_FAILED, N_("%d years old; under %d nobody opens an account alone"), age, least);
	else if (age < adult)
		say_minor(db, it, age, out);
	else
		check_say(out, CHECK_PASSED, N_("of age"));
}

/* ---- how long the document is valid ---- */

/* 长期: only on cards that residents got from a certain age on. Of a passport no date means that it is missing. */
static void say_for_good(const struct item *it, struct checklist *out)
{
	int least = (int)rule_value(out, "resident_card_for_good_age");

	if (!is(it, "document_kind", "resident_identity_card"))
		check_say(out, CHECK_FAILED, N_("no day is given; no document of this kind is valid for good"));
	else if (!day_value(birthday(it)))
		check_say(out, CHECK_UNKNOWN, N_("valid for good; that is so from the age of %d on, and no birthday is known"), least);
	else if (age_of(birthday(it), out->when) < least)
		check_say(out, CHECK_FAILED, N_("valid for good, which no card is before the age of %d"), least);
	else
		check_say(out, CHECK_PASSED, N_("valid for good"));
}

/* The earliest day that anybody names counts. */
static const char *ends_on(const struct item *it)
{
	static const char *const fields[] = { "valid_until", "ocr_valid_until", "register_valid_until" };
	const char *first = "";

	for (size_t i = 0; i < COUNT(fields); i++) {
		const char *day = item_text(it, fields[i]);

		if (*day && (!*first || strcmp(day, first) < 0))
			first = day;
	}
	return first;
}

static void not_expired(struct db *db, const struct item *it, struct checklist *out)
{
	const char *until = ends_on(it), *read = item_text(it, "ocr_valid_until");
	AUTO(buf_release) struct buf today = BUF_INIT;
	long long sure = (long long)item_int(it, "ocr_valid_sure");

	(void)db;
	when_add_date(&today, out->when);
	if (!*until)
		say_for_good(it, out);
	else if (strcmp(until, today.data) < 0)
		check_say(out, CHECK_FAILED, N_("expired on %s"), until);
	else if (strcmp(read, item_text(it, "valid_until")) != 0)
		check_say(out, CHECK_UNKNOWN, N_("valid until %s, but document and customer do not say the same"), until);
	else if (sure < rule_value(out, "house_ocr_sure"))
		check_say(out, CHECK_UNKNOWN, N_("valid until %s, but was read with %lld %% confidence only; compare it with the picture"), until, sure);
	else
		check_say(out, CHECK_PASSED, N_("valid until %s"), until);
}

/* ---- what there is to look at ---- */
struct pictures { bool front, back; };

static enum code tick_picture(void *ctx, struct item *scan, struct err *err)
{
	struct pictures *p = ctx;

	(void)err;
	p->front |= is(scan, "type", "identity_front");
	p->back |= is(scan, "type", "identity_back");
	return E_OK;
}

/* A resident's card says on its back until when it is valid; other documents have one side that matters. */
static void pictured(struct db *db, const struct item *it, struct checklist *out)
{
	struct pictures p = { false, false };
	struct gathered found = { .parts = 0 };
	struct err err = { 0 };

	if (gather_each(db, it, "scan", "check_id", "replaced", tick_picture, &p, &found, &err))
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
	else if (!p.front)
		check_say(out, CHECK_UNKNOWN, N_("there is no picture of the document's front"));
	else if (!p.back && is(it, "document_kind", "resident_identity_card"))
		check_say(out, CHECK_UNKNOWN, N_("there is no picture of the document's back"));
	else
		check_say(out, CHECK_PASSED, N_("they show all that is needed"));
}

/* ---- said three times: by the customer, by the document, by a register ---- */
static void compare(const struct item *it, const char *declared, const char *read, const char *registered, const char *sure, struct checklist *out)
{
	const char *said = item_text(it, declared), *ocr = item_text(it, read), *known = item_text(it, registered);

	if (*ocr && !text_alike(said, ocr))
		check_say(out, CHECK_FAILED, N_("the document says something else than the customer"));
	else if (*known && !text_alike(said, known))
		check_say(out, CHECK_FAILED, N_("the register says something else than the customer"));
	else if (!*ocr)
		check_say(out, CHECK_UNKNOWN, N_("could not be read from the document; compare it with the picture"));
	else if (item_int(it, sure) < rule_value(out, "house_ocr_sure"))
		check_say(out, CHECK_UNKNOWN, N_("agrees, but was read with %lld %% confidence only; compare it with the picture"),
			  (long long)item_int(it, sure));
	else if (!*known)
		check_say(out, CHECK_PASSED, N_("customer and document agree; the register gave none"));
	else
		check_say(out, CHECK_PASSED, N_("customer, document and register agree"));
}

static void names_agree(struct db *db, const struct item *it, struct checklist *out)
{
	(void)db;
	compare(it, "name", "ocr_name", "register_name", "ocr_name_sure", out);
}

static void numbers_agree(struct db *db, const struct item *it, struct checklist *out)
{
	(void)db;
	compare(it, "number", "ocr_number", "register_number", "ocr_number_sure", out);
}

/* ---- measured ---- */
static void at_least(const struct item *it, const char *field, const char *rule, struct checklist *out)
{
	long long is = (long long)item_int(it, field), least = (long long)rule_value(out, rule);

	if (item_get(it, field).type == VALUE_NULL)
		check_say(out, CHECK_UNKNOWN, N_("not measured"));
	else if (is < least)
		check_say(out, CHECK_FAILED, N_("%lld %%; at least %lld %% is asked for"), is, least);
	else
		check_say(out, CHECK_PASSED, N_("%lld %%"), is);
}

static void face(struct db *db, const struct item *it, struct checklist *out)
{
	(void)db;
	at_least(it, "face_match", "house_face_match", out);
}

static void liveness(struct db *db, const struct item *it, struct checklist *out)
{
	(void)db;
	at_least(it, "liveness", "house_liveness", out);
}

/* ---- outside channels ---- */
static void sources(struct db *db, const struct item *it, struct checklist *out)
{
	static const char *const channels[] = { "source_police", "source_bank", "source_credit", "source_mobile", "source_tax" };
	int silent = 0;

	(void)db;
	for (size_t i = 0; i < COUNT(channels); i++) {
		if (is(it, channels[i], "failed")) {
			check_say(out, CHECK_FAILED, N_("%s: the data differ"), gettext(it->rec->fields[record_field(it->rec, channels[i])].label));
			return;
		}
		silent += !is(it, channels[i], "passed");
	}
	if (silent == (int)COUNT(channels))
		check_say(out, CHECK_UNKNOWN, N_("no outside channel has answered"));
	else
		check_say(out, CHECK_PASSED, N_("%d of %d outside channels agree, none differs"), (int)COUNT(channels) - silent, (int)COUNT(channels));
}

/* Too few for the class that is asked for is no bar: a lower one may be opened. */
static void channels(struct db *db, const struct item *it, struct checklist *out)
{
	int passed = identity_channels_passed(it);
	const char *class = item_text(it, "account_class");
	long long needed = (long long)account_class_channels(class, out->when);
	const struct choice *best = NULL;

	(void)db;
	for (const struct choice *c = account_classes; c->name; c++)
		if (account_class_channels(c->name, out->when) <= passed)
			best = c;
	if (!best)
		check_say(out, CHECK_FAILED, N_("no outside channel has verified who it is; every class takes one at least"));
	else if (passed < needed)
		check_say(out, CHECK_UNKNOWN, N_("%d passed, %lld needed for the class asked for; enough for %s"), passed, needed, gettext(best->label));
	else
		check_say(out, CHECK_PASSED, N_("%d passed, %lld needed for the class asked for"), passed, needed);
}

/* What the customer has paid so far beside the limit of the class that is asked for. Too much is no bar: a higher class may be opened. */
static void limit(struct db *db, const struct item *it, struct checklist *out)
{
	AUTO(item_release) struct item user = { 0 };
	struct err err = { 0 };

	if (item_load(&user, db, &user_record, item_text(it, "user_id"), &err))
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
	else
		account_limit_say(db, &user, item_text(it, "account_class"), CHECK_UNKNOWN, out);
}

/* ---- shared with others ---- */
enum { NAMED_MAX = 3 };
struct others { struct buf names; size_t n; char first[RECORD_ID_MAX + 1], last[RECORD_ID_MAX + 1]; const char *id_field; };

/* By the customer's number, so that one with several such records is named and counted once. */
static enum code name_other(void *ctx, struct item *it, struct err *err)
{
	struct others *o = ctx;
	const char *id = item_text(it, o->id_field);

	(void)err;
	if (!strcmp(id, o->last))
		return E_OK;
	snprintf(o->last, sizeof o->last, "%s", id);
	if (!o->n)
		snprintf(o->first, sizeof o->first, "%s", id);
	if (o->n++ < NAMED_MAX)
		buf_addf(&o->names, "%s%s", o->names.len ? ", " : "", id);
	return E_OK;
}

/* What is looked for among others. bar: from so many other customers on it is a failure; fewer want a look. */
struct sharing { const struct record *rec; const char *column, *but /* in this state it counts no more */; int64_t bar; };

/* Other customers whose records of this kind hold the same value. One's own are left out by the query: however many there are, none of
 * another's is hidden behind them. */
static enum code find_others(struct db *db, const struct item *it, const struct sharing *s, const char *value, struct others *o, struct err *err)
{
	struct table table = record_table(s->rec);
	const char *id_field = s->rec == &user_record ? "id" : "user_id";
	const struct cond same[] = {
		{ .op = COND_EQ, .column = s->column, .value = value_text(value) },
		{ .op = COND_NE, .column = "state", .value = value_text(s->but) },
		{ .op = COND_NE, .column = id_field, .value = value_text(item_text(it, "user_id")) },
	};
	const struct query q = { .table = &table, .where = { .op = COND_AND, .kids = same, .nkids = COUNT(same) }, .order = { { id_field, false } },
				 .norder = 1, .limit = 20 };

	*o = (struct others){ .names = BUF_INIT, .id_field = id_field };
	return item_each(db, s->rec, &q, name_other, o, err);
}

static void say_others(const struct sharing *s, const struct others *o, struct checklist *out)
{
	enum check_status status = (int64_t)o->n >= s->bar ? CHECK_FAILED : CHECK_UNKNOWN;

	if (s->rec == &identity_check_record)
		check_say(out, status, o->n > NAMED_MAX ? N_("%s and more handed it in as well") : N_("%s handed it in as well"), o->names.data);
	else
		check_say(out, status, o->n > NAMED_MAX ? N_("shared with %s and more") : N_("shared with %s"), o->names.data);
	check_link(out, "user", o->first);
}

static void shared(struct db *db, const struct item *it, const struct sharing *s, const char *value, struct checklist *out)
{
	struct others o = { .names = BUF_INIT };
	struct err err = { 0 };
	enum code code;

	if (!*value) {
		check_say(out, CHECK_UNKNOWN, N_("not given"));
		return;
	}
	code = find_others(db, it, s, value, &o, &err);
	if (code && !o.n)
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
	else if (!o.n)
		check_say(out, CHECK_PASSED, N_("no other customer has it"));
	else
		say_others(s, &o, out);
	buf_release(&o.names);
}

/* Whoever was verified with it has it; whoever only handed it in may be the right one, or may not. */
static void number_once(struct db *db, const struct item *it, struct checklist *out)
{
	static const struct sharing verified = { &user_record, "identity_number", "closed", 1 };
	static const struct sharing declared = { &identity_check_record, "number", "approved" /* found above, unless closed */, INT64_MAX };

	shared(db, it, &verified, item_text(it, "number"), out);
	if (out->row[out->n].status == CHECK_PASSED)
		shared(db, it, &declared, item_text(it, "number"), out);
}

/* Who asks for more is who was verified for the account: good papers of somebody else raise nothing. */
static void say_holder(const struct item *user, const struct item *it, struct checklist *out)
{
	const char *number = item_text(user, "identity_number"), *other = item_text(it, "number");
	bool same_name = text_alike(item_text(user, "name"), item_text(it, "name")), same_number = text_alike(number, other);
	bool for_life = !ident_resident(number) && !ident_resident(other); /* those of travel documents change with the document */

	if (same_name && same_number) {
		check_say(out, CHECK_PASSED, N_("who was verified for this account before"));
		return;
	}
	if (same_number)
		check_say(out, CHECK_UNKNOWN, N_("the number is that of the account, the name is not"));
	else if (same_name && !for_life)
		check_say(out, CHECK_UNKNOWN, N_("the name is that of the account, the number is not; is it another document of the same person?"));
	else
		check_say(out, CHECK_FAILED, N_("somebody else was verified for this account"));
	check_link(out, "user", item_id(user));
}

static void same_person(struct db *db, const struct item *it, struct checklist *out)
{
	AUTO(item_release) struct item user = { 0 };
	struct err err = { 0 };

	if (item_load(&user, db, &user_record, item_text(it, "user_id"), &err))
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
	else if (!item_int(&user, "verified_at"))
		check_say(out, CHECK_PASSED, N_("nobody was verified for this account before"));
	else
		say_holder(&user, it, out);
}

static void device_shared(struct db *db, const struct item *it, struct checklist *out)
{
	shared(db, it, &(struct sharing){ &user_record, "device_id", "closed", rule_value(out, "house_device_users") }, item_text(it, "device_id"), out);
}

static void card_shared(struct db *db, const struct item *it, struct checklist *out)
{
	shared(db, it, &(struct sharing){ &bank_card_record, "card_number", "unbound", 1 }, item_text(it, "card_number"), out);
}

static void screened(struct db *db, const struct item *it, struct checklist *out)
{
	screening_say(db, it, "customer", out);
}

const struct check identity_checks[] = {
	{ .id = "number_form", .label = N_("Number well formed"), .run = number_form },
	{ .id = "born_agree", .label = N_("Birthday"), .run = born_agree },
	{ .id = "of_age", .label = N_("Age"), .run = of_age },
	{ .id = "not_expired", .label = N_("Document valid"), .run = not_expired },
	{ .id = "pictured", .label = N_("Pictures"), .run = pictured },
	{ .id = "names_agree", .label = N_("Full name"), .run = names_agree },
	{ .id = "numbers_agree", .label = N_("ID number"), .run = numbers_agree },
	{ .id = "face", .label = N_("Face"), .run = face },
	{ .id = "liveness", .label = N_("Liveness"), .run = liveness },
	{ .id = "sources", .label = N_("Registers"), .run = sources },
	{ .id = "channels", .label = N_("Channels for the class"), .run = channels },
	{ .id = "same_person", .label = N_("Same person"), .run = same_person },
	{ .id = "number_once", .label = N_("Number known once"), .run = number_once },
	{ .id = "device_shared", .label = N_("Device"), .run = device_shared },
	{ .id = "card_shared", .label = N_("Card known once"), .run = card_shared },
	{ .id = "screened", .label = N_("Watch lists"), .run = screened },
	{ .id = "limit", .label = N_("Limit of the class"), .run = limit },
};
_Static_assert(COUNT(identity_checks) == IDENTITY_CHECKS, "its header counts the checks");
