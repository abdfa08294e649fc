#include "tests/plain.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

struct plain {
	sqlite3 *db;
	bool made[64];
};

static void do_sql(struct plain *p, const char *sql)
{
	if (sqlite3_exec(p->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(p->db));
}

struct plain *plain_new(void)
{
	struct plain *p = calloc(1, sizeof *p);

	assert_int_equal(sqlite3_open(":memory:", &p->db), SQLITE_OK);
	return p;
}

void plain_free(struct plain *p)
{
	sqlite3_close(p->db);
	free(p);
}

static void make_table(struct plain *p, const struct record *rec)
{
	AUTO(buf_release) struct buf sql = BUF_INIT;
	size_t at = 0;

	while (records[at] != rec)
		at++;
	assert_true(at < COUNT(p->made));
	if (p->made[at])
		return;
	p->made[at] = true;
	buf_addf(&sql, "CREATE TABLE \"%s\" (", rec->kind);
	for (size_t i = 0; i < rec->nfields; i++)
		buf_addf(&sql, "%s\"%s\"", i ? ", " : "", rec->fields[i].column.name);
	buf_adds(&sql, ")");
	do_sql(p, sql.data);
}

void plain_put(struct plain *p, const struct item *it)
{
	AUTO(buf_release) struct buf sql = BUF_INIT;
	sqlite3_stmt *stmt;

	make_table(p, it->rec);
	buf_addf(&sql, "INSERT INTO \"%s\" VALUES (?", it->rec->kind);
	for (size_t i = 1; i < it->rec->nfields; i++)
		buf_adds(&sql, ", ?");
	buf_adds(&sql, ")");
	assert_int_equal(sqlite3_prepare_v2(p->db, sql.data, -1, &stmt, NULL), SQLITE_OK);
	for (size_t i = 0; i < it->rec->nfields; i++)
		if (it->v[i].type == VALUE_INT)
			sqlite3_bind_int64(stmt, (int)i + 1, it->v[i].num);
		else if (it->v[i].type == VALUE_TEXT)
			sqlite3_bind_text(stmt, (int)i + 1, it->v[i].text, -1, SQLITE_TRANSIENT);
	assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
	sqlite3_finalize(stmt);
}

#define DAY_OF(column) "date(" column " / 1000, 'unixepoch', '+8 hours') BETWEEN ?1 AND ?2"

/* Numerator, denominator, value as whole numbers (NULL: none), then the parts. */
static const struct { const char *metric, *sql; } figures[] = {
	{ "new_users", "SELECT count(*), count(*), count(*) FROM user WHERE " DAY_OF("registered_at") },
	{ "real_name_pass_rate",
	  "SELECT count(*) FILTER (WHERE state = 'approved'), count(*), CAST(round(10000.0 * count(*) FILTER (WHERE state = 'approved') / count(*)) AS INTEGER)"
	  " FROM identity_check WHERE purpose = 'real_name' AND state IN ('approved', 'rejected') AND " DAY_OF("decided_at") },
	{ "card_binding_rate",
	  "SELECT count(bound_at), count(*), CAST(round(10000.0 * count(bound_at) / count(*)) AS INTEGER) FROM bank_card WHERE " DAY_OF("added_at") },
	{ "registration_conversion",
	  "SELECT count(activated_at), count(*), CAST(round(10000.0 * count(activated_at) / count(*)) AS INTEGER) FROM user WHERE " DAY_OF("registered_at") },
	{ "new_merchants", "SELECT count(*), count(*), count(*) FROM merchant WHERE " DAY_OF("activated_at") },
	{ "merchant_approval_rate",
	  "SELECT count(*) - count(*) FILTER (WHERE state = 'rejected'), count(*),"
	  " CAST(round(10000.0 * count(*) FILTER (WHERE state <> 'rejected') / count(*)) AS INTEGER) FROM merchant WHERE " DAY_OF("concluded_at") },
	{ "merchant_review_time",
	  "SELECT ifnull(sum(concluded_at - applied_at), 0), count(*), CAST(round(avg(concluded_at - applied_at)) AS INTEGER)"
	  " FROM merchant WHERE applied_at IS NOT NULL AND " DAY_OF("concluded_at") },
	{ "merchant_risk",
	  "SELECT count(*) FILTER (WHERE risk_level = 'high'), count(*), CAST(round(10000.0 * count(*) FILTER (WHERE risk_level = 'high') / count(*)) AS INTEGER),"
	  " count(*) FILTER (WHERE risk_level = 'low'), count(*) FILTER (WHERE risk_level = 'medium'), count(*) FILTER (WHERE risk_level = 'high')"
	  " FROM merchant WHERE risk_level IS NOT NULL AND " DAY_OF("applied_at") },
};

void plain_figure(struct plain *p, const struct metric *m, const char *first, const char *last, struct figure *out)
{
	const char *sql = NULL;
	sqlite3_stmt *stmt;

	for (size_t i = 0; i < COUNT(figures); i++)
		if (strcmp(figures[i].metric, m->id) == 0)
			sql = figures[i].sql;
	if (!sql)
		fail_msg("%s has no SQL to be compared with in tests/plain.c", m->id);
	make_table(p, record_find(m->record));
	if (sqlite3_prepare_v2(p->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(p->db));
	sqlite3_bind_text(stmt, 1, first, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 2, last, -1, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	*out = (struct figure){ .counted = sqlite3_column_int64(stmt, 0), .of = sqlite3_column_int64(stmt, 1), .value = sqlite3_column_int64(stmt, 2),
				.known = sqlite3_column_type(stmt, 2) != SQLITE_NULL };
	for (int i = 3; i < sqlite3_column_count(stmt); i++)
		out->part[i - 3] = sqlite3_column_int64(stmt, i);
	sqlite3_finalize(stmt);
}

void plain_date(struct plain *p, const char *day, const char *one, const char *two, char out[11])
{
	sqlite3_stmt *stmt;

	assert_int_equal(sqlite3_prepare_v2(p->db, "SELECT date(?1, ?2, ?3)", -1, &stmt, NULL), SQLITE_OK);
	sqlite3_bind_text(stmt, 1, day, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 2, one, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 3, two, -1, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	snprintf(out, 11, "%s", (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
}
