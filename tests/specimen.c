#include "tests/specimen.h"

#include <stdio.h>

#include "core/ident.h"
#include "core/migrations.h"
#include "tests/check.h"

struct db *specimen_db(const char *dir)
{
	char path[128];
	struct db_config config = { .path = path, .create = true };
	struct db *db;
	struct err err;

	snprintf(path, sizeof path, "%s/specimen.db", dir);
	assert_ok(db_open(&db, &config, &err), err);
	assert_ok(db_migrate(db, core_migrations, core_nmigrations, &err), err);
	return db;
}

void specimen_merchant(struct item *it, const char *id, int n, int64_t when)
{
	char text[64];

	item_init(it, record_find("merchant"));
	item_set(it, "id", value_text(id));
	item_set(it, "state", value_text("applied"));
	item_set(it, "version", value_int(1));
	item_set(it, "updated_at", value_int(when));
	item_set(it, "applied_at", value_int(when));
	item_set(it, "type", value_text("enterprise"));
	item_set(it, "mcc", value_text("5411"));
	item_set(it, "risk_outcome", value_text("none"));
	item_set(it, "risk_score", value_int(10 + n % 80));
	snprintf(text, sizeof text, "样本商户 %d", n);
	item_set(it, "name", value_text(text));
	snprintf(text, sizeof text, "91310000MA1FL%04d", n % 10000);
	assert_true(ident_credit_code_complete(text));
	item_set(it, "credit_code", value_text(text));
	snprintf(text, sizeof text, "11010119800101%03d", n % 1000);
	assert_true(ident_resident_complete(text));
	item_set(it, "legal_rep_number", value_text(text));
	snprintf(text, sizeof text, "622202000000%06d", n % 1000000);
	assert_true(ident_luhn_complete(text, 18));
	item_set(it, "settlement_card", value_text(text));
}

void specimen_wire(struct buf *out, const struct item *it)
{
	struct json_writer w = JSON_WRITER(out);

	item_write_change(it, &w);
}
