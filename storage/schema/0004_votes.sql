-- What each source says about each object that a response claims, denied or not.

CREATE TABLE vote (
    sample_no  INTEGER NOT NULL,
    subject_no INTEGER NOT NULL,        -- the turn
    turn_index INTEGER NOT NULL,
    start_char INTEGER NOT NULL,
    end_char   INTEGER NOT NULL,
    text       VARCHAR NOT NULL,
    source     VARCHAR NOT NULL,        -- 'annotations', 'captions', 'detector', 'clip', 'llm'
    score      DOUBLE,                  -- on the source's own scale; null when it cannot tell
    detail     VARCHAR NOT NULL,
    metric     VARCHAR NOT NULL,
    version    VARCHAR NOT NULL,
    run_no     INTEGER NOT NULL
);
