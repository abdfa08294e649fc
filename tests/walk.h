/* Records of the synthetic institution that are walked through the tables of actions: which they are, what was tried on them and taken, what a
 * form is filled in with, and what happens meanwhile that is not the desk's. How an action is taken is the caller's: signed by hand and sent
 * to the core, or by the keys of the console.
 *
 * Nothing here knows what a merchant is, but for what a sandbox has to play: a kind that comes later is walked through as well. */
#ifndef TESTS_WALK_H
#define TESTS_WALK_H

#include "core/action.h"
#include "sync/paycore/chance.h"
#include "tests/sandbox.h"

enum { HINDRANCES = HINDRANCE_PROPOSED + 1, PAIRS_MAX = 1000 };

/* An action of a kind in a state of its records. */
struct pair {
	const struct record *rec;
	const struct action *action;
	int state;
	bool meant;                        /* the table lets it begin there */
	bool refused[HINDRANCES];          /* for this reason, and the words were looked at */
	size_t tried, taken;
	char last[560];                    /* why it was not accepted */
};
struct walked {
	const struct record *rec;
	char id[RECORD_ID_MAX + 1];
	bool through;                      /* something was decided on it */
};
struct walk {
	struct sandbox sb;
	struct walked *item;
	size_t nitems;
	struct pair *pair;
	size_t npairs;
	struct chance chance;
};
void walk_begin(struct walk *w);   /* over the demo's institution, served over HTTPS */
void walk_end(struct walk *w);

/* So many of a kind, of every state some. */
void walk_cast(struct walk *w, const char *kind, size_t most, size_t per_state);
/* The demo's merchants and customers, and so many of every other kind. All that the core alone moves is there in every state then. */
void walk_cast_all(struct walk *w, size_t merchants, size_t users, size_t others);
void walk_belonging(struct walk *w);                /* whatever points to one of them */
bool walk_takes(const struct record *rec);          /* this kind has actions that are sent */

struct pair *walk_pair(struct walk *w, const struct record *rec, const struct action *a, int state); /* the same until the end */
/* The lower the sooner: the rarest first; of these what leaves the record where it is. Chance keeps records from taking turns, each always at the same. */
size_t walk_rank(struct walk *w, const struct pair *p);
/* Is it still to be taken? What ends the work on a record is done a few times only, so that there are records left. planned: so often anyway. */
bool walk_open(struct walk *w, const struct pair *p, size_t planned);
/* Pairs that the tables allow and that nobody has taken; say: prints them. */
size_t walk_missing(struct walk *w, bool say);

/* What a form could be filled in with: what stands there, where nobody checks what is written; attempt: another of what there is. In keep. */
const char *walk_sample(const struct item *now, const struct field *f, size_t attempt, struct pool *keep);
/* The core's judgement. reason "" and input NULL: whether it is possible at all. */
struct judge walk_judge(struct walk *w, const struct item *now, const struct action *a, const struct actor *who, const char *reason,
			const struct input *input, size_t ninput);
/* Customers and merchants answer, time passes. */
void walk_others_move(struct walk *w);

#endif
