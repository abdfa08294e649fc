-- The store itself: its settings, its count of commits, and its journal, which only ever grows.

CREATE TABLE meta (
	key TEXT PRIMARY KEY,
	num INTEGER,                    -- the value stands in the column of its type; in none of them: NULL
	text TEXT,
	data BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE commits (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	tick INTEGER NOT NULL,          -- how many commits there have been; HOME/head must never be ahead of it
	keys INTEGER NOT NULL           -- generation of the key slots in meta 'store.keys'
) STRICT;

CREATE TABLE journal (
	seq INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,            -- UTC ms
	operator TEXT NOT NULL,
	verb TEXT NOT NULL,
	kind TEXT NOT NULL,
	id TEXT NOT NULL,
	body BLOB NOT NULL,
	prev BLOB NOT NULL,
	hash BLOB NOT NULL,
	sig BLOB NOT NULL
) STRICT;
CREATE INDEX journal_subject ON journal (kind, id, seq);
CREATE INDEX journal_operator ON journal (operator, seq);

CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
BEGIN
	SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN
	SELECT RAISE(ABORT, 'the journal is append-only');
END;
