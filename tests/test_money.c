#include <string.h>

#include "core/values/mcc.h"
#include "core/values/money.h"
#include "tests/check.h"

static void parses(void **state)
{
	static const struct { const char *currency, *text; int64_t minor; } rows[] = {
		{ "CNY", "0", 0 }, { "CNY", "1234.5", 123450 }, { "CNY", "1,234.50", 123450 }, { "CNY", "¥1,234.5", 123450 }, { "CNY", "￥ 1,234.5", 123450 },
		{ "CNY", "-3", -300 }, { "CNY", "-¥3", -300 }, { "CNY", "¥-3", -300 }, { "CNY", "1.2万", 1200000 }, { "CNY", "3亿", 30000000000 },
		{ "CNY", "1.234567万", 1234567 }, { "CNY", "1,200万元", 1200000000 }, { "CNY", "5元", 500 }, { "CNY", "CNY 5", 500 }, { "CNY", "5 CNY", 500 },
		{ "CNY", "１，２３４．５", 123450 }, { "CNY", "12。5", 1250 }, { "CNY", " 7.05 ", 705 }, { "CNY", "007", 700 }, { "CNY", "0.01", 1 },
		{ "CNY", "90071992547409.91", MONEY_MAX }, { "CNY", "-90,071,992,547,409.91", -MONEY_MAX },
		{ "CNY", "0000000000000000000000000000000000001", 100 },
		{ "JPY", "1,234", 1234 }, { "JPY", "¥500", 500 }, { "JPY", "500円", 500 }, { "JPY", "1.5万", 15000 },
		{ "KWD", "1.234", 1234 }, { "KWD", "1", 1000 }, { "USD", "USD 1.10", 110 }, { "CLF", "1.2345", 12345 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t minor = 42;
		struct err err;

		if (money_parse(rows[i].text, currency_find(rows[i].currency), &minor, &err))
			fail_msg("%s: %s", rows[i].text, err.msg);
		assert_int_equal(minor, rows[i].minor);
	}
}

static void refuses(void **state)
{
	static const struct { const char *currency, *text, *why; } rows[] = {
		{ "CNY", "", "not an amount" }, { "CNY", " ", "not an amount" }, { "CNY", "-", "not an amount" }, { "CNY", "¥", "not an amount" },
		{ "CNY", "abc", "not an amount" }, { "CNY", ".5", "not an amount" }, { "CNY", "5.", "not an amount" }, { "CNY", ".", "not an amount" },
		{ "CNY", "1.500", "too many decimals" }, { "CNY", "1.005", "too many decimals" }, { "CNY", "1.2345678万", "too many decimals" },
		{ "JPY", "1.5", "too many decimals" }, { "KWD", "1.2345", "too many decimals" },
		{ "CNY", "1,23", "commas" }, { "CNY", "1,2345", "commas" }, { "CNY", "12345,678", "commas" }, { "CNY", ",123", "commas" },
		{ "CNY", "1,,234", "commas" }, { "CNY", "1,234,56.00", "commas" }, { "CNY", "1,234,", "commas" },
		{ "CNY", "1.234,50", "something else" }, { "CNY", "1万2", "something else" }, { "CNY", "1万亿", "something else" },
		{ "CNY", "1万万", "something else" }, { "CNY", "1.2.3", "something else" }, { "CNY", "1e3", "something else" },
		{ "CNY", "1.2k", "something else" }, { "CNY", "5USD", "something else" }, { "CNY", "USD 5", "not an amount" },
		{ "CNY", "$5", "not an amount" }, { "USD", "¥5", "not an amount" }, { "USD", "5元", "something else" }, { "CNY", "¥5元", "something else" },
		{ "CNY", "--5", "not an amount" }, { "CNY", "-¥-5", "not an amount" }, { "CNY", "(5)", "not an amount" }, { "CNY", "0x10", "something else" },
		{ "CNY", "1 234", "something else" }, { "CNY", "٣", "not an amount" }, { "CNY", "5\n", "something else" }, { "CNY", "5\x1b[0m", "something else" },
		{ "CNY", "90071992547409.92", "too large" }, { "CNY", "99999999999999999999", "too large" }, { "CNY", "900719925475亿", "too large" },
		{ "CNY", "11111111111111111111111111111111111111111", "too large" },
		{ "CNY", "1.11111111111111111111111111111111111111111", "too many decimals" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t minor = 42;
		struct err err = { .msg = "" };

		if (money_parse(rows[i].text, currency_find(rows[i].currency), &minor, &err) != E_INVALID || !strstr(err.msg, rows[i].why))
			fail_msg("%s: %lld %s", rows[i].text, (long long)minor, err.msg);
		assert_int_equal(minor, 42);
		assert_int_equal(money_parse(rows[i].text, currency_find(rows[i].currency), &minor, NULL), E_INVALID);
	}
}

static void formats(void **state)
{
	static const struct { const char *currency; int64_t minor; enum money_style style; const char *want; } rows[] = {
		{ "CNY", 0, MONEY_PLAIN, "0.00" }, { "CNY", 5, MONEY_PLAIN, "0.05" }, { "CNY", -5, MONEY_FULL, "-¥0.05" }, { "CNY", 99, MONEY_GROUPED, "0.99" },
		{ "CNY", 100, MONEY_GROUPED, "1.00" }, { "CNY", 99999, MONEY_GROUPED, "999.99" }, { "CNY", 100000, MONEY_GROUPED, "1,000.00" },
		{ "CNY", 123456789, MONEY_GROUPED, "1,234,567.89" }, { "CNY", 123456789, MONEY_PLAIN, "1234567.89" }, { "CNY", -123450, MONEY_FULL, "-¥1,234.50" },
		{ "JPY", 0, MONEY_FULL, "JPY 0" }, { "JPY", 1234567, MONEY_GROUPED, "1,234,567" }, { "KWD", 1, MONEY_FULL, "KWD 0.001" },
		{ "KWD", -1234567, MONEY_FULL, "-KWD 1,234.567" }, { "CLF", 12345, MONEY_PLAIN, "1.2345" },
		{ "CNY", MONEY_MAX, MONEY_FULL, "¥90,071,992,547,409.91" }, { "CNY", INT64_MIN, MONEY_GROUPED, "-92,233,720,368,547,758.08" },
		{ "JPY", INT64_MIN, MONEY_GROUPED, "-9,223,372,036,854,775,808" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT;

		money_format(&out, rows[i].minor, currency_find(rows[i].currency), rows[i].style);
		assert_string_equal(out.data, rows[i].want);
	}
}

static void reads_what_it_writes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ncurrencies; i++)
		for (int style = MONEY_PLAIN; style <= MONEY_FULL; style++)
			for (int64_t minor = 1; minor < MONEY_MAX / 7; minor *= 7) {
				AUTO(buf_release) struct buf out = BUF_INIT;
				int64_t back = 0;

				money_format(&out, minor % 2 ? minor : -minor, &currencies[i], (enum money_style)style);
				assert_int_equal(money_parse(out.data, &currencies[i], &back, NULL), E_OK);
				assert_int_equal(back, minor % 2 ? minor : -minor);
			}
}

static void knows_currencies(void **state)
{
	static const char *const none[] = { "", "cny", "CN", "CNYY", "XAU", "XTS", "DEM" };

	(void)state;
	assert_int_equal(currency_find("CNY")->number, 156);
	assert_ptr_equal(currency_find(NULL), currency_find("CNY"));
	assert_int_equal(currency_find("KWD")->digits, 3);
	assert_int_equal(currency_find("JPY")->digits, 0);
	assert_int_equal(currency_find("HUF")->digits, 2);
	assert_int_equal(currency_find("ALL")->number, 8);
	for (size_t i = 0; i < COUNT(none); i++)
		assert_null(currency_find(none[i]));
	for (size_t i = 0; i < ncurrencies; i++) {
		assert_ptr_equal(currency_find(currencies[i].code), &currencies[i]);
		assert_in_range(currencies[i].number, 1, 999);
		assert_in_range(currencies[i].digits, 0, 4);
	}
}

static void knows_categories(void **state)
{
	static const char *const prohibited[] = { "7995", "7800", "7801", "7802", "9754", "7273", "5967", "6051" };
	static const char *const high_risk[] = { "5962", "5966", "6211", "5933", "5944", "4829", "6540" };
	static const char *const allowed[] = { "5411", "5812", "5814", "4121", "7011", "8062", "5732", "3000" };
	static const char *const none[] = { "", "0", "0000", "541", "54111", "5411 ", "abcd", "9999" };

	(void)state;
	for (size_t i = 0; i < COUNT(prohibited); i++)
		assert_int_equal(mcc_find(prohibited[i])->risk, MCC_PROHIBITED);
	for (size_t i = 0; i < COUNT(high_risk); i++)
		assert_int_equal(mcc_find(high_risk[i])->risk, MCC_HIGH_RISK);
	for (size_t i = 0; i < COUNT(allowed); i++)
		assert_int_equal(mcc_find(allowed[i])->risk, MCC_ALLOWED);
	for (size_t i = 0; i < COUNT(none); i++)
		assert_null(mcc_find(none[i]));
	assert_string_equal(mcc_find("5812")->name, "Eating places and restaurants");
	assert_string_equal(mcc_find("5812")->name_zh, "餐馆");
	assert_string_equal(mcc_find("7941")->name, "Commercial sports, professional sports clubs, athletic fields and sports promoters");
	assert_null(mcc_find("3000")->name_zh);
	assert_true(mcc_count > 900);
	for (size_t i = 0; i < mcc_count; i++)
		assert_ptr_equal(mcc_find(mcc_table[i].code), &mcc_table[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(refuses),
		cmocka_unit_test(formats),
		cmocka_unit_test(reads_what_it_writes),
		cmocka_unit_test(knows_currencies),
		cmocka_unit_test(knows_categories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
