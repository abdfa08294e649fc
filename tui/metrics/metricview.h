/* The Metrics desk: a row for each indicator, the bars of the one under the cursor, and that one alone with its definition. It draws and
 * remembers; what is counted, and where a number leads, is its caller's. */
#ifndef TUI_METRICS_METRICVIEW_H
#define TUI_METRICS_METRICVIEW_H

#include "core/metrics/board.h"
#include "tui/screen/grid.h"
#include "tui/screen/keys.h"

struct metricview;
struct metricview *metricview_new(void);
void metricview_free(struct metricview *v);

/* ---- what is shown ---- */
enum period_by metricview_by(const struct metricview *v);        /* week at first */
/* Other figures are wanted from now on: those that it has go. */
void metricview_set_by(struct metricview *v, enum period_by by);
void metricview_take(struct metricview *v, struct board *b);      /* takes b's figures over; ignored if they are of other periods than wanted */
bool metricview_has(const struct metricview *v, int64_t now);     /* figures, and their last period still runs */

/* ---- where the operator is ---- */
bool metricview_opened(const struct metricview *v);               /* one indicator alone */
void metricview_open(struct metricview *v, bool open);
void metricview_seek(struct metricview *v, const char *id);       /* the cursor to that indicator, if there is one */
const struct metric *metricview_metric(const struct metricview *v); /* under the cursor */
/* The period that is looked at, and what is known of it; NULL: there are no figures yet. The last one that is over, at first. */
const struct period *metricview_period(const struct metricview *v);
const struct figure *metricview_figure(const struct metricview *v);
void metricview_move(struct metricview *v, int by);               /* to another indicator; where one is open, to another period; INT_MIN, INT_MAX: the ends */
void metricview_shift(struct metricview *v, int by);              /* to a later period; negative: an earlier one */
void metricview_point(struct metricview *v, enum spot what, size_t arg); /* SPOT_METRIC, SPOT_PERIOD */
int metricview_rows(const struct metricview *v);                  /* that a page has, when it was last drawn */

/* counting: for so many ms already; negative: not. */
void metricview_draw(struct metricview *v, struct grid *g, struct rect box, bool active, int64_t counting, const struct keymap *keys);

#endif
