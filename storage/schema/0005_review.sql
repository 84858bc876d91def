-- Acts on many things at once, and decisions that settle a disagreement.

ALTER TABLE decision ADD COLUMN batch VARCHAR;          -- events of one act share it; an undo of it takes all back
ALTER TABLE decision ADD COLUMN adjudicates BOOLEAN;    -- settles a disagreement: counts before all that do not

CREATE OR REPLACE VIEW standing_decision AS
SELECT * FROM decision
WHERE verdict <> 'undo'
  AND event_id NOT IN (SELECT undoes FROM decision WHERE undoes IS NOT NULL)
  AND coalesce(batch, '') NOT IN (SELECT undoes FROM decision WHERE undoes IS NOT NULL);
