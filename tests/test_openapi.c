/* sync/openapi.yaml against both sides as they are written: paths, methods, problems, bounds, headers and the members of every line. What
 * one of the three has and another lacks fails here. Reads the sources, so it runs from the top of the tree. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/file.h"
#include "sync/protocol.h"
#include "tests/check.h"

enum { NAMES_MAX = 400, SOURCE_MAX = 1 << 20 };

struct names {
	char *name[NAMES_MAX];
	size_t n;
};

static void names_add(struct names *s, const char *text, size_t n)
{
	for (size_t i = 0; i < s->n; i++)
		if (strlen(s->name[i]) == n && !memcmp(s->name[i], text, n))
			return;
	assert_true(s->n < NAMES_MAX);
	s->name[s->n++] = mem_strndup(text, n);
}

static bool names_has(const struct names *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->name[i], name))
			return true;
	return false;
}

static void names_release(struct names *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->name[i]);
	s->n = 0;
}

struct side {
	const char *who;
	struct buf text;         /* of its sources */
	struct names paths;      /* "/v1/feed", cut before a "?" or a "{" and without a slash at the end */
	struct names members;    /* of JSON that it writes or reads */
};
struct description {
	struct buf text;
	struct names paths, operations /* "GET /v1/feed" */, members;
};
struct fixture {
	struct description yaml;
	struct side desk, core;
};

/* ---- sources ---- */
static void read_source(struct buf *out, const char *path)
{
	struct err err;

	assert_ok(file_read(out, path, SOURCE_MAX, &err), err);
}

static void read_folder(struct buf *out, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	assert_non_null(d);
	while ((e = readdir(d))) {
		char path[400];
		size_t n = strlen(e->d_name);

		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		if (n > 2 && !strcmp(e->d_name + n - 2, ".c"))
			read_source(out, path);
	}
	closedir(d);
}

static void find_paths(struct side *s)
{
	for (const char *p = s->text.data; (p = strstr(p, "\"/v1/")); p++) {
		size_t n = strcspn(p + 1, "\"?%{");

		names_add(&s->paths, p + 1, p[n] == '/' ? n - 1 : n);
	}
}

/* name("…", in calls that write or read a member: the first string after the name, on the same line. */
static void find_members(struct side *s)
{
	static const char *const calls[] = { "json_key(", "json_member(", "json_get_str(", "json_get_int(", "json_get_bool(", "json_get_object(",
		"json_get_array(", "write_member(", "add_signed(" };

	for (size_t i = 0; i < COUNT(calls); i++)
		for (const char *p = s->text.data; (p = strstr(p, calls[i])); p++) {
			const char *open = p + strcspn(p, "\"\n;");

			if (*open == '"')
				names_add(&s->members, open + 1, strcspn(open + 1, "\""));
		}
}

static void read_side(struct side *s, const char *who, const char *dir)
{
	s->who = who;
	buf_init(&s->text);
	read_folder(&s->text, dir);
	read_source(&s->text, "core/item_wire.c"); /* both read and write changes there */
	find_paths(s);
	find_members(s);
}

static void side_release(struct side *s)
{
	buf_release(&s->text);
	names_release(&s->paths);
	names_release(&s->members);
}

/* ---- the description: indented as its author did, which is enough of YAML ---- */
static size_t indent(const char *line)
{
	return strspn(line, " ");
}

static void read_yaml(struct description *d)
{
	char path[100] = "", section[40] = "";
	size_t properties = 0; /* indentation of the "properties:" we are in; 0: none */

	buf_init(&d->text);
	read_source(&d->text, "sync/openapi.yaml");
	for (const char *line = d->text.data; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t in = indent(line), key = strcspn(line + in, ":\n");
		const char *word = line + in;

		if (!in && word[key] == ':')
			snprintf(section, sizeof section, "%.*s", (int)key, word);
		if (!strcmp(section, "paths") && in == 2) {
			size_t n = strcspn(word, "{:");

			snprintf(path, sizeof path, "%.*s", (int)(word[n - 1] == '/' ? n - 1 : n), word);
			names_add(&d->paths, path, strlen(path));
		}
		if (!strcmp(section, "paths") && in == 4) {
			char operation[120];

			snprintf(operation, sizeof operation, "%.*s %s", (int)key, word, path);
			names_add(&d->operations, operation, strlen(operation));
		}
		if (properties && in <= properties && word[0] != '\n')
			properties = 0;
		if (properties && in == properties + 2)
			names_add(&d->members, word, key);
		if (!strncmp(word, "properties:\n", 12))
			properties = in;
	}
}

static int setup(void **state)
{
	struct fixture *f = mem_alloc(sizeof *f);

	read_yaml(&f->yaml);
	read_side(&f->desk, "the desk", "sync");
	read_side(&f->core, "the core", "sync/paycore");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	buf_release(&f->yaml.text);
	names_release(&f->yaml.paths);
	names_release(&f->yaml.operations);
	names_release(&f->yaml.members);
	side_release(&f->desk);
	side_release(&f->core);
	free(f);
	return 0;
}

static void same_names(const struct names *a, const char *whose, const struct names *b, const char *others, const char *const *but)
{
	for (size_t i = 0; i < a->n; i++) {
		bool excused = false;

		for (const char *const *name = but; name && *name; name++)
			excused |= !strcmp(*name, a->name[i]);
		if (!excused && !names_has(b, a->name[i]))
			fail_msg("\"%s\" of %s is not in %s", a->name[i], whose, others);
	}
}

static void test_paths(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(f->yaml.paths.n, 8);
	same_names(&f->yaml.paths, "openapi.yaml", &f->desk.paths, "the desk", NULL);
	same_names(&f->yaml.paths, "openapi.yaml", &f->core.paths, "the core", NULL);
	same_names(&f->desk.paths, "the desk", &f->yaml.paths, "openapi.yaml", NULL);
	same_names(&f->core.paths, "the core", &f->yaml.paths, "openapi.yaml", NULL);
}

/* In the core's sources the first method that is named after an address is the one that it takes. The desk's calls name them in order. */
static const char *method_after(const char *at)
{
	const char *get = strstr(at, "\"GET\""), *post = strstr(at, "\"POST\"");

	return !get ? "post" : !post || get < post ? "get" : "post";
}

static void test_methods(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(f->yaml.operations.n, f->yaml.paths.n);
	for (size_t i = 0; i < f->yaml.operations.n; i++) {
		const char *operation = f->yaml.operations.name[i], *path = strchr(operation, ' ') + 1;
		AUTO(buf_release) struct buf quoted = BUF_INIT, call = BUF_INIT;
		const char *at;

		buf_addf(&quoted, "\"%s", path);
		at = strstr(f->core.text.data, quoted.data);
		assert_non_null(at);
		if (strncmp(operation, method_after(at), strlen(method_after(at))))
			fail_msg("the core does not take %s", operation);
		/* the desk either names the address in the call, after the method, or builds it a few lines before */
		buf_addf(&call, "\"%s\", \"%s", operation[0] == 'g' ? "GET" : "POST", path);
		at = strstr(f->desk.text.data, quoted.data);
		if (!strstr(f->desk.text.data, call.data) && strncmp(operation, method_after(at), strlen(method_after(at))))
			fail_msg("the desk does not make %s", operation);
	}
}

static void test_members(void **state)
{
	/* What the desk has no use for, and what its journal says that is no part of the protocol. */
	static const char *const unread[] = { "title", "status", NULL };
	static const char *const desk_own[] = { "core", "scope", "regions", NULL };
	struct fixture *f = *state;

	assert_true(f->yaml.members.n > 20);
	same_names(&f->yaml.members, "openapi.yaml", &f->desk.members, "the desk", unread);
	same_names(&f->yaml.members, "openapi.yaml", &f->core.members, "the core", NULL);
	same_names(&f->desk.members, "the desk", &f->yaml.members, "openapi.yaml", desk_own);
	same_names(&f->core.members, "the core", &f->yaml.members, "openapi.yaml", NULL);
}

static void test_problems(void **state)
{
	static const struct { const char *name; int status; const char *title; } problems[] = {
#define X(name, status, title) { name, status, title },
		PROBLEMS(X)
#undef X
	};
	struct fixture *f = *state;
	size_t listed = 0;

	for (const char *p = f->yaml.text.data; (p = strstr(p, "  - { name: ")) && strstr(p, "status:") < strchr(p, '\n'); p++)
		listed += strstr(p, "status:") != NULL;
	for (size_t i = 0; i < COUNT(problems); i++) {
		AUTO(buf_release) struct buf row = BUF_INIT, word = BUF_INIT;

		buf_addf(&row, "  - { name: %s, status: %d, title: \"%s\" }\n", problems[i].name, problems[i].status, problems[i].title);
		if (!strstr(f->yaml.text.data, row.data))
			fail_msg("openapi.yaml lacks %s", row.data);
		buf_addf(&word, "\"%s\"", problems[i].name);
		if (!strstr(f->desk.text.data, word.data) || !strstr(f->core.text.data, word.data))
			fail_msg("the problem %s is not known to both sides", problems[i].name);
	}
	assert_int_equal(listed, COUNT(problems));
}

static void test_bounds_and_headers(void **state)
{
	static const struct { const char *name; long is; } bounds[] = {
		{ "feed-changes", FEED_LIMIT }, { "line-bytes", LINE_MAX_BYTES }, { "body-bytes", BODY_MAX_BYTES },
		{ "request-bytes", REQUEST_MAX_BYTES }, { "commands", COMMANDS_MAX }, { "blob-bytes", BLOB_MAX_BYTES },
		{ "heartbeat-seconds", HEARTBEAT_S }, { "clock-window-seconds", CLOCK_WINDOW_S },
	};
	static const char *const headers[] = { "Content-Digest", "Signature-Input", "Signature", "Paydesk-Feed-Head" };
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(bounds); i++) {
		AUTO(buf_release) struct buf row = BUF_INIT;

		buf_addf(&row, "\n  %s: %ld\n", bounds[i].name, bounds[i].is);
		if (!strstr(f->yaml.text.data, row.data))
			fail_msg("openapi.yaml does not say %s", row.data);
	}
	for (size_t i = 0; i < COUNT(headers); i++) {
		assert_non_null(strstr(f->yaml.text.data, headers[i]));
		assert_non_null(strstr(f->desk.text.data, headers[i]));
		assert_non_null(strstr(f->core.text.data, headers[i]));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths), cmocka_unit_test(test_methods), cmocka_unit_test(test_members), cmocka_unit_test(test_problems),
		cmocka_unit_test(test_bounds_and_headers),
	};

	return cmocka_run_group_tests_name("openapi", tests, setup, teardown);
}
