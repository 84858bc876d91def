-- What was deleted is put away whole, so that every reader sees it gone at once and it can be brought back. Each table of
-- a dataset has another one of the same columns for that; pictures stay where they are, see unused_image.

CREATE TABLE removal (
    removal_no INTEGER NOT NULL,
    made_at    TIMESTAMP NOT NULL,
    who        VARCHAR NOT NULL,
    dataset_no INTEGER NOT NULL,
    dataset    VARCHAR NOT NULL,        -- its name at that time
    why        VARCHAR NOT NULL,        -- 'deleted': the dataset; 'gone', 'changed': rows that a newer file lacks or changed
    samples    BIGINT NOT NULL,
    state      VARCHAR NOT NULL         -- 'kept', 'restored' or 'compacted'
);

CREATE TABLE removed_dataset AS SELECT 0 AS removal_no, * FROM dataset LIMIT 0;
CREATE TABLE removed_import_outcome AS SELECT 0 AS removal_no, * FROM import_outcome LIMIT 0;
CREATE TABLE removed_annotation AS SELECT 0 AS removal_no, * FROM annotation LIMIT 0;
CREATE TABLE removed_vocabulary AS SELECT 0 AS removal_no, * FROM vocabulary LIMIT 0;
CREATE TABLE removed_dataset_tag AS SELECT 0 AS removal_no, * FROM dataset_tag LIMIT 0;
CREATE TABLE removed_sample AS SELECT 0 AS removal_no, * FROM sample LIMIT 0;
CREATE TABLE removed_turn AS SELECT 0 AS removal_no, * FROM turn LIMIT 0;
CREATE TABLE removed_sample_image AS SELECT 0 AS removal_no, * FROM sample_image LIMIT 0;
CREATE TABLE removed_flag AS SELECT 0 AS removal_no, * FROM flag LIMIT 0;
CREATE TABLE removed_vote AS SELECT 0 AS removal_no, * FROM vote LIMIT 0;
CREATE TABLE removed_projection AS SELECT 0 AS removal_no, * FROM projection LIMIT 0;
CREATE TABLE removed_score AS SELECT 0 AS removal_no, * FROM score LIMIT 0;
CREATE TABLE removed_embedding AS SELECT 0 AS removal_no, * FROM embedding LIMIT 0;
CREATE TABLE removed_feature_value AS SELECT 0 AS removal_no, * FROM feature_value LIMIT 0;
