#include <stdlib.h>
#include <string.h>

#include "core/values/json.h"
#include "tui/cmd/act.h"
#include "tui/rows.h"
#include "tui/shell.h"
#include "tui/words.h"

enum { OPT_REASON, OPT_VERSION, OPT_JSON, OPT_FILTER, OPT_DRY_RUN, OPT_EXPECT };

static enum code split_inputs(struct act *act, const char *const *word, size_t n, struct pool *pool, struct err *err)
{
	for (size_t i = 0; i < n && i < INPUTS_MAX; i++) {
		const char *equals = strchr(word[i], '=');

		if (!equals || equals == word[i])
			return fail(err, E_USAGE, N_("%s is not FIELD=VALUE"), word[i]);
		act->input[act->ninput++] = (struct input){ pool_strndup(pool, word[i], (size_t)(equals - word[i])), equals + 1 };
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
		buf_addf(out, record_action(record_find(r->kind), r->action)->flags & LOCAL ? _("%s %s: %s, now %s; signed in the journal as %s") :
			 _("%s %s: %s, now %s; queued for the core as %s"), r->kind, r->id, r->action, o->state, o->command);
	}
	buf_addc(out, '\n');
}

static enum code act_one(struct shell *sh, const struct act *a, const char *version, struct err *err)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	struct request r = { .kind = a->kind, .id = a->ids, .action = a->action, .reason = a->reason, .version = -1, .input = a->input,
			     .ninput = a->ninput };
	struct outcome outcome;
	char *end;

	if (version) {
		r.version = strtoll(version, &end, 10);
		if (*end || end == version || r.version < 0)
			return fail(err, E_USAGE, N_("--version takes the whole number that `show` printed"));
	}
	if (shell_open(sh, err) || action_run(sh->desk, &r, &outcome, err))
		return err->code;
	write_outcome(&line, &r, &outcome, a->json);
	return shell_print(&line, err);
}

static enum code run(struct shell *sh, const struct args *a, struct err *err)
{
	AUTO(pool_release) struct pool pool = POOL_INIT;
	size_t at = a->option[OPT_FILTER] ? 1 : 2; /* with a filter there is no id */
	struct act act = { .kind = a->word[0], .ids = at == 2 ? a->word[1] : NULL, .filter = a->option[OPT_FILTER], .reason = a->option[OPT_REASON],
			   .expect = a->option[OPT_EXPECT], .json = a->option[OPT_JSON], .dry_run = a->option[OPT_DRY_RUN] };
	bool many = !act.ids || strchr(act.ids, ',') || !strcmp(act.ids, "-") || act.dry_run || act.expect;

	if (!record_find(act.kind))
		return record_unknown(act.kind, err);
	if (a->nwords <= at)
		return fail(err, E_USAGE, N_("which action? `paydesk help act` says how it is written"));
	act.action = a->word[at];
	if (split_inputs(&act, a->word + at + 1, a->nwords - at - 1, &pool, err))
		return err->code;
	if (!many)
		return act_one(sh, &act, a->option[OPT_VERSION], err);
	if (a->option[OPT_VERSION])
		return fail(err, E_USAGE, N_("--version is of one record; each of many is taken as it stands"));
	return act_many(sh, &act, err);
}

const struct cmd cmd_act = {
	.name = "act", .words = "KIND ID,... ACTION [FIELD=VALUE]...", .min = 2, .max = 3 + INPUTS_MAX,
	.help = N_("take an action on a record, or on many under one signature, signed with your key; `show` lists what is possible"),
	.options = {
		[OPT_REASON] = { "reason", "TEXT", N_("why; some actions ask for it") },
		[OPT_VERSION] = { "version", "N", N_("only if the record still has this version") },
		[OPT_JSON] = { "json", NULL, N_("print JSON Lines") },
		[OPT_FILTER] = { "filter", "FILTER", N_("on all that it lets through, in the place of ID; ID - reads ids from standard input") },
		[OPT_DRY_RUN] = { "dry-run", NULL, N_("say what would be done to which records, and do nothing") },
		[OPT_EXPECT] = { "expect", "N", N_("only if it is exactly so many; what is dangerous wants it for many") },
	},
	.run = run,
};
