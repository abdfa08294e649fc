#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "tui/rows.h"
#include "tui/shell.h"
#include "tui/words.h"

enum { OPT_REASON, OPT_VERSION, OPT_JSON };

static enum code split_inputs(const struct args *a, struct input *input, struct pool *pool, struct err *err)
{
	for (size_t i = 3; i < a->nwords; i++) {
		const char *equals = strchr(a->word[i], '=');

		if (!equals || equals == a->word[i])
			return fail(err, E_USAGE, N_("%s is not FIELD=VALUE"), a->word[i]);
		input[i - 3] = (struct input){ pool_strndup(pool, a->word[i], (size_t)(equals - a->word[i])), equals + 1 };
	}
	return E_OK;
}

static void write_outcome(struct buf *out, const struct request *r, const struct outcome *o, bool json)
{
	struct json_writer w = JSON_WRITER(out);
	const char *outcome = o->proposed ? "proposed" : "applied";

	if (json) {
		json_open(&w, '{');
		json_key(&w, "command");
		json_str(&w, o->command);
		json_key(&w, "outcome");
		json_str(&w, outcome);
		json_key(&w, "kind");
		json_str(&w, r->kind);
		json_key(&w, "id");
		json_str(&w, r->id);
		json_key(&w, "action");
		json_str(&w, r->action);
		json_key(&w, "state");
		json_str(&w, o->state);
		json_key(&w, "version");
		json_int(&w, o->version);
		json_close(&w, '}');
	} else if (o->proposed) {
		buf_addf(out, _("proposed: another person confirms it with `paydesk act proposal %s confirm`"), o->command);
	} else {
		buf_addf(out, _("%s %s: %s, now %s; queued for the core as %s"), r->kind, r->id, r->action, o->state, o->command);
	}
	buf_addc(out, '\n');
}

static enum code run(struct shell *sh, const struct args *a, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	AUTO(buf_release) struct buf line = BUF_INIT;
	struct input input[INPUTS_MAX];
	struct outcome outcome;
	struct request r = {
		.kind = a->word[0], .id = a->word[1], .action = a->word[2], .reason = a->option[OPT_REASON],
		.version = -1, .input = input, .ninput = a->nwords - 3,
	};
	char *end;

	if (!record_find(r.kind))
		return record_unknown(r.kind, err);
	if (a->option[OPT_VERSION]) {
		r.version = strtoll(a->option[OPT_VERSION], &end, 10);
		if (*end || end == a->option[OPT_VERSION] || r.version < 0)
			return fail(err, E_USAGE, N_("--version takes the whole number that `show` printed"));
	}
	if (split_inputs(a, input, &pool, err) || shell_open(sh, err) || action_run(sh->desk, &r, &outcome, err))
		return err->code;
	write_outcome(&line, &r, &outcome, a->option[OPT_JSON]);
	return shell_print(&line, err);
}

const struct cmd cmd_act = {
	.name = "act", .words = "KIND ID ACTION [FIELD=VALUE]...", .min = 3, .max = 3 + INPUTS_MAX,
	.help = N_("take an action on a record, signed with your key; `show` lists what is possible"),
	.options = {
		[OPT_REASON] = { "reason", "TEXT", N_("why; some actions ask for it") },
		[OPT_VERSION] = { "version", "N", N_("only if the record still has this version") },
		[OPT_JSON] = { "json", NULL, N_("print JSON Lines") },
	},
	.run = run,
};
