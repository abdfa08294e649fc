#include "tests/tls_server.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "store/file.h"
#include "store/world.h"
#include "sync/paycore/ca.h"
#include "tests/check.h"

enum { PEERS_MAX = 256, REQUEST_BYTES = 256 * 1024 };

struct tls_peer {
	struct tls_server *server;
	pthread_t thread;
	gnutls_session_t tls;
	int fd;
	atomic_bool gone;
};
struct tls_server {
	int fd, port;
	pthread_t thread;
	atomic_bool stopping;
	gnutls_certificate_credentials_t cred;
	const char *priority;
	tls_handler *fn;
	void *ctx;
	struct tls_peer peer[PEERS_MAX];
	size_t npeers;
};

bool tls_send(struct tls_peer *p, const char *data, size_t n)
{
	while (n) {
		ssize_t r = gnutls_record_send(p->tls, data, n);

		if (r == GNUTLS_E_AGAIN || r == GNUTLS_E_INTERRUPTED)
			continue;
		if (r <= 0)
			return false;
		data += r;
		n -= (size_t)r;
	}
	return true;
}

bool tls_say(struct tls_peer *p, const char *text)
{
	return tls_send(p, text, strlen(text));
}

void tls_hang_up(struct tls_peer *p)
{
	atomic_store(&p->gone, true);
	shutdown(p->fd, SHUT_RDWR);
}

void tls_wait_gone(struct tls_peer *p)
{
	struct pollfd fd = { p->fd, POLLIN | POLLRDHUP, 0 };

	while (!atomic_load(&p->server->stopping) && !(fd.revents & (POLLRDHUP | POLLHUP | POLLERR)))
		poll(&fd, 1, 50);
}

/* Head, and as much body as it announces. */
static bool read_request(struct tls_peer *p, struct buf *in)
{
	size_t want = 0;

	while (in->len < REQUEST_BYTES && (!want || in->len < want)) {
		char chunk[4096];
		ssize_t r = gnutls_record_recv(p->tls, chunk, sizeof chunk);

		if (r == GNUTLS_E_AGAIN || r == GNUTLS_E_INTERRUPTED)
			continue;
		if (r <= 0)
			return false;
		buf_add(in, chunk, (size_t)r);
		const char *end = strstr(in->data, "\r\n\r\n"), *length = strcasestr(in->data, "content-length:");
		if (end && !want)
			want = (size_t)(end - in->data) + 4 + (length && length < end ? strtoul(length + 15, NULL, 10) : 0);
	}
	return true;
}

static void *serve(void *ctx)
{
	struct tls_peer *p = ctx;
	AUTO(buf_release) struct buf in = BUF_INIT;
	int r;

	gnutls_init(&p->tls, GNUTLS_SERVER);
	gnutls_priority_set_direct(p->tls, p->server->priority ? p->server->priority : "NORMAL", NULL);
	gnutls_credentials_set(p->tls, GNUTLS_CRD_CERTIFICATE, p->server->cred);
	gnutls_transport_set_int(p->tls, p->fd);
	do
		r = gnutls_handshake(p->tls);
	while (r < 0 && !gnutls_error_is_fatal(r));
	if (!r && read_request(p, &in)) {
		p->server->fn(p->server->ctx, p, in.data);
		if (!atomic_load(&p->gone))
			gnutls_bye(p->tls, GNUTLS_SHUT_WR);
	}
	shutdown(p->fd, SHUT_RDWR);
	gnutls_deinit(p->tls);
	return NULL;
}

static void *listen_on(void *ctx)
{
	struct tls_server *s = ctx;

	for (;;) {
		int fd = accept(s->fd, NULL, NULL);

		if (fd < 0 || s->npeers == PEERS_MAX || atomic_load(&s->stopping)) {
			if (fd >= 0)
				close(fd);
			return NULL;
		}
		struct tls_peer *p = &s->peer[s->npeers++];
		p->server = s;
		p->fd = fd;
		pthread_create(&p->thread, NULL, serve, p);
	}
}

struct tls_server *tls_server_start(const char *dir, const char *priority, tls_handler *fn, void *ctx)
{
	struct tls_server *s = mem_alloc(sizeof *s);
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof at;
	struct identity id;
	struct err err;
	sigset_t pipe, before;

	assert_ok(ca_identity(&id, dir, "127.0.0.1", world_now(world_real()), &err), err);
	gnutls_datum_t cert = { (unsigned char *)id.cert.data, (unsigned)id.cert.len }, key = { (unsigned char *)id.key.data, (unsigned)id.key.len };
	gnutls_certificate_allocate_credentials(&s->cred);
	assert_int_equal(gnutls_certificate_set_x509_key_mem(s->cred, &cert, &key, GNUTLS_X509_FMT_PEM), 0);
	identity_release(&id);
	s->priority = priority;
	s->fn = fn;
	s->ctx = ctx;
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(s->fd, 16), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&at, &n), 0);
	s->port = ntohs(at.sin_port);
	sigemptyset(&pipe); /* clients that hang up are the point of it */
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, &before);
	assert_int_equal(pthread_create(&s->thread, NULL, listen_on, s), 0);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return s;
}

void tls_server_stop(struct tls_server *s)
{
	atomic_store(&s->stopping, true);
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->fd);
	for (size_t i = 0; i < s->npeers; i++) {
		shutdown(s->peer[i].fd, SHUT_RDWR);
		pthread_join(s->peer[i].thread, NULL);
		close(s->peer[i].fd);
	}
	gnutls_certificate_free_credentials(s->cred);
	free(s);
}

int tls_server_port(const struct tls_server *s)
{
	return s->port;
}

void tls_server_ca(const char *dir, struct buf *pem)
{
	char path[128];
	struct err err;

	snprintf(path, sizeof path, "%s/ca.pem", dir);
	assert_ok(file_read(pem, path, 64 * 1024, &err), err);
}
