/* Records that a core may send because the wire lets them pass, and that no honest core has: huge and odd texts, numbers at their ends, ids of
 * other kinds, records that name one another in circles. Whatever a desk then does with one of them, it does to the end, in bounds and in clean
 * text; and what the judgement makes of one is again a record that every desk can read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/deed.h"
#include "core/effect.h"
#include "core/network.h"
#include "core/tally.h"
#include "core/values/text.h"
#include "core/values/when.h"
#include "sync/paycore/chance.h"
#include "tests/check.h"
#include "tests/house.h"

enum { STORMS = 6, OF_EACH = 5 };

struct storm {
	struct house house;
	struct store *store;
	struct desk *desk;
	struct chance chance;
	int64_t most;                   /* numbers go up to this */
	size_t put, read;               /* effects' records; records that the wire took */
	struct err err;
};

static int setup(void **state)
{
	struct storm *s = mem_alloc(sizeof *s);

	house_found(&s->house);
	house_add(&s->house, "all", "reviewer,risk,support,finance,compliance,signatory,auditor");
	s->store = house_open(&s->house, "all");
	assert_ok(desk_open(&s->desk, s->store, &s->err), s->err);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct storm *s = *state;

	desk_free(s->desk);
	store_close(s->store);
	house_remove(&s->house);
	free(s);
	return 0;
}

/* ---- what stands in a field ---- */
static size_t pick(struct storm *s, size_t n)
{
	return (size_t)chance_between(&s->chance, 0, (int64_t)n - 1);
}

/* Few of each, so that many records have one in common. */
static void add_text(struct storm *s, struct buf *out)
{
	static const char *const texts[] = {
		"", "样本", "%s%n%99999d", "\x1b[2J\x1b]52;c;eA==\x07", "\u202e\u200b\ufeff", "=HYPERLINK(\"x\")", "../../etc/passwd", "1' OR '1'='1", "\n\r\t\\",
		"11010119900307002X", "91110000600037341L", "6200000000000000000", "13900000001", "javascript:alert(1)", "passed", "active", "\nroles admin\nname x",
		"9999999999999999999999", "-1", "北京市样本区样本路1号", "e\u0301\u0301\u0301\u0301\u0301\u0301",
	};

	if (pick(s, 12)) {
		buf_adds(out, texts[pick(s, COUNT(texts))]);
		return;
	}
	for (int i = 0; i < 1000; i++) /* as long as a field may be */
		buf_adds(out, i % 2 ? "长" : "A");
}

static int64_t number(struct storm *s)
{
	const int64_t numbers[] = { 0, 1, -1, 99, 10000, 39900000, 116300000, s->most, -s->most, s->most - 1, 90000000, -180000000 };

	return numbers[pick(s, COUNT(numbers))];
}

static void write_text(struct storm *s, const struct field *f, struct json_writer *w)
{
	static const char *const days[] = { "0001-01-01", "9999-12-31", "2025-11-21", "2024-02-29" };
	AUTO(buf_release) struct buf text = BUF_INIT;
	size_t n = 0;

	while (f->choices && f->choices[n].name)
		n++;
	if (f->type == FIELD_DATE)
		buf_adds(&text, days[pick(s, COUNT(days))]);
	else if (f->type == FIELD_MCC)
		buf_addf(&text, "%04d", (int)pick(s, 10000));
	else if (f->type == FIELD_REF || f->type == FIELD_PERSON)
		buf_addf(&text, "R%zu", pick(s, OF_EACH + 1)); /* one of them is nowhere */
	else if (f->type == FIELD_CHOICE || f->type == FIELD_CHOICES)
		buf_adds(&text, f->choices[pick(s, n)].name);
	else
		add_text(s, &text);
	json_strn(w, text.data, text.len);
}

static void write_field(struct storm *s, const struct record *rec, const struct field *f, struct json_writer *w)
{
	static const int64_t times[] = { WHEN_MIN, WHEN_MAX, 0, 1763700000000, -1 };

	json_key(w, f->column.name);
	if (f->type == FIELD_STATE)
		json_str(w, rec->states[pick(s, rec->nstates)].name);
	else if (f->type == FIELD_FLAG)
		json_bool(w, pick(s, 2));
	else if (f->type == FIELD_TIME)
		json_int(w, times[pick(s, COUNT(times))]);
	else if (f->type == FIELD_BYTES)
		json_str(w, pick(s, 2) ? "AAECAwQFBgf/" : "5qC35pys");
	else if (f->column.type == VALUE_INT)
		json_int(w, number(s));
	else
		write_text(s, f, w);
}

static void write_change(struct storm *s, const struct record *rec, size_t i, struct buf *out)
{
	struct json_writer w = JSON_WRITER(out);
	char id[16];

	snprintf(id, sizeof id, "R%zu", i);
	json_open(&w, '{');
	json_key(&w, "kind"), json_str(&w, rec->kind);
	json_key(&w, "id"), json_str(&w, id);
	json_key(&w, "version"), json_int(&w, pick(s, 2) ? 1 : s->most);
	json_key(&w, "data"), json_open(&w, '{');
	for (size_t f = F_STANDARD - 4; f < rec->nfields; f++)
		if (rec->fields[f].show & SHOW_WIRE && (rec->fields[f].type == FIELD_STATE || pick(s, 8)))
			write_field(s, rec, &rec->fields[f], &w);
	json_close(&w, '}');
	json_close(&w, '}');
}

/* As a desk reads it. */
static enum code take(struct storm *s, const char *line, size_t n, struct item *it)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const struct json_limits room = { .bytes = 4u << 20, .depth = 8 };
	const struct json *doc;
	bool deleted;
	enum code code = json_parse(&pool, line, n, &room, &doc, &s->err);

	return code ? code : item_read_change(it, doc, &deleted, &s->err);
}

static void put_all(struct storm *s)
{
	AUTO(tx_end) struct tx tx = { 0 };

	assert_ok(tx_begin(&tx, desk_db(s->desk), &s->err), s->err);
	for (size_t r = 0; r < nrecords; r++)
		for (size_t i = 0; !(records[r]->flags & RECORD_OWN) && i < OF_EACH; i++) {
			AUTO(buf_release) struct buf line = BUF_INIT;
			AUTO(item_release) struct item it = { 0 };

			write_change(s, records[r], i, &line);
			assert_ok(take(s, line.data, line.len, &it), s->err);
			assert_ok(item_save(&it, desk_db(s->desk), &s->err), s->err);
			s->read++;
		}
	assert_ok(tx_commit(&tx, &s->err), s->err);
}

/* ---- what a desk does with it ---- */
static void clean(const char *text, const char *what)
{
	AUTO(buf_release) struct buf again = BUF_INIT;

	text_clean(&again, text, strlen(text), TEXT_LINE);
	if (strcmp(again.data, text) != 0)
		fail_msg("%s is not clean: %s", what, again.data);
}

static void read_item(struct storm *s, const struct item *it)
{
	struct checklist list;
	struct tally tally;
	uint8_t evidence[KEY_BYTES];
	AUTO(network_release) struct network net = NETWORK_INIT;

	checks_run(desk_db(s->desk), it, store_now(s->store), &list);
	for (size_t i = 0; i < list.n; i++) {
		assert_true(list.row[i].why[0] != '\0');
		clean(list.row[i].why, list.row[i].check->id);
	}
	if (tally_run(desk_db(s->desk), it, store_now(s->store), PRIVACY_CORE, &tally))
		for (size_t i = 0; i < tally.n; i++)
			clean(tally.row[i].value, tally.row[i].id);
	assert_ok(network_read(&net, s->desk, it, &s->err), s->err);
	assert_in_range(net.nnodes, 1, NETWORK_NODES);
	if (item_evidence(it, desk_db(s->desk), evidence, &s->err)) /* a proposal carries its own */
		assert_int_equal(s->err.code, E_INVALID);
}

/* ---- what the judgement makes of it ---- */
static void readable(struct storm *s, const struct item *it, const char *what)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	AUTO(item_release) struct item same = { 0 };
	struct json_writer w = JSON_WRITER(&line);

	item_write_change(it, &w);
	if (take(s, line.data, line.len, &same))
		fail_msg("%s %s makes what no desk can read: %s", it->rec->kind, what, s->err.msg);
}

static enum code put(void *ctx, const struct item *it, struct err *err)
{
	struct storm *s = ctx;

	(void)err;
	s->put++;
	readable(s, it, "an effect");
	return E_OK;
}

static void judge(struct storm *s, const struct item *it, const struct action *a)
{
	static const char *const words[] = { "0", "1", "-1", "t1", "d0", "alipay", "zh", "class_1", "class_3", "other", "2025-11-21", "样本" };
	AUTO(item_release) struct item after = { 0 };
	const struct effects to = { "01890000-0000-7000-8000-000000000000", put, s };
	struct input input[INPUTS_MAX];
	struct judge j = { .db = desk_db(s->desk), .now = it, .action = a, .who = desk_who(s->desk), .when = store_now(s->store), .input = input, .reason = "样本" };
	bool proposes;

	for (size_t i = 0; a->inputs && a->inputs[i] && i < INPUTS_MAX; i++) {
		int f = record_field(it->rec, a->inputs[i]);
		const struct choice *c = f >= 0 ? it->rec->fields[f].choices : NULL;

		input[j.ninput++] = (struct input){ a->inputs[i], c ? c[0].name : words[pick(s, COUNT(words))] };
	}
	action_hindrance(&j, &s->err);
	if (action_decide(&j, &after, &proposes, &s->err))
		return;
	readable(s, &after, a->id);
	if (!proposes)
		effects_run(&j, &after, &to, &s->err);
}

static void each(struct storm *s, void (*fn)(struct storm *s, const struct item *it))
{
	for (size_t r = 0; r < nrecords; r++)
		for (size_t i = 0; !(records[r]->flags & RECORD_OWN) && i < OF_EACH; i++) {
			AUTO(item_release) struct item it = { 0 };
			char id[16];

			snprintf(id, sizeof id, "R%zu", i);
			assert_ok(item_load(&it, desk_db(s->desk), records[r], id, &s->err), s->err);
			fn(s, &it);
		}
}

static void judge_all(struct storm *s, const struct item *it)
{
	for (size_t a = 0; a < it->rec->nactions; a++)
		judge(s, it, &it->rec->actions[a]);
}

static void read_to_the_end(void **state)
{
	struct storm *s = *state;

	for (uint64_t seed = 1; seed <= STORMS; seed++) {
		s->chance.state = seed;
		s->most = JSON_INT_MAX;
		put_all(s);
		each(s, read_item);
	}
	assert_int_equal(s->read % OF_EACH, 0);
}

/* Below the very end of numbers, for a core that has counted so far will not be told to count on. */
static void judged_to_the_end(void **state)
{
	struct storm *s = *state;

	for (uint64_t seed = 1; seed <= STORMS; seed++) {
		s->chance.state = ~seed;
		s->most = JSON_INT_MAX - 1000;
		put_all(s);
		each(s, judge_all);
	}
	assert_true(s->put > 0); /* some effect was reached at all */
}

int main(void)
{
#define S(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = { S(read_to_the_end), S(judged_to_the_end) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
