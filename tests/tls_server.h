/* A server for tests that says over real TLS whatever a test wants it to say, well formed or not. Certificates come from a CA of its own. */
#ifndef TESTS_TLS_SERVER_H
#define TESTS_TLS_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "store/mem.h"

struct tls_server;
struct tls_peer;
/* One request in (head and body as they came, NUL-terminated), whatever the handler sends out; then the connection ends. Each connection has a
 * thread of its own. */
typedef void tls_handler(void *ctx, struct tls_peer *p, const char *request);
/* dir: gets ca.pem and the server's certificate for 127.0.0.1. priority: GnuTLS's words, NULL for its defaults. */
struct tls_server *tls_server_start(const char *dir, const char *priority, tls_handler *fn, void *ctx);
void tls_server_stop(struct tls_server *s);
int tls_server_port(const struct tls_server *s);
void tls_server_ca(const char *dir, struct buf *pem);

bool tls_send(struct tls_peer *p, const char *data, size_t n);      /* false: the peer is gone */
bool tls_say(struct tls_peer *p, const char *text);
void tls_wait_gone(struct tls_peer *p);                             /* until the peer closes, or the server is stopped */
void tls_hang_up(struct tls_peer *p);                               /* without a word */

#endif
