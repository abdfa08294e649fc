#include <stdio.h>
#include <string.h>

#include "core/values/ident.h"
#include "store/mem.h"
#include "tests/check.h"

static const char credit_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/* The sums of GB 32100-2015 written out: value of the character times 3^(i-1) mod 31, which is
 * 1 3 9 27 19 26 16 17 20 29 25 13 8 24 10 30 28. */
static void credit_codes_by_hand(void **state)
{
	static const struct { const char *code; char check; } good[] = {
		{ "91110000000000000", 'E' }, /* 9*1 + 1*3 + 1*9 + 1*27 = 48, 48 mod 31 = 17, 31 - 17 = 14 */
		{ "00000000000000000", '0' }, /* 0; 31 - 0 = 31 stands for 0 */
		{ "91350100M000100Y4", '3' }, /* 9+3+27+135+0+26+0+0+21*20+0+0+0+1*8+0+0+30*30+4*28 = 1640, mod 31 = 28, 31 - 28 = 3 */
		{ "91310115A1234567Y", 'R' }, /* 9+3+27+27+0+26+16+85+200+29+50+39+32+120+60+210+840 = 1773, mod 31 = 6, 31 - 6 = 25 */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		char code[CREDIT_CODE_LEN + 1];

		snprintf(code, sizeof code, "%s", good[i].code);
		assert_true(ident_credit_code_complete(code));
		assert_int_equal(code[17], good[i].check);
		assert_null(ident_credit_code(code));
	}
}

static void credit_codes_refused(void **state)
{
	static const char *const bad[] = {
		"", "9", "91310115A1234567Y", "91310115A1234567YRR", "91310115A1234567YT", "91310115A1234567Yr", "91310115a1234567YR",
		"91310115I1234567YR", "91310115O1234567YR", "91310115S1234567YR", "91310115V1234567YR", "91310115Z1234567YR",
		"913101A5A1234567YR", " 1310115A1234567YR", "91310115A1234567Y ", "９1310115A123456", "91310115A1234567Y\x1b",
	};
	char letter_in_region[CREDIT_CODE_LEN + 1] = "91A10115A1234567Y", forbidden[CREDIT_CODE_LEN + 1] = "91310115I1234567Y",
	     too_short[CREDIT_CODE_LEN + 1] = "9131";

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_non_null(ident_credit_code(bad[i]));
	assert_false(ident_credit_code_complete(letter_in_region));
	assert_false(ident_credit_code_complete(forbidden));
	assert_false(ident_credit_code_complete(too_short));
}

/* Every single wrong character and every swap of two different neighbours is noticed. */
static void notices_errors(const char *good, const char *alphabet, const char *(*check)(const char *))
{
	size_t n = strlen(good);
	char text[40];

	assert_null(check(good));
	for (size_t i = 0; i < n; i++)
		for (const char *c = alphabet; *c; c++) {
			snprintf(text, sizeof text, "%s", good);
			text[i] = *c;
			if (*c != good[i] && !check(text))
				fail_msg("%s passes for %s", text, good);
		}
	for (size_t i = 0; i + 1 < n; i++) {
		snprintf(text, sizeof text, "%s", good);
		text[i] = good[i + 1];
		text[i + 1] = good[i];
		if (text[i] != good[i] && !check(text))
			fail_msg("%s passes for %s", text, good);
	}
}

static void credit_codes_notice_errors(void **state)
{
	(void)state;
	notices_errors("91310115A1234567YR", credit_alphabet, ident_credit_code);
	notices_errors("91110000000000000E", credit_alphabet, ident_credit_code);
}

static void resident_numbers(void **state)
{
	static const char *const bad[] = {
		"", "11010519491231002", "11010519491231002XX", "11010519491231002x", "11010519491231002Y", "110105194912310020", "1101051949123100AX",
		"16010519491231002X",  /* no province 16 */
		"110105194913310020", "110105194902300020", "110105190002290020", "110105189912310020", "11010519491231002\x1b",
	};
	char number[RESIDENT_LEN + 1] = "11010520000229001", no_date[RESIDENT_LEN + 1] = "11010520010229001", no_region[RESIDENT_LEN + 1] =
		"99010520000229001", not_digits[RESIDENT_LEN + 1] = "1101052000022900A", two[RESIDENT_LEN + 1] = "11";

	(void)state;
	/* the example of GB 11643-1999: sum 167, 167 mod 11 = 2, which the table turns into X */
	assert_null(ident_resident("11010519491231002X"));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_non_null(ident_resident(bad[i]));
	/* 1*7+1*9+1*5+5*4+2*2 for 11010520, 2*9+2*10+9*5 for 000229, 1*2 for 001: 130, mod 11 = 9, (12 - 9) mod 11 = 3 */
	assert_true(ident_resident_complete(number));
	assert_string_equal(number, "110105200002290013");
	assert_false(ident_resident_complete(no_date));
	assert_false(ident_resident_complete(no_region));
	assert_false(ident_resident_complete(not_digits));
	assert_false(ident_resident_complete(two));
	notices_errors("11010519491231002X", "0123456789X", ident_resident);
	notices_errors("110105200002290013", "0123456789X", ident_resident);
}

/* The two examples of the National Immigration Administration for the card of 2023: 9, the province, the country, and then as any other.
 * 911124…: 9*7+1*9+1*10+1*5+2*8+4*4+1*2+9*1+8*6+1*3+0+8*9+0+3*5+0+0+2*2 = 272, mod 11 = 8, which is 4.
 * 932682…: 63+27+20+30+64+8+2+9+48+15+0+9+0+5+0+0+2 = 302, mod 11 = 5, which is 7. */
static void foreign_residents(void **state)
{
	char born[RESIDENT_BORN] = "";

	(void)state;
	assert_null(ident_resident("911124198108030024"));
	assert_null(ident_resident("932682198501010017"));
	assert_non_null(ident_resident("932682198501010018"));
	assert_non_null(strstr(ident_resident("916682198501010017"), "region")); /* no province 16 */
	assert_true(ident_resident_born(born, "932682198501010017"));
	assert_string_equal(born, "1985-01-01");
	assert_true(ident_resident_born(born, "110105200002290013"));
	assert_string_equal(born, "2000-02-29");
	assert_false(ident_resident_born(born, "110105200002290014"));
	assert_string_equal(born, "2000-02-29");
	notices_errors("932682198501010017", "0123456789X", ident_resident);
}

static const struct { const char *kind, *number; bool good, checked; } documents[] = {
	{ "resident_identity_card", "11010519491231002X", true, true }, { "resident_identity_card", "110105491231002", false, false },
	{ "resident_identity_card", "932682198501010017", false, true }, { "resident_identity_card", "", false, false },
	{ "passport", "E12345678", true, false }, { "passport", "EA1234567", true, false }, { "passport", "e12345678", false, false },
	{ "passport", "E123456789", false, false }, { "passport", "E123", false, false }, { "passport", "E1234 678", false, false },
	{ "passport", "11010519491231002X", false, false },
	{ "hk_macao_permit", "H12345678", true, false }, { "hk_macao_permit", "M12345678", true, false }, { "hk_macao_permit", "H1234567802", true, false },
	{ "hk_macao_permit", "T12345678", false, false }, { "hk_macao_permit", "H1234567", false, false }, { "hk_macao_permit", "H123456780", false, false },
	{ "hk_macao_permit", "", false, false },
	{ "taiwan_permit", "12345678", true, false }, { "taiwan_permit", "1234567", false, false }, { "taiwan_permit", "T2345678", false, false },
	{ "foreign_permanent_residence", "911124198108030024", true, true }, { "foreign_permanent_residence", "11010519491231002X", false, true },
	{ "foreign_permanent_residence", "CAN110081080302", true, false }, { "foreign_permanent_residence", "CA1110081080302", false, false },
	{ "foreign_permanent_residence", "CAN1100810803024", false, false }, { "student_card", "1", false, false }, { "", "1", false, false },
};

static void numbers_fit_their_documents(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(documents); i++) {
		bool checked = true;
		const char *wrong = ident_document(documents[i].kind, documents[i].number, &checked);

		if (!wrong != documents[i].good || (documents[i].good && checked != documents[i].checked))
			fail_msg("%s %s: %s", documents[i].kind, documents[i].number, wrong ? wrong : "passes");
	}
	assert_non_null(strstr(ident_resident("110105491231002"), "first generation"));
	assert_non_null(strstr(ident_resident("11010549123100A"), "18 characters"));
}

/* Every check character that there is comes out of some number, and nothing else does. */
static void resident_numbers_use_every_check_character(void **state)
{
	bool seen[11] = { false };

	(void)state;
	for (int sequence = 0; sequence < 1000; sequence++) {
		char number[RESIDENT_LEN + 1];

		snprintf(number, sizeof number, "31011519900101%03d", sequence);
		assert_true(ident_resident_complete(number));
		assert_null(ident_resident(number));
		seen[number[17] == 'X' ? 10 : number[17] - '0'] = true;
	}
	for (size_t i = 0; i < COUNT(seen); i++)
		assert_true(seen[i]);
}

static const char *luhn_reason(const char *digits)
{
	return ident_luhn(digits) ? NULL : "no";
}

static void luhn(void **state)
{
	char digits[LUHN_MAX + 2] = "7992739871", full[LUHN_MAX + 2];

	(void)state;
	/* 7+9*2-9+9+2*2+7+3*2+9+8*2-9+7+1*2 = 67: the check digit is 3 */
	assert_true(ident_luhn_complete(digits, 10));
	assert_string_equal(digits, "79927398713");
	assert_true(ident_luhn("00"));
	assert_false(ident_luhn(""));
	assert_false(ident_luhn("0"));
	assert_false(ident_luhn("7992739871 3"));
	assert_false(ident_luhn("7992739871A"));
	memset(full, '0', sizeof full);
	full[LUHN_MAX + 1] = '\0';
	assert_false(ident_luhn(full));
	assert_false(ident_luhn_complete(full, LUHN_MAX));
	assert_true(ident_luhn_complete(full, LUHN_MAX - 1));
	assert_false(ident_luhn_complete(full, 0));
	memcpy(full, "12a", 4);
	assert_false(ident_luhn_complete(full, 3));
	notices_errors("79927398713", "0123456789", luhn_reason); /* 09 and 90 would pass for each other; not in here */
}

static void bank_cards(void **state)
{
	static const char *const bad[] = { "", "6200000000000000", "62000000000A0005", "620000000004", "62000000000000000000", "6200 0000 0000 0005" };

	(void)state;
	assert_null(ident_bank_card("6200000000000005")); /* 6 doubled is 12, 1+2+2 = 5 */
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_non_null(ident_bank_card(bad[i]));
}

static void mobiles(void **state)
{
	static const char *const bad[] = {
		"", "1380013800", "138001380000", "12800138000", "23800138000", "+8613800138000", "1380013800a", "138-0013-800", "１3800138000",
	};

	(void)state;
	assert_null(ident_mobile("13800138000"));
	assert_null(ident_mobile("19900000000"));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_non_null(ident_mobile(bad[i]));
}

static void the_birth_date_of_a_number(void **state)
{
	char born[RESIDENT_BORN] = "";

	(void)state;
	assert_true(ident_resident_born(born, "11010519491231002X"));
	assert_string_equal(born, "1949-12-31");
	assert_false(ident_resident_born(born, "110105194912310021")); /* another check character */
	assert_false(ident_resident_born(born, ""));
	assert_string_equal(born, "1949-12-31");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(credit_codes_by_hand),
		cmocka_unit_test(credit_codes_refused),
		cmocka_unit_test(credit_codes_notice_errors),
		cmocka_unit_test(resident_numbers),
		cmocka_unit_test(foreign_residents),
		cmocka_unit_test(numbers_fit_their_documents),
		cmocka_unit_test(resident_numbers_use_every_check_character),
		cmocka_unit_test(luhn),
		cmocka_unit_test(bank_cards),
		cmocka_unit_test(mobiles),
		cmocka_unit_test(the_birth_date_of_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
