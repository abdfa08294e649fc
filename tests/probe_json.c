/* Holds what a program printed to its promise: usage probe_json [text] <OUTPUT. Every line is one JSON object, without text any line at all
 * would do; nothing stands between them or after the last. No string of it, or no line of a text, has anything that a terminal obeys or a
 * reader does not see. Prints the number of lines; exit status 1 and why on the first that breaks the promise. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/values/json.h"
#include "core/values/text.h"

static bool clean(const char *s, size_t n)
{
	AUTO(buf_release) struct buf out = BUF_INIT;

	text_clean(&out, s, n, TEXT_LINE);
	return out.len == n && (!n || memcmp(out.data, s, n) == 0);
}

static bool clean_value(const struct json *v)
{
	const char *text = json_text(v);

	if (text && !clean(text, strlen(text)))
		return false;
	for (const struct json *kid = json_first(v); kid; kid = json_next(kid))
		if (!clean_value(kid) || (json_name(kid) && !clean(json_name(kid), strlen(json_name(kid)))))
			return false;
	return true;
}

/* What is wrong with the line, or NULL. */
static const char *wrong(const char *line, size_t n, bool json, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const struct json *v;

	if (!json)
		return clean(line, n) ? NULL : "not clean";
	if (json_parse(&pool, line, n, NULL, &v, err))
		return err->msg;
	if (json_type(v) != JSON_OBJECT)
		return "no object";
	return clean_value(v) ? NULL : "a string that is not clean";
}

int main(int argc, char **argv)
{
	bool json = argc < 2 || strcmp(argv[1], "text") != 0;
	struct err err = { 0 };
	const char *why = NULL;
	char *line = NULL;
	size_t room = 0;
	long lines = 0;
	ssize_t n;

	while (!why && (n = getline(&line, &room, stdin)) > 0) {
		lines++;
		if (line[n - 1] != '\n')
			why = "the last line has no end";
		else if (n-- && !json && n && line[n - 1] == '\r')
			n--; /* CSV ends its lines so (RFC 4180) */
		if (!why)
			why = wrong(line, (size_t)n, json, &err);
	}
	free(line);
	if (why)
		printf("line %ld: %s\n", lines, why);
	else
		printf("%ld\n", lines);
	return why != NULL;
}
