/* How well a text fits what somebody typed of it: the characters in their order, others between them. Letters of ASCII in either case. */
#ifndef TUI_FUZZY_H
#define TUI_FUZZY_H

#include <stdbool.h>

enum { FUZZY_NONE = -1, FUZZY_TEXT = 120, FUZZY_TYPED = 40 }; /* characters that are looked at */
/* Both UTF-8. FUZZY_NONE: it does not fit; otherwise the higher the better: beginnings of words and runs count most, then shortness. Every
 * Han character begins a word. Spaces that were typed are skipped; nothing typed fits everything. */
int fuzzy_score(const char *text, const char *typed);
/* Which characters of the text that is, as the score was reached: at[i] is the i-th. All false where it does not fit. */
void fuzzy_where(const char *text, const char *typed, bool at[FUZZY_TEXT]);

#endif
