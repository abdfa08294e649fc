/* The tour on the main screen: it is offered once to each operator, watches what they do, and lets nothing be decided meanwhile. */
#include <string.h>

#include "tui/desktop/parts.h"
#include "tui/words.h"

enum { TAKE_BACK_MS = 5 * 1000 /* before the claim would leave; longer than a tick */ };

static bool own_filter(const struct desktop *d)
{
	return !d->list || strcmp(list_filter_text(d->list), rail_own_filter(&d->rail.row[d->at])) == 0;
}

static bool holds_claim(const struct desktop *d, struct held *held)
{
	return *d->tour.claim && !desk_held(d->sh->desk, held, NULL) && strcmp(held->mine, d->tour.claim) == 0;
}

static void look(const struct desktop *d, struct tour_sight *out)
{
	struct place at;
	struct held held;

	desktop_place(d, &at);
	*out = (struct tour_sight){ .desk = d->at, .item = *at.id != '\0', .pane = d->card ? card_pane(d->card) : 0, .filtered = !own_filter(d),
				    .palette = d->palette, .help = d->helping, .console_desk = d->at >= d->rail.own && d->at < d->rail.desks,
				    .held = holds_claim(d, &held) };
	memcpy(out->row, at.row, sizeof out->row);
}

/* ---- the offer ---- */
void desktop_offer_tour(struct desktop *d)
{
	AUTO(habit_lines_release) struct habit_lines before = { 0 };

	if (!d->list || !list_current(d->list) || habit_read(d->sh->desk, HABIT_TOUR, NULL, &before, NULL) || before.n)
		return; /* it has been offered, or there is nothing yet to show it on */
	d->tour.offered = true;
	desktop_keep(d, HABIT_TOUR, NULL, "offered");
}

/* ---- its steps ---- */
static bool makes_sense(struct desktop *d, size_t step)
{
	unsigned needs = tour_needs(step);

	return (!(needs & TOUR_NEEDS_FILTER) || !own_filter(d)) &&
	       (!(needs & TOUR_NEEDS_ITEM) || (d->list && list_current(d->list))) &&
	       (!(needs & TOUR_NEEDS_CLAIM) || desktop_can_claim(d));
}

/* Taking a claim back needs one that was made, not another that could be. */
static void next_step(struct desktop *d)
{
	do
		d->tour.step++;
	while (d->tour.step < tour_steps() && !*d->tour.claim && !makes_sense(d, d->tour.step));
	d->tour.on = d->tour.step < tour_steps();
}

void desktop_begin_tour(struct desktop *d)
{
	d->tour = (struct tour_state){ .on = true };
	desktop_keep(d, HABIT_TOUR, NULL, "offered");
	desktop_open_desk(d, 0);
	d->focus = FOCUS_LIST;
	if (!makes_sense(d, 0))
		next_step(d);
}

static void take_back(struct desktop *d)
{
	struct held held;

	if (holds_claim(d, &held))
		desktop_undo(d);
	*d->tour.claim = '\0';
}

void desktop_leave_tour(struct desktop *d)
{
	if (d->tour.on)
		take_back(d);
	d->tour = (struct tour_state){ .on = false };
}

/* Nobody waited for the minute to end: what the tour began it ends. */
void desktop_tour_when_due(struct desktop *d)
{
	struct held held;

	if (d->tour.on && holds_claim(d, &held) && held.mine_until - store_now(d->sh->store) < TAKE_BACK_MS) {
		take_back(d);
		next_step(d);
	}
}

/* Esc first does what it does everywhere; where it has nothing to close, it leaves the tour. */
static bool leaves(const struct desktop *d, const struct event *event)
{
	return event->type == EVENT_KEY && event->key == K_ESC && d->focus != FOCUS_ITEM && own_filter(d) && !d->helping && !d->palette && !d->form && !d->bulk &&
	       !d->ask && !d->find;
}

bool desktop_tour_takes(struct desktop *d, const struct event *event)
{
	if (d->tour.offered) {
		d->tour.offered = false;
		if (event->type != EVENT_KEY || req_for(SCOPE_INPUT, event->key) != REQ_ACCEPT)
			return false;
		desktop_begin_tour(d);
		return true;
	}
	if (!d->tour.on || !leaves(d, event))
		return false;
	desktop_leave_tour(d);
	return true;
}

void desktop_tour_begins_event(struct desktop *d)
{
	d->tour.watched = d->tour.on;
	if (d->tour.on)
		look(d, &d->tour.before);
}

void desktop_tour_after_event(struct desktop *d, enum wish wish)
{
	struct tour_sight now;

	if (!d->tour.on || !d->tour.watched)
		return;
	look(d, &now);
	now.theme = wish == WISH_THEME || wish == WISH_THEME_AT;
	now.language = wish == WISH_LANGUAGE;
	if (!tour_done(d->tour.step, &d->tour.before, &now))
		return;
	if (!now.held)
		*d->tour.claim = '\0';
	next_step(d);
}

struct rect desktop_draw_tour(const struct desktop *d, struct grid *g, struct rect main)
{
	AUTO(buf_release) struct buf words = BUF_INIT;

	if (!d->tour.on && !d->tour.offered)
		return main;
	tour_words(&words, d->sh->keys, _(d->tour.on ? tour_text(d->tour.step) : tour_offer));
	return tour_draw(g, main, d->tour.on ? d->tour.step : tour_steps(), words.data);
}
