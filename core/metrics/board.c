#include "core/metrics/board.h"

#include <stdlib.h>

const struct figure *board_row(const struct board *b, size_t metric)
{
	return b->figure + metric * BOARD_PERIODS;
}

void board_release(struct board *b)
{
	free(b->figure);
	*b = (struct board){ 0 };
}

enum code board_measure(struct board *out, struct desk *d, enum period_by by, struct err *err)
{
	AUTO(tx_end) struct tx tx = { 0 };
	enum code code = tx_begin_read(&tx, desk_db(d), err);

	*out = (struct board){ .by = by, .figure = mem_grow(NULL, nmetrics * BOARD_PERIODS, sizeof *out->figure) };
	periods_last(by, store_now(desk_store(d)), out->period, BOARD_PERIODS);
	for (size_t i = 0; i < nmetrics; i++)
		for (size_t k = 0; !code && k < BOARD_PERIODS; k++)
			code = metric_measure(d, &metrics[i], &out->period[k], &out->figure[i * BOARD_PERIODS + k], err);
	if (code)
		board_release(out);
	return code;
}
