/* Watch lists in the store: versions and their differences, what is taken only when somebody says so, and what a search says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/screening/lists.h"
#include "core/screening/search.h"
#include "tests/check.h"
#include "tests/office.h"
#include "tests/watchlists.h"

#define FOLDER "tests/data/screening/"
#define HEAD HOUSE_COLUMNS "\n"
#define SDN_ROW(num) num ",\"ONE\",-0- ,\"P\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n"

/* ---- versions ---- */
static int64_t count(struct office *o, const struct table *t)
{
	struct query q = { .table = t };
	int64_t n;

	assert_ok(query_count(desk_db(o->d[LIN]), &q, &n, &o->err), o->err);
	return n;
}

static enum code import_house(struct office *o, int who, const char *rows, const char *version, struct list_version *v, bool *same)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	o->h.clock += 1000;
	buf_addf(&text, HEAD "%s", rows);
	return lists_import(o->d[who], &(struct list_offer){ list_format("house"), &(struct list_file){ "/some/where/house.csv", text.data, text.len }, 1,
							     version, false }, v, same, &o->err);
}

static void search(struct office *o, const char *name, const char *number, const char *entry, int low, int high)
{
	const struct screened who = { .name = name, .number = number };
	AUTO(hits_release) struct hits h = { 0 };

	assert_ok(screening_search(desk_db(o->d[LIN]), &who, SCREENING_THRESHOLD, &h, &o->err), o->err);
	if (!entry) {
		assert_int_equal(h.n, 0);
		return;
	}
	assert_true(h.n > 0);
	assert_string_equal(h.at[0].entry, entry);
	assert_in_range(h.at[0].score, low, high);
}

#define ONE "A-1,house,person,Specimen One,,1970-01-02,,,\n"
#define TWO "A-2,house,person,张样本,,,,,\n"
#define TWO_OTHER "A-2,house,person,李样本,,,,,\n"
#define THREE "A-3,sanction,entity,Specimen Three Trading Ltd,,,,,\n"

static void versions(void **state)
{
	struct office *o = *state;
	struct list_version v;
	bool same;
	char day[VERSION_MAX + 1];

	assert_ok(import_house(o, ZHAO, ONE TWO, NULL, &v, &same), o->err);
	assert_false(same);
	assert_int_equal(v.serial, 1);
	assert_int_equal(v.entries, 2);
	assert_int_equal(v.added, 2);
	snprintf(day, sizeof day, "%s", v.version);
	assert_int_equal(strlen(day), 10);
	search(o, "One Specimen", NULL, "A-1", 1000, 1000);
	search(o, "ZHANG Yangben", NULL, "A-2", 980, 980);

	/* the same once more, in another order: nothing but the day changes */
	assert_ok(import_house(o, ZHAO, TWO ONE, NULL, &v, &same), o->err);
	assert_true(same);
	assert_int_equal(v.serial, 1);
	assert_true(v.confirmed_at > v.imported_at);
	assert_ok(lists_current(desk_db(o->d[LIN]), "house", &v, &o->err), o->err);
	assert_int_equal(v.serial, 1);
	assert_true(v.confirmed_at > v.imported_at);

	/* one removed, one changed, one added; what was removed is not found any more */
	assert_ok(import_house(o, ZHAO, TWO_OTHER THREE, NULL, &v, &same), o->err);
	assert_false(same);
	assert_int_equal(v.serial, 2);
	assert_int_equal(v.added, 1);
	assert_int_equal(v.removed, 1);
	assert_int_equal(v.changed, 1);
	assert_memory_equal(v.version, day, 10);
	assert_string_equal(v.version + 10, ".2");
	search(o, "One Specimen", NULL, NULL, 0, 0);
	search(o, "ZHANG Yangben", NULL, NULL, 0, 0);
	search(o, "李樣本", NULL, "A-2", 1000, 1000);
	search(o, "Specimen Three Holding", NULL, "A-3", 850, 1000);
	assert_int_equal(count(o, &list_table), 2);

	/* fewer entries leave nothing of the old ones behind */
	assert_ok(import_house(o, ZHAO, THREE, "v3", &v, &same), o->err);
	assert_string_equal(v.version, "v3");
	assert_int_equal(count(o, &list_entry_table), 1);
	assert_int_equal(import_house(o, ZHAO, ONE, "v3", &v, &same), E_EXISTS);
	assert_int_equal(import_house(o, ZHAO, ONE, "v 4", &v, &same), E_USAGE);
}

static void only_who_may_imports(void **state)
{
	struct office *o = *state;
	struct list_version v;
	bool same;
	int64_t entries = office_count(o, "journal");

	assert_int_equal(import_house(o, LIN, ONE, NULL, &v, &same), E_DENIED);
	assert_int_equal(import_house(o, WANG, ONE, NULL, &v, &same), E_DENIED);
	assert_int_equal(count(o, &list_table), 0);
	assert_int_equal(office_count(o, "journal"), entries);
}

/* A list that is wrong in its last line changes nothing; nor does one without entries. */
static void nothing_is_half_imported(void **state)
{
	struct office *o = *state;
	struct list_version v;
	bool same;

	assert_ok(import_house(o, ZHAO, ONE, NULL, &v, &same), o->err);
	assert_int_equal(import_house(o, ZHAO, TWO THREE "A-4,house,person\n", NULL, &v, &same), E_INVALID);
	assert_non_null(strstr(o->err.msg, "house.csv: line 4:"));
	assert_int_equal(import_house(o, ZHAO, "", NULL, &v, &same), E_INVALID);
	assert_int_equal(count(o, &list_entry_table), 1);
	search(o, "Specimen One", NULL, "A-1", 1000, 1000);
}

/* Names that an earlier paydesk made ready in its own way are made ready anew by the same list, and everybody is held against them again. */
static void the_same_list_is_made_ready_anew(void **state)
{
	struct office *o = *state;
	struct value key[] = { value_text("house"), value_int(2) }, row[ENTRY_COLUMNS];
	AUTO(pool_release) struct pool pool = POOL_INIT;
	struct query due = { .table = &(struct table){ "screening_due", &(struct column){ "kind", VALUE_TEXT }, 1, sizeof(struct column), 1, NULL, 0 } };
	struct list_version v;
	int64_t n;
	bool same;

	office_merchant(o, "M-1", 1);
	assert_ok(import_house(o, ZHAO, ONE TWO, NULL, &v, &same), o->err);
	assert_ok(db_delete(desk_db(o->d[ZHAO]), due.table, &(struct value){ .type = VALUE_TEXT, .text = "merchant", .len = 8 }, &o->err), o->err);
	assert_ok(db_get(desk_db(o->d[ZHAO]), &list_entry_table, key, &pool, row, &o->err), o->err);
	row[ENTRY_FORMS] = value_text("0H 某\n");
	assert_ok(db_put(desk_db(o->d[ZHAO]), &list_entry_table, row, &o->err), o->err);
	search(o, "ZHANG Yangben", NULL, NULL, 0, 0);
	assert_ok(import_house(o, ZHAO, ONE TWO, NULL, &v, &same), o->err);
	assert_true(same);
	assert_int_equal(v.serial, 1);
	search(o, "ZHANG Yangben", NULL, "A-2", 980, 980);
	assert_ok(query_count(desk_db(o->d[ZHAO]), &due, &n, &o->err), o->err);
	assert_int_equal(n, 1);
}

/* ---- an older list, and one that lacks many ---- */
static enum code import_un(struct office *o, const char *generated, const char *name, bool anyway)
{
	AUTO(buf_release) struct buf xml = BUF_INIT;
	struct list_version v;
	bool same;

	buf_addf(&xml, "<CONSOLIDATED_LIST%s><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>%s</FIRST_NAME></INDIVIDUAL></INDIVIDUALS>"
		       "</CONSOLIDATED_LIST>", generated, name);
	return lists_import(o->d[ZHAO], &(struct list_offer){ list_format("un"), &(struct list_file){ "un.xml", xml.data, xml.len }, 1, NULL, anyway }, &v,
			    &same, &o->err);
}

static void an_older_list_is_no_news(void **state)
{
#define GENERATED(text) " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" dateGenerated=\"" text "\""
	struct office *o = *state;
	struct list_version v;
	bool same;

	assert_ok(import_un(o, GENERATED("2026-11-20T09:27:37.617-04:00"), "Specimen A", false), o->err);
	assert_ok(lists_current(desk_db(o->d[LIN]), "un", &v, &o->err), o->err);
	assert_string_equal(v.issued, "2026-11-20T13:27:37.617Z");
	assert_int_equal(import_un(o, GENERATED("2026-11-20T13:27:37.000Z"), "Specimen B", false), E_CONFLICT);
	assert_non_null(strstr(o->err.msg, "un.xml is of 2026-11-20T13:27:37.000Z, version "));
	assert_int_equal(import_un(o, GENERATED("2026-11-19T00:00:00"), "Specimen A", false), E_CONFLICT); /* confirms nothing either */
	assert_int_equal(count(o, &list_table), 1);
	assert_ok(import_un(o, GENERATED("2026-11-21T00:00:00"), "Specimen B", false), o->err);
	assert_int_equal(import_un(o, "", "Specimen A", false), E_CONFLICT); /* it says nothing of itself, and is what the first one was */
	assert_non_null(strstr(o->err.msg, "which version"));
	assert_int_equal(count(o, &list_table), 2);
	assert_ok(import_un(o, GENERATED("2026-11-19T00:00:00"), "Specimen A", true), o->err); /* somebody says so */
	assert_ok(lists_current(desk_db(o->d[LIN]), "un", &v, &o->err), o->err);
	assert_int_equal(v.serial, 3);
	assert_ok(import_house(o, ZHAO, ONE, NULL, &v, &same), o->err);
	assert_ok(import_house(o, ZHAO, TWO, NULL, &v, &same), o->err);
	assert_int_equal(import_house(o, ZHAO, ONE, NULL, &v, &same), E_CONFLICT);
}

/* OFAC's numbers are given one after the other: a list that ends earlier is older, or was cut off. */
static void ofac_ends_with_its_last_number(void **state)
{
	struct office *o = *state;
	static const char alt[] = "7,1,\"aka\",\"UNO\",-0- \r\n", add[] = "7,1,-0- ,-0- ,-0- ,-0- \r\n";
	static const char *const sdn[] = { SDN_ROW("7") SDN_ROW("10"), SDN_ROW("7") SDN_ROW("9"), SDN_ROW("7") SDN_ROW("11") };
	struct list_version v;
	bool same;

	for (size_t i = 0; i < COUNT(sdn); i++) {
		const struct list_file files[] = { { "SDN", sdn[i], strlen(sdn[i]) }, { "ALT", alt, sizeof alt - 1 }, { "ADD", add, sizeof add - 1 } };
		const struct list_offer offer = { list_format("ofac"), files, COUNT(files), NULL, false };

		assert_int_equal(lists_import(o->d[ZHAO], &offer, &v, &same, &o->err), i == 1 ? E_CONFLICT : E_OK);
		if (i == 1)
			assert_non_null(strstr(o->err.msg, "is of entry 9, version"));
	}
}

static void rows(struct buf *out, int from, int to)
{
	for (int i = from; i < to; i++)
		buf_addf(out, "A-%d,house,person,Specimen Number%d,,,,,\n", i, i);
}

static void many_do_not_go_unsaid(void **state)
{
	struct office *o = *state;
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct list_version v;
	bool same;

	rows(&text, 0, 100);
	assert_ok(import_house(o, ZHAO, text.data, NULL, &v, &same), o->err);
	buf_clear(&text);
	rows(&text, 11, 100);
	assert_int_equal(import_house(o, ZHAO, text.data, NULL, &v, &same), E_CHECK);
	assert_non_null(strstr(o->err.msg, "house.csv lacks 11 of the 100 entries"));
	assert_int_equal(count(o, &list_entry_table), 100);
	buf_clear(&text);
	rows(&text, 10, 100);
	assert_ok(import_house(o, ZHAO, text.data, NULL, &v, &same), o->err);
	assert_int_equal(v.removed, 10);
}

static void the_journal_knows(void **state)
{
	struct office *o = *state;
	struct query q = { .table = &journal_table, .order = { { "seq", true } }, .norder = 1, .limit = 1 };
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value row[JOURNAL_COLUMNS];
	struct journal_entry e;
	struct list_version v;
	int64_t entries;
	bool same, more;

	assert_ok(import_house(o, ZHAO, ONE TWO, "2026-11", &v, &same), o->err);
	assert_ok(query_open(&c, desk_db(o->d[ZHAO]), &q, &o->err), o->err);
	assert_ok(cursor_next(c, row, &more, &o->err), o->err);
	assert_true(more);
	journal_from_row(&e, row);
	assert_string_equal(e.verb, "screening.import");
	assert_string_equal(e.id, "house");
	assert_string_equal(e.operator, desk_who(o->d[ZHAO])->id);
	assert_non_null(strstr(e.body, "{\"version\":\"2026-11\",\"serial\":1,\"entries\":2,\"added\":2,\"removed\":0,\"changed\":0,\"digest\":\""));
	assert_non_null(strstr(e.body, "\"files\":[{\"name\":\"house.csv\",\"sha256\":\""));
	cursor_close(c);
	c = NULL;
	assert_ok(journal_verify(o->s[ZHAO], &entries, &o->err), o->err);
}

/* ---- searching ---- */
static void what_else_is_known(void **state)
{
	struct office *o = *state;
	struct list_version v;
	bool same;

	assert_ok(import_house(o, ZHAO, "A-1,house,person,Ivan Specimenov,,1985-03-02,110101198503020016,,\n" THREE, NULL, &v, &same), o->err);
	search(o, "Ivan Specimenow", NULL, "A-1", 950, 999);
	search(o, "Ivan Specimenow", "110101198503020016", "A-1", 1000, 1000);
	search(o, "Somebody Else", "11010119850302 0016", "A-1", 1000, 1000);  /* the number alone */
	search(o, "Ivan Specimenow", "110101197003070012", NULL, 0, 0);        /* another number, and born in another year */
	search(o, "Somebody Else", "110101197003070012", NULL, 0, 0);
}

static void a_person_is_no_company(void **state)
{
	struct office *o = *state;
	struct screened who = { .name = "Specimen Three", .as = SCREENED_PERSON };
	AUTO(hits_release) struct hits h = { 0 }, any = { 0 };
	struct list_version v;
	bool same;

	assert_ok(import_house(o, ZHAO, THREE, NULL, &v, &same), o->err);
	assert_ok(screening_search(desk_db(o->d[LIN]), &who, SCREENING_THRESHOLD, &h, &o->err), o->err);
	assert_int_equal(h.n, 0);
	who.as = SCREENED_ENTITY;
	assert_ok(screening_search(desk_db(o->d[LIN]), &who, SCREENING_THRESHOLD, &any, &o->err), o->err);
	assert_int_equal(any.n, 1);
	who.name = "!!";
	assert_int_equal(screening_search(desk_db(o->d[LIN]), &who, SCREENING_THRESHOLD, &any, &o->err), E_INVALID);
}

/* The same lists and the same name give the same bytes, in another store and after another import in between as well. */
static void the_same_bytes(void **state)
{
	struct office *o = *state;
	const struct screened who = { .name = "單樣本", .born = "1980-02-29" };
	AUTO(buf_release) struct buf xml = BUF_INIT;
	struct buf out[2] = { BUF_INIT, BUF_INIT };
	struct list_version v;
	bool same;

	watch_read(&xml, FOLDER "un.xml");
	assert_ok(lists_import(o->d[ZHAO], &(struct list_offer){ list_format("un"), &(struct list_file){ "un.xml", xml.data, xml.len }, 1, "v1", false }, &v, &same, &o->err), o->err);
	for (size_t i = 0; i < 2; i++) {
		AUTO(hits_release) struct hits h = { 0 };
		struct json_writer w = JSON_WRITER(&out[i]);

		assert_ok(screening_search(desk_db(o->d[LIN]), &who, SCREENING_THRESHOLD, &h, &o->err), o->err);
		assert_int_equal(h.n, 1);
		hit_write(&h.at[0], &w);
		assert_ok(import_house(o, ZHAO, ONE, NULL, &v, &same), o->err);
	}
	assert_string_equal(out[0].data, out[1].data);
	assert_non_null(strstr(out[0].data, "{\"list\":\"un\",\"version\":\"v1\",\"entry\":\"6900002\",\"digest\":\""));
	assert_non_null(strstr(out[0].data, "\"listed_name\":\"單樣本\",\"score\":1000,\"name_score\":1000,\"asked_way\":\"simplified\",\"listed_way\":\"simplified\""));
	assert_non_null(strstr(out[0].data, "\"words\":[{\"asked\":\"单样本\",\"listed\":\"单样本\",\"score\":1000,\"weight\":2000}],\"born\":{\"fits\":\"same\",\"points\":40}"));
	buf_release(&out[0]);
	buf_release(&out[1]);
}

/* What the index finds is what comparing with every single entry finds. */
static void the_index_misses_nothing_that_is_near(void **state)
{
	struct office *o = *state;
	AUTO(buf_release) struct buf csv = BUF_INIT;
	AUTO(listing_release) struct listing all = { 0 };
	uint64_t seed = 3;
	struct list_version v;
	bool same;
	int near = 0;

	watch_house(&csv, 11, 0, 400);
	const struct list_file file = { "house.csv", csv.data, csv.len };
	assert_ok(lists_import(o->d[ZHAO], &(struct list_offer){ list_format("house"), &file, 1, NULL, false }, &v, &same, &o->err), o->err);
	assert_ok(read_house(&all, &file, 1, &o->err), o->err);
	for (int k = 0; k < 60; k++) {
		AUTO(hits_release) struct hits h = { 0 };
		AUTO(asked_freep) struct asked *a = NULL;
		struct someone s;
		size_t found = 0;

		someone_make(&s, 11, watch_pick(&seed, 400));
		if (k % 2 && strlen(s.name) > 6)
			s.name[3] = s.name[3] == 'e' ? 'a' : 'e';
		a = asked_new(s.name);
		for (size_t i = 0; i < all.n; i++) {
			AUTO(listed_release) struct listed e;
			AUTO(buf_release) struct buf forms = BUF_INIT;
			struct name_match m;

			listed_init(&e);
			assert_ok(listed_read(&e, all.row[i].json, strlen(all.row[i].json), &o->err), o->err);
			names_write(&forms, e.names.at, e.names.n);
			name_match(&m, a, forms.data);
			found += m.score >= SCREENING_THRESHOLD;
		}
		assert_ok(screening_search(desk_db(o->d[LIN]), &(struct screened){ .name = s.name }, SCREENING_THRESHOLD, &h, &o->err), o->err);
		if (h.n != found)
			fail_msg("%s: %zu by the index, %zu by comparing all", s.name, h.n, found);
		near += (int)found;
	}
	assert_in_range(near, 60, 2000);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, office_setup, office_teardown)
	const struct CMUnitTest tests[] = {
		T(versions), T(only_who_may_imports), T(nothing_is_half_imported), T(the_same_list_is_made_ready_anew),
		T(an_older_list_is_no_news), T(ofac_ends_with_its_last_number), T(many_do_not_go_unsaid), T(the_journal_knows),
		T(what_else_is_known), T(a_person_is_no_company), T(the_same_bytes), T(the_index_misses_nothing_that_is_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
