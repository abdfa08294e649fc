-- Words: for each record kind an index of every three characters in a row of its searched fields (SHOW_SEARCH). store/rows.c keeps it
-- in the transaction of the row. Two marks (U+0002) before each value let one or two characters be found where a value begins. What the
-- index finds is compared with the record itself: neither the folding of other alphabets nor a masked field shows in a result.

CREATE VIRTUAL TABLE merchant_words USING fts5(id, name, name_en, credit_code, business_scope, address,
	legal_rep_name, legal_rep_number, contact_phone, settlement_card,
	content='', columnsize=0, detail=none, tokenize='trigram');
INSERT INTO merchant_words (rowid, id, name, name_en, credit_code, business_scope, address, legal_rep_name,
	legal_rep_number, contact_phone, settlement_card)
SELECT rowid, char(2,2) || id, char(2,2) || name, char(2,2) || name_en, char(2,2) || credit_code,
	char(2,2) || business_scope, char(2,2) || address, char(2,2) || legal_rep_name, char(2,2) || legal_rep_number,
	char(2,2) || contact_phone, char(2,2) || settlement_card
FROM merchant;

CREATE VIRTUAL TABLE document_words USING fts5(id, merchant_id, file_name,
	content='', columnsize=0, detail=none, tokenize='trigram');
INSERT INTO document_words (rowid, id, merchant_id, file_name)
SELECT rowid, char(2,2) || id, char(2,2) || merchant_id, char(2,2) || file_name
FROM document;

CREATE VIRTUAL TABLE transactions_words USING fts5(id, merchant_id, card_tail, order_no, channel_no, terminal,
	content='', columnsize=0, detail=none, tokenize='trigram');
INSERT INTO transactions_words (rowid, id, merchant_id, card_tail, order_no, channel_no, terminal)
SELECT rowid, char(2,2) || id, char(2,2) || merchant_id, char(2,2) || card_tail, char(2,2) || order_no,
	char(2,2) || channel_no, char(2,2) || terminal
FROM transactions;

CREATE VIRTUAL TABLE proposal_words USING fts5(id, target, title, reason,
	content='', columnsize=0, detail=none, tokenize='trigram');
INSERT INTO proposal_words (rowid, id, target, title, reason)
SELECT rowid, char(2,2) || id, char(2,2) || target, char(2,2) || title, char(2,2) || reason
FROM proposal;

-- What waits for the core is a handful of many; and the orders in which lists open.
CREATE INDEX merchant_by_pending ON merchant (risk_score, id) WHERE pending > 0;
CREATE INDEX transactions_by_pending ON transactions (occurred_at, id) WHERE pending > 0;
CREATE INDEX document_by_type ON document (type, id);
CREATE INDEX proposal_by_time ON proposal (made_at, id);
