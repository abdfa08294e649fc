/* One indicator alone: what it means, what it should be, how it was from period to period. */
#include <string.h>

#include "tui/metrics/parts.h"
#include "tui/words.h"

enum { MONTH_COLS = 7, DAY_COLS = 10, DAYS_COLS = 23, WIDE_COLS = 76, VALUE_COLS = 9, OF_COLS = 13, BAR_LEAST = 6 };

void target_text(struct buf *out, const struct metric *m, const struct target *t)
{
	AUTO(buf_release) struct buf value = BUF_INIT;

	metric_add_value(&value, m, t->value);
	buf_addf(out, t->most ? _("target: at most %s (%s)") : _("target: at least %s (%s)"), value.data,
		 strcmp(t->source, "house") == 0 ? _("house") : t->source);
}

/* "57 / 63" */
static void of_text(struct buf *out, const struct metric *m, const struct figure *f)
{
	if (m->counted)
		buf_addf(out, "%lld / %lld", (long long)f->counted, (long long)f->of);
	else if (m->kind == METRIC_TIME)
		buf_addf(out, "/ %lld", (long long)f->of);
}

static void draw_period(const struct metricview *v, struct grid *g, struct rect line, size_t at, int64_t most, bool active)
{
	const struct metric *m = metricview_metric(v);
	const struct figure *f = &board_row(&v->board, v->cur)[at];
	const struct period *p = &v->board.period[at];
	int days = line.cols >= WIDE_COLS && v->by != BY_DAY ? DAYS_COLS : DAY_COLS, room = line.cols - days - VALUE_COLS - 4;
	int of = room - OF_COLS >= BAR_LEAST ? OF_COLS : 0, bar = room - of; /* the bar first: the line above has the rest */
	bool here = active && at == v->at;
	AUTO(buf_release) struct buf text = BUF_INIT;
	const char *sign;
	enum role role;
	int col = line.col + days + 1;

	grid_fill(g, line, here ? ROLE_SELECTED : ROLE_TEXT);
	grid_spot(g, line, SPOT_PERIOD, at);
	period_add(&text, p);
	grid_putn(g, line, line.row, line.col, here ? ROLE_SELECTED : p->over ? ROLE_MUTED : ROLE_WARNING, text.data,
		  days == DAYS_COLS ? text.len : v->by == BY_MONTH ? MONTH_COLS : DAY_COLS);
	draw_bar(g, (struct rect){ line.row, col, 1, bar }, f->value, most, here ? ROLE_SELECTED : ROLE_INFO);
	col += bar > 0 ? bar : 0;
	buf_clear(&text);
	figure_text(&text, m, f);
	grid_field(g, (struct rect){ line.row, col, 1, VALUE_COLS }, ALIGN_RIGHT, here ? ROLE_SELECTED : ROLE_TEXT, text.data);
	col += VALUE_COLS + 1;
	if (figure_sign(g, m, v->by, p, f, &sign, &role))
		grid_put(g, line, line.row, col, here ? ROLE_SELECTED : role, sign);
	buf_clear(&text);
	of_text(&text, m, f);
	grid_field(g, (struct rect){ line.row, col + 2, 1, of }, ALIGN_LEFT, here ? ROLE_SELECTED : ROLE_MUTED, text.len ? text.data : "");
}

/* The latest at the top. */
static void draw_periods(struct metricview *v, struct grid *g, struct rect box, bool active)
{
	const struct figure *row = board_row(&v->board, v->cur);
	size_t under = BOARD_PERIODS - 1 - v->at;
	int64_t most = metricview_metric(v)->counted ? 10000 : 0; /* a share is one of the whole */

	v->rows = box.rows;
	if (under < v->top_period || box.rows < 1)
		v->top_period = under;
	else if (under >= v->top_period + (size_t)box.rows)
		v->top_period = under - (size_t)box.rows + 1;
	for (size_t i = 0; i < BOARD_PERIODS; i++)
		most = row[i].known && row[i].value > most ? row[i].value : most;
	for (int i = 0; i < box.rows && v->top_period + (size_t)i < BOARD_PERIODS; i++)
		draw_period(v, g, (struct rect){ box.row + i, box.col, 1, box.cols }, BOARD_PERIODS - 1 - v->top_period - (size_t)i, most, active);
}

/* Where there are few lines the periods have them. */
static int draw_meaning(const struct metricview *v, struct grid *g, struct rect box)
{
	const struct metric *m = metricview_metric(v);
	const struct target *t = target_of(m, v->by, metricview_period(v));
	int most = box.rows / 2, lines = grid_wrap(NULL, box, 0, ROLE_MUTED, _(m->what));
	AUTO(buf_release) struct buf text = BUF_INIT;

	lines = lines > most ? most : lines;
	grid_wrap(g, (struct rect){ box.row, box.col, lines, box.cols }, 0, ROLE_MUTED, _(m->what));
	if (lines + 2 > box.rows - 3)
		return lines;
	figure_of(&text, m, metricview_figure(v));
	if (t) {
		buf_adds(&text, "   ");
		target_text(&text, m, t);
	}
	grid_put(g, box, box.row + lines, box.col, ROLE_TEXT, text.data);
	lines++;
	if (m->kind == METRIC_SPREAD && lines + METRIC_PARTS < box.rows)
		lines += draw_parts(v, g, (struct rect){ box.row + lines, box.col, METRIC_PARTS, box.cols });
	grid_hline(g, box.row + lines, box.col, box.cols, ROLE_BORDER);
	return lines + 1;
}

void draw_one(struct metricview *v, struct grid *g, struct rect box, bool active)
{
	int lines = draw_meaning(v, g, box);

	draw_periods(v, g, (struct rect){ box.row + lines, box.col, box.rows - lines, box.cols }, active);
}
