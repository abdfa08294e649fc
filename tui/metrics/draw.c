/* The Metrics desk drawn: the table of all indicators, and the bars of one below it. */
#include "tui/metrics/parts.h"
#include "tui/words.h"

enum { LABEL_LEAST = 21, LABEL_MOST = 34, CHART_LEAST = 6, CHART_MOST = 16, SIGN_COLS = 2, PATIENCE_MS = 500 };

/* What a row has beside its label, in this order; what matters less goes first where there is not room for all. */
enum cell_of { COL_VALUE, COL_BEFORE, COL_CHANGE, COL_TARGET, COL_SO_FAR, COL_TREND, COLUMNS };
static const struct { const char *label; int cols, rank; } columns[COLUMNS] = {
	[COL_VALUE] = { N_("Value"), 9, 1 }, [COL_BEFORE] = { N_("Before"), 9, 4 }, [COL_CHANGE] = { N_("Change"), 8, 2 },
	[COL_TARGET] = { N_("Target"), 10, 5 }, [COL_SO_FAR] = { N_("So far"), 9, 6 }, [COL_TREND] = { N_("Trend"), 9, 3 },
};
struct widths { int label, cols[COLUMNS]; };

static void fit(struct widths *w, int cols)
{
	int left = cols - LABEL_LEAST - SIGN_COLS;

	*w = (struct widths){ 0 };
	for (int rank = 1; rank <= COLUMNS; rank++)
		for (int c = 0; c < COLUMNS; c++)
			if (columns[c].rank == rank && columns[c].cols <= left) {
				w->cols[c] = columns[c].cols;
				left -= columns[c].cols;
			}
	left = left < 0 ? 0 : left;
	w->label = left < LABEL_MOST - LABEL_LEAST ? LABEL_LEAST + left : LABEL_MOST;
	left -= w->label - LABEL_LEAST;
	if (w->cols[COL_TREND])
		w->cols[COL_TREND] += left < BOARD_PERIODS + 1 - columns[COL_TREND].cols ? left : BOARD_PERIODS + 1 - columns[COL_TREND].cols;
}

/* ---- a row ---- */
struct line {
	const struct metricview *v;
	const struct metric *m;
	const struct figure *row;
	bool here;                  /* under the cursor */
};

static enum role role_of(const struct line *l, enum role role)
{
	return l->here ? ROLE_SELECTED : role;
}

static void cell_text(struct buf *out, const struct grid *g, const struct line *l, enum cell_of c)
{
	const struct metricview *v = l->v;
	const struct figure *now = &l->row[v->at], *before = v->at ? &l->row[v->at - 1] : NULL;
	const struct target *t;

	switch (c) {
	case COL_VALUE:
		figure_text(out, l->m, now);
		break;
	case COL_BEFORE:
		if (before)
			figure_text(out, l->m, before);
		break;
	case COL_CHANGE:
		if (before && v->board.period[v->at].over)
			metric_add_change(out, l->m, before, now);
		break;
	case COL_TARGET:
		t = target_of(l->m, v->by, &v->board.period[v->at]);
		if (t) {
			buf_adds(out, grid_glyph(g, t->most ? GLYPH_AT_MOST : GLYPH_AT_LEAST));
			figure_text(out, l->m, &(struct figure){ .known = true, .value = t->value });
		}
		break;
	case COL_SO_FAR:
		figure_text(out, l->m, &l->row[BOARD_PERIODS - 1]);
		break;
	default:
		break;
	}
}

/* "+14 %" without its space: columns are dear. */
static void close_up(struct buf *text)
{
	if (text->len > 2 && text->data[text->len - 1] == '%' && text->data[text->len - 2] == ' ') {
		buf_setlen(text, text->len - 2);
		buf_addc(text, '%');
	}
}

static void draw_cells(struct grid *g, struct rect line, const struct line *l, const struct widths *w)
{
	int col = line.col + w->label;
	const char *sign;
	enum role role;

	for (int c = 0; c < COLUMNS; c++) {
		struct rect field = { line.row, col, 1, w->cols[c] };
		AUTO(buf_release) struct buf text = BUF_INIT;

		if (!w->cols[c])
			continue;
		cell_text(&text, g, l, (enum cell_of)c);
		close_up(&text);
		if (c == COL_TREND)
			draw_spark(g, (struct rect){ line.row, col + 1, 1, w->cols[c] - 1 }, l->row, role_of(l, ROLE_INFO));
		else
			grid_field(g, field, ALIGN_RIGHT, role_of(l, c == COL_VALUE ? ROLE_TEXT : ROLE_MUTED), text.len ? text.data : "");
		col += w->cols[c];
		if (c != COL_VALUE)
			continue;
		if (figure_sign(g, l->m, l->v->by, &l->v->board.period[l->v->at], &l->row[l->v->at], &sign, &role))
			grid_put(g, line, line.row, col + 1, role_of(l, role), sign);
		col += SIGN_COLS;
	}
}

static void draw_heading(struct grid *g, struct rect line, const struct widths *w)
{
	int col = line.col + w->label;

	grid_field(g, (struct rect){ line.row, line.col, 1, line.cols }, ALIGN_LEFT, ROLE_HEADING, _("Indicator"));
	for (int c = 0; c < COLUMNS; c++) {
		if (w->cols[c])
			grid_field(g, (struct rect){ line.row, col + 1, 1, w->cols[c] - 1 }, c == COL_TREND ? ALIGN_LEFT : ALIGN_RIGHT, ROLE_HEADING,
				   _(columns[c].label));
		col += w->cols[c] + (c == COL_VALUE ? SIGN_COLS : 0);
	}
}

static void draw_table(struct metricview *v, struct grid *g, struct rect box, bool active)
{
	struct widths w;

	fit(&w, box.cols);
	draw_heading(g, (struct rect){ box.row, box.col, 1, box.cols }, &w);
	v->rows = box.rows - 1;
	if (v->cur < v->top || v->rows < 1)
		v->top = v->cur;
	else if (v->cur >= v->top + (size_t)v->rows)
		v->top = v->cur - (size_t)v->rows + 1;
	for (int i = 0; i < v->rows && v->top + (size_t)i < nmetrics; i++) {
		size_t at = v->top + (size_t)i;
		struct line l = { v, &metrics[at], v->board.figure ? board_row(&v->board, at) : NULL, active && at == v->cur };
		struct rect line = { box.row + 1 + i, box.col, 1, box.cols };

		grid_fill(g, line, role_of(&l, at == v->cur ? ROLE_SELECTED_IDLE : ROLE_TEXT));
		grid_field(g, (struct rect){ line.row, line.col, 1, w.label }, ALIGN_LEFT, role_of(&l, at == v->cur ? ROLE_SELECTED_IDLE : ROLE_TEXT),
			   _(l.m->label));
		if (l.row)
			draw_cells(g, line, &l, &w);
		grid_spot(g, line, SPOT_METRIC, at);
	}
}

/* ---- the whole ---- */
static void draw_title(const struct metricview *v, struct grid *g, struct rect line, int64_t counting, const struct keymap *keys)
{
	static const char *const names[BY_COUNT] = { [BY_DAY] = N_("by day"), [BY_WEEK] = N_("by week"), [BY_MONTH] = N_("by month") };
	const struct period *p = metricview_period(v);
	AUTO(buf_release) struct buf text = BUF_INIT;
	int col = line.col;

	col += grid_put(g, line, line.row, col, ROLE_TITLE, v->open ? _(metricview_metric(v)->label) : _("Metrics")) + 2;
	if (counting >= PATIENCE_MS) {
		char key[32];

		key_label(keymap_key(keys, REQ_BACK), key);
		buf_addf(&text, _("Counting… %lld s  %s stops"), (long long)(counting / 1000), key);
		grid_put(g, line, line.row, col, ROLE_PENDING, text.data);
		return;
	}
	if (p)
		period_add(&text, p);
	col += grid_put(g, line, line.row, col, ROLE_BADGE, text.len ? text.data : "") + 2;
	col += grid_put(g, line, line.row, col, ROLE_MUTED, _(names[v->by])) + 2;
	if (p && !p->over)
		grid_put(g, line, line.row, col, ROLE_WARNING, _("so far"));
}

static void draw_below(const struct metricview *v, struct grid *g, struct rect box)
{
	const struct metric *m = metricview_metric(v);
	const struct target *t = target_of(m, v->by, metricview_period(v));
	AUTO(buf_release) struct buf text = BUF_INIT;
	int col = box.col, parts = 0;
	struct rect line = { box.row + 1, box.col, 1, box.cols };

	grid_hline(g, box.row, box.col, box.cols, ROLE_BORDER);
	figure_of(&text, m, metricview_figure(v));
	col += grid_put(g, line, line.row, col, ROLE_TEXT, text.data) + 2;
	if (t) {
		buf_clear(&text);
		target_text(&text, m, t);
		grid_put(g, line, line.row, col, ROLE_MUTED, text.data);
	}
	if (m->kind == METRIC_SPREAD)
		parts = draw_parts(v, g, (struct rect){ box.row + 2, box.col, box.rows - 2, box.cols });
	if (box.rows - 2 - parts >= CHART_LEAST - 2)
		draw_chart(v, g, (struct rect){ box.row + 2 + parts, box.col, box.rows - 2 - parts, box.cols });
}

void metricview_draw(struct metricview *v, struct grid *g, struct rect box, bool active, int64_t counting, const struct keymap *keys)
{
	int table = (int)nmetrics + 1, below = box.rows - 1 - table;
	struct rect rest = { box.row + 1, box.col, box.rows - 1, box.cols };

	grid_fill(g, box, ROLE_TEXT);
	draw_title(v, g, (struct rect){ box.row, box.col, 1, box.cols }, counting, keys);
	if (v->open && v->board.figure) {
		draw_one(v, g, rest, active);
		return;
	}
	if (below < CHART_LEAST || !v->board.figure) {
		draw_table(v, g, rest, active);
		return;
	}
	below = below > CHART_MOST ? CHART_MOST : below;
	draw_table(v, g, (struct rect){ rest.row, rest.col, table, rest.cols }, active);
	draw_below(v, g, (struct rect){ rest.row + table, rest.col, below, rest.cols });
}
