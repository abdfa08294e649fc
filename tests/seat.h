/* People at consoles over one store that is joined to a payment core, two of every role. What they do they do with keys; what is looked at is
 * the screen. No terminal: the real main screen is drawn into a grid. */
#ifndef TESTS_SEAT_H
#define TESTS_SEAT_H

#include "sync/client.h"
#include "tests/sandbox.h"
#include "tests/stage.h"

enum { SEATS_MAX = 24, SEAT_ROWS = 24, SEAT_COLS = 80 };

struct hall;
struct seat {
	struct hall *hall;
	struct stage stage;
	struct buf words;          /* of the screen as it was drawn last, without spaces and frames */
};
struct hall {
	struct sandbox *sb;
	struct house house;
	struct store *store;       /* of whoever syncs */
	struct desk *desk;
	struct link *link;
	struct grid *grid;
	struct seat seat[SEATS_MAX];
	size_t nseats;
	struct err err;
};
/* A store with its people, enrolled at the sandbox and in step with it; its clock is the sandbox's. */
void hall_open(struct hall *h, struct sandbox *sb);
void hall_close(struct hall *h);
void hall_sync(struct hall *h);                /* what waits goes out, what the core has comes in */

struct desk *seat_desk(struct seat *s);
const struct actor *seat_who(struct seat *s);
/* The record under review on its kind's desk: by the palette and the filter, unless it is there. */
void seat_open(struct seat *s, const struct record *rec, const char *id);
void seat_press(struct seat *s, const char *keys);              /* as stage_press() */
void seat_press_key(struct seat *s, int key);
/* Draws; does the screen say this, wherever its lines are broken? */
bool seat_says(struct seat *s, const char *text);
/* Types into the line of a form where the cursor is, whatever stands there, and goes to the next; on the last one that accepts the form. */
void seat_fill(struct seat *s, const struct item *now, const struct action *a, const struct field *f, const char *text);
/* The command of this action on this record that waits in the outbox, or came back; its state. false: there is none. */
struct queued { char id[COMMAND_ID_LEN + 1], state[40], answer[400]; };
bool seat_queued(struct seat *s, const char *kind, const char *record, const struct action *a, struct queued *out);

#endif
