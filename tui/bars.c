#include "tui/bars.h"

#include "core/when.h"
#include "tui/help.h"
#include "tui/words.h"

enum { FRESH_MS = 60 * 1000 };

static int put_key(struct grid *g, struct rect line, int col, int key, const char *label, bool possible)
{
	char name[32];

	int cols;

	key_label(key, name);
	cols = grid_width(name) + 1 + grid_width(label);
	if (col + cols + 2 > line.col + line.cols)
		return -1;
	grid_spot(g, (struct rect){ line.row, col, 1, cols }, SPOT_KEY, (size_t)key);
	col += grid_put(g, line, line.row, col, possible ? ROLE_KEY : ROLE_DISABLED, name) + 1;
	return col + grid_put(g, line, line.row, col, possible ? ROLE_MUTED : ROLE_DISABLED, label) + 2;
}

/* A hint for a key that does nothing here would be a lie. */
static bool of_use(enum req req, const struct record *rec)
{
	return req == REQ_NEXT_ITEM ? rec && help_next_action(rec) : req == REQ_FILTER ? rec != NULL : true;
}

/* A bit for each of the record's actions (it has at most as many as there are letters). */
static uint64_t possible_actions(struct desk *d, const struct item *it, bool marked)
{
	uint64_t can = 0;

	for (size_t i = 0; i < it->rec->nactions; i++)
		if (marked ? actor_may(desk_who(d), it->rec->actions[i].permission) : action_possible_here(d, it, &it->rec->actions[i], NULL) == E_OK)
			can |= UINT64_C(1) << i;
	return can;
}

void hints_draw(struct grid *g, struct rect line, struct desk *d, const struct keymap *keys, enum scope scope, const struct record *rec, const struct item *it,
		bool marked)
{
	static const enum req common[] = { REQ_HELP, REQ_FILTER, REQ_NEXT_ITEM, REQ_NEXT_PANE, REQ_NEXT_PICTURE, REQ_ZOOM_IN, REQ_ZOOM_OUT,
					   REQ_OPEN_FILE, REQ_CLOSE_PICTURE, REQ_BACK, REQ_QUIT };
	uint64_t can = it ? possible_actions(d, it, marked) : 0;
	int col = line.col, state = it ? item_state(it) : -1;

	grid_fill(g, line, ROLE_TEXT);
	for (int pass = 1; it && pass >= 0; pass--) { /* what can be done comes first */
		for (size_t i = 0; i < it->rec->nactions; i++) {
			const struct action *a = &it->rec->actions[i];
			bool possible = can & UINT64_C(1) << i, here = marked ? possible : state >= 0 && a->from & IN(state);
			int next;

			if (possible != pass || !here)
				continue; /* what is for another state is in the help */
			next = put_key(g, line, col, a->key, _(a->label), possible);
			if (next < 0)
				return;
			col = next;
		}
	}
	for (size_t i = 0; i < COUNT(common); i++) {
		int next;

		if (!req_holds(common[i], scope) || !of_use(common[i], rec))
			continue;
		next = put_key(g, line, col, keymap_key(keys, common[i]), _(req_what(common[i])), true);
		if (next < 0)
			return;
		col = next;
	}
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
