/* What is looked at before an identity check is approved. A failure bars the approval; what is unknown wants a reviewer's eyes. */
#include "core/records/user.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "core/ident.h"
#include "core/item.h"
#include "core/rules.h"
#include "core/screening/hits.h"
#include "core/text.h"
#include "core/when.h"

static bool is(const struct item *it, const char *field, const char *text)
{
	return !strcmp(item_text(it, field), text);
}

/* A resident's number says more than others do: birthday, check character (GB 11643). The permanent resident card of 2023 keeps its form. */
static bool has_resident_number(const struct item *it)
{
	return is(it, "document_kind", "resident_identity_card") || is(it, "document_kind", "foreign_permanent_residence");
}

/* The value of a rule today; a rule that is not in force yet bars nothing. */
static int64_t rule_value(const struct checklist *out, const char *id)
{
	const struct rule *rule = rule_at(id, out->when);

	return rule ? rule->value : 0;
}

static void number_form(struct db *db, const struct item *it, struct checklist *out)
{
	const char *number = item_text(it, "number"), *wrong = ident_resident(number);

	(void)db;
	if (!*number)
		check_say(out, CHECK_FAILED, N_("not given"));
	else if (!has_resident_number(it))
		check_say(out, CHECK_UNKNOWN, N_("a number of this kind has no check character; compare it with the picture"));
	else if (wrong)
		check_say(out, CHECK_FAILED, "%s", gettext(wrong));
	else
		check_say(out, CHECK_PASSED, N_("the check character fits"));
}

/* YYYY-MM-DD as YYYYMMDD; 0: no date. */
static int day_value(const char *date)
{
	int year, month, day;

	return sscanf(date, "%4d-%2d-%2d", &year, &month, &day) == 3 ? year * 10000 + month * 100 + day : 0;
}

static void of_age(struct db *db, const struct item *it, struct checklist *out)
{
	const char *born = *item_text(it, "ocr_born_on") ? item_text(it, "ocr_born_on") : item_text(it, "born_on");
	struct civil on = when_civil(out->when);
	int age = (on.year * 10000 + on.month * 100 + on.day - day_value(born)) / 10000;
	int adult = (int)rule_value(out, "account_holder_age"), least = (int)rule_value(out, "minor_with_consent_age");

	(void)db;
	if (!day_value(born))
		check_say(out, CHECK_UNKNOWN, N_("no birthday is known"));
	else if (age < least)
		check_say(out, CHECK_FAILED, N_("%d years old; under %d nobody opens an account alone"), age, least);
	else if (age < adult)
		check_say(out, CHECK_UNKNOWN, N_("%d years old; a minor: own income or the guardian's consent is needed"), age);
	else
		check_say(out, CHECK_PASSED, N_("of age"));
}

/* The document says itself until when it is valid; what was declared counts where nobody could read it. */
static void not_expired(struct db *db, const struct item *it, struct checklist *out)
{
	const char *read = item_text(it, "ocr_valid_until"), *until = *read ? read : item_text(it, "valid_until");
	AUTO(buf_release) struct buf today = BUF_INIT;

	(void)db;
	when_add_date(&today, out->when);
	if (!*until)
		check_say(out, CHECK_PASSED, N_("valid for good"));
	else if (strcmp(until, today.data) < 0)
		check_say(out, CHECK_FAILED, N_("expired on %s"), until);
	else
		check_say(out, CHECK_PASSED, N_("valid until %s"), until);
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
struct others { struct buf names; size_t n; char first[RECORD_ID_MAX + 1]; const char *id_field; const char *but; };

static enum code name_other(void *ctx, struct item *it, struct err *err)
{
	struct others *o = ctx;
	const char *id = item_text(it, o->id_field);

	(void)err;
	if (!strcmp(id, o->but))
		return E_OK;
	if (!o->n)
		snprintf(o->first, sizeof o->first, "%s", id);
	if (o->n++ < NAMED_MAX)
		buf_addf(&o->names, "%s%s", o->names.len ? ", " : "", id);
	return E_OK;
}

/* Other customers whose records of this kind hold the same value. */
static enum code find_others(struct db *db, const struct item *it, const struct record *rec, const char *column, const char *value,
			     struct others *o, struct err *err)
{
	struct table table = record_table(rec);
	const struct cond same[] = {
		{ .op = COND_EQ, .column = column, .value = value_text(value) },
		{ .op = COND_NE, .column = "state", .value = value_text(rec == &bank_card_record ? "unbound" : "closed") },
	};
	const struct query q = { .table = &table, .where = { .op = COND_AND, .kids = same, .nkids = COUNT(same) }, .limit = 20 };

	*o = (struct others){ .names = BUF_INIT, .id_field = rec == &user_record ? "id" : "user_id", .but = item_text(it, "user_id") };
	return item_each(db, rec, &q, name_other, o, err);
}

/* From `bar` other customers on it is a failure; fewer want a look. */
static void shared(struct db *db, const struct item *it, const struct record *rec, const char *column, const char *value, int64_t bar,
		   struct checklist *out)
{
	struct others o = { .names = BUF_INIT };
	struct err err = { 0 };
	enum code code;

	if (!*value) {
		check_say(out, CHECK_UNKNOWN, N_("not given"));
		return;
	}
	code = find_others(db, it, rec, column, value, &o, &err);
	if (code && !o.n)
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
	else if (!o.n)
		check_say(out, CHECK_PASSED, N_("no other customer has it"));
	else
		check_say(out, (int64_t)o.n >= bar ? CHECK_FAILED : CHECK_UNKNOWN, o.n > NAMED_MAX ? N_("shared with %s and more") : N_("shared with %s"),
			  o.names.data);
	if (o.n)
		check_link(out, "user", o.first);
	buf_release(&o.names);
}

static void number_once(struct db *db, const struct item *it, struct checklist *out)
{
	shared(db, it, &user_record, "identity_number", item_text(it, "number"), 1, out);
}

static void device_shared(struct db *db, const struct item *it, struct checklist *out)
{
	shared(db, it, &user_record, "device_id", item_text(it, "device_id"), rule_value(out, "house_device_users"), out);
}

static void card_shared(struct db *db, const struct item *it, struct checklist *out)
{
	shared(db, it, &bank_card_record, "card_number", item_text(it, "card_number"), 1, out);
}

static void screened(struct db *db, const struct item *it, struct checklist *out)
{
	screening_say(db, it, "customer", out);
}

const struct check identity_checks[] = {
	{ .id = "number_form", .label = N_("Number well formed"), .run = number_form },
	{ .id = "of_age", .label = N_("Age"), .run = of_age },
	{ .id = "not_expired", .label = N_("Document valid"), .run = not_expired },
	{ .id = "names_agree", .label = N_("Name"), .run = names_agree },
	{ .id = "numbers_agree", .label = N_("Number"), .run = numbers_agree },
	{ .id = "face", .label = N_("Face"), .run = face },
	{ .id = "liveness", .label = N_("Liveness"), .run = liveness },
	{ .id = "sources", .label = N_("Registers"), .run = sources },
	{ .id = "channels", .label = N_("Channels for the class"), .run = channels },
	{ .id = "number_once", .label = N_("Number known once"), .run = number_once },
	{ .id = "device_shared", .label = N_("Device"), .run = device_shared },
	{ .id = "card_shared", .label = N_("Card known once"), .run = card_shared },
	{ .id = "screened", .label = N_("Watch lists"), .run = screened },
	{ .id = "limit", .label = N_("Limit of the class"), .run = limit },
};
_Static_assert(COUNT(identity_checks) == IDENTITY_CHECKS, "its header counts the checks");
