#include "core/tally.h"

#include <stdio.h>
#include <string.h>

#include "core/values/text.h"

/* As much of it, clean, as fits; ends on a whole character. */
static void keep(char *out, size_t size, const char *text)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;
	size_t n;

	text_clean(&clean, text, strlen(text), TEXT_LINE);
	n = clean.len;
	if (n >= size)
		for (n = size - 1; n && ((unsigned char)clean.data[n] & 0xc0) == 0x80; n--)
			;
	if (n)
		memcpy(out, clean.data, n);
	out[n] = '\0';
}

void tally_add(struct tally *t, const struct tally_row *row, const char *word, const char *value, const char *why)
{
	t->total += row->points;
	t->most += row->most;
	if (t->n == TALLY_ROWS)
		return;
	t->row[t->n] = *row;
	keep(t->row[t->n].word, sizeof t->row->word, word);
	keep(t->row[t->n].value, sizeof t->row->value, value);
	keep(t->row[t->n++].why, sizeof t->row->why, why);
}

void tally_say(struct tally *t, const char *id, const char *label, enum tone tone, const char *word, const char *text)
{
	struct tally_fact *f = &t->fact[t->nfacts];

	if (t->nfacts == TALLY_FACTS)
		return;
	t->nfacts++;
	*f = (struct tally_fact){ .id = id, .label = label, .tone = tone };
	keep(f->word, sizeof f->word, word);
	keep(f->text, sizeof f->text, text);
}


static void hide(struct tally_row *r, enum privacy clearance)
{
	AUTO(buf_release) struct buf hidden = BUF_INIT;

	if (r->privacy <= clearance)
		return;
	mask_apply(&hidden, MASK_ALL, r->value);
	keep(r->value, sizeof r->value, hidden.data);
	keep(r->word, sizeof r->word, hidden.data);
	*r->why = '\0';
}

bool tally_run(struct db *db, const struct item *it, int64_t when, enum privacy clearance, struct tally *out)
{
	*out = (struct tally){ .when = when };
	if (!it->rec->tally)
		return false;
	it->rec->tally(db, it, out);
	for (size_t i = 0; i < out->n; i++)
		hide(&out->row[i], clearance);
	return true;
}

void tally_write(struct buf *out, const struct tally *t)
{
	for (size_t i = 0; i < t->n; i++)
		buf_addf(out, "%s%lld/%lld %s%s%s", i ? "\n" : "", (long long)t->row[i].points, (long long)t->row[i].most, t->row[i].id,
			 *t->row[i].word ? " " : "", t->row[i].word);
}

/* One line, at most so long: its numbers into row, its word behind the id. */
static bool read_line(const char *line, size_t n, struct tally_row *row, char id[TALLY_WORD], char word[TALLY_WORD])
{
	char text[2 * TALLY_WORD];
	long long points, most;
	int at = 0;

	if (n >= sizeof text)
		return false;
	memcpy(text, line, n);
	text[n] = '\0';
	if (sscanf(text, "%4lld/%4lld %63[a-z_]%n", &points, &most, id, &at) != 3 || !at || points < 0 || most < points ||
	    (text[at] && text[at] != ' '))
		return false;
	row->points = points;
	row->most = most;
	keep(word, TALLY_WORD, text + at + (text[at] == ' '));
	return true;
}

enum code tally_read(struct tally *t, const char *lines, bool (*known)(const char *id, const char *word, struct tally_row *out), struct err *err)
{
	for (const char *p = lines; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		struct tally_row row = { .points = 0 };
		char id[TALLY_WORD], word[TALLY_WORD];
		size_t n = strcspn(p, "\n");

		if (!read_line(p, n, &row, id, word) || !known(id, word, &row))
			return fail(err, E_INVALID, "\"%.*s\" is no part of a figure", (int)(n > 40 ? 40 : n), p);
		tally_add(t, &row, word, row.value, "");
	}
	return E_OK;
}
