#include "core/screening/match.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/values/han.h"
#include "core/values/ident.h"

enum {
	WORD_LEAST = 800,     /* two words that are less alike are two words */
	HAN_LEAST = 500,
	INITIAL = 800,        /* "j" beside "john" */
	JOINED_LEAST = 880,   /* several words beside one have to fit closely */
	UNPAIRED = 3,         /* a word without a partner: a third of its weight */
	JOIN = 3,             /* words that may be one elsewhere */
	HAN_PERSON = 4,       /* characters of a person's name */
};

/* ---- words ---- */
static bool is_han_way(enum way way)
{
	return way == WAY_HAN || way == WAY_SIMPLIFIED;
}

static bool is_pinyin(const struct word *w)
{
	AUTO(buf_release) struct buf old = BUF_INIT;

	return syllables_old(&old, w->text, w->len) > 0;
}

/* Both begin with a consonant, and not with the same: "tang", "wang". One that is left out is another matter: "hasan", "asan". */
static bool other_initial(const struct word *a, const struct word *b)
{
	return a->cp[0] != b->cp[0] && a->cp[0] < 128 && b->cp[0] < 128 && !strchr("aeiou", (int)a->cp[0]) && !strchr("aeiou", (int)b->cp[0]);
}

/* Two words may differ by a letter, long ones by two or three. One that is pinyin and differs in two letters from another is another name,
 * and so is one of another initial: people misspell how a word goes on, not how it begins. */
static int letters_alike(const struct word *a, const struct word *b)
{
	size_t longer = a->n > b->n ? a->n : b->n, most = longer < 7 ? 1 : longer < 13 ? 2 : 3, differ;
	int s;

	if ((a->n == 1 || b->n == 1) && a->n != b->n)
		return a->cp[0] == b->cp[0] ? INITIAL : 0;
	differ = edits(a->cp, a->n, b->cp, b->n, most);
	if (!differ)
		return JARO_WHOLE;
	if (differ > most || ((differ > 1 || other_initial(a, b)) && is_pinyin(a) && is_pinyin(b)))
		return 0;
	s = jaro(a->cp, a->n, b->cp, b->n, true);
	if (s < WORD_LEAST && differ == 1 && longer > 2)
		return WORD_LEAST; /* Jaro sees no swap, and no letter left out, in a word of three or four */
	return s >= WORD_LEAST ? s : 0;
}

/* An alphabet's typing errors come late in a word, which is what Winkler's prefix is for. A Chinese name begins with one of a few surnames,
 * and one with a character more is another name, unless it is long. */
static int signs_alike(const struct word *a, const struct word *b)
{
	int s;

	if (a->n != b->n && (a->n <= HAN_PERSON || b->n <= HAN_PERSON))
		return 0;
	s = jaro(a->cp, a->n, b->cp, b->n, false);
	return s >= HAN_LEAST ? s : 0;
}

static bool same_word(const struct word *a, const struct word *b)
{
	return a->n == b->n && !memcmp(a->cp, b->cp, a->n * sizeof *a->cp);
}

static bool join_words(struct word *out, const struct word *w, size_t n)
{
	out->n = 0;
	for (size_t i = 0; i < n; i++) {
		if (out->n + w[i].n > JARO_MAX)
			return false;
		memcpy(out->cp + out->n, w[i].cp, w[i].n * sizeof *out->cp);
		out->n += w[i].n;
	}
	return true;
}

static int joined_alike(const struct word *one, const struct word *many, size_t n, bool exact)
{
	size_t length = 0;
	struct word whole;
	int s;

	for (size_t i = 0; i < n; i++)
		length += many[i].n;
	if (length > one->n + 1 || one->n > length + 1 || one->cp[0] != many[0].cp[0] || !join_words(&whole, many, n))
		return 0;
	if (exact)
		return same_word(one, &whole) ? JARO_WHOLE : 0;
	s = jaro(one->cp, one->n, whole.cp, whole.n, true);
	return s >= JOINED_LEAST ? s : 0;
}

/* ---- laying two forms side by side ---- */
struct table_of_pairs {
	const struct form *a, *b;
	int16_t alike[NAME_WORDS][NAME_WORDS];              /* word beside word */
	int16_t wide_a[NAME_WORDS][JOIN + 1][NAME_WORDS];   /* words of a from i on, so many, beside a word of b */
	int16_t wide_b[NAME_WORDS][NAME_WORDS][JOIN + 1];
	int32_t best[NAME_WORDS + 1][1 << NAME_WORDS];      /* from word i of a on, these words of b taken */
};

struct step { size_t i, na, j, nb; int score; };

static int weight_of(const struct form *f, size_t from, size_t n)
{
	int w = 0;

	for (size_t i = from; i < from + n; i++)
		w += f->word[i].weight;
	return w;
}

static void compare_words(struct table_of_pairs *t, bool exact)
{
	bool han = is_han_way(t->a->way);

	for (size_t i = 0; i < t->a->n; i++)
		for (size_t j = 0; j < t->b->n; j++) {
			const struct word *a = &t->a->word[i], *b = &t->b->word[j];

			t->alike[i][j] = (int16_t)(han ? signs_alike(a, b) : exact ? same_word(a, b) * JARO_WHOLE : letters_alike(a, b));
			for (size_t n = 2; n <= JOIN; n++) {
				t->wide_a[i][n][j] = (int16_t)(i + n <= t->a->n ? joined_alike(b, a, n, exact) : 0);
				t->wide_b[i][j][n] = (int16_t)(j + n <= t->b->n ? joined_alike(a, b, n, exact) : 0);
			}
		}
}

static int score_of(const struct table_of_pairs *t, size_t i, size_t na, size_t j, size_t nb)
{
	if (i + na > t->a->n || j + nb > t->b->n)
		return 0;
	return na > 1 ? t->wide_a[i][na][j] : nb > 1 ? t->wide_b[i][j][nb] : t->alike[i][j];
}

static unsigned taken(size_t j, size_t n)
{
	return ((1u << n) - 1) << j;
}

/* Takes the n-th way to pair word i: with one word of b, with several, or several with one. false behind the last. */
static bool nth_step(const struct table_of_pairs *t, size_t i, size_t n, struct step *s)
{
	size_t kind = n % (2 * JOIN - 1);

	*s = (struct step){ .i = i, .j = n / (2 * JOIN - 1), .na = kind < JOIN ? 1 + kind : 1, .nb = kind < JOIN ? 1 : 2 + kind - JOIN };
	if (s->j >= t->b->n)
		return false;
	s->score = score_of(t, i, s->na, s->j, s->nb);
	return true;
}

static int32_t worth(const struct table_of_pairs *t, const struct step *s)
{
	return (int32_t)(s->score * (weight_of(t->a, s->i, s->na) + weight_of(t->b, s->j, s->nb)));
}

/* The assignment of the greatest worth, over every set of words of b (at most 2^10). */
static void assign(struct table_of_pairs *t)
{
	const unsigned sets = 1u << t->b->n;
	struct step s;

	for (unsigned set = 0; set < sets; set++)
		t->best[t->a->n][set] = 0;
	for (size_t i = t->a->n; i-- > 0;) {
		for (unsigned set = 0; set < sets; set++)
			t->best[i][set] = t->best[i + 1][set];
		for (size_t n = 0; nth_step(t, i, n, &s); n++) {
			unsigned mine = taken(s.j, s.nb);
			int32_t gain = s.score ? worth(t, &s) : 0;

			for (unsigned set = 0; gain && set < sets; set++)
				if (!(set & mine) && t->best[i + s.na][set | mine] + gain > t->best[i][set])
					t->best[i][set] = t->best[i + s.na][set | mine] + gain;
		}
	}
}

static size_t walk(const struct table_of_pairs *t, struct step *steps)
{
	unsigned set = 0;
	size_t count = 0;

	for (size_t i = 0; i < t->a->n;) {
		struct step s;
		bool paired = false;

		for (size_t n = 0; t->best[i][set] != t->best[i + 1][set] && !paired && nth_step(t, i, n, &s); n++)
			paired = s.score && !(set & taken(s.j, s.nb)) &&
				 t->best[i + s.na][set | taken(s.j, s.nb)] + worth(t, &s) == t->best[i][set];
		if (paired) {
			set |= taken(s.j, s.nb);
			steps[count++] = s;
		}
		i += paired ? s.na : 1;
	}
	return count;
}

/* Words without a partner on both sides contradict each other and count in full; what one side has beside the other's words was left out,
 * and counts a third. Words that weigh little cannot carry a match. */
static int total(int64_t worth_all, int64_t paired_a, int64_t paired_b, int64_t all_a, int64_t all_b)
{
	int64_t left_a = all_a - paired_a, left_b = all_b - paired_b, both = left_a < left_b ? left_a : left_b;
	int64_t weight = UNPAIRED * (paired_a + paired_b + 2 * both) + left_a + left_b - 2 * both;

	if ((paired_a < 1000 || paired_b < 1000) && left_a + left_b > 0)
		return 0;
	return (int)((2 * UNPAIRED * worth_all + weight) / (2 * weight));
}

/* The score of two forms, 0 to 1000. exact: words are the same or they are not. */
static int lay(struct table_of_pairs *t, const struct form *a, const struct form *b, bool exact, struct step *steps, size_t *nsteps)
{
	int64_t worth_all = 0, paired_a = 0, paired_b = 0;

	*nsteps = 0;
	t->a = a;
	t->b = b;
	compare_words(t, exact);
	assign(t);
	if (!t->best[0][0])
		return 0;
	*nsteps = walk(t, steps);
	for (size_t i = 0; i < *nsteps; i++) {
		worth_all += worth(t, &steps[i]);
		paired_a += weight_of(a, steps[i].i, steps[i].na);
		paired_b += weight_of(b, steps[i].j, steps[i].nb);
	}
	return total(worth_all, paired_a, paired_b, weight_of(a, 0, a->n), weight_of(b, 0, b->n));
}

/* ---- forms ---- */
struct asked { struct form *form; size_t n; char *lines; };

struct asked *asked_new(const char *name)
{
	struct asked *a = mem_alloc(sizeof *a);
	AUTO(buf_release) struct buf lines = BUF_INIT;
	struct form f;

	names_write(&lines, &name, 1);
	a->lines = buf_detach(&lines);
	for (const char *at = a->lines; form_take(&f, &at);) {
		a->form = mem_grow(a->form, a->n + 1, sizeof *a->form);
		a->form[a->n++] = f;
	}
	return a;
}

void asked_free(struct asked *a)
{
	if (!a)
		return;
	free(a->form);
	free(a->lines);
	free(a);
}

void asked_freep(struct asked **a)
{
	asked_free(*a);
	*a = NULL;
}

const struct form *asked_form(const struct asked *a, size_t i)
{
	return i < a->n ? &a->form[i] : NULL;
}

/* What a change of writing loses: many names share a reading. Thousandths. */
static int loss(enum way way)
{
	switch (way) {
	case WAY_PINYIN: return 980;
	case WAY_OLD: return 970;
	case WAY_PINYIN_OTHER: return 960;
	default: return 1000;
	}
}

static bool comparable(enum way a, enum way b)
{
	if (is_han_way(a) || is_han_way(b))
		return is_han_way(a) && is_han_way(b);
	return a != WAY_OLD || b != WAY_OLD; /* two names in Wade-Giles were two in pinyin before */
}

static void copy_words(char *out, size_t size, const struct form *f, size_t from, size_t n)
{
	size_t len = strlen(out);

	for (size_t i = from; i < from + n; i++) {
		if (len + f->word[i].len + 2 > size)
			return;
		if (len)
			out[len++] = ' ';
		memcpy(out + len, f->word[i].text, f->word[i].len);
		len += f->word[i].len;
		out[len] = '\0';
	}
}

/* Two syllables that differ in a letter are two syllables, and may be one that was misspelt. */
static bool other_syllables(const struct form *a, const struct form *b, const struct step *s)
{
	return s->score < JARO_WHOLE && s->na == 1 && s->nb == 1 && is_pinyin(&a->word[s->i]) && is_pinyin(&b->word[s->j]);
}

static void explain(struct name_match *m, const struct form *a, const struct form *b, const struct step *steps, size_t n)
{
	unsigned in_a = 0, in_b = 0;

	m->number = b->number;
	m->asked_way = a->way;
	m->listed_way = b->way;
	m->sound = loss(a->way) * loss(b->way) < JARO_WHOLE * JARO_WHOLE;
	m->n = n;
	m->asked_left[0] = m->listed_left[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		struct word_pair *p = &m->pair[i];
		const struct step *s = &steps[i];

		p->asked[0] = p->listed[0] = '\0';
		copy_words(p->asked, sizeof p->asked, a, s->i, s->na);
		copy_words(p->listed, sizeof p->listed, b, s->j, s->nb);
		p->score = s->score;
		p->weight = weight_of(a, s->i, s->na) + weight_of(b, s->j, s->nb);
		m->sound |= other_syllables(a, b, s);
		in_a |= taken(s->i, s->na);
		in_b |= taken(s->j, s->nb);
	}
	for (size_t i = 0; i < NAME_WORDS; i++) {
		if (i < a->n && !(in_a & taken(i, 1)))
			copy_words(m->asked_left, sizeof m->asked_left, a, i, 1);
		if (i < b->n && !(in_b & taken(i, 1)))
			copy_words(m->listed_left, sizeof m->listed_left, b, i, 1);
	}
}

/* How alike the characters of the name that is asked for are with those of the entry's names; -1: one of the two has none. */
static int characters(const struct asked *a, const char *listed)
{
	const struct form *mine = NULL;
	struct form b;
	int best = -1;

	for (size_t i = 0; i < a->n && !mine; i++)
		if (is_han_way(a->form[i].way))
			mine = &a->form[i];
	while (mine && form_take(&b, &listed)) {
		int s = is_han_way(b.way) && b.n ? jaro(mine->word[0].cp, mine->word[0].n, b.word[0].cp, b.word[0].n, false) : -1;

		best = s > best ? s : best;
	}
	return best;
}

static bool sounds(enum way way)
{
	return way == WAY_PINYIN || way == WAY_PINYIN_OTHER || way == WAY_OLD || way == WAY_READING;
}

/* Surname and given name together are nobody's given name: 平娜 is not Gao Pingna. */
static bool swallowed(const struct form *f, size_t words, const struct form *other, size_t others)
{
	return (f->way == WAY_PINYIN || f->way == WAY_PINYIN_OTHER) && f->n > 1 && words == f->n && others < other->n;
}

/* A form of the listed names beside every form that is asked for. alike: the characters, where both are Chinese. A name that is asked for in
 * characters has no typing errors in its pinyin. */
static void match_form(struct name_match *m, const struct asked *a, const struct form *b, int alike, struct table_of_pairs *t)
{
	struct step steps[NAME_WORDS];
	size_t n;

	for (size_t i = 0; i < a->n; i++) {
		const struct form *f = &a->form[i];
		bool homophone = alike >= 0 && sounds(f->way) && sounds(b->way);
		int s;

		if (!comparable(f->way, b->way))
			continue;
		s = lay(t, f, b, sounds(f->way), steps, &n);
		if (n == 1 && (swallowed(f, steps[0].na, b, steps[0].nb) || swallowed(b, steps[0].nb, f, steps[0].na)))
			continue;
		s = homophone ? (s + alike) / 2 : s * loss(f->way) / 1000 * loss(b->way) / 1000;
		if (s <= m->score)
			continue;
		m->score = s;
		m->homophone = homophone;
		explain(m, f, b, steps, n);
	}
}

void name_match(struct name_match *m, const struct asked *a, const char *listed)
{
	int alike = characters(a, listed);
	struct table_of_pairs t;
	struct form b;

	*m = (struct name_match){ .score = 0 };
	while (form_take(&b, &listed))
		match_form(m, a, &b, alike, &t);
}

/* ---- birth and numbers ---- */
const struct fact born_facts[] = {
	[BORN_UNKNOWN] = { "unknown", N_("birth date: not known of both"), 0 },
	[BORN_SAME] = { "same", N_("birth date: the same"), 40 },
	[BORN_SAME_YEAR] = { "same_year", N_("birth year: the same"), 20 },
	[BORN_NEAR] = { "near", N_("birth year: one apart"), 0 },
	[BORN_OTHER_DAY] = { "other_day", N_("birth date: another day of the same year"), -30 },
	[BORN_OTHER] = { "other", N_("birth date: another"), -120 },
	[BORN_OTHER_SOUND] = { "other_sound", N_("birth date: another, and the name is alike by its sound only"), -150 },
};
const struct fact number_facts[] = {
	[NUMBER_UNKNOWN] = { "unknown", N_("identity number: cannot be compared"), 0 },
	[NUMBER_SAME] = { "same", N_("identity number: the same"), 1000 },
	[NUMBER_OTHER] = { "other", N_("identity number: another"), -100 },
};

static int year_of(const char *date)
{
	int year = 0;

	for (size_t i = 0; i < 4; i++) {
		if (!isdigit((unsigned char)date[i]))
			return 0;
		year = year * 10 + date[i] - '0';
	}
	return year;
}

enum born_fit born_fit(const char *asked, const char *listed)
{
	int a = year_of(asked), from = year_of(listed), to = from && listed[4] == '/' ? year_of(listed + 5) : from;
	size_t n = strlen(listed) < strlen(asked) ? strlen(listed) : strlen(asked);

	if (!a || !from || !to)
		return BORN_UNKNOWN;
	if (from != to)
		return a >= from && a <= to ? BORN_SAME_YEAR : a + 1 >= from && a <= to + 1 ? BORN_NEAR : BORN_OTHER;
	if (a != from)
		return a - from == 1 || from - a == 1 ? BORN_NEAR : BORN_OTHER;
	if (strncmp(asked, listed, n) != 0)
		return BORN_OTHER_DAY;
	return strlen(asked) == 10 && strlen(listed) == 10 ? BORN_SAME : BORN_SAME_YEAR;
}

enum born_fit born_better(enum born_fit a, enum born_fit b)
{
	if (a == BORN_UNKNOWN || b == BORN_UNKNOWN)
		return a == BORN_UNKNOWN ? b : a;
	return a < b ? a : b;
}

enum born_fit born_weigh(enum born_fit born, const struct name_match *m)
{
	return born == BORN_OTHER && m->sound ? BORN_OTHER_SOUND : born;
}

static void plain_number(struct buf *out, const char *text)
{
	for (; *text; text++)
		if (isalnum((unsigned char)*text))
			buf_addc(out, (char)toupper((unsigned char)*text));
}

enum number_fit number_fit(const char *asked, const char *listed)
{
	AUTO(buf_release) struct buf a = BUF_INIT, b = BUF_INIT;

	plain_number(&a, asked);
	plain_number(&b, listed);
	if (!a.len || !b.len)
		return NUMBER_UNKNOWN;
	if (!strcmp(a.data, b.data))
		return NUMBER_SAME;
	return !ident_resident(a.data) && !ident_resident(b.data) ? NUMBER_OTHER : NUMBER_UNKNOWN;
}

int score_with(int name_score, enum born_fit born, enum number_fit number)
{
	int s = name_score + born_facts[born].points + number_facts[number].points;

	return s < 0 ? 0 : s > JARO_WHOLE ? JARO_WHOLE : s;
}
