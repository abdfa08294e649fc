/* Identifiers with rules of their own: who and what is named by a number.
 *
 * A check takes the whole text and gives NULL if it is well formed, otherwise an untranslated N_() reason; it fits a field's check.
 * Well formed is not issued: only the registry knows that. The text may hold any bytes.
 *
 * The complete functions work out the check character; synthetic data is made with them. */
#ifndef CORE_VALUES_IDENT_H
#define CORE_VALUES_IDENT_H

#include <stdbool.h>
#include <stddef.h>

enum { CREDIT_CODE_LEN = 18, RESIDENT_LEN = 18, RESIDENT_BORN = 11 /* bytes of its birth date as text */, LUHN_MIN = 2, LUHN_MAX = 32 };

/* Unified social credit code, GB 32100-2015: 18 characters of 0-9 A-Z without I O S V Z; characters 3 to 8 are the region's digits;
 * the last is the check character, modulus 31. The organisation code inside it (9 to 17) has a check character of
 * GB 11714, which is not tested here: codes that were carried over from older registers do not all satisfy it. */
const char *ident_credit_code(const char *text);
/* Writes code[17] and the NUL after it. false, and nothing written, if the first 17 characters cannot begin a code. */
bool ident_credit_code_complete(char code[CREDIT_CODE_LEN + 1]);

/* Resident identity number, GB 11643-1999: region (GB/T 2260, a province that exists), a birth date that exists from 1900 on, sequence,
 * check character 0-9 X by ISO 7064 MOD 11-2. The foreign permanent resident card of 1 December 2023 keeps this form, with 9, the province
 * that issued it and three digits of the holder's country (ISO 3166-1) at the front (National Immigration Administration, 2023). */
const char *ident_resident(const char *text);
bool ident_resident_complete(char number[RESIDENT_LEN + 1]);
/* The birth date in it (characters 7 to 14) as YYYY-MM-DD. false, and nothing written, if the number is not well formed. */
bool ident_resident_born(char born[RESIDENT_BORN], const char *number);

/* The number of an identity document, by the form that its kind has (a name from core/records/identity_check.c: "passport"). An unknown kind is
 * a reason as well. checked: whether a check character vouches for the number; those of travel documents have none. */
const char *ident_document(const char *kind, const char *number, bool *checked);

/* Digits with a check digit by the Luhn formula (ISO/IEC 7812-1, annex B), LUHN_MIN to LUHN_MAX of them. */
bool ident_luhn(const char *digits);
/* Writes the check digit to digits[n] and NUL to digits[n + 1]. false if the first n are not all digits, or n is out of range. */
bool ident_luhn_complete(char *digits, size_t n);
/* A bank card number: 13 to 19 digits (ISO/IEC 7812-1; China UnionPay issues 16 to 19) with a Luhn check digit. */
const char *ident_bank_card(const char *text);

/* A mainland mobile number: 11 digits, 13 to 19 at the front, no country code. */
const char *ident_mobile(const char *text);

#endif
