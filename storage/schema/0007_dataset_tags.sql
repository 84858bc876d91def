-- What people say of datasets, by the survey's taxonomy; the newest row of a tag counts.

CREATE TABLE dataset_tag (
    dataset_no INTEGER NOT NULL,
    tag        VARCHAR NOT NULL,      -- 'construction', 'tendency' or 'domain'
    value      VARCHAR NOT NULL,      -- several with '+' between; empty: nobody says any more
    who        VARCHAR NOT NULL,
    made_at    TIMESTAMP NOT NULL
);
