"""Flags: questions to curators, appended by import, metrics and stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import polars as pl

from storage.identities import PORTABLE
from storage.store import Cursor, Store, append_frame

COLUMNS = (
    "sample_no", "subject", "subject_no", "turn_index", "start_char", "end_char", "text", "kind",
    "verdict", "score", "evidence", "reason", "metric", "version", "run_no",
)  # fmt: skip

_VERSIONS = {"metric": pl.String, "version": pl.String}

ID = """left(md5(concat_ws('|', regexp_replace({key}, '^(.*)/([0-9a-f]{{32}})#(\\d+)$', '\\1|\\2|\\3'),
                           coalesce(turn_index, -1), coalesce(start_char, -1), coalesce(end_char, -1), kind)), 16)"""
"""A flag's id is made of the sample's key, the place and the kind, so that it is the same in every run. Keys of earlier
versions are taken apart as they were then."""


def _with_id(rows: str) -> str:
    return f"SELECT {ID.format(key='s.key')}, f.* FROM {rows} f JOIN sample s USING (sample_no)"


def append(cursor: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> None:
    """Adds flags about samples that are already stored.

    Args:
        cursor: The transaction that they belong to.
        rows: The columns of COLUMNS.
    """
    if rows.is_empty():
        return
    cursor.register("new_flags", rows.select(list(COLUMNS)))
    cursor.execute("INSERT INTO flag " + _with_id("new_flags"))
    cursor.unregister("new_flags")


def append_for_images(cursor: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> None:
    """Adds flags about images: one for each sample that shows the image.

    Args:
        cursor: The transaction that they belong to.
        rows: The columns of COLUMNS; sample_no is filled in.
    """
    if rows.is_empty():
        return
    columns = ", ".join(f"i.{name}" for name in COLUMNS[1:])
    cursor.register("image_flags", rows.select(list(COLUMNS)))
    cursor.execute(
        "INSERT INTO flag "
        + _with_id(
            f"""(SELECT DISTINCT si.sample_no, {columns} FROM image_flags i
                      JOIN sample_image si ON si.image_no = i.subject_no)"""
        )
    )
    cursor.unregister("image_flags")


def present(store: Store, flag_ids: Sequence[str]) -> set[str]:
    """Finds which ids flags have.

    Args:
        store: The workspace's store.
        flag_ids: Ids of flags.

    Returns:
        Those that a flag has.
    """
    requested = pl.DataFrame({"flag_id": flag_ids}, schema={"flag_id": pl.String})
    rows = store.frame("SELECT flag_id FROM requested SEMI JOIN flag USING (flag_id)", tables={"requested": requested})
    return set(rows["flag_id"])


def portable(store: Store) -> pl.DataFrame:
    """Portable and own id of the flags on samples whose portable key is another than their own."""
    return store.frame(
        f"""WITH named AS ({PORTABLE})
            SELECT DISTINCT {ID.format(key="portable")} AS portable_id, flag_id
            FROM flag JOIN named USING (sample_no) WHERE portable <> key"""
    )


def current(store: Store) -> pl.DataFrame:
    """Every flag that stands, with dataset, row, source_id and sample key."""
    return store.frame(
        """SELECT f.*, d.name AS dataset, s.row_index AS row, s.source_id,
                  s.key AS sample_key
           FROM current_flag f JOIN sample s USING (sample_no) JOIN dataset d USING (dataset_no)
           ORDER BY d.dataset_no, row, turn_index NULLS FIRST, start_char NULLS FIRST, kind, metric"""
    )


def of_samples(store: Store, sample_nos: Sequence[int]) -> pl.DataFrame:
    """Reads the flags that stand on some samples.

    Args:
        store: The workspace's store.
        sample_nos: The samples, not none.

    Returns:
        The flags of lint, and those of each metric's newest run on their subject, by sample, turn and place.
    """
    requested = ", ".join(str(number) for number in sample_nos)
    raised = store.frame(f"SELECT * FROM flag WHERE sample_no IN ({requested}) ORDER BY kind")
    if raised.is_empty():
        return raised
    numbers = ", ".join(str(number) for number in sorted(set(raised["subject_no"].to_list())))
    telling = store.frame(  # numbers as they are: so the blocks of the table without them are never read
        f"""SELECT subject, subject_no, metric, version AS told, max(run_no) AS latest,
                   bool_or(present.metric IS NOT NULL) AS is_present
            FROM score LEFT JOIN present_version AS present USING (metric, version)
            WHERE subject_no IN ({numbers}) GROUP BY ALL ORDER BY is_present DESC, latest DESC, told"""
    ).unique(["subject", "subject_no", "metric"], keep="first", maintain_order=True)
    flags_with_telling = raised.join(telling, on=["subject", "subject_no", "metric"], how="left", maintain_order="left")
    is_told = (pl.col("version") == pl.col("told")) & (pl.col("run_no") >= pl.col("latest"))
    stands = (pl.col("metric") == "lint") | pl.col("told").is_null() | is_told
    order = ["sample_no", "turn_index", "start_char", "kind", "metric"]
    return flags_with_telling.filter(stands).select(raised.columns).sort(order, nulls_last=False, maintain_order=True)


def use_versions(cursor: Cursor, versions: Mapping[str, str]) -> None:
    """Says which version of each metric is in use; of each subject its flags stand, once it has scored the subject.

    Args:
        cursor: The transaction that it belongs to.
        versions: Version by metric, of all metrics.
    """
    cursor.execute("DELETE FROM present_version")
    rows = pl.DataFrame({"metric": list(versions), "version": list(versions.values())}, schema=_VERSIONS)
    append_frame(cursor, "present_version", rows)


def versions_in_use(store: Store) -> dict[str, str]:
    """Version by metric, as `use_versions` was told last; empty before the first run."""
    return dict(store.rows("SELECT metric, version FROM present_version"))


def exists(store: Store, flag_id: str) -> bool:
    """Looks for a flag.

    Args:
        store: The workspace's store.
        flag_id: The flag's id.

    Returns:
        True when it was ever raised.
    """
    return bool(store.one("SELECT count(*) FROM flag WHERE flag_id = $id", {"id": flag_id}))


def counts(store: Store, dataset_no: int, metric: str) -> pl.DataFrame:
    """Counts the samples of a dataset with flags of a metric.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.
        metric: The metric, or "lint".

    Returns:
        kind and samples, the most frequent kind first.
    """
    return store.frame(
        """SELECT kind, count(DISTINCT sample_no) AS samples FROM flag JOIN sample USING (sample_no)
           WHERE dataset_no = $no AND metric = $metric GROUP BY 1 ORDER BY 2 DESC, 1""",
        {"no": dataset_no, "metric": metric},
    )
