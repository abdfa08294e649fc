/* HTTPS for struct service. The only room for libmicrohttpd. One thread serves every connection and owns the service's database handle. */
#ifndef SYNC_PAYCORE_SERVER_H
#define SYNC_PAYCORE_SERVER_H

#include "sync/paycore/ca.h"
#include "sync/paycore/service.h"

struct server;
struct server_config {
	const char *host;               /* a numeric address or a name of this machine */
	int port;                       /* 0: any that is free */
	const struct identity *identity;
	struct service *service;        /* its hosts are filled in here; the server's thread has it until server_stop */
};
enum code server_start(struct server **out, const struct server_config *c, struct err *err);
int server_port(const struct server *s);
void server_stop(struct server *s); /* finishes what is under way, ends the event streams; NULL is fine */

#endif
