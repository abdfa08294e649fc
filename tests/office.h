/* A store with people at work on it, and a core that judges what they send: lin (reviewer), wang (risk), zhao (risk, compliance). */
#ifndef TESTS_OFFICE_H
#define TESTS_OFFICE_H

#include "tests/house.h"
#include "tests/smallcore.h"

enum { LIN, WANG, ZHAO, PEOPLE };

struct office {
	struct house h;
	struct smallcore k;
	struct store *s[PEOPLE];
	struct desk *d[PEOPLE];
	size_t pulled;             /* changes of the feed that the store has taken */
	struct err err;
	struct outcome out;        /* of the last run */
};
void office_open(struct office *o);
void office_close(struct office *o);
int office_setup(void **state);                                     /* of a test: *state is an office of its own */
int office_teardown(void **state);

/* On a merchant or a proposal; version as it stands. The clock moves by a second first. */
enum code office_run(struct office *o, int who, const char *kind, const char *id, const char *action);
void office_do(struct office *o, int who, const char *kind, const char *id, const char *action); /* has to succeed */
void office_pull(struct office *o);                                 /* the rest of the feed */
void office_take(struct office *o, size_t i, bool *changed);        /* one change of it */
void office_tell(struct office *o, const char *command, const struct answer *a, bool with_record);
void office_leaves(struct office *o, const char *command, bool leaves);
int office_push(struct office *o);                                  /* all that waits; how many were accepted */

/* As the store, or the core, has it now; it: zeroed or an item. rec NULL afterwards: not there. */
void office_look(struct office *o, const char *kind, const char *id, struct item *it);
void office_look_core(struct office *o, const char *kind, const char *id, struct item *it);
void office_same(struct office *o, const char *kind, const char *id);       /* byte for byte what the core has */
int64_t office_count(struct office *o, const char *table);                  /* rows of outbox, base, journal */

void office_merchant(struct office *o, const char *id, int n);              /* applied, version 7: the core knows it, the desk has pulled it */
void office_up_to_approval(struct office *o, const char *id);               /* four commands: version 11, risk review passed */
/* The core, or another desk, changes a field of a merchant. */
void office_elsewhere(struct office *o, const char *id, const char *field, struct value v);
void office_wire(struct office *o, const char *kind, const char *id, struct buf *out);
void office_shows(struct office *o, const char *kind, const char *id, const char *state, int64_t version, int64_t pending);
void office_outbox(struct office *o, const char *command, const char *state);
void office_nothing_waits(struct office *o);

#endif
