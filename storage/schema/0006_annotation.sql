-- What annotators say beside objects, captions and boxes, and which kind of file said it.

ALTER TABLE annotation ADD COLUMN questions VARCHAR DEFAULT '[]';  -- JSON: [{"text", "answers": {answer: votes}}]
ALTER TABLE annotation ADD COLUMN texts VARCHAR DEFAULT '[]';      -- JSON: [{"text", "bbox"}]
ALTER TABLE annotation ADD COLUMN format VARCHAR DEFAULT '';       -- '' for what was stored before this was known
