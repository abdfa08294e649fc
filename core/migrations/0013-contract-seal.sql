-- The certificate whose key sealed a contract's PDF.

ALTER TABLE contract ADD COLUMN seal_certificate TEXT;
