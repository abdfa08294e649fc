/* paycore: the reference payment core and sandbox. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sync/paycore/events.h"
#include "sync/paycore/fill.h"
#include "sync/paycore/live.h"
#include "sync/paycore/server.h"
#include "sync/paycore/token.h"

enum { TICK_MS = 1000, USAGE = 2 };

static const char help[] =
	"paycore: the reference payment core of paydesk, and its sandbox\n"
	"\n"
	"  paycore --home DIR [--listen HOST:PORT] [--fill demo|N] [--seed N] [--live RATE]\n"
	"      Serves protocol v1 over HTTPS until SIGTERM or SIGINT. Prints \"paycore: listening on https://HOST:PORT\" when ready.\n"
	"      --listen   127.0.0.1:0 unless told otherwise: loopback only, on any free port. IPv6 as [::1]:PORT\n"
	"      --fill     demo: an institution of about 400 merchants and 60,000 transactions; N: that many transactions\n"
	"      --seed     of the fill and of what happens live; the same seed gives the same institution (1)\n"
	"      --live     changes a second that the institution makes by itself; may be a fraction\n"
	"  paycore token --home DIR --scope KIND,...|all [--regions NAME,...|all]\n"
	"      Prints an enrolment token that is good for one desk and 24 hours. The server may be running.\n"
	"  paycore --help | --version\n"
	"\n"
	"DIR holds paycore.db, core.key, the certificate authority (ca.pem, ca.key) and the server's certificate.\n"
	"Desks are given ca.pem. All data of a fill is synthetic.\n";

struct options {
	const char *home, *fill, *scope, *regions;
	char host[HOST_MAX + 1];
	int port;
	uint64_t seed;
	double live;
	bool token;
};

static int complain(const char *what, const char *word)
{
	fprintf(stderr, "paycore: %s%s; see paycore --help\n", what, word);
	return USAGE;
}

static int say_error(const struct err *err)
{
	fprintf(stderr, "paycore: %s\n", err->msg);
	return code_status(err->code);
}

/* ---- words of the command line ---- */

enum { OPT_HOME = 1, OPT_LISTEN, OPT_FILL, OPT_SEED, OPT_LIVE, OPT_SCOPE, OPT_REGIONS, OPT_HELP, OPT_VERSION };
static const struct option options[] = {
	{ "home", required_argument, NULL, OPT_HOME }, { "listen", required_argument, NULL, OPT_LISTEN },
	{ "fill", required_argument, NULL, OPT_FILL }, { "seed", required_argument, NULL, OPT_SEED },
	{ "live", required_argument, NULL, OPT_LIVE }, { "scope", required_argument, NULL, OPT_SCOPE },
	{ "regions", required_argument, NULL, OPT_REGIONS }, { "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION }, { NULL, 0, NULL, 0 },
};

static bool read_number(const char *text, uint64_t *out)
{
	errno = 0;
	*out = strtoull(text, NULL, 10);
	return *text && strspn(text, "0123456789") == strlen(text) && errno == 0;
}

static bool read_rate(const char *text, double *out)
{
	char *end;
	*out = strtod(text, &end);
	return *text >= '0' && *text <= '9' && *end == '\0' && *out > 0 && *out <= LIVE_MAX;
}

/* "127.0.0.1:8443", "[::1]:0", "localhost:0" */
static bool read_listen(const char *text, char host[HOST_MAX + 1], int *port)
{
	const char *colon = strrchr(text, ':');
	uint64_t number;
	if (!colon || !read_number(colon + 1, &number) || number > 65535)
		return false;
	size_t n = (size_t)(colon - text);
	if (n > 2 && text[0] == '[' && text[n - 1] == ']')
		text++, n -= 2;
	if (n == 0 || n > HOST_MAX || (memchr(text, ':', n) && text[-1] != '['))
		return false;
	memcpy(host, text, n);
	host[n] = '\0';
	*port = (int)number;
	return true;
}

/* -1: go on; otherwise the exit status. */
static int take_option(struct options *o, int which)
{
	switch (which) {
	case OPT_HOME: o->home = optarg; return -1;
	case OPT_LISTEN: return read_listen(optarg, o->host, &o->port) ? -1 : complain("--listen wants HOST:PORT, not ", optarg);
	case OPT_FILL: o->fill = optarg; return fill_valid(optarg) ? -1 : complain("--fill wants demo or a number from 1 to 100000000, not ", optarg);
	case OPT_SEED: return read_number(optarg, &o->seed) ? -1 : complain("--seed wants a whole number, not ", optarg);
	case OPT_LIVE: return read_rate(optarg, &o->live) ? -1 : complain("--live wants a number of changes a second up to 1000, not ", optarg);
	case OPT_SCOPE: o->scope = optarg; return -1;
	case OPT_REGIONS: o->regions = optarg; return -1;
	case OPT_HELP: fputs(help, stdout); return 0;
	case OPT_VERSION: puts("paycore " PAYDESK_VERSION); return 0;
	default: return USAGE;
	}
}

/* ---- paycore token ---- */

static int give_token(const struct options *o)
{
	AUTO(institution_closep) struct institution *in = NULL;
	struct err err = { 0 };
	char token[TOKEN_TEXT + 1];
	if (crypto_start(&err) || institution_open(&in, o->home, world_real(), false, &err) ||
	    token_issue(in, o->scope, o->regions ? o->regions : "all", token, &err))
		return say_error(&err);
	puts(token);
	crypto_wipe(token, sizeof token);
	return fflush(stdout) == 0 ? 0 : 1;
}

/* ---- serving ---- */

struct running {
	struct institution *in;
	struct identity identity;
	struct service service;
	struct server *server;
	struct live *live;
	int lock;                       /* holds the home; -1: not yet */
};

static void running_release(struct running *r)
{
	live_stop(r->live);
	server_stop(r->server);
	events_free(r->service.events);
	institution_close(r->in);
	identity_release(&r->identity);
	if (r->lock >= 0)
		close(r->lock);
}

/* One server to a home. The system lets go of the lock when the process ends, however it ends. */
static enum code lock_home(struct running *r, const char *home, struct err *err)
{
	AUTO(buf_release) struct buf path = BUF_INIT;
	buf_addf(&path, "%s/lock", home);
	r->lock = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (r->lock < 0)
		return fail(err, E_IO, "cannot open %s: %s", path.data, strerror(errno));
	if (flock(r->lock, LOCK_EX | LOCK_NB) != 0)
		return fail(err, E_BUSY, "another paycore serves %s already; stop it first", home);
	return E_OK;
}

static enum code start(struct running *r, const struct options *o, struct err *err)
{
	const struct world *w = world_real();
	int64_t head = 0;
	enum code c = institution_open(&r->in, o->home, w, true, err);
	if (!c)
		c = lock_home(r, o->home, err);
	if (!c && o->fill)
		c = fill(r->in, o->fill, o->seed, err);
	if (!c)
		c = ca_identity(&r->identity, o->home, o->host, world_now(w), err);
	if (!c)
		c = institution_head(r->in, &head, err);
	if (c)
		return c;
	r->service.in = r->in;
	r->service.events = events_new(head);
	const struct server_config config = { .host = o->host, .port = o->port, .identity = &r->identity, .service = &r->service };
	c = server_start(&r->server, &config, err);
	if (!c && o->live > 0)
		c = live_start(&r->live, o->home, o->seed, o->live, r->service.events, err);
	return c;
}

static int64_t steady_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void wait_for_signal(int signals, struct events *ev)
{
	struct pollfd fd = { .fd = signals, .events = POLLIN };
	while (poll(&fd, 1, TICK_MS) <= 0)
		events_tick(ev, steady_ms());
}

static int serve(const struct options *o)
{
	AUTO(running_release) struct running r = { .lock = -1, .identity = { BUF_INIT, BUF_INIT } };
	struct err err = { 0 };
	sigset_t stop;
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stop, NULL); /* before any thread is there: all of them inherit it */
	signal(SIGPIPE, SIG_IGN);
	int signals = signalfd(-1, &stop, SFD_CLOEXEC);
	if (crypto_start(&err) || start(&r, o, &err))
		return say_error(&err);
	printf("paycore: listening on https://%s\n", r.service.hosts[0]);
	fflush(stdout);
	wait_for_signal(signals, r.service.events);
	close(signals);
	return 0;
}

int main(int argc, char **argv)
{
	struct options o = { .host = "127.0.0.1", .seed = 1 };
	umask(077);
	opterr = 0;
	if (argc > 1 && strcmp(argv[1], "token") == 0) {
		o.token = true;
		argv++, argc--;
	}
	for (int which; (which = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		int status = which == '?' ? complain("there is no such option, or it lacks its value: ", argv[optind - 1]) : take_option(&o, which);
		if (status >= 0)
			return status;
	}
	if (optind < argc)
		return complain("too many words: ", argv[optind]);
	if (!o.home)
		return complain("--home DIR is wanted", "");
	if (o.token)
		return o.scope ? give_token(&o) : complain("--scope is wanted: kinds of records with commas, or all", "");
	if (o.scope || o.regions)
		return complain("--scope and --regions belong to paycore token", "");
	return serve(&o);
}
