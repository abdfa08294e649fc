-- What the author of a command saw and what it was to become, so that a refusal or a conflict can be shown field by field beside the
-- core's record.

ALTER TABLE outbox ADD COLUMN seen TEXT;     -- the record as a change
ALTER TABLE outbox ADD COLUMN wanted TEXT;
