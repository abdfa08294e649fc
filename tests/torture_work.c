/* A worker: decides and syncs at random until it is killed. Nothing in here is a test's assertion: it runs in a process of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/migrations.h"
#include "sync/client.h"
#include "tests/torture.h"

const char *const phase_words[] = {
#define X(name, word) word,
	PHASES(X)
#undef X
};
const char *const workers[WORKERS] = { "lin", "wang" };

enum { TRIES = 8, NAMES_MAX = 4096 };

struct worker {
	struct store_config config;
	struct chance chance;
	int pipe;
	struct store *store;
	struct desk *desk;
	struct link *link;
	struct err err;
};

/* ---- telling ---- */
static void tell(struct worker *w, enum note_what what, int64_t num, const char *id, const char *text)
{
	struct note n;

	memset(&n, 0, sizeof n);
	n.what = what;
	n.num = num;
	snprintf(n.id, sizeof n.id, "%s", id);
	snprintf(n.text, sizeof n.text, "%s", text);
	if (write(w->pipe, &n, sizeof n) != (ssize_t)sizeof n)
		exit(1);
}

static void phase(struct worker *w, enum phase p)
{
	tell(w, NOTE_PHASE, p, "", "");
}

static bool fault(struct worker *w, const char *where)
{
	char text[400];

	snprintf(text, sizeof text, "%s: %s %.300s", where, code_name(w->err.code), w->err.msg);
	tell(w, NOTE_FAULT, 0, "", text);
	return false;
}

/* ---- deciding ---- */
/* Ids of a kind in these words of the filter language; *n of them, each to be freed with the array. */
static char **find(struct worker *w, const char *kind, const char *words, size_t *n)
{
	const struct record *rec = record_find(kind);
	AUTO(cursor_closep) struct cursor *c = NULL;
	struct value *row = NULL;
	char **ids = NULL;
	struct filter f;
	bool more = true;

	*n = 0;
	if (desk_query(w->desk, rec, words, &f, &w->err))
		return NULL;
	row = mem_alloc(f.table.ncolumns * sizeof *row);
	if (!query_open(&c, desk_db(w->desk), &f.query, &w->err))
		while (*n < NAMES_MAX && !cursor_next(c, row, &more, &w->err) && more) {
			ids = mem_grow(ids, *n + 1, sizeof *ids);
			ids[(*n)++] = mem_strdup(row[F_ID].text);
		}
	free(row);
	filter_release(&f);
	return ids;
}

static const struct action *choose(struct worker *w, const struct item *it)
{
	const struct action *possible[STATES_MAX];
	size_t n = 0;

	for (size_t i = 0; i < it->rec->nactions && n < COUNT(possible); i++)
		if (!(it->rec->actions[i].flags & AGAIN) && /* that is for somebody at a screen */
		    !action_possible_here(w->desk, it, &it->rec->actions[i], &w->err))
			possible[n++] = &it->rec->actions[i];
	return n ? possible[chance_between(&w->chance, 0, (int64_t)n - 1)] : NULL;
}

/* What the desk may well say no to; anything else is a fault. */
static bool harmless(enum code c)
{
	return c == E_OK || c == E_STATE || c == E_DENIED || c == E_CHECK || c == E_CONFLICT || c == E_NOTFOUND;
}

/* What a person could well fill in, a line for each input that an action has. */
static size_t fill_in(const struct item *it, const struct action *a, struct input *input)
{
	static const struct input known[] = {
		{ "resubmission_reasons", "licence_expired,other" }, { "contract_language", "zh" }, { "channels", "alipay" }, { "rate_alipay", "20" },
		{ "settlement_cycle", "t1" }, { "settlement_bank", "样本银行" }, { "settlement_card", "6222020000000000026" },
	};
	size_t n = 0;

	for (const char *const *name = a->inputs; name && *name; name++) {
		if (!strcmp(*name, "settlement_name"))
			input[n++] = (struct input){ *name, item_text(it, "name") };
		for (size_t i = 0; i < COUNT(known); i++)
			if (!strcmp(known[i].name, *name))
				input[n++] = known[i];
	}
	return n;
}

static bool take(struct worker *w, const struct item *it, const struct action *a)
{
	struct input input[INPUTS_MAX];
	const struct request r = { .kind = it->rec->kind, .id = item_id(it), .action = a->id, .version = item_version(it),
				   .reason = a->flags & REASON ? "SPECIMEN 样本" : NULL, .input = input, .ninput = fill_in(it, a, input) };
	struct outcome out;
	enum code code = action_run(w->desk, &r, &out, &w->err);

	if (!code)
		tell(w, NOTE_COMMAND, 0, out.command, "");
	return harmless(code) ? true : fault(w, a->id);
}

static bool decide(struct worker *w)
{
	static const struct { const char *kind, *words; } where[] = {
		{ "merchant", "" }, { "merchant", "is:mine" }, { "merchant", "state:risk_review" }, { "merchant", "is:open" },
		{ "merchant", "risk_outcome:passed state:risk_review" }, { "merchant", "state:active,suspended" }, { "proposal", "state:open" },
		{ "proposal", "state:open" }, { "outbox", "state:refused,conflict" },
	};
	size_t at = (size_t)chance_between(&w->chance, 0, COUNT(where) - 1), n;
	char **ids = find(w, where[at].kind, where[at].words, &n);
	bool good = true, done = false;

	for (int i = 0; n && !done && i < TRIES; i++) {
		AUTO(item_release) struct item it = { 0 };
		const struct action *a;

		if (desk_load(w->desk, where[at].kind, ids[chance_between(&w->chance, 0, (int64_t)n - 1)], &it, &w->err))
			continue;
		a = choose(w, &it);
		done = a && (strcmp(it.rec->kind, "outbox") || strcmp(item_text(&it, "state"), "pending"));
		if (done)
			good = take(w, &it, a);
	}
	for (size_t i = 0; i < n; i++)
		free(ids[i]);
	free(ids);
	return good;
}

/* ---- syncing ---- */
static bool reached(struct worker *w, enum code c, const char *where)
{
	return c == E_OK || c == E_NETWORK ? true : fault(w, where);
}

/* What a push was answered is read off the outbox, where everybody would see it. */
static bool push(struct worker *w)
{
	struct sync_counts c = { 0 };
	size_t n;
	char **ids = find(w, "outbox", "state:pending", &n);
	enum code code = sync_push(w->link, NULL, &c, &w->err);

	for (size_t i = 0; i < n; i++) {
		AUTO(item_release) struct item row = { 0 };

		if (!code && (!item_load(&row, desk_db(w->desk), record_find("outbox"), ids[i], &w->err) || w->err.code == E_NOTFOUND))
			tell(w, NOTE_ANSWER, 0, ids[i], row.rec ? item_text(&row, "state") : "");
		free(ids[i]);
	}
	free(ids);
	return reached(w, code, "sync_push");
}

static bool pull(struct worker *w)
{
	struct sync_counts c = { 0 };
	enum code code = sync_pull(w->link, NULL, &c, &w->err);

	if (!code)
		tell(w, NOTE_CURSOR, c.cursor, "", "");
	return reached(w, code, "sync_pull");
}

static bool both(struct worker *w)
{
	struct sync_counts c = { 0 };
	enum code code = sync_once(w->link, NULL, &c, &w->err);

	if (!code)
		tell(w, NOTE_CURSOR, c.cursor, "", "");
	return reached(w, code, "sync_once");
}

static bool one_thing(struct worker *w)
{
	int64_t n = chance_between(&w->chance, 1, 100);

	if (n <= 60) {
		phase(w, PHASE_DECIDE);
		return decide(w);
	}
	phase(w, n <= 80 ? PHASE_PUSH : PHASE_PULL);
	return n <= 80 ? push(w) : n <= 92 ? pull(w) : both(w);
}

/* ---- sittings ---- */
static bool sit_down(struct worker *w)
{
	const char *who = workers[chance_between(&w->chance, 0, WORKERS - 1)];
	AUTO(secret_freep) struct secret *pass = house_pass(who);

	phase(w, PHASE_OPEN);
	if (store_open(&w->store, &w->config, who, pass, chance_percent(&w->chance, 70), &w->err))
		return fault(w, "store_open");
	if (desk_open(&w->desk, w->store, &w->err))
		return fault(w, "desk_open");
	return link_open(&w->link, w->desk, &w->err) ? fault(w, "link_open") : true;
}

static void get_up(struct worker *w)
{
	phase(w, PHASE_CLOSE);
	link_freep(&w->link);
	desk_freep(&w->desk);
	store_closep(&w->store);
}

int torture_work(const char *home, uint64_t seed, int pipe)
{
	struct worker w = { .config = { home, world_real(), core_migrations, core_nmigrations, kdf_minimum() },
			    .chance = { seed }, .pipe = pipe };
	bool good;

	if (crypto_start(&w.err))
		return fault(&w, "crypto_start");
	do {
		good = sit_down(&w);
		for (int64_t i = chance_between(&w.chance, 1, 12); good && i > 0; i--)
			good = one_thing(&w);
		get_up(&w);
	} while (good);
	return 1;
}
