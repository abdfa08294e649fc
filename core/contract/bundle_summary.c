/* What the evidence of a contract is, in words. In Chinese and in English whoever exports it: it is read elsewhere. */
#include <string.h>

#include "core/contract/bundle.h"
#include "core/contract/seal.h"
#include "core/records/contract.h"
#include "core/values/text.h"
#include "core/values/when.h"

enum tongue { ZH, EN, TONGUES };

static const struct { const char *state, *words[TONGUES]; } states[] = {
	{ "issued", { "已发出，商户尚未签署", "issued; the merchant has not signed" } },
	{ "merchant_signed", { "商户已签署，机构尚未签署", "signed by the merchant, not by the institution" } },
	{ "executed", { "各方均已签署，合同成立", "signed by all, and executed" } },
	{ "declined", { "商户拒绝签署", "declined by the merchant" } },
	{ "expired", { "商户逾期未签署，已失效", "expired; the merchant did not sign in time" } },
	{ "void", { "已作废", "void" } },
};

static const char *state_words(const struct item *c, enum tongue t)
{
	for (size_t i = 0; i < COUNT(states); i++)
		if (!strcmp(states[i].state, item_text(c, "state")))
			return states[i].words[t];
	return item_text(c, "state");
}

/* Names and reasons come from outside. */
static void add(struct buf *out, const char *text)
{
	text_clean(out, text, strlen(text), TEXT_LINE);
}

static void event(struct buf *out, int64_t at, const char *who, const char *what, const char *why)
{
	if (!at)
		return;
	buf_adds(out, "  ");
	when_add_datetime(out, at);
	buf_adds(out, "  ");
	add(out, who);
	buf_adds(out, what);
	add(out, why);
	buf_addc(out, '\n');
}

static void story(struct buf *out, const struct item *c, enum tongue t)
{
	static const char *const issued[] = { "机构发出合同", "the institution issues the contract" };
	static const char *const signs[][TONGUES] = { { " 代表商户签署", " signs for the merchant" }, { " 代表机构签署", " signs for the institution" } };
	static const char *const over[] = { "：", ": " };

	event(out, item_int(c, "issued_at"), "", issued[t], "");
	for (size_t i = 0; i < CONTRACT_SIGNERS; i++) {
		struct contract_signer s;

		if (!contract_signer(c, i, &s, NULL) && s.there)
			event(out, s.at, s.deed.signer, signs[s.ours][t], "");
	}
	event(out, item_int(c, "ended_at"), state_words(c, t), *item_text(c, "ended_why") ? over[t] : "", item_text(c, "ended_why"));
}

static void in_tongue(struct buf *out, const struct item *c, enum tongue t)
{
	static const struct { const char *head, *merchant, *state, *happened, *files, *sealed, *rest; } words[TONGUES] = {
		[ZH] = { "合同的证据：", "商户：", "状态：", "经过（北京时间）：\n",
			 "\n文件：\n  contract.pdf 是供签署的文件，每一页印有 contract.txt 的 SHA-256。\n",
			 "  contract-sealed.pdf 是同一文件，后附机构电子印章（PAdES）。\n",
			 "  *.minisig 是各人对 contract.pdf 的签名，*.pub 是其公钥；organisation.pub 是机构的根公钥。\n"
			 "  people.jsonl 是机构人员由根公钥签发的证书；journal.jsonl 是机构日志中有关本合同的记录，\n"
			 "  chain.jsonl 证明各条都在同一条日志链上。\n"
			 "  contract.json 是合同记录；MANIFEST 列出全部文件，由提供证据的人签名。\n" },
		[EN] = { "Evidence of contract ", "Merchant: ", "State: ", "What happened (UTC+8):\n",
			 "\nFiles:\n  contract.pdf is the document to be signed; the SHA-256 of contract.txt stands on each page.\n",
			 "  contract-sealed.pdf is the same with the institution's electronic seal (PAdES) behind it.\n",
			 "  *.minisig are the signatures over contract.pdf, *.pub the keys; organisation.pub is the organisation's root key.\n"
			 "  people.jsonl: certificates of its people under that key; journal.jsonl: what its journal says of this contract,\n"
			 "  chain.jsonl: the proof that each entry is in one and the same chain.\n"
			 "  contract.json is the record; MANIFEST lists every file and is signed by whoever gave the evidence.\n" },
	};

	buf_addf(out, "%s%s\n\n%s", words[t].head, item_id(c), words[t].merchant);
	add(out, item_text(c, "merchant_name"));
	buf_addf(out, " (%s)\n%s%s\n%s", item_text(c, "merchant_id"), words[t].state, state_words(c, t), words[t].happened);
	story(out, c, t);
	buf_adds(out, words[t].files);
	buf_adds(out, *item_text(c, "sealed") ? words[t].sealed : "");
	buf_adds(out, words[t].rest);
	buf_addc(out, '\n');
}

static void how_to_check(struct buf *out, const struct item *c)
{
	buf_adds(out, "核对 / To check\n  paydesk contract verify .\n  sha256sum --strict -c MANIFEST\n");
	for (size_t i = 0; i < CONTRACT_SIGNERS; i++) {
		AUTO(buf_release) struct buf key = BUF_INIT;
		struct contract_signer s;

		if (contract_signer(c, i, &s, NULL) || !s.there)
			continue;
		minisign_key(&key, s.key);
		buf_addf(out, "  minisign -Vm contract.pdf -x %s -P %s\n", contract_signatures[i].file, key.data);
	}
	buf_adds(out, *item_text(c, "sealed") ? "  pdfsig contract-sealed.pdf\n" : "");
}

static void what_to_compare(struct buf *out, const struct item *c, const uint8_t root[KEY_BYTES])
{
	AUTO(buf_release) struct buf seal = BUF_INIT, key = BUF_INIT, theirs = BUF_INIT;
	const char *hex = item_text(c, "organisation");
	uint8_t other[KEY_BYTES];

	minisign_key(&key, root);
	buf_addf(out, "\n请与机构公布的值核对 / Compare with what the institution publishes\n  根公钥 / root key: %s\n", key.data);
	if (*hex && hex_decode(hex, strlen(hex), other, KEY_BYTES) && !crypto_equal(other, root, KEY_BYTES)) {
		minisign_key(&theirs, other);
		buf_addf(out, "  签字人的根公钥 / root key of the signatories: %s\n", theirs.data);
	}
	if (*item_text(c, "sealed") && !seal_fingerprint(&seal, item_text(c, "seal_certificate"), NULL))
		buf_addf(out, "  印章证书 / certificate of the seal (SHA-256): %s\n", seal.data);
}

void bundle_summary(struct buf *out, const struct item *contract, const uint8_t root[KEY_BYTES])
{
	in_tongue(out, contract, ZH);
	in_tongue(out, contract, EN);
	how_to_check(out, contract);
	what_to_compare(out, contract, root);
}
