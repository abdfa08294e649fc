#include "tui/metrics/metricview.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tui/metrics/parts.h"

/* ---- what is shown ---- */
struct metricview *metricview_new(void)
{
	struct metricview *v = mem_alloc(sizeof *v);

	v->by = BY_WEEK;
	v->at = BOARD_PERIODS - 2;
	return v;
}

void metricview_free(struct metricview *v)
{
	if (!v)
		return;
	board_release(&v->board);
	free(v);
}

enum period_by metricview_by(const struct metricview *v)
{
	return v->by;
}

void metricview_set_by(struct metricview *v, enum period_by by)
{
	if (by == v->by)
		return;
	board_release(&v->board);
	v->by = by;
	v->at = BOARD_PERIODS - 2;
}

/* The period that is looked at stays, for whoever looks when a new one begins. */
void metricview_take(struct metricview *v, struct board *b)
{
	if (b->by != v->by) {
		board_release(b);
		return;
	}
	for (size_t i = 0; v->board.figure && i < BOARD_PERIODS; i++)
		if (b->period[i].from == v->board.period[v->at].from) {
			v->at = i;
			break;
		}
	board_release(&v->board);
	v->board = *b;
	*b = (struct board){ 0 };
}

bool metricview_has(const struct metricview *v, int64_t now)
{
	return v->board.figure && now < v->board.period[BOARD_PERIODS - 1].to;
}

/* ---- where the operator is ---- */
bool metricview_opened(const struct metricview *v)
{
	return v->open;
}

void metricview_open(struct metricview *v, bool open)
{
	v->open = open;
}

void metricview_seek(struct metricview *v, const char *id)
{
	for (size_t i = 0; i < nmetrics; i++)
		if (strcmp(metrics[i].id, id) == 0)
			v->cur = i;
}

const struct metric *metricview_metric(const struct metricview *v)
{
	return &metrics[v->cur];
}

const struct period *metricview_period(const struct metricview *v)
{
	return v->board.figure ? &v->board.period[v->at] : NULL;
}

const struct figure *metricview_figure(const struct metricview *v)
{
	return v->board.figure ? &board_row(&v->board, v->cur)[v->at] : NULL;
}

static size_t moved(size_t from, int by, size_t n)
{
	int64_t to = by == INT_MIN ? 0 : by == INT_MAX ? (int64_t)n - 1 : (int64_t)from + by;

	return to < 0 ? 0 : to >= (int64_t)n ? n - 1 : (size_t)to;
}

/* The latest period stands at the top. */
void metricview_move(struct metricview *v, int by)
{
	if (v->open)
		v->at = moved(v->at, by == INT_MIN ? INT_MAX : by == INT_MAX ? INT_MIN : -by, BOARD_PERIODS);
	else
		v->cur = moved(v->cur, by, nmetrics);
}

void metricview_shift(struct metricview *v, int by)
{
	v->at = moved(v->at, by, BOARD_PERIODS);
}

void metricview_point(struct metricview *v, enum spot what, size_t arg)
{
	if (what == SPOT_METRIC && arg < nmetrics)
		v->cur = arg;
	else if (what == SPOT_PERIOD && arg < BOARD_PERIODS)
		v->at = arg;
}

int metricview_rows(const struct metricview *v)
{
	return v->rows;
}
