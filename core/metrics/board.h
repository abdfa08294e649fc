/* All indicators over the last periods, of one moment: what a screen shows of them. */
#ifndef CORE_METRICS_BOARD_H
#define CORE_METRICS_BOARD_H

#include "core/metrics/metrics.h"

enum { BOARD_PERIODS = 32 };
struct board {
	enum period_by by;
	struct period period[BOARD_PERIODS]; /* the last one runs */
	struct figure *figure;               /* BOARD_PERIODS for each of metrics[] */
};
/* Reads for as long as that takes, in a transaction of its own. E_DENIED, E_CANCELLED. out: zeroed; released on error. */
enum code board_measure(struct board *out, struct desk *d, enum period_by by, struct err *err);
void board_release(struct board *b);
/* The figures of metrics[metric]: one for each period. */
const struct figure *board_row(const struct board *b, size_t metric);

#endif
