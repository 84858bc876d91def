-- What came later is told by numbers that only grow, never by the clock, which may be set back.

ALTER TABLE decision ADD COLUMN ordered_at TIMESTAMP;   -- the clock when it was recorded, and after all before it
UPDATE decision SET ordered_at = made_at;

ALTER TABLE setting ADD COLUMN change_no BIGINT;
UPDATE setting SET change_no = rowid;

ALTER TABLE dataset_tag ADD COLUMN change_no BIGINT;
UPDATE dataset_tag SET change_no = rowid;

ALTER TABLE indicator ADD COLUMN change_no BIGINT;      -- the values of one computation share it
UPDATE indicator SET change_no = epoch_us(made_at);

CREATE OR REPLACE VIEW standing_decision AS
SELECT * FROM decision
WHERE verdict <> 'undo'
  AND event_id NOT IN (SELECT undoes FROM decision WHERE undoes IS NOT NULL)
  AND coalesce(batch, '') NOT IN (SELECT undoes FROM decision WHERE undoes IS NOT NULL);
