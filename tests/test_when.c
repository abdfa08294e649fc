#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/values/when.h"
#include "tests/check.h"

static const int64_t noon = INT64_C(1772337600000); /* 2026-03-01T04:00:00Z, noon in Shanghai */

static void rfc3339_written(void **state)
{
	static const struct { int64_t ms; const char *want; } rows[] = {
		{ 0, "1970-01-01T00:00:00.000Z" }, { -1, "1969-12-31T23:59:59.999Z" }, { INT64_C(1772337600123), "2026-03-01T04:00:00.123Z" },
		{ INT64_C(951782400000), "2000-02-29T00:00:00.000Z" }, { WHEN_MIN, "0001-01-01T00:00:00.000Z" }, { WHEN_MAX, "9999-12-31T23:59:59.999Z" },
		{ INT64_MIN, "0001-01-01T00:00:00.000Z" }, { INT64_MAX, "9999-12-31T23:59:59.999Z" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[WHEN_RFC3339];

		when_rfc3339(rows[i].ms, text);
		assert_string_equal(text, rows[i].want);
	}
}

static void rfc3339_read(void **state)
{
	static const struct { const char *text; int64_t ms; } good[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2026-03-01T12:00:00+08:00", noon },
		{ "2026-03-01t04:00:00.5z", noon + 500 },
		{ "2026-02-28T23:00:00.123456789-05:00", noon + 123 },
		{ "2026-03-01T04:00:00.120Z", noon + 120 },
		{ "1990-12-31T23:59:60Z", INT64_C(662688000000) }, /* a leap second, RFC 3339, 5.8 */
		{ "0001-01-01T00:00:00Z", WHEN_MIN },
		{ "9999-12-31T23:59:59.999Z", WHEN_MAX },
	};
	static const char *const bad[] = {
		"", "2026-03-01", "2026-03-01 04:00:00Z", "2026-03-01T04:00:00", "2026-03-01T04:00Z", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
		"2026-03-01T24:00:00Z", "2026-03-01T04:60:00Z", "2026-03-01T04:00:61Z", "2026-03-01T04:00:00.Z", "2026-03-01T04:00:00.1234567890Z",
		"2026-03-01T04:00:00Zx", "2026-03-01T04:00:00+0800", "2026-03-01T04:00:00+08:00x", "2026-03-01T04:00:00+24:00", "2026-03-01T04:00:00+08",
		" 2026-03-01T04:00:00Z", "26-03-01T04:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01", "2026-03-01T", "2026-03-01T04:00:00.",
		"2026-03-01T04:00:00+", "-026-03-01T04:00:00Z",
	};
	int64_t ms;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(when_parse_rfc3339(good[i].text, &ms, &err), E_OK);
		assert_int_equal(ms, good[i].ms);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		ms = 42;
		if (when_parse_rfc3339(bad[i], &ms, &err) != E_INVALID)
			fail_msg("%s was taken", bad[i]);
		assert_int_equal(ms, 42);
	}
}

/* Every day of five centuries, and some of those before, against the C library's calendar. */
static void agrees_with_the_c_library(void **state)
{
	(void)state;
	for (int64_t day = -719162; day < 120000; day++) {
		time_t t = (time_t)(day * 86400);
		struct civil c;
		struct tm tm;

		if (day < -80000 && day % 97)
			continue;
		c = when_civil(day * WHEN_DAY - 8 * WHEN_HOUR);
		gmtime_r(&t, &tm);
		assert_int_equal(c.year, tm.tm_year + 1900);
		assert_int_equal(c.month, tm.tm_mon + 1);
		assert_int_equal(c.day, tm.tm_mday);
		assert_int_equal(c.hour + c.minute + c.second + c.ms, 0);
		assert_true(when_date_exists(c.year, c.month, c.day));
		assert_int_equal(when_day_number(c.year, c.month, c.day), day);
	}
}

static void dates(void **state)
{
	static const char *const bad[] = { "", "2026-02-29", "2026-00-10", "2026-04-31", "2026-3-1", "20260301", "2026-03-01 ", "2026/03/01", "1900-02-29" };
	int64_t ms;
	struct err err;

	(void)state;
	assert_int_equal(when_parse_date("2026-03-01", &ms, &err), E_OK);
	assert_int_equal(ms, noon - 12 * WHEN_HOUR); /* midnight in Shanghai is 16:00 UTC of the day before */
	assert_int_equal(when_parse_date("2024-02-29", &ms, &err), E_OK);
	assert_int_equal(when_parse_date("2000-02-29", &ms, &err), E_OK);
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(when_parse_date(bad[i], &ms, &err), E_INVALID);
	assert_false(when_date_exists(2026, 1, 0));
	assert_false(when_date_exists(2026, 1, 32));
	assert_false(when_date_exists(2100, 2, 29));
	assert_false(when_date_exists(0, 1, 1));
	assert_false(when_date_exists(10000, 1, 1));
}

static void relative_days(void **state)
{
	static const struct { const char *text; int64_t before_midnight; } days[] = {
		{ "today", 0 }, { "yesterday", 1 }, { "0d", 0 }, { "7d", 7 }, { "2w", 14 }, { "2026-02-28", 1 },
	};
	static const char *const bad[] = { "", "d", "7", "7x", "-7d", "7dd", "100000d", "tomorrow", "Today", " 7d", "7 d", "2026-02-30" };
	int64_t midnight = noon - 12 * WHEN_HOUR, ms;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT(days); i++) {
		assert_int_equal(when_parse(days[i].text, noon, &ms, &err), E_OK);
		assert_int_equal(ms, midnight - days[i].before_midnight * WHEN_DAY);
	}
	assert_int_equal(when_parse("12h", noon, &ms, &err), E_OK);
	assert_int_equal(ms, midnight);
	assert_int_equal(when_parse("30m", noon, &ms, &err), E_OK);
	assert_int_equal(ms, noon - 30 * WHEN_MINUTE);
	for (size_t i = 0; i < COUNT(bad); i++) {
		ms = 42;
		assert_int_equal(when_parse(bad[i], noon, &ms, &err), E_INVALID);
		assert_int_equal(ms, 42);
	}
	/* the last millisecond of a day in Shanghai, and the first of the next */
	assert_int_equal(when_day_start(midnight - 1), midnight - WHEN_DAY);
	assert_int_equal(when_day_start(midnight), midnight);
}

static void shown(void **state)
{
	static const struct { int64_t age; const char *want; } ages[] = {
		{ -WHEN_DAY, "now" }, { 0, "now" }, { WHEN_MINUTE - 1, "now" }, { WHEN_MINUTE, "1m" }, { WHEN_HOUR - 1, "59m" }, { WHEN_HOUR, "1h" },
		{ WHEN_DAY - 1, "23h" }, { WHEN_DAY, "1d" }, { 99 * WHEN_DAY, "99d" }, { 100 * WHEN_DAY, "3mo" }, { 364 * WHEN_DAY, "12mo" },
		{ 365 * WHEN_DAY, "1y" }, { 3700 * WHEN_DAY, "10y" },
	};
	AUTO(buf_release) struct buf out = BUF_INIT;

	(void)state;
	when_add_date(&out, noon + 12 * WHEN_HOUR);
	buf_addc(&out, '|');
	when_add_datetime(&out, noon + WHEN_SECOND);
	assert_string_equal(out.data, "2026-03-02|2026-03-01 12:00:01");
	for (size_t i = 0; i < COUNT(ages); i++) {
		buf_clear(&out);
		when_add_age(&out, noon - ages[i].age, noon);
		assert_string_equal(out.data, ages[i].want);
	}
	buf_clear(&out);
	when_add_age(&out, INT64_MIN, INT64_MAX);
	assert_string_equal(out.data, "10005y");
}

static void never_asks_for_the_zone(void **state)
{
	AUTO(buf_release) struct buf out = BUF_INIT;

	(void)state;
	setenv("TZ", "America/New_York", 1);
	tzset();
	when_add_datetime(&out, 0);
	assert_string_equal(out.data, "1970-01-01 08:00:00");
	unsetenv("TZ");
	tzset();
}

static void test_days_as_typed(void **state)
{
	static const struct { const char *text, *day; } days[] = {
		{ "2026-03-01", "2026-03-01" }, { "2026-3-1", "2026-03-01" }, { "2026/3/1", "2026-03-01" }, { "2026.03.1", "2026-03-01" },
		{ "20260301", "2026-03-01" }, { "2026年3月1日", "2026-03-01" }, { "2026年12月31号", "2026-12-31" }, { "2026年3月1", "2026-03-01" },
		{ "today", "2026-03-15" }, { "yesterday", "2026-03-14" }, { "7d", "2026-03-08" },
		{ "2026-02-29", NULL }, { "20261301", NULL }, { "2026-3", NULL }, { "2026-3-1x", NULL }, { "2026-3-1-", NULL }, { "3-1-2026", NULL },
		{ "26-3-1", "0026-03-01" }, { "", NULL }, { "2026--3-1", NULL }, { "99999-1-1", NULL }, { "2026年3月1日日", NULL },
	};
	int64_t now, ms;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(when_parse_rfc3339("2026-03-15T04:00:00Z", &now, &err), E_OK);
	for (size_t i = 0; i < COUNT(days); i++) {
		AUTO(buf_release) struct buf day = BUF_INIT;
		enum code code = when_parse_day(days[i].text, now, &ms, &err);

		assert_int_equal(code == E_OK, days[i].day != NULL);
		if (code)
			continue;
		when_add_date(&day, ms);
		assert_string_equal(day.data, days[i].day);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc3339_written),
		cmocka_unit_test(rfc3339_read),
		cmocka_unit_test(agrees_with_the_c_library),
		cmocka_unit_test(dates),
		cmocka_unit_test(relative_days),
		cmocka_unit_test(shown),
		cmocka_unit_test(never_asks_for_the_zone),
		cmocka_unit_test(test_days_as_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
