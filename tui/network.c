/* The pane of a network: a tree from the record to whoever has something in common with it. */
#include "core/network.h"

#include <string.h>

#include "core/values/text.h"
#include "tui/fields.h"
#include "tui/panes.h"
#include "tui/words.h"

enum { STEM_MAX = 16 };

struct picture { struct doc *out; const struct network *n; const struct show *how; int state_cols; };

void record_name(struct buf *out, const struct item *it, const struct show *how)
{
	size_t from = out->len;
	int f = it->rec->title ? record_field(it->rec, it->rec->title) : -1;

	for (size_t i = F_STANDARD; f < 0 && i < it->rec->nfields; i++)
		if (it->rec->fields[i].show & SHOW_LIST)
			f = (int)i;
	if (f >= 0)
		item_show(out, it, (size_t)f, how);
	if (out->len == from) /* who has given no name yet */
		buf_adds(out, _(it->rec->label));
}

static const char *state_label(const struct item *it)
{
	int state = item_state(it);

	return state < 0 ? "?" : _(it->rec->states[state].label);
}

static int widest_state(const struct network *n)
{
	int most = 0;

	for (size_t i = 0; i < n->nnodes; i++)
		if (grid_width(state_label(&n->node[i].it)) > most)
			most = grid_width(state_label(&n->node[i].it));
	return most;
}

static void draw_node(const struct picture *p, size_t at, bool again, char stem[STEM_MAX], size_t depth);

/* The sign is what joins the line, and becomes what stands above the lines below it. */
static void join(char stem[STEM_MAX], size_t depth, bool last)
{
	stem[depth] = last ? '`' : '+';
	stem[depth + 1] = '\0';
}

static void go_on(char stem[STEM_MAX], size_t depth)
{
	stem[depth] = stem[depth] == '+' ? '|' : ' ';
}

static void draw_tie(const struct picture *p, const struct network_tie *t, char stem[STEM_MAX], size_t depth)
{
	AUTO(buf_release) struct buf text = BUF_INIT, more = BUF_INIT;

	buf_addf(&text, "%s ", _(t->what->label));
	item_show(&text, &t->held, t->field, p->how);
	buf_addf(&more, "+%lld", (long long)t->nto + t->more);
	doc_tree(p->out, stem, ROLE_INFO, text.data, ROLE_MUTED, more.data);
	go_on(stem, depth - 1);
	for (size_t i = 0; i < t->nto; i++) {
		const struct network_node *node = &p->n->node[t->to[i]];

		join(stem, depth, i + 1 == t->nto && !t->more);
		draw_node(p, t->to[i], &p->n->tie[node->tie] != t, stem, depth + 1);
	}
	if (!t->more)
		return;
	buf_clear(&more);
	buf_addf(&more, _("and %lld more"), (long long)t->more);
	join(stem, depth, true);
	doc_tree(p->out, stem, ROLE_MUTED, more.data, ROLE_MUTED, "");
}

static size_t ties_of(const struct network *n, size_t node)
{
	size_t count = 0;

	for (size_t i = 0; i < n->nties; i++)
		count += n->tie[i].from == node;
	return count;
}

/* again: it has its own place elsewhere in the tree, with what hangs on it. */
static void draw_node(const struct picture *p, size_t at, bool again, char stem[STEM_MAX], size_t depth)
{
	const struct item *it = &p->n->node[at].it;
	AUTO(buf_release) struct buf name = BUF_INIT, end = BUF_INIT;
	int state = item_state(it);
	size_t left = again ? 0 : ties_of(p->n, at);

	if (again)
		buf_adds(&name, "= ");
	record_name(&name, it, p->how);
	buf_addf(&end, "%s  ", item_id(it));
	text_fit(&end, state_label(it), p->state_cols, TEXT_LEFT, false);
	doc_tree(p->out, stem, again ? ROLE_MUTED : ROLE_TEXT, name.data, state < 0 || again ? ROLE_MUTED : tone_role(it->rec->states[state].tone),
		 end.data);
	if (depth)
		go_on(stem, depth - 1);
	for (size_t i = 0; left && i < p->n->nties; i++)
		if (p->n->tie[i].from == at) {
			join(stem, depth, !--left);
			draw_tie(p, &p->n->tie[i], stem, depth + 1);
		}
}

enum code pane_network(struct doc *out, struct desk *d, const struct item *it, const struct show *how, struct err *err)
{
	struct network n;
	struct picture p = { out, &n, how, 0 };
	char stem[STEM_MAX] = "";
	enum code code = network_read(&n, d, it, err);

	p.state_cols = widest_state(&n);
	if (!code && n.nties)
		draw_node(&p, 0, false, stem, 0);
	else if (!code)
		doc_add(out, NULL, ROLE_MUTED, _("it has nothing in common with another one"));
	network_release(&n);
	return code;
}
