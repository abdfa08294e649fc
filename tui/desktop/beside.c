/* A picture beside the review, where there is room: the document that was read, next to what was read from it. It comes in a pause after the
 * item has been drawn, so that opening one never waits for it. */
#include <stdio.h>
#include <string.h>

#include "core/part.h"
#include "tui/desktop/parts.h"
#include "tui/words.h"

enum { BOX_COLS = 98 /* from which both can be read: a screen of 120 */, PICTURE_SHARE = 36 /* per cent */, WHOLE = 100, GUTTER = 3, SOON_MS = 30 };

/* Something is compared here, and what belongs to it has pictures that this person may see. */
static bool has_pictures(struct desktop *d, const struct item *it)
{
	for (size_t i = 0; it->rec->ncompared && i < it->rec->nparts; i++)
		if (record_find(it->rec->parts[i].kind)->picture && part_visible(d->sh->desk, &it->rec->parts[i]))
			return true;
	return false;
}

static bool is_about(const struct desktop *d, const struct item *it)
{
	return d->beside.rec == it->rec && !strcmp(d->beside.id, item_id(it));
}

bool desktop_beside_room(struct desktop *d, struct rect box, struct rect *card, struct rect *picture)
{
	const struct item *it = d->card ? card_item(d->card) : NULL;
	int cols = box.cols * PICTURE_SHARE / WHOLE;

	if (!it || box.cols < BOX_COLS || card_pane(d->card) || !has_pictures(d, it))
		return false;
	*card = (struct rect){ box.row, box.col, box.rows, box.cols - cols - GUTTER };
	*picture = (struct rect){ box.row, box.col + box.cols - cols, box.rows, cols };
	return true;
}

void desktop_beside_draw(struct desktop *d, struct grid *g, struct rect box)
{
	const struct item *it = card_item(d->card);

	if (!is_about(d, it)) {
		desktop_beside_end(d);
		d->beside.rec = it->rec;
		snprintf(d->beside.id, sizeof d->beside.id, "%s", item_id(it));
		d->beside.due = true;
	}
	grid_vline(g, box.row, box.col - GUTTER + 1, box.rows, ROLE_BORDER);
	if (d->beside.viewer)
		viewer_draw(d->beside.viewer, g, box, &d->how, d->sh->keys, false);
	else if (!d->beside.due)
		grid_wrap(g, box, 0, ROLE_MUTED, _("there is no picture here"));
}

void desktop_beside_end(struct desktop *d)
{
	viewer_free(d->beside.viewer);
	d->beside = (struct beside){ 0 };
}

int desktop_beside_patience(const struct desktop *d, int otherwise)
{
	return d->beside.due && otherwise > SOON_MS ? SOON_MS : otherwise;
}

bool desktop_beside_when_due(struct desktop *d)
{
	const struct item *it = d->card ? card_item(d->card) : NULL;
	bool due = d->beside.due;
	struct err ignored; /* that there is none is what the place says */

	d->beside.due = false;
	if (due && it && is_about(d, it))
		viewer_new(&d->beside.viewer, d->sh->desk, it, &ignored);
	return due;
}

/* What is shown may have been replaced, or be gone, or have come only now. */
void desktop_beside_reload(struct desktop *d)
{
	if (!d->beside.rec || (d->beside.viewer && viewer_refresh(d->beside.viewer)))
		return;
	viewer_free(d->beside.viewer);
	d->beside.viewer = NULL;
	d->beside.due = true;
}

enum wish desktop_beside_turn(struct desktop *d, enum req req)
{
	if (d->beside.viewer)
		viewer_request(d->beside.viewer, req == REQ_NEXT_BESIDE ? REQ_NEXT_PICTURE : REQ_PREVIOUS_PICTURE);
	else
		desktop_say(d, ROLE_MUTED, _("no picture stands beside this"));
	return WISH_NONE;
}
