/* Reads the store's small text files: one "word value" a line, in a fixed order, nothing optional, nothing else. */
#ifndef STORE_LINE_H
#define STORE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lines {
	const char *at; /* borrowed; not NUL-terminated */
	size_t left;
	int number;     /* of the line that is next, from 1 */
};

/* Each takes the next line if it is exactly "word value\n" with a value of the asked form; otherwise nothing moves. */
bool line_text(struct lines *l, const char *word, char *out, size_t size);        /* 1 to size - 1 bytes, printable ASCII */
bool line_hex(struct lines *l, const char *word, void *out, size_t n);            /* exactly n bytes, lower case */
bool line_number(struct lines *l, const char *word, int64_t min, int64_t max, int64_t *out); /* min >= 0; no leading zeroes */
bool line_word(struct lines *l, const char *word);                                /* the word alone, no value */
bool line_block(struct lines *l, int count, const char **text, size_t *n);         /* that many lines as they are, newlines included */

#endif
