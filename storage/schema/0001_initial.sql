-- Hot tables carry no keys and no indexes: a key costs five times the space and the time.

CREATE TABLE dataset (
    dataset_no   INTEGER NOT NULL,
    name         VARCHAR NOT NULL,
    format       VARCHAR NOT NULL,
    layout       VARCHAR NOT NULL,      -- 'list' or 'lines': how the file arranges its rows
    path         VARCHAR NOT NULL,
    file_hash    VARCHAR NOT NULL,
    images_root  VARCHAR NOT NULL,
    state        VARCHAR NOT NULL,      -- 'importing' or 'complete'
    rows_seen    BIGINT NOT NULL,
    evidence_run INTEGER NOT NULL,      -- scores that use evidence are stale up to this run
    created_at   TIMESTAMP NOT NULL
);

CREATE TABLE sample (
    sample_no    INTEGER NOT NULL,      -- dense over the whole workspace
    dataset_no   INTEGER NOT NULL,
    row_index    INTEGER NOT NULL,      -- position in the imported file
    source_id    VARCHAR,
    content_hash VARCHAR NOT NULL,
    copy         INTEGER NOT NULL,      -- 0 for the first row of this content in its dataset, then 1, 2, ...
    raw          VARCHAR NOT NULL       -- the original JSON, verbatim
);

CREATE TABLE turn (
    turn_no     INTEGER NOT NULL,       -- dense over the whole workspace
    sample_no   INTEGER NOT NULL,
    turn_index  INTEGER NOT NULL,
    instruction VARCHAR NOT NULL,
    response    VARCHAR NOT NULL
);

CREATE TABLE import_outcome (
    dataset_no INTEGER NOT NULL,
    row_index  INTEGER NOT NULL,
    outcome    VARCHAR NOT NULL,
    detail     VARCHAR NOT NULL
);

CREATE TABLE image (
    image_no     INTEGER NOT NULL,      -- dense over the whole workspace
    content_hash VARCHAR NOT NULL,
    path         VARCHAR NOT NULL,
    bytes        BIGINT NOT NULL,
    width        INTEGER,
    height       INTEGER,
    phash        UBIGINT,
    outcome      VARCHAR NOT NULL,      -- 'ok', 'broken' or 'too_large'
    detail       VARCHAR NOT NULL
);

CREATE TABLE sample_image (
    sample_no INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    image_no  INTEGER,                  -- null when no file stands behind the reference
    ref       VARCHAR NOT NULL,         -- as the row names it
    found_by  VARCHAR NOT NULL,         -- 'exact', 'basename', ... or why there is none
    outcome   VARCHAR NOT NULL
);

CREATE TABLE annotation (
    dataset_no INTEGER NOT NULL,
    image_no   INTEGER NOT NULL,
    source     VARCHAR NOT NULL,
    objects    VARCHAR[] NOT NULL,
    captions   VARCHAR[] NOT NULL,
    boxes      VARCHAR NOT NULL         -- JSON: [{"category", "bbox": [x, y, w, h]}]
);

CREATE TABLE vocabulary (dataset_no INTEGER NOT NULL, source VARCHAR NOT NULL, object VARCHAR NOT NULL);

CREATE TABLE score (
    subject    VARCHAR NOT NULL,        -- 'sample', 'turn' or 'image'
    subject_no INTEGER NOT NULL,
    metric     VARCHAR NOT NULL,
    version    VARCHAR NOT NULL,
    value      DOUBLE,
    label      VARCHAR,
    error      VARCHAR,
    run_no     INTEGER NOT NULL
);

CREATE TABLE flag (
    flag_id    VARCHAR NOT NULL,        -- the same question has the same id whenever it is asked
    sample_no  INTEGER NOT NULL,
    subject    VARCHAR NOT NULL,
    subject_no INTEGER NOT NULL,
    turn_index INTEGER,
    start_char INTEGER,
    end_char   INTEGER,
    text       VARCHAR NOT NULL,
    kind       VARCHAR NOT NULL,
    verdict    VARCHAR NOT NULL,
    score      DOUBLE,
    evidence   VARCHAR NOT NULL,        -- JSON: what each source said
    reason     VARCHAR NOT NULL,
    metric     VARCHAR NOT NULL,
    version    VARCHAR NOT NULL,
    run_no     INTEGER NOT NULL
);

CREATE TABLE duplicate_group (
    run_no    INTEGER NOT NULL,
    group_no  INTEGER NOT NULL,
    sample_no INTEGER NOT NULL,
    keep      BOOLEAN NOT NULL,
    relation  VARCHAR NOT NULL          -- 'exact' or 'near'
);

CREATE TABLE decision (
    event_no BIGINT NOT NULL,
    event_id VARCHAR NOT NULL,
    made_at       TIMESTAMP NOT NULL,
    who      VARCHAR NOT NULL,
    subject  VARCHAR NOT NULL,          -- 'sample' or 'flag'
    key      VARCHAR NOT NULL,          -- 'dataset/content hash#copy' of the sample, or flag id
    verdict  VARCHAR NOT NULL,
    payload  VARCHAR NOT NULL,
    undoes   VARCHAR                    -- the event that this one takes back
);

CREATE TABLE run (
    run_no     INTEGER NOT NULL,
    state      VARCHAR NOT NULL,        -- 'running', 'paused', 'done', 'stopped', 'failed'
    started_at TIMESTAMP NOT NULL,
    ended_at   TIMESTAMP,
    planned    BIGINT NOT NULL,
    done       BIGINT NOT NULL,
    failed     BIGINT NOT NULL,
    detail     VARCHAR NOT NULL
);

CREATE TABLE unavailable (
    run_no INTEGER NOT NULL,
    metric VARCHAR NOT NULL,
    reason VARCHAR NOT NULL
);

CREATE TABLE ingested (shard VARCHAR NOT NULL, run_no INTEGER NOT NULL, made_at TIMESTAMP NOT NULL);

CREATE TABLE setting (key VARCHAR NOT NULL, value VARCHAR NOT NULL, made_at TIMESTAMP NOT NULL);

CREATE TABLE export (
    export_no INTEGER NOT NULL,
    made_at        TIMESTAMP NOT NULL,
    who       VARCHAR NOT NULL,
    path      VARCHAR NOT NULL,
    recipe    VARCHAR NOT NULL,
    manifest  VARCHAR NOT NULL
);

-- Of all values of one metric for one subject, the newest run's.
CREATE VIEW current_score AS
SELECT * FROM score
QUALIFY run_no = max(run_no) OVER (PARTITION BY subject, subject_no, metric, version);

-- A machine's flag stands until its metric scores the same subject again.
CREATE VIEW current_flag AS
SELECT flag.* FROM flag
LEFT JOIN (
    SELECT subject, subject_no, metric, version, max(run_no) AS latest FROM score
    WHERE metric IN (SELECT DISTINCT metric FROM flag)
      AND subject_no IN (SELECT subject_no FROM flag) GROUP BY ALL
) AS newest USING (subject, subject_no, metric, version)
WHERE flag.run_no >= coalesce(newest.latest, 0)
   OR flag.metric = 'lint';

-- Events that nobody took back; the newest per person and subject stands.
CREATE VIEW standing_decision AS
SELECT * FROM decision
WHERE verdict <> 'undo'
  AND event_id NOT IN (SELECT undoes FROM decision WHERE undoes IS NOT NULL);
