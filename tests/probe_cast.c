/* Records a program in a terminal as an asciicast (https://docs.asciinema.org/manual/asciicast/v2/), and plays one:
 *     probe_cast record FILE TITLE PROGRAM ARGUMENT…   in the terminal on stdin and stdout, with its size; what is typed is not recorded
 *     probe_cast play FILE                             checks every line; then writes all output at once, which leaves the last screen
 * Exit status 1 and why on stderr: the file is no asciicast, or nothing can be recorded. */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "core/values/json.h"

enum { IDLE_MS = 2500 /* nobody watches nothing for longer */, LINE_MAX_BYTES = 1 << 20 };

struct cast {
	FILE *file;
	double at, last;        /* seconds: of the cast; of the clock when that was so */
	struct buf bytes;       /* output not yet written: less than a character */
};

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int complain(const char *what, const char *why)
{
	fprintf(stderr, "probe_cast: %s: %s\n", what, why);
	return 1;
}

/* ---- recording ---- */
static void write_header(struct cast *c, const struct winsize *size, const char *title)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	struct json_writer w = JSON_WRITER(&line);

	json_open(&w, '{');
	json_key(&w, "version");
	json_int(&w, 2);
	json_key(&w, "width");
	json_int(&w, size->ws_col);
	json_key(&w, "height");
	json_int(&w, size->ws_row);
	json_key(&w, "idle_time_limit");
	json_raw(&w, "2.5", 3);
	json_key(&w, "title");
	json_str(&w, title);
	json_key(&w, "env");
	json_open(&w, '{');
	json_key(&w, "TERM");
	json_str(&w, getenv("TERM"));
	json_close(&w, '}');
	json_close(&w, '}');
	fprintf(c->file, "%s\n", line.data);
	fflush(c->file);
	c->last = now_s();
}

/* How many bytes at the end are the beginning of a character: an event ends where a character does. */
static size_t cut_off(const struct buf *b)
{
	for (size_t back = 1; back <= 3 && back <= b->len; back++) {
		unsigned char c = (unsigned char)b->data[b->len - back];

		if ((c & 0xc0) == 0x80)
			continue;
		return c >= (back == 1 ? 0xc0 : back == 2 ? 0xe0 : 0xf0) ? back : 0;
	}
	return 0;
}

static void write_event(struct cast *c, const char *bytes, size_t n)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	struct json_writer w = JSON_WRITER(&line);
	double now = now_s(), waited = now - c->last;
	size_t whole;

	buf_add(&c->bytes, bytes, n);
	whole = c->bytes.len - cut_off(&c->bytes);
	c->at += waited < IDLE_MS / 1e3 ? waited : IDLE_MS / 1e3;
	c->last = now;
	json_strn(&w, c->bytes.data, whole);
	fprintf(c->file, "[%.6f, \"o\", %s]\n", c->at, line.data);
	fflush(c->file);
	memmove(c->bytes.data, c->bytes.data + whole, c->bytes.len - whole);
	buf_setlen(&c->bytes, c->bytes.len - whole);
}

static bool pass_on(int from, int to, struct cast *c)
{
	char bytes[16384];
	ssize_t n = read(from, bytes, sizeof bytes);

	if (n <= 0)
		return false;
	if (c)
		write_event(c, bytes, (size_t)n);
	return write(to, bytes, (size_t)n) == n;
}

static int record(const char *path, const char *title, char **argv)
{
	struct cast c = { .file = fopen(path, "w"), .bytes = BUF_INIT };
	struct termios before, raw;
	struct winsize size;
	int fd, status = 0;
	pid_t pid;

	if (!c.file || ioctl(STDIN_FILENO, TIOCGWINSZ, &size) || tcgetattr(STDIN_FILENO, &before))
		return complain(path, strerror(errno));
	pid = forkpty(&fd, NULL, &before, &size);
	if (pid < 0)
		return complain(argv[0], strerror(errno));
	if (!pid) {
		execvp(argv[0], argv);
		_exit(127);
	}
	raw = before;
	cfmakeraw(&raw);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	write_header(&c, &size, title);
	for (bool open = true; open;) {
		struct pollfd p[] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = fd, .events = POLLIN } };

		if (poll(p, 2, -1) < 0)
			break;
		open = (!p[0].revents || pass_on(STDIN_FILENO, fd, NULL)) && (!p[1].revents || pass_on(fd, STDOUT_FILENO, &c));
	}
	tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	fclose(c.file);
	buf_release(&c.bytes);
	close(fd);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* ---- playing ---- */
static const char *wrong_header(const struct json *v)
{
	struct err err;
	int64_t version, width, height;

	if (json_type(v) != JSON_OBJECT || json_get_int(v, "version", &version, &err) || version != 2)
		return "the header is not that of an asciicast v2";
	if (json_get_int(v, "width", &width, &err) || json_get_int(v, "height", &height, &err) || width < 1 || height < 1)
		return "the header has no size";
	return NULL;
}

/* [time, code, data]: the time, which only grows, is read from the line itself, since our reader keeps whole numbers only. */
static const char *wrong_event(const struct json *v, const char *line, double *last, struct buf *out)
{
	const struct json *time = json_first(v), *code = json_next(time), *data = json_next(code);
	double at = strtod(line + 1, NULL);

	if (json_type(v) != JSON_ARRAY || !data || json_next(data) || (json_type(time) != JSON_REAL && json_type(time) != JSON_INT) ||
	    !json_text(code) || !json_text(data))
		return "an event is not [time, code, data]";
	if (at < *last || at > *last + IDLE_MS / 1e3 + 0.001)
		return "an event comes before the one above it, or long after";
	*last = at;
	if (strcmp(json_text(code), "o") != 0)
		return "an event is not output: what was typed has no place here";
	buf_adds(out, json_text(data));
	return NULL;
}

static int play(const char *path)
{
	AUTO(buf_release) struct buf out = BUF_INIT;
	FILE *f = fopen(path, "r");
	const char *why = f ? NULL : strerror(errno);
	char *line = NULL;
	size_t room = 0, lines = 0;
	double last = 0;
	ssize_t n;

	while (!why && (n = getline(&line, &room, f)) > 0) {
		AUTO(pool_release) struct pool pool = POOL_INIT;
		const struct json *v;
		struct err err;

		if (n > LINE_MAX_BYTES || line[n - 1] != '\n' || json_parse(&pool, line, (size_t)n - 1, NULL, &v, &err))
			why = "a line is no JSON";
		else
			why = lines++ ? wrong_event(v, line, &last, &out) : wrong_header(v);
	}
	if (!why && lines < 2)
		why = "there is nothing in it";
	free(line);
	if (f)
		fclose(f);
	if (why)
		return complain(path, why);
	return fwrite(out.data, 1, out.len, stdout) == out.len && !fflush(stdout) ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (argc > 4 && strcmp(argv[1], "record") == 0)
		return record(argv[2], argv[3], argv + 4);
	if (argc == 3 && strcmp(argv[1], "play") == 0)
		return play(argv[2]);
	return 2;
}
