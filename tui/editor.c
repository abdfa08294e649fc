#include "tui/editor.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "core/values/text.h"
#include "store/file.h"
#include "tui/guest.h"

enum { FILE_MAX_BYTES = 64 * 1024 };

static const char *name_of_editor(void)
{
	const char *name = getenv("VISUAL");

	return name && *name ? name : getenv("EDITOR");
}

bool editor_named(void)
{
	const char *name = name_of_editor();

	return name && *name;
}

/* One line: line ends and tabs become spaces, those at the end go. */
static enum code take_text(const struct guest *g, struct buf *text, size_t max, struct err *err)
{
	AUTO(buf_release) struct buf raw = BUF_INIT, clean = BUF_INIT;
	const char *p;
	size_t fits = 0;
	int width;

	if (file_read(&raw, guest_path(g), FILE_MAX_BYTES, err))
		return fail(err, E_FAILED, N_("what the editor wrote cannot be read, or is longer than %d bytes; the text is as it was"), FILE_MAX_BYTES);
	while (raw.len && strchr(" \t\r\n", raw.data[raw.len - 1]))
		buf_setlen(&raw, raw.len - 1);
	for (size_t i = 0; i < raw.len; i++)
		if (raw.data[i] == '\n' || raw.data[i] == '\r' || raw.data[i] == '\t')
			raw.data[i] = ' ';
	text_clean(&clean, raw.data, raw.len, TEXT_LINE);
	p = clean.data;
	for (size_t n; (n = text_next(&p, &width)) && fits + n <= max;)
		fits += n;
	buf_clear(text);
	buf_add(text, clean.data, fits);
	return fits == clean.len ? E_OK : fail(err, E_INVALID, N_("the text is longer than %zu bytes; the end of it was cut"), max);
}

static enum code judge(const struct guest *g, int status, struct buf *text, size_t max, struct err *err)
{
	if (status == -1)
		return fail(err, E_FAILED, N_("the editor was ended; the text is as it was"));
	if (WIFSIGNALED(status))
		return fail(err, E_FAILED, N_("the editor died of signal %d; the text is as it was"), WTERMSIG(status));
	if (WEXITSTATUS(status))
		return fail(err, E_FAILED, N_("the editor ended with status %d; the text is as it was"), WEXITSTATUS(status));
	return take_text(g, text, max, err);
}

enum code editor_run(struct buf *text, size_t max, int64_t idle_ms, struct err *err)
{
	AUTO(buf_wipe) struct buf given = BUF_INIT;
	struct guest *g;
	enum code code;
	int status;

	buf_add(&given, text->data, text->len);
	if (given.len)
		buf_addc(&given, '\n');
	if (guest_new(&g, "reason.txt", given.data, given.len, err))
		return err->code;
	code = guest_run(g, editor_named() ? name_of_editor() : "vi", idle_ms, &status, err);
	if (!code)
		code = judge(g, status, text, max, err);
	guest_free(g);
	return code;
}
