/* Text from outside made harmless, and measured in terminal columns. The only room for utf8proc.
 *
 * What a terminal would act on, hide or draw in a way of its own is shown instead as ⟨U+202E⟩, and a byte that is not UTF-8 as
 * ⟨0x9B⟩. Shown so: control characters (C0, C1, DEL), format characters (bidi, zero-width, tags), the line and paragraph
 * separators, private use, unassigned and noncharacters, everything default-ignorable, a combining mark with no base before it.
 * More than 4 marks on one base are cut and end in ⟨…⟩.
 *
 * What terminals do not agree on is never emitted, so that what is measured here is what is drawn there:
 *  - ZWJ is a format character: shown, and the parts of an emoji sequence stand side by side.
 *  - Variation selectors 15 and 16 right after a pictograph or keycap base are dropped: they only ask for a style, and some
 *    terminals widen for them. Any other selector is shown: it may carry a message or tell two names apart.
 *  - Skin tones and regional indicators are shown by number: some terminals fuse them, some do not.
 *  - Conjoining jamo that NFC does not compose into a syllable, the Hangul fillers, Yijing hexagrams and circled numbers on
 *    squares (narrow in Unicode 15, wide in glibc and in Unicode 16) are shown by number.
 *  - Spacing marks of Indic scripts take a column of their own, as in wcwidth of glibc.
 *  - East Asian ambiguous characters measure 1. A terminal that is set to draw them wide needs that setting turned off.
 * Right-to-left letters pass: they are text, only the controls that reorder their neighbours are not.
 *
 * The shown form is not an escape: a text that holds the characters ⟨U+202E⟩ itself looks the same. */
#ifndef CORE_VALUES_TEXT_H
#define CORE_VALUES_TEXT_H

#include "store/mem.h"

enum { TEXT_LINE = 0, TEXT_LINES = 1 }; /* newline and tab: shown like any control, or kept (CR LF becomes LF) */

/* Appends s (n bytes, any bytes) in NFC and harmless. Cleaning a second time changes nothing. Out grows by at most 12 bytes a byte. */
void text_clean(struct buf *out, const char *s, size_t n, int flags);

/* Strict UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF) without NUL. */
bool text_valid(const char *s, size_t n);

/* Appends s (n bytes of UTF-8) as names are compared: compatibility forms resolved (NFKC), case folded, marks off, letters with strokes and
 * ligatures in plain letters; letters and digits only, with one space between words and none at the ends. Apostrophes join ("o'brien":
 * "obrien"), everything else parts. What is not UTF-8 parts as well. Text decides, no locale. */
void text_fold(struct buf *out, const char *s, size_t n);
/* Takes the next character off clean or folded text; 0 at the end. */
uint32_t text_take(const char **s);
/* Appends what text_take took. */
void text_give(struct buf *out, uint32_t c);
/* Do two texts say the same, folded as names are and whatever spaces stand between? */
bool text_alike(const char *a, const char *b);

/* The rest measures and cuts text that text_clean made. Columns are terminal columns; newline and tab count as one. */

/* Takes the next cell off *s: a base character and the marks that a terminal draws over it. Its length in bytes, 0 at the end.
 * *width is 1 or 2. */
size_t text_next(const char **s, int *width);
int text_width(const char *s);

enum text_align { TEXT_LEFT, TEXT_RIGHT, TEXT_CENTER };
/* Appends s in exactly this many columns: padded with spaces, or cut between graphemes. Where it is cut an
 * ellipsis (one column) ends it, if one is wanted. Newline and tab become a space. columns < 1 appends nothing. */
void text_fit(struct buf *out, const char *s, int columns, enum text_align align, bool ellipsis);

/* Takes the next line of at most columns (>= 2) off *s into line, which is emptied first: breaks at newlines, else at spaces or
 * beside a wide character, else anywhere between graphemes; closing punctuation does not begin a line. Tabs become spaces up to the next
 * multiple of 8. false when nothing is left. */
bool text_wrap(struct buf *line, const char **s, int columns);

#endif
