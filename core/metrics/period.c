#include "core/metrics/period.h"

#include <string.h>

#include "core/values/when.h"

const char *const period_names[BY_COUNT] = { [BY_DAY] = "day", [BY_WEEK] = "week", [BY_MONTH] = "month" };

int period_named(const char *name)
{
	for (int by = 0; by < BY_COUNT; by++)
		if (strcmp(period_names[by], name) == 0)
			return by;
	return -1;
}

/* Days since Monday: 1970-01-01 was a Thursday. */
static int64_t weekday(const struct civil *c)
{
	int64_t n = (when_day_number(c->year, c->month, c->day) + 3) % 7;

	return n < 0 ? n + 7 : n;
}

int64_t period_start(enum period_by by, int64_t when)
{
	struct civil c = when_civil(when);
	int64_t day = when_day_start(when);

	return by == BY_WEEK ? day - weekday(&c) * WHEN_DAY : by == BY_MONTH ? day - (c.day - 1) * WHEN_DAY : day;
}

/* Every day in Shanghai has 24 hours, so a step of whole days from a midnight ends at a midnight; 32 days lead out of any month. */
int64_t period_after(enum period_by by, int64_t when)
{
	static const int64_t step[BY_COUNT] = { [BY_DAY] = WHEN_DAY, [BY_WEEK] = 7 * WHEN_DAY, [BY_MONTH] = 32 * WHEN_DAY };

	return period_start(by, period_start(by, when) + step[by]);
}

int64_t period_before(enum period_by by, int64_t when)
{
	return period_start(by, period_start(by, when) - 1);
}

size_t periods_between(enum period_by by, int64_t from, int64_t last, int64_t now, struct period *out, size_t max)
{
	int64_t end = last + WHEN_DAY;
	size_t n = 0;

	for (int64_t at = period_start(by, from), next; at < end; at = next, n++) {
		next = period_after(by, at);
		if (n < max)
			out[n] = (struct period){ at < from ? from : at, next > end ? end : next, at < from || next > end, next <= now };
	}
	return n;
}

void periods_last(enum period_by by, int64_t now, struct period *out, size_t n)
{
	int64_t at = period_start(by, now);

	for (size_t i = n; i-- > 0; at = period_before(by, at))
		out[i] = (struct period){ at, period_after(by, at), false, i + 1 < n };
}

void period_add(struct buf *out, const struct period *p)
{
	when_add_date(out, p->from);
	if (p->to - p->from <= WHEN_DAY)
		return;
	buf_adds(out, " - ");
	when_add_date(out, p->to - 1);
}
