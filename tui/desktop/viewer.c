/* Pictures over the main window: opened, driven, revealed for a purpose, closed. */
#include "tui/desktop/parts.h"
#include "tui/words.h"

struct viewer *desktop_pictures(const struct desktop *d)
{
	return d->viewer ? d->viewer : d->beside.viewer;
}

/* The one that stands beside the review is the one that is looked at closely, and the other way round. */
static void same_picture(struct viewer *to, const struct viewer *as)
{
	if (to && as)
		viewer_follow(to, as);
}

void desktop_view(struct desktop *d)
{
	const struct item *it = desktop_item(d);
	struct err err = { 0 };

	if (!it)
		desktop_say(d, ROLE_WARNING, _("there is nothing under the cursor"));
	else if (viewer_new(&d->viewer, d->sh->desk, it, &err))
		desktop_say(d, ROLE_WARNING, err.msg);
	same_picture(d->viewer, d->beside.viewer);
}

void desktop_view_end(struct desktop *d)
{
	same_picture(d->beside.viewer, d->viewer);
	viewer_free(d->viewer);
	d->viewer = NULL;
}

/* What is shown may have been replaced, or be gone. */
void desktop_view_reload(struct desktop *d)
{
	if (!d->viewer || viewer_refresh(d->viewer))
		return;
	desktop_view_end(d);
	desktop_say(d, ROLE_WARNING, _("there is no picture here any more"));
}

static void begin_reveal(struct desktop *d)
{
	struct err err = { 0 };

	if (!viewer_askable(d->viewer, &err)) {
		desktop_say(d, ROLE_WARNING, err.msg);
		return;
	}
	desktop_ask(d, ask_line(_("Reveal"), _("For what purpose? It is journaled; the picture is shown for a minute."), REASON_MAX, ""), ASKED_VIEW_PURPOSE);
}

enum code desktop_view_purpose(struct desktop *d, const char *purpose, struct err *err)
{
	return d->viewer ? viewer_reveal(d->viewer, purpose, err) : E_OK;
}

/* false: it is the main window's to answer. */
bool desktop_view_request(struct desktop *d, enum req req, enum wish *wish)
{
	*wish = req == REQ_OPEN_FILE ? WISH_OPEN : WISH_NONE;
	switch (req) {
	case REQ_CLOSE_PICTURE: desktop_view_end(d); return true;
	case REQ_REVEAL: begin_reveal(d); return true;
	case REQ_OPEN_FILE: return true;
	default: return viewer_request(d->viewer, req);
	}
}

enum code desktop_file(struct desktop *d, const char *program, const struct buf **bytes, const char **name, struct err *err)
{
	if (!d->viewer)
		return fail(err, E_NOTFOUND, N_("there is no picture here"));
	if (viewer_file(d->viewer, bytes, name, err))
		return err->code;
	return picture_opened(d->sh->desk, viewer_item(d->viewer), program, err);
}

const char *desktop_wanted(struct desktop *d)
{
	struct viewer *v = desktop_pictures(d);

	return v ? viewer_wanted(v) : NULL;
}

int desktop_picture_fd(const struct desktop *d)
{
	const struct viewer *v = desktop_pictures(d);

	return v ? viewer_fd(v) : -1;
}

void desktop_picture_step(struct desktop *d)
{
	struct viewer *v = desktop_pictures(d);

	if (v)
		viewer_step(v);
}
