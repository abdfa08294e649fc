-- A command that was signed together with others: the journal entry of the batch, and how many they are.

ALTER TABLE outbox ADD COLUMN batch INTEGER;        -- NULL: signed alone
ALTER TABLE outbox ADD COLUMN batch_size INTEGER;
CREATE INDEX outbox_by_batch ON outbox (batch);
