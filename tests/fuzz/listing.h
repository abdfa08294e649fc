/* What must hold of a watch list that was read, or refused, whatever the bytes were. */
#ifndef TESTS_FUZZ_LISTING_H
#define TESTS_FUZZ_LISTING_H

#include <string.h>

#include "core/screening/match.h"
#include "core/screening/readers.h"
#include "tests/fuzz/fuzz.h"

/* Every entry reads back to the same bytes and finds itself under each of its names; a refusal says why. */
static inline void listing_holds(enum code (*read)(struct listing *, const struct list_file *, size_t, struct err *),
				 const struct list_file *files, size_t n)
{
	struct listing l = { 0 };
	struct err err = { 0 };
	enum code code = read(&l, files, n, &err);

	HOLDS(code == E_OK || (code == E_INVALID && *err.msg));
	for (size_t i = 0; !code && i < l.n && i < 20; i++) {
		AUTO(buf_release) struct buf again = BUF_INIT, forms = BUF_INIT;
		struct json_writer w = JSON_WRITER(&again);
		struct listed e;

		listed_init(&e);
		HOLDS(!i || strcmp(l.row[i - 1].id, l.row[i].id) < 0);
		HOLDS(listed_read(&e, l.row[i].json, strlen(l.row[i].json), &err) == E_OK);
		listed_write(&e, &w);
		HOLDS(!strcmp(again.data, l.row[i].json));
		names_write(&forms, e.names.at, e.names.n);
		for (size_t k = 0; k < e.names.n && k < 4; k++) {
			struct asked *a = asked_new(e.names.at[k]);
			struct name_match m;

			name_match(&m, a, forms.data);
			HOLDS(m.score >= 0 && m.score <= JARO_WHOLE && m.number < (int)e.names.n);
			HOLDS(!asked_form(a, 0) || m.score > 0);
			asked_free(a);
		}
		listed_release(&e);
	}
	listing_release(&l);
}

#endif
