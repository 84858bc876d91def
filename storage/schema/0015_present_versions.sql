-- Which version of each metric is in use. Of every subject the flags of that version stand, or, until it has scored the
-- subject, those of the version that scored it last; before this, flags of every version stood side by side.

CREATE TABLE present_version (
    metric  VARCHAR NOT NULL,
    version VARCHAR NOT NULL
);

CREATE OR REPLACE VIEW current_flag AS
WITH scored AS (
    SELECT subject, subject_no, metric, version, max(run_no) AS latest FROM score
    WHERE metric IN (SELECT DISTINCT metric FROM flag) AND subject_no IN (SELECT subject_no FROM flag)
    GROUP BY ALL
), telling AS (
    SELECT subject, subject_no, metric, version AS told, latest
    FROM scored LEFT JOIN present_version AS present USING (metric, version)
    QUALIFY row_number() OVER (
        PARTITION BY subject, subject_no, metric ORDER BY present.metric IS NULL, latest DESC, version) = 1
)
SELECT flag.* FROM flag LEFT JOIN telling USING (subject, subject_no, metric)
WHERE flag.metric = 'lint' OR told IS NULL OR (flag.version = told AND flag.run_no >= latest);
