#include "core/records/merchant_configure.h"

#include <libintl.h>
#include <string.h>

#include "core/records/beneficial_owner.h"
#include "core/records/merchant_review.h"
#include "core/records/merchant_risk.h"
#include "core/records/merchant_settlement.h"
#include "core/records/terminal.h"
#include "core/screening/hits.h"
#include "core/values/ident.h"
#include "core/values/mcc.h"
#include "core/values/text.h"
#include "core/values/when.h"

enum { ADULT_AGE = 18 /* Civil Code, article 17: from 18 on a person may act for a business alone */ };

/* Says what is wrong with the form of a value; the reason itself is translated before it is put into the line. */
static void say_form(struct checklist *out, const char *text, const char *reason)
{
	if (!*text)
		check_say(out, CHECK_UNKNOWN, N_("not given"));
	else if (reason)
		check_say(out, CHECK_FAILED, "%s", gettext(reason));
	else
		check_say(out, CHECK_PASSED, N_("the check character fits"));
}

/* A natural person who trades in a small way has no entry in the commercial register. */
const char *merchant_trades_at(const struct item *it)
{
	const char *business = item_text(it, "business_address");

	return *business ? business : item_text(it, "address");
}

bool merchant_is_micro(const struct item *it)
{
	return !strcmp(item_text(it, "type"), "micro");
}

static void credit_code(struct db *db, const struct item *it, struct checklist *out)
{
	const char *code = item_text(it, "credit_code");

	(void)db;
	if (!*code && merchant_is_micro(it))
		check_say(out, CHECK_PASSED, N_("a micro merchant needs none"));
	else
		say_form(out, code, ident_credit_code(code));
}

/* The birthday in a number that is known to be well formed (GB 11643: characters 7 to 14), as YYYYMMDD. */
static int birth_day(const char *number)
{
	int day = 0;

	for (size_t i = 6; i < 14; i++)
		day = day * 10 + (number[i] - '0');
	return day;
}

static void legal_rep(struct db *db, const struct item *it, struct checklist *out)
{
	const char *number = item_text(it, "legal_rep_number"), *reason = ident_resident(number);
	struct civil on = when_civil(out->when);

	(void)db;
	if (!*number || reason)
		say_form(out, number, reason);
	else if (on.year * 10000 + on.month * 100 + on.day - birth_day(number) < ADULT_AGE * 10000)
		check_say(out, CHECK_FAILED, N_("under %d years old"), ADULT_AGE);
	else
		check_say(out, CHECK_PASSED, N_("the check character fits; of age"));
}

/* A high-risk category may be taken on, after a closer look: it is unknown, not failed, so that the reviewer reads it. */
static void mcc_allowed(struct db *db, const struct item *it, struct checklist *out)
{
	const char *code = item_text(it, "mcc");
	const struct mcc *m = mcc_find(code);

	(void)db;
	if (!*code)
		check_say(out, CHECK_UNKNOWN, N_("not given"));
	else if (!m)
		check_say(out, CHECK_FAILED, N_("there is no merchant category %s"), code);
	else if (m->risk == MCC_PROHIBITED)
		check_say(out, CHECK_FAILED, N_("%s %s may not be acquired"), m->code, m->name);
	else if (m->risk == MCC_HIGH_RISK)
		check_say(out, CHECK_UNKNOWN, N_("%s %s is of high risk: it takes a closer look"), m->code, m->name);
	else
		check_say(out, CHECK_PASSED, N_("%s %s is allowed"), m->code, m->name);
}

/* ---- documents ---- */
enum standing { ABSENT, EXPIRED, STANDS };
enum { PAPERS_MAX = 16 };

/* Of each type of document, as document_types has them: the best of several counts. */
struct papers { const char *today; enum standing is[PAPERS_MAX]; size_t known; };

/* A document that was refused or replaced counts for nothing. */
static enum code weigh(void *ctx, struct item *document, struct err *err)
{
	struct papers *p = ctx;
	const char *until = item_text(document, "expires_on");
	enum standing is = *until && strcmp(until, p->today) < 0 ? EXPIRED : STANDS;

	(void)err;
	if (!document_stands(document))
		return E_OK;
	p->known++;
	for (size_t i = 0; i < PAPERS_MAX && document_types[i].name; i++)
		if (!strcmp(document_types[i].name, item_text(document, "type")) && is > p->is[i])
			p->is[i] = is;
	return E_OK;
}

static enum standing paper_is(const struct papers *p, const char *type)
{
	for (size_t i = 0; i < PAPERS_MAX && document_types[i].name; i++)
		if (!strcmp(document_types[i].name, type))
			return p->is[i];
	return ABSENT;
}

/* What nobody is taken on without; false: all of it stands. */
static bool say_needed(const struct papers *p, bool micro, struct checklist *out)
{
	static const struct { const char *type, *missing, *expired; } needed[] = {
		{ "legal_rep_identity", N_("the identity document of the legal representative is missing"),
		  N_("the identity document of the legal representative has expired") },
		{ "business_licence", N_("the business licence is missing"), N_("the business licence has expired") },
	};

	for (size_t i = 0; i < COUNT(needed) - micro /* which has no licence */; i++) {
		enum standing is = paper_is(p, needed[i].type);

		if (is != STANDS) {
			check_say(out, CHECK_FAILED, "%s", gettext(is == EXPIRED ? needed[i].expired : needed[i].missing));
			return true;
		}
	}
	return false;
}

static void documents(struct db *db, const struct item *it, struct checklist *out)
{
	const struct record *rec = record_find("document");
	const struct table table = record_table(rec);
	const struct query q = { .table = &table, .where = { .op = COND_EQ, .column = "merchant_id", .value = value_text(item_id(it)) } };
	AUTO(buf_release) struct buf today = BUF_INIT, old = BUF_INIT;
	struct papers p = { .known = 0 };
	struct err err = { 0 };

	when_add_date(&today, out->when);
	p.today = today.data;
	if (item_each(db, rec, &q, weigh, &p, &err)) {
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
		return;
	}
	for (size_t i = 0; i < PAPERS_MAX && document_types[i].name; i++)
		if (p.is[i] == EXPIRED)
			buf_addf(&old, "%s%s", old.len ? ", " : "", gettext(document_types[i].label));
	if (!p.known)
		check_say(out, CHECK_UNKNOWN, N_("no documents have come in"));
	else if (say_needed(&p, merchant_is_micro(it), out))
		return;
	else if (old.len)
		check_say(out, CHECK_UNKNOWN, N_("has run out: %s"), old.data);
	else
		check_say(out, CHECK_PASSED, N_("all there and valid"));
}

/* ---- watch lists ---- */
static void screened_rep(struct db *db, const struct item *it, struct checklist *out)
{
	screening_say(db, it, "legal_rep", out);
}

static void screened_name(struct db *db, const struct item *it, struct checklist *out)
{
	screening_say(db, it, "merchant", out);
}

const struct check merchant_checks[] = {
	{ .id = "credit_code", .label = N_("Credit code"), .run = credit_code },
	{ .id = "legal_rep", .label = N_("Legal representative's number"), .run = legal_rep },
	{ .id = "mcc", .label = N_("MCC allowed"), .run = mcc_allowed },
	{ .id = "same_credit_code", .label = N_("Credit code used once"), .run = merchant_same_credit_code },
	{ .id = "same_legal_rep", .label = N_("Representative known once"), .run = merchant_same_legal_rep },
	{ .id = "same_card", .label = N_("Settlement card used once"), .run = merchant_same_card },
	{ .id = "same_phone", .label = N_("Contact phone used once"), .run = merchant_same_phone },
	{ .id = "same_address", .label = N_("Address used once"), .run = merchant_same_address },
	{ .id = "same_place", .label = N_("Terminals alone in their place"), .run = merchant_same_place,
	  .states = IN(CONFIGURING) | IN(ACTIVE) | IN(SUSPENDED) },
	{ .id = "documents", .label = N_("Documents"), .run = documents },
	{ .id = "same_day", .label = N_("Settlement cycle"), .run = settlement_cycle_check },
	{ .id = "owners", .label = N_("Beneficial owners"), .run = merchant_owners },
	{ .id = "terminals", .label = N_("Terminals"), .run = merchant_terminals },
	{ .id = "assessment", .label = N_("Risk assessment"), .run = merchant_risk_check,
	  .states = IN(RISK_REVIEW) | IN(CONFIGURING) | IN(ACTIVE) | IN(SUSPENDED) },
	{ .id = "screened_rep", .label = N_("Representative on watch lists"), .run = screened_rep },
	{ .id = "screened_name", .label = N_("Merchant on watch lists"), .run = screened_name },
	{ .id = "screened_owners", .label = N_("Owners on watch lists"), .run = merchant_owners_screened },
	MERCHANT_LIVE_CHECKS,
};
_Static_assert(COUNT(merchant_checks) == MERCHANT_CHECKS, "its header counts the checks");
