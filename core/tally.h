/* What a figure of a record is made of: the parts that add up to it, and what follows from it. A kind that has such a figure fills one in
 * (struct record, tally); panes and the shell show it, whatever it is about. */
#ifndef CORE_TALLY_H
#define CORE_TALLY_H

#include "core/item.h"

enum { TALLY_ROWS = 24, TALLY_FACTS = 8, TALLY_WORD = 64 };
struct tally {
	int64_t when;                          /* UTC ms, by which it is reckoned */
	struct tally_row {
		const char *id, *label;        /* stable; N_() */
		char word[TALLY_WORD];         /* stable: what was looked at, "" where the record does not say */
		char value[96], why[96];       /* clean text in the operator's language: the same, and the condition that it met */
		int64_t points, most;
		enum privacy privacy;          /* of what was looked at */
	} row[TALLY_ROWS];
	size_t n;
	int64_t total, most;
	struct tally_fact {
		const char *id, *label;        /* stable; N_() */
		char word[TALLY_WORD];         /* stable, for programs */
		char text[160];                /* clean, in the operator's language */
		enum tone tone;
	} fact[TALLY_FACTS];
	size_t nfacts;
};
/* Adds a part; word, value and why may hold anything. What there is no room for is left out of the rows, not of the total. */
void tally_add(struct tally *t, const struct tally_row *row, const char *word, const char *value, const char *why);
/* text is clean or of the catalogue. */
void tally_say(struct tally *t, const char *id, const char *label, enum tone tone, const char *word, const char *text);
/* Reckons a record's figure at this time, for somebody of this clearance: what was looked at is masked above it, the points are not. false:
 * its kind has none. */
bool tally_run(struct db *db, const struct item *it, int64_t when, enum privacy clearance, struct tally *out);

/* The parts as lines of stable text, "4/6 type micro", to be kept; and back: known fills in id, label and value of a part, or says that there
 * is no such part. E_INVALID for a line that is none. */
void tally_write(struct buf *out, const struct tally *t);
enum code tally_read(struct tally *t, const char *lines, bool (*known)(const char *id, const char *word, struct tally_row *out), struct err *err);

#endif
