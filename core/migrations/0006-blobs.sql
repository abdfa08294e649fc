-- Documents that were fetched from the core (sync/blobs.c), under the SHA-256 of their bytes in hex. Their bytes lie apart, so that what is to
-- go is found without reading them.

CREATE TABLE blob_kept (
	sha256 TEXT NOT NULL PRIMARY KEY,
	size INTEGER NOT NULL,           -- bytes
	used_at INTEGER NOT NULL         -- UTC ms
) WITHOUT ROWID;
CREATE INDEX blob_kept_by_use ON blob_kept (used_at, sha256);

CREATE TABLE blob_bytes (
	sha256 TEXT NOT NULL PRIMARY KEY,
	data BLOB NOT NULL
);
