/* GET /v1/events: streams that say when the feed has grown. A stream that has nothing to say sleeps; whoever changed something wakes all
 * of them. Thread-safe; the transport (server.c) brings the way to put a stream to sleep and to wake it. */
#ifndef SYNC_PAYCORE_EVENTS_H
#define SYNC_PAYCORE_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct events;
struct stream;
struct events *events_new(int64_t head);
void events_free(struct events *ev);                            /* no stream may be left */
void events_grown(struct events *ev, int64_t head);             /* from any thread; an older head is ignored */
void events_tick(struct events *ev, int64_t now);               /* every second or so: heartbeats. now: any clock in ms */
void events_close(struct events *ev);                           /* every stream ends at its next chance */

/* sleep and wake are called with ctx; under the lock of ev, so that no wake is lost. */
struct stream *stream_new(struct events *ev, void (*sleep)(void *ctx), void (*wake)(void *ctx), void *ctx);
void stream_free(struct stream *st);
/* What to send now, at most max bytes (>= 64): 0 puts the stream to sleep, -1 ends it. */
int stream_read(struct stream *st, char *out, size_t max);

#endif
