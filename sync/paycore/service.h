/* What the core does with one call of protocol v1, apart from any transport: server.c brings a call and takes the answer away. */
#ifndef SYNC_PAYCORE_SERVICE_H
#define SYNC_PAYCORE_SERVICE_H

#include "sync/paycore/institution.h"
#include "sync/protocol.h"

struct events;
enum { HOST_MAX = 255, HOSTS = 4, TARGET_MAX = 4096 };
struct service {
	struct institution *in;
	struct events *events;
	char hosts[HOSTS][HOST_MAX + 8]; /* "host:port", the names under which desks reach this core; "" beyond the last */
};

/* All borrowed. Headers are NULL where absent, and where they came more than once. */
struct call {
	const char *method, *target;     /* as on the wire */
	const char *host, *digest, *signature_input, *signature, *accept_encoding;
	const char *body;
	size_t body_len;
	bool too_large, busy;            /* the body was not kept; which is why the call is to be turned down */
};

struct answer {
	int status;
	const char *type;                /* a constant */
	struct buf body;
	int64_t feed_head;               /* -1: no such header */
	bool packed;                     /* Content-Encoding: zstd */
	int retry_after_s;               /* 0: no such header */
	bool events;                     /* the body is the stream of events from feed_head on */
};
void answer_init(struct answer *a);
void answer_release(struct answer *a);
/* An RFC 9457 problem by its name in PROBLEMS, in place of whatever the answer held. Gives E_OK: the call has been answered. */
enum code answer_problem(struct answer *a, const char *name, const char *detail);

void service_name(struct service *s, const char *host, int port); /* fills hosts: host and the names of loopback */
void service_answer(struct service *s, const struct call *c, struct answer *a);

/* ---- for the handlers ---- */
enum { PARAMS_MAX = 4, PARAM_MAX = 600, PATH_MAX_BYTES = 600 };
struct route {
	char path[PATH_MAX_BYTES + 1];   /* decoded; what follows the prefix of the address */
	struct { char name[24], value[PARAM_MAX + 1]; } param[PARAMS_MAX];
	size_t nparams;
};
const char *route_param(const struct route *r, const char *name); /* NULL: not there */
/* A parameter that is a whole number within bounds; absent: fallback. */
bool route_number(const struct route *r, const char *name, int64_t min, int64_t max, int64_t fallback, int64_t *out);

/* Who is calling. */
struct caller {
	struct desk_cert cert;
	char key[KEY_BYTES * 2 + 1];     /* hex */
	char root[KEY_BYTES * 2 + 1];
	char store[40];                  /* the id of the desk's store, which its commands name */
};

/* Signed, fresh, by an enrolled desk, and not seen before; otherwise answers and says so in *known. */
enum code auth_caller(struct service *s, const struct call *c, struct caller *who, bool *known, struct answer *a, struct err *err);
/* The same for a desk that is not enrolled yet: the signature must be by `key`. */
enum code auth_newcomer(struct service *s, const struct call *c, const uint8_t key[KEY_BYTES], bool *known, struct answer *a, struct err *err);

/* Handlers: an error is the core's own; whatever is wrong with the call is a problem, with E_OK. */
enum code handle_enrol(struct service *s, const struct call *c, struct answer *a, struct err *err);
enum code handle_operators(struct service *s, const struct call *c, const struct route *r, const struct caller *who, struct answer *a, struct err *err);
enum code handle_feed(struct service *s, const struct call *c, const struct route *r, const struct caller *who, struct answer *a, struct err *err);
enum code handle_commands(struct service *s, const struct call *c, const struct route *r, const struct caller *who, struct answer *a, struct err *err);
enum code handle_events(struct service *s, const struct call *c, const struct route *r, const struct caller *who, struct answer *a, struct err *err);
enum code handle_blob(struct service *s, const struct call *c, const struct route *r, const struct caller *who, struct answer *a, struct err *err);
enum code handle_record(struct service *s, const struct call *c, const struct route *r, const struct caller *who, struct answer *a, struct err *err);
enum code handle_search(struct service *s, const struct call *c, const struct route *r, const struct caller *who, struct answer *a, struct err *err);

/* {"seq","kind","id","version","data"} as the feed carries it; it NULL: a deletion, which has no data. */
void change_write(struct buf *out, int64_t seq, const struct item *it);
/* The region of a record within the desk's reach? */
enum code in_scope(struct service *s, const struct caller *who, const struct item *it, bool *reached, struct err *err);

/* The next line of NDJSON without its newline; false at the end. An empty line is a line. */
bool next_line(const char **p, const char *end, const char **line, size_t *n);

#endif
