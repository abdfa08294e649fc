/* A contract's text on paper: a PDF with A4 pages, its fonts embedded. The room of Pango and, with core/contract/face.h, of cairo.
 *
 * The same inputs give the same bytes, in whatever process, with the same fonts and libraries: the file carries the contract's date and
 * neither the clock nor chance. Each page bears the contract's number, the page's and the count of pages, the SHA-256 of the text (a PDF
 * cannot hold its own digest) and the QR code of the signing link. */
#ifndef CORE_CONTRACT_PAPER_H
#define CORE_CONTRACT_PAPER_H

#include "store/err.h"
#include "store/mem.h"

/* Latin letters and digits come from a font that was made for them. */
#define PAPER_FONT "Noto Sans CJK SC"
#define PAPER_LATIN "Liberation Sans"
enum { PAPER_PAGES_MAX = 200 };

struct paper {
	const char *number;      /* of the contract */
	const char *title;       /* for the file's metadata */
	const char *text;        /* as core/contract/template.h has it; UTF-8 */
	const char *link;        /* "": no code */
	int64_t at;              /* UTC ms: the date that the file bears */
};
/* Appends the PDF. E_NOTFOUND: a font is not there (Debian: fonts-noto-cjk, fonts-liberation). E_INVALID: not UTF-8, or not as
 * core/values/text.h leaves it, a character that no font here has, a link that no code holds, or more than PAPER_PAGES_MAX pages. pages: how many;
 * NULL is fine. */
enum code paper_write(struct buf *out, const struct paper *p, int *pages, struct err *err);

#endif
