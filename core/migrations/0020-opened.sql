-- Records as each operator last saw them (core/desk/opened.h), for what has changed in them since.

CREATE TABLE opened (
	operator TEXT NOT NULL,
	kind TEXT NOT NULL,
	id TEXT NOT NULL,
	opened_at INTEGER NOT NULL,     -- UTC ms
	version INTEGER NOT NULL,
	data TEXT NOT NULL,             -- the fields that a card shows, a JSON object
	PRIMARY KEY (operator, kind, id)
) STRICT;
CREATE INDEX opened_by_time ON opened (operator, opened_at);
CREATE INDEX opened_by_record ON opened (kind, id);
