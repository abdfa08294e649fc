#include "sync/paycore/events.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "sync/paycore/service.h"

struct stream {
	struct events *ev;
	struct stream *next, **prev;
	int64_t told;                   /* head that was sent; -1: nothing yet */
	int64_t beat;                   /* when it was last written to; 0: since the last tick */
	bool asleep, heartbeat;
	void (*sleep)(void *ctx);
	void (*wake)(void *ctx);
	void *ctx;
};
struct events {
	pthread_mutex_t lock;
	struct stream *streams;
	int64_t head;
	bool closing;
};

struct events *events_new(int64_t head)
{
	struct events *ev = mem_alloc(sizeof *ev);
	pthread_mutex_init(&ev->lock, NULL);
	ev->head = head;
	return ev;
}

void events_free(struct events *ev)
{
	if (!ev)
		return;
	pthread_mutex_destroy(&ev->lock);
	free(ev);
}

static void wake(struct stream *st)
{
	if (!st->asleep)
		return;
	st->asleep = false;
	st->wake(st->ctx);
}

static void wake_all(struct events *ev)
{
	for (struct stream *st = ev->streams; st; st = st->next)
		wake(st);
}

void events_grown(struct events *ev, int64_t head)
{
	pthread_mutex_lock(&ev->lock);
	if (head > ev->head) {
		ev->head = head;
		wake_all(ev);
	}
	pthread_mutex_unlock(&ev->lock);
}

void events_tick(struct events *ev, int64_t now)
{
	pthread_mutex_lock(&ev->lock);
	for (struct stream *st = ev->streams; st; st = st->next) {
		if (!st->beat)
			st->beat = now;
		if (now - st->beat < (int64_t)HEARTBEAT_S * 1000)
			continue;
		st->heartbeat = true;
		wake(st);
	}
	pthread_mutex_unlock(&ev->lock);
}

void events_close(struct events *ev)
{
	pthread_mutex_lock(&ev->lock);
	ev->closing = true;
	wake_all(ev);
	pthread_mutex_unlock(&ev->lock);
}

struct stream *stream_new(struct events *ev, void (*sleep)(void *ctx), void (*wake_up)(void *ctx), void *ctx)
{
	struct stream *st = mem_alloc(sizeof *st);
	*st = (struct stream){ .ev = ev, .told = -1, .sleep = sleep, .wake = wake_up, .ctx = ctx };
	pthread_mutex_lock(&ev->lock);
	st->next = ev->streams;
	st->prev = &ev->streams;
	if (st->next)
		st->next->prev = &st->next;
	ev->streams = st;
	pthread_mutex_unlock(&ev->lock);
	return st;
}

void stream_free(struct stream *st)
{
	if (!st)
		return;
	pthread_mutex_lock(&st->ev->lock);
	*st->prev = st->next;
	if (st->next)
		st->next->prev = st->prev;
	pthread_mutex_unlock(&st->ev->lock);
	free(st);
}

int stream_read(struct stream *st, char *out, size_t max)
{
	struct events *ev = st->ev;
	int n = 0;
	pthread_mutex_lock(&ev->lock);
	if (ev->closing) {
		n = -1;
	} else if (st->told < ev->head) {
		st->told = ev->head;
		n = snprintf(out, max, "event: feed\ndata: {\"head\":%lld}\n\n", (long long)ev->head);
	} else if (st->heartbeat) {
		n = snprintf(out, max, ": heartbeat\n\n");
	} else {
		st->asleep = true;
		st->sleep(st->ctx);
	}
	if (n > 0) {
		st->heartbeat = false;
		st->beat = 0;
	}
	pthread_mutex_unlock(&ev->lock);
	return n;
}

enum code handle_events(struct service *s, const struct call *call, const struct route *r, const struct caller *who, struct answer *a, struct err *err)
{
	(void)s, (void)call, (void)r, (void)who, (void)err;
	a->type = "text/event-stream";
	a->events = true;
	return E_OK;
}
