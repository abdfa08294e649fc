#include "tui/opener.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static bool set(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value;
}

enum code opener_find(struct opener *o, struct err *err)
{
	const char *own = getenv("PAYDESK_VIEWER");

	o->front = own && *own;
	if (o->front && strlen(own) >= sizeof o->command)
		return fail(err, E_USAGE, N_("PAYDESK_VIEWER is longer than %zu bytes"), sizeof o->command - 1);
	if (!o->front && !set("DISPLAY") && !set("WAYLAND_DISPLAY"))
		return fail(err, E_USAGE, N_("no program to open it with: there is no desktop here; set PAYDESK_VIEWER to a command"));
	snprintf(o->command, sizeof o->command, "%s", o->front ? own : "xdg-open");
	return E_OK;
}

enum code opener_run(const struct opener *o, const char *name, const struct buf *bytes, int64_t most_ms, struct guest **left, struct err *err)
{
	struct guest *g;
	enum code code;
	int status = 0;

	*left = NULL;
	if (guest_new(&g, name, bytes->data, bytes->len, err))
		return err->code;
	if (!o->front && !guest_start(g, o->command, OPENER_KEEP_MS, err)) {
		*left = g;
		return E_OK;
	}
	code = o->front ? guest_run(g, o->command, most_ms, &status, err) : err->code;
	guest_free(g);
	if (code)
		return code;
	if (status == -1)
		return fail(err, E_FAILED, N_("the viewer was ended: its time was up"));
	if (WIFSIGNALED(status))
		return fail(err, E_FAILED, N_("the viewer died of signal %d"), WTERMSIG(status));
	if (WEXITSTATUS(status))
		return fail(err, E_FAILED, N_("the viewer ended with status %d"), WEXITSTATUS(status));
	return E_OK;
}
