-- The record kinds of core/records/*.c: a column for each field, in their order.

CREATE TABLE merchant (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	name TEXT,
	name_en TEXT,
	type TEXT,
	region TEXT,
	mcc TEXT,
	risk_score INTEGER,
	risk_level TEXT,
	expected_monthly INTEGER,
	credit_code TEXT,
	registered_capital INTEGER,
	established_on TEXT,
	business_scope TEXT,
	address TEXT,
	legal_rep_name TEXT,
	legal_rep_number TEXT,
	contact_name TEXT,
	contact_phone TEXT,
	settlement_bank TEXT,
	settlement_name TEXT,
	settlement_card TEXT,
	settlement_cycle TEXT,
	fee_bps INTEGER,
	applied_at INTEGER,
	due_at INTEGER,
	assignee TEXT,
	claimed_at INTEGER,
	resubmission_reasons TEXT,
	reviewer TEXT,
	reviewed_at INTEGER,
	risk_outcome TEXT,
	risk_officer TEXT,
	cleared_at INTEGER,
	decided_by TEXT,
	decided_at INTEGER,
	decision_reason TEXT,
	activated_at INTEGER
) STRICT;
CREATE INDEX merchant_by_risk ON merchant (risk_score, id);
CREATE INDEX merchant_by_state ON merchant (state, risk_score, id);
CREATE INDEX merchant_by_credit_code ON merchant (credit_code);
CREATE INDEX merchant_by_legal_rep ON merchant (legal_rep_number);
CREATE INDEX merchant_by_card ON merchant (settlement_card);

CREATE TABLE document (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	merchant_id TEXT,
	type TEXT,
	file_name TEXT,
	media_type TEXT,
	size INTEGER,
	sha256 TEXT,
	issued_on TEXT,
	expires_on TEXT,
	received_at INTEGER
) STRICT;
CREATE INDEX document_by_merchant ON document (merchant_id, id);

CREATE TABLE transactions (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	merchant_id TEXT,
	occurred_at INTEGER,
	amount INTEGER,
	currency TEXT,
	fee INTEGER,
	channel TEXT,
	payer TEXT,
	card_tail TEXT,
	order_no TEXT,
	channel_no TEXT,
	terminal TEXT,
	mcc TEXT,
	failure TEXT
) STRICT;
CREATE INDEX transactions_by_time ON transactions (occurred_at, id);
CREATE INDEX transactions_by_merchant ON transactions (merchant_id, occurred_at, id);
CREATE INDEX transactions_by_state ON transactions (state, occurred_at, id);

CREATE TABLE proposal (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	target_kind TEXT,
	target TEXT,
	target_version INTEGER,
	title TEXT,
	action TEXT,
	reason TEXT,
	maker TEXT,
	made_at INTEGER,
	digest TEXT,
	command BLOB,
	signature BLOB,
	certificate TEXT,
	cert_sig BLOB,
	checker TEXT,
	answer TEXT
) STRICT;
CREATE INDEX proposal_by_target ON proposal (target_kind, target, state);
CREATE INDEX proposal_by_maker ON proposal (maker, made_at, id);
CREATE INDEX proposal_by_state ON proposal (state, made_at, id);

CREATE TABLE outbox (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	kind TEXT,
	record TEXT,
	touches_kind TEXT,
	touches TEXT,
	action TEXT,
	reason TEXT,
	operator TEXT,
	made_at INTEGER,
	seq INTEGER,
	command BLOB,
	signature BLOB,
	answer TEXT,
	core_record TEXT
) STRICT;
CREATE INDEX outbox_by_order ON outbox (seq, id);
CREATE INDEX outbox_by_record ON outbox (kind, record);
CREATE INDEX outbox_by_touched ON outbox (touches_kind, touches);

-- The core's last word on each record that has commands pending on it; change: the feed's JSON, NULL where the core does not know the
-- record yet. core/desk/desk.c keeps it.
CREATE TABLE base (
	kind TEXT NOT NULL,
	id TEXT NOT NULL,
	version INTEGER NOT NULL,
	change TEXT,
	PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- The journal (0001) in the form of a record. Its entries are text or JSON.
CREATE VIEW journal_view AS
SELECT CAST(seq AS TEXT) AS id, 'recorded' AS state, 1 AS version, at AS updated_at, 0 AS pending,
       seq, operator, verb, kind, id AS record, CAST(body AS TEXT) AS body, lower(hex(prev)) AS prev, lower(hex(hash)) AS hash
FROM journal;
