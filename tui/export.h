/* Taking a list away: the rows of a filter into a new file, masked by clearance, journaled before the first of them. */
#ifndef TUI_EXPORT_H
#define TUI_EXPORT_H

#include "core/desk.h"

enum export_form { EXPORT_CSV, EXPORT_JSON, EXPORT_XLSX };
/* By how the name ends: .csv, .jsonl, .xlsx. E_USAGE. */
enum code export_form_of(const char *path, enum export_form *form, struct err *err);
/* limit: at most so many rows are taken, 0: all. most: E_USAGE if there are more than so many, before anything is written; 0: no bound.
 * *rows: how many. On an error the file is gone again, and the journal says what was tried. path: as export_create takes it. */
enum code export_list(struct desk *d, const struct record *rec, const char *filter, int64_t limit, int64_t most, enum export_form form,
		      const char *path, int64_t *rows, struct err *err);
/* The entry in the journal: who takes what away, how much of it, in what form ("csv", "svg"; rows -1: none are counted). Comes before the first byte. */
enum code export_note(struct desk *d, const char *kind, const char *form, const char *filter, int64_t rows, struct err *err);

/* A new file with mode 0600: E_EXISTS rather than to write over one, and no link is followed. A leading ~/ is HOME. real: its name. */
enum code export_create(struct buf *real, const char *path, int *fd, struct err *err);
/* All of data into such a file; on an error it is gone again. */
enum code export_save(const char *path, const void *data, size_t n, struct err *err);

#endif
