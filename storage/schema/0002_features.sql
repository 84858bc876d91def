-- Intermediates that several metrics and stages share, and what stages find.

CREATE TABLE embedding (
    feature    VARCHAR NOT NULL,
    version    VARCHAR NOT NULL,
    subject_no INTEGER NOT NULL,
    vector     FLOAT[] NOT NULL,
    run_no     INTEGER NOT NULL
);

CREATE TABLE feature_value (
    feature    VARCHAR NOT NULL,
    version    VARCHAR NOT NULL,
    subject_no INTEGER NOT NULL,
    value      VARCHAR NOT NULL,      -- JSON: detections, say
    run_no     INTEGER NOT NULL
);

CREATE TABLE projection (
    stage      VARCHAR NOT NULL,
    version    VARCHAR NOT NULL,
    sample_no  INTEGER NOT NULL,
    x          FLOAT NOT NULL,
    y          FLOAT NOT NULL,
    cluster    INTEGER NOT NULL,      -- -1 for noise
    run_no     INTEGER NOT NULL
);
