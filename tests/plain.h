/* The same records a second time, in plain SQLite tables in memory: what a figure is compared with, by SQL of its own. */
#ifndef TESTS_PLAIN_H
#define TESTS_PLAIN_H

#include "core/item.h"
#include "core/metrics/metrics.h"

struct plain;
struct plain *plain_new(void);
void plain_free(struct plain *p);
/* A row of the table named after the kind, with a column for each field; the table comes with the first. */
void plain_put(struct plain *p, const struct item *it);
/* What this indicator has to be over the civil days from first to last ("2026-11-16", both included), by date() of SQLite. */
void plain_figure(struct plain *p, const struct metric *m, const char *first, const char *last, struct figure *out);
/* date() with modifiers: out has room for 11 bytes. */
void plain_date(struct plain *p, const char *day, const char *one, const char *two, char out[11]);

#endif
