/* The mouse on the main screen: what was drawn where it points says what it is about (tui/screen/spots.h). */
#include "tui/desktop/parts.h"
#include "tui/words.h"

enum { WHEEL_ROWS = 3 };

/* ---- the wheel: what is under the pointer moves, wherever the focus is ---- */
static enum wish press_key(struct desktop *d, int key)
{
	return desktop_input(d, &(struct event){ .type = EVENT_KEY, .key = key });
}

static enum wish turn_wheel(struct desktop *d, enum spot what, int by)
{
	switch (what) {
	case SPOT_ROW:
	case SPOT_LIST:
	case SPOT_HEADING:
	case SPOT_COLUMN_EDGE:
		desktop_list(d, (struct list_step){ .what = STEP_SCROLL, .by = by * WHEEL_ROWS });
		break;
	case SPOT_CARD:
	case SPOT_TAB:
		card_scroll(d->card, by * WHEEL_ROWS);
		break;
	case SPOT_METRIC:
	case SPOT_PERIOD:
		metricview_move(d->metrics, by);
		break;
	case SPOT_TEXT:
		desktop_scroll_text(d, by * WHEEL_ROWS);
		break;
	case SPOT_PICTURE:
		viewer_request(desktop_pictures(d), by < 0 ? REQ_ZOOM_IN : REQ_ZOOM_OUT);
		break;
	case SPOT_SHEET:
		bulkview_scroll(d->bulk, by * WHEEL_ROWS);
		break;
	case SPOT_ANSWER:
	case SPOT_COLUMN:
	case SPOT_FOUND:
	case SPOT_OFFER:
		return press_key(d, by < 0 ? K_UP : K_DOWN);
	default:
		break;
	}
	return WISH_NONE;
}

/* ---- a press ---- */
static void point_row(struct desktop *d, size_t row)
{
	d->focus = FOCUS_LIST;
	list_point(d->list, row);
	desktop_follow_cursor(d);
}

static void point_metric(struct desktop *d, enum spot what, size_t arg)
{
	d->focus = FOCUS_LIST;
	metricview_point(d->metrics, what, arg);
}

static void point_heading(struct desktop *d, size_t field)
{
	d->focus = FOCUS_LIST;
	desktop_list(d, (struct list_step){ .what = STEP_SORT_BY, .by = (int)field });
}

/* col: of the screen. */
static enum wish press(struct desktop *d, enum spot what, size_t arg, int col)
{
	switch (what) {
	case SPOT_DESK:
		desktop_open_desk(d, arg);
		d->focus = FOCUS_LIST;
		break;
	case SPOT_ROW: point_row(d, arg); break;
	case SPOT_HEADING: point_heading(d, arg); break;
	case SPOT_LIST: d->focus = FOCUS_LIST; break;
	case SPOT_TAB: card_open(d->card, arg); break;
	case SPOT_METRIC:
	case SPOT_PERIOD: point_metric(d, what, arg); break;
	case SPOT_RAIL_EDGE:
	case SPOT_CARD_EDGE: d->dragged = what; break;
	case SPOT_COLUMN_EDGE: desktop_take_column(d, arg, col); break;
	case SPOT_COLUMN: return desktop_columns_event(d, column_box_point(d->box, arg));
	case SPOT_KEY: return press_key(d, (int)arg);
	case SPOT_LINE:
	case SPOT_CHOICE: form_point(desktop_form(d), what, arg); break;
	case SPOT_ANSWER: ask_point(d->ask, arg); break;
	case SPOT_FOUND: palette_point(d->palette, arg); break;
	case SPOT_OFFER: find_choose(d->find, arg); break;
	default: break;
	}
	return WISH_NONE;
}

/* The first press has pointed there already. */
static enum wish press_again(struct desktop *d, enum spot what, size_t arg, int col)
{
	switch (what) {
	case SPOT_ROW:
		point_row(d, arg);
		return desktop_request(d, REQ_ENTER);
	case SPOT_METRIC:
	case SPOT_PERIOD:
		point_metric(d, what, arg);
		return desktop_request(d, REQ_ENTER);
	case SPOT_CARD:
		return d->focus == FOCUS_ITEM ? WISH_NONE : desktop_request(d, REQ_ENTER);
	case SPOT_ANSWER:
	case SPOT_FOUND:
		press(d, what, arg, col);
		return press_key(d, K_ENTER);
	case SPOT_COLUMN_EDGE:
		desktop_reset_column(d, arg);
		return WISH_NONE;
	case SPOT_PICTURE:
		return d->viewer ? WISH_NONE : desktop_request(d, REQ_VIEW);
	case SPOT_KEY: /* it was done once, and once was meant */
		return WISH_NONE;
	default:
		return press(d, what, arg, col);
	}
}

/* A question may have gone since it was drawn, with the unmasked fields that it was about. */
static bool is_there(const struct desktop *d, enum spot what)
{
	switch (what) {
	case SPOT_ANSWER: return d->ask;
	case SPOT_FOUND: return d->palette;
	case SPOT_OFFER: return d->find;
	case SPOT_COLUMN: return d->box;
	case SPOT_LINE:
	case SPOT_CHOICE: return desktop_form(d);
	case SPOT_PICTURE: return desktop_pictures(d);
	case SPOT_SHEET: return d->bulk;
	case SPOT_METRIC:
	case SPOT_PERIOD: return desktop_on_metrics(d);
	case SPOT_TAB:
	case SPOT_CARD: return d->card;
	case SPOT_ROW:
	case SPOT_LIST:
	case SPOT_HEADING:
	case SPOT_COLUMN_EDGE: return d->list;
	default: return true;
	}
}

enum wish desktop_point(struct desktop *d, const struct event *event)
{
	size_t arg = 0;
	enum spot what = d->shown ? grid_spot_at(d->shown, event->row, event->col, &arg) : SPOT_NONE, dragged = d->dragged;

	d->asks_desk = false;
	switch (event->mouse) {
	case MOUSE_DRAG:
		if (dragged)
			desktop_drag(d, dragged, event->col);
		return WISH_NONE;
	case MOUSE_RELEASE:
		d->dragged = SPOT_NONE;
		return WISH_NONE;
	default:
		break;
	}
	d->dragged = SPOT_NONE; /* its release was lost */
	if (!is_there(d, what))
		what = SPOT_NONE;
	*d->message = '\0';
	if (d->find && what != SPOT_OFFER) /* a line is being typed: nothing else is open to the mouse until it ends */
		return WISH_NONE;
	if (event->mouse == MOUSE_WHEEL_UP || event->mouse == MOUSE_WHEEL_DOWN)
		return turn_wheel(d, what, event->mouse == MOUSE_WHEEL_UP ? -1 : 1);
	return event->mouse == MOUSE_DOUBLE ? press_again(d, what, arg, event->col) : press(d, what, arg, event->col);
}
