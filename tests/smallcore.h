/* A payment core reduced to its judgement: it keeps records, judges commands with the code of core/, and writes a feed. No network, no
 * scopes; what the desk makes of a core's word is tested against it. */
#ifndef TESTS_SMALLCORE_H
#define TESTS_SMALLCORE_H

#include "core/desk/desk.h"

struct smallcore {
	char dir[64];
	struct db *db;
	const uint8_t *root;
	struct cert *people;
	size_t npeople;
	char **feed;               /* changes as JSON, in order; what a desk is told */
	size_t nfeed;
	struct { char id[COMMAND_ID_LEN + 1]; int what; } *answered;
	size_t nanswered;
};
void smallcore_open(struct smallcore *k, struct store *s);   /* with the operators of s; borrows its root key */
void smallcore_close(struct smallcore *k);
void smallcore_put(struct smallcore *k, const struct item *it);
void smallcore_delete(struct smallcore *k, const struct record *rec, const char *id, int64_t version);

struct answer {
	int what;                  /* as in struct verdict */
	char reason[400];
	struct item current;       /* rec NULL: none */
};
/* Answers a command once and for all: sent again, it is answered as before. Changes nothing unless it accepts. a: uninitialised. */
void smallcore_take(struct smallcore *k, const struct command *c, struct answer *a);
void smallcore_change(struct smallcore *k, size_t i, struct item *it, bool *deleted); /* read from the wire; it: uninitialised */

#endif
