-- Hits of name screening, which are this desk's own, and the records that are to be screened because they came or changed.

CREATE TABLE screening_hit (
	id TEXT PRIMARY KEY NOT NULL,
	state TEXT NOT NULL,
	version INTEGER NOT NULL,
	updated_at INTEGER,
	pending INTEGER NOT NULL DEFAULT 0,
	score INTEGER,
	listed_name TEXT,
	name TEXT,
	role TEXT,
	subject_kind TEXT,
	subject TEXT,
	found_at INTEGER,
	list TEXT,
	list_version TEXT,
	entry TEXT,
	class TEXT,
	programme TEXT,
	listed_born TEXT,
	listed_nations TEXT,
	note TEXT,
	name_score INTEGER,
	words TEXT,
	left_over TEXT,
	asked_way TEXT,
	listed_way TEXT,
	homophone INTEGER,
	born_fit TEXT,
	number_fit TEXT,
	fingerprint TEXT,
	explanation TEXT,
	decided_by TEXT,
	decided_at INTEGER,
	decision_reason TEXT
) STRICT;
CREATE INDEX screening_hit_by_score ON screening_hit (score, id);
CREATE INDEX screening_hit_by_state ON screening_hit (state, score, id);
CREATE INDEX screening_hit_by_subject ON screening_hit (subject_kind, subject);

CREATE TABLE screening_due (
	kind TEXT NOT NULL,
	id TEXT NOT NULL,
	PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
