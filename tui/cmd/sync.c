#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/screening/hits.h"
#include "core/values/json.h"
#include "sync/client.h"
#include "tui/shell.h"
#include "tui/words.h"

enum { OPT_FOLLOW, OPT_JSON };

static void write_counts(struct buf *out, const struct sync_counts *c, bool json)
{
	const struct { const char *name; int64_t n; } row[] = {
		{ "pulled", c->pulled }, { "changed", c->changed }, { "sent", c->sent }, { "accepted", c->accepted },
		{ "refused", c->refused }, { "conflicts", c->conflicts }, { "cursor", c->cursor }, { "head", c->head },
	};
	struct json_writer w = JSON_WRITER(out);

	if (json) {
		json_open(&w, '{');
		for (size_t i = 0; i < COUNT(row); i++) {
			json_key(&w, row[i].name);
			json_int(&w, row[i].n);
		}
		json_close(&w, '}');
	} else {
		buf_addf(out, _("pulled %lld (%lld new), sent %lld: accepted %lld, refused %lld, conflicts %lld; at %lld of %lld"),
			 (long long)c->pulled, (long long)c->changed, (long long)c->sent, (long long)c->accepted,
			 (long long)c->refused, (long long)c->conflicts, (long long)c->cursor, (long long)c->head);
	}
	buf_addc(out, '\n');
}

enum { BAR = 30 };

/* A bar on stderr, for people: only when that is a terminal. */
static void progress(void *ctx, const struct sync_counts *c)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	int64_t full = c->head > 0 ? c->cursor * BAR / c->head : BAR;

	(void)ctx;
	buf_adds(&line, "\r[");
	for (int i = 0; i < BAR; i++)
		buf_addc(&line, i < full ? '#' : '.');
	buf_addf(&line, "] %lld/%lld ", (long long)c->cursor, (long long)c->head);
	if (c->cursor >= c->head)
		buf_addc(&line, '\n');
	fwrite(line.data, 1, line.len, stderr);
}

static enum code once(struct shell *sh, bool json, struct err *err)
{
	AUTO(link_freep) struct link *link = NULL;
	AUTO(buf_release) struct buf line = BUF_INIT;
	struct sync_watch watch = { .progress = isatty(STDERR_FILENO) ? progress : NULL };
	struct screening_counts screened;
	struct sync_counts c = { 0 };
	enum code code;

	if (link_open(&link, sh->desk, err))
		return err->code;
	code = sync_once(link, &watch, &c, err);
	if (code && !c.pulled && !c.sent)
		return code;
	if (!code)
		code = screening_run(sh->desk, false, 0, NULL, &screened, err);
	write_counts(&line, &c, json); /* what was done before it failed is said too */
	if (code)
		shell_print(&line, NULL);
	else
		code = shell_print(&line, err);
	return code;
}

struct following {
	struct follow *follow;
	struct sync_counts last;
	struct err told;
	int wake, signals;         /* eventfd, signalfd */
	bool json;
};

static void notify(void *ctx)
{
	const struct following *f = ctx;
	ssize_t n = eventfd_write(f->wake, 1); /* cannot fail short of 2^64 wakes */

	(void)n;
}

/* Prints a line whenever the counts have moved, and each new reason to be offline once. */
static enum code report(struct following *f, struct err *err)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	struct sync_status s;

	follow_status(f->follow, &s);
	if (s.state != SYNC_WORKING && memcmp(&s.counts, &f->last, sizeof s.counts) != 0) {
		write_counts(&line, &s.counts, f->json);
		f->last = s.counts;
		if (shell_print(&line, err))
			return err->code;
		if (fflush(stdout))
			return fail(err, E_IO, N_("the output cannot be written: %s"), strerror(errno));
	}
	if (s.state == SYNC_TURNED_AWAY) {
		*err = s.err;
		return s.err.code;
	}
	if (s.state == SYNC_OFFLINE && strcmp(s.err.msg, f->told.msg) != 0) {
		f->told = s.err;
		shell_say(&s.err);
	}
	return E_OK;
}

static enum code follow_until_signal(struct following *f, struct err *err)
{
	struct pollfd fds[] = { { .fd = f->signals, .events = POLLIN }, { .fd = f->wake, .events = POLLIN } };
	eventfd_t n;

	for (;;) {
		if (poll(fds, COUNT(fds), -1) < 0 && errno != EINTR)
			return fail(err, E_IO, N_("waiting failed: %s"), strerror(errno));
		if (fds[0].revents)
			return E_OK;
		if (fds[1].revents && !eventfd_read(f->wake, &n) && report(f, err))
			return err->code;
	}
}

static enum code run(struct shell *sh, const struct args *a, struct err *err)
{
	struct following f = { .wake = -1, .signals = -1, .json = a->option[OPT_JSON] != NULL };
	enum code code;
	sigset_t set;

	if (shell_open(sh, err))
		return err->code;
	if (!sync_enrolled(sh->desk))
		return fail(err, E_STATE, N_("this store is not enrolled with a payment core: run `paydesk enrol` first"));
	if (!a->option[OPT_FOLLOW])
		return once(sh, f.json, err);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL); /* before the thread starts: it must not take them */
	f.signals = signalfd(-1, &set, SFD_CLOEXEC);
	f.wake = eventfd(0, EFD_CLOEXEC);
	if (f.signals < 0 || f.wake < 0)
		code = fail(err, E_IO, N_("the system gives no descriptors: %s"), strerror(errno));
	else
		code = follow_start(&f.follow, sh->store, notify, &f, err);
	if (!code)
		code = follow_until_signal(&f, err);
	follow_stop(f.follow);
	close(f.signals);
	close(f.wake);
	return code;
}

const struct cmd cmd_sync = {
	.name = "sync", .words = "", .max = 0,
	.help = N_("send what was decided, fetch what is new, report the counts"),
	.options = {
		[OPT_FOLLOW] = { "follow", NULL, N_("stay, and follow the core's events until stopped") },
		[OPT_JSON] = { "json", NULL, N_("print JSON Lines") },
	},
	.run = run,
};
