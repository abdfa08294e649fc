/* How well a name fits one entry of a list, and why: whole thousandths, the same for the same inputs wherever it runs.
 *
 * Two forms of names (core/screening/name.h) are laid side by side: words are paired whatever their order, each pair counts by how alike
 * the two are (core/screening/jaro.h) and by what the words weigh; words that only one side has count a third, words that contradict each
 * other count in full. Words may be paired with two or three that stand side by side ("tse tung", "tsetung"). Of all pairs of forms the best counts. */
#ifndef CORE_SCREENING_MATCH_H
#define CORE_SCREENING_MATCH_H

#include "core/screening/name.h"
#include "core/values/json.h"

struct word_pair {
	char asked[96], listed[96];  /* as they were compared; UTF-8 */
	int score, weight;
};
struct name_match {
	int score;                   /* 0: nothing fits */
	int number;                  /* which of the entry's names */
	enum way asked_way, listed_way;
	struct word_pair pair[NAME_WORDS];
	size_t n;
	char asked_left[200], listed_left[200]; /* words without a partner, with spaces between */
	bool sound;                  /* by its sound: in another script, or in pinyin with other letters */
	bool homophone;              /* both names are Chinese: half of the score is how alike the characters are, half how alike they sound */
};
/* The forms of the name that is asked for, parsed once. */
struct asked;
struct asked *asked_new(const char *name);
void asked_free(struct asked *a);
void asked_freep(struct asked **a);
/* Its words, each once, for looking up (core/screening/index.h). NULL behind the last. */
const struct form *asked_form(const struct asked *a, size_t i);
/* listed: the lines of an entry's names. */
void name_match(struct name_match *m, const struct asked *a, const char *listed);

/* ---- what else is known ---- */
enum born_fit { BORN_UNKNOWN, BORN_SAME, BORN_SAME_YEAR, BORN_NEAR, BORN_OTHER_DAY, BORN_OTHER, BORN_OTHER_SOUND };
/* asked: YYYY-MM-DD or ""; listed: YYYY, YYYY-MM, YYYY-MM-DD, or YYYY/YYYY (both years and all between). */
enum born_fit born_fit(const char *asked, const char *listed);
enum born_fit born_better(enum born_fit a, enum born_fit b);
/* BORN_OTHER_SOUND for BORN_OTHER where the name fits by its sound: pinyin has some 400 syllables, and thousands of people share each of the
 * usual names. */
enum born_fit born_weigh(enum born_fit born, const struct name_match *m);
enum number_fit { NUMBER_UNKNOWN, NUMBER_SAME, NUMBER_OTHER };
/* Numbers of documents; letters and digits count, in any case. OTHER only where both are resident identity numbers: a person has several
 * passports, but one of these. */
enum number_fit number_fit(const char *asked, const char *listed);

struct fact { const char *name, *label; int points; }; /* label: N_() */
extern const struct fact born_facts[], number_facts[];
/* The score with what else is known, 0 to 1000. The same number is the same person, whatever the name. */
int score_with(int name_score, enum born_fit born, enum number_fit number);

#endif
