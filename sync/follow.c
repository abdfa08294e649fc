/* The follower: a thread that keeps a store and its core together while the console is open. It exchanges once, then listens to the core's
 * events; a hint from there, or a poke from here, is another exchange while the stream stays open. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/screening/hits.h"
#include "sync/link.h"

enum {
	EVENT_LINE_MAX = 8 * 1024, EVENT_DATA_MAX = 16 * 1024,
	QUIET_S = 3 * HEARTBEAT_S,       /* two heartbeats may be late; three are a dead line */
	BACKOFF_FIRST_MS = 1000, BACKOFF_MOST_MS = 60 * 1000, BACKOFF_LEAST_MS = 200,
	ENROLLED_LOOK_MS = 5000,         /* another process may enrol this store */
};

struct follow {
	pthread_t thread;
	pthread_mutex_t lock;            /* over the next seven */
	pthread_cond_t wake;
	bool stopping, poked;
	int64_t due;                     /* UTC ms: a poke that comes by itself; 0: none */
	struct sync_status status;
	struct link *link;               /* set and freed by the thread, under the lock; NULL while not enrolled */
	struct http *stream;             /* likewise; for the events */
	void (*notify)(void *ctx);
	void *ctx;

	/* the thread's own */
	struct store *s;
	struct desk *d;
	struct sync_counts counts;
	struct buf event, data;          /* of the event being read */
	bool hint, heard;                /* the feed has grown; the stream has spoken */
	enum code broke;                 /* of an exchange made while the stream was open */
	struct err err;                  /* of the last failure */
	unsigned failures;               /* in a row */
};

/* ---- status ---- */
static void tell(struct follow *f)
{
	if (f->notify)
		f->notify(f->ctx);
}

static void set_state(struct follow *f, enum sync_state state)
{
	pthread_mutex_lock(&f->lock);
	f->status.state = state;
	f->status.counts = f->counts;
	f->status.retry_at = 0;
	if (state == SYNC_LIVE) {
		f->status.last_ok = store_now(f->s);
		f->status.err = (struct err){ .code = E_OK };
	}
	pthread_mutex_unlock(&f->lock);
	tell(f);
}

static bool stopping(void *ctx)
{
	struct follow *f = ctx;
	bool yes;

	pthread_mutex_lock(&f->lock);
	yes = f->stopping;
	pthread_mutex_unlock(&f->lock);
	return yes;
}

/* Under the lock. */
static bool is_due(const struct follow *f)
{
	return f->due && store_now(f->s) >= f->due;
}

/* Under the lock. */
static void poke_taken(struct follow *f)
{
	f->poked = false;
	if (is_due(f))
		f->due = 0;
}

static bool take_poke(struct follow *f)
{
	bool yes;

	pthread_mutex_lock(&f->lock);
	yes = f->poked || is_due(f);
	poke_taken(f);
	pthread_mutex_unlock(&f->lock);
	return yes;
}

/* ---- documents ---- */
/* Under the lock. */
static bool is_asked(const struct follow *f)
{
	return *f->status.fetch.sha256 && f->status.fetch.state == FETCH_ASKED;
}

/* Unless another was asked for meanwhile. why NULL: it is kept now. */
static void fetch_ended(struct follow *f, const char *sha256_hex, const struct err *why)
{
	pthread_mutex_lock(&f->lock);
	if (!strcmp(f->status.fetch.sha256, sha256_hex)) {
		f->status.fetch.state = why ? FETCH_FAILED : FETCH_DONE;
		if (why)
			f->status.fetch.err = *why;
	}
	pthread_mutex_unlock(&f->lock);
	tell(f);
}

/* "": none is asked for. */
static void fetch_begins(struct follow *f, char sha256_hex[65])
{
	pthread_mutex_lock(&f->lock);
	*sha256_hex = '\0';
	if (is_asked(f)) {
		memcpy(sha256_hex, f->status.fetch.sha256, 65);
		f->status.fetch.state = FETCH_RUNNING;
	}
	pthread_mutex_unlock(&f->lock);
}

/* What is asked for cannot be had now: the core is out of reach. */
static void fetch_gives_up(struct follow *f, const struct err *why)
{
	char name[65];

	fetch_begins(f, name);
	if (*name)
		fetch_ended(f, name, why);
}

/* On the line of the exchanges, while none runs. What it meets is the asker's to hear, and no reason to leave the core. */
static void fetch_asked(struct follow *f)
{
	const struct sync_watch watch = { NULL, stopping, f };
	char name[65];

	for (fetch_begins(f, name); *name; fetch_begins(f, name)) {
		AUTO(buf_wipe) struct buf bytes = BUF_INIT;
		struct err err = { 0 };
		bool failed;

		tell(f);
		failed = sync_blob(f->link, name, &watch, &bytes, &err) || blob_keep(f->d, name, bytes.data, bytes.len, BLOBS_KEPT_BYTES, &err);
		fetch_ended(f, name, failed ? &err : NULL);
	}
}

/* ---- one exchange ---- */
static void on_progress(void *ctx, const struct sync_counts *c)
{
	struct follow *f = ctx;

	pthread_mutex_lock(&f->lock);
	f->status.counts = *c;
	pthread_mutex_unlock(&f->lock);
	tell(f);
}

/* What is held, by whomever, leaves when its time has come: also what another console left behind. */
static enum code look_for_holds(struct follow *f)
{
	struct held held;
	enum code rc = desk_held(f->d, &held, &f->err);

	if (!rc && held.next)
		follow_poke_at(f, held.next);
	return rc;
}

static bool stop_screening(void *ctx, int64_t screened)
{
	(void)screened;
	return stopping(ctx);
}

/* Who came in is held against the watch lists, so many at a time: between them the core is listened to. What fails here fails in the
 * record's own check as well, where somebody reads it, and is tried again; the exchange itself went well. */
static void screen_some(struct follow *f)
{
	enum { AT_ONCE = 50, NEXT_MS = 200 };
	struct screening_counts c;
	struct err err;

	if (!screening_run(f->d, false, AT_ONCE, &(struct screening_watch){ stop_screening, f }, &c, &err) && c.screened && c.left)
		follow_poke_at(f, store_now(f->s) + NEXT_MS);
}

static enum code exchange(struct follow *f)
{
	const struct sync_watch watch = { on_progress, stopping, f };
	enum code rc;

	f->hint = false;
	set_state(f, SYNC_WORKING);
	if (!(rc = desk_refresh_people(f->d, &f->err)))
		rc = sync_once(f->link, &watch, &f->counts, &f->err);
	if (!rc)
		rc = look_for_holds(f);
	if (!rc)
		set_state(f, SYNC_LIVE);
	if (!rc)
		screen_some(f);
	return rc;
}

/* ---- the events (HTML standard, server-sent events: fields "event" and "data", a blank line ends an event) ---- */
static void on_event(struct follow *f)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const struct json *doc;
	int64_t head;

	if (!strcmp(f->event.data, "feed") && !link_json(&pool, f->data.data, f->data.len, &doc, NULL) &&
	    !json_get_int(doc, "head", &head, NULL) && head > f->counts.cursor)
		f->hint = true;
}

static bool field(const char *line, size_t n, const char *name, struct buf *out)
{
	size_t len = strlen(name);

	if (n <= len || memcmp(line, name, len) || line[len] != ':')
		return false;
	len += n > len + 1 && line[len + 1] == ' ' ? 2 : 1;
	buf_add(out, line + len, n - len);
	return true;
}

static enum code on_line(void *ctx, const char *line, size_t n, struct err *err)
{
	struct follow *f = ctx;

	if (!f->heard)
		f->hint = true; /* what came between the last exchange and the opening of the stream is announced by nobody */
	f->heard = true;
	f->failures = 0;
	if (n && line[n - 1] == '\r')
		n--;
	if (!n) {
		on_event(f);
		buf_clear(&f->event);
		buf_clear(&f->data);
	} else if (!field(line, n, "event", &f->event)) {
		field(line, n, "data", &f->data);
	}
	if (f->event.len + f->data.len > EVENT_DATA_MAX)
		return fail(err, E_NETWORK, "the payment core sent an event of more than %d bytes", EVENT_DATA_MAX);
	return E_OK;
}

/* Asked between reads of the stream: here hints and pokes are acted on. */
static bool stream_pause(void *ctx)
{
	struct follow *f = ctx;

	if (stopping(f))
		return true;
	fetch_asked(f);
	if (take_poke(f) || f->hint)
		f->broke = exchange(f);
	return f->broke != E_OK;
}

static enum code listen_events(struct follow *f)
{
	struct http_answer a = { .body = BUF_INIT };
	struct http_request r = { .max_bytes = EVENT_DATA_MAX, .quiet_s = QUIET_S, .line = on_line, .line_max = EVENT_LINE_MAX,
				  .stop = stream_pause, .ctx = f };
	struct err err = { .code = E_OK };
	enum code rc;

	f->heard = false;
	f->broke = E_OK;
	buf_clear(&f->event);
	buf_clear(&f->data);
	rc = link_call(f->link, f->stream, "GET", "/v1/events", &r, &a, &err);
	http_answer_release(&a);
	if (f->broke)
		return f->broke; /* why is in f->err */
	f->err = err;
	return rc ? rc : fail(&f->err, E_NETWORK, "the payment core ended its stream of events");
}

/* ---- waiting ---- */
static void wait_ms(struct follow *f, int64_t ms, bool poke_ends)
{
	struct timespec until;

	pthread_mutex_lock(&f->lock);
	if (poke_ends && f->due && f->due - store_now(f->s) < ms)
		ms = f->due > store_now(f->s) ? f->due - store_now(f->s) : 0;
	pthread_mutex_unlock(&f->lock);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)(ms / 1000);
	until.tv_nsec += (long)(ms % 1000) * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	pthread_mutex_lock(&f->lock);
	while (!f->stopping && !(poke_ends && (f->poked || is_asked(f))))
		if (pthread_cond_timedwait(&f->wake, &f->lock, &until))
			break;
	poke_taken(f); /* an exchange follows in any case */
	pthread_mutex_unlock(&f->lock);
}

/* Full jitter: anything up to the bound, so that the desks of a house do not come back all at once. */
static int64_t backoff_ms(struct follow *f, int retry_after_s)
{
	int64_t bound = f->failures < 7 ? (int64_t)BACKOFF_FIRST_MS << f->failures : BACKOFF_MOST_MS;
	uint32_t chance;

	crypto_random(&chance, sizeof chance);
	if (retry_after_s > 0)
		return retry_after_s * INT64_C(1000) + chance % BACKOFF_FIRST_MS;
	if (bound > BACKOFF_MOST_MS)
		bound = BACKOFF_MOST_MS;
	return BACKOFF_LEAST_MS + chance % (uint32_t)(bound - BACKOFF_LEAST_MS);
}

/* A poke ends the wait early, but not one that the core asked for. */
static void rest(struct follow *f, enum code why)
{
	int retry_after_s = f->link->retry_after_s;
	bool away = why == E_REFUSED || why == E_ROLLBACK;
	int64_t ms;

	if (away)
		f->failures = 7;
	ms = backoff_ms(f, retry_after_s);
	f->failures += f->failures < 7;
	pthread_mutex_lock(&f->lock);
	f->status.state = away ? SYNC_TURNED_AWAY : SYNC_OFFLINE;
	f->status.counts = f->counts;
	f->status.err = f->err;
	f->status.retry_at = store_now(f->s) + ms;
	pthread_mutex_unlock(&f->lock);
	tell(f);
	fetch_gives_up(f, &f->err);
	wait_ms(f, ms, retry_after_s <= 0);
}

/* ---- the thread ---- */
static enum code connect_link(struct follow *f)
{
	struct link *l;
	struct http *stream;
	enum code rc;

	if (f->link)
		return E_OK;
	if ((rc = link_open(&l, f->d, &f->err)))
		return rc;
	if ((rc = http_new(&stream, &l->trust, &f->err))) {
		link_free(l);
		return rc;
	}
	pthread_mutex_lock(&f->lock);
	f->link = l;
	f->stream = stream;
	pthread_mutex_unlock(&f->lock);
	return E_OK;
}

static void *run(void *ctx)
{
	struct follow *f = ctx;
	enum code rc;

	while (!stopping(f)) {
		if ((rc = connect_link(f))) {
			pthread_mutex_lock(&f->lock);
			f->status.err = f->err;
			pthread_mutex_unlock(&f->lock);
			set_state(f, rc == E_STATE ? SYNC_NOT_ENROLLED : SYNC_OFFLINE);
			fetch_gives_up(f, &f->err);
			wait_ms(f, ENROLLED_LOOK_MS, true);
			continue;
		}
		if (!(rc = exchange(f)))
			fetch_asked(f);
		if (rc || (rc = listen_events(f)))
			if (!stopping(f))
				rest(f, rc);
	}
	return NULL;
}

static void follow_free(struct follow *f)
{
	http_free(f->stream);
	link_free(f->link);
	desk_free(f->d);
	store_close(f->s);
	buf_release(&f->event);
	buf_release(&f->data);
	pthread_cond_destroy(&f->wake);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

enum code follow_start(struct follow **out, struct store *s, void (*notify)(void *ctx), void *ctx, struct err *err)
{
	struct follow *f = mem_alloc(sizeof *f);
	pthread_condattr_t attr;
	static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
	sigset_t all, before;
	enum code rc;

	*out = NULL;
	f->notify = notify;
	f->ctx = ctx;
	f->status.state = SYNC_WORKING;
	buf_init(&f->event);
	buf_init(&f->data);
	pthread_mutex_init(&f->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&f->wake, &attr);
	pthread_condattr_destroy(&attr);
	if ((rc = store_another(&f->s, s, err)) || (rc = desk_open(&f->d, f->s, err)))
		goto failed;
	sigfillset(&all); /* signals are the console's business, but for a crash of this thread, which has to reach its handler */
	for (size_t i = 0; i < COUNT(crashes); i++)
		sigdelset(&all, crashes[i]);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&f->thread, NULL, run, f))
		rc = fail(err, E_FAILED, "no thread can be started");
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc)
		goto failed;
	*out = f;
	return E_OK;
failed:
	follow_free(f);
	return rc;
}

/* The thread may wait in three places: on the condition, in the stream, in an exchange. fetch: what is wanted, or NULL for an exchange. */
static void rouse(struct follow *f, bool stop, const char *fetch)
{
	pthread_mutex_lock(&f->lock);
	f->stopping |= stop;
	f->poked |= !fetch;
	if (fetch) {
		f->status.fetch = (struct sync_fetch){ .state = FETCH_ASKED };
		snprintf(f->status.fetch.sha256, sizeof f->status.fetch.sha256, "%s", fetch);
	}
	pthread_cond_signal(&f->wake);
	if (f->stream)
		http_wake(f->stream);
	if (f->link && stop)
		http_wake(f->link->http);
	pthread_mutex_unlock(&f->lock);
}

void follow_poke(struct follow *f)
{
	rouse(f, false, NULL);
}

void follow_fetch(struct follow *f, const char *sha256_hex)
{
	rouse(f, false, sha256_hex);
}

void follow_poke_at(struct follow *f, int64_t when)
{
	pthread_mutex_lock(&f->lock);
	if (!f->due || when < f->due)
		f->due = when;
	pthread_cond_signal(&f->wake);
	pthread_mutex_unlock(&f->lock);
}

void follow_status(struct follow *f, struct sync_status *out)
{
	pthread_mutex_lock(&f->lock);
	*out = f->status;
	pthread_mutex_unlock(&f->lock);
}

void follow_stop(struct follow *f)
{
	if (!f)
		return;
	rouse(f, true, NULL);
	pthread_join(f->thread, NULL);
	follow_free(f);
}
