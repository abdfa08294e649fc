/* For every kind of record in every state: the help is always within reach, and what cannot be done now is dimmed and says why. */
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/specimen.h"
#include "tests/stage.h"
#include "tui/bars.h"
#include "tui/help.h"
#include "tui/words.h"

static void for_each_state(struct stage *s, void (*look)(struct stage *s, const struct item *it))
{
	for (size_t r = 0; r < nrecords; r++)
		for (size_t i = 0; i < records[r]->nstates; i++) {
			AUTO(item_release) struct item it = { 0 };

			if (strcmp(records[r]->kind, "merchant") == 0)
				specimen_merchant(&it, "M000001", 1, s->house.clock);
			else
				item_init(&it, records[r]);
			item_set(&it, "id", value_text("M000001"));
			item_set(&it, "state", value_text(records[r]->states[i].name));
			look(s, &it);
		}
}

static void draw(struct stage *s, const struct item *it, int cols)
{
	struct checklist checks = { .when = 0 };
	struct possible possible;

	actions_possible_here(s->shell.desk, it, &checks, &possible);
	grid_resize(s->grid, 1, cols);
	hints_draw(s->grid, grid_rect(s->grid), s->shell.desk, NULL, SCOPE_ITEM, it->rec, it, &possible);
}

static void help_is_there(struct stage *s, const struct item *it)
{
	for (int cols = 80; cols >= 20; cols -= 20) {
		AUTO(buf_release) struct buf line = BUF_INIT;

		draw(s, it, cols);
		grid_text(&line, s->grid);
		if (!strstr(line.data, strcmp(words_lang(), "en") ? "? 帮助" : "? help"))
			fail_msg("%s in %s at %d columns: %s", it->rec->kind, item_text(it, "state"), cols, line.data);
	}
}

static void test_help_is_always_there(void **state)
{
	for_each_state(*state, help_is_there);
	words_open("zh_CN");
	for_each_state(*state, help_is_there);
	words_open("en");
}

/* The role of the hint for a key, or -1 where there is none. */
static int hint_role(struct stage *s, int key)
{
	for (int col = 0; col < grid_cols(s->grid) - 1; col++) {
		const struct cell *c = grid_cell(s->grid, 0, col);
		bool begins = !col || strcmp(grid_cell(s->grid, 0, col - 1)->text, " ") == 0;

		if (begins && c->text[0] == (char)key && !c->text[1] && strcmp(grid_cell(s->grid, 0, col + 1)->text, " ") == 0 &&
		    (c->role == ROLE_KEY || c->role == ROLE_DISABLED))
			return c->role;
	}
	return -1;
}

static void says_why(struct stage *s, const struct item *it)
{
	struct checklist checks = { .when = 0 };
	struct doc doc = DOC_INIT;
	size_t line = 1; /* behind the heading */

	help_write(&doc, s->grid, s->shell.desk, NULL, SCOPE_ITEM, it->rec, it, &checks);
	draw(s, it, 400);
	for (size_t i = 0; i < it->rec->nactions; i++, line++) {
		const struct action *a = &it->rec->actions[i];
		struct err why = { 0 };
		bool possible = action_possible_here(s->shell.desk, it, a, &why) == E_OK, here = a->from & IN(item_state(it));
		AUTO(buf_release) struct buf said = BUF_INIT, want = BUF_INIT;

		help_why_not(&said, it, a, &why);
		buf_addf(&want, "%s: %s", _(a->label), possible ? _(a->help) : said.data);
		assert_string_equal(doc.line[line].text, want.data);
		assert_int_equal(doc.line[line].role, possible ? ROLE_OVERLAY : ROLE_OVERLAY_MUTED);
		assert_true(possible || said.len > 3);
		assert_int_equal(hint_role(s, a->key), !here || a->flags & REMARK ? -1 : possible ? (int)ROLE_KEY : (int)ROLE_DISABLED);
	}
	doc_release(&doc);
}

static void test_the_impossible_says_why(void **state)
{
	for_each_state(*state, says_why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_help_is_always_there, stage_begin, stage_end),
		cmocka_unit_test_setup_teardown(test_the_impossible_says_why, stage_begin, stage_end),
	};

	words_open("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
