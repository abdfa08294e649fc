-- Customers: who they are, the cards and devices they pay with, and what was looked at before they were verified.

CREATE TABLE identity_check (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	user_id TEXT,
	purpose TEXT,
	account_class TEXT,
	region TEXT,
	phone TEXT,
	device_id TEXT,
	card_number TEXT,
	document_kind TEXT,
	name TEXT,
	number TEXT,
	born_on TEXT,
	valid_until TEXT,
	address TEXT,
	ocr_name TEXT,
	ocr_name_sure INTEGER,
	ocr_number TEXT,
	ocr_number_sure INTEGER,
	ocr_born_on TEXT,
	ocr_valid_until TEXT,
	ocr_valid_sure INTEGER,
	ocr_address TEXT,
	face_match INTEGER,
	liveness INTEGER,
	register_name TEXT,
	register_number TEXT,
	register_born_on TEXT,
	register_valid_until TEXT,
	source_police TEXT,
	source_bank TEXT,
	source_credit TEXT,
	source_mobile TEXT,
	source_tax TEXT,
	submitted_at INTEGER,
	due_at INTEGER,
	assignee TEXT,
	claimed_at INTEGER,
	resubmission_reasons TEXT,
	reject_code TEXT,
	escalated_by TEXT,
	escalated_at INTEGER,
	decided_by TEXT,
	decided_at INTEGER,
	decision_reason TEXT
) STRICT;
CREATE INDEX identity_check_by_due ON identity_check (due_at, id);
CREATE INDEX identity_check_by_state ON identity_check (state, due_at, id);
CREATE INDEX identity_check_by_user ON identity_check (user_id, id);
CREATE INDEX identity_check_by_device ON identity_check (device_id);
CREATE INDEX identity_check_by_number ON identity_check (number);

CREATE TABLE users (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	name TEXT,
	phone TEXT,
	identity_number TEXT,
	region TEXT,
	source TEXT,
	device_id TEXT,
	account_class TEXT,
	channels_passed INTEGER,
	balance INTEGER,
	paid_lifetime INTEGER,
	paid_year INTEGER,
	risk_score INTEGER,
	registered_at INTEGER,
	contact_verified_at INTEGER,
	submitted_at INTEGER,
	verified_by TEXT,
	verified_at INTEGER,
	activated_at INTEGER,
	decided_by TEXT,
	decided_at INTEGER,
	decision_reason TEXT
) STRICT;
CREATE INDEX users_by_time ON users (registered_at, id);
CREATE INDEX users_by_state ON users (state, registered_at, id);
CREATE INDEX users_by_number ON users (identity_number);
CREATE INDEX users_by_device ON users (device_id, id);

CREATE TABLE bank_card (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	user_id TEXT,
	card_number TEXT,
	bank TEXT,
	type TEXT,
	holder TEXT,
	phone TEXT,
	added_at INTEGER,
	deposit_amount INTEGER,
	sent_by TEXT,
	sent_at INTEGER,
	tries INTEGER,
	bound_at INTEGER,
	decided_by TEXT,
	decided_at INTEGER,
	decision_reason TEXT
) STRICT;
CREATE INDEX bank_card_by_time ON bank_card (added_at, id);
CREATE INDEX bank_card_by_state ON bank_card (state, added_at, id);
CREATE INDEX bank_card_by_user ON bank_card (user_id, id);
CREATE INDEX bank_card_by_number ON bank_card (card_number);

CREATE TABLE device (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	model TEXT,
	system TEXT,
	fingerprint TEXT,
	rooted INTEGER,
	emulator INTEGER,
	first_seen_at INTEGER,
	last_seen_at INTEGER
) STRICT;
CREATE INDEX device_by_time ON device (last_seen_at, id);

CREATE TABLE scan (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	check_id TEXT,
	type TEXT,
	media_type TEXT,
	size INTEGER,
	sha256 TEXT,
	received_at INTEGER
) STRICT;
CREATE INDEX scan_by_check ON scan (check_id, id);
CREATE INDEX scan_by_type ON scan (type, id);

-- The words of each, as 0003-find.sql has them; there is nothing yet to fill them from.
CREATE VIRTUAL TABLE identity_check_words USING fts5(id, user_id, phone, name, number,
	content='', columnsize=0, detail=none, tokenize='trigram');
CREATE VIRTUAL TABLE users_words USING fts5(id, name, phone, identity_number, device_id,
	content='', columnsize=0, detail=none, tokenize='trigram');
CREATE VIRTUAL TABLE bank_card_words USING fts5(id, user_id, card_number,
	content='', columnsize=0, detail=none, tokenize='trigram');
CREATE VIRTUAL TABLE device_words USING fts5(id, model, fingerprint,
	content='', columnsize=0, detail=none, tokenize='trigram');
CREATE VIRTUAL TABLE scan_words USING fts5(id, check_id,
	content='', columnsize=0, detail=none, tokenize='trigram');
