#include "core/action.h"

#include <errno.h>
#include <libintl.h>
#include <stdlib.h>
#include <string.h>

#include "core/deed.h"
#include "core/proposal.h"
#include "core/values/mcc.h"
#include "core/values/money.h"
#include "core/values/text.h"
#include "core/values/when.h"

enum { REASON_CHARACTERS = 500 };

const char *judge_input(const struct judge *j, const char *name)
{
	for (size_t i = 0; i < j->ninput; i++)
		if (!strcmp(j->input[i].name, name))
			return j->input[i].text;
	return NULL;
}

/* ---- is it possible at all ---- */
enum code action_permitted(const struct actor *who, const struct action *a, struct err *err)
{
	AUTO(buf_release) struct buf holders = BUF_INIT;

	if (actor_may(who, a->permission))
		return E_OK;
	roles_holding(&holders, a->permission);
	return fail(err, E_DENIED, "%s (%s) may not %s; it takes the permission %s (%s)", who->name, who->roles, action_verb(a).word, a->permission,
		    holders.data);
}

static enum code permitted(const struct judge *j, struct err *err)
{
	return action_permitted(j->who, j->action, err);
}

static enum code state_allows(const struct judge *j, struct err *err)
{
	AUTO(buf_release) struct buf states = BUF_INIT;
	const struct record *rec = j->now->rec;
	int state = item_state(j->now);

	if (state < 0)
		return fail(err, E_STATE, "%s %s is in a state that this version of paydesk does not know; update paydesk", record_noun(rec).word,
			    item_id(j->now));
	if (j->action->from & IN(state))
		return E_OK;
	for (size_t i = 0; i < rec->nstates; i++)
		if (j->action->from & IN(i))
			buf_addf(&states, "%s%s", states.len ? ", " : "", rec->states[i].name);
	return fail(err, E_STATE, "%s is not possible while %s %s is in state %s, only in %s", action_verb(j->action).word, record_noun(rec).word,
		    item_id(j->now), rec->states[state].name, states.data);
}

static enum code assigned(const struct judge *j, struct err *err)
{
	const struct record *rec = j->now->rec;
	const char *holder;

	if (!(j->action->flags & ASSIGNED) || !rec->assignee)
		return E_OK;
	holder = item_text(j->now, rec->assignee);
	if (!*holder)
		return fail(err, E_STATE, "nobody has claimed %s %s; claim it first", record_noun(rec).word, item_id(j->now));
	if (strcmp(holder, j->who->id) != 0)
		return fail(err, E_DENIED, "%s %s is claimed by somebody else; only who has claimed it may %s", record_noun(rec).word,
			    item_id(j->now), action_verb(j->action).word);
	return E_OK;
}

enum code action_gates(const struct judge *j, struct err *err)
{
	struct checklist own = { .when = 0 }, *list = j->checks ? j->checks : &own;

	if (!j->action->gated)
		return E_OK;
	if (!list->when)
		checks_run(j->db, j->now, j->when, list);
	for (size_t i = 0; i < list->n; i++)
		if (list->row[i].status == CHECK_FAILED)
			return fail(err, E_CHECK, "%s is not possible, the check \"%s\" failed: %s", action_verb(j->action).word,
				    gettext(list->row[i].check->label), list->row[i].why);
	return E_OK;
}

/* Two open proposals of the same thing would only void each other. */
static enum code not_proposed(const struct judge *j, struct err *err)
{
	char other[COMMAND_ID_LEN + 1];

	if (!(j->action->flags & FOUR_EYES) || j->carrying)
		return E_OK;
	if (proposal_waiting(j->db, j->now, j->action, other, err))
		return err->code;
	if (*other)
		return fail(err, E_STATE, "somebody has proposed to %s %s %s already; confirm or decline proposal %s", action_verb(j->action).word,
			    record_noun(j->now->rec).word, item_id(j->now), other);
	return E_OK;
}

static enum code rule_allows(const struct judge *j, struct err *err)
{
	return j->action->check ? j->action->check(j, err) : E_OK;
}

/* In the order in which they are asked: what a person cannot change comes first. */
static const struct {
	enum hindrance is;
	enum code (*ask)(const struct judge *j, struct err *err);
} steps[] = {
	{ HINDRANCE_PERMISSION, permitted }, { HINDRANCE_STATE, state_allows }, { HINDRANCE_CLAIM, assigned },
	{ HINDRANCE_RULE, rule_allows }, { HINDRANCE_CHECK, action_gates }, { HINDRANCE_PROPOSED, not_proposed },
};

enum hindrance action_hindrance(const struct judge *j, struct err *err)
{
	struct err own = { 0 };

	for (size_t i = 0; i < COUNT(steps); i++) {
		if (!steps[i].ask(j, &own))
			continue;
		if (err)
			*err = own;
		return steps[i].is;
	}
	return HINDRANCE_NONE;
}

bool action_in_reach(const struct judge *j)
{
	for (size_t i = 0; i < COUNT(steps) && steps[i].is <= HINDRANCE_CLAIM; i++)
		if (steps[i].ask(j, NULL))
			return false;
	return true;
}

enum code action_possible(const struct judge *j, struct err *err)
{
	struct err own = { 0 };

	if (!action_hindrance(j, &own))
		return E_OK;
	if (err)
		*err = own;
	return own.code;
}

/* ---- who the two are ---- */
const char *action_either(const struct judge *j)
{
	return j->action->flags & FOUR_EYES && j->action->either ? j->action->either(j) : NULL;
}

enum code action_two(const struct judge *j, const struct actor *maker, const struct actor *checker, struct err *err)
{
	AUTO(buf_release) struct buf who = BUF_INIT;
	const char *needed = action_either(j);

	if (!needed || actor_may(maker, needed) || actor_may(checker, needed))
		return E_OK;
	roles_holding(&who, needed);
	return fail(err, E_DENIED, "to %s %s %s one of the two must be: %s; neither %s (%s) nor %s (%s) is, it takes the permission %s",
		    action_verb(j->action).word, record_noun(j->now->rec).word, item_id(j->now), who.data, maker->name, maker->roles,
		    checker->name, checker->roles, needed);
}

/* ---- what was filled in ---- */
static bool blank(const char *s)
{
	return !s[strspn(s, " \t\r\n")];
}

static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

enum code reason_check(const char *what, const char *reason, bool needed, struct err *err)
{
	if (!text_valid(reason, strlen(reason)))
		return fail(err, E_INVALID, "the reason is not UTF-8 text");
	if (characters(reason) > REASON_CHARACTERS)
		return fail(err, E_INVALID, "the reason is longer than %d characters", REASON_CHARACTERS);
	if (blank(reason) && (needed || *reason))
		return fail(err, E_INVALID, "%s needs a reason of 1 to %d characters", what, REASON_CHARACTERS);
	return E_OK;
}

static enum code reason_given(const struct judge *j, struct err *err)
{
	return reason_check(action_verb(j->action).word, j->reason ? j->reason : "", j->action->flags & REASON, err);
}

static enum code whole_number(const char *text, int64_t *number, struct err *err)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno || end == text || *end || n > JSON_INT_MAX || n < -JSON_INT_MAX)
		return fail(err, E_INVALID, "not a whole number");
	*number = n;
	return E_OK;
}

/* As it is shown. */
static enum code number_with_point(const struct field *f, const char *text, int64_t *number, struct err *err)
{
	if (money_parse(text, &(struct currency){ .digits = f->decimals }, number, NULL))
		return fail(err, E_INVALID, "not a number of at most %d decimals", f->decimals);
	return *number > JSON_INT_MAX || *number < -JSON_INT_MAX ? fail(err, E_INVALID, "out of range") : E_OK;
}

/* *number: what a column of numbers holds of it. */
static enum code typed(const struct item *now, const struct field *f, const char *text, int64_t *number, struct err *err)
{
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_REF:
		return E_OK;
	case FIELD_INT:
		return f->decimals ? number_with_point(f, text, number, err) : whole_number(text, number, err);
	case FIELD_MONEY: {
		const struct currency *c = currency_find(f->currency_field ? item_text(now, f->currency_field) : NULL);

		return c ? money_parse(text, c, number, err) : fail(err, E_INVALID, "the record has no known currency");
	}
	case FIELD_TIME:
		return when_parse_rfc3339(text, number, err);
	case FIELD_DATE:
		return when_parse_date(text, number, err);
	case FIELD_FLAG:
		*number = *text == '1';
		return !strcmp(text, "0") || !strcmp(text, "1") ? E_OK : fail(err, E_INVALID, "neither 0 nor 1");
	case FIELD_CHOICE:
		return field_choice(f, text, strlen(text)) ? E_OK : fail(err, E_INVALID, "not one of the choices");
	case FIELD_CHOICES:
		return field_choices_valid(f, text) ? E_OK : fail(err, E_INVALID, "not a list of choices joined by commas");
	case FIELD_PERSON:
		return strlen(text) == OPERATOR_ID_LEN && strspn(text, "0123456789abcdef") == OPERATOR_ID_LEN ?
			E_OK : fail(err, E_INVALID, "not an operator's id");
	case FIELD_MCC:
		return mcc_find(text) ? E_OK : fail(err, E_INVALID, "no such merchant category");
	case FIELD_STATE:
	case FIELD_BYTES:
		break;
	}
	return fail(err, E_INVALID, "nobody fills this in");
}

enum code input_check(const struct item *now, const struct field *f, const char *text, struct err *err)
{
	const char *why = NULL;
	int64_t ignored;

	if (typed(now, f, text, &ignored, err))
		return E_INVALID;
	if (f->check)
		why = f->check(text);
	return why ? fail(err, E_INVALID, "%s", why) : E_OK;
}

void judge_take(const struct judge *j, const char *name, struct item *after)
{
	const struct field *f = &after->rec->fields[record_field(after->rec, name)];
	const char *text = judge_input(j, name);
	int64_t number;

	if (!text || blank(text))
		item_set(after, name, value_null());
	else if (f->column.type != VALUE_INT)
		item_set(after, name, value_text(text));
	else if (!typed(j->now, f, text, &number, NULL))
		item_set(after, name, value_int(number));
}

bool action_takes_empty(const struct action *a, const char *name)
{
	for (const char *const *o = a->optional; o && *o; o++)
		if (!strcmp(*o, name))
			return true;
	return false;
}

static enum code input_good(const struct judge *j, const char *name, struct err *err)
{
	const char *text = judge_input(j, name);
	int i = record_field(j->now->rec, name);

	if ((!text || blank(text)) && action_takes_empty(j->action, name))
		return E_OK;
	if (!text || blank(text))
		return fail(err, E_INVALID, "%s needs %s", action_verb(j->action).word, name);
	if (!text_valid(text, strlen(text)))
		return fail(err, E_INVALID, "%s is not UTF-8 text", name);
	if (i < 0)
		return E_OK;
	if (input_check(j->now, &j->now->rec->fields[i], text, err)) {
		fail_in(err, "%s", name);
		return E_INVALID;
	}
	return E_OK;
}

static enum code inputs_given(const struct judge *j, struct err *err)
{
	const char *const *names = j->action->inputs;

	for (size_t i = 0; i < j->ninput; i++) {
		bool known = !strcmp(j->input[i].name, DEED_INPUT) && deed_wanted(j);

		for (size_t k = 0; names && names[k] && !known; k++)
			known = !strcmp(names[k], j->input[i].name);
		if (!known)
			return fail(err, E_USAGE, "%s takes no input named %s", j->action->id, j->input[i].name);
		for (size_t k = 0; k < i; k++)
			if (!strcmp(j->input[k].name, j->input[i].name))
				return fail(err, E_USAGE, "the input %s is given twice", j->input[i].name);
	}
	for (size_t k = 0; names && names[k]; k++)
		if (input_good(j, names[k], err))
			return err->code;
	return deed_wanted(j) ? deed_check(j, err) : E_OK;
}

enum code action_decide(const struct judge *j, struct item *after, bool *proposes, struct err *err)
{
	const struct action *a = j->action;
	struct err own = { 0 };

	if (action_possible(j, &own) || inputs_given(j, &own) || reason_given(j, &own)) {
		if (err)
			*err = own;
		return own.code;
	}
	item_copy(after, j->now);
	*proposes = a->flags & FOUR_EYES;
	if (a->flags & REMARK)
		return E_OK;
	if (a->to != STATE_STAY)
		item_set(after, "state", value_text(j->now->rec->states[a->to].name));
	item_set(after, "updated_at", value_int(j->when));
	item_set(after, "version", value_int(item_version(j->now) + 1));
	if (a->apply)
		a->apply(j, after);
	if (!a->fits || !a->fits(j, after, &own))
		return E_OK;
	item_release(after);
	if (err)
		*err = own;
	return own.code;
}
