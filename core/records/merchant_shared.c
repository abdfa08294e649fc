/* What merchants have in common. One credit code or one settlement card for two merchants is wrong; one phone, address or representative
 * may be a chain, or one person behind many names: a reviewer reads it. */
#include "core/records/merchant.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "core/network.h"
#include "core/values/address.h"

enum { CREDIT_CODE, LEGAL_REP, PHONE, ADDRESS, BUSINESS_ADDRESS, CARD, OWNER, PLACE, NAMED_MAX = 3, OTHERS_MAX = 100, TERMINALS_MAX = 200 };

/* Where one trades may be where another is registered. */
#define EITHER_ADDRESS { .field = "address", .by = "address_key", .also = "business_address", .also_by = "business_address_key" }

const struct shared merchant_shared[] = {
	[CREDIT_CODE] = { .label = N_("Credit code"), .mine = { .field = "credit_code" } },
	[LEGAL_REP] = { .label = N_("Legal representative"), .mine = { .field = "legal_rep_number" } },
	[PHONE] = { .label = N_("Contact phone"), .mine = { .field = "contact_phone" } },
	[ADDRESS] = { .label = N_("Registered address"), .mine = { .field = "address" }, .theirs = EITHER_ADDRESS, .alike = address_alike },
	[BUSINESS_ADDRESS] = { .label = N_("Business address"), .mine = { .field = "business_address" }, .theirs = EITHER_ADDRESS, .alike = address_alike },
	[CARD] = { .label = N_("Settlement card"), .mine = { .field = "settlement_card" } },
	[OWNER] = { .label = N_("Beneficial owner"), .mine = { .kind = "beneficial_owner", .field = "number", .of = "merchant_id" } },
	[PLACE] = { .label = N_("Terminal at"), .mine = { .kind = "terminal", .field = "place_address", .of = "merchant_id" },
		    .lat = "place_lat", .lon = "place_lon", .metres = "house_place_metres" },
};
_Static_assert(COUNT(merchant_shared) == MERCHANT_SHARED, "its header counts what is shared");

/* ---- who else has it ---- */
struct others {
	const struct item *of;
	struct buf names, met;             /* met: "\nM1\n\nM2\n"; whoever shares two things is one other */
	size_t n, strangers;               /* of them under another representative */
	char first[RECORD_ID_MAX + 1];
	char over[RECORD_ID_MAX + 1];      /* the first that was turned down or terminated, and which of that */
	const char *ended;
};

static void others_release(struct others *o)
{
	buf_release(&o->names);
	buf_release(&o->met);
}

/* Whoever was turned down, or had to go, comes back under another name: that is no second merchant, and the first thing to know. */
static void note_over(struct others *o, const struct item *it, int state)
{
	if (o->ended)
		return;
	snprintf(o->over, sizeof o->over, "%s", item_id(it));
	o->ended = merchant_record.states[state].label;
}

/* From now on it is. */
static bool was_met(struct others *o, const char *id)
{
	char line[RECORD_ID_MAX + 3];
	bool met;

	snprintf(line, sizeof line, "\n%.64s\n", id);
	met = strstr(o->met.data, line) != NULL;
	if (!met)
		buf_adds(&o->met, line);
	return met;
}

static void add_other(struct others *o, const struct item *it)
{
	int state = item_state(it);

	if (state == REJECTED || state == TERMINATED) {
		note_over(o, it, state);
		return;
	}
	if (!o->n)
		snprintf(o->first, sizeof o->first, "%s", item_id(it));
	if (o->n++ < NAMED_MAX)
		buf_addf(&o->names, "%s%s", o->names.len ? ", " : "", item_id(it));
	o->strangers += strcmp(item_text(it, "legal_rep_number"), item_text(o->of, "legal_rep_number")) != 0;
}

static enum code name_other(void *ctx, struct item *it, struct err *err)
{
	struct others *o = ctx;

	(void)err;
	if (strcmp(item_id(it), item_id(o->of)) != 0 && !was_met(o, item_id(it)))
		add_other(o, it);
	return E_OK;
}

static void say_wrong(const struct others *o, struct checklist *out)
{
	check_say(out, CHECK_FAILED, o->n > NAMED_MAX ? N_("the same as %s and more") : N_("the same as %s"), o->names.data);
}

static void say_to_read(struct others *o, struct checklist *out)
{
	if (o->n > NAMED_MAX)
		buf_adds(&o->names, ", …");
	if (o->strangers)
		check_say(out, CHECK_UNKNOWN, N_("shared with %s; another representative: %zu of %zu"), o->names.data, o->strangers, o->n);
	else
		check_say(out, CHECK_UNKNOWN, N_("shared with %s, all under the same representative"), o->names.data);
}

static void say_over(const struct others *o, struct checklist *out)
{
	check_say(out, CHECK_UNKNOWN, N_("as %s had it, which is over (%s): read why"), o->over, gettext(o->ended));
	check_link(out, "merchant", o->over);
}

/* From the first to the last of what is shared. A value that is not well formed (6222 0200…, typed with spaces) may be another's in other
 * letters: nobody can tell. */
static void say_shared(struct db *db, const struct item *it, int first, int last, bool wrong, struct checklist *out)
{
	struct others o = { .of = it, .names = BUF_INIT, .met = BUF_INIT };
	const char *malformed = NULL;
	bool given = false;
	struct err err = { 0 };
	enum code code = E_OK;

	for (int which = first; !code && which <= last; which++) {
		const struct shared *what = &merchant_shared[which];
		const struct field *f = &it->rec->fields[record_field(it->rec, what->mine.field)];
		const char *value = item_text(it, what->mine.field);

		given |= *value != '\0';
		malformed = f->check && *value ? f->check(value) : malformed;
		code = shared_each(db, it->rec, what, it, out->when, OTHERS_MAX, name_other, &o, &err);
	}
	if (!given)
		check_say(out, CHECK_UNKNOWN, N_("not given"));
	else if (o.n && wrong)
		say_wrong(&o, out);
	else if (o.n)
		say_to_read(&o, out);
	else if (code)
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
	else if (o.ended)
		say_over(&o, out);
	else if (malformed)
		check_say(out, CHECK_UNKNOWN, N_("cannot be compared: %s"), gettext(malformed));
	else
		check_say(out, CHECK_PASSED, N_("no other merchant has it"));
	if (o.n)
		check_link(out, "merchant", o.first);
	others_release(&o);
}

void merchant_same_credit_code(struct db *db, const struct item *it, struct checklist *out)
{
	if (!*item_text(it, "credit_code") && merchant_is_micro(it))
		check_say(out, CHECK_PASSED, N_("a micro merchant needs none"));
	else
		say_shared(db, it, CREDIT_CODE, CREDIT_CODE, true, out);
}

void merchant_same_card(struct db *db, const struct item *it, struct checklist *out)
{
	say_shared(db, it, CARD, CARD, true, out);
}

void merchant_same_legal_rep(struct db *db, const struct item *it, struct checklist *out)
{
	say_shared(db, it, LEGAL_REP, LEGAL_REP, false, out);
}

void merchant_same_phone(struct db *db, const struct item *it, struct checklist *out)
{
	say_shared(db, it, PHONE, PHONE, false, out);
}

void merchant_same_address(struct db *db, const struct item *it, struct checklist *out)
{
	say_shared(db, it, ADDRESS, BUSINESS_ADDRESS, false, out);
}

/* ---- what stands in one place ---- */
struct standing { struct db *db; int64_t when; size_t terminals; struct others o; };

/* A terminal that was taken away stands nowhere; several of one merchant are one other. */
static enum code meet_terminal(void *ctx, struct item *it, struct err *err)
{
	struct standing *s = ctx;
	AUTO(item_release) struct item merchant = { 0 };
	struct err gone = { 0 };
	const char *id = item_text(it, "merchant_id");
	enum code code;

	if (!strcmp(item_text(it, "state"), "removed") || !strcmp(id, item_id(s->o.of)) || was_met(&s->o, id))
		return E_OK;
	code = item_load(&merchant, s->db, &merchant_record, id, &gone);
	if (code)
		return code == E_NOTFOUND ? E_OK : fail(err, code, "%s", gone.msg);
	add_other(&s->o, &merchant);
	return E_OK;
}

static enum code stand(void *ctx, struct item *it, struct err *err)
{
	struct standing *s = ctx;

	s->terminals++;
	if (!strcmp(item_text(it, "state"), "removed"))
		return E_OK;
	return shared_each(s->db, &merchant_record, &merchant_shared[PLACE], it, s->when, OTHERS_MAX, meet_terminal, s, err);
}

void merchant_same_place(struct db *db, const struct item *it, struct checklist *out)
{
	const struct record *rec = record_find("terminal");
	struct table table = record_table(rec);
	const struct query q = { .table = &table, .limit = TERMINALS_MAX,
				 .where = { .op = COND_EQ, .column = "merchant_id", .value = value_text(item_id(it)) } };
	struct standing s = { db, out->when, 0, { .of = it, .names = BUF_INIT, .met = BUF_INIT } };
	struct err err = { 0 };
	enum code code = item_each(db, rec, &q, stand, &s, &err);

	if (s.o.n)
		say_to_read(&s.o, out);
	else if (code)
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
	else if (s.terminals == TERMINALS_MAX)
		check_say(out, CHECK_UNKNOWN, N_("no other merchant's terminal stands there, as far as the first %d of its own are concerned"), TERMINALS_MAX);
	else
		check_say(out, CHECK_PASSED, N_("no other merchant's terminal stands there"));
	if (s.o.n)
		check_link(out, "merchant", s.o.first);
	others_release(&s.o);
}
