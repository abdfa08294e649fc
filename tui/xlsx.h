/* A workbook of one sheet, written row by row in little memory. The only room for libxlsxwriter. Cells are strings and numbers, never
 * formulas or links: what begins with = stays the text that it is (ECMA-376 part 1, 18.3.1.4: only <f> makes a formula). */
#ifndef TUI_XLSX_H
#define TUI_XLSX_H

#include <stddef.h>
#include <stdint.h>

#include "store/err.h"

enum { XLSX_ROWS_MAX = 1048576 /* of a sheet, its head included */, XLSX_TEXT_MAX = 32767 /* characters of a cell */ };

struct xlsx;
/* fd: a file open for writing, which stays the caller's; folder: where the library may keep its nameless temporary file. E_IO. */
enum code xlsx_open(struct xlsx **out, int fd, const char *folder, struct err *err);
void xlsx_head(struct xlsx *x, const char *text);      /* a cell of the first row, in bold */
void xlsx_text(struct xlsx *x, const char *text);      /* UTF-8; the next cell of the row */
enum { XLSX_DIGITS_MOST = 4 };
/* minor / 10^digits (0…XLSX_DIGITS_MOST), shown with so many decimals. What a double does not hold to the last digit (15 of them) becomes text. */
void xlsx_number(struct xlsx *x, int64_t minor, int digits);
void xlsx_skip(struct xlsx *x);                        /* an empty cell */
void xlsx_row(struct xlsx *x);                         /* the row is complete */
/* Writes the file and frees. The first thing that went wrong since xlsx_open is the answer: E_IO, E_INVALID for text that fits no cell. */
enum code xlsx_close(struct xlsx *x, struct err *err);

#endif
