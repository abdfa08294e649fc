-- What a merchant is configured with before it goes live, its API key (never the key itself), and who changed its settlement account.

ALTER TABLE merchant ADD COLUMN channels TEXT;
ALTER TABLE merchant ADD COLUMN rate_wechat_pay INTEGER;
ALTER TABLE merchant ADD COLUMN rate_alipay INTEGER;
ALTER TABLE merchant ADD COLUMN rate_unionpay_quickpass INTEGER;
ALTER TABLE merchant ADD COLUMN rate_e_cny INTEGER;
ALTER TABLE merchant ADD COLUMN settlement_minimum INTEGER;
ALTER TABLE merchant ADD COLUMN limit_single INTEGER;
ALTER TABLE merchant ADD COLUMN limit_day INTEGER;
ALTER TABLE merchant ADD COLUMN configured_by TEXT;
ALTER TABLE merchant ADD COLUMN configured_at INTEGER;
ALTER TABLE merchant ADD COLUMN api_key_id TEXT;
ALTER TABLE merchant ADD COLUMN api_key_fingerprint TEXT;
ALTER TABLE merchant ADD COLUMN api_key_by TEXT;
ALTER TABLE merchant ADD COLUMN api_key_issued_at INTEGER;
ALTER TABLE merchant ADD COLUMN api_key_claimed_at INTEGER;
ALTER TABLE merchant ADD COLUMN api_key_revoked_by TEXT;
ALTER TABLE merchant ADD COLUMN api_key_revoked_at INTEGER;
ALTER TABLE merchant ADD COLUMN settlement_changed_by TEXT;
ALTER TABLE merchant ADD COLUMN settlement_changed_at INTEGER;
