/* A payment core inside a test: paycore's server over real TLS on the loopback, with a second handle on the institution for what the
 * test makes happen there. */
#ifndef TESTS_LIVECORE_H
#define TESTS_LIVECORE_H

#include "sync/paycore/events.h"
#include "sync/paycore/server.h"
#include "sync/paycore/token.h"

struct livecore {
	char dir[64], url[64];
	struct institution *in;            /* the test's own */
	struct institution *served;        /* the server's */
	struct identity identity;
	struct service service;
	struct server *server;             /* NULL: stopped */
	int port;                          /* kept over a restart */
	struct buf ca;
};
void livecore_start(struct livecore *sb);    /* zeroed or stopped before */
void livecore_stop(struct livecore *sb);     /* the server only */
void livecore_remove(struct livecore *sb);
void livecore_token(struct livecore *sb, const char *scope, const char *regions, char out[TOKEN_TEXT + 1]);
void livecore_put(struct livecore *sb, const struct item *it);       /* saves, and tells the streams */
void livecore_merchants(struct livecore *sb, int from, int n);       /* M00001…; applications, each with the region 华东 */
void livecore_load(struct livecore *sb, const char *kind, const char *id, struct item *it);

#endif
