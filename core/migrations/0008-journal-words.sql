-- The journal says which action a command was; and words for it and for the outbox (0003).

-- What a command or a batch was signed as begins with plain words: ids, kind, version, action (core/command.c, core/desk/bulk.c). SQLite's JSON
-- functions may not be used by a schema that is not trusted.
DROP VIEW journal_view;
CREATE VIEW journal_view AS
SELECT CAST(seq AS TEXT) AS id, 'recorded' AS state, 1 AS version, at AS updated_at, 0 AS pending, seq, operator, verb,
       CASE WHEN verb IN ('command', 'batch') AND instr(body, CAST('"action":"' AS BLOB)) > 0
            THEN substr(substr(CAST(body AS TEXT), instr(CAST(body AS TEXT), '"action":"') + 10), 1,
                        instr(substr(CAST(body AS TEXT), instr(CAST(body AS TEXT), '"action":"') + 10), '"') - 1)
            ELSE verb END AS what,
       kind, id AS record, CAST(body AS TEXT) AS body, lower(hex(prev)) AS prev, lower(hex(hash)) AS hash,
       seq AS rowid -- what the index of words calls an entry
FROM journal;

CREATE VIRTUAL TABLE journal_words USING fts5(verb, id, body,
	content='', columnsize=0, detail=none, tokenize='trigram');
INSERT INTO journal_words (rowid, verb, id, body)
SELECT seq, char(2,2) || verb, char(2,2) || id, char(2,2) || CAST(body AS TEXT)
FROM journal;

CREATE VIRTUAL TABLE outbox_words USING fts5(id, record, reason, answer,
	content='', columnsize=0, detail=none, tokenize='trigram');
INSERT INTO outbox_words (rowid, id, record, reason, answer)
SELECT rowid, char(2,2) || id, char(2,2) || record, char(2,2) || reason, char(2,2) || answer
FROM outbox;
