#include "tests/specimen.h"

#include <stdio.h>

#include "core/migrations.h"
#include "core/values/ident.h"
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
	item_set(it, "registered_capital", value_int(50000000));
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

void specimen_put(struct item *it, const char *field, const char *text)
{
	item_set(it, field, *text ? value_text(text) : value_null());
}

void specimen_begin(struct item *it, const char *kind, const char *id, const char *state)
{
	item_init(it, record_find(kind));
	specimen_put(it, "id", id);
	specimen_put(it, "state", state);
	item_set(it, "version", value_int(1));
	item_set(it, "updated_at", value_int(SPECIMEN_REVIEW_TIME));
}

void specimen_check(struct item *it, const char *id, const char *user, const char *state)
{
	static const struct { const char *field, *text; } words[] = {
		{ "purpose", "real_name" }, { "account_class", "class_2" }, { "document_kind", "resident_identity_card" }, { "name", "样本甲" },
		{ "born_on", "1990-03-07" }, { "valid_until", "2031-01-01" }, { "ocr_name", "样本甲" }, { "ocr_born_on", "1990-03-07" },
		{ "ocr_valid_until", "2031-01-01" }, { "register_name", "样本甲" }, { "source_police", "passed" }, { "source_bank", "passed" },
		{ "source_mobile", "passed" }, { "source_credit", "unavailable" }, { "device_id", "V1" }, { "card_number", "6200000000000000000" },
	};
	static const struct { const char *field; int64_t n; } numbers[] = {
		{ "ocr_name_sure", 97 }, { "ocr_number_sure", 95 }, { "ocr_valid_sure", 96 }, { "face_match", 93 }, { "liveness", 91 },
	};
	char number[] = "110101199003070038";

	assert_true(ident_resident_complete(number));
	specimen_begin(it, "identity_check", id, state);
	specimen_put(it, "user_id", user);
	for (size_t i = 0; i < COUNT(words); i++)
		specimen_put(it, words[i].field, words[i].text);
	for (size_t i = 0; i < COUNT(numbers); i++)
		item_set(it, numbers[i].field, value_int(numbers[i].n));
	specimen_put(it, "number", number);
	specimen_put(it, "ocr_number", number);
	specimen_put(it, "register_number", number);
}
