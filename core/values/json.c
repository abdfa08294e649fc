#include "core/values/json.h"

#include <cjson/cJSON.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/values/text.h"

enum { DEPTH = 32, BYTES = 1024 * 1024 };

/* ---- the grammar, strictly: cJSON lets too much through (01, control characters in strings, NUL, text after the value) ---- */

struct scan {
	const char *text, *at, *end;
	int depth;
	struct err *err;
};

static enum code refuse(const struct scan *s, const char *why)
{
	return fail(s->err, E_INVALID, "not acceptable JSON at byte %zu: %s", (size_t)(s->at - s->text), why);
}

static void skip_space(struct scan *s)
{
	while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r'))
		s->at++;
}

static bool next_is(struct scan *s, char c)
{
	if (s->at == s->end || *s->at != c)
		return false;
	s->at++;
	return true;
}

static bool scan_digits(struct scan *s)
{
	const char *from = s->at;

	while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
		s->at++;
	return s->at > from;
}

/* RFC 8259, section 6; short enough for cJSON, which reads 63 characters, and never infinite. */
static enum code scan_number(struct scan *s)
{
	const char *from = s->at, *exponent;
	double whole = 0;

	next_is(s, '-');
	if (!next_is(s, '0') && !scan_digits(s))
		return refuse(s, "no value begins like this");
	if (next_is(s, '.') && !scan_digits(s))
		return refuse(s, "a number without digits after its point");
	if (next_is(s, 'e') || next_is(s, 'E')) {
		if (!next_is(s, '+'))
			next_is(s, '-');
		exponent = s->at;
		if (!scan_digits(s))
			return refuse(s, "a number without digits in its exponent");
		if (s->at - exponent > 2)
			return refuse(s, "an exponent of more than two digits");
	}
	if (s->at - from > 40)
		return refuse(s, "a number of more than 40 characters");
	for (const char *p = from + (*from == '-'); p < s->at && *p >= '0' && *p <= '9'; p++)
		whole = whole * 10 + (*p - '0');
	if (whole > (double)JSON_INT_MAX)
		return refuse(s, "a number beyond 2^53 - 1, which readers would not agree on");
	return E_OK;
}

/* Four hex digits of \uXXXX; -1: they are not. */
static int32_t scan_hex4(struct scan *s)
{
	unsigned char v[2];

	if (s->end - s->at < 4 || !hex_decode(s->at, 4, v, 2))
		return -1;
	s->at += 4;
	return v[0] << 8 | v[1];
}

static enum code scan_escape(struct scan *s)
{
	int32_t c;

	if (s->at == s->end || !strchr("\"\\/bfnrtu", *s->at) || !*s->at)
		return refuse(s, "an unknown escape in a string");
	if (*s->at++ != 'u')
		return E_OK;
	c = scan_hex4(s);
	if (c < 0)
		return refuse(s, "\\u without four hexadecimal digits");
	if (c == 0)
		return refuse(s, "a NUL in a string");
	if (c >= 0xdc00 && c <= 0xdfff)
		return refuse(s, "half of a surrogate pair");
	if (c >= 0xd800 && c <= 0xdbff) {
		c = next_is(s, '\\') && next_is(s, 'u') ? scan_hex4(s) : -1;
		if (c < 0xdc00 || c > 0xdfff)
			return refuse(s, "half of a surrogate pair");
	}
	return E_OK;
}

static enum code scan_string(struct scan *s)
{
	enum code rc;

	if (!next_is(s, '"'))
		return refuse(s, "a member's name in quotes is wanted");
	while (s->at < s->end && *s->at != '"') {
		if ((unsigned char)*s->at < ' ')
			return refuse(s, "a control character in a string");
		if (*s->at++ == '\\') {
			rc = scan_escape(s);
			if (rc)
				return rc;
		}
	}
	return next_is(s, '"') ? E_OK : refuse(s, "a string without its end");
}

static enum code scan_value(struct scan *s);

/* What stands between brackets; the opening one is behind us. */
static enum code scan_items(struct scan *s, bool object)
{
	const char close = object ? '}' : ']';
	enum code rc;

	skip_space(s);
	if (next_is(s, close))
		return E_OK;
	do {
		if (object) {
			skip_space(s);
			rc = scan_string(s);
			if (rc)
				return rc;
			skip_space(s);
			if (!next_is(s, ':'))
				return refuse(s, "a colon is wanted");
		}
		rc = scan_value(s);
		if (rc)
			return rc;
		skip_space(s);
	} while (next_is(s, ','));
	return next_is(s, close) ? E_OK : refuse(s, "a comma or a closing bracket is wanted");
}

static bool next_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->at) < n || memcmp(s->at, word, n) != 0)
		return false;
	s->at += n;
	return true;
}

static enum code scan_value(struct scan *s)
{
	bool object;
	enum code rc;

	skip_space(s);
	if (s->at < s->end && *s->at == '"')
		return scan_string(s);
	if (next_word(s, "true") || next_word(s, "false") || next_word(s, "null"))
		return E_OK;
	object = next_is(s, '{');
	if (!object && !next_is(s, '['))
		return scan_number(s);
	if (s->depth-- == 0)
		return refuse(s, "nested too deeply");
	rc = scan_items(s, object);
	s->depth++;
	return rc;
}

static enum code scan_document(struct scan *s)
{
	enum code rc;

	if (!text_valid(s->text, (size_t)(s->end - s->text)))
		return refuse(s, "the text is not UTF-8, or holds a NUL");
	rc = scan_value(s);
	if (rc)
		return rc;
	skip_space(s);
	return s->at == s->end ? E_OK : refuse(s, "something follows the value");
}

/* ---- the tree ---- */

/* cJSON's hooks are global: they are set once, and find the pool of whoever is parsing through their thread. Nothing is ever freed one by one. */
static _Thread_local struct pool *arena;

static void *arena_alloc(size_t size)
{
	return pool_alloc(arena, size);
}

static void arena_free(void *p)
{
	(void)p;
}

static void set_hooks(void)
{
	cJSON_Hooks hooks = { arena_alloc, arena_free };

	cJSON_InitHooks(&hooks);
}

static const cJSON *node(const struct json *v)
{
	return (const cJSON *)(const void *)v;
}

static const struct json *value(const cJSON *n)
{
	return (const struct json *)(const void *)n;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

/* The name that two members of one object share, anywhere in the tree; NULL: none. */
static const char *duplicate_name(const cJSON *n, struct pool *pool)
{
	size_t count = 0, i = 0;
	const cJSON **members;

	for (const cJSON *m = n->child; m; m = m->next, count++) {
		const char *name = m->child ? duplicate_name(m, pool) : NULL;

		if (name)
			return name;
	}
	if (!cJSON_IsObject(n) || count < 2)
		return NULL;
	members = pool_alloc(pool, count * sizeof *members);
	for (const cJSON *m = n->child; m; m = m->next)
		members[i++] = m;
	qsort(members, count, sizeof *members, compare_names);
	for (i = 1; i < count; i++)
		if (!strcmp(members[i - 1]->string, members[i]->string))
			return members[i]->string;
	return NULL;
}

enum code json_parse(struct pool *pool, const char *text, size_t n, const struct json_limits *limits, const struct json **doc,
                     struct err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	AUTO(pool_release) struct pool scratch = POOL_INIT;
	struct scan s = { .text = text, .at = text, .end = text + n, .err = err };
	size_t most = limits && limits->bytes ? limits->bytes : BYTES;
	const cJSON *tree;
	const char *name;
	enum code rc;

	s.depth = limits && limits->depth > 0 && limits->depth < DEPTH ? limits->depth : DEPTH;
	if (n > most)
		return fail(err, E_INVALID, "not acceptable JSON: longer than %zu bytes", most);
	rc = scan_document(&s);
	if (rc)
		return rc;
	pthread_once(&once, set_hooks);
	arena = pool;
	tree = cJSON_ParseWithLength(text, n);
	arena = NULL;
	if (!tree)
		return fail(err, E_INVALID, "not acceptable JSON");
	name = duplicate_name(tree, &scratch);
	if (name) {
		AUTO(buf_release) struct buf clean = BUF_INIT;

		text_clean(&clean, name, strnlen(name, 60), TEXT_LINE);
		return fail(err, E_INVALID, "not acceptable JSON: two members are named \"%s\"", clean.data);
	}
	*doc = value(tree);
	return E_OK;
}

/* ---- reading ---- */

static bool is_whole(double d)
{
	return d >= -(double)JSON_INT_MAX && d <= (double)JSON_INT_MAX && d == trunc(d);
}

enum json_type json_type(const struct json *v)
{
	const cJSON *n = node(v);

	if (!n || cJSON_IsNull(n))
		return JSON_NULL;
	if (cJSON_IsBool(n))
		return JSON_BOOL;
	if (cJSON_IsNumber(n))
		return is_whole(n->valuedouble) ? JSON_INT : JSON_REAL;
	if (cJSON_IsString(n))
		return JSON_STR;
	return cJSON_IsArray(n) ? JSON_ARRAY : JSON_OBJECT;
}

const char *json_text(const struct json *v)
{
	return json_type(v) == JSON_STR ? node(v)->valuestring : NULL;
}

int64_t json_number(const struct json *v)
{
	switch (json_type(v)) {
	case JSON_INT: return (int64_t)node(v)->valuedouble;
	case JSON_BOOL: return cJSON_IsTrue(node(v));
	default: return 0;
	}
}

const struct json *json_first(const struct json *v)
{
	return v ? value(node(v)->child) : NULL;
}

const struct json *json_next(const struct json *v)
{
	return v ? value(node(v)->next) : NULL;
}

const char *json_name(const struct json *v)
{
	return v ? node(v)->string : NULL;
}

const struct json *json_member(const struct json *v, const char *name)
{
	if (json_type(v) != JSON_OBJECT)
		return NULL;
	for (const struct json *m = json_first(v); m; m = json_next(m))
		if (!strcmp(json_name(m), name))
			return m;
	return NULL;
}

static enum code typed_member(const struct json *v, const char *name, enum json_type type, const char *what, const struct json **out,
                              struct err *err)
{
	const struct json *m = json_member(v, name);

	if (!m)
		return fail(err, E_INVALID, "the member \"%s\" is missing", name);
	if (json_type(m) != type)
		return fail(err, E_INVALID, "the member \"%s\" must be %s", name, what);
	*out = m;
	return E_OK;
}

enum code json_get_str(const struct json *v, const char *name, const char **out, struct err *err)
{
	const struct json *m;
	enum code rc = typed_member(v, name, JSON_STR, "text", &m, err);

	if (!rc)
		*out = json_text(m);
	return rc;
}

enum code json_get_int(const struct json *v, const char *name, int64_t *out, struct err *err)
{
	const struct json *m;
	enum code rc = typed_member(v, name, JSON_INT, "a whole number", &m, err);

	if (!rc)
		*out = json_number(m);
	return rc;
}

enum code json_get_bool(const struct json *v, const char *name, bool *out, struct err *err)
{
	const struct json *m;
	enum code rc = typed_member(v, name, JSON_BOOL, "true or false", &m, err);

	if (!rc)
		*out = json_number(m);
	return rc;
}

enum code json_get_array(const struct json *v, const char *name, const struct json **out, struct err *err)
{
	return typed_member(v, name, JSON_ARRAY, "an array", out, err);
}

enum code json_get_object(const struct json *v, const char *name, const struct json **out, struct err *err)
{
	return typed_member(v, name, JSON_OBJECT, "an object", out, err);
}

/* ---- writing ---- */

static void set_off(struct json_writer *w)
{
	if (w->comma)
		buf_addc(w->out, ',');
	w->comma = true;
}

void json_open(struct json_writer *w, char bracket)
{
	set_off(w);
	buf_addc(w->out, bracket);
	w->comma = false;
}

void json_close(struct json_writer *w, char bracket)
{
	buf_addc(w->out, bracket);
	w->comma = true;
}

/* RFC 8785, 3.2.2.2: the two-character escapes where they exist, \u00xx in lower case for other controls, everything else raw. */
static void add_escaped(struct buf *out, unsigned char c)
{
	static const char from[] = "\"\\\b\t\n\f\r", to[] = "\"\\btnfr";
	const char *at = c ? strchr(from, c) : NULL;

	if (at) {
		buf_addc(out, '\\');
		buf_addc(out, to[at - from]);
	} else if (c < ' ') {
		buf_addf(out, "\\u%04x", c);
	} else {
		buf_addc(out, (char)c);
	}
}

/* The bytes of the UTF-8 character at s, or 0. Strict, as text_valid. */
static size_t utf8_length(const char *s, size_t n)
{
	for (size_t len = 2; len <= 4 && len <= n; len++)
		if (text_valid(s, len))
			return len;
	return 0;
}

static void add_quoted(struct buf *out, const char *s, size_t n)
{
	buf_addc(out, '"');
	for (size_t i = 0, len; i < n; i += len) {
		len = 1;
		if ((unsigned char)s[i] < 0x80) {
			add_escaped(out, (unsigned char)s[i]);
			continue;
		}
		len = utf8_length(s + i, n - i);
		if (len)
			buf_add(out, s + i, len);
		else
			buf_adds(out, "\xef\xbf\xbd");
		len += !len;
	}
	buf_addc(out, '"');
}

void json_key(struct json_writer *w, const char *name)
{
	set_off(w);
	add_quoted(w->out, name, strlen(name));
	buf_addc(w->out, ':');
	w->comma = false;
}

void json_strn(struct json_writer *w, const char *s, size_t n)
{
	set_off(w);
	add_quoted(w->out, s, n);
}

void json_str(struct json_writer *w, const char *s)
{
	if (s)
		json_strn(w, s, strlen(s));
	else
		json_null(w);
}

void json_int(struct json_writer *w, int64_t n)
{
	set_off(w);
	buf_addf(w->out, "%lld", (long long)n);
}

void json_bool(struct json_writer *w, bool b)
{
	json_raw(w, b ? "true" : "false", b ? 4 : 5);
}

void json_null(struct json_writer *w)
{
	json_raw(w, "null", 4);
}

void json_raw(struct json_writer *w, const char *json, size_t n)
{
	set_off(w);
	buf_add(w->out, json, n);
}

/* The fewest of 15 to 17 digits that read back the same, and a point whatever the locale. */
static void add_real(struct json_writer *w, double d)
{
	const char *point = localeconv()->decimal_point, *at;
	char text[40];

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, d);
		if (strtod(text, NULL) == d)
			break;
	}
	at = strstr(text, point);
	set_off(w);
	buf_add(w->out, text, at ? (size_t)(at - text) : strlen(text));
	if (at) {
		buf_addc(w->out, '.');
		buf_adds(w->out, at + strlen(point));
	}
}

void json_value(struct json_writer *w, const struct json *v)
{
	enum json_type type = json_type(v);

	switch (type) {
	case JSON_NULL: json_null(w); break;
	case JSON_BOOL: json_bool(w, json_number(v)); break;
	case JSON_INT: json_int(w, json_number(v)); break;
	case JSON_REAL: add_real(w, node(v)->valuedouble); break;
	case JSON_STR: json_str(w, json_text(v)); break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		json_open(w, type == JSON_ARRAY ? '[' : '{');
		for (const struct json *m = json_first(v); m; m = json_next(m)) {
			if (type == JSON_OBJECT)
				json_key(w, json_name(m));
			json_value(w, m);
		}
		json_close(w, type == JSON_ARRAY ? ']' : '}');
		break;
	}
}
