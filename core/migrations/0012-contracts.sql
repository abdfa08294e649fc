-- Contracts with merchants, and the templates that they are made of.

CREATE TABLE contract (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	merchant_name TEXT,
	merchant_id TEXT,
	template TEXT,
	language TEXT,
	contract_date TEXT,
	valid_until TEXT,
	text BLOB,
	text_digest TEXT,
	drafted_by TEXT,
	drafted_at INTEGER,
	issued_by TEXT,
	issued_at INTEGER,
	sign_by INTEGER,
	link TEXT,
	document TEXT,
	prehash TEXT,
	size INTEGER,
	pages INTEGER,
	signer TEXT,
	signed_at INTEGER,
	merchant_key TEXT,
	merchant_signature TEXT,
	first_signatory TEXT,
	first_signature TEXT,
	first_certificate TEXT,
	first_cert_sig BLOB,
	second_signatory TEXT,
	second_signature TEXT,
	second_certificate TEXT,
	second_cert_sig BLOB,
	organisation TEXT,
	executed_at INTEGER,
	sealed TEXT,
	ended_at INTEGER,
	ended_by TEXT,
	ended_why TEXT
) STRICT;
CREATE INDEX contract_by_time ON contract (updated_at, id);
CREATE INDEX contract_by_state ON contract (state, updated_at, id);
CREATE INDEX contract_by_merchant ON contract (merchant_id, id);
CREATE INDEX contract_by_pending ON contract (updated_at, id) WHERE pending > 0;

CREATE TABLE contract_template (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	title TEXT,
	family TEXT,
	language TEXT,
	edition INTEGER,
	text BLOB,
	digest TEXT,
	drafted_at INTEGER,
	approved_by TEXT,
	confirmed_by TEXT,
	approved_at INTEGER,
	retired_by TEXT,
	retired_at INTEGER,
	reason TEXT
) STRICT;
CREATE INDEX contract_template_by_edition ON contract_template (edition, id);

CREATE VIRTUAL TABLE contract_words USING fts5(id, merchant_name, merchant_id,
	content='', columnsize=0, detail=none, tokenize='trigram');
CREATE VIRTUAL TABLE contract_template_words USING fts5(id, title, family,
	content='', columnsize=0, detail=none, tokenize='trigram');

-- The language in which a merchant's contract is drawn up.
ALTER TABLE merchant ADD COLUMN contract_language TEXT;
