/* What has to be in order before a merchant goes live. */
#include <string.h>

#include "core/records/contract.h"
#include "core/records/merchant_configure.h"
#include "core/records/merchant_review.h"
#include "core/rules.h"
#include "core/values/when.h"

struct found { char id[RECORD_ID_MAX + 1]; bool valid; const char *day; };

/* The first that has not run out on that day; otherwise any. */
static enum code note_contract(void *ctx, struct item *it, struct err *err)
{
	struct found *f = ctx;
	const char *until = item_text(it, "valid_until");

	(void)err;
	memcpy(f->id, item_id(it), strlen(item_id(it)) + 1);
	f->valid = !*until || strcmp(until, f->day) >= 0;
	return f->valid ? E_CANCELLED : E_OK;
}

/* The executed contract with it, and whether that holds at this time (UTC ms). */
static enum code find_contract(struct db *db, const struct item *it, int64_t when, struct found *found, struct err *err)
{
	struct table table = record_table(&contract_record);
	const struct cond both[] = {
		{ .op = COND_EQ, .column = "merchant_id", .value = value_text(item_id(it)) },
		{ .op = COND_EQ, .column = "state", .value = value_text("executed") },
	};
	struct query q = { .table = &table, .where = { .op = COND_AND, .kids = both, .nkids = COUNT(both) } };
	AUTO(buf_release) struct buf day = BUF_INIT;
	enum code code;

	*found = (struct found){ .id = "" };
	when_add_date(&day, when);
	found->day = day.data;
	code = item_each(db, &contract_record, &q, note_contract, found, err);
	found->day = NULL;
	return code == E_CANCELLED ? E_OK : code;
}

enum code merchant_may_renew_contract(const struct judge *j, struct err *err)
{
	const struct rule *rule = rule_at("house_contract_renewal", j->when);
	int64_t days = rule ? rule->value : 0;
	struct found found;

	if (find_contract(j->db, j->now, j->when + days * WHEN_DAY, &found, err))
		return err->code;
	return *found.id && found.valid ? fail(err, E_STATE, "contract %s with merchant %s holds for more than %lld days yet; void it first", found.id,
					       item_id(j->now), (long long)days) : E_OK;
}

void merchant_check_contract(struct db *db, const struct item *it, struct checklist *out)
{
	struct found found;
	struct err err = { 0 };

	if (find_contract(db, it, out->when, &found, &err))
		check_say(out, CHECK_UNKNOWN, N_("could not be looked up: %s"), err.msg);
	else if (!*found.id)
		check_say(out, CHECK_FAILED, N_("no contract with the merchant has been executed"));
	else if (!found.valid)
		check_say(out, CHECK_FAILED, N_("contract %s has run out"), found.id);
	else
		check_say(out, CHECK_PASSED, N_("contract %s"), found.id);
	if (*found.id)
		check_link(out, contract_record.kind, found.id);
}

void merchant_check_terms(struct db *db, const struct item *it, struct checklist *out)
{
	struct err err = { 0 };

	(void)db;
	if (!item_int(it, "configured_at"))
		check_say(out, CHECK_FAILED, N_("not configured yet"));
	else if (merchant_terms_hold(it, out->when, &err))
		check_say(out, CHECK_FAILED, "%s", err.msg);
	else
		check_say(out, CHECK_PASSED, N_("set, and none above the contract's %lld/10000"), (long long)item_int(it, "fee_bps"));
}

static enum code note_proof(void *ctx, struct item *document, struct err *err)
{
	int64_t *last = ctx, at = item_int(document, "received_at");

	(void)err;
	if (document_stands(document) && !strcmp(item_text(document, "type"), "settlement_proof") && at > *last)
		*last = at;
	return E_OK;
}

/* Whether no bank has confirmed the account since it was changed to this one. */
static bool unproven(struct db *db, const struct item *it)
{
	const struct record *rec = record_find("document");
	const struct table table = record_table(rec);
	const struct query q = { .table = &table, .where = { .op = COND_EQ, .column = "merchant_id", .value = value_text(item_id(it)) } };
	int64_t changed = item_int(it, "settlement_changed_at"), last = 0;
	struct err err;

	return changed && (item_each(db, rec, &q, note_proof, &last, &err) || last < changed);
}

void merchant_check_account(struct db *db, const struct item *it, struct checklist *out)
{
	struct err err = { 0 };

	if (merchant_account_holds(it, &err))
		check_say(out, CHECK_FAILED, "%s", err.msg);
	else if (unproven(db, it))
		check_say(out, CHECK_UNKNOWN, N_("in the merchant's name, but no proof of it has come in since it was changed"));
	else
		check_say(out, CHECK_PASSED, N_("well formed, in the merchant's name"));
}

/* A key that the merchant has not fetched yet does not stop anybody: a merchant that only shows a code at its till may never fetch it. */
void merchant_check_key(struct db *db, const struct item *it, struct checklist *out)
{
	const char *id = item_text(it, "api_key_id");

	(void)db;
	if (merchant_key_wanted(it))
		check_say(out, CHECK_FAILED, N_("asked for; the core has not made it yet"));
	else if (!*id)
		check_say(out, CHECK_FAILED, N_("not issued yet"));
	else if (!item_int(it, "api_key_claimed_at"))
		check_say(out, CHECK_UNKNOWN, N_("%s is issued; the merchant has not fetched it yet"), id);
	else
		check_say(out, CHECK_PASSED, N_("%s, fetched by the merchant"), id);
}
