-- How a merchant's risk was assessed (core/scorecard.h), and how long it has traded.

ALTER TABLE merchant ADD COLUMN scorecard TEXT;
ALTER TABLE merchant ADD COLUMN assessed_at INTEGER;
ALTER TABLE merchant ADD COLUMN trading_days INTEGER;
ALTER TABLE proposal ADD COLUMN needs TEXT;

CREATE TABLE risk_assessment (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	merchant_id TEXT,
	score INTEGER,
	band TEXT,
	scorecard TEXT,
	assessed_by TEXT,
	assessed_at INTEGER,
	contributions TEXT
) STRICT;
CREATE INDEX risk_assessment_by_merchant ON risk_assessment (merchant_id, id);
CREATE INDEX risk_assessment_by_time ON risk_assessment (assessed_at, id);

CREATE VIRTUAL TABLE risk_assessment_words USING fts5(id, merchant_id,
	content='', columnsize=0, detail=none, tokenize='trigram');
