#include "tui/tour.h"

#include <string.h>

#include "tui/words.h"

/* Where a step points: the panel lies between the main part of the screen and the lines at the bottom. */
enum part { AT_LIST, AT_DESKS, AT_BOTTOM };
enum done { MOVED, OPENED, TURNED, LEFT, FILTERED, UNFILTERED, CLAIMED, TAKEN_BACK, PALETTE_SEEN, HELP_SEEN, THEME_CHANGED, LANGUAGE_CHANGED,
	    CONSOLE_DESK, RETURNED, ANY_KEY };

static const struct step { const char *text; enum part points; enum done done; unsigned needs; } steps[] = {
	{ N_("This is your first desk: what there is to do on it, the most urgent first. {up} and {down} move the cursor. Go down a row."),
	  AT_LIST, MOVED, TOUR_NEEDS_ITEM },
	{ N_("{enter} opens what is under the cursor."), AT_LIST, OPENED, TOUR_NEEDS_ITEM },
	{ N_("An item, with all that is known here to decide on it. {next-pane} turns to its next pane: what was checked, what belongs to it, what happened."),
	  AT_LIST, TURNED, TOUR_NEEDS_ITEM },
	{ N_("{back} leads back: out of an item, of a filter, of a box. It never decides anything."), AT_LIST, LEFT, TOUR_NEEDS_ITEM },
	{ N_("{filter} narrows the list down by fields, states or any words; {complete} completes. Press it, type after:7d (changed in the last seven days), then {accept}."),
	  AT_LIST, FILTERED, TOUR_NEEDS_ITEM },
	{ N_("The line above the list says what it lets through. {back} takes the filter off again."), AT_LIST, UNFILTERED, TOUR_NEEDS_FILTER },
	{ N_("{next-item} claims the next item that nobody has, and opens it. On this tour the claim is held for a minute: you will take it back before it leaves."),
	  AT_LIST, CLAIMED, TOUR_NEEDS_CLAIM },
	{ N_("It is signed with your key and held; the last line says how long you can still change your mind. {undo} takes it back."),
	  AT_BOTTOM, TAKEN_BACK, TOUR_NEEDS_CLAIM },
	{ N_("{palette} finds every desk, view, action, command and theme by some letters of its name. Open it, type, and leave it with {cancel}."),
	  AT_LIST, PALETTE_SEEN, 0 },
	{ N_("{help} lists the keys of the place where you are, and why an action is not possible now. Open it, and close it with {close}."),
	  AT_BOTTOM, HELP_SEEN, 0 },
	{ N_("{theme} puts on the next theme: dark, light, without colours, and others. Press it."), AT_LIST, THEME_CHANGED, 0 },
	{ N_("{language} switches between English and 中文 at once, and back."), AT_LIST, LANGUAGE_CHANGED, 0 },
	{ N_("The desks stand at the left ({next-pane} on a narrow screen). The last ones are the console's own: what waits for a second person, what has not "
	     "reached the core or came back from it, the journal, and how the sync stands. Go to one by its number."), AT_DESKS, CONSOLE_DESK, 0 },
	{ N_("The last line counts what waits there, and says whether the core is reached and how old the data is. {return} leads back to where you were."),
	  AT_BOTTOM, RETURNED, 0 },
	{ N_("That is all it takes. {help} is always there, and {tour} begins this tour again. Any key ends it."), AT_BOTTOM, ANY_KEY, 0 },
};

const char *const tour_offer =
	N_("Are you new here? {accept} shows you round in two minutes: you press the keys yourself, and nothing is decided. Any other key goes on without; "
	   "later {tour} begins it.");

size_t tour_steps(void)
{
	return COUNT(steps);
}

const char *tour_text(size_t step)
{
	return steps[step].text;
}

unsigned tour_needs(size_t step)
{
	return steps[step].needs;
}

bool tour_done(size_t step, const struct tour_sight *before, const struct tour_sight *after)
{
	switch (steps[step].done) {
	case MOVED: return strcmp(before->row, after->row) != 0 && !after->item;
	case OPENED: return after->item;
	case TURNED: return before->item && after->item && before->pane != after->pane;
	case LEFT: return !after->item;
	case FILTERED: return after->filtered;
	case UNFILTERED: return !after->filtered;
	case CLAIMED: return after->held;
	case TAKEN_BACK: return !after->held;
	case PALETTE_SEEN: return before->palette && !after->palette;
	case HELP_SEEN: return before->help && !after->help;
	case THEME_CHANGED: return after->theme;
	case LANGUAGE_CHANGED: return after->language;
	case CONSOLE_DESK: return after->console_desk;
	case RETURNED: return before->desk != after->desk && !after->console_desk;
	case ANY_KEY: return true;
	}
	return true;
}

/* ---- words ---- */
static enum req named(const char *word, size_t n)
{
	for (enum req r = REQ_NONE + 1; r < REQ_COUNT; r++)
		if (strlen(req_word(r)) == n && memcmp(req_word(r), word, n) == 0)
			return r;
	return REQ_NONE;
}

void tour_words(struct buf *out, const struct keymap *keys, const char *text)
{
	while (*text) {
		const char *close = *text == '{' ? strchr(text, '}') : NULL;
		enum req req = close ? named(text + 1, (size_t)(close - text - 1)) : REQ_NONE;
		char key[32];

		if (req == REQ_NONE) {
			buf_addc(out, *text++);
			continue;
		}
		key_label(keymap_key(keys, req), key);
		buf_adds(out, key);
		text = close + 1;
	}
}

/* ---- the panel ---- */
enum { FRAME = 2, SIDE = 2, FRAMED_FROM_ROWS = 14, LEAST_LEFT = 3 };

/* A sign on the edge that faces what the step speaks of. */
static void point(struct grid *g, struct rect panel, enum part part)
{
	if (part == AT_BOTTOM)
		grid_put(g, panel, panel.row + panel.rows - 1, panel.col + 4, ROLE_OVERLAY_KEY, grid_glyph(g, GLYPH_DOWN));
	else
		grid_put(g, panel, panel.row, panel.col + (part == AT_DESKS ? 1 : panel.cols * 2 / 5), ROLE_OVERLAY_KEY, grid_glyph(g, GLYPH_UP));
}

struct rect tour_draw(struct grid *g, struct rect main, size_t step, const char *words)
{
	bool frame = main.rows >= FRAMED_FROM_ROWS;
	struct rect line = { 0, 0, 0, frame ? main.cols - 2 * SIDE : main.cols };
	int rows = grid_wrap(NULL, line, 0, ROLE_OVERLAY, words) + (frame ? FRAME : 0), most = main.rows - LEAST_LEFT;
	struct rect panel = main;
	AUTO(buf_release) struct buf title = BUF_INIT;

	panel.rows = rows < most ? rows : most > 0 ? most : 0;
	panel.row = main.row + main.rows - panel.rows;
	main.rows -= panel.rows;
	grid_fill(g, panel, ROLE_OVERLAY);
	if (frame) {
		if (step < COUNT(steps))
			buf_addf(&title, _("Tour %zu/%zu · Esc leaves it"), step + 1, COUNT(steps));
		else
			buf_adds(&title, _("Welcome"));
		grid_box(g, panel, ROLE_OVERLAY_MUTED, title.data, ROLE_OVERLAY_TITLE);
		if (step < COUNT(steps))
			point(g, panel, steps[step].points);
		panel = rect_inset(panel, 1, SIDE);
	}
	grid_wrap(g, panel, 0, ROLE_OVERLAY, words);
	return main;
}
