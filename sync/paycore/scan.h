/* Synthetic scans of papers and places, drawn as PNG: what a merchant would have handed in. SPECIMEN 样本 stands across every one of
 * them. The only room for cairo. Fonts: Noto Sans CJK (Debian fonts-noto-cjk); where it is missing fontconfig takes what comes nearest. */
#ifndef SYNC_PAYCORE_SCAN_H
#define SYNC_PAYCORE_SCAN_H

#include "store/mem.h"

enum scan_kind { SCAN_LICENCE, SCAN_IDENTITY, SCAN_BANK, SCAN_FRONT, SCAN_INSIDE, SCAN_PAPER, SCAN_KINDS };
enum { SCAN_COLS = 640, SCAN_ROWS = 400, SCAN_MAX_BYTES = 60 * 1000 };

struct scan_line { const char *label, *value; }; /* UTF-8; a value "" or NULL leaves the line out */
struct scan {
	enum scan_kind kind;
	const char *title;              /* above the lines; of a shop's front: what its sign says */
	const struct scan_line *line;
	size_t nlines;
	uint64_t seed;                  /* paper and dust: the same gives the same file, where the fonts are the same */
};

struct scanner;                         /* keeps what every scan of a kind shares; one thread */
struct scanner *scanner_new(void);
void scanner_free(struct scanner *s);   /* NULL is fine */
/* Appends the file, at most SCAN_MAX_BYTES. Lines that find no room are left out. */
void scan_draw(struct scanner *s, const struct scan *what, struct buf *png);

#endif
