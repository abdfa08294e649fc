-- Watch lists for name screening (core/screening). Of each list the entries of its latest version, and of every version who imported it,
-- when, what from and what it changed.

CREATE TABLE screening_list (
	list TEXT NOT NULL,             -- ofac, un, house
	serial INTEGER NOT NULL,        -- versions in their order, from 1
	version TEXT NOT NULL,          -- as people call it
	imported_at INTEGER NOT NULL,   -- UTC ms
	confirmed_at INTEGER NOT NULL,  -- when the same entries were imported last
	operator TEXT NOT NULL,
	files TEXT NOT NULL,            -- JSON: names and SHA-256
	digest TEXT NOT NULL,           -- of the entries in their canonical form
	entries INTEGER NOT NULL,
	added INTEGER NOT NULL,
	removed INTEGER NOT NULL,
	changed INTEGER NOT NULL,
	PRIMARY KEY (list, serial)
) STRICT, WITHOUT ROWID;

CREATE TABLE screening_entry (
	list TEXT NOT NULL,
	no INTEGER NOT NULL,            -- from 1, in the order of ids
	entry TEXT NOT NULL,            -- its publisher's id
	kind TEXT NOT NULL,
	digest TEXT NOT NULL,           -- of data
	data TEXT NOT NULL,             -- the canonical form (core/screening/listed.h)
	forms TEXT NOT NULL,            -- its names made ready (core/screening/name.h)
	PRIMARY KEY (list, no)
) STRICT, WITHOUT ROWID;
CREATE INDEX screening_entry_by_id ON screening_entry (list, entry);

-- Which entries have a word like this: pairs of key and no, sorted, in as many rows as there are first bits of a key.
CREATE TABLE screening_key (
	list TEXT NOT NULL,
	bucket INTEGER NOT NULL,
	pairs BLOB NOT NULL,
	PRIMARY KEY (list, bucket)
) STRICT, WITHOUT ROWID;
