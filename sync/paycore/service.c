#include "sync/paycore/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/values/json.h"
#include "core/values/text.h"
#include "sync/paycore/pack.h"

enum { PACK_FROM = 1024 /* bytes; below it a frame is not worth its while */, RETRY_AFTER_S = 2 };

/* ---- answers ---- */

void answer_init(struct answer *a)
{
	*a = (struct answer){ .status = 200, .type = "application/json", .body = BUF_INIT, .feed_head = -1 };
}

void answer_release(struct answer *a)
{
	buf_release(&a->body);
}

static const struct problem { const char *name; int status; const char *title; } problems[] = {
#define X(name, status, title) { name, status, title },
	PROBLEMS(X)
#undef X
};

enum code answer_problem(struct answer *a, const char *name, const char *detail)
{
	const struct problem *p = problems;
	while (strcmp(p->name, name) != 0 && p < problems + COUNT(problems) - 1)
		p++;
	AUTO(buf_release) struct buf type = BUF_INIT;
	buf_addf(&type, "urn:paydesk:problem:%s", p->name);
	answer_release(a);
	answer_init(a);
	a->status = p->status;
	a->type = "application/problem+json";
	a->retry_after_s = p->status == 503 ? RETRY_AFTER_S : 0;
	struct json_writer w = JSON_WRITER(&a->body);
	json_open(&w, '{');
	json_key(&w, "type");
	json_str(&w, type.data);
	json_key(&w, "title");
	json_str(&w, p->title);
	json_key(&w, "status");
	json_int(&w, p->status);
	if (detail && *detail) {
		json_key(&w, "detail");
		json_str(&w, detail);
	}
	json_close(&w, '}');
	return E_OK;
}

/* ---- addresses ---- */

void service_name(struct service *s, const char *host, int port)
{
	const char *const names[HOSTS] = { host, "localhost", "127.0.0.1", "::1" };
	size_t n = 0;
	for (size_t i = 0; i < HOSTS; i++)
		if (i == 0 || strcmp(names[i], host) != 0)
			snprintf(s->hosts[n++], sizeof s->hosts[0], strchr(names[i], ':') ? "[%s]:%d" : "%s:%d", names[i], port);
}

/* A client leaves the port of https out of its Host (RFC 9110, section 4.2.3). */
static bool same_host(const char *own, const char *host)
{
	const char *standard = strstr(own, ":443");
	size_t n = standard && !standard[4] ? (size_t)(standard - own) : 0;
	return strcasecmp(own, host) == 0 || (n && strlen(host) == n && strncasecmp(own, host, n) == 0);
}

static bool own_host(const struct service *s, const char *host)
{
	for (size_t i = 0; host && i < HOSTS && s->hosts[i][0]; i++)
		if (same_host(s->hosts[i], host))
			return true;
	return false;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *at = strchr(digits, c | 0x20);
	return c && at && (c < 'A' || c > 'Z' || c <= 'F') ? (int)(at - digits) : -1;
}

/* Percent-decodes n bytes; false when they do not fit, are not encoded as RFC 3986 says, or hide a NUL. */
static bool decode(char *out, size_t size, const char *p, size_t n)
{
	size_t at = 0;
	for (size_t i = 0; i < n; i++) {
		int c = (unsigned char)p[i];
		if (c == '%') {
			int high = i + 2 < n ? hex_digit(p[i + 1]) : -1, low = high >= 0 ? hex_digit(p[i + 2]) : -1;
			if (low < 0)
				return false;
			c = high * 16 + low;
			i += 2;
		}
		if (c == 0 || at + 1 >= size)
			return false;
		out[at++] = (char)c;
	}
	out[at] = '\0';
	return true;
}

static bool read_params(struct route *r, const char *query)
{
	while (*query) {
		size_t n = strcspn(query, "&"), name = strcspn(query, "=&");
		if (r->nparams == PARAMS_MAX || name == n)
			return false;
		if (!decode(r->param[r->nparams].name, sizeof r->param[0].name, query, name) ||
		    !decode(r->param[r->nparams].value, sizeof r->param[0].value, query + name + 1, n - name - 1) ||
		    route_param(r, r->param[r->nparams].name))
			return false;
		r->nparams++;
		query += n;
		query += *query == '&';
	}
	return true;
}

const char *route_param(const struct route *r, const char *name)
{
	for (size_t i = 0; i < r->nparams; i++)
		if (strcmp(r->param[i].name, name) == 0)
			return r->param[i].value;
	return NULL;
}

bool route_number(const struct route *r, const char *name, int64_t min, int64_t max, int64_t fallback, int64_t *out)
{
	const char *text = route_param(r, name);
	*out = fallback;
	if (!text)
		return true;
	if (!*text || strspn(text, "0123456789") != strlen(text) || strlen(text) > 18)
		return false;
	*out = strtoll(text, NULL, 10);
	return *out >= min && *out <= max;
}

/* ---- routes ---- */

static const struct address {
	const char *prefix;
	bool more;                      /* a path follows the prefix */
	const char *method, *params;    /* params: the names that the query may have, each followed by a space */
	enum code (*handle)(struct service *, const struct call *, const struct route *, const struct caller *, struct answer *, struct err *);
} addresses[] = {
	{ "/v1/operators", false, "POST", "", handle_operators },
	{ "/v1/feed", false, "GET", "after limit ", handle_feed },
	{ "/v1/commands", false, "POST", "", handle_commands },
	{ "/v1/events", false, "GET", "", handle_events },
	{ "/v1/blobs/", true, "GET", "", handle_blob },
	{ "/v1/records/", true, "GET", "", handle_record },
	{ "/v1/search", false, "GET", "kind q limit ", handle_search },
};

static const struct address *find_address(const char *path, size_t n)
{
	for (size_t i = 0; i < COUNT(addresses); i++) {
		size_t prefix = strlen(addresses[i].prefix);
		if (n >= prefix && memcmp(path, addresses[i].prefix, prefix) == 0 && addresses[i].more == (n > prefix))
			return &addresses[i];
	}
	return NULL;
}

static bool params_known(const struct route *r, const char *known)
{
	for (size_t i = 0; i < r->nparams; i++) {
		char word[sizeof r->param[0].name + 1];
		snprintf(word, sizeof word, "%s ", r->param[i].name);
		const char *at = strstr(known, word);
		if (!at || (at != known && at[-1] != ' '))
			return false;
	}
	return true;
}

static enum code route_call(struct service *s, const struct call *c, const struct caller *who, struct answer *a, struct err *err)
{
	size_t n = strcspn(c->target, "?");
	const struct address *to = find_address(c->target, n);
	struct route r = { .nparams = 0 };
	if (!to)
		return answer_problem(a, "not-found", NULL);
	if (strcmp(c->method, to->method) != 0)
		return answer_problem(a, "method", NULL);
	size_t prefix = strlen(to->prefix);
	if (!decode(r.path, sizeof r.path, c->target + prefix, n - prefix) || (c->target[n] == '?' && !read_params(&r, c->target + n + 1)) ||
	    !params_known(&r, to->params))
		return answer_problem(a, "malformed", "the address or its query cannot be read");
	return to->handle(s, c, &r, who, a, err);
}

static enum code answer_call(struct service *s, const struct call *c, struct answer *a, struct err *err)
{
	if (c->too_large)
		return answer_problem(a, "too-large", NULL);
	if (c->busy)
		return answer_problem(a, "busy", NULL);
	if (c->target[0] != '/' || !own_host(s, c->host))
		return answer_problem(a, "malformed", "this core answers to its own name only");
	if (strcmp(c->target, "/v1/enrol") == 0)
		return strcmp(c->method, "POST") == 0 ? handle_enrol(s, c, a, err) : answer_problem(a, "method", NULL);
	struct caller who;
	bool known = false;
	enum code code = auth_caller(s, c, &who, &known, a, err);
	return code || !known ? code : route_call(s, c, &who, a, err);
}

void service_answer(struct service *s, const struct call *c, struct answer *a)
{
	struct err err = { 0 };
	enum code code = answer_call(s, c, a, &err);
	if (code) {
		AUTO(buf_release) struct buf said = BUF_INIT;
		text_clean(&said, err.msg, strlen(err.msg), TEXT_LINE);
		fprintf(stderr, "paycore: %s\n", said.data);
		answer_problem(a, code == E_BUSY ? "busy" : "internal", NULL);
	}
	if (a->status == 200 && a->body.len >= PACK_FROM && pack_accepted(c->accept_encoding))
		a->packed = pack(&a->body);
}

/* ---- shared by handlers ---- */

bool next_line(const char **p, const char *end, const char **line, size_t *n)
{
	if (*p == end)
		return false;
	const char *nl = memchr(*p, '\n', (size_t)(end - *p));
	*line = *p;
	*n = (size_t)((nl ? nl : end) - *p);
	*p = nl ? nl + 1 : end;
	return true;
}

void change_write(struct buf *out, int64_t seq, const struct item *it)
{
	struct json_writer w = JSON_WRITER(out);
	json_open(&w, '{');
	json_key(&w, "seq");
	json_int(&w, seq);
	json_key(&w, "kind");
	json_str(&w, it->rec->kind);
	json_key(&w, "id");
	json_str(&w, item_id(it));
	json_key(&w, "version");
	json_int(&w, item_version(it));
	json_key(&w, "data");
	item_write_data(it, &w);
	json_close(&w, '}');
}

enum code in_scope(struct service *s, const struct caller *who, const struct item *it, bool *reached, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const char *region = NULL;
	enum code c = record_region(institution_db(s->in), it, &pool, &region, err);
	*reached = !c && desk_cert_covers(&who->cert, it->rec->kind, region);
	return c;
}
