-- What the reference core keeps beside the record tables of core/migrations, which it shares with every desk.
-- Numbers here stand between core's own times a hundred (institution.c), so that either side can grow.

-- The latest change of each record; a change moves its row to the end.
CREATE TABLE feed (
	kind TEXT NOT NULL,
	id TEXT NOT NULL,
	seq INTEGER NOT NULL,
	region TEXT,
	PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX feed_seq ON feed (seq);

-- Enrolled desks, and the newest journal head that each has shown.
CREATE TABLE desks (
	key TEXT NOT NULL PRIMARY KEY,
	desk TEXT NOT NULL UNIQUE,
	certificate TEXT NOT NULL,
	signature BLOB NOT NULL,
	store TEXT NOT NULL,
	enrolled INTEGER NOT NULL,
	head_seq INTEGER NOT NULL,
	head_hash BLOB
) WITHOUT ROWID;

CREATE TABLE tokens (
	hash TEXT NOT NULL PRIMARY KEY,
	scope TEXT NOT NULL,
	regions TEXT NOT NULL,
	expires INTEGER NOT NULL,
	used_by TEXT
) WITHOUT ROWID;

-- Operators of each organisation, by its root key: the certificate of the highest serial.
CREATE TABLE roster (
	root TEXT NOT NULL,
	operator TEXT NOT NULL,
	serial INTEGER NOT NULL,
	certificate TEXT NOT NULL,
	signature BLOB NOT NULL,
	PRIMARY KEY (root, operator)
) WITHOUT ROWID;

CREATE TABLE nonces (
	keyid TEXT NOT NULL,
	nonce TEXT NOT NULL,
	created INTEGER NOT NULL,
	PRIMARY KEY (keyid, nonce)
) WITHOUT ROWID;
CREATE INDEX nonces_created ON nonces (created);

-- The answer that each command was given, for ever.
CREATE TABLE results (
	id TEXT NOT NULL PRIMARY KEY,
	desk TEXT NOT NULL,
	digest BLOB NOT NULL,
	result TEXT NOT NULL,
	reason TEXT,
	kind TEXT NOT NULL,
	record TEXT NOT NULL,
	at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE blobs (
	sha256 TEXT NOT NULL PRIMARY KEY,
	type TEXT NOT NULL,
	data BLOB NOT NULL
);
-- The records through which a blob is reached: their scope is the blob's.
CREATE TABLE blob_refs (
	sha256 TEXT NOT NULL,
	kind TEXT NOT NULL,
	id TEXT NOT NULL,
	PRIMARY KEY (sha256, kind, id)
) WITHOUT ROWID;

-- What the core knows of itself: what it was filled with.
CREATE TABLE facts (
	name TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
) WITHOUT ROWID;
