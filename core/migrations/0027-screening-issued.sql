-- How young a list is by its own word, so that an older one is not taken for news: the moment a UN list was generated, the last number that
-- OFAC has given. '': it says nothing.
ALTER TABLE screening_list ADD COLUMN issued TEXT NOT NULL DEFAULT '';
