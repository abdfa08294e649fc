/* What an operator has made of the console: filters that were typed, items that were opened, views. Lines of text, newest first, for each
 * operator apart; in the sealed store and nowhere else, for they may name customers. */
#ifndef CORE_DESK_HABITS_H
#define CORE_DESK_HABITS_H

#include "core/desk/opened.h"

enum { HABIT_LINES = 50, HABIT_LINE_BYTES = 1200, HABIT_NOTES = 64 };
enum habit {
	HABIT_FILTERS,  /* that were applied on a desk; of: the kind of record */
	HABIT_OPENED,   /* items: "KIND\tID"; of: NULL */
	HABIT_TOUR,     /* a line once the tour has been offered; of: NULL */
	HABIT_VIEWS,    /* "NAME\tKIND\tFILTER"; of: NULL */
	HABIT_ASIDE,    /* what was half-written when the screen locked, until it is taken up again; of: NULL */
	HABIT_MARKS,    /* rows that were marked when the screen locked: "KIND ID ID…"; of: NULL */
	HABIT_COLUMNS,  /* of a list: "FIELD WIDTH room|always|hidden", width 0 as the table has it; of: the kind of record */
	HABIT_LAYOUT,   /* "rail COLUMNS", "list THOUSANDTHS" of the room for list and card; of: NULL */
};
struct habit_lines {
	const char *line[HABIT_LINES];
	size_t n;
	struct pool pool;
};
void habit_lines_release(struct habit_lines *l); /* also fit for AUTO */
/* out: zeroed, or used before. */
enum code habit_read(struct desk *d, enum habit what, const char *of, struct habit_lines *out, struct err *err);
/* To the front; the same line further down goes, and the oldest beyond HABIT_LINES. Empty, too long or with a newline in it: ignored. */
enum code habit_add(struct desk *d, enum habit what, const char *of, const char *line, struct err *err);
/* Replaces the whole. */
enum code habit_write(struct desk *d, enum habit what, const char *of, const struct habit_lines *l, struct err *err);

/* A commit waits for the disk, and nobody who presses a key should wait for a habit: what is noted is added later, all in one commit, and read
 * as if it had been added. Zeroed: nothing noted. Beyond HABIT_NOTES the oldest is forgotten. */
struct habit_notes {
	struct habit_note { enum habit what; char *of, *line; } note[HABIT_NOTES];
	size_t n;
};
void habit_notes_clear(struct habit_notes *n);
void habit_note(struct habit_notes *n, enum habit what, const char *of, const char *line);
enum code habit_recall(struct desk *d, const struct habit_notes *n, enum habit what, const char *of, struct habit_lines *out, struct err *err);
/* And what was opened, all in one commit; what could not be written is forgotten. Either may be NULL. */
enum code habit_notes_write(struct desk *d, struct habit_notes *n, struct opened_notes *opened, struct err *err);

#endif
