/* What the files of the Metrics desk share; nobody else includes it. */
#ifndef TUI_METRICS_PARTS_H
#define TUI_METRICS_PARTS_H

#include "tui/metrics/metricview.h"

struct metricview {
	enum period_by by;
	struct board board;         /* no figures: they are still counted */
	size_t cur;                 /* the indicator under the cursor */
	size_t at;                  /* the period that is looked at */
	bool open;                  /* that indicator alone */
	size_t top, top_period;     /* the first rows that were drawn: of the indicators; of the periods, from the latest */
	int rows;                   /* so many were drawn */
};

/* tui/metrics/bars.c: figures as marks of the screen. */
/* "90.48%": as lists have it, without the space before the sign; "-" where there is no value. */
void figure_text(struct buf *out, const struct metric *m, const struct figure *f);
/* Whether the target of that period is met: a sign and its role; false: there is none, or nothing to hold against it (yet). */
bool figure_sign(const struct grid *g, const struct metric *m, enum period_by by, const struct period *p, const struct figure *f, const char **sign,
	enum role *role);
/* "approved 57 / decided 63", "concluded 22". */
void figure_of(struct buf *out, const struct metric *m, const struct figure *f);
/* The last figures that fit into line's columns, one each, against the largest of all. */
void draw_spark(struct grid *g, struct rect line, const struct figure *row, enum role role);
/* Standing bars of the last periods that fit, and below them the days of the first, the last and the one that is looked at. */
void draw_chart(const struct metricview *v, struct grid *g, struct rect box);
/* Lying bars: of so many cells of line, as much as n is of most. */
void draw_bar(struct grid *g, struct rect line, int64_t n, int64_t most, enum role role);
/* How a spread is spread in the period that is looked at: a line for each part; the lines that it takes. */
int draw_parts(const struct metricview *v, struct grid *g, struct rect box);

/* tui/metrics/one.c */
void draw_one(struct metricview *v, struct grid *g, struct rect box, bool active);
void target_text(struct buf *out, const struct metric *m, const struct target *t); /* translated: "target: at least 85.00 % (house)" */

#endif
