/* The laws that every record description keeps, and its table in the database. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/action.h"
#include "core/rules.h"
#include "tests/check.h"
#include "tests/house.h"
#include "tests/ledger.h"
#include "tui/screen/keys.h"

#define EACH_RECORD(r) (size_t r##_i = 0; r##_i < nrecords; r##_i++)
#define EACH(member, i, r) (size_t i = 0; i < (r)->n##member; i++)
#define law(what, ...) ((what) ? (void)0 : fail_msg(__VA_ARGS__))

static bool plain_name(const char *s)
{
	return islower((unsigned char)*s) && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s) && strlen(s) < 40;
}

static void kinds(void **state)
{
	static const char *const standard[] = { "id", "state", "version", "updated_at", "pending" };

	(void)state;
	assert_null(record_find("nothing"));
	for EACH_RECORD (r) {
		const struct record *r = records[r_i];

		law(record_find(r->kind) == r, "%s is described twice", r->kind);
		law(plain_name(r->kind) && *r->label && *r->plural && r->permission, "%s lacks a name or a permission", r->kind);
		for (size_t i = 0; i < F_STANDARD; i++)
			law(!strcmp(r->fields[i].column.name, standard[i]), "%s: field %zu is not %s", r->kind, i, standard[i]);
	}
}

static const enum value_type types[] = {
	[FIELD_TEXT] = VALUE_TEXT,    [FIELD_INT] = VALUE_INT,     [FIELD_MONEY] = VALUE_INT,  [FIELD_TIME] = VALUE_INT,
	[FIELD_DATE] = VALUE_TEXT,    [FIELD_CHOICE] = VALUE_TEXT, [FIELD_STATE] = VALUE_TEXT, [FIELD_CHOICES] = VALUE_TEXT,
	[FIELD_FLAG] = VALUE_INT,     [FIELD_PERSON] = VALUE_TEXT, [FIELD_REF] = VALUE_TEXT,   [FIELD_MCC] = VALUE_TEXT,
	[FIELD_BYTES] = VALUE_BLOB,
};

static void choices_hold(const struct record *r, const struct field *f)
{
	size_t n = 0;

	for (const struct choice *c = f->choices; c && c->name; c++, n++) {
		law((plain_name(c->name) || f->type == FIELD_TEXT) && *c->label, "%s.%s has a choice without a name or label", r->kind, f->column.name);
		law(field_choice(f, c->name, strlen(c->name)) == c, "%s.%s: %s is there twice", r->kind, f->column.name, c->name);
		for (const struct choice *d = f->choices; f->type == FIELD_CHOICES && d->name; d++)
			law(d == c || !strstr(d->name, c->name), "%s.%s: %s is part of %s", r->kind, f->column.name, c->name, d->name);
	}
	law(n || (f->type != FIELD_CHOICE && f->type != FIELD_CHOICES), "%s.%s has no choices", r->kind, f->column.name);
	law(n < 64, "%s.%s has too many choices", r->kind, f->column.name);
}

static void a_field(const struct record *r, size_t i)
{
	static const char *const words[] = { "is", "sort", "after", "before" };
	const struct field *f = &r->fields[i];
	const char *name = f->column.name;

	law(plain_name(name), "%s.%s is no column name", r->kind, name);
	law(record_field(r, name) == (int)i, "%s.%s is there twice", r->kind, name);
	law(*f->label, "%s.%s has no label", r->kind, name);
	law(f->show, "%s.%s shows nowhere", r->kind, name);
	law(f->column.type == types[f->type], "%s.%s: the column's type does not fit", r->kind, name);
	law(!(f->show & SHOW_LIST) || (f->width > 0 && f->rank > 0), "%s.%s is listed without width or rank", r->kind, name);
	law(!(f->show & SHOW_LIST) || f->type != FIELD_BYTES, "%s.%s: bytes in a list", r->kind, name);
	law(!(f->show & SHOW_SEARCH) || f->column.type == VALUE_TEXT, "%s.%s is searched but no text", r->kind, name);
	law(!(f->show & SHOW_RUNNING) || f->show & SHOW_WIRE, "%s.%s runs by itself and never travels", r->kind, name);
	law(f->privacy != PRIVACY_CORE || f->mask != MASK_NONE, "%s.%s is of class CORE without a mask", r->kind, name);
	law(f->privacy != PRIVACY_GENERAL || f->mask == MASK_NONE, "%s.%s has a mask that nobody meets", r->kind, name);
	law(!(r->flags & RECORD_OWN) || !(f->show & SHOW_WIRE) || i < F_STANDARD, "%s.%s never travels", r->kind, name);
	for (size_t k = 0; k < COUNT(words); k++)
		law(strcmp(name, words[k]) != 0, "%s.%s hides a word of the filter", r->kind, name);
	if (f->currency_field) {
		int c = record_field(r, f->currency_field);

		law(f->type == FIELD_MONEY && c >= 0 && r->fields[c].type == FIELD_TEXT, "%s.%s: no currency %s", r->kind, name, f->currency_field);
	}
	law(!f->derive == !f->derived_from && (!f->derive || (f->type == FIELD_TEXT && f->show == SHOW_HIDDEN && record_field(r, f->derived_from) >= 0)),
	    "%s.%s is derived, and shows, travels or comes from nothing", r->kind, name);
	law(!f->decimals || f->type == FIELD_INT, "%s.%s has decimals and is no number", r->kind, name);
	law((f->type == FIELD_REF) == (f->ref_kind != NULL), "%s.%s: a reference names its kind", r->kind, name);
	law(!f->ref_kind || record_find(f->ref_kind), "%s.%s refers to nothing known", r->kind, name);
	choices_hold(r, f);
}

static void fields(void **state)
{
	(void)state;
	for EACH_RECORD (r)
		for EACH (fields, i, records[r_i])
			a_field(records[r_i], i);
}

static const struct field *named(const struct record *r, const char *name)
{
	int f = record_field(r, name);

	law(f >= 0, "%s has no field %s", r->kind, name);
	return &r->fields[f];
}

static const struct field *held(const struct record *r, const struct holder *h)
{
	const struct field *f = named(r, h->field);

	law(f->column.type == VALUE_TEXT, "%s.%s is shared but no text", r->kind, h->field);
	if (h->by)
		law(named(r, h->by)->derive && !strcmp(named(r, h->by)->derived_from, h->field), "%s.%s is not derived from %s", r->kind, h->by, h->field);
	if (h->also)
		law(named(r, h->also_by)->derive && !strcmp(named(r, h->also_by)->derived_from, h->also), "%s.%s is not derived from %s", r->kind, h->also_by, h->also);
	if (h->of)
		law(named(r, h->of)->ref_kind, "%s.%s names nobody", r->kind, h->of);
	return f;
}

static void shared_things(const struct record *r)
{
	for EACH (shared, i, r) {
		const struct shared *s = &r->shared[i];
		const struct record *mine = s->mine.kind ? record_find(s->mine.kind) : r, *theirs = s->theirs.kind ? record_find(s->theirs.kind) : s->theirs.field ? r : mine;

		law(*s->label && mine && theirs, "%s shares something unknown", r->kind);
		held(mine, &s->mine);
		if (s->theirs.field)
			held(theirs, &s->theirs);
		for (size_t k = 0; s->lat && k < 2; k++)
			law(named(mine, k ? s->lon : s->lat)->type == FIELD_INT && named(theirs, k ? s->lon : s->lat) && rule_at(s->metres, SPECIMEN_TIME),
			    "%s: where is %s?", r->kind, s->mine.field);
		law((s->mine.kind != NULL) == (s->mine.of != NULL), "%s: whose %s is it?", r->kind, s->mine.field);
		law(!s->mine.of || !strcmp(named(mine, s->mine.of)->ref_kind, r->kind), "%s.%s does not name a %s", mine->kind, s->mine.of, r->kind);
	}
	law(!r->stands_for || named(r, r->stands_for)->ref_kind, "%s stands for nothing", r->kind);
}

static void references(void **state)
{
	(void)state;
	for EACH_RECORD (r) {
		const struct record *r = records[r_i];

		if (r->title)
			assert_int_equal(named(r, r->title)->type, FIELD_TEXT);
		if (r->title)
			law(named(r, r->title)->privacy == PRIVACY_GENERAL, "%s: its title is masked to some", r->kind);
		if (r->assignee)
			assert_int_equal(named(r, r->assignee)->type, FIELD_PERSON);
		if (r->region)
			law(named(r, r->region)->show & SHOW_WIRE, "%s: its region does not travel", r->kind);
		if (r->evidence)
			named(r, r->evidence);
		if (r->sort)
			law(named(r, r->sort + (*r->sort == '-'))->privacy == PRIVACY_GENERAL, "%s opens sorted by what some may not see", r->kind);
		shared_things(r);
		for EACH (parts, i, r) {
			const struct record *part = record_find(r->parts[i].kind);

			law(part && *r->parts[i].label, "%s has an unknown part", r->kind);
			law(r->parts[i].here ? !strcmp(named(r, r->parts[i].here)->ref_kind, part->kind) && !strcmp(r->parts[i].field, "id") :
					       !strcmp(named(part, r->parts[i].field)->ref_kind, r->kind),
			    "%s.%s does not hold %s", part->kind, r->parts[i].field, r->kind);
			law(!r->parts[i].here || !r->parts[i].evidence, "%s: what it only names is no evidence of it", r->kind);
		}
		for EACH (checks, i, r)
			law(plain_name(r->checks[i].id) && *r->checks[i].label && r->checks[i].run && !(r->checks[i].states & ~((1u << r->nstates) - 1)),
			    "%s: check %zu", r->kind, i);
		law(r->nchecks <= CHECKS_MAX, "%s has too many checks", r->kind);
		law(!r->picture || (named(r, r->picture) && named(r, r->picture)->column.type == VALUE_TEXT), "%s: its picture", r->kind);
		law(!r->prose || named(r, r->prose)->type == FIELD_BYTES, "%s: its prose", r->kind);
		law(!r->code == !r->code_states && (!r->code || named(r, r->code)->type == FIELD_TEXT), "%s: its code", r->kind);
		law(!r->picture_class || r->picture, "%s has a class for no picture", r->kind);
	}
}

/* ---- states and actions ---- */
static void an_action(const struct record *r, size_t i)
{
	const struct action *a = &r->actions[i];
	unsigned all = (1u << r->nstates) - 1;

	law(plain_name(a->id) && record_action(r, a->id) == a, "%s: action %s is there twice", r->kind, a->id);
	law(*a->label && a->help && *a->help, "%s: %s has no label or help", r->kind, a->id);
	law(a->key > ' ' && a->key < 127, "%s: %s has no key", r->kind, a->id);
	law((a->key == 'e') == ((a->flags & REMARK) != 0), "%s: %s has the key of a note, or a note another", r->kind, a->id);
	law(!strchr("vuyrQ:", a->key) && req_for(SCOPE_LIST, a->key) == REQ_NONE && req_for(SCOPE_ITEM, a->key) == REQ_NONE,
	    "%s: the key %c of %s is the console's", r->kind, a->key, a->id);
	for (size_t k = 0; k < i; k++)
		law(r->actions[k].key != a->key, "%s: %s and %s share a key", r->kind, a->id, r->actions[k].id);
	law(a->from && (a->from == IN_ANY || !(a->from & ~all)), "%s: %s comes from no state", r->kind, a->id);
	law(a->to == STATE_STAY || (a->to >= 0 && (size_t)a->to < r->nstates), "%s: %s leads to no state", r->kind, a->id);
	law(!(a->flags & ASSIGNED) || r->assignee, "%s: %s needs an assignee", r->kind, a->id);
	law(!(a->flags & LOCAL) || r->flags & RECORD_OWN, "%s: %s is local, but the record is the core's", r->kind, a->id);
	for (const char *const *in = a->inputs; in && *in; in++)
		law(named(r, *in)->show & SHOW_WIRE, "%s: the input %s of %s does not travel", r->kind, *in, a->id);
	for (const char *const *in = a->inputs; in && *in; in++)
		law(!(named(r, *in)->show & SHOW_RUNNING), "%s: %s decides %s, which is said to run by itself", r->kind, a->id, *in);
}

/* The state in which a leaves a record of state s, found by letting it. */
static int leads_to(struct db *db, const struct record *r, size_t s, const struct action *a)
{
	AUTO(item_release) struct item now, after;
	struct actor who = { .id = "00112233445566778899aabbccddeeff" };
	struct judge j = { .db = db, .now = &now, .action = a, .who = &who, .when = SPECIMEN_TIME, .reason = "SPECIMEN" };
	int to;

	item_init(&now, r);
	item_set(&now, "state", value_text(r->states[s].name));
	item_copy(&after, &now);
	if (a->to != STATE_STAY)
		item_set(&after, "state", value_text(r->states[a->to].name));
	if (a->apply)
		a->apply(&j, &after);
	to = item_state(&after);
	law(to >= 0, "%s: %s leads to a state that is none", r->kind, a->id);
	return to;
}

/* Every state is the first, the core's, or led to from one that is. */
static void all_reached(struct db *db, const struct record *r)
{
	unsigned reached = 1, before = 0;

	for EACH (states, i, r)
		reached |= r->states[i].core ? 1u << i : 0;
	while (reached != before) {
		before = reached;
		for EACH (states, s, r)
			for EACH (actions, i, r)
				if (before & 1u << s && r->actions[i].from & 1u << s)
					reached |= 1u << leads_to(db, r, s, &r->actions[i]);
	}
	for EACH (states, i, r)
		law(reached & 1u << i, "%s: nothing leads to %s", r->kind, r->states[i].name);
}

static void machine(void **state)
{
	struct ledger l;

	(void)state;
	ledger_open(&l);
	for EACH_RECORD (r) {
		const struct record *r = records[r_i];

		law(r->nstates && r->nstates <= STATES_MAX, "%s has no states, or too many", r->kind);
		for EACH (states, i, r)
			law(plain_name(r->states[i].name) && *r->states[i].label && record_state(r, r->states[i].name) == (int)i,
			    "%s: state %zu", r->kind, i);
		for EACH (actions, i, r)
			an_action(r, i);
		all_reached(l.db, r);
	}
	ledger_close(&l);
}

static bool somebody_may(const char *permission)
{
	for (size_t i = 0; i < nroles; i++)
		for (const char *const *p = roles[i].permissions; *p; p++)
			if (!strcmp(*p, permission))
				return true;
	return false;
}

static void permissions(void **state)
{
	(void)state;
	for EACH_RECORD (r) {
		law(somebody_may(records[r_i]->permission), "no role sees %s", records[r_i]->kind);
		for EACH (actions, i, records[r_i]) {
			const struct action *a = &records[r_i]->actions[i];

			law(a->permission && somebody_may(a->permission), "%s: no role may %s", records[r_i]->kind, a->id);
		}
	}
}

/* ---- roles ---- */
static struct actor actor(const char *list, bool root)
{
	struct cert c = { .name = "specimen" };
	uint8_t key[KEY_BYTES] = { 1 };
	struct actor a;

	snprintf(c.roles, sizeof c.roles, "%s", list);
	c.key[0] = root ? 1 : 2;
	actor_from_cert(&a, &c, key);
	return a;
}

static void roles_of_people(void **state)
{
	struct actor both = actor("support,risk", false), auditor = actor("auditor", false), support = actor("support", false);
	struct err err;

	(void)state;
	assert_int_equal(both.clearance, PRIVACY_CORE);
	assert_int_equal(support.clearance, PRIVACY_GENERAL);
	assert_true(actor_may(&both, "merchant.risk") && actor_may(&both, "merchant.view") && !actor_may(&both, "merchant.review"));
	assert_true(actor_may(&support, NULL) && !actor_may(&support, "merchant.approve") && !actor_may(&support, "journal.view"));
	assert_false(actor_may(&(struct actor){ .roles = "" }, "merchant.view"));
	assert_false(actor_may(&(struct actor){ .roles = "reviewe,reviewers" }, "merchant.view"));
	assert_false(both.root);
	assert_true(actor_may(&(struct actor){ .roles = "support", .root = true }, "operator.manage"));
	assert_false(actor_may(&support, "operator.manage"));
	assert_false(actor("reviewer", false).root);
	assert_true(actor("reviewer", true).root);
	for EACH_RECORD (r) /* an auditor sees everything and changes nothing */
		assert_true(actor_may(&auditor, records[r_i]->permission));
	for EACH_RECORD (r)
		for EACH (actions, i, records[r_i])
			assert_true(records[r_i]->actions[i].flags & LOCAL || !actor_may(&auditor, records[r_i]->actions[i].permission));
	for (size_t i = 0; i < nroles; i++) {
		struct actor a = actor(roles[i].name, false);

		assert_ptr_equal(role_find(roles[i].name, strlen(roles[i].name)), &roles[i]);
		assert_true(actor_may(&a, "proposal.view") && actor_may(&a, "outbox.view"));
	}
	assert_null(role_find("risky", 5));
	assert_ok(roles_check("reviewer,risk", &err), err);
	assert_int_equal(roles_check("", &err), E_USAGE);
	assert_int_equal(roles_check("reviewer,", &err), E_USAGE);
	assert_int_equal(roles_check("risk,reviewer,risk", &err), E_USAGE);
	assert_non_null(strstr(err.msg, "risk"));
	assert_int_equal(roles_check("reviewer,king", &err), E_USAGE);
	assert_non_null(strstr(err.msg, "\"king\""));
	assert_non_null(strstr(err.msg, "auditor"));
}

/* A command carries what was filled in, so whatever keeps its bytes is as secret as the gravest input of any action. */
static void commands_are_as_secret_as_their_inputs(void **state)
{
	static const char *const kept[][2] = {
		{ "outbox", "command" }, { "outbox", "seen" }, { "outbox", "wanted" }, { "outbox", "core_record" }, { "proposal", "command" }, { "journal", "body" },
	};
	enum privacy gravest = PRIVACY_GENERAL;

	(void)state;
	for EACH_RECORD (r)
		for EACH (actions, i, records[r_i])
			for (const char *const *in = records[r_i]->actions[i].inputs; in && *in; in++) {
				int f = record_field(records[r_i], *in);

				if (f >= 0 && records[r_i]->fields[f].privacy > gravest)
					gravest = records[r_i]->fields[f].privacy;
			}
	assert_int_equal(gravest, PRIVACY_CORE); /* a settlement card */
	for (size_t i = 0; i < COUNT(kept); i++) {
		const struct record *r = record_find(kept[i][0]);
		const struct field *f = &r->fields[record_field(r, kept[i][1])];

		if (f->privacy < gravest || f->mask != MASK_ALL)
			fail_msg("%s.%s shows what an action takes", kept[i][0], kept[i][1]);
	}
}

/* ---- the database ---- */
static struct value sample(const struct record *r, size_t f)
{
	switch (r->fields[f].column.type) {
	case VALUE_INT:
		return value_int((int64_t)f + 7);
	case VALUE_BLOB:
		return value_blob("\0\xff", 2);
	default:
		return value_text(f == F_STATE ? r->states[0].name : r->fields[f].column.name);
	}
}

/* A column that is missing is refused when the row is read, one of another type when it is written: the tables are STRICT. */
static void columns(void **state)
{
	struct ledger l;
	struct err err;

	(void)state;
	ledger_open(&l);
	for EACH_RECORD (r) {
		const struct record *r = records[r_i];
		AUTO(item_release) struct item it, again = { 0 };

		if (r->table && strstr(r->table, "_view"))
			continue;
		item_init(&it, r);
		for EACH (fields, f, r)
			item_set(&it, r->fields[f].column.name, sample(r, f));
		if (item_save(&it, l.db, &err) || item_load(&again, l.db, r, "id", &err))
			fail_msg("%s: %s", r->kind, err.msg);
		for EACH (fields, f, r)
			law(r->fields[f].derive || value_same(it.v[f], again.v[f]), "%s.%s comes back different", r->kind, r->fields[f].column.name);
	}
	ledger_close(&l);
}

static void journal_is_a_record(void **state)
{
	const struct record *r = record_find("journal");
	struct house h;
	struct err err;

	(void)state;
	house_found(&h);
	struct store *s = house_open(&h, "root");
	for (int i = 0; i < 12; i++)
		assert_int_equal(house_note(&h, s, i == 11 ? "last" : "note"), E_OK);
	{
		struct table table = record_table(r);
		struct query q = { .table = &table, .order = { { "seq", true } }, .norder = 1, .limit = 3 };
		AUTO(cursor_closep) struct cursor *c = NULL;
		AUTO(item_release) struct item newest, second = { 0 }, again = { 0 };
		struct value row[20];
		bool more;

		assert_ok(query_open(&c, store_db(s), &q, &err), err);
		assert_ok(cursor_next(c, row, &more, &err), err);
		assert_true(more);
		item_from_row(&newest, r, row);
		assert_string_equal(item_text(&newest, "verb"), "last");
		assert_int_equal(item_state(&newest), 0);
		assert_int_equal(strlen(item_text(&newest, "hash")), 64);
		assert_ok(cursor_next(c, row, &more, &err), err);
		item_from_row(&second, r, row);
		assert_int_equal(item_int(&second, "seq"), item_int(&newest, "seq") - 1);
		assert_string_equal(item_text(&second, "hash"), item_text(&newest, "prev"));
		assert_ok(item_load(&again, store_db(s), r, item_id(&newest), &err), err);
		assert_string_equal(item_text(&again, "verb"), "last");
	}
	store_close(s);
	house_remove(&h);
}

/* ---- the merchant's own rules ---- */
static enum code may(const char *action, const struct item *now, const struct actor *who, int64_t when)
{
	const struct action *a = record_action(now->rec, action);
	struct judge j = { .now = now, .action = a, .who = who, .when = when, .reason = "" };
	struct err err;

	assert_true(a->from & 1u << item_state(now));
	return a->check ? a->check(&j, &err) : E_OK;
}

static void put_state(struct item *it, const char *name, const char *assignee)
{
	item_set(it, "state", value_text(name));
	item_set(it, "assignee", value_text(assignee));
	item_set(it, "claimed_at", value_int(SPECIMEN_TIME));
}

static void merchant_rules(void **state)
{
	struct actor reviewer = actor("reviewer", false), risk = actor("risk", false);
	AUTO(item_release) struct item m;

	(void)state;
	snprintf(reviewer.id, sizeof reviewer.id, "aa");
	snprintf(risk.id, sizeof risk.id, "bb");
	ledger_merchant(&m, "M1");
	put_state(&m, "applied", NULL);
	assert_int_equal(may("claim", &m, &reviewer, 0), E_OK);
	assert_int_equal(may("claim", &m, &risk, 0), E_DENIED);
	put_state(&m, "risk_review", NULL);
	assert_int_equal(may("claim", &m, &risk, 0), E_OK);
	assert_int_equal(may("claim", &m, &reviewer, 0), E_DENIED);
	assert_int_equal(may("approve", &m, &reviewer, 0), E_STATE);
	assert_int_equal(may("release", &m, &risk, 0), E_STATE);
	assert_int_equal(may("reject", &m, &risk, 0), E_STATE);
	put_state(&m, "risk_review", "bb");
	assert_int_equal(may("claim", &m, &risk, 0), E_STATE);
	assert_int_equal(may("reject", &m, &risk, 0), E_OK);
	assert_int_equal(may("reject", &m, &reviewer, 0), E_STATE);
	assert_int_equal(may("release", &m, &risk, SPECIMEN_TIME), E_OK);
	assert_int_equal(may("release", &m, &reviewer, SPECIMEN_TIME + 86399999), E_DENIED);
	assert_int_equal(may("release", &m, &reviewer, SPECIMEN_TIME + 86400000), E_OK);
	assert_int_equal(may("pass_risk", &m, &risk, 0), E_OK);
	put_state(&m, "risk_review", NULL);
	item_set(&m, "risk_outcome", value_text("passed"));
	assert_int_equal(may("claim", &m, &risk, 0), E_STATE);
	assert_int_equal(may("approve", &m, &reviewer, 0), E_OK);
	assert_int_equal(may("return_to_review", &m, &reviewer, 0), E_OK);
	assert_int_equal(may("reject", &m, &reviewer, 0), E_OK);
}

/* Sent back means: looked at anew. A risk outcome of yesterday must not carry over. */
static void sending_back_clears_the_risk_outcome(void **state)
{
	static const char *const names[] = { "return_to_review", "pass_review", "request_resubmission" };
	struct actor who = { .id = "aa" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		AUTO(item_release) struct item now, after;
		const struct action *a;
		struct input in = { "resubmission_reasons", "licence_expired,other" };
		struct judge j = { .now = &now, .who = &who, .when = 5, .reason = "SPECIMEN", .input = &in, .ninput = 1 };

		ledger_merchant(&now, "M1");
		item_set(&now, "risk_outcome", value_text("passed"));
		item_set(&now, "assignee", value_text("aa"));
		j.action = a = record_action(now.rec, names[i]);
		item_copy(&after, &now);
		a->apply(&j, &after);
		assert_string_equal(item_text(&after, "risk_outcome"), "none");
		assert_string_equal(item_text(&after, "assignee"), "");
		if (i == 2)
			assert_string_equal(item_text(&after, "resubmission_reasons"), "licence_expired,other");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),
		cmocka_unit_test(fields),
		cmocka_unit_test(references),
		cmocka_unit_test(machine),
		cmocka_unit_test(permissions),
		cmocka_unit_test(roles_of_people), cmocka_unit_test(commands_are_as_secret_as_their_inputs),
		cmocka_unit_test(columns),
		cmocka_unit_test(journal_is_a_record),
		cmocka_unit_test(merchant_rules),
		cmocka_unit_test(sending_back_clears_the_risk_outcome),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
