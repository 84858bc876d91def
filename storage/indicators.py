"""Dataset indicators: what was computed for which set of samples, and what computing them reads."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from storage.rows import StoredRow
from storage.store import Store

SCHEMA = {
    "subset_hash": pl.String,
    "name": pl.String,
    "version": pl.String,
    "value": pl.Float64,
    "detail": pl.String,
    "n": pl.Int64,
    "source": pl.String,
    "low": pl.Float64,
    "high": pl.Float64,
}


def add(store: Store, rows: Sequence[tuple[object, ...]]) -> None:
    """Keeps computed values; those of the same set and indicator count from now on.

    Args:
        store: The workspace's store.
        rows: In the order of SCHEMA.
    """
    new_rows = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    with store.transaction() as cursor:
        cursor.register("new_rows", new_rows)
        cursor.execute(
            """INSERT INTO indicator BY NAME SELECT new_rows.*, now()::TIMESTAMP AS made_at, change_no
               FROM new_rows, (SELECT coalesce(max(change_no), 0) + 1 AS change_no FROM indicator)"""
        )
        cursor.unregister("new_rows")


def of_hashes(store: Store, hashes: Sequence[str]) -> dict[str, StoredRow]:
    """Reads values that were kept.

    Args:
        store: The workspace's store.
        hashes: The subset hashes to look for.

    Returns:
        value, detail, n, source, low and high by subset hash; hashes that nothing was kept for are left out.
    """
    stored = store.frame(
        """SELECT subset_hash, value, detail, n, source, low, high FROM indicator JOIN requested USING (subset_hash)
           QUALIFY change_no = max(change_no) OVER (PARTITION BY subset_hash)""",
        tables={"requested": pl.DataFrame({"subset_hash": list(hashes)}, schema={"subset_hash": pl.String})},
    )
    return {row.pop("subset_hash"): row for row in stored.to_dicts()}


def turns(
    store: Store, sample_nos: Sequence[int], metric: str, version: str, *, of_samples: bool = False
) -> pl.DataFrame:
    """Reads the turns of samples with their labels.

    Args:
        store: The workspace's store.
        sample_nos: The samples.
        metric: The metric that labels them.
        version: Its version.
        of_samples: Whether it labels samples; each turn has the label of its own then.

    Returns:
        sample_no, turn_index, turn_no, instruction, response and label (null without one), by turn_no.
    """
    subject = "sample" if of_samples else "turn"
    return store.frame(
        f"""SELECT sample_no, turn_index, turn_no, instruction, response, label
           FROM turn JOIN requested USING (sample_no)
           LEFT JOIN (SELECT subject_no AS {subject}_no, label FROM score
                      WHERE subject = $subject AND metric = $metric AND version = $version AND error IS NULL
                      QUALIFY run_no = max(run_no) OVER (PARTITION BY subject_no)) USING ({subject}_no)
           ORDER BY turn_no""",
        {"subject": subject, "metric": metric, "version": version},
        {"requested": pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})},
    )


def turn_values(store: Store, metric: str, version: str) -> pl.DataFrame:
    """Reads the values of a metric of turns.

    Args:
        store: The workspace's store.
        metric: The metric.
        version: Its version.

    Returns:
        sample_no and value of every turn that has one, by turn_no.
    """
    return store.frame(
        """SELECT sample_no, value FROM turn JOIN (
               SELECT subject_no AS turn_no, value FROM score
               WHERE subject = 'turn' AND metric = $metric AND version = $version AND error IS NULL
               QUALIFY run_no = max(run_no) OVER (PARTITION BY subject_no)) USING (turn_no)
           WHERE value IS NOT NULL ORDER BY turn_no""",
        {"metric": metric, "version": version},
    )


def images(store: Store) -> pl.DataFrame:
    """sample_no and image_no of every picture that can be shown, in the order of samples and positions."""
    return store.frame(
        """SELECT sample_no, image_no FROM sample_image WHERE image_no IS NOT NULL AND outcome = 'ok'
           ORDER BY sample_no, position"""
    )


def kinds_of_objects(store: Store) -> pl.DataFrame:
    """image_no and the number of kinds of objects annotated in it; only annotations that speak of objects count."""
    return store.frame(
        """SELECT image_no, len(list_distinct(flatten(list(objects)))) AS kinds FROM annotation
           WHERE (dataset_no, source) IN (SELECT dataset_no, source FROM vocabulary) GROUP BY 1 ORDER BY 1"""
    )


def newest_run(store: Store, metric: str, version: str) -> int:
    """Finds the last run that scored a metric.

    Args:
        store: The workspace's store.
        metric: The metric.
        version: Its version.

    Returns:
        The run's number; 0 when none did.
    """
    sql = "SELECT coalesce(max(run_no), 0) FROM score WHERE metric = $metric AND version = $version"
    return int(store.one(sql, {"metric": metric, "version": version}))


def stored_vectors(store: Store) -> dict[tuple[str, str], tuple[int, int]]:
    """(how many turns or images have one, newest run) by feature and version."""
    sql = "SELECT feature, version, count(DISTINCT subject_no), max(run_no) FROM embedding GROUP BY ALL"
    return {(feature, version): (count, run) for feature, version, count, run in store.rows(sql)}


def vectors(store: Store, feature: str, version: str, numbers: Sequence[int]) -> pl.DataFrame:
    """Reads the vectors of some turns or images.

    Args:
        store: The workspace's store.
        feature: The feature's name.
        version: Its version.
        numbers: Turns or images, whatever the feature is about.

    Returns:
        subject_no and vector of those that have one, in no order.
    """
    return store.frame(
        """SELECT subject_no, vector FROM embedding JOIN requested USING (subject_no)
           WHERE feature = $feature AND version = $version
           QUALIFY run_no = max(run_no) OVER (PARTITION BY subject_no)""",
        {"feature": feature, "version": version},
        {"requested": pl.DataFrame({"subject_no": numbers}, schema={"subject_no": pl.Int32})},
    )
