#include "tests/ledger.h"

#include <stdio.h>
#include <string.h>

#include "core/migrations.h"
#include "core/values/ident.h"
#include "tests/check.h"
#include "tests/scratch.h"

void ledger_open(struct ledger *l)
{
	char path[96];
	struct err err;

	scratch_make(l->dir, sizeof l->dir);
	snprintf(path, sizeof path, "%s/plain.db", l->dir);
	assert_ok(crypto_start(&err), err);
	assert_ok(db_open(&l->db, &(struct db_config){ .path = path, .create = true }, &err), err);
	assert_ok(db_migrate(l->db, core_migrations, core_nmigrations, &err), err);
}

void ledger_close(struct ledger *l)
{
	db_close(l->db);
	scratch_remove(l->dir);
}

void ledger_put(struct ledger *l, const struct item *it)
{
	struct err err;

	assert_ok(item_save(it, l->db, &err), err);
}

/* Identifiers that differ with the merchant's id. */
static void identify(struct item *it, const char *id)
{
	char code[CREDIT_CODE_LEN + 1], number[RESIDENT_LEN + 1], card[LUHN_MAX];
	uint8_t sum[KEY_BYTES];
	unsigned n;

	digest(sum, id, strlen(id));
	n = (unsigned)(sum[0] << 8 | sum[1]) % 1000;
	snprintf(code, sizeof code, "91310115MA1K%05u", n);
	snprintf(number, sizeof number, "11010119900307%03u", n);
	snprintf(card, sizeof card, "622848000000%06u", n);
	assert_true(ident_credit_code_complete(code));
	assert_true(ident_resident_complete(number));
	assert_true(ident_luhn_complete(card, 18));
	item_set(it, "credit_code", value_text(code));
	item_set(it, "legal_rep_number", value_text(number));
	item_set(it, "settlement_card", value_text(card));
}

void ledger_merchant(struct item *it, const char *id)
{
	item_init(it, record_find("merchant"));
	item_set(it, "id", value_text(id));
	item_set(it, "state", value_text("risk_review"));
	item_set(it, "version", value_int(3));
	item_set(it, "updated_at", value_int(SPECIMEN_TIME));
	item_set(it, "name", value_text("样本茶馆"));
	item_set(it, "type", value_text("enterprise"));
	item_set(it, "region", value_text("华东"));
	item_set(it, "mcc", value_text("5812"));
	item_set(it, "risk_score", value_int(41));
	item_set(it, "expected_monthly", value_int(1234550));
	item_set(it, "registered_capital", value_int(50000000));
	item_set(it, "legal_rep_name", value_text("张样本"));
	item_set(it, "contact_phone", value_text("13800001234"));
	item_set(it, "settlement_cycle", value_text("t1"));
	item_set(it, "applied_at", value_int(SPECIMEN_TIME));
	identify(it, id);
}

void ledger_document(struct item *it, const char *id, const char *merchant, const char *type)
{
	item_init(it, record_find("document"));
	item_set(it, "id", value_text(id));
	item_set(it, "state", value_text("received"));
	item_set(it, "version", value_int(1));
	item_set(it, "updated_at", value_int(SPECIMEN_TIME));
	item_set(it, "merchant_id", value_text(merchant));
	item_set(it, "type", value_text(type));
	item_set(it, "file_name", value_text("SPECIMEN.jpg"));
	item_set(it, "expires_on", value_text("2036-01-01"));
}

void ledger_owner(struct item *it, const char *id, const char *merchant, const char *basis, int64_t share)
{
	char number[RESIDENT_LEN + 1] = "11010119900307004";

	number[RESIDENT_LEN - 2] = id[strlen(id) - 1]; /* a person each */
	assert_true(ident_resident_complete(number));
	item_init(it, record_find("beneficial_owner"));
	item_set(it, "id", value_text(id));
	item_set(it, "state", value_text("declared"));
	item_set(it, "version", value_int(1));
	item_set(it, "updated_at", value_int(SPECIMEN_TIME));
	item_set(it, "merchant_id", value_text(merchant));
	item_set(it, "name", value_text("张样本"));
	item_set(it, "document_kind", value_text("resident_identity_card"));
	item_set(it, "number", value_text(number));
	item_set(it, "nationality", value_text("CN"));
	item_set(it, "basis", value_text(basis));
	item_set(it, "held", value_text("direct"));
	item_set(it, "since", value_text("2020-01-01"));
	if (share)
		item_set(it, "share_bps", value_int(share));
}

void ledger_papers(struct ledger *l, const char *merchant)
{
	static const char *const types[] = { "business_licence", "legal_rep_identity" };
	AUTO(item_release) struct item owner;
	char owner_id[64];

	for (size_t i = 0; i < COUNT(types); i++) {
		AUTO(item_release) struct item doc;
		char id[64];

		snprintf(id, sizeof id, "D-%s-%zu", merchant, i);
		ledger_document(&doc, id, merchant, types[i]);
		ledger_put(l, &doc);
	}
	snprintf(owner_id, sizeof owner_id, "O-%s-1", merchant);
	ledger_owner(&owner, owner_id, merchant, "equity", 10000);
	ledger_put(l, &owner);
}
