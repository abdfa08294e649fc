/* The formats of watch lists: what they hold, what is refused and where. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/screening/readers.h"
#include "core/screening/xml.h"
#include "tests/check.h"
#include "tests/watchlists.h"

#define FOLDER "tests/data/screening/"

/* ---- what is read ---- */
static const char *row_of(const struct listing *l, const char *id)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->row[i].id, id))
			return l->row[i].json;
	fail_msg("no entry %s", id);
	return NULL;
}

static void ofac_as_published(void **state)
{
	static const char *const names[] = { FOLDER "add.csv", FOLDER "sdn.csv", FOLDER "alt.csv" }; /* in any order */
	struct buf data[3] = { BUF_INIT, BUF_INIT, BUF_INIT };
	AUTO(listing_release) struct listing l = { 0 };
	struct list_file files[3];
	struct err err;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		watch_read(&data[i], names[i]);
		files[i] = (struct list_file){ names[i], data[i].data, data[i].len };
	}
	assert_ok(read_ofac(&l, files, 3, &err), err);
	assert_int_equal(l.n, 5);
	assert_string_equal(row_of(&l, "101"),
		"{\"id\":\"101\",\"kind\":\"person\",\"class\":\"sanction\",\"names\":[\"SPECIMENOV, Ivan Borisovich\",\"YANGBENSKI\",\"SPECIMENOFF, Ivan\"],"
		"\"born\":[\"1957-04-17\",\"1958\"],\"numbers\":[\"S1234567\",\"9900112233\"],\"nations\":[\"Utopia\"],"
		"\"places\":[\"1 Specimen Street, Nowhere, Utopia\"],\"programme\":\"SPECIMEN-1\",\"note\":\"DOB 17 Apr 1957; alt. DOB 1958; POB Nowhere; "
		"nationality Utopia; Passport S1234567 (Utopia); National ID No. 9900112233; a.k.a. 'YANGBENSKI'.\"}");
	assert_non_null(strstr(row_of(&l, "102"), "\"kind\":\"entity\",\"class\":\"sanction\",\"names\":[\"SPECIMEN TRADING COMPANY \\\"UTOPIA\\\", LLC\",\"SPECIMEN IMPORT EXPORT\"],"
						  "\"numbers\":[\"5566778899\"],\"places\":[\"Nowhere 1000, Utopia\"],\"programme\":\"SPECIMEN-1] [SPECIMEN-2\""));
	assert_non_null(strstr(row_of(&l, "103"), "\"names\":[\"ZHANG, Yangben\",\"张样本\",\"張樣本\"],\"born\":[\"1968/1972\"],\"numbers\":[\"110101197003070012\"]"));
	assert_non_null(strstr(row_of(&l, "104"), "\"kind\":\"vessel\",\"class\":\"sanction\",\"names\":[\"SPECIMEN STAR\"],\"numbers\":[\"SPEC1\",\"9999999\"]"));
	assert_non_null(strstr(row_of(&l, "105"), "\"born\":[\"1960/1965\"]"));
	for (size_t i = 0; i < 3; i++)
		buf_release(&data[i]);
}

static void un_as_published(void **state)
{
	AUTO(buf_release) struct buf data = BUF_INIT;
	AUTO(listing_release) struct listing l = { 0 };
	struct err err;

	(void)state;
	watch_read(&data, FOLDER "un.xml");
	assert_ok(read_un(&l, &(struct list_file){ "un.xml", data.data, data.len }, 1, &err), err);
	assert_int_equal(l.n, 3);
	assert_string_equal(row_of(&l, "6900001"),
		"{\"id\":\"6900001\",\"kind\":\"person\",\"class\":\"sanction\",\"names\":[\"SALIM NAMUDHAJ AL-SPECIMENI\",\"سالم نموذج السبيسيمني\",\"Selim Namudage\"],"
		"\"born\":[\"1971/1973\"],\"numbers\":[\"U-7654321\"],\"nations\":[\"Utopia\"],\"places\":[\"Nowhere, Utopia\"],\"programme\":\"Specimen\","
		"\"note\":\"SPECIMEN & 样本; nobody.\"}");
	assert_non_null(strstr(row_of(&l, "6900002"), "\"names\":[\"YANG BEN SHAN\",\"單樣本\"],\"born\":[\"1980-02-29\",\"1983/1987\"]"));
	assert_non_null(strstr(row_of(&l, "6900101"), "\"kind\":\"entity\",\"class\":\"sanction\",\"names\":[\"SPECIMEN MINING DEVELOPMENT CORPORATION\",\"SMDC Utopia\"]"));
}

static void house_as_documented(void **state)
{
	AUTO(buf_release) struct buf data = BUF_INIT;
	AUTO(listing_release) struct listing l = { 0 };
	struct err err;

	(void)state;
	watch_read(&data, FOLDER "house.csv");
	assert_ok(read_house(&l, &(struct list_file){ "house.csv", data.data, data.len }, 1, &err), err);
	assert_int_equal(l.n, 3);
	assert_string_equal(row_of(&l, "H-001"),
		"{\"id\":\"H-001\",\"kind\":\"person\",\"class\":\"house\",\"names\":[\"曾样本\",\"Zeng Yangben\",\"曾樣本\"],\"born\":[\"1985-03-02\"],"
		"\"numbers\":[\"110101198503020016\"],\"nations\":[\"CN\"],\"note\":\"SPECIMEN 样本\"}");
	assert_non_null(strstr(row_of(&l, "H-002"), "\"born\":[\"1950\",\"1951-06\"]"));
	assert_non_null(strstr(row_of(&l, "H-002"), "\"note\":\"SPECIMEN \\\"quoted\\\", with a comma\""));
}

/* The canonical form reads back to itself. */
static void canonical(void **state)
{
	AUTO(buf_release) struct buf data = BUF_INIT;
	AUTO(listing_release) struct listing l = { 0 };
	struct err err;

	(void)state;
	watch_read(&data, FOLDER "un.xml");
	assert_ok(read_un(&l, &(struct list_file){ "un.xml", data.data, data.len }, 1, &err), err);
	for (size_t i = 0; i < l.n; i++) {
		AUTO(listed_release) struct listed e;
		AUTO(buf_release) struct buf again = BUF_INIT;
		struct json_writer w = JSON_WRITER(&again);

		listed_init(&e);
		assert_ok(listed_read(&e, l.row[i].json, strlen(l.row[i].json), &err), err);
		listed_write(&e, &w);
		assert_string_equal(again.data, l.row[i].json);
	}
}

static void dates(void **state)
{
	static const char *const rows[][2] = {
		{ "17 Apr 1957", "1957-04-17" }, { "Apr 1957", "1957-04" }, { "1957", "1957" }, { "circa 1957", "1955/1959" }, { "circa 17 Apr 1957", "1955/1959" }, { "circa", NULL }, { "circa circa 1957", "1955/1959" }, { "1957 to 1960", "1957/1960" },
		{ "1957-04-17", "1957-04-17" }, { "1957-04", "1957-04" }, { "29 Feb 1980", "1980-02-29" }, { "1957/1960", "1957/1960" },
		{ "30 Feb 1980", NULL }, { "1957-13", NULL }, { "17 Foo 1957", NULL }, { "", NULL }, { "0", NULL }, { "0 Apr 1957", NULL },
		{ "1960 to 1957", NULL }, { "19570417", NULL }, { "17 Apr 1957 x", NULL }, { "1957-04-17T00:00", NULL }, { "April", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[LISTED_DATE] = "";
		bool is = listed_date(out, rows[i][0]);

		if (is != !!rows[i][1] || (is && strcmp(out, rows[i][1]) != 0))
			fail_msg("\"%s\": %s", rows[i][0], is ? out : "no date");
	}
}

/* ---- what is refused ---- */
static void assert_refused(enum code (*read)(struct listing *, const struct list_file *, size_t, struct err *), const char *text, size_t n, const char *says)
{
	AUTO(listing_release) struct listing l = { 0 };
	struct err err = { 0 };

	assert_int_equal(read(&l, &(struct list_file){ "LIST", text, n }, 1, &err), E_INVALID);
	if (!strstr(err.msg, says))
		fail_msg("said \"%s\", not \"%s\"", err.msg, says);
}

static void malformed_house_lists(void **state)
{
#define HEAD HOUSE_COLUMNS "\n"
#define GOOD "A-1,house,person,Specimen One,,,,,\n"
	static const struct { const char *text, *says; } rows[] = {
		{ "", "LIST: the first line of a house list is id,class" },
		{ "id,name\n", "LIST: line 1: the line has 2 cells, not 9" },
		{ "id,class,type,name,aliases,birth,number,nationality,note\n", "LIST: the first line of a house list is" },
		{ HEAD GOOD "A-2,house,person,Two,,,,\n", "LIST: line 3: the line has 8 cells, not 9" },
		{ HEAD GOOD "\n" GOOD, "LIST: line 3: the line has 1 cells, not 9" },
		{ HEAD "A 1,house,person,One,,,,,\n", "LIST: line 2: the entry's id" },
		{ HEAD ",house,person,One,,,,,\n", "LIST: line 2: the entry's id" },
		{ HEAD GOOD "A-2,houses,person,Two,,,,,\n", "LIST: line 3: \"houses\" is no class" },
		{ HEAD GOOD "A-2,house,robot,Two,,,,,\n", "LIST: line 3: \"robot\" is no type" },
		{ HEAD GOOD "A-2,house,person,,,,,,\n", "LIST: line 3: the name is missing" },
		{ HEAD GOOD "A-2,house,person,,Two,,,,\n", "LIST: line 3: the name is missing" },
		{ HEAD GOOD "A-2,house,person,Two,,1.2.1970,,,\n", "LIST: line 3: \"1.2.1970\" is no birth date" },
		{ HEAD GOOD "A-2,house,person,Two,,1970-02-30,,,\n", "LIST: line 3: \"1970-02-30\" is no birth date" },
		{ HEAD GOOD "A-2,house,person,\"Two,,,,,\n", "LIST: line 3: a quote is opened" },
		{ HEAD GOOD "A-2,house,person,\"Two\"x,,,,,\n", "LIST: line 3: after a closing quote" },
		{ HEAD GOOD "A-2,house,person,Tw\"o,,,,,\n", "LIST: line 3: a quote, or half a line end" },
		{ HEAD GOOD "A-2,house,person,Tw\xff,,,,,\n", "LIST: line 3: a cell is not UTF-8" },
		{ HEAD GOOD GOOD, "lines 2 and 3 both are entry A-1" },
		{ HEAD "A-1,house,person,\"One\nmore\",,,,,\nA-2,house,person,Two\n", "LIST: line 4: the line has 4 cells" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_refused(read_house, rows[i].text, strlen(rows[i].text), rows[i].says);
	assert_refused(read_house, HEAD "A-1,house,person,On\0e,,,,,\n", sizeof HEAD "A-1,house,person,On\0e,,,,,\n" - 1, "LIST: line 2: a cell is not UTF-8");
}

static void malformed_ofac_lists(void **state)
{
#define SDN_ROW(num) num ",\"ONE\",-0- ,\"P\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n"
	static const char alt[] = "1,1,\"aka\",\"UNO\",-0- \r\n", add[] = "1,1,-0- ,-0- ,-0- ,-0- \r\n";
	static const struct { const char *sdn, *alt, *says; } rows[] = {
		{ SDN_ROW("1") SDN_ROW("1"), alt, "SDN: line 2: entry 1 stands behind entry 1" },
		{ SDN_ROW("x"), alt, "SDN: line 1: the entry's number \"x\" is no number" },
		{ SDN_ROW("1") SDN_ROW("-2"), alt, "SDN: line 2: the entry's number" },
		{ SDN_ROW("1") "2,\"TWO\",-0- \r\n", alt, "SDN: line 2: the line has 3 cells, not 12" },
		{ SDN_ROW("1"), "2,1,\"aka\",\"UNO\",-0- \r\n", "ALT: line 1: there is no entry 2 in SDN.CSV" },
		{ SDN_ROW("1"), "1,1,\"aka\",\"UNO\"\r\n", "none of the files is ALT.CSV" },
		{ "1,-0- ,-0- ,\"P\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n", alt, "SDN: line 1: entry 1 has no name" },
		{ "", alt, "none of the files is SDN.CSV" },
		{ SDN_ROW("1"), "1,1,\"aka", "ALT: line 1: a quote is opened and never closed" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct list_file files[] = { { "SDN", rows[i].sdn, strlen(rows[i].sdn) }, { "ALT", rows[i].alt, strlen(rows[i].alt) },
						   { "ADD", add, sizeof add - 1 } };
		AUTO(listing_release) struct listing l = { 0 };
		struct err err = { 0 };

		assert_int_equal(read_ofac(&l, files, 3, &err), E_INVALID);
		if (!strstr(err.msg, rows[i].says))
			fail_msg("said \"%s\", not \"%s\"", err.msg, rows[i].says);
	}
}

/* A list from outside opens no file, fetches nothing and does not blow up. */
static void hostile_xml(void **state)
{
#define UN_HEAD "<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>"
#define UN_TAIL "</FIRST_NAME></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>"
	static const struct { const char *text, *says; } rows[] = {
		{ "<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>" UN_HEAD "&c;" UN_TAIL,
		  "LIST has a document type" },
		{ "<!DOCTYPE l [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" UN_HEAD "&x;" UN_TAIL, "LIST has a document type" },
		{ "<!DOCTYPE l SYSTEM \"http://127.0.0.1:1/l.dtd\">" UN_HEAD "A" UN_TAIL, "LIST has a document type" },
		{ UN_HEAD "&nothing;" UN_TAIL, "LIST: line 1: this is not well-formed XML" },
		{ UN_HEAD "A</FIRST_NAME></INDIVIDUAL>", "not well-formed XML" },
		{ UN_HEAD "A" UN_TAIL "<MORE/>", "not well-formed XML" },
		{ "", "LIST" },
		{ "<LIST/>", "the root is LIST, not CONSOLIDATED_LIST" },
		{ UN_HEAD "\xff" UN_TAIL, "LIST is not UTF-8" },
		{ "<?xml version=\"1.0\" encoding=\"utf-16\"?>" "<LIST/>", "LIST" },
		{ "<CONSOLIDATED_LIST><INDIVIDUALS>\n<INDIVIDUAL><DATAID>1</DATAID></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>", "line 2: the entry that begins in line 2 has no name" },
		{ "<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><FIRST_NAME>A</FIRST_NAME></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>", "the entry's id is missing" },
		{ "<a><a><a><a><a><a><a><a><a><a><a><a><a></a></a></a></a></a></a></a></a></a></a></a></a></a>", "the root is a" },
	};
	AUTO(buf_release) struct buf deep = BUF_INIT, long_text = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_refused(read_un, rows[i].text, strlen(rows[i].text), rows[i].says);
	buf_adds(&deep, "<CONSOLIDATED_LIST>");
	for (int i = 0; i < 5000; i++)
		buf_adds(&deep, "<a>");
	assert_refused(read_un, deep.data, deep.len, "elements are nested deeper than 12");
	buf_adds(&long_text, UN_HEAD);
	for (int i = 0; i < XML_TEXT; i++)
		buf_adds(&long_text, "aa");
	buf_adds(&long_text, UN_TAIL);
	assert_refused(read_un, long_text.data, long_text.len, "a text is longer than");
	buf_clear(&long_text);
	buf_add(&long_text, "<CONSOLIDATED_LIST>\0", 20);
	assert_refused(read_un, long_text.data, long_text.len, "LIST is not UTF-8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ofac_as_published),
		cmocka_unit_test(un_as_published),
		cmocka_unit_test(house_as_documented),
		cmocka_unit_test(canonical),
		cmocka_unit_test(dates),
		cmocka_unit_test(malformed_house_lists),
		cmocka_unit_test(malformed_ofac_lists),
		cmocka_unit_test(hostile_xml),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
