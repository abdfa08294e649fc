#include "core/values/ident.h"

#include <stdio.h>
#include <string.h>

#include "core/values/when.h"
#include "store/mem.h"

enum { OLD_LEN = 15 /* before GB 11643-1999: year of two digits, no check character */, PASSPORT_MIN = 5 };

/* GB 32100-2015, table 1: a character's value is its place here. */
static const char credit_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static size_t count_digits(const char *s)
{
	return strspn(s, "0123456789");
}

/* The check character of the first 17, or NUL if one of them is not in the alphabet. GB 32100-2015, 5.2.5: weights 3^(i-1) mod 31. */
static char credit_check_character(const char *code)
{
	int sum = 0, weight = 1;

	for (int i = 0; i < CREDIT_CODE_LEN - 1; i++) {
		const char *at = code[i] ? strchr(credit_alphabet, code[i]) : NULL;

		if (!at)
			return '\0';
		sum += (int)(at - credit_alphabet) * weight;
		weight = weight * 3 % 31;
	}
	return credit_alphabet[(31 - sum % 31) % 31];
}

const char *ident_credit_code(const char *text)
{
	char check;

	if (strnlen(text, CREDIT_CODE_LEN + 1) != CREDIT_CODE_LEN)
		return N_("a unified social credit code has 18 characters");
	if (strspn(text, credit_alphabet) != CREDIT_CODE_LEN)
		return N_("a unified social credit code has digits and capital letters other than I, O, S, V, Z");
	if (count_digits(text + 2) < 6)
		return N_("characters 3 to 8 of a unified social credit code are the region's digits");
	check = credit_check_character(text);
	if (check != text[CREDIT_CODE_LEN - 1])
		return N_("the check character of the unified social credit code does not fit: a character is wrong, or two changed places");
	return NULL;
}

bool ident_credit_code_complete(char code[CREDIT_CODE_LEN + 1])
{
	char check = credit_check_character(code);

	if (!check || count_digits(code + 2) < 6)
		return false;
	code[CREDIT_CODE_LEN - 1] = check;
	code[CREDIT_CODE_LEN] = '\0';
	return true;
}

/* GB/T 2260: the first two digits of a region that exists. 83: residence permits for people from Taiwan. */
static bool province_exists(const char *number)
{
	static const char provinces[] =
		"11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 ";
	const char key[4] = { number[0], number[1], ' ', '\0' };

	return strstr(provinces, key) != NULL;
}

/* ISO 7064 MOD 11-2 over the first 17 digits, as GB 11643-1999, 4.2.4: weights 2^(18-i) mod 11. */
static char resident_check_character(const char *number)
{
	int sum = 0;

	for (int i = 0; i < RESIDENT_LEN - 1; i++)
		sum = (sum + number[i] - '0') * 2 % 11;
	return "0123456789X"[(12 - sum) % 11];
}

static int digits_at(const char *s, int n)
{
	int v = 0;

	while (n-- > 0)
		v = v * 10 + *s++ - '0';
	return v;
}

/* Of no citizen: their numbers begin with 1 to 8. */
static bool is_foreign(const char *number)
{
	return *number == '9';
}

/* The reason why the first 17 digits cannot begin a number; NULL: they can. */
static const char *resident_body(const char *number)
{
	int year;

	if (!province_exists(number + is_foreign(number)))
		return N_("a resident identity number begins with a region's code, and this region does not exist");
	year = digits_at(number + 6, 4);
	if (year < 1900 || year > 2099 || !when_date_exists(year, digits_at(number + 10, 2), digits_at(number + 12, 2)))
		return N_("digits 7 to 14 of a resident identity number are a birth date, and this date does not exist");
	return NULL;
}

const char *ident_resident(const char *text)
{
	const char *reason;
	size_t digits;

	if (strnlen(text, RESIDENT_LEN + 1) == OLD_LEN && count_digits(text) == OLD_LEN)
		return N_("a number of 15 digits is of the first generation of cards, which ended on 31 December 2012");
	if (strnlen(text, RESIDENT_LEN + 1) != RESIDENT_LEN)
		return N_("a resident identity number has 18 characters");
	digits = count_digits(text);
	if (digits < RESIDENT_LEN - 1 || (digits == RESIDENT_LEN - 1 && text[RESIDENT_LEN - 1] != 'X'))
		return N_("a resident identity number has 17 digits and then a digit or a capital X");
	reason = resident_body(text);
	if (reason)
		return reason;
	if (text[RESIDENT_LEN - 1] != resident_check_character(text))
		return N_("the check character of the resident identity number does not fit: a digit is wrong, or two changed places");
	return NULL;
}

bool ident_resident_complete(char number[RESIDENT_LEN + 1])
{
	for (int i = 0; i < RESIDENT_LEN - 1; i++)
		if (number[i] < '0' || number[i] > '9')
			return false;
	if (resident_body(number))
		return false;
	number[RESIDENT_LEN - 1] = resident_check_character(number);
	number[RESIDENT_LEN] = '\0';
	return true;
}

bool ident_resident_born(char born[RESIDENT_BORN], const char *number)
{
	if (ident_resident(number))
		return false;
	snprintf(born, RESIDENT_BORN, "%.4s-%.2s-%.2s", number + 6, number + 10, number + 12);
	return true;
}

/* ---- by the kind of document ---- */
static const char digits_only[] = "0123456789", capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
		  capitals_and_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

static bool made_of(const char *s, const char *set, size_t least, size_t most)
{
	size_t n = strnlen(s, most + 1);

	return n >= least && n <= most && strspn(s, set) == n;
}

static const char *citizen(const char *number)
{
	return is_foreign(number) ? N_("numbers that begin with 9 are of foreign permanent residents") : ident_resident(number);
}

/* ICAO Doc 9303, part 4: nine places, the unused ones empty. */
static const char *passport(const char *number)
{
	return made_of(number, capitals_and_digits, PASSPORT_MIN, 9) ? NULL : N_("a passport's number has 5 to 9 capital letters and digits");
}

/* The card of 2013: the person's number for good. The booklet before it counted its renewals in two digits more. */
static const char *hk_macao(const char *number)
{
	if ((*number == 'H' || *number == 'M') && (made_of(number + 1, digits_only, 8, 8) || made_of(number + 1, digits_only, 10, 10)))
		return NULL;
	return N_("the number of this permit is H or M with 8 digits, or with 10 on a booklet");
}

static const char *taiwan(const char *number)
{
	return made_of(number, digits_only, 8, 8) ? NULL : N_("the number of this permit has 8 digits");
}

/* The card of 2017 is valid until it runs out: three letters of the country, then digits. */
static bool is_card_of_2017(const char *number)
{
	return strspn(number, capitals) == 3 && made_of(number + 3, digits_only, 12, 12);
}

static const char *permanent_resident(const char *number)
{
	if (is_card_of_2017(number))
		return NULL;
	return is_foreign(number) ? ident_resident(number) :
				    N_("the number of a foreign permanent resident begins with 9, or with 3 letters on a card of 2017");
}

const char *ident_document(const char *kind, const char *number, bool *checked)
{
	static const struct { const char *kind; const char *(*wrong)(const char *number); bool checked; } forms[] = {
		{ "resident_identity_card", citizen, true }, { "passport", passport, false }, { "hk_macao_permit", hk_macao, false },
		{ "taiwan_permit", taiwan, false }, { "foreign_permanent_residence", permanent_resident, true },
	};

	*checked = false;
	for (size_t i = 0; i < COUNT(forms); i++)
		if (!strcmp(forms[i].kind, kind)) {
			*checked = forms[i].checked && strlen(number) == RESIDENT_LEN;
			return forms[i].wrong(number);
		}
	return N_("the kind of document is not known");
}

/* The digit that completes n digits: from the right, every second one is doubled, beginning with the last. */
static char luhn_check_digit(const char *digits, size_t n)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++) {
		int d = digits[n - 1 - i] - '0';

		sum += i % 2 ? d : d < 5 ? 2 * d : 2 * d - 9;
	}
	return (char)('0' + (10 - sum % 10) % 10);
}

bool ident_luhn(const char *digits)
{
	size_t n = strnlen(digits, LUHN_MAX + 1);

	return n >= LUHN_MIN && n <= LUHN_MAX && count_digits(digits) == n && luhn_check_digit(digits, n - 1) == digits[n - 1];
}

bool ident_luhn_complete(char *digits, size_t n)
{
	if (n + 1 < LUHN_MIN || n + 1 > LUHN_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if (digits[i] < '0' || digits[i] > '9')
			return false;
	digits[n] = luhn_check_digit(digits, n);
	digits[n + 1] = '\0';
	return true;
}

const char *ident_bank_card(const char *text)
{
	size_t n = strnlen(text, 20);

	if (n < 13 || n > 19 || count_digits(text) != n)
		return N_("a bank card number has 13 to 19 digits");
	if (!ident_luhn(text))
		return N_("the check digit of the bank card number does not fit: a digit is wrong, or two changed places");
	return NULL;
}

const char *ident_mobile(const char *text)
{
	if (strnlen(text, 12) != 11 || count_digits(text) != 11)
		return N_("a mobile number has 11 digits, without a country code");
	if (text[0] != '1' || text[1] < '3')
		return N_("a mobile number begins with 13 to 19");
	return NULL;
}
