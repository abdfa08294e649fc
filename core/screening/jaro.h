/* How alike two words are, in thousandths, by whole numbers only: the same everywhere.
 *
 * Jaro: M. A. Jaro, Advances in Record-Linkage Methodology, JASA 84 (1989). Winkler's prefix: W. E. Winkler, String Comparator Metrics and
 * Enhanced Decision Rules in the Fellegi-Sunter Model of Record Linkage (1990): up to four equal characters at the front, each worth a
 * tenth of what is missing, where the words are alike by more than 0.7. */
#ifndef CORE_SCREENING_JARO_H
#define CORE_SCREENING_JARO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JARO_MAX = 64, JARO_WHOLE = 1000 };

/* Characters by code point; what is behind the first JARO_MAX of either is not looked at. 0 (nothing in common) to 1000, rounded to the
 * nearest, halves up. Nothing is like nothing: 0. */
int jaro(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, bool winkler);

/* How many letters one has to put in, leave out, change or swap with the next to make b of a (F. J. Damerau, CACM 7 (1964); no letter is
 * touched twice). Counts up to most; most + 1 stands for more. */
size_t edits(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, size_t most);

#endif
