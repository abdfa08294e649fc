-- Where a merchant trades, beside where it is registered. It is looked up as the registered address is (0018): rows that have no key yet get
-- it when the store is opened. The index of words is made anew with it.
ALTER TABLE merchant ADD COLUMN business_address TEXT;
ALTER TABLE merchant ADD COLUMN business_address_key TEXT;
CREATE INDEX merchant_by_business_address ON merchant (business_address_key);

DROP TABLE merchant_words;
CREATE VIRTUAL TABLE merchant_words USING fts5(id, name, name_en, credit_code, business_scope, address, business_address,
	legal_rep_name, legal_rep_number, contact_phone, settlement_card,
	content='', columnsize=0, detail=none, tokenize='trigram');
INSERT INTO merchant_words (rowid, id, name, name_en, credit_code, business_scope, address, legal_rep_name,
	legal_rep_number, contact_phone, settlement_card)
SELECT rowid, char(2,2) || id, char(2,2) || name, char(2,2) || name_en, char(2,2) || credit_code,
	char(2,2) || business_scope, char(2,2) || address, char(2,2) || legal_rep_name, char(2,2) || legal_rep_number,
	char(2,2) || contact_phone, char(2,2) || settlement_card
FROM merchant;
