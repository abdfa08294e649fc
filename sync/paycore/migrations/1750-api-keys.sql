-- The API keys of merchants: what the core needs to know one by, never the key itself. claimed: the merchant has fetched it; ended: it is
-- good for nothing any more.
CREATE TABLE api_keys (
	id TEXT NOT NULL PRIMARY KEY,
	merchant TEXT NOT NULL,
	hash BLOB NOT NULL,
	issued INTEGER NOT NULL,
	claimed INTEGER,
	ended INTEGER
) WITHOUT ROWID;
CREATE INDEX api_keys_merchant ON api_keys (merchant, id);
