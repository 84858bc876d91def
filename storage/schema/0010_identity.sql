-- A sample is known by what it says and shows, whatever its file and dataset are called. Rows of earlier versions keep
-- their keys, which decisions and recipes name; what they say and show is noted when logs of two workspaces meet.

ALTER TABLE sample ADD COLUMN key VARCHAR;         -- 'identity#copy'; 'dataset/content hash#copy' of earlier versions
ALTER TABLE sample ADD COLUMN identity VARCHAR;    -- hash of texts, pictures and videos; null where nobody asked yet
UPDATE sample SET key = dataset.name || '/' || content_hash || '#' || copy
FROM dataset WHERE dataset.dataset_no = sample.dataset_no;
