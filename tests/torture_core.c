#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/torture.h"

int torture_spawn(char *const argv[], int *out)
{
	int ends[2] = { -1, -1 }, parent = getpid();
	pid_t pid;

	if (out)
		assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		/* nothing but system calls from here to exec */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent || (out && dup2(ends[1], STDOUT_FILENO) < 0))
			_exit(127);
		execv(argv[0], argv);
		_exit(127);
	}
	if (out) {
		close(ends[1]);
		*out = ends[0];
	}
	return pid;
}

/* The first line that the program says; "" if it ends without. */
static void first_line(int from, char *line, size_t size)
{
	size_t n = 0;

	while (n + 1 < size && read(from, line + n, 1) == 1 && line[n] != '\n')
		n++;
	line[n] = '\0';
}

void core_start(struct core *c)
{
	static const char ready[] = "paycore: listening on ";
	char listen[80], seed[24], line[80];
	char *argv[] = { c->program, "--home", c->dir, "--listen", listen, "--fill", "3000", "--seed", seed, NULL };
	bool first = !c->url[0];
	int out;

	snprintf(listen, sizeof listen, "%s", first ? "127.0.0.1:0" : c->url + strlen("https://"));
	if (!first)
		argv[5] = NULL; /* filled already */
	snprintf(seed, sizeof seed, "%llu", (unsigned long long)c->seed);
	c->pid = torture_spawn(argv, &out);
	first_line(out, line, sizeof line);
	close(out);
	if (strncmp(line, ready, sizeof ready - 1) != 0)
		fail_msg("%s did not start: \"%s\"", c->program, line);
	snprintf(c->url, sizeof c->url, "%s", line + sizeof ready - 1);
}

void core_kill(struct core *c)
{
	if (!c->pid)
		return;
	kill(c->pid, SIGKILL);
	waitpid(c->pid, NULL, 0);
	c->pid = 0;
}

void core_token(struct core *c, char *out, size_t size)
{
	char *argv[] = { c->program, "token", "--home", c->dir, "--scope", "all", NULL };
	int from, status, pid = torture_spawn(argv, &from);

	first_line(from, out, size);
	close(from);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void list_merchants(struct core *c)
{
	struct table table = record_table(record_find("merchant"));
	const struct query q = { .table = &table };
	AUTO(cursor_closep) struct cursor *cursor = NULL;
	struct value *row = mem_alloc(table.ncolumns * sizeof *row);
	struct err err;
	bool more = true;

	assert_ok(query_open(&cursor, institution_db(c->in), &q, &err), err);
	for (;;) {
		assert_ok(cursor_next(cursor, row, &more, &err), err);
		if (!more)
			break;
		c->merchant = mem_grow(c->merchant, c->nmerchants + 1, sizeof *c->merchant);
		snprintf(c->merchant[c->nmerchants].id, sizeof c->merchant->id, "%s", row[F_ID].text);
		c->merchant[c->nmerchants].version = row[F_VERSION].num;
		c->merchant[c->nmerchants++].moves = 0;
	}
	free(row);
	assert_true(c->nmerchants > 0);
}

void core_make(struct core *c, const char *dir, uint64_t seed)
{
	const char *build = getenv("PAYDESK_BUILD");
	struct err err;

	memset(c, 0, sizeof *c);
	snprintf(c->program, sizeof c->program, "%s/paycore", build && *build ? build : "build");
	snprintf(c->dir, sizeof c->dir, "%s/core", dir);
	c->seed = seed;
	core_start(c);
	assert_ok(institution_open(&c->in, c->dir, world_real(), false, &err), err);
	list_merchants(c);
}

void core_remove(struct core *c)
{
	core_kill(c);
	institution_close(c->in);
	free(c->merchant);
	memset(c, 0, sizeof *c);
}

void core_moves(struct core *c, struct chance *chance)
{
	size_t i = (size_t)chance_between(chance, 0, (int64_t)c->nmerchants - 1);
	AUTO(changes_end) struct changes ch = { 0 };
	AUTO(item_release) struct item it = { 0 };
	struct err err;
	bool open;

	assert_ok(changes_begin(&ch, c->in, &err), err);
	assert_ok(item_load(&it, institution_db(c->in), record_find("merchant"), c->merchant[i].id, &err), err);
	open = it.rec->states[item_state(&it)].open;
	item_set(&it, "version", value_int(item_version(&it) + 1));
	item_set(&it, "updated_at", value_int(world_now(world_real())));
	if (open) {
		item_set(&it, "risk_score", value_int(chance_between(chance, 0, 99)));
	} else {
		item_set(&it, "state", value_text(chance_percent(chance, 50) ? "applied" : "risk_review"));
		item_set(&it, "risk_outcome", value_text("none"));
		item_set(&it, "assignee", value_null());
		item_set(&it, "claimed_at", value_null());
	}
	assert_ok(changes_put(&ch, &it, &err), err);
	assert_ok(changes_commit(&ch, &err), err);
	c->merchant[i].moves++;
}
