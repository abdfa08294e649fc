/* Figures as marks of the screen: values, signs, sparklines and bars. */
#include <string.h>

#include "core/values/when.h"
#include "tui/metrics/parts.h"
#include "tui/words.h"

enum { LEVELS = 8, BAR_COLS_MOST = 7, GAP_FROM_COLS = 40, CHART_FOOT = 1 };

void figure_text(struct buf *out, const struct metric *m, const struct figure *f)
{
	size_t from = out->len;
	char *space;

	if (!f->known) {
		buf_adds(out, "-");
		return;
	}
	metric_add_value(out, m, f->value);
	space = strstr(out->data + from, " %");
	if (space) {
		memmove(space, space + 1, strlen(space + 1));
		buf_setlen(out, out->len - 1);
	}
}

bool figure_sign(const struct grid *g, const struct metric *m, enum period_by by, const struct period *p, const struct figure *f, const char **sign,
	enum role *role)
{
	const struct target *t = target_of(m, by, p);
	bool met;

	if (!t || !f->known || !p->over)
		return false;
	met = target_met(t, f);
	*sign = grid_glyph(g, met ? GLYPH_PASSED : GLYPH_FAILED);
	*role = met ? ROLE_GOOD : ROLE_WARNING;
	return true;
}

void figure_of(struct buf *out, const struct metric *m, const struct figure *f)
{
	if (m->counted)
		buf_addf(out, "%s %lld / %s %lld", _(m->counted_label), (long long)f->counted, _(m->among_label), (long long)f->of);
	else
		buf_addf(out, "%s %lld", _(m->among_label), (long long)f->of);
}

static int64_t largest(const struct figure *row)
{
	int64_t most = 0;

	for (size_t i = 0; i < BOARD_PERIODS; i++)
		if (row[i].known && row[i].value > most)
			most = row[i].value;
	return most;
}

static const char *eighths(const struct grid *g, int n)
{
	return n >= LEVELS ? grid_glyph(g, GLYPH_BAR_FULL) : grid_glyph(g, (enum glyph)(GLYPH_EIGHTH_1 + n - 1));
}

/* In steps of most / steps, up where it is anything at all. */
static int steps_of(int64_t n, int64_t most, int steps)
{
	int64_t at = most > 0 && n > 0 ? (n * steps + most / 2) / most : 0;

	return n > 0 && at < 1 ? 1 : (int)at;
}

void draw_spark(struct grid *g, struct rect line, const struct figure *row, enum role role)
{
	int n = line.cols < BOARD_PERIODS ? line.cols : BOARD_PERIODS;
	int64_t most = largest(row);

	for (int i = 0; i < n; i++) {
		const struct figure *f = &row[BOARD_PERIODS - n + i];
		int level = steps_of(f->value, most, LEVELS);

		if (f->known)
			grid_put(g, line, line.row, line.col + i, role, eighths(g, level ? level : 1));
	}
}

void draw_bar(struct grid *g, struct rect line, int64_t n, int64_t most, enum role role)
{
	int full = steps_of(n, most, line.cols);

	for (int i = 0; i < line.cols; i++)
		grid_put(g, line, line.row, line.col + i, i < full ? role : ROLE_MUTED, grid_glyph(g, i < full ? GLYPH_BAR_FULL : GLYPH_BAR_EMPTY));
}

/* ---- standing bars ---- */
static void draw_column(struct grid *g, struct rect box, int level, enum role role)
{
	for (int row = 0; row < box.rows; row++) {
		int here = level - (box.rows - 1 - row) * LEVELS;

		for (int i = 0; here > 0 && i < box.cols; i++)
			grid_put(g, box, box.row + row, box.col + i, role, eighths(g, here > LEVELS ? LEVELS : here));
	}
}

/* "11-09": the first day of a period, or its month. */
static void foot_text(struct buf *out, enum period_by by, const struct period *p)
{
	AUTO(buf_release) struct buf day = BUF_INIT;

	when_add_date(&day, p->from);
	if (by == BY_MONTH)
		buf_add(out, day.data, 7);
	else
		buf_adds(out, day.data + 5);
}

/* The day of the first bar, of the last, and of the one that is looked at, which comes before them where there is not room for all. */
static void draw_foot(const struct metricview *v, struct grid *g, struct rect line, int n, int width)
{
	const size_t at[] = { v->at, BOARD_PERIODS - (size_t)n, BOARD_PERIODS - 1 };
	struct rect taken = { 0 };

	for (size_t i = 0; i < COUNT(at); i++) {
		AUTO(buf_release) struct buf text = BUF_INIT;
		int col = line.col + ((int)at[i] - BOARD_PERIODS + n) * width, cols;

		foot_text(&text, v->by, &v->board.period[at[i]]);
		cols = grid_width(text.data);
		if (col + cols > line.col + line.cols)
			col = line.col + line.cols - cols;
		if (col < line.col || rect_meet(taken, (struct rect){ line.row, col - 1, 1, cols + 2 }).cols > 0)
			continue;
		grid_put(g, line, line.row, col, i ? ROLE_MUTED : ROLE_KEY, text.data);
		if (!i)
			taken = (struct rect){ line.row, col, 1, cols };
	}
}

void draw_chart(const struct metricview *v, struct grid *g, struct rect box)
{
	const struct figure *row = board_row(&v->board, v->cur);
	int least = box.cols < GAP_FROM_COLS ? 1 : 2, wanted = box.cols / BOARD_PERIODS;
	int width = wanted < least ? least : wanted > BAR_COLS_MOST ? BAR_COLS_MOST : wanted;
	int n = box.cols / width < BOARD_PERIODS ? box.cols / width : BOARD_PERIODS;
	struct rect bars = { box.row, box.col, box.rows - CHART_FOOT, box.cols };
	int64_t most = largest(row);

	for (int i = 0; i < n; i++) {
		size_t at = (size_t)(BOARD_PERIODS - n + i);
		struct rect bar = { bars.row, bars.col + i * width, bars.rows, width > 1 ? width - 1 : 1 };

		grid_spot(g, (struct rect){ box.row, bar.col, box.rows, width }, SPOT_PERIOD, at);
		if (row[at].known)
			draw_column(g, bar, steps_of(row[at].value, most, bars.rows * LEVELS), at == v->at ? ROLE_KEY : ROLE_INFO);
	}
	draw_foot(v, g, (struct rect){ box.row + box.rows - 1, box.col, 1, n * width }, n, width);
}

int draw_parts(const struct metricview *v, struct grid *g, struct rect box)
{
	const struct metric *m = metricview_metric(v);
	const struct figure *f = metricview_figure(v);
	const struct choice *c;
	int label = 0, i;

	for (i = 0; (c = metric_part(m, (size_t)i)); i++)
		label = grid_width(_(c->label)) > label ? grid_width(_(c->label)) : label;
	for (i = 0; f && (c = metric_part(m, (size_t)i)) && i < box.rows; i++) {
		struct figure share = { .known = f->of > 0, .value = f->of ? (f->part[i] * 10000 + f->of / 2) / f->of : 0 };
		AUTO(buf_release) struct buf text = BUF_INIT;
		struct rect bar = { box.row + i, box.col + label + 1, 1, box.cols - label - 18 };

		grid_put(g, box, box.row + i, box.col, ROLE_MUTED, _(c->label));
		draw_bar(g, bar, f->part[i], f->of, ROLE_INFO);
		buf_addf(&text, "%lld", (long long)f->part[i]);
		grid_field(g, (struct rect){ box.row + i, bar.col + bar.cols + 1, 1, 6 }, ALIGN_RIGHT, ROLE_TEXT, text.data);
		buf_clear(&text);
		figure_text(&text, m, &share);
		grid_field(g, (struct rect){ box.row + i, bar.col + bar.cols + 8, 1, 8 }, ALIGN_RIGHT, ROLE_MUTED, text.data);
	}
	return i;
}
