#include "tui/bars.h"

#include "core/values/when.h"
#include "tui/help.h"
#include "tui/words.h"

enum { FRESH_MS = 60 * 1000 };

/* A key and what it does here. rank: the lowest are shown where there is not room for all. */
struct hint { int key; const char *label; bool possible; int rank; };
enum { HINTS_MAX = 64, HINT_GAP = 2, RANK_HELP = 0, RANK_ACTION, RANK_PLACE, RANK_BACK, RANK_DIMMED, RANK_REST, RANKS };
struct hints { struct hint at[HINTS_MAX]; size_t n; };

static void add_hint(struct hints *h, int key, const char *label, bool possible, int rank)
{
	if (h->n < HINTS_MAX)
		h->at[h->n++] = (struct hint){ key, label, possible, rank };
}

static int hint_cols(const struct hint *h)
{
	char name[32];

	key_label(h->key, name);
	return grid_width(name) + 1 + grid_width(h->label) + HINT_GAP;
}

/* The most important ones that fit, in their order. */
static void draw_hints(struct grid *g, struct rect line, const struct hints *h)
{
	bool chosen[HINTS_MAX] = { false };
	int room = line.cols + HINT_GAP, col = line.col;

	for (int rank = 0; rank < RANKS; rank++)
		for (size_t i = 0; i < h->n; i++)
			if (h->at[i].rank == rank && hint_cols(&h->at[i]) <= room) {
				chosen[i] = true;
				room -= hint_cols(&h->at[i]);
			}
	for (size_t i = 0; i < h->n; i++) {
		const struct hint *hint = &h->at[i];
		char name[32];
		int at = col;

		if (!chosen[i])
			continue;
		key_label(hint->key, name);
		grid_spot(g, (struct rect){ line.row, col, 1, hint_cols(hint) - HINT_GAP }, SPOT_KEY, (size_t)hint->key);
		at += grid_put(g, line, line.row, at, hint->possible ? ROLE_KEY : ROLE_DISABLED, name) + 1;
		grid_put(g, line, line.row, at, hint->possible ? ROLE_MUTED : ROLE_DISABLED, hint->label);
		col += hint_cols(hint);
	}
}

static bool has_pictures(const struct record *rec)
{
	for (size_t i = 0; rec && i < rec->nparts; i++)
		if (record_find(rec->parts[i].kind)->picture)
			return true;
	return rec && rec->picture;
}

/* A hint for a key that does nothing here would be a lie. */
static bool of_use(enum req req, enum scope scope, const struct record *rec)
{
	return req == REQ_NEXT_ITEM ? rec && help_next_action(rec) : req == REQ_FILTER ? rec != NULL : req == REQ_VIEW ? scope == SCOPE_ITEM && has_pictures(rec) : true;
}

/* What can be done comes first; what is for another state is in the help. What is still to be found out stands where it will if it can. */
static void add_actions(struct hints *h, const struct item *it, const struct possible *p, bool marked)
{
	int state = item_state(it);

	for (int pass = 1; pass >= 0; pass--)
		for (size_t i = 0; i < it->rec->nactions; i++) {
			const struct action *a = &it->rec->actions[i];
			bool can = p->can >> i & 1, first = can || p->open >> i & 1, here = marked ? can : state >= 0 && a->from & IN(state);

			if (first == pass && here && !(a->flags & REMARK)) /* what moves nothing on is in the help */
				add_hint(h, a->key, _(a->label), can, first ? RANK_ACTION : RANK_DIMMED);
		}
}

/* Whoever marks may take rows in any state. */
static struct possible permitted(struct desk *d, const struct record *rec)
{
	struct possible p = { 0 };

	for (size_t i = 0; i < rec->nactions; i++)
		if (actor_may(desk_who(d), rec->actions[i].permission))
			p.can |= UINT64_C(1) << i;
	return p;
}

void hints_draw(struct grid *g, struct rect line, struct desk *d, const struct keymap *keys, enum scope scope, const struct record *rec, const struct item *it,
		const struct possible *possible)
{
	static const struct { enum req req; int rank; } common[] = {
		{ REQ_HELP, RANK_HELP }, { REQ_VIEW, RANK_PLACE }, { REQ_FILTER, RANK_PLACE }, { REQ_BY_DAY, RANK_PLACE }, { REQ_BY_WEEK, RANK_PLACE },
		{ REQ_BY_MONTH, RANK_PLACE }, { REQ_EARLIER, RANK_REST }, { REQ_LATER, RANK_REST }, { REQ_NEXT_ITEM, RANK_PLACE }, { REQ_NEXT_PANE, RANK_REST },
		{ REQ_NEXT_PICTURE, RANK_PLACE }, { REQ_ZOOM_IN, RANK_PLACE }, { REQ_ZOOM_OUT, RANK_PLACE }, { REQ_OPEN_FILE, RANK_PLACE },
		{ REQ_CLOSE_PICTURE, RANK_BACK }, { REQ_BACK, RANK_BACK }, { REQ_QUIT, RANK_REST },
	};
	struct hints h = { .n = 0 };
	struct possible all;

	grid_fill(g, line, ROLE_TEXT);
	if (it && !possible)
		all = permitted(d, it->rec);
	if (it)
		add_actions(&h, it, possible ? possible : &all, !possible);
	for (size_t i = 0; i < COUNT(common); i++)
		if (req_holds(common[i].req, scope) && of_use(common[i].req, scope, rec))
			add_hint(&h, keymap_key(keys, common[i].req), _(req_what(common[i].req)), true, common[i].rank);
	draw_hints(g, line, &h);
}

static const char *state_word(enum sync_state s)
{
	static const char *const words[] = {
		[SYNC_NOT_ENROLLED] = N_("not enrolled"), [SYNC_WORKING] = N_("syncing"), [SYNC_LIVE] = N_("live"),
		[SYNC_OFFLINE] = N_("offline"), [SYNC_TURNED_AWAY] = N_("turned away by the core"),
	};

	return _(words[s]);
}

void status_draw(struct grid *g, struct rect line, const struct standing *s)
{
	/* an exchange is a moment: the word for it would only flicker, unless it lasts */
	bool fresh = s->sync->last_ok && s->now - s->sync->last_ok < FRESH_MS;
	enum sync_state state = s->sync->state == SYNC_WORKING && fresh ? SYNC_LIVE : s->sync->state;
	bool bad = s->revealed || s->sync->state == SYNC_OFFLINE || s->sync->state == SYNC_TURNED_AWAY || s->refused;
	enum role role = bad ? ROLE_STATUS_ALERT : ROLE_STATUS;
	AUTO(buf_release) struct buf left = BUF_INIT, right = BUF_INIT;
	int cols;

	grid_fill(g, line, role);
	buf_addf(&left, " %s", state_word(state));
	if (s->revealed)
		buf_addf(&left, _(" · unmasked for %lld s"), (long long)((s->revealed + 999) / 1000));
	if (s->sync->last_ok && !fresh) {
		AUTO(buf_release) struct buf age = BUF_INIT;

		when_add_age(&age, s->sync->last_ok, s->now);
		buf_addf(&left, _(" · as of %s ago"), age.data);
	}
	if (s->marked)
		buf_addf(&left, _(" · %zu marked"), s->marked);
	if (s->hidden)
		buf_addf(&left, _(" (%zu not in this list)"), s->hidden);
	if (s->undo_until > s->now) {
		char key[32];

		key_label(keymap_key(s->keys, REQ_UNDO), key);
		buf_addf(&left, _(" · undo: %s (%lld s)"), key, (long long)((s->undo_until - s->now + 999) / 1000));
	}
	if (s->approvals)
		buf_addf(&left, _(" · %lld to approve"), (long long)s->approvals);
	if (s->pending)
		buf_addf(&left, _(" · %lld queued"), (long long)s->pending);
	if (s->refused)
		buf_addf(&left, _(" · %lld refused"), (long long)s->refused);
	buf_addf(&right, "%s (%s) ", s->operator, s->roles);
	cols = grid_width(right.data);
	grid_put(g, line, line.row, line.col, role, left.data);
	if (grid_width(left.data) + cols + 2 <= line.cols)
		grid_put(g, line, line.row, line.col + line.cols - cols, role, right.data);
}

void sync_write(struct doc *out, const struct standing *s)
{
	const struct sync_counts *c = &s->sync->counts;
	AUTO(buf_release) struct buf when = BUF_INIT;

	doc_clear(out);
	doc_heading(out, _("Payment core"));
	doc_add(out, _("State"), s->sync->state == SYNC_LIVE ? ROLE_GOOD : s->sync->state == SYNC_WORKING ? ROLE_INFO : ROLE_WARNING,
		state_word(s->sync->state));
	if (s->sync->err.code)
		doc_add(out, _("Why"), ROLE_DANGER, s->sync->err.msg);
	if (s->sync->last_ok)
		when_add_datetime(&when, s->sync->last_ok);
	doc_add(out, _("Last complete exchange"), ROLE_TEXT, when.len ? when.data : _("never"));
	if (s->sync->retry_at > s->now) {
		char key[32];

		key_label(keymap_key(s->keys, REQ_SYNC), key);
		doc_addf(out, _("Next try"), ROLE_TEXT, _("in %lld s; %s tries at once"), (long long)((s->sync->retry_at - s->now + 999) / 1000), key);
	}
	doc_addf(out, _("Feed"), ROLE_TEXT, _("at %lld of %lld"), (long long)c->cursor, (long long)c->head);
	doc_heading(out, _("Since this console opened"));
	doc_addf(out, _("Changes read"), ROLE_TEXT, _("%lld, of which %lld new"), (long long)c->pulled, (long long)c->changed);
	doc_addf(out, _("Commands sent"), ROLE_TEXT, "%lld", (long long)c->sent);
	doc_addf(out, _("Accepted"), ROLE_TEXT, "%lld", (long long)c->accepted);
	doc_addf(out, _("Refused"), c->refused ? ROLE_DANGER : ROLE_TEXT, "%lld", (long long)c->refused);
	doc_addf(out, _("Conflicts"), c->conflicts ? ROLE_DANGER : ROLE_TEXT, "%lld", (long long)c->conflicts);
	doc_heading(out, _("Outbox"));
	doc_addf(out, _("Queued"), ROLE_TEXT, _("%lld, not effective before the core accepts them"), (long long)s->pending);
	doc_addf(out, _("Refused or in conflict"), s->refused ? ROLE_DANGER : ROLE_TEXT, "%lld", (long long)s->refused);
}
