/* A payment core for tests, in this process and over real TLS, with a clock that the test moves; and a raw desk that signs what it is
 * told to, rightly or wrongly. */
#ifndef TESTS_SANDBOX_H
#define TESTS_SANDBOX_H

#include <sys/types.h>

#include "core/command.h"
#include "sync/http.h"
#include "sync/paycore/server.h"

struct sandbox {
	char dir[64], home[96], url[64];
	struct world world;
	int64_t clock;                  /* UTC ms; the server's thread reads it: move it between calls only */
	struct identity identity;
	struct service service;
	struct server *server;
	struct institution *in;         /* the test's own handle */
	struct http *http;
	struct err err;
};
void sandbox_make(struct sandbox *sb);
void sandbox_remove(struct sandbox *sb);
void sandbox_stop(struct sandbox *sb);   /* the server only; the home stays */
void sandbox_start(struct sandbox *sb);  /* on the same home, perhaps under another port */
/* Without a server of its own: the home is served by the program itself, which the test starts with core_spawn. */
void sandbox_make_home(struct sandbox *sb);
void sandbox_remove_home(struct sandbox *sb);
void sandbox_trust(struct sandbox *sb);  /* reads ca.pem, makes the HTTP client */
/* Runs build/paycore with these words (NULL-terminated, without the program's name); its standard output can be read from *out. */
pid_t core_spawn(const char *const *words, int *out);
/* The same with --home of sb, more words (NULL: none), and a wait until it listens; sets sb->url. */
pid_t core_serve(struct sandbox *sb, const char *const *more);
int core_end(pid_t pid, int sig);        /* sends sig (0: none), waits; the exit status, or -signal */
int core_run(const char *const *words, char *out, size_t size); /* runs to its end; its output (one read) and exit status */
/* A merchant in this state without any flaw, with documents; id as made. passed: through risk review, ready for approval. */
void sandbox_merchant(struct sandbox *sb, int64_t number, const char *state, const char *region, bool passed);
void sandbox_give(struct sandbox *sb, const struct item *it); /* the institution says so of a record by itself */

struct raw_desk {
	uint8_t seed[KEY_BYTES], key[KEY_BYTES], root_seed[KEY_BYTES], root[KEY_BYTES];
	char keyid[KEY_BYTES * 2 + 1], store[DESK_ID_LEN + 1];
	int64_t head;                   /* of its journal: grows with each request of commands */
};
void raw_desk_make(struct raw_desk *d, uint8_t salt);
void raw_desk_join(struct sandbox *sb, struct raw_desk *d, const char *scope, const char *regions); /* token and enrolment; must succeed */

/* How a call differs from a right one; zeroed: not at all. */
struct twist {
	bool unsigned_, wrong_key;
	int age_s;                      /* signed that long ago */
	const char *nonce;              /* this one */
	const char *other_body;         /* sent instead of what was signed */
	const char *host;               /* Host header */
	const char *uri;                /* signed instead of the one called */
	const char *extra;              /* one more header line */
};
/* E_NETWORK when nobody answers or the line breaks. a: released by the caller in any case. */
enum code raw_try(struct sandbox *sb, const struct raw_desk *d, const char *method, const char *target, const void *body, size_t n,
		  const struct twist *t, struct http_answer *a);
/* Somebody answers: the status; a: filled, to be released with http_answer_release. */
int raw_call(struct sandbox *sb, const struct raw_desk *d, const char *method, const char *target, const void *body, size_t n,
	     const struct twist *t, struct http_answer *a);
/* The same for whoever looks at the problem only: its NAME, "" for a 2xx answer. A constant until the next call. */
const char *raw_problem(struct sandbox *sb, const struct raw_desk *d, const char *method, const char *target, const char *body, const struct twist *t);
void enrol_body(struct buf *out, const struct raw_desk *d, const char *token);

struct person {
	uint8_t seed[KEY_BYTES];
	struct cert cert;
};
void person_make(struct person *p, const struct raw_desk *d, const char *name, const char *duties, uint8_t salt, int64_t issued);
void person_show(struct sandbox *sb, const struct raw_desk *d, const struct person *p); /* POST /v1/operators; must be accepted */

/* A right command on the record as it stands at the core, which may then be bent; sign it last. c: initialised by command_init. */
void order(struct sandbox *sb, const struct raw_desk *d, struct command *c, const struct person *p, const char *kind, const char *id,
	   const char *action, const char *reason);
void order_sign(struct command *c, const struct person *p);
void orders_sign(struct command *const *c, size_t n, const struct person *p); /* two or more, at once */
struct told { char result[16], was[16], reason[500]; bool record; };
void orders_body(struct buf *out, struct raw_desk *d, const struct command *const *c, size_t n);
void send_order(struct sandbox *sb, struct raw_desk *d, const struct command *c, struct told *t);
/* order, order_sign, send_order: the result. */
const char *act(struct sandbox *sb, struct raw_desk *d, const struct person *p, const char *kind, const char *id, const char *action,
		const char *reason, struct told *t);
void stands(struct sandbox *sb, const char *kind, const char *id, char state[40], int64_t *version); /* at the core */

#endif
