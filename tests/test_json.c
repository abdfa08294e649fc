#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/values/json.h"
#include "tests/check.h"

static void round_trip(const char *text, const char *want)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct json_writer w = JSON_WRITER(&out);
	const struct json *doc;
	struct err err;

	assert_ok(json_parse(&pool, text, strlen(text), NULL, &doc, &err), err);
	json_value(&w, doc);
	assert_string_equal(out.data, want);
}

static void reads_and_writes_back(void **state)
{
	(void)state;
	round_trip("null", "null");
	round_trip(" \t\r\n true ", "true");
	round_trip("[ ]", "[]");
	round_trip("{ }", "{}");
	round_trip("{\"b\" : 1 , \"a\" : [ false , null , { \"c\" : \"d\" } ] }", "{\"b\":1,\"a\":[false,null,{\"c\":\"d\"}]}");
	round_trip("[0,-0,-1,9007199254740991,-9007199254740991,5.0,5e2,1.5,0.1,1e-7,1e21]",
	           "[0,0,-1,9007199254740991,-9007199254740991,5,500,1.5,0.1,1e-07,1e+21]");
	round_trip("\"\\u6837\\u672c \\ud83d\\ude00 \\/ \\u0041\\u001F\\u007f\"", "\"样本 😀 / A\\u001f\x7f\"");
	round_trip("{\"\":\"\"}", "{\"\":\"\"}");
}

static void refuses(void **state)
{
	static const struct { const char *text; size_t n; const char *why; } rows[] = {
#define T(text, why) { text, sizeof text - 1, why }
		T("", "no value"), T(" ", "no value"), T("nul", "no value"), T("True", "no value"), T("NaN", "no value"), T("+1", "no value"),
		T("-", "no value"), T(".5", "no value"), T("Infinity", "no value"), T("'a'", "no value"), T("\xef\xbb\xbf{}", "no value"), T("[1,]", "no value"),
		T("01", "follows"), T("-01", "follows"), T("0x10", "follows"), T("1 2", "follows"), T("{}{}", "follows"), T("{}\0", "UTF-8"), T("nullx", "follows"),
		T("1.", "point"), T("1.e3", "point"), T("1e", "exponent"), T("1e+", "exponent"), T("1e400", "exponent"), T("1e-400", "exponent"),
		T("9007199254740992", "2^53"), T("-9007199254740992", "2^53"), T("9007199254740993", "2^53"), T("18446744073709551616", "2^53"),
		T("9223372036854775807.5", "2^53"), T("0.10000000000000000000000000000000000000000", "40"),
		T("[", "no value"), T("[1", "comma"), T("[1 2]", "comma"), T("[1}", "comma"), T("]", "no value"), T("{\"a\":1", "comma"), T("{", "name"),
		T("{,}", "name"), T("{a:1}", "name"), T("{1:1}", "name"), T("{\"a\":1,}", "name"), T("{\"a\" 1}", "colon"), T("{\"a\"}", "colon"), T("{\"a\":}", "no value"),
		T("/**/1", "no value"), T("\v1", "no value"), T("1\f", "follows"),
		T("\"", "end"), T("\"abc", "end"), T("\"a\\\"", "end"), T("\"a\\", "escape"), T("\"\\x41\"", "escape"), T("\"\\\0\"", "UTF-8"), T("\"\\a\"", "escape"),
		T("\"a\nb\"", "control"), T("\"a\tb\"", "control"), T("\"a\0b\"", "UTF-8"), T("\"\x1f\"", "control"),
		T("\"\\u12\"", "hexadecimal"), T("\"\\u12g4\"", "hexadecimal"), T("\"\\u", "hexadecimal"),
		T("\"\\u0000\"", "NUL"), T("{\"a\\u0000b\":1}", "NUL"),
		T("\"\\ud800\"", "surrogate"), T("\"\\ud800x\"", "surrogate"), T("\"\\udc00\"", "surrogate"), T("\"\\ud800\\ud800\"", "surrogate"),
		T("\"\\ud800\\n\"", "surrogate"), T("\"\xed\xa0\x80\"", "UTF-8"), T("\"\xff\"", "UTF-8"), T("\"\xc0\xaf\"", "UTF-8"), T("\"\xe6\xa0\"", "UTF-8"),
		T("\xff", "UTF-8"),
		T("{\"a\":1,\"b\":2,\"a\":3}", "two members"), T("{\"a\":1,\"\\u0061\":1}", "two members"), T("[{\"x\":{\"a\":1,\"a\":1}}]", "two members"),
		T("{\"\":1,\"\":2}", "two members"),
#undef T
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(pool_release) struct pool pool = POOL_INIT;
		/* in memory of its exact size, so that a read past the end is seen */
		char *exact = mem_alloc(rows[i].n);
		const struct json *doc = NULL;
		struct err err = { .msg = "" };

		memcpy(exact, rows[i].text, rows[i].n);
		if (json_parse(&pool, exact, rows[i].n, NULL, &doc, &err) != E_INVALID || !strstr(err.msg, rows[i].why))
			fail_msg("%s: wanted \"%s\", said \"%s\"", rows[i].text, rows[i].why, err.msg);
		assert_null(doc);
		free(exact);
	}
}

static enum code parse_nested(int depth, const struct json_limits *limits, bool objects)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(buf_release) struct buf text = BUF_INIT;
	const struct json *doc;

	for (int i = 0; i < depth; i++)
		buf_adds(&text, objects ? "{\"a\":" : "[");
	buf_addc(&text, '1');
	for (int i = 0; i < depth; i++)
		buf_addc(&text, objects ? '}' : ']');
	return json_parse(&pool, text.data, text.len, limits, &doc, NULL);
}

static void keeps_within_limits(void **state)
{
	static const struct json_limits shallow = { .depth = 2 }, vast = { .depth = 1000000, .bytes = 100000000 }, brief = { .bytes = 10 };
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const struct json *doc;

	(void)state;
	for (int objects = 0; objects <= 1; objects++) {
		assert_int_equal(parse_nested(32, NULL, objects), E_OK);
		assert_int_equal(parse_nested(33, NULL, objects), E_INVALID);
		assert_int_equal(parse_nested(33, &vast, objects), E_INVALID);
		assert_int_equal(parse_nested(1000000, &vast, objects), E_INVALID);
		assert_int_equal(parse_nested(2, &shallow, objects), E_OK);
		assert_int_equal(parse_nested(3, &shallow, objects), E_INVALID);
	}
	assert_int_equal(json_parse(&pool, "[[],[],[]]", 10, &shallow, &doc, NULL), E_OK); /* beside is not deeper */
	assert_int_equal(json_parse(&pool, "[1,2,3,45]", 10, &brief, &doc, NULL), E_OK);
	assert_int_equal(json_parse(&pool, "[1,2,3,456]", 11, &brief, &doc, NULL), E_INVALID);
}

static void typed_members(void **state)
{
	static const char text[] = "{\"s\":\"样本\",\"i\":-5,\"r\":1.5,\"big\":1e17,\"b\":true,\"a\":[1,2],\"o\":{\"x\":null},\"n\":null}";
	AUTO(pool_release) struct pool pool = POOL_INIT;
	const struct json *doc, *v;
	const char *s = "same";
	int64_t i = 42;
	bool b = false;
	struct err err;

	(void)state;
	assert_ok(json_parse(&pool, text, sizeof text - 1, NULL, &doc, &err), err);
	assert_ok(json_get_str(doc, "s", &s, &err), err);
	assert_string_equal(s, "样本");
	assert_ok(json_get_int(doc, "i", &i, &err), err);
	assert_int_equal(i, -5);
	assert_ok(json_get_bool(doc, "b", &b, &err), err);
	assert_true(b);
	assert_ok(json_get_array(doc, "a", &v, &err), err);
	assert_int_equal(json_number(json_first(v)), 1);
	assert_int_equal(json_number(json_next(json_first(v))), 2);
	assert_null(json_next(json_next(json_first(v))));
	assert_ok(json_get_object(doc, "o", &v, &err), err);
	assert_string_equal(json_name(json_first(v)), "x");
	assert_int_equal(json_type(json_first(v)), JSON_NULL);

	assert_int_equal(json_get_int(doc, "r", &i, &err), E_INVALID);
	assert_non_null(strstr(err.msg, "\"r\""));
	assert_int_equal(json_get_int(doc, "big", &i, &err), E_INVALID);
	assert_int_equal(json_get_int(doc, "s", &i, &err), E_INVALID);
	assert_int_equal(json_get_int(doc, "n", &i, &err), E_INVALID);
	assert_int_equal(json_get_int(doc, "b", &i, &err), E_INVALID);
	assert_int_equal(json_get_int(doc, "gone", &i, &err), E_INVALID);
	assert_non_null(strstr(err.msg, "\"gone\""));
	assert_int_equal(i, -5);
	assert_int_equal(json_get_str(doc, "i", &s, &err), E_INVALID);
	assert_int_equal(json_get_bool(doc, "i", &b, &err), E_INVALID);
	assert_int_equal(json_get_array(doc, "o", &v, &err), E_INVALID);
	assert_int_equal(json_get_object(doc, "a", &v, &err), E_INVALID);
	assert_int_equal(json_get_object(NULL, "a", &v, &err), E_INVALID);
	assert_int_equal(json_get_object(json_member(doc, "a"), "a", &v, &err), E_INVALID);
	assert_null(json_member(doc, "S"));
	assert_non_null(json_member(doc, "n"));
	assert_null(json_member(NULL, "n"));
	assert_null(json_text(json_member(doc, "i")));
	assert_int_equal(json_number(json_member(doc, "s")), 0);
	assert_null(json_first(json_member(doc, "s")));
	assert_null(json_first(NULL));
}

/* These bytes are signed and kept for years. If this test must change, old signatures no longer verify. */
static void writes_the_same_bytes_for_ever(void **state)
{
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct json_writer w = JSON_WRITER(&out);

	(void)state;
	json_open(&w, '{');
	json_key(&w, "id");
	json_str(&w, "M-SPECIMEN/1");
	json_key(&w, "name");
	json_str(&w, "样本\"商\\贸\" 😀\u2028");
	json_key(&w, "controls");
	json_strn(&w, "\0\x01\b\t\n\v\f\r\x1b\x1f\x7f", 11);
	json_key(&w, "not UTF-8");
	json_str(&w, "a\xff\xe6\xa0z\xed\xa0\x80");
	json_key(&w, "numbers");
	json_open(&w, '[');
	json_int(&w, 0);
	json_int(&w, -JSON_INT_MAX);
	json_int(&w, JSON_INT_MAX);
	json_int(&w, INT64_MIN);
	json_close(&w, ']');
	json_key(&w, "words");
	json_open(&w, '[');
	json_bool(&w, true);
	json_bool(&w, false);
	json_null(&w);
	json_str(&w, NULL);
	json_open(&w, '[');
	json_close(&w, ']');
	json_open(&w, '{');
	json_close(&w, '}');
	json_raw(&w, "{\"kept\" : 1}", 12);
	json_value(&w, NULL);
	json_close(&w, ']');
	json_key(&w, "\n");
	json_str(&w, "");
	json_close(&w, '}');
	assert_string_equal(out.data,
		"{\"id\":\"M-SPECIMEN/1\",\"name\":\"样本\\\"商\\\\贸\\\" 😀\u2028\","
		"\"controls\":\"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u001b\\u001f\x7f\","
		"\"not UTF-8\":\"a\ufffd\ufffd\ufffdz\ufffd\ufffd\ufffd\","
		"\"numbers\":[0,-9007199254740991,9007199254740991,-9223372036854775808],"
		"\"words\":[true,false,null,null,[],{},{\"kept\" : 1},null],\"\\n\":\"\"}");
}

static void ignores_the_locale(void **state)
{
	(void)state;
	if (!setlocale(LC_NUMERIC, "de_DE.UTF-8"))
		skip();
	round_trip("[1.5,0.1,-2.25e-3]", "[1.5,0.1,-0.00225]");
	setlocale(LC_NUMERIC, "C");
}

static void *parse_many(void *arg)
{
	size_t *good = arg;

	for (int i = 0; i < 2000; i++) {
		AUTO(pool_release) struct pool pool = POOL_INIT;
		const struct json *doc, *list;
		char text[128];
		int64_t n;
		int len = snprintf(text, sizeof text, "{\"n\":%d,\"list\":[\"a\",{\"b\":[%d]}]}", i, i);

		if (!json_parse(&pool, text, (size_t)len, NULL, &doc, NULL) && !json_get_int(doc, "n", &n, NULL) && n == i &&
		    !json_get_array(doc, "list", &list, NULL))
			++*good;
	}
	return NULL;
}

static void serves_several_threads(void **state)
{
	pthread_t threads[4];
	size_t good[4] = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, parse_many, &good[i]), 0);
	for (size_t i = 0; i < COUNT(threads); i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(good[i], 2000);
	}
}

/* 200,000 members in one object: looking for duplicates must not be quadratic. */
static void many_members(void **state)
{
	static const struct json_limits limits = { .bytes = 8 << 20 };
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(buf_release) struct buf text = BUF_INIT;
	const struct json *doc;
	struct err err;

	(void)state;
	buf_addc(&text, '{');
	for (int i = 0; i < 200000; i++)
		buf_addf(&text, "%s\"m%d\":%d", i ? "," : "", i, i);
	buf_addc(&text, '}');
	assert_ok(json_parse(&pool, text.data, text.len, &limits, &doc, &err), err);
	assert_int_equal(json_number(json_member(doc, "m199999")), 199999);
	buf_setlen(&text, text.len - 1);
	buf_adds(&text, ",\"m7\":0}");
	assert_int_equal(json_parse(&pool, text.data, text.len, &limits, &doc, &err), E_INVALID);
	assert_non_null(strstr(err.msg, "\"m7\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes_back),
		cmocka_unit_test(refuses),
		cmocka_unit_test(keeps_within_limits),
		cmocka_unit_test(typed_members),
		cmocka_unit_test(writes_the_same_bytes_for_ever),
		cmocka_unit_test(ignores_the_locale),
		cmocka_unit_test(serves_several_threads),
		cmocka_unit_test(many_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
