-- Dataset indicators that were computed, so that each set of samples costs its time once.

CREATE TABLE indicator (
    subset_hash VARCHAR NOT NULL,     -- of the samples and of everything else that the value hangs on
    name        VARCHAR NOT NULL,
    version     VARCHAR NOT NULL,
    value       DOUBLE,               -- null when not computed; detail says why
    detail      VARCHAR NOT NULL,
    n           BIGINT NOT NULL,      -- how many samples, turns or images it is about
    source      VARCHAR NOT NULL,     -- the metric or feature that it comes from
    made_at     TIMESTAMP NOT NULL
);
