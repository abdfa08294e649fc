-- Whose scan it is, without going through its check; and how many micro-deposits were sent to a card.

ALTER TABLE scan ADD COLUMN user_id TEXT;
UPDATE scan SET user_id = (SELECT user_id FROM identity_check WHERE identity_check.id = scan.check_id);
CREATE INDEX scan_by_user ON scan (user_id, id);

ALTER TABLE bank_card ADD COLUMN deposits INTEGER;
UPDATE bank_card SET deposits = 1 WHERE sent_at IS NOT NULL;
