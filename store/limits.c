/* How long a connection reads. SQLite asks here every so many steps of its machine whether to go on. */
#include <time.h>

#include "store/conn.h"

enum { LOOK_STEPS = 1000, WALL_FACTOR = 4 };

static int64_t us_of(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t ms_of(clockid_t clock)
{
	return us_of(clock) / 1000;
}

/* The processor's clock is a call of the system, the other is none: nobody has used more of the one than went by on the other. */
static bool out_of_budget(const struct limits *l)
{
	if (!l->until)
		return false;
	int64_t now = ms_of(CLOCK_MONOTONIC);
	return now >= l->until || (now >= l->early && ms_of(CLOCK_THREAD_CPUTIME_ID) >= l->cpu_until);
}

static int look(void *ctx)
{
	struct limits *l = ctx;
	if (l->stop && atomic_load(l->stop))
		return 1;
	l->ran_out = out_of_budget(l);
	l->count_over = l->count_until && us_of(CLOCK_THREAD_CPUTIME_ID) >= l->count_until;
	return l->ran_out || l->count_over;
}

static void watch(struct db *db)
{
	struct limits *l = &db->limits;
	bool any = l->stop || l->until || l->count_until;
	sqlite3_progress_handler(db->handle, any ? LOOK_STEPS : 0, any ? look : NULL, l);
}

void db_budget(struct db *db, int ms)
{
	struct limits *l = &db->limits;
	int64_t now = ms_of(CLOCK_MONOTONIC);
	l->at_once = ms < 0;
	l->until = l->early = l->cpu_until = 0;
	l->ran_out = false;
	if (ms > 0) {
		l->early = now + ms;
		l->until = now + (int64_t)ms * WALL_FACTOR;
		l->cpu_until = ms_of(CLOCK_THREAD_CPUTIME_ID) + ms;
	}
	watch(db);
}

void db_stop(struct db *db, const atomic_bool *stop)
{
	db->limits.stop = stop;
	watch(db);
}

enum code conn_in_time(struct db *db, struct err *err)
{
	struct limits *l = &db->limits;
	if (l->stop && atomic_load(l->stop))
		return conn_fail(db, SQLITE_INTERRUPT, err);
	l->ran_out = l->at_once || out_of_budget(l);
	return l->ran_out ? conn_fail(db, SQLITE_INTERRUPT, err) : E_OK;
}

void conn_count_begins(struct db *db, int64_t us)
{
	db->limits.count_over = false;
	db->limits.count_until = us_of(CLOCK_THREAD_CPUTIME_ID) + us;
	watch(db);
}

bool conn_count_ends(struct db *db)
{
	db->limits.count_until = 0;
	watch(db);
	return db->limits.count_over && !db->limits.ran_out;
}
