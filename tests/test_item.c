/* One record: in memory, on the wire, under a mask. */
#include <stdio.h>
#include <string.h>

#include "core/values/text.h"
#include "core/values/when.h"
#include "tests/check.h"
#include "tests/ledger.h"

static enum code read_change(struct item *it, const char *text, bool *deleted, struct err *err)
{
	static struct pool pool; /* the item must not borrow from it */
	const struct json *doc;

	assert_ok(json_parse(&pool, text, strlen(text), NULL, &doc, err), *err);
	enum code code = item_read_change(it, doc, deleted, err);
	pool_release(&pool);
	return code;
}

static const char pinned[] =
	"{\"kind\":\"transaction\",\"id\":\"T-1\",\"version\":2,\"data\":{\"state\":\"succeeded\",\"updated_at\":1795225500000,"
	"\"merchant_id\":\"M1\",\"occurred_at\":1795225500001,\"amount\":123456,\"currency\":\"CNY\",\"channel\":\"wechat_pay\","
	"\"payer\":\"张样本\"}}";

static void wire_form_is_canonical(void **state)
{
	AUTO(item_release) struct item it;
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct json_writer w = JSON_WRITER(&out);
	struct err err;
	bool deleted = true;

	(void)state;
	/* members in another order, one unknown, one null: read all the same, and written in the table's order */
	assert_ok(read_change(&it, "{\"seq\":9,\"version\":2,\"data\":{\"payer\":\"张样本\",\"newer\":[1,{}],\"amount\":123456,\"currency\":\"CNY\",\"fee\":null,"
				   "\"channel\":\"wechat_pay\",\"occurred_at\":1795225500001,\"merchant_id\":\"M1\",\"state\":\"succeeded\","
				   "\"version\":77,\"pending\":5,\"updated_at\":1795225500000},\"id\":\"T-1\",\"kind\":\"transaction\"}",
			      &deleted, &err), err);
	assert_false(deleted);
	assert_int_equal(item_version(&it), 2);
	assert_int_equal(item_int(&it, "pending"), 0); /* the desk's own: nothing from outside sets it */
	item_write_change(&it, &w);
	assert_string_equal(out.data, pinned);
}

static void bytes_travel_as_base64(void **state)
{
	AUTO(item_release) struct item it, again;
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct json_writer w = JSON_WRITER(&out);
	struct err err;
	bool deleted;

	(void)state;
	item_init(&it, record_find("proposal"));
	item_set(&it, "id", value_text("P1"));
	item_set(&it, "state", value_text("open"));
	item_set(&it, "version", value_int(1));
	item_set(&it, "command", value_blob("\0\1\xff", 3));
	item_write_change(&it, &w);
	assert_non_null(strstr(out.data, "\"command\":\"AAH/\""));
	assert_ok(read_change(&again, out.data, &deleted, &err), err);
	assert_true(value_same(item_get(&again, "command"), value_blob("\0\1\xff", 3)));
}

static void a_deletion_needs_no_data(void **state)
{
	AUTO(item_release) struct item it;
	struct err err;
	bool deleted = false;

	(void)state;
	assert_ok(read_change(&it, "{\"kind\":\"merchant\",\"id\":\"M1\",\"version\":8,\"deleted\":true}", &deleted, &err), err);
	assert_true(deleted);
	assert_string_equal(item_id(&it), "M1");
}

/* BLAKE2b-256 over the lines of the merchant and of its two documents, as this form must stay for ever. */
#define PINNED_EVIDENCE "635bdd4915b1086afd793c66babcf86b36deeb78ecd869424e14f87f569f71dc"

#define DATA(data) "{\"kind\":\"merchant\",\"id\":\"M1\",\"version\":1,\"data\":" data "}"
#define STATE(more) DATA("{\"state\":\"applied\"" more "}")

static void hostile_changes_are_refused(void **state)
{
	static const struct { const char *text, *why; } rows[] = {
		{ "null", "kind" }, { "[]", "kind" }, { "{}", "kind" },
		{ "{\"kind\":7,\"id\":\"M1\",\"version\":1,\"data\":{}}", "kind" },
		{ "{\"kind\":\"wizard\",\"id\":\"M1\",\"version\":1,\"data\":{}}", "wizard" },
		{ "{\"kind\":\"outbox\",\"id\":\"M1\",\"version\":1,\"data\":{\"state\":\"pending\"}}", "outbox" },
		{ "{\"kind\":\"journal\",\"id\":\"1\",\"version\":1,\"data\":{\"state\":\"recorded\"}}", "journal" },
		{ "{\"kind\":\"merchant\",\"id\":\"\",\"version\":1,\"data\":{\"state\":\"applied\"}}", "id" },
		{ "{\"kind\":\"merchant\",\"id\":\"../M1\",\"version\":1,\"data\":{\"state\":\"applied\"}}", "id" },
		{ "{\"kind\":\"merchant\",\"id\":\"M 1\",\"version\":1,\"data\":{\"state\":\"applied\"}}", "id" },
		{ "{\"kind\":\"merchant\",\"id\":\"M\\u001b[2J\",\"version\":1,\"data\":{\"state\":\"applied\"}}", "id" },
		{ "{\"kind\":\"merchant\",\"id\":\"M123456789012345678901234567890123456789012345678901234567890123456\",\"version\":1,"
		  "\"data\":{\"state\":\"applied\"}}", "id" },
		{ "{\"kind\":\"merchant\",\"id\":\"M1\",\"version\":0,\"data\":{\"state\":\"applied\"}}", "version" },
		{ "{\"kind\":\"merchant\",\"id\":\"M1\",\"version\":1.5,\"data\":{\"state\":\"applied\"}}", "version" },
		{ "{\"kind\":\"merchant\",\"id\":\"M1\",\"version\":\"1\",\"data\":{\"state\":\"applied\"}}", "version" },
		{ "{\"kind\":\"merchant\",\"id\":\"M1\",\"version\":1}", "data" },
		{ "{\"kind\":\"merchant\",\"id\":\"M1\",\"version\":1,\"deleted\":1}", "deleted" },
		{ DATA("[]"), "data" }, { DATA("{}"), "state" }, { DATA("{\"state\":null}"), "state" }, { DATA("{\"state\":3}"), "state" },
		{ DATA("{\"state\":\"\"}"), "state" }, { DATA("{\"state\":\"promoted\"}"), "promoted" }, { DATA("{\"state\":\"Applied\"}"), "Applied" },
		{ STATE(",\"name\":5"), "name" }, { STATE(",\"name\":[]"), "name" }, { STATE(",\"name\":true"), "name" },
		{ STATE(",\"risk_score\":\"80\""), "risk_score" }, { STATE(",\"risk_score\":80.5"), "risk_score" },
		{ STATE(",\"applied_at\":9007199254740991"), "applied_at" }, { STATE(",\"applied_at\":\"2026-01-01\""), "applied_at" },
		{ STATE(",\"type\":\"empire\""), "empire" }, { STATE(",\"established_on\":\"2026-02-30\""), "established_on" },
		{ STATE(",\"mcc\":\"58x2\""), "mcc" }, { STATE(",\"mcc\":\"05812\""), "mcc" },
		{ STATE(",\"assignee\":\"a b\""), "assignee" }, { STATE(",\"resubmission_reasons\":\"other,other\""), "resubmission_reasons" },
		{ STATE(",\"resubmission_reasons\":\"other,\""), "resubmission_reasons" },
		{ "{\"kind\":\"proposal\",\"id\":\"P1\",\"version\":1,\"data\":{\"state\":\"open\",\"command\":\"AAH\"}}", "command" },
	};
	struct err err;
	bool deleted;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct item it;
		enum code code = read_change(&it, rows[i].text, &deleted, &err);

		if (code != E_INVALID || !strstr(err.msg, rows[i].why))
			fail_msg("%s: %s %s", rows[i].text, code_name(code), code ? err.msg : "");
		item_release(&it);
	}
}

static void huge_values_are_refused(void **state)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct item it;
	struct err err;
	bool deleted;

	(void)state;
	for (size_t n = 4096; n <= 4097; n++) {
		buf_clear(&text);
		buf_adds(&text, "{\"kind\":\"merchant\",\"id\":\"M1\",\"version\":1,\"data\":{\"state\":\"applied\",\"name\":\"");
		for (size_t i = 0; i < n; i++)
			buf_addc(&text, 'x');
		buf_adds(&text, "\"}}");
		assert_int_equal(read_change(&it, text.data, &deleted, &err), n == 4096 ? E_OK : E_INVALID);
		item_release(&it);
	}
}

/* ---- evidence ---- */
static void evidence_hex(struct ledger *l, const struct item *it, char out[65])
{
	AUTO(buf_release) struct buf hex = BUF_INIT;
	uint8_t sum[KEY_BYTES];
	struct err err;

	assert_ok(item_evidence(it, l->db, sum, &err), err);
	buf_add_hex(&hex, sum, sizeof sum);
	memcpy(out, hex.data, 65);
}

static void evidence_covers_what_was_seen(void **state)
{
	AUTO(item_release) struct item m, doc;
	char first[65], now[65];
	struct ledger l;
	struct err err;

	(void)state;
	ledger_open(&l);
	ledger_merchant(&m, "M1");
	ledger_papers(&l, "M1");
	ledger_papers(&l, "M2");
	evidence_hex(&l, &m, first);
	assert_string_equal(first, PINNED_EVIDENCE);

	ledger_document(&doc, "D-M2-0", "M2", "lease"); /* another merchant's: nothing to do with it */
	ledger_put(&l, &doc);
	item_set(&m, "pending", value_int(1)); /* the desk's own state of things */
	evidence_hex(&l, &m, now);
	assert_string_equal(now, first);

	item_release(&doc);
	assert_ok(item_load(&doc, l.db, record_find("document"), "D-M1-0", &err), err);
	item_set(&doc, "expires_on", value_text("2036-01-02"));
	ledger_put(&l, &doc);
	evidence_hex(&l, &m, now);
	assert_string_not_equal(now, first);

	item_set(&doc, "expires_on", value_text("2036-01-01"));
	ledger_put(&l, &doc);
	evidence_hex(&l, &m, now);
	assert_string_equal(now, first);
	item_set(&m, "trading_days", value_int(12)); /* goes on by itself */
	evidence_hex(&l, &m, now);
	assert_string_equal(now, first);
	item_set(&m, "risk_score", value_int(42));
	evidence_hex(&l, &m, now);
	assert_string_not_equal(now, first);
	item_set(&m, "risk_score", value_int(41));
	item_set(&m, "version", value_int(4));
	evidence_hex(&l, &m, now);
	assert_string_not_equal(now, first);
	ledger_close(&l);
}

static void a_proposal_carries_its_own(void **state)
{
	AUTO(item_release) struct item p;
	uint8_t sum[KEY_BYTES];
	struct err err;

	(void)state;
	item_init(&p, record_find("proposal"));
	assert_int_equal(item_evidence(&p, NULL, sum, &err), E_INVALID);
	item_set(&p, "digest", value_text("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));
	assert_ok(item_evidence(&p, NULL, sum, &err), err);
	assert_int_equal(sum[31], 0x1f);
	item_set(&p, "digest", value_text("00"));
	assert_int_equal(item_evidence(&p, NULL, sum, &err), E_INVALID);
}

/* ---- for people ---- */
static void masks(void **state)
{
	static const struct { enum mask mask; const char *text, *shown; } rows[] = {
		{ MASK_PHONE, "13800001234", "138****1234" }, { MASK_PHONE, "1234567", "****" }, { MASK_PHONE, "", "" },
		{ MASK_IDENTITY, "110101199003071234", "110101********1234" }, { MASK_IDENTITY, "1101011990031", "****" },
		{ MASK_CARD, "6228480000000001234", "**** 1234" }, { MASK_CARD, "1234", "****" },
		{ MASK_NAME, "张样本", "张**" }, { MASK_NAME, "张", "****" }, { MASK_NAME, "欧阳样本", "欧**" },
		{ MASK_NAME, "e\xcc\x81t\xc3\xa9", "\xc3\xa9**" }, { MASK_ALL, "secret", "****" }, { MASK_NONE, "secret", "****" },
		{ MASK_NAME, "\x1b[2J", "⟨**" }, /* cleaned before it is cut */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT;

		mask_apply(&out, rows[i].mask, rows[i].text);
		assert_string_equal(out.data, rows[i].shown);
	}
}

static const char *upper(const char *msgid)
{
	return !strcmp(msgid, "Risk review") ? "风险审核" : msgid;
}

static void shows(const struct item *it, const char *field, const struct show *how, const char *want)
{
	AUTO(buf_release) struct buf out = BUF_INIT;

	item_show(&out, it, (size_t)record_field(it->rec, field), how);
	if (strcmp(out.data, want) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", field, out.data, want);
}

static void shown_to_people(void **state)
{
	static const struct cert people[] = { { .id = "00112233445566778899aabbccddeeff", .name = "lin" } };
	struct show clear = { .clearance = PRIVACY_CORE, .now = SPECIMEN_TIME, .people = people, .npeople = 1, .words = upper };
	struct show support = { .clearance = PRIVACY_GENERAL };
	AUTO(item_release) struct item m;

	(void)state;
	ledger_merchant(&m, "M1");
	item_set(&m, "legal_rep_number", value_text("110101199003071234"));
	item_set(&m, "settlement_card", value_text("6228480000000001234"));
	item_set(&m, "assignee", value_text(people[0].id));
	item_set(&m, "reviewer", value_text("ffeeddccbbaa99887766554433221100"));
	item_set(&m, "due_at", value_int(SPECIMEN_TIME + 2 * WHEN_DAY));
	item_set(&m, "claimed_at", value_int(SPECIMEN_TIME - 3 * WHEN_HOUR));
	item_set(&m, "resubmission_reasons", value_text("other,identity_expired"));
	item_set(&m, "address", value_text("Road\x1b[31m \xe2\x80\xae 1"));
	shows(&m, "state", &clear, "风险审核");
	shows(&m, "state", &support, "risk_review");
	shows(&m, "name", &support, "样本茶馆");
	shows(&m, "name_en", &clear, "");
	shows(&m, "assignee", &clear, "lin");
	shows(&m, "reviewer", &clear, "ffeeddcc");
	shows(&m, "expected_monthly", &clear, "¥12,345.50");
	shows(&m, "due_at", &clear, "+2d");
	shows(&m, "claimed_at", &clear, "3h");
	shows(&m, "applied_at", &support, "2026-11-21 09:45:00");
	shows(&m, "resubmission_reasons", &clear, "Something else; Identity document has expired");
	shows(&m, "address", &clear, "Road⟨U+001B⟩[31m ⟨U+202E⟩ 1");
	shows(&m, "legal_rep_number", &clear, "110101199003071234");
	shows(&m, "legal_rep_number", &support, "110101********1234");
	shows(&m, "legal_rep_name", &support, "张**");
	shows(&m, "contact_phone", &support, "138****1234");
	shows(&m, "settlement_card", &support, "**** 1234");
	support.clearance = PRIVACY_IMPORTANT;
	shows(&m, "contact_phone", &support, "13800001234");
	shows(&m, "settlement_card", &support, "**** 1234");
}

static void money_of_other_currencies(void **state)
{
	struct show how = { .clearance = PRIVACY_CORE };
	AUTO(item_release) struct item t;

	(void)state;
	item_init(&t, record_find("transaction"));
	item_set(&t, "amount", value_int(1234));
	shows(&t, "amount", &how, "¥12.34");
	item_set(&t, "currency", value_text("JPY"));
	shows(&t, "amount", &how, "JPY 1,234");
	item_set(&t, "currency", value_text("\x1bZZ"));
	shows(&t, "amount", &how, "⟨U+001B⟩ZZ (1234)");
}

static void shown_as_json(void **state)
{
	static const struct { const char *field, *want; } rows[] = {
		{ "id", "\"M1\"" }, { "version", "3" }, { "updated_at", "\"2026-11-21T01:45:00.000Z\"" }, { "expected_monthly", "1234550" },
		{ "name_en", "null" }, { "legal_rep_name", "\"张**\"" }, { "address", "\"⟨U+202E⟩1\"" }, { "state", "\"risk_review\"" },
	};
	struct show how = { .clearance = PRIVACY_GENERAL, .words = upper };
	AUTO(item_release) struct item m;

	(void)state;
	ledger_merchant(&m, "M1");
	item_set(&m, "address", value_text("\xe2\x80\xae" "1"));
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT;
		struct json_writer w = JSON_WRITER(&out);

		item_show_json(&w, &m, (size_t)record_field(m.rec, rows[i].field), &how);
		assert_string_equal(out.data, rows[i].want);
	}
}

/* ---- in memory ---- */
static void memory(void **state)
{
	AUTO(item_release) struct item it, copy, zero = { 0 }, none;
	struct ledger l;
	struct err err;
	char text[] = "样本";

	(void)state;
	(void)zero;
	ledger_open(&l);
	item_init(&it, record_find("merchant"));
	assert_int_equal(item_version(&it), 0);
	assert_string_equal(item_id(&it), "");
	assert_int_equal(item_state(&it), -1);
	item_set(&it, "name", value_text(text));
	text[0] = 'X';
	assert_string_equal(item_text(&it, "name"), "样本"); /* its own bytes */
	assert_string_equal(item_title(&it), "样本");
	item_copy(&copy, &it);
	item_set(&it, "name", value_null());
	item_set(&it, "id", value_text("M9"));
	assert_string_equal(item_text(&copy, "name"), "样本");
	assert_string_equal(item_title(&it), "M9");
	assert_int_equal(item_get(&it, "nothing").type, VALUE_NULL);
	assert_string_equal(item_text(&it, "risk_score"), "");
	assert_int_equal(item_load(&none, l.db, it.rec, "M9", &err), E_NOTFOUND);
	assert_non_null(strstr(err.msg, "M9"));
	assert_int_equal(item_load(&none, l.db, it.rec, "M9; --", &err), E_NOTFOUND);
	ledger_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wire_form_is_canonical),
		cmocka_unit_test(bytes_travel_as_base64),
		cmocka_unit_test(a_deletion_needs_no_data),
		cmocka_unit_test(hostile_changes_are_refused),
		cmocka_unit_test(huge_values_are_refused),
		cmocka_unit_test(evidence_covers_what_was_seen),
		cmocka_unit_test(a_proposal_carries_its_own),
		cmocka_unit_test(masks),
		cmocka_unit_test(shown_to_people),
		cmocka_unit_test(money_of_other_currencies),
		cmocka_unit_test(shown_as_json),
		cmocka_unit_test(memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
