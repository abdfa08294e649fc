/* What records share: who is found, how far, how many, how it is drawn, and that an index finds it. */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "core/network.h"
#include "tests/check.h"
#include "tests/ledger.h"
#include "tests/specimen.h"
#include "tests/stage.h"
#include "tui/panes.h"
#include "tui/words.h"

static void put(struct stage *s, struct item *it)
{
	AUTO(tx_end) struct tx tx = { 0 };
	struct err err = { 0 };
	bool changed;

	assert_ok(tx_begin(&tx, desk_db(s->shell.desk), &err), err);
	assert_ok(desk_take_fact(s->shell.desk, it, false, &changed, &err), err);
	assert_ok(tx_commit(&tx, &err), err);
	item_release(it);
}

struct shares { const char *id, *name, *state, *phone, *address, *card; };

static void merchant(struct stage *s, const struct shares *m, int n)
{
	struct item it;

	specimen_merchant(&it, m->id, n, s->house.clock);
	specimen_put(&it, "name", m->name);
	specimen_put(&it, "state", m->state);
	specimen_put(&it, "contact_phone", m->phone);
	specimen_put(&it, "address", m->address);
	if (m->card)
		specimen_put(&it, "settlement_card", m->card);
	put(s, &it);
}

/* A B C: a phone. C D: an address in two spellings; E elsewhere. D F: a card, B C as well. */
static const struct shares ring[] = {
	{ "N1", "样本甲", "risk_review", "15400000001", "", NULL },
	{ "N2", "样本乙", "rejected", "15400000001", "", "6200000000000000018" },
	{ "N3", "样本丙\x1b[31m\xe2\x80\xae", "active", "15400000001", "上海市样本区样本路12号3栋501室", "6200000000000000018" },
	{ "N4", "样本丁", "active", "15400000004", "样本区样本路１２號3-501", "6200000000000000026" },
	{ "N5", "样本戊", "active", "15400000005", "南京市范例区样本路12号3栋501室", NULL },
	{ "N6", "样本己", "terminated", "15400000006", "", "6200000000000000026" },
};

static void put_ring(struct stage *s)
{
	for (size_t i = 0; i < COUNT(ring); i++)
		merchant(s, &ring[i], 100 + (int)i);
}

static void load(struct stage *s, const char *kind, const char *id, struct item *it)
{
	struct err err = { 0 };

	assert_ok(item_load(it, desk_db(s->shell.desk), record_find(kind), id, &err), err);
}

/* As it is drawn, so many columns wide, its rows up to the last that has anything. */
static void draw(struct stage *s, const char *kind, const char *id, int cols, struct buf *out)
{
	AUTO(item_release) struct item it = { 0 };
	struct doc doc = DOC_INIT;
	struct show how;
	struct err err = { 0 };

	load(s, kind, id, &it);
	desk_show(s->shell.desk, &how, words_get);
	assert_ok(pane_network(&doc, s->shell.desk, &it, &how, &err), err);
	grid_resize(s->grid, (int)doc.n, cols);
	doc_draw(&doc, s->grid, grid_rect(s->grid), 0, ROLE_MUTED, ROLE_HEADING);
	buf_clear(out);
	grid_text(out, s->grid);
	doc_release(&doc);
}

static const char tree[] =
	"样本甲                                     N1  Risk review\n"
	"└─ Contact phone 15400000001                            +2\n"
	"   ├─ 样本乙                               N2  Rejected\n"
	"   │  └─ Settlement card 6200000000000000018            +1\n"
	"   │     └─ = 样本丙⟨U+001B⟩[31m⟨U+202E⟩   N3  Active\n"
	"   └─ 样本丙⟨U+001B⟩[31m⟨U+202E⟩           N3  Active\n"
	"      └─ Registered address 上海市样本区样本路12号3栋5… +1\n"
	"         └─ 样本丁                         N4  Active\n";

static void two_steps_are_drawn(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;

	words_open("en");
	put_ring(s);
	draw(s, "merchant", "N1", 58, &text);
	assert_string_equal(text.data, tree);
	draw(s, "merchant", "N6", 40, &text); /* D, and C behind it: the others are three steps away */
	assert_non_null(strstr(text.data, "N4"));
	assert_non_null(strstr(text.data, "N3"));
	assert_null(strstr(text.data, "N2"));
	draw(s, "merchant", "N5", 80, &text);
	assert_non_null(strstr(text.data, "nothing in common"));
	grid_set_ascii(s->grid, true);
	draw(s, "merchant", "N1", 58, &text);
	assert_non_null(strstr(text.data, "   |  +- Settlement card"));
	grid_set_ascii(s->grid, false);
}

/* A narrow screen cuts the name, never its number; a role below the mask sees the mask. */
static void cut_and_masked(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;

	words_open("en");
	put_ring(s);
	draw(s, "merchant", "N1", 34, &text);
	assert_non_null(strstr(text.data, "样本丙⟨U+00… N3  Active"));
	stage_become(s, "zhou", "support");
	draw(s, "merchant", "N1", 80, &text);
	assert_non_null(strstr(text.data, "Contact phone 154****0001"));
	assert_non_null(strstr(text.data, "Settlement card **** 0018"));
	assert_null(strstr(text.data, "15400000001"));
}

/* Forty under one phone: as many as there is room for, and how many more. */
static void many_are_counted(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(item_release) struct item it = { 0 };
	struct network n;
	struct err err = { 0 };
	char id[16];

	words_open("en");
	for (int i = 0; i < 40; i++) {
		snprintf(id, sizeof id, "P%02d", i);
		merchant(s, &(struct shares){ id, "样本", "active", "15400000009", "", NULL }, 200 + i);
	}
	load(s, "merchant", "P05", &it);
	assert_ok(network_read(&n, s->shell.desk, &it, &err), err);
	assert_int_equal(n.nnodes, NETWORK_NODES);
	assert_int_equal(n.nties, 1); /* the others have nothing more to say of the same phone */
	assert_int_equal(n.tie[0].nto, NETWORK_NODES - 1);
	assert_int_equal(n.tie[0].more, 39 - (NETWORK_NODES - 1));
	assert_string_equal(item_id(&n.node[1].it), "P00");
	network_release(&n);
	draw(s, "merchant", "P05", 60, &text);
	assert_non_null(strstr(text.data, "+39"));
	assert_non_null(strstr(text.data, "└─ and 16 more"));
}

static void keep(struct stage *s, const char *kind, const char *id, const char *record_state, const char *const *fields)
{
	struct item it;

	specimen_begin(&it, kind, id, record_state);
	for (; *fields; fields += 2)
		specimen_put(&it, fields[0], fields[1]);
	put(s, &it);
}
#define KEEP(s, kind, id, state, ...) keep(s, kind, id, state, (const char *const[]){ __VA_ARGS__, NULL })

/* A customer under review: whose device, number or card it is; the customer itself is none of them. */
static void customers_hang_together(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;

	words_open("en");
	KEEP(s, "user", "U1", "submitted", "device_id", "V1");
	KEEP(s, "user", "U2", "active", "device_id", "V1", "name", "样本乙", "identity_number", "110101199003070038");
	KEEP(s, "user", "U3", "active", "phone", "15400000003", "name", "样本丙");
	KEEP(s, "bank_card", "B2", "bound", "user_id", "U2", "card_number", "6200000000000000000");
	KEEP(s, "bank_card", "B3", "bound", "user_id", "U3", "card_number", "6200000000000000000");
	KEEP(s, "identity_check", "K1", "in_review", "user_id", "U1", "device_id", "V1", "number", "110101199003070038", "phone", "15400000001");
	draw(s, "identity_check", "K1", 60, &text);
	assert_string_equal(text.data,
			    "U1                                             K1  In review\n"
			    "├─ ID number 110101199003070038                           +1\n"
			    "│  └─ 样本乙                                   U2  Active\n"
			    "│     └─ Bank card 6200000000000000000                    +1\n"
			    "│        └─ 样本丙                             U3  Active\n"
			    "└─ Device V1                                              +1\n"
			    "   └─ = 样本乙                                 U2  Active\n");
	draw(s, "user", "U3", 60, &text);
	assert_non_null(strstr(text.data, "Bank card"));
	assert_non_null(strstr(text.data, "U2"));
	assert_non_null(strstr(text.data, "Device V1")); /* and on to the first, who has no name yet */
	assert_non_null(strstr(text.data, "U1"));
}

static void terminal(struct stage *s, const char *id, const char *merchant_id, const char *record_state, int64_t lat, int64_t lon)
{
	struct item it;

	specimen_begin(&it, "terminal", id, record_state);
	specimen_put(&it, "merchant_id", merchant_id);
	specimen_put(&it, "place_address", "上海市样本区样本路12号");
	item_set(&it, "place_lat", value_int(lat));
	item_set(&it, "place_lon", value_int(lon));
	put(s, &it);
}

/* 30 m are 270 millionths of a degree to the north, 314 to the east of Shanghai; a terminal that was taken away stands nowhere. */
static void one_place_is_shared(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(item_release) struct item it = { 0 };
	struct checklist list;
	size_t at = 0;

	words_open("en");
	put_ring(s);
	terminal(s, "T1", "N3", "active", 31230000, 121470000);
	terminal(s, "T2", "N3", "active", 31230010, 121470000);
	terminal(s, "T3", "N5", "active", 31230260, 121470000);
	terminal(s, "T4", "N5", "active", 31230000, 121470300);
	terminal(s, "T5", "N4", "active", 31230000, 121470330);
	terminal(s, "T6", "N1", "removed", 31230000, 121470000);
	draw(s, "merchant", "N5", 70, &text);
	assert_non_null(strstr(text.data, "Terminal at 上海市样本区样本路12号"));
	assert_non_null(strstr(text.data, "N3"));
	load(s, "merchant", "N3", &it);
	checks_run(desk_db(s->shell.desk), &it, s->house.clock, &list);
	while (at < list.n && strcmp(list.row[at].check->id, "same_place") != 0)
		at++;
	assert_true(at < list.n);
	assert_int_equal(list.row[at].status, CHECK_UNKNOWN);
	if (strcmp(list.row[at].why, "shared with N5; another representative: 1 of 1") != 0)
		fail_msg("%s", list.row[at].why);
	for (int i = 0; i < 200; i++) { /* of a great chain not every terminal is asked for: nobody is told that all is well */
		char id[16];

		snprintf(id, sizeof id, "A%03d", i);
		terminal(s, id, "N1", "active", 40000000 + i * 10000, 100000000);
	}
	item_release(&it);
	load(s, "merchant", "N1", &it);
	specimen_put(&it, "state", "active");
	checks_run(desk_db(s->shell.desk), &it, s->house.clock, &list);
	assert_int_equal(list.row[at].status, CHECK_UNKNOWN);
	assert_non_null(strstr(list.row[at].why, "the first 200"));
}

/* One owner behind two names, who is the representative of both: said once. */
static void owners_tie_merchants(void **state)
{
	struct stage *s = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct item it;

	words_open("en");
	put_ring(s);
	KEEP(s, "beneficial_owner", "O1", "declared", "merchant_id", "N1", "number", "110101199003070038");
	KEEP(s, "beneficial_owner", "O5", "declared", "merchant_id", "N5", "number", "110101199003070038");
	draw(s, "merchant", "N5", 70, &text);
	assert_non_null(strstr(text.data, "Beneficial owner 110101199003070038"));
	for (size_t i = 0; i < COUNT(ring); i += 4) {
		load(s, "merchant", ring[i].id, &it);
		specimen_put(&it, "legal_rep_number", "110101199003070038");
		item_set(&it, "version", value_int(2));
		put(s, &it);
	}
	draw(s, "merchant", "N5", 70, &text);
	assert_non_null(strstr(text.data, "Legal representative 110101199003070038"));
	assert_null(strstr(text.data, "Beneficial owner"));
}

/* The pane is there, and Enter on the card leads on. */
static void the_card_leads_on(void **state)
{
	struct stage *s = *state;

	words_open("en");
	put_ring(s);
	stage_open(s);
	stage_press(s, "/<Ctrl-U>N1<Enter><Enter>");
	assert_true(stage_shows(s, 24, 220, "Network")); /* one of many panes */
	stage_press(s, "<Enter>丁");
	assert_true(stage_shows(s, 24, 80, "样本丁"));
	stage_press(s, "<Enter>");
	assert_true(stage_shows(s, 24, 80, "样本丁  N4  Active"));
}

/* Rows from before there was a key, as a migration leaves them, get it when the store is opened. */
static void older_rows_get_their_key(void **state)
{
	struct stage *s = *state;
	AUTO(item_release) struct item it = { 0 }, again = { 0 };
	struct err err = { 0 };
	const struct table t = record_table(record_find("merchant"));

	put_ring(s);
	load(s, "merchant", "N4", &it);
	assert_string_equal(item_text(&it, "address_key"), "样本路12号3栋501室");
	item_set(&it, "address_key", value_null());
	assert_ok(db_put(desk_db(s->shell.desk), &t, it.v, &err), err);
	desk_free(s->shell.desk);
	assert_ok(desk_open(&s->shell.desk, s->shell.store, &err), err);
	load(s, "merchant", "N4", &again);
	assert_string_equal(item_text(&again, "address_key"), "样本路12号3栋501室");
	item_release(&again);
	load(s, "merchant", "N1", &again);
	assert_string_equal(item_text(&again, "address_key"), "");
	assert_int_equal(item_get(&again, "address_key").type, VALUE_TEXT); /* looked at, and nothing found: not again */
}

/* Where one trades another is registered, and a third trades there too: each is said once, under the address by which it was found. */
static void two_addresses_are_one_thing(void **state)
{
	static const struct { const char *id, *registered, *business; } shops[] = {
		{ "S1", "上海市样本区样本路12号3栋501室", "上海市样本区样本街7号" }, { "S2", "样本区样本街７號", "样本区样本街7号" },
		{ "S3", "上海市样本区范例路9号", "上海市样本区样本街7号" }, { "S4", "上海市样本区范例路9号", "上海市样本区范例路 9 号" },
		{ "S5", "南京市样本街7号", "南京市样本街7号" },
	};
	struct stage *s = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(item_release) struct item it = { 0 };
	struct checklist list;
	size_t at = 0;

	words_open("en");
	for (size_t i = 0; i < COUNT(shops); i++) {
		struct item shop;

		specimen_merchant(&shop, shops[i].id, 300 + (int)i, s->house.clock);
		specimen_put(&shop, "name", "样本");
		specimen_put(&shop, "state", "active");
		specimen_put(&shop, "address", shops[i].registered);
		specimen_put(&shop, "business_address", shops[i].business);
		put(s, &shop);
	}
	draw(s, "merchant", "S1", 70, &text);
	assert_string_equal(text.data,
			    "样本                                                        S1  Active\n"
			    "└─ Business address 上海市样本区样本街7号                           +2\n"
			    "   ├─ 样本                                                  S2  Active\n"
			    "   └─ 样本                                                  S3  Active\n"
			    "      └─ Registered address 上海市样本区范例路9号                   +1\n"
			    "         └─ 样本                                            S4  Active\n");
	draw(s, "merchant", "S2", 70, &text); /* it leaves the city out */
	assert_string_equal(text.data,
			    "样本                                                        S2  Active\n"
			    "└─ Registered address 样本区样本街７號                              +3\n"
			    "   ├─ 样本                                                  S1  Active\n"
			    "   ├─ 样本                                                  S3  Active\n"
			    "   │  └─ Registered address 上海市样本区范例路9号                   +1\n"
			    "   │     └─ 样本                                            S4  Active\n"
			    "   └─ 样本                                                  S5  Active\n");
	draw(s, "merchant", "S3", 70, &text); /* both of its addresses lead on, to others each */
	assert_non_null(strstr(text.data, "├─ Registered address 上海市样本区范例路9号"));
	assert_non_null(strstr(text.data, "└─ Business address 上海市样本区样本街7号"));
	load(s, "merchant", "S1", &it);
	checks_run(desk_db(s->shell.desk), &it, s->house.clock, &list);
	while (at < list.n && strcmp(list.row[at].check->id, "same_address") != 0)
		at++;
	assert_true(at < list.n);
	assert_string_equal(list.row[at].why, "shared with S2, S3; another representative: 2 of 2");
	specimen_put(&it, "business_address", "");
	checks_run(desk_db(s->shell.desk), &it, s->house.clock, &list);
	assert_int_equal(list.row[at].status, CHECK_PASSED);
	item_release(&it);
	load(s, "merchant", "S4", &it);
	checks_run(desk_db(s->shell.desk), &it, s->house.clock, &list);
	assert_string_equal(list.row[at].why, "shared with S3; another representative: 1 of 1"); /* once, though it is found by both */
}

static void searched_by_index(sqlite3 *db, const struct record *rec, const char *column)
{
	AUTO(buf_release) struct buf sql = BUF_INIT;
	sqlite3_stmt *stmt;
	const struct table t = record_table(rec);

	buf_addf(&sql, "EXPLAIN QUERY PLAN SELECT * FROM %s WHERE %s = 'x' LIMIT 200", t.name, column);
	assert_int_equal(sqlite3_prepare_v2(db, sql.data, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	if (strncmp((const char *)sqlite3_column_text(stmt, 3), "SEARCH", 6) != 0)
		fail_msg("%s.%s: %s", rec->kind, column, sqlite3_column_text(stmt, 3));
	sqlite3_finalize(stmt);
}

/* Either of two columns: an index for each, and not the whole table in order of the ids. */
static void searched_by_both(sqlite3 *db, const struct record *rec, const char *column, const char *also)
{
	AUTO(buf_release) struct buf sql = BUF_INIT;
	sqlite3_stmt *stmt;
	const struct table t = record_table(rec);

	buf_addf(&sql, "EXPLAIN QUERY PLAN SELECT * FROM %s WHERE %s = 'x' OR %s = 'x' ORDER BY id LIMIT 200", t.name, column, also);
	assert_int_equal(sqlite3_prepare_v2(db, sql.data, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	if (strcmp((const char *)sqlite3_column_text(stmt, 3), "MULTI-INDEX OR") != 0)
		fail_msg("%s.%s, %s: %s", rec->kind, column, also, sqlite3_column_text(stmt, 3));
	sqlite3_finalize(stmt);
}

static void every_look_up_has_an_index(void **state)
{
	struct ledger l;
	char path[96];
	sqlite3 *db;

	(void)state;
	ledger_open(&l);
	snprintf(path, sizeof path, "%s/plain.db", l.dir);
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	for (size_t r = 0; r < nrecords; r++)
		for (size_t i = 0; i < records[r]->nshared; i++) {
			const struct shared *what = &records[r]->shared[i];
			const struct holder *h = shared_theirs(what);

			searched_by_index(db, shared_holders(records[r], h), what->lat ? what->lat : h->by ? h->by : h->field);
			if (h->also)
				searched_by_both(db, shared_holders(records[r], h), h->by, h->also_by);
			if (what->mine.of)
				searched_by_index(db, shared_holders(records[r], &what->mine), what->mine.of);
		}
	sqlite3_close(db);
	ledger_close(&l);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(two_steps_are_drawn), T(cut_and_masked), T(many_are_counted), T(customers_hang_together), T(one_place_is_shared), T(owners_tie_merchants), T(the_card_leads_on),
		T(older_rows_get_their_key), T(two_addresses_are_one_thing), cmocka_unit_test(every_look_up_has_an_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
