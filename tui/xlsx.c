#include "tui/xlsx.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <xlsxwriter.h>

#include "store/mem.h"

#define EXACT_MOST INT64_C(999999999999999) /* 15 digits: what a spreadsheet keeps of a number */

struct xlsx {
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *bold, *decimals[XLSX_DIGITS_MOST + 1];
	lxw_row_t row;
	lxw_col_t col;
	lxw_error wrong;              /* the first error */
};

enum code xlsx_open(struct xlsx **out, int fd, const char *folder, struct err *err)
{
	static const char *const shown[XLSX_DIGITS_MOST + 1] = { "0", "0.0", "#,##0.00", "#,##0.000", "#,##0.0000" };
	struct xlsx *x = mem_alloc(sizeof *x);
	char *tmp = mem_strdup(folder); /* the library does not say that it only reads it */
	lxw_workbook_options options = { .constant_memory = LXW_TRUE, .tmpdir = tmp };
	char path[40];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd); /* it opens files by name: this is the very one, whatever has its name by now */
	x->book = workbook_new_opt(path, &options);
	free(tmp);
	x->sheet = x->book ? workbook_add_worksheet(x->book, NULL) : NULL;
	if (!x->sheet) {
		if (x->book)
			workbook_close(x->book);
		free(x);
		return fail(err, E_IO, N_("a workbook cannot be begun: is there room in %s?"), folder);
	}
	x->bold = workbook_add_format(x->book);
	format_set_bold(x->bold);
	for (int i = 0; i <= XLSX_DIGITS_MOST; i++) {
		x->decimals[i] = workbook_add_format(x->book);
		format_set_num_format(x->decimals[i], shown[i]);
	}
	worksheet_freeze_panes(x->sheet, 1, 0);
	*out = x;
	return E_OK;
}

static void note(struct xlsx *x, lxw_error e)
{
	if (!x->wrong)
		x->wrong = e;
	x->col++;
}

void xlsx_head(struct xlsx *x, const char *text)
{
	note(x, worksheet_write_string(x->sheet, x->row, x->col, text, x->bold));
}

void xlsx_text(struct xlsx *x, const char *text)
{
	note(x, worksheet_write_string(x->sheet, x->row, x->col, text, NULL));
}

void xlsx_number(struct xlsx *x, int64_t minor, int digits)
{
	static const double scale[XLSX_DIGITS_MOST + 1] = { 1, 10, 100, 1000, 10000 };

	if (minor > EXACT_MOST || minor < -EXACT_MOST || digits < 0 || digits > XLSX_DIGITS_MOST) {
		char text[24];

		snprintf(text, sizeof text, "%" PRId64, minor);
		xlsx_text(x, text);
		return;
	}
	note(x, worksheet_write_number(x->sheet, x->row, x->col, (double)minor / scale[digits], x->decimals[digits]));
}

void xlsx_skip(struct xlsx *x)
{
	x->col++;
}

void xlsx_row(struct xlsx *x)
{
	x->row++;
	x->col = 0;
}

enum code xlsx_close(struct xlsx *x, struct err *err)
{
	lxw_error closed = workbook_close(x->book), wrong = x->wrong ? x->wrong : closed;

	free(x);
	if (wrong == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED)
		return fail(err, E_INVALID, N_("a text is longer than the %d characters of a cell; take CSV or JSON Lines"), XLSX_TEXT_MAX);
	if (wrong)
		return fail(err, E_IO, N_("the workbook cannot be written: %s"), lxw_strerror(wrong));
	return E_OK;
}
