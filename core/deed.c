#include "core/deed.h"

#include <stdlib.h>
#include <string.h>

#include "core/proposal.h"
#include "core/values/text.h"
#include "core/values/when.h"

bool deed_wanted(const struct judge *j)
{
	const struct record *target;
	const struct action *a;

	if (j->action->flags & SIGNS)
		return true;
	if (strcmp(j->now->rec->kind, "proposal") != 0 || strcmp(j->action->id, "confirm") != 0)
		return false;
	target = record_find(item_text(j->now, "target_kind"));
	a = target ? record_action(target, item_text(j->now, "action")) : NULL;
	return a && a->flags & SIGNS;
}

bool deed_prehash(const struct item *it, uint8_t prehash[PREHASH_BYTES])
{
	const char *hex = it->rec->prehash ? item_text(it, it->rec->prehash) : "";

	return hex_decode(hex, strlen(hex), prehash, PREHASH_BYTES);
}

void deed_comment(struct buf *out, const struct deed *d, int64_t at)
{
	buf_addf(out, "timestamp:%lld\tfile:%s.pdf\t%s:%s\trole:%s\tsigner:", (long long)(at / WHEN_SECOND), d->kind, d->kind, d->id, d->role);
	text_clean(out, d->signer, strlen(d->signer), TEXT_LINE);
}

/* The record whose document is signed: the one at hand, or the target of the proposal at hand. */
static enum code about(const struct judge *j, struct item *out, struct err *err)
{
	if (j->action->flags & SIGNS) {
		item_copy(out, j->now);
		return E_OK;
	}
	return proposal_target(j->now, j->db, out, err);
}

static enum code document_of(const struct judge *j, struct item *doc, uint8_t prehash[PREHASH_BYTES], struct err *err)
{
	enum code code = about(j, doc, err);

	if (code || deed_prehash(doc, prehash))
		return code;
	return fail(err, E_STATE, "%s %s has no document that could be signed", record_noun(doc->rec).word, item_id(doc));
}

static struct deed deed_of(const struct judge *j, const struct item *doc, const char *text)
{
	return (struct deed){ text, doc->rec->kind, item_id(doc), DEED_SIGNATORY, j->who->name };
}

enum code deed_make(struct buf *out, const struct judge *j, const struct minisigner *by, struct err *err)
{
	AUTO(item_release) struct item doc = { 0 };
	AUTO(buf_release) struct buf comment = BUF_INIT;
	uint8_t prehash[PREHASH_BYTES];
	enum code code = document_of(j, &doc, prehash, err);
	struct deed d;

	if (code)
		return code;
	d = deed_of(j, &doc, "");
	deed_comment(&comment, &d, j->when);
	minisign_write(out, prehash, comment.data, by);
	return E_OK;
}

enum code deed_verify(const struct deed *d, const uint8_t prehash[PREHASH_BYTES], const uint8_t key[KEY_BYTES], int64_t *at, struct err *err)
{
	AUTO(buf_release) struct buf want = BUF_INIT;
	char trusted[TRUSTED_MAX + 1];
	long long seconds;
	enum code code = minisign_check(d->text, strlen(d->text), prehash, key, trusted, err);

	if (code)
		return code;
	seconds = strncmp(trusted, "timestamp:", 10) ? 0 : strtoll(trusted + 10, NULL, 10);
	*at = seconds > 0 && seconds <= WHEN_MAX / WHEN_SECOND ? seconds * WHEN_SECOND : 0;
	deed_comment(&want, d, *at);
	return !strcmp(want.data, trusted) ? E_OK : fail(err, E_SIGNATURE, "the signature was made for another document, by another person or in another role");
}

enum code deed_check(const struct judge *j, struct err *err)
{
	AUTO(item_release) struct item doc = { 0 };
	const char *text = judge_input(j, DEED_INPUT);
	uint8_t prehash[PREHASH_BYTES];
	struct deed d;
	int64_t at;
	enum code code;

	if (!text)
		return fail(err, E_INVALID, "%s needs the person's signature over the document", action_verb(j->action).word);
	if ((code = document_of(j, &doc, prehash, err)))
		return code;
	d = deed_of(j, &doc, text);
	code = deed_verify(&d, prehash, j->who->key, &at, err);
	/* what is carried out later is judged at another time than it was signed at */
	if (!code && !j->carrying && at / WHEN_SECOND != j->when / WHEN_SECOND)
		return fail(err, E_SIGNATURE, "the signature over the document is of another time than the command");
	return code;
}
