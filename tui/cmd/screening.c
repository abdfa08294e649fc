#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/screening/hits.h"
#include "core/screening/lists.h"
#include "core/screening/search.h"
#include "core/values/text.h"
#include "core/values/when.h"
#include "tui/shell.h"
#include "tui/words.h"

enum { FILES_MOST = 3, FILE_BYTES = 256 << 20 };

static enum code may_check(struct shell *sh, struct err *err)
{
	if (shell_open(sh, err))
		return err->code;
	if (!actor_may(desk_who(sh->desk), "screening.check"))
		return fail(err, E_DENIED, N_("name screening needs a role such as reviewer, risk or compliance"));
	return E_OK;
}

static enum code unknown_list(const char *name, struct err *err)
{
	AUTO(buf_release) struct buf known = BUF_INIT;

	for (size_t i = 0; i < nlist_formats; i++)
		buf_addf(&known, "%s%s", i ? ", " : "", list_formats[i].list);
	return fail(err, E_USAGE, N_("there is no list \"%.40s\"; the lists are %s"), name, known.data);
}

/* ---- run ---- */
/* With lists as they are published ten thousand people take most of a minute. */
static bool tell(void *ctx, int64_t screened)
{
	enum { EVERY = 100 };

	(void)ctx;
	if (!screened || screened % EVERY)
		return false;
	fputc('\r', stderr);
	fprintf(stderr, _("screened %lld records "), (long long)screened);
	return false;
}

static enum code screen(struct shell *sh, bool everything, bool json, struct err *err)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	struct json_writer w = JSON_WRITER(&line);
	struct screening_counts c;
	const struct screening_watch watch = { tell, NULL };
	bool terminal = isatty(STDERR_FILENO);
	enum code code = screening_run(sh->desk, everything, 0, terminal ? &watch : NULL, &c, err);

	if (terminal && c.screened)
		fputc('\r', stderr);
	if (code)
		return code;
	if (!json) {
		buf_addf(&line, _("screened %lld records: %lld hits to be decided, %lld no longer listed\n"), (long long)c.screened, (long long)c.hits,
			 (long long)c.lapsed);
		return shell_print(&line, err);
	}
	json_open(&w, '{');
	json_key(&w, "screened");
	json_int(&w, c.screened);
	json_key(&w, "hits");
	json_int(&w, c.hits);
	json_key(&w, "lapsed");
	json_int(&w, c.lapsed);
	json_close(&w, '}');
	buf_addc(&line, '\n');
	return shell_print(&line, err);
}

enum { RUN_ALL, RUN_JSON };

static enum code run(struct shell *sh, const struct args *a, struct err *err)
{
	if (may_check(sh, err))
		return err->code;
	return screen(sh, a->option[RUN_ALL], a->option[RUN_JSON], err);
}

const struct cmd cmd_screening_run = {
	.name = "screening run", .words = "", .max = 0,
	.help = N_("screen what has come in or changed since the last time; hits become records to be decided"),
	.options = {
		[RUN_ALL] = { "all", NULL, N_("everybody, as an import of a new version does") },
		[RUN_JSON] = { "json", NULL, N_("print JSON Lines") },
	},
	.run = run,
};

/* ---- import ---- */
enum { IMPORT_VERSION, IMPORT_ANYWAY };

static enum code import(struct shell *sh, const struct args *a, struct err *err)
{
	const struct list_format *f = list_format(a->word[0]);
	struct buf data[FILES_MOST] = { BUF_INIT, BUF_INIT, BUF_INIT };
	struct list_file file[FILES_MOST];
	struct list_version v;
	size_t n = a->nwords - 1;
	bool same;
	enum code code = f ? shell_open(sh, err) : unknown_list(a->word[0], err);

	for (size_t i = 0; i < n && !code; i++) {
		code = shell_read_file(&data[i], a->word[i + 1], FILE_BYTES, err);
		file[i] = (struct list_file){ a->word[i + 1], data[i].data, data[i].len };
	}
	if (!code)
		code = lists_import(sh->desk, &(struct list_offer){ f, file, n, a->option[IMPORT_VERSION], a->option[IMPORT_ANYWAY] }, &v, &same, err);
	for (size_t i = 0; i < n; i++)
		buf_release(&data[i]);
	if (code)
		return code;
	if (same)
		printf(_("%s is what version %s has already: %lld entries, confirmed today\n"), _(f->label), v.version, (long long)v.entries);
	else
		printf(_("%s, version %s: %lld entries; %lld added, %lld removed, %lld changed\n"), _(f->label), v.version, (long long)v.entries,
		       (long long)v.added, (long long)v.removed, (long long)v.changed);
	return screen(sh, false, false, err);
}

const struct cmd cmd_screening_import = {
	.name = "screening import", .words = "LIST FILE...", .min = 2, .max = 1 + FILES_MOST,
	.help = N_("take a watch list in: ofac SDN.CSV ALT.CSV ADD.CSV, un XML, house CSV; then screen everybody against it; journaled"),
	.options = {
		[IMPORT_VERSION] = { "version", "V", N_("what to call this version; otherwise the day") },
		[IMPORT_ANYWAY] = { "anyway", NULL, N_("also if it is older than the version that holds, or lacks more than a tenth of its entries") },
	},
	.run = import,
};

/* ---- lists ---- */
struct output { struct shell *sh; bool json; };

static const char *person(struct shell *sh, const char *id)
{
	size_t n;
	const struct cert *people = desk_people(sh->desk, &n), *c = store_operator_find(people, n, id);

	return c ? c->name : id;
}

static void write_version(struct buf *out, const struct list_version *v, struct shell *sh)
{
	struct json_writer w = JSON_WRITER(out);
	const struct { const char *name, *text; } texts[] = {
		{ "list", v->list }, { "version", v->version }, { "operator", person(sh, v->operator) }, { "digest", v->digest },
		{ "issued", v->issued },
	};
	const struct { const char *name; int64_t n; } numbers[] = {
		{ "serial", v->serial }, { "entries", v->entries }, { "added", v->added }, { "removed", v->removed }, { "changed", v->changed },
	};
	char imported[WHEN_RFC3339], confirmed[WHEN_RFC3339];

	json_open(&w, '{');
	for (size_t i = 0; i < COUNT(texts); i++) {
		json_key(&w, texts[i].name);
		json_str(&w, texts[i].text);
	}
	for (size_t i = 0; i < COUNT(numbers); i++) {
		json_key(&w, numbers[i].name);
		json_int(&w, numbers[i].n);
	}
	when_rfc3339(v->imported_at, imported);
	when_rfc3339(v->confirmed_at, confirmed);
	json_key(&w, "imported_at");
	json_str(&w, imported);
	json_key(&w, "confirmed_at");
	json_str(&w, confirmed);
	json_close(&w, '}');
}

static enum code print_version(void *ctx, const struct list_version *v, struct err *err)
{
	struct output *o = ctx;
	AUTO(buf_release) struct buf line = BUF_INIT;

	if (o->json) {
		write_version(&line, v, o->sh);
	} else {
		buf_addf(&line, "%-6s %-14s ", v->list, v->version);
		when_add_datetime(&line, v->imported_at);
		buf_addf(&line, "  %6lld  +%lld -%lld ~%lld  %.16s  ", (long long)v->entries, (long long)v->added, (long long)v->removed,
			 (long long)v->changed, v->digest);
		text_clean(&line, person(o->sh, v->operator), strlen(person(o->sh, v->operator)), TEXT_LINE);
	}
	buf_addc(&line, '\n');
	return shell_print(&line, err);
}

static enum code lists(struct shell *sh, const struct args *a, struct err *err)
{
	struct output o = { sh, a->option[0] };

	if (may_check(sh, err))
		return err->code;
	return lists_each(desk_db(sh->desk), print_version, &o, err);
}

const struct cmd cmd_screening_lists = {
	.name = "screening lists", .words = "", .max = 0,
	.help = N_("every version of every watch list: when, how many entries, what changed, digest, by whom"),
	.options = { { "json", NULL, N_("print JSON Lines") } },
	.run = lists,
};

/* ---- check ---- */
static void add_clean(struct buf *out, const char *text)
{
	text_clean(out, text, strlen(text), TEXT_LINE);
}

static void write_hit(struct buf *out, const struct hit *h)
{
	const struct name_match *m = &h->match;

	buf_addf(out, "%d.%d %%  %s %s %s  ", h->score / 10, h->score % 10, h->list, h->version, h->entry);
	add_clean(out, hit_name(h));
	buf_addf(out, "\n    %s %d (%s / %s)%s:", _("name"), m->score, _(way_label(m->asked_way)), _(way_label(m->listed_way)),
		 m->homophone ? _(", half by sound and half by characters") : "");
	for (size_t i = 0; i < m->n; i++)
		buf_addf(out, "%s %s = %s %d", i ? "," : "", m->pair[i].asked, m->pair[i].listed, m->pair[i].score);
	if (*m->asked_left || *m->listed_left)
		buf_addf(out, _("; left over: %s / %s"), m->asked_left, m->listed_left);
	buf_addf(out, "\n    %s (%+d); %s (%+d)\n", _(born_facts[h->born].label), born_facts[h->born].points, _(number_facts[h->number].label),
		 number_facts[h->number].points);
}

static enum code print_hits(const struct hits *h, bool json, struct err *err)
{
	AUTO(buf_release) struct buf out = BUF_INIT;

	for (size_t i = 0; i < h->n; i++) {
		struct json_writer w = JSON_WRITER(&out);

		if (json) {
			hit_write(&h->at[i], &w);
			buf_addc(&out, '\n');
		} else {
			write_hit(&out, &h->at[i]);
		}
	}
	if (!json && !h->n)
		buf_addf(&out, _("no hit; %lld entries were compared closely\n"), (long long)h->compared);
	return shell_print(&out, err);
}

enum { CHECK_BORN, CHECK_ID, CHECK_JSON };

static enum code check(struct shell *sh, const struct args *a, struct err *err)
{
	struct screened who = { .name = a->word[0], .born = a->option[CHECK_BORN], .number = a->option[CHECK_ID] };
	AUTO(hits_release) struct hits h = { 0 };
	char date[LISTED_DATE];

	if (who.born && !listed_date(date, who.born))
		return fail(err, E_USAGE, N_("--born takes a date as YYYY-MM-DD, YYYY-MM or YYYY"));
	if (may_check(sh, err) || screening_search(desk_db(sh->desk), &who, SCREENING_THRESHOLD, &h, err))
		return err->code;
	return print_hits(&h, a->option[CHECK_JSON], err);
}

const struct cmd cmd_screening_check = {
	.name = "screening check", .words = "NAME", .min = 1, .max = 1,
	.help = N_("who on the watch lists a name could be, with what makes up each score; nothing is recorded"),
	.options = {
		[CHECK_BORN] = { "born", "DATE", N_("birth date; raises or lowers scores") },
		[CHECK_ID] = { "id", "NUMBER", N_("identity number; the same one is a hit whatever the name") },
		[CHECK_JSON] = { "json", NULL, N_("print JSON Lines") },
	},
	.run = check,
};
