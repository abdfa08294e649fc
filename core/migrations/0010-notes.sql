-- Notes on records of any kind (core/note.h).

CREATE TABLE note (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	about_kind TEXT,
	about TEXT,
	text TEXT,
	author TEXT,
	written_at INTEGER
) STRICT;
CREATE INDEX note_by_record ON note (about_kind, about, written_at, id);
CREATE INDEX note_by_time ON note (written_at, id);

CREATE VIRTUAL TABLE note_words USING fts5(id, about, text,
	content='', columnsize=0, detail=none, tokenize='trigram');
