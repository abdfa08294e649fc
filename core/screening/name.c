#include "core/screening/name.h"

#include <stdlib.h>
#include <string.h>

#include "core/values/han.h"
#include "core/values/text.h"

enum { HAN_PERSON = 4 /* characters of the longest usual name */, HAN_MAX = 16, CHOICES = 6 /* readings of a character that are looked at */ };

/* ---- words that name nobody ---- */
struct text { const char *at; size_t n; };

static int compare_nameword(const void *key, const void *row)
{
	const struct text *w = key;
	const char *word = ((const struct nameword *)row)->word;
	size_t n = strlen(word);
	int d = memcmp(w->at, word, w->n < n ? w->n : n);

	return d ? d : w->n < n ? -1 : w->n > n;
}

enum nameword_class nameword_find(const char *word, size_t n)
{
	const struct nameword *w = bsearch(&(struct text){ word, n }, nameword_table, nameword_count, sizeof *nameword_table,
					   compare_nameword);

	return w ? w->class : NAMEWORD_NONE;
}

static const struct { enum way way; const char *name, *label; } ways[] = {
	{ WAY_PLAIN, "plain", N_("as written") },
	{ WAY_HAN, "han", N_("as written") },
	{ WAY_SIMPLIFIED, "simplified", N_("traditional to simplified") },
	{ WAY_PINYIN, "pinyin", N_("pinyin") },
	{ WAY_PINYIN_OTHER, "pinyin_other", N_("pinyin, another reading") },
	{ WAY_OLD, "wade_giles", N_("Wade-Giles") },
	{ WAY_READING, "plain", N_("as written") },
};

const char *way_name(enum way way)
{
	for (size_t i = 0; i < COUNT(ways); i++)
		if (ways[i].way == way)
			return ways[i].name;
	return "";
}

const char *way_label(enum way way)
{
	for (size_t i = 0; i < COUNT(ways); i++)
		if (ways[i].way == way)
			return ways[i].label;
	return "";
}

/* ---- lines ---- */
static void line_start(struct buf *forms, int number, enum way way)
{
	buf_addf(forms, "%d%c", number, (char)way);
}

static void line_word(struct buf *forms, const char *word, size_t n)
{
	buf_addc(forms, ' ');
	buf_add(forms, word, n);
}

/* ---- words of an alphabet ---- */
static bool next_word(const char **at, struct text *w)
{
	*at += strspn(*at, " ");
	w->at = *at;
	w->n = strcspn(*at, " ");
	*at += w->n;
	return w->n > 0;
}

static bool says_something(struct text w)
{
	enum nameword_class c = nameword_find(w.at, w.n);

	return c != NAMEWORD_TITLE && c != NAMEWORD_FORM;
}

/* The words that say something; all of them where none does. */
static size_t keep_words(const char *folded, struct text *word)
{
	const char *at = folded;
	struct text w;
	size_t n = 0;

	while (n < NAME_WORDS && next_word(&at, &w))
		if (says_something(w))
			word[n++] = w;
	for (at = folded; !n && n < NAME_WORDS && next_word(&at, &w); n++)
		word[n] = w;
	return n;
}

/* A name of two to four syllables, of which every word reads as pinyin, may be listed in Wade-Giles. */
static void write_old(struct buf *forms, int number, const struct text *word, size_t n)
{
	AUTO(buf_release) struct buf line = BUF_INIT, old = BUF_INIT;
	int syllables = 0;
	bool other = false;

	line_start(&line, number, WAY_OLD);
	for (size_t i = 0; i < n; i++) {
		int more;

		buf_clear(&old);
		more = syllables_old(&old, word[i].at, word[i].n);
		if (!more)
			return;
		syllables += more;
		other |= old.len != word[i].n || memcmp(old.data, word[i].at, old.len) != 0;
		line_word(&line, old.data, old.len);
	}
	if (!other || syllables < 2 || syllables > HAN_PERSON)
		return;
	buf_addc(&line, '\n');
	buf_add(forms, line.data, line.len);
}

/* Is this all in a line of forms in pinyin? The words may be in another order, or parted elsewhere ("Wei Guo ZHANG"). */
static bool is_reading(const char *forms, const struct text *word, size_t n)
{
	AUTO(buf_release) struct buf name = BUF_INIT, turned = BUF_INIT;
	const char *line = forms;

	for (size_t i = 0; i < n; i++)
		buf_add(&name, word[i].at, word[i].n);
	for (; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *at = line + strspn(line, "0123456789"), *space, *end = line + strcspn(line, "\n");

		if (*at != WAY_PINYIN && *at != WAY_PINYIN_OTHER)
			continue;
		at += 2;
		space = memchr(at, ' ', (size_t)(end - at));
		if (!space || memchr(space + 1, ' ', (size_t)(end - space - 1)))
			continue; /* a company's */
		for (int surname_last = 0; surname_last < 2; surname_last++) {
			buf_clear(&turned);
			buf_add(&turned, surname_last ? space + 1 : at, (size_t)(surname_last ? end - space - 1 : space - at));
			buf_add(&turned, surname_last ? at : space + 1, (size_t)(surname_last ? space - at : end - space - 1));
			if (turned.len == name.len && !memcmp(turned.data, name.data, name.len))
				return true;
		}
	}
	return false;
}

static void write_plain(struct buf *forms, int number, const char *folded)
{
	struct text word[NAME_WORDS];
	size_t n = keep_words(folded, word);
	bool reading;

	if (!n)
		return;
	reading = is_reading(forms->data, word, n);
	line_start(forms, number, reading ? WAY_READING : WAY_PLAIN);
	for (size_t i = 0; i < n; i++)
		line_word(forms, word[i].at, word[i].n);
	buf_addc(forms, '\n');
	if (!reading)
		write_old(forms, number, word, n);
}

/* ---- Chinese ---- */
struct sign {
	uint32_t cp;                 /* simplified */
	struct text reading[CHOICES];
	size_t n;
};
struct han_name {
	struct sign sign[HAN_MAX];
	size_t n, surname;           /* characters; of which the surname */
	const bool *parted;          /* HAN_MAX: whether something stands before it that parts words: 买买提·吐尔逊 */
	bool converted;
};

static void add_reading(struct sign *s, const char *at, size_t n)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->reading[i].n == n && !memcmp(s->reading[i].at, at, n))
			return;
	if (s->n < CHOICES)
		s->reading[s->n++] = (struct text){ at, n };
}

static void add_readings(struct sign *s, const struct han *h)
{
	struct text w;

	for (const char *at = h ? h->readings : ""; next_word(&at, &w);)
		add_reading(s, w.at, w.n);
}

/* The readings of the character itself come first, then those of its simplified form. */
static bool take_sign(struct sign *s, uint32_t cp)
{
	const struct han *h = han_find(cp);

	*s = (struct sign){ .cp = h && h->simplified ? h->simplified : cp };
	add_readings(s, h);
	if (s->cp != cp)
		add_readings(s, han_find(s->cp));
	return s->cp != cp;
}

/* Takes what the company legally is, or an honorific, off the end; the longest first. n: bytes that stay. */
static size_t without_endings(const char *name, size_t n)
{
	enum { ENDING_MAX = 24 /* bytes of the longest: eight characters */, LEAST = 6 };

	for (size_t take = ENDING_MAX; take >= 3; take -= 3)
		if (n >= take + LEAST && !says_something((struct text){ name + n - take, take }))
			return without_endings(name, n - take);
	return n;
}

static void read_surname(struct sign *s, const char *reading)
{
	struct sign whole = { .cp = s->cp };

	add_reading(&whole, reading, strlen(reading));
	for (size_t i = 0; i < s->n; i++)
		add_reading(&whole, s->reading[i].at, s->reading[i].n);
	*s = whole;
}

/* A surname of two characters has one reading, which stands with its first. */
static void find_surname(struct han_name *name)
{
	AUTO(buf_release) struct buf key = BUF_INIT;
	const struct surname *two, *one;

	name->surname = name->n > 1;
	if (name->n < 2)
		return;
	han_add(&key, name->sign[0].cp);
	one = surname_find(key.data, key.len);
	han_add(&key, name->sign[1].cp);
	two = name->n > 2 ? surname_find(key.data, key.len) : NULL;
	if (two) {
		name->surname = 2;
		name->sign[0].n = name->sign[1].n = 0;
		add_reading(&name->sign[0], two->reading, strlen(two->reading));
		add_reading(&name->sign[1], "", 0);
	} else if (one) {
		read_surname(&name->sign[0], one->reading);
	}
}

static bool read_han(struct han_name *name, const char *han, size_t n, const bool *parted)
{
	const char *end = han + without_endings(han, n);

	*name = (struct han_name){ .parted = parted };
	while (han < end && name->n < HAN_MAX)
		name->converted |= take_sign(&name->sign[name->n++], text_take(&han));
	find_surname(name);
	return name->n > 0;
}

/* A person's name is surname and given name; a longer one is written in words of two characters, and of three where one is left over. */
static bool word_ends(const struct han_name *name, size_t i)
{
	size_t from = i, to = i + 1;

	if (name->n <= HAN_PERSON)
		return i + 1 == name->surname;
	while (from > 0 && !name->parted[from])
		from--;
	while (to < name->n && !name->parted[to])
		to++;
	return i + 1 == to || ((i - from) % 2 == 1 && i + 2 < to);
}

static void write_reading(struct buf *forms, int number, const struct han_name *name, const size_t *rank, size_t sum)
{
	AUTO(buf_release) struct buf words = BUF_INIT;
	struct text word[NAME_WORDS];
	const char *at;
	size_t n = 0;

	for (size_t i = 0; i < name->n; i++) {
		buf_add(&words, name->sign[i].reading[rank[i]].at, name->sign[i].reading[rank[i]].n);
		if (word_ends(name, i))
			buf_addc(&words, ' ');
	}
	line_start(forms, number, sum ? WAY_PINYIN_OTHER : WAY_PINYIN);
	for (at = words.data; n < NAME_WORDS && next_word(&at, &word[n]); n++)
		line_word(forms, word[n].at, word[n].n);
	buf_addc(forms, '\n');
	if (name->n <= HAN_PERSON)
		write_old(forms, number, word, n);
}

/* Every choice of readings whose ranks add up to sum, from character i on. */
static void write_choices(struct buf *forms, int number, const struct han_name *name, size_t *rank, size_t i, size_t left, size_t sum,
			  int *room)
{
	if (i == name->n) {
		if (!left && (*room)-- > 0)
			write_reading(forms, number, name, rank, sum);
		return;
	}
	for (rank[i] = 0; rank[i] < name->sign[i].n && rank[i] <= left && *room > 0; rank[i]++)
		write_choices(forms, number, name, rank, i + 1, left - rank[i], sum, room);
}

/* The most usual readings first. A company's name is read in the usual way only. */
static void write_pinyin(struct buf *forms, int number, const struct han_name *name)
{
	size_t rank[HAN_MAX], most = 0;
	int room = NAME_READINGS;

	for (size_t i = 0; i < name->n; i++) {
		if (!name->sign[i].n)
			return; /* a character that nobody can read */
		most += name->sign[i].n - 1;
	}
	if (name->n > HAN_PERSON)
		most = 0;
	for (size_t sum = 0; sum <= most && room > 0; sum++)
		write_choices(forms, number, name, rank, 0, sum, sum, &room);
}

static void write_han(struct buf *forms, int number, const char *han, size_t n, const bool *parted)
{
	struct han_name name;

	if (!read_han(&name, han, n, parted))
		return;
	line_start(forms, number, name.converted ? WAY_SIMPLIFIED : WAY_HAN);
	buf_addc(forms, ' ');
	for (size_t i = 0; i < name.n; i++)
		han_add(forms, name.sign[i].cp);
	buf_addc(forms, '\n');
	if (name.n > 1)
		write_pinyin(forms, number, &name);
}

/* Parts a folded name: its Chinese characters, and the words of other scripts. */
static void part(const char *folded, struct buf *han, struct buf *rest, bool parted[HAN_MAX])
{
	bool apart = false;
	size_t n = 0;

	while (*folded) {
		const char *from = folded;
		uint32_t cp = text_take(&folded);

		if (!han_is(cp)) {
			buf_add(rest, from, (size_t)(folded - from));
			apart = true;
			continue;
		}
		if (n < HAN_MAX)
			parted[n++] = apart;
		apart = false;
		han_add(han, cp);
		if (rest->len)
			buf_addc(rest, ' ');
	}
}

/* Chinese names first: what is written in letters may be their reading. */
void names_write(struct buf *forms, const char *const *names, size_t n)
{
	for (int letters = 0; letters < 2; letters++)
		for (size_t i = 0; i < n; i++) {
			AUTO(buf_release) struct buf folded = BUF_INIT, han = BUF_INIT, rest = BUF_INIT;
			bool parted[HAN_MAX] = { false };

			text_fold(&folded, names[i], strnlen(names[i], NAME_BYTES));
			part(folded.data, &han, &rest, parted);
			if (!letters && han.len)
				write_han(forms, (int)i, han.data, han.len, parted);
			if (letters)
				write_plain(forms, (int)i, rest.data);
		}
}

/* ---- reading ---- */
static int weigh(const char *word, size_t n)
{
	switch (nameword_find(word, n)) {
	case NAMEWORD_TITLE:
	case NAMEWORD_FORM:
	case NAMEWORD_PARTICLE: return 300;
	case NAMEWORD_GENERIC: return 250;
	default: return n == 1 ? 300 /* an initial */ : 1000;
	}
}

static void read_word(struct word *w, struct text t)
{
	const char *at = t.at;

	w->text = t.at;
	w->len = t.n;
	w->n = 0;
	while (at < t.at + t.n && w->n < JARO_MAX)
		w->cp[w->n++] = text_take(&at);
	w->weight = weigh(t.at, t.n);
}

bool form_take(struct form *f, const char **lines)
{
	const char *at = *lines, *end = at + strcspn(at, "\n");
	char *way;

	f->number = (int)strtol(at, &way, 10);
	if (way == at || way >= end || !*way_name((enum way)*way))
		return false;
	f->way = (enum way)*way;
	f->n = 0;
	for (at = way + 1; at < end && f->n < NAME_WORDS; at += strcspn(at, " \n")) {
		at += *at == ' ';
		read_word(&f->word[f->n++], (struct text){ at, strcspn(at, " \n") });
	}
	*lines = *end ? end + 1 : end;
	return true;
}
