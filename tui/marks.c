#include "tui/marks.h"

#include <stdlib.h>
#include <string.h>

struct set {
	const struct record *rec;
	char **id;
	size_t n;
};
struct marks {
	struct set *set;      /* one for each kind that was ever marked */
	size_t n;
	unsigned long stamp;
};

struct marks *marks_new(void)
{
	return mem_alloc(sizeof(struct marks));
}

static void set_clear(struct set *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->id[i]);
	s->n = 0;
}

void marks_free(struct marks *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n; i++) {
		set_clear(&m->set[i]);
		free(m->set[i].id);
	}
	free(m->set);
	free(m);
}

static struct set *set_of(const struct marks *m, const struct record *rec)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->set[i].rec == rec)
			return &m->set[i];
	return NULL;
}

/* Its place, or n. */
static size_t find(const struct set *s, const char *id)
{
	size_t i = 0;

	while (i < s->n && strcmp(s->id[i], id) != 0)
		i++;
	return i;
}

bool marks_add(struct marks *m, const struct record *rec, const char *id)
{
	struct set *s = set_of(m, rec);

	if (!s) {
		m->set = mem_grow(m->set, m->n + 1, sizeof *m->set);
		s = &m->set[m->n++];
		*s = (struct set){ .rec = rec, .id = mem_alloc(MARKS_MAX * sizeof *s->id) };
	}
	if (find(s, id) < s->n)
		return true;
	if (s->n == MARKS_MAX)
		return false;
	s->id[s->n++] = mem_strdup(id);
	m->stamp++;
	return true;
}

void marks_drop(struct marks *m, const struct record *rec, const char *id)
{
	struct set *s = set_of(m, rec);
	size_t at = s ? find(s, id) : 0;

	if (!s || at == s->n)
		return;
	free(s->id[at]);
	memmove(s->id + at, s->id + at + 1, (--s->n - at) * sizeof *s->id);
	m->stamp++;
}

void marks_clear(struct marks *m, const struct record *rec)
{
	struct set *s = set_of(m, rec);

	if (s)
		set_clear(s);
	m->stamp++;
}

bool marks_has(const struct marks *m, const struct record *rec, const char *id)
{
	const struct set *s = set_of(m, rec);

	return s && find(s, id) < s->n;
}

size_t marks_count(const struct marks *m, const struct record *rec)
{
	const struct set *s = set_of(m, rec);

	return s ? s->n : 0;
}

const char *const *marks_ids(const struct marks *m, const struct record *rec)
{
	const struct set *s = set_of(m, rec);

	return s ? (const char *const *)s->id : NULL;
}

unsigned long marks_stamp(const struct marks *m)
{
	return m->stamp;
}
