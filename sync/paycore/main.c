/* paycore: the reference payment core and sandbox. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/paycore/events.h"
#include "sync/paycore/fill.h"
#include "sync/paycore/live.h"
#include "sync/paycore/server.h"
#include "sync/paycore/token.h"

#define VERSION "0.1.0"
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
	const char *home, *listen, *fill, *scope, *regions;
	uint64_t seed;
	double live;
	bool token;
};

static int complain(const char *fmt, const char *word)
{
	fputs("paycore: ", stderr);
	fprintf(stderr, fmt, word);
	fputs("; see paycore --help\n", stderr);
	return USAGE;
}
