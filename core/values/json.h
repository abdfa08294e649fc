/* JSON (RFC 8259), read within bounds and written deterministically. The only room for cJSON.
 *
 * Reading is stricter than the RFC: one value and nothing after it, nesting and length within limits, valid UTF-8, no duplicate member names,
 * no NUL in a string, no lone surrogate, and no whole number beyond ±JSON_INT_MAX: cJSON, like most readers, keeps numbers as doubles, so a
 * larger one would not survive (a fraction keeps what a double keeps of it; exponents have two digits). Amounts, times, versions and sequence numbers all stay below it. */
#ifndef CORE_VALUES_JSON_H
#define CORE_VALUES_JSON_H

#include "store/err.h"
#include "store/mem.h"

#define JSON_INT_MAX ((INT64_C(1) << 53) - 1)

struct json; /* a value; lives in the pool it was parsed into */

struct json_limits {
	size_t bytes;  /* 0: 1 MiB. A value takes up to 64 bytes of memory per byte of text */
	int depth;     /* 0: 32, which also is the most */
};

/* E_INVALID with the place (byte) and the reason. limits may be NULL. *doc is untouched on failure. */
enum code json_parse(struct pool *pool, const char *text, size_t n, const struct json_limits *limits, const struct json **doc,
                     struct err *err);

enum json_type { JSON_NULL, JSON_BOOL, JSON_INT, JSON_REAL, JSON_STR, JSON_ARRAY, JSON_OBJECT };
enum json_type json_type(const struct json *v);
const char *json_text(const struct json *v);  /* JSON_STR: its UTF-8; otherwise NULL */
int64_t json_number(const struct json *v);    /* JSON_INT (a number without a fraction, 5 or 5.0 or 5e0), JSON_BOOL 0 or 1; otherwise 0 */

/* Arrays and objects in their order. for (const struct json *v = json_first(a); v; v = json_next(v)). NULL for anything else. */
const struct json *json_first(const struct json *v);
const struct json *json_next(const struct json *v);
const char *json_name(const struct json *v);  /* of an object's member */

/* The member, or NULL: not there (or v is no object, or NULL). A member that is null is there. */
const struct json *json_member(const struct json *v, const char *name);

/* Typed members: E_INVALID names the member that is absent or of another type. v may be NULL or no object (E_INVALID). */
enum code json_get_str(const struct json *v, const char *name, const char **out, struct err *err);
enum code json_get_int(const struct json *v, const char *name, int64_t *out, struct err *err);
enum code json_get_bool(const struct json *v, const char *name, bool *out, struct err *err);
enum code json_get_array(const struct json *v, const char *name, const struct json **out, struct err *err);
enum code json_get_object(const struct json *v, const char *name, const struct json **out, struct err *err);

/* Writing: compact, in the order of the calls, strings escaped as RFC 8785 (3.2.2.2) says and otherwise raw UTF-8. The same calls give the
 * same bytes for ever: they are what people sign. A byte that is not UTF-8 is written as U+FFFD.
 *
 *         struct json_writer w = JSON_WRITER(&out);
 *         json_open(&w, '{'); json_key(&w, "id"); json_str(&w, id); json_close(&w, '}');
 */
struct json_writer {
	struct buf *out;
	bool comma;    /* something was written at this level, so the next thing is set off */
};
#define JSON_WRITER(buf) { (buf), false }

void json_open(struct json_writer *w, char bracket);   /* '{' or '[' */
void json_close(struct json_writer *w, char bracket);  /* '}' or ']' */
void json_key(struct json_writer *w, const char *name);
void json_str(struct json_writer *w, const char *s);   /* NULL writes null */
void json_strn(struct json_writer *w, const char *s, size_t n);
void json_int(struct json_writer *w, int64_t n);       /* within ±JSON_INT_MAX, or no reader takes it */
void json_bool(struct json_writer *w, bool b);
void json_null(struct json_writer *w);
void json_raw(struct json_writer *w, const char *json, size_t n);  /* bytes that already are one JSON value */
void json_value(struct json_writer *w, const struct json *v);      /* a value that was read; NULL writes null */

#endif
