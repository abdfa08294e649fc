/* The real main screen over a real store, without a terminal: lin (reviewer, risk) at a desk of forty merchants. */
#ifndef TESTS_STAGE_H
#define TESTS_STAGE_H

#include "tests/house.h"
#include "tui/desktop/desktop.h"

/* By name: a desk more moves its number. */
#define KEY_OUTBOX ":outbox<Enter>"

struct stage {
	struct house house;
	struct shell shell;
	struct desktop *desktop;
	struct grid *grid;
	int wake;                  /* eventfd: the worker has something */
	enum wish wish;            /* the last that came with what the worker had */
};
int stage_begin(void **state);  /* setup and teardown of a test: *state is the stage, no desktop open yet */
int stage_end(void **state);
void stage_open(struct stage *s);                            /* a fresh desktop */
void stage_impatient(struct stage *s);                       /* the same, and every list is read by the worker */
void stage_refresh(struct stage *s);                         /* as the console does after each event */
void stage_settle(struct stage *s);                          /* until nothing is being read any more */
enum wish stage_press(struct stage *s, const char *keys);    /* "<Enter>" names a key; anything else types itself */
/* The mouse, where this text stands on the last screen that was drawn (its nth occurrence from the top, from 1), a few columns in. */
enum wish stage_point(struct stage *s, enum mouse what, const char *text, int nth, int in);
/* Draws at this size; text is the screen, with what differs in every run blurred. */
void stage_draw(struct stage *s, int rows, int cols, struct buf *text);
bool stage_shows(struct stage *s, int rows, int cols, const char *text);
/* The desk from now on is a new operator's, in English. */
void stage_become(struct stage *s, const char *name, const char *held);
/* The body of the newest journal entry of this verb; false: there is none. */
bool stage_journaled(struct stage *s, const char *verb, struct buf *body);

#endif
