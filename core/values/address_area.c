/* The first part of an address: province, city, district, subdistrict. */
#include <string.h>

#include "core/values/address_parts.h"
#include "core/values/han.h"
#include "core/values/text.h"

enum { NAME_MAX = 8 /* of a district, in characters */, NATIONS_MAX = 12 /* 藏族羌族自治州 */ };

bool address_is_one_of(uint32_t c, const char *set)
{
	for (uint32_t s; c && (s = text_take(&set));)
		if (s == c)
			return true;
	return false;
}

size_t address_word(const struct address *a, size_t at, const char *word, size_t bytes)
{
	const char *p = word;
	size_t n = 0;

	for (; p < word + bytes; n++)
		if (at + n >= a->n || text_take(&p) != a->c[at + n])
			return 0;
	return n;
}

static size_t word(const struct address *a, size_t at, const char *text)
{
	return address_word(a, at, text, strlen(text));
}

bool address_street_goes_on(const struct address *a, size_t at)
{
	at += at < a->n && address_is_one_of(a->c[at], "东西南北中");
	at += at < a->n && address_is_one_of(a->c[at], "一二三四五六七八九十环");
	at += at < a->n && a->c[at] == U'大';
	return at < a->n && address_is_one_of(a->c[at], "路街道") && !word(a, at, "街道");
}

/* ---- reading ---- */
/* What stands in brackets helps whoever looks for the place; another writer leaves it out. */
static void without_remarks(struct buf *out, const char *text)
{
	int open = 0;

	while (*text) {
		const char *from = text;
		uint32_t c = text_take(&text);

		open += c == '(' || c == U'（';
		if (!open)
			buf_add(out, from, (size_t)(text - from));
		open -= open && (c == ')' || c == U'）');
	}
}

bool address_is_alnum(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

static void read_characters(struct address *a, const char *folded)
{
	while (*folded && a->n < ADDRESS_MAX) {
		uint32_t c = text_take(&folded);
		const struct han *h = han_is(c) ? han_find(c) : NULL;
		const char *next = folded;

		if (c == ' ' && !(a->n && address_is_alnum(a->c[a->n - 1]) && address_is_alnum(text_take(&next))))
			continue;
		a->c[a->n++] = h && h->simplified ? h->simplified : c;
	}
}

/* ---- province and city ---- */
static size_t province_at(const struct address *a, size_t at, int *which)
{
	for (size_t i = 0; i < province_count; i++) {
		size_t full = word(a, at, province_table[i].full), name = word(a, at, province_table[i].name);

		*which = (int)i;
		if (full)
			return full;
		if (name && !address_street_goes_on(a, at + name))
			return name;
	}
	*which = -1;
	return 0;
}

/* 市, 地区, 盟, 州, 朝鲜族自治州 */
static size_t city_suffix(const struct address *a, size_t at)
{
	static const char *const suffixes[] = { "市", "地区", "盟" };

	for (size_t i = 0; i < COUNT(suffixes); i++)
		if (word(a, at, suffixes[i]))
			return word(a, at, suffixes[i]);
	for (size_t i = 0; i < NATIONS_MAX && at + i < a->n && !address_is_one_of(a->c[at + i], "路街道市区县"); i++)
		if (word(a, at + i, "自治州"))
			return i + strlen("xxx");
	return word(a, at, "州");
}

static size_t city_at(const struct address *a, size_t at, int province, int *which)
{
	const char *name = province_table[province].cities;

	for (*which = 0; *name; ++*which) {
		size_t bytes = strcspn(name, " "), n = address_word(a, at, name, bytes), suffix = n ? city_suffix(a, at + n) : 0;

		if (n && (suffix || !address_street_goes_on(a, at + n)))
			return n + suffix;
		name += bytes + strspn(name + bytes, " ");
	}
	*which = -1;
	return 0;
}

static bool is_municipality(int province)
{
	return !strcmp(province_table[province].name, province_table[province].cities);
}

static void read_city(struct address *a)
{
	size_t n;

	a->street += province_at(a, a->street, &a->province);
	if (a->province >= 0) {
		a->street += city_at(a, a->street, a->province, &a->city); /* 上海市上海市 too */
		if (is_municipality(a->province))
			a->city = 0;
		return;
	}
	for (int i = 0; i < (int)province_count; i++)
		if ((n = city_at(a, a->street, i, &a->city))) {
			a->street += n;
			a->province = i;
			return;
		}
}

/* ---- what is named by its suffix ---- */
static bool ends_a_name(const struct address *a, size_t from, size_t at)
{
	if (at == from || address_street_goes_on(a, at + 1))
		return false;
	if (a->c[at] == U'市')
		return at + 1 < a->n && !address_is_one_of(a->c[at + 1], "场口政民委");
	return address_is_one_of(a->c[at], "区县") && !address_is_one_of(a->c[at - 1], "小社园厂校库");
}

/* The first name from here that ends in 市, 区 or 县, before any street; its length with the suffix, 0: none. */
static size_t suffixed_at(const struct address *a, size_t from)
{
	for (size_t i = from; i < a->n && i < from + NAME_MAX; i++) {
		if (address_is_one_of(a->c[i], "路街道巷弄号村栋") || a->c[i] < 0x80)
			return 0;
		if (ends_a_name(a, from, i) && !(a->c[i] == U'市' && i + 2 < a->n && a->c[i + 1] == U'区'))
			return i + 1 - from;
	}
	return 0;
}

/* 浦东新区 and 浦东 are one. */
static struct span without_suffix(const struct address *a, size_t at, size_t n)
{
	n--;
	return (struct span){ at, n > 2 && a->c[at + n - 1] == U'新' && a->c[at + n] == U'区' ? n - 1 : n };
}

static void read_district(struct address *a)
{
	for (size_t n; !a->district.n && (n = suffixed_at(a, a->street)); a->street += n) {
		struct span name = without_suffix(a, a->street, n);

		if (word(a, a->street, "市辖区"))
			continue;
		if (a->c[a->street + n - 1] == U'市' && a->city < 0 && !a->other_city.n)
			a->other_city = name;
		else
			a->district = name;
	}
}

/* Subdistrict, town: left out more often than not, and never alone the difference between two places. */
static void read_town(struct address *a)
{
	for (size_t i = a->street + 1; i < a->n && i < a->street + NAME_MAX; i++) {
		size_t n = word(a, i, "街道") + (address_is_one_of(a->c[i], "镇乡") && !address_street_goes_on(a, i + 1));

		if (n) {
			a->street = i + n;
			return;
		}
		if (address_is_one_of(a->c[i], "路街道巷弄号村栋") || a->c[i] < 0x80)
			return;
	}
}

void address_read(struct address *a, const char *text)
{
	AUTO(buf_release) struct buf plain = BUF_INIT, folded = BUF_INIT;

	*a = (struct address){ .province = -1, .city = -1 };
	without_remarks(&plain, text);
	text_fold(&folded, plain.data, plain.len);
	read_characters(a, folded.data);
	a->street += word(a, 0, "中国");
	read_city(a);
	read_district(a);
	read_town(a);
}

/* ---- two of them ---- */
static bool differ(const struct address *a, struct span x, const struct address *b, struct span y)
{
	return x.n && y.n && (x.n != y.n || memcmp(a->c + x.at, b->c + y.at, x.n * sizeof a->c[0]));
}

bool address_alike(const char *one, const char *other)
{
	AUTO(buf_release) struct buf key = BUF_INIT, wanted = BUF_INIT;
	struct address a, b;

	address_key(&key, one);
	address_key(&wanted, other);
	if (!key.len || strcmp(key.data, wanted.data))
		return false;
	address_read(&a, one);
	address_read(&b, other);
	if ((a.province >= 0 && b.province >= 0 && a.province != b.province) || (a.city >= 0 && b.city >= 0 && a.city != b.city))
		return false;
	if ((a.city >= 0 && b.other_city.n) || (b.city >= 0 && a.other_city.n))
		return false;
	return !differ(&a, a.other_city, &b, b.other_city) && !differ(&a, a.district, &b, b.district);
}
