/* Taking a list away: the rows of a filter into a new file, masked by clearance, journaled before the first of them. */
#ifndef TUI_EXPORT_H
#define TUI_EXPORT_H

#include "core/desk/desk.h"

enum export_form { EXPORT_CSV, EXPORT_JSON, EXPORT_XLSX };
/* By how the name ends: .csv, .jsonl, .xlsx. E_USAGE. */
enum code export_form_of(const char *path, enum export_form *form, struct err *err);
struct export_order {
	const struct record *rec;
	const char *filter;
	enum export_form form;
	const char *path;        /* as export_create takes it */
	int64_t limit;           /* at most so many rows are taken; 0: all */
	int64_t most;            /* E_USAGE if there are more, before anything is written; 0: as many as the form holds */
};
/* All of it. *rows: how many were written. On an error the file is gone again, and the journal says what was tried and that nothing is
 * left of it ("export.stopped"). */
enum code export_list(struct desk *d, const struct export_order *o, int64_t *rows, struct err *err);

/* The same in steps, for whoever does not wait for it: begin checks the words and makes the file; run, on any thread, counts, journals and
 * writes; end must follow it with what it answered: it closes the file, or takes it back. */
struct export;
enum code export_begin(struct export **out, struct desk *d, const struct export_order *o, struct err *err);
enum code export_run(struct export *x, struct desk *d, struct err *err);
enum code export_end(struct export *x, struct desk *d, enum code code, struct err *err); /* d's reading must not be stopped any more */
void export_free(struct export *x);                  /* one that never ran leaves no file */
int64_t export_rows(const struct export *x);         /* written so far; this and the next may be asked while it runs */
int64_t export_of(const struct export *x);           /* 0: they are still being counted */
const char *export_path(const struct export *x);
/* The entry in the journal: who takes what away, how much of it, in what form ("csv", "svg"; rows -1: none are counted). Comes before the first byte. */
enum code export_note(struct desk *d, const char *kind, const char *form, const char *filter, int64_t rows, struct err *err);

/* A new file with mode 0600: E_EXISTS rather than to write over one, and no link is followed. A leading ~/ is HOME. real: its name. */
enum code export_create(struct buf *real, const char *path, int *fd, struct err *err);
/* All of data into such a file; on an error it is gone again. */
enum code export_save(const char *path, const void *data, size_t n, struct err *err);

#endif
