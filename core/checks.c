#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/item.h"
#include "core/values/text.h"

/* As much of clean text as fits, ending on a whole character. */
static void keep(char *out, size_t size, const char *text)
{
	size_t n = strnlen(text, size);

	if (n == size)
		for (n--; n && ((unsigned char)text[n] & 0xc0) == 0x80; n--)
			;
	memcpy(out, text, n);
	out[n] = '\0';
}

void check_say(struct checklist *list, enum check_status status, const char *fmt, ...)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;
	char why[1024];
	va_list ap;

	va_start(ap, fmt);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	vsnprintf(why, sizeof why, gettext(fmt), ap);
#pragma GCC diagnostic pop
	va_end(ap);
	text_clean(&clean, why, strlen(why), TEXT_LINE); /* what came from outside may stand in it */
	list->row[list->n].status = status;
	keep(list->row[list->n].why, sizeof list->row[0].why, clean.data);
}

void check_link(struct checklist *list, const char *kind, const char *id)
{
	list->row[list->n].kind = kind;
	keep(list->row[list->n].id, sizeof list->row[0].id, id);
}

/* A state that is not known asks for nothing that belongs to one. */
static bool asked(const struct check *c, int state)
{
	return !c->states || (state >= 0 && c->states & IN(state));
}

void checks_run(struct db *db, const struct item *it, int64_t when, struct checklist *out)
{
	checks_run_under(db, it, when, NULL, out);
}

void checks_run_under(struct db *db, const struct item *it, int64_t when, const uint8_t *root, struct checklist *out)
{
	int state = item_state(it);

	*out = (struct checklist){ .when = when, .root = root };
	for (size_t i = 0; i < it->rec->nchecks && out->n < COUNT(out->row); i++) {
		if (!asked(&it->rec->checks[i], state))
			continue;
		out->row[out->n].check = &it->rec->checks[i];
		out->row[out->n].status = CHECK_UNKNOWN;
		it->rec->checks[i].run(db, it, out);
		out->n++;
	}
}

bool checks_failed(const struct checklist *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->row[i].status == CHECK_FAILED)
			return true;
	return false;
}

int check_gravity(enum check_status s)
{
	return s == CHECK_FAILED ? 2 : s == CHECK_UNKNOWN;
}

void checks_by_gravity(struct checklist *list)
{
	struct check_row sorted[CHECKS_MAX];
	size_t n = 0;

	for (int gravity = 2; gravity >= 0; gravity--)
		for (size_t i = 0; i < list->n; i++)
			if (check_gravity(list->row[i].status) == gravity)
				sorted[n++] = list->row[i];
	memcpy(list->row, sorted, n * sizeof *sorted);
}
