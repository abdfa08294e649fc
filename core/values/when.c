#include "core/values/when.h"

#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHANGHAI (8 * WHEN_HOUR)

/* Days and dates by the era arithmetic of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, so that
 * the leap day is the last, and 400 years have 146097 days. 719468 days lie between 0000-03-01 and 1970-01-01. */
int64_t when_day_number(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_of_day(int64_t number, struct civil *c)
{
	int64_t z = number + 719468, era = z / 146097, of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;

	c->day = (int)(of_year - (153 * m + 2) / 5 + 1);
	c->month = (int)(m < 10 ? m + 3 : m - 9);
	c->year = (int)(y + era * 400 + (c->month <= 2));
}

bool when_date_exists(int year, int month, int day)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (year < 1 || year > 9999 || month < 1 || month > 12)
		return false;
	return day >= 1 && day <= days[month - 1] + (leap && month == 2);
}

static int64_t within_range(int64_t ms)
{
	return ms < WHEN_MIN ? WHEN_MIN : ms > WHEN_MAX ? WHEN_MAX : ms;
}

/* ms is never before the year 1, so what is divided here after the shift is positive. */
static struct civil civil_of(int64_t ms)
{
	int64_t since = ms - WHEN_MIN;
	struct civil c = { 0 };
	int64_t of_day = since % WHEN_DAY;

	date_of_day(since / WHEN_DAY + WHEN_MIN / WHEN_DAY, &c);
	c.hour = (int)(of_day / WHEN_HOUR);
	c.minute = (int)(of_day % WHEN_HOUR / WHEN_MINUTE);
	c.second = (int)(of_day % WHEN_MINUTE / WHEN_SECOND);
	c.ms = (int)(of_day % WHEN_SECOND);
	return c;
}

struct civil when_civil(int64_t ms)
{
	return civil_of(within_range(within_range(ms) + SHANGHAI));
}

int64_t when_day_start(int64_t ms)
{
	struct civil c = when_civil(ms);

	return when_day_number(c.year, c.month, c.day) * WHEN_DAY - SHANGHAI;
}

/* Fixed-width digits, written by hand: printf cannot promise the compiler their number. */
static char *put_digits(char *at, int value, int n)
{
	for (int i = n - 1; i >= 0; i--, value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + n;
}

static char *put_date(char *at, const struct civil *c)
{
	at = put_digits(at, c->year, 4);
	*at++ = '-';
	at = put_digits(at, c->month, 2);
	*at++ = '-';
	return put_digits(at, c->day, 2);
}

static char *put_time(char *at, const struct civil *c)
{
	at = put_digits(at, c->hour, 2);
	*at++ = ':';
	at = put_digits(at, c->minute, 2);
	*at++ = ':';
	return put_digits(at, c->second, 2);
}

void when_rfc3339(int64_t ms, char out[WHEN_RFC3339])
{
	struct civil c = civil_of(within_range(ms));
	char *at = put_date(out, &c);

	*at++ = 'T';
	at = put_time(at, &c);
	*at++ = '.';
	at = put_digits(at, c.ms, 3);
	*at++ = 'Z';
	*at = '\0';
}

/* Exactly n digits and then the separator (NUL: whatever). Moves *s past both. */
static bool take(const char **s, int n, char separator, int *value)
{
	*value = 0;
	for (int i = 0; i < n; i++, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		*value = *value * 10 + **s - '0';
	}
	if (separator && *(*s)++ != separator)
		return false;
	return true;
}

static bool take_date(const char **s, int64_t *day)
{
	int year, month, date;

	if (!take(s, 4, '-', &year) || !take(s, 2, '-', &month) || !take(s, 2, '\0', &date) || !when_date_exists(year, month, date))
		return false;
	*day = when_day_number(year, month, date);
	return true;
}

static bool take_fraction(const char **s, int *ms)
{
	int digits = 0;

	*ms = 0;
	if (**s != '.')
		return true;
	for ((*s)++; **s >= '0' && **s <= '9'; (*s)++, digits++)
		if (digits < 3)
			*ms = *ms * 10 + **s - '0';
	for (int i = digits; i < 3; i++)
		*ms *= 10;
	return digits >= 1 && digits <= 9;
}

/* The offset, and nothing after it. */
static bool take_offset(const char **s, int64_t *offset)
{
	char sign = **s;
	int hours, minutes;

	*offset = 0;
	if (sign == 'Z' || sign == 'z')
		return (*s)[1] == '\0';
	if (sign != '+' && sign != '-')
		return false;
	(*s)++;
	if (!take(s, 2, ':', &hours) || !take(s, 2, '\0', &minutes) || **s || hours > 23 || minutes > 59)
		return false;
	*offset = (sign == '-' ? -1 : 1) * (hours * WHEN_HOUR + minutes * WHEN_MINUTE);
	return true;
}

enum code when_parse_rfc3339(const char *text, int64_t *ms, struct err *err)
{
	const char *s = text;
	int64_t day, offset, t;
	int hour, minute, second, fraction;
	bool ok = take_date(&s, &day) && (*s == 'T' || *s == 't');

	if (ok) {
		s++;
		ok = take(&s, 2, ':', &hour) && take(&s, 2, ':', &minute) && take(&s, 2, '\0', &second) && hour <= 23 && minute <= 59 &&
		     second <= 60 && take_fraction(&s, &fraction) && take_offset(&s, &offset);
	}
	if (!ok)
		return fail(err, E_INVALID, "not a time: RFC 3339 is wanted, as 2026-03-01T08:00:00Z");
	t = day * WHEN_DAY + hour * WHEN_HOUR + minute * WHEN_MINUTE + second * WHEN_SECOND + fraction - offset;
	if (t < WHEN_MIN || t > WHEN_MAX)
		return fail(err, E_INVALID, "not a time: outside of the years 1 to 9999");
	*ms = t;
	return E_OK;
}

enum code when_parse_date(const char *text, int64_t *ms, struct err *err)
{
	const char *s = text;
	int64_t day;

	if (!take_date(&s, &day) || *s)
		return fail(err, E_INVALID, "not a date: YYYY-MM-DD is wanted, and the day must exist");
	*ms = day * WHEN_DAY - SHANGHAI;
	return E_OK;
}

enum code when_parse(const char *text, int64_t now, int64_t *ms, struct err *err)
{
	int64_t today = when_day_start(now), n = 0;
	size_t digits = strspn(text, "0123456789");

	if (!strcmp(text, "today")) {
		*ms = today;
	} else if (!strcmp(text, "yesterday")) {
		*ms = today - WHEN_DAY;
	} else if (digits >= 1 && digits <= 5 && text[digits] && !text[digits + 1] && strchr("mhdw", text[digits])) {
		for (size_t i = 0; i < digits; i++)
			n = n * 10 + text[i] - '0';
		switch (text[digits]) {
		case 'm': *ms = now - n * WHEN_MINUTE; break;
		case 'h': *ms = now - n * WHEN_HOUR; break;
		case 'd': *ms = today - n * WHEN_DAY; break;
		default: *ms = today - 7 * n * WHEN_DAY; break;
		}
	} else if (when_parse_date(text, ms, NULL)) {
		return fail(err, E_INVALID, "not a day: write YYYY-MM-DD, today, yesterday, or how long ago: 30m, 12h, 7d, 2w");
	}
	return E_OK;
}

void when_add_date(struct buf *out, int64_t ms)
{
	struct civil c = when_civil(ms);
	char text[10];

	buf_add(out, text, (size_t)(put_date(text, &c) - text));
}

void when_add_datetime(struct buf *out, int64_t ms)
{
	struct civil c = when_civil(ms);
	char text[19], *at = put_date(text, &c);

	*at++ = ' ';
	at = put_time(at, &c);
	buf_add(out, text, (size_t)(at - text));
}

void when_add_age(struct buf *out, int64_t ms, int64_t now)
{
	int64_t age = within_range(now) - within_range(ms), days = age / WHEN_DAY;

	if (age < WHEN_MINUTE)
		buf_adds(out, gettext(N_("now")));
	else if (age < WHEN_HOUR)
		buf_addf(out, "%dm", (int)(age / WHEN_MINUTE));
	else if (age < WHEN_DAY)
		buf_addf(out, "%dh", (int)(age / WHEN_HOUR));
	else if (days < 100)
		buf_addf(out, "%dd", (int)days);
	else if (days < 365)
		buf_addf(out, "%dmo", (int)(days / 30));
	else
		buf_addf(out, "%dy", (int)(days / 365));
}

/* Three numbers with a sign between them, or eight digits; false: something else. */
static bool three_numbers(const char *text, int n[3])
{
	static const char *const between[3][5] = { { "-", "/", ".", "年", NULL }, { "-", "/", ".", "月", NULL }, { "日", "号", NULL } };

	if (strlen(text) == 8 && strspn(text, "0123456789") == 8)
		return sscanf(text, "%4d%2d%2d", &n[0], &n[1], &n[2]) == 3;
	for (int i = 0; i < 3; i++) {
		size_t digits = strspn(text, "0123456789"), sign = 0;

		if (!digits || digits > 4)
			return false;
		n[i] = (int)strtol(text, NULL, 10);
		text += digits;
		for (const char *const *s = between[i]; *s && !sign; s++)
			sign = strncmp(text, *s, strlen(*s)) ? 0 : strlen(*s);
		if (!sign && i < 2)
			return false;
		text += sign;
	}
	return !*text;
}

enum code when_parse_day(const char *text, int64_t now, int64_t *ms, struct err *err)
{
	char iso[32];
	int n[3];

	if (!three_numbers(text, n))
		return when_parse(text, now, ms, err);
	snprintf(iso, sizeof iso, "%04d-%02d-%02d", n[0], n[1], n[2]);
	return when_parse_date(iso, ms, err);
}
