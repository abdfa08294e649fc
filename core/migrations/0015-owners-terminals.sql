-- Who is behind a merchant, and the terminals that it takes payments with.

CREATE TABLE beneficial_owner (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	merchant_id TEXT,
	name TEXT,
	document_kind TEXT,
	number TEXT,
	born_on TEXT,
	nationality TEXT,
	basis TEXT,
	share_bps INTEGER,
	held TEXT,
	through TEXT,
	since TEXT,
	source TEXT,
	confirmed_at INTEGER
) STRICT;
CREATE INDEX beneficial_owner_by_merchant ON beneficial_owner (merchant_id, id);
CREATE INDEX beneficial_owner_by_state ON beneficial_owner (state, merchant_id, id);
CREATE INDEX beneficial_owner_by_number ON beneficial_owner (number);

CREATE TABLE terminal (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	serial TEXT,
	type TEXT,
	model TEXT,
	merchant_id TEXT,
	acquirer_code TEXT,
	merchant_code TEXT,
	holder_code TEXT,
	settlement_card TEXT,
	place_address TEXT,
	place_lat INTEGER,
	place_lon INTEGER,
	seen_lat INTEGER,
	seen_lon INTEGER,
	seen_at INTEGER,
	ordered_at INTEGER,
	installed_at INTEGER,
	activated_at INTEGER,
	decided_by TEXT,
	decided_at INTEGER,
	decision_reason TEXT
) STRICT;
CREATE INDEX terminal_by_seen ON terminal (seen_at, id);
CREATE INDEX terminal_by_state ON terminal (state, seen_at, id);
CREATE INDEX terminal_by_merchant ON terminal (merchant_id, id);
CREATE INDEX terminal_by_serial ON terminal (serial);
CREATE INDEX terminal_by_place ON terminal (place_lat, place_lon);

-- The words of each, as 0003-find.sql has them; there is nothing yet to fill them from.
CREATE VIRTUAL TABLE beneficial_owner_words USING fts5(id, merchant_id, name, number,
	content='', columnsize=0, detail=none, tokenize='trigram');
CREATE VIRTUAL TABLE terminal_words USING fts5(id, serial, merchant_id, holder_code, settlement_card, place_address,
	content='', columnsize=0, detail=none, tokenize='trigram');
