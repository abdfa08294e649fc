#include "core/roles.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "store/mem.h"

#define LIST(...) (const char *const[]){ __VA_ARGS__, NULL }
/* Everybody sees what waits for a second pair of eyes and what has not reached the core. */
#define EVERYBODY "proposal.view", "outbox.view"
/* Whoever works on customers and their payments tells the next one what happened. */
#define NOTES "note.view", "note.write"

/* Clearance follows the work: who compares a number with a scan of the document sees the number; who only has to tell two customers
 * apart sees its mask. A role that changes nothing (auditor) and one that runs the console (admin) stay below the customers' secrets.
 * Reveal goes one step further where the work sometimes needs it, for a stated purpose each time: support reads a phone number to call a
 * customer back, never an identity number or a card; finance reads the card that a settlement bounced from. Nobody else's does. */
const struct duty roles[] = {
	{ "reviewer", N_("Reviewer"), PRIVACY_CORE, PRIVACY_CORE,
	  LIST(EVERYBODY, NOTES, "metrics.view", "merchant.view", "merchant.claim", "merchant.review", "merchant.approve", "merchant.terminal",
	       "merchant.configure", "merchant.live", "merchant.settlement", "merchant.revoke",
	       "review.work", "proposal.check", "screening.check", "screening.decide", "contract.view", "contract.draft", "contract.issue",
	       "user.view", "user.freeze", "kyc.view", "kyc.review", "kyc.decide", "card.deposit", "card.unbind") },
	{ "risk", N_("Risk officer"), PRIVACY_CORE, PRIVACY_CORE,
	  LIST(EVERYBODY, NOTES, "metrics.view", "merchant.view", "merchant.claim", "merchant.risk", "merchant.approve", "merchant.approve_medium",
	       "merchant.suspend", "merchant.live", "merchant.revoke", "review.work", "review.escalated",
	       "merchant.terminal", "proposal.check", "transaction.view", "screening.check", "screening.decide", "contract.view",
	       "user.view", "user.freeze", "kyc.view") },
	{ "support", N_("Support agent"), PRIVACY_GENERAL, PRIVACY_IMPORTANT,
	  LIST(EVERYBODY, NOTES, "merchant.view", "transaction.view", "user.view", "card.deposit") },
	{ "finance", N_("Finance officer"), PRIVACY_IMPORTANT, PRIVACY_CORE,
	  LIST(EVERYBODY, NOTES, "metrics.view", "merchant.view", "transaction.view") },
	{ "compliance", N_("Compliance officer"), PRIVACY_CORE, PRIVACY_CORE,
	  LIST(EVERYBODY, NOTES, "metrics.view", "merchant.view", "merchant.approve", "merchant.approve_medium", "merchant.approve_high",
	       "merchant.suspend", "proposal.check", "transaction.view",
	       "merchant.live", "merchant.settlement", "merchant.revoke", "review.work", "review.escalated",
	       "journal.view", "journal.export", "screening.check", "screening.decide", "screening.import",
	       "contract.view", "contract.issue", "contract.void", "template.view", "template.approve",
	       "user.view", "user.freeze", "user.close", "kyc.view", "kyc.decide", "kyc.escalated") },
	/* signs for the institution: sees all that a contract says */
	{ "signatory", N_("Authorised signatory"), PRIVACY_CORE, PRIVACY_CORE,
	  LIST(EVERYBODY, NOTES, "metrics.view", "merchant.view", "proposal.check", "contract.view", "contract.execute", "contract.void", "template.view", "template.approve") },
	{ "admin", N_("Administrator"), PRIVACY_GENERAL, PRIVACY_GENERAL,
	  LIST(EVERYBODY, "metrics.view", "operator.manage", "sync.enrol", "journal.view") },
	{ "auditor", N_("Auditor"), PRIVACY_IMPORTANT, PRIVACY_IMPORTANT,
	  LIST(EVERYBODY, "metrics.view", "note.view", "merchant.view", "transaction.view", "contract.view", "template.view", "user.view", "kyc.view",
	       "journal.view", "journal.export",
	       "screening.check") },
};
const size_t nroles = COUNT(roles);

const struct duty *role_find(const char *name, size_t n)
{
	for (size_t i = 0; i < nroles; i++)
		if (strlen(roles[i].name) == n && !memcmp(roles[i].name, name, n))
			return &roles[i];
	return NULL;
}

/* Takes the next name off a comma-separated list; false at its end. An empty name is a name, so that "a,,b" is noticed. */
static bool next_name(const char **list, const char **name, size_t *n)
{
	if (!*list)
		return false;
	*name = *list;
	*n = strcspn(*list, ",");
	*list = (*list)[*n] ? *list + *n + 1 : NULL;
	return true;
}

static enum code unknown_role(const char *name, size_t n, struct err *err)
{
	AUTO(buf_release) struct buf known = BUF_INIT;

	for (size_t i = 0; i < nroles; i++)
		buf_addf(&known, "%s%s", i ? ", " : "", roles[i].name);
	return fail(err, E_USAGE, "there is no role \"%.*s\"; the roles are %s", (int)(n > 40 ? 40 : n), name, known.data);
}

enum code roles_check(const char *list, struct err *err)
{
	const char *name;
	size_t n;
	unsigned seen = 0;

	while (next_name(&list, &name, &n)) {
		const struct duty *r = role_find(name, n);

		if (!r)
			return unknown_role(name, n, err);
		if (seen & 1u << (r - roles))
			return fail(err, E_USAGE, "the role %s is named twice; name each role once", r->name);
		seen |= 1u << (r - roles);
	}
	if (!seen)
		return unknown_role("", 0, err);
	return E_OK;
}

void actor_from_cert(struct actor *a, const struct cert *c, const uint8_t root[KEY_BYTES])
{
	const char *list = c->roles, *name;
	size_t n;

	memset(a, 0, sizeof *a);
	snprintf(a->id, sizeof a->id, "%s", c->id);
	snprintf(a->name, sizeof a->name, "%s", c->name);
	snprintf(a->roles, sizeof a->roles, "%s", c->roles);
	memcpy(a->key, c->key, KEY_BYTES);
	a->root = !memcmp(c->key, root, KEY_BYTES);
	while (next_name(&list, &name, &n)) {
		const struct duty *r = role_find(name, n);

		if (r && r->clearance > a->clearance)
			a->clearance = r->clearance;
		if (r && r->reveal > a->reveal)
			a->reveal = r->reveal;
	}
}

static bool role_may(const struct duty *r, const char *permission)
{
	for (const char *const *p = r->permissions; *p; p++)
		if (!strcmp(*p, permission))
			return true;
	return false;
}

bool actor_may(const struct actor *a, const char *permission)
{
	const char *list = a->roles, *name;
	size_t n;

	if (!permission || (a->root && role_may(role_find("admin", 5), permission)))
		return true;
	while (next_name(&list, &name, &n)) {
		const struct duty *r = role_find(name, n);

		if (r && role_may(r, permission))
			return true;
	}
	return false;
}

void roles_holding(struct buf *out, const char *permission)
{
	const char *between = "";

	for (size_t i = 0; i < nroles; i++)
		if (role_may(&roles[i], permission)) {
			buf_addf(out, "%s%s", between, gettext(roles[i].label));
			between = " / ";
		}
}
