/* Time: int64_t UTC milliseconds since 1970, and the civil dates and times that people read, which are Asia/Shanghai.
 *
 * Asia/Shanghai is UTC+8 without summer time since 15 September 1991 (tzdata). Everything this program dates is later, so the offset is
 * fixed here, and the process's TZ is never asked. Leap seconds do not exist (POSIX). Years 1 to 9999. */
#ifndef CORE_VALUES_WHEN_H
#define CORE_VALUES_WHEN_H

#include "store/err.h"
#include "store/mem.h"

#define WHEN_SECOND INT64_C(1000)
#define WHEN_MINUTE (60 * WHEN_SECOND)
#define WHEN_HOUR (60 * WHEN_MINUTE)
#define WHEN_DAY (24 * WHEN_HOUR)
#define WHEN_MIN INT64_C(-62135596800000) /* 0001-01-01T00:00:00.000Z */
#define WHEN_MAX INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

/* The Gregorian calendar. */
bool when_date_exists(int year, int month, int day);
/* Days since 1970-01-01 of a date that exists. */
int64_t when_day_number(int year, int month, int day);

struct civil { int year, month, day, hour, minute, second, ms; };
struct civil when_civil(int64_t ms);       /* in Asia/Shanghai; ms is brought into WHEN_MIN .. WHEN_MAX first */
int64_t when_day_start(int64_t ms);        /* the midnight in Shanghai that ms comes after */

/* RFC 3339: "2026-03-01T08:00:00.123Z", always UTC and three decimals, so text order is time order. */
enum { WHEN_RFC3339 = 25 };
void when_rfc3339(int64_t ms, char out[WHEN_RFC3339]);
/* Any RFC 3339 date-time with offset; up to 9 decimals, of which three are kept. E_INVALID for anything else. A second of 60 is
 * taken as the first of the next minute. */
enum code when_parse_rfc3339(const char *text, int64_t *ms, struct err *err);

/* YYYY-MM-DD, a day that exists: the midnight in Shanghai with which it begins. */
enum code when_parse_date(const char *text, int64_t *ms, struct err *err);
/* A day as people type it: 2026-3-1, 2026/03/01, 2026.3.1, 20260301, 2026年3月1日, "today", "yesterday", and what else when_parse takes. */
enum code when_parse_day(const char *text, int64_t now, int64_t *ms, struct err *err);
/* A day as a filter has it: YYYY-MM-DD, "today", "yesterday" (midnights); "7d" (that many days before today's midnight), "2w"; "12h" "30m" (before now). */
enum code when_parse(const char *text, int64_t now, int64_t *ms, struct err *err);

/* Appended to out, in Asia/Shanghai. */
void when_add_date(struct buf *out, int64_t ms);                  /* 2026-03-01 */
void when_add_datetime(struct buf *out, int64_t ms);              /* 2026-03-01 16:00:00 */
/* How long ago, at most 4 columns: "now" (under a minute, or not yet), "3m" "2h" "5d" (to 99 days), "8mo" (30 days each), "3y" (365 days each). */
void when_add_age(struct buf *out, int64_t ms, int64_t now);

#endif
