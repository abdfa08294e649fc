/* paycore: the reference payment core and sandbox. */
#include <errno.h>
#include <fcntl.h>
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

#include "core/contract/template.h"
#include "core/usage/usage.h"
#include "core/values/money.h"
#include "store/file.h"
#include "sync/paycore/cards.h"
#include "sync/paycore/contracts.h"
#include "sync/paycore/customers.h"
#include "sync/paycore/events.h"
#include "sync/paycore/fill.h"
#include "sync/paycore/keys.h"
#include "sync/paycore/live.h"
#include "sync/paycore/reviews.h"
#include "sync/paycore/server.h"
#include "sync/paycore/token.h"

enum { TICK_MS = 1000 };

struct options {
	const char *home, *fill;
	char host[HOST_MAX + 1];
	int port;
	uint64_t seed;
	double live;
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

/* ---- paycore token ---- */

enum { TOKEN_HOME, TOKEN_SCOPE, TOKEN_REGIONS };

static enum code give_token(struct shell *sh, const struct args *a, struct err *err)
{
	AUTO(institution_closep) struct institution *in = NULL;
	const char *home = a->option[TOKEN_HOME], *scope = a->option[TOKEN_SCOPE], *regions = a->option[TOKEN_REGIONS];
	char token[TOKEN_TEXT + 1];
	(void)sh;
	if (!home || !scope)
		return fail(err, E_USAGE, "paycore token needs --home DIR and --scope: kinds of records with commas, or all; see paycore --help");
	if (institution_open(&in, home, world_real(), false, err) || token_issue(in, scope, regions ? regions : "all", token, err))
		return err->code;
	puts(token);
	crypto_wipe(token, sizeof token);
	return fflush(stdout) == 0 ? E_OK : fail(err, E_IO, "the output cannot be written");
}

static const struct cmd cmd_token = {
	.name = "token", .words = "",
	.help = "prints an enrolment token that is good for one desk and 24 hours; the server may be running",
	.options = {
		[TOKEN_HOME] = { "home", "DIR", "folder of the core's data" },
		[TOKEN_SCOPE] = { "scope", "KIND,...|all", "kinds of records that the desk may have" },
		[TOKEN_REGIONS] = { "regions", "NAME,...|all", "regions that the desk may have; all unless told otherwise" },
	},
	.run = give_token,
};

/* ---- paycore merchant ---- */

enum { MERCHANT_HOME };

static enum code answer_contract(struct institution *in, const char *id, enum contract_answer what, struct err *err)
{
	AUTO(changes_end) struct changes ch = { 0 };
	AUTO(item_release) struct item it = { 0 };
	enum code c = changes_begin(&ch, in, err);
	if (!c)
		c = item_load(&it, institution_db(in), record_find("contract"), id, err);
	if (!c)
		c = contracts_answer(in, &it, what, world_now(institution_world(in)), err);
	if (!c)
		c = changes_put(&ch, &it, err);
	return c ? c : changes_commit(&ch, err);
}

static enum code fetch_key(struct institution *in, const char *merchant, struct err *err)
{
	AUTO(changes_end) struct changes ch = { 0 };
	char key[API_KEY_TEXT + 1] = "";
	enum code c = changes_begin(&ch, in, err);
	if (!c)
		c = keys_claim(&ch, merchant, world_now(institution_world(in)), key, err);
	if (!c)
		c = changes_commit(&ch, err);
	if (!c && (puts(key) < 0 || fflush(stdout) != 0))
		c = fail(err, E_IO, "the output cannot be written");
	crypto_wipe(key, sizeof key);
	return c;
}

static enum code play_merchant(struct shell *sh, const struct args *a, struct err *err)
{
	AUTO(institution_closep) struct institution *in = NULL;
	bool fetches = strcmp(a->word[1], "key") == 0;
	enum contract_answer what = CONTRACT_SIGN;
	(void)sh;
	if (!a->option[MERCHANT_HOME] || (!fetches && !contracts_answer_named(a->word[1], &what)))
		return fail(err, E_USAGE, "paycore merchant needs --home DIR, a contract's number and sign, decline or expire, or a merchant's and key; see paycore --help");
	enum code c = institution_open(&in, a->option[MERCHANT_HOME], world_real(), false, err);
	if (c)
		return c;
	return fetches ? fetch_key(in, a->word[0], err) : answer_contract(in, a->word[0], what, err);
}

static const struct cmd cmd_merchant = {
	.name = "merchant", .words = "NUMBER ANSWER", .min = 2, .max = 2,
	.help = "plays a merchant: of an issued contract's NUMBER sign, decline, or expire (lets the signing link run out); of a merchant's key, "
		"which prints the API key that the core has made for it, once",
	.options = { [MERCHANT_HOME] = { "home", "DIR", "folder of the core's data" } },
	.run = play_merchant,
};

/* ---- paycore template ---- */

enum { TEMPLATE_HOME };

static enum code add_template(struct institution *in, const char *path, const struct buf *text, struct err *err)
{
	AUTO(changes_end) struct changes ch = { 0 };
	char id[RECORD_ID_MAX + 1];
	enum code c = changes_begin(&ch, in, err);
	if (!c)
		c = contracts_add_template(&ch, path, text, world_now(institution_world(in)), id, err);
	if (!c)
		c = changes_commit(&ch, err);
	if (!c && (printf("%s\n", id) < 0 || fflush(stdout) != 0))
		c = fail(err, E_IO, "the output cannot be written");
	return c;
}

static enum code take_template(struct shell *sh, const struct args *a, struct err *err)
{
	AUTO(institution_closep) struct institution *in = NULL;
	AUTO(buf_release) struct buf text = BUF_INIT;
	(void)sh;
	if (!a->option[TEMPLATE_HOME])
		return fail(err, E_USAGE, "paycore template needs --home DIR and a file; see paycore --help");
	enum code c = file_read(&text, a->word[0], TEMPLATE_MAX + 1, err);
	if (!c)
		c = institution_open(&in, a->option[TEMPLATE_HOME], world_real(), false, err);
	return c ? c : add_template(in, a->word[0], &text, err);
}

static const struct cmd cmd_template = {
	.name = "template", .words = "FILE", .min = 1, .max = 1,
	.help = "takes a contract's template from a file, checked line by line, as a draft that two people of the console approve; prints its number",
	.options = { [TEMPLATE_HOME] = { "home", "DIR", "folder of the core's data" } },
	.run = take_template,
};

/* ---- paycore customer ---- */

enum { CUSTOMER_HOME };

/* By the letter with which its number begins: what it is, and what may be done to it. */
enum customer_act { SAYS_AMOUNT, SAYS_CODE, HANDS_IN, ASKS_FOR_MORE, SENDS_AGAIN };
static const struct { char letter; const char *what, *kind; enum customer_act act; } customer_acts[] = {
	{ 'U', "contact", "user", SAYS_CODE }, { 'U', "submit", "user", HANDS_IN }, { 'U', "upgrade", "user", ASKS_FOR_MORE },
	{ 'K', "resend", "identity_check", SENDS_AGAIN }, { 'B', NULL, "bank_card", SAYS_AMOUNT },
};

static enum code customer_does(struct changes *ch, enum customer_act act, struct item *it, int64_t amount, int64_t now, struct err *err)
{
	struct chance chance = { (uint64_t)now };
	struct crowd m = { .chance = &chance, .now = now };
	enum code c = E_OK;
	m.scanner = scanner_new();
	switch (act) {
	case SAYS_AMOUNT:
		c = cards_answer(ch, it, amount, now, err);
		break;
	case SAYS_CODE:
		c = customers_contact(ch, it, now, err);
		break;
	case HANDS_IN:
		c = customers_submit(ch, &m, it, err);
		break;
	case ASKS_FOR_MORE:
		c = customers_upgrade(ch, &m, it, err);
		break;
	case SENDS_AGAIN:
		c = customers_resend(ch, &m, it, err);
		break;
	}
	scanner_free(m.scanner);
	return c;
}

static enum code play_customer(struct shell *sh, const struct args *a, struct err *err)
{
	AUTO(institution_closep) struct institution *in = NULL;
	AUTO(changes_end) struct changes ch = { 0 };
	AUTO(item_release) struct item it = { 0 };
	int64_t amount = 0;
	size_t i = 0;
	(void)sh;
	while (i < COUNT(customer_acts) && (*a->word[0] != customer_acts[i].letter || (customer_acts[i].what && strcmp(a->word[1], customer_acts[i].what) != 0)))
		i++;
	if (!a->option[CUSTOMER_HOME] || i == COUNT(customer_acts))
		return fail(err, E_USAGE, "paycore customer needs --home DIR, and a user with contact, submit or upgrade, an identity check with resend, "
			    "or a bank card with an amount; see paycore --help");
	if (customer_acts[i].act == SAYS_AMOUNT && money_parse(a->word[1], currency_find(NULL), &amount, err))
		return err->code;
	enum code c = institution_open(&in, a->option[CUSTOMER_HOME], world_real(), false, err);
	if (!c)
		c = changes_begin(&ch, in, err);
	if (!c)
		c = item_load(&it, institution_db(in), record_find(customer_acts[i].kind), a->word[0], err);
	if (!c)
		c = customer_does(&ch, customer_acts[i].act, &it, amount, world_now(institution_world(in)), err);
	return c ? c : changes_commit(&ch, err);
}

static const struct cmd cmd_customer = {
	.name = "customer", .words = "NUMBER ANSWER", .min = 2, .max = 2,
	.help = "plays a customer: a user's contact (verifies the phone), submit (hands in real-name data) or upgrade (asks for the next class); an identity "
		"check's resend (what was asked for again); of a bank card the amount that came to it, in yuan (0.37)",
	.options = { [CUSTOMER_HOME] = { "home", "DIR", "folder of the core's data" } },
	.run = play_customer,
};

/* ---- serving ---- */

struct running {
	struct institution *in, *days; /* the second: for the main thread, once others use the first */
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
	institution_close(r->days);
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
		c = institution_open(&r->days, o->home, w, false, err);
	if (!c)
		c = reviews_daily(r->days, &head, err);
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

/* A new day brings new work; what goes wrong with it goes wrong again the next second, and is said once. */
static void follow_the_day(struct running *r, bool *said)
{
	struct err err = { 0 };
	int64_t head = 0;
	if (!reviews_daily(r->days, &head, &err)) {
		*said = false;
		if (head)
			events_grown(r->service.events, head);
	} else if (!*said) {
		*said = true;
		fprintf(stderr, "paycore: reviews: %s\n", err.msg);
	}
}

static void wait_for_signal(int signals, struct running *r)
{
	struct pollfd fd = { .fd = signals, .events = POLLIN };
	bool said = false;
	while (poll(&fd, 1, TICK_MS) <= 0) {
		events_tick(r->service.events, steady_ms());
		follow_the_day(r, &said);
	}
}

enum { SERVE_HOME, SERVE_LISTEN, SERVE_FILL, SERVE_SEED, SERVE_LIVE };

static enum code read_options(struct options *o, const struct args *a, struct err *err)
{
	const char *const *word = a->option;
	*o = (struct options){ .home = word[SERVE_HOME], .fill = word[SERVE_FILL], .host = "127.0.0.1", .seed = 1 };
	if (!o->home)
		return fail(err, E_USAGE, "--home DIR is wanted; see paycore --help");
	if (word[SERVE_LISTEN] && !read_listen(word[SERVE_LISTEN], o->host, &o->port))
		return fail(err, E_USAGE, "--listen wants HOST:PORT, not %s", word[SERVE_LISTEN]);
	if (o->fill && !fill_valid(o->fill))
		return fail(err, E_USAGE, "--fill wants demo or a number from 1 to 100000000, not %s", o->fill);
	if (word[SERVE_SEED] && !read_number(word[SERVE_SEED], &o->seed))
		return fail(err, E_USAGE, "--seed wants a whole number, not %s", word[SERVE_SEED]);
	if (word[SERVE_LIVE] && !read_rate(word[SERVE_LIVE], &o->live))
		return fail(err, E_USAGE, "--live wants a number of changes a second up to 1000, not %s", word[SERVE_LIVE]);
	return E_OK;
}

static enum code serve(struct shell *sh, const struct args *a, struct err *err)
{
	AUTO(running_release) struct running r = { .lock = -1, .identity = { BUF_INIT, BUF_INIT } };
	struct options o;
	sigset_t stop;
	(void)sh;
	if (read_options(&o, a, err))
		return err->code;
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stop, NULL); /* before any thread is there: all of them inherit it */
	signal(SIGPIPE, SIG_IGN);
	int signals = signalfd(-1, &stop, SFD_CLOEXEC);
	if (start(&r, &o, err))
		return err->code;
	printf("paycore: listening on https://%s\n", r.service.hosts[0]);
	fflush(stdout);
	wait_for_signal(signals, &r);
	close(signals);
	return E_OK;
}

static const struct cmd cmd_serve = {
	.name = "", .words = "",
	.help = "serves protocol v1 over HTTPS until SIGTERM or SIGINT; prints \"paycore: listening on https://HOST:PORT\" when ready",
	.options = {
		[SERVE_HOME] = { "home", "DIR", "folder of the core's data" },
		[SERVE_LISTEN] = { "listen", "HOST:PORT", "127.0.0.1:0 unless told otherwise: loopback only, on any free port. IPv6 as [::1]:PORT" },
		[SERVE_FILL] = { "fill", "demo|N", "demo: an institution of about 400 merchants and 60,000 transactions; N: that many transactions" },
		[SERVE_SEED] = { "seed", "N", "of the fill and of what happens live; the same seed gives the same institution (1)" },
		[SERVE_LIVE] = { "live", "RATE", "changes a second that the institution makes by itself; may be a fraction" },
	},
	.run = serve,
};

/* ---- the program ---- */

static enum code help(struct shell *sh, const struct args *a, struct err *err);
static const struct cmd cmd_help = {
	.name = "help", .words = "[COMMAND]", .max = 1,
	.help = "this list, or one command with its options",
	.options = { HELP_OPTIONS },
	.run = help,
};

static const struct cmd *const commands[] = { &cmd_serve, &cmd_token, &cmd_merchant, &cmd_template, &cmd_customer, &cmd_help };

static const struct option_row options[] = {
	{ "help", NULL, "what the program or the command takes" },
	{ "version", NULL, "which version this is" },
	{ 0 },
};

static const struct named_row variables[] = { { 0 } };

static const struct named_row files[] = {
	{ "paycore.db", NULL, "in the folder of --home: what the institution knows" },
	{ "core.key", NULL, "the key that signs what the core answers" },
	{ "ca.pem, ca.key", NULL, "the certificate authority; desks are given ca.pem" },
	{ 0 },
};

static const struct program paycore = {
	.name = "paycore",
	.what = "the reference payment core of paydesk, and its sandbox",
	.about = "The other side of the console: it holds an institution's merchants and transactions, gives desks the feed of what changes, "
		 "verifies every signature of what they decide, and answers. All data of a fill is synthetic.",
	.cmds = commands, .ncmds = COUNT(commands),
	.options = options, .variables = variables, .files = files,
	.see = "paydesk(1)",
};

static enum code help(struct shell *sh, const struct args *a, struct err *err)
{
	(void)sh;
	return help_command(&paycore, a, err);
}

int main(int argc, char **argv)
{
	struct err err = { 0 };
	umask(077);
	enum code code = crypto_start(&err);
	if (!code)
		code = program_run(&paycore, NULL, argc - 1, argv + 1, &err);
	if (code)
		fprintf(stderr, "paycore: %s\n", err.msg);
	return code_status(code); /* err may still tell of what came out well in the end */
}
