-- A command may be held for some seconds before it leaves, so that its author can take it back.

ALTER TABLE outbox ADD COLUMN hold_until INTEGER;   -- UTC ms; NULL: it leaves with the next exchange
CREATE INDEX outbox_by_hold ON outbox (hold_until);
