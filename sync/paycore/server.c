#include "sync/paycore/server.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sync/paycore/events.h"

enum {
	CONNECTIONS = 256,
	HEAD_MAX = 32 * 1024,               /* request line and headers; MHD answers 431 or 414 beyond it */
	IDLE_S = 30,
	KEPT_MAX = 32 * 1024 * 1024,        /* bodies held at once, over all connections; beyond it: busy */
	READ_MAX = 4 * REQUEST_MAX_BYTES,   /* read and thrown away, so that the caller hears why; beyond it the line is cut */
};

struct server {
	struct MHD_Daemon *daemon;
	struct service *service;
	char *cert, *key;
	size_t kept;                        /* bytes of bodies; the server's thread only */
	int port;
};

/* A request on its way in: made when its first line is read, freed when it is answered or given up. */
struct incoming {
	char *target;
	struct buf body;
	size_t seen;                        /* bytes of body that came, kept or not */
	bool started, too_large, busy;
};

/* ---- in ---- */

static void *on_target(void *cls, const char *uri, struct MHD_Connection *con)
{
	(void)cls, (void)con;
	struct incoming *in = mem_alloc(sizeof *in);
	in->target = mem_strdup(uri);
	buf_init(&in->body);
	return in;
}

static void on_done(void *cls, struct MHD_Connection *con, void **state, enum MHD_RequestTerminationCode why)
{
	(void)con, (void)why;
	struct server *s = cls;
	struct incoming *in = *state;
	if (!in)
		return;
	s->kept -= in->body.len;
	buf_release(&in->body);
	free(in->target);
	free(in);
	*state = NULL;
}

struct wanted { const char *name, *value; int times; };

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind;
	struct wanted *w = cls;
	if (name && value && strcasecmp(name, w->name) == 0) {
		w->value = value;
		w->times++;
	}
	return MHD_YES;
}

/* NULL where it came twice: two values are one too many to know which of them was signed, or meant. */
static const char *header(struct MHD_Connection *con, const char *name)
{
	struct wanted w = { name, NULL, 0 };
	MHD_get_connection_values(con, MHD_HEADER_KIND, on_header, &w);
	return w.times == 1 ? w.value : NULL;
}

static bool far_too_large(struct MHD_Connection *con)
{
	const char *length = header(con, "Content-Length");
	return length && strtoull(length, NULL, 10) > READ_MAX;
}

/* false: cut the line. */
static bool take_body(struct server *s, struct incoming *in, const char *data, size_t n)
{
	in->seen += n;
	in->too_large |= in->seen > REQUEST_MAX_BYTES;
	in->busy |= s->kept + n > KEPT_MAX;
	if (in->too_large || in->busy) {
		s->kept -= in->body.len;
		buf_release(&in->body);
		return in->seen <= READ_MAX;
	}
	s->kept += n;
	buf_add(&in->body, data, n);
	return true;
}

/* ---- events ---- */

static void put_to_sleep(void *con)
{
	MHD_suspend_connection(con);
}

static void wake_up(void *con)
{
	MHD_resume_connection(con);
}

static ssize_t read_stream(void *cls, uint64_t pos, char *out, size_t max)
{
	(void)pos;
	int n = stream_read(cls, out, max);
	return n < 0 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static void end_stream(void *cls)
{
	stream_free(cls);
}

/* ---- out ---- */

static struct MHD_Response *make_response(struct server *s, struct MHD_Connection *con, struct answer *a)
{
	enum { STREAM_BLOCK = 1024 };
	if (a->events) {
		struct stream *st = stream_new(s->service->events, put_to_sleep, wake_up, con);
		struct MHD_Response *r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_stream, st, end_stream);
		if (!r)
			stream_free(st);
		return r;
	}
	size_t n = a->body.len;
	if (n == 0)
		return MHD_create_response_from_buffer(0, buf_empty, MHD_RESPMEM_PERSISTENT);
	char *bytes = buf_detach(&a->body);
	struct MHD_Response *r = MHD_create_response_from_buffer(n, bytes, MHD_RESPMEM_MUST_FREE);
	if (!r)
		free(bytes);
	return r;
}

static void add_number(struct MHD_Response *r, const char *name, int64_t n)
{
	char text[24];
	snprintf(text, sizeof text, "%lld", (long long)n);
	MHD_add_response_header(r, name, text);
}

static enum MHD_Result reply(struct server *s, struct MHD_Connection *con, struct answer *a)
{
	struct MHD_Response *r = make_response(s, con, a);
	if (!r)
		return MHD_NO;
	MHD_add_response_header(r, "Content-Type", a->type);
	MHD_add_response_header(r, "Cache-Control", "no-store");
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	if (a->packed)
		MHD_add_response_header(r, "Content-Encoding", "zstd");
	if (a->feed_head >= 0)
		add_number(r, "Paydesk-Feed-Head", a->feed_head);
	if (a->retry_after_s > 0)
		add_number(r, "Retry-After", a->retry_after_s);
	enum MHD_Result queued = MHD_queue_response(con, (unsigned)a->status, r);
	MHD_destroy_response(r);
	return queued;
}

static enum MHD_Result answer(struct server *s, struct MHD_Connection *con, const char *method, const struct incoming *in)
{
	const struct call call = {
		.method = method, .target = in->target, .host = header(con, "Host"), .digest = header(con, "Content-Digest"),
		.signature_input = header(con, "Signature-Input"), .signature = header(con, "Signature"),
		.accept_encoding = header(con, "Accept-Encoding"), .body = in->body.data, .body_len = in->body.len,
		.too_large = in->too_large, .busy = in->busy,
	};
	struct answer a;
	answer_init(&a);
	service_answer(s->service, &call, &a);
	enum MHD_Result queued = reply(s, con, &a);
	answer_release(&a);
	return queued;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *con, const char *url, const char *method, const char *version,
				  const char *upload, size_t *upload_n, void **state)
{
	(void)url, (void)version;
	struct server *s = cls;
	struct incoming *in = *state;
	if (!in->started) {
		in->started = true;
		in->too_large = far_too_large(con);
		return in->too_large ? answer(s, con, method, in) : MHD_YES; /* answered before its body: MHD closes the line after it */
	}
	if (*upload_n == 0)
		return answer(s, con, method, in);
	bool go_on = take_body(s, in, upload, *upload_n);
	*upload_n = 0;
	return go_on ? MHD_YES : MHD_NO;
}

/* ---- starting and stopping ---- */

static int listen_on(const struct addrinfo *ai, int *why)
{
	int yes = 1, fd = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC, ai->ai_protocol);
	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 && bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 &&
	    listen(fd, CONNECTIONS) == 0)
		return fd;
	*why = errno;
	if (fd >= 0)
		close(fd);
	return -1;
}

static enum code open_socket(const char *host, int port, int *out, int *bound, struct err *err)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
	struct addrinfo *list;
	char service[16];
	int why = 0, fd = -1;
	snprintf(service, sizeof service, "%d", port);
	int r = getaddrinfo(host, service, &hints, &list);
	if (r != 0)
		return fail(err, E_FAILED, "cannot listen on %s: %s", host, gai_strerror(r));
	for (const struct addrinfo *ai = list; ai && fd < 0; ai = ai->ai_next)
		fd = listen_on(ai, &why);
	freeaddrinfo(list);
	if (fd < 0)
		return fail(err, E_IO, "cannot listen on %s:%d: %s", host, port, strerror(why));
	struct sockaddr_storage at = { 0 };
	socklen_t at_n = sizeof at;
	getsockname(fd, (struct sockaddr *)&at, &at_n);
	*bound = ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port : ((struct sockaddr_in *)&at)->sin_port);
	*out = fd;
	return E_OK;
}

enum code server_start(struct server **out, const struct server_config *c, struct err *err)
{
	int fd = -1, port = 0;
	enum code code = open_socket(c->host, c->port, &fd, &port, err);
	if (code)
		return code;
	struct server *s = mem_alloc(sizeof *s);
	s->service = c->service;
	s->port = port;
	s->cert = mem_strdup(c->identity->cert.data);
	s->key = mem_strdup(c->identity->key.data);
	service_name(s->service, c->host, port);
	s->daemon = MHD_start_daemon(MHD_USE_POLL | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_TLS | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, s,
				     MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_HTTPS_MEM_CERT, s->cert, MHD_OPTION_HTTPS_MEM_KEY, s->key,
				     MHD_OPTION_HTTPS_PRIORITIES, "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2",
				     MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_done, s,
				     MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
				     MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_MAX, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
	if (!s->daemon) {
		close(fd);
		server_stop(s);
		return fail(err, E_FAILED, "the HTTPS server does not start");
	}
	*out = s;
	return E_OK;
}

int server_port(const struct server *s)
{
	return s->port;
}

void server_stop(struct server *s)
{
	if (!s)
		return;
	events_close(s->service->events);
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	free(s->cert);
	if (s->key)
		crypto_wipe(s->key, strlen(s->key));
	free(s->key);
	free(s);
}
