/* QR codes (ISO/IEC 18004) of links that somebody else's telephone opens. The only room for libqrencode. */
#ifndef CORE_CONTRACT_QR_H
#define CORE_CONTRACT_QR_H

#include <stdbool.h>

#include "store/mem.h"

enum { QR_TEXT_MAX = 200 /* bytes */, QR_SIDE_MAX = 177, QR_QUIET = 4 /* modules of white around it, section 5.3.8 */ };

struct qr { int side; uint8_t dark[QR_SIDE_MAX * QR_SIDE_MAX]; };
/* Level M (15 % may be damaged). false: it is no https link in the letters of RFC 3986, or too long: whoever reads a code cannot see what it says
 * before the telephone acts on it. The same link gives the same code. */
bool qr_make(struct qr *out, const char *link);
bool qr_dark(const struct qr *q, int x, int y); /* false everywhere around it */
/* The code with its quiet zone as lines of text, two modules of height to a line (U+2580, U+2584, U+2588): black on white where `dark`
 * letters stand for dark modules (light terminals), otherwise the other way round. */
void qr_lines(struct buf *out, const struct qr *q, bool dark);

#endif
