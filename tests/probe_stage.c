/* Makes the store of the golden screens on disk, for the console in a real terminal: usage probe_stage. Prints its folder, below TMPDIR,
 * and the clock that it was made under (UTC ms); lin (reviewer, risk) opens it with "SPECIMEN lin". Whoever asked for it removes it. */
#include <stdio.h>
#include <stdlib.h>

#include "core/desk/habits.h"
#include "tests/stage.h"

int main(void)
{
	struct err err = { 0 };
	void *state = NULL;
	struct stage *s;

	if (stage_begin(&state))
		return 1;
	s = state;
	if (habit_add(s->shell.desk, HABIT_TOUR, NULL, "offered", &err))
		return 1;
	printf("%s %lld\n", s->house.home, (long long)s->house.clock);
	grid_free(s->grid);
	shell_close(&s->shell);
	free(s);
	return 0;
}
