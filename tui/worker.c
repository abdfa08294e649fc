#include "tui/worker.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

enum { CACHE_KIB = 8192 /* it reads from one end to the other, not the same again */ };

struct worker {
	struct store *origin;
	void (*notify)(void *ctx);
	void *ctx;
	bool started;

	pthread_t thread;
	pthread_mutex_t lock;           /* over the rest but the last two */
	pthread_cond_t wake, idle;      /* idle: nothing runs any more */
	bool ending, paused;
	struct work *waiting[WORK_SLOTS], *done[WORK_SLOTS];
	struct work *running;
	enum work_slot running_slot;
	bool dropped;                   /* nobody waits for what is running */

	/* the thread's own, but for db_interrupt */
	struct store *s;
	struct desk *d;
};

int64_t work_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t work_age(const struct work *w)
{
	return work_clock() - w->since;
}

/* ---- the thread ---- */
/* Under the lock. */
static struct work *next(struct worker *w)
{
	for (int i = 0; i < WORK_SLOTS; i++) {
		struct work *work = w->waiting[i];

		if (!work)
			continue;
		w->waiting[i] = NULL;
		w->running_slot = (enum work_slot)i;
		return work;
	}
	return NULL;
}

static void do_work(struct worker *w, struct work *work)
{
	db_stop(desk_db(w->d), &work->stop);
	desk_refresh_people(w->d, NULL); /* with those that it knows already, if that fails */
	work->run(work, w->d);
	db_stop(desk_db(w->d), NULL);
}

static void *run(void *ctx)
{
	struct worker *w = ctx;
	struct work *work;
	bool dropped, again;

	pthread_mutex_lock(&w->lock);
	while (!w->ending) {
		w->running = work = w->paused ? NULL : next(w);
		if (!work) {
			pthread_cond_wait(&w->wake, &w->lock);
			continue;
		}
		w->dropped = false;
		pthread_mutex_unlock(&w->lock);
		do_work(w, work);
		pthread_mutex_lock(&w->lock);
		w->running = NULL;
		dropped = w->dropped;
		again = !dropped && w->paused && atomic_load(&work->stop);
		if (again) {
			atomic_store(&work->stop, false);
			work->settled = false;
			w->waiting[w->running_slot] = work;
		} else if (!dropped) {
			w->done[w->running_slot] = work;
		}
		pthread_cond_signal(&w->idle);
		pthread_mutex_unlock(&w->lock);
		if (dropped)
			work->free(work);
		else if (!again && w->notify)
			w->notify(w->ctx);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* Signals are the console's business, but for a crash of this thread, which has to reach its handler. */
static enum code start(struct worker *w, struct err *err)
{
	static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
	sigset_t all, before;
	enum code code = E_OK;

	if (w->started)
		return E_OK;
	if ((!w->s && store_another(&w->s, w->origin, err)) || (!w->d && desk_open(&w->d, w->s, err)) || db_cache(desk_db(w->d), CACHE_KIB, err))
		return err->code;
	sigfillset(&all);
	for (size_t i = 0; i < COUNT(crashes); i++)
		sigdelset(&all, crashes[i]);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&w->thread, NULL, run, w))
		code = fail(err, E_FAILED, N_("no thread can be started"));
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	w->started = !code;
	return code;
}

/* ---- from outside ---- */
struct worker *worker_new(struct store *s, void (*notify)(void *ctx), void *ctx)
{
	struct worker *w = mem_alloc(sizeof *w);

	w->origin = s;
	w->notify = notify;
	w->ctx = ctx;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->wake, NULL);
	pthread_cond_init(&w->idle, NULL);
	return w;
}

/* Under the lock. Settled work goes on to its end. */
static void stop_running(struct worker *w)
{
	if (w->running->settled)
		return;
	atomic_store(&w->running->stop, true);
	db_interrupt(desk_db(w->d)); /* the flag is looked at between SQLite's steps, of which some are long */
}

static void free_work(struct work **work)
{
	if (*work)
		(*work)->free(*work);
	*work = NULL;
}

void worker_free(struct worker *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->ending = true;
	if (w->running)
		stop_running(w);
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
	if (w->started)
		pthread_join(w->thread, NULL);
	for (int i = 0; i < WORK_SLOTS; i++) {
		free_work(&w->waiting[i]);
		free_work(&w->done[i]);
	}
	desk_free(w->d);
	store_close(w->s);
	pthread_cond_destroy(&w->wake);
	pthread_cond_destroy(&w->idle);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

/* Under the lock: takes whatever is in the slot out of it. What is to be freed, at most two, comes back. */
static void clear_slot(struct worker *w, enum work_slot slot, struct work *out[2])
{
	out[0] = w->waiting[slot];
	out[1] = w->done[slot];
	w->waiting[slot] = w->done[slot] = NULL;
	if (w->running && w->running_slot == slot) {
		w->dropped = true;
		stop_running(w);
	}
}

void worker_drop(struct worker *w, enum work_slot slot)
{
	struct work *old[2];

	pthread_mutex_lock(&w->lock);
	clear_slot(w, slot, old);
	pthread_mutex_unlock(&w->lock);
	free_work(&old[0]);
	free_work(&old[1]);
}

enum code worker_give(struct worker *w, enum work_slot slot, struct work *work, struct err *err)
{
	worker_drop(w, slot);
	if (start(w, err)) {
		work->free(work);
		return err->code;
	}
	work->since = work_clock();
	work->worker = w;
	pthread_mutex_lock(&w->lock);
	w->waiting[slot] = work;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
	return E_OK;
}

struct work *worker_busy(struct worker *w, enum work_slot slot)
{
	struct work *work;

	pthread_mutex_lock(&w->lock);
	work = w->waiting[slot] ? w->waiting[slot] : w->done[slot];
	if (!work && w->running && w->running_slot == slot && !w->dropped)
		work = w->running;
	pthread_mutex_unlock(&w->lock);
	return work;
}

void worker_stop(struct worker *w, enum work_slot slot)
{
	pthread_mutex_lock(&w->lock);
	if (w->waiting[slot])
		atomic_store(&w->waiting[slot]->stop, true);
	if (w->running && w->running_slot == slot)
		stop_running(w);
	pthread_mutex_unlock(&w->lock);
}

void worker_finish(struct worker *w, enum work_slot slot)
{
	pthread_mutex_lock(&w->lock);
	while (w->waiting[slot] || (w->running && w->running_slot == slot))
		pthread_cond_wait(&w->idle, &w->lock);
	pthread_mutex_unlock(&w->lock);
}

void worker_pause(struct worker *w, bool pause)
{
	pthread_mutex_lock(&w->lock);
	w->paused = pause;
	if (pause && w->running)
		stop_running(w);
	while (pause && w->running)
		pthread_cond_wait(&w->idle, &w->lock);
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
}

struct work *worker_take(struct worker *w, enum work_slot slot)
{
	struct work *work;

	pthread_mutex_lock(&w->lock);
	work = w->done[slot];
	w->done[slot] = NULL;
	pthread_mutex_unlock(&w->lock);
	return work;
}

bool work_settle(struct work *w, struct desk *d)
{
	bool stopped;

	if (!w->worker) /* done where it was thought of */
		return true;
	pthread_mutex_lock(&w->worker->lock);
	w->settled = true;
	stopped = atomic_load(&w->stop);
	pthread_mutex_unlock(&w->worker->lock);
	db_stop(desk_db(d), NULL);
	return !stopped;
}
