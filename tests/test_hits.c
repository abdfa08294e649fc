/* Our own people held against watch lists: what the check says, which hits are kept, and how long a decision about one holds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/screening/hits.h"
#include "core/values/when.h"
#include "tests/check.h"
#include "tests/office.h"
#include "tests/specimen.h"

/* ---- the lists of the test ---- */
#define ZHANG "H-1,sanction,person,张样本,Zhang Yangben,1980,,,SPECIMEN\n"
#define ZHANG_BORN "H-1,sanction,person,张样本,Zhang Yangben,1980-01-01,,,SPECIMEN\n"
#define OTHER "H-9,house,person,Nobody Whosoever,,,,,SPECIMEN\n"

static void import_house(struct office *o, const char *rows)
{
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct screening_counts c;
	struct list_version v;
	bool same;

	o->h.clock += 1000;
	buf_addf(&text, HOUSE_COLUMNS "\n%s", rows);
	assert_ok(lists_import(o->d[ZHAO], &(struct list_offer){ list_format("house"), &(struct list_file){ "house.csv", text.data, text.len }, 1, NULL, false }, &v, &same, &o->err), o->err);
	assert_ok(screening_run(o->d[ZHAO], true, 0, NULL, &c, &o->err), o->err);
}

/* The two lists that have to be there, with nobody near anybody. */
static void import_needed(struct office *o)
{
	static const char sdn[] = "1,\"UNLIKELY, Wxyz\",\"individual\",\"P\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n", alt[] = "1,1,\"aka\",\"QRST\",-0- \n",
			  add[] = "1,1,-0- ,-0- ,-0- ,-0- \n",
			  xml[] = "<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><DATAID>7</DATAID><FIRST_NAME>Wvut Unlikely</FIRST_NAME></INDIVIDUAL>"
				  "</INDIVIDUALS></CONSOLIDATED_LIST>";
	const struct list_file ofac[] = { { "sdn", sdn, sizeof sdn - 1 }, { "alt", alt, sizeof alt - 1 }, { "add", add, sizeof add - 1 } };
	struct list_version v;
	bool same;

	assert_ok(lists_import(o->d[ZHAO], &(struct list_offer){ list_format("ofac"), ofac, 3, "o1", false }, &v, &same, &o->err), o->err);
	assert_ok(lists_import(o->d[ZHAO], &(struct list_offer){ list_format("un"), &(struct list_file){ "un", xml, sizeof xml - 1 }, 1, "u1", false }, &v, &same, &o->err), o->err);
}

/* ---- merchants and hits ---- */
static void merchant(struct office *o, const char *id, int n, const char *rep, const char *number)
{
	AUTO(item_release) struct item it = { 0 };

	specimen_merchant(&it, id, n, o->h.clock);
	item_set(&it, "version", value_int(7));
	item_set(&it, "legal_rep_name", value_text(rep));
	item_set(&it, "legal_rep_number", number ? value_text(number) : value_null());
	smallcore_put(&o->k, &it);
	office_pull(o);
}

static void run_due(struct office *o, int64_t screened, int64_t hits, int64_t lapsed)
{
	struct screening_counts c;

	assert_ok(screening_run(o->d[LIN], false, 0, NULL, &c, &o->err), o->err);
	assert_int_equal(c.screened, screened);
	assert_int_equal(c.hits, hits);
	assert_int_equal(c.lapsed, lapsed);
	assert_int_equal(c.left, 0);
}

/* The hit to which the check leads goes to link. */
static void check_of(struct office *o, const char *kind, const char *id, enum check_status status, const char *says, char link[RECORD_ID_MAX + 1])
{
	const char *check = strcmp(kind, "merchant") ? "screened" : "screened_rep";
	AUTO(item_release) struct item it = { 0 };
	struct checklist list;

	office_look(o, kind, id, &it);
	checks_run(desk_db(o->d[LIN]), &it, o->h.clock, &list);
	for (size_t i = 0; i < list.n; i++)
		if (!strcmp(list.row[i].check->id, check)) {
			if (list.row[i].status != status || !strstr(list.row[i].why, says))
				fail_msg("%s: %d %s", id, (int)list.row[i].status, list.row[i].why);
			assert_true(!list.row[i].kind || !strcmp(list.row[i].kind, "screening_hit"));
			snprintf(link, RECORD_ID_MAX + 1, "%s", list.row[i].kind ? list.row[i].id : "");
			return;
		}
	fail_msg("no such check");
}

static void check_says(struct office *o, const char *merchant_id, enum check_status status, const char *says)
{
	char link[RECORD_ID_MAX + 1];

	check_of(o, "merchant", merchant_id, status, says, link);
}

struct found { struct item it; int n; };

static enum code keep_last(void *ctx, struct item *it, struct err *err)
{
	struct found *f = ctx;

	(void)err;
	f->n++;
	item_release(&f->it);
	f->it = *it;
	*it = (struct item){ 0 };
	return E_OK;
}

/* The only hit there is, which has to be in this state. */
static void the_hit(struct office *o, const char *in, struct item *it)
{
	struct table table = record_table(&screening_hit_record);
	struct query q = { .table = &table };
	struct found f = { .n = 0 };

	assert_ok(item_each(desk_db(o->d[LIN]), &screening_hit_record, &q, keep_last, &f, &o->err), o->err);
	assert_int_equal(f.n, 1);
	assert_string_equal(item_text(&f.it, "state"), in);
	item_release(it);
	*it = f.it;
}

static enum code decide(struct office *o, int who, const char *action, const char *reason)
{
	AUTO(item_release) struct item hit = { 0 };
	struct table table = record_table(&screening_hit_record);
	struct query q = { .table = &table, .limit = 1 };
	struct found f = { .n = 0 };
	struct request r = { .kind = "screening_hit", .action = action, .version = -1, .reason = reason };

	assert_ok(item_each(desk_db(o->d[LIN]), &screening_hit_record, &q, keep_last, &f, &o->err), o->err);
	hit = f.it;
	r.id = item_id(&hit);
	o->h.clock += 1000;
	return action_run(o->d[who], &r, &o->out, &o->err);
}

static const char number_a[] = "110101198001010010", number_b[] = "110101198001010029";

/* A customer and an identity check of theirs. */
static void customer(struct office *o, const char *id, const char *name, const char *number, int64_t version)
{
	AUTO(item_release) struct item it = { 0 };

	specimen_begin(&it, "user", id, "active");
	item_set(&it, "version", value_int(version));
	item_set(&it, "name", value_text(name));
	item_set(&it, "identity_number", value_text(number));
	smallcore_put(&o->k, &it);
	office_pull(o);
}

static void identity(struct office *o, const char *id, const char *state, const char *name, const char *number, const char *born, int64_t version)
{
	AUTO(item_release) struct item it = { 0 };

	specimen_check(&it, id, "U-1", state);
	item_set(&it, "version", value_int(version));
	item_set(&it, "name", value_text(name));
	item_set(&it, "ocr_name", value_text(name));
	item_set(&it, "number", value_text(number));
	item_set(&it, "born_on", *born ? value_text(born) : value_null());
	smallcore_put(&o->k, &it);
	office_pull(o);
}

/* ---- */
static void unknown_without_lists(void **state)
{
	struct office *o = *state;
	struct screening_counts c;

	merchant(o, "M-1", 1, "张样本", NULL);
	check_says(o, "M-1", CHECK_UNKNOWN, "OFAC SDN list was never imported");
	assert_ok(screening_run(o->d[LIN], false, 0, NULL, &c, &o->err), o->err);
	assert_int_equal(c.screened, 0);
	import_needed(o);
	check_says(o, "M-1", CHECK_PASSED, "nobody on ofac o1, un u1");
	run_due(o, 1, 0, 0); /* what came before the lists did was kept */
	merchant(o, "M-2", 2, "", NULL);
	check_says(o, "M-2", CHECK_UNKNOWN, "not given");
}

static void unknown_with_old_lists(void **state)
{
	struct office *o = *state;

	merchant(o, "M-1", 1, "李某某", NULL);
	import_needed(o);
	o->h.clock += 7 * WHEN_DAY;
	check_says(o, "M-1", CHECK_PASSED, "nobody on ofac o1, un u1");
	o->h.clock += 1;
	check_says(o, "M-1", CHECK_UNKNOWN, "OFAC SDN list is older than 7 days; screened against ofac o1, un u1");
	import_needed(o); /* the same again: confirmed */
	check_says(o, "M-1", CHECK_PASSED, "nobody on ofac o1, un u1");
}

static void a_hit_is_decided(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item hit = { 0 };
	char link[RECORD_ID_MAX + 1];

	import_needed(o);
	import_house(o, ZHANG);
	merchant(o, "M-1", 1, "張樣本", NULL);
	check_of(o, "merchant", "M-1", CHECK_FAILED, "1 to be decided; 100.0 % like 张样本, entry H-1 of list house", link);
	assert_string_equal(link, ""); /* not before there is something to be led to */
	run_due(o, 1, 1, 0);
	run_due(o, 0, 0, 0);
	the_hit(o, "new", &hit);
	check_of(o, "merchant", "M-1", CHECK_FAILED, "1 to be decided", link);
	assert_string_equal(link, item_id(&hit));
	assert_string_equal(item_text(&hit, "subject_kind"), "merchant");
	assert_string_equal(item_text(&hit, "subject"), "M-1");
	assert_string_equal(item_text(&hit, "name"), "張樣本");
	assert_string_equal(item_text(&hit, "asked_way"), "simplified");
	assert_string_equal(item_text(&hit, "words"), "张样本 = 张样本 1000");
	assert_string_equal(item_text(&hit, "class"), "sanction");
	assert_int_equal(item_int(&hit, "score"), 1000);
	assert_non_null(strstr(item_text(&hit, "explanation"), "\"listed\":{\"id\":\"H-1\""));

	assert_int_equal(decide(o, LIN, "no_hit", NULL), E_INVALID); /* needs a reason */
	assert_ok(decide(o, LIN, "no_hit", "样本理由"), o->err);
	the_hit(o, "no_hit", &hit);
	assert_string_equal(item_text(&hit, "decided_by"), desk_who(o->d[LIN])->id);
	check_says(o, "M-1", CHECK_PASSED, "1 cleared earlier, nobody else on ofac o1, un u1, house ");
	assert_int_equal(office_count(o, "outbox"), 0); /* it never leaves */
}

static void nobody_else_decides(void **state)
{
	struct office *o = *state;
	const struct action *a = record_action(&screening_hit_record, "no_hit");

	(void)o;
	for (size_t i = 0; i < nroles; i++) {
		struct actor who = { .id = "00112233445566778899aabbccddeeff" };
		bool may = !strcmp(roles[i].name, "reviewer") || !strcmp(roles[i].name, "risk") || !strcmp(roles[i].name, "compliance");

		snprintf(who.roles, sizeof who.roles, "%s", roles[i].name);
		assert_int_equal(actor_may(&who, a->permission), may);
	}
}

/* Decided once, quiet until the entry changes; then asked again, once. */
static void a_decision_holds_until_the_entry_changes(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item hit = { 0 };

	import_needed(o);
	import_house(o, ZHANG);
	merchant(o, "M-1", 1, "张样本", number_a);
	run_due(o, 1, 1, 0);
	assert_ok(decide(o, LIN, "no_hit", "样本理由"), o->err);
	import_house(o, ZHANG OTHER); /* another version, the entry as it was */
	the_hit(o, "no_hit", &hit);
	check_says(o, "M-1", CHECK_PASSED, "1 cleared earlier");
	import_house(o, ZHANG_BORN OTHER);
	the_hit(o, "new", &hit);
	assert_string_equal(item_text(&hit, "born_fit"), "same"); /* GB 11643 tells the birth date */
	check_says(o, "M-1", CHECK_FAILED, "1 to be decided");
	assert_ok(decide(o, WANG, "no_hit", "样本理由"), o->err);
	check_says(o, "M-1", CHECK_PASSED, "1 cleared earlier");
}

/* The same number is the same person, in whatever record and however written; the same name with another number is not. */
static void a_decision_is_about_a_person(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item hit = { 0 };

	import_needed(o);
	import_house(o, ZHANG);
	merchant(o, "M-1", 1, "张样本", number_a);
	run_due(o, 1, 1, 0);
	assert_ok(decide(o, LIN, "no_hit", "样本理由"), o->err);
	merchant(o, "M-2", 2, "張樣本", number_a);
	run_due(o, 1, 0, 0);
	check_says(o, "M-2", CHECK_PASSED, "1 cleared earlier");
	the_hit(o, "no_hit", &hit);
	merchant(o, "M-3", 3, "张样本", number_b);
	check_says(o, "M-3", CHECK_FAILED, "1 to be decided");
	run_due(o, 1, 1, 0);
	merchant(o, "M-4", 4, "张样本", NULL);
	check_says(o, "M-4", CHECK_FAILED, "1 to be decided");
}

/* A record with the birth date and one without are about the same person: what was decided is not asked again at every import. */
static void a_birth_date_that_the_number_tells_is_no_news(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item hit = { 0 };
	char link[RECORD_ID_MAX + 1];

	import_needed(o);
	import_house(o, ZHANG);
	customer(o, "U-1", "张样本", number_a, 7);
	identity(o, "K-1", "in_review", "张样本", number_a, "1980-01-01", 7);
	run_due(o, 2, 1, 0);
	assert_ok(decide(o, LIN, "no_hit", "样本理由"), o->err);
	import_house(o, ZHANG OTHER);
	the_hit(o, "no_hit", &hit);
	check_of(o, "user", "U-1", CHECK_PASSED, "1 cleared earlier", link);
	check_of(o, "identity_check", "K-1", CHECK_PASSED, "1 cleared earlier", link);
	identity(o, "K-1", "in_review", "张样本", number_a, "1981-01-01", 8); /* not what the number tells, and further from the list */
	run_due(o, 1, 0, 0);
	check_of(o, "identity_check", "K-1", CHECK_PASSED, "1 cleared earlier", link);
}

/* A passport's number is not enough to tell people apart; the account is. A birth date that comes to light asks again, at a full score too. */
static void a_customer_is_one_person(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item hit = { 0 };
	char link[RECORD_ID_MAX + 1];

	import_needed(o);
	import_house(o, ZHANG);
	identity(o, "K-1", "in_review", "张样本", "E12345678", "", 7);
	run_due(o, 1, 1, 0);
	assert_ok(decide(o, LIN, "no_hit", "样本理由"), o->err);
	identity(o, "K-1", "approved", "张样本", "E12345678", "", 8);
	customer(o, "U-1", "张样本", "E12345678", 7);
	identity(o, "K-2", "in_review", "张样本", "E12345678", "1990-02-03", 7); /* another birth date speaks against it only */
	run_due(o, 3, 0, 0);
	check_of(o, "user", "U-1", CHECK_PASSED, "1 cleared earlier", link);
	check_of(o, "identity_check", "K-2", CHECK_PASSED, "1 cleared earlier", link);
	identity(o, "K-2", "in_review", "张样本", "E12345678", "1980-02-03", 8);
	check_of(o, "identity_check", "K-2", CHECK_FAILED, "1 to be decided; 100.0 %", link);
	run_due(o, 1, 1, 0);
	the_hit(o, "new", &hit);
	assert_string_equal(item_text(&hit, "subject"), "K-2");
	assert_ok(decide(o, LIN, "no_hit", "样本理由"), o->err);
	import_house(o, ZHANG OTHER);
	the_hit(o, "no_hit", &hit);
	customer(o, "U-2", "张样本", "E12345678", 7);
	run_due(o, 1, 1, 0);
}

/* What was ruled out for a name that was less alike was not ruled out for this one. */
static void a_name_that_fits_better_is_asked_again(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item hit = { 0 };

	import_needed(o);
	import_house(o, ZHANG);
	merchant(o, "M-1", 1, "张杨本", number_a); /* sounds alike, two characters of three */
	run_due(o, 1, 1, 0);
	assert_ok(decide(o, LIN, "no_hit", "样本理由"), o->err);
	office_elsewhere(o, "M-1", "legal_rep_name", value_text("张样本"));
	office_pull(o);
	check_says(o, "M-1", CHECK_FAILED, "1 to be decided; 100.0 %");
	run_due(o, 1, 1, 0);
	the_hit(o, "new", &hit);
	assert_string_equal(item_text(&hit, "name"), "张样本");
	office_elsewhere(o, "M-1", "legal_rep_name", value_text("张杨本")); /* an open one shows what is */
	office_pull(o);
	run_due(o, 1, 0, 0);
	the_hit(o, "new", &hit);
	assert_string_equal(item_text(&hit, "name"), "张杨本");
	assert_in_range(item_int(&hit, "score"), 850, 999);
	office_elsewhere(o, "M-1", "legal_rep_name", value_text("张样本"));
	office_pull(o);
	run_due(o, 1, 0, 0);
	assert_ok(decide(o, LIN, "no_hit", "样本理由"), o->err);
	office_elsewhere(o, "M-1", "legal_rep_name", value_text("张杨本")); /* fits worse than what was ruled out */
	office_pull(o);
	run_due(o, 1, 0, 0);
	the_hit(o, "no_hit", &hit);
}

/* The record that a hit shows is gone, the person is not: another record of theirs takes its place. */
static void a_hit_stays_as_long_as_anybody_bears_it_out(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item hit = { 0 };
	char link[RECORD_ID_MAX + 1];

	import_needed(o);
	import_house(o, ZHANG);
	identity(o, "K-1", "in_review", "张样本", number_a, "1980-01-01", 7);
	run_due(o, 1, 1, 0);
	customer(o, "U-1", "张样本", number_a, 7);
	run_due(o, 1, 0, 0);
	the_hit(o, "new", &hit);
	assert_string_equal(item_text(&hit, "subject"), "K-1");
	identity(o, "K-1", "rejected", "张样本", number_a, "1980-01-01", 8);
	run_due(o, 2, 1, 1);
	the_hit(o, "new", &hit);
	assert_string_equal(item_text(&hit, "subject"), "U-1");
	check_of(o, "user", "U-1", CHECK_FAILED, "1 to be decided", link);
	assert_string_equal(link, item_id(&hit)); /* the check leads to it */
}

/* A record that the core takes away takes its hits along; who is the same person has them from then on. */
static void what_is_gone_has_no_hits(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item hit = { 0 }, gone = { 0 };
	bool changed;

	import_needed(o);
	import_house(o, ZHANG);
	merchant(o, "M-1", 1, "张样本", number_a);
	merchant(o, "M-2", 2, "张样本", number_a);
	run_due(o, 2, 1, 0);
	the_hit(o, "new", &hit);
	assert_string_equal(item_text(&hit, "subject"), "M-1");
	specimen_merchant(&gone, "M-1", 1, o->h.clock);
	item_set(&gone, "version", value_int(8));
	{
		AUTO(tx_end) struct tx tx = { 0 };

		assert_ok(tx_begin(&tx, desk_db(o->d[LIN]), &o->err), o->err);
		assert_ok(desk_take_fact(o->d[LIN], &gone, true, &changed, &o->err), o->err);
		assert_ok(tx_commit(&tx, &o->err), o->err);
	}
	run_due(o, 2, 1, 1);
	the_hit(o, "new", &hit);
	assert_string_equal(item_text(&hit, "subject"), "M-2");
}

/* The list and who has to be screened against it come together: a run that is cut off after it is made up for. */
static void an_import_makes_everybody_due(void **state)
{
	struct office *o = *state;
	static const char rows[] = HOUSE_COLUMNS "\n" ZHANG;
	struct list_version v;
	bool same;

	import_needed(o);
	merchant(o, "M-1", 1, "张样本", NULL);
	customer(o, "U-1", "李某某", number_b, 7);
	run_due(o, 2, 0, 0);
	assert_ok(lists_import(o->d[ZHAO], &(struct list_offer){ list_format("house"), &(struct list_file){ "house.csv", rows, sizeof rows - 1 }, 1, NULL,
							      false }, &v, &same, &o->err), o->err);
	run_due(o, 2, 1, 0);
}

/* Without a number the decision is about the record, and about the name that it had. */
static void another_name_is_asked_again(void **state)
{
	struct office *o = *state;

	import_needed(o);
	import_house(o, "H-1,sanction,person,Ivan Specimenov,,,,,SPECIMEN\n");
	merchant(o, "M-1", 1, "Ivan Specimenov", NULL);
	run_due(o, 1, 1, 0);
	assert_ok(decide(o, LIN, "no_hit", "样本理由"), o->err);
	check_says(o, "M-1", CHECK_PASSED, "1 cleared earlier");
	office_elsewhere(o, "M-1", "legal_rep_name", value_text("Iwan Specimenov"));
	office_pull(o);
	check_says(o, "M-1", CHECK_FAILED, "1 to be decided");
	run_due(o, 1, 1, 0);
}

static void a_confirmed_hit_stays_and_stops_the_approval(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item hit = { 0 };

	import_needed(o);
	office_merchant(o, "M-1", 1);
	office_elsewhere(o, "M-1", "legal_rep_name", value_text("张样本"));
	office_pull(o);
	office_up_to_approval(o, "M-1");
	import_house(o, ZHANG);
	assert_int_equal(office_run(o, WANG, "merchant", "M-1", "approve"), E_CHECK);
	assert_ok(decide(o, WANG, "confirm_hit", "样本理由"), o->err);
	import_house(o, OTHER); /* taken off the list: confirmed is confirmed until a person says otherwise */
	the_hit(o, "confirmed_hit", &hit);
	import_house(o, ZHANG_BORN);
	the_hit(o, "confirmed_hit", &hit);
	check_says(o, "M-1", CHECK_FAILED, "confirmed: 张样本, entry H-1 of list house");
	assert_int_equal(office_run(o, WANG, "merchant", "M-1", "approve"), E_CHECK);
	assert_ok(decide(o, WANG, "reopen", "样本理由"), o->err);
	assert_ok(decide(o, WANG, "no_hit", "样本理由"), o->err);
	assert_ok(office_run(o, WANG, "merchant", "M-1", "approve"), o->err);
}

static void what_is_off_the_list_lapses(void **state)
{
	struct office *o = *state;
	AUTO(item_release) struct item hit = { 0 };

	import_needed(o);
	import_house(o, ZHANG);
	merchant(o, "M-1", 1, "张样本", NULL);
	run_due(o, 1, 1, 0);
	import_house(o, OTHER);
	the_hit(o, "lapsed", &hit);
	check_says(o, "M-1", CHECK_PASSED, "nobody on ofac o1");
	import_house(o, ZHANG OTHER); /* on it once more */
	the_hit(o, "new", &hit);
}

static void who_is_gone_is_not_screened(void **state)
{
	struct office *o = *state;

	import_needed(o);
	import_house(o, ZHANG);
	merchant(o, "M-1", 1, "张样本", NULL);
	office_elsewhere(o, "M-1", "state", value_text("terminated"));
	office_pull(o);
	run_due(o, 1, 0, 0);
}

/* Every name of every role comes up: representatives, merchants by either name, owners, customers as they say and as their document reads. */
static void everybody_is_screened(void **state)
{
	struct office *o = *state;
	int n = 0;

	import_needed(o);
	import_house(o, ZHANG "H-2,sanction,entity,Specimen Three Trading Ltd,,,,,SPECIMEN\n");
	for (size_t r = 0; r < nscreened_roles; r++)
		for (size_t k = 0; k < SCREENED_NAMES && screened_roles[r].names[k]; k++) {
			const struct screened_role *role = &screened_roles[r];
			AUTO(item_release) struct item it = { 0 }, hit = { 0 };
			struct table table = record_table(&screening_hit_record);
			struct query q = { .table = &table, .where = { .op = COND_EQ, .column = "subject" } };
			struct found f = { .n = 0 };
			char id[16];

			snprintf(id, sizeof id, "X%d", n++);
			specimen_begin(&it, role->kind, id, record_find(role->kind)->states[0].name);
			item_set(&it, "version", value_int(7));
			for (size_t i = 0; i < SCREENED_NAMES && role->names[i]; i++)
				item_set(&it, role->names[i], value_text(i != k ? "Nobody Atall" : role->as == SCREENED_ENTITY ? "SPECIMEN THREE Trading" : "张样本"));
			smallcore_put(&o->k, &it);
			office_pull(o);
			run_due(o, 1, 1, 0);
			q.where.value = value_text(id);
			assert_ok(item_each(desk_db(o->d[LIN]), &screening_hit_record, &q, keep_last, &f, &o->err), o->err);
			hit = f.it;
			assert_int_equal(f.n, 1);
			assert_string_equal(item_text(&hit, "role"), role->role);
			assert_string_equal(item_text(&hit, "name"), item_text(&it, role->names[k])); /* the one that was compared */
		}
	assert_int_equal(n, 7);
}

struct patience { int64_t until, asked; };

static bool enough(void *ctx, int64_t screened)
{
	struct patience *p = ctx;

	p->asked++;
	return screened >= p->until;
}

/* A run does as many as it is told, and stops when it is told; the rest stays due, and nobody is missed. */
static void a_run_stops_and_goes_on(void **state)
{
	struct office *o = *state;
	struct patience patience = { .until = 27 };
	const struct screening_watch watch = { enough, &patience };
	struct screening_counts c;
	int64_t hits = 0;
	char id[16];

	import_needed(o);
	import_house(o, ZHANG);
	for (int i = 0; i < 60; i++) {
		snprintf(id, sizeof id, "M-%02d", i);
		merchant(o, id, i, "张样本", NULL);
	}
	assert_ok(screening_run(o->d[LIN], false, 0, &watch, &c, &o->err), o->err);
	assert_int_equal(c.screened, 27);
	assert_int_equal(c.hits, 27);
	assert_int_equal(c.left, 33);
	assert_true(patience.asked >= 28);
	hits += c.hits;
	assert_ok(screening_run(o->d[LIN], false, 25, NULL, &c, &o->err), o->err);
	assert_int_equal(c.screened, 25);
	assert_int_equal(c.left, 8);
	hits += c.hits;
	assert_ok(screening_run(o->d[LIN], false, 0, NULL, &c, &o->err), o->err);
	assert_int_equal(c.screened, 8);
	assert_int_equal(hits + c.hits, 60);
	assert_int_equal(c.left, 0);
}

/* What a run changed stands in the journal, and everything in it verifies. */
static void runs_are_journaled(void **state)
{
	struct office *o = *state;
	const struct cond said = { .op = COND_EQ, .column = "verb", .value = value_text("screening.run") };
	struct query q = { .table = &journal_table, .where = said };
	int64_t n, entries;

	import_needed(o);
	import_house(o, ZHANG);
	assert_ok(query_count(desk_db(o->d[LIN]), &q, &n, &o->err), o->err);
	assert_int_equal(n, 0); /* nobody came up, nothing to tell */
	merchant(o, "M-1", 1, "张样本", NULL);
	run_due(o, 1, 1, 0);
	assert_ok(query_count(desk_db(o->d[LIN]), &q, &n, &o->err), o->err);
	assert_int_equal(n, 1);
	assert_ok(journal_verify(o->s[LIN], &entries, &o->err), o->err);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, office_setup, office_teardown)
	const struct CMUnitTest tests[] = {
		T(unknown_without_lists), T(unknown_with_old_lists), T(a_hit_is_decided), T(nobody_else_decides),
		T(a_decision_holds_until_the_entry_changes), T(a_decision_is_about_a_person), T(another_name_is_asked_again),
		T(a_birth_date_that_the_number_tells_is_no_news), T(a_customer_is_one_person), T(a_name_that_fits_better_is_asked_again),
		T(a_hit_stays_as_long_as_anybody_bears_it_out), T(what_is_gone_has_no_hits), T(an_import_makes_everybody_due),
		T(a_confirmed_hit_stays_and_stops_the_approval), T(what_is_off_the_list_lapses), T(who_is_gone_is_not_screened),
		T(runs_are_journaled), T(everybody_is_screened), T(a_run_stops_and_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
