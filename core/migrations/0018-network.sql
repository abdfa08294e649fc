-- What merchants and customers share is looked up by an index each. The address as it is compared is made by the program (core/values/address.h):
-- rows that have none yet get it when the store is opened.
ALTER TABLE merchant ADD COLUMN address_key TEXT;
CREATE INDEX merchant_by_address ON merchant (address_key);
CREATE INDEX merchant_by_phone ON merchant (contact_phone);
CREATE INDEX users_by_phone ON users (phone);

-- Merchants are looked at again: when a document of theirs runs out, and from time to time.
ALTER TABLE merchant ADD COLUMN reviewed_on TEXT;
ALTER TABLE merchant ADD COLUMN next_review_on TEXT;
CREATE INDEX merchant_by_next_review ON merchant (state, next_review_on);
ALTER TABLE document ADD COLUMN requested_at INTEGER;
CREATE INDEX document_by_expiry ON document (state, expires_on);

CREATE TABLE merchant_review (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	merchant_name TEXT,
	cause TEXT,
	merchant_id TEXT,
	document_id TEXT,
	document_type TEXT,
	expires_on TEXT,
	risk_level TEXT,
	region TEXT,
	opened_at INTEGER,
	due_at INTEGER,
	assignee TEXT,
	claimed_at INTEGER,
	requested_by TEXT,
	requested_at INTEGER,
	answer_by INTEGER,
	escalated_by TEXT,
	escalated_at INTEGER,
	outcome TEXT,
	decided_by TEXT,
	decided_at INTEGER,
	decision_reason TEXT
) STRICT;
CREATE INDEX merchant_review_by_due ON merchant_review (due_at, id);
CREATE INDEX merchant_review_by_state ON merchant_review (state, due_at, id);
CREATE INDEX merchant_review_by_merchant ON merchant_review (merchant_id, id);
CREATE INDEX merchant_review_by_pending ON merchant_review (due_at, id) WHERE pending > 0;
CREATE VIRTUAL TABLE merchant_review_words USING fts5(id, merchant_name, merchant_id,
	content='', columnsize=0, detail=none, tokenize='trigram');
