/* Names made ready for comparing: the forms that one name can be written in, each a list of words.
 *
 * A form stands in one line of text, which is what the store keeps of a listed name:
 *
 *         0L john michael smith       the name as it is: folded (core/values/text.h), honorifics and company forms left out
 *         1H 张三                     Chinese characters that were simplified already, one word
 *         1S 张学友                   the same of a name that had traditional characters
 *         1P zhang san                pinyin: the surname in its reading as a surname, the given name in its usual readings
 *         1Q shan xiong               pinyin: another reading of a polyphone
 *         2W mao tsetung              Wade-Giles, of pinyin or of a Latin name that reads as pinyin
 *         0R zhang san                as it is, and no more than the reading of one of the entry's Chinese names
 *
 * The number before it says which of an entry's names it is. */
#ifndef CORE_SCREENING_NAME_H
#define CORE_SCREENING_NAME_H

#include "core/screening/jaro.h"
#include "store/mem.h"

enum {
	NAME_BYTES = 1000,   /* of a name that is listed or asked for */
	NAME_WORDS = 10,     /* of a form; what is behind them is not compared */
	NAME_READINGS = 16,  /* forms in pinyin of one name, the most usual first */
};

enum nameword_class { NAMEWORD_NONE, NAMEWORD_TITLE, NAMEWORD_FORM, NAMEWORD_PARTICLE, NAMEWORD_GENERIC };
struct nameword { const char *word; enum nameword_class class; };
extern const struct nameword nameword_table[]; /* core/data/namewords.csv, by bytes */
extern const size_t nameword_count;
enum nameword_class nameword_find(const char *word, size_t n);

enum way { WAY_PLAIN = 'L', WAY_HAN = 'H', WAY_SIMPLIFIED = 'S', WAY_PINYIN = 'P', WAY_PINYIN_OTHER = 'Q', WAY_OLD = 'W',
	   WAY_READING = 'R' };
const char *way_name(enum way way);   /* "pinyin": for JSON, stable */
const char *way_label(enum way way);  /* N_("pinyin") */

/* Appends the lines of an entry's names, numbered from 0. Nothing for a name of which folding leaves nothing. */
void names_write(struct buf *forms, const char *const *names, size_t n);

struct word {
	const char *text;            /* borrowed from the line; not NUL-terminated */
	size_t len;
	uint32_t cp[JARO_MAX];
	size_t n;                    /* characters, at most JARO_MAX */
	int weight;                  /* 1000, or less for a word that many names share */
};
struct form {
	int number;
	enum way way;
	struct word word[NAME_WORDS];
	size_t n;
};
/* Takes the next line off *lines; false at the end, or where the text is none that name_write made. */
bool form_take(struct form *f, const char **lines);

#endif
