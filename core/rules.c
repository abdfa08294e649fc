#include "core/rules.h"

#include <string.h>

#include "core/values/when.h"

const struct rule *rule_at(const char *id, int64_t when)
{
	AUTO(buf_release) struct buf day = BUF_INIT;
	const struct rule *in_force = NULL;

	when_add_date(&day, when);
	for (size_t i = 0; i < rule_count; i++)
		if (!strcmp(rule_table[i].id, id) && strcmp(rule_table[i].from, day.data) <= 0)
			in_force = &rule_table[i];
	return in_force;
}
