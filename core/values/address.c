/* The second part of an address: street, number, building, unit, floor, room. */
#include "core/values/address.h"

#include <stdio.h>
#include <string.h>

#include "core/values/address_parts.h"
#include "core/values/text.h"

enum { TOKENS_MAX = 64, NUMBER_MAX = 16 };
enum unit { NO_UNIT, STREET_NO, BUILDING, STAIRS, FLOOR, ROOM, OTHER_UNIT /* stays a word */ };
static const char *const unit_names[] = { "", "号", "栋", "单元", "层", "室", "" };

struct token {
	bool word;                   /* otherwise a number, which may have letters */
	struct span text;            /* of a word */
	char number[NUMBER_MAX + 8];
	enum unit unit;
	bool below;                  /* the ground */
	bool left_out;
};
struct street {
	const struct address *a;
	struct token t[TOKENS_MAX];
	size_t n;
};

/* ---- numbers ---- */
static int numeral(uint32_t c)
{
	static const char *const digits[] = { "〇零○", "一", "二两", "三", "四", "五", "六", "七", "八", "九" };

	for (int i = 0; i < (int)COUNT(digits); i++)
		if (address_is_one_of(c, digits[i]))
			return i;
	return c == U'十' ? 10 : c == U'百' ? 100 : -1;
}

/* 二〇三 is 203 digit by digit, 一百二十 is 120 by its places. */
static void numerals(char *out, size_t size, const uint32_t *c, size_t n)
{
	long sum = 0, digit = 0;
	bool places = false;

	for (size_t i = 0; i < n; i++)
		places |= numeral(c[i]) >= 10;
	for (size_t i = 0; i < n; i++) {
		int v = numeral(c[i]);

		if (!places)
			sum = sum * 10 + v;
		else if (v >= 10)
			sum += (digit ? digit : 1) * v, digit = 0;
		else
			digit = v;
	}
	snprintf(out, size, "%ld", sum + digit);
}

/* ---- units ---- */
static size_t unit_at(const struct address *a, size_t at, enum unit *unit)
{
	static const struct { const char *word; enum unit unit; } units[] = { /* the longer before the shorter */
		{ "号楼", BUILDING }, { "号栋", BUILDING }, { "号幢", BUILDING }, { "号院", STREET_NO }, { "号商铺", ROOM }, { "号铺", ROOM },
		{ "号房", ROOM }, { "号室", ROOM }, { "号店", ROOM }, { "号", STREET_NO }, { "栋", BUILDING }, { "幢", BUILDING }, { "座", BUILDING },
		{ "单元", STAIRS }, { "楼层", FLOOR }, { "层", FLOOR }, { "楼", FLOOR }, { "室", ROOM }, { "房", ROOM }, { "户", ROOM },
		{ "商铺", ROOM }, { "铺位", ROOM }, { "铺", ROOM }, { "弄", OTHER_UNIT }, { "期", OTHER_UNIT }, { "区", OTHER_UNIT }, { "组", OTHER_UNIT },
	};

	for (size_t i = 0; i < COUNT(units); i++) {
		size_t n = address_word(a, at, units[i].word, strlen(units[i].word));

		*unit = units[i].unit;
		if (n)
			return units[i].unit == OTHER_UNIT ? 0 : n;
	}
	*unit = NO_UNIT;
	return 0;
}

/* ---- tokens ---- */
/* Letters and digits with a digit among them, or a letter before a unit (B座). Returns their length, 0: none here. */
static size_t number_at(const struct address *a, size_t at)
{
	size_t n = 0;
	bool digit = false;
	enum unit unit;

	for (; at + n < a->n && address_is_alnum(a->c[at + n]); n++)
		digit |= a->c[at + n] <= '9';
	return digit || (n == 1 && unit_at(a, at + n, &unit)) ? n : 0;
}

/* 12, 012, a301, 3f: the number without leading zeros, the unit behind it. Returns where it ends. */
static size_t take_number(struct street *s, size_t at)
{
	struct token *t = &s->t[s->n++];
	size_t n = 0, end = at + number_at(s->a, at);

	for (; at < end; at++)
		if (n < NUMBER_MAX && (n || s->a->c[at] != '0'))
			t->number[n++] = (char)s->a->c[at];
	if (!n)
		t->number[n++] = '0';
	if (n > 1 && t->number[n - 1] == 'f' && strspn(t->number, "0123456789") == n - 1)
		t->number[n - 1] = '\0', t->unit = FLOOR;
	else
		at += unit_at(s->a, at, &t->unit);
	if (t->unit == FLOOR && t->number[0] == 'b' && n > 1) {
		memmove(t->number, t->number + 1, n);
		t->below = true;
	}
	return at;
}

/* Numerals count as a number only before a unit and at the end: 三里屯 and 五一路 are names. Returns where it ends, or at. */
static size_t take_numerals(struct street *s, size_t at)
{
	size_t n = 0, length;
	enum unit unit;

	while (n < 6 && at + n < s->a->n && numeral(s->a->c[at + n]) >= 0)
		n++;
	length = unit_at(s->a, at + n, &unit);
	if (!n || (unit == NO_UNIT && at + n < s->a->n))
		return at;
	numerals(s->t[s->n].number, sizeof s->t[0].number, s->a->c + at, n);
	s->t[s->n++].unit = unit;
	return at + n + length;
}

static void take_character(struct street *s, size_t at)
{
	struct token *last = s->n ? &s->t[s->n - 1] : NULL;

	if (last && last->word && last->text.at + last->text.n == at)
		last->text.n++;
	else
		s->t[s->n++] = (struct token){ .word = true, .text = { at, 1 } };
}

/* 负一层, 地下1层: the mark of a floor below the ground, where a number follows. */
static size_t below_ground(const struct address *a, size_t at)
{
	size_t n = address_word(a, at, "地下", strlen("地下")) + address_word(a, at, "负", strlen("负"));

	return n && at + n < a->n && (number_at(a, at + n) || numeral(a->c[at + n]) >= 0) ? n : 0;
}

static void read_street(struct street *s)
{
	bool below = false;

	for (size_t at = s->a->street; at < s->a->n && s->n < TOKENS_MAX;) {
		size_t before = s->n, from = at, skip = below_ground(s->a, at);

		if (skip) {
			below = true;
			at += skip;
			continue;
		}
		if (number_at(s->a, at) && (!at || !address_is_alnum(s->a->c[at - 1])))
			at = take_number(s, at);
		else if ((at = take_numerals(s, at)) == from && s->a->c[at++] != ' ')
			take_character(s, from);
		if (s->n > before)
			s->t[before].below |= below;
		below = false;
	}
}

/* ---- what bare numbers stand for ---- */
static bool is_bare(const struct street *s, size_t i)
{
	return i < s->n && !s->t[i].word && s->t[i].unit == NO_UNIT;
}

/* 样本路12-1号 is one number; 样本路12 lacks its 号. */
static void name_street_numbers(struct street *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct token *before = i ? &s->t[i - 1] : NULL;

		if (is_bare(s, i) && i + 1 < s->n && !s->t[i + 1].word && s->t[i + 1].unit == STREET_NO) {
			char joined[2 * sizeof s->t[0].number];

			snprintf(joined, sizeof joined, "%s-%s", s->t[i].number, s->t[i + 1].number);
			snprintf(s->t[i + 1].number, sizeof s->t[0].number, "%.*s", NUMBER_MAX + 7, joined);
			s->t[i].left_out = true;
		} else if (is_bare(s, i) && before && before->word &&
			   address_is_one_of(s->a->c[before->text.at + before->text.n - 1], "路街道巷")) {
			s->t[i].unit = STREET_NO;
		}
	}
}

/* At the end 3-2-501 is building, unit and room, 3-501 building and room, 501 a room; with the building said, 2-501 is unit and room. */
static void name_last_numbers(struct street *s)
{
	size_t bare = 0;
	bool building = false;

	while (bare < s->n && is_bare(s, s->n - 1 - bare))
		bare++;
	for (size_t i = 0; i < s->n; i++)
		building |= s->t[i].unit == BUILDING;
	if (bare >= 1)
		s->t[s->n - 1].unit = ROOM;
	if (bare >= 2)
		s->t[s->n - 2].unit = bare > 2 || building ? STAIRS : BUILDING;
	if (bare >= 3)
		s->t[s->n - 3].unit = BUILDING;
}

/* 5层501室: the room says the floor. */
static void leave_out_floors(struct street *s)
{
	for (size_t i = 0; i + 1 < s->n; i++) {
		const struct token *room = &s->t[i + 1];
		size_t n = strlen(s->t[i].number);

		if (s->t[i].unit == FLOOR && room->unit == ROOM && strlen(room->number) > n && !strncmp(room->number, s->t[i].number, n))
			s->t[i].left_out = true;
	}
}

static bool write_street(struct buf *out, const struct street *s)
{
	bool numbered = false;

	for (size_t i = 0; i < s->n; i++) {
		const struct token *t = &s->t[i];

		if (t->left_out)
			continue;
		for (size_t k = 0; t->word && k < t->text.n; k++)
			text_give(out, s->a->c[t->text.at + k]);
		if (!t->word)
			buf_addf(out, "%s%s%s", t->below ? "负" : "", t->number, unit_names[t->unit]);
		numbered |= !t->word;
	}
	return numbered;
}

void address_key(struct buf *out, const char *address)
{
	size_t before = out->len;
	struct address a;
	struct street s = { .a = &a };

	address_read(&a, address);
	read_street(&s);
	name_street_numbers(&s);
	name_last_numbers(&s);
	leave_out_floors(&s);
	if (!write_street(out, &s))
		buf_setlen(out, before);
}
