-- What people did with datasets after their import, by whom and when; nothing is ever taken out.

CREATE TABLE dataset_event (
    event_no BIGINT NOT NULL,           -- counts from 1 in the order in which things were done
    made_at  TIMESTAMP NOT NULL,
    who      VARCHAR NOT NULL,
    dataset  VARCHAR NOT NULL,          -- its name at that time
    act      VARCHAR NOT NULL,          -- 'rename', 'relink', ...
    detail   VARCHAR NOT NULL           -- one sentence
);

-- Pictures that no sample shows any more; they keep their number and what was computed of them.
CREATE VIEW unused_image AS
SELECT image_no FROM image
WHERE image_no NOT IN (SELECT image_no FROM sample_image WHERE image_no IS NOT NULL);
