/* What the program says of itself: --help, the manual page and the completions come from these tables. */
#include "tui/program.h"

#include "tui/help.h"
#include "tui/screen/keys.h"
#include "tui/words.h"

#define X(name) extern const struct cmd cmd_##name;
#include "tui/cmd/commands.def"
#undef X
static const struct cmd *const commands[] = {
#define X(name) &cmd_##name,
#include "tui/cmd/commands.def"
#undef X
};

static const struct option_row options[] = {
	{ "home", "DIR", N_("folder of the store") },
	{ "help", NULL, N_("what the program or the command takes") },
	{ "version", NULL, N_("which version this is") },
	{ 0 },
};

static const struct named_row variables[] = {
	{ "PAYDESK_HOME", "DIR", N_("folder of the store; otherwise $XDG_DATA_HOME/paydesk or ~/.local/share/paydesk") },
	{ "PAYDESK_OPERATOR", "NAME", N_("who acts; not needed where the store has one operator only") },
	{ "PAYDESK_PASSPHRASE_FILE", "FILE", N_("file with the passphrase, mode 0600; otherwise it is asked on the terminal") },
	{ "PAYDESK_NEW_PASSPHRASE_FILE", "FILE", N_("file with the passphrase of a new operator, or one's own new one; mode 0600") },
	{ "PAYDESK_LANG", "LANG", N_("language, en or zh_CN; otherwise LANGUAGE, LC_ALL, LC_MESSAGES and LANG choose it") },
	{ "PAYDESK_THEME", "NAME", N_("theme of the console: a built-in one, or a file of one's own") },
	{ "PAYDESK_IDLE", "SECONDS", N_("after how long without a key the console locks; 600") },
	{ "PAYDESK_HOLD", "SECONDS", N_("how long a decision taken in the console can be taken back before it leaves; 10") },
	{ "PAYDESK_MOUSE", "1|0", N_("whether the console hears the mouse; otherwise the file settings says so, otherwise not") },
	{ "VISUAL", "COMMAND", N_("editor for reasons; otherwise EDITOR, otherwise vi") },
	{ "EDITOR", "COMMAND", N_("editor for reasons where VISUAL is not set") },
	{ "PAYDESK_VIEWER", "COMMAND", N_("opens the file of a document in the terminal; otherwise xdg-open beside the console") },
	{ "NO_COLOR", "1", N_("no colours, whatever the theme") },
	{ 0 },
};

static const struct named_row files[] = {
	{ "~/.local/share/paydesk", NULL, N_("the store: a sealed file with its log, the key slots and the sealed head") },
	{ "~/.config/paydesk/keys", NULL, N_("other keys for the console, see KEYS") },
	{ "~/.config/paydesk/settings", NULL, N_("how the console begins: `mouse = on` has it hear the mouse") },
	{ "~/.config/paydesk/themes/NAME.theme", NULL, N_("a theme of one's own: lines `role = foreground background attribute…`") },
	{ 0 },
};

static void write_scope(struct buf *out, const char *heading, enum scope scope)
{
	roff_subsection(out, _(heading));
	for (int r = REQ_NONE + 1; r < REQ_COUNT; r++) {
		AUTO(buf_release) struct buf text = BUF_INIT;

		if (!req_holds((enum req)r, scope))
			continue;
		buf_addf(&text, "%s (%s)", _(req_what((enum req)r)), req_word((enum req)r));
		roff_item(out, req_keys((enum req)r), text.data);
	}
}

static void write_keys(struct buf *out, const struct program *p)
{
	static const struct { const char *heading; enum scope scope; } scopes[] = {
		{ N_("In the column of desks"), SCOPE_DESKS }, { N_("In a list"), SCOPE_LIST }, { N_("In an item"), SCOPE_ITEM },
		{ N_("In the indicators"), SCOPE_METRICS },
		{ N_("In the pictures of documents"), SCOPE_PICTURE },
		{ N_("In help and other texts"), SCOPE_OVERLAY }, { N_("In a line that is being typed"), SCOPE_INPUT },
		{ N_("In the columns of a list"), SCOPE_COLUMNS },
	};

	(void)p;
	roff_paragraph(out, _("Letters that are not listed take the actions of the records, see there; ? in the console shows what is possible now."));
	roff_paragraph(out, _("The names in brackets are those of the file ~/.config/paydesk/keys, which gives requests other keys: a line is a name, =, and all the "
			      "keys it shall have, as in `quit = Ctrl-Q F10`; # begins a comment. A file that is wrong is refused with the line that is "
			      "meant. What is typed or chosen in a box over the screen keeps its keys."));
	for (size_t i = 0; i < COUNT(scopes); i++)
		write_scope(out, scopes[i].heading, scopes[i].scope);
}

static void write_filter(struct buf *out, const struct program *p)
{
	(void)p;
	for (size_t i = 0; i < nhelp_filters; i++)
		roff_item(out, help_filters[i].example, _(help_filters[i].what));
}

static const struct manual_part parts[] = {
	{ N_("KEYS"), write_keys },
	{ N_("FILTERS"), write_filter },
	{ N_("RECORDS"), manual_records },
	{ 0 },
};

const struct program paydesk = {
	.name = "paydesk",
	.what = N_("the operations console of a payment institution"),
	.about = N_("Without a command the console opens. It works on an encrypted store of its own, offline too; what is decided is signed "
		    "with the operator's key, queued, and effective once the payment core has accepted it. Errors are one line on stderr: "
		    "what, why, what to do. With --json a command prints JSON Lines and nothing else."),
	.cmds = commands, .ncmds = COUNT(commands),
	.options = options, .variables = variables, .files = files, .parts = parts,
	.see = "paycore(1)",
	.brief = true,
	.word = words_get,
};
